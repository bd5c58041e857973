"""The use case *converse*: lines of both sides, one after the other, each with its outcome.

``huashu replay`` and the web page run exactly this; only the clock differs.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from dataclasses import dataclass, field

from bot.desk.choices import ChoiceLog, Offers
from bot.desk.house import House
from bot.desk.ranking import FIRST_SIGHT
from bot.desk.score import Score, score_of
from bot.desk.shapes import (
    Shape,
    escalation_shapes,
    finding_shape,
    state_shape,
    suggestion_shape,
    ticket_shape,
)
from bot.desk.suggest import Suggester
from bot.desk.transcript import Said
from bot.domain.conversation import Conversation
from bot.domain.events import AgentSaid
from bot.domain.note import draft_note
from bot.domain.promises import promises_in
from bot.domain.terms import Emotion, Speaker
from bot.nlu.our_line import kinds_of
from bot.quality import Checker, Finding


@dataclass(slots=True)
class Chat:
    """One conversation in progress; :meth:`say` is the only way to change it.

    ``log`` keeps what agents choose of what they are shown, or is None; ``id`` is unguessable.
    """

    suggester: Suggester
    checker: Checker
    house: House
    state: Conversation
    turns: int = 0
    findings: tuple[Finding, ...] = ()
    last_at: dt.datetime | None = None
    log: ChoiceLog | None = None
    offers: Offers = field(default_factory=Offers)
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @classmethod
    def start(
        cls, suggester: Suggester, checker: Checker, house: House, log: ChoiceLog | None = None
    ) -> Chat:
        """A conversation in which nothing was said yet."""
        return cls(suggester, checker, house, Conversation(), log=log)

    def say(self, said: Said, top: int = FIRST_SIGHT, suggestion: str = "") -> Shape:
        """Take one line and return its turn object.

        Args:
            said: the line.
            top: how many suggestions at most for a customer's line.
            suggestion: id of the suggestion that an agent's line was made from, or "".

        """
        turn: Shape = {
            "turn": self.turns,
            "role": said.speaker.value,
            "at": said.at.isoformat(),
        }
        self.turns += 1
        self.last_at = said.at
        if said.speaker is Speaker.CUSTOMER:
            outcome = self.suggester.suggest(said.text, self.state, said.at, top)
            self.state = outcome.conversation
            if self.log is not None:
                s, state = outcome.suggestions, outcome.conversation
                self.offers = self.offers.shown(s, state.category, state.stage)
            rest = {
                "escalations": escalation_shapes(outcome.escalations),
                "suggestions": [suggestion_shape(s) for s in outcome.suggestions],
                "findings": [],
            }
        else:
            self._record(said, suggestion)
            found = self._agent(said)
            rest = {
                "escalations": [],
                "suggestions": [],
                "findings": [finding_shape(f) for f in found],
            }
        return turn | state_shape(self.state) | {"fields": dict(self.state.fields)} | rest

    def _agent(self, said: Said) -> tuple[Finding, ...]:
        upset = self.state.emotion is not Emotion.CALM
        result = self.checker.check(said.text, upset=upset)
        self.findings += result.findings
        local = self.house.local(said.at)
        self.state = self.state.apply(
            AgentSaid(
                at=said.at,
                text=said.text,
                kinds=kinds_of(said.text),
                agent=said.agent,
                promises=promises_in(said.text, local),
            )
        )
        return result.findings

    def _record(self, said: Said, suggestion: str) -> None:
        """Log what the agent chose; a log that cannot be written holds no reply back."""
        if self.log is None:
            return
        agent = said.agent or self.state.agent or self.house.agent_no
        choice = self.offers.choice(suggestion, said.text, at=said.at, agent=agent, chat=self.id)
        self.offers = self.offers.answered()
        if choice is None:
            return
        try:
            self.log.append(choice)
        except OSError as error:
            reason = error.strerror or str(error)
            logging.getLogger(__name__).warning(
                "选择记录写不进去（%s），回复照常发送；请检查数据文件夹的空间和权限", reason
            )

    @property
    def score(self) -> Score:
        """The score of the agent's lines so far."""
        return score_of(self.findings)

    def ticket(self) -> Shape:
        """The ticket and the score as of the last line.

        Raises:
            ValueError: nothing was said yet.

        """
        if self.last_at is None:
            raise ValueError("nothing was said yet")
        title = self.suggester.title_of(self.state)
        note = draft_note(self.state, title)
        return ticket_shape(self.state, note, self.last_at, self.score, self.house)
