"""What the parts of the SQLite store share."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from typing import Any

from bot.desk.ports import NoSuchCustomer
from bot.storage.connection import Connection
from bot.storage.errors import StoreDamaged
from bot.storage.keys import KeyRing
from bot.storage.sealing import Seal, Unsealable
from bot.storage.times import from_micros


class Tables:
    """Access to the tables of one store.

    Args:
        db: its connection.
        keys: its keys.
        zone: the zone in which times of rows are given back.

    """

    def __init__(self, db: Connection, keys: KeyRing, zone: dt.tzinfo) -> None:
        self.db = db
        self.keys = keys
        self.zone = zone

    def atomic(self) -> AbstractContextManager[None]:
        """See :meth:`bot.desk.ports.Store.atomic`."""
        return self.db.atomic()

    def seal_of(self, customer: str) -> Seal | None:
        """The seal for a customer's texts; None when he was erased.

        Raises:
            NoSuchCustomer: no such id was given out.
            StoreDamaged: he was not erased, but his key is gone.

        """
        if found := self.keys.of(customer):
            return found
        known = self.db.one("SELECT erased_at FROM customers WHERE id = ?", (customer,))
        if known is None:
            raise NoSuchCustomer(customer)
        if known[0] is None:
            raise StoreDamaged(f"keys.db 中没有客户 {customer} 的密钥")
        return None

    def unsealed(self, seal: Seal, sealed: bytes, place: str, what: str) -> Any:
        """The JSON value sealed at a place.

        Raises:
            StoreDamaged: it does not open; the message says what it was.

        """
        try:
            return seal.open_json(sealed, place)
        except Unsealable as error:
            raise StoreDamaged(what) from error

    def time(self, number: int | None) -> dt.datetime | None:
        """A time of the database."""
        return None if number is None else from_micros(number, self.zone)
