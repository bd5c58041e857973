"""Next-line quality on labelled chats: which kinds are suggested against what people really did."""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from bot.desk.conversing import Chat
from bot.desk.transcript import Said
from bot.domain.terms import Speaker
from embeddings.errors import EvaluationDataError
from embeddings.evaluate import read_jsonl
from prompts.terms import Kind

_FOUR: Final = (Kind.OPENING, Kind.REASSURANCE, Kind.WAITING, Kind.CLOSING)
_START: Final = dt.datetime(2026, 1, 5, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
_STEP: Final = dt.timedelta(seconds=25)
_BEST: Final = 3


def evaluate_lines(path: Path, fresh: Chat) -> dict[str, Any]:
    """hit@1, hit@3, recall@3 by kind, and milliseconds of choosing, over ``{"context", "kinds"}``.

    Args:
        path: JSON Lines with ``id``, ``context`` and ``kinds``.
        fresh: a chat in which nothing was said; it is copied for each example.

    Raises:
        EvaluationDataError: a line cannot be used.
        OSError: the file cannot be read.

    """
    hits = {1: 0, _BEST: 0}
    found: dict[str, int] = defaultdict(int)
    wanted: dict[str, int] = defaultdict(int)
    times: list[float] = []
    total = 0
    for item in read_jsonl(path, ("context", "kinds")):
        kinds = [str(k) for k in item["kinds"]]
        listed, spent = _kinds_for(item["context"], fresh, path)
        times.append(spent)
        total += 1
        for depth in hits:
            hits[depth] += bool(set(kinds) & set(listed[:depth]))
        for kind in set(kinds):
            wanted[kind] += 1
            found[kind] += kind in listed[:_BEST]
    if not total:
        raise EvaluationDataError(path.name, "没有任何样例", "请检查文件内容")
    recall = {k: round(found[k] / wanted[k], 4) for k in sorted(wanted)}
    return {
        "n": total,
        "hit@1": round(hits[1] / total, 4),
        "hit@3": round(hits[_BEST] / total, 4),
        "recall@3": recall,
        "macro_recall@3": round(float(np.mean([recall[k] for k in recall])), 4),
        "four_recall@3": round(float(np.mean([recall.get(k.value, 0.0) for k in _FOUR])), 4),
        "ms_p50": round(float(np.percentile(times, 50)), 3),
        "ms_p99": round(float(np.percentile(times, 99)), 3),
    }


def _kinds_for(context: list[dict[str, str]], fresh: Chat, path: Path) -> tuple[list[str], float]:
    """Kinds of the suggestions after the last line of a context, as listed, and ms for that line."""
    chat = fresh.again()
    at, spent = _START, 0.0
    turn: dict[str, Any] = {}
    for line in context:
        try:
            said = Said(Speaker(line["role"]), str(line["text"]), at)
        except (KeyError, ValueError, TypeError) as error:
            raise EvaluationDataError(
                path.name, "context 中有无法使用的一行", "需要 role 和 text"
            ) from error
        begun = time.perf_counter()
        turn = chat.say(said)
        spent = (time.perf_counter() - begun) * 1e3
        at += _STEP
    return [s["kind"] for s in turn.get("suggestions", [])], spent
