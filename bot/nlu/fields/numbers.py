"""Numbers people give to be found by: telephones, orders, accounts, e-mail, staff numbers.

Each finder takes the text without what the finders before it took, so no number is read twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.domain.numerals import spelled
from bot.nlu.fields.accounts import account, agent_no, email
from bot.nlu.fields.orders import order
from bot.nlu.fields.phones import phone
from bot.nlu.fields.value import FieldValue, Message

#: A row of digits said one by one, as long as a telephone; no numeral of amounts is so long.
_SPOKEN: Final = re.compile(
    r"[零〇幺一二三四五六七八九](?:[ ,-]?[零〇幺一二三四五六七八九两]){6,30}"
)


def numbers(message: Message) -> Iterator[tuple[str, FieldValue]]:
    """Yield (field code, value) for agent_no, account, email, phone and order_no."""
    folded = _SPOKEN.sub(lambda row: spelled(row[0]), message.folded)
    for code, find in (
        ("agent_no", agent_no),
        ("account", account),
        ("email", email),
        ("phone", phone),
        ("order_no", order),
    ):
        value, taken = find(message, folded)
        if value is not None:
            yield code, value
        for start, end in taken:
            folded = folded[:start] + "\0" * (end - start) + folded[end:]
