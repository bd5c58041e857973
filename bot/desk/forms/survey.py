"""满意度调查: the customer's marks, the option tags beside the mark they belong to, his words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Unpack

from bot.desk.forms.form import Form, Section
from bot.desk.forms.view import Options, View, fit
from bot.desk.house import House
from bot.domain.events import Event, Rated
from bot.domain.ticket import Ticket

_ATTITUDE: Final = ("耐心", "专业", "友善", "主动")
_EFFICIENCY: Final = ("即时解决", "限时解决", "需跟进")
_SOLUTION: Final = ("满足需求", "部分满足", "未满足")
_KNOWN: Final = frozenset((*_ATTITUDE, *_EFFICIENCY, *_SOLUTION))


def form(
    ticket: Ticket, events: Sequence[Event], house: House, **options: Unpack[Options]
) -> Form | None:
    """The survey of a ticket, the newest where it was solved more than once; None before it."""
    rated = ticket.rating
    see = View.of(ticket, events, house, **options)
    if rated is None:
        if not ticket.rating_skipped:
            return None
        return see.form(
            "survey", Section("评价", (see.number(), see.plain("总体评价", "客户跳过")))
        )
    other = [fit(tag) for tag in rated.tags if tag not in _KNOWN]
    earlier = [
        (see.at(e.at), f"{e.overall} 分", see.words(e.text))
        for e in events
        if isinstance(e, Rated) and e != rated
    ]
    return see.form(
        "survey",
        Section(
            "评价",
            (
                see.number(),
                see.plain("评价时间", see.at(rated.at)),
                see.plain("服务态度", _mark(rated.attitude, rated, _ATTITUDE)),
                see.plain("处理效率", _mark(rated.efficiency, rated, _EFFICIENCY)),
                see.plain("方案合理性", _mark(rated.solution, rated, _SOLUTION)),
                see.plain("总体评价", f"{rated.overall} 分"),
                see.plain("推荐意愿", rated.recommend),
                see.plain("其他标签", "、".join(other)),
                see.row("客户留言", rated.text),
            ),
        ),
        tables=see.table("此前的评价", ("时间", "总体评价", "客户留言"), earlier),
    )


def _mark(mark: int | None, rated: Rated, tags: Sequence[str]) -> str:
    """The mark with the tags of its sort; 未评分 where it was left out."""
    chosen = "、".join(tag for tag in tags if tag in rated.tags)
    shown = "未评分" if mark is None else f"{mark} 分"
    return f"{shown}（{chosen}）" if chosen else shown
