"""Retrieval and similarity measured on a user's own data, with the very objects that serve."""

from __future__ import annotations

import json
import math
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.encoder import Encoder
from embeddings.errors import EvaluationDataError, LearningImpossible
from embeddings.hybrid import Document, HybridIndex, prepare
from embeddings.learn import learn
from embeddings.rows import Progress
from embeddings.static import StaticEncoder
from embeddings.words import WordSplitter


def read_jsonl(
    path: Path,
    required: Sequence[str],
    *,
    lists: Sequence[str] = (),
    numbers: Sequence[str] = (),
) -> Iterator[dict[str, Any]]:
    """Objects of a JSON Lines file; empty lines are passed over.

    Args:
        path: the file, UTF-8.
        required: keys that every object must have.
        lists: those of them that hold lists.
        numbers: those of them that hold finite numbers.

    Raises:
        EvaluationDataError: a line is no JSON object, or lacks a required key or its sort of value.
        OSError: the file cannot be read.

    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            where = f"{path.name}:{number}"
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise EvaluationDataError(where, "不是 UTF-8 文本", "请另存为 UTF-8") from error
            if not text.strip():
                continue
            try:
                item = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise EvaluationDataError(
                    where, "不是有效的 JSON", "请改成每行一个 JSON 对象"
                ) from error
            if not isinstance(item, dict):
                raise EvaluationDataError(where, "不是 JSON 对象", "请改成每行一个 JSON 对象")
            for key in required:
                if key not in item:
                    raise EvaluationDataError(
                        where, f"缺少“{key}”", f"每行需要 {', '.join(required)}"
                    )
            for key in lists:
                if not isinstance(item[key], list):
                    raise EvaluationDataError(where, f"“{key}”不是列表", '请写成 ["…"]')
            for key in numbers:
                if not _is_number(item[key]):
                    raise EvaluationDataError(where, f"“{key}”不是数字", "请填 0 或 1 这样的数字")
            yield item


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def faq(
    docs: Path,
    queries: Path,
    wordings: Path | None,
    encoder: Encoder,
    splitter: WordSplitter,
    progress: Progress | None = None,
) -> dict[str, float | int]:
    """R@1, R@3, R@10, MRR@10 and ms per query of finding the entry a query belongs to.

    Files as the command-line contract says: docs ``{"id", "title"}``, queries
    ``{"qid", "query", "positives"}``, wordings ``{"id", "text"}``. ``learn_s`` is the time spent on
    learning from the wordings (as ``huashu learn`` does) and indexing them.

    Raises:
        EvaluationDataError: a file cannot be used.
        OSError: a file cannot be read.

    """
    known: dict[str, list[str]] = defaultdict(list)
    for item in read_jsonl(docs, ("id", "title")):
        known[str(item["id"])].append(str(item["title"]))
    for item in read_jsonl(wordings, ("id", "text")) if wordings else ():
        if str(item["id"]) in known:
            known[str(item["id"])].append(str(item["text"]))
    if not known:
        raise EvaluationDataError(docs.name, "没有任何条目", "请检查文件内容")
    started = time.perf_counter()
    documents = [Document(i, tuple(dict.fromkeys(texts))) for i, texts in known.items()]
    if wordings:
        encoder = _learned(documents, encoder, splitter, progress)
    index, _ = HybridIndex.build(documents, encoder, splitter, progress=progress)
    learn = time.perf_counter() - started
    places, times = [], []
    for item in read_jsonl(queries, ("query", "positives"), lists=("positives",)):
        begun = time.perf_counter()
        hits = index.search(prepare(str(item["query"]), encoder, splitter), 10)
        times.append((time.perf_counter() - begun) * 1e3)
        positives = {str(p) for p in item["positives"]}
        places.append(next((i for i, h in enumerate(hits) if h.id in positives), 10))
    if not places:
        raise EvaluationDataError(queries.name, "没有任何问句", "请检查文件内容")
    at = np.array(places)
    return {
        "n": len(at),
        "R@1": round(float((at < 1).mean()), 4),
        "R@3": round(float((at < 3).mean()), 4),
        "R@10": round(float((at < 10).mean()), 4),
        "MRR@10": round(float(np.where(at < 10, 1.0 / (at + 1), 0.0).mean()), 4),
        "ms_p50": round(float(np.percentile(times, 50)), 3),
        "ms_p99": round(float(np.percentile(times, 99)), 3),
        "learn_s": round(learn, 3) if wordings else 0.0,
    }


def _learned(
    documents: list[Document], encoder: Encoder, splitter: WordSplitter, progress: Progress | None
) -> Encoder:
    """The encoder fitted to the entries, where it can be and that makes it better."""
    if not isinstance(encoder, StaticEncoder):
        return encoder
    try:
        return learn(documents, encoder, splitter, progress).encoder or encoder
    except LearningImpossible:
        return encoder


def pairs(path: Path, encoder: Encoder) -> dict[str, float | int]:
    """Spearman's rank correlation ×100 of the encoder's cosine with the labels.

    Raises:
        EvaluationDataError: the file cannot be used.
        OSError: the file cannot be read.

    """
    items = list(read_jsonl(path, ("s1", "s2", "label"), numbers=("label",)))
    labels = np.array([float(i["label"]) for i in items])
    if len(set(labels.tolist())) < 2:
        raise EvaluationDataError(path.name, "label 只有一种取值", "至少需要两种标签才能计算相关")
    first = encoder.encode([str(i["s1"]) for i in items])
    second = encoder.encode([str(i["s2"]) for i in items])
    cosine = np.einsum("ij,ij->i", first, second)
    return {"n": len(items), "spearman": round(100 * spearman(cosine, labels), 2)}


def spearman(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> float:
    """Spearman's rho: Pearson's correlation of average ranks (ties share their mean rank).

    Where one side is the same throughout, nothing is told by it: 0.
    """
    first, second = _average_ranks(a), _average_ranks(b)
    if not np.ptp(first) or not np.ptp(second):
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _average_ranks(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    upper = np.cumsum(counts)
    return (upper - (counts - 1) / 2.0)[inverse]
