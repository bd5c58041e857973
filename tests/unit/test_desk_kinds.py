"""Which kinds of line fit now: labelled chats, the learned model, what it looks at, what is law."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from bot.bootstrap import Program
from bot.desk.errors import LabelledChatError
from bot.desk.kind_model import BUCKETS, KindModel, text_features, weighed
from bot.desk.labelled import LabelledChat, Turn, read_chats, turns_folder
from bot.desk.moment import Moment, moment_of
from bot.desk.next_line import kind_scores
from bot.desk.situation import Situation
from bot.desk.suggest import Suggester, heard
from bot.desk.train_kinds import examples_of
from bot.domain.conversation import Conversation
from bot.domain.events import AgentSaid
from bot.domain.terms import Speaker, Stage
from bot.domain.ticket import Ticket
from bot.nlu.our_line import kinds_of
from bot.settings import Settings
from prompts.terms import Kind

START = dt.datetime(2026, 3, 10, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
RARE = frozenset({Kind.SURVEY, Kind.FOLLOWUP, Kind.URGE, Kind.CORRECTION})
OPENED = ("客：你好", "服：您好，客服中心1001号为您服务，请问有什么可以帮您？")


@cache
def suggester() -> Suggester:
    return Program(Settings()).suggester(of_data=False)


def played(*lines: str) -> tuple[Conversation, Situation | None]:
    """The state after lines ("客：…" the customer's, "服：…" ours) and the last situation."""
    ticket, last = Ticket(), None
    for i, line in enumerate(lines):
        who, text = line.split("：", 1)
        at = START + dt.timedelta(seconds=30 * i)
        if who == "客":
            understood = suggester().understand(text, ticket.talk, at)
            after = heard(ticket, understood.event)
            last = suggester().situation(understood, ticket, after)
            ticket = after
        else:
            ticket = ticket.apply(AgentSaid(at, text, kinds_of(text)))
    return ticket.talk, last


def situation(*lines: str) -> Situation:
    """The situation at the last line of the customer."""
    found = played(*lines)[1]
    assert found is not None
    return found


def ranked(*lines: str) -> list[Kind]:
    """The kinds that fit, best first."""
    scores = kind_scores(situation(*lines))
    return sorted(scores, key=scores.__getitem__, reverse=True)


def chats_of(folder: Path, text: str) -> list[LabelledChat]:
    (folder / "own.txt").write_text(text, encoding="utf-8")
    return list(read_chats(folder))


def test_a_labelled_chat_keeps_both_sides_and_every_kind_in_its_order(tmp_path: Path) -> None:
    first, second = chats_of(
        tmp_path,
        "== 退货 ==\nC 在吗\nC  鞋子小了 \n\nA ack, ask_info | 在的，麻烦发下订单号\n"
        "A - | 好的|收到\nA waiting |\n== 二\nC 谢谢\n",
    )
    assert (first.name, second.name) == ("own/退货", "own/二")
    assert first.turns == (
        Turn(Speaker.CUSTOMER, "在吗"),
        Turn(Speaker.CUSTOMER, "鞋子小了"),
        Turn(Speaker.AGENT, "在的，麻烦发下订单号", (Kind.ACK, Kind.ASK_INFO)),
        Turn(Speaker.AGENT, "好的|收到"),
        Turn(Speaker.AGENT, "", (Kind.WAITING,)),
    )
    assert second.turns == (Turn(Speaker.CUSTOMER, "谢谢"),)


def test_empty_chats_and_empty_folders_have_nothing(tmp_path: Path) -> None:
    assert list(read_chats(tmp_path)) == []
    assert chats_of(tmp_path, "== 空\n\n== 也空\n") == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("B 你好", "看不懂这一行"),
        ("你好", "看不懂这一行"),
        ("A opening 您好", "看不懂这一行"),
        ("A greeting | 您好", "greeting"),
        ("A opening, | 您好", "docs/matching.md"),
        ("A | 您好", "docs/matching.md"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(LabelledChatError, match=r"own\.txt:3") as caught:
        chats_of(tmp_path, f"== 一\nC 你好\n{line}\n")
    assert caught.value.where == "own.txt:3"
    assert says in str(caught.value)


def test_every_shipped_chat_can_be_read_and_every_learned_kind_is_in_them() -> None:
    chats = list(read_chats(turns_folder()))
    assert {c.name.split("/")[0] for c in chats} == {p.stem for p in turns_folder().iterdir()}
    labelled = [t for c in chats for t in c.turns if t.kinds]
    assert len(labelled) >= 400
    counts = Counter(kind for turn in labelled for kind in turn.kinds)
    assert {k: counts[k] for k in Kind if k not in RARE and counts[k] < 20} == {}
    assert all(t.speaker is Speaker.AGENT for t in labelled)


def test_text_features_are_damped_counts_within_the_shared_rows() -> None:
    rows, damped = text_features("好的吗好看吗好")
    assert len(rows) == len(set(rows.tolist()))
    assert rows.min() >= 0
    assert rows.max() < BUCKETS
    assert damped.max() == pytest.approx(1 + np.log(3))  # 好 stands three times
    values = weighed(rows, damped, np.ones(BUCKETS, dtype=np.float32))
    assert np.linalg.norm(values) == pytest.approx(1.0)
    # of a long turn only the end is looked at
    long = "前" * 1_000 + "尾"
    assert sorted(text_features(long)[0]) == sorted(text_features("前" * 400 + "尾")[0])


@pytest.mark.parametrize(
    "moment",
    [
        Moment("", "", {}),
        Moment("快递到哪了", "您好", {"need": 1.0, "new": 1.0}),
        Moment("烦" * 3_000, "？" * 3_000, {"asks": 1.0, "short": 0.5}),
    ],
)
def test_chances_are_probabilities_and_the_same_every_time(moment: Moment) -> None:
    model = KindModel.shipped()
    chances = model.chances(moment)
    assert chances.shape == (len(model.kinds),)
    assert chances.dtype == np.float32
    assert np.isfinite(chances).all()
    assert ((chances >= 0) & (chances <= 1)).all()
    np.testing.assert_array_equal(chances, model.chances(moment))


def test_the_shipped_model_knows_the_kinds_seen_often_enough_and_how_often() -> None:
    model = KindModel.shipped()
    assert len(set(model.kinds)) == len(model.kinds) == len(model.common) == len(model.bias)
    assert set(Kind) - set(model.kinds) <= RARE
    assert ((model.common > 0) & (model.common < 1)).all()
    assert model.fact_weights.shape == (len(model.facts), len(model.kinds))


def test_facts_it_never_saw_are_ignored_and_known_ones_count() -> None:
    model = KindModel.shipped()
    plain = model.chances(Moment("在吗", "", {}))
    unknown = Moment("在吗", "", {"no such fact": 1.0, "intent=none & such": 1.0})
    np.testing.assert_array_equal(plain, model.chances(unknown))
    assert np.abs(plain - model.chances(Moment("在吗", "", {"new": 1.0}))).max() > 1e-4


def test_both_sides_words_count() -> None:
    model = KindModel.shipped()
    before = model.chances(Moment("好的", "请问您的订单号是多少？", {}))
    assert np.abs(before - model.chances(Moment("好的", "祝您生活愉快，再见", {}))).max() > 1e-3
    assert np.abs(before - model.chances(Moment("再见", "请问您的订单号是多少？", {}))).max() > 1e-3


def test_a_moment_takes_the_burst_since_our_last_line_and_our_whole_last_turn() -> None:
    moment = moment_of(
        situation(*OPENED, "服：您请说。", "客：我买的鞋子", "客：尺码小了", "客：能换吗")
    )
    assert moment.theirs == "我买的鞋子 尺码小了 能换吗"
    assert moment.ours == f"{OPENED[1].removeprefix('服：')} 您请说。"
    assert moment.facts["burst"] == 0.75
    assert moment.facts["two or more"] == 1.0
    assert moment.facts["asks"] == 1.0


def test_the_first_message_has_nothing_of_ours_and_only_facts_that_hold() -> None:
    moment = moment_of(situation("客：在吗"))
    assert (moment.theirs, moment.ours) == ("在吗", "")
    assert moment.facts["new"] == moment.facts["first message"] == moment.facts["short"] == 1.0
    assert "two or more" not in moment.facts
    assert not [f for f in moment.facts if f.startswith(("done=", "times=", "our "))]
    assert any(f.startswith("last=none & ") for f in moment.facts)


def test_all_facts_lie_between_nothing_and_one() -> None:
    lines = ["客：" + "快递一直没到，急死了！" * 9, "服：" + "请您稍等，马上为您查询。" * 30] * 7
    moment = moment_of(situation(*lines, "客：还没到？？[图片]"))
    assert all(0 < value <= 1 for value in moment.facts.values())
    assert moment.facts["picture"] == 1.0
    assert moment.facts["their lines"] == 1.0
    assert moment.facts["our length"] == 1.0


def test_what_our_lines_did_is_remembered_as_shares() -> None:
    facts = moment_of(situation(*OPENED, "客：鞋子小了，想换大一码")).facts
    assert facts["last=opening"] == facts["done=opening"] == facts["share=opening"] == 1.0
    assert facts["times=opening"] == pytest.approx(1 / 3)
    assert facts["second"] == 1.0


def test_moments_of_a_labelled_chat_stand_before_the_labelled_turns_that_answer_one(
    tmp_path: Path,
) -> None:
    (chat,) = chats_of(
        tmp_path,
        "== 一\nA opening | 您好\nC 鞋子小了\nC 想换\nA ask_info | 请发下订单号\n"
        "A waiting | 稍等\nC ORD20231028001\nA - | 好的\nC 谢谢\nA thanks_reply, closing |\n",
    )
    examples = examples_of(chat, suggester())
    assert [(e.moment.theirs, e.kinds) for e in examples] == [
        ("鞋子小了 想换", frozenset({Kind.ASK_INFO})),
        ("谢谢", frozenset({Kind.THANKS_REPLY, Kind.CLOSING})),
    ]
    assert [e.moment.ours for e in examples] == ["您好", "好的"]
    assert {e.chat for e in examples} == {"own/一"}


@pytest.mark.parametrize(
    "lines",
    [
        (*OPENED, "客：给我转人工"),
        ("客：别啰嗦了，气死人了，转人工客服",),
        (*OPENED, "客：你们这群骗子，气死我了！马上转人工！"),
    ],
)
def test_a_wish_for_a_person_comes_before_everything(lines: tuple[str, ...]) -> None:
    best = ranked(*lines)
    assert best[0] is Kind.ESCALATION
    assert Kind.REASSURANCE in best


def test_who_calmly_asks_for_a_person_at_once_is_greeted_and_handed_over() -> None:
    assert set(ranked("客：给我转人工")[:2]) == {Kind.OPENING, Kind.ESCALATION}


@pytest.mark.parametrize(
    "text",
    ["气死我了！什么垃圾服务，全是骗子！", "再不退钱我就去12315投诉你们", "插座漏电，把孩子电到了"],
)
def test_anger_threats_and_danger_are_met_with_feeling_first(text: str) -> None:
    assert ranked(f"客：{text}")[0] is Kind.REASSURANCE
    assert ranked(*OPENED, f"客：{text}")[0] is Kind.REASSURANCE


def test_there_is_one_opening_a_conversation() -> None:
    assert ranked("客：你好")[0] is Kind.OPENING
    for text in ("在吗", "你好", "有人吗"):
        assert Kind.OPENING not in ranked(*OPENED, f"客：{text}")


def test_identity_is_asked_for_before_account_matters_are_told() -> None:
    found = situation(*OPENED, "客：我要注销账号")
    assert found.verify_first
    scores = kind_scores(found)
    assert max(scores, key=scores.__getitem__) is Kind.ASK_INFO


def test_a_closed_conversation_without_a_need_gets_no_business() -> None:
    closed = (*OPENED, "客：没事了，再见", "服：感谢您的来电，祝您生活愉快，再见！", "客：再见")
    found = situation(*closed, "客：好的")
    assert found.before.stage is Stage.CLOSED
    assert not {Kind.ANSWER, Kind.ASK_INFO, Kind.CONFIRM} & set(kind_scores(found))


@pytest.mark.parametrize(
    "lines",
    [
        ("客：？",),
        ("客：[图片]",),
        ("客：嗯",),
        (*OPENED, "客：快递三天没动了", "客：在哪"),
        (*OPENED, "客：谢谢", "服：不客气，祝您生活愉快，再见！", "客：好的"),
        (*OPENED, "客：你说的是什么意思，打错字了吧"),
    ],
)
def test_there_are_always_three_kinds_with_scores_that_can_be_shown(lines: tuple[str, ...]) -> None:
    scores = kind_scores(situation(*lines))
    assert len(scores) >= 3
    assert all(0 < score <= 1 for score in scores.values())
    assert scores == kind_scores(situation(*lines))


def test_the_kinds_too_rare_to_learn_are_offered_where_they_belong() -> None:
    assert Kind.URGE in ranked(*OPENED, "客：快点啊，都催了几遍了，到底什么时候处理")
    assert kind_scores(situation(*OPENED, "客：你打错字了吧"))[Kind.CORRECTION] >= 0.5
    assert kind_scores(situation(*OPENED, "客：没事了，再见"))[Kind.SURVEY] >= 0.5


def test_a_conversation_remembers_the_bursts_of_both_sides() -> None:
    steps = [
        # line, what waits for us, our last turn, how many lines of ours
        ("客：在吗", ("在吗",), (), 0),
        ("客：鞋小了", ("在吗", "鞋小了"), (), 0),
        ("服：您好", (), ("您好",), 1),
        ("服：请稍等", (), ("您好", "请稍等"), 2),
        ("客：好", ("好",), ("您好", "请稍等"), 2),
        ("客：快点", ("好", "快点"), ("您好", "请稍等"), 2),
        ("服：查到了", (), ("查到了",), 3),
        ("客：谢谢", ("谢谢",), ("查到了",), 3),
    ]
    lines = [line for line, *_ in steps]
    for i, (_, unanswered, last_turn, ours) in enumerate(steps, 1):
        state, _ = played(*lines[:i])
        assert state.unanswered == unanswered
        assert state.last_turn == last_turn
        assert len(state.kinds_said) == state.agent_lines == ours


def test_a_conversation_that_we_begin_has_our_lines_as_one_turn() -> None:
    state, _ = played("服：您好", "服：昨天的订单发货了")
    assert (state.unanswered, state.last_turn) == ((), ("您好", "昨天的订单发货了"))


def test_what_each_of_our_lines_did_is_kept_in_order() -> None:
    did = (frozenset({Kind.OPENING}), frozenset[Kind](), frozenset({Kind.ANSWER, Kind.PROMISE}))
    state = Conversation()
    for kinds in did:
        state = state.apply(AgentSaid(START, "好的", kinds))
    assert state.kinds_said == did
    assert state.last_done == did[-1]
    assert state.done == frozenset().union(*did)
