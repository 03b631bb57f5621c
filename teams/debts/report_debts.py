"""Debts about reports: missing, returned or to review; rows to fill in; periods to close."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.clock import day_of, end_of
from governance.lists.text import names_text
from governance.people.models import Department, User

from ..guards import owes_report
from ..models import (
    ProgressReport,
    ReportEntry,
    ReportingPeriod,
    SpecialTeam,
    TaskDepartment,
    TaskVersion,
    TeamMember,
)
from ..notices import TeamNotice
from ..states import OPEN_TASK_STATES, ReportState
from .debts import DEBT_KINDS, DEBT_SOURCES, DEBTS_BY_KEY, Debt, DebtKind, Debtor, OfficeDebtKind
from .occasions import REMINDERS, Occasion, able, facts_of
from .reader import DebtReader

PART_WORDS = {part.value: part.label for part in TeamMember.Part}


class ReportKind(DebtKind):
    """A report owed by the people who write it."""

    def whole(self, debts: Sequence[Debt], reader: DebtReader) -> Sequence[Debt]:
        return [
            replace(debt, debtors=_drafters(reader, debt.team), url=reader.address(debt.team, debt.period))
            for debt in debts
            if debt.team and debt.period
        ]


class ReturnedKind(ReportKind):
    """A report to submit again; a reminder is sent before its day as well."""

    def occasion(self, debt: Debt, reader: DebtReader) -> Occasion | None:
        if debt.days_over:
            return super().occasion(debt, reader)
        near = debt.due_on is not None and debt.due_on <= reader.next_working_day
        return self.told(debt, TeamNotice.RESUBMIT_DUE, 0, self.people(debt, reader)) if near else None


class RowsKind(DebtKind):
    """Rows of one department; one reminder, as soon as they are owed."""

    def about(self, debt: Debt) -> tuple[Model | None, ...]:
        return debt.team, debt.row, debt.department

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"period": debt.subject.period.days, "tasks": "、".join(map(str, debt.subject.numbers))}

    def people(self, debt: Debt, reader: DebtReader) -> Sequence[User]:
        return able(debtor.user for debtor in debt.debtors)

    def occasion(self, debt: Debt, reader: DebtReader) -> Occasion | None:
        return self.told(debt, self.overdue, 0, self.people(debt, reader))


REPORT = ReportKind(
    "report",
    order=10,
    label=pgettext_lazy("owed", "Report missing"),
    chat=pgettext_lazy("chat", "%(team)s (%(who)s): %(what)s, due %(by)s, %(days)s. Please submit it."),
    overdue=TeamNotice.REPORT_OVERDUE,
)
RETURNED = ReturnedKind(
    "returned",
    order=20,
    label=pgettext_lazy("owed", "Report to submit again"),
    chat=pgettext_lazy(
        "chat", "%(team)s (%(who)s): %(what)s, to be submitted again by %(by)s, %(days)s. Please submit it."
    ),
    overdue=TeamNotice.RESUBMIT_OVERDUE,
)
ROWS = RowsKind(
    "rows",
    order=30,
    label=pgettext_lazy("owed", "Rows to fill in"),
    chat=pgettext_lazy("chat", "%(who)s: %(team)s, %(what)s, %(days)s. Please fill them in."),
    overdue=TeamNotice.ROWS_EMPTY,
)
REVIEW = OfficeDebtKind(
    "review",
    order=50,
    label=pgettext_lazy("owed", "Report to review"),
    chat=pgettext_lazy("chat", "%(team)s: %(what)s, submitted %(since)s, %(days)s"),
    overdue=TeamNotice.REVIEW_WAITING,
    term=2,
)
PERIOD = OfficeDebtKind(
    "period",
    order=90,
    label=pgettext_lazy("owed", "Period to close"),
    chat=pgettext_lazy("chat", "%(what)s, due %(since)s, %(days)s"),
    overdue=TeamNotice.PERIOD_TO_CLOSE,
    term=2,
)


def reports_owed(reader: DebtReader) -> Iterator[Debt]:
    """Reports missing from their due day on, returned ones until submitted again, and those waiting for the office."""
    for debt in reports_by_key(reader):
        yield from debt.kind.whole([debt], reader)


def reports_by_key(reader: DebtReader) -> Iterator[Debt]:
    """The same without the people who write them."""
    for period in reader.periods:
        for team in reader.teams.values():
            if owes_report(team, period):
                report = reader.written.get((period.pk, team.pk))
                if report is None or report.state != ReportState.ACCEPTED:
                    yield from _of_report(reader, team, period, report)


def _of_report(reader: DebtReader, team: SpecialTeam, period: ReportingPeriod, report: Any) -> Iterator[Debt]:
    """The debt of one report that is not accepted."""
    debt = partial(Debt, subject=period, team=team, on=reader.on, period=period)
    if report is None or report.state == ReportState.DRAFT:
        due = day_of(period.due_at)
        if reader.on >= due:
            yield debt(REPORT, row=period, since=due, due_on=due, past_due=reader.now > period.due_at)
    elif report.state == ReportState.RETURNED and report.decided_at is not None:
        yield debt(RETURNED, row=report, since=day_of(report.decided_at), due_on=report.resubmit_by)
    elif report.state == ReportState.SUBMITTED and report.submitted_at is not None:
        since = day_of(report.submitted_at)
        url = reverse("review", args=[report.pk]) if reader.may("review_reports") else ""
        yield debt(REVIEW, row=report, since=since, due_on=REVIEW.due(since, reader), url=url)


def _drafters(reader: DebtReader, team: SpecialTeam) -> tuple[Debtor, ...]:
    """Head and liaison by name, who owe a report; a deputy where there is no head."""
    people = reader.people[team.pk]
    part = TeamMember.Part.HEAD if people.of(TeamMember.Part.HEAD) else TeamMember.Part.DEPUTY
    heads = people.of(part)[: None if part == TeamMember.Part.HEAD else 1]
    liaisons = people.of(TeamMember.Part.LIAISON)
    return (
        *(Debtor(user, PART_WORDS[part]) for user in heads),
        *(Debtor(user, PART_WORDS[TeamMember.Part.LIAISON]) for user in liaisons),
    )


def rows_owed(reader: DebtReader) -> Iterator[Debt]:
    """Rows of the last period that members have not filled in while the team's report is a draft."""
    if not reader.periods:
        return
    period = reader.periods[-1]
    for (team_id, department), numbers in _empty_rows(reader, period).items():
        team = reader.teams[team_id]
        members = reader.people[team_id].of(TeamMember.Part.MEMBER)
        yield Debt(
            ROWS,
            row=period,
            subject=Rows(period, sorted(numbers)),
            on=reader.on,
            since=period.ends_on,
            due_on=day_of(period.due_at),
            team=team,
            debtors=tuple(Debtor(user, department) for user in members if user.department_id == department.pk),
            department=department,
            url=reader.address(team, period),
        )


def _empty_rows(reader: DebtReader, period: ReportingPeriod) -> dict[tuple[int, Department], list[int]]:
    """Numbers of the tasks with empty rows, by team and by the department whose members write them."""
    writers = _row_writers(reader, period)
    if not writers:
        return {}
    filled = set(
        filled_entries(ReportEntry.objects.filter(report__period=period, report__team__in=writers)).values_list(
            "task_id", flat=True
        )
    )
    tasks = [
        row
        for row in TaskVersion.objects.as_known_before(end_of(period.ends_on))
        .filter(team__in=list(writers), state__in=OPEN_TASK_STATES)
        .values_list("task_id", "team_id", "lead_department_id", "task__number")
        .order_by("task__year", "task__number")
        if row[0] not in filled
    ]
    joint: dict[int, list[int]] = defaultdict(list)
    for task_id, department_id in TaskDepartment.objects.filter(
        task__team__in=list(writers), task__state__in=OPEN_TASK_STATES
    ).values_list("task_id", "department_id"):
        joint[task_id].append(department_id)
    lacking: dict[tuple[int, Department], list[int]] = defaultdict(list)
    for task_id, team_id, lead_id, number in tasks:
        for department_id in dict.fromkeys((lead_id, *joint[task_id])):
            if department := writers[team_id].get(department_id):
                lacking[team_id, department].append(number)
    return lacking


def _row_writers(reader: DebtReader, period: ReportingPeriod) -> dict[int, dict[int, Department]]:
    """By team with a draft report, the departments whose members write rows, by their ids."""
    writers: dict[int, dict[int, Department]] = {}
    for team_id in reader.readable:
        report = reader.written.get((period.pk, team_id))
        if owes_report(reader.teams[team_id], period) and (report is None or report.state == ReportState.DRAFT):
            members = reader.people[team_id].of(TeamMember.Part.MEMBER)
            departments = {user.department.pk: user.department for user in members if user.department}
            if departments:
                writers[team_id] = departments
    return writers


def filled_entries(entries: QuerySet[ReportEntry]) -> QuerySet[ReportEntry]:
    """Rows of reports that are not empty."""
    return entries.filter(Q(no_change=True) | Q(percent__isnull=False) | Q(done__isnull=False) | ~Q(text=""))


@dataclass(frozen=True)
class Rows:
    """The empty rows of a period, by the numbers of their tasks."""

    period: ReportingPeriod
    numbers: Sequence[int]

    def __str__(self) -> str:
        words = _("%(period)s, tasks %(numbers)s")
        return str(words) % {"period": self.period, "numbers": names_text(self.numbers)}


def periods_owed(reader: DebtReader) -> Iterator[Debt]:
    """Periods past their due moment with all reports accepted; before that the office may have reason to wait."""
    for period in reader.periods:
        owing = [team_id for team_id, team in reader.teams.items() if owes_report(team, period)]
        reports = [reader.written.get((period.pk, team_id)) for team_id in owing]
        is_whole = all(report is not None and report.state == ReportState.ACCEPTED for report in reports)
        if reader.now <= period.due_at or not is_whole:
            continue
        since = day_of(period.due_at)
        yield Debt(
            PERIOD,
            row=period,
            subject=period,
            on=reader.on,
            since=since,
            due_on=PERIOD.due(since, reader),
            url=reverse("period_close", args=[period.pk]) if reader.may("close_period") else reverse("period_list"),
        )


def reports_ahead(reader: DebtReader) -> Iterator[Occasion]:
    """Reports due within one working day that are not submitted, for head, deputies and liaisons."""
    begun = ReportingPeriod.objects.filter(
        action=reader.action, closed_at=None, starts_on__lte=reader.on, due_at__gte=reader.now
    )
    coming = [period for period in begun.order_by("starts_on") if day_of(period.due_at) <= reader.next_working_day]
    submitted = _submitted(coming)
    for period in coming:
        due = day_of(period.due_at)
        for team in reader.teams.values():
            if owes_report(team, period) and (period.pk, team.pk) not in submitted:
                yield Occasion(
                    TeamNotice.REPORT_DUE,
                    key=f"due-report-{team.pk}-{period.pk}",
                    url=reader.address(team, period),
                    facts=facts_of(team=team.short_name, period=period.days, by=due),
                    to=able(reader.people[team.pk].drafters),
                    due_on=due,
                )


def _submitted(periods: Sequence[ReportingPeriod]) -> set[tuple[int, int]]:
    """(period id, team id) of the reports for these periods that are not drafts."""
    reports = ProgressReport.objects.filter(period__in=periods).exclude(state=ReportState.DRAFT)
    return set(reports.values_list("period_id", "team_id"))


for _kind in (REPORT, RETURNED, ROWS, REVIEW, PERIOD):
    DEBT_KINDS.register(_kind.code, _kind)
DEBT_SOURCES.register("reports", reports_owed)
DEBTS_BY_KEY.register("reports", reports_by_key)
DEBT_SOURCES.register("rows", rows_owed)
DEBT_SOURCES.register("periods", periods_owed)
REMINDERS.register("reports", reports_ahead)
