"""Which parameters each method takes (Bot API 10.3, without the deprecated ones), and reading them.

The real server ignores what it does not know; this one refuses it, because a parameter without
effect is a mistake of ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from tests.fakes.telegram.errors import ApiError, bad


class Kind(Enum):
    """What a parameter holds."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    CHAT = "chat"
    JSON = "JSON"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Raw:
    """A request's parameters as they came, and its files by the name of their part."""

    values: Mapping[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)


_TEXT, _NUMBER, _FLAG, _JSON = Kind.TEXT, Kind.NUMBER, Kind.FLAG, Kind.JSON
_SEND: Final = {
    "chat_id": Kind.CHAT,
    "business_connection_id": _TEXT,
    "message_thread_id": _NUMBER,
    "direct_messages_topic_id": _NUMBER,
    "parse_mode": _TEXT,
    "disable_notification": _FLAG,
    "protect_content": _FLAG,
    "allow_paid_broadcast": _FLAG,
    "message_effect_id": _TEXT,
    "suggested_post_parameters": _JSON,
    "reply_parameters": _JSON,
    "reply_markup": _JSON,
    "ephemeral_message_parameters": _JSON,
}
_SEND_MEDIA: Final = _SEND | {"caption": _TEXT, "caption_entities": _JSON}
_EDIT: Final = {
    "business_connection_id": _TEXT,
    "chat_id": Kind.CHAT,
    "message_id": _NUMBER,
    "inline_message_id": _TEXT,
    "reply_markup": _JSON,
}
_COMMANDS: Final = {"scope": _JSON, "language_code": _TEXT}
_MESSAGE: Final = {"chat_id": Kind.CHAT, "message_id": _NUMBER}
_TOPIC: Final = {"chat_id": Kind.CHAT, "message_thread_id": _NUMBER}
_CHAT: Final = {"chat_id": Kind.CHAT}

#: The methods served, by their names, with what they take.
PARAMETERS: Final[dict[str, dict[str, Kind]]] = {
    "getMe": {},
    "getUpdates": {
        "offset": _NUMBER,
        "limit": _NUMBER,
        "timeout": _NUMBER,
        "allowed_updates": _JSON,
    },
    "setWebhook": {
        "url": _TEXT,
        "certificate": Kind.FILE,
        "ip_address": _TEXT,
        "max_connections": _NUMBER,
        "allowed_updates": _JSON,
        "drop_pending_updates": _FLAG,
        "secret_token": _TEXT,
    },
    "deleteWebhook": {"drop_pending_updates": _FLAG},
    "getWebhookInfo": {},
    "sendMessage": _SEND | {"text": _TEXT, "entities": _JSON, "link_preview_options": _JSON},
    "sendDocument": _SEND_MEDIA
    | {
        "document": Kind.FILE,
        "thumbnail": Kind.FILE,
        "disable_content_type_detection": _FLAG,
    },
    "sendPhoto": _SEND_MEDIA
    | {"photo": Kind.FILE, "show_caption_above_media": _FLAG, "has_spoiler": _FLAG},
    "sendChatAction": _TOPIC | {"action": _TEXT, "business_connection_id": _TEXT},
    "editMessageText": _EDIT
    | {
        "text": _TEXT,
        "parse_mode": _TEXT,
        "entities": _JSON,
        "link_preview_options": _JSON,
        "rich_message": _JSON,
    },
    "editMessageReplyMarkup": _EDIT,
    "deleteMessage": _MESSAGE,
    "pinChatMessage": _MESSAGE | {"business_connection_id": _TEXT, "disable_notification": _FLAG},
    "answerCallbackQuery": {
        "callback_query_id": _TEXT,
        "text": _TEXT,
        "show_alert": _FLAG,
        "url": _TEXT,
        "cache_time": _NUMBER,
    },
    "setMyCommands": _COMMANDS | {"commands": _JSON},
    "getMyCommands": _COMMANDS,
    "deleteMyCommands": _COMMANDS,
    "createForumTopic": _CHAT
    | {"name": _TEXT, "icon_color": _NUMBER, "icon_custom_emoji_id": _TEXT},
    "editForumTopic": _TOPIC | {"name": _TEXT, "icon_custom_emoji_id": _TEXT},
    "closeForumTopic": _TOPIC,
    "reopenForumTopic": _TOPIC,
    "deleteForumTopic": _TOPIC,
    "getFile": {"file_id": _TEXT},
    "getChat": _CHAT,
    "getChatMember": _CHAT | {"user_id": _NUMBER},
    "leaveChat": _CHAT,
}
#: The method meant by a name in lower case; the API does not look at the case.
NAMES: Final = {name.lower(): name for name in PARAMETERS}


def decode(method: str, raw: Raw) -> dict[str, Any]:
    """The parameters of a call, as JSON would have them; a file is an :class:`Upload` or a text.

    Raises:
        ApiError: 400, a parameter is unknown or does not read as its kind.

    """
    known = PARAMETERS[method]
    values = {**raw.values, **{k: v for k, v in raw.uploads.items() if k in known}}
    attached = {v.removeprefix("attach://") for v in values.values() if _is_attached(v)}
    spare = (values.keys() | raw.uploads.keys()) - known.keys() - attached
    if spare:
        raise bad(f"{method} has no parameter {sorted(spare)[0]!r}")
    return {
        name: _read(name, value, known[name], raw.uploads)
        for name, value in values.items()
        if value is not None
    }


def _is_attached(value: object) -> bool:
    return isinstance(value, str) and value.startswith("attach://")


def _read(name: str, value: object, kind: Kind, uploads: Mapping[str, Upload]) -> object:
    wrong = bad(f"parameter {name!r} is no {kind.value}")
    match kind:
        case Kind.TEXT:
            if not isinstance(value, str):
                raise wrong
            return value
        case Kind.NUMBER:
            return _number(value, wrong)
        case Kind.FLAG:
            if isinstance(value, bool):
                return value
            if str(value).lower() not in {"true", "false", "1", "0"}:
                raise wrong
            return str(value).lower() in {"true", "1"}
        case Kind.CHAT:
            if isinstance(value, str) and value.startswith("@"):
                return value
            return _number(value, wrong)
        case Kind.JSON:
            return _json(value, wrong)
        case Kind.FILE:
            return _file(value, uploads, wrong)


def _number(value: object, wrong: ApiError) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise wrong
    try:
        return int(value)
    except ValueError:
        raise wrong from None


def _json(value: object, wrong: ApiError) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise wrong from None


def _file(value: object, uploads: Mapping[str, Upload], wrong: ApiError) -> Upload | str:
    if isinstance(value, str) and value.startswith("attach://"):
        value = uploads.get(value.removeprefix("attach://"))
    if not isinstance(value, Upload | str):
        raise wrong
    return value
