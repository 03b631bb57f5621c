"""简报 of a month, by the last period of it that was closed: lamps as kept then (docs/rules.md#papers)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from governance.clock import day_of
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import WrongState
from governance.records.verbs import canonical, inserted, locked, record, verb
from teams.models import CoreFigure, PeriodLamp, ReportingPeriod, SpecialAction, SpecialTeam, TaskVersion
from teams.reports.period_ends import tasks_at_end
from teams.rules.lamps import Lamp
from teams.states import TaskState

from ..models import Bulletin, ShowcaseStep
from ..models.problem import ProblemStep
from ..numbering import next_number
from ..states import ProblemState
from .fields import Field
from .issuer import Issuer
from .wording import CHINESE, LAMPS, Body, lamp_word, long_day, plain_count, short_day

_COUNTS = (
    Field("tasks", _("Key tasks"), 16),
    Field("green", _("On plan"), 7),
    Field("blue", _("Due soon"), 1),
    Field("yellow", _("Yellow"), 4),
    Field("red", _("Red"), 1),
    Field("closed", _("Closed out"), 3),
)
FIELDS = (
    Field("number", _("Number of the bulletin"), "2026年第3期"),
    Field("issuer", _("Issuing organ"), "县委基层治理能力提升专项行动办公室"),
    Field("day", _("Day of the paper"), "2026年10月9日"),
    Field("month", pgettext_lazy("template field", "Month"), "9月份"),
    Field("summary", _("Sum of the month"), "截至9月30日，8个专班共承担重点任务16项。"),
    Field(
        "teams",
        _("A row a team"),
        rows=(
            Field("team", _("Short name of the team"), "主题培训专班"),
            *_COUNTS,
            Field("core", _("Core figure with what is reached"), "培训860/1200人次", optional=True),
        ),
    ),
    *_COUNTS,
    Field("late", _("How many were closed out late"), 1, optional=True),
    Field(
        "parts",
        _("Showcases, problems, dues; an empty part is absent"),
        rows=(
            Field("number", _("Number of the part"), 2),
            Field("title", _("Heading"), "成果进位"),
            Field("lines", _("Lines"), "股份合作试点列入省级。", many=True),
        ),
    ),
)


@dataclass(frozen=True)
class Month:
    """A month that has a closed period, and the last one of them."""

    year: int
    month: int
    period: ReportingPeriod

    @property
    def code(self) -> str:
        """Its part of the address: 2026-09."""
        return f"{self.year}-{self.month:02}"

    @property
    def closed_at(self) -> datetime:
        """When its last period was closed."""
        assert self.period.closed_at is not None
        return self.period.closed_at


def closed_months(action: SpecialAction, *, at: datetime) -> list[Month]:
    """The months of which every period was closed by `at`, the last first: one query."""
    last: dict[tuple[int, int], ReportingPeriod] = {}
    open_months: set[tuple[int, int]] = set()
    for period in ReportingPeriod.objects.filter(action=action).order_by("ends_on"):
        key = (period.ends_on.year, period.ends_on.month)
        last[key] = period
        if not period.is_closed_at(at):
            open_months.add(key)
    return [Month(*key, period) for key, period in sorted(last.items(), reverse=True) if key not in open_months]


@verb(says=_("issued a bulletin"))
def issue_bulletin(
    action: SpecialAction, month: Month, *, by: User, at: datetime, number: int | None = None
) -> Bulletin:
    """Issue the bulletin of a closed month: it takes the next number of the year, and its text is kept for good.

    `number` is typed where the series began on paper.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the month is not closed, or its bulletin is issued already.
        Invalid: the number is taken or lower than one given before.
    """
    action = locked(action)
    require("issue_bulletin", by)
    first = date(month.year, month.month, 1)
    if month not in closed_months(action, at=at):
        raise WrongState(_("This month is not closed yet."))
    if Bulletin.objects.filter(action=action, month=first).exists():
        raise WrongState(_("The bulletin of this month is issued already."))
    year = day_of(at).year
    number = next_number(Bulletin.objects.filter(action=action, year=year), typed=number)
    body = canonical({"year": year, "number": number, "on": day_of(at), **bulletin_facts(action, month)})
    digest = sha256(body.encode()).hexdigest()
    bulletin = Bulletin(action=action, month=first, year=year, number=number, body=body, sha256=digest, by=by, at=at)
    inserted(bulletin)
    record("issue_bulletin", bulletin, by=by, at=at, change={"sha256": digest})
    return bulletin


def issued_bulletin(action: SpecialAction, month: Month) -> Bulletin | None:
    """The bulletin of a month, once it is issued."""
    return Bulletin.objects.filter(action=action, month=date(month.year, month.month, 1)).first()


def bulletin_values(body: Body, *, issuer: Issuer) -> dict[str, Any]:
    """The bulletin that `body` keeps; without a number before it is issued."""
    number = body["number"] or "　"
    return {
        **body,
        "number": f"{body['year']}年第{number}期",
        "issuer": issuer.name,
        "day": long_day(body["on"]),
    }


def draft_body(action: SpecialAction, month: Month) -> Body:
    """What the bulletin of a month would keep, of the day on which the month was closed and without a number."""
    on = day_of(month.closed_at)
    return {"year": on.year, "number": 0, "on": on, **bulletin_facts(action, month)}


def bulletin_facts(action: SpecialAction, month: Month) -> dict[str, Any]:
    """What the bulletin of a month says, as plain values."""
    rows, late = _team_rows(action, month)
    sums = {name: sum(row[name] for row in rows) for name in ("tasks", *LAMPS, "closed")}
    lines = (
        ("成果进位", _advances(action, month)),
        ("突出问题", _closed_problems(action, month)),
        (f"{month.month % 12 + 1}月份到期事项", _dues(action, month)),
    )
    told = [(title, found) for title, found in lines if found]
    lit = "、".join(f"{lamp_word(lamp)}{sums[lamp]}项" for lamp in LAMPS if sums[lamp])
    closed = f"已销号{sums['closed']}项" + (f"（其中迟办{late}项）" if late else "")
    open_tasks = sums["tasks"] - sums["closed"]
    day = short_day(month.period.ends_on)
    return {
        "month": f"{month.month}月份",
        "summary": f"截至{day}，{len(rows)}个专班共承担重点任务{sums['tasks']}项，{closed}；"
        f"在办{open_tasks}项{'中，' + lit if lit else ''}。",
        "teams": rows,
        **sums,
        "late": late,
        "parts": [{"number": place, "title": title, "lines": found} for place, (title, found) in enumerate(told, 2)],
    }


def _team_rows(action: SpecialAction, month: Month) -> tuple[list[dict[str, Any]], int]:
    """A row a team of the period's last day, and how many tasks had been closed out late."""
    teams = list(SpecialTeam.objects.existing_on(month.period.ends_on).filter(action=action).order_by("order"))
    lamps = list(PeriodLamp.objects.filter(period=month.period).values_list("team", "task", "lamp"))
    closed = _closed_tasks(action, month, {task for _team, task, _lamp in lamps})
    cores = _core_figures(month, teams)
    rows = []
    for team in teams:
        lit = [lamp for owner, _task, lamp in lamps if owner == team.pk]
        done = sum(version.team_id == team.pk for version in closed)
        counts = {lamp: lit.count(lamp) for lamp in LAMPS}
        rows.append(
            {
                "team": team.short_name,
                "tasks": len(lit) + done,
                **counts,
                "closed": done,
                "core": "；".join(cores.get(team.pk, ())),
            }
        )
    late = sum(version.lamp_on(month.period.ends_on) != Lamp.GREY for version in closed)
    return rows, late


def _core_figures(month: Month, teams: Sequence[SpecialTeam]) -> dict[int, list[str]]:
    """What each team has reached of its core figures as accepted up to the period, by team id: 收入20万元以上村25/30个.

    A figure is counted by the team's task with the same target and unit. Without such a task, or with several, the
    target of the year stands alone.
    """
    counted: dict[tuple[int, Decimal, str], list[Decimal]] = {}
    for each in tasks_at_end(month.period, ~Q(state=TaskState.CANCELLED)):
        version = each.version
        if version.target is not None and version.done is not None:
            counted.setdefault((version.team_id, version.target, version.unit), []).append(version.done)
    told: dict[int, list[str]] = {}
    for figure in CoreFigure.objects.filter(team__in=teams).order_by("pk"):
        found = counted.get((figure.team_id, figure.target, figure.unit), ())
        target = f"{plain_count(figure.target)}{figure.unit}"
        reached = f"{plain_count(found[0])}/{target}" if len(found) == 1 else f"，年度目标{target}"
        told.setdefault(figure.team_id, []).append(f"{figure.name}{reached}")
    return told


def _closed_tasks(action: SpecialAction, month: Month, still_open: Iterable[int]) -> Sequence[TaskVersion]:
    """Tasks that were closed out when the period was closed, and were not open on its last day."""
    known = TaskVersion.objects.as_known_before(month.closed_at).filter(task__action=action, state=TaskState.CLOSED_OUT)
    return list(known.exclude(task__in=set(still_open)))


def _advances(action: SpecialAction, month: Month) -> list[str]:
    """Steps of showcases that were confirmed for a day of the month."""
    steps = ShowcaseStep.objects.confirmed().filter(
        showcase__team__action=action, on__year=month.year, on__month=month.month
    )
    rows = steps.select_related("showcase__team").order_by("on", "pk")
    with override(CHINESE):
        return [
            f"{step.showcase.title}（{step.showcase.team.short_name}）：{step.label}"
            f"{'，' + step.paper if step.document else ''}。"
            for step in rows
        ]


def _closed_problems(action: SpecialAction, month: Month) -> list[str]:
    """Problems closed out in the month."""
    steps = ProblemStep.objects.filter(
        problem__action=action, state=ProblemState.CLOSED_OUT, at__year=month.year, at__month=month.month
    )
    return [f"{step.problem.title}：已整改销号。" for step in steps.select_related("problem").order_by("at", "pk")]


def _dues(action: SpecialAction, month: Month) -> list[str]:
    """Open tasks that are due in the next month, as known when the period was closed."""
    year, following = (month.year + 1, 1) if month.month == 12 else (month.year, month.month + 1)
    known = TaskVersion.objects.as_known_before(month.closed_at).filter(task__action=action)
    due = known.filter(Q(due_on__year=year, due_on__month=following)).exclude(
        state__in=(TaskState.CLOSED_OUT, TaskState.CANCELLED, TaskState.SUSPENDED)
    )
    rows = due.select_related("team").order_by("due_on", "team__order", "task__number")
    return [f"{row.title}（{row.team.short_name}，{short_day(row.due_on)}）。" for row in rows]
