"""The keys of the store: one for every customer, wrapped; a secret of the store's own.

Master key → (HKDF) wrapping key → 32-byte data keys, one a customer, and the store's secret.
Store's secret → (HKDF) the seal of the inbox and the key of look-ups. The secret is random, not made
of the master key, so that look-ups survive a change of the master key. Erasing a customer deletes
his wrapped key; the note of it stands in the same file and transaction.
"""

from __future__ import annotations

import datetime as dt
import hmac
import os
import secrets
from collections import OrderedDict
from typing import Final

from bot.storage.connection import Connection
from bot.storage.errors import KeyRefused, StoreDamaged
from bot.storage.master import MasterKey
from bot.storage.sealing import KEY_BYTES, Seal, Unsealable, derived
from bot.storage.times import from_micros, micros

#: Data keys kept unwrapped, the most recently used.
CACHED: Final = 10_000
_HASH_BYTES: Final = 16
_SECRET: Final = "store secret"  # noqa: S105 - the name of the place it is sealed at


class KeyRing:
    """The keys behind one master key; a new store gets its secret here.

    Args:
        db: the store's connection.
        master: the master key.

    Raises:
        KeyRefused: it is not this store's.
        StoreDamaged: the store's own secret cannot be read.

    """

    def __init__(self, db: Connection, master: MasterKey) -> None:
        self._db = db
        self._cache: OrderedDict[str, Seal] = OrderedDict()
        self._use(master)
        if not db.key_rows("SELECT 1 FROM meta"):
            self._found(master)
        meta = dict(db.key_rows("SELECT name, value FROM meta"))
        if not hmac.compare_digest(meta.get("check", b""), derived(master.secret, "check")):
            raise KeyRefused(
                f"主密钥不对：{master.named} 中的密钥与数据文件夹 {db.folder} 不匹配，数据未被改动。"
                "请换回原来的密钥"
            )
        try:
            secret = self._wrap.open(meta["secret"], _SECRET)
        except (KeyError, Unsealable) as error:
            raise StoreDamaged("keys.db 中的总密钥记录") from error
        self.store_id: str = meta["store"].decode()
        self.inbox = Seal(derived(secret, "inbox"))
        self._lookup = derived(secret, "lookup")

    def _use(self, master: MasterKey) -> None:
        self.master = master
        self._wrap = Seal(derived(master.secret, "wrap"))

    def _found(self, master: MasterKey) -> None:
        rows = {
            "check": derived(master.secret, "check"),
            "secret": self._wrap.close(os.urandom(KEY_BYTES), _SECRET),
            "store": secrets.token_hex(16).encode(),
        }
        with self._db.atomic():
            for row in rows.items():
                self._db.key_rows("INSERT INTO meta VALUES (?, ?)", row)

    def make(self, customer: str) -> Seal:
        """A new random key for a new customer."""
        key = os.urandom(KEY_BYTES)
        wrapped = self._wrap.close(key, _place(customer))
        self._db.key_rows("INSERT INTO keys VALUES (?, ?)", (customer, wrapped))
        return self._kept(customer, key)

    def of(self, customer: str) -> Seal | None:
        """A customer's key; None when he has none.

        Raises:
            StoreDamaged: it cannot be unwrapped.

        """
        if found := self._cache.get(customer):
            self._cache.move_to_end(customer)
            return found
        rows = self._db.key_rows("SELECT wrapped FROM keys WHERE customer = ?", (customer,))
        if not rows:
            return None
        try:
            return self._kept(customer, self._wrap.open(rows[0][0], _place(customer)))
        except Unsealable as error:
            raise StoreDamaged(f"客户 {customer} 的密钥") from error

    def _kept(self, customer: str, key: bytes) -> Seal:
        seal = self._cache[customer] = Seal(key)
        if len(self._cache) > CACHED:
            self._cache.popitem(last=False)
        return seal

    def destroy(self, customer: str, at: dt.datetime) -> None:
        """Delete a customer's key for good and note the erasure, in the running transaction."""
        self._cache.pop(customer, None)
        self._db.key_rows("DELETE FROM keys WHERE customer = ?", (customer,))
        self._db.key_rows("INSERT OR IGNORE INTO erasures VALUES (?, ?)", (customer, micros(at)))
        self._db.scrub_after_commit()

    def erasures(self) -> list[tuple[str, dt.datetime]]:
        """Who was erased and when, in the order of it."""
        rows = self._db.key_rows("SELECT customer, at FROM erasures ORDER BY at, customer")
        return [(customer, from_micros(at, dt.UTC)) for customer, at in rows]

    def hashed(self, kind: str, *values: str) -> bytes:
        """A keyed hash by which something can be found but not read."""
        text = "\0".join((kind, *(f"{len(v)}:{v}" for v in values)))
        return hmac.digest(self._lookup, text.encode("utf-8", "surrogatepass"), "sha256")[
            :_HASH_BYTES
        ]

    def rotate(self, master: MasterKey) -> int:
        """Wrap all keys under another master key, in one transaction; gives how many.

        A crash leaves all of them under the old one or all under the new one. Nothing that is sealed
        under the keys is touched.

        Raises:
            StoreDamaged: a key cannot be unwrapped; nothing was changed.

        """
        old, new = self._wrap, Seal(derived(master.secret, "wrap"))
        rows = self._db.key_rows("SELECT customer, wrapped FROM keys")
        secret = self._db.key_rows("SELECT value FROM meta WHERE name = 'secret'")[0][0]
        try:
            with self._db.atomic():
                self._db.keys.executemany(
                    "UPDATE keys SET wrapped = ? WHERE customer = ?",
                    (
                        (new.close(old.open(wrapped, _place(who)), _place(who)), who)
                        for who, wrapped in rows
                    ),
                )
                for name, value in (
                    ("secret", new.close(old.open(secret, _SECRET), _SECRET)),
                    ("check", derived(master.secret, "check")),
                ):
                    self._db.key_rows("UPDATE meta SET value = ? WHERE name = ?", (value, name))
                self._db.scrub_after_commit()
        except Unsealable as error:
            raise StoreDamaged(f"keys.db 中的密钥（{error}）") from error
        self._use(master)
        return len(rows)


def _place(customer: str) -> str:
    return f"key|{customer}"
