"""What is done and what is missing in a round, indicator by indicator, for the centre."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import may

from ..engine.plan import Indicator, Plan
from ..models import AssessmentRound, Claim, Figure, MeasuredValue, RoundTeam
from ..states import ROUND_ORDER, ClaimState, RoundState
from ..words.plans import NOTHING_TO_MEASURE, SOURCE_WORDS, class_titles, title_of
from .freezing import concerns, hindrances
from .round_states import state_before


@dataclass(frozen=True)
class Progress:
    """The progress of one indicator.

    Attributes:
        there: how many values exist, or events that were not withdrawn.
        of: how many teams the indicator applies to; None where nothing is owed (events).
        lacking: names of the teams without a value.
        url: where it is entered; "" where nothing can be entered now.
    """

    code: str
    title: str
    source: str
    there: int
    of: int | None
    lacking: list[str]
    note: Text
    url: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.lacking


@dataclass(frozen=True)
class NextAction:
    """The next thing to do: its url, its text, and why it cannot be done yet."""

    url: str
    label: Text
    explanation: Text
    hindrances: Sequence[Text]


class RoundDesk:
    """A round as the centre sees it. Queries: constant in teams and indicators."""

    def __init__(self, round: AssessmentRound, user: User, *, at: datetime) -> None:
        self.round = round
        self.user = user
        self.at = at
        self.plan: Plan = round.plan.rules
        self.seats = list(RoundTeam.objects.filter(round=round).select_related("team").order_by("team__order"))

    def classes(self) -> list[tuple[RoundTeam, str]]:
        """The teams in document order, each with the title of its class."""
        names = class_titles(self.plan)
        return [(seat, names.get(seat.team_class, seat.team_class)) for seat in self.seats]

    def stages(self) -> list[tuple[Text, str]]:
        """The states in order, each with "done", "current" or ""."""
        here = ROUND_ORDER.index(RoundState(self.round.state))
        return [
            (state.label, "done" if place < here else "current" if place == here else "")
            for place, state in enumerate(ROUND_ORDER)
        ]

    def progress(self) -> list[Progress]:
        """Each indicator with what exists and what is missing: three queries."""
        measured = self._measured()
        figures = self._figures()
        events = self._events()
        return [
            self._progress(indicator, measured, figures, events)
            for indicator in self.plan.indicators
            if concerns(indicator, self.round)
        ]

    def _progress(
        self,
        indicator: Indicator,
        measured: Mapping[str, set[int]],
        figures: Mapping[str, set[int]],
        events: Mapping[str, int],
    ) -> Progress:
        code, is_open = indicator.code, self.round.state == RoundState.COLLECTING
        about = {"code": code, "title": title_of(indicator), "source": str(SOURCE_WORDS[indicator.source])}
        concerned = [seat for seat in self.seats if self._applies(indicator, seat)]
        if indicator.source == "events":
            url = reverse("round_events", args=[self.round.pk]) if is_open else ""
            return Progress(**about, there=events.get(code, 0), of=None, lacking=[], note="", url=url)
        there = (measured if indicator.source == "measure" else figures).get(code, set())
        lacking = [seat.team.short_name for seat in concerned if seat.team_id not in there]
        note: Text = ""
        url = ""
        if indicator.source == "measure" and self.round.state == RoundState.PREPARING:
            note, lacking = _("measured when the round is frozen"), []
        elif indicator.source == "measure" and lacking:
            note = NOTHING_TO_MEASURE
        elif indicator.source == "data":
            url = f"{reverse('round_figures', args=[self.round.pk])}?indicator={code}" if is_open else ""
        elif indicator.source == "panel":
            note = _("judges' seats are not part of this round")
        return Progress(
            **about, there=len(concerned) - len(lacking), of=len(concerned), lacking=lacking, note=note, url=url
        )

    def _applies(self, indicator: Indicator, seat: RoundTeam) -> bool:
        applies = indicator.applies_to
        return (
            self.plan.full_points(indicator, seat.team_class) is not None
            and (applies.classes is None or seat.team_class in applies.classes)
            and (applies.teams is None or seat.team.code in applies.teams)
            and (applies.min_age_days is None or seat.age_days >= applies.min_age_days)
        )

    def _measured(self) -> dict[str, set[int]]:
        """Indicator -> teams for which there was something to measure, in the latest freeze."""
        latest: dict[tuple[str, int], int | None] = {}
        rows = MeasuredValue.objects.filter(round_team__round=self.round).order_by("number")
        for code, team, denominator in rows.values_list("indicator__code", "round_team__team", "denominator"):
            latest[code, team] = denominator
        return _teams_by_code(latest)

    def _figures(self) -> dict[str, set[int]]:
        """Indicator -> teams with a figure that was not withdrawn."""
        latest: dict[tuple[str, int], str] = {}
        rows = Figure.objects.filter(source__round=self.round).order_by("number")
        for code, team, value in rows.values_list("source__indicator__code", "source__team", "value"):
            latest[code, team] = value
        return _teams_by_code(latest)

    def _events(self) -> Counter[str]:
        """Indicator -> events that were not withdrawn; vetoes under "veto"."""
        rows = Claim.objects.filter(round=self.round, state=ClaimState.APPROVED).order_by()
        counted = rows.values_list("indicator__code").annotate(Count("pk"))
        return Counter({code or "veto": count for code, count in counted})

    def next_step(self) -> NextAction | None:
        """The next thing to do; None once published."""
        round = self.round
        match RoundState(round.state):
            case RoundState.PREPARING:
                return NextAction(
                    reverse("round_freeze", args=[round.pk]),
                    _("Freeze the measures"),
                    _("Everything recorded until the cut-off is measured and kept with the rows behind."),
                    hindrances(round, at=self.at),
                )
            case RoundState.COLLECTING:
                return NextAction(
                    reverse("round_score", args=[round.pk]),
                    _("Score the round"),
                    _("Points, ranks and grades are computed from what was frozen and entered."),
                    [],
                )
            case RoundState.SCORING:
                barred = [] if may(self.user, "approve_round", round) else [_APPROVED_BY_ANOTHER]
                return NextAction(
                    reverse("round_approve", args=[round.pk]),
                    _("Approve"),
                    _("Another person of the centre approves the score with a document."),
                    barred,
                )
            case RoundState.APPROVED:
                return NextAction(
                    reverse("round_publish", args=[round.pk]),
                    _("Publish"),
                    _("Everybody sees the totals, each team its own points. It is never taken back."),
                    [],
                )
        return None

    def may_step_back(self) -> bool:
        """Whether the round can go back a state."""
        return self.round.state != RoundState.PUBLISHED and state_before(self.round) != self.round.state


_APPROVED_BY_ANOTHER = _("You entered a figure, an event or the score; another person of the centre approves it.")


def _teams_by_code(latest: Mapping[tuple[str, int], object]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for (code, team), value in latest.items():
        if value:
            found.setdefault(code, set()).add(team)
    return found
