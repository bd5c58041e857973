"""Sealing: AES-256-GCM with a random nonce of 12 bytes, bound to the place it is kept at.

The associated data names the place (ticket, number, event name …), so that a sealed text moved to
another row does not open. A random nonce is safe for 2**32 texts under one key (NIST SP 800-38D,
8.3), far more than one customer ever gets.
"""

from __future__ import annotations

import json
import os
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: Bytes of every key.
KEY_BYTES: Final = 32
_NONCE: Final = 12

# made once: json.dumps makes a new encoder for every text that is not written its default way
_plain: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
#: Compact JSON in ASCII, for columns that hold text.
ascii_json: Final = json.JSONEncoder(separators=(",", ":")).encode


class Unsealable(ValueError):  # noqa: N818 - named for what it is
    """What was sealed was changed, moved, or sealed under another key."""


class Seal:
    """Seals under one key of 32 bytes."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, plain: bytes, place: str) -> bytes:
        """Nonce, cipher text and tag: 28 bytes more than ``plain``."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed at this place.

        Raises:
            Unsealable: it was not, or not with this key.

        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise Unsealable(place) from error

    def close_json(self, value: Any, place: str) -> bytes:
        """Seal a JSON value."""
        return self.close(json_bytes(value), place)

    def open_json(self, sealed: bytes, place: str) -> Any:
        """Open a JSON value; raises as :meth:`open`."""
        return json.loads(self.open(sealed, place))


def json_bytes(value: Any) -> bytes:
    """Compact JSON; half a surrogate pair, which UTF-8 cannot hold, is written as an escape."""
    try:
        return _plain(value).encode()
    except UnicodeEncodeError:
        return ascii_json(value).encode()


def derived(secret: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose (HKDF-SHA256, RFC 5869, no salt: the secret is random)."""
    return HKDF(SHA256(), KEY_BYTES, None, b"huashu " + purpose.encode()).derive(secret)
