"""Fit the tone of lines: ``python -m bot.quality.train_tone``.

A logistic regression over runs of characters (tf-idf), kept to the runs that weigh most. It learns
what must not be said from ``tone/harsh.txt``, the rules' own examples and the labelled lines of the
tests (those of the held-out file excepted); what may be said from ``tone/fine.txt``, the shipped
library and the agents' turns of the labelled chats. scikit-learn comes with the test tools and is
not needed to serve.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.quality.checker import Checker
from bot.quality.fold import fold_line
from bot.quality.rules import Rule, shipped_rules
from bot.quality.terms import Severity
from bot.quality.tone import ToneModel, dump, model_file, runs
from prompts.library import load_lines, shipped_folder
from prompts.template import variables_of

ROOT: Final = Path(__file__).parents[2]
#: Inverse strength of the regularisation.
STRENGTH: Final = 30.0
#: How many runs are kept; more were no better on held-out lines.
KEPT: Final = 25_000
#: Blocks of another sort than the tone; their lines teach nothing about it.
NO_TONE: Final = frozenset(
    ("personal_data", "unfilled", "unauthorised_promise", "locked_remedy", "harsh_tone")
)


def harsh_lines(rules: Sequence[Rule]) -> list[str]:
    """What must not be said, for its tone."""
    found = [line for rule in rules if _is_tone(rule) for line in rule.fires]
    found += _plain("harsh")
    for row in _labelled():
        if set(row["block"]) - NO_TONE and not row.get("context"):
            found.append(row["text"])
    return found


def fine_lines(rules: Sequence[Rule], turns: Iterable[Path]) -> list[str]:
    """What may be said, ordinary lines and those that only look alike."""
    found = [line for rule in rules for line in rule.passes]
    found += [line for rule in rules if rule.severity is Severity.WARN for line in rule.fires]
    found += _plain("fine")
    found += [row["text"] for row in _labelled() if not row["block"] and not row.get("context")]
    for line in load_lines([shipped_folder()]):
        text = line.text
        for name in variables_of(text):
            text = text.replace(f"{{{{{name}}}}}", "甲")
        found.append(text)
    for path in turns:
        for row in path.read_text("utf-8").splitlines():
            label, bar, said = row.partition("|")
            if label.startswith("A ") and bar and said.strip():
                found.append(said.strip())
    return found


def fit(harsh: Sequence[str], fine: Sequence[str]) -> ToneModel:
    """Fit the model; a line in both lists counts as harsh."""
    bad = {fold_line(one).text for one in harsh}
    texts = sorted(bad) + sorted({fold_line(one).text for one in fine} - bad)
    labels = np.arange(len(texts)) < len(bad)
    vectorizer = TfidfVectorizer(analyzer=runs, sublinear_tf=True, min_df=2)
    matrix = vectorizer.fit_transform(texts)
    names = vectorizer.get_feature_names_out()
    weights = _regression(matrix, labels).coef_[0] * vectorizer.idf_
    kept = sorted(names[np.argsort(-np.abs(weights))[:KEPT]])
    vectorizer = TfidfVectorizer(analyzer=runs, sublinear_tf=True, vocabulary=kept)
    model = _regression(vectorizer.fit_transform(texts), labels)
    pairs = zip(vectorizer.idf_, model.coef_[0], strict=True)
    grams = {gram: (float(i), float(w)) for gram, (i, w) in zip(kept, pairs, strict=True)}
    return ToneModel(float(model.intercept_[0]), grams)


def _regression(matrix: object, labels: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=3000).fit(matrix, labels)


def _is_tone(rule: Rule) -> bool:
    return rule.severity is Severity.BLOCK and rule.id not in NO_TONE


def _plain(name: str) -> list[str]:
    text = (Path(__file__).parent / "tone" / f"{name}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _labelled() -> list[dict[str, Any]]:
    """The labelled lines of the tests that are not held out: ``text``, ``block``."""
    folder = ROOT / "tests" / "quality"
    labelled = (folder / "lines_labelled.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in labelled.splitlines()]
    own = yaml.safe_load((folder / "agent_lines_own.yaml").read_text("utf-8"))
    checker = Checker([rule for rule in shipped_rules() if rule.id in NO_TONE - {"harsh_tone"}])
    for name, texts in own.items():
        for text in texts:
            codes = [one.rule for one in checker.check(text).findings] or ["tone"]
            rows.append({"text": text, "block": codes if name == "block" else []})
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit the shipped model from the lines in the repository."""
    parser = argparse.ArgumentParser(description="Fit the tone of lines.")
    parser.add_argument("--turns", type=Path, default=ROOT / "bot" / "desk" / "turns")
    parser.add_argument("--out", type=Path, default=model_file())
    chosen = parser.parse_args(arguments)
    rules = shipped_rules()
    harsh, fine = harsh_lines(rules), fine_lines(rules, sorted(chosen.turns.glob("*.txt")))
    model = fit(harsh, fine)
    chosen.out.write_text(dump(model), encoding="utf-8")
    sys.stderr.write(f"{len(harsh)} harsh and {len(fine)} fine lines, {len(model.grams)} runs\n")


if __name__ == "__main__":
    main()
