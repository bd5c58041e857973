"""The use cases *sign in*, *who is it* and *sign out*: lock-out and sessions.

Signing in takes three steps, because hashing a password takes longer than the desk's thread may wait:
:func:`begin` (in the thread) counts the try before anything is looked at, so that guesses side by
side gain nothing; :meth:`Attempt.check` (anywhere) hashes; :func:`finish` (in the thread) takes the
try back and makes a session, or refuses. :func:`sign_in` does all three where nobody waits.

A user name or an origin that failed too often is not looked at for a while that doubles each time; a
try during that while is not counted, so that a stranger cannot keep somebody out for ever. Unknown
names fail, and are shut out, just as known ones.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field, replace
from typing import Final

from bot.desk import audit, passwords
from bot.desk.account_ports import (
    Account,
    Credential,
    CredentialKind,
    Failures,
    PeopleStore,
)
from bot.desk.accounts import tried
from bot.desk.audit import Actor
from bot.desk.ids import new_id
from bot.desk.people_errors import SignInRefused, TooManyTries

#: Bytes of randomness in the token of a session.
_RANDOM: Final = 32
#: A session's last use is written down at most this often.
_TOUCH: Final = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long sessions last and when failures shut somebody out.

    Attributes:
        idle: a session not used for so long has ended.
        absolute: no session lasts longer.
        account_tries: failures of a user name before the first pause.
        origin_tries: failures from an origin before the first pause; an office shares one address.
        first_pause: the first pause; each further failure doubles it.
        longest_pause: no pause is longer.
        forgotten_after: failures longer ago than this no longer count.

    """

    idle: dt.timedelta = dt.timedelta(minutes=30)
    absolute: dt.timedelta = dt.timedelta(hours=12)
    account_tries: int = 5
    origin_tries: int = 20
    first_pause: dt.timedelta = dt.timedelta(seconds=30)
    longest_pause: dt.timedelta = dt.timedelta(minutes=30)
    forgotten_after: dt.timedelta = dt.timedelta(hours=24)


STANDARD: Final = Limits()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to sign in that has been counted; ``hashed`` is "" where nobody can sign in so."""

    name: str
    origin: str
    hashed: str = field(repr=False)

    def check(self, password: str) -> Checked:
        """Whether the password is right; takes tens of milliseconds, the same for unknown names."""
        passed = passwords.verify(self.hashed, password)
        outdated = passed and passwords.is_outdated(self.hashed)
        return Checked(passed, passwords.rehash(password) if outdated else "")


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a try, and the hash to keep from now on, "" where it stays."""

    passed: bool
    rehashed: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just made; ``token`` is given to its owner and kept nowhere."""

    account: Account
    session: Credential
    token: str = field(repr=False)


def begin(
    store: PeopleStore, name: str, origin: str, now: dt.datetime, limits: Limits = STANDARD
) -> Attempt:
    """Count a try.

    Raises:
        TooManyTries: this name or origin is shut out for now.

    """
    with store.atomic():
        counted(store, tried(name), limits.account_tries, now, limits)
        counted(store, _from(origin), limits.origin_tries, now, limits)
    account = store.account_named(name)
    usable = account is not None and not account.disabled
    return Attempt(name, origin, account.password if account and usable else "")


def finish(
    store: PeopleStore,
    attempt: Attempt,
    checked: Checked,
    now: dt.datetime,
    *,
    old_token: str = "",
    limits: Limits = STANDARD,
) -> SignedIn:
    """Make a session; one that the same browser had before ends.

    Raises:
        SignInRefused: the password was wrong, or the account was shut or changed meanwhile.

    """
    account = store.account_named(attempt.name)
    actor = Actor(attempt.name if account else "unknown", attempt.origin)
    same = account is not None and not account.disabled and account.password == attempt.hashed
    if account is None or not same or not checked.passed:
        audit.record(store, actor, "sign_in_failed", now)
        raise SignInRefused("用户名或密码不正确，请检查后重试；忘记密码请联系系统管理员重设")
    with store.atomic():
        store.put_failures(tried(attempt.name), Failures())
        _take_back(store, _from(attempt.origin))
        if checked.rehashed:
            account = replace(account, password=checked.rehashed)
            store.put_account(account)
        if old_token and (old := store.credential(CredentialKind.SESSION, old_token)):
            store.drop_credential(old.id)
        token, until = secrets.token_urlsafe(_RANDOM), now + limits.absolute
        session = Credential(
            new_id(now), CredentialKind.SESSION, account.id, now, now, until, "", attempt.origin
        )
        store.put_credential(session, token)
        audit.record(store, actor, "sign_in", now)
    return SignedIn(account, session, token)


def sign_in(
    store: PeopleStore,
    name: str,
    password: str,
    origin: str,
    now: dt.datetime,
    *,
    old_token: str = "",
    limits: Limits = STANDARD,
) -> SignedIn:
    """All three steps at once; raises as :func:`begin` and :func:`finish`."""
    attempt = begin(store, name, origin, now, limits)
    return finish(store, attempt, attempt.check(password), now, old_token=old_token, limits=limits)


def whose(
    store: PeopleStore, token: str, now: dt.datetime, limits: Limits = STANDARD
) -> tuple[Account, Credential]:
    """Whose session it is, and the session; its use is noted.

    Raises:
        SignInRefused: there is no such session, it ended, or its account is shut.

    """
    session = store.credential(CredentialKind.SESSION, token)
    account = store.account(session.account) if session else None
    if session is None or account is None or account.disabled:
        raise SignInRefused("登录已失效，请重新登录")
    if (session.until and now >= session.until) or now - session.seen_at >= limits.idle:
        store.drop_credential(session.id)
        raise SignInRefused("登录已过期，请重新登录")
    if now - session.seen_at >= _TOUCH:
        store.touch_credential(session.id, now)
        session = replace(session, seen_at=now)
    return account, session


def sign_out(store: PeopleStore, token: str, now: dt.datetime) -> None:
    """End a session; one that ended before is passed over."""
    session = store.credential(CredentialKind.SESSION, token)
    account = store.account(session.account) if session else None
    if session and account:
        with store.atomic():
            store.drop_credential(session.id)
            audit.record(store, Actor(account.name, session.origin), "sign_out", now)


def counted(
    store: PeopleStore, key: str, tries: int, now: dt.datetime, limits: Limits = STANDARD
) -> None:
    """Count a try under a key before its outcome is known.

    Raises:
        TooManyTries: the key is shut out for now; nothing was counted.

    """
    known = store.failures(key)
    if known.last and now - known.last >= limits.forgotten_after:
        known = Failures()
    if known.last and known.count >= tries:
        doublings = min(known.count - tries, 30)
        until = known.last + min(limits.first_pause * 2**doublings, limits.longest_pause)
        if now < until:
            raise TooManyTries(until)
    store.put_failures(key, Failures(known.count + 1, now))


def _take_back(store: PeopleStore, key: str) -> None:
    """A success does not forget the failures of others at the same origin."""
    known = store.failures(key)
    store.put_failures(key, replace(known, count=max(0, known.count - 1)))


def _from(origin: str) -> str:
    return f"origin:{origin}"
