"""Keyboards and replies that come with a message, checked as the API checks them."""

from __future__ import annotations

from typing import Final

from tests.fakes.telegram.errors import bad
from tests.fakes.telegram.records import Json

#: What a button may carry beside its label, its looks and one action.
LOOKS: Final = frozenset({"text", "icon_custom_emoji_id", "style", "disabled"})
#: Of these an inline button has exactly one.
ACTIONS: Final = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
#: What may be said of the message replied to.
REPLY: Final = frozenset(
    {
        "message_id",
        "chat_id",
        "allow_sending_without_reply",
        "quote",
        "quote_parse_mode",
        "quote_entities",
        "quote_position",
        "checklist_task_id",
        "poll_option_id",
        "ephemeral_message_id",
    }
)
_OTHER_KEYBOARDS: Final = ("keyboard", "remove_keyboard", "force_reply")
#: Bytes of callback data, characters of a text to copy, buttons of a keyboard.
_DATA, _COPY, _BUTTONS = 64, 256, 100


def checked_markup(value: object, *, inline_only: bool = False) -> Json | None:
    """A keyboard, or None for none; an inline one without buttons is none.

    Raises:
        ApiError: 400, the API would not take it.

    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in value:
        if inline_only or not any(key in value for key in _OTHER_KEYBOARDS):
            raise bad("inline keyboard expected")
        return value
    rows = value["inline_keyboard"]
    if value.keys() != {"inline_keyboard"} or not isinstance(rows, list):
        raise bad("can't parse inline keyboard markup JSON object")
    for row in rows:
        if not isinstance(row, list):
            raise bad("can't parse inline keyboard markup JSON object")
        for button in row:
            _check_button(button)
    if sum(map(len, rows)) > _BUTTONS:
        raise bad("reply markup is too long")
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _check_button(button: object) -> None:
    where = "can't parse inline keyboard button"
    if not isinstance(button, dict) or button.keys() - LOOKS - ACTIONS:
        raise bad(f"{where}: unknown field")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad(f"{where}: field text must be non-empty")
    actions = button.keys() & ACTIONS
    if len(actions) != 1:
        raise bad(f"{where}: text buttons are unallowed in the inline keyboard")
    (action,) = actions
    if action == "callback_data":
        data = button[action]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= _DATA:
            raise bad("BUTTON_DATA_INVALID")
    elif action == "copy_text":
        text = button[action].get("text") if isinstance(button[action], dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= _COPY or len(button[action]) > 1:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    elif action == "url" and not str(button[action]).startswith(("http://", "https://", "tg://")):
        raise bad("BUTTON_URL_INVALID")


def reply_wish(value: object) -> tuple[int, bool] | None:
    """The id of the message replied to, and whether to send even when it is gone.

    Raises:
        ApiError: 400, the parameters do not read.

    """
    if value is None:
        return None
    if not isinstance(value, dict) or value.keys() - REPLY:
        raise bad("can't parse reply parameters JSON object")
    number = value.get("message_id")
    if isinstance(number, bool) or not isinstance(number, int):
        raise bad("message identifier is not specified")
    return number, bool(value.get("allow_sending_without_reply", False))
