"""Numbered versions of the library: who loaded what, when, and what changed.

A version is one file, ``versions/000012.jsonl``: a header with a digest of the rest, then one entry a
line. The highest number is what is served; rolling back writes a new version with old content, so
history only grows. A file
is written aside, flushed to disk and linked into place under its number, so that a crash leaves
either a whole version or none and two writers cannot take the same number.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from kb import lexicon as lexicons
from kb.changes import Changes, changes_between
from kb.errors import StoreBusy, VersionMissing
from kb.library import Library
from kb.solutions import Solution
from prompts.lines import Line

FORMAT: Final = 2
#: Begins the name of a file that is being written.
_ASIDE: Final = ".new-"
_NAME: Final = re.compile(r"(\d{6,})\.jsonl")


@dataclass(frozen=True, slots=True)
class Version:
    """The header of a version. ``at`` is ISO 8601 with zone; ``action`` shipped|load|reload|rollback."""

    number: int
    at: str
    who: str
    action: str
    note: str
    lines: int
    solutions: int
    changes: Changes


class VersionStore:
    """The versions in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def numbers(self) -> list[int]:
        """Existing version numbers, ascending."""
        if not self.folder.is_dir():
            return []
        found = (_NAME.fullmatch(p.name) for p in self.folder.iterdir())
        return sorted(int(m[1]) for m in found if m)

    def latest(self) -> int:
        """The number that is served; 0 when there is none."""
        return max(self.numbers(), default=0)

    def history(self) -> list[Version]:
        """Headers of all versions, newest first; damaged files are passed over."""
        found = []
        for number in reversed(self.numbers()):
            with contextlib.suppress(VersionMissing):
                found.append(self.header(number))
        return found

    def header(self, number: int) -> Version:
        """The header of one version.

        Raises:
            VersionMissing: no such version, or its file is damaged.

        """
        with self._open(number) as lines:
            return _header(number, next(lines, b""))

    def read(self, number: int) -> Library:
        """The library of one version.

        Raises:
            VersionMissing: no such version, or its file is damaged.

        """
        line_list: list[Line] = []
        solution_list: list[Solution] = []
        files: dict[str, str] = {}
        with self._open(number) as lines:
            first = next(lines, b"")
            header = _header(number, first)
            body_digest = hashlib.sha256()
            try:
                for raw in lines:
                    body_digest.update(raw)
                    sort, body = json.loads(raw)
                    if sort == "line":
                        line_list.append(Line.from_dict(body))
                    elif sort == "solution":
                        solution_list.append(Solution.from_dict(body))
                    else:
                        files[body["name"]] = body["text"]
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise VersionMissing(number, "文件损坏") from error
        if (len(line_list), len(solution_list)) != (header.lines, header.solutions):
            raise VersionMissing(number, "文件不完整")
        if json.loads(first)["digest"] != body_digest.hexdigest():
            raise VersionMissing(number, "文件内容被改动过")
        return Library(tuple(line_list), tuple(solution_list), lexicons.parse(files))

    def append(
        self,
        library: Library,
        *,
        at: str,
        who: str,
        action: str,
        note: str = "",
        after: int | None = None,
        changes: Changes | None = None,
    ) -> Version:
        """Write the next version.

        Args:
            library: its content.
            at: now, ISO 8601 with zone.
            who: the account or person behind it.
            action: shipped|load|reload|rollback.
            note: their remark.
            after: the version that ``library`` was made from, where it must still be the newest.
            changes: what differs from ``after``, where that is known; else it is found by reading
                the newest version, which costs half a second at 10,000 entries.

        Raises:
            StoreBusy: another process is writing, or has written a version after ``after``.
            OSError: the folder cannot be written.

        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock():
            self._tidy()
            last = self.latest()
            if after is not None and last != after:
                raise StoreBusy
            if changes is None:
                changes = changes_between(self._newest_readable(), library)
            version = Version(
                number=last + 1,
                at=at,
                who=who,
                action=action,
                note=note,
                lines=len(library.lines),
                solutions=len(library.solutions),
                changes=changes,
            )
            self._write(version, library)
            return version

    def _newest_readable(self) -> Library | None:
        """What a new version is compared with: a damaged newest one must not block the way on."""
        for number in reversed(self.numbers()):
            with contextlib.suppress(VersionMissing):
                return self.read(number)
        return None

    def _tidy(self) -> None:
        """Remove what a crash left half written; only the holder of the lock may."""
        for left in self.folder.glob(f"{_ASIDE}*"):
            left.unlink(missing_ok=True)

    def _write(self, version: Version, library: Library) -> None:
        entries = (json.dumps(entry, ensure_ascii=False) for entry in _entries(library))
        body = "".join(f"{entry}\n" for entry in entries).encode()
        header = asdict(version) | {"format": FORMAT, "digest": hashlib.sha256(body).hexdigest()}
        handle = tempfile.NamedTemporaryFile(dir=self.folder, prefix=_ASIDE, delete=False)  # noqa: SIM115
        aside = Path(handle.name)
        try:
            with handle:
                handle.write(json.dumps(header, ensure_ascii=False).encode() + b"\n" + body)
                handle.flush()
                os.fsync(handle.fileno())
            os.link(aside, self.folder / f"{version.number:06d}.jsonl")
        except FileExistsError as error:
            raise StoreBusy from error
        finally:
            aside.unlink()
        directory = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    @contextlib.contextmanager
    def _open(self, number: int) -> Iterator[Iterator[bytes]]:
        try:
            with (self.folder / f"{number:06d}.jsonl").open("rb") as handle:
                yield handle
        except FileNotFoundError as error:
            raise VersionMissing(number, "没有这个版本") from error
        except OSError as error:
            raise VersionMissing(number, "文件无法读取") from error

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        with (self.folder / ".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StoreBusy from error
            yield


def _header(number: int, raw: bytes) -> Version:
    try:
        data: dict[str, Any] = json.loads(raw)
        if data.pop("format") != FORMAT:
            raise VersionMissing(number, "格式版本不受支持")
        data.pop("digest")
        changes = Changes(**{k: tuple(v) for k, v in data.pop("changes").items()})
        return Version(**data, changes=changes)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VersionMissing(number, "文件损坏") from error


def _entries(library: Library) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in library.lines:
        yield "line", line.to_dict()
    for solution in library.solutions:
        yield "solution", solution.to_dict()
    for name, text in library.lexicon.files.items():
        yield "lexicon", {"name": name, "text": text}
