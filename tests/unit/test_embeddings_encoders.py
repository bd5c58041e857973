"""Encoders: the static one and its damage, a real transformer, and models that cannot be had."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from embeddings.encoder import Encoder, Vectors, load_encoder
from embeddings.errors import ModelUnavailable
from embeddings.model_folder import ModelFiles, write
from embeddings.pieces import CHARACTER, PAIR, WORD, PieceSplitter, bucket_names
from embeddings.static import CALIBRATION, StaticEncoder, shipped_folder
from tests.fakes.encoder import NgramEncoder

ROOT: Final = Path(__file__).parents[2]
TEXTS: Final = ["退款多久到账", "退钱几天到", "", "？？", "宽带掉线了", "退款多久到账"]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A static model of five pieces, three buckets and three words of its own."""
    folder = tmp_path / "model"
    buckets = {CHARACTER: 1, PAIR: 1, WORD: 1}
    names = ["1款", "1退", "2退款", "w宽带", "w退款", *bucket_names(buckets)]
    splitter = PieceSplitter(names, buckets, {"宽带": 4_000, "报修": 50, "掉线": 3_000})
    write(folder, ModelFiles("tiny", splitter, tiny_table()))
    return folder


def tiny_table() -> Vectors:
    """Vectors that half precision holds exactly."""
    table = np.random.default_rng(1).standard_normal((8, 4))
    return table.astype(np.float16).astype(np.float32)


def check_protocol(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)
    vectors = encoder.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), encoder.dim)
    lengths = np.linalg.norm(vectors, axis=1)
    assert all(abs(n - 1) < 1e-5 or n == 0 for n in lengths)
    np.testing.assert_array_equal(vectors[0], vectors[5])
    one_by_one = np.concatenate([encoder.encode([t]) for t in TEXTS])
    np.testing.assert_allclose(one_by_one, vectors, atol=1e-5)
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_the_fake_the_shipped_and_a_small_static_encoder_keep_the_protocol(model: Path) -> None:
    for encoder in (NgramEncoder(), load_encoder(), load_encoder(str(model))):
        check_protocol(encoder)
        assert not encoder.encode(["", "？？"]).any()


def test_the_shipped_encoder_puts_meaning_before_letters() -> None:
    first, near, far = load_encoder().encode(["退款多久到账", "退的钱几天能收到", "宽带多久能装好"])
    assert first @ near > first @ far


def test_a_static_vector_is_the_sum_of_its_pieces(model: Path) -> None:
    encoder = StaticEncoder.load(model)
    rows = encoder.splitter.split("退款")
    assert sorted(rows) == [0, 1, 2, 4]
    total = tiny_table()[rows].sum(axis=0)
    np.testing.assert_allclose(
        encoder.encode(["退款"])[0], total / np.linalg.norm(total), rtol=1e-5
    )


def test_a_static_encoder_refuses_a_table_of_another_size(model: Path) -> None:
    encoder = StaticEncoder.load(model)
    with pytest.raises(ValueError, match="7 rows, splitter 8"):
        StaticEncoder("short", "short", encoder.splitter, encoder.table[:7])


def test_the_fingerprint_follows_every_file_of_the_model(model: Path, tmp_path: Path) -> None:
    found = {StaticEncoder.load(model).fingerprint}
    for name, old, new in (
        ("huashu.json", b"tiny", b"name"),
        ("tokenizer.json", "w宽带".encode(), "w网络".encode()),
        ("words.txt", b"4000", b"4001"),
        ("model.safetensors", tiny_table().astype(np.float16).tobytes(), b"\0" * 64),
    ):
        copy = tmp_path / name
        shutil.copytree(model, copy)
        before = (copy / name).read_bytes()
        (copy / name).write_bytes(before.replace(old, new))
        assert (copy / name).read_bytes() != before
        found.add(StaticEncoder.load(copy).fingerprint)
    assert len(found) == 5


def test_the_fingerprint_does_not_follow_the_place_or_the_measured_bands(
    model: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model, copy)
    shutil.copy(shipped_folder() / CALIBRATION, copy)
    first, moved = StaticEncoder.load(model), StaticEncoder.load(copy)
    assert moved.fingerprint == first.fingerprint
    assert (first.calibration, moved.calibration is None) == (None, False)


DAMAGES: Final = ("missing", "empty", "cut", "binary")


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *((n, d) for n in ("huashu.json", "tokenizer.json", "model.safetensors") for d in DAMAGES),
        # A model may have no words of its own: an empty list is sound.
        *(("words.txt", damage) for damage in ("missing", "cut", "binary")),
        *((CALIBRATION, damage) for damage in ("empty", "cut", "binary")),
    ],
)
def test_a_damaged_static_model_is_unavailable_and_says_the_way_out(
    model: Path, name: str, damage: str
) -> None:
    path = model / name
    if name == CALIBRATION:
        shutil.copy(shipped_folder() / CALIBRATION, path)
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(
            {"empty": b"", "cut": data[: len(data) // 2], "binary": b"\xff\xfe"}[damage]
        )
    with pytest.raises(ModelUnavailable) as caught:
        StaticEncoder.load(model)
    assert caught.value.way_out in str(caught.value)
    assert caught.value.name == str(model)
    if damage == "missing":
        assert name in caught.value.reason


@pytest.mark.parametrize("name", ["tokenizer.json", "words.txt", "model.safetensors"])
def test_a_missing_file_is_told_by_the_name_too(model: Path, name: str) -> None:
    (model / name).unlink()
    with pytest.raises(ModelUnavailable, match="缺少文件"):
        load_encoder(str(model))


@pytest.mark.parametrize("change", [{"format": 9}, {"buckets": 4}, {"buckets": "many"}])
def test_a_static_model_of_another_format_is_refused(
    model: Path, change: dict[str, object]
) -> None:
    path = model / "huashu.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change), encoding="utf-8")
    with pytest.raises(ModelUnavailable):
        StaticEncoder.load(model)


@pytest.mark.parametrize("name", ["/no/such/model", "./none", "~/none-such", "a/b/c"])
def test_a_folder_that_is_not_there_is_told_without_loading_torch(name: str) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        load_encoder(name)
    assert "文件夹不存在" in caught.value.reason
    assert "自带模型" in caught.value.way_out


def test_serving_modules_never_import_torch() -> None:
    program = (
        "import sys, embeddings.static, embeddings.encoder, embeddings.hybrid, kb.knowledge\n"
        "embeddings.encoder.load_encoder().encode(['退款'])\n"
        "print(sorted({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert run.stdout.strip() == "[]"


def test_the_shipped_encoder_is_the_same_under_any_hash_seed() -> None:
    program = (
        "from embeddings.encoder import load_encoder\n"
        "encoder = load_encoder()\n"
        "print(encoder.fingerprint, encoder.encode(['退款多久到账', '宽带']).tobytes().hex())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("0", "123")
    }
    assert len(outputs) == 1


@pytest.fixture(scope="module")
def transformer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of one small layer with random weights."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        import transformers
        from sentence_transformers import SentenceTransformer, models  # type: ignore[attr-defined]
        from transformers import BertConfig, BertModel

        raw = tmp_path_factory.mktemp("bert")
        letters = sorted(set("".join(TEXTS)))
        words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
        (raw / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
        tokenizer = getattr(transformers, "BertTokenizerFast")  # noqa: B009 - found lazily
        tokenizer(vocab=str(raw / "vocab.txt")).save_pretrained(raw)
        torch.manual_seed(1)
        config = BertConfig(
            vocab_size=len(words),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            max_position_embeddings=64,
        )
        BertModel(config).save_pretrained(raw)
        body = models.Transformer(str(raw), max_seq_length=32)
        pooling = models.Pooling(16)
        folder = tmp_path_factory.mktemp("st") / "tiny"
        SentenceTransformer(modules=[body, pooling], device="cpu").save(str(folder))
    return folder


@pytest.mark.filterwarnings("ignore")
def test_a_real_transformer_keeps_the_protocol(transformer_folder: Path) -> None:
    encoder = load_encoder(str(transformer_folder))
    assert encoder.dim == 16
    check_protocol(encoder)
    again = load_encoder(str(transformer_folder))
    assert again.fingerprint == encoder.fingerprint
    np.testing.assert_array_equal(again.encode(TEXTS), encoder.encode(TEXTS))


@pytest.mark.filterwarnings("ignore")
def test_a_transformer_with_other_weights_has_another_fingerprint(
    transformer_folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(transformer_folder, copy)
    (weights,) = copy.rglob("model.safetensors")
    data = bytearray(weights.read_bytes())
    data[-2] ^= 1
    weights.write_bytes(data)
    first, other = load_encoder(str(transformer_folder)), load_encoder(str(copy))
    assert first.fingerprint != other.fingerprint


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_transformer_is_unavailable(transformer_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(transformer_folder, copy)
    (weights,) = copy.rglob("model.safetensors")
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(ModelUnavailable) as caught:
        load_encoder(str(copy))
    assert caught.value.name == str(copy)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["no-such-model", "nobody/no-such-model"])
def test_a_name_that_is_not_on_this_machine_says_the_way_out_without_a_network(name: str) -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    with pytest.raises(ModelUnavailable) as caught:
        load_encoder(name)
    assert "离线时" in caught.value.way_out
    assert "自带模型" in caught.value.way_out


def test_a_machine_without_sentence_transformers_is_told_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelUnavailable, match="pip install sentence-transformers"):
        load_encoder(str(tmp_path))
