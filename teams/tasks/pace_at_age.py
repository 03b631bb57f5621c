"""A new team's pace compared with older teams when they were as old (docs/rules.md#new-teams)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, DateTimeField, OuterRef, Subquery, Value, When
from django.utils.translation import gettext as _

from governance.clock import end_of

from ..models import SpecialTeam, TaskVersion
from ..rules.progress import Pace, shown_gap
from ..words import gap_words
from .changes import milestones_in
from .standing import TaskStanding, pace_of

MOST_COMPARED = 20
"""The most older teams to compare with, established most recently; bounds the cost."""


@dataclass(frozen=True)
class OlderTeam:
    """An older team on the day on which it was as old; its pace is None where nothing is recorded for that day."""

    team: SpecialTeam
    day: date
    pace: Pace | None


@dataclass(frozen=True)
class BesideOlder:
    """The older teams at an age in days."""

    age: int
    teams: Sequence[OlderTeam]

    @property
    def compared(self) -> list[OlderTeam]:
        """Those with a recorded pace at that age."""
        return [each for each in self.teams if each.pace is not None]

    @property
    def paces(self) -> list[Pace]:
        """What is recorded of them."""
        return [each.pace for each in self.teams if each.pace is not None]

    @property
    def percent(self) -> Decimal | None:
        """The mean of their percents; None where nothing is recorded."""
        return _mean([pace.percent for pace in self.paces])

    @property
    def planned(self) -> Decimal | None:
        """The mean of what they had planned; None as above."""
        return _mean([pace.planned for pace in self.paces])

    @property
    def gap(self) -> int | None:
        """Points behind plan at that age, between the percents as shown; negative: ahead."""
        percent, planned = self.percent, self.planned
        return None if percent is None or planned is None else shown_gap(percent, planned)


def beside_older(team: SpecialTeam, *, on: date) -> BesideOlder:
    """The teams of the action established earlier, each as known on the evening when it was as old as `team`.

    Two queries for any number of teams and tasks; at most `MOST_COMPARED` teams are compared.
    """
    age = team.age_days(on)
    older = SpecialTeam.objects.filter(action=team.action_id, established_on__lt=team.established_on)
    days = {
        each: each.established_on + timedelta(days=age)
        for each in older.order_by("-established_on", "order")[:MOST_COMPARED]
    }
    standings = _standings(days)
    return BesideOlder(age, [OlderTeam(each, day, pace_of(standings[each.pk])) for each, day in days.items()])


def compared_in_words(pace: Pace | None, beside: BesideOlder) -> str:
    """A new team's gap to plan and the mean gap of the older teams when they were as old, as text."""
    if pace is None:
        return _("No task with planned progress yet.")
    if beside.gap is None:
        return _("There are no records of the older teams at the age of %(days)s days.") % {"days": beside.age}
    theirs = {"gap": gap_words(beside.gap), "days": beside.age}
    second = _("older teams on their day %(days)s: %(gap)s") % theirs
    return _("%(first)s; %(second)s.") % {"first": gap_words(pace.gap), "second": second}


def _standings(days: dict[SpecialTeam, date]) -> dict[int, list[TaskStanding]]:
    """The tasks of each team as known on the evening of its own day, by team id: one query."""
    found: dict[int, list[TaskStanding]] = defaultdict(list)
    if not days:
        return found
    day_of_team = {team.pk: day for team, day in days.items()}
    until = Case(
        *(When(team=pk, then=Value(end_of(day))) for pk, day in day_of_team.items()), output_field=DateTimeField()
    )
    latest = TaskVersion.objects.filter(task=OuterRef("task"), at__lt=OuterRef("until")).order_by("-number")
    versions = (
        TaskVersion.objects.filter(team__in=day_of_team)
        .annotate(until=until)
        .filter(number=Subquery(latest.values("number")[:1]))
        .select_related("task")
    )
    for version in versions:
        day = day_of_team[version.team_id]
        found[version.team_id].append(TaskStanding(version.task, version, day, milestones_in(version)))
    return found


def _mean(percents: Sequence[Decimal]) -> Decimal | None:
    """The mean to two decimals; None for no values."""
    return (sum(percents, Decimal(0)) / len(percents)).quantize(Decimal("0.01")) if percents else None
