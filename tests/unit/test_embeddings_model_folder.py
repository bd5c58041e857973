"""The model folder: what is written is read again, by us and by sentence-transformers itself."""

from __future__ import annotations

import json
import stat
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from embeddings.errors import ModelUnavailable
from embeddings.model_folder import ModelFiles, is_static, read, write
from embeddings.pieces import CHARACTER, PAIR, WORD, PieceSplitter, bucket_names
from embeddings.static import StaticEncoder, shipped_folder

MEGABYTE: Final = 1_000_000
#: sentence-transformers adds up in the half precision of the file, and gives half precision back.
TOLERANCE: Final = 5e-4
#: Texts with at least one piece: of an empty one sentence-transformers makes NaN, we make zeros.
TEXTS: Final = [
    "退款多久到账",
    "我想把宽带停一停，过完年再开",
    "啊",
    "嗯嗯嗯嗯",
    "ＡＰＰ登不上 提示 error 502",
    "訂單顯示已簽收，可我沒收到！！",
    "单号884213009551查下到哪了",
    "a b c",
    "洗衣机脱水的时候咚咚响" * 30,
    "龘靐齉爩",
    "[UNK] #10 #w0 2退款",
    "thank you 👍",
]


def files(words: dict[str, int]) -> ModelFiles:
    buckets = {CHARACTER: 2, PAIR: 1, WORD: 0}
    names = ["1退", "w退款", "1#", 'w"', *bucket_names(buckets)]
    table = np.random.default_rng(5).standard_normal((len(names), 6)).astype(np.float32)
    return ModelFiles("小模型", PieceSplitter(names, buckets, words), table)


@pytest.mark.parametrize("words", [{"携号转网": 12, "退款": 90_000}, {}])
def test_what_is_written_is_read_again(tmp_path: Path, words: dict[str, int]) -> None:
    given = files(words)
    write(tmp_path / "new" / "model", given)
    found = read(tmp_path / "new" / "model")
    assert found.name == given.name
    assert found.splitter.names == given.splitter.names
    assert found.splitter.buckets == given.splitter.buckets
    assert found.splitter.words == words
    assert found.table.dtype == np.float32
    np.testing.assert_array_equal(found.table, given.table.astype(np.float16))
    assert found.splitter.split("退款，携号转网") == given.splitter.split("退款，携号转网")


def test_the_same_model_is_written_alike_and_over_an_older_one(tmp_path: Path) -> None:
    write(tmp_path / "a", files({"退款": 5}))
    write(tmp_path / "b", files({"换货": 6}))
    assert read(tmp_path / "a").fingerprint != read(tmp_path / "b").fingerprint
    write(tmp_path / "b", files({"退款": 5}))
    assert read(tmp_path / "a").fingerprint == read(tmp_path / "b").fingerprint
    names = {p.name for p in (tmp_path / "a").iterdir()}
    assert names == {p.name for p in (tmp_path / "b").iterdir()}
    assert all(
        (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        for name in names
    )


def test_every_file_can_be_read_by_others(tmp_path: Path) -> None:
    write(tmp_path, files({}))
    assert all(p.stat().st_mode & stat.S_IROTH for p in tmp_path.iterdir())


def test_a_folder_of_ours_is_told_from_another(tmp_path: Path) -> None:
    assert not is_static(tmp_path)
    assert not is_static(tmp_path / "none")
    write(tmp_path, files({}))
    assert is_static(tmp_path)
    assert is_static(shipped_folder())


@pytest.mark.parametrize("change", ["one more", "one less", "a gap", "a number twice"])
def test_a_list_that_does_not_fit_the_table_is_refused(tmp_path: Path, change: str) -> None:
    write(tmp_path, files({}))
    path = tmp_path / "tokenizer.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    names: dict[str, int] = content["model"]["vocab"]
    if change == "one more":
        names["1新"] = len(names)
    elif change == "one less":
        del names["#20"]
    else:
        names["1退"] = 70 if change == "a gap" else 1
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="对不上") as caught:
        read(tmp_path)
    assert "7 行" in caught.value.reason
    assert caught.value.way_out in str(caught.value)


def test_a_folder_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="file"):
        write(tmp_path / "file", files({}))


def test_the_shipped_folder_is_at_most_20_megabytes() -> None:
    size = sum(p.stat().st_size for p in shipped_folder().rglob("*") if p.is_file())
    assert size <= 20 * MEGABYTE


@pytest.fixture(scope="module")
def theirs() -> Any:
    """The shipped folder, loaded by sentence-transformers; importing that takes seconds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(shipped_folder()), device="cpu")


@pytest.mark.filterwarnings("ignore")
def test_sentence_transformers_reads_the_shipped_folder_as_we_do(theirs: Any) -> None:
    ours = StaticEncoder.load(shipped_folder())
    joined = [ours.splitter.joined(text) for text in TEXTS]
    assert all(joined)
    found = np.asarray(theirs.encode(joined), dtype=np.float32)
    assert found.shape == (len(TEXTS), ours.dim)
    np.testing.assert_allclose(found, ours.encode(TEXTS), atol=TOLERANCE)
    for text, vector in zip(joined, found, strict=True):
        np.testing.assert_allclose(np.asarray(theirs.encode([text]))[0], vector, atol=TOLERANCE)


def test_a_text_of_no_pieces_gives_zeros() -> None:
    assert not StaticEncoder.load(shipped_folder()).encode(["", "？？", "👍", "\n"]).any()
