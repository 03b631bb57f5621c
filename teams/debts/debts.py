"""Who owes what, to the day and by name: the teams, the departments, and the office itself (docs/rules.md#notices).

What hangs on the wall is everybody's: whose report is missing, returned or waits for the office, which period is open.
What a team asked, and what its members have not filled in yet, is seen by the readers of its papers; a matter for
coordination also by those it is asked of (docs/rules.md#visibility).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Model, Q, QuerySet, TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from governance.clock import day_of, end_of
from governance.people.models import CalendarDay, Department, User
from governance.people.permissions import may
from governance.people.working_days import WorkingDays

from ..guards import owes_report
from ..models import (
    CloseOut,
    Extension,
    HelpRequest,
    ProgressReport,
    ReportEntry,
    ReportingPeriod,
    SpecialAction,
    SpecialTeam,
    TaskDepartment,
    TaskVersion,
    TeamMember,
)
from ..models.team import OfTeamQuerySet, team_ids_of
from ..roster.recipients import TeamPeople, people_by_team
from ..states import OPEN_TASK_STATES, ReportState


class DebtKind(TextChoices):
    """What is owed."""

    REPORT = "report", pgettext_lazy("owed", "Report missing")
    RETURNED = "returned", pgettext_lazy("owed", "Report to submit again")
    ROWS = "rows", pgettext_lazy("owed", "Rows to fill in")
    MATTER = "matter", pgettext_lazy("owed", "Answer to a matter")
    REVIEW = "review", pgettext_lazy("owed", "Report to review")
    EXTENSION = "extension", pgettext_lazy("owed", "Extension to decide")
    CLOSE_OUT = "close_out", pgettext_lazy("owed", "Close-out to check")
    OWNER = "owner", pgettext_lazy("owed", "Person to name for a matter")
    PERIOD = "period", pgettext_lazy("owed", "Period to close")


OFFICE_TERMS = {
    DebtKind.REVIEW: 2,
    DebtKind.EXTENSION: 3,
    DebtKind.CLOSE_OUT: 3,
    DebtKind.OWNER: 2,
    DebtKind.PERIOD: 2,
}
"""Working days after which what lies at the office is overdue there: it measures itself as it measures others."""

PART_WORDS = {part.value: part.label for part in TeamMember.Part}


@dataclass(frozen=True)
class Debtor:
    """A person who owes, and as what: the part in the team, or the department."""

    user: User
    part: Any = ""

    def __str__(self) -> str:
        if not self.part:
            return self.user.name
        return pgettext("owed", "%(name)s (%(part)s)") % {"name": self.user.name, "part": self.part}


@dataclass(frozen=True)
class Debt:
    """One thing that is owed on the day `on`: what, by whom, since when, until when, where it is done."""

    kind: DebtKind
    row: Model
    """What it is about: a period, report, extension, close-out or matter."""
    subject: Any
    """What it is called, in the language of whoever reads it."""
    on: date
    since: date
    due_on: date | None
    team: SpecialTeam | None = None
    debtors: tuple[Debtor, ...] = ()
    department: Department | None = None
    """Who owes where no person is named."""
    url: str = ""
    """Where it is done or read; empty for a reader who may not."""

    @property
    def title(self) -> str:
        """What is owed, in a few words."""
        return _("%(kind)s: %(subject)s") % {"kind": self.kind.label, "subject": self.subject}

    @property
    def by_office(self) -> bool:
        """Whether the office owes it."""
        return self.kind in OFFICE_TERMS

    @property
    def days_over(self) -> int:
        """Days past the day on which it was due; 0 when it is not past."""
        return max(0, (self.on - self.due_on).days) if self.due_on else 0

    @property
    def days_waiting(self) -> int:
        """Days since it began to be owed."""
        return max(0, (self.on - self.since).days)

    @property
    def who(self) -> str:
        """Who owes, by name."""
        if self.by_office:
            return pgettext("owed", "Special office")
        if self.debtors:
            return pgettext("names", ", ").join(map(str, self.debtors))
        return str(self.department or self.team or "")

    @property
    def key(self) -> str:
        """The same for the same debt on any day."""
        parts = (self.team, self.row, self.department if self.kind == DebtKind.ROWS else None)
        return "-".join([self.kind, *(str(part.pk) if part else "0" for part in parts)])

    @property
    def urgency(self) -> tuple[int, int, int]:
        """Sorts the longest overdue first, then the longest waiting, then by the document's order of teams."""
        return -self.days_over, -self.days_waiting, self.team.order if self.team else 0

    @property
    def days_words(self) -> str:
        """How long, in words."""
        if self.days_over:
            return ngettext("%(days)d day over", "%(days)d days over", self.days_over) % {"days": self.days_over}
        if self.due_on == self.on:
            return pgettext("owed", "due today")
        return ngettext("%(days)d day waiting", "%(days)d days waiting", self.days_waiting) % {
            "days": self.days_waiting
        }


def debts_of(action: SpecialAction, *, reader: User | None, now: datetime) -> list[Debt]:
    """Everything owed in `action` at the moment `now` that `reader` may know of, the most urgent first.

    Without a reader it is the house itself that asks, and knows all. Fifteen queries at most, at any number of teams.
    """
    books = DebtReader(action, reader, now)
    rooms = (books.reports(), books.rows(), books.matters(), books.requests(), books.periods_to_close())
    return sorted((debt for room in rooms for debt in room), key=lambda debt: debt.urgency)


class DebtReader:
    """What the debts of one action are read from, each table once."""

    def __init__(self, action: SpecialAction, reader: User | None, now: datetime) -> None:
        self.action = action
        self.reader = reader
        self.now = now
        self.on = day_of(now)

    @cached_property
    def teams(self) -> dict[int, SpecialTeam]:
        """The action's teams by id, in document order."""
        return {team.pk: team for team in SpecialTeam.objects.filter(action=self.action).order_by("order")}

    @cached_property
    def people(self) -> dict[int, TeamPeople]:
        """Who belongs to each team."""
        return people_by_team(self.teams.values())

    @cached_property
    def periods(self) -> list[ReportingPeriod]:
        """Periods that are over and not closed, the oldest first."""
        periods = ReportingPeriod.objects.filter(action=self.action, closed_at=None, ends_on__lte=self.on)
        return list(periods.order_by("starts_on"))

    @cached_property
    def written(self) -> dict[tuple[int, int], ProgressReport]:
        """The reports for these periods by (period id, team id), drafts included."""
        reports = ProgressReport.objects.filter(period__in=self.periods)
        return {(report.period_id, report.team_id): report for report in reports}

    @cached_property
    def working_days(self) -> WorkingDays:
        """The county's calendar."""
        return CalendarDay.objects.working_days()

    @cached_property
    def readable(self) -> frozenset[int]:
        """Ids of the teams whose papers the reader may read."""
        everybody = self.reader is None or self.reader.has_role(*OfTeamQuerySet.readers)
        return frozenset(self.teams) if everybody else team_ids_of(self.reader) & self.teams.keys()

    def visible(self, rows: QuerySet) -> QuerySet:
        """The rows that the reader may read."""
        return rows if self.reader is None else rows.visible_to(self.reader)

    def may(self, rule: str) -> bool:
        """Whether the reader goes where the office works."""
        return self.reader is None or may(self.reader, rule)

    def drafters(self, team: SpecialTeam) -> tuple[Debtor, ...]:
        """Head and liaison by name: who is asked for a report; a deputy where there is no head."""
        people = self.people[team.pk]
        heads = people.of(TeamMember.Part.HEAD) or people.of(TeamMember.Part.DEPUTY)[:1]
        part = TeamMember.Part.HEAD if people.of(TeamMember.Part.HEAD) else TeamMember.Part.DEPUTY
        liaisons = people.of(TeamMember.Part.LIAISON)
        return (
            *(Debtor(user, PART_WORDS[part]) for user in heads),
            *(Debtor(user, PART_WORDS[TeamMember.Part.LIAISON]) for user in liaisons),
        )

    def term(self, kind: DebtKind, since: date) -> date:
        """Until when the office should have done it."""
        return self.working_days.add(since, OFFICE_TERMS[kind])

    def address(self, team: SpecialTeam, period: ReportingPeriod) -> str:
        """Where a report is written or read, for those who may."""
        return reverse("report", args=[team.code, period.starts_on.isoformat()]) if team.pk in self.readable else ""

    # What is owed ----------------------------------------------------------------------------------------------------
    def reports(self) -> Iterator[Debt]:
        """Reports missing from their due day on, returned ones until they come again, and those the office has."""
        for period in self.periods:
            for team in self.teams.values():
                if owes_report(team, period):
                    report = self.written.get((period.pk, team.pk))
                    yield from self.of_report(team, period, report)

    def of_report(self, team: SpecialTeam, period: ReportingPeriod, report: ProgressReport | None) -> Iterator[Debt]:
        """What is owed of one report; nothing once it is accepted."""
        state = report.state if report else ReportState.DRAFT
        about = {"row": report or period, "subject": period, "team": team, "on": self.on}
        if state == ReportState.DRAFT and self.on >= day_of(period.due_at):
            due = day_of(period.due_at)
            about |= {"row": period, "debtors": self.drafters(team), "url": self.address(team, period)}
            yield Debt(DebtKind.REPORT, since=due, due_on=due, **about)
        elif state == ReportState.RETURNED:
            about |= {"debtors": self.drafters(team), "url": self.address(team, period)}
            yield Debt(DebtKind.RETURNED, since=day_of(report.decided_at), due_on=report.resubmit_by, **about)
        elif state == ReportState.SUBMITTED:
            since = day_of(report.submitted_at)
            url = report.get_review_url() if self.may("review_reports") else ""
            yield Debt(DebtKind.REVIEW, since=since, due_on=self.term(DebtKind.REVIEW, since), **about | {"url": url})

    def rows(self) -> Iterator[Debt]:
        """Rows of the last period that members of a team have not filled in while its report is a draft."""
        if not self.periods:
            return
        period = self.periods[-1]
        lacking = self.empty_rows(period)
        for (team_id, department), numbers in lacking.items():
            team = self.teams[team_id]
            members = self.people[team_id].of(TeamMember.Part.MEMBER)
            yield Debt(
                DebtKind.ROWS,
                row=period,
                subject=Rows(period, sorted(numbers)),
                on=self.on,
                since=period.ends_on,
                due_on=day_of(period.due_at),
                team=team,
                debtors=tuple(Debtor(user, department) for user in members if user.department_id == department.pk),
                department=department,
                url=self.address(team, period),
            )

    def empty_rows(self, period: ReportingPeriod) -> dict[tuple[int, Department], list[int]]:
        """Numbers of the tasks whose rows are empty, by team and by the department whose members write them."""
        writers: dict[int, dict[int, Department]] = {}
        for team_id in self.readable:
            report = self.written.get((period.pk, team_id))
            if owes_report(self.teams[team_id], period) and (report is None or report.state == ReportState.DRAFT):
                members = self.people[team_id].of(TeamMember.Part.MEMBER)
                departments = {user.department_id: user.department for user in members if user.department_id}
                if departments:
                    writers[team_id] = departments
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

    def matters(self) -> Iterator[Debt]:
        """Matters for coordination that nobody has answered: whoever is named, else the department, else the office."""
        waiting = self.visible(HelpRequest.objects.waiting()).filter(report__team__in=list(self.teams))
        for matter in waiting.select_related("report", "owner__department", "to"):
            since = day_of(matter.passed_on_at or matter.asked_at)
            kind = DebtKind.MATTER if matter.owner_id or matter.to_id else DebtKind.OWNER
            yield Debt(
                kind,
                row=matter,
                subject=matter,
                on=self.on,
                since=since,
                due_on=matter.due_on if kind == DebtKind.MATTER else self.term(kind, since),
                team=self.teams[matter.report.team_id],
                debtors=(Debtor(matter.owner, matter.owner.department or ""),) if matter.owner else (),
                department=matter.to,
                url=matter.get_absolute_url(),
            )

    def requests(self) -> Iterator[Debt]:
        """Extensions and close-outs that the office has not decided."""
        for kind, waiting, page, rule in (
            (DebtKind.EXTENSION, Extension.objects.waiting(), "extension_decide", "decide_extensions"),
            (DebtKind.CLOSE_OUT, CloseOut.objects.waiting(), "close_out_decide", "decide_close_outs"),
        ):
            decides = self.may(rule)
            for asked in self.visible(waiting).filter(task__action=self.action).select_related("task"):
                since = day_of(asked.asked_at)
                yield Debt(
                    kind,
                    row=asked,
                    subject=asked.task,
                    on=self.on,
                    since=since,
                    due_on=self.term(kind, since),
                    team=self.teams[asked.task.team_id],
                    url=reverse(page, args=[asked.pk]) if decides else asked.task.get_absolute_url(),
                )

    def periods_to_close(self) -> Iterator[Debt]:
        """Periods past their due moment whose reports are all accepted; until then the office may well wait."""
        for period in self.periods:
            owing = [team_id for team_id, team in self.teams.items() if owes_report(team, period)]
            reports = [self.written.get((period.pk, team_id)) for team_id in owing]
            is_whole = all(report is not None and report.state == ReportState.ACCEPTED for report in reports)
            if self.now <= period.due_at or not is_whole:
                continue
            since = day_of(period.due_at)
            yield Debt(
                DebtKind.PERIOD,
                row=period,
                subject=period,
                on=self.on,
                since=since,
                due_on=self.term(DebtKind.PERIOD, since),
                url=reverse("period_close", args=[period.pk]) if self.may("close_period") else reverse("period_list"),
            )


def filled_entries(entries: QuerySet[ReportEntry]) -> QuerySet[ReportEntry]:
    """Rows of reports in which something stands."""
    return entries.filter(Q(no_change=True) | Q(percent__isnull=False) | Q(done__isnull=False) | ~Q(text=""))


@dataclass(frozen=True)
class Rows:
    """The rows of a period that are empty, by the numbers of their tasks."""

    period: ReportingPeriod
    numbers: Sequence[int]

    def __str__(self) -> str:
        words = _("%(period)s, tasks %(numbers)s")
        return str(words) % {"period": self.period, "numbers": "、".join(map(str, self.numbers))}
