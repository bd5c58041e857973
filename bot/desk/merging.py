"""The use case *merge*: two tickets of one customer become one."""

from __future__ import annotations

import datetime as dt

from bot.desk.desk import Desk, Draft
from bot.desk.errors import NotNow
from bot.domain.events import FieldCorrected, Merged, MergedInto
from bot.domain.ticket import Ticket


def merge(desk: Desk, source: str, target: str, by: str, at: dt.datetime) -> Ticket:
    """``source`` goes on in ``target``: it is closed, its log stays, missing fields are taken over.

    Raises:
        NoSuchTicket: one does not exist.
        NotNow: they are the same, of two customers, closed, or merged before.

    """
    old, new = desk.ticket(source), desk.ticket(target)
    if old.id == new.id:
        raise NotNow("不能把工单并入自己，请选择另一张工单")
    if old.customer != new.customer:
        raise NotNow("只能合并同一位客户的工单，请检查工单号")
    if old.merged_into or new.merged_into:
        raise NotNow("其中一张工单已经被合并过，请改用合并后的工单")
    if new.is_closed:
        raise NotNow("目标工单已经关闭，请先重新打开")
    into = Draft(new)
    into.add(Merged(at, old.id, by))
    for code, value in old.talk.fields.items():
        if code not in new.talk.fields and code != "problem":
            into.add(FieldCorrected(at, code, value, by))
    gone = Draft(old)
    gone.add(MergedInto(at, new.id, by))
    desk.commit(gone)
    return desk.commit(into)
