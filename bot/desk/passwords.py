"""Passwords: what is good enough, and their hashes (argon2id).

Parameters: 19 MiB, two passes, one lane, the least that OWASP's password storage guide names for
argon2id; the salt of 16 bytes is argon2-cffi's. A hash takes some tens of milliseconds of one core,
so that a server computes it outside of the desk's thread.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.desk.people_errors import AccountRefused

#: KiB of memory.
MEMORY: Final = 19 * 1024
SHORTEST: Final = 10
#: Longer ones would only make hashing dear.
LONGEST: Final = 200
#: Different characters that a password must have at least.
_DIFFERENT: Final = 5
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=MEMORY, parallelism=1)
#: The hash, made with these parameters, of random bytes that nobody kept.
_NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "Co+pLIe3p6N1OhhTwCMGFQ$VQwMzdduIHcsxFL7mY+PrMKwAx0QrqukPRuHiJpd/mM"
)


def hash_password(password: str, name: str) -> str:
    """The hash of a new password.

    Raises:
        AccountRefused: it is too short or too long, too plain, well known, or tells the user name.

    """
    plain = _normal(password)
    bare = plain.casefold()
    if len(plain) < SHORTEST:
        raise AccountRefused(f"密码至少 {SHORTEST} 个字符，请换一个更长的")
    if len(plain) > LONGEST:
        raise AccountRefused(f"密码最多 {LONGEST} 个字符，请换一个短一些的")
    if name and name.casefold() in bare:
        raise AccountRefused("密码中不能包含用户名，请换一个")
    if len(set(bare)) < _DIFFERENT or bare in _bad():
        raise AccountRefused("这个密码太容易被猜到，请换一个")
    return _HASHER.hash(plain)


def verify(hashed: str, password: str) -> bool:
    """Whether a password has this hash; without one (""), the time of a real look is spent anyway."""
    try:
        _HASHER.verify(hashed or _NOBODY, _normal(password)[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return bool(hashed)


def is_outdated(hashed: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(hashed)


def rehash(password: str) -> str:
    """The hash of a password that was just found right, with today's parameters."""
    return _HASHER.hash(_normal(password))


def _normal(password: str) -> str:
    """The same characters whatever keyboard they came from (full width, composed or not)."""
    return unicodedata.normalize("NFKC", password)


@cache
def _bad() -> frozenset[str]:
    text = (files("bot.desk") / "bad_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line and line[0] != "#")
