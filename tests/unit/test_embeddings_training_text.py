"""Reading training text: three forms, and lines that are told by file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from embeddings.errors import TrainingTextError
from embeddings.training_text import Near, read_groups, read_near, read_synonyms


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_groups_are_read_in_the_order_of_their_files(tmp_path: Path) -> None:
    second = write(tmp_path, "b.txt", "== 发票", "开发票", "要张发票 ")
    first = write(
        tmp_path,
        "a.txt",
        "# 说明",
        "== delivery time",
        "",
        "几天到",
        "  啥时候能送来",
        "== 只有一句",
        "只有这句",
        "== 没有",
        "== 改地址",
        "地址写错了",
        "# 中间的说明",
        "收货地址改一下",
    )
    assert read_groups([second, first]) == [
        ["几天到", "啥时候能送来"],
        ["地址写错了", "收货地址改一下"],
        ["开发票", "要张发票"],
    ]


def test_near_misses_keep_what_is_the_same_apart_from_what_looks_alike(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.txt",
        "== 怎么开发票",
        "+ 发票在哪开",
        "# 说明",
        "- 怎么退发票",
        "+  开票怎么弄",
        "- 发票开了多久能到",
        "",
        "== 没有相同的",
        "- 像而已",
        "== 没有不同的",
        "+ 一个意思",
    )
    assert read_near([path]) == [
        Near(
            ("怎么开发票", "发票在哪开", "开票怎么弄"),
            ("怎么退发票", "发票开了多久能到"),
        )
    ]


def test_synonyms_are_words_between_spaces(tmp_path: Path) -> None:
    path = write(
        tmp_path, "a.txt", "# 说明", "退款 退钱  返款", "孤零零", "", "发票 票据 # 说明 不算"
    )
    assert read_synonyms([path]) == [["退款", "退钱", "返款"], ["发票", "票据"]]


@pytest.mark.parametrize("read", [read_groups, read_near, read_synonyms])
def test_nothing_to_read_gives_nothing(
    tmp_path: Path, read: Callable[[list[Path]], list[object]]
) -> None:
    assert read([]) == []
    assert read([write(tmp_path, "a.txt", "", "# 只有说明")]) == []
    with pytest.raises(FileNotFoundError):
        read([tmp_path / "none.txt"])


@pytest.mark.parametrize(
    ("read", "lines", "where"),
    [
        (read_groups, ["# 说明", "", "几天到"], "a.txt:3"),
        (read_near, ["+ 发票在哪开", "== 怎么开发票"], "a.txt:1"),
        (read_near, ["== 怎么开发票", "发票在哪开"], "a.txt:2"),
        (read_near, ["== 怎么开发票", "", "+发票在哪开"], "a.txt:3"),
        (read_near, ["== 怎么开发票", "* 发票在哪开"], "a.txt:2"),
        (read_near, ["==怎么开发票"], "a.txt:1"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_by_file_and_line(
    tmp_path: Path, read: Callable[[list[Path]], object], lines: list[str], where: str
) -> None:
    with pytest.raises(TrainingTextError) as caught:
        read([write(tmp_path, "a.txt", *lines)])
    assert caught.value.where == where
    assert str(caught.value) == f"{where}：{caught.value.reason}。{caught.value.hint}"
    assert "==" in caught.value.reason + caught.value.hint


@pytest.mark.parametrize(("read", "line"), [(read_groups, "几天到"), (read_near, "+ 几天到")])
def test_a_group_does_not_go_on_in_the_next_file(
    tmp_path: Path, read: Callable[[list[Path]], object], line: str
) -> None:
    first = write(tmp_path, "a.txt", "== 几时到")
    second = write(tmp_path, "b.txt", line)
    with pytest.raises(TrainingTextError) as caught:
        read([first, second])
    assert caught.value.where == "b.txt:1"
