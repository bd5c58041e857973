"""The use cases *gather*, *request an upgrade*, *dismiss* and *added*."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from bot.desk.desk import Desk, Draft
from bot.desk.errors import NotNow, TextRefused
from bot.desk.gaps.finding import Cause, Plain, bears_on_gaps, gaps_in
from bot.desk.gaps.listing import PENDING
from bot.desk.ports import Gap, GapState, Store
from bot.domain.events import UpgradeAnswered, UpgradeRequested
from bot.domain.ticket import Ticket

_LONGEST: Final = 500


def gather(desk: Desk, draft: Draft) -> None:
    """Keep the gaps that committed events opened, or brought an answer to."""
    if not any(bears_on_gaps(event) for event in draft.events):
        return
    events = desk.store.events(draft.ticket.id)
    known = {gap.seq: gap for gap in desk.store.gaps(ticket=draft.ticket.id)}
    for found in gaps_in(events):
        old = known.get(found.seq)
        if old is None:
            desk.store.put_gap(found)
        elif old.state in PENDING and old.answer != found.answer:
            desk.store.put_gap(replace(old, answer=found.answer))


def request_upgrade(desk: Desk, ticket_id: str, question: str, by: str, at: dt.datetime) -> Ticket:
    """An agent asks the knowledge owner for a solution; his 24 hours run from now (问题升级申请).

    The newest open gap of the ticket becomes the request; where there is none, the question does.

    Raises:
        TextRefused: the question is empty or too long.
        NotNow: a request of this ticket waits for its answer.

    """
    question = question.strip()
    if not question or len(question) > _LONGEST:
        raise TextRefused(f"请用不超过 {_LONGEST} 字写明知识库中缺少什么")
    ticket = desk.ticket(ticket_id)
    if ticket.upgrade is not None and ticket.upgrade_answer is None:
        raise NotNow("这张工单的问题升级申请已经提交，请等待知识负责人答复")
    after = desk.change(ticket_id, UpgradeRequested(at, question, by))
    gap = next(iter(desk.store.gaps({GapState.OPEN}, ticket=ticket_id)), None)
    if gap is None:
        plain = Plain(desk.store.events(ticket_id)).question(question)
        cause, category = Cause.REQUESTED.value, ticket.talk.category.value
        gap = Gap(ticket_id, after.seq, after.customer, at, cause, category, plain)
    desk.store.put_gap(replace(gap, state=GapState.REQUESTED, requested_at=at))
    return after


def dismiss(
    desk: Desk, keys: Collection[tuple[str, int]], by: str, at: dt.datetime, reason: str = ""
) -> None:
    """The knowledge owner adds nothing; whoever handed in a request is told why.

    Raises:
        NotNow: one of the gaps is not there, or settled.
        TextRefused: a request is refused without a reason.

    """
    gaps = _pending(desk.store, keys)
    if not reason.strip() and any(gap.state is GapState.REQUESTED for gap in gaps):
        raise TextRefused("其中有坐席提交的升级申请，驳回时请写明原因")
    _settle(desk, gaps, UpgradeAnswered(at, None, by, reason.strip()), GapState.DISMISSED)


def added(
    desk: Desk, keys: Collection[tuple[str, int]], solution: str, by: str, at: dt.datetime
) -> None:
    """A solution was added for the gaps; the requests among them are answered with it.

    Raises:
        NotNow: one of the gaps is not there, or settled.
        TextRefused: no solution is named.

    """
    if not solution.strip():
        raise TextRefused("请写明补充的方案编号")
    gaps = _pending(desk.store, keys)
    _settle(desk, gaps, UpgradeAnswered(at, solution.strip(), by), GapState.ADDED)


def _pending(store: Store, keys: Collection[tuple[str, int]]) -> list[Gap]:
    found = []
    for ticket, seq in keys:
        gap = next((g for g in store.gaps(PENDING, ticket=ticket) if g.seq == seq), None)
        if gap is None:
            raise NotNow("其中有的知识缺口已经处理或不存在，请刷新列表后重试")
        found.append(gap)
    return found


def _settle(desk: Desk, gaps: Sequence[Gap], answer: UpgradeAnswered, state: GapState) -> None:
    for gap in gaps:
        if gap.state is GapState.REQUESTED:
            desk.change(gap.ticket, answer)
        done = replace(gap, state=state, settled_at=answer.at, solution=answer.solution or "")
        desk.store.put_gap(done)
