"""Puts the program together: the only module that names concrete classes."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.desk import choices, preferences
from bot.desk.account_ports import OfficeStore
from bot.desk.conversing import Chat
from bot.desk.desk import Desk
from bot.desk.house import House
from bot.desk.projecting import Projection, project_events
from bot.desk.readers import Readers
from bot.desk.service import DeskService
from bot.desk.suggest import Prepared, Suggester
from bot.desk.working_time import parse_hours, parse_rest, read_holidays
from bot.domain.calendar import BusinessCalendar, RestHours
from bot.domain.events import Event
from bot.domain.policy import Policy
from bot.nlu.reader import Reader
from bot.quality import Checker
from bot.settings import Settings, SettingsError
from bot.storage.memory import MemoryStore
from embeddings.encoder import Encoder, load_encoder
from embeddings.rows import Progress
from embeddings.static import StaticEncoder
from kb.compiled import compiled
from kb.knowledge import Knowledge
from kb.learned import LearnedStore
from kb.snapshot import Snapshot
from kb.versions import VersionStore

if TYPE_CHECKING:
    from bot.storage.sqlite_store import SqliteStore
    from bot.telegram.channel import Channel

_TOKEN: Final = re.compile(r"[0-9]{1,20}:[0-9A-Za-z_-]{10,100}")


@dataclass(frozen=True)
class Program:
    """Everything made from one set of settings, each part when it is first asked for."""

    settings: Settings
    progress: Progress | None = None

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder named by the settings."""
        return load_encoder(self.settings.encoder)

    @cached_property
    def learned(self) -> LearnedStore | None:
        """The learned encoders of the data folder; None where another encoder is set."""
        if not isinstance(self.encoder, StaticEncoder):
            return None
        return LearnedStore(self.settings.data / "learned", self.encoder.fingerprint)

    def desk_encoder(self) -> Encoder:
        """The encoder of the data folder: the learned one, where there is one.

        Raises:
            ModelUnavailable: it is damaged.

        """
        return (self.learned.current() if self.learned else None) or self.encoder

    @property
    def knowledge_folder(self) -> Path:
        """Where versions and indexes of the data folder live."""
        return self.settings.data / "knowledge"

    @cached_property
    def knowledge(self) -> Knowledge:
        """The data folder's knowledge, opened; a new folder gets the shipped library."""
        return Knowledge.open(self.knowledge_folder, self.desk_encoder(), self.now(), self.progress)

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

    @property
    def preferences_file(self) -> Path:
        """Where what was learned of the agents' choices is kept."""
        return self.settings.data / preferences.FILE_NAME

    @cached_property
    def followed(self) -> preferences.FollowedPreferences:
        """What was learned, as it changes while a server runs."""
        return preferences.FollowedPreferences(self.preferences_file)

    @property
    def choices_file(self) -> Path:
        """Where the log of choices is kept."""
        return self.settings.data / choices.FILE_NAME

    @cached_property
    def choice_log(self) -> choices.ChoiceLog:
        """The log of what agents choose in live conversations."""
        return choices.FileChoiceLog(self.choices_file)

    @cached_property
    def checker(self) -> Checker:
        """The service-quality check."""
        return Checker.shipped()

    def reader(self) -> Reader:
        """Reads customer messages, knowing the product names of the library's lexicon."""
        return Reader(self.snapshot(of_data=True).library.lexicon.products)

    def suggester(self, *, of_data: bool) -> Suggester:
        """A suggester over one snapshot that does not change, and what was learned for it."""
        snapshot = self.snapshot(of_data=of_data)
        own = of_data and self.settings.library is None
        liked = preferences.Preferences.load(self.preferences_file) if own else None
        return Suggester(lambda: snapshot, self.house, liked)

    @cached_property
    def policy(self) -> Policy:
        """The tracker's limits and switches."""
        s = self.settings
        holidays = read_holidays(s.holidays) if s.holidays else read_holidays()
        zone = ZoneInfo(s.zone)
        calendar = BusinessCalendar.standard(
            zone,
            parse_hours(s.business_hours),
            days_off=holidays.days_off,
            extra_days=holidays.extra_days,
        )
        return Policy(calendar=calendar, rest=RestHours(zone, parse_rest(s.rest_hours)))

    def chat(self, *, of_data: bool) -> Chat:
        """A new conversation over one snapshot, on a desk of its own that is kept in memory."""
        suggester = self.suggester(of_data=of_data)
        return Chat(lambda: Desk(MemoryStore(), suggester, self.checker, self.house, self.policy))

    def store(self) -> SqliteStore:
        """The data folder's store, opened for this process alone.

        Raises:
            StorageError: it is in use, damaged, or its key does not fit.

        """
        from bot.storage.connection import STORE_FILE  # a suggestion needs no database
        from bot.storage.master import load_master_key
        from bot.storage.sqlite_store import SqliteStore

        folder = self.settings.data / "store"
        new = not (folder / STORE_FILE).exists()  # a lost key is never replaced by another
        key = load_master_key(self.settings.key_file, create=new)
        return SqliteStore(folder, key, ZoneInfo(self.settings.zone))

    def project(self, events: Sequence[Event]) -> Projection:
        """What the read tables hold of a ticket, from its events."""
        return project_events(events, self.policy)

    def readers(self, count: int) -> Readers:
        """Processes that read messages beforehand, over whatever knowledge is served."""
        self.knowledge  # noqa: B018 - a new folder gets its library before others look for it
        return Readers(count, partial(_reader, self.settings))

    def desk(self, store: OfficeStore) -> Desk:
        """The live desk over a store and whatever knowledge is served from message to message."""
        suggester = Suggester(lambda: self.knowledge.served, self.house, self.followed)
        return Desk(
            store,
            suggester,
            self.checker,
            self.house,
            self.policy,
            speaks=True,
            log=self.choice_log,
        )

    @cached_property
    def telegram_token(self) -> str:
        """The token of the Telegram bot; "" where none is set.

        Raises:
            SettingsError: it cannot be read, or is none.

        """
        s = self.settings
        token = s.telegram_token.get_secret_value().strip() if s.telegram_token else ""
        if not token and s.telegram_token_file:
            try:
                token = s.telegram_token_file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(
                    f"Telegram 令牌文件 {s.telegram_token_file} 无法读取，请检查路径和权限"
                ) from error
        if token and not _TOKEN.fullmatch(token):
            raise SettingsError(
                "Telegram 令牌的格式不对：应为 @BotFather 给出的“数字:字母”一整段，请重新复制"
            )
        return token

    def telegram(self, service: DeskService, tell: Callable[[str], None]) -> Channel | None:
        """The Telegram channel of a live desk; None where no token is set.

        Args:
            service: the live desk.
            tell: gets sentences for whoever runs the server.

        """
        if not self.telegram_token:
            return None
        s = self.settings
        from bot.telegram.channel import Channel  # half a second that no other command pays
        from bot.telegram.habits import Habits

        habits = Habits(
            debounce=s.telegram_pause,
            file_mb=s.telegram_file_mb,
            per_minute=s.telegram_per_minute,
        )
        return Channel(service, self.telegram_token, s.telegram_api, habits, tell)


def _reader(settings: Settings) -> Callable[[str, dt.datetime], Prepared]:
    """What a reader process does with a message; it follows what others load."""
    program = Program(settings)
    knowledge = program.knowledge
    suggester = Suggester(lambda: knowledge.served, program.house)
    looked = time.monotonic()

    def prepare(text: str, at: dt.datetime) -> Prepared:
        nonlocal looked
        if time.monotonic() - looked > settings.watch_seconds:
            looked = time.monotonic()
            knowledge.follow()
            knowledge.use(program.desk_encoder())
        return suggester.prepare(text, at)

    return prepare
