"""What agents prefer: from the log of choices to a number from -1 to 1 for each line.

**Place.** A line on top is looked at more often than one below, whatever it says. So a choice is
read with the position-based model (Richardson, Dominowska and Ragno, *Predicting clicks*, 2007):

    P(line l is chosen at place r) = e_r · a_l

where e_r is how often the r-th place is looked at, e_1 = 1, and a_l how attractive the line is. Both
are estimated from the whole log by expectation maximisation (:func:`examination`).

**Few choices.** With e known, the attraction of a line to one agent is the most probable one after
a Beta prior worth 20 impressions at m, the agent's own mean for lines of that kind:

    a = argmax  Σ_r [c_r ln a + (n_r - c_r) ln(1 - e_r a)] + 20 [m ln a + (1 - m) ln(1 - a)]

with n_r impressions and c_r choices at place r; a line that was changed counts half a choice. m is
found likewise, all lines of the kind taken as one; there a line counts for no more than 20
impressions that were looked at, lest the one that is always on top be the mean. What the agent
thinks of the line is v = clip((logit a - logit m) / 1.5, -1, 1).

**Many agents.** The preference of a line is

    W / (W + 5) · mean_T v        W = Σ w_i,   w_i = √(Σ_r e_r n_r) of agent i

where mean_T is the mean weighted by w that leaves out a third of the weight at each end. A w_i is
at most a third of W where three or more agents saw the line, so that one who disagrees with all
others is not heard; else at most 2, so that one alone moves a line by no more than 2/7. It is 0
below eight impressions that were looked at, Σ_i Σ_r e_r n_r.

**What counts.** A line counts once for each agent and conversation, with the strongest that became
of it; more than 30 choices of an agent within a minute are no considered ones and are left out.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.desk.choices import Action, Choice
from bot.desk.errors import DeskError
from prompts.terms import Kind

#: Name of what was learned, below the data folder.
FILE_NAME: Final = "learned/preferences.json"

#: Impressions that the prior of an attraction, and that of a place, is worth.
_PRIOR: Final = 20.0
#: Log-odds above the mean of the kind that make a preference of 1.
_SCALE: Final = 1.5
#: Impressions looked at, below which nothing is said.
_LEAST: Final = 8.0
#: Agents from which none has more than his share, 1/3; the weight of one where they are fewer.
_SEVERAL: Final = 3
_ALONE: Final = 2.0
#: Weight at which half of what the agents think counts is added by this: W / (W + _DOUBT).
_DOUBT: Final = 5.0
#: Share of the weight left out at each end.
_TRIM: Final = 1 / 3
#: More choices of an agent within this many seconds are not considered ones.
_BURST: Final = 30
_BURST_SECONDS: Final = 60.0
#: Places told apart; those behind are looked at alike.
_PLACES: Final = 12
#: How often a line is chosen that was looked at, before anything is known.
_MEAN: Final = 0.2
#: Attractions and means stay this far from 0 and 1.
_EDGE: Final = 1e-3
#: Rounds of the estimate at most, and the change at which it stands.
_ROUNDS: Final = 500
_STANDS: Final = 1e-5
#: Halvings of the search for an attraction.
_HALVINGS: Final = 40

_SAYS: Final = MappingProxyType({Action.SENT: 1.0, Action.EDITED: 0.5, Action.PASSED: 0.0})

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Impressions counted by agent, line and place; one entry a cell.

    ``chosen`` of ``seen`` impressions were choices. ``kind`` is that of each line, ``lines`` the
    ids and ``agents`` how many agents there are.
    """

    agent: Ints
    line: Ints
    place: Ints
    seen: Floats
    chosen: Floats
    kind: Ints
    lines: tuple[str, ...]
    agents: int


def preferences(choices: Iterable[Choice]) -> dict[str, float]:
    """The preference of every line that was shown; the formulas stand above.

    Args:
        choices: the log, in any order.

    Returns:
        line id -> preference from -1 to 1, four decimals, in the order of the ids; 0 for a line of
        which too little is known.

    """
    cells = _cells(_considered(choices))
    if cells is None:
        return {}
    examined = _examination(cells)[cells.place]
    opinions = _opinions(cells, examined)
    found = {cells.lines[line]: _joined(said) for line, said in opinions.items()}
    return {line: round(found.get(line, 0.0), 4) + 0.0 for line in sorted(cells.lines)}


def examination(choices: Iterable[Choice]) -> list[float]:
    """How often each place is looked at, against the first, as :func:`preferences` uses it.

    Expectation: of the impressions that were not chosen, e(1 - a)/(1 - ea) were looked at and
    a(1 - e)/(1 - ea) would have been chosen had they been. Maximisation: e_r and a_l are the shares
    of these and of the chosen ones, beside priors worth 20 impressions: 1/r for the r-th place, and
    the mean of its kind for a line. No place is looked at more than the one above it, and of the
    impressions counted no agent has more than a third where there are three or more.

    Returns:
        one number from 0 to 1 for each place, the first is 1; empty for an empty log.

    """
    cells = _cells(_considered(choices))
    return [] if cells is None else _examination(cells).tolist()


def _considered(choices: Iterable[Choice]) -> list[Choice]:
    """The choices that are no part of a burst."""
    of_agent: dict[str, list[tuple[float, Choice]]] = defaultdict(list)
    for choice in choices:
        of_agent[choice.agent].append((choice.at.timestamp(), choice))
    kept: list[Choice] = []
    for timed in of_agent.values():
        timed.sort(key=lambda one: one[0])
        times = np.array([at for at, _ in timed])
        until = np.searchsorted(times, times + _BURST_SECONDS, side="left")
        starts = np.flatnonzero(until - np.arange(len(times)) > _BURST)
        depth = np.zeros(len(times) + 1, dtype=np.int64)
        np.add.at(depth, starts, 1)
        np.add.at(depth, until[starts], -1)
        hurried = np.cumsum(depth[:-1]) > 0
        kept += [choice for (_, choice), skip in zip(timed, hurried, strict=True) if not skip]
    return kept


def _cells(choices: Sequence[Choice]) -> _Cells | None:
    """Count the impressions, each line once for an agent and conversation; None without any."""
    agents: dict[str, int] = {}
    chats: dict[str, int] = {}
    lines: dict[str, int] = {}
    kind_of: dict[int, tuple[dt.datetime, Kind]] = {}
    rows = array("d")
    for choice in choices:
        agent = agents.setdefault(choice.agent, len(agents))
        chat = chats.setdefault(choice.chat, len(chats))
        at = choice.at.timestamp()
        for place, shown in enumerate(choice.shown):
            line = lines.setdefault(shown.id, len(lines))
            known = kind_of.get(line)
            if known is None or (choice.at, shown.kind) > known:
                kind_of[line] = (choice.at, shown.kind)  # the kind it was shown as last
            says = _SAYS[choice.action] if shown.id == choice.chosen else 0.0
            rows.extend((agent, chat, line, -says, at, min(place, _PLACES - 1)))
    if not rows:
        return None
    table = np.frombuffer(rows, dtype=np.float64).reshape(-1, 6)
    table = table[np.lexsort(table.T[::-1])]
    first = np.ones(len(table), dtype=np.bool_)
    first[1:] = np.any(table[1:, :3] != table[:-1, :3], axis=1)
    table = table[first]
    agent_no, line_no, place_no = (table[:, i].astype(np.int64) for i in (0, 2, 5))
    key = (agent_no * len(lines) + line_no) * _PLACES + place_no
    keys, cell = np.unique(key, return_inverse=True)
    kinds = list(Kind)
    return _Cells(
        agent=keys // (len(lines) * _PLACES),
        line=keys // _PLACES % len(lines),
        place=keys % _PLACES,
        seen=_sum(cell, np.ones(len(cell)), len(keys)),
        chosen=_sum(cell, -table[:, 3], len(keys)),
        kind=np.array([kinds.index(kind_of[i][1]) for i in range(len(lines))], dtype=np.int64),
        lines=tuple(lines),
        agents=len(agents),
    )


def _shares(cells: _Cells) -> Floats:
    """What an impression of each cell counts, so that no agent has more than his share of all."""
    total = _sum(cells.agent, cells.seen, cells.agents)
    limit = _limit(total) if cells.agents >= _SEVERAL else np.inf
    return np.minimum(1.0, limit / total)[cells.agent]


def _examination(cells: _Cells) -> Floats:
    """See :func:`examination`."""
    share = _shares(cells)
    chosen, missed = share * cells.chosen, share * (cells.seen - cells.chosen)
    prior = 1.0 / np.arange(1, _PLACES + 1)
    seen_at = _sum(cells.place, chosen + missed, _PLACES)
    seen_of = _sum(cells.line, chosen + missed, len(cells.lines))
    seen_in = _sum(cells.kind, seen_of, len(Kind))
    places, attraction = prior.copy(), np.full(len(cells.lines), _MEAN)
    for _ in range(_ROUNDS):
        e, a = places[cells.place], attraction[cells.line]
        neither = missed / (1.0 - np.minimum(e * a, 1.0 - _EDGE))
        looked = _sum(cells.place, chosen + neither * e * (1.0 - a), _PLACES)
        liked = _sum(cells.line, chosen + neither * a * (1.0 - e), len(cells.lines))
        mean = _sum(cells.kind, liked, len(Kind)) + _PRIOR * _MEAN
        mean /= seen_in + _PRIOR
        attraction = (liked + _PRIOR * mean[cells.kind]) / (seen_of + _PRIOR)
        before, places = places, (looked + _PRIOR * prior) / (seen_at + _PRIOR)
        places[0] = 1.0
        places = np.minimum.accumulate(places)
        if np.abs(places - before).max() < _STANDS:
            break
    return places


def _opinions(cells: _Cells, examined: Floats) -> dict[int, list[tuple[float, float]]]:
    """Line -> (v, impressions looked at) of each agent who was shown it."""
    keys, pair = np.unique(cells.agent * len(cells.lines) + cells.line, return_inverse=True)
    agent, line = keys // len(cells.lines), keys % len(cells.lines)
    looked = _sum(pair, examined * cells.seen, len(keys))
    habit = _habits(cells, examined, np.minimum(1.0, _PRIOR / looked)[pair])
    mean = habit[agent * len(Kind) + cells.kind[line]]
    liking = _attraction(pair, cells.chosen, cells.seen - cells.chosen, examined, mean)
    value = np.clip((_logit(liking) - _logit(mean)) / _SCALE, -1.0, 1.0)
    said: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for number, v, weight in zip(line.tolist(), value.tolist(), looked.tolist(), strict=True):
        said[number].append((v, weight))
    return said


def _habits(cells: _Cells, examined: Floats, counts: Floats) -> Floats:
    """The mean m of each agent for each kind, at agent · kinds + kind.

    Each has a prior at the mean of the kind over all agents, and that one at the mean of all kinds.
    ``counts`` is what an impression of a cell counts.
    """
    chosen, missed = counts * cells.chosen, counts * (cells.seen - cells.chosen)
    share, kind = _shares(cells), cells.kind[cells.line]
    pooled = (share * chosen, share * missed, examined)
    overall = _attraction(np.zeros_like(kind), *pooled, np.array([_MEAN]))
    of_kind = _attraction(kind, *pooled, np.full(len(Kind), overall[0]))
    of_agent = cells.agent * len(Kind) + kind
    return _attraction(of_agent, chosen, missed, examined, np.tile(of_kind, cells.agents))


def _attraction(
    group: Ints, chosen: Floats, missed: Floats, examined: Floats, mean: Floats
) -> Floats:
    """The most probable attraction of each group of cells, where its derivative

        (Σ c + 20 m)/a - Σ (n - c) e/(1 - ea) - 20 (1 - m)/(1 - a)

    is 0; it falls with a, so that halving finds it. ``mean`` is m for each group.
    """
    up = _sum(group, chosen, len(mean)) + _PRIOR * mean
    low, high = np.full(len(mean), _EDGE), np.full(len(mean), 1.0 - _EDGE)
    for _ in range(_HALVINGS):
        a = (low + high) / 2
        down = _sum(group, missed * examined / (1.0 - examined * a[group]), len(mean))
        rises = up / a > down + _PRIOR * (1.0 - mean) / (1.0 - a)
        low, high = np.where(rises, a, low), np.where(rises, high, a)
    return np.asarray((low + high) / 2)


def _logit(p: Floats) -> Floats:
    return np.asarray(np.log(p / (1.0 - p)))


def _joined(said: Sequence[tuple[float, float]]) -> float:
    """The preference of a line from each agent's (v, impressions looked at)."""
    looked = np.array([n for _, n in said])
    if looked.sum() < _LEAST:
        return 0.0
    weights = np.sqrt(looked)
    limit = _limit(weights) if len(said) >= _SEVERAL else _ALONE
    weights = np.minimum(weights, limit)
    total = float(weights.sum())
    return total / (total + _DOUBT) * _trimmed_mean(np.array([v for v, _ in said]), weights)


def _limit(weights: Floats) -> float:
    """The greatest t with t ≤ Σ min(w, t)/3, for three or more weights.

    Where the k greatest are cut to t it is (the rest)/(3 - k); no more than two can be.
    """
    ordered = np.sort(weights)[::-1]
    rest = float(ordered.sum())
    for cut in range(_SEVERAL - 1):
        limit = rest / (_SEVERAL - cut)
        if ordered[cut] <= limit:
            return limit
        rest -= float(ordered[cut])
    return rest


def _sum(group: Ints, values: Floats, groups: int) -> Floats:
    """The sum of the values of each group, shape (groups,)."""
    return np.asarray(np.bincount(group, values, groups), dtype=np.float64)


def _trimmed_mean(values: Floats, weights: Floats) -> float:
    """The weighted mean without the lowest and the highest third of the weight."""
    order = np.argsort(values, kind="stable")
    ends = np.cumsum(weights[order])
    total = float(ends[-1])
    low, high = _TRIM * total, (1.0 - _TRIM) * total
    inside = np.minimum(ends, high) - np.maximum(ends - weights[order], low)
    kept = np.maximum(inside, 0.0)
    return float((kept * values[order]).sum() / kept.sum())


@dataclass(frozen=True, slots=True)
class Usage:
    """How often a line was on show and what became of it.

    ``passed`` counts the lists that were passed over as a whole; where another line of the list was
    taken none of the three is counted.
    """

    shown: int = 0
    sent: int = 0
    edited: int = 0
    passed: int = 0


def usage(choices: Iterable[Choice]) -> dict[str, Usage]:
    """Line id -> its counts over the whole log, nothing left out, in the order of the ids."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for choice in choices:
        for shown in choice.shown:
            of_line = counts[shown.id]
            of_line["shown"] += 1
            if choice.action is Action.PASSED or shown.id == choice.chosen:
                of_line[choice.action.value] += 1
    return {line: Usage(**counts[line]) for line in sorted(counts)}


def usage_report(choices: Iterable[Choice]) -> dict[str, Any]:
    """What a report on the use of the library tells, ready for JSON.

    Returns:
        ``choices``, ``agents`` and ``chats``: how many; ``sent``, ``edited`` and ``passed``: how
        many of the choices; ``since`` and ``until``: ISO 8601 or None; ``lines``: for each line its
        ``id``, ``shown``, ``sent``, ``edited``, ``passed`` and ``preference``, the most used first.

    """
    log = list(choices)
    preferred = preferences(log)
    lines = [
        {"id": line} | asdict(counts) | {"preference": preferred.get(line, 0.0)}
        for line, counts in usage(log).items()
    ]
    lines.sort(key=lambda one: (-one["sent"] - one["edited"], -one["shown"], one["id"]))
    times = [choice.at for choice in log]
    return {
        "choices": len(log),
        "agents": len({choice.agent for choice in log}),
        "chats": len({choice.chat for choice in log}),
        **{a.value: sum(choice.action is a for choice in log) for a in Action},
        "since": min(times).isoformat() if times else None,
        "until": max(times).isoformat() if times else None,
        "lines": lines,
    }


class PreferencesDamaged(DeskError):  # noqa: N818 - named for what it is
    """What was learned cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"学到的话术偏好 {path} 不能使用：{reason}。请重新运行 huashu learn，或删除该文件"
        )
        self.path = path


@dataclass(frozen=True, slots=True, eq=False)
class Preferences(Mapping[str, float]):
    """Line id -> preference from -1 to 1, as they were stored."""

    values_of: Mapping[str, float]

    @classmethod
    def load(cls, path: Path) -> Preferences | None:
        """Read what was stored; None where there is no file.

        Args:
            path: JSON, one object of line id -> preference.

        Raises:
            PreferencesDamaged: the file cannot be read, or is not of that form.

        """
        try:
            values = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise PreferencesDamaged(path, f"无法读取（{error.strerror}）") from error
        except (ValueError, RecursionError) as error:
            raise PreferencesDamaged(path, "不是有效的 JSON") from error
        if not isinstance(values, dict):
            raise PreferencesDamaged(path, "不是“话术编号：偏好”的 JSON 对象")
        for line, value in values.items():
            if not _is_preference(value):
                raise PreferencesDamaged(path, f"“{line[:40]}”的偏好不是 -1 到 1 之间的数")
        return cls({line: float(value) for line, value in values.items()})

    def __getitem__(self, line: str) -> float:
        return self.values_of[line]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_of)

    def __len__(self) -> int:
        return len(self.values_of)


def _is_preference(value: object) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and math.isfinite(value) and -1 <= value <= 1  # type: ignore[arg-type,operator]


def save(path: Path, found: Mapping[str, float]) -> None:
    """Write preferences, replacing what was there in one step; those of 0 are left out.

    Raises:
        OSError: it cannot be written.

    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = json.dumps({k: round(v, 4) for k, v in sorted(found.items()) if v}, ensure_ascii=False)
    aside = path.with_suffix(".new")
    aside.write_text(body + "\n", encoding="utf-8")
    aside.replace(path)


class FollowedPreferences:
    """The preferences of a file as it is now: read again when it changed.

    A file that cannot be used is told once, and what was read before stays.

    Args:
        path: see :meth:`Preferences.load`.

    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._held: Preferences | None = None

    def __call__(self) -> Preferences | None:
        """What is known now, or None."""
        stamp = self._look()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._held = Preferences.load(self._path)
            except PreferencesDamaged as error:
                logging.getLogger(__name__).warning("%s", error)
        return self._held

    def _look(self) -> tuple[int, int, int] | None:
        """What tells one state of the file from another."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
