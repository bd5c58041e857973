"""The served knowledge: load, check, reload, roll back; swapped whole, or not at all."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from embeddings.encoder import Encoder
from embeddings.hybrid import HybridIndex
from embeddings.rows import Progress
from kb import snapshot as snapshots
from kb.changes import Changes, changes_between
from kb.errors import RegressionWorse, VersionMissing
from kb.fingerprint import library_fingerprint
from kb.library import Contents, Library, read_contents, shipped
from kb.regression import Case, found_cases, read_cases, shipped_file
from kb.review import Doubt, review
from kb.snapshot import Snapshot
from kb.versions import Version, VersionStore
from prompts.errors import Fault, LoadFailed

#: Lists what is wrong with some contents beyond their form.
Vet = Callable[[Contents], list[Fault]]
#: Who a version is by when the program itself wrote it.
PROGRAM: Final = "huashu"


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did (or, for a check, would do)."""

    version: int
    changes: Changes
    encoded: int
    doubts: tuple[Doubt, ...]
    regression_before: int
    regression_after: int
    regression_total: int


class Knowledge:
    """The library of a data folder and the snapshot that is served from it.

    Readers take :attr:`served` once and use that object; writers build the next snapshot aside and
    put it in place in one assignment. One writer at a time.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._folder = folder
        self._encoder = encoder
        self._writing = threading.Lock()
        self.store = VersionStore(folder / "versions")
        self.served: Snapshot
        self._asked: tuple[HybridIndex, list[Case], list[bool]] | None = None

    @classmethod
    def open(
        cls, folder: Path, encoder: Encoder, at: str, progress: Progress | None = None
    ) -> Knowledge:
        """Open a data folder; a new one gets the shipped library as version 1.

        A folder that still serves an older shipped library as it came gets the newer one.

        Args:
            folder: where versions and indexes live.
            encoder: turns text into vectors.
            at: now, ISO 8601 with zone, for a version that has to be written.
            progress: told while wordings are encoded.

        Raises:
            VersionMissing: no version's file can be read; of damaged ones an older is served.
            OSError: the folder cannot be used.

        """
        self = cls(folder, encoder)
        newest = self.store.latest()
        if not newest:
            self.store.append(shipped(), at=at, who=PROGRAM, action="shipped")
        else:
            with contextlib.suppress(VersionMissing):
                self._renew_shipped(newest, at)
        self.follow(progress)
        return self

    def _renew_shipped(self, newest: int, at: str) -> None:
        """Take over a newer shipped library where the older one is served as it came."""
        if self.store.header(newest).action == "shipped":
            library = shipped()
            if library_fingerprint(library) != library_fingerprint(self.store.read(newest)):
                self.store.append(library, at=at, who=PROGRAM, action="shipped")

    def follow(self, progress: Progress | None = None) -> bool:
        """Serve the newest version if it is not served yet (another process may have written it)."""
        if hasattr(self, "served") and self.served.version >= self.store.latest():
            return False
        with self._writing:
            return self._follow(progress)

    def use(self, encoder: Encoder, progress: Progress | None = None) -> bool:
        """Serve the same content with another encoder; everything is encoded anew, then swapped.

        Returns:
            whether it was another one.

        """
        with self._writing:
            if encoder.fingerprint == self._encoder.fingerprint:
                return False
            served = self.served
            following, _ = snapshots.build(
                served.library, encoder, served.version, progress=progress
            )
            self._keep(following)
            self._encoder, self.served = encoder, following
            return True

    def _follow(self, progress: Progress | None = None) -> bool:
        """As :meth:`follow`, by the one who holds the lock; never goes back to an older version."""
        newest = self.store.latest()
        if hasattr(self, "served"):
            if self.served.version >= newest:
                return False
            following, _ = snapshots.build(
                self.store.read(newest), self._encoder, newest, self.served, progress
            )
            self._keep(following)
        else:
            newest, library = self._newest_sound()
            following = snapshots.load_or_build(
                library, self._encoder, newest, self._index, progress
            )
        self.served = following
        return True

    def _newest_sound(self) -> tuple[int, Library]:
        """The newest version that can be read: a damaged one must not keep the desk closed.

        Raises:
            VersionMissing: none can be read.

        """
        first: VersionMissing | None = None
        for number in reversed(self.store.numbers()):
            try:
                return number, self.store.read(number)
            except VersionMissing as error:
                first = first or error
        raise first or VersionMissing(0, "没有任何版本")

    def _keep(self, snapshot: Snapshot) -> None:
        """Save the indexes; where that fails, the next start only takes longer."""
        with contextlib.suppress(OSError):
            snapshot.save(self._index)

    @property
    def _index(self) -> Path:
        return self._folder / "index"

    def check(
        self, paths: Sequence[Path], *, replace: bool = False, vet: Vet | None = None
    ) -> LoadReport:
        """What loading these files would do; nothing is written. Arguments as for :meth:`load`.

        Raises:
            LoadFailed: the files have faults (all are told).

        """
        contents = _vetted(read_contents(paths), vet)
        return self._report(self._combined(contents, replace=replace))[0]

    def load(
        self,
        paths: Sequence[Path],
        *,
        at: str,
        who: str,
        note: str = "",
        replace: bool = False,
        force: bool = False,
        action: str = "load",
        vet: Vet | None = None,
        progress: Progress | None = None,
    ) -> LoadReport:
        """Load files into the next version and serve it.

        Args:
            paths: phrase, solution and lexicon files or folders.
            at: now, ISO 8601 with zone.
            who: the account or person behind the load.
            note: their remark.
            replace: replace each sort of entry as a whole instead of adding and updating by id.
            force: load even if the regression file finds fewer entries.
            action: what the history calls it.
            vet: lists what must not be loaded (unless ``force``), e.g. lines nobody may send.
            progress: told while wordings are encoded.

        Raises:
            LoadFailed: the files have faults; nothing was changed.
            RegressionWorse: the regression file finds fewer entries; nothing was changed.
            StoreBusy: another process is writing.

        """
        contents = _vetted(read_contents(paths), vet)
        return self._take(
            lambda: self._combined(contents, replace=replace),
            at,
            who,
            note,
            action,
            force=force,
            progress=progress,
        )

    def rollback(self, number: int, *, at: str, who: str, note: str = "") -> LoadReport:
        """Serve an earlier version's content again, as a new version.

        Raises:
            VersionMissing: there is no such version.
            StoreBusy: another process is writing.

        """
        library = self.store.read(number)
        note = note or f"回到版本 {number}"
        return self._take(lambda: library, at, who, note, "rollback", force=True)

    def reset(self, *, at: str, who: str) -> LoadReport:
        """Serve the shipped library, as a new version."""
        return self._take(shipped, at, who, "恢复自带内容", "shipped", force=True)

    def versions(self) -> list[Version]:
        """All versions, newest first."""
        return self.store.history()

    def _combined(self, contents: Contents, *, replace: bool) -> Library:
        library = self.served.library
        return library.replaced(contents) if replace else library.upserted(contents)

    def _report(
        self, library: Library, progress: Progress | None = None
    ) -> tuple[LoadReport, Snapshot, list[str]]:
        served = self.served
        following, encoded = snapshots.build(
            library, self._encoder, served.version + 1, served, progress
        )
        changes = changes_between(served.library, library)
        touched = {
            key.removeprefix("solution:")
            for key in (*changes.added, *changes.updated)
            if key.startswith("solution:")
        }
        cases = self._cases(following)
        before, after = self._found(served, cases), self._found(following, cases)
        lost = [
            f"“{c.message}”找不到 {c.expect}"
            for c, was, is_now in zip(cases, before, after, strict=True)
            if was and not is_now
        ]
        report = LoadReport(
            version=following.version,
            changes=changes,
            encoded=encoded,
            doubts=tuple(review(following, touched)),
            regression_before=sum(before),
            regression_after=sum(after),
            regression_total=len(cases),
        )
        return report, following, lost

    def _found(self, snapshot: Snapshot, cases: list[Case]) -> list[bool]:
        """Which cases a snapshot finds; kept for what is served, which is asked at every load."""
        known = self._asked
        if known is None or known[0] is not snapshot.solutions or known[1] != cases:
            known = (snapshot.solutions, cases, found_cases(snapshot, cases))
            self._asked = known
        return known[2]

    def _cases(self, following: Snapshot) -> list[Case]:
        """The desk's own cases, all of them; of the shipped ones, those whose entry is kept.

        A desk that replaces the shipped library takes those entries out on purpose.
        """
        own = self._folder / "regression.jsonl"
        if own.is_file():
            return read_cases(own)
        return [c for c in read_cases(shipped_file()) if c.expect in following.solution_of]

    def _take(
        self,
        make: Callable[[], Library],
        at: str,
        who: str,
        note: str,
        action: str,
        *,
        force: bool,
        progress: Progress | None = None,
    ) -> LoadReport:
        with self._writing:
            # What another process or thread has added since must not be lost by this load: it is
            # followed first, and a version that comes up after this look at the store is refused.
            newest = self.store.latest()
            with contextlib.suppress(VersionMissing):
                self._follow(progress)
            library = make()
            report, following, lost = self._report(library, progress)
            if report.regression_after < report.regression_before and not force:
                raise RegressionWorse(
                    report.regression_before, report.regression_after, report.regression_total, lost
                )
            # The report compares with what is served; that is the newest unless its file is damaged.
            known = report.changes if self.served.version == newest else None
            version = self.store.append(
                library, at=at, who=who, action=action, note=note, after=newest, changes=known
            )
            following = snapshots.renumbered(following, version.number)
            self._keep(following)
            self.served = following
        return dataclasses.replace(report, version=version.number)


def _vetted(contents: Contents, vet: Vet | None) -> Contents:
    faults = vet(contents) if vet else []
    if faults:
        raise LoadFailed(faults)
    return contents
