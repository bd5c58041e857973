"""The use cases of what else stands for a person: tokens of programs, accounts of other channels."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from bot.desk import audit
from bot.desk.account_ports import (
    Account,
    Credential,
    CredentialKind,
    Failures,
    PeopleStore,
)
from bot.desk.accounts import named
from bot.desk.audit import Actor
from bot.desk.ids import new_id
from bot.desk.people_errors import AccountRefused, SignInRefused
from bot.desk.signing_in import STANDARD, counted
from bot.domain.people import PERMISSIONS, Operation, Person

#: How long a code that binds another account is good for.
CODE_LASTS: Final = dt.timedelta(minutes=10)
LONGEST_TOKEN: Final = dt.timedelta(days=365)
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: 50 bits; with the tries allowed from one origin in ten minutes, guessing is hopeless.
_CODE_LENGTH: Final = 10


def make_token(
    store: PeopleStore,
    name: str,
    label: str,
    scopes: Collection[Operation],
    lasts: dt.timedelta,
    by: Actor,
    at: dt.datetime,
) -> tuple[Credential, str]:
    """A token by which a program acts for an account within its scopes; the secret is told once.

    Raises:
        AccountRefused: there is no such account, a scope is beyond its role, none is named, or it
            would last too long.

    """
    account = _open(store, name)
    beyond = [s.value for s in scopes if s not in PERMISSIONS[account.role]]
    if not scopes or beyond:
        what = f"该用户的角色没有 {'、'.join(beyond)} 权限" if beyond else "请至少指定一项权限"
        raise AccountRefused(f"不能建立令牌：{what}")
    if not dt.timedelta() < lasts <= LONGEST_TOKEN:
        raise AccountRefused(f"令牌有效期须在 1 到 {LONGEST_TOKEN.days} 天之间")
    secret = f"huashu_{secrets.token_urlsafe(32)}"
    token = Credential(
        new_id(at),
        CredentialKind.TOKEN,
        account.id,
        at,
        at,
        at + lasts,
        label,
        by.origin,
        frozenset(scopes),
    )
    with store.atomic():
        store.put_credential(token, secret)
        asked = ",".join(sorted(s.value for s in scopes))[:120]
        audit.record(store, by, "token_create", at, user=name, scopes=asked)
    return token, secret


def bearer(store: PeopleStore, secret: str, now: dt.datetime) -> Person:
    """Whom a token stands for, limited to its scopes.

    Raises:
        SignInRefused: there is no such token, it ended, or its account is shut.

    """
    token = store.credential(CredentialKind.TOKEN, secret)
    account = store.account(token.account) if token else None
    if token is None or account is None or account.disabled:
        raise SignInRefused("令牌无效，请向系统管理员申请新的令牌")
    if token.until is None or now >= token.until:
        raise SignInRefused("令牌已过期，请向系统管理员申请新的令牌")
    return replace(account.person, scopes=token.scopes)


def make_code(store: PeopleStore, name: str, by: Actor, at: dt.datetime) -> str:
    """A code by which its owner binds an account of another channel; the one before ends.

    Raises:
        AccountRefused: there is no such account, or it is shut.

    """
    account = _open(store, name)
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    made = Credential(
        new_id(at), CredentialKind.CODE, account.id, at, at, at + CODE_LASTS, "", by.origin
    )
    with store.atomic():
        store.drop_credentials(account.id, (CredentialKind.CODE,))
        store.put_credential(made, code)
        audit.record(store, by, "link_code", at, user=name)
    return code


def redeem(store: PeopleStore, code: str, channel: str, external: str, now: dt.datetime) -> Account:
    """Bind an account of another channel (``external`` is its id there) by a code; the code is spent.

    Raises:
        TooManyTries: too many wrong codes came from this account of the channel.
        SignInRefused: the code is unknown, was used, or has ended.

    """
    tries = f"code:{channel}:{external}"
    with store.atomic():
        counted(store, tries, STANDARD.account_tries, now)
    known = store.credential(CredentialKind.CODE, code.strip().upper())
    account = store.account(known.account) if known else None
    good = known is not None and known.until is not None and now < known.until
    if known is None or account is None or account.disabled or not good:
        raise SignInRefused("绑定码无效或已过期，请在网页上重新获取")
    link = Credential(
        new_id(now), CredentialKind.LINK, account.id, now, now, None, channel, channel
    )
    with store.atomic():
        store.put_failures(tries, Failures())
        store.drop_credential(known.id)
        for old in store.credentials(account.id):
            if old.kind is CredentialKind.LINK and old.label == channel:
                store.drop_credential(old.id)  # one account of a channel for a person
        store.put_credential(link, _external(channel, external))
        audit.record(store, Actor(account.name, channel), "link", now, user=account.name)
    return account


def linked(store: PeopleStore, channel: str, external: str) -> Account | None:
    """The account an account of another channel is bound to; None where it is shut."""
    link = store.credential(CredentialKind.LINK, _external(channel, external))
    account = store.account(link.account) if link else None
    return account if account and not account.disabled else None


def revoke(store: PeopleStore, name: str, credential: str, by: Actor, at: dt.datetime) -> None:
    """End a session, token, code or link by its id.

    Raises:
        AccountRefused: the account has none with this id.

    """
    found = [c for c in store.credentials(named(store, name).id) if c.id == credential]
    if not found:
        raise AccountRefused(f"用户 {name} 没有编号为 {credential[:40]} 的登录或令牌")
    with store.atomic():
        store.drop_credential(credential)
        audit.record(store, by, "revoke", at, user=name, kind=found[0].kind.value)


def _open(store: PeopleStore, name: str) -> Account:
    account = named(store, name)
    if account.disabled:
        raise AccountRefused(f"用户 {name} 已停用，请先用 huashu user enable 启用")
    return account


def _external(channel: str, external: str) -> str:
    return f"{channel}\0{external}"
