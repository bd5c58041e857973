"""Solution files: YAML, tables, Markdown and lexicons; every fault told, what is exported comes back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kb import lexicon
from kb.library import from_paths, read_contents, shipped
from kb.limits import Authority, Duration, Unit, parse_authority, parse_duration
from kb.solutions import COLUMNS, Solution
from kb.terms import Category, Priority, Role
from prompts.errors import Fault, LoadFailed
from prompts.read_table import write_csv, write_xlsx
from prompts.terms import Kind, Tone
from tests.fakes.library import line, solution, write_lines, write_solutions

BARE = "id: a\n  title: 题\n  category: price_policy\n"
ANSWER = "  script: [{kind: answer, text: 好}]\n"


def read(path: Path, text: str) -> list[Solution]:
    path.write_text(text, encoding="utf-8")
    return read_contents([path]).solutions


def faults_of(*paths: Path) -> tuple[Fault, ...]:
    with pytest.raises(LoadFailed) as caught:
        read_contents(paths)
    return caught.value.faults


def yaml_faults(path: Path, text: str) -> list[tuple[str, str, str]]:
    path.write_text(f"solutions:\n- {text}", encoding="utf-8")
    return [(f.where, f.field, f.reason) for f in faults_of(path)]


def full() -> Solution:
    """A solution that uses every column."""
    base = solution(1, "退款多久到账")
    script = (
        line(0, "抱歉让您久等。", id="s-001#1", title="", examples=()),
        line(
            0,
            "请分两步：\n一、登录；\n二、申请。",
            id="s-001#2",
            kind=Kind.ANSWER,
            title="",
            examples=(),
        ),
        line(
            0,
            "{{deadline}}给您答复。",
            id="s-001#3",
            kind=Kind.PROMISE,
            fallback="24小时内给您答复。",
            title="",
            examples=(),
        ),
    )
    values = {name: getattr(base, name) for name in ("id", "title", "category", "questions")}
    return Solution(
        **values,
        priority=Priority.P1,
        script=script,
        conditions=("签收7天内", "未使用"),
        steps=("申请", "审核"),
        authority=(
            Authority("补偿", Role.MANAGER, 1_234_567.5, (Priority.P1, Priority.P2)),
            Authority("换货", Role.SUPERVISOR),
        ),
        time_limits=(
            ("response", Duration(30, Unit.MINUTE)),
            ("check", Duration(2, Unit.WORKDAY)),
            ("execution", Duration(48, Unit.HOUR)),
        ),
        needs=("order_no", "故障视频"),
        departments=("财务部",),
        reminders=("=保留小票",),
        bot_safe=True,
        identity_first=True,
        valid_from=dt.date(2026, 1, 1),
        valid_until=dt.date(2026, 12, 31),
        owner="王",
        source="手册",
    )


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_solution_with_every_column_survives_export_and_loading(
    tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"知识.{ending}"
    (write_csv if ending == "csv" else write_xlsx)(path, COLUMNS, [full().to_row()])
    assert read_contents([path]).solutions == [full()]


def test_a_solution_survives_its_plain_values() -> None:
    assert Solution.from_dict(full().to_dict()) == full()


def test_the_shipped_solutions_survive_a_table(tmp_path: Path) -> None:
    solutions = shipped().solutions
    write_csv(tmp_path / "a.csv", COLUMNS, [s.to_row() for s in solutions])
    assert tuple(read_contents([tmp_path / "a.csv"]).solutions) == solutions


def test_script_cells_name_the_kind_or_are_answers(tmp_path: Path) -> None:
    entry = solution(1, "题")
    row = dict(zip(COLUMNS, entry.to_row(), strict=True))
    row["话术"] = "安抚：别急\n您好：请到门店办理\nack: 好的 || 收到\n\n业务解答：第一行⏎第二行"
    write_csv(tmp_path / "a.csv", COLUMNS, [[row[c] for c in COLUMNS]])
    (found,) = read_contents([tmp_path / "a.csv"]).solutions
    assert [(s.kind, s.text, s.fallback) for s in found.script] == [
        (Kind.REASSURANCE, "别急", ""),
        (Kind.ANSWER, "您好：请到门店办理", ""),
        (Kind.ACK, "好的", "收到"),
        (Kind.ANSWER, "第一行\n第二行", ""),
    ]
    assert [s.id for s in found.script] == ["s-001#1", "s-001#2", "s-001#3", "s-001#4"]
    assert found.answer.text == "您好：请到门店办理"


def test_a_yaml_entry_takes_names_and_codes_alike(tmp_path: Path) -> None:
    (found,) = read(
        tmp_path / "a.yaml",
        "solutions:\n- title: 题\n  category: 支付/售后流程咨询\n  major: 售中支持\n"
        "  priority: 紧急\n  questions: [题, 问, 问]\n"
        "  needs: [订单号, order_no, 视频]\n  time_limits: {审核: 2个工作日, response: 30m}\n"
        "  script:\n  - {kind: 解答, text: 好, tone: 亲切}\n  bot_safe: 是\n",
    )
    assert found.category is Category.PAYMENT_AFTERSALE_PROCESS
    assert found.priority is Priority.P1
    assert found.questions == ("问",)
    assert found.needs == ("order_no", "视频")
    assert [(n, d.said) for n, d in found.time_limits] == [
        ("response", "30分钟"),
        ("check", "2个工作日"),
    ]
    assert found.limit("check") == Duration(2, Unit.WORKDAY)
    assert found.limit("execution") is None
    assert found.script[0].tone is Tone.WARM
    assert (found.bot_safe, found.identity_first) == (True, False)
    assert found.id.startswith("kb-")


@pytest.mark.parametrize(
    ("more", "field", "reason"),
    [
        ("", "script", "没有“业务解答”一步"),
        ("  script: [{kind: ack, text: 好}]\n", "script", "没有“业务解答”一步"),
        ("  script: [[好]]\n", "script", "有一步不是文字"),
        (ANSWER + "  major: 售后投诉\n", "major", "“售后投诉”与小类不符"),
        (ANSWER + "  priority: P9\n", "priority", "“P9”不是可用的值"),
        (ANSWER + "  authority: [换货]\n", "authority", "“换货”无法理解"),
        (ANSWER + "  authority: [换货:国王]\n", "authority", "“换货:国王”无法理解"),
        (ANSWER + "  time_limits: {execution: 很快}\n", "time_limits", "无法理解"),
        (ANSWER + "  time_limits: {execution: 0h}\n", "time_limits", "无法理解"),
        (ANSWER + "  time_limits: [审核:2h, 检测:3h]\n", "time_limits", "“检测”重复"),
        (ANSWER + "  bot_safe: 也许\n", "bot_safe", "“也许”不是 是/否"),
    ],
)
def test_a_fault_of_a_solution_tells_where_and_why(
    tmp_path: Path, more: str, field: str, reason: str
) -> None:
    found = yaml_faults(tmp_path / "a.yaml", BARE + more)
    assert field in [f for _, f, _ in found]
    assert any(reason in why and where.startswith("a.yaml:") for where, _, why in found)


@pytest.mark.parametrize(
    ("step", "field", "reason"),
    [
        ("{kind: answer, text: ''}", "text", "不能为空"),
        ("{kind: answer, text: '{{pin}}'}", "text", "未知变量"),
        ("{kind: answer, text: a || b}", "text", "不能含有“||”"),
        ("{kind: answer, text: 好, tone: 冷}", "tone", "“冷”不是可用的值"),
        ("{kind: answer, text: 好, fallback: '{{order_no}}'}", "fallback", "使用了工单变量"),
        ("{kind: answer, text: 好, extra: 1}", "extra", "不是已知的字段"),
    ],
)
def test_a_fault_of_a_script_step_is_told_at_its_line(
    tmp_path: Path, step: str, field: str, reason: str
) -> None:
    found = yaml_faults(tmp_path / "a.yaml", f"{BARE}  script:\n  - {step}\n  - 好\n")
    assert any(
        (where, name) == ("a.yaml:6", field) and reason in why for where, name, why in found
    ), found


def test_lines_and_solutions_may_come_together_and_each_file_says_what_it_holds(
    tmp_path: Path,
) -> None:
    write_lines(tmp_path / "甲.csv", line(1))
    write_solutions(tmp_path / "乙.csv", solution(1, "题"))
    found = read_contents([tmp_path])
    assert [entry.id for entry in found.lines] == ["l-001"]
    assert [entry.id for entry in found.solutions] == ["s-001"]


def test_faults_are_sorted_by_file_and_by_number(tmp_path: Path) -> None:
    entries = "".join(f"- {{id: a{i}, kind: 错, text: 好}}\n" for i in range(12))
    (tmp_path / "b.yaml").write_text(f"lines:\n{entries}", encoding="utf-8")
    (tmp_path / "a.yaml").write_text("solutions:\n- 错\n", encoding="utf-8")
    places = [f.where for f in faults_of(tmp_path)]
    assert places == ["a.yaml:2", *(f"b.yaml:{i}" for i in range(2, 14))]


def test_a_repeated_solution_id_names_both_places(tmp_path: Path) -> None:
    write_solutions(tmp_path / "a.csv", solution(1, "甲"), solution(1, "乙"))
    (fault,) = faults_of(tmp_path / "a.csv")
    assert fault.where.startswith("a.csv:")
    assert "a.csv:2" in fault.hint


@pytest.mark.parametrize("with_lexicon", [True, False])
def test_a_library_folder_may_hold_settings_a_readme_and_hidden_files(
    tmp_path: Path, with_lexicon: bool
) -> None:
    for name in ("phrases", "solutions", "空"):
        (tmp_path / name).mkdir()
    write_lines(tmp_path / "phrases" / "a.csv", line(1))
    write_solutions(tmp_path / "solutions" / "a.csv", solution(1, "题"))
    for name in ("settings.yaml", "README.md", ".gitignore", ".DS_Store", "LICENSE"):
        (tmp_path / name).write_text("company: 甲\n", encoding="utf-8")
    if with_lexicon:
        (tmp_path / "lexicon" / "words").mkdir(parents=True)
        (tmp_path / "lexicon" / "words" / "a.txt").write_text("退款单\n", encoding="utf-8")
    library = from_paths([tmp_path])
    assert [entry.id for entry in library.lines] == ["l-001"]
    assert [entry.id for entry in library.solutions] == ["s-001"]
    assert (library.lexicon.words == ("退款单",)) is with_lexicon


def test_only_what_a_library_brings_replaces_what_ships(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.csv", line(1))
    library, whole = from_paths([tmp_path]), shipped()
    assert len(library.lines) == 1
    assert library.solutions == whole.solutions
    assert library.lexicon == whole.lexicon


def test_upserting_puts_known_ids_in_place_and_new_ones_behind(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.csv", line(1, "换了新说法，抱歉。"), line(9))
    library = shipped()
    first = library.replaced(read_contents([write_lines(tmp_path / "b.csv", line(1), line(2))]))
    second = first.upserted(read_contents([tmp_path / "a.csv"]))
    assert [entry.id for entry in second.lines] == ["l-001", "l-002", "l-009"]
    assert second.lines[0].text == "换了新说法，抱歉。"
    assert second.solutions == library.solutions


@pytest.mark.parametrize(
    ("text", "said"),
    [("48h", "48小时"), ("2bd", "2个工作日"), ("30分钟", "30分钟"), (" 3 日 ", "3天")],
)
def test_durations_are_read_and_said(text: str, said: str) -> None:
    found = parse_duration(text)
    assert found
    assert found.said == said
    assert parse_duration(str(found)) == found == parse_duration(found.said)


@pytest.mark.parametrize("text", ["", "h", "0h", "-1h", "1.5h", "两天", "99999h", "2w"])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    "authority",
    [
        Authority("换货", Role.SUPERVISOR),
        Authority("补偿", Role.MANAGER, 200),
        Authority("补偿", Role.MANAGER, 1_000_000),
        Authority("补偿", Role.DEPARTMENT, 12_345.67, (Priority.P1,)),
        Authority("退差价", Role.AGENT, 0.5),
    ],
)
def test_an_authority_is_read_as_it_is_written(authority: Authority) -> None:
    assert parse_authority(str(authority)) == authority


@pytest.mark.parametrize("text", ["", "主管", "换货:", ":主管", "补偿>多:经理", "换货@P7:主管"])
def test_what_is_no_authority_is_none(text: str) -> None:
    assert parse_authority(text) is None


def test_markdown_headings_with_answers_are_solutions(tmp_path: Path) -> None:
    found = read(
        tmp_path / "问答.md",
        "# 售后\n\n## 怎么**退货** ##\n- 打开订单\n- 点申请退货\n小类：产品质量问题\n\n"
        "## 多久到账\n一般3天。\n",
    )
    assert [(s.title, s.answer.text, s.category) for s in found] == [
        ("怎么退货", "打开订单。点申请退货。", Category.PRODUCT_QUALITY),
        ("多久到账", "一般3天。", Category.PAYMENT_AFTERSALE_PROCESS),
    ]
    assert {s.priority for s in found} == {Priority.P3}


@pytest.mark.parametrize("ending", ["txt", "md", "markdown"])
def test_questions_and_answers_by_mark_are_solutions(tmp_path: Path, ending: str) -> None:
    found = read(
        tmp_path / f"a.{ending}",
        "# 常见问题\n问：怎么退货\nQ: 不想要了\n答：请在订单页申请。\n小票请留好\n\n问题：多久到账\nA：3天",
    )
    assert [(s.title, s.questions, s.answer.text) for s in found] == [
        ("怎么退货", ("不想要了",), "请在订单页申请。小票请留好。"),
        ("多久到账", (), "3天。"),
    ]


@pytest.mark.parametrize(
    ("text", "where", "reason"),
    [
        ("## 怎么退货\n\n## 怎么换货\n请申请。\n", "a.md:1", "没有答案"),
        ("## 怎么换货\n请申请。\n## 怎么退货\n", "a.md:3", "没有答案"),
        ("问：怎么退货\n答：\n问：多久\n答：3天\n", "a.md:1", "没有答案"),
        ("随便一段话\n## 问\n答\n", "a.md:1", "内容前面没有问题"),
        ("\n\n", "a.md:1", "没有问答内容"),
        ("## 问\n答\n小类：不存在\n", "a.md:1", "不是可用的值"),
        ("## 问\n答{{pin}}\n", "a.md:1", "未知变量"),
    ],
)
def test_markdown_faults_name_the_line_of_the_question(
    tmp_path: Path, text: str, where: str, reason: str
) -> None:
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    found = faults_of(tmp_path / "a.md")
    assert found[0].where == where
    assert reason in found[0].reason


def test_a_lexicon_is_parsed_with_comments_and_groups() -> None:
    found = lexicon.parse(
        {
            "words/z.txt": "退款单 # 单据\n\n# 注\n暖气片\n",
            "synonyms/a.txt": "退钱 返款\n宽带 网络",
            "synonyms/common.txt": "退款 退钱",
            "products/p.txt": "SIM 卡\n",
            "stopwords.txt": "的\n",
        }
    )
    assert found.words == ("退款单", "暖气片")
    assert found.products == ("SIM 卡",)
    assert found.stop_words == ("的",)
    assert found.synonyms == {
        "退款": "退款",
        "退钱": "退款",
        "返款": "退款",
        "宽带": "宽带",
        "网络": "宽带",
    }
    assert found.splitter().terms("我的网络坏了")[1] == "宽带"


def test_every_fault_of_a_lexicon_is_told() -> None:
    with pytest.raises(LoadFailed) as caught:
        lexicon.parse(
            {
                "words/a.txt": f"两 个\n{'长' * 25}\n好\n",
                "synonyms/a.txt": "\n孤单\n",
                "别的/a.txt": "词\n",
            }
        )
    assert {(f.where, f.reason.split("（")[0]) for f in caught.value.faults} == {
        ("lexicon/words/a.txt:1", "一行有多个词"),
        ("lexicon/words/a.txt:2", "词语过长"),
        ("lexicon/synonyms/a.txt:2", "同义词组只有一个词"),
        ("lexicon/别的/a.txt", "不是词典文件"),
    }


def test_a_lexicon_in_gbk_loads_and_a_binary_one_is_a_fault(tmp_path: Path) -> None:
    words = tmp_path / "lexicon" / "words"
    words.mkdir(parents=True)
    (words / "a.txt").write_bytes("暖气片\n".encode("gbk"))
    assert lexicon.parse(read_contents([tmp_path]).lexicon_files).words == ("暖气片",)
    (words / "b.txt").write_bytes(b"\x00\x01")
    assert [f.where for f in faults_of(tmp_path)] == ["b.txt:1"]
