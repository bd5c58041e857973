"""Reader processes: they change nothing but who does the work."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.bootstrap import Program
from bot.desk.intake import Heard, Message
from bot.desk.ports import Party
from bot.desk.readers import Readers
from bot.desk.service import DeskService
from bot.desk.suggest import Prepared
from bot.settings import Settings
from bot.storage.memory import MemoryStore

AT = dt.datetime(2026, 3, 10, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TEXTS = (
    "在吗",
    "我的订单DD202511210046三天没动静了",
    "2",
    "退货运费谁出",
    "转人工",
    "🙂" * 50,
    "还没到",
)


async def heard(service: DeskService) -> list[Heard]:
    messages = [
        Message(Party("web", "", f"c{i % 2}"), text, AT + dt.timedelta(seconds=i))
        for i, text in enumerate(TEXTS)
    ]
    return list(await asyncio.gather(*(service.hear(m) for m in messages)))


def told(found: list[Heard]) -> list[object]:
    """What was suggested and said, and every event but for the random ids."""
    return [
        (
            h.suggestions,
            [replace(e, ticket="") if hasattr(e, "ticket") else e for e in h.draft.events],
        )
        for h in found
    ]


async def test_a_reader_process_changes_nothing_of_the_outcome(tmp_path: Path) -> None:
    program = Program(Settings(data=tmp_path))
    alone = DeskService(program.desk(MemoryStore()), lambda: AT)
    expected = told(await heard(alone))
    await alone.close()
    helped = DeskService(program.desk(MemoryStore()), lambda: AT, program.readers(1))
    assert told(await heard(helped)) == expected
    await helped.close()


def _dies() -> object:
    def read(text: str, at: dt.datetime) -> Prepared:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    return read


def _fails() -> object:
    def read(text: str, at: dt.datetime) -> Prepared:
        raise ValueError(text)

    return read


@pytest.mark.parametrize("make", [_dies, _fails])
async def test_without_a_process_the_desk_reads_for_itself(tmp_path: Path, make: object) -> None:
    program = Program(Settings(data=tmp_path))
    readers = Readers(1, partial(make))  # type: ignore[arg-type, call-overload]
    service = DeskService(program.desk(MemoryStore()), lambda: AT, readers)
    found = await heard(service)
    assert [h.ticket.talk.said[-1] for h in found]
    assert len(found) == len(TEXTS)
    await service.close()


def test_what_was_prepared_for_another_version_or_text_is_passed_over(tmp_path: Path) -> None:
    program = Program(Settings(data=tmp_path))
    suggester = program.suggester(of_data=True)
    from bot.domain.conversation import Conversation

    right = suggester.understand("怎么退款", Conversation(), AT)
    other = suggester.prepare("暖气不热", AT)
    stale = replace(suggester.prepare("怎么退款", AT), version=(99, "old"), hits=(), lines=())
    for prepared in (other, stale):
        assert suggester.understand("怎么退款", Conversation(), AT, prepared).match == right.match
