"""What agents prefer: the order is found under position bias, and nobody alone can turn it."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bootstrap import Program
from bot.desk.candidates import Candidate, by_preference
from bot.desk.choices import Action, Choice, Shown
from bot.desk.preferences import (
    FollowedPreferences,
    Preferences,
    PreferencesDamaged,
    Usage,
    examination,
    preferences,
    usage,
    usage_report,
)
from bot.desk.suggest import Suggester
from bot.domain.terms import Stage
from bot.domain.ticket import Ticket
from bot.settings import Settings
from kb.terms import Category
from prompts.lines import Line
from prompts.terms import Kind

START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
#: How often each place is looked at.
LOOKED = (1.0, 0.6, 0.4, 0.25, 0.15, 0.1)
#: How attractive each line truly is; in the order of the letters.
TRUE = dict(zip("abcdef", (0.75, 0.55, 0.4, 0.25, 0.12, 0.04), strict=True))
Order = Callable[[np.random.Generator], Sequence[str]]


def choice(
    number: int,
    shown: Sequence[str],
    chosen: str = "",
    *,
    agent: str = "1001",
    chat: str = "",
    action: Action | None = None,
    kind: Kind = Kind.REASSURANCE,
    apart: float = 61.0,
) -> Choice:
    return Choice(
        at=START + dt.timedelta(seconds=apart * number),
        agent=agent,
        chat=chat or f"{agent}-{number}",
        category=Category.UNKNOWN,
        stage=Stage.HANDLING,
        shown=tuple(Shown(line, f"prompts:{line}", kind) for line in shown),
        chosen=chosen,
        action=action or (Action.SENT if chosen else Action.PASSED),
    )


def simulate(count: int, order: Order, seed: int = 5, agents: int = 10) -> list[Choice]:
    """Agents look at places with LOOKED, like lines with TRUE and take one of those they like."""
    random = np.random.default_rng(seed)
    log = []
    for number in range(count):
        shown = list(order(random))
        liked = [
            line for line, e in zip(shown, LOOKED, strict=False) if random.random() < e * TRUE[line]
        ]
        chosen = str(random.choice(liked)) if liked else ""
        log.append(choice(number, shown, chosen, agent=f"agent-{random.integers(agents)}"))
    return log


def shuffled(random: np.random.Generator) -> Sequence[str]:
    return list(random.permutation(list(TRUE)))


def worst_on_top(random: np.random.Generator) -> Sequence[str]:
    return sorted(TRUE, key=lambda line: TRUE[line] + random.normal(0, 0.3))


def best_on_top(random: np.random.Generator) -> Sequence[str]:
    return worst_on_top(random)[::-1]


@cache
def log_of_a_desk() -> tuple[Choice, ...]:
    return tuple(simulate(2_000, shuffled))


def ranked(found: dict[str, float]) -> list[str]:
    return sorted(found, key=lambda line: -found[line])


def test_the_true_order_is_found_under_position_bias() -> None:
    found = preferences(log_of_a_desk())
    assert ranked(found) == list(TRUE)
    assert found["a"] > 0.3 > -0.3 > found["f"]
    assert examination(log_of_a_desk())[:6] == pytest.approx(LOOKED, abs=0.12)


@pytest.mark.parametrize("order", [worst_on_top, best_on_top])
def test_the_order_in_which_lines_are_shown_does_not_matter(order: Order) -> None:
    found = preferences(simulate(6_000, order))
    assert ranked(found) == list(TRUE)


def test_by_mere_counts_the_worst_on_top_would_have_won() -> None:
    counts = usage(simulate(6_000, worst_on_top))
    assert counts["a"].sent < counts["d"].sent


def test_a_choice_far_down_says_more_than_one_on_top() -> None:
    rest = ["m", "n", "o", "p"]
    log = list(log_of_a_desk())
    for i in range(240):
        agent = f"agent-{i % 10}"
        hit = i % 3 == 0
        log.append(choice(5_000 + i, ["top", *rest, "low"], "top" if hit else "", agent=agent))
        log.append(choice(6_000 + i, ["top", *rest, "low"], "low" if hit else "", agent=agent))
    found = preferences(log)
    assert found["low"] > found["top"]


def test_five_choices_change_nothing_visible() -> None:
    before = preferences(log_of_a_desk())
    five = [choice(9_000 + i, ["f", "a", "b", "c", "d", "e"], "f", agent="new") for i in range(5)]
    after = preferences([*log_of_a_desk(), *five])
    assert after == pytest.approx(before, abs=0.03)
    assert ranked(after) == ranked(before)
    alone = preferences(five)
    assert alone["f"] == 0.0


@pytest.mark.parametrize("place", [0, 5])
def test_one_agent_cannot_lift_the_line_that_all_others_leave(place: int) -> None:
    shown = list("abcde")
    shown.insert(place, "f")
    zeal = [choice(9_000 + i, shown, "f", agent="zealot") for i in range(10_000)]
    before, after = preferences(log_of_a_desk()), preferences([*log_of_a_desk(), *zeal])
    assert ranked(after)[0] == "a"
    assert ranked(after)[-1] == "f"
    assert after["f"] == pytest.approx(before["f"], abs=0.25)


def test_an_agent_alone_moves_a_line_by_less_than_what_is_mentioned() -> None:
    zeal = [choice(i, list("abcdef"), "f", agent="zealot") for i in range(3_000)]
    assert all(abs(value) < 0.3 for value in preferences(zeal).values())


def test_a_conversation_counts_once_and_a_burst_not_at_all() -> None:
    log = list(log_of_a_desk())
    before = preferences(log)
    same = [choice(9_000 + i, list("fabcde"), "f", agent="x", chat="one") for i in range(500)]
    assert preferences([*log, *same]) == preferences([*log, same[0]])
    burst = [choice(900_000 + i, list("fabcde"), "f", agent="x", apart=1.0) for i in range(500)]
    assert preferences([*log, *burst]) == before
    slow = [choice(900_000 + i, list("fabcde"), "f", agent="x", apart=2.1) for i in range(500)]
    assert preferences([*log, *slow]) != before


def test_a_changed_line_counts_half() -> None:
    def log(action: Action) -> list[Choice]:
        random = np.random.default_rng(2)
        made = []
        for i in range(600):
            shown = list(random.permutation(["u", "v"]))
            took = random.random() < 0.5
            line = str(shown[0]) if took else ""
            # v is always sent, u is sent or changed
            how = action if line == "u" else None
            made.append(choice(i, shown, line, agent=f"agent-{i % 5}", action=how))
        return made

    sent, edited = preferences(log(Action.SENT)), preferences(log(Action.EDITED))
    assert abs(sent["u"] - sent["v"]) < 0.2
    assert edited["u"] < edited["v"] - 0.2


def test_a_line_is_compared_with_its_own_kind() -> None:
    log = []
    for i in range(900):
        agent = f"agent-{i % 7}"
        log.append(choice(2 * i, ["t1", "t2"], "t1" if i % 10 else "", agent=agent))
        chosen = "k1" if i % 10 == 0 else ""
        log.append(choice(2 * i + 1, ["k1", "k2"], chosen, agent=agent, kind=Kind.SURVEY))
    found = preferences(log)
    assert found["t1"] > found["t2"]
    assert found["k1"] > 0.1  # seldom taken, but more than the other of its kind
    assert found["k2"] < 0.0


LOGS = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True),
        st.integers(-1, 5),
        st.sampled_from(["1", "2", "3", "4"]),
        st.sampled_from([Action.SENT, Action.EDITED]),
        st.sampled_from([Kind.ANSWER, Kind.URGE]),
    ),
    max_size=40,
)


@settings(deadline=None, max_examples=60)
@given(LOGS, st.randoms(use_true_random=False))
def test_preferences_are_bounded_and_the_order_of_the_log_does_not_matter(
    rows: list[tuple[int, list[str], int, str, Action, Kind]], random: object
) -> None:
    log = []
    for number, shown, place, agent, action, kind in rows:
        chosen = shown[place] if 0 <= place < len(shown) else ""
        how = action if chosen else Action.PASSED
        log.append(choice(number, shown, chosen, agent=agent, action=how, kind=kind))
    found = preferences(log)
    assert set(found) == {line for _, shown, *_ in rows for line in shown}
    assert all(-1.0 <= value <= 1.0 for value in found.values())
    random.shuffle(log)  # type: ignore[attr-defined]
    assert preferences(log) == pytest.approx(found, abs=2e-4)


def test_usage_counts_what_became_of_each_line() -> None:
    log = [
        choice(0, "ab", "a"),
        choice(1, "ab", "b", action=Action.EDITED),
        choice(2, "ac"),
    ]
    assert usage(log) == {
        "a": Usage(shown=3, sent=1, passed=1),
        "b": Usage(shown=2, edited=1),
        "c": Usage(shown=1, passed=1),
    }
    report = usage_report(log)
    assert (report["choices"], report["agents"], report["chats"]) == (3, 1, 3)
    assert (report["sent"], report["edited"], report["passed"]) == (1, 1, 1)
    assert report["lines"][0] == {
        "id": "a",
        "shown": 3,
        "sent": 1,
        "edited": 0,
        "passed": 1,
        "preference": 0.0,
    }
    assert json.loads(json.dumps(report)) == report
    assert usage_report([])["since"] is None


# what was stored


def test_what_was_stored_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    assert Preferences.load(path) is None
    path.write_text('{"a": 0.5, "b": -1}', encoding="utf-8")
    loaded = Preferences.load(path)
    assert loaded is not None
    assert dict(loaded) == {"a": 0.5, "b": -1.0}
    assert loaded.get("c", 0.0) == 0.0


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"a": 2}', '{"a": NaN}', '{"a": true}', '{"a": "1"}', "\x00", "[" * 9_999],
)
def test_a_damaged_file_is_one_clear_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PreferencesDamaged, match=r"preferences\.json 不能使用：.+huashu learn"):
        Preferences.load(path)


def test_a_file_is_followed_and_a_damaged_one_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "preferences.json"
    follow = FollowedPreferences(path)
    assert follow() is None
    for tick, text in enumerate(['{"a": 0.5}', "{"], 1):
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(tick, tick))
        held = follow()
        assert held is not None
        assert held["a"] == 0.5
    follow()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    path.unlink()
    assert follow() is None


def test_the_program_uses_what_was_learned_for_its_data_folder(tmp_path: Path) -> None:
    program = Program(Settings(data=tmp_path))
    program.preferences_file.parent.mkdir()
    program.preferences_file.write_text("?", encoding="utf-8")
    with pytest.raises(PreferencesDamaged):
        program.suggester(of_data=True)
    assert program.suggester(of_data=False)


# its use


def candidate(line: str, score: float, preference: float = 0.0) -> Candidate:
    made = Line(line, Kind.URGE, "内容")
    return Candidate(made, f"prompts:{line}", score, False, "", preference=preference)


def test_a_preference_decides_between_near_equals_only() -> None:
    found = by_preference(
        [
            candidate("a", 0.90, -0.5),
            candidate("b", 0.89),
            candidate("c", 0.88, 0.8),
            candidate("d", 0.70, 1.0),
        ]
    )
    assert [c.line.id for c in found] == ["c", "b", "a", "d"]
    assert [c.score for c in found] == [0.90, 0.89, 0.88, 0.70]


@given(st.lists(st.tuples(st.floats(0.3, 1.0), st.floats(-1, 1)), min_size=1, max_size=30))
def test_a_clearly_better_fit_is_never_overturned(rows: list[tuple[float, float]]) -> None:
    fit = {f"{i:02d}": score for i, (score, _) in enumerate(rows)}
    found = by_preference(candidate(line, score, rows[int(line)][1]) for line, score in fit.items())
    own = [fit[c.line.id] for c in found]
    assert [c.score for c in found] == sorted(fit.values(), reverse=True)
    for i, score in enumerate(own):
        assert all(score >= 0.949 * later for later in own[i + 1 :])


@cache
def ground() -> Program:
    return Program(Settings())


MESSAGES = ("你好", "快递三天没动静了，急死了", "我要退款", "谢谢", "别跟我扯了，给我转人工")


def suggested(liked: dict[str, float] | None, text: str) -> list[dict[str, object]]:
    from bot.desk.shapes import suggestion_shape

    base = ground().suggester(of_data=False)
    suggester = Suggester(base._served, ground().house, liked)
    _, suggestions = suggester.suggest(text, Ticket(), START, 6)
    return [suggestion_shape(s) for s in suggestions]


@pytest.mark.parametrize("text", MESSAGES)
def test_nothing_learned_changes_nothing(text: str) -> None:
    plain = json.dumps(suggested(None, text))
    assert json.dumps(suggested({}, text)) == plain
    assert json.dumps(suggested({"no such line": 1.0}, text)) == plain


@pytest.mark.parametrize("text", MESSAGES)
def test_a_preference_changes_the_line_and_never_the_kind(text: str) -> None:
    plain = suggested(None, text)
    disliked = {str(s["id"]): -1.0 for s in plain}
    changed = suggested(disliked, text)
    assert [s["kind"] for s in changed] == [s["kind"] for s in plain]
    assert [s["id"] for s in changed] != [s["id"] for s in plain]


def test_what_colleagues_think_is_mentioned_where_it_is_clear() -> None:
    best = suggested(None, "快递三天没动静了，急死了")[0]
    for value, words in ((1.0, "；同事常用。"), (-0.9, "；同事较少采用。"), (0.29, "")):
        liked = {str(best["id"]): value}
        same = [s for s in suggested(liked, "快递三天没动静了，急死了") if s["id"] == best["id"]]
        for s in same:
            assert str(s["why"]).endswith(words or "。")
            assert ("同事" in str(s["why"])) == bool(words)


def test_a_callable_is_asked_for_each_message() -> None:
    asked: list[int] = []
    base = ground().suggester(of_data=False)
    suggester = Suggester(base._served, ground().house, lambda: asked.append(1))
    suggester.suggest("你好", Ticket(), START)
    suggester.suggest("你好", Ticket(), START)
    assert len(asked) == 2
