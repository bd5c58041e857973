"""Conversations of many trades, played through the desk and held against what the manuals demand.

``NN-name.jsonl`` is the conversation as ``huashu replay`` takes it, ``NN-name.expect.json`` the list
of checks (:mod:`tests.quality.scenario_checks`), written from the manuals before it was played.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import Program
from bot.desk.conversing import Chat
from bot.desk.transcript import Said, read_transcript
from bot.domain.terms import Speaker
from bot.settings import Settings
from tests.quality.scenario_checks import Played, holds, kind_of

FOLDER = Path(__file__).parent / "scenarios"
FILES = sorted(FOLDER.glob("*.jsonl"))
#: Fewer checks than this show little of a conversation.
LEAST_CHECKS = 5
#: Kinds of check that look at what only a customer's turn has, or only a turn of ours.
OF_CUSTOMER = {"ask_not_about", "suggest_clean", "suggest_first", "suggest_any", "suggest_none_of"}
OF_AGENT = {"finding", "no_block"}
#: What the manuals demand and the desk does not do yet, scenario by scenario. Whoever mends one
#: strikes it here: a fault that is gone fails as well.
FAULTS: dict[str, list[dict[str, Any]]] = {}


def lines_of(file: Path) -> list[Said]:
    with file.open(encoding="utf-8") as lines:
        return list(read_transcript(file.name, lines))


def checks_of(file: Path) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = json.loads(
        file.with_name(f"{file.stem}.expect.json").read_text("utf-8")
    )
    return checks


@pytest.fixture(scope="module")
def chat() -> Chat:
    """One chat that nothing is said in: each scenario plays in another of its kind."""
    return Program(Settings()).chat(of_data=False)


def play(chat: Chat, file: Path) -> Played:
    turns = [chat.say(said) for said in lines_of(file)]
    return Played(turns, chat.ticket())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_desk_does_what_the_manuals_demand(chat: Chat, file: Path) -> None:
    played = play(chat.again(), file)
    failed = [c for c in checks_of(file) if not c.get("soft") and not holds(c, played)]
    known = FAULTS.get(file.stem, [])
    new = [check for check in failed if check not in known]
    assert not new, "\n".join(told(check, played) for check in new)
    assert not [check for check in known if check not in failed], "strike it from FAULTS"


def told(check: dict[str, Any], played: Played) -> str:
    """A check that failed, and the turn it looks at."""
    turn = check.get("turn", check.get("by_turn"))
    seen = played.end["ticket"] if turn is None else dict(played.turns[turn])
    offered = [(s["kind"], s["text"]) for s in seen.get("suggestions", ())]
    return f"{check}\n    saw {seen | {'suggestions': offered}}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_check_is_of_a_known_kind_and_looks_at_a_turn_that_has_it(file: Path) -> None:
    said, checks = lines_of(file), checks_of(file)
    assert len(checks) >= LEAST_CHECKS
    assert [s.at for s in said] == sorted(s.at for s in said)
    for check in checks:
        kind = kind_of(check)
        turn = check.get("turn", check.get("by_turn", 0))
        assert 0 <= turn < len(said), check
        if kind in OF_CUSTOMER or kind.startswith("suggest_text"):
            assert said[turn].speaker is Speaker.CUSTOMER, check
        if kind in OF_AGENT:
            assert said[turn].speaker is Speaker.AGENT, check


def test_every_conversation_has_its_checks_and_none_is_told_twice() -> None:
    assert {f.stem for f in FILES} == {
        f.name.removesuffix(".expect.json") for f in FOLDER.glob("*.expect.json")
    }
    numbers = [f.stem.partition("-")[0] for f in FILES]
    assert len(numbers) == len(set(numbers))
    told_by = [tuple(s.text for s in lines_of(f)) for f in FILES]
    assert len(set(told_by)) == len(told_by)
    assert FAULTS.keys() <= {f.stem for f in FILES}
