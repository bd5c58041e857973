"""Answers to pressed buttons, and the menus of commands."""

from __future__ import annotations

import json
import re
from typing import Final

from tests.fakes.telegram.errors import bad
from tests.fakes.telegram.methods.request import Handler, Request
from tests.fakes.telegram.records import Json

#: Seconds for which a press can be answered.
ANSWERABLE: Final = 150
LONGEST_ANSWER: Final = 200
_MOST_COMMANDS: Final = 100
_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_LONGEST_DESCRIPTION: Final = 256
#: The scopes, with what each names beside its type.
_SCOPES: Final[dict[str, frozenset[str]]] = {
    "default": frozenset(),
    "all_private_chats": frozenset(),
    "all_group_chats": frozenset(),
    "all_chat_administrators": frozenset(),
    "chat": frozenset({"chat_id"}),
    "chat_administrators": frozenset({"chat_id"}),
    "chat_member": frozenset({"chat_id", "user_id"}),
}


def answer_callback_query(request: Request) -> bool:
    """See answerCallbackQuery."""
    press = request.world.presses.get(request.text("callback_query_id"))
    late = press is not None and request.world.clock.now() - press.at > ANSWERABLE
    if press is None or press.bot_id != request.bot.id or late:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    text = request.text("text")
    if len(text) > LONGEST_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    press.answers.append(text)
    press.is_alert = request.flag("show_alert")
    request.world.changed.fire()
    return True


def set_my_commands(request: Request) -> bool:
    """See setMyCommands."""
    key = _menu(request)
    commands = request.args.get("commands")
    if not isinstance(commands, list) or len(commands) > _MOST_COMMANDS:
        raise bad("can't parse commands JSON object")
    for one in commands:
        if not isinstance(one, dict) or one.keys() - {"command", "description", "is_ephemeral"}:
            raise bad("can't parse commands JSON object")
        if not _COMMAND.fullmatch(str(one.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(one.get("description", ""))) <= _LONGEST_DESCRIPTION:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    request.bot.commands[key] = commands
    return True


def get_my_commands(request: Request) -> list[Json]:
    """See getMyCommands."""
    return request.bot.commands.get(_menu(request), [])


def delete_my_commands(request: Request) -> bool:
    """See deleteMyCommands."""
    request.bot.commands.pop(_menu(request), None)
    return True


def _menu(request: Request) -> tuple[str, str]:
    """Which menu is meant: its scope in one spelling, and its language."""
    scope = request.args.get("scope", {"type": "default"})
    if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    names = _SCOPES[scope["type"]]
    if scope.keys() != names | {"type"}:
        raise bad("can't parse BotCommandScope: unexpected fields")
    if "chat_id" in names:
        request.world.chat_for(request.bot, scope["chat_id"], only_look=True)
    return menu_key(scope, request.text("language_code"))


def menu_key(scope: Json, language: str = "") -> tuple[str, str]:
    """The key of a menu among a bot's commands."""
    return json.dumps(scope, sort_keys=True), language


HANDLERS: Final[dict[str, Handler]] = {
    "answerCallbackQuery": answer_callback_query,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
}
