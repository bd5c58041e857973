"""Reading rule files: every fault at once, with its place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.quality import Context, RulesFaulty, Severity, load_rules, verify
from bot.quality.confusions import find_typos, load_confusions, shipped_confusions
from bot.quality.fold import fold_line
from bot.quality.rewriting import Rewrite
from bot.quality.words import load_words, shipped_words

GOOD = """rules:
- id: sample
  name: 样例
  part: attitude
  severity: block
  points: 10
  message: 不妥
  advice: 换个说法
  patterns: ['随便(?:<you>|$)']
  except: ['随便挑']
  fires: [随便, 随便你]
  passes: [随便挑]
"""
FILE = Path("rules.yaml")


def faults_of(text: str) -> list[str]:
    with pytest.raises(RulesFaulty) as caught:
        load_rules(FILE, text=text)
    return [str(fault) for fault in caught.value.faults]


def test_a_good_file_gives_its_rules_with_word_groups_put_in() -> None:
    [rule] = load_rules(FILE, text=GOOD)
    assert (rule.id, rule.severity, rule.points, rule.override) == (
        "sample",
        Severity.BLOCK,
        10,
        True,
    )
    assert rule.patterns == (f"随便(?:(?:{shipped_words()['you']})|$)",)
    assert verify([rule]) == ()


def test_every_fault_is_reported_at_once_with_its_line() -> None:
    text = (
        GOOD.replace("points: 10", "points: 很多")
        .replace("severity: block", "severity: 严重")
        .replace("<you>", "<nobody>")
        .replace("  passes: [随便挑]\n", "  colour: red\n")
    )
    faults = faults_of(text)
    assert len(faults) == 5
    assert any(f.startswith("rules.yaml:5：“severity”") for f in faults)
    assert any(f.startswith("rules.yaml:6：“points”") for f in faults)
    assert any(f.startswith("rules.yaml:9：“patterns”没有词组 <nobody>") for f in faults)
    assert any("“colour”不是已知的字段" in f for f in faults)
    assert any("“passes”没有例句" in f for f in faults)


def test_a_broken_pattern_is_reported_with_the_reason() -> None:
    [fault] = faults_of(GOOD.replace("随便挑']", "随便(挑']"))
    assert "“except”" in fault
    assert "RE2" in fault


def test_look_around_is_refused_since_it_is_not_linear() -> None:
    [fault] = faults_of(GOOD.replace("随便(?:<you>|$)", "(?<!不)随便"))
    assert "不支持环视" in fault


def test_a_pattern_that_matches_nothing_at_all_is_refused() -> None:
    [fault] = faults_of(GOOD.replace("随便(?:<you>|$)", "(?:随便)*"))
    assert "会匹配空内容" in fault


def test_a_repeated_id_names_both_places() -> None:
    [fault] = faults_of(GOOD + GOOD.removeprefix("rules:\n"))
    assert "rules.yaml:13" in fault
    assert "rules.yaml:2 已有" in fault


def test_a_rule_without_anything_to_look_for_is_refused() -> None:
    text = GOOD.replace("  patterns: ['随便(?:<you>|$)']\n", "")
    assert any("没有写匹配内容" in fault for fault in faults_of(text))


def test_an_unknown_check_is_refused_with_those_that_exist() -> None:
    [fault] = faults_of(GOOD.replace("  patterns:", "  check: magic\n  patterns:"))
    assert "personal_data" in fault


def test_a_file_that_is_no_yaml_is_reported_not_raised_raw() -> None:
    assert "YAML" in faults_of("rules: [")[0]


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RulesFaulty) as caught:
        load_rules(tmp_path / "none.yaml")
    assert "无法读取" in str(caught.value)


def test_a_file_in_another_encoding_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes("rules: 随便".encode("gbk"))
    with pytest.raises(RulesFaulty) as caught:
        load_rules(path)
    assert "UTF-8" in str(caught.value)


def test_verify_names_the_example_that_contradicts_its_rule() -> None:
    [rule] = load_rules(FILE, text=GOOD.replace("fires: [随便,", "fires: [您好,"))
    [fault] = verify([rule])
    assert (fault.where, fault.field) == ("sample", "fires")
    assert "您好" in fault.reason


def test_word_groups_may_be_made_of_earlier_ones() -> None:
    text = "words:\n- {name: a, pattern: '甲'}\n- {name: b, pattern: '<a>乙'}\n"
    assert load_words(Path("words.yaml"), text=text)["b"] == "(?:甲)乙"


def test_confusions_are_many_each_once_and_never_right_as_they_stand() -> None:
    pairs = shipped_confusions()
    assert len(pairs) >= 150
    assert len({one.wrong for one in pairs}) == len(pairs)
    for one in pairs:
        assert one.wrong != one.right
        assert all(one.wrong in context for context in one.contexts), one


def test_a_confusion_and_its_contexts_are_told_apart() -> None:
    def typos(text: str) -> list[tuple[str, str | None]]:
        return [(text[one.start : one.end], one.better) for one in find_typos(text)]

    assert typos("号的，马上查") == [("号的", "好的")]
    assert typos("3号的包裹") == []
    assert typos("您自己发的") == []
    assert typos("己发货") == [("己发", "已发")]
    assert typos("师傅正在等一下一位") == []


def test_no_line_of_ordinary_words_around_a_confusion_is_a_typo() -> None:
    """Every context listed as right is let through, for every pair at once."""
    for one in shipped_confusions():
        for context in one.contexts:
            hits = [h for h in find_typos(context) if context[h.start : h.end] == one.wrong]
            assert hits == [], (one.wrong, context)


def test_a_confusion_by_itself_is_found() -> None:
    for one in shipped_confusions():
        assert list(find_typos(fold_line(one.wrong).text)), one


def test_a_faulty_list_of_confusions_names_every_line() -> None:
    text = "# note\n号的\t好的\n号的\t好地\n只有一列\n一样\t一样\n错\t对\t别的词\n"
    with pytest.raises(RulesFaulty) as caught:
        load_confusions(Path("typos.txt"), text=text)
    faults = [str(fault) for fault in caught.value.faults]
    assert [fault.split("：")[0] for fault in faults] == [f"typos.txt:{n}" for n in (3, 4, 5, 6)]
    assert "重复" in faults[0]
    assert "制表符" in faults[1]
    assert "相同" in faults[2]
    assert "别的词" in faults[3]


def test_rewrites_and_the_conversation_of_the_examples_are_read() -> None:
    text = GOOD + "  rewrite: ['随便(<you>) => \\1决定']\n  given: {sent: [甲, 乙], locked: 是}\n"
    [rule] = load_rules(FILE, text=text)
    assert rule.rewrites == (Rewrite(f"随便((?:{shipped_words()['you']}))", "\\1决定"),)
    assert rule.given == Context(sent=("甲", "乙"), locked=True)


@pytest.mark.parametrize(
    ("addition", "reason"),
    [
        ("  rewrite: [随便]\n", "缺少"),
        ("  rewrite: ['随便 => \\2']\n", "没有的括号"),
        ("  rewrite: ['随(便 => 好']\n", "RE2"),
        ("  given: 甲\n", "键值结构"),
        ("  given: {said: 甲}\n", "不是已知的字段"),
    ],
)
def test_a_faulty_rewrite_or_conversation_is_reported_with_its_line(
    addition: str, reason: str
) -> None:
    faults = faults_of(GOOD + addition)
    assert any(f.startswith("rules.yaml:13") and reason in f for f in faults), faults


def test_verify_names_a_rewrite_to_which_the_rule_objects_again() -> None:
    [rule] = load_rules(FILE, text=GOOD + "  rewrite: ['随便 => 很随便']\n")
    assert {fault.field for fault in verify([rule])} == {"rewrite"}
