"""The use cases of accounts: make, change, disable, set a password; each is written into the log.

Whoever calls has asked :func:`bot.desk.access.require` first; the command line acts as whoever may
read the master key.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import replace
from typing import Final, TypedDict, Unpack

from bot.desk import audit
from bot.desk.account_ports import Account, AccountStore, CredentialKind, Failures, PeopleStore
from bot.desk.audit import Actor
from bot.desk.ids import new_id
from bot.desk.passwords import hash_password
from bot.desk.people_errors import AccountRefused
from bot.desk.roster import Agent
from bot.domain.people import Role
from kb.terms import Category

#: User names stand in the audit log, so that a number of somebody may not be in them.
_NAME: Final = re.compile(r"(?!.*[0-9]{7})[a-z][a-z0-9._-]{1,31}")
_NUMBER: Final = re.compile(r"[0-9A-Za-z-]{1,12}")
_MOST: Final = 100
#: What a person holds on to while signed in, by hand or by program.
SIGNED_IN: Final = (CredentialKind.SESSION, CredentialKind.TOKEN, CredentialKind.CODE)


class Details(TypedDict, total=False):
    """What may be changed of an account; what is not named stays."""

    role: Role
    number: str
    shown: str
    team: str
    department: str
    skills: frozenset[Category]
    capacity: int


def create(
    store: PeopleStore,
    name: str,
    password: str,
    by: Actor,
    at: dt.datetime,
    **details: Unpack[Details],
) -> Account:
    """Make an account; an agent when no role is named.

    Raises:
        AccountRefused: a name, number or password cannot be used, or something is missing.

    """
    if not _NAME.fullmatch(name):
        raise AccountRefused(
            "用户名须以小写字母开头，由 2–32 个小写字母、数字或 . _ - 组成，不能含电话号码"
        )
    if store.account_named(name):
        raise AccountRefused(f"用户名 {name} 已被使用，请换一个")
    blank = Account(new_id(at), name, Role.AGENT, at)
    account = replace(_with(blank, details), password=hash_password(password, name))
    with store.atomic():
        store.put_account(account)
        _log(store, by, "user_create", at, account, role=account.role.value)
    return account


def change(
    store: PeopleStore, name: str, by: Actor, at: dt.datetime, **details: Unpack[Details]
) -> Account:
    """Change an account; a new role ends whatever it is signed in with.

    Raises:
        AccountRefused: there is no such account, a value cannot be used, or it is the last admin.

    """
    old = named(store, name)
    new = _with(old, details)
    if old.role is Role.ADMIN and new.role is not Role.ADMIN:
        _spare_the_last_admin(store, old)
    with store.atomic():
        store.put_account(new)
        if new.role is not old.role:
            store.drop_credentials(new.id, SIGNED_IN)
        _log(store, by, "user_change", at, new, changed=",".join(sorted(details)), role=new.role)
    return new


def set_disabled(
    store: PeopleStore, name: str, by: Actor, at: dt.datetime, *, disabled: bool
) -> Account:
    """Shut an account, which ends whatever it is signed in with and unbinds it; or open it again.

    Raises:
        AccountRefused: there is no such account, or it is the last admin.

    """
    old = named(store, name)
    if disabled:
        _spare_the_last_admin(store, old)
    new = replace(old, disabled=disabled)
    with store.atomic():
        store.put_account(new)
        if disabled:
            store.drop_credentials(new.id, tuple(CredentialKind))
        _log(store, by, "user_disable" if disabled else "user_enable", at, new)
    return new


def set_password(
    store: PeopleStore, name: str, password: str, by: Actor, at: dt.datetime
) -> Account:
    """Set a new password; it ends whatever the account is signed in with and forgets failures.

    Raises:
        AccountRefused: there is no such account, or the password cannot be used.

    """
    account = replace(named(store, name), password=hash_password(password, name))
    with store.atomic():
        store.put_account(account)
        store.drop_credentials(account.id, SIGNED_IN)
        store.put_failures(tried(name), Failures())
        _log(store, by, "user_password", at, account)
    return account


def named(store: AccountStore, name: str) -> Account:
    """The account with a user name.

    Raises:
        AccountRefused: there is none.

    """
    found = store.account_named(name)
    if found is None:
        raise AccountRefused(f"没有用户 {name[:32]}，请用 huashu user list 查看已有用户")
    return found


def tried(name: str) -> str:
    """The key under which failures of a user name are noted, whether there is such an account or not."""
    return f"account:{name}"


def agents(store: AccountStore) -> tuple[Agent, ...]:
    """Whoever can hold tickets, for the roster; nobody is online yet."""
    return tuple(
        Agent(a.number, a.capacity, a.skills, online=False)
        for a in store.accounts()
        if a.number and not a.disabled
    )


def teams(store: AccountStore) -> dict[str, str]:
    """Agent number -> team."""
    return {a.number: a.team for a in store.accounts() if a.number}


def _with(account: Account, details: Details) -> Account:
    new = replace(account, **details)
    if new.number and not _NUMBER.fullmatch(new.number):
        raise AccountRefused("工号须由 1–12 个数字、字母或 - 组成")
    if new.role in _HOLDERS and not new.number:
        raise AccountRefused("坐席、主管和经理须有工号，请用 --number 指定")
    if new.role is Role.DEPARTMENT and not new.department.strip():
        raise AccountRefused("部门专员须属于一个部门，请用 --department 指定")
    if not 0 <= new.capacity <= _MOST:
        raise AccountRefused(f"同时接待数须在 0 到 {_MOST} 之间")
    return new


#: Whoever holds tickets does so under a number.
_HOLDERS: Final[Collection[Role]] = (Role.AGENT, Role.SUPERVISOR, Role.MANAGER)


def _spare_the_last_admin(store: AccountStore, account: Account) -> None:
    admins = [a for a in store.accounts() if a.role is Role.ADMIN and not a.disabled]
    if [a.id for a in admins] == [account.id]:
        raise AccountRefused(f"{account.name} 是最后一个系统管理员，请先添加另一个")


def _log(
    store: PeopleStore, by: Actor, what: str, at: dt.datetime, account: Account, **detail: str
) -> None:
    audit.record(store, by, what, at, user=account.name, **detail)
