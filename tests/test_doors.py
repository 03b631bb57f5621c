"""Every door of the house: each address of the urlconf, who is answered what, and how much it asks of the database.

A new address without a row fails; so does a row without an address. Ids stand for rows of the story, by name.
"""

from dataclasses import dataclass, field
from datetime import date

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assessments.models import AssessmentRound, Claim
from governance.clock import at_time, now
from governance.people.models import User
from governance.records.models import Notice
from teams.evidence.attachments import attach_evidence
from teams.models import (
    CloseOut,
    CoreFigure,
    Extension,
    HelpRequest,
    Milestone,
    ProgressReport,
    ReportingPeriod,
    Stage,
    TeamDepartment,
    TeamMember,
    WorkingGroup,
)
from teams.roster.screens import open_screen
from teams.tasks.milestones import NewMilestone, add_milestones
from tests.budgets import counted
from tests.factories import MemberFactory, UserFactory, a_photo

pytestmark = pytest.mark.django_db

ACTION, OWN, OTHER, YOUNG = "governance-2026", "member-service", "village-economy", "property-management"
ROLES = {
    "office": "office",
    "centre": "centre",
    "leader": "leader",
    "secretary": "secretary",
    "auditor": "auditor",
    "admin": "admin",
    "data": "data",
    "judge": "judge1",
    "own": f"head-{OWN}",
    "other": f"head-{OTHER}",
    "former": "former",
    "superuser": "superuser",
}
"""Who tries the doors: `own` heads the team of the in-service members, `other` another team, `former` has left the own
team, `superuser` holds no role at all."""


@dataclass(frozen=True)
class Door:
    """An address: its arguments and its statuses by role (those not named get `others`)."""

    args: tuple = ()
    others: int = 200
    anonymous: int = 302
    statuses: dict[str, int] = field(default_factory=dict)

    def status(self, role: str) -> int:
        """What `role` is answered."""
        return self.statuses.get(role, self.others)


PAPERS = {"office": 200, "leader": 200, "own": 200}
"""Who reads the papers of the own team."""

DOORS = {
    "account": Door(),
    "account_mail": Door(),
    "action_new": Door(others=403, statuses={"office": 200}),
    "action": Door(args=(ACTION,)),
    "action_edit": Door(args=(ACTION,), others=403, statuses={"office": 200}),
    "stage_new": Door(args=(ACTION,), others=403, statuses={"office": 200}),
    "stage_edit": Door(args=(ACTION, "stage"), others=403, statuses={"office": 200}),
    "group_new": Door(args=(ACTION,), others=403, statuses={"office": 200}),
    "group_edit": Door(args=(ACTION, "group"), others=403, statuses={"office": 200}),
    "team_list": Door(),
    "team_new": Door(others=403, statuses={"office": 200}),
    "team_edit": Door(args=(OWN,), others=403, statuses={"office": 200}),
    "team_close": Door(args=(OWN,), others=403, statuses={"office": 200}),
    "team_lead": Door(args=(OWN,), others=403, statuses={"office": 200}),
    "team_department_new": Door(args=(OWN,), others=403, statuses={"office": 200}),
    "team_department_end": Door(args=(OWN, "department"), others=403, statuses={"office": 200}),
    "team_member_new": Door(args=(OWN,), others=403, statuses={"office": 200}),
    "team_member_end": Door(args=(OWN, "member"), others=403, statuses={"office": 200}),
    "team_member_part": Door(args=(OWN, "member"), others=403, statuses={"office": 200}),
    "team_figure_new": Door(args=(OWN,), others=403, statuses={"office": 200}),
    "team_figure_edit": Door(args=(OWN, "figure"), others=403, statuses={"office": 200}),
    "first_steps_lay": Door(args=(OWN,), others=405),
    "first_step": Door(args=(YOUNG, "first_step"), others=403, statuses={"office": 200}),
    "team_plan": Door(args=(OWN,), others=404),
    "team_plan_new": Door(args=(OWN,), others=403, statuses={"office": 200, "own": 200}),
    "task_list": Door(),
    "task_ledger": Door(),
    "dispatch": Door(),
    "department_import": Door(others=403, statuses={"admin": 200}),
    "department_import_try": Door(args=(0,), others=403, statuses={"admin": 404}),
    "people_import": Door(others=403, statuses={"admin": 200}),
    "people_import_try": Door(args=(0,), others=403, statuses={"admin": 404}),
    "first_passwords": Door(args=(0,), others=405),
    "member_import": Door(others=403, statuses={"office": 200}),
    "member_import_try": Door(args=(0,), others=403, statuses={"office": 404}),
    "milestone_import": Door(others=403, statuses={"office": 200}),
    "milestone_import_try": Door(args=(0,), others=403, statuses={"office": 404}),
    "task_import": Door(others=403, statuses={"office": 200}),
    "task_import_try": Door(args=(0,), others=403, statuses={"office": 404}),
    "tasks_undo": Door(args=("notice",), others=405),
    "task_new": Door(others=403, statuses={"office": 200}),
    "task": Door(args=(2026, 7)),
    "task_history": Door(args=(2026, 7)),
    "task_edit": Door(args=(2026, 7), others=403, statuses={"office": 200}),
    "task_acknowledge": Door(args=(2026, 7), others=405),
    "task_cancel": Door(args=(2026, 7), others=403, statuses={"office": 200}),
    "task_suspend": Door(args=(2026, 7), others=403, statuses={"office": 200}),
    "task_resume": Door(args=(2026, 7), others=403, statuses={"office": 200}),
    "task_shares": Door(args=(2026, 7), others=403, statuses={"office": 200, "own": 200}),
    "milestones_add": Door(args=(2026, 7), others=403, statuses={"office": 200}),
    "milestone_done": Door(args=(2026, 7, "milestone"), others=403, statuses={"office": 200, "own": 200}),
    "milestone_replace": Door(args=(2026, 7, "milestone"), others=403, statuses={"office": 200}),
    "extension_ask": Door(args=(2026, 7), others=403, statuses={"own": 200}),
    "close_out_ask": Door(args=(2026, 7), others=403, statuses={"own": 200}),
    "extension_list": Door(),
    "close_out_list": Door(),
    "matter_list": Door(),
    "decisions": Door(others=403, statuses={"office": 200}),
    "extension_decide": Door(args=("extension",), others=404, statuses={"office": 200, "leader": 403}),
    "close_out_decide": Door(args=("close_out",), others=404, statuses={"office": 200, "leader": 403}),
    "report_matrix": Door(),
    "report_list": Door(),
    "review_queue": Door(others=403, statuses={"office": 200}),
    "review": Door(args=("submitted",), others=403, statuses={"office": 200}),
    "report": Door(args=(OWN, "2026-10-01"), others=404, statuses={"office": 200, "leader": 200, "own": 200}),
    "report_paper": Door(others=403, statuses={"office": 200}),
    "report_sheet": Door(args=(OWN, "2026-10-11"), others=404, statuses={"office": 200, "leader": 403, "own": 200}),
    "report_import": Door(args=(OWN, "2026-10-11"), others=404, statuses={"office": 200, "leader": 403, "own": 200}),
    "report_import_try": Door(args=(OWN, "2026-10-11", 0), others=404, statuses={"leader": 403}),
    "report_approve": Door(args=(OWN, "2026-10-11"), others=404, statuses={"office": 403, "leader": 403, "own": 200}),
    "matter": Door(args=("matter",), others=404, statuses={"office": 200, "leader": 200, "own": 200}),
    "matter_assign": Door(args=("matter",), others=404, statuses={"office": 200, "leader": 403, "own": 403}),
    "evidence": Door(args=("task", "piece"), others=404, statuses=PAPERS),
    "evidence_file": Door(args=("task", "piece"), others=404, statuses=PAPERS),
    "evidence_small": Door(args=("task", "piece"), others=404, statuses=PAPERS),
    "evidence_withdraw": Door(args=("task", "piece"), others=404, statuses=PAPERS | {"leader": 403}),
    "task_evidence": Door(args=(2026, 7), others=404, statuses=PAPERS),
    "close_out_evidence": Door(args=(2026, "closing"), others=404, statuses={"office": 200, "leader": 200}),
    "entry_evidence": Door(args=(OWN, "2026-10-21", 2026, 7), others=404, statuses=PAPERS),
    "team_evidence": Door(args=(OWN,), others=404, statuses=PAPERS),
    "team_archive": Door(args=(OWN,), others=404, statuses=PAPERS | {"leader": 403, "own": 403}),
    "period_list": Door(),
    "period_new": Door(others=403, statuses={"office": 200}),
    "period_due": Door(args=("period",), others=403, statuses={"office": 200}),
    "period_close": Door(args=("period",), others=403, statuses={"office": 200}),
    "assessment": Door(),
    "measures": Door(),
    "plan_list": Door(),
    "plan_new": Door(others=403, statuses={"centre": 200}),
    "plan": Door(args=("trial-2026-q3", 1)),
    "plan_export": Door(args=("trial-2026-q3", 1)),
    "plan_adopt": Door(args=("trial-2026-q3", 1), others=403, statuses={"centre": 200}),
    "round_new": Door(others=403, statuses={"centre": 200}),
    "round": Door(args=("round",), others=404, statuses={"centre": 200}),
    "round_amend": Door(args=("round",), others=404, statuses={"centre": 200}),
    "round_freeze": Door(args=("round",), others=404, statuses={"centre": 200}),
    "round_figures": Door(args=("round",), others=404, statuses={"centre": 200}),
    "round_events": Door(args=("round",), others=404, statuses={"centre": 200}),
    "event_withdraw": Door(args=("round", "claim"), others=404, statuses={"centre": 200}),
    "round_score": Door(args=("round",), others=404, statuses={"centre": 200}),
    "round_approve": Door(args=("round",), others=404, statuses={"centre": 200}),
    "round_publish": Door(args=("round",), others=404, statuses={"centre": 200}),
    "round_back": Door(args=("round",), others=404, statuses={"centre": 200}),
    "results": Door(args=("round",)),
    "verification": Door(args=("round",)),
    "scorecard": Door(
        args=("round", OWN), others=404, statuses={"office": 200, "centre": 200, "leader": 200, "own": 200}
    ),
    "sign_in": Door(anonymous=200, others=302),
    "sign_out": Door(anonymous=405, others=405),
    "language": Door(others=302),
    "audit": Door(others=403, statuses={"auditor": 200}),
    "inbox": Door(),
    "read_all_notices": Door(others=405),
    "undo_marking": Door(args=("notice",), others=405),
    "notice": Door(args=("notice",), others=404, statuses={"office": 302}),
    "healthz": Door(anonymous=200),
    "setting_up": Door(others=403, statuses={"admin": 200, "office": 200}),
    "county": Door(others=403, statuses={"admin": 200}),
    "home": Door(),
    "owed": Door(),
    "chat_text": Door(),
    "report_text": Door(args=(OTHER, "2026-10-11"), others=404, statuses={"office": 200, "leader": 200, "other": 200}),
    "search": Door(),
    "wall": Door(),
    "burden": Door(others=403, statuses={"office": 200, "leader": 200}),
    "screen_list": Door(others=403, statuses={"office": 200}),
    "screen_new": Door(others=403, statuses={"office": 200}),
    "screen_revoke": Door(args=("screen",), others=403, statuses={"office": 200}),
    "wall_screen": Door(anonymous=404, others=404),
    "screen_enter": Door(args=("no-token",), anonymous=404, others=404),
    "team": Door(args=(OWN,)),
}


def url_names(resolver: URLResolver | None = None) -> set[str]:
    """Names of every address of the urlconf but the admin site's, which has its own table."""
    found = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            found.add(pattern.name)
        elif pattern.namespace != "admin":
            found |= url_names(pattern)
    return found


def _laid_milestone(story) -> Milestone:
    """A milestone of the own team's task 7."""
    task = story.task(7)
    step = NewMilestone(title="半数支部完成", due_on=task.due_on)
    [milestone] = add_milestones(task, [step], by=story.user("office"), at=now())
    return milestone


@pytest.fixture(scope="module")
def rows(story, django_db_blocker):
    """Ids of the story's rows by the names that the table uses."""
    with django_db_blocker.unblock():
        MemberFactory(team=story.teams[OWN], user=UserFactory(username="former"), left_on=date(2026, 9, 1))
        UserFactory(username="superuser", is_superuser=True)
        own = story.teams[OWN]
        found = {
            "stage": Stage.objects.first(),
            "group": WorkingGroup.objects.first(),
            "department": TeamDepartment.objects.filter(team=own).first(),
            "member": TeamMember.objects.filter(team=own, left_on=None).first(),
            "figure": CoreFigure.objects.get(team=own),
            "extension": Extension.objects.get(granted=None),
            "close_out": CloseOut.objects.first(),
            "milestone": _laid_milestone(story),
            "submitted": ProgressReport.objects.filter(state="submitted").first(),
            "matter": HelpRequest.objects.create(
                report=ProgressReport.objects.filter(team=own).first(),
                text="社区阵地",
                asked_at=at_time(date(2026, 10, 20), 9),
            ),
            "period": ReportingPeriod.objects.filter(closed_at=None).first(),
            "round": AssessmentRound.objects.get(),
            "claim": Claim.objects.first(),
            "first_step": story.teams[YOUNG].first_steps.get(kind="plan"),
            "screen": open_screen(story.action, place="三楼会议室", by=story.user("office"), at=now()).screen,
            "notice": Notice.objects.filter(to__username="office").first(),
            "piece": attach_evidence(story.task(7), a_photo(), by=story.user("office"), at=now())[0],
        }
        return {name: row.pk for name, row in found.items()} | {"closing": found["close_out"].task.number}


def address(name, rows):
    return reverse(name, args=[rows.get(each, each) for each in DOORS[name].args])


def test_every_address_has_its_row_and_every_row_its_address():
    assert set(DOORS) == url_names()


@pytest.mark.parametrize("name", DOORS)
def test_who_is_not_signed_in_is_sent_to_the_door(client, demo_today, rows, name):
    assert client.get(address(name, rows)).status_code == DOORS[name].anonymous


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_as_the_table_says(client, demo_today, rows, query_budget, role):
    client.force_login(User.objects.get(username=ROLES[role]))
    answered = {}
    asked = {}
    for name in sorted(DOORS, key=lambda name: name == "notice"):  # opening it marks it read: tried last of all
        with counted() as queries:
            answered[name] = client.get(address(name, rows)).status_code
        asked[name] = len(queries)
    assert answered == {name: door.status(role) for name, door in DOORS.items()}
    query_budget.check(role, asked)
