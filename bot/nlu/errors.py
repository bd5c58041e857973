"""Errors of the reading room.

NluError
├── CueFileError      a cue file that ships beside the code is malformed
└── MessageFileError  a file of labelled messages has a line that cannot be used
"""

from __future__ import annotations


class NluError(Exception):
    """Root of everything this package raises."""


class CueFileError(NluError):
    """A line of a cue file cannot be understood.

    ``file`` and ``line`` (from 1) say where, ``reason`` says what to change.
    """

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class MessageFileError(NluError):
    """A line of a file of labelled messages cannot be used.

    ``file`` and ``line`` (from 1) say where, ``reason`` says what is wrong.
    """

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file} 第 {line} 行：{reason}。请改正这一行")
        self.file = file
        self.line = line
        self.reason = reason
