"""Errors of accounts and access.

DeskError
├── NotAllowed       the role, or the token, does not reach it
├── SignInRefused    name and password, code, session or token are no (longer) good
│   └── TooManyTries too many failures; not before a certain time
└── AccountRefused   an account, password, token or code cannot be made or changed as asked
"""

from __future__ import annotations

import datetime as dt

from bot.desk.errors import DeskError
from bot.domain.people import ROLE_NAMES, Operation, Person


class NotAllowed(DeskError):  # noqa: N818 - named for what it is
    """A person may not do it; ``operation`` says what."""

    def __init__(self, person: Person, operation: Operation) -> None:
        what = "令牌" if person.scopes is not None else f"角色“{ROLE_NAMES[person.role]}”"
        super().__init__(
            f"您的{what}不能对此进行这项操作（{operation.value}）。如需办理，请联系主管或系统管理员"
        )
        self.operation = operation


class SignInRefused(DeskError):  # noqa: N818
    """Whoever asks is not known; the message never says which part was wrong."""


class TooManyTries(SignInRefused):
    """Nothing is looked at before ``until``."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__(
            f"失败次数过多，请在 {until:%H:%M:%S} 之后再试；忘记密码请联系系统管理员重设"
        )
        self.until = until


class AccountRefused(DeskError):  # noqa: N818
    """The message says what is wrong and what to do."""


def name_taken(name: str, number: str) -> AccountRefused:
    """Another account has the name or number."""
    return AccountRefused(f"用户名 {name} 或工号 {number or '（空）'} 已被其他账号使用，请换一个")
