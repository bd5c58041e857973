"""Lines typed by hand, as what people do.

| line | does |
|---|---|
| ``as 12 小王`` | speak as person 12 from now on |
| ``group -1001 售后群`` | a group with topics, owned by who speaks |
| ``join -1001`` | who speaks joins a group |
| ``in -1001 5`` | speak there, in topic 5; ``in me`` is the private chat |
| ``press 7 发送`` | press a button of message 7 |
| ``edit 7 新的话`` | change message 7 |
| ``photo`` | send a photo |
| ``block``, ``unblock`` | the bot |
| ``show`` | the chat as it is now |
| anything else | is said |
"""

from __future__ import annotations

from collections.abc import Callable

from tests.fakes.telegram.groups import Group
from tests.fakes.telegram.screen import screen
from tests.fakes.telegram.server import FakeTelegram


class Console:
    """Who speaks, and where.

    Args:
        server: what the lines act upon.

    """

    def __init__(self, server: FakeTelegram) -> None:
        self._server = server
        self._person = server.user(1, "顾客")
        self._groups: dict[int, Group] = {}
        self._group: Group | None = None
        self._topic: int | None = None
        self._verbs: dict[str, Callable[[str], str]] = {
            "as": self._speak_as,
            "group": self._add_group,
            "join": self._join,
            "in": self._go,
            "press": self._press,
            "edit": self._edit,
            "photo": self._photo,
            "block": self._block,
            "unblock": self._unblock,
            "show": self._show,
        }

    def run(self, line: str) -> str:
        """Do what a line says; what to show for it, or why it could not be done."""
        line = line.strip()
        if not line:
            return ""
        verb, _, rest = line.partition(" ")
        try:
            if verb in self._verbs:
                return self._verbs[verb](rest.strip())
            self._person.says(line, chat=self._group, topic=self._topic)
        except (LookupError, ValueError) as error:
            return f"? {error}"
        return ""

    def _speak_as(self, rest: str) -> str:
        number, _, name = rest.partition(" ")
        self._person = self._server.user(int(number), name or f"用户{number}")
        return f"{self._person.account.first_name} ({self._person.id})"

    def _add_group(self, rest: str) -> str:
        number, _, title = rest.partition(" ")
        group = self._server.group(int(number), title or "群", self._person, forum=True)
        self._groups[group.id] = group
        return f"{group.chat.title} ({group.id})"

    def _join(self, rest: str) -> str:
        self._groups[int(rest)].add(self._person.account)
        return ""

    def _go(self, rest: str) -> str:
        where, _, topic = rest.partition(" ")
        self._group = None if where == "me" else self._groups[int(where)]
        self._topic = int(topic) if topic else None
        return self._show("")

    def _press(self, rest: str) -> str:
        number, _, button = rest.partition(" ")
        self._person.presses(int(number), button, chat=self._group)
        return ""

    def _edit(self, rest: str) -> str:
        number, _, text = rest.partition(" ")
        self._person.edits(int(number), text, chat=self._group)
        return ""

    def _photo(self, rest: str) -> str:
        self._person.sends_photo(rest, chat=self._group, topic=self._topic)
        return ""

    def _block(self, _: str) -> str:
        self._person.blocks()
        return ""

    def _unblock(self, _: str) -> str:
        self._person.unblocks()
        return ""

    def _show(self, _: str) -> str:
        where = self._person.id if self._group is None else self._group.id
        return screen(self._server.chat(where), self._topic)
