"""Logs: one JSON object a line on stderr, with personal data masked in everything that is written.

Every record passes here, our own and those of libraries, tracebacks and uncaught exceptions too. What
has a shape (numbers, addresses, mail …) is masked by :mod:`bot.privacy`. A name has none; therefore no
record is given customers' words on purpose, and this is the second line.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, TextIO

import structlog

from bot.privacy import mask

#: Longer texts are cut: a log is no place for whole conversations.
LONGEST: Final = 8_000
_LOG: Final = logging.getLogger("huashu")
#: In a chat it depends on the words around whether figures are an order or a telephone. In a log nobody
#: needs either: whatever has the shape of a phone, card, plate or mail address is hidden anywhere.
_SHAPES: Final = re.compile(
    r"(?<![0-9])(?:1[3-9][0-9]{9}|[0-9]{14,18}[0-9Xx])(?![0-9])"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤川青藏琼宁][A-Z][A-Z0-9]{5,6}"
    r"|[\w.+-]+@(?=[\w-]+\.\w)",
    re.ASCII,
)


def set_up(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all records of this level and above to a stream (stderr); the last call holds."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.StackInfoRenderer(),
                structlog.processors.format_exc_info,
                masked,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.captureWarnings(False)  # a hook that others put back counts as set
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def masked(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Processor: the record with personal data masked, wherever in it."""
    return {str(_value(key)): _value(value) for key, value in event.items()}


def _value(value: Any) -> Any:
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        plain = str(value)
        return value if _text(plain) == plain else _text(plain)
    if isinstance(value, Mapping):
        return {str(_value(key)): _value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_value(item) for item in value]
    return _text(value if isinstance(value, str) else repr(value))


def _text(text: str) -> str:
    """Masked before it is cut, so that half a number is not taken for something else."""
    hidden = _SHAPES.sub(_covered, mask(text))
    return hidden if len(hidden) <= LONGEST else hidden[:LONGEST] + "…"


def _covered(found: re.Match[str]) -> str:
    whole = found.group()
    return "***@" if whole.endswith("@") else f"{whole[:3]}****{whole[-4:]}"[: len(whole)]


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _LOG.critical("uncaught", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        trace = args.exc_traceback
        _LOG.critical("uncaught in thread", exc_info=(args.exc_type, args.exc_value, trace))
