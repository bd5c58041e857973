"""Passwords, lock-out, sessions, tokens and bound accounts."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters

from bot.desk import accounts, credentials, passwords
from bot.desk.account_ports import Account
from bot.desk.audit import Actor
from bot.desk.people_errors import AccountRefused, SignInRefused, TooManyTries
from bot.desk.signing_in import Limits, SignedIn, begin, finish, sign_in, sign_out, whose
from bot.domain.people import Operation, Role, may
from bot.storage.memory import MemoryStore
from kb.terms import Category
from tests.security.when import AT, later

BY = Actor("root", "cli")
PASSWORD = "青山绿水-2026-x"  # noqa: S105
NEW = "另一个-好的-密码-9"
WEB = "web:10.0.0.7"
ADMIN = {"role": Role.ADMIN}


def add(store: MemoryStore, name: str = "zhang", **details: Any) -> Account:
    details.setdefault("role", Role.AGENT)
    if details["role"] in (Role.AGENT, Role.SUPERVISOR, Role.MANAGER):
        details.setdefault("number", str(1001 + len(store.accounts())))
    return accounts.create(store, name, PASSWORD, BY, AT, **details)


def enter(
    store: MemoryStore,
    at: dt.datetime = AT,
    password: str = PASSWORD,
    name: str = "zhang",
    origin: str = WEB,
    **more: Any,
) -> SignedIn:
    return sign_in(store, name, password, origin, at, **more)


def fail(store: MemoryStore, at: dt.datetime = AT, **how: Any) -> None:
    with pytest.raises(SignInRefused, match="不正确"):
        enter(store, at, password="wrong-password", **how)


def whats(store: MemoryStore) -> list[str]:
    return [r.what for r in store.audit()]


# passwords ---------------------------------------------------------------------------------------


def test_passwords_are_hashed_with_argon2id_of_19_mib_and_two_passes(store: MemoryStore) -> None:
    found = extract_parameters(add(store).password)
    assert (found.type.name, found.memory_cost, found.time_cost, found.parallelism) == (
        "ID",
        19 * 1024,
        2,
        1,
    )
    assert (found.salt_len, found.hash_len) >= (16, 32)
    assert PASSWORD not in add(store, "li").password


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("短密码-9", "至少 10"),
        ("x" * 9, "至少 10"),
        ("ab" * 101, "最多 200"),
        ("my-zhang-pass", "用户名"),
        ("my-ＺＨＡＮＧ-pass", "用户名"),
        ("1111111111", "容易"),
        ("1234567890", "容易"),
        ("Qwertyuiop", "容易"),
        ("１２３４５６７８９０", "容易"),
    ],
)
def test_bad_passwords_are_refused(store: MemoryStore, password: str, told: str) -> None:
    with pytest.raises(AccountRefused, match=told):
        accounts.create(store, "zhang", password, BY, AT, number="1001")
    assert store.accounts() == []


def test_the_list_of_bad_passwords_holds_only_what_would_pass_otherwise() -> None:
    assert len(passwords._bad()) > 80
    for bad in passwords._bad():
        assert bad == bad.casefold()
        assert len(bad) >= passwords.SHORTEST


def test_a_password_is_the_same_however_the_keyboard_wrote_it(store: MemoryStore) -> None:
    add(store)
    assert enter(store, password="青山绿水－２０２６－ｘ")
    with pytest.raises(SignInRefused):
        enter(store, password=PASSWORD.upper())


def test_an_unknown_user_costs_the_same_hashing_as_a_known_one(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store)
    add(store, "shut")
    accounts.set_disabled(store, "shut", BY, AT, disabled=True)
    seen: list[str] = []
    real = passwords._HASHER

    class Spy(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
            seen.append(str(hash))
            return real.verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Spy())
    for name in ("zhang", "nobody", "shut"):
        fail(store, name=name)
    assert len(seen) == 3
    assert len({str(extract_parameters(one)) for one in seen}) == 1
    with pytest.raises(SignInRefused) as unknown:
        enter(store, name="nobody")
    with pytest.raises(SignInRefused) as wrong:
        enter(store, password="wrong-password")
    assert str(unknown.value) == str(wrong.value)


def test_a_hash_with_old_parameters_is_made_anew_at_the_next_sign_in(store: MemoryStore) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    store.put_account(replace(add(store), password=old))
    fail(store)
    assert store.accounts()[0].password == old
    enter(store)
    assert not passwords.is_outdated(store.accounts()[0].password)
    assert enter(store)


# lock-out ----------------------------------------------------------------------------------------


def test_five_failures_shut_an_account_out_for_a_pause_that_grows(store: MemoryStore) -> None:
    add(store)
    for _ in range(5):
        fail(store)
    for origin in (WEB, "web:10.9.9.9"):
        with pytest.raises(TooManyTries) as shut:
            enter(store, origin=origin)  # the right password, even from elsewhere
        assert shut.value.until == later(0.5)
    fail(store, later(0.5))
    with pytest.raises(TooManyTries) as shut:
        enter(store, later(1.4))
    assert shut.value.until == later(1.5)
    assert enter(store, later(1.5))
    fail(store, later(1.5))
    assert enter(store, later(1.5)), "a success forgets the account's failures"


def test_a_pause_ends_at_half_an_hour_and_is_not_made_longer_by_trying(store: MemoryStore) -> None:
    add(store)
    at, pauses = AT, []
    for _ in range(5):
        fail(store, at)
    for number in range(10):
        with pytest.raises(TooManyTries) as shut:
            enter(store, at, origin=f"web:{number}")
        pauses.append((shut.value.until - at).total_seconds() / 60)
        with pytest.raises(TooManyTries) as again:
            enter(store, shut.value.until - dt.timedelta(seconds=1), origin=f"web:{number}")
        assert again.value.until == shut.value.until
        at = shut.value.until
        fail(store, at, origin=f"web:{number}")
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30]


def test_an_origin_that_tries_many_names_is_shut_out_and_others_are_not(
    store: MemoryStore,
) -> None:
    add(store)
    for number in range(Limits().origin_tries):
        fail(store, name=f"guess{number}")
    with pytest.raises(TooManyTries):
        enter(store)
    assert enter(store, origin="web:10.0.0.8")


def test_a_success_does_not_forget_what_others_tried_from_the_same_origin(
    store: MemoryStore,
) -> None:
    add(store)
    for number in range(Limits().origin_tries):
        fail(store, name=f"guess{number}")
        if number < 15:
            enter(store)
    with pytest.raises(TooManyTries):
        enter(store)


def test_an_unknown_name_is_shut_out_just_as_a_known_one(store: MemoryStore) -> None:
    for number in range(5):
        fail(store, name="nobody", origin=f"web:{number}")
    with pytest.raises(TooManyTries):
        enter(store, name="nobody", origin="web:9")


def test_tries_side_by_side_are_counted_before_they_are_checked(store: MemoryStore) -> None:
    add(store)
    tries = [begin(store, "zhang", f"web:{n}", AT) for n in range(5)]
    with pytest.raises(TooManyTries):
        begin(store, "zhang", "web:9", AT)
    assert finish(store, tries[0], tries[0].check(PASSWORD), AT)


def test_failures_are_forgotten_after_a_day(store: MemoryStore) -> None:
    add(store)
    for _ in range(4):
        fail(store)
    tomorrow = AT + dt.timedelta(days=1)
    for _ in range(4):
        fail(store, tomorrow)
    assert enter(store, tomorrow)


def test_a_new_password_ends_the_lock_out(store: MemoryStore) -> None:
    add(store)
    for number in range(5):
        fail(store, origin=f"web:{number}")
    accounts.set_password(store, "zhang", NEW, BY, AT)
    assert enter(store, password=NEW)


# sessions ----------------------------------------------------------------------------------------


def test_a_session_token_is_256_random_bits_and_is_kept_nowhere(store: MemoryStore) -> None:
    add(store)
    made = [enter(store) for _ in range(3)]
    assert len({m.token for m in made}) == 3
    assert all(re.fullmatch(r"[\w-]{43}", m.token) for m in made)
    kept = repr(vars(store))
    assert not any(m.token in kept for m in made)
    assert made[0].token not in repr(made[0]), "nor in what a log would show"


def test_a_session_ends_when_idle_for_half_an_hour(store: MemoryStore) -> None:
    add(store)
    token = enter(store).token
    for minutes in (29, 58, 87):
        account, session = whose(store, token, later(minutes))
        assert (account.name, session.seen_at) == ("zhang", later(minutes))
    with pytest.raises(SignInRefused, match="过期"):
        whose(store, token, later(117))
    with pytest.raises(SignInRefused, match="失效"):
        whose(store, token, later(88))


def test_a_session_ends_after_twelve_hours_however_busy(store: MemoryStore) -> None:
    add(store)
    token = enter(store).token
    for minutes in range(0, 720, 20):
        whose(store, token, later(minutes))
    with pytest.raises(SignInRefused, match="过期"):
        whose(store, token, later(720))


def test_signing_in_again_ends_the_session_the_browser_had(store: MemoryStore) -> None:
    add(store)
    first, other = enter(store).token, enter(store).token
    second = enter(store, old_token=first).token
    with pytest.raises(SignInRefused):
        whose(store, first, AT)
    assert [whose(store, t, AT)[0].name for t in (second, other)] == ["zhang"] * 2


def test_signing_out_ends_the_session_for_good(store: MemoryStore) -> None:
    add(store)
    token = enter(store).token
    sign_out(store, token, AT)
    sign_out(store, token, AT)
    with pytest.raises(SignInRefused):
        whose(store, token, AT)
    assert whats(store) == ["user_create", "sign_in", "sign_out"]


@pytest.mark.parametrize("change", ["password", "role", "disable"])
def test_a_new_password_a_new_role_and_shutting_end_all_sessions_and_tokens(
    store: MemoryStore, change: str
) -> None:
    add(store, "root", **ADMIN)
    add(store)
    token = enter(store).token
    scopes = {Operation.READ}
    _, secret = credentials.make_token(store, "zhang", "x", scopes, dt.timedelta(days=1), BY, AT)
    code = credentials.make_code(store, "zhang", BY, AT)
    if change == "password":
        accounts.set_password(store, "zhang", NEW, BY, AT)
    elif change == "role":
        accounts.change(store, "zhang", BY, AT, role=Role.SUPERVISOR)
    else:
        accounts.set_disabled(store, "zhang", BY, AT, disabled=True)
        accounts.set_disabled(store, "zhang", BY, AT, disabled=False)
    with pytest.raises(SignInRefused):
        whose(store, token, AT)
    with pytest.raises(SignInRefused):
        credentials.bearer(store, secret, AT)
    with pytest.raises(SignInRefused):
        credentials.redeem(store, code, "telegram", "7", AT)


def test_a_password_that_changed_while_it_was_checked_does_not_sign_in(store: MemoryStore) -> None:
    add(store)
    attempt = begin(store, "zhang", WEB, AT)
    checked = attempt.check(PASSWORD)
    accounts.set_password(store, "zhang", NEW, BY, AT)
    with pytest.raises(SignInRefused):
        finish(store, attempt, checked, AT)


def test_a_shut_account_cannot_sign_in_and_its_open_session_is_refused(store: MemoryStore) -> None:
    add(store)
    accounts.set_disabled(store, "zhang", BY, AT, disabled=True)
    with pytest.raises(SignInRefused, match="不正确"):
        enter(store)
    with pytest.raises(AccountRefused, match="已停用"):
        credentials.make_code(store, "zhang", BY, AT)


def test_sessions_are_listed_and_revoked_one_by_one(store: MemoryStore) -> None:
    account = add(store)
    add(store, "li")
    first, second = enter(store), enter(store, later(1))
    assert [c.id for c in store.credentials(account.id)] == [first.session.id, second.session.id]
    credentials.revoke(store, "zhang", first.session.id, BY, AT)
    with pytest.raises(SignInRefused):
        whose(store, first.token, later(1))
    assert whose(store, second.token, later(1))
    for name in ("zhang", "li"):
        with pytest.raises(AccountRefused, match="没有编号"):
            credentials.revoke(store, name, first.session.id, BY, AT)
    with pytest.raises(AccountRefused):
        credentials.revoke(store, "li", second.session.id, BY, AT)


# tokens and bound accounts -----------------------------------------------------------------------


def test_a_token_acts_within_its_scopes_until_it_ends(store: MemoryStore) -> None:
    add(store, role=Role.MANAGER)
    lasts = dt.timedelta(days=30)
    made, secret = credentials.make_token(
        store, "zhang", "周报", {Operation.REPORT_ALL}, lasts, BY, AT
    )
    who = credentials.bearer(store, secret, AT)
    assert may(who, Operation.REPORT_ALL)
    assert not may(who, Operation.READ)
    with pytest.raises(SignInRefused, match="过期"):
        credentials.bearer(store, secret, AT + lasts)
    with pytest.raises(SignInRefused, match="无效"):
        credentials.bearer(store, made.id, AT)
    assert "周报" not in repr(store.audit())


@pytest.mark.parametrize(
    ("scopes", "days", "told"),
    [
        ({Operation.USERS_MANAGE}, 1, "users_manage"),
        (set(), 1, "至少指定"),
        ({Operation.READ}, 366, "有效期"),
        ({Operation.READ}, 0, "有效期"),
    ],
)
def test_a_token_beyond_the_role_or_without_an_end_is_refused(
    store: MemoryStore, scopes: set[Operation], days: int, told: str
) -> None:
    add(store)
    with pytest.raises(AccountRefused, match=told):
        credentials.make_token(store, "zhang", "", scopes, dt.timedelta(days=days), BY, AT)


def test_a_code_binds_one_account_of_a_channel_once_and_within_ten_minutes(
    store: MemoryStore,
) -> None:
    add(store)
    lost = credentials.make_code(store, "zhang", BY, AT)
    code = credentials.make_code(store, "zhang", BY, AT)
    with pytest.raises(SignInRefused):
        credentials.redeem(store, lost, "telegram", "7", AT)
    assert (
        credentials.redeem(store, f" {code.lower()} ", "telegram", "7", later(9.9)).name == "zhang"
    )
    found = credentials.linked(store, "telegram", "7")
    assert found is not None
    assert found.name == "zhang"
    assert credentials.linked(store, "telegram", "8") is None
    with pytest.raises(SignInRefused):
        credentials.redeem(store, code, "telegram", "8", later(9.9))
    late = credentials.make_code(store, "zhang", BY, AT)
    with pytest.raises(SignInRefused):
        credentials.redeem(store, late, "telegram", "8", later(10))


def test_a_person_has_one_account_of_a_channel_and_a_shut_one_none(store: MemoryStore) -> None:
    add(store)
    for external in ("7", "8"):
        code = credentials.make_code(store, "zhang", BY, AT)
        credentials.redeem(store, code, "telegram", external, AT)
    assert credentials.linked(store, "telegram", "7") is None
    assert credentials.linked(store, "telegram", "8")
    accounts.set_disabled(store, "zhang", BY, AT, disabled=True)
    accounts.set_disabled(store, "zhang", BY, AT, disabled=False)
    assert credentials.linked(store, "telegram", "8") is None


def test_codes_cannot_be_guessed_from_one_account_of_a_channel(store: MemoryStore) -> None:
    add(store)
    code = credentials.make_code(store, "zhang", BY, AT)
    assert len(code) == 10
    for number in range(5):
        with pytest.raises(SignInRefused, match="绑定码"):
            credentials.redeem(store, f"AAAAAAAAA{number}", "telegram", "7", AT)
    with pytest.raises(TooManyTries):
        credentials.redeem(store, code, "telegram", "7", AT)


# accounts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "details", "told"),
    [
        ("Zhang", {}, "用户名"),
        ("张三", {}, "用户名"),
        ("u13800001111", {}, "用户名"),
        ("z", {}, "用户名"),
        ("zhang", {"number": "工1"}, "工号"),
        ("zhang", {"number": ""}, "须有工号"),
        ("zhang", {"role": Role.DEPARTMENT}, "部门"),
        ("zhang", {"capacity": 101}, "接待数"),
    ],
)
def test_an_account_that_cannot_work_is_refused(
    store: MemoryStore, name: str, details: dict[str, Any], told: str
) -> None:
    with pytest.raises(AccountRefused, match=told):
        accounts.create(store, name, PASSWORD, BY, AT, **{"number": "1", **details})
    assert store.audit() == []


def test_the_last_admin_can_neither_be_shut_nor_lose_the_role(store: MemoryStore) -> None:
    add(store, "root", **ADMIN)
    with pytest.raises(AccountRefused, match="最后一个"):
        accounts.set_disabled(store, "root", BY, AT, disabled=True)
    with pytest.raises(AccountRefused, match="最后一个"):
        accounts.change(store, "root", BY, AT, role=Role.KNOWLEDGE)
    add(store, "second", **ADMIN)
    accounts.set_disabled(store, "root", BY, AT, disabled=True)
    with pytest.raises(AccountRefused, match="最后一个"):
        accounts.set_disabled(store, "second", BY, AT, disabled=True)


def test_the_roster_and_the_teams_follow_from_the_accounts(store: MemoryStore) -> None:
    add(store, team="一组", skills=frozenset({Category.PRODUCT_QUALITY}), capacity=3)
    add(store, "li")
    add(store, "root", **ADMIN)
    accounts.set_disabled(store, "li", BY, AT, disabled=True)
    (agent,) = accounts.agents(store)
    assert (agent.number, agent.capacity, agent.online) == ("1001", 3, False)
    assert agent.skills == {Category.PRODUCT_QUALITY}
    assert accounts.teams(store) == {"1001": "一组", "1002": ""}


def test_every_change_of_an_account_is_written_down_without_its_values(store: MemoryStore) -> None:
    add(store, "root", **ADMIN)
    add(store)
    accounts.change(store, "zhang", BY, AT, team="秘密团队", role=Role.SUPERVISOR)
    accounts.set_password(store, "zhang", NEW, BY, AT)
    accounts.set_disabled(store, "zhang", BY, AT, disabled=True)
    fail(store, name="my-password-by-mistake")
    told = [(r.who, r.what, r.detail) for r in store.audit()][2:]
    assert told == [
        ("root", "user_change", "changed=role,team role=supervisor user=zhang"),
        ("root", "user_password", "user=zhang"),
        ("root", "user_disable", "user=zhang"),
        ("unknown", "sign_in_failed", ""),
    ]
