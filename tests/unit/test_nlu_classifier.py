"""The classifier beside the cues: its file, its probabilities, and who has the last word."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from bot.domain.terms import Emotion, Intent
from bot.nlu import classifier
from bot.nlu.classifier import INTENTS, MODEL, Bounds, Classifier, Opinion, load
from bot.nlu.combine import combined
from bot.nlu.errors import MessageFileError
from bot.nlu.features import BUCKETS, runs_of
from bot.nlu.measure import figures, read_messages
from bot.nlu.reader import Reader
from bot.nlu.train import MESSAGES, main, train
from embeddings.errors import ModelUnavailable
from embeddings.static import StaticEncoder, shipped_folder
from kb.terms import Category

READER = Reader(["空调", "手机"])
CUES = Reader(["空调", "手机"], cues_only=True)
BOUNDS = {intent: Bounds(keep=0.1, add=0.5) for intent in Intent}
ENCODER = StaticEncoder.load(shipped_folder())


def shipped() -> Classifier:
    found = load(MODEL, ENCODER)
    assert found is not None, "the classifier belongs to another encoder"
    return found


def opinion(
    emotion: Emotion = Emotion.CALM,
    category: Category = Category.UNKNOWN,
    **intents: float,
) -> Opinion:
    return Opinion(
        {one: float(one is emotion) for one in Emotion},
        {one: float(one is category) for one in Category},
        {one: intents.get(one.value, 0.0) for one in Intent},
    )


def test_the_model_belongs_to_the_shipped_encoder() -> None:
    assert classifier.fingerprint_of(MODEL) == ENCODER.fingerprint, (
        "The shipped encoder has changed since the reader's classifier was trained, so the "
        "classifier is not used. Run `python -m bot.nlu.train` and commit bot/nlu/model/."
    )


def test_the_model_is_small() -> None:
    assert MODEL.stat().st_size < 3_000_000


@pytest.mark.parametrize("text", ["", "空调不制冷", "\ud800", "在吗" * 3000, "🙂🙂"])
def test_probabilities_are_probabilities_for_any_text(text: str) -> None:
    found = shipped().opinion(CUES.evidence(text))
    assert sum(found.emotions.values()) == pytest.approx(1)
    assert sum(found.categories.values()) == pytest.approx(1)
    assert all(0 <= p <= 1 for p in found.intents.values())


def test_the_same_message_always_gets_the_same_opinion() -> None:
    evidence = CUES.evidence("退款怎么还没到账啊")
    assert shipped().opinion(evidence) == shipped().opinion(evidence)


@pytest.mark.parametrize(
    "text",
    ["人工费怎么收", "曝光怎么调", "人工智能音箱能听懂方言吗", "灭火器多久检查一次", "怎么投屏"],
)
def test_a_tell_tale_word_about_something_else_is_no_intent(text: str) -> None:
    reading = READER.read(text)
    assert reading.intents == ()
    assert reading.emotion is Emotion.CALM
    assert reading.has_need


def test_a_joke_is_not_anger() -> None:
    reading = READER.read("开玩笑的气死我了哈哈")
    assert (reading.emotion, reading.intents) == (Emotion.CALM, ())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("让会喘气的过来", Intent.WANTS_HUMAN),
        ("门反锁了孩子一个人在里面", Intent.SAFETY),
        ("明天全网都会知道你们干的好事", Intent.THREAT),
        ("莫得问题", Intent.CONFIRM),
    ],
)
def test_intents_without_a_tell_tale_word_are_understood(text: str, intent: Intent) -> None:
    assert intent not in CUES.read(text).intents
    assert intent in READER.read(text).intents


def test_what_the_cues_state_is_dropped_only_where_the_classifier_is_sure() -> None:
    evidence = CUES.evidence("转人工")
    assert Intent.WANTS_HUMAN in evidence.judgement.intents
    doubted = combined(evidence, opinion(wants_human=0.2), BOUNDS)
    denied = combined(evidence, opinion(wants_human=0.02), BOUNDS)
    assert doubted.intents == (Intent.WANTS_HUMAN,)
    assert denied.intents == ()


def test_what_no_cue_states_is_added_only_where_the_classifier_is_confident() -> None:
    evidence = CUES.evidence("空调不制冷")
    assert combined(evidence, opinion(urge=0.4), BOUNDS).intents == ()
    assert combined(evidence, opinion(urge=0.6, threat=0.6), BOUNDS).intents == (
        Intent.THREAT,
        Intent.URGE,
    )


@pytest.mark.parametrize(
    "text",
    ["你好", "好的谢谢", "嗯嗯", "13812345678", "3", "订单号20231028001", "我叫王明", "转人工", ""],
)
def test_courtesies_names_and_numbers_are_no_need_whatever_the_classifier_says(text: str) -> None:
    sure = opinion(category=Category.ORDER_LOGISTICS)
    assert combined(CUES.evidence(text), sure, BOUNDS).category is Category.UNKNOWN
    assert not READER.read(text).has_need


def test_an_accident_is_a_need_even_where_no_class_is_likely() -> None:
    judged = combined(CUES.evidence("孩子被夹住了"), opinion(safety=0.9), BOUNDS)
    assert judged.category is Category.PRODUCT_QUALITY


def test_anger_must_be_clear_because_most_messages_are_calm() -> None:
    def judged(calm: float, angry: float) -> Emotion:
        moods = {Emotion.CALM: calm, Emotion.ANXIOUS: 1 - calm - angry, Emotion.ANGRY: angry}
        said = Opinion(moods, opinion().categories, opinion().intents)
        return combined(CUES.evidence("又是这样"), said, BOUNDS).emotion

    assert judged(calm=0.3, angry=0.6) is Emotion.CALM
    assert judged(calm=0.1, angry=0.8) is Emotion.ANGRY


def test_runs_see_punctuation_and_the_ends_of_a_message() -> None:
    assert len(runs_of("好")) == 6  # ^ 好 $ ^好 好$ ^好$
    assert runs_of("好") != runs_of("好!")
    assert max(runs_of("可以可以" * 500)) < BUCKETS


def test_a_classifier_of_another_encoder_is_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    other = StaticEncoder(
        ENCODER.name, "static-other", ENCODER.splitter, ENCODER.table, ENCODER.calibration
    )
    assert load(MODEL, other) is None
    monkeypatch.setattr("bot.nlu.reader.shipped_classifier", lambda: None)
    assert Reader([]).read("插座冒烟了").intents == (Intent.SAFETY,)


def test_a_missing_or_damaged_model_is_one_clear_sentence(tmp_path: Path) -> None:
    whole = MODEL.read_bytes()
    half, foreign = tmp_path / "half.safetensors", tmp_path / "foreign.safetensors"
    half.write_bytes(whole[: len(whole) // 2])
    save_file({"dense": np.zeros(3)}, foreign, metadata={"reader": '{"format": 99}'})
    for path, reason in (
        (tmp_path / "none.safetensors", "缺少"),
        (half, "损坏"),
        (foreign, "99 不受支持"),
    ):
        with pytest.raises(ModelUnavailable, match=reason) as caught:
            load(path, ENCODER)
        assert "bot.nlu.train" in str(caught.value)


def test_a_model_with_a_part_missing_or_misshapen_is_damaged(tmp_path: Path) -> None:
    noted = {"format": classifier.FORMAT, "encoder": ENCODER.fingerprint}
    notes = {"reader": json.dumps(noted)}
    path = tmp_path / "part.safetensors"
    save_file({"dense": np.zeros((2, 2), dtype=np.float16)}, path, metadata=notes)
    with pytest.raises(ModelUnavailable, match="损坏"):
        load(path, ENCODER)


def test_training_is_repeatable_and_its_file_gives_the_same_opinions(tmp_path: Path) -> None:
    few = tmp_path / "few.tsv"
    lines = (MESSAGES / "a.tsv").read_text(encoding="utf-8").splitlines()[::4]
    few.write_text("\n".join(lines) + "\n", encoding="utf-8")
    first, second = train([few], ENCODER), train([few], ENCODER)
    assert first.measured == second.measured
    assert np.array_equal(first.weights.dense, second.weights.dense)
    classifier.save(tmp_path / "model.safetensors", first.weights)
    saved = load(tmp_path / "model.safetensors", ENCODER)
    assert saved is not None
    evidence = CUES.evidence("快递到哪了")
    there, here = Classifier(first.weights, ENCODER).opinion(evidence), saved.opinion(evidence)
    for intent in INTENTS:
        assert here.intents[intent] == pytest.approx(there.intents[intent], abs=0.01)
        assert saved.bounds[intent] == first.weights.bounds[intent]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("calm\tunknown\t你好", "应有 4 列"),
        ("happy\tunknown\t-\t你好", "不认识的标签"),
        ("calm\tunknown\thello\t你好", "不认识的标签"),
        ("calm\tunknown\t-\t ", "应有 4 列"),
    ],
)
def test_a_labelled_line_at_fault_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "x.tsv"
    path.write_text(f"calm\tunknown\tgreeting,thanks\t你好谢谢\n{line}\n", encoding="utf-8")
    with pytest.raises(MessageFileError, match=rf"x\.tsv 第 2 行：{reason}"):
        read_messages(path)


def test_training_without_messages_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--messages", str(tmp_path), "--out", str(tmp_path / "m.safetensors")])
    assert "没有 .tsv 文件" in capsys.readouterr().err


def test_figures_count_misses_and_false_alarms(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text(
        "calm\tunknown\tgreeting\t你好\nangry\tunknown\tthreat\t我要告你们\n", encoding="utf-8"
    )
    messages = read_messages(path)
    perfect = figures(messages, [m.wanted for m in messages])
    assert (perfect.emotion, perfect.category, perfect.intents, perfect.critical) == (1, 1, 1, 1)
    swapped = figures(messages, [messages[1].wanted, messages[0].wanted])
    assert (swapped.intents, swapped.critical, swapped.category) == (0, 0, 1)
