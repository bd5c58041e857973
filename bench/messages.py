"""Customers' messages to ask with: none of them twice, none of them a wording of the library."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.entries import SEED, wordings_of
from bench.material import Material
from kb.library import Library

_HELLO: Final = (
    "", "", "", "你好，", "在吗，", "亲，", "麻烦问下，", "客服，", "喂，", "不好意思，",
)  # fmt: skip
_CLOSE: Final = (
    "", "", "", "", "急用", "谢谢", "在线等", "都{n}天了", "等了{n}个小时了", "真是气死我了",
    "快点回我", "我要找人工", "订单号ORD2026{long}", "我电话1390000{n:04d}", "花了{n}块钱",
    "再不管我就投诉了", "家里有老人", "昨天下午的事",
)  # fmt: skip
#: Share of messages about a topic of no entry: customers ask what no library knows, too.
_NEW_TOPIC: Final = 0.3


@dataclass(frozen=True, slots=True)
class Question:
    """A message and the solution it should find; ``own`` is the wording to leave out, if any."""

    text: str
    expect: str
    own: str = ""


def fresh(count: int, library: Library, stream: str) -> list[str]:
    """Messages as customers type them: shipped wordings and new topics, altered and added to.

    Args:
        count: how many.
        library: the shipped library.
        stream: names the stream of chance; other names give other messages.

    """
    material = Material.of(library)
    chance = random.Random(f"{SEED}-{stream}")  # noqa: S311 - no secret
    known = [wording for _, wording in wordings_of(library)]
    seen = set(known)
    found: list[str] = []
    while len(found) < count:
        if chance.random() < _NEW_TOPIC:
            text = material.wordings(material.topic(chance), 1, chance)[0]
        else:
            text = _slip(chance.choice(known), chance)
        number = chance.randint(1, 30)
        close = chance.choice(_CLOSE).format(n=number, long=chance.randint(10**7, 10**8 - 1))
        text = f"{chance.choice(_HELLO)}{text}{'，' if close else ''}{close}"
        if text not in seen:
            seen.add(text)
            found.append(text)
    return found


def _slip(text: str, chance: random.Random) -> str:
    """The text with one character dropped or doubled, as fingers do."""
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(("", text[at] * 2)) + text[at + 1 :]


def left_out(count: int, library: Library) -> list[Question]:
    """Customers' wordings of the shipped solutions, evenly chosen, each to be left out in turn."""
    every = [Question(q, s.id, q) for s in library.solutions for q in s.questions]
    count = min(count, len(every))
    return [every[i * len(every) // count] for i in range(count)]


def held_out(path: Path, count: int, library: Library) -> list[Question]:
    """Messages of ``{"id", "text"}`` lines that belong to a shipped solution, evenly chosen.

    An absent file gives none.

    Raises:
        ValueError: a line is no such object.

    """
    known = {s.id for s in library.solutions}
    found = [q for q in _read(path) if q.expect in known]
    count = min(count, len(found))
    return [found[i * len(found) // count] for i in range(count)]


def _read(path: Path) -> Iterator[Question]:
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            yield Question(str(item["text"]), str(item["id"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f'{path.name}:{number}: needs {{"id", "text"}}') from error
