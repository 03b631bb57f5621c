"""A county of any size in an empty database: enough of everything that a list shows. Most of it written in bulk."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from assessments.figures.entry import Entry, enter_figures
from assessments.figures.suppliers import name_supplier
from assessments.models import AdoptedPlan, AssessmentRound
from assessments.plans.plans import adopt_plan, save_draft
from assessments.results.moves import begin_checking, begin_scoring, post_notice
from assessments.results.scoring import approve_round, publish_round, score_round
from assessments.rounds.freezing import freeze_measures
from assessments.rounds.rounds import open_round
from assessments.rounds.sources import unnamed_sources
from governance.clock import at_time
from governance.overview.demo import assessment
from governance.people.models import Department, User
from governance.people.roles import Role
from governance.records.models import AuditEvent, Notice
from teams.models import (
    Extension,
    LampRule,
    Milestone,
    ProgressReport,
    ReportDecision,
    ReportEntry,
    ReportingPeriod,
    ReportSubmission,
    SpecialAction,
    SpecialTeam,
    Task,
    TeamDepartment,
    TeamMember,
)
from teams.notices import TeamNotice
from teams.reports.drafts import save_report
from teams.reports.periods import generate_periods
from teams.reports.submission import submit_report
from teams.reports.written import ReportRow, Written
from teams.tasks import changes
from tests import factories

TODAY = date(2026, 10, 27)
FOUNDED = date(2026, 3, 1)
EARLY = at_time(FOUNDED, 9)
LATE = at_time(TODAY, 9)
TASKS_OF_A_TEAM = 4
DEPARTMENTS = 40
BATCH = 500

STAFF = {
    "office": Role.SPECIAL_OFFICE,
    "centre": Role.ASSESSMENT_CENTRE,
    "centre2": Role.ASSESSMENT_CENTRE,
    "leader": Role.COUNTY_LEADER,
    "auditor": Role.AUDITOR,
}
HEAD = "head-0001"


class County:
    """`size` teams with their people, tasks, periods, reports, a published round, and what they left in the records."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.staff = {
            name: factories.UserFactory(username=name, name=name, roles=[role]) for name, role in STAFF.items()
        }
        self.departments = Department.objects.bulk_create(
            Department(code=f"department-{n}", name=f"县第{n}局", short_name=f"第{n}局", order=n)
            for n in range(DEPARTMENTS)
        )
        self.action = SpecialAction.objects.create(
            code="action",
            title_zh="基层治理能力提升专项行动",
            title_en="Special action",
            starts_on=FOUNDED,
            ends_on=date(2026, 12, 31),
            rhythm="ten_day",
        )
        LampRule.objects.create(action=self.action, number=1, at=EARLY)
        self.teams = self._teams()
        self.tasks = self._tasks()
        self.periods = self._periods()
        self._reports()
        self._requests()
        self._records()
        self.round = self._round()

    def _teams(self) -> list[SpecialTeam]:
        """Each with a lead department, a head and a liaison."""
        teams = SpecialTeam.objects.bulk_create(
            SpecialTeam(
                action=self.action,
                code=f"team-{n:04}",
                name=f"第{n}项工作专班",
                short_name=f"第{n}专班",
                order=n,
                established_on=FOUNDED,
            )
            for n in range(1, self.size + 1)
        )
        leads = zip(teams, cycle(self.departments), strict=False)
        TeamDepartment.objects.bulk_create(
            TeamDepartment(team=team, department=lead, part="lead", joined_on=FOUNDED) for team, lead in leads
        )
        for part in ("head", "liaison"):
            people = User.objects.bulk_create(
                User(username=f"{part}-{n:04}", name=f"某{n}", phone="13800138000") for n in range(1, self.size + 1)
            )
            TeamMember.objects.bulk_create(
                TeamMember(team=team, user=user, part=part, joined_on=FOUNDED)
                for team, user in zip(teams, people, strict=True)
            )
        return teams

    def _tasks(self) -> list[Task]:
        """Of all lamps, a half with milestones."""
        tasks, milestones = [], []
        for number in range(1, self.size * TASKS_OF_A_TEAM + 1):
            due_on = date(2026, 9, 1) + timedelta(days=number * 7 % 120)
            task = Task(
                action=self.action,
                team=self.teams[(number - 1) // TASKS_OF_A_TEAM],
                year=2026,
                number=number,
                title=f"实施第{number}项村企联建项目",
                expected_result="项目全部落地，建立一村一册资产台账",
                lead_department=self.departments[number % DEPARTMENTS],
                state="in_progress",
                percent=Decimal(number * 13 % 101),
                progressed_on=date(2026, 10, 10),
                start_on=FOUNDED,
                due_on=due_on if number % 10 else None,
                ongoing=not number % 10,
            )
            tasks.append(task)
            if number % 2 and task.due_on:
                half = FOUNDED + (due_on - FOUNDED) / 2
                milestones += [
                    Milestone(task=task, title="完成半数", due_on=half, weight=1),
                    Milestone(task=task, title="全部完成", due_on=due_on, weight=1),
                ]
        lamp_context = changes.LampContext.of(self.action)
        changes.write_new(
            tasks, cause="assign_task", by=None, at=EARLY, lamp_context=lamp_context, milestones=milestones
        )
        return tasks

    def _periods(self) -> list[ReportingPeriod]:
        """Twelve of ten days, closed when they were due; the last one that is due is not closed."""
        periods = generate_periods(
            self.action, first=date(2026, 7, 1), last=date(2026, 10, 31), by=self.staff["office"], at=EARLY
        )
        for period in periods[:-2]:
            ReportingPeriod.objects.filter(pk=period.pk).update(closed_at=period.due_at, closed_by=self.staff["office"])
        return periods

    def _reports(self) -> None:
        """Accepted ones of the past; of the period that is due all wait for review, the first written as people do."""
        self._submitted_by_verbs(self.teams[0], self.periods[-2])
        reports, entries = [], []
        for period in self.periods[:-1]:
            waits = period.ends_on == date(2026, 10, 20)
            for team in self.teams[1:] if waits else self.teams:
                reports.append(
                    ProgressReport(
                        period=period,
                        team=team,
                        state="submitted" if waits else "accepted",
                        first_submitted_at=period.due_at,
                        on_time=True,
                        submitted_at=period.due_at,
                        decided_at=None if waits else period.due_at,
                    )
                )
        ProgressReport.objects.bulk_create(reports, batch_size=BATCH)
        submissions = ReportSubmission.objects.bulk_create(
            (
                ReportSubmission(
                    report=report, number=1, on_time=True, document="{}", sha256="", by=None, at=report.submitted_at
                )
                for report in reports
            ),
            batch_size=BATCH,
        )
        ReportDecision.objects.bulk_create(
            (
                ReportDecision(submission=submission, accepted=True, by=self.staff["office"], at=submission.at)
                for submission in submissions
                if submission.report.state == "accepted"
            ),
            batch_size=BATCH,
        )
        by_team: dict[int, list[Task]] = {}
        for task in self.tasks:
            by_team.setdefault(task.team_id, []).append(task)
        for report in reports:
            entries += [
                ReportEntry(report=report, task=task, percent=task.percent, text="新增达标村1个。")
                for task in by_team[report.team_id]
            ]
        ReportEntry.objects.bulk_create(entries, batch_size=BATCH)

    def _submitted_by_verbs(self, team: SpecialTeam, period: ReportingPeriod) -> None:
        """A report whose submission can be read: the rest of them stand in lists only."""
        head = {"by": User.objects.get(username=HEAD), "at": period.due_at}
        rows = [ReportRow(task.pk, no_change=True) for task in self.tasks if task.team_id == team.pk]
        submit_report(save_report(team, period, Written(rows=rows), **head), **head)

    def _requests(self) -> None:
        """Every other task that is not due yet asks for more time: more than one page of them."""
        asked = [task for task in self.tasks[::2] if task.due_on and task.due_on > TODAY]
        head = User.objects.get(username=HEAD)
        Extension.objects.bulk_create(
            Extension(
                task=task,
                old_due_on=task.due_on,
                new_due_on=task.due_on + timedelta(days=30),
                reason="用地手续在批。",
                asked_by=head,
                asked_at=LATE,
            )
            for task in asked
        )

    def _records(self) -> None:
        """What the log and one head's inbox hold: twice as many rows as teams."""
        change = '{"percent":["40.00","55.00"],"state":["acknowledged","in_progress"]}'
        moments = (EARLY + timedelta(minutes=n) for n in range(self.size * 2))
        AuditEvent.objects.bulk_create(
            (
                AuditEvent(
                    verb="accept_report",
                    object_type="teams.progressreport",
                    object_id="1",
                    object_name="第1专班 10月上旬",
                    change=change,
                    by=self.staff["office"],
                    at=at,
                    address="127.0.0.1",
                )
                for at in moments
            ),
            batch_size=BATCH,
        )
        head = User.objects.get(username=HEAD)
        Notice.objects.bulk_create(
            Notice(
                to=head,
                key=f"report-{n}",
                kind=TeamNotice.REPORT_ACCEPTED,
                facts={"period": "10月上旬"},
                url="/reports/",
                at=EARLY + timedelta(minutes=n),
            )
            for n in range(self.size * 2)
        )

    def _frozen(self, plan: AdoptedPlan, title: str, *, month: int, **centre: Any) -> AssessmentRound:
        """A round over the first ten days of a month, its measures frozen; the centre enters its figures."""
        round = open_round(
            action=self.action,
            plan=plan,
            kind="quarter",
            title=title,
            starts_on=date(2026, month, 1),
            ends_on=date(2026, month, 10),
            cut_off_at=at_time(date(2026, month, 20), 18),
            classes={team.code: code for team, code in zip(self.teams, cycle("AB"), strict=False)},
            **centre,
        )
        name_supplier(unnamed_sources(round)[0], department=None, alike=True, **centre)
        freeze_measures(round, **centre)
        return round

    def _round(self) -> AssessmentRound:
        """The trial plan over the first period, published."""
        centre = {"by": self.staff["centre"], "at": LATE - timedelta(days=40)}
        plan = save_draft(Path(assessment.PLAN).read_bytes(), **centre)
        adopted = adopt_plan(plan, by=self.staff["centre2"], at=LATE - timedelta(days=40))
        round = self._frozen(adopted, "2026年第三季度试考核", month=7, **centre)
        document = {"document": "县统计局函〔2026〕18号", "basis": "盖章的统计表"}
        indicators = {one.code: one for one in adopted.indicators.all()}
        tiers = islice(cycle(["complete", "partial"]), self.size)
        codes = [team.code for team in self.teams]
        enter_figures(
            round, indicators["T6"], {c: Entry(t) for c, t in zip(codes, tiers, strict=True)}, **document, **centre
        )
        counted = {code: Entry(str(n % 30), "24") for n, code in enumerate(codes)}
        enter_figures(round, indicators["T7"], counted, **document, **centre)
        begin_checking(round, **centre)
        later = centre | {"at": LATE - timedelta(days=30)}
        begin_scoring(round, **later)
        score_round(round, **later)
        approve_round(round, document="县考核办〔2026〕9号", by=self.staff["centre2"], at=LATE - timedelta(days=30))
        post_notice(round, **later)
        publish_round(round, **centre | {"at": LATE})
        return AssessmentRound.objects.get(pk=round.pk)

    def collecting(self) -> AssessmentRound:
        """A round by the same plan that collects: measures frozen, a figure of half the teams entered."""
        centre = {"by": self.staff["centre"], "at": LATE - timedelta(hours=1)}
        round = self._frozen(self.round.plan, "2026年第四季度考核", month=10, **centre)
        half = {team.code: Entry("complete") for team in self.teams[::2]}
        document = {"document": "县统计局函〔2026〕26号", "basis": "盖章的统计表"}
        enter_figures(round, self.round.plan.indicators.get(code="T6"), half, **document, **centre)
        return round


def now() -> datetime:
    """The moment at which pages are asked for."""
    return LATE
