"""A team over its last periods (docs/rules.md#page-of-a-team): its pace, its tasks' lamps, what became of its reports.

Past evenings are read as they were known (docs/rules.md#past-days); the number of queries does not grow with tasks or
periods.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from governance.charts import MonthTick, ProgressChart, ProgressSpot, column_middle, progress_chart
from governance.lists.text import names_text, percent_text, short_date
from teams.models import ReportingPeriod, ReportSubmission, SpecialTeam, Task
from teams.reports.status import SENT_BACK, ReportStatus, reports_standing
from teams.rules.lamps import Lamp
from teams.tasks.standing import TaskStanding
from teams.words import gap_words, lamp_name

from .tallies import Scope, evenings_of_tasks
from .trends import PERIODS, TrendPoint, point_of
from .wall import Wall

LANES = 8
"""Tasks with a strip of lamps, most urgent first."""


class ReportMark(TextChoices):
    """What became of a team's report for a period; `DUE` and `NONE` are no fault of anybody's."""

    ON_TIME = "on-time", pgettext_lazy("report", "on time")
    LATE = "late", pgettext_lazy("report", "late")
    RETURNED = "returned", pgettext_lazy("report", "returned")
    MISSING = "missing", pgettext_lazy("report", "missing")
    DUE = "due", pgettext_lazy("report", "not due yet")
    NONE = "none", pgettext_lazy("report", "none owed")

    @classmethod
    def told(cls) -> list["ReportMark"]:
        """Those that are counted, faults last."""
        return [cls.ON_TIME, cls.LATE, cls.RETURNED, cls.MISSING]


@dataclass(frozen=True)
class Evening:
    """The last day of a period, or the day shown in the present one."""

    point: TrendPoint
    period: ReportingPeriod | None
    """None for a day shown in no period."""
    mark: ReportMark
    month: MonthTick | None
    """Where it is the first of its month."""

    @property
    def on(self) -> date:
        return self.point.on

    @property
    def gap(self) -> int | None:
        """Points behind plan as shown; None where nothing had a plan line."""
        return self.point.gap

    @property
    def report_words(self) -> str:
        """The period and what became of its report; "" where none was owed."""
        return "" if self.mark == ReportMark.NONE else f"{self.period}: {self.mark.label}"


@dataclass(frozen=True)
class Lane:
    """A task over the evenings."""

    task: Task
    title: str
    lamps: Sequence[tuple[date, Lamp | None]]
    """None where it was not known, or was another team's."""

    @property
    def now(self) -> Lamp | None:
        """Its lamp on the day shown."""
        return self.lamps[-1][1]

    @property
    def counted(self) -> str:
        """How many evenings it had each lamp, most urgent first, as text."""
        counts = Counter(lamp for _day, lamp in self.lamps if lamp)
        return names_text(f"{lamp_name(lamp)} {counts[lamp]}" for lamp in Lamp if counts[lamp])

    def url(self, day: date) -> str:
        """The task as known on that evening."""
        address = self.task.get_absolute_url()
        return address if day == self.lamps[-1][0] else f"{address}?on={day.isoformat()}"

    @property
    def squares(self) -> list[tuple[Lamp | None, str, str]]:
        """Each evening with its lamp, its address and its words."""
        return [
            (lamp, self.url(day), f"{short_date(day)} {lamp_name(lamp)}" if lamp else "") for day, lamp in self.lamps
        ]


@dataclass(frozen=True)
class LastPeriods:
    """A team over its last periods and on the day shown: pace, lamps, reports."""

    evenings: Sequence[Evening]
    lanes: Sequence[Lane]
    others: int
    """Tasks without a lane."""

    @cached_property
    def chart(self) -> ProgressChart:
        """Both percents from evening to evening."""
        count = len(self.evenings)

        def spot(index: int, percent: Decimal | None) -> ProgressSpot | None:
            return None if percent is None else ProgressSpot(column_middle(index, count), percent)

        points = [evening.point for evening in self.evenings]
        return progress_chart(
            [spot(index, point.planned) for index, point in enumerate(points)],
            [spot(index, point.percent) for index, point in enumerate(points)],
        )

    @property
    def chart_words(self) -> str:
        """The numbers of the chart."""
        told = (
            _("%(day)s %(percent)s of %(planned)s planned")
            % {
                "day": short_date(evening.on),
                "percent": percent_text(evening.point.percent),
                "planned": percent_text(evening.point.planned),
            }
            for evening in self.evenings
            if evening.gap is not None
        )
        return _("Progress and plan: %(numbers)s") % {"numbers": names_text(told)}

    @property
    def sentence(self) -> str:
        """How the gap has moved, and whether it has never been wider; "" with fewer than two evenings to compare."""
        gaps = [(evening.on, evening.gap) for evening in self.evenings if evening.gap is not None]
        if len(gaps) < 2:
            return ""
        (first_day, first), (_last_day, last) = gaps[0], gaps[-1]
        said = _("%(first)s on %(day)s, %(last)s now") % {
            "first": gap_words(first),
            "day": short_date(first_day),
            "last": gap_words(last),
        }
        widest = last > first and last > 0 and last == max(gap for _day, gap in gaps)
        words = _("%(said)s: the furthest behind of all evenings shown.") if widest else _("%(said)s.")
        return words % {"said": said}

    @property
    def marks(self) -> list[tuple[ReportMark, int]]:
        """How many reports of each mark."""
        counts = Counter(evening.mark for evening in self.evenings)
        return [(mark, counts[mark]) for mark in ReportMark.told() if counts[mark]]


def last_periods(wall: Wall, team: SpecialTeam, tasks: Sequence[TaskStanding], *, at: datetime) -> LastPeriods:
    """The last periods of a team before the day of `wall`, and that day: seven queries.

    `tasks` are the team's on that day; the most urgent have a lane.
    """
    periods = ReportingPeriod.objects.filter(action=wall.action, ends_on__gte=team.established_on)
    ended = list(periods.ended_before(wall.on)[: PERIODS - 1])[::-1]
    present = periods.filter(starts_on__lte=wall.on, ends_on__gte=wall.on).first()
    chosen = sorted(tasks, key=urgency)[:LANES]
    days = [period.ends_on for period in ended]
    scope = Scope(wall.action, wall.today, None, frozenset({team.pk}))
    past = evenings_of_tasks(scope, days, named=frozenset(each.task.pk for each in chosen))
    points = [point_of(day, whole) for day, (whole, _lamps) in zip(days, past, strict=True)]
    points.append(point_of(wall.on, wall.tally.whole))
    shown = [*ended, present]
    marks = report_marks([period for period in shown if period], team, at=at)
    evenings = [
        Evening(
            point,
            period,
            marks[period.pk] if period else ReportMark.NONE,
            _month(point.on, points[index - 1].on if index else None),
        )
        for index, (point, period) in enumerate(zip(points, shown, strict=True))
    ]
    lanes = []
    for each in chosen:
        lamps = [lit.get(each.task.pk) for _whole, lit in past]
        lanes.append(Lane(each.task, each.row.title, list(zip([*days, wall.on], [*lamps, each.lamp], strict=True))))
    return LastPeriods(evenings, lanes, len(tasks) - len(lanes))


def _month(day: date, before: date | None) -> MonthTick | None:
    if before is not None and (before.year, before.month) == (day.year, day.month):
        return None
    return MonthTick("", day.year, day.month, opens_year=before is None or before.year != day.year)


def urgency(standing: TaskStanding) -> tuple[int, date, int]:
    """Sorts tasks by lamp, then by due day."""
    return list(Lamp).index(standing.lamp), standing.row.due_on or date.max, standing.task.pk


def report_marks(periods: Sequence[ReportingPeriod], team: SpecialTeam, *, at: datetime) -> dict[int, ReportMark]:
    """What became of the team's reports by `at`, by period id: four queries.

    A report that is with the team for revision is returned; one first sent late stays late
    (docs/rules.md#reports-on-time); then comes whether the office ever returned it.
    """
    sent = ReportSubmission.objects.standing(at__lte=at)
    rows = sent.filter(report__team=team, report__period__in=periods, at__lte=at).order_by()
    late, returned = set(), set()
    for period, on_time, is_accepted in rows.values_list("report__period", "on_time", "decision__accepted"):
        if not on_time:
            late.add(period)
        if is_accepted is False:
            returned.add(period)

    def mark(period: int, status: ReportStatus | None) -> ReportMark:
        if status is None:
            return ReportMark.NONE
        if status == ReportStatus.OVERDUE:
            return ReportMark.MISSING
        if status == ReportStatus.DUE:
            return ReportMark.DUE
        if status in SENT_BACK:
            return ReportMark.RETURNED
        if period in late:
            return ReportMark.LATE
        return ReportMark.RETURNED if period in returned else ReportMark.ON_TIME

    standings = reports_standing(periods, [team], at=at)
    return {each.period.pk: mark(each.period.pk, each.statuses.get(team.pk)) for each in standings}
