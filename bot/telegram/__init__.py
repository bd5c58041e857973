"""The Telegram channel: updates come in by long polling, lines go out of the outbox.

Customers so far: :mod:`~bot.telegram.ingress` keeps each raw update before it is acknowledged,
:mod:`~bot.telegram.lanes` handles them chat by chat, :mod:`~bot.telegram.egress` sends, and
:mod:`~bot.telegram.channel` holds all of it together.
"""

import os

# python-telegram-bot gives pauses as timedelta only where this is set, and warns where it is not.
os.environ.setdefault("PTB_TIMEDELTA", "true")
