"""What a bot may ask of a chat and its members."""

from __future__ import annotations

from typing import Final

from tests.fakes.telegram.errors import bad
from tests.fakes.telegram.methods.request import Handler, Request
from tests.fakes.telegram.records import Json
from tests.fakes.telegram.shapes import full_chat_json, member_json, message_json


def get_chat(request: Request) -> Json:
    """See getChat."""
    chat = request.world.chat_for(request.bot, request.args.get("chat_id"), only_look=True)
    shape = full_chat_json(chat)
    if chat.pinned is not None and not chat.pinned.is_deleted:
        shape["pinned_message"] = message_json(chat.pinned, nested=True)
    return shape


def get_chat_member(request: Request) -> Json:
    """See getChatMember."""
    chat = request.chat
    account = request.world.account(request.number("user_id"))
    if account is None:
        raise bad("user not found")
    if chat.peer is not None:
        if account.id not in {chat.peer.id, request.bot.id}:
            raise bad("member not found")
        return member_json(account, "member")
    status = chat.members.get(account.id, "left")
    return member_json(account, status, chat.rights.get(account.id, frozenset()))


def leave_chat(request: Request) -> bool:
    """See leaveChat."""
    chat = request.chat
    if chat.peer is not None:
        raise bad("chat member status can't be changed in private chats")
    was = chat.members[request.bot.id]
    chat.members[request.bot.id] = "left"
    request.world.tell_member(chat, request.bot.account, request.bot.account, (was, "left"))
    return True


HANDLERS: Final[dict[str, Handler]] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "leaveChat": leave_chat,
}
