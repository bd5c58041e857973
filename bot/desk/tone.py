"""Which tone a conversation keeps: the agent's choice, else the customer's own style."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from prompts.terms import Tone

_PLAIN: Final = re.compile(
    r"(?:老人|老年|大爷|大妈|奶奶|爷爷|年纪大|岁数大|上了年纪|\d0多?岁|不会(?:用|弄|打字|操作|搞)|不识字|"
    r"看不(?:懂|清)|听不懂|说简单点|老花)"
)
_WARM: Final = re.compile(
    r"^(?:亲+[,，~～ ]?|哈喽|嗨|hi\b|hello)|(?:亲亲|小姐姐|小哥哥|宝子|家人们|[~～]$)",
    re.IGNORECASE,
)


def tone_of(said: Iterable[str], default: Tone) -> Tone:
    """``plain`` once a customer shows they need it, ``warm`` where they write warmly first."""
    texts = list(said)
    if any(_PLAIN.search(text) for text in texts):
        return Tone.PLAIN
    if default is Tone.FORMAL and texts and _WARM.search(texts[0]):
        return Tone.WARM
    return default
