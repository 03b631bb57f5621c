"""manage.py doctor finds whatever no constraint can hold: each invariant is broken in turn and named."""

import json
import os
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO, StringIO

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import override
from PIL import Image

from assessments.models import (
    AdoptedPlan,
    Appeal,
    AppealDecision,
    AppealEvidence,
    AssessmentPlan,
    AssessmentRound,
    Claim,
    ClaimEvidence,
    ClaimStep,
    FactQuestion,
    Figure,
    FigureConfirmation,
    FigureSource,
    Indicator,
    LeftOut,
    MeasuredValue,
    Publication,
    QuestionEvidence,
    Result,
    ResultCorrection,
    ResultCorrectionStep,
    ResultLine,
    RoundStep,
    RoundTeam,
    RowDecision,
    SeenCheck,
    SelfScore,
    YearResult,
    YearStep,
)
from governance.clock import SHANGHAI, now
from governance.formats.pictures import picture_from
from governance.overview.management.commands.doctor import INVARIANTS, SCANS
from governance.people.models import Department, DepartmentAlias, Township, User
from governance.people.roles import Role
from governance.records.file_store import store_file
from governance.records.integrity.guards import triggers_down
from governance.records.integrity.scans import Scan
from governance.records.integrity.seals import seal_records
from governance.records.models import AuditEvent, AuditSeal, StoredFile
from teams.meetings.decisions.adoption import adopt_decision
from teams.meetings.instructions.writing import LineWords, write_instruction
from teams.meetings.ladder import Rung
from teams.meetings.models import (
    Bulletin,
    Circular,
    CircularDraft,
    CircularLine,
    Clause,
    ClauseAnswer,
    ClauseTask,
    DecisionDone,
    DecisionOutcome,
    LineOutcome,
    OrderAnswer,
    OrderEvidence,
    OrderVerdict,
    Problem,
    ProblemEvidence,
    ProblemStep,
    ProblemTask,
    ProblemTeam,
    Showcase,
    ShowcaseEvidence,
    ShowcaseStep,
    SupervisionOrder,
)
from teams.meetings.orders.answers import answer_order, judge_order
from teams.meetings.orders.circulars import draft_circular, sign_circular
from teams.meetings.problems.analysis import merge_problem
from teams.meetings.problems.origins import drop_problem
from teams.meetings.problems.rectification import resolve_problem, take_up_problem
from teams.meetings.problems.verification import close_out_problem
from teams.models import (
    CloseOut,
    CloseOutEvidence,
    EntryEvidence,
    Extension,
    LampRule,
    Milestone,
    PeriodDue,
    ProgressReport,
    ReportDecision,
    ReportEntry,
    ReportingPeriod,
    ReportSubmission,
    SpecialTeam,
    Stage,
    SubmittedEntry,
    SubmittedEvidence,
    Task,
    TaskEvidence,
    TaskShare,
    TaskVersion,
    TeamDepartment,
    TeamMember,
    WorkingGroup,
)
from tests import factories
from tests.teams.meetings.factories import a_decision, a_meeting, a_problem, an_analysed_problem, make_requirement
from tests.teams.meetings.sample_orders import issued

pytestmark = pytest.mark.django_db
FOUNDED = factories.FOUNDED
EMPTY = sha256(b"{}").hexdigest()
"""The SHA-256 of the text of every document here."""


@pytest.fixture(autouse=True)
def in_english(settings, tmp_path):
    """Sentences are compared in English, files lie apart, and it is a day after everything that is made here."""
    settings.MEDIA_ROOT = tmp_path
    with override("en"), time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=SHANGHAI), tick=False):
        yield


def asked(as_json=True, **options):
    """What doctor prints, as data, and whether it was content."""
    out = StringIO()
    try:
        call_command("doctor", json=as_json, stdout=out, **options)
    except CommandError:
        return json.loads(out.getvalue()) if as_json else out.getvalue(), False
    return json.loads(out.getvalue()) if as_json else out.getvalue(), True


class Scene:
    """One of everything, sound."""

    def __init__(self):
        self.at = factories.EARLY
        self.office = factories.UserFactory(roles=[Role.SPECIAL_OFFICE])
        self.office2 = factories.UserFactory(roles=[Role.SPECIAL_OFFICE])
        self.action = factories.ActionFactory()
        self.other_action = factories.ActionFactory()
        self.team = factories.TeamFactory(action=self.action)
        self.stranger = factories.TeamFactory(action=self.other_action)
        self.head = factories.MemberFactory(team=self.team, part="head")
        self.member = factories.MemberFactory(team=self.team)
        self.department = factories.DepartmentFactory(name="县教育局", short_name="教育局")
        self.joined = TeamDepartment.objects.create(team=self.team, department=self.department, joined_on=FOUNDED)
        self.stage = Stage.objects.create(
            action=self.action, order=1, title="一", starts_on=FOUNDED, ends_on=date(2026, 4, 1)
        )
        self.task = factories.make_task(team=self.team, milestones=[("a", date(2026, 5, 1), 1)])
        self.task2 = factories.make_task(team=self.team, milestones=[("b", date(2026, 5, 1), 1)])
        self.period = factories.PeriodFactory(action=self.action)
        self.report = ProgressReport.objects.create(period=self.period, team=self.team)
        self.plan = AssessmentPlan.objects.create(code="plan", title_en="Plan", draft="{}", state="adopted")
        self.adopted = AdoptedPlan.objects.create(plan=self.plan, document="{}", sha256=EMPTY, at=self.at)
        self.round = AssessmentRound.objects.create(
            action=self.action,
            plan=self.adopted,
            kind="quarter",
            title="第三季度",
            starts_on=FOUNDED,
            ends_on=date(2026, 9, 30),
            cut_off_at=self.at,
        )
        self.round_team = RoundTeam.objects.create(round=self.round, team=self.team, team_class="A", age_days=10)
        self.result = Result.objects.create(round=self.round, number=1, engine="1", body="{}", sha256=EMPTY, at=self.at)
        self.line(self.team)

    def line(self, team):
        """A line of the result."""
        return ResultLine.objects.create(
            result=self.result, team=team, order=1, team_class="A", bonus=0, deduction=0, at=self.at
        )

    def close_out(self, **fields):
        """A close-out of the task."""
        values = {"task": self.task, "number": 1, "statement": "x", "asked_by": self.head.user}
        return CloseOut.objects.create(**values | {"asked_at": self.at, "asked_on": FOUNDED} | fields)

    def submit(self, state, accepted=None, number=1):
        """The report in a state, with one submission and perhaps its decision."""
        fields = {"first_submitted_at": self.at, "on_time": True, "submitted_at": self.at}
        ProgressReport.objects.update(state=state, resubmit_by=date(2026, 11, 1), **fields)
        submission = ReportSubmission.objects.create(
            report=self.report, number=number, on_time=True, document="{}", sha256=EMPTY, at=self.at
        )
        if accepted is not None:
            ReportDecision.objects.create(
                submission=submission, accepted=accepted, reason="x", resubmit_by=date(2026, 11, 1), at=self.at
            )

    def keep(self, content=b"evidence"):
        """A stored file."""
        return store_file(BytesIO(content), name="a.pdf", media_type="application/pdf", by=self.office, at=self.at)

    def entry(self):
        """A row of the report."""
        return ReportEntry.objects.create(report=self.report, task=self.task)


def attach_twice(scene, links, owner):
    """The same content to one owner, as two files."""
    for _ in range(2):
        links.objects.create(owner=owner, file=scene.keep())


def clause(scene):
    """The first clause of a document."""
    return make_requirement(scene.action, texts=["x"]).clauses.get()


def showcase(scene):
    """A pilot of the team."""
    return Showcase.objects.get_or_create(team=scene.team, year=2026, title="x", kind="pilot")[0]


def showcase_step(scene, **fields):
    """A proposed step of the pilot."""
    values = {"showcase": showcase(scene), "number": 1, "step": "applied", "act": "proposed", "on": FOUNDED}
    return ShowcaseStep.objects.create(**{**values, "proposed_by": scene.head.user, "at": scene.at, **fields})


def submit_a_stray_file(scene):
    scene.submit("submitted")
    row = SubmittedEntry.objects.create(
        submission=ReportSubmission.objects.get(), task=scene.task, percent=1, no_change=False, at=scene.at
    )
    SubmittedEvidence.objects.create(entry=row, file=scene.keep(), at=scene.at)


def drop_a_trigger(scene):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute('DROP TRIGGER "teams_taskversion_row" ON "teams_taskversion"')
        else:
            cursor.execute('DROP TRIGGER "teams_taskversion_update"')


def decide(scene, **fields):
    return scene.close_out(decided_by=scene.office, decided_at=scene.at, **fields)


def publish(scene):
    Publication.objects.create(result=scene.result, at=scene.at)


def year(scene, number, body="{}"):
    digest = sha256(b"{}").hexdigest()
    about = {"action": scene.action, "code": "p", "year": 2026, "number": number, "engine": "1"}
    return YearResult.objects.create(**about, body=body, sha256=digest, at=scene.at)


def lose_the_lines(scene):
    Result.objects.create(round=scene.round, number=2, engine="1", body="{}", sha256=EMPTY, at=scene.at)


def extend(scene):
    Extension.objects.create(
        task=scene.task,
        old_due_on=scene.task.due_on,
        new_due_on=scene.task.due_on + timedelta(days=1),
        reason="x",
        asked_by=scene.head.user,
        asked_at=scene.at,
        granted=True,
        decided_by=scene.office,
        decided_at=scene.at,
    )


def move_a_version(scene):
    with triggers_down():
        TaskVersion.objects.filter(task=scene.task)._raw_delete("default")


def correction(scene):
    """A correction of the scene's result, without any step."""
    opened = {"opened_by": scene.office, "opened_at": scene.at}
    return ResultCorrection.objects.create(
        round=scene.round, number=1, reason="x", document="x", corrects=scene.result, **opened
    )


def publish_again(scene):
    """A second result of the scene's round is published without a correction."""
    again = Result.objects.create(round=scene.round, number=2, engine="1", body="{}", sha256=EMPTY, at=scene.at)
    for result in (scene.result, again):
        Publication.objects.create(result=result, at=scene.at)


def claim(scene, team):
    """A claim of a team in the scene's round, without any step."""
    filed = {"entered_by": scene.office, "entered_at": scene.at}
    about = {"round": scene.round, "plan": scene.adopted, "team": team, "veto": "x", "matter": "x", "document": "x"}
    return Claim.objects.create(**about, **filed)


def figure(scene, number):
    indicator = Indicator.objects.create(
        plan=scene.adopted,
        code="T1",
        order=1,
        kind="x",
        source="data",
        method="x",
        title_en="T",
        at=scene.at,
    )
    source = FigureSource.objects.create(round=scene.round, indicator=indicator, team=scene.team)
    Figure.objects.create(source=source, number=number, document="x", at=scene.at)
    MeasuredValue.objects.create(round_team=scene.round_team, indicator=indicator, number=number, at=scene.at)
    about = {"round": scene.round, "indicator": indicator, "team": scene.team}
    LeftOut.objects.create(**about, number=number, reason="x", document="x", at=scene.at)


def confirmation(scene, number):
    """A department confirms a figure; the confirmation names no figure."""
    figure(scene, 1)
    source = FigureSource.objects.get()
    FigureConfirmation.objects.create(
        round=source.round,
        indicator=source.indicator,
        department=Department.objects.first(),
        number=number,
        at=scene.at,
    )


def corrected(scene, number):
    """A row of a measured value is set aside by a decision of this number."""
    figure(scene, 1)
    value = MeasuredValue.objects.get()
    decided = {"outcome": "set_aside", "row": "{}", "basis": "x", "at": scene.at}
    RowDecision.objects.create(value=value, number=number, **decided)


def take_over_from_itself(scene):
    """A row is counted in a round as the same round decided."""
    corrected(scene, 1)
    one = RowDecision.objects.get()
    again = {"outcome": "set_aside", "row": "[]", "basis": "x", "at": scene.at}
    RowDecision.objects.create(value=one.value, number=2, offered=one, **again)


def self_score(scene, number):
    figure(scene, 1)
    about = {"round_team": scene.round_team, "indicator": Indicator.objects.get()}
    SelfScore.objects.create(**about, number=number, points=Decimal(1), at=scene.at)


def seen_check(scene, number):
    SeenCheck.objects.create(round=scene.round, number=number, kind="jump", rows="[]", note="x", at=scene.at)


def question(scene):
    figure(scene, 1)
    about = {"round": scene.round, "team": scene.team, "indicator": Indicator.objects.get(), "number": 1}
    return FactQuestion.objects.create(**about, reason="x", asked_by=scene.office, asked_at=scene.at)


def appeal(scene, **also):
    """An appeal of a team in the scene's round, without a decision."""
    said = {"matter": "veto", "veto": "x", "wrong": "x", "reason": "x", "wanted": "x"}
    filed = {"filed_by": scene.office, "filed_at": scene.at}
    about = {"round": scene.round, "team": scene.team, "result": scene.result}
    return Appeal.objects.create(**(about | said | filed | also))


def dismissed(scene, number):
    """An appeal with a decision of this number."""
    decided = {"appeal": appeal(scene, state="dismissed"), "outcome": "dismissed", "reasons": "x"}
    AppealDecision.objects.create(round=scene.round, result=scene.result, number=number, at=scene.at, **decided)


def forget_a_file(scene):
    path = scene.keep().blob.path
    orphan = f"{path}0"
    with open(orphan, "w") as file:  # noqa: PTH123
        file.write("x")
    os.utime(orphan, (0, 0))


def seal_and_alter(scene):
    AuditEvent.objects.create(verb="sign_in", at=scene.at)
    seal_records(at=scene.at)
    with triggers_down(), connection.cursor() as cursor:
        cursor.execute("UPDATE records_auditevent SET verb = 'sign_out'")


def write_over(path):
    """Other bytes, as many as there were."""
    os.chmod(path, 0o640)  # noqa: PTH101
    with open(path, "r+b") as file:  # noqa: PTH123
        file.write(b"x")


def adopted(scene):
    """A decision that was adopted for the team alone."""
    meeting = a_meeting(scene.action, starts_at=scene.at)
    return adopt_decision(a_decision(meeting, scene.team), by=scene.office, at=scene.at)


def line(scene):
    """A line of an instruction for the team alone."""
    words = LineWords(text="x", audience="named", named=[scene.team])
    leader = factories.UserFactory(roles=[Role.COUNTY_LEADER])
    return write_instruction(scene.action, [words], by=leader, at=scene.at).lines.get()


def problem(scene):
    """A problem of the team."""
    return a_problem(scene.team, by=scene.office, at=scene.at, found_on=FOUNDED)


def closed_problem(scene):
    """One that is closed out."""
    made = an_analysed_problem(scene.team, by=scene.office, at=scene.at, found_on=FOUNDED)
    made = take_up_problem(made, by=scene.head.user, at=scene.at)
    made = resolve_problem(made, text="x", by=scene.head.user, at=scene.at, files=factories.a_photo())
    return close_out_problem(made, by=scene.office, at=scene.at)


def merge_in_a_circle(scene):
    """Two problems, each merged into the other."""
    here, there = problem(scene), problem(scene)
    merge_problem(here, there, by=scene.office, at=scene.at)
    Problem.objects.filter(pk=there.pk).update(state="merged", merged_into=here)
    ProblemStep.objects.create(problem=there, number=2, state="merged", at=scene.at, by=scene.office)


def order(scene):
    """A red order on the team's task."""
    return issued(scene.task, by=scene.office, at=scene.at)


def answered_twice(scene):
    """An order whose first answer was sent back."""
    made = order(scene)
    first = answer_order(made, text="x", by=scene.head.user, at=scene.at)
    judge_order(first, accepted=False, text="x", by=scene.office, at=scene.at)
    return answer_order(made, text="y", by=scene.head.user, at=scene.at)


def circular(scene, **line):
    """A signed circular that names the team."""
    facts = {"title": "x", "text": "x", "lines": [], "by": scene.office, "at": scene.at}
    signed = sign_circular(draft_circular(scene.action, **facts), by=scene.office2, at=scene.at)
    if line:
        CircularLine.objects.create(circular=signed, team=scene.team, kind="named", text="x", at=scene.at, **line)
    return signed


def turn_back(model):
    """The second of two numbered rows is dated before the first."""

    def broken(scene):
        make = {
            TaskVersion: lambda: factories.progress_on(scene.task, 50, at=scene.at),
            PeriodDue: lambda: PeriodDue.objects.create(
                period=scene.period, number=2, due_at=scene.period.due_at, at=scene.at
            ),
            LampRule: lambda: LampRule.objects.create(action=scene.action, number=2, at=scene.at),
            OrderAnswer: lambda: answered_twice(scene),
            ReportSubmission: lambda: [scene.submit("submitted"), scene.submit("submitted", number=2)],
            ProblemStep: lambda: drop_problem(problem(scene), reason="x", by=scene.office, at=scene.at),
        }
        make[model]()
        with triggers_down():
            model._base_manager.filter(number=1).update(at=scene.at + timedelta(days=1))

    return broken


def permit(scene):
    kind = ContentType.objects.get_for_model(User)
    Permission.objects.create(content_type=kind, codename="read_scores", name="read scores")


def former(scene, **fields):
    """Rows that ended after another of the same began."""
    return {"joined_on": date(2026, 4, 1), "left_on": date(2026, 5, 1)} | fields


BREAKS = {
    "insert_only_tables_guarded": drop_a_trigger,
    "stored_files_lie_whole": lambda s: s.keep().blob.storage.delete(s.keep().blob.name),
    "stored_files_have_rows": forget_a_file,
    "chain_of_seals": lambda s: AuditSeal.objects.create(
        number=2, from_id=1, to_id=1, events=1, ranges="{}", sha256="0" * 64, at=now()
    ),
    "events_sealed": lambda s: AuditEvent.objects.create(verb="sign_in", at=now() - timedelta(days=20)),
    "staff_by_role": lambda s: User.objects.filter(pk=s.office.pk).update(is_staff=True),
    "password_of_active": lambda s: User.objects.filter(pk=s.office.pk).update(password="!x"),
    "one_name_one_department": lambda s: DepartmentAlias.objects.create(
        department=s.team.departments.get(part="lead").department, text="教育局"
    ),
    "no_permission_rows": permit,
    "one_part_a_person": lambda s: TeamMember.objects.create(
        **former(s), team=s.team, user=s.member.user, part="member"
    ),
    "one_head": lambda s: TeamMember.objects.create(**former(s), team=s.team, user=s.office, part="head"),
    "one_part_a_department": lambda s: TeamDepartment.objects.create(**former(s), team=s.team, department=s.department),
    "one_lead": lambda s: TeamDepartment.objects.create(
        **former(s), team=s.team, department=factories.DepartmentFactory(), part="lead"
    ),
    "a_lead": lambda s: TeamDepartment.objects.filter(team=s.team).update(left_on=date(2026, 5, 1)),
    "group_of_action": lambda s: SpecialTeam.objects.filter(pk=s.team.pk).update(
        group=WorkingGroup.objects.create(action=s.other_action, title="别组")
    ),
    "stage_within_action": lambda s: Stage.objects.update(ends_on=date(2027, 1, 1)),
    "task_of_action": lambda s: Task.objects.filter(pk=s.task.pk).update(action=s.other_action),
    "milestone_of_task": lambda s: Milestone.objects.filter(task=s.task).update(
        replaces=Milestone.objects.get(task=s.task2)
    ),
    "report_of_action": lambda s: ProgressReport.objects.update(team=s.stranger),
    "clause_within_action": lambda s: Clause.objects.filter(pk=clause(s).pk).update(team=s.stranger),
    "clause_declined": lambda s: [
        ClauseTask.objects.create(clause=clause(s), task=s.task),
        Clause.objects.update(not_ours="x"),
    ],
    "clause_answers_numbered": lambda s: ClauseAnswer.objects.create(
        clause=clause(s), team=s.team, number=2, text="x", answered_on=FOUNDED, at=s.at
    ),
    "showcase_steps_numbered": lambda s: showcase_step(s, number=2),
    "showcase_step_of_kind": lambda s: showcase_step(s, step="idea"),
    "showcase_step_follows": lambda s: showcase_step(
        s, number=2, act="withdrawn", step="granted", after=showcase_step(s)
    ),
    "showcase_task_of_action": lambda s: Showcase.objects.create(
        team=s.stranger, year=2026, title="x", kind="pilot", task=s.task
    ),
    "showcase_evidence_once": lambda s: attach_twice(s, ShowcaseEvidence, showcase(s)),
    "periods_apart": lambda s: factories.PeriodFactory(action=s.action, starts_on=date(2026, 10, 20)),
    "task_has_its_version": move_a_version,
    "version_equals_task": lambda s: Task.objects.filter(pk=s.task.pk).update(percent=Decimal("41.00")),
    "task_versions_in_order": turn_back(TaskVersion),
    "submissions_in_order": turn_back(ReportSubmission),
    "report_decisions_in_order": lambda s: [
        s.submit("accepted", accepted=True),
        ReportDecision.objects.create(
            submission=ReportSubmission.objects.get(),
            number=3,
            accepted=False,
            undoes=ReportDecision.objects.get(),
            at=s.at,
        ),
    ],
    "due_moments_in_order": turn_back(PeriodDue),
    "lamp_rules_in_order": turn_back(LampRule),
    "nothing_of_the_future": lambda s: factories.make_task(team=s.team, at=now() + timedelta(days=2)),
    "due_moment_on_record": lambda s: ReportingPeriod.objects.update(due_at=s.at),
    "first_submission_judges": lambda s: [s.submit("submitted"), ProgressReport.objects.update(on_time=False)],
    "due_not_before_original": lambda s: Task.objects.filter(pk=s.task.pk).update(due_on=date(2026, 11, 29)),
    "shares_sum_up": lambda s: TaskShare.objects.create(
        task=s.task, township=Township.objects.create(code="east", name="东镇"), target=5
    ),
    "milestones_in_order": lambda s: Milestone.objects.create(
        task=s.task,
        title="c",
        due_on=FOUNDED,
        laid_at=s.at - timedelta(days=1),
        replaces=Milestone.objects.get(task=s.task),
    ),
    "close_out_and_task": lambda s: decide(s, accepted=True),
    "task_and_close_out": lambda s: Task.objects.filter(pk=s.task.pk).update(state="close_out_requested"),
    "extension_in_force": extend,
    "closed_period_decided": lambda s: [
        s.submit("submitted"),
        ReportingPeriod.objects.update(closed_at=s.at + timedelta(days=1), closed_by=s.office),
    ],
    "report_and_decision": lambda s: s.submit("accepted", accepted=False),
    "task_evidence_once": lambda s: attach_twice(s, TaskEvidence, s.task),
    "close_out_evidence_once": lambda s: attach_twice(s, CloseOutEvidence, s.close_out()),
    "entry_evidence_once": lambda s: attach_twice(s, EntryEvidence, s.entry()),
    "submitted_evidence_was_attached": submit_a_stray_file,
    "problem_evidence_once": lambda s: attach_twice(s, ProblemEvidence, problem(s)),
    "problem_and_steps": lambda s: Problem.objects.filter(pk=problem(s).pk).update(state="dropped", drop_reason="x"),
    "problem_merged_forward": merge_in_a_circle,
    "problem_closed_with_tasks": lambda s: ProblemTask.objects.create(problem=closed_problem(s), task=s.task),
    "problem_and_teams": lambda s: Problem.objects.filter(pk=problem(s).pk).update(common=True),
    "problem_team_joined": lambda s: ProblemTeam.objects.filter(problem=problem(s)).update(
        joined_at=s.at - timedelta(seconds=1)
    ),
    "decision_outcome_team": lambda s: DecisionOutcome.objects.create(
        decision=adopted(s), team=s.stranger, task=s.task, made=False, at=s.at
    ),
    "decision_done_team": lambda s: DecisionDone.objects.create(
        decision=adopted(s), team=s.stranger, number=1, done_on=FOUNDED, text="x", at=s.at
    ),
    "line_outcome_team": lambda s: LineOutcome.objects.create(
        line=line(s), team=s.stranger, number=1, done_on=FOUNDED, text="x", at=s.at
    ),
    "problem_look_back": lambda s: Problem.objects.filter(pk=problem(s).pk).update(look_again_on=FOUNDED),
    "problem_steps_in_order": turn_back(ProblemStep),
    "order_evidence_once": lambda s: attach_twice(s, OrderEvidence, order(s)),
    "order_of_action": lambda s: SupervisionOrder.objects.filter(pk=order(s).pk).update(team=s.stranger),
    "order_and_answers": lambda s: SupervisionOrder.objects.filter(pk=order(s).pk).update(state="answered"),
    "order_climbs_by_one": lambda s: SupervisionOrder.objects.filter(pk=order(s).pk).update(climbed_from=order(s)),
    "verdict_of_answer": lambda s: OrderVerdict.objects.create(
        answer=answered_twice(s), answered_by=s.office2, accepted=True, by=s.office, at=s.at
    ),
    "circular_names_order": lambda s: circular(
        s, order=issued(s.task, Rung.YELLOW, by=s.office, at=s.at, answer_by=date(2026, 4, 1))
    ),
    "draft_and_circular": lambda s: CircularDraft.objects.filter(pk=circular(s).draft_id).update(state="draft"),
    "order_answers_in_order": turn_back(OrderAnswer),
    "circular_texts": lambda s: Circular.objects.create(
        draft=CircularDraft.objects.create(
            action=s.action, title="x", state="signed", written_by=s.office, written_at=s.at
        ),
        action=s.action,
        year=2026,
        number=1,
        title="x",
        body="[]",
        sha256=EMPTY,
        signed_by=s.office2,
        by=s.office,
        at=s.at,
    ),
    "bulletin_texts": lambda s: Bulletin.objects.create(
        action=s.action, month=s.at.date(), year=2026, number=1, body="[]", sha256=EMPTY, by=s.office, at=s.at
    ),
    "adopted_plan_has_document": lambda s: AssessmentPlan.objects.update(state="draft"),
    "round_of_action": lambda s: RoundTeam.objects.create(round=s.round, team=s.stranger, team_class="A", age_days=1),
    "claim_evidence_once": lambda s: attach_twice(s, ClaimEvidence, claim(s, s.team)),
    "claim_of_round": lambda s: claim(s, s.stranger),
    "claim_as_its_steps": lambda s: claim(s, s.team),
    "claim_steps_in_order": lambda s: ClaimStep.objects.create(
        claim=claim(s, s.team), number=2, state="filed", matter="x", document="x", by=s.office, at=s.at
    ),
    "published_round": publish,
    "correction_as_its_steps": lambda s: correction(s),
    "result_correction_steps_in_order": lambda s: ResultCorrectionStep.objects.create(
        correction=correction(s), number=2, to_state="opened", by=s.office, at=s.at
    ),
    "published_again_by_correction": publish_again,
    "line_of_round": lambda s: s.line(s.stranger),
    "result_has_lines": lose_the_lines,
    "steps_in_order": lambda s: RoundStep.objects.create(
        round=s.round, number=2, from_state="collecting", to_state="scoring", at=s.at
    ),
    "figures_in_order": lambda s: figure(s, 2),
    "confirmation_of_figures": lambda s: confirmation(s, 1),
    "confirmations_in_order": lambda s: confirmation(s, 2),
    "left_out_in_order": lambda s: figure(s, 2),
    "seen_checks_in_order": lambda s: seen_check(s, 2),
    "row_decision_as_offered": take_over_from_itself,
    "row_decisions_in_order": lambda s: corrected(s, 2),
    "self_scores_in_order": lambda s: self_score(s, 2),
    "appeal_as_decided": lambda s: appeal(s, state="allowed"),
    "appeal_decisions_in_order": lambda s: dismissed(s, 2),
    "appeal_evidence_once": lambda s: attach_twice(s, AppealEvidence, appeal(s)),
    "question_evidence_once": lambda s: attach_twice(s, QuestionEvidence, question(s)),
    "measured_values_in_order": lambda s: figure(s, 2),
    "results_in_order": lambda s: Result.objects.create(
        round=s.round, number=3, engine="1", body="{}", sha256=EMPTY, at=s.at
    ),
    "year_results_in_order": lambda s: year(s, 2),
    "year_steps_in_order": lambda s: YearStep.objects.create(
        result=year(s, 1), number=2, state="approved", document="1号", at=s.at
    ),
    "year_documents": lambda s: year(s, 1, body="[]"),
    "stored_bytes": lambda s: write_over(s.keep().blob.path),
    "sealed_rows": seal_and_alter,
    "submitted_texts": lambda s: ReportSubmission.objects.create(
        report=s.report, number=1, on_time=True, document="[]", sha256=EMPTY, at=s.at
    ),
    "adopted_documents": lambda s: AdoptedPlan.objects.create(
        plan=AssessmentPlan.objects.create(code="other", title_en="Other", draft="{}", state="adopted"),
        document="[]",
        sha256=EMPTY,
        at=s.at,
    ),
    "result_documents": lambda s: Result.objects.create(
        round=s.round, number=2, engine="1", body="[]", sha256=EMPTY, at=s.at
    ),
}


def test_a_sound_house_is_sound(django_assert_max_num_queries):
    Scene()
    with django_assert_max_num_queries(len(INVARIANTS) + len(SCANS) + 8):
        report, content = asked()
    assert report == {"asked": len(INVARIANTS) + len(SCANS), "findings": []}
    assert content
    assert "none failed" in asked(as_json=False)[0]


@pytest.mark.parametrize(
    ("other", "code"), [(b"other", {"stored_files_lie_whole", "stored_bytes"}), (b"evidencf", {"stored_bytes"})]
)
def test_bytes_that_are_not_what_they_were_are_found(other, code, tmp_path):
    file = Scene().keep()
    assert asked()[1]
    blob = tmp_path / file.blob.name
    blob.chmod(0o640)
    blob.write_bytes(other)
    assert {finding["invariant"] for finding in asked()[0]["findings"]} == code


def picture(colour="red"):
    """A picture with a face of another colour in its middle, as PNG."""
    image = Image.new("RGB", (600, 400), colour)
    image.paste("white", (200, 100, 400, 300))
    out = BytesIO()
    image.save(out, "PNG")
    return picture_from(BytesIO(out.getvalue()))


def test_a_small_picture_that_is_not_what_it_was_is_found(tmp_path):
    scene, made = Scene(), picture()
    file = store_file(
        BytesIO(made.content), name="a.png", media_type="image/png", by=None, at=scene.at, thumbnail=made.thumbnail
    )
    assert asked()[1]
    small = tmp_path / file.thumbnail.name
    small.chmod(0o640)
    small.write_bytes(picture("blue").thumbnail)
    assert [finding["invariant"] for finding in asked()[0]["findings"]] == ["stored_bytes"]
    small.unlink()
    assert [finding["invariant"] for finding in asked()[0]["findings"]] == ["stored_bytes"]


def test_a_small_picture_of_before_is_compared_with_its_picture(tmp_path):
    """Until its own SHA-256 became its name, a small picture was named by its picture."""
    scene, made = Scene(), picture()
    file = scene.keep(made.content)
    named = f"{file.blob.name}.small"
    with triggers_down(), connection.cursor() as cursor:
        cursor.execute("UPDATE records_storedfile SET thumbnail = %s", [named])
    (tmp_path / named).write_bytes(made.thumbnail)
    assert asked()[1]
    (tmp_path / named).write_bytes(picture("blue").thumbnail)
    assert [finding["invariant"] for finding in asked()[0]["findings"]] == ["stored_bytes"]


def test_a_scan_goes_on_where_the_last_run_stopped(monkeypatch):
    scene = Scene()
    files = [scene.keep(bytes([number])) for number in range(5)]
    read = []
    few = Scan("few", "x", StoredFile.objects.all, lambda file: read.append(file.pk) or [], part=2)
    monkeypatch.setattr("governance.overview.management.commands.doctor.SCANS", (few,))
    keys = [file.pk for file in files]
    for expected in (keys[:2], keys[2:4], keys[4:], keys[:2]):
        read.clear()
        assert asked()[1]
        assert read == expected
    read.clear()
    assert asked(all=True)[1]
    assert read == keys
    assert AuditEvent.objects.filter(verb="scan_records").count() == 4


def test_before_it_is_migrated_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("m", False)] * 3)
    commands = {"doctor": (), "verify_audit": (), "verify_results": (), "remind": ()}
    commands |= {"create_administrator": ("root", "管理员"), "import_plan": ("plan.toml", "--by=x")}
    commands |= {"import_tasks": ("ledger.xlsx", "--action=x", "--year=2026")}
    for command, arguments in commands.items():
        with pytest.raises(CommandError, match="3 migrations have not been applied") as refused:
            call_command(command, *arguments)
        assert refused.value.returncode == 2


def test_a_database_that_does_not_answer_is_a_sentence(monkeypatch):
    def silent(connection):
        raise OperationalError("no route")

    monkeypatch.setattr(MigrationExecutor, "__init__", lambda self, connection: silent(connection))
    with pytest.raises(CommandError, match="The database is not responding: no route") as refused:
        call_command("doctor")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("state", [("submitted", None), ("returned", False), ("accepted", True)])
def test_reports_that_agree_with_their_decisions_are_sound(state):
    Scene().submit(*state)
    assert asked()[1]


def test_an_undecided_close_out_of_a_task_that_does_not_ask_is_found():
    Scene().close_out()
    assert [finding["invariant"] for finding in asked()[0]["findings"]] == ["close_out_and_task"]


def test_the_day_of_handing_over_is_no_overlap():
    scene = Scene()
    TeamMember.objects.filter(pk=scene.head.pk).update(left_on=date(2026, 4, 1))
    factories.MemberFactory(team=scene.team, part="head", joined_on=date(2026, 4, 1))
    assert asked()[1]


def test_every_invariant_is_broken_here():
    assert sorted(BREAKS) == sorted(question.code for question in (*INVARIANTS, *SCANS))


@pytest.mark.parametrize("code", BREAKS)
def test_what_breaks_an_invariant_is_found_and_named(code):
    BREAKS[code](Scene())
    report, content = asked()
    assert not content
    assert code in {finding["invariant"] for finding in report["findings"]}
    assert all(finding["key"] and finding["name"] and finding["sentence"] for finding in report["findings"])
    assert f"{code}: " in asked(as_json=False)[0]


def test_departments_are_compared_by_all_their_names():
    scene = Scene()
    Department.objects.filter(pk=scene.department.pk).update(short_name="教委")
    assert asked()[1]
    factories.DepartmentFactory(name="县教育委员会", short_name="教委")
    assert {finding["name"] for finding in asked()[0]["findings"]} == {"县教育局", "县教育委员会"}
