"""What is wrong with a store after a crash, given what the world outside was told."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from bot.desk.desk import Desk
from bot.desk.ports import Outgoing, OutState
from bot.domain.events import AgentSaid, CustomerSaid, Event, TimerFired
from bot.domain.ticket import Ticket
from bot.storage.check import faults
from bot.storage.sqlite_store import SqliteStore
from tests.fakes.desk import fake_desk
from tests.soak.child import LEDGER, MASTER, STORE, digest
from tests.soak.laws import all_tickets, broken_in_history, broken_laws
from tests.soak.ledger import read

#: Events of each ticket; what the ledger holds of each kind.
Logs = dict[str, list[Event]]
Told = dict[str, list[list[Any]]]

_MANY: Final = 1_000_000


@dataclass(slots=True)
class Verdict:
    """What was found: counts for people, and everything that should not be."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def judge(folder: Path, *, finished: bool = False) -> Verdict:
    """Open the store of a desk that is not running, and look at everything.

    Args:
        folder: what the child was given, or a copy of it.
        finished: whether it was allowed to finish its work, so that nothing may be left.

    """
    told: Told = {}
    for kind, values in read(folder / LEDGER):
        told.setdefault(kind, []).append(values)
    verdict = Verdict()
    with SqliteStore(folder / STORE, MASTER, dt.UTC) as store:
        desk = fake_desk(store)
        logs = {ticket: store.events(ticket) for ticket in all_tickets(desk)}
        verdict.counts.update(_counts(logs, told))
        verdict.wrong += faults(store)
        verdict.wrong += broken_laws(desk)
        verdict.wrong += _lost_or_doubled(desk, logs, told)
        verdict.wrong += _forgotten(logs, told)
        verdict.wrong += _sent_wrongly(desk, told)
        if finished:
            verdict.wrong += _left_undone(desk)
            verdict.wrong += [
                w for log in logs.values() for w in broken_in_history(log, desk.policy)
            ]
    return verdict


def _counts(logs: Logs, told: Told) -> dict[str, int]:
    return {
        "tickets": len(logs),
        "events": sum(map(len, logs.values())),
        "timers fired": sum(isinstance(e, TimerFired) for log in logs.values() for e in log),
        "messages acknowledged": len({(source, n) for source, n in told.get("in", [])}),
        "agents' lines acknowledged": len(told.get("out", [])),
        "states shown": len(told.get("state", [])),
        "messages that reached the channel": len(told.get("wire", [])),
        "left uncertain by a crash": len(told.get("doubtful", [])),
        "sent again by a person": len(told.get("again", [])),
        "customers erased": len(told.get("erased", [])),
    }


def _lost_or_doubled(desk: Desk, logs: Logs, told: Told) -> Iterator[str]:
    """Whatever was acknowledged is there once; what was not is there once or not at all."""
    log = [e for one in logs.values() for e in one]
    heard = Counter(e.message for e in log if isinstance(e, CustomerSaid))
    heard.update(f"{i.source}:{i.update}" for i in desk.store.unhandled(_MANY))
    yield from (f"message {m} is there {n} times" for m, n in heard.items() if n > 1)
    acknowledged = {f"{source}:{number}" for source, number in told.get("in", [])}
    yield from (f"message {m} was acknowledged and is lost" for m in acknowledged - set(heard))
    said = Counter(e.message for e in log if isinstance(e, AgentSaid))
    yield from (f"line {m} is there {n} times" for m, n in said.items() if n > 1)
    for ticket, number in told.get("out", []):
        if number not in said:
            yield f"line {number} of {ticket} was acknowledged and is lost"


def _forgotten(logs: Logs, told: Told) -> Iterator[str]:
    """The state that people were shown is what the events up to there say."""
    shown: dict[str, dict[int, list[Any]]] = {}
    for ticket, seq, figures in told.get("state", []):
        shown.setdefault(ticket, {})[seq] = figures
    for ticket, states in shown.items():
        log = logs.get(ticket, [])
        if len(log) < max(states):
            yield f"{ticket}: {max(states)} events were shown, {len(log)} are left"
            continue
        for state in accumulate(log, Ticket.apply, initial=Ticket()):
            if state.seq in states and digest(state) != states[state.seq]:
                yield f"{ticket}: {states[state.seq]} was shown, {digest(state)} follows"


def _sent_wrongly(desk: Desk, told: Told) -> Iterator[str]:
    """No try went out twice, no message again without a person's word, none is called sent that is not."""
    tries = Counter((key, attempt) for key, attempt in told.get("wire", []))
    yield from (f"try {a} of {key} went out {n} times" for (key, a), n in tries.items() if n > 1)
    sent = Counter(key for key, _ in told.get("wire", []))
    again = Counter(key for (key,) in told.get("again", []))
    yield from (f"{key} went out {n} times" for key, n in sent.items() if n > 1 + again[key])
    trusted = {key for (key,) in told.get("trusted", [])}
    outgoing = {o.key: o for t in all_tickets(desk) for o in desk.store.outgoing(t)}
    for key, one in outgoing.items():
        if one.state is OutState.SENT and not sent[key] and key not in trusted:
            yield f"{key} is marked as sent and never went out"
    for key in sent:
        if key not in outgoing:
            yield f"{key} went out and is not known"
        elif outgoing[key].state is OutState.READY and not again[key]:
            yield f"{key} went out and would go out again"


def _left_undone(desk: Desk) -> Iterator[str]:
    left = len(desk.store.unhandled(_MANY))
    if left:
        yield f"{left} messages were never handled"
    for state in (OutState.READY, OutState.SENDING, OutState.UNCERTAIN):
        standing: list[Outgoing] = desk.store.standing(state, _MANY)
        if standing:
            yield f"{len(standing)} messages are {state}"
