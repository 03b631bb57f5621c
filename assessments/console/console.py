"""A round as the centre sees it: its stages, what keeps it from its next move, the one next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, overdue_text, short_date
from governance.people.models import User
from governance.people.permissions import may

from ..engine.plan import Plan
from ..figures.duties import led_by_supplier
from ..models import AssessmentRound, RoundStep, RoundTeam
from ..results.readiness import facts_open, latest_result, score_not_current, values_missing, waiting
from ..rounds.duties import Waiting
from ..rounds.people import approver_words, publisher_words
from ..rounds.round_states import state_before
from ..rounds.stage_days import StageDays
from ..states import PUBLISHED_STATES, ROUND_FORWARD, ROUND_ORDER, RoundState
from ..words.plans import class_titles
from .duty_table import DutyCell, DutyTable, duty_table
from .progress import Progress, progress_of


@dataclass(frozen=True)
class Stage:
    """A stage of the strip; `mark`: "done", "current" or ""; `days`: when it ended, until when, or how long."""

    label: Text
    mark: str
    days: Text


@dataclass(frozen=True)
class NextStep:
    """The one next thing to do: where, its text, what it does, what keeps the round from it, what else is to be known.

    `url` is "" where the person may not do it.
    """

    url: str
    label: Text
    explanation: Text
    waits: Sequence[Waiting]
    remarks: Sequence[Text]

    @property
    def first_door(self) -> Waiting | None:
        """What is settled first: its door is the page's only primary button."""
        return next((wait for wait in self.waits if wait.url), None)


TEAMS_SHOWN = 50
"""Teams on a page of what is done."""


class RoundConsole:
    """A round for the centre. Queries: constant in teams and indicators."""

    def __init__(self, round: AssessmentRound, user: User, *, at: datetime) -> None:
        self.round = round
        self.user = user
        self.at = at
        self.plan: Plan = round.plan.rules
        self.steps: list[RoundStep] = list(round.steps.visible_to(user).select_related("by").order_by("number"))
        self.days = StageDays(round, self.steps)

    @cached_property
    def progress(self) -> list[Progress]:
        return progress_of(self.round, at=self.at)

    @cached_property
    def duties(self) -> DutyTable:
        return duty_table(self.round, at=self.at)

    def duty_rows(self, kind: str, page: str) -> Page[tuple[RoundTeam, str, list[DutyCell]]]:
        """A page of the teams, each with the title of its class and what is owed for it; of a kind where it is open."""
        names = class_titles(self.plan)
        pages: Paginator[Any] = Paginator(self.duties.rows_of(kind), TEAMS_SHOWN)
        found = pages.get_page(page)
        shown = self.round.teams.filter(team__in=[team for team, _cells in found.object_list]).select_related("team")
        seats = {seat.team_id: seat for seat in shown}
        rows = [
            (seats[team], names.get(seats[team].team_class, seats[team].team_class), cells)
            for team, cells in found.object_list
        ]
        return Page(rows, found.number, pages)

    # The strip ---------------------------------------------------------------------------------------------------
    @property
    def strip(self) -> list[Stage]:
        """The states in order; of an abandoned round none is current."""
        here = ROUND_ORDER.index(self._last_state())
        ended = self.round.state not in ROUND_ORDER
        return [
            Stage(state.label, mark, self._days(state, mark))
            for place, state in enumerate(ROUND_ORDER)
            for mark in ["done" if place < here or (ended and place == here) else "current" if place == here else ""]
        ]

    def _last_state(self) -> RoundState:
        """The round's state; of an abandoned one the state that it was in."""
        if self.round.state in ROUND_ORDER:
            return RoundState(self.round.state)
        return RoundState(self.steps[-1].from_state)

    def _days(self, state: RoundState, mark: str) -> Text:
        """When a stage was left, until when it lasts, or how many working days it will take."""
        if mark == "done" or state in PUBLISHED_STATES:
            left = [step.at for step in self.steps if state in (step.from_state, step.to_state)]
            return short_date(day_of(left[-1])) if left and mark else ""
        end = self.days.end(state)
        if end is not None and (mark or state == RoundState.COLLECTING):
            return gettext("until %(moment)s") % {"moment": short_date(end)}
        days = {RoundState.CHECKING: self.plan.checking_days, RoundState.PUBLIC_NOTICE: self.plan.publicity_days}
        if state not in days:
            return ""
        return ngettext("%(count)d working day", "%(count)d working days", days[state]) % {"count": days[state]}

    @property
    def late(self) -> str:
        """By how much the stage is over its end; "" where it is not."""
        if self.round.has_ended:
            return ""
        state = RoundState(self.round.state)
        days, end = self.days.days_late(state, self.at), self.days.end(state)
        if not days or end is None:
            return ""
        return gettext("%(state)s ended on %(moment)s: %(late)s") % {
            "state": state.label,
            "moment": short_date(end),
            "late": overdue_text(days),
        }

    # The next step -----------------------------------------------------------------------------------------------
    @cached_property
    def next_step(self) -> NextStep | None:
        """The next thing to do; None once nothing moves any more."""
        state = RoundState(self.round.state)
        if not ROUND_FORWARD[state]:
            return None
        to = ROUND_FORWARD[state][0]
        if state == RoundState.SCORING and (why := score_not_current(self.round, to=to, at=self.at)):
            return self._score(why)
        name, label, explanation = _STEPS[state]
        remarks: list[Text] = []
        waits = waiting(self.round, to=to, at=self.at)
        url = reverse(name, args=[self.round.pk])
        if state == RoundState.PREPARING:
            remarks += led_by_supplier(self.round)
        elif state == RoundState.SCORING:
            remarks += approver_words(self.round)
            url = url if may(self.user, "approve_round", self.round) else ""
        elif state == RoundState.PUBLIC_NOTICE:
            remarks += publisher_words(self.round)
            url = url if may(self.user, "publish_round", self.round) else ""
        elif state in (RoundState.COLLECTING, RoundState.CHECKING):
            said = {value for wait in waits for value in wait.missing}
            missing = values_missing(self.round, to=RoundState.APPROVED, at=self.at)
            remarks += [one.words for one in missing if not one.missing <= said]
            remarks += approver_words(self.round)
        return NextStep(url, label, explanation, waits, remarks)

    def _score(self, why: list[Waiting]) -> NextStep:
        """Score, first or again; a value that is missing does not keep the round from a preview."""
        missing = values_missing(self.round, to=RoundState.APPROVED, at=self.at)
        explanation = _("Points, ranks and grades are calculated from the frozen and entered data.")
        if missing:
            explanation = _("Scoring now gives only a preview: the result cannot be approved while a value is missing.")
        is_again = latest_result(self.round) is not None
        remarks = [*(one.words for one in (*(why if is_again else ()), *missing)), *approver_words(self.round)]
        return NextStep(
            reverse("round_score", args=[self.round.pk]),
            _("Score again") if is_again else _("Score the round"),
            explanation,
            facts_open(self.round, at=self.at),
            remarks,
        )

    @property
    def may_step_back(self) -> bool:
        """Whether the round can go back a state; out of public notice once every appeal is decided."""
        return state_before(self.round) != self.round.state and not self.round.appeals.open().exists()


_STEPS: dict[RoundState, tuple[str, Text, Text]] = {
    RoundState.PREPARING: (
        "round_freeze",
        _("Freeze the measures"),
        _("All records made before the cut-off are measured, and the rows behind each value are kept."),
    ),
    RoundState.COLLECTING: (
        "round_check",
        _("Begin the checking days"),
        _("Figures can no longer be entered, nor claims decided; the teams check their facts."),
    ),
    RoundState.CHECKING: (
        "round_begin_scoring",
        _("Begin scoring"),
        _("Checking is over; the round can then be scored."),
    ),
    RoundState.SCORING: (
        "round_approve",
        _("Approve"),
        _("Another member of the centre approves the score on the basis of a document."),
    ),
    RoundState.APPROVED: (
        "round_notice",
        _("Begin the public notice"),
        _("Everyone sees totals, ranks and grades; each team sees its own points in detail."),
    ),
    RoundState.PUBLIC_NOTICE: (
        "round_publish",
        _("Publish"),
        _("The result stands for good. Publication cannot be undone."),
    ),
}
"""The page of the next step from each state, its text, and what it does."""
