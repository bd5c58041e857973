"""The master key: from the environment or from a file of its own, never beside the data."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.storage.errors import KeyRefused
from bot.storage.sealing import KEY_BYTES

#: Holds the key in base64; stands above the file.
VARIABLE: Final = "HUASHU_MASTER_KEY"


@dataclass(frozen=True, slots=True)
class MasterKey:
    """32 secret bytes, and the file they came from (None: from the environment)."""

    secret: bytes = field(repr=False)
    place: Path | None = None

    @property
    def named(self) -> str:
        """Where the key came from, for messages."""
        return str(self.place) if self.place else f"环境变量 {VARIABLE}"


def load_master_key(
    path: Path, environ: Mapping[str, str] = os.environ, *, create: bool = False
) -> MasterKey:
    """The key of the environment, else of the file.

    Args:
        path: the key file.
        environ: where to look for :data:`VARIABLE`.
        create: make the file where neither is there (for the demo).

    Raises:
        KeyRefused: there is none, it is malformed, or others may read the file.

    """
    if given := environ.get(VARIABLE):
        return MasterKey(_decoded(given, f"环境变量 {VARIABLE}"))
    try:
        return read_key_file(path)
    except FileNotFoundError:
        if create:
            return make_key_file(path)
    raise KeyRefused(
        f"没有主密钥：环境变量 {VARIABLE} 未设置，密钥文件 {path} 也不存在。"
        "没有它就无法读取客户数据；请恢复密钥文件，或设置该变量"
    )


def read_key_file(path: Path) -> MasterKey:
    """Read a key file.

    Raises:
        KeyRefused: it is malformed, or its group or others may read it.
        FileNotFoundError: it is not there.

    """
    try:
        with path.open("rb") as handle:
            mode = stat.S_IMODE(os.fstat(handle.fileno()).st_mode)
            text = handle.read(1024)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise KeyRefused(f"密钥文件 {path} 无法读取（{error.strerror}）。请检查权限") from error
    if mode & 0o077:
        raise KeyRefused(
            f"密钥文件 {path} 的权限是 {mode:04o}，其他用户可以读取。请运行 chmod 600 {path}"
        )
    return MasterKey(_decoded(text.decode("ascii", "replace"), f"密钥文件 {path}"), path)


def make_key_file(path: Path) -> MasterKey:
    """A new random key in a new file that only its owner may read; it is on the disk on return.

    Raises:
        KeyRefused: the file cannot be made, or is there.

    """
    secret = os.urandom(KEY_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as handle:
            handle.write(base64.b64encode(secret) + b"\n")
            handle.flush()
            os.fsync(handle.fileno())
        sync_folder(path.parent)
    except OSError as error:
        raise KeyRefused(f"密钥文件 {path} 无法建立（{error.strerror}）。请换一个位置") from error
    return MasterKey(secret, path)


def _decoded(text: str, where: str) -> bytes:
    with contextlib.suppress(binascii.Error, ValueError):
        secret = base64.b64decode(text.strip(), validate=True)
        if len(secret) == KEY_BYTES:
            return secret
    raise KeyRefused(f"{where} 中的主密钥格式不对：应为 32 个随机字节的 base64。请检查是否复制完整")


def sync_folder(folder: Path) -> None:
    """Flush a folder, so that a new or renamed file in it is still so after a crash."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
