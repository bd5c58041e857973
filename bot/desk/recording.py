"""The use case *record*: what people write into a ticket, correct, verify and confirm."""

from __future__ import annotations

import datetime as dt
import math
from typing import Final

from bot.desk.desk import Desk
from bot.desk.errors import NotNow, TextRefused
from bot.domain.events import (
    Classified,
    FieldCorrected,
    IdentityVerified,
    Linked,
    NoteConfirmed,
    Noted,
    PromiseKept,
    Value,
)
from bot.domain.ticket import Ticket
from kb.terms import FIELD_NAMES, Category, ContactType, Priority

_LONGEST: Final = 2_000


def correct(
    desk: Desk, ticket_id: str, code: str, value: Value | None, by: str, at: dt.datetime
) -> Ticket:
    """A person sets or empties a field; the machine never overwrites it.

    Raises:
        TextRefused: there is no such field, or the value cannot be one of it.

    """
    return desk.change(ticket_id, FieldCorrected(at, code, sound_value(code, value), by))


def sound_value(code: str, value: Value | None) -> Value | None:
    """A field's value as a person gave it, None where it is empty; an amount as a number of yuan.

    Raises:
        TextRefused: there is no such field, the text is too long, or an amount is no number.

    """
    if code not in FIELD_NAMES:
        raise TextRefused(f"没有名为“{code[:30]}”的字段，请使用其中之一：{'、'.join(FIELD_NAMES)}")
    text = _sound(str(value)) if value is not None else ""
    if code != "amount" or not text:
        return text or None
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount) or amount < 0:
        raise TextRefused("金额请填写数字，单位为元，例如 199.5")
    return amount


def classify(
    desk: Desk,
    ticket_id: str,
    by: str,
    at: dt.datetime,
    *,
    category: Category | None = None,
    contact_type: ContactType | None = None,
    priority: Priority | None = None,
    reason: str = "",
) -> Ticket:
    """A person sets class, contact type or priority for good.

    Raises:
        TextRefused: nothing was given, or a priority falls without a reason.

    """
    if category is None and contact_type is None and priority is None:
        raise TextRefused("请至少选择一项：类别、联系类型或优先级")
    lower = priority is not None and priority > desk.ticket(ticket_id).talk.priority
    if lower and not reason.strip():
        raise TextRefused("调低优先级时请写明原因")
    event = Classified(at, by, category, contact_type, priority, _sound(reason))
    return desk.change(ticket_id, event)


def verify(
    desk: Desk, ticket_id: str, method: str, by: str, at: dt.datetime, *, passed: bool
) -> Ticket:
    """The customer's identity was checked; account matters open with it.

    Raises:
        TextRefused: it is not said how.

    """
    if not method.strip():
        raise TextRefused("请写明核实身份的方式，例如“核对手机尾号”")
    return desk.change(ticket_id, IdentityVerified(at, _sound(method), passed, by))


def note(desk: Desk, ticket_id: str, text: str, by: str, at: dt.datetime) -> Ticket:
    """A note for colleagues; the customer never sees it.

    Raises:
        TextRefused: it is empty.

    """
    if not text.strip():
        raise TextRefused("备注是空的，请填写内容")
    return desk.change(ticket_id, Noted(at, _sound(text), by))


def confirm_note(desk: Desk, ticket_id: str, text: str, by: str, at: dt.datetime) -> Ticket:
    """The agent confirms or changes the service note that was drafted.

    Raises:
        TextRefused: it is empty.

    """
    if not text.strip():
        raise TextRefused("服务小结是空的，请填写或保留原稿")
    return desk.change(ticket_id, NoteConfirmed(at, _sound(text), by))


def keep_promise(desk: Desk, ticket_id: str, number: int, by: str, at: dt.datetime) -> Ticket:
    """A promise was carried out.

    Raises:
        NotNow: there is no such promise, or it was kept before.

    """
    promises = desk.ticket(ticket_id).promises
    if not 0 <= number < len(promises):
        raise NotNow(f"没有第 {number + 1} 条承诺，请刷新页面后重试")
    if promises[number].kept_at is not None:
        raise NotNow("这条承诺已经兑现，无需重复登记")
    return desk.change(ticket_id, PromiseKept(at, number, by))


def link(desk: Desk, ticket_id: str, other: str, by: str, at: dt.datetime, why: str = "") -> Ticket:
    """A person links another ticket.

    Raises:
        NoSuchTicket: one of them does not exist.

    """
    return desk.change(ticket_id, Linked(at, desk.ticket(other).id, by, _sound(why)))


def _sound(text: str) -> str:
    stripped = text.strip()
    if len(stripped) > _LONGEST:
        raise TextRefused(f"内容过长（{len(stripped)} 字，最多 {_LONGEST} 字），请精简后重试")
    return stripped
