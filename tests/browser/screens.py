"""Every screen: its address, a person who has something to see there, and what must stand there before a picture.

A screen whose address needs a row names it by what the story tells, so that the same page is looked at each time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from assessments.models import AssessmentRound
from governance.clock import now, today
from governance.people.models import Department, Township, User
from teams.evidence.attachments import attach_evidence
from teams.models import (
    CloseOut,
    CoreFigure,
    Extension,
    HelpRequest,
    Milestone,
    ProgressReport,
    ReportingPeriod,
    SpecialAction,
    SpecialTeam,
    Stage,
    Task,
    TaskEvidence,
    TeamDepartment,
    TeamMember,
    WorkingGroup,
)
from teams.reports.row_evidence import attach_to_entry
from teams.roster.screens import open_screen
from teams.tasks.assignment import assign_task
from teams.tasks.close_outs import ask_close_out
from teams.tasks.suspension import suspend_task
from teams.tasks.townships import Share, share_out
from tests.browser import rounds, uploads
from tests.factories import a_paper, a_photo

YEAR = 2026


@dataclass(frozen=True)
class Screen:
    """A page to look at."""

    name: str
    """Of its picture, unique."""
    user: str
    """Who looks; empty before signing in."""
    url: str
    """The name in the urlconf."""
    args: tuple | Callable[[], tuple] = ()
    query: str = ""

    def path(self) -> str:
        """Its address in the world as it is."""
        args = self.args() if callable(self.args) else self.args
        return reverse(self.url, args=args) + self.query


def _stage() -> tuple:
    return SpecialAction.objects.get().code, Stage.objects.order_by("order").first().pk


def _group() -> tuple:
    return SpecialAction.objects.get().code, WorkingGroup.objects.order_by("order").first().pk


def _part(code: str, part: str) -> tuple:
    return code, TeamMember.objects.get(team__code=code, part=part, left_on=None).pk


def _member_department(code: str) -> tuple:
    return code, TeamDepartment.objects.filter(team__code=code, part="member", left_on=None).first().pk


def _figure(code: str) -> tuple:
    return code, CoreFigure.objects.get(team__code=code).pk


def _last_due() -> ReportingPeriod:
    return ReportingPeriod.objects.get(starts_on="2026-10-11")


def _waiting_report() -> tuple:
    return (ProgressReport.objects.get(team__code="urban-party-building", period=_last_due()).pk,)


def _matter() -> tuple:
    return (HelpRequest.objects.exclude(asked_at=None).first().pk,)


def _waiting_matter() -> tuple:
    return (HelpRequest.objects.waiting().first().pk,)


def _extension() -> tuple:
    return (Extension.objects.get(granted=None).pk,)


def _asked_close_out() -> tuple:
    """The head of a team asks to close a task out, which nobody does in the story on its last day."""
    task = Task.objects.get(number=9)
    head = User.objects.get(username="head-rural-revitalization")
    return (ask_close_out(task, statement="40个村全部完工验收。", by=head, at=now()).pk,)


def _first_step(code: str) -> tuple:
    return code, SpecialTeam.objects.get(code=code).first_steps.get(kind="report").pk


def _wall_screen() -> tuple:
    """A screen in the meeting room."""
    office = User.objects.get(username="office")
    return (open_screen(SpecialAction.objects.get(), place="三楼会议室", by=office, at=now()).screen.pk,)


def _new_task() -> tuple:
    """The office assigns a task that its team has not acknowledged yet."""
    assign_task(
        SpecialTeam.objects.get(code="system-reform"),
        year=YEAR,
        number=19,
        title="推广“一张表单”办事",
        lead_department=Department.objects.get(name="县行政审批局"),
        start_on=today(),
        due_on=date(2026, 12, 20),
        by=User.objects.get(username="office"),
        at=now(),
    )
    return YEAR, 19


def _suspended_task() -> tuple:
    """The office suspends a task, which it does not do in the story."""
    task = Task.objects.get(number=17)
    if task.state != "suspended":
        suspend_task(task, reason="等待上级出台配套办法", by=User.objects.get(username=OFFICE), at=now())
    return YEAR, 17


def _shared_task() -> tuple:
    """Task 3, its projects shared out to three townships, one of them at zero."""
    task = Task.objects.get(number=3)
    if not task.shares.exists():
        towns = Township.objects.all()[:3]
        shares = [
            Share(township=town, target=Decimal(4), done=Decimal(done))
            for town, done in zip(towns, (4, 3, 0), strict=True)
        ]
        share_out(task, shares, by=User.objects.get(username=OFFICE), at=now())
    return YEAR, 3


def _milestone() -> tuple:
    return YEAR, 10, Milestone.objects.filter(task__number=10, done_on=None, replaced_by=None).first().pk


def _of(round: Callable[[], AssessmentRound], *more: str) -> Callable[[], tuple]:
    """The arguments of an address about a round."""
    return lambda: (round().pk, *more)


def _drafted_plan() -> tuple:
    return rounds.PLAN, rounds.drafted().number


def _event() -> tuple:
    claim = rounds.event()
    return claim.round_id, claim.pk


def _evidence(task: Task) -> None:
    """A team attaches photos and a paper to a task, and one of the photos to its report as well."""
    head, moment = User.objects.get(username=HEAD), now()
    if task.evidence.filter(caption="现场照片").exists():
        return
    attach_evidence(task, a_photo("tan"), caption="现场照片", by=head, at=moment)
    attach_evidence(task, a_photo("seagreen"), caption="活动场所", by=head, at=moment)
    attach_evidence(task, a_photo("slategray"), caption="改造前后对比", dated_on=date(2026, 9, 28), by=head, at=moment)
    attach_evidence(task, a_paper(), caption="验收单", by=head, at=moment)
    period = ReportingPeriod.objects.get(starts_on="2026-10-21")
    attach_to_entry(task.team, period, task, a_photo("seagreen"), by=head, at=moment)


def _task_with_evidence() -> tuple:
    task = Task.objects.select_related("team").get(number=3)
    _evidence(task)
    return task.year, task.number


def _row_with_evidence() -> tuple:
    return TEAM, "2026-10-21", *_task_with_evidence()


def _team_with_evidence() -> tuple:
    _task_with_evidence()
    return (TEAM,)


def _piece(caption: str) -> TaskEvidence:
    _task_with_evidence()
    return TaskEvidence.objects.get(owner__number=3, caption=caption)


def _close_out_with_evidence() -> tuple:
    """A close-out that waits, with the paper that shows the work is done."""
    close_out = CloseOut.objects.filter(task__number=9, accepted=None).first()
    close_out = close_out or CloseOut.objects.get(pk=_asked_close_out()[0])
    head = User.objects.get(username="head-rural-revitalization")
    if not close_out.evidence.exists():
        attach_evidence(close_out, a_paper(), caption="40个村验收单", by=head, at=now())
    return close_out.task.year, close_out.task.number


OFFICE, CENTRE, LEADER, HEAD = "office", "centre", "leader", "head-village-economy"
ACTION = "governance-2026"
TEAM = "village-economy"

SCREENS = [
    # Before signing in, and one's own things
    Screen("sign-in", "", "sign_in"),
    Screen("account", HEAD, "account"),
    Screen("account-mail", HEAD, "account_mail"),
    Screen("inbox", HEAD, "inbox"),
    Screen("audit", "auditor", "audit"),
    Screen("county", "admin", "county"),
    Screen("setting-up", "admin", "setting_up"),
    Screen("setting-up-office", "office", "setting_up"),
    # The whole
    Screen("home-head", HEAD, "home"),
    Screen("home-late-head", "head-member-service", "home"),
    Screen("home-office", OFFICE, "home"),
    Screen("home-centre", CENTRE, "home"),
    Screen("home-leader", LEADER, "home"),
    Screen("search", OFFICE, "search", query="?q=%E9%A1%B9%E7%9B%AE"),
    Screen("search-none", HEAD, "search", query="?q=qwerty"),
    Screen("wall", LEADER, "wall"),
    Screen("wall-on-a-day", LEADER, "wall", query="?on=2026-09-20"),
    Screen("wall-narrowed", LEADER, "wall", query="?lamp=yellow&group=1"),
    Screen("wall-big-screen", LEADER, "wall", query="?screen=1"),
    Screen("burden", OFFICE, "burden"),
    Screen("screens", OFFICE, "screen_list"),
    Screen("screen-new", OFFICE, "screen_new"),
    Screen("screen-revoke", OFFICE, "screen_revoke", _wall_screen),
    Screen("owed", OFFICE, "owed"),
    Screen("chat-text", OFFICE, "chat_text"),
    Screen("chat-text-week", OFFICE, "chat_text", query="?of=week"),
    Screen("report-text", HEAD, "report_text", (TEAM, "2026-10-11")),
    Screen("owed-of-a-head", "head-member-service", "owed"),
    # The action
    Screen("action", OFFICE, "action", (ACTION,)),
    Screen("action-new", OFFICE, "action_new"),
    Screen("action-edit", OFFICE, "action_edit", (ACTION,)),
    Screen("stage-new", OFFICE, "stage_new", (ACTION,)),
    Screen("stage-edit", OFFICE, "stage_edit", _stage),
    Screen("group-new", OFFICE, "group_new", (ACTION,)),
    Screen("group-edit", OFFICE, "group_edit", _group),
    # Teams
    Screen("teams", OFFICE, "team_list"),
    Screen("team", HEAD, "team", (TEAM,)),
    Screen("team-new-one", LEADER, "team", ("property-management",)),
    Screen("team-first-step", OFFICE, "first_step", lambda: _first_step("property-management")),
    Screen("team-plan-new", "liaison-asset-rectification", "team_plan_new", ("asset-rectification",)),
    Screen("team-found", OFFICE, "team_new"),
    Screen("team-edit", OFFICE, "team_edit", (TEAM,)),
    Screen("team-close", OFFICE, "team_close", (TEAM,)),
    Screen("team-lead", OFFICE, "team_lead", (TEAM,)),
    Screen("team-department-new", OFFICE, "team_department_new", (TEAM,)),
    Screen("team-department-end", OFFICE, "team_department_end", lambda: _member_department(TEAM)),
    Screen("team-member-new", OFFICE, "team_member_new", (TEAM,)),
    Screen("team-member-end", OFFICE, "team_member_end", lambda: _part(TEAM, "liaison")),
    Screen("team-member-part", OFFICE, "team_member_part", lambda: _part(TEAM, "deputy")),
    Screen("team-figure-new", OFFICE, "team_figure_new", (TEAM,)),
    Screen("team-figure-edit", OFFICE, "team_figure_edit", lambda: _figure(TEAM)),
    # Tasks
    Screen("tasks", OFFICE, "task_list"),
    Screen("tasks-red", LEADER, "task_list", query="?lamp=red"),
    Screen("tasks-on-a-day", LEADER, "task_list", query="?on=2026-09-20"),
    Screen("tasks-printed", OFFICE, "task_list", query="?print=1"),
    Screen("tasks-none", OFFICE, "task_list", query="?q=qwerty"),
    Screen("department-import", "admin", "department_import"),
    Screen("department-import-tried", "admin", "department_import_try", uploads.departments),
    Screen("people-import", "admin", "people_import"),
    Screen("people-import-tried", "admin", "people_import_try", uploads.people),
    Screen("people-imported", "admin", "people_import_try", uploads.imported_people),
    Screen("member-import", OFFICE, "member_import"),
    Screen("member-import-tried", OFFICE, "member_import_try", uploads.members),
    Screen("milestone-import", OFFICE, "milestone_import"),
    Screen("milestone-import-tried", OFFICE, "milestone_import_try", uploads.milestones, "?year=2026"),
    Screen("task-import", OFFICE, "task_import"),
    Screen("task-import-tried", OFFICE, "task_import_try", uploads.ledger, "?year=2026"),
    Screen("task-new", OFFICE, "task_new"),
    Screen("task", HEAD, "task", (YEAR, 3)),
    Screen("task-with-milestones", OFFICE, "task", (YEAR, 10)),
    Screen("task-history", HEAD, "task_history", (YEAR, 3)),
    Screen("task-edit", OFFICE, "task_edit", (YEAR, 2)),
    Screen("task-assigned", "head-system-reform", "task", _new_task),
    Screen("task-cancel", OFFICE, "task_cancel", (YEAR, 17)),
    Screen("task-suspend", OFFICE, "task_suspend", (YEAR, 17)),
    Screen("task-resume", OFFICE, "task_resume", _suspended_task),
    Screen("task-shares", OFFICE, "task_shares", _shared_task),
    Screen("task-shares-liaison", "liaison-village-economy", "task_shares", _shared_task),
    Screen("task-with-townships", HEAD, "task", _shared_task),
    Screen("milestones-add", OFFICE, "milestones_add", (YEAR, 10)),
    Screen("milestone-done", OFFICE, "milestone_done", _milestone),
    Screen("milestone-replace", OFFICE, "milestone_replace", _milestone),
    Screen("extension-ask", HEAD, "extension_ask", (YEAR, 2)),
    Screen("close-out-ask", HEAD, "close_out_ask", (YEAR, 2)),
    Screen("decisions", OFFICE, "decisions"),
    Screen("extensions", OFFICE, "extension_list"),
    Screen("extensions-of-a-head", HEAD, "extension_list"),
    Screen("close-outs", OFFICE, "close_out_list"),
    Screen("matters", OFFICE, "matter_list"),
    Screen("matters-none", "auditor", "matter_list"),
    Screen("extension-decide", OFFICE, "extension_decide", _extension),
    Screen("close-out-decide", OFFICE, "close_out_decide", _asked_close_out),
    # Evidence
    Screen("evidence-of-a-task", HEAD, "task_evidence", _task_with_evidence),
    Screen("evidence-of-a-row", HEAD, "entry_evidence", _row_with_evidence),
    Screen("evidence-of-a-close-out", "head-rural-revitalization", "close_out_evidence", _close_out_with_evidence),
    Screen("evidence", HEAD, "evidence", lambda: ("task", _piece("现场照片").pk)),
    Screen("evidence-repeated", OFFICE, "evidence", lambda: ("task", _piece("活动场所").pk)),
    Screen("evidence-paper", LEADER, "evidence", lambda: ("task", _piece("验收单").pk)),
    Screen("evidence-withdraw", HEAD, "evidence_withdraw", lambda: ("task", _piece("现场照片").pk)),
    Screen("evidence-of-a-team", OFFICE, "team_evidence", _team_with_evidence),
    Screen("evidence-of-a-team-none", LEADER, "team_evidence", ("property-management",)),
    # Reports and their periods
    Screen("reports", OFFICE, "report_matrix"),
    Screen("reports-of-a-head", HEAD, "report_matrix"),
    Screen("report-member", "audit-bureau", "report", ("asset-rectification", "2026-10-21")),
    Screen("report-draft", "liaison-system-reform", "report", ("system-reform", "2026-10-21")),
    Screen("report-overdue", "head-member-service", "report", ("member-service", "2026-10-11")),
    Screen("report-paper", OFFICE, "report_paper"),
    Screen("report-import", OFFICE, "report_import", ("member-service", "2026-10-11")),
    Screen("report-import-tried", OFFICE, "report_import_try", uploads.report, f"?{urlencode({'behalf': '表格'})}"),
    Screen("report-approve", "head-member-service", "report_approve", ("member-service", "2026-10-11")),
    Screen("report-approve-complete", HEAD, "report_approve", (TEAM, "2026-10-21")),
    Screen("report-returned", "head-property-management", "report", ("property-management", "2026-10-11")),
    Screen("report-accepted", HEAD, "report", (TEAM, "2026-10-11")),
    Screen("reports-listed", OFFICE, "report_list"),
    Screen("reviews", OFFICE, "review_queue"),
    Screen("review", OFFICE, "review", _waiting_report),
    Screen("matter", OFFICE, "matter", _matter),
    Screen("matter-pass-on", OFFICE, "matter_assign", _waiting_matter),
    Screen("dispatch", OFFICE, "dispatch"),
    Screen("dispatch-of-a-head", HEAD, "dispatch"),
    Screen("dispatch-week", LEADER, "dispatch", query="?week=2026-09-20"),
    Screen("periods", OFFICE, "period_list"),
    Screen("period-new", OFFICE, "period_new"),
    Screen("period-due", OFFICE, "period_due", lambda: (_last_due().pk,)),
    Screen("period-close-hindered", OFFICE, "period_close", lambda: (_last_due().pk,)),
    # The assessment
    Screen("assessment", CENTRE, "assessment"),
    Screen("assessment-of-a-head", HEAD, "assessment"),
    Screen("measures", CENTRE, "measures"),
    Screen("plans", CENTRE, "plan_list"),
    Screen("plan", HEAD, "plan", (rounds.PLAN, 1)),
    Screen("plan-new", CENTRE, "plan_new"),
    Screen("plan-draft", CENTRE, "plan", _drafted_plan),
    Screen("plan-adopt", CENTRE, "plan_adopt", _drafted_plan),
    Screen("round-new-plan", CENTRE, "round_new"),
    Screen("round-new", CENTRE, "round_new", query="?plan=1"),
    Screen("round-preparing", CENTRE, "round", _of(rounds.opened)),
    Screen("round-amend", CENTRE, "round_amend", _of(rounds.opened)),
    Screen("round-freeze", CENTRE, "round_freeze", _of(rounds.opened)),
    Screen("round-collecting", CENTRE, "round", _of(rounds.frozen)),
    Screen("round-tiers", CENTRE, "round_figures", _of(rounds.frozen), "?indicator=T6"),
    Screen("round-figures", CENTRE, "round_figures", _of(rounds.entered), "?indicator=T7"),
    Screen("round-events", CENTRE, "round_events", _of(rounds.entered)),
    Screen("event-withdraw", CENTRE, "event_withdraw", _event),
    Screen("round-score", CENTRE, "round_score", _of(rounds.entered)),
    Screen("round-back", CENTRE, "round_back", _of(rounds.entered)),
    Screen("round-scored", "centre2", "round", _of(rounds.scored)),
    Screen("results-unpublished", CENTRE, "results", _of(rounds.scored)),
    Screen("round-approve", "centre2", "round_approve", _of(rounds.scored)),
    Screen("round-publish", CENTRE, "round_publish", _of(rounds.approved)),
    Screen("round-published", CENTRE, "round", _of(rounds.published)),
    Screen("results", LEADER, "results", _of(rounds.published)),
    Screen("results-of-a-head", HEAD, "results", _of(rounds.published)),
    Screen("verification", LEADER, "verification", _of(rounds.published)),
    Screen("scorecard", HEAD, "scorecard", _of(rounds.published, TEAM)),
    Screen("scorecard-barred", LEADER, "scorecard", _of(rounds.published, "member-service")),
    Screen("scorecard-not-graded", LEADER, "scorecard", _of(rounds.published, "property-management")),
    # The admin site
    Screen("admin", "admin", "admin:index"),
    Screen("admin-accounts", "admin", "admin:people_user_changelist"),
    Screen("admin-account", "admin", "admin:people_user_change", lambda: (User.objects.get(username=OFFICE).pk,)),
    Screen("admin-account-new", "admin", "admin:people_user_add"),
    Screen("admin-departments", "admin", "admin:people_department_changelist"),
    Screen("admin-department-new", "admin", "admin:people_department_add"),
    Screen("admin-townships", "admin", "admin:people_township_changelist"),
    Screen("admin-calendar", "admin", "admin:people_calendarday_changelist"),
    Screen("admin-calendar-day-new", "admin", "admin:people_calendarday_add"),
    Screen("admin-lamp-rules", "admin", "admin:teams_lamprule_changelist"),
    Screen("admin-lamp-rule-new", "admin", "admin:teams_lamprule_add"),
]

NO_SCREENS = {
    "sign_out": "sent by a button",
    "report_sheet": "answers with a file",
    "task_acknowledge": "sent by a button",
    "evidence_file": "answers with a file",
    "evidence_small": "answers with a picture",
    "team_archive": "answers with a file",
    "plan_export": "answers with a file",
    "task_ledger": "answers with a file",
    "first_passwords": "answers with a file",
    "language": "sent by a button",
    "read_all_notices": "sent by a button",
    "tasks_undo": "sent by a button",
    "undo_marking": "sent by a button",
    "notice": "leads on to what the notice is about",
    "healthz": "answers a machine",
    "screen_enter": "leads a screen on to the wall",
    "first_steps_lay": "sent by a button",
    "team_plan": "answers with a file",
    "wall_screen": "shown to a screen with its cookie: test_screen.py goes there",
}
"""Names of the urlconf that show nothing, and why."""
