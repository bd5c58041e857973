"""All finders run over one message, in one fixed order of field codes."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from bot.nlu.fields.address import address
from bot.nlu.fields.amounts import amount
from bot.nlu.fields.causes import cause
from bot.nlu.fields.corrections import corrected
from bot.nlu.fields.dates import happened
from bot.nlu.fields.expectations import expectation
from bot.nlu.fields.faults import fault_code
from bot.nlu.fields.names import customer_name
from bot.nlu.fields.numbers import numbers
from bot.nlu.fields.products import Products
from bot.nlu.fields.times import contact_time, deadline
from bot.nlu.fields.tried import tried
from bot.nlu.fields.value import FieldValue, Message

_SINGLE: Final = (
    ("customer_name", customer_name),
    ("fault_code", fault_code),
    ("expectation", expectation),
    ("deadline", deadline),
    ("amount", amount),
    ("address", address),
    ("tried", tried),
    ("cause", cause),
    ("contact_time", contact_time),
)
#: What stands further down in a very long message is not looked at.
_MOST: Final = 2000


def extract(message: Message, products: Products) -> MappingProxyType[str, FieldValue]:
    """Field code -> value for everything the message states, ``problem`` excepted."""
    folded = message.folded[:_MOST]
    message = replace(message, folded=folded, corrected=corrected(folded))
    fields: dict[str, FieldValue] = dict(numbers(message))
    product = products.find(message)
    if product is not None:
        fields["product"] = product
    dated = happened(message)
    if dated is not None:
        fields["happened_at"] = dated[0]
        if dated[1] is not None:
            fields["happened_on"] = dated[1]
    for code, find in _SINGLE:
        value = find(message)
        if value is not None:
            fields[code] = value
    _settle(fields)
    return MappingProxyType(fields)


def _settle(fields: dict[str, FieldValue]) -> None:
    """Where two finders took the same words, the more telling reading keeps them."""
    for winner, loser in (
        ("deadline", "happened_at"),
        ("deadline", "contact_time"),
        ("happened_at", "contact_time"),
        ("address", "amount"),
        ("address", "happened_at"),
        ("address", "fault_code"),
        ("order_no", "amount"),
        ("order_no", "fault_code"),
        ("order_no", "happened_at"),
        ("order_no", "cause"),
        ("agent_no", "fault_code"),
        ("agent_no", "amount"),
        ("account", "fault_code"),
        ("account", "amount"),
        ("phone", "happened_at"),
        ("phone", "amount"),
        ("fault_code", "amount"),
        ("happened_at", "amount"),
        ("tried", "cause"),
    ):
        if winner in fields and loser in fields and _overlap(fields[winner], fields[loser]):
            del fields[loser]
            if loser == "happened_at":
                fields.pop("happened_on", None)


def _overlap(one: FieldValue, other: FieldValue) -> bool:
    return one.start < other.end and other.start < one.end
