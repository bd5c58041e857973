"""Groups, with or without topics, and who is in them."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fakes.telegram.methods.topics import remove_topic
from tests.fakes.telegram.records import RIGHTS, Account, Chat, Status, Topic
from tests.fakes.telegram.shapes import account_json
from tests.fakes.telegram.world import Bot, World


@dataclass(frozen=True, slots=True)
class Group:
    """A group that people and bots are in."""

    world: World
    chat: Chat
    owner: Account

    @property
    def id(self) -> int:
        """The chat's id, negative."""
        return self.chat.id

    @property
    def topics(self) -> dict[int, Topic]:
        """The topics that are there, by their thread's id."""
        return {k: topic for k, topic in self.chat.topics.items() if not topic.is_deleted}

    def topic(self, name: str) -> Topic:
        """The topic whose name has these words in it.

        Raises:
            LookupError: there is none.

        """
        for topic in self.topics.values():
            if name in topic.name:
                return topic
        raise LookupError(f"no topic {name!r}: {[t.name for t in self.topics.values()]}")

    def delete_topic(self, thread_id: int) -> None:
        """Delete a topic and its messages, as an administrator can; bots are not told."""
        remove_topic(self.chat, self.chat.topics[thread_id])
        self.world.changed.fire()

    def close_topic(self, thread_id: int, *, is_closed: bool = True) -> None:
        """Close a topic, or open it again, as its owner can; bots are told."""
        self.chat.topics[thread_id].is_closed = is_closed
        kind = "forum_topic_closed" if is_closed else "forum_topic_reopened"
        message = self.world.post(
            self.chat, self.owner, None, thread_id=thread_id, extra={kind: {}}
        )
        self.world.announce("message", message)

    def add(self, account: Account, status: Status = "member") -> None:
        """Let someone in."""
        old = self.chat.members.get(account.id, "left")
        self.chat.members[account.id] = status
        self.world.tell_member(self.chat, self.owner, account, (old, status))
        extra = {"new_chat_members": [account_json(account)]}
        self.world.announce("message", self.world.post(self.chat, self.owner, None, extra=extra))

    def remove(self, account: Account) -> None:
        """Throw someone out."""
        old = self.chat.members.get(account.id, "left")
        self.chat.members[account.id] = "kicked"
        self.world.tell_member(self.chat, self.owner, account, (old, "kicked"))

    def promote(self, bot: Bot, rights: frozenset[str] = RIGHTS) -> None:
        """Make a bot an administrator with these rights."""
        old = self.chat.members.get(bot.id, "left")
        self.chat.members[bot.id] = "administrator"
        self.chat.rights[bot.id] = rights
        self.world.tell_member(self.chat, self.owner, bot.account, (old, "administrator"))

    def demote(self, bot: Bot) -> None:
        """Make a bot a plain member, which may do little and sees little."""
        self.chat.members[bot.id] = "member"
        self.chat.rights.pop(bot.id, None)
        self.world.tell_member(self.chat, self.owner, bot.account, ("administrator", "member"))
