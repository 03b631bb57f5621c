"""What is done and what is missing in a round, indicator by indicator, for the centre."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, clauses_text, names_text
from governance.people.models import User
from governance.people.permissions import may

from ..engine import Facts, rate
from ..engine.applicability import ExclusionReason
from ..engine.methods.judged import Vote
from ..engine.plan import Indicator, Plan
from ..engine.rating import PointColumn, Status
from ..models import AssessmentRound, RoundTeam
from ..permissions import free_to_approve
from ..states import ROUND_ORDER, RoundState
from ..words.plans import LACK_WORDS, SOURCE_WORDS, LackCause, class_titles, policy_words, title_of
from .facts_of_round import gather
from .freezing import concerns, hindrances
from .round_states import state_before


@dataclass(frozen=True)
class Progress:
    """The progress of one indicator.

    Attributes:
        there: how many values exist, or events that were not withdrawn.
        of: how many teams the indicator applies to; None where nothing is owed (events).
        lacking: names of the teams without a value.
        note: why, and what the plan does then.
        url: where it is entered; "" where nothing can be entered now.
        waits: why the score cannot be approved without it, and what can be done; "" where it can.
    """

    code: str
    title: str
    source: str
    there: int
    of: int | None
    lacking: list[str]
    note: Text
    url: str
    waits: Text


@dataclass(frozen=True)
class NextAction:
    """The next thing to do: its url, its text, why it cannot be done yet, and what else is to be known."""

    url: str
    label: Text
    explanation: Text
    hindrances: Sequence[Text]
    remarks: Sequence[Text]


class RoundDesk:
    """A round as the centre sees it. Queries: constant in teams and indicators."""

    def __init__(self, round: AssessmentRound, user: User, *, at: datetime) -> None:
        self.round = round
        self.user = user
        self.at = at
        self.plan: Plan = round.plan.rules
        self.seats = list(RoundTeam.objects.active().filter(round=round).select_related("team").order_by("team__order"))

    def classes(self) -> list[tuple[RoundTeam, str]]:
        """The teams in document order, each with the title of its class."""
        names = class_titles(self.plan)
        return [(seat, names.get(seat.team_class, seat.team_class)) for seat in self.seats]

    def stages(self) -> list[tuple[Text, str]]:
        """The states in order, each with "done", "current" or ""; of an abandoned round none is current."""
        here = ROUND_ORDER.index(self._last_state())
        if self.round.state not in ROUND_ORDER:
            return [(state.label, "done" if place <= here else "") for place, state in enumerate(ROUND_ORDER)]
        return [
            (state.label, "done" if place < here else "current" if place == here else "")
            for place, state in enumerate(ROUND_ORDER)
        ]

    def _last_state(self) -> RoundState:
        """The round's state; of an abandoned one the state that it was in."""
        if self.round.state in ROUND_ORDER:
            return RoundState(self.round.state)
        return RoundState(self.round.steps.get(to_state=RoundState.ABANDONED).from_state)

    def progress(self) -> list[Progress]:
        """Each indicator with what exists and what is missing, as the score would find it: the queries of `gather`."""
        facts, seats = gather(self.round, before=self.at)
        points = rate(self.plan, facts, self.round.kind)
        names = [seat.team.short_name for seat in seats]
        return [
            self._progress(indicator, points.columns[indicator.code], facts, names)
            for indicator in self.plan.indicators
            if concerns(indicator, self.round)
        ]

    def _progress(self, indicator: Indicator, column: PointColumn, facts: Facts, names: list[str]) -> Progress:
        code, is_open = indicator.code, self.round.state == RoundState.COLLECTING
        about = {"code": code, "title": title_of(indicator), "source": str(SOURCE_WORDS[indicator.source])}
        if indicator.source == "events":
            url = reverse("round_events", args=[self.round.pk]) if is_open else ""
            there = sum(map(len, facts.events.get(code, ())))
            return Progress(**about, there=there, of=None, lacking=[], note="", url=url, waits="")
        if indicator.source == "measure" and self.round.state == RoundState.PREPARING:
            note = _("measured automatically when the measures are frozen")
            return Progress(**about, there=0, of=len(names), lacking=[], note=note, url="", waits="")
        lacking = [place for place in range(len(names)) if _is_missing(column, place)]
        scored = column.status.count(Status.SCORED)
        url = ""
        if indicator.source == "data" and is_open:
            url = f"{reverse('round_figures', args=[self.round.pk])}?indicator={code}"
        if isinstance(indicator.rule.parameters, Vote) and not self.round.has_ended:
            url = reverse("round_votes", args=[self.round.pk])
        return Progress(
            **about,
            there=scored,
            of=scored + len(lacking),
            lacking=[_lacking_words(names[place], column.reason[place]) for place in lacking],
            note=self._note(indicator) if lacking else "",
            url=url,
            waits=self._waits(indicator, column, names),
        )

    def _note(self, indicator: Indicator) -> str:
        """Why there is no value, and what the plan does then."""
        policy = policy_words(indicator.when_missing, indicator.kind)
        cause = None if isinstance(indicator.rule.parameters, Vote) else CAUSES.get(indicator.source)
        return clauses_text(filter(None, [LACK_WORDS[cause] if cause else "", policy]))

    def _waits(self, indicator: Indicator, column: PointColumn, names: list[str]) -> Text:
        """Why the score cannot be approved because of this indicator, and what can be done; "" where it can."""
        enters_it = indicator.source == "data"
        missing = [place for place in column.pending if _is_missing(column, place)]
        waiting = [place for place in column.pending if place not in missing] or missing
        if not waiting or (enters_it and waiting is missing and self.round.state == RoundState.PREPARING):
            return ""
        if enters_it and waiting is missing:
            sentence = _("%(indicator)s has no value for %(teams)s. Enter it.")
        elif isinstance(indicator.rule.parameters, Vote) and waiting is missing:
            sentence = _("%(indicator)s has no votes for %(teams)s. Print slips or enter a tally.")
        elif indicator.source == "panel" and waiting is missing:
            sentence = _(
                "%(indicator)s needs marks from judges, which cannot be entered yet, so a round "
                "under this plan cannot be approved. Abandon it and open one under a changed plan."
            )
        else:
            sentence = _(
                "%(indicator)s has no value for %(teams)s and nobody can enter one, so the round cannot be "
                "approved. Abandon it and open one under a changed plan."
            )
        return sentence % {
            "indicator": f"{indicator.code} {title_of(indicator)}",
            "teams": names_text(names[place] for place in waiting),
        }

    def next_step(self, progress: Sequence[Progress]) -> NextAction | None:
        """The next thing to do; None once nothing moves any more. `progress`: the round's own."""
        round = self.round
        waits = [row.waits for row in progress if row.waits]
        match RoundState(round.state):
            case RoundState.PREPARING:
                return NextAction(
                    reverse("round_freeze", args=[round.pk]),
                    _("Freeze the measures"),
                    _("All records made before the cut-off are measured, and the rows behind each value are kept."),
                    hindrances(round, at=self.at),
                    waits,
                )
            case RoundState.COLLECTING:
                explanation = _("Points, ranks and grades are calculated from the frozen and entered data.")
                if waits:
                    explanation = _(
                        "Scoring now gives only a preview: the result cannot be approved while a value is missing."
                    )
                return NextAction(
                    reverse("round_score", args=[round.pk]),
                    _("Score the round"),
                    explanation,
                    [],
                    [*waits, *self._approvers()],
                )
            case RoundState.SCORING:
                barred: list[Text] = [] if may(self.user, "approve_round", round) else [_APPROVED_BY_ANOTHER]
                return NextAction(
                    reverse("round_approve", args=[round.pk]),
                    _("Approve"),
                    _("Another member of the centre approves the score on the basis of a document."),
                    [*([_STEP_BACK] if waits else []), *waits, *barred],
                    self._approvers(),
                )
            case RoundState.APPROVED:
                return NextAction(
                    reverse("round_publish", args=[round.pk]),
                    _("Publish"),
                    _(
                        "Everyone sees the totals; each team sees its own points in detail. Publication cannot "
                        "be undone."
                    ),
                    [],
                    [],
                )
        return None

    def _approvers(self) -> list[Text]:
        """Who may approve the round as it stands, or how somebody can."""
        people = free_to_approve(self.round)
        if people:
            return [_("Can be approved by: %(names)s.") % {"names": names_text(map(str, people))}]
        return [NOBODY_LEFT]

    def may_step_back(self) -> bool:
        """Whether the round can go back a state."""
        return not self.round.has_ended and state_before(self.round) != self.round.state


_APPROVED_BY_ANOTHER = _(
    "You entered a figure or an event, or scored it. Another member of the centre has to approve it."
)


_STEP_BACK = _("A value is missing. Return to the previous step and enter what can be entered.")

NOBODY_LEFT = _(
    "Nobody in the centre is left to approve it: everyone has entered a value that still counts, or scored "
    "it. Return to the previous step and let one person take over the figures of the others, or ask the "
    "administrator for another account."
)

NOBODY_AFTER = _(
    "If you enter this, nobody in the centre will be left to approve the round. Let someone enter it who "
    "already has values in it, or ask the administrator for another account."
)

CAUSES = {"panel": LackCause.NO_MARKS, "measure": LackCause.NOTHING_TO_MEASURE}
"""Why an indicator of that source has no value, where no value can be entered."""


def _is_missing(column: PointColumn, place: int) -> bool:
    """Whether the indicator applies to the team at `place` and something is missing."""
    reason = column.reason[place]
    return reason is not None and reason.is_missing


def _lacking_words(name: str, reason: ExclusionReason | None) -> str:
    """A team without a value; one that has a value and lacks its own target."""
    if reason is ExclusionReason.NO_TARGET:
        return gettext("%(team)s (own target)") % {"team": name}
    return name


def is_last_free(user: User, round: AssessmentRound) -> bool:
    """Whether `user` is the only one who may approve the round, so that nobody can once they enter anything."""
    return [person.pk for person in free_to_approve(round)] == [user.pk]
