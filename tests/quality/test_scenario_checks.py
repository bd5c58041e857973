"""Every kind of check holds where it should and fails where it should."""

from __future__ import annotations

from typing import Any

import pytest

from tests.quality.scenario_checks import KINDS, Played, UnknownCheckError, holds, kind_of


def suggestion(kind: str, text: str, *, ready: bool = True) -> dict[str, Any]:
    return {"kind": kind, "text": text, "ready": ready, "holes": [] if ready else ["order_no"]}


def turn(**more: Any) -> dict[str, Any]:
    return {
        "stage": "understanding",
        "emotion": "calm",
        "category": "order_logistics",
        "contact_type": "咨询",
        "priority": "P3",
        "fields": {},
        "escalations": [],
        "suggestions": [],
        "findings": [],
    } | more


THREAT = {"rule": "threat", "level": "supervisor", "reason": "…"}
PLAYED = Played(
    [
        turn(
            fields={"phone": "+86 138-0000-1111", "amount": 39.0, "product": "Kettle A1"},
            suggestions=[
                suggestion("reassurance", "别着急"),
                suggestion("ask_info", "请问您的订单号是多少？"),
                suggestion("answer", "订单{{order_no}}", ready=False),
                suggestion("closing", "再见"),
            ],
        ),
        turn(emotion="angry", escalations=[THREAT]),
        turn(findings=[{"severity": "warn"}]),
        turn(findings=[{"severity": "block"}], suggestions=[suggestion("promise", "X月X日前办好")]),
    ],
    {
        "ticket": {
            "fields": {"order_no": "DD1"},
            "earlier": None,
            "promises": [
                {"text": "…", "due": "2026-03-10T10:00:00+00:00"},
                {"text": "…", "due": None},
            ],
            "clocks": [{"name": "promise", "state": "met"}, {"name": "promise", "state": "broken"}],
        }
    },
)
#: (a check that holds, one of its kind that does not)
PAIRS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"turn": 0, "field": "phone", "equals": "13800001111"},
        {"turn": 0, "field": "phone", "equals": "13800001112"},
    ),
    (
        {"turn": 0, "field": "amount", "equals": 39},
        {"turn": 0, "field": "amount", "equals": 390},
    ),
    (
        {"turn": 0, "field": "product", "contains": ["壶", "kettle"]},
        {"turn": 0, "field": "product", "contains": "壶"},
    ),
    (
        {"turn": 1, "field": "phone", "absent": True},
        {"turn": 0, "field": "phone", "absent": True},
    ),
    ({"turn": 0, "priority_in": ["P3"]}, {"turn": 0, "priority_in": ["P1", "P2"]}),
    ({"turn": 1, "emotion_in": ["angry"]}, {"turn": 0, "emotion_in": ["angry"]}),
    ({"turn": 0, "category_in": ["order_logistics"]}, {"turn": 0, "category_in": ["unknown"]}),
    ({"turn": 0, "stage_in": ["understanding"]}, {"turn": 0, "stage_in": ["closed"]}),
    ({"turn": 0, "contact_type_in": ["咨询"]}, {"turn": 0, "contact_type_in": ["投诉"]}),
    ({"turn": 1, "escalation": ["p1", "threat"]}, {"turn": 2, "escalation": ["threat"]}),
    (
        {"by_turn": 2, "escalation": ["threat"], "level_in": ["supervisor"]},
        {"by_turn": 2, "escalation": ["threat"], "level_in": ["manager"]},
    ),
    ({"turn": 2, "no_escalation": True}, {"turn": 1, "no_escalation": True}),
    ({"turn": 1, "no_escalation": ["p1"]}, {"turn": 1, "no_escalation": ["threat"]}),
    ({"turn": 0, "suggest_any": ["answer"]}, {"turn": 0, "suggest_any": ["closing"], "top": 3}),
    ({"turn": 0, "suggest_first": ["reassurance"]}, {"turn": 0, "suggest_first": ["ask_info"]}),
    (
        {"turn": 0, "suggest_none_of": ["closing"], "top": 3},
        {"turn": 0, "suggest_none_of": ["closing"], "top": 4},
    ),
    (
        {"turn": 0, "suggest_text_contains_any": ["着急"]},
        {"turn": 0, "suggest_text_contains_any": ["再见"]},
    ),
    (
        {"turn": 0, "suggest_text_none_of": ["退款"]},
        {"turn": 0, "suggest_text_none_of": ["着急"], "top": 10},
    ),
    (
        {"turn": 0, "ask_not_about": ["订单号"], "unless": ["多少"]},
        {"turn": 0, "ask_not_about": ["订单号"], "unless": ["DD1"]},
    ),
    ({"turn": 0, "suggest_clean": True}, {"turn": 3, "suggest_clean": True}),
    ({"turn": 3, "finding": "warn"}, {"turn": 2, "finding": "block"}),
    ({"turn": 2, "no_block": True}, {"turn": 3, "no_block": True}),
    ({"ticket": "earlier", "in": [None]}, {"ticket": "earlier", "in": ["T0001"]}),
    (
        {"ticket_field": "order_no", "equals": " dd1 "},
        {"ticket_field": "order_no", "absent": True},
    ),
    ({"promises_min": 2}, {"promises_min": 3}),
    ({"promise_due": "2026-03-10T18:00"}, {"promise_due": "2026-03-10T10"}),
    (
        {"clock": "promise", "state_in": ["broken"]},
        {"clock": "promise", "state_in": ["running"]},
    ),
    ({"escalations_total_max": 1}, {"escalations_total_max": 0}),
    ({"rule_max": "threat", "max": 1}, {"rule_max": "threat", "max": 0}),
]


@pytest.mark.parametrize(("true", "false"), PAIRS, ids=lambda check: str(check)[:60])
def test_a_check_tells_what_is_from_what_is_not(
    true: dict[str, Any], false: dict[str, Any]
) -> None:
    assert kind_of(true) == kind_of(false)
    assert holds(true, PLAYED)
    assert not holds(false, PLAYED)


def test_no_kind_of_check_is_left_untried() -> None:
    assert {kind_of(true) for true, _ in PAIRS} == KINDS.keys()


@pytest.mark.parametrize(
    "check",
    [
        {"turn": 0},
        {"turn": 0, "mood_in": ["calm"]},
        {"turn": 0, "stage_in": ["closed"], "emotion_in": ["calm"]},
        {"stage_in": ["closed"]},
        {"turn": 0, "by_turn": 1, "escalation": ["p1"]},
        {"turn": 0, "field": "phone"},
        {"turn": 0, "field": "phone", "equals": "1", "absent": True},
        {"turn": 0, "no_escalation": True, "level_in": ["agent"]},
        {"rule_max": "p1"},
    ],
    ids=str,
)
def test_a_check_that_cannot_be_understood_is_refused(check: dict[str, Any]) -> None:
    with pytest.raises(UnknownCheckError):
        holds(check, PLAYED)
