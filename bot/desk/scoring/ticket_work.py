"""操作: the class settled, the register complete, a note that tells the case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.desk.scoring.case import Case
from bot.desk.scoring.check import Check, Hit
from bot.quality import Part
from kb.terms import Category, ContactType

_ASKED_ONLY: Final = frozenset({ContactType.CONSULT, ContactType.SUGGESTION})
#: What the register form requires, beside what the program fills in: any one of the fields.
_REQUIRED: Final = (
    ("客户姓名", ("customer_name",)),
    ("联系方式", ("phone", "email")),
    ("账号或订单号", ("account", "order_no")),
    ("问题描述", ("problem",)),
)
#: What a note tells, and the words that show it.
_TOLD: Final = (
    ("诉求", re.compile(r"诉求|反映|咨询|询问|要求|申请|投诉|报修|希望|想|客户|用户|来电|查询|问")),
    (
        "处理过程和方案",
        re.compile(
            r"处理|方案|已|安排|登记|核实|退|换|补|修|告知|解释|说明|转|指引|指导|答复|建议|解决"
        ),
    ),
    (
        "后续",
        re.compile(
            r"后续|跟进|回访|结束|完成|解决|恢复|答复|回复|无其他|满意|待|再|前|内|接受|认可"
        ),
    ),
)


def _unclassified(case: Case) -> Iterator[Hit]:
    talk = case.ticket.talk
    if case.ended and case.replies and talk.has_need and talk.category is Category.UNKNOWN:
        yield Hit()


def _register_incomplete(case: Case) -> Iterator[Hit]:
    """A question or a suggestion needs neither contact nor order to be dealt with."""
    talk = case.ticket.talk
    if not (case.ended and case.replies and talk.has_need) or talk.contact_type in _ASKED_ONLY:
        return
    missing = [name for name, codes in _REQUIRED if not any(c in talk.fields for c in codes)]
    if missing:
        yield Hit(detail="、".join(missing), points=len(missing))


def _no_note(case: Case) -> Iterator[Hit]:
    if case.ended and case.replies and case.ticket.talk.has_need and not case.note.strip():
        yield Hit()


def _note_incomplete(case: Case) -> Iterator[Hit]:
    if case.ended and case.replies and case.note.strip():
        missing = [name for name, words in _TOLD if not words.search(case.note)]
        if missing:
            yield Hit(detail="、".join(missing))


CHECKS: Final = (
    Check(
        "unclassified", "没有分类", Part.TICKET_WORK, 5, 5, "工单结束时还没有分类", _unclassified
    ),
    Check(
        "register_incomplete",
        "登记不全",
        Part.TICKET_WORK,
        1,
        4,
        "登记表还缺{}",
        _register_incomplete,
    ),
    Check("no_note", "没有服务小结", Part.TICKET_WORK, 10, 10, "工单没有服务小结", _no_note),
    Check(
        "note_incomplete",
        "小结不全",
        Part.TICKET_WORK,
        5,
        5,
        "服务小结没有写{}",
        _note_incomplete,
    ),
)
