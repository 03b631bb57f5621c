"""What the reports of an action asked of each team, month by month: five queries for any number of reports."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ..models import (
    EntryReason,
    HelpRequest,
    NextStep,
    ProgressReport,
    ReportEntry,
    ReportingPeriod,
    SpecialAction,
    SpecialTeam,
    SubmissionReading,
)
from ..rules.burden import Counted, Field, Tally

MONTHS = 6
"""Months of the trend."""


@dataclass(frozen=True)
class Month:
    """A month of the meter; a report belongs to the month in which its period ends."""

    first: date

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Month":
        """The month after."""
        return Month((self.first + timedelta(days=31)).replace(day=1))

    @property
    def previous(self) -> "Month":
        """The month before."""
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def code(self) -> str:
        """The month in an address: 2026-10."""
        return f"{self.first:%Y-%m}"

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that contains a day."""
        return cls(day.replace(day=1))

    def back(self, months: int) -> list["Month"]:
        """The last `months` months up to this one, earliest first."""
        found = [self]
        while len(found) < months:
            found.append(found[-1].previous)
        return found[::-1]


@dataclass(frozen=True)
class TeamBurden:
    """A team's burden in a month, against the limit of the action."""

    team: SpecialTeam
    tally: Tally
    before: Tally
    """The month before."""
    limit: int

    @property
    def over(self) -> int:
        """Fields above the limit."""
        return self.tally.over(self.limit)

    @property
    def over_limit(self) -> int | None:
        """The same for a list: None within the limit."""
        return self.over or None


@dataclass(frozen=True)
class MonthBurden:
    """All teams in a month."""

    month: Month
    tally: Tally
    teams: int
    """Teams that submitted a report."""

    @property
    def average(self) -> Decimal:
        """Fields per team, rounded half up; 0 where nobody reported."""
        return _whole(Decimal(self.tally.fields) / self.teams) if self.teams else Decimal(0)


@dataclass(frozen=True)
class Burden:
    """The burden meter of a month."""

    action: SpecialAction
    month: Month
    rows: Sequence[TeamBurden]
    trend: Sequence[MonthBurden]
    """The months up to this one, earliest first."""

    @property
    def now(self) -> MonthBurden:
        return self.trend[-1]

    @property
    def before(self) -> MonthBurden:
        return self.trend[-2]

    @property
    def over(self) -> list[TeamBurden]:
        """Teams above the limit, heaviest first."""
        return sorted((row for row in self.rows if row.over), key=lambda row: -row.over)

    @property
    def change(self) -> int:
        """The change of the average number of fields per team since the month before."""
        return int(self.now.average - self.before.average)

    @property
    def fewer(self) -> int:
        """How many fields less per team than in the month before."""
        return -self.change


def burden_of(action: SpecialAction, month: Month) -> Burden:
    """What the reports of `action` asked in `month` and the five months before."""
    months = month.back(MONTHS)
    periods = {
        pk: Month.of(ends_on)
        for pk, ends_on in ReportingPeriod.objects.filter(
            action=action, ends_on__range=(months[0].first, month.last)
        ).values_list("pk", "ends_on")
    }
    of_team: dict[tuple[Month, int], list[Counted]] = defaultdict(list)
    for (period, team), counted in _counted(list(periods)):
        of_team[periods[period], team].append(counted)
    tallies = {key: Tally.of(reports) for key, reports in of_team.items()}
    teams = SpecialTeam.objects.filter(action=action).existing_between(month.first, month.last).order_by("order")
    none = Tally()
    return Burden(
        action,
        month,
        rows=[
            TeamBurden(
                team,
                tallies.get((month, team.pk), none),
                tallies.get((month.previous, team.pk), none),
                action.fields_per_month,
            )
            for team in teams
        ],
        trend=[_month(each, of_team) for each in months],
    )


def _month(month: Month, of_team: dict[tuple[Month, int], list[Counted]]) -> MonthBurden:
    teams = [reports for (found, _team), reports in of_team.items() if found == month]
    return MonthBurden(month, Tally.of(report for reports in teams for report in reports), len(teams))


def _counted(periods: Sequence[int]) -> Iterator[tuple[tuple[int, int], Counted]]:
    """The counts of each report submitted for one of `periods`, by period and team."""
    reports = ProgressReport.objects.filter(period__in=periods, first_submitted_at__isnull=False)
    opened = Exists(SubmissionReading.objects.filter(submission__report=OuterRef("pk")))
    counts = _entries(reports)
    matters = _lines(HelpRequest.objects.filter(report__in=reports), "report", second=Q(to__isnull=False))
    steps = _lines(NextStep.objects.filter(report__in=reports), "report", second=Q(due_on__isnull=False))
    outcomes = _lines(NextStep.objects.filter(followed_in__in=reports), "followed_in", second=~Q(reason=""))
    again = _lines(EntryReason.objects.filter(decision__submission__report__in=reports), "decision__submission__report")
    for pk, period, team, is_read in reports.annotate(read=opened).values_list("pk", "period_id", "team_id", "read"):
        row = counts.get(pk, {})
        changed = row.get("rows", 0) - row.get("unchanged", 0)
        fields = {
            Field.NUMBER: changed,
            Field.TEXT: changed,
            Field.REASON: row.get("reasons", 0),
            Field.NO_CHANGE: row.get("unchanged", 0),
            Field.CLOSE_OUT: row.get("close_outs", 0),
            Field.EXTENSION: 2 * row.get("extensions", 0),
            Field.MATTER: matters.get(pk, 0),
            Field.STEP: steps.get(pk, 0),
            Field.OUTCOME: outcomes.get(pk, 0),
            Field.AGAIN: again.get(pk, 0),
        }
        yield (period, team), Counted(fields, left=row.get("left", 0), read=is_read)


def _entries(reports: QuerySet[ProgressReport]) -> dict[int, Mapping[str, Any]]:
    """How the rows of each report were filled in, by report: one grouped query.

    A row stores a number only where it differs from the one before, so a row without a number was left unchanged.
    """
    changed = Q(no_change=False)
    rows = (
        ReportEntry.objects.filter(report__in=reports)
        .order_by()
        .values("report_id")
        .annotate(
            rows=Count("pk"),
            unchanged=Count("pk", filter=Q(no_change=True)),
            left=Count("pk", filter=changed & Q(percent=None, done=None)),
            reasons=Count("pk", filter=~Q(reason="")),
            close_outs=Count("pk", filter=Q(asks_close_out=True)),
            extensions=Count("pk", filter=Q(asks_due_on__isnull=False)),
        )
    )
    return {row["report_id"]: row for row in rows}


def _lines(rows: QuerySet, report: str, *, second: Q | None = None) -> dict[int, int]:
    """The fields of each report's lines, by report: one per line, and one more where the `second` is filled in."""
    counts = (
        rows.order_by().values_list(report).annotate(lines=Count("pk"), more=Count("pk", filter=second or Q(pk=None)))
    )
    return {pk: first + more for pk, first, more in counts}


def _whole(number: Decimal) -> Decimal:
    return number.to_integral_value(ROUND_HALF_UP)
