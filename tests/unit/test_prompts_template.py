"""Filling templates: holes, fallbacks, values that must not be used, and markup that must not leak."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.errors import RenderError
from prompts.template import faulty_markup, render, variables_of
from prompts.terms import VARIABLES

ANY_PIECE = st.sampled_from(
    ["{{", "}}", "{", "}", "order_no", "{{customer}}", "{{ agent_no }}", " ", "您好", "【", "x"]
)


def test_variables_are_listed_in_order_and_once() -> None:
    text = "{{customer}}，订单{{ order_no }}，{{customer}}"
    assert variables_of(text) == ("customer", "order_no")


def test_a_filled_line_is_ready() -> None:
    rendered = render("订单{{ order_no }}已查到", {"order_no": " A1 "})
    assert (rendered.text, rendered.holes, rendered.ready) == ("订单A1已查到", (), True)


def test_a_missing_value_leaves_a_marked_hole_that_is_told_once() -> None:
    rendered = render("{{customer}}，订单{{order_no}}，{{order_no}}", {"customer": "陈先生"})
    assert rendered.text == "陈先生，订单【订单号】，【订单号】"
    assert rendered.holes == ("order_no",)
    assert not rendered.ready


def test_the_fallback_is_used_only_where_a_value_is_missing() -> None:
    text, fallback = "{{customer}}您好", "您好，工号{{agent_no}}"
    assert render(text, {"customer": "李女士", "agent_no": "7"}, fallback).text == "李女士您好"
    assert render(text, {"agent_no": "7"}, fallback).text == "您好，工号7"


def test_a_fallback_with_a_hole_of_its_own_does_not_replace_the_line() -> None:
    assert render("{{customer}}您好", {}, "工号{{agent_no}}").holes == ("customer",)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "  ",
        "{{account}}",
        "a}b",
        "A1\x00",
        "A1\nB2",
        "A1\tB2",
        "A1\x85B2",
        "A1\u202eB2",
        "A1\u2066B2",
        "A1\u200bB2",
        "A1\u2028B2",
        "\u061cA1",
        "长" * 121,
    ],
)
def test_a_value_that_could_mislead_counts_as_missing(value: str) -> None:
    assert render("订单{{order_no}}", {"order_no": value}).text == "订单【订单号】"


def test_a_variable_that_does_not_exist_is_an_error_that_names_it() -> None:
    with pytest.raises(RenderError) as caught:
        render("{{password}}", {"password": "x"})
    assert caught.value.variable == "password"


@pytest.mark.parametrize("text", ["{{ 订单 号 }}", "{{order_no", "order_no}}", "{{{{order_no}}}}"])
def test_doubled_braces_that_name_no_variable_are_an_error(text: str) -> None:
    with pytest.raises(RenderError):
        render(text, {"order_no": "A1"})


@given(
    st.lists(ANY_PIECE, max_size=12).map("".join),
    st.dictionaries(st.sampled_from(sorted(VARIABLES)), st.one_of(st.text(), ANY_PIECE)),
    st.lists(ANY_PIECE, max_size=6).map("".join),
)
def test_no_text_that_is_ready_shows_a_variable(
    template: str, values: dict[str, str], fallback: str
) -> None:
    try:
        rendered = render(template, values, fallback)
    except RenderError:
        return
    assert not rendered.ready or ("{{" not in rendered.text and "}}" not in rendered.text)


@given(st.text(), st.sampled_from(sorted(VARIABLES)))
def test_a_value_goes_in_as_it_is_or_not_at_all(value: str, name: str) -> None:
    rendered = render(f"前{{{{{name}}}}}后", {name: value})
    assert rendered.text == (
        f"前{value.strip()}后" if rendered.ready else f"前【{VARIABLES[name]}】后"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("订单XX已发出", "XX"),
        ("请在X月X日前办理", "X月"),
        ("请在x月x日前办理", "x月"),
        ("某某先生", "某某"),
        ("订单{order_no}", "{order_no}"),
        ("订单{{order_no}", "{{order_no}"),
        ("xxx您好", "xxx"),
        ("{{{customer}}}", "{"),
    ],
)
def test_placeholders_nobody_filled_are_found(text: str, found: str) -> None:
    assert faulty_markup(text) == found


@pytest.mark.parametrize("text", ["尺码XXL有货", "XXXL也有", "型号X1，X光机", "{{customer}}您好"])
def test_clothing_sizes_and_models_are_no_placeholders(text: str) -> None:
    assert faulty_markup(text) == ""
