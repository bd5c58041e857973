"""Training on a handful of sentences: which words and pieces are chosen, and what is written."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from embeddings.contrast import Recipe
from embeddings.pieces import CHARACTER, PAIR, WORD, PieceSplitter, bucket_names
from embeddings.static import StaticEncoder
from embeddings.train import (
    FIRST_LENGTH,
    RAREST,
    SHARED_LENGTH,
    Options,
    choose,
    dictionary_words,
    first_table,
    main,
    train,
)
from embeddings.training_text import Near

BUCKETS: Final = {CHARACTER: 4, PAIR: 4, WORD: 4}
GROUPS: Final = [
    ["退款几天到账", "退的钱多久能收到", "钱什么时候退回来"],
    ["宽带掉线了", "家里网老断", "宽带连不上"],
    ["发票怎么开", "给我开张票", "在哪申请发票"],
]
NEAR_MISSES: Final = [Near(("发票怎么开", "开票在哪弄"), ("发票怎么退",))]
SYNONYMS: Final = [["退款", "退钱"], ["掉线", "断网"]]
OPTIONS: Final = Options(
    dim=16,
    min_count=dict.fromkeys(BUCKETS, 1),
    buckets=BUCKETS,
    recipe=Recipe(epochs=30, batch=8, drop=0.0),
)


def test_words_kept_whole_are_those_of_the_synonyms_that_the_text_uses() -> None:
    groups = [["我要携号转网", "ＡＰＰ 登不上"]]
    synonyms = [["携号转网", "转网"], ["app", "没用到的词"], ["登", "上"], ["要 携", "我，要"]]
    assert dictionary_words(groups, synonyms) == {"携号转网", "转网", "app"}


def test_pieces_of_enough_groups_are_chosen_and_idf_counts_texts() -> None:
    splitter = PieceSplitter([], dict.fromkeys(BUCKETS, 0), {})
    groups = [["退款", "退款", "退货"], ["退"], ["好"]]
    names, idf = choose(splitter, groups, {CHARACTER: 2, PAIR: 1, WORD: 2})
    assert names == ["1退", "2退款", "2退货"]
    assert idf["1退"] == pytest.approx(-math.log(4 / 5 + RAREST))
    assert idf["2退款"] == pytest.approx(-math.log(2 / 5 + RAREST))
    assert choose(splitter, [["好"]], OPTIONS.min_count)[1]["1好"] == 0.1


def test_an_untrained_piece_is_as_long_as_it_is_telling() -> None:
    dim = 4_096  # a random direction's own length is 1 within 0.05
    names = ["1退", "2退款", "w退款", *bucket_names(BUCKETS)]
    splitter = PieceSplitter(names, BUCKETS, {})
    table = first_table(splitter, {"1退": 2.0, "2退款": 3.0, "w退款": 4.0}, dim, 1)
    assert table.dtype == np.float32
    wanted = [
        *(2.0 * FIRST_LENGTH[CHARACTER], 3.0 * FIRST_LENGTH[PAIR], 4.0 * FIRST_LENGTH[WORD]),
        *(-math.log(RAREST) * SHARED_LENGTH[k] for k in BUCKETS for _ in range(4)),
    ]
    np.testing.assert_allclose(np.linalg.norm(table, axis=1), wanted, rtol=0.1)
    np.testing.assert_array_equal(
        table, first_table(splitter, {"1退": 2.0, "2退款": 3.0, "w退款": 4.0}, dim, 1)
    )


def test_training_brings_wordings_together_and_is_the_same_again() -> None:
    splitter, table = train(GROUPS, NEAR_MISSES, SYNONYMS, OPTIONS)
    again, same = train(GROUPS, NEAR_MISSES, SYNONYMS, OPTIONS)
    assert again.names == splitter.names
    assert again.words == splitter.words
    np.testing.assert_array_equal(same, table)
    assert table.shape == (splitter.rows, 16)
    assert splitter.names[-12:] == tuple(bucket_names(BUCKETS))
    assert set(splitter.words) == {"退款", "掉线"}
    encoder = StaticEncoder("tiny", "tiny", splitter, table)
    first, near, far = encoder.encode(["宽带掉线了", "家里网老断", "给我开张票"])
    assert first @ near > first @ far + 0.3


def test_the_command_reads_a_folder_and_writes_a_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, synonyms = tmp_path / "corpus", tmp_path / "synonyms"
    (corpus / "near").mkdir(parents=True)
    synonyms.mkdir()
    text = "\n".join(line for group in GROUPS for line in ["== 需求", *group])
    (corpus / "a.txt").write_text(text, encoding="utf-8")
    (corpus / "near" / "a.txt").write_text("== 发票怎么开\n+ 开票在哪弄\n- 发票怎么退\n", "utf-8")
    (synonyms / "a.txt").write_text("退款 退钱\n", encoding="utf-8")
    out = tmp_path / "model"
    main(
        [
            *(f"--corpus={corpus}", f"--synonyms={synonyms}", f"--out={out}"),
            *("--name=mine", "--epochs=2", "--dim=8"),
        ]
    )
    told = capsys.readouterr().err
    assert "3 needs, 1 near-misses, 1 synonym groups" in told
    encoder = StaticEncoder.load(out)
    assert (encoder.name, encoder.dim) == ("mine", 8)
    assert encoder.encode(["退款几天到账"]).any()
