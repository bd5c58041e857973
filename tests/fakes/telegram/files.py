"""The files people and bots have sent."""

from __future__ import annotations

import hashlib
import mimetypes
from typing import Final

from tests.fakes.telegram.errors import ApiError, bad
from tests.fakes.telegram.parameters import Upload
from tests.fakes.telegram.records import StoredFile

_MEGABYTE: Final = 1024 * 1024
#: Bytes a bot may send as each kind, and bytes it may fetch.
LARGEST: Final = {"photo": 10 * _MEGABYTE, "document": 50 * _MEGABYTE, "voice": 50 * _MEGABYTE}
FETCHED: Final = 20 * _MEGABYTE
#: How pictures begin.
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
#: A picture of one pixel.
PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


class Files:
    """All files, by their id and by their path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, kind: str, name: str, data: bytes, mime: str = "") -> StoredFile:
        """Keep a file.

        Raises:
            ApiError: 400 or 413, it is empty, too large or no picture.

        """
        if not data:
            raise bad("file must be non-empty")
        if len(data) > LARGEST[kind]:
            raise ApiError(413, "Request Entity Too Large")
        if kind == "photo" and not data.startswith(_PICTURES):
            raise bad("IMAGE_PROCESS_FAILED")
        number = len(self._by_id) + 1
        suffix = {"photo": ".jpg", "voice": ".oga"}.get(kind) or "." + name.rpartition(".")[2]
        file = StoredFile(
            file_id=f"Bg{kind[0].upper()}CAgUAAxk{number:06d}Q",
            unique_id=f"AgAD{hashlib.sha256(data).hexdigest()[:12]}",
            path=f"{kind}s/file_{number}{suffix}",
            kind=kind,
            name=name,
            mime=mime or mimetypes.guess_type(name)[0] or "application/octet-stream",
            data=data,
        )
        self._by_id[file.file_id] = self._by_path[file.path] = file
        return file

    def find(self, file_id: str) -> StoredFile:
        """The file with an id; a photo's small copy is the photo.

        Raises:
            ApiError: 400, there is none.

        """
        found = self._by_id.get(file_id) or self._by_id.get(file_id.removesuffix("s"))
        if found is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return found

    def at(self, path: str) -> StoredFile | None:
        """The file at a download path."""
        return self._by_path.get(path)

    def wanted(self, value: Upload | str, kind: str) -> StoredFile:
        """What a bot sends: a new file, or one that the server has.

        Raises:
            ApiError: 400 or 413, it cannot be sent.

        """
        if isinstance(value, Upload):
            return self.add(kind, value.name, value.data, value.mime)
        if value.startswith(("http://", "https://")):
            raise bad("failed to get HTTP URL content")
        found = self.find(value)
        if found.kind != kind:
            raise bad(f"can't use file of type {found.kind.title()} as {kind.title()}")
        return found
