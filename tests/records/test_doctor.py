"""manage.py doctor finds whatever no constraint can hold: each invariant is broken in turn and named."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.translation import override

from assessments.models import (
    AdoptedPlan,
    AssessmentPlan,
    AssessmentRound,
    Claim,
    Publication,
    Result,
    ResultLine,
    RoundTeam,
)
from governance.overview.management.commands.doctor import INVARIANTS
from governance.people.models import Department, DepartmentAlias, Township, User
from governance.people.roles import Role
from governance.records.file_store import store_file
from governance.records.insert_only import triggers_down
from teams.models import (
    CloseOut,
    CloseOutEvidence,
    EntryEvidence,
    Extension,
    Milestone,
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

pytestmark = pytest.mark.django_db
FOUNDED = factories.FOUNDED


@pytest.fixture(autouse=True)
def in_english():
    """Sentences are compared in English."""
    with override("en"):
        yield


def asked(as_json=True):
    """What doctor prints, as data, and whether it was content."""
    out = StringIO()
    try:
        call_command("doctor", json=as_json, stdout=out)
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
        self.adopted = AdoptedPlan.objects.create(plan=self.plan, document="{}", sha256="0" * 64, at=self.at)
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
        self.result = Result.objects.create(round=self.round, number=1, engine="1", body="{}", sha256="0", at=self.at)
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

    def submit(self, state, accepted=None):
        """The report in a state, with one submission and perhaps its decision."""
        fields = {"first_submitted_at": self.at, "submitted_at": self.at, "resubmit_by": date(2026, 11, 1)}
        ProgressReport.objects.update(state=state, **fields)
        submission = ReportSubmission.objects.create(
            report=self.report, number=1, on_time=True, document="{}", sha256="0", at=self.at
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


def lose_the_lines(scene):
    Result.objects.create(round=scene.round, number=2, engine="1", body="{}", sha256="0", at=scene.at)


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


def permit(scene):
    kind = ContentType.objects.get_for_model(User)
    Permission.objects.create(content_type=kind, codename="read_scores", name="read scores")


def former(scene, **fields):
    """Rows that ended after another of the same began."""
    return {"joined_on": date(2026, 4, 1), "left_on": date(2026, 5, 1)} | fields


BREAKS = {
    "insert_only_tables_guarded": drop_a_trigger,
    "stored_files_lie_whole": lambda s: s.keep().blob.storage.delete(s.keep().blob.name),
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
    "periods_apart": lambda s: factories.PeriodFactory(action=s.action, starts_on=date(2026, 10, 20)),
    "task_has_its_version": move_a_version,
    "version_equals_task": lambda s: Task.objects.filter(pk=s.task.pk).update(percent=Decimal("41.00")),
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
    "adopted_plan_has_document": lambda s: AssessmentPlan.objects.update(state="draft"),
    "round_of_action": lambda s: RoundTeam.objects.create(round=s.round, team=s.stranger, team_class="A", age_days=1),
    "event_of_round": lambda s: Claim.objects.create(
        round=s.round, team=s.stranger, veto="x", matter="x", document="x", entered_by=s.office, entered_at=s.at
    ),
    "published_round": publish,
    "line_of_round": lambda s: s.line(s.stranger),
    "result_has_lines": lose_the_lines,
}


def test_a_sound_house_is_sound(django_assert_num_queries):
    Scene()
    with django_assert_num_queries(len(INVARIANTS)):
        report, content = asked()
    assert content
    assert report == {"asked": len(INVARIANTS), "findings": []}
    assert "everything holds" in asked(as_json=False)[0]


@pytest.mark.parametrize("harm", [lambda blob: blob.write_bytes(b"other"), lambda blob: blob.write_bytes(b"evidencf")])
def test_bytes_that_are_not_what_they_were_are_found(harm, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = Scene().keep()
    assert asked()[1]
    blob = tmp_path / file.blob.name
    blob.chmod(0o640)
    harm(blob)
    assert [finding["invariant"] for finding in asked()[0]["findings"]] == ["stored_files_lie_whole"]


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
    assert list(BREAKS) == [invariant.code for invariant in INVARIANTS]


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
