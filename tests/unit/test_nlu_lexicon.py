"""The cue language: what each sign means, and how a faulty file is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.cuefile import parse
from bot.nlu.errors import CueFileError, NluError
from bot.nlu.fold import fold
from bot.nlu.lexicon import Lexicon, shipped


def lexicon(tmp_path: Path, text: str) -> Lexicon:
    path = tmp_path / "own.txt"
    path.write_text(text, encoding="utf-8")
    return Lexicon(parse(path))


@pytest.mark.parametrize(
    ("cue", "holds", "fails"),
    [
        ("2 退款|退货", "我要退货", "我要换货"),
        ("2 怎么 ~ 退款", "怎么申请退款", "退款怎么申请"),
        ("2 怎么 ~ 退款", "怎么才能退款", "怎么了,退款"),
        ("2 已经 ~~ 没人", "已经三天了,没人来", "已经三天了。没人来"),
        ("2 什么 + 态度", "什么态度", "什么样的态度"),
        ("2 退款 & 多久", "多久能退款", "我要退款"),
        ("2 漏电 !<会不会", "插座漏电", "会不会漏电"),
        ("2 报警 !>器", "我要报警", "报警器怎么装"),
        ("2 炸了 !-气", "手机炸了", "我气炸了"),
        ("2 投诉 !*流程", "我要投诉", "投诉是什么流程"),
        ("2 ^好的$|^行$", "好的呀,谢谢", "好的商品"),
        ("2 12315", "我打12315", "我的电话13812315000"),
    ],
)
def test_a_cue_holds_where_it_should_and_only_there(
    tmp_path: Path, cue: str, holds: str, fails: str
) -> None:
    own = lexicon(tmp_path, f"[x]\n{cue}\n")
    assert own.read(fold(holds)).score("x") == 2.0
    assert own.read(fold(fails)).score("x") == 0.0


def test_a_named_list_stands_for_its_words(tmp_path: Path) -> None:
    own = lexicon(tmp_path, "@how = 怎么|如何\n[x]\n1 <how> ~ 开\n")
    assert own.read("如何开").has("x")


@pytest.mark.parametrize(
    ("text", "line"),
    [("2 退款\n", 1), ("[x]\n退款\n", 2), ("[x]\n2 <unknown>\n", 2), ("[x]\n\n2 |\n", 3)],
)
def test_a_faulty_cue_file_is_reported_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(CueFileError) as caught:
        lexicon(tmp_path, text)
    assert isinstance(caught.value, NluError)
    assert (caught.value.file, caught.value.line) == ("own.txt", line)


def test_folding_keeps_every_offset_and_joins_spellings() -> None:
    text = "訂單號:ABC123,İ😀\u200b。"
    folded = fold(text)
    assert len(folded) == len(text)
    assert folded.startswith("订单号:abc123,")


def test_the_shipped_cues_are_compiled_once() -> None:
    assert shipped() is shipped()
