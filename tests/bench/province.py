"""A province of tasks in an empty database, written in bulk: what the lists show, a hundred tasks a team."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from django.db import connection
from django.db.models import Model

from governance.people.models import Department, User
from governance.records.models import AuditEvent, Notice
from teams.models import (
    CloseOut,
    Extension,
    HelpRequest,
    LampRule,
    Milestone,
    ProgressReport,
    ReportEntry,
    ReportSubmission,
    SpecialAction,
    SpecialTeam,
    Task,
    TaskVersion,
    TeamDepartment,
    TeamMember,
)
from teams.notices import TeamNotice
from teams.reports.periods import generate_periods
from teams.tasks.changes import VERSIONED, milestones_document
from tests import factories
from tests.bench.county import DEPARTMENTS, EARLY, FOUNDED, HEAD, LATE, STAFF, TODAY

TASKS_OF_A_TEAM = 100
BATCH = 2000
STATES = ("assigned", "acknowledged", "in_progress", "in_progress", "in_progress", "closed_out")

VERBS = ("实施", "推进", "建设", "完成")

Row = TypeVar("Row", bound=Model)


def write(model: type[Row], rows: Iterable[Row]) -> None:
    """Insert rows batch by batch, so that they are never all in memory."""
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        model.objects.bulk_create(batch)


def _analyze() -> None:
    """Let PostgreSQL know its tables, as its own housekeeping does within a minute of a load; SQLite has none."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


class Province:
    """`tasks` tasks with their milestones, requests, reports, matters and notices."""

    def __init__(self, tasks: int) -> None:
        self.size = tasks
        self.staff = {
            name: factories.UserFactory(username=name, name=name, roles=[role]) for name, role in STAFF.items()
        }
        write(
            Department,
            (
                Department(code=f"department-{n}", name=f"县第{n}局", short_name=f"第{n}局", order=n)
                for n in range(DEPARTMENTS)
            ),
        )
        self.departments = list(Department.objects.order_by("order"))
        self.action = SpecialAction.objects.create(
            code="action",
            title_zh="基层治理能力提升专项行动",
            starts_on=FOUNDED,
            ends_on=date(2026, 12, 31),
            rhythm="ten_day",
        )
        LampRule.objects.create(action=self.action, number=1, at=EARLY)
        self.teams = self._teams(max(1, tasks // TASKS_OF_A_TEAM))
        self.head = User.objects.get(username=HEAD)
        write(Task, self._tasks())
        write(Milestone, self._milestones())
        write(TaskVersion, self._versions())
        Task.objects.filter(pk__in=TaskVersion.objects.filter(number=2).values("task")).update(version=2)
        write(Extension, self._extensions())
        write(CloseOut, self._close_outs())
        self._reports()
        self._records()
        _analyze()

    def _teams(self, count: int) -> list[SpecialTeam]:
        write(
            SpecialTeam,
            (
                SpecialTeam(
                    action=self.action,
                    code=f"team-{n:04}",
                    name=f"第{n}项工作专班",
                    short_name=f"第{n}专班",
                    order=n,
                    established_on=FOUNDED,
                )
                for n in range(1, count + 1)
            ),
        )
        teams = list(SpecialTeam.objects.order_by("order"))
        heads = User.objects.bulk_create(
            User(username=f"head-{n:04}", name=f"某{n}", phone="13800138000") for n in range(1, count + 1)
        )
        write(
            TeamMember,
            (
                TeamMember(team=team, user=user, part="head", joined_on=FOUNDED)
                for team, user in zip(teams, heads, strict=True)
            ),
        )
        write(
            TeamDepartment,
            (
                TeamDepartment(team=team, department=self.departments[n % DEPARTMENTS], part="lead", joined_on=FOUNDED)
                for n, team in enumerate(teams)
            ),
        )
        return teams

    def _tasks(self) -> Iterator[Task]:
        for number in range(1, self.size + 1):
            due_on = date(2026, 9, 1) + timedelta(days=number * 7 % 120) if number % 10 else None
            yield Task(
                action=self.action,
                team=self.teams[(number - 1) % len(self.teams)],
                year=2026,
                number=number,
                title=f"{VERBS[number % 4]}第{number * 7919 % self.size}项村企联建项目",
                expected_result="项目全部落地，建立一村一册资产台账",
                lead_department=self.departments[number % DEPARTMENTS],
                level=1 + number % 3,
                state=STATES[number % 6],
                percent=Decimal(number * 13 % 101),
                start_on=FOUNDED,
                due_on=due_on,
                ongoing=due_on is None,
                blue_from=due_on and due_on - timedelta(days=7),
                yellow_from=due_on and due_on - timedelta(days=number % 40) if number % 3 else None,
                red_from=due_on and due_on + timedelta(days=1),
            )

    def _milestones(self) -> Iterator[Milestone]:
        for pk, due_on in Task.objects.filter(due_on__isnull=False).order_by("pk").values_list("pk", "due_on"):
            if pk % 2:
                half = FOUNDED + (due_on - FOUNDED) / 2
                yield Milestone(task_id=pk, title="完成半数", due_on=half, weight=1, laid_at=EARLY)
                yield Milestone(task_id=pk, title="全部完成", due_on=due_on, weight=1, laid_at=EARLY)

    def _versions(self) -> Iterator[TaskVersion]:
        """Of each task one from its beginning, and of every second one from the time between."""
        steps: dict[int, list[Milestone]] = defaultdict(list)
        for step in Milestone.objects.order_by("task", "due_on", "pk").iterator(chunk_size=BATCH):
            steps[step.task_id].append(step)
        for task in Task.objects.order_by("pk").iterator(chunk_size=BATCH):
            known = {name: getattr(task, name) for name in VERSIONED}
            told = {"task": task, "milestones": milestones_document(steps[task.pk]), "cause": "import_ledger"}
            yield TaskVersion(number=1, at=EARLY, **told, **known | {"percent": Decimal(0)})
            if task.pk % 2:
                yield TaskVersion(number=2, at=EARLY + timedelta(days=task.pk % 230), **told, **known)

    def _extensions(self) -> Iterator[Extension]:
        for pk, due_on in Task.objects.filter(due_on__isnull=False).order_by("pk").values_list("pk", "due_on"):
            if pk % 4 == 1:
                decided = (
                    {} if pk % 8 == 1 else {"granted": True, "decided_by": self.staff["office"], "decided_at": LATE}
                )
                yield Extension(
                    task_id=pk,
                    old_due_on=due_on,
                    new_due_on=due_on + timedelta(days=30),
                    reason="用地手续在批。",
                    asked_by=self.head,
                    asked_at=EARLY + timedelta(minutes=pk),
                    **decided,
                )

    def _close_outs(self) -> Iterator[CloseOut]:
        for pk in Task.objects.filter(state="closed_out").order_by("pk").values_list("pk", flat=True):
            yield CloseOut(
                task_id=pk,
                number=1,
                statement="已全部完成并通过验收。",
                asked_by=self.head,
                asked_at=EARLY + timedelta(minutes=pk),
                asked_on=FOUNDED + timedelta(days=pk % 200),
                accepted=True,
                decided_by=self.staff["office"],
                decided_at=LATE,
            )

    def _reports(self) -> None:
        """Of twelve periods; rows with words in the last two, a matter in every fourth report."""
        periods = generate_periods(
            self.action, first=date(2026, 7, 1), last=date(2026, 10, 31), by=self.staff["office"], at=EARLY
        )
        write(
            ProgressReport,
            (
                ProgressReport(
                    period=period,
                    team=team,
                    state="submitted" if period.ends_on == date(2026, 10, 20) else "accepted",
                    first_submitted_at=period.due_at,
                    on_time=True,
                    submitted_at=period.due_at,
                )
                for period in periods[:-1]
                for team in self.teams
            ),
        )
        reports = ProgressReport.objects.order_by("pk")
        write(
            ReportSubmission,
            (
                ReportSubmission(
                    report_id=pk, number=1, by=self.head, at=moment, on_time=True, document="{}", sha256="0" * 64
                )
                for pk, moment in reports.values_list("pk", "submitted_at")
            ),
        )
        write(
            HelpRequest,
            (
                HelpRequest(
                    report_id=pk,
                    text=f"第{pk}宗林地手续尚未办结",
                    to=self.departments[pk % DEPARTMENTS],
                    asked_at=EARLY + timedelta(minutes=pk),
                    due_on=TODAY + timedelta(days=pk % 30 - 20),
                )
                for pk in reports.values_list("pk", flat=True)
                if pk % 4 == 0
            ),
        )
        tasks: dict[int, list[int]] = {}
        for pk, team in Task.objects.values_list("pk", "team"):
            tasks.setdefault(team, []).append(pk)
        write(
            ReportEntry,
            (
                ReportEntry(report_id=pk, task_id=task, percent=Decimal(50), text="新增达标村1个，灌溉渠道修通。")
                for pk, team in reports.filter(period__in=periods[-3:-1]).values_list("pk", "team")
                for task in tasks[team]
            ),
        )

    def _records(self) -> None:
        """A tenth of the tasks: as many events in the log and notices to one head."""
        count = max(100, self.size // 10)
        change = '{"percent":["40.00","55.00"],"state":["acknowledged","in_progress"]}'
        write(
            AuditEvent,
            (
                AuditEvent(
                    verb="accept_report",
                    object_type="teams.progressreport",
                    object_id="1",
                    object_name="第1专班 10月上旬",
                    change=change,
                    by=self.staff["office"],
                    at=EARLY + timedelta(minutes=n),
                )
                for n in range(count)
            ),
        )
        write(
            Notice,
            (
                Notice(
                    to=self.head,
                    key=f"report-{n}",
                    kind=TeamNotice.REPORT_ACCEPTED,
                    facts={"period": "2026-10-01"},
                    url="/reports/",
                    at=EARLY + timedelta(minutes=n),
                )
                for n in range(count)
            ),
        )
