"""The weekly dispatch table (周调度表): every team's tasks, its report on them, the next steps.

Everybody sees the public columns; only people who may read a team's reports see their text (docs/rules.md#visibility).
Progress is the accepted one; text of a report that is not accepted yet is marked. All of a row, the team too, is as
known on the evening of the day shown (docs/rules.md#past-days).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from governance.clock import day_of
from governance.formats.layout import ABOVE, LaidColumn, LaidSheet, Share, Tinted, laid_out
from governance.people.models import Department, User

from ..models import PeriodLamp, ReportingPeriod, ReportSubmission, SpecialAction, SpecialTeam, Task, TaskVersion
from ..rules.lamps import Lamp
from ..states import OPEN_TASK_STATES, TaskState
from ..tasks.standing import tasks_standing
from ..words import LAMP_WORDS, period_name
from .period_ends import tasks_at_end
from .status import SUBMITTED, ReportStatus, reports_standing

NOT_REPORTED = _("not reported")
NO_CHANGE = _("no change this period")

TINTS = {Lamp.RED: "B3261E", Lamp.YELLOW: "8A5A00", Lamp.BLUE: "1D5FA8", Lamp.GREEN: "2C6E49", Lamp.GREY: "666666"}


@dataclass(frozen=True)
class Stretch:
    """The days of a table: a reporting period, or a week from Monday to Sunday.

    `day` is the day that it shows: the last one, or today while it runs. `period` is the one whose reports are read.
    """

    first: date
    last: date
    day: date
    period: ReportingPeriod | None
    is_week: bool = False

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return period_name(self.first, self.last)


@dataclass(frozen=True)
class DispatchRow:
    """A task in the table; `said` is "" where nothing was written or nothing may be shown."""

    task: Task
    team_id: int
    """The team that had it on the day shown."""
    title: str
    department: str
    result: str
    due_on: date | None
    percent: Decimal
    planned: Decimal | None
    lamp: Lamp
    said: str = ""

    @property
    def lamp_word(self) -> str:
        """The lamp's word in the reader's language."""
        return str(LAMP_WORDS[self.lamp])


@dataclass
class DispatchTeam:
    """A team with its tasks, matters and next steps; `readable`: whether its reports may be read."""

    team: SpecialTeam
    readable: bool
    status: ReportStatus | None
    rows: list[DispatchRow] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    matters: list[str] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """The state of a report that is not accepted; "" for an accepted one, or where none is owed."""
        return self.status.label if self.status and self.status != ReportStatus.ACCEPTED else ""

    @property
    def has_reported(self) -> bool:
        """Whether there is a report to read."""
        return self.status in SUBMITTED


def stretch_of_period(period: ReportingPeriod, *, today: date) -> Stretch:
    """A reporting period."""
    return Stretch(period.starts_on, period.ends_on, min(period.ends_on, today), period)


def stretch_of_week(action: SpecialAction, day: date, *, today: date) -> Stretch:
    """The week of `day`; its reports are those of the last period that was over by the day shown."""
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    stands = min(last, today)
    period = action.periods.filter(ends_on__lte=stands).order_by("-ends_on").first()
    return Stretch(first, last, stands, period, is_week=True)


def dispatch_teams(
    action: SpecialAction, stretch: Stretch, teams: Sequence[SpecialTeam], *, user: User, at: datetime
) -> list[DispatchTeam]:
    """The table, team by team in document order, in a fixed number of queries."""
    papers = set(SpecialTeam.objects.with_papers_visible_to(user).values_list("pk", flat=True))
    statuses, documents = _reports(stretch.period, teams, papers, at)
    found = {team.pk: DispatchTeam(team, readable=team.pk in papers, status=statuses.get(team.pk)) for team in teams}
    for row in _rows(action, stretch, teams, today=day_of(at)):
        found[row.team_id].rows.append(row)
    for pk, document in documents.items():
        _speak(found[pk], document)
    return [entry for entry in found.values() if entry.rows]


def _reports(
    period: ReportingPeriod | None, teams: Sequence[SpecialTeam], papers: set[int], at: datetime
) -> tuple[dict[int, ReportStatus], dict[int, dict[str, Any]]]:
    """The state of each team's report, and the last submission of those that may be read, by team id."""
    if period is None:
        return {}, {}
    statuses = reports_standing([period], teams, at=at)[0].statuses
    standing = ReportSubmission.objects.standing().filter(report=OuterRef("report"))
    latest = standing.order_by("-number").values("number")[:1]
    kept = ReportSubmission.objects.filter(
        report__period=period,
        report__team__in=[team.pk for team in teams if team.pk in papers],
        number=Subquery(latest),
    ).order_by()
    return statuses, {each.report.team_id: json.loads(each.document) for each in kept.select_related("report")}


def _rows(
    action: SpecialAction, stretch: Stretch, teams: Sequence[SpecialTeam], *, today: date
) -> Iterator[DispatchRow]:
    """The tasks: of a period that is over, as closing it keeps or kept them; else as known on the day shown."""
    keys = [team.pk for team in teams]
    names = {row.pk: row.short_name or row.name for row in Department.objects.all()}
    if stretch.period is not None and stretch.last < today and not stretch.is_week:
        yield from _at_end(stretch.period, keys, names)
        return
    for each in tasks_standing(action, on=stretch.day, today=today):
        if each.row.team_id in keys and _belongs(each.row, stretch):
            yield _row(each.task, each.row, names, each.row.percent, each.planned, each.lamp)


def _at_end(period: ReportingPeriod, keys: list[int], names: dict[int, str]) -> Iterator[DispatchRow]:
    """The tasks as of the period's last day; lamp, planned and actual percent are those kept when it was closed."""
    within = Q(state=TaskState.CLOSED_OUT, closed_on__range=(period.starts_on, period.ends_on))
    kept = {row.task_id: row for row in PeriodLamp.objects.filter(period=period, team__in=keys)}
    for each in tasks_at_end(period, Q(team__in=keys) & (Q(state__in=OPEN_TASK_STATES) | within)):
        version = each.version
        row = kept.get(version.task_id)
        if row is None:
            yield _row(version.task, version, names, version.percent, each.planned, each.lamp)
        else:
            yield _row(version.task, version, names, row.actual, row.planned, Lamp(row.lamp))


def _row(
    task: Task,
    row: Task | TaskVersion,
    names: dict[int, str],
    percent: Decimal,
    planned: Decimal | None,
    lamp: Lamp,
) -> DispatchRow:
    """A task with team and text of `row` (the task, or its version of that evening)."""
    department = names[row.lead_department_id]
    return DispatchRow(
        task, row.team_id, row.title, department, row.expected_result, row.due_on, percent, planned, lamp
    )


def _belongs(row: Task | TaskVersion, stretch: Stretch) -> bool:
    """Whether a task is in the table: it can be worked on, or was closed out within these days."""
    if row.state in OPEN_TASK_STATES:
        return True
    if row.state != TaskState.CLOSED_OUT or row.closed_on is None:
        return False
    return stretch.first <= row.closed_on <= stretch.last


def _speak(entry: DispatchTeam, document: dict[str, Any]) -> None:
    """Add the text of a report to its tasks."""
    said = {row["task"]: row for row in document["rows"]}
    entry.rows = [_with_words(row, said.get(row.task.pk)) for row in entry.rows]
    entry.steps = [
        f"{line['text']}（{line['due_on']}）" if line.get("due_on") else line["text"] for line in document["next_steps"]
    ]
    entry.matters = [
        f"{line['text']}（{line['to']}）" if line.get("to") else line["text"] for line in document["help_requests"]
    ]


def _with_words(row: DispatchRow, said: dict[str, Any] | None) -> DispatchRow:
    """The row with the text of its report."""
    if said is None:
        return row
    words = said["text"] or (str(NO_CHANGE) if said["no_change"] else "")
    return replace(row, said=words)


COLUMNS = (
    LaidColumn("序号", 6, centred=True),
    LaidColumn("专班", 13, centred=True),
    LaidColumn("重点任务", 24),
    LaidColumn("牵头单位", 12, centred=True),
    LaidColumn("目标", 20),
    LaidColumn("本期进展", 32),
    LaidColumn("完成进度", 9, centred=True),
    LaidColumn("序时", 8, centred=True),
    LaidColumn("亮灯", 8, centred=True),
    LaidColumn("下步打算", 24),
    LaidColumn("需协调事项", 20),
    LaidColumn("完成时限", 11, centred=True),
)
"""The officials' columns."""


def dispatch_chunks(action: SpecialAction, stretch: Stretch, entries: Sequence[DispatchTeam]) -> Iterator[bytes]:
    """The table in the officials' layout, always in Chinese, as the chunks of a workbook."""
    with override("zh-hans"):
        rows = [cells for entry in entries for cells in _cells(entry)]
        title = f"{action.title_zh}{'周' if stretch.is_week else ''}调度表"
        first, last = (f"{day.year}年{day.month}月{day.day}日" for day in (stretch.first, stretch.last))
    yield from laid_out(
        LaidSheet(
            name="调度表",
            title=title,
            lines=[f"调度时段：{first}至{last}    数据截至：{stretch.day.isoformat()}    填报单位：专项行动办公室"],
            columns=COLUMNS,
            rows=rows,
            signatures=("填表人：", "审核人：", "签发人：", "日期：    年  月  日"),
        )
    )


def _cells(entry: DispatchTeam) -> Iterator[list[Any]]:
    """The rows of a team; its name, next steps and matters are written once, merged over its tasks."""
    once = [entry.team.short_name, "\n".join(entry.steps), "\n".join(entry.matters)]
    for place, row in enumerate(entry.rows):
        name, steps, matters = once if place == 0 else (ABOVE, ABOVE, ABOVE)
        yield [
            row.task.number,
            name,
            row.title,
            row.department,
            row.result,
            said_with_mark(entry, row),
            Share(row.percent),
            "—" if row.planned is None else Share(row.planned),
            Tinted(row.lamp_word, TINTS[row.lamp]),
            steps,
            matters,
            "长期" if row.due_on is None else row.due_on,
        ]


def said_with_mark(entry: DispatchTeam, row: DispatchRow) -> str:
    """The text of a row's cell, marked where the report is not accepted, or why there is none."""
    if not entry.readable:
        return "—"
    if not entry.has_reported:
        return f"（{NOT_REPORTED}）" if entry.status is not None else ""
    mark = f"（{entry.mark}）" if entry.mark else ""
    return f"{mark}{row.said}"
