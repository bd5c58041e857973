"""Calls to Telegram whose failure changes nothing: answers to presses, edits of own messages."""

from __future__ import annotations

import logging
from typing import Final

from telegram import Bot
from telegram.error import TelegramError

from bot.telegram.buttons import keyboard
from bot.telegram.customers import Answer
from bot.telegram.reading import Press

_LOG: Final = logging.getLogger(__name__)
#: Longest text of an answer to a press (Bot API).
_TOAST: Final = 200


async def answer(bot: Bot, query: str, toast: str = "") -> None:
    """Answer a press; one that is too old, or lost, only leaves its button turning for a while."""
    try:
        await bot.answer_callback_query(query, toast[:_TOAST] or None)
    except TelegramError as error:
        _LOG.info("按钮没有应答：%s", type(error).__name__)


async def show(bot: Bot, press: Press, done: Answer) -> None:
    """Put the new words and buttons in the place of the message whose button was pressed."""
    if not done.text or not press.message:
        return
    try:
        await bot.edit_message_text(
            done.text, press.chat, press.message, reply_markup=keyboard(done.rows)
        )
    except TelegramError as error:
        _LOG.info("消息没有更新：%s", type(error).__name__)
