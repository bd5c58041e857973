"""Errors of the knowledge room.

KnowledgeError
├── VersionMissing       a version number that does not exist, or whose file is damaged
├── NothingLearned       there is no learned encoder to take back
├── RegressionWorse      a load would find fewer of the expected entries than what is served
└── StoreBusy            another process is writing a version right now
(faults in files raise prompts.errors.LoadFailed)
"""

from __future__ import annotations

from collections.abc import Sequence


class KnowledgeError(Exception):
    """Root of this room's errors."""


class VersionMissing(KnowledgeError):  # noqa: N818 - named for what happened
    """There is no such version, or its file cannot be read."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"版本 {number} 不能使用：{reason}。用 huashu kb versions 查看现有版本")
        self.number = number


class NothingLearned(KnowledgeError):  # noqa: N818
    """The shipped encoder is served: there is nothing to undo."""

    def __init__(self) -> None:
        super().__init__("当前使用的就是自带模型，没有可以撤销的学习结果")


class RegressionWorse(KnowledgeError):  # noqa: N818
    """Fewer messages of the regression file find their entry than before; nothing was changed."""

    def __init__(self, before: int, after: int, total: int, lost: Sequence[str]) -> None:
        shown = "；".join(lost[:5])
        super().__init__(
            f"回归检查变差：{total} 条中原来命中 {before} 条，加载后只有 {after} 条，未做任何改动。"
            f"例如：{shown}。请修改内容，或加 --force 强制加载"
        )
        self.before, self.after, self.total, self.lost = before, after, total, tuple(lost)


class StoreBusy(KnowledgeError):  # noqa: N818
    """Another process holds the version store."""

    def __init__(self) -> None:
        super().__init__("另一个进程正在写入知识库版本，请稍后重试")
