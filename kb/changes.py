"""What a load would change or did change: entries added, updated, removed."""

from __future__ import annotations

from dataclasses import dataclass

from kb.library import Library


@dataclass(frozen=True, slots=True)
class Changes:
    """Keys like ``solution:retail-refund``, in the order of the library they stand in."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.removed)

    @property
    def summary(self) -> str:
        """One sentence for people."""
        return (
            f"新增 {len(self.added)} 条，更新 {len(self.updated)} 条，删除 {len(self.removed)} 条"
        )


def changes_between(before: Library | None, after: Library) -> Changes:
    """Compare two libraries entry by entry."""
    old, new = _entries(before) if before else {}, _entries(after)
    return Changes(
        added=tuple(k for k in new if k not in old),
        updated=tuple(k for k in new if k in old and old[k] is not new[k] and old[k] != new[k]),
        removed=tuple(k for k in old if k not in new),
    )


def _entries(library: Library) -> dict[str, object]:
    found: dict[str, object] = {f"line:{line.id}": line for line in library.lines}
    found.update((f"solution:{s.id}", s) for s in library.solutions)
    found.update((f"lexicon:{name}", text) for name, text in library.lexicon.files.items())
    return found
