"""The command line: every command, its JSON, its errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from bot.cli.common import told

AT = "2026-03-10T09:30:00+08:00"
CHAT = [
    {"role": "customer", "text": "你好", "at": "2026-03-10T09:30:00+08:00"},
    {
        "role": "agent",
        "text": "您好，请问有什么可以帮您？",
        "at": "2026-03-10T09:30:20+08:00",
        "agent": "0007",
    },
    {
        "role": "customer",
        "text": "我买的洗衣机显示E4，我叫李小明，电话13800001111",
        "at": "2026-03-10T09:31:00+08:00",
    },
    {
        "role": "agent",
        "text": "请您稍等，我为您查询，明天18:00前给您答复。",
        "at": "2026-03-10T09:31:30+08:00",
    },
    {"role": "customer", "text": "好的，谢谢", "at": "2026-03-10T09:32:00+08:00"},
]


def run(*arguments: str, data: Path | None = None) -> Result:
    """Run the command line as a person would, expected failures told."""
    place = ["--data", str(data)] if data else []
    with told():
        return CliRunner().invoke(cli, [*place, *arguments], standalone_mode=True)


@pytest.fixture
def chat_file(tmp_path: Path) -> Path:
    path = tmp_path / "chat.jsonl"
    path.write_text("\n".join(json.dumps(x, ensure_ascii=False) for x in CHAT), encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_every_command_has_help_with_an_example() -> None:
    top = run("--help")
    assert top.exit_code == 0
    for name in ("serve", "suggest", "replay", "check", "mask", "read", "kb", "eval", "doctor"):
        shown = run(name, "--help")
        assert shown.exit_code == 0, name
        assert "例" in shown.output or name in {"kb", "eval"}, name
    for group, name in (("kb", "load"), ("kb", "rollback"), ("kb", "export"), ("eval", "faq")):
        assert "例" in run(group, name, "--help").output


def test_suggest_gives_the_contract_shape(data: Path) -> None:
    done = run("suggest", "暖气一点都不热", "--at", AT, "--json", data=data)
    shape = json.loads(done.output)
    assert {"stage", "emotion", "category", "contact_type", "priority", "suggestions"} <= set(shape)
    assert 1 <= len(shape["suggestions"]) <= 3
    keys = {
        "rank",
        "id",
        "kind",
        "text",
        "ready",
        "holes",
        "score",
        "band",
        "source",
        "matched",
        "why",
    }
    for place, s in enumerate(shape["suggestions"], 1):
        assert keys <= set(s)
        assert s["rank"] == place
        assert s["band"] in {"answer", "suggest"}
        assert s["source"].split(":")[0] in {"prompts", "kb"}
        assert s["ready"] == (not s["holes"])
        assert s["why"].endswith("。")


def test_suggest_for_people_shows_text_and_reason(data: Path) -> None:
    done = run("suggest", "我的手机黑屏了打不开,要求48小时内换货", data=data)
    assert done.exit_code == 0
    assert "为什么" in done.output
    assert "产品质量问题" in done.output


def test_suggest_takes_a_history(data: Path, chat_file: Path) -> None:
    done = run(
        "suggest", "没有了，再见", "--history", str(chat_file), "--at", AT, "--json", data=data
    )
    kinds = [s["kind"] for s in json.loads(done.output)["suggestions"]]
    assert "opening" not in kinds
    assert kinds[0] in {"closing", "survey", "thanks_reply"}


def test_suggest_file_answers_line_by_line(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    items = [{"text": "你好"}, {"text": "没有了", "history": CHAT, "at": AT, "other": 1}]
    path.write_text("\n".join(json.dumps(i) for i in items), encoding="utf-8")
    done = run("suggest", "--file", str(path), "--json", data=data)
    first, second = (json.loads(line) for line in done.output.splitlines())
    assert first["suggestions"][0]["kind"] == "opening"
    assert all(s["kind"] != "opening" for s in second["suggestions"])


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["suggest"], 2, "二选一"),
        (["suggest", "x", "--at", "昨天"], 1, "无法理解"),
        (["suggest", "x", "--at", "2026-03-10T09:30:00"], 1, "没有时区"),
        (["replay", "no-such-file.jsonl"], 2, "no-such-file"),
        (["kb", "load", "no-such-file.csv"], 2, "no-such-file"),
        (["kb", "rollback", "99"], 1, "没有这个版本"),
        (["--encoder", "/no/such/model", "suggest", "x"], 1, "文件夹不存在"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_wrong_use_is_one_clear_sentence(
    arguments: list[str], status: int, says: str, data: Path
) -> None:
    done = _process(["--data", str(data), *arguments])
    assert done.returncode == status
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def _process(arguments: list[str], seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "2" if seed == "0" else "1"},
        check=False,
    )


def test_replay_follows_the_contract(chat_file: Path) -> None:
    *turns, last = (
        json.loads(x) for x in run("replay", str(chat_file), "--json").output.splitlines()
    )
    assert [t["turn"] for t in turns] == [0, 1, 2, 3, 4]
    assert all("ticket" not in t for t in turns)
    assert turns[0]["suggestions"][0]["kind"] == "opening"
    assert turns[1]["suggestions"] == []
    assert turns[2]["fields"]["fault_code"] == "E4"
    assert turns[2]["fields"]["phone"] == "13800001111"
    assert turns[4]["suggestions"][0]["kind"] in {"thanks_reply", "closing"}
    ticket = last["ticket"]
    assert ticket["promises"][0]["due"].startswith("2026-03-11T18:00")
    assert ticket["fields"]["agent_no"] == "0007"
    assert ticket["note"]
    assert {c["name"] for c in ticket["clocks"]} >= {"first_response", "classification", "promise"}
    assert set(last["score"]["parts"]) == {
        "courtesy",
        "attitude",
        "business",
        "skill",
        "ticket_work",
    }


def test_the_same_replay_gives_the_same_bytes(chat_file: Path) -> None:
    first, second = (_process(["replay", str(chat_file), "--json"], seed) for seed in ("0", "77"))
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "不是有效的 JSON"),
        ("[]", "不是 JSON 对象"),
        ('{"role": "boss", "text": "x", "at": "2026-03-10T09:30:00+08:00"}', "role"),
        ('{"role": "agent", "at": "2026-03-10T09:30:00+08:00"}', "缺少 text"),
        ('{"role": "agent", "text": "x"}', "缺少 at"),
        ('{"role": "agent", "text": "x", "at": "2026-03-10"}', "没有时区"),
    ],
)
def test_a_bad_conversation_line_is_named(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(CHAT[0]) + "\n" + line + "\n", encoding="utf-8")
    done = _process(["replay", str(path), "--json"])
    assert done.returncode == 1
    assert "bad.jsonl:2" in done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_conversation_is_told(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("\n", encoding="utf-8")
    done = _process(["replay", str(path)])
    assert done.returncode == 1
    assert "没有任何一行" in done.stderr


def test_check_blocks_and_still_exits_zero() -> None:
    done = run("check", "你怎么听不懂，这不归我管", "--json")
    shape = json.loads(done.output)
    assert done.exit_code == 0
    assert shape["blocked"]
    assert not shape["ok"]
    assert {"rule", "severity", "start", "end", "points", "advice"} <= set(shape["findings"][0])
    assert json.loads(run("check", "您好，请问有什么可以帮您？", "--json").output)["ok"]


def test_mask_and_read_follow_the_contract() -> None:
    masked = json.loads(run("mask", "我的手机13800001111，谢谢", "--json").output)
    assert masked["masked"] == "我的手机138****1111，谢谢"
    assert masked["found"] == [{"type": "mobile", "start": 4, "end": 15}]
    read = json.loads(
        run("read", "转人工，我订单ORD20231028001昨天就该到了", "--at", AT, "--json").output
    )
    assert "wants_human" in read["intents"]
    assert read["fields"]["order_no"] == "ORD20231028001"
    assert read["fields"]["happened_on"] == "2026-03-09"


def test_knowledge_is_loaded_listed_rolled_back_and_exported(data: Path, tmp_path: Path) -> None:
    csv = tmp_path / "我的.csv"
    csv.write_bytes(
        (
            "编号,分类,场景,语气,标题,内容,备用话术,示例问法,标签,团队,生效,失效\r\n"
            "own-1,业务解答,停车,正式,停车说明,停车场入口在东门，前两小时免费。,,停车怎么收费,,,,\r\n"
        ).encode("gbk")
    )
    loaded = run("kb", "load", str(csv), "--note", "试", "--json", data=data)
    report = json.loads(loaded.output)
    assert report["version"] == 2
    assert report["changes"]["added"] == ["line:own-1"]
    offered = json.loads(run("suggest", "停车怎么收费", "--json", data=data).output)["suggestions"]
    assert "prompts:own-1" in [s["source"] for s in offered]
    back = json.loads(run("kb", "rollback", "1", "--json", data=data).output)
    assert back["changes"]["removed"] == ["line:own-1"]
    history = [
        json.loads(x) for x in run("kb", "versions", "--json", data=data).output.splitlines()
    ]
    assert [v["number"] for v in history] == [3, 2, 1]
    assert history[1]["note"] == "试"
    assert all(v["who"] and v["at"] for v in history)
    out = tmp_path / "out"
    assert run("kb", "export", str(out), "--format", "xlsx", data=data).exit_code == 0
    assert (
        json.loads(run("kb", "check", str(out), "--json", data=data).output)["changes"]["updated"]
        == []
    )


def test_a_failed_load_names_the_row_and_changes_nothing(data: Path, tmp_path: Path) -> None:
    run("suggest", "你好", data=data)
    csv = tmp_path / "bad.csv"
    csv.write_text(
        "编号,分类,场景,语气,标题,内容,备用话术,示例问法,标签,团队,生效,失效\n"
        "a,业务解答,,,标题,内容,,,,,,\n"
        "b,没有这类,,,标题,,,,,,,\n",
        encoding="utf-8",
    )
    done = _process(["--data", str(data), "kb", "load", str(csv)])
    assert done.returncode == 1
    assert "bad.csv:3" in done.stderr
    assert "分类" in done.stderr
    assert "内容" in done.stderr
    assert [
        v["number"]
        for v in map(json.loads, run("kb", "versions", "--json", data=data).output.splitlines())
    ] in ([], [1])


def test_doctor_finds_a_sound_set_up(data: Path) -> None:
    done = run("doctor", "--json", data=data)
    checks = [json.loads(x) for x in done.output.splitlines()]
    assert {c["name"] for c in checks} >= {"Python", "语义模型", "数据文件夹", "话术与知识", "端口"}
    assert [c for c in checks if c["state"] == "bad"] == []
    assert done.exit_code == 0


def test_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    done = _process(["--data", str(tmp_path), "--encoder", str(tmp_path / "none"), "doctor"])
    assert done.returncode == 1
    assert "语义模型" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_settings_come_from_file_and_environment_and_unknown_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    config = tmp_path / "huashu.toml"
    config.write_text('company = "甲公司"\n', encoding="utf-8")
    hello = ["suggest", "你好", "--at", AT, "--json"]
    texts = json.loads(run("--config", str(config), *hello, data=data).output)["suggestions"]
    assert "甲公司" in texts[0]["text"]
    monkeypatch.setenv("HUASHU_COMPANY", "乙公司")
    texts = json.loads(run("--config", str(config), *hello, data=data).output)["suggestions"]
    assert "乙公司" in texts[0]["text"]
    config.write_text('compny = "甲公司"\n', encoding="utf-8")
    done = _process(["--config", str(config), "--data", str(data), "suggest", "你好"])
    assert done.returncode == 1
    assert "compny" in done.stderr
    assert "company" in done.stderr


def test_eval_uses_the_objects_that_suggest_uses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: Path
) -> None:
    """Every evaluation goes through the search and the suggester that serve."""
    from bot.desk.suggest import Suggester
    from embeddings.hybrid import HybridIndex

    calls: list[str] = []

    def spy(owner: type, name: str) -> None:
        original = getattr(owner, name)

        def counted(*args: object, **kwargs: object) -> object:
            calls.append(f"{owner.__name__}.{name}")
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, counted)

    spy(HybridIndex, "search")
    spy(Suggester, "understand")
    docs, queries, lines = (tmp_path / n for n in ("d.jsonl", "q.jsonl", "l.jsonl"))
    docs.write_text(
        '{"id": "1", "title": "怎么退款"}\n{"id": "2", "title": "怎么换货"}\n', encoding="utf-8"
    )
    queries.write_text('{"qid": "q", "query": "我要退款", "positives": ["1"]}\n', encoding="utf-8")
    found = json.loads(
        run("eval", "faq", "--docs", str(docs), "--queries", str(queries), "--json").output
    )
    assert found["R@1"] == 1.0
    assert calls == ["HybridIndex.search"]
    calls.clear()
    lines.write_text(
        '{"id": "1", "context": [{"role": "customer", "text": "谢谢"}], "kinds": ["thanks_reply"]}\n',
        encoding="utf-8",
    )
    found = json.loads(run("eval", "lines", str(lines), "--json").output)
    assert found["hit@1"] == 1.0
    assert calls[0] == "Suggester.understand"
    assert "HybridIndex.search" in calls


def test_suggest_never_imports_torch(data: Path) -> None:
    code = (
        "import sys; from click.testing import CliRunner; from bot.cli import cli; "
        f"r = CliRunner().invoke(cli, ['--data', {str(data)!r}, 'suggest', '你好', '--json']); "
        "assert r.exit_code == 0, r.output; "
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'scipy', 'sklearn'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_line_that_nobody_may_send_is_not_loaded(data: Path, tmp_path: Path) -> None:
    csv = tmp_path / "rude.csv"
    csv.write_text(
        "编号,分类,场景,语气,标题,内容,备用话术,示例问法,标签,团队,生效,失效\n"
        "rude,业务解答,停车,,停车,这不归我管，你问别人去,,停车,,,,\n",
        encoding="utf-8",
    )
    done = _process(["--data", str(data), "kb", "load", str(csv)])
    assert done.returncode == 1
    assert "编号 rude" in done.stderr
    assert "不能发给客户" in done.stderr
    forced = _process(["--data", str(data), "kb", "load", str(csv), "--force"])
    assert forced.returncode == 0


def test_a_file_in_another_encoding_is_told(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "gbk.jsonl"
    path.write_bytes('{"text": "你好"}'.encode("gbk"))
    done = _process(["--data", str(data), "suggest", "--file", str(path)])
    assert done.returncode == 1
    assert "UTF-8" in done.stderr


def test_a_damaged_newest_version_leaves_an_older_one_served(data: Path, tmp_path: Path) -> None:
    csv = tmp_path / "own.csv"
    csv.write_text(
        "编号,分类,场景,语气,标题,内容,备用话术,示例问法,标签,团队,生效,失效\n"
        "own-1,业务解答,停车,,停车,前两小时停车免费。,,停车怎么收费,,,,\n",
        encoding="utf-8",
    )
    assert run("kb", "load", str(csv), data=data).exit_code == 0
    newest = data / "knowledge" / "versions" / "000002.jsonl"
    newest.write_bytes(newest.read_bytes()[:500])
    assert run("suggest", "你好", data=data).exit_code == 0
    assert run("kb", "rollback", "1", data=data).exit_code == 0
    assert (
        json.loads(run("kb", "versions", "--json", data=data).output.splitlines()[0])["number"] == 3
    )
