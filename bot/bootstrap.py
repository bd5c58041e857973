"""Puts the program together: the only module that names concrete classes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.desk.conversing import Chat
from bot.desk.house import House
from bot.desk.suggest import Suggester
from bot.nlu.reader import Reader
from bot.quality import Checker
from bot.settings import Settings
from embeddings.encoder import Encoder, load_encoder
from embeddings.rows import Progress
from kb.compiled import compiled
from kb.knowledge import Knowledge
from kb.snapshot import Snapshot
from kb.versions import VersionStore


@dataclass(frozen=True)
class Program:
    """Everything made from one set of settings, each part when it is first asked for."""

    settings: Settings
    progress: Progress | None = None

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder named by the settings."""
        return load_encoder(self.settings.encoder)

    @property
    def knowledge_folder(self) -> Path:
        """Where versions and indexes of the data folder live."""
        return self.settings.data / "knowledge"

    @cached_property
    def knowledge(self) -> Knowledge:
        """The data folder's knowledge, opened; a new folder gets the shipped library."""
        return Knowledge.open(self.knowledge_folder, self.encoder, self.now(), self.progress)

    def now(self) -> str:
        """Now, ISO 8601 with the desk's zone."""
        return dt.datetime.now(ZoneInfo(self.settings.zone)).isoformat(timespec="seconds")

    def snapshot(self, *, of_data: bool) -> Snapshot:
        """What to suggest from.

        Args:
            of_data: take the data folder's library if it has one; otherwise ``--library`` or the
                shipped one, compiled in the cache folder.

        """
        if self.settings.library is not None:
            return compiled(self.encoder, [self.settings.library], self.progress)
        if of_data and VersionStore(self.knowledge_folder / "versions").latest():
            return self.knowledge.served
        return compiled(self.encoder, progress=self.progress)

    @cached_property
    def house(self) -> House:
        """The desk's own settings."""
        s = self.settings
        return House(
            company=s.company,
            desk=s.desk,
            contact=s.contact,
            agent_no=s.agent_no,
            agent_name=s.agent_name,
            wait_time=s.wait_time,
            follow_up_hours=s.follow_up_hours,
            tone=s.tone,
            team=s.team,
            zone=ZoneInfo(s.zone),
        )

    @cached_property
    def checker(self) -> Checker:
        """The service-quality check."""
        return Checker.shipped()

    def reader(self) -> Reader:
        """Reads customer messages, knowing the product names of the library's lexicon."""
        return Reader(self.snapshot(of_data=True).library.lexicon.products)

    def suggester(self, *, of_data: bool) -> Suggester:
        """A suggester over one snapshot that does not change."""
        snapshot = self.snapshot(of_data=of_data)
        return Suggester(lambda: snapshot, self.house)

    def chat(self, *, of_data: bool) -> Chat:
        """A new conversation over one snapshot."""
        return Chat.start(self.suggester(of_data=of_data), self.checker, self.house)

    def live_chat(self) -> Chat:
        """A new conversation over whatever the data folder serves from message to message."""
        return Chat.start(
            Suggester(lambda: self.knowledge.served, self.house), self.checker, self.house
        )
