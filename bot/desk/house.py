"""What the desk is: the names and habits that fill a line and steer the choice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from prompts.terms import Tone


@dataclass(frozen=True, slots=True)
class House:
    """The settings that suggestions depend on, apart from where they are kept."""

    company: str = "示例公司"
    desk: str = "在线客服中心"
    contact: str = "本对话窗口"
    agent_no: str = "1001"
    agent_name: str = "小话"
    wait_time: str = "1–2分钟"
    follow_up_hours: int = 24
    tone: Tone = Tone.FORMAL
    team: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))

    def local(self, at: dt.datetime) -> dt.datetime:
        """A moment in the desk's zone."""
        return at.astimezone(self.zone)
