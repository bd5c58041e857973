"""Who works at the desk, who is there, and who takes the next ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kb.terms import Category


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent: how many tickets at once, which classes (empty: all), whether online."""

    number: str
    capacity: int = 5
    skills: frozenset[Category] = frozenset()
    online: bool = True


class Roster:
    """The agents of a desk; the fewest tickets first, then whoever waited longest."""

    def __init__(self, agents: tuple[Agent, ...] = ()) -> None:
        self._agents = {a.number: a for a in agents}
        self._turns: dict[str, int] = {}
        self._turn = 0

    @property
    def agents(self) -> tuple[Agent, ...]:
        """All agents, by number."""
        return tuple(self._agents[n] for n in sorted(self._agents))

    def put(self, agent: Agent) -> None:
        """Add an agent or change one."""
        self._agents[agent.number] = agent

    def set_online(self, number: str, *, online: bool) -> None:
        """Come or go; an unknown number joins with the default capacity."""
        self.put(replace(self._agents.get(number, Agent(number)), online=online))

    def next_for(self, category: Category, loads: Mapping[str, int], but: str = "") -> str | None:
        """Who takes a ticket of this class: online, able, below capacity, least loaded.

        ``loads`` is agent number -> open tickets held; ``but`` is passed over. Of equals the one
        whose last turn is longest ago (round robin). None when nobody can.
        """
        able = [
            a
            for a in self._agents.values()
            if a.online
            and a.number != but
            and (not a.skills or category in a.skills or category is Category.UNKNOWN)
            and loads.get(a.number, 0) < a.capacity
        ]
        if not able:
            return None
        chosen = min(
            able, key=lambda a: (loads.get(a.number, 0), self._turns.get(a.number, 0), a.number)
        )
        self._turn += 1
        self._turns[chosen.number] = self._turn
        return chosen.number
