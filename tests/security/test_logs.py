"""Logs: what is written holds no personal data, however it came in."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import random
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest
import structlog

from bot.desk.intake import Message, customer_said
from bot.desk.ports import Party
from bot.desk.service import DeskService
from bot.logs import LONGEST, set_up
from bot.storage.memory import MemoryStore
from tests.fakes.desk import fake_desk
from tests.security.when import AT, later

PHONE = "13800001111"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged at all levels; afterwards everything is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    hooks = sys.excepthook, threading.excepthook
    stream = io.StringIO()
    set_up("DEBUG", stream)
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(False)
    structlog.reset_defaults()


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def luhn(body: str) -> str:
    total = 0
    for place, figure in enumerate(reversed(body)):
        value = int(figure) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def id_card(chance: random.Random) -> str:
    day = dt.date(1950, 1, 1) + dt.timedelta(days=chance.randrange(20_000))
    body = f"330106{day:%Y%m%d}{chance.randrange(1000):03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(map(int.__mul__, weights, map(int, body))) % 11]


def personal(chance: random.Random) -> list[str]:
    """One of each sort, none of them anybody's."""
    return [
        f"1{chance.choice('3456789')}{chance.randrange(10**9):09d}",
        id_card(chance),
        luhn("622202" + f"{chance.randrange(10**12):012d}"),
        f"li{chance.randrange(10**5)}@example.com",
        f"浙A{chance.randrange(10**5):05d}",
        f"文三路{chance.randrange(100, 999)}号{chance.randrange(1, 30)}幢{chance.randrange(101, 999)}室",
    ]


def noise(chance: random.Random, values: list[str]) -> None:
    """The same values in every way in which they might come to a log."""
    one = chance.choice(values)
    text = f"我的联系方式是 {one}，请联系我"
    ours, theirs = structlog.get_logger("bot.x"), logging.getLogger("aiohttp.access")
    match chance.randrange(10):
        case 0:
            ours.info(text)
        case 1:
            ours.warning("said", text=text, nested={"fields": [text, {one: (one,)}]})
        case 2:
            theirs.info('"GET /api/find?q=%s HTTP/1.1" 200', one)
        case 3:
            theirs.error("%(text)s", {"text": text}, extra={"body": text})
        case 4:
            try:
                raise ValueError(text)
            except ValueError:
                theirs.exception("failed")
        case 5:
            try:
                try:
                    raise KeyError(one)
                except KeyError as error:
                    raise RuntimeError(f"line\n{one}") from error
            except RuntimeError as error:
                ours.error("failed", exc_info=error, error=error)
        case 6:
            warnings.warn(text, UserWarning, stacklevel=1)
        case 7:
            ours.bind(customer=one).debug("x", values=tuple(values), raw=text.encode().decode())
        case 8:
            sys.excepthook(ValueError, ValueError(text), None)
        case _:
            number = int(one) if one.isdigit() else 0
            ours.info("n%s", f"{one}", number=number, lines=f"a\n{one}\nb", end=[f"a\n{one}"])


def test_a_long_noisy_run_leaves_no_personal_value_in_the_log(log: io.StringIO) -> None:
    chance = random.Random(7)  # noqa: S311 - a test is to be the same every time
    went_in: set[str] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        for _ in range(800):
            values = personal(chance)
            went_in.update(values)
            noise(chance, values)
    written = log.getvalue()
    assert len(lines(log)) >= 800
    assert [value for value in went_in if value in written] == []


async def test_a_desk_at_work_writes_no_word_of_a_customer_into_the_log(log: io.StringIO) -> None:
    chance = random.Random(8)  # noqa: S311
    service = DeskService(fake_desk(MemoryStore()), lambda: AT)
    went_in: set[str] = {"李小明"}
    for number in range(60):
        values = personal(chance)
        went_in.update(values)
        said = f"我叫李小明，{'、'.join(values)}，洗衣机坏了"
        message = Message(Party("web", "", f"v{number % 7}"), said, later(number))
        await service.run(lambda desk, m=message: customer_said(desk, m))  # type: ignore[misc]
        with pytest.raises(ZeroDivisionError):
            await service.run(lambda _: 1 // 0)
    await service.close()
    assert [value for value in went_in if value in log.getvalue()] == []


def test_a_record_is_one_line_of_json_with_the_time_in_utc(log: io.StringIO) -> None:
    structlog.get_logger("bot.x").info("order %s", "ORD20231028001", ticket="T1", count=3, ok=True)
    logging.getLogger("y").info("two\nlines")
    first, second = lines(log)
    assert (first["event"], first["ticket"], first["count"], first["ok"]) == (
        "order ORD20231028001",
        "T1",
        3,
        True,
    )
    assert (first["level"], first["logger"]) == ("info", "bot.x")
    assert str(first["timestamp"]).endswith("Z")
    assert second["event"] == "two\nlines"
    assert len(log.getvalue().splitlines()) == 2


def test_uncaught_errors_are_logged_masked_in_threads_too(log: io.StringIO) -> None:
    def work() -> None:
        raise ValueError(f"电话{PHONE}")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    (told,) = lines(log)
    assert told["level"] == "critical"
    assert "138****1111" in str(told["exception"])
    assert PHONE not in log.getvalue()


def test_a_long_text_is_cut_after_it_is_masked(log: io.StringIO) -> None:
    for shift in range(20):
        logging.getLogger("y").info("x" * (LONGEST - 20 + shift) + " " + PHONE)
    written = log.getvalue()
    assert PHONE[:8] not in written
    assert all(len(str(told["event"])) <= LONGEST + 1 for told in lines(log))


def test_debug_records_are_left_out_unless_asked_for() -> None:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    try:
        set_up(stream=stream)
        logging.getLogger("y").debug("no")
        structlog.get_logger("z").debug("no")
        logging.getLogger("y").info("yes")
    finally:
        root.handlers = handlers
        root.setLevel(level)
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
        logging.captureWarnings(False)
        structlog.reset_defaults()
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["yes"]
