"""Commands about messages: suggest, replay, check, mask, read."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import click

from bot.cli.common import Chosen, emit, now, one_or_many, place_options

_FILE = click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="JSON Lines 文件，每行一个带 text 的对象（- 为标准输入）",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON，每行一个对象")


@click.command(epilog='例：  huashu suggest "我的手机黑屏了打不开,要求48小时内换货"')
@click.argument("text", required=False)
@_FILE
@click.option(
    "--history",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="此前的会话（replay 格式，at 可省略）",
)
@click.option("--at", help="消息时间，例如 2026-03-10T09:30:00+08:00（默认现在）")
@click.option("--top", type=click.IntRange(1, 30), default=3, show_default=True, help="最多几条")
@_JSON
@place_options
def suggest(
    chosen: Chosen,
    text: str | None,
    file: Path | None,
    history: Path | None,
    at: str | None,
    top: int,
    *,
    as_json: bool,
) -> None:
    """给出一条客户消息的建议话术：最合适的在前，并说明理由。"""
    from bot.desk.transcript import Said, read_time
    from bot.domain.terms import Speaker

    program = chosen.program()
    chat = program.chat(of_data=True)
    for where, item in one_or_many(text, file):
        moment = read_time(where, item.get("at") or at, now())
        chat = chat.again()
        earlier = item.get("history") if file else history
        for said in _history(where, earlier, moment):
            chat.say(said)
        turn = chat.say(Said(Speaker.CUSTOMER, item["text"], moment), top)
        keys = ("stage", "emotion", "category", "contact_type", "priority", "suggestions")
        shape = {key: turn[key] for key in keys}
        if as_json:
            emit(shape)
        else:
            from bot.cli.showing import show_suggestions

            show_suggestions(item["text"], shape)


def _history(where: str, given: object, moment: dt.datetime) -> list[Any]:
    """Earlier lines, from a file's path or from the ``history`` of a ``--file`` line."""
    import json

    from bot.desk.errors import BadConversation
    from bot.desk.transcript import read_transcript

    if given is None:
        return []
    start = moment - dt.timedelta(minutes=5)
    if isinstance(given, Path):
        with given.open(encoding="utf-8-sig") as lines:
            return list(read_transcript(given.name, lines, start))
    if isinstance(given, str):
        return _history(where, Path(given), moment)
    if not isinstance(given, list):
        raise BadConversation(where, "history 不是列表", "写成 replay 格式的对象列表")
    return list(read_transcript(where, (json.dumps(x) for x in given), start))


@click.command(epilog="例：  huashu replay chat.jsonl --json")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_JSON
@place_options
def replay(chosen: Chosen, file: Path, *, as_json: bool) -> None:
    """用文件中的时间重放一段会话：每句话的状态、升级、建议和质检，最后是工单。"""
    from bot.desk.errors import BadConversation
    from bot.desk.transcript import read_transcript

    with file.open(encoding="utf-8-sig") as lines:
        transcript = list(read_transcript(file.name, lines))
    if not transcript:
        raise BadConversation(file.name, "没有任何一行会话", "请检查文件内容")
    chat = chosen.program().chat(of_data=chosen.data is not None)
    for said in transcript:
        turn = chat.say(said)
        if as_json:
            emit(turn)
        else:
            from bot.cli.showing import show_turn

            show_turn(said.text, turn)
    if as_json:
        emit(chat.ticket())
    else:
        from bot.cli.showing import show_ticket

        show_ticket(chat.ticket())


@click.command(epilog='例：  huashu check "你怎么听不懂，改天再说吧" --upset')
@click.argument("text", required=False)
@_FILE
@click.option("--upset", is_flag=True, help="客户正在着急或生气")
@_JSON
@click.pass_obj
def check(
    chosen: Chosen, text: str | None, file: Path | None, *, upset: bool, as_json: bool
) -> None:
    """检查一句要发给客户的话：违规、提醒、扣分和更好的说法。"""
    from bot.desk.shapes import check_shape
    from bot.quality import Checker

    checker = Checker.shipped()
    for _, item in one_or_many(text, file):
        result = checker.check(item["text"], upset=bool(item.get("upset", upset)))
        if as_json:
            emit(check_shape(result))
        else:
            from bot.cli.showing import show_check

            show_check(item["text"], result)


@click.command(epilog='例：  huashu mask "我的电话是13800001111"')
@click.argument("text", required=False)
@_FILE
@_JSON
def mask(text: str | None, file: Path | None, *, as_json: bool) -> None:
    """找出文字中的个人信息，并给出遮盖后的文字。"""
    from bot.privacy import find
    from bot.privacy import mask as masked

    for _, item in one_or_many(text, file):
        spans = find(item["text"])
        shape = {
            "masked": masked(item["text"]),
            "found": [{"type": s.type, "start": s.start, "end": s.end} for s in spans],
        }
        if as_json:
            emit(shape)
        else:
            sys.stdout.write(f"{shape['masked']}\n")


@click.command(epilog='例：  huashu read "我叫李小明，订单ORD20231028001昨天就该到了"')
@click.argument("text", required=False)
@_FILE
@click.option("--at", help="消息时间（默认现在）")
@_JSON
@place_options
def read(
    chosen: Chosen, text: str | None, file: Path | None, at: str | None, *, as_json: bool
) -> None:
    """读出一条客户消息：情绪、类别、紧急程度、意图和字段。"""
    from bot.desk.shapes import reading_shape
    from bot.desk.transcript import read_time

    reader = chosen.program().reader()
    for where, item in one_or_many(text, file):
        moment = read_time(where, item.get("at") or at, now())
        shape = reading_shape(reader.read(item["text"], moment))
        if as_json:
            emit(shape)
        else:
            from bot.cli.showing import show_reading

            show_reading(shape)
