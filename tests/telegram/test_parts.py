"""The channel's pure parts: pieces of long texts, budgets, what errors and updates mean, settings."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.bootstrap import Program
from bot.cli import cli
from bot.desk.ports import Incoming
from bot.settings import Settings, SettingsError, load_settings
from bot.telegram.buttons import Choice, Erasure, Score, meaning
from bot.telegram.pace import FloodGate, Pace
from bot.telegram.reading import Change, Command, Press, Words, deed_of
from bot.telegram.splitting import split
from bot.telegram.verdicts import Fate, verdict
from bot.telegram.wording import Say

NOW = dt.datetime(2026, 3, 10, 10, 0, 0, 400_000, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TOKEN = "7000000001:AASecretOfTheBot"  # noqa: S105 - opens nothing
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "🇨🇳"


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@settings(max_examples=60)
@given(st.text(st.sampled_from(f"话。 \nab，{FAMILY}{FLAG}é\u0301\ufe0f👍🏽"), max_size=200))
def test_pieces_are_short_enough_and_lose_nothing(text: str) -> None:
    pieces = split(text, 20)
    assert all(0 < units(piece) <= 20 for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


@pytest.mark.parametrize("one", [FAMILY, FLAG, "👍🏽", "e\u0301", "❤\ufe0f"])
def test_no_character_is_cut(one: str) -> None:
    for lead in range(8):
        pieces = split("一" * lead + one * 30, 11)
        assert all(piece.strip("一").replace(one, "") == "" for piece in pieces)


def test_pieces_end_where_a_reader_pauses() -> None:
    assert split("第一段话很长\n第二段话也长", 10) == ["第一段话很长", "第二段话也长"]
    assert split("今天会到账。请您留意短信通知", 10) == ["今天会到账。", "请您留意短信通知"]
    assert split("甲" * 25, 10) == ["甲" * 10, "甲" * 10, "甲" * 5]
    assert split("好" + "\ud83d", 10) == ["好\ufffd"]
    assert split(" \n ") == []


def test_a_chat_gets_one_a_second_and_all_together_their_share() -> None:
    pace = Pace(per_second=10, chat_pause=1)
    assert [round(pace.take(chat, 100.0), 3) for chat in range(5)] == [0, 0.1, 0.2, 0.3, 0.4]
    assert pace.chat_wait(2, 100.0) == pytest.approx(1.2)
    assert pace.chat_wait(2, 101.3) == pace.chat_wait(9, 100.0) == 0
    assert pace.take(2, 101.3) == 0


def test_a_gate_takes_so_many_in_any_minute() -> None:
    gate = FloodGate(2)
    assert [gate.admits(1, t) for t in (0, 10, 20, 60, 61, 70)] == [
        True,
        True,
        False,
        True,
        False,
        True,
    ]
    assert gate.admits(2, 20)


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (Forbidden("bot was blocked by the user"), Fate.NEVER),
        (BadRequest("chat not found"), Fate.NEVER),
        (InvalidToken(), Fate.LATER),
        (NetworkError("Bad Gateway"), Fate.LATER),
        (caused(NetworkError("Bad Gateway (502)"), TelegramError("no JSON")), Fate.LATER),
        (NetworkError("Gateway Timeout (504)"), Fate.UNSURE),
        (caused(NetworkError("x"), httpx.ConnectError("x")), Fate.LATER),
        (caused(TimedOut(), httpx.ConnectTimeout("x")), Fate.LATER),
        (caused(TimedOut(), httpx.PoolTimeout("x")), Fate.LATER),
        (caused(TimedOut(), httpx.ReadTimeout("x")), Fate.UNSURE),
        (caused(NetworkError("x"), httpx.ReadError("x")), Fate.UNSURE),
        (caused(NetworkError("x"), httpx.RemoteProtocolError("x")), Fate.UNSURE),
        (TelegramError("Invalid server response"), Fate.UNSURE),
    ],
)
def test_only_what_surely_did_not_arrive_is_tried_again(error: TelegramError, fate: Fate) -> None:
    assert verdict(error).fate is fate


def test_the_pause_that_is_asked_for_is_kept() -> None:
    found = verdict(RetryAfter(dt.timedelta(seconds=7)))
    assert (found.fate, found.pause) == (Fate.LATER, dt.timedelta(seconds=7))


def read(**update: Any) -> Any:
    return deed_of(Incoming("telegram:1", "5", NOW, {"update_id": 5, **update}), 20)


def message(written: dt.datetime = NOW, chat: str = "private", **content: Any) -> dict[str, Any]:
    return {
        "message_id": 9,
        "date": int(written.timestamp()),
        "chat": {"id": 11, "type": chat},
        "from": {"id": 11, "is_bot": False, "first_name": "王"},
        **content,
    }


def test_what_a_customer_did_is_read() -> None:
    assert read(message=message(text="在吗")) == Words(11, NOW, "9", "在吗")
    assert read(message=message(text="/Status@huashu_bot x")) == Command(11, NOW, "status")
    assert read(message=message(text="/退货")) == Words(11, NOW, "9", "/退货")
    assert read(edited_message=message(text="换货")) == Change(11, NOW, "9", "换货")
    assert read(message=message(sticker=None)) is None
    assert read(message=message(chat="group", text="在吗")) is None
    assert read(message=message(location={"latitude": 1.0, "longitude": 2.0})) == Words(
        11, NOW, "9", "", remark=Say.UNSUPPORTED.value
    )


def test_what_waited_in_telegrams_queue_keeps_its_time() -> None:
    early = NOW - dt.timedelta(hours=1)
    assert read(message=message(early, text="在吗")).at == early.replace(microsecond=0)


def test_a_press_counts_only_in_the_persons_own_chat() -> None:
    def press(chat: dict[str, Any]) -> Any:
        query = {
            "id": "q",
            "from": {"id": 11, "is_bot": False, "first_name": "王"},
            "chat_instance": "1",
            "data": "e.yes",
            "message": {**message(), "chat": chat},
        }
        return read(callback_query=query)

    assert press({"id": 11, "type": "private"}) == Press(11, NOW, "q", 9, "e.yes")
    assert press({"id": 12, "type": "private"}).data == ""
    assert press({"id": -100, "type": "supergroup", "title": "群"}).data == ""


def test_callback_data_mean_what_they_name() -> None:
    ticket = "01JNYX7E80QW3M5T9V2K6R4HBC"
    assert meaning(f"c.{ticket}.12.2") == Choice(ticket, 12, 2)
    assert meaning(f"r.{ticket}.0") == Score(ticket, 0)
    assert meaning("e.yes") == Erasure("yes")
    for wrong in ("", "e.yes\n", f"r.{ticket}.6", f"c.{ticket}.1", "c..1.1"):
        assert meaning(wrong) is None


def test_the_token_is_refused_in_a_file_and_shown_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "huashu.toml"
    file.write_text(f'telegram_token = "{TOKEN}"\n')
    with pytest.raises(SettingsError, match="HUASHU_TELEGRAM_TOKEN") as refused:
        load_settings(file)
    assert "OfTheBot" not in str(refused.value)
    monkeypatch.setenv("HUASHU_TELEGRAM_TOKEN", TOKEN)
    found = load_settings(telegram_api="http://127.0.0.1:8081/")
    assert "OfTheBot" not in repr(found)
    assert found.telegram_api == "http://127.0.0.1:8081"
    assert Program(found).telegram_token == TOKEN


def test_the_token_may_stand_in_a_secret_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    assert Program(Settings(telegram_token_file=file)).telegram_token == TOKEN
    assert Program(Settings()).telegram_token == ""
    with pytest.raises(SettingsError, match="无法读取"):
        _ = Program(Settings(telegram_token_file=tmp_path / "none")).telegram_token
    with pytest.raises(SettingsError, match="格式不对") as refused:
        _ = Program(Settings(telegram_token=SecretStr("AASecret"))).telegram_token
    assert "Secret" not in str(refused.value)


def test_an_address_without_a_token_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUASHU_TELEGRAM_TOKEN", raising=False)
    result = CliRunner().invoke(cli, ["serve", "--telegram-api", "http://127.0.0.1:1"])
    assert result.exit_code == 1
    assert "HUASHU_TELEGRAM_TOKEN" in result.output
    result = CliRunner().invoke(cli, ["serve", "--telegram-api", "localhost"])
    assert "telegram_api" in result.output + str(result.exception)
