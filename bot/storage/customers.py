"""Customers: who they are on their channels, and how they are forgotten."""

from __future__ import annotations

import datetime as dt

from bot.desk.ids import new_id
from bot.desk.ports import Party
from bot.storage.tables import Tables
from bot.storage.times import micros


class CustomerTables(Tables):
    """The customers' part of :class:`bot.desk.ports.Store`."""

    def customer_of(self, party: Party, at: dt.datetime) -> str:
        """See the port. The key is on the disk before anything that is sealed under it."""
        known = self.known_customer(party)
        if known:
            return known
        found = self._hash(party)
        customer = new_id(at)
        with self.atomic():
            seal = self.keys.make(customer)
            self.db.run("INSERT INTO customers (id, at) VALUES (?, ?)", (customer, micros(at)))
            text = [party.channel, party.bot, party.external]
            self.db.run(
                "INSERT INTO identities VALUES (?, ?, ?)",
                (found, customer, seal.close_json(text, f"party|{customer}")),
            )
        return customer

    def known_customer(self, party: Party) -> str | None:
        """See the port."""
        query = "SELECT customer FROM identities WHERE hash = ?"
        known = self.db.one(query, (self._hash(party),))
        return str(known[0]) if known else None

    def _hash(self, party: Party) -> bytes:
        return self.keys.hashed("party", party.channel, party.bot, party.external)

    def party_of(self, customer: str) -> Party | None:
        """See the port."""
        known = self.db.one("SELECT sealed FROM identities WHERE customer = ?", (customer,))
        seal = self.seal_of(customer) if known else None
        if not seal:
            return None
        return Party(*self.unsealed(seal, known[0], f"party|{customer}", f"客户 {customer} 的身份"))

    def erase(self, customer: str, at: dt.datetime) -> bool:
        """See the port."""
        with self.atomic():
            known = self.db.one("SELECT erased_at FROM customers WHERE id = ?", (customer,))
            if known is None:
                return False
            if known[0] is None:
                self.keys.destroy(customer, at)
                self._forget(customer, at)
        return True

    def finish_erasures(self) -> int:
        """Do what a crash, or a backup older than the erasure, left undone; gives for how many."""
        left = 0
        for customer, at in self.keys.erasures():
            known = self.db.one("SELECT erased_at FROM customers WHERE id = ?", (customer,))
            if known and known[0] is None:
                with self.atomic():
                    self.keys.destroy(customer, at)
                    self._forget(customer, at)
                left += 1
        return left

    def _forget(self, customer: str, at: dt.datetime) -> None:
        run = self.db.run
        run("UPDATE customers SET erased_at = ? WHERE id = ?", (micros(at), customer))
        run("DELETE FROM identities WHERE customer = ?", (customer,))
        run(
            "DELETE FROM lookups WHERE ticket IN (SELECT id FROM tickets WHERE customer = ?)",
            (customer,),
        )
        run("UPDATE tickets SET card = NULL WHERE customer = ?", (customer,))
        run("DELETE FROM gaps WHERE customer = ?", (customer,))
        run(
            "UPDATE outbox SET state = 'failed', error = 'erased' WHERE customer = ?"
            " AND state IN ('ready', 'sending', 'uncertain')",
            (customer,),
        )
        run("UPDATE outbox SET sealed = NULL, chat = x'' WHERE customer = ?", (customer,))
