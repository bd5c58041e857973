"""Reading labelled chats (``bot/desk/turns/*.txt``): what a good agent's next turn did.

``== name`` starts a chat, ``C text`` is a line of the customer, ``A kinds | text`` a turn of ours
with every kind it performed, the main one first (``-`` where nobody labelled it). The text may be
missing where only the kinds are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.desk.errors import LabelledChatError
from bot.domain.terms import Speaker
from prompts.terms import Kind

_UNLABELLED = "-"


@dataclass(frozen=True, slots=True)
class Turn:
    """A line of a labelled chat; ``kinds`` is empty for the customer's and for unlabelled ones."""

    speaker: Speaker
    text: str
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelledChat:
    """A chat with its name (``file/name``)."""

    name: str
    turns: tuple[Turn, ...]


def turns_folder() -> Path:
    """Where the labelled chats lie."""
    return Path(__file__).parent / "turns"


def read_chats(folder: Path) -> Iterator[LabelledChat]:
    """Every chat of a folder's files, by file name.

    Raises:
        LabelledChatError: a line cannot be read (file:line in the message).

    """
    for path in sorted(folder.glob("*.txt")):
        name, turns = "", list[Turn]()
        for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            line = raw.strip()
            if line.startswith("=="):
                if turns:
                    yield LabelledChat(f"{path.stem}/{name}", tuple(turns))
                name, turns = line.strip("= "), []
            elif line:
                turns.append(_turn(line, f"{path.name}:{number}"))
        if turns:
            yield LabelledChat(f"{path.stem}/{name}", tuple(turns))


def _turn(line: str, where: str) -> Turn:
    mark, _, rest = line.partition(" ")
    if mark == "C":
        return Turn(Speaker.CUSTOMER, rest.strip())
    kinds, bar, text = rest.partition("|")
    if mark != "A" or not bar:
        raise LabelledChatError(where, "看不懂这一行", "应为“C 文字”或“A 类型 | 文字”")
    if kinds.strip() == _UNLABELLED:
        return Turn(Speaker.AGENT, text.strip())
    try:
        named = tuple(Kind(k.strip()) for k in kinds.split(","))
    except ValueError as error:
        raise LabelledChatError(where, str(error), "类型见 docs/matching.md") from error
    return Turn(Speaker.AGENT, text.strip(), named)
