"""A team at a glance, on the screen and on one sheet of paper: its core figures, next steps, matters and evidence
(docs/rules.md#page-of-a-team).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from governance.charts import Strip, score_strip
from governance.lists.text import count_text, names_text, short_date
from governance.people.models import User
from teams.evidence.gallery import Exhibit, gathered, shown_in_order
from teams.meetings.models import Problem, SupervisionOrder
from teams.models import CoreFigure, HelpRequest, NextStep, ProgressReport, SpecialTeam
from teams.states import TaskState
from teams.tasks.standing import TaskStanding

from .loop import TeamLoop

EXHIBITS = 6
"""Pieces of evidence in one row."""
QUARTER = 3
"""Months."""


@dataclass(frozen=True)
class CoreStanding:
    """A core figure on a day: what the task that counts it has reached, against the quarter and the year."""

    figure: CoreFigure
    done: Decimal | None
    """None where no task counts it, or several do."""
    quarter_end: date | None
    planned: Decimal | None
    """What the task's plan line asks for by the end of that quarter."""

    @property
    def strip(self) -> Strip:
        """The year as the whole, the quarter as the tick."""
        return score_strip(self.done, self.figure.target, self.planned)

    @property
    def quarter(self) -> int | None:
        """The number of the quarter."""
        return None if self.quarter_end is None else self.quarter_end.month // QUARTER

    @property
    def short_of_quarter(self) -> Decimal:
        """What is missing for the quarter; 0 when nothing is."""
        return _short(self.done, self.planned)

    @property
    def short_of_year(self) -> Decimal:
        """What is missing for the year."""
        return _short(self.done, self.figure.target)

    @property
    def words(self) -> str:
        """The numbers of the strip."""
        year = _("%(target)s in the year") % {"target": count_text(self.figure.target)}
        if self.planned is None or self.quarter_end is None:
            return f"{count_text(self.done)}; {year}"
        quarter = _("%(planned)s by %(day)s") % {
            "planned": count_text(self.planned),
            "day": short_date(self.quarter_end),
        }
        return names_text([count_text(self.done), quarter, year])


def core_standings(team: SpecialTeam, tasks: Iterable[TaskStanding], *, on: date) -> list[CoreStanding]:
    """The core figures of a team, each counted by its one task with the same target and unit: one query."""
    counting: dict[tuple[Decimal, str], list[TaskStanding]] = {}
    for each in tasks:
        if each.row.target is not None and each.row.done is not None and each.row.state != TaskState.CANCELLED:
            counting.setdefault((each.row.target, each.row.unit), []).append(each)
    found = []
    for figure in CoreFigure.objects.filter(team=team).select_related("department"):
        counted = counting.get((figure.target, figure.unit), ())
        found.append(_core(figure, counted[0] if len(counted) == 1 else None, on))
    return found


def _core(figure: CoreFigure, counted: TaskStanding | None, on: date) -> CoreStanding:
    if counted is None:
        return CoreStanding(figure, None, None, None)
    row, line = counted.row, counted.plan
    if line is None:
        return CoreStanding(figure, row.done, None, None)
    end, ended = quarter_ends(on)
    end = ended if ended > row.start_on else end
    share = line.planned_on(end)
    last = Decimal(1) if figure.target == figure.target.to_integral_value() else Decimal("0.01")
    planned = (figure.target * share.numerator / (100 * share.denominator)).quantize(last, ROUND_HALF_UP)
    return CoreStanding(figure, row.done, end, planned)


def quarter_ends(day: date) -> tuple[date, date]:
    """The last days of the quarter that contains `day`, and of the latest that is over on its evening."""
    months = -(-day.month // QUARTER) * QUARTER
    end = date(day.year + months // 12, months % 12 + 1, 1) - timedelta(days=1)
    before = date(day.year, months - QUARTER + 1, 1) - timedelta(days=1)
    return end, end if end == day else before


def _short(done: Decimal | None, asked: Decimal | None) -> Decimal:
    return max(asked - done, Decimal(0)) if done is not None and asked is not None else Decimal(0)


# What is open --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Plans:
    """The next steps of a team's last submitted report that are still open, and what became of those before."""

    steps: Sequence[NextStep]
    outcomes: Mapping[str, int]
    """The outcomes that this report stated, by code."""

    @property
    def outcome_words(self) -> str:
        """The same as text; "" where it followed up none."""
        if not self.outcomes:
            return ""
        told = (
            f"{NextStep.Outcome(code).label} {count}"
            for code, count in sorted(self.outcomes.items(), key=lambda each: NextStep.Outcome.values.index(each[0]))
        )
        return pgettext("next steps", "Last time's: %(outcomes)s") % {"outcomes": names_text(told)}


def plans_of(team: SpecialTeam, user: User) -> Plans:
    """The next steps that `user` may read: three queries at most."""
    reports = ProgressReport.objects.visible_to(user).filter(team=team, first_submitted_at__isnull=False)
    last = reports.order_by("-period__starts_on").first()
    if last is None:
        return Plans((), {})
    steps = NextStep.objects.visible_to(user).filter(report=last, outcome="", task=None)
    told = NextStep.objects.visible_to(user).filter(followed_in=last).exclude(outcome="").order_by()
    outcomes = dict(told.values_list("outcome").annotate(Count("pk")))
    return Plans(list(steps.select_related("report__team", "report__period").order_by("due_on", "pk")), outcomes)


@dataclass(frozen=True)
class OpenItem:
    """An order, a problem or a matter for coordination that is open on a day."""

    row: SupervisionOrder | Problem | HelpRequest
    title: str
    note: str
    due_on: date | None
    days_over: int
    waits: int | None = None
    """Days since a matter was sent."""

    @property
    def url(self) -> str:
        """Its page."""
        return self.row.get_absolute_url()

    @property
    def tone(self) -> str:
        """Red when it is overdue."""
        return "red" if self.days_over else "yellow"


def open_items(team: SpecialTeam, loop: TeamLoop, user: User, *, on: date) -> list[OpenItem]:
    """What somebody has still to act on and `user` may read, the longest overdue first: one query beside `loop`."""
    matters = HelpRequest.objects.visible_to(user).waiting().filter(report__team=team).select_related("to", "owner")
    found = [
        *(
            OpenItem(order, f"{order} {order.subject}", order.get_state_display(), order.answer_by, order.days_over(on))
            for order in loop.orders
        ),
        *(
            OpenItem(problem, problem.title, _problem_note(problem), problem.due_on, problem.days_over(on))
            for problem in loop.problems
        ),
        *(
            OpenItem(
                matter,
                matter.text,
                str(matter.to or matter.owner or ""),
                matter.due_on,
                matter.days_over(on),
                matter.days_waited(on),
            )
            for matter in matters
        ),
    ]
    return sorted(found, key=lambda item: (-item.days_over, item.due_on or date.max))


def _problem_note(problem: Problem) -> str:
    returned = getattr(problem, "has_returned", False)
    state = problem.get_state_display()
    return names_text([state, pgettext("problem", "Reopened")]) if returned else state


@dataclass(frozen=True)
class Shown:
    """The evidence of a team: a task's first picture beside its last, and the newest pieces."""

    before: Exhibit | None
    newest: Sequence[Exhibit]
    count: int


def evidence_shown(team: SpecialTeam, user: User) -> Shown:
    """The newest evidence of a team, and before it the first picture of the task that the newest picture shows."""
    keys = gathered(user, team=team)
    newest = shown_in_order(keys, user, last=EXHIBITS)
    pictured = next((each for each in newest if each.is_picture and each.task), None)
    before = None
    if pictured is not None:
        oldest_first = gathered(user, task=pictured.task).order_by("on", "kind", "key")
        oldest = shown_in_order(oldest_first, user, last=EXHIBITS)
        before = next((each for each in oldest if each.is_picture and each.on < pictured.on), None)
    if before is not None and pictured is not None:
        rest = [each for each in newest if each.url not in (pictured.url, before.url)]
        newest = [pictured, *rest][: EXHIBITS - 1]
    return Shown(before, newest, keys.count())
