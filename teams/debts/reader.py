"""Reads the tables for the debts of one action, each table once."""

from collections import defaultdict
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from django.urls import reverse

from governance.clock import day_of
from governance.people.models import CalendarDay, User
from governance.people.permissions import may
from governance.people.working_days import WorkingDays
from governance.registers.todo import TodoReader

from ..models import HelpRequest, ProgressReport, ReportingPeriod, SpecialAction, SpecialTeam
from ..models.team import OfTeamQuerySet, team_ids_of
from ..roster.recipients import TeamPeople, office_people, people_by_team


class DebtReader:
    """Reads for one reader at one moment; without a reader the system itself asks, and sees everything."""

    def __init__(self, action: SpecialAction, reader: User | None, now: datetime) -> None:
        self.action = action
        self.reader = reader
        self.now = now
        self.on = day_of(now)
        self.working_day_after = cache(lambda day, count: self.working_days.add(day, count))

    @cached_property
    def teams(self) -> dict[int, SpecialTeam]:
        """The action's teams by id, in document order."""
        return {team.pk: team for team in SpecialTeam.objects.filter(action=self.action).order_by("order")}

    @cached_property
    def people(self) -> dict[int, TeamPeople]:
        """The people of each team."""
        return people_by_team(self.teams.values())

    @cached_property
    def office(self) -> list[User]:
        """The people of the special office."""
        return list(office_people())

    @cached_property
    def asked_people(self) -> dict[int, list[User]]:
        """By department, the people who can sign in, for departments asked for an answer without a named person."""
        asked = HelpRequest.objects.waiting().filter(owner=None, to__isnull=False).order_by()
        found: dict[int, list[User]] = defaultdict(list)
        for user in User.objects.filter(is_active=True, department__in=asked.values("to")).order_by("pk"):
            found[user.department_id].append(user)
        return found

    @cached_property
    def periods(self) -> list[ReportingPeriod]:
        """Periods that are over and not closed, oldest first."""
        periods = ReportingPeriod.objects.filter(action=self.action, closed_at=None, ends_on__lte=self.on)
        return list(periods.order_by("starts_on"))

    @cached_property
    def written(self) -> dict[tuple[int, int], Any]:
        """What debts ask of the reports for these periods, by (period id, team id), drafts included."""
        facts = ("pk", "period_id", "team_id", "state", "submitted_at", "decided_at", "resubmit_by")
        reports = ProgressReport.objects.filter(period__in=self.periods).values_list(*facts, named=True)
        return {(report.period_id, report.team_id): report for report in reports}

    @cached_property
    def working_days(self) -> WorkingDays:
        """The county's calendar."""
        return CalendarDay.objects.working_days()

    @cached_property
    def next_working_day(self) -> date:
        """The next working day: what is due by then is announced now."""
        return self.working_days.add(self.on, 1)

    @cached_property
    def readable(self) -> frozenset[int]:
        """Ids of the teams whose reports the reader may read."""
        if self.reader is None or self.reader.has_role(*OfTeamQuerySet.readers):
            return frozenset(self.teams)
        return team_ids_of(self.reader) & self.teams.keys()

    def visible(self, rows: Any) -> Any:
        """The rows that the reader may read."""
        return rows if self.reader is None else rows.visible_to(self.reader)

    def may(self, rule: str) -> bool:
        """Whether the reader may open the office's pages."""
        return self.reader is None or may(self.reader, rule)

    def address(self, team: SpecialTeam, period: ReportingPeriod) -> str:
        """Where a report is written or read, for people who may."""
        return reverse("report", args=[team.code, period.starts_on.isoformat()]) if team.pk in self.readable else ""


def debt_reader_of(todo: TodoReader) -> DebtReader:
    """The reader that all home lines about debts share, so that teams and calendar are read once."""
    return todo.shared.setdefault(DebtReader, DebtReader(todo.action, todo.user, todo.now))
