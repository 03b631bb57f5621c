"""Every screen: its address, a person who has something to see there, and what must stand there before a picture.

A screen whose address needs a row names it by what the story tells, so that the same page is looked at each time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import quote, urlencode

from django.urls import reverse
from django.utils import timezone

from assessments.models import Appeal, AssessmentRound, Claim, FigureCorrection, YearResult
from assessments.rounds.left_out import gaps
from governance.clock import at_time, now, today
from governance.people import accounts, sign_ins
from governance.people.models import Department, Township, User
from teams.evidence.attachments import attach_evidence
from teams.meetings.agenda.planning import plan_meeting
from teams.meetings.decisions.recording import DecisionWords, record_decision
from teams.meetings.models import Problem
from teams.meetings.problems.verification import close_out_problem
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
from teams.roster.teams import found_team
from teams.tasks.assignment import assign_task
from teams.tasks.close_outs import ask_close_out
from teams.tasks.suspension import suspend_task
from teams.tasks.townships import Share, share_out
from tests.browser import loop, orders, panels, rounds, uploads
from tests.factories import a_paper, a_photo
from tests.teams.meetings.factories import a_resolved_problem

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


def _team_to_close() -> tuple:
    """A team without an open task, which the story does not have."""
    team = found_team(
        action=SpecialAction.objects.get(),
        lead_department=Department.objects.get(name="县委组织部"),
        by=User.objects.get(username=OFFICE),
        at=now(),
        code="flood-control",
        name="防汛值守专班",
        short_name="防汛值守专班",
        order=90,
        established_on=today(),
    )
    return (team.code,)


def _figure(code: str) -> tuple:
    return code, CoreFigure.objects.get(team__code=code).pk


def _last_due() -> ReportingPeriod:
    return ReportingPeriod.objects.get(starts_on="2026-10-11")


def _waiting_report() -> tuple:
    return (ProgressReport.objects.get(team__code="urban-party-building", period=_last_due()).pk,)


def _accepted_report() -> tuple:
    return (ProgressReport.objects.filter(state="accepted", period=_last_due()).first().pk,)


def _matter() -> tuple:
    return (HelpRequest.objects.exclude(asked_at=None).first().pk,)


def _waiting_matter() -> tuple:
    return (HelpRequest.objects.waiting().first().pk,)


def _problem(state: str) -> tuple:
    """The number of the last problem of the story in a state."""
    return (Problem.objects.filter(state=state).latest("number").number,)


def _problem_to_look_back_on() -> tuple:
    """A problem of the village economy team that was closed out thirty days ago; the story has none that is due."""
    team = SpecialTeam.objects.get(code=TEAM)
    office, head = (User.objects.get(username=name) for name in (OFFICE, HEAD))
    made = {"by": office, "at": now() - timedelta(days=40), "found_on": today() - timedelta(days=60)}
    problem = a_resolved_problem(team, head=head, **made, due_on=today() - timedelta(days=20))
    return (close_out_problem(problem, by=office, at=now() - timedelta(days=30)).number,)


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
        number=21,
        title="推广“一张表单”办事",
        lead_department=Department.objects.get(name="县行政审批局"),
        start_on=today(),
        due_on=date(2026, 12, 20),
        by=User.objects.get(username="office"),
        at=now(),
    )
    return YEAR, 21


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


def _unvoted() -> tuple:
    """The first group of a review that nobody has voted in yet."""
    return rounds.second_review().pk, 1


def _of(row: Callable[[], AssessmentRound | Claim], *more: str | int) -> Callable[[], tuple]:
    """The arguments of an address about a round or a claim."""
    return lambda: (row().pk, *more)


OF_YEAR = ("trial-2026-q3", 2026)
"""The year of the published round."""


def _year(result: Callable[[], YearResult | Appeal]) -> Callable[[], tuple]:
    """The arguments of an address about that year, once its result has come so far."""

    def arguments() -> tuple:
        result()
        return OF_YEAR

    return arguments


def _noticed_year() -> tuple:
    rounds.year_noticed()
    return rounds.published().pk, TEAM


def _drafted_plan() -> tuple:
    return rounds.PLAN, rounds.drafted().number


def _redrafted_plan() -> tuple:
    return rounds.PLAN, rounds.redrafted().number


def _gap() -> tuple:
    round = rounds.frozen()
    gap = gaps(round, at=now())[0]
    return round.pk, round.plan.indicators.get(code=gap.code).pk, gap.team.code


def _left_out() -> tuple:
    decision = rounds.left_out()
    return decision.round_id, decision.indicator_id, decision.team.code


def _correcting(state: str, *also: object) -> Callable[[], tuple]:
    """The correction of the published result, up to a state."""

    def made() -> tuple:
        one = rounds.correcting(state)
        return one.round_id, one.number, *also

    return made


def _appealed_after() -> tuple:
    one = rounds.appealed_after()
    return one.round_id, one.result_correction.number


def _published_rows() -> tuple:
    round = rounds.correcting("opened").round
    return round.pk, round.plan.indicators.get(code="T2").pk, TEAM


def _none(round: Callable[[], AssessmentRound]) -> Callable[[], tuple]:
    """No arguments, once there is such a round."""

    def made() -> tuple:
        round()
        return ()

    return made


def _supplier() -> tuple:
    round = rounds.supplied()
    return round.pk, round.sources.get(indicator__code="T7", team__code="theme-training").pk


def _correction() -> tuple:
    round = rounds.confirmed()
    return round.pk, FigureCorrection.objects.get(figure__source__round=round).pk


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


def _sessions() -> tuple:
    """The head is signed in on a desk and on a phone."""
    head, real = User.objects.get(username=HEAD), timezone.now()
    devices = {"Windows NT 10.0 Chrome/130.0": "10.12.3.4", "Android 14 MicroMessenger/8.0": "10.12.80.9"}
    for device, address in devices.items():
        sign_ins.sign_in(head, at=now(), session_key=device[:40], device=device, address=address, real=real)
    return ()


def _newcomer() -> tuple:
    """Somebody has been given a first password."""
    accounts.create_account(
        by=User.objects.get(username="admin"), at=now(), username="newcomer", name="新某某", password="Lantern-ferry-27"
    )
    return ()


def _failures() -> tuple:
    """Somebody forgot the password, and somebody tried accounts."""
    sign_ins.fail_sign_in(HEAD, at=now())
    sign_ins.fail_sign_in("root", at=now())
    sign_ins.lock_out(HEAD, at=now())
    return ()


def _prepared() -> tuple:
    """A promotion meeting is in preparation, with a proposed decision."""
    secretary = User.objects.get(username="secretary")
    leader = User.objects.get(username=LEADER)
    meeting = plan_meeting(
        action=SpecialAction.objects.chosen(),
        kind="promotion",
        starts_at=at_time(today() + timedelta(days=14), 15),
        place="县委三楼会议室",
        chair=leader,
        contact="秦某某",
        contact_phone="内线8001",
        leave_by=at_time(today() + timedelta(days=13), 12),
        by=secretary,
        at=now(),
    )
    words = DecisionWords(text="新成立的专班年底前拿出首批成果。", audience="new", due_on=today() + timedelta(days=60))
    record_decision(meeting, words, by=secretary, at=now())
    return (meeting.pk,)


OFFICE, CENTRE, LEADER, HEAD = "office", "centre", "leader", "head-village-economy"
ACTION = "governance-2026"
TEAM = "village-economy"

SCREENS = [
    # Before signing in, and one's own things
    Screen("sign-in", "", "sign_in"),
    Screen("account", HEAD, "account", _sessions),
    Screen("own-password", "newcomer", "own_password", _newcomer),
    Screen("account-mail", HEAD, "account_mail"),
    Screen("people", "admin", "people_list"),
    Screen("sign-ins", "admin", "sign_in_list", _failures),
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
    Screen("team-close", OFFICE, "team_close", _team_to_close),
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
    Screen("township-import", "admin", "township_import"),
    Screen("township-import-tried", "admin", "township_import_try", uploads.townships),
    Screen("calendar", "admin", "calendar", query="?year=2026"),
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
    # Supervision orders and circulars
    Screen("orders", OFFICE, "order_desk"),
    Screen("orders-of-a-head", "head-member-service", "order_desk"),
    Screen("orders-all", OFFICE, "order_list"),
    Screen("order-new", OFFICE, "order_new"),
    Screen("proposal-dismiss", OFFICE, "proposal_dismiss", ("red", "2026-10-21", YEAR, 7)),
    Screen("talk-dismiss", OFFICE, "talk_dismiss", ("talk", "2026-10-21", "member-service")),
    Screen("order", OFFICE, "order", orders.order_to_judge),
    Screen("order-answer", "head-member-service", "order_answer", orders.order_to_answer),
    Screen("order-judge", OFFICE, "order_judge", orders.order_to_judge),
    Screen("order-void", OFFICE, "order_void", orders.order_to_answer),
    Screen("order-evidence", "head-member-service", "order_evidence", orders.order_to_answer),
    Screen("circulars", OFFICE, "circular_list"),
    Screen("circular-new", OFFICE, "circular_new"),
    Screen("circular-draft", "leader", "circular_draft", orders.a_draft),
    Screen("circular-edit", OFFICE, "circular_edit", orders.a_draft),
    Screen("circular-sign", "leader", "circular_sign", orders.a_draft),
    Screen("circular-withdraw", OFFICE, "circular_withdraw", orders.a_draft),
    Screen("circular", "auditor", "circular", orders.a_circular),
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
    Screen("report-take-back", "head-urban-party-building", "report_take_back", ("urban-party-building", "2026-10-11")),
    Screen("report-returned", "head-property-management", "report", ("property-management", "2026-10-11")),
    Screen("report-accepted", HEAD, "report", (TEAM, "2026-10-11")),
    Screen("reports-listed", OFFICE, "report_list"),
    Screen("reviews", OFFICE, "review_queue"),
    Screen("review", OFFICE, "review", _waiting_report),
    Screen("review-undo", OFFICE, "review_undo", _accepted_report),
    Screen("matter", OFFICE, "matter", _matter),
    Screen("problems", OFFICE, "problem_list"),
    Screen("problems-none", "auditor", "problem_list"),
    Screen("problem", OFFICE, "problem", lambda: _problem("closed_out")),
    Screen("problem-new", "head-village-economy", "problem_new"),
    Screen("problem-evidence", OFFICE, "problem_evidence", lambda: (*_problem("resolved"), "after")),
    Screen("problem-analyse", OFFICE, "problem_analyse", lambda: _problem("raised")),
    Screen("problem-merge", OFFICE, "problem_merge", lambda: _problem("raised")),
    Screen("problem-drop", OFFICE, "problem_drop", lambda: _problem("raised")),
    Screen("problem-take-up", "head-property-management", "problem_take_up", lambda: _problem("analysed")),
    Screen("problem-task", OFFICE, "problem_task_add", lambda: _problem("analysed")),
    Screen("problem-resolve", "head-asset-rectification", "problem_resolve", lambda: _problem("rectifying")),
    Screen("problem-verify", OFFICE, "problem_verify", lambda: _problem("resolved")),
    Screen("problem-reopen", OFFICE, "problem_reopen", lambda: _problem("closed_out")),
    Screen("problem-look-back", OFFICE, "problem_look_back", _problem_to_look_back_on),
    Screen("matter-pass-on", OFFICE, "matter_assign", _waiting_matter),
    Screen("dispatch", OFFICE, "dispatch"),
    Screen("dispatch-of-a-head", HEAD, "dispatch"),
    Screen("dispatch-week", LEADER, "dispatch", query="?week=2026-09-20"),
    Screen("periods", OFFICE, "period_list"),
    Screen("period-new", OFFICE, "period_new"),
    Screen("period-calendar", OFFICE, "period_calendar"),
    Screen("period-due", OFFICE, "period_due", lambda: (_last_due().pk,)),
    Screen("period-close-hindered", OFFICE, "period_close", lambda: (_last_due().pk,)),
    # The assessment
    Screen("assessment", CENTRE, "assessment"),
    Screen("assessment-of-a-head", HEAD, "assessment"),
    Screen("measures", CENTRE, "measures"),
    Screen("plans", CENTRE, "plan_list"),
    Screen("plan", HEAD, "plan", (rounds.PLAN, 1)),
    Screen("plan-annex", HEAD, "plan_annex", (rounds.PLAN, 1)),
    Screen("plan-compare", CENTRE, "plan_compare", _redrafted_plan),
    Screen("plan-compare-alone", HEAD, "plan_compare", (rounds.PLAN, 1)),
    Screen("plan-new", CENTRE, "plan_new"),
    Screen("plan-begin", CENTRE, "plan_begin"),
    Screen("plan-revise", CENTRE, "plan_revise", (rounds.PLAN, 1)),
    Screen("plan-draft", CENTRE, "plan", _drafted_plan),
    Screen("plan-edit", CENTRE, "plan_edit", lambda: (*_drafted_plan(), "plan")),
    Screen("plan-edit-grades", CENTRE, "plan_edit", lambda: (*_drafted_plan(), "grades")),
    Screen("plan-edit-indicator", CENTRE, "plan_edit_indicator", lambda: (*_drafted_plan(), 1)),
    Screen("plan-adopt", "centre2", "plan_adopt", _drafted_plan),
    Screen("round-new-plan", CENTRE, "round_new"),
    Screen("round-new", CENTRE, "round_new", query="?plan=1"),
    Screen("round-preparing", CENTRE, "round", _of(rounds.opened)),
    Screen("round-amend", CENTRE, "round_amend", _of(rounds.opened)),
    Screen("round-freeze", CENTRE, "round_freeze", _of(rounds.opened)),
    Screen("round-collecting", CENTRE, "round", _of(rounds.frozen)),
    Screen("round-tiers", CENTRE, "round_figures", _of(rounds.frozen), "?indicator=T6"),
    Screen("round-figures", CENTRE, "round_figures", _of(rounds.entered), "?indicator=T7"),
    Screen("round-suppliers", CENTRE, "round_suppliers", _of(rounds.supplied)),
    Screen("round-suppliers-asked", CENTRE, "round_suppliers", _of(rounds.confirmed)),
    Screen("round-suppliers-own-lead", CENTRE, "round_suppliers", _of(rounds.to_be_countersigned)),
    Screen("supplier", CENTRE, "supplier", _supplier),
    Screen("correction-answer", CENTRE, "correction_answer", _correction),
    Screen("round-countersign", CENTRE, "round_countersign", _of(rounds.to_be_countersigned)),
    Screen("figure-list", "data", "figure_list", _none(rounds.supplied)),
    Screen("figure-list-empty", HEAD, "figure_list"),
    Screen("figure-supply", "data", "figure_supply", _of(rounds.supplied, "T7")),
    Screen("figure-supply-saved", "data", "figure_supply", _of(rounds.written, "T7")),
    Screen("figure-confirm", "data", "figure_confirm", _of(rounds.written, "T7")),
    Screen("figure-supply-confirmed", "data", "figure_supply", _of(rounds.confirmed, "T7")),
    Screen("figure-correct", "data", "figure_correct", _of(rounds.confirmed, "T7", "theme-training")),
    Screen("figure-import", "data", "figure_import", _of(rounds.supplied, "T7")),
    Screen("row-offers", CENTRE, "row_offers", _of(rounds.offered)),
    Screen("row-offers-decided", CENTRE, "row_offers", _of(rounds.frozen)),
    Screen("round-left-out", CENTRE, "round_left_out", lambda: (rounds.left_out().round_id,)),
    Screen("leave-out", CENTRE, "leave_out", _gap),
    Screen("take-in", CENTRE, "leave_out", _left_out),
    Screen("self-score", HEAD, "self_score", _of(rounds.frozen, TEAM)),
    Screen("own-tally", HEAD, "own_tally", lambda: (rounds.running().pk, TEAM)),
    Screen("own-tally-frozen", HEAD, "own_tally", _of(rounds.frozen, TEAM)),
    Screen("round-facts", CENTRE, "round_facts", lambda: (rounds.asked().round_id,)),
    Screen("fact-sheet", HEAD, "fact_sheet", lambda: (rounds.asked().round_id, TEAM)),
    Screen("fact-ask", HEAD, "fact_ask", lambda: (rounds.asked().round_id, TEAM), "?fact=T6"),
    Screen("round-appeals", CENTRE, "round_appeals", lambda: (rounds.appealed().round_id,)),
    Screen("round-appeals-none", HEAD, "round_appeals", _of(rounds.noticed)),
    Screen("appeal-new", HEAD, "appeal_new", _of(rounds.noticed, TEAM)),
    Screen("appeal", CENTRE, "appeal", lambda: (rounds.appealed().pk,)),
    Screen("appeal-evidence", HEAD, "appeal_evidence", lambda: (rounds.appealed(team=TEAM).pk,)),
    Screen("appeal-allowed", CENTRE, "appeal", lambda: (rounds.appeal_allowed().pk,)),
    Screen("results-after-appeal", HEAD, "results", lambda: (rounds.appeal_allowed().round_id,)),
    Screen("appeal-decide", "centre2", "appeal_decide", lambda: (rounds.appealed().pk,)),
    Screen("appeal-decide-rows", "centre2", "appeal_decide", lambda: (rounds.appealed("T4").pk,)),
    Screen("question-answer", CENTRE, "question_answer", lambda: (rounds.asked().pk,)),
    Screen("question-figure", CENTRE, "question_answer", lambda: (rounds.asked("T7").pk,)),
    Screen("round-check", CENTRE, "round_check", _of(rounds.entered)),
    Screen("round-checking", CENTRE, "round", _of(rounds.checked)),
    Screen("round-begin-scoring", CENTRE, "round_begin_scoring", _of(rounds.checked)),
    Screen("round-scoring", CENTRE, "round", _of(rounds.scoring)),
    Screen("round-score", CENTRE, "round_score", _of(rounds.scoring)),
    Screen("claims", CENTRE, "claim_list", query="?q=" + quote("试点")),
    Screen("claims-none", HEAD, "claim_list"),
    Screen("claim-new", OFFICE, "claim_new"),
    Screen("claim-new-of-a-head", rounds.CLAIMANT, "claim_new"),
    Screen("claim-to-decide", CENTRE, "claim", _of(rounds.claimed)),
    Screen("claim-of-a-head", rounds.CLAIMANT, "claim", _of(rounds.claimed)),
    Screen("claim-evidence", rounds.CLAIMANT, "claim_evidence", _of(rounds.claimed)),
    Screen("claim-approve", CENTRE, "claim_approve", _of(rounds.claimed)),
    Screen("claim-reject", CENTRE, "claim_reject", _of(rounds.claimed)),
    Screen("claim-withdraw", rounds.CLAIMANT, "claim_withdraw", _of(rounds.claimed)),
    Screen("claim-lower", CENTRE, "claim_lower", _of(rounds.decided)),
    Screen("claim-veto", rounds.CLAIMANT, "claim", _of(rounds.vetoed)),
    Screen("claim-answer", rounds.CLAIMANT, "claim_answer", _of(rounds.vetoed)),
    Screen("round-back", CENTRE, "round_back", _of(rounds.entered)),
    Screen("round-abandon", CENTRE, "round_abandon", _of(rounds.entered)),
    Screen("result-correction-new", CENTRE, "result_correction_new", _of(rounds.published)),
    Screen("result-correction-opened", CENTRE, "result_correction", _correcting("opened")),
    Screen("result-correction", CENTRE, "result_correction", _correcting("scored")),
    Screen("result-correction-in-notice", HEAD, "result_correction", _correcting("public_notice")),
    Screen("result-correction-published", OFFICE, "result_correction", _correcting("published")),
    Screen("result-correction-score", CENTRE, "result_correction_score", _correcting("opened")),
    Screen("result-correction-approve", "centre2", "result_correction_approve", _correcting("scored")),
    Screen("result-correction-notice", CENTRE, "result_correction_notice", _correcting("approved")),
    Screen("result-correction-publish", CENTRE, "result_correction_publish", _correcting("noticed")),
    Screen("result-correction-back", CENTRE, "result_correction_back", _correcting("approved")),
    Screen("result-correction-drop", CENTRE, "result_correction_drop", _correcting("opened")),
    Screen("result-correction-appeals", CENTRE, "result_correction_appeals", _appealed_after),
    Screen("result-correction-appeal-new", HEAD, "result_correction_appeal_new", _correcting("public_notice", TEAM)),
    Screen("result-correction-appeal", "centre2", "appeal_decide", lambda: (rounds.appealed_after().pk,)),
    Screen("published-rows", CENTRE, "published_rows", _published_rows),
    Screen("result-superseded", OFFICE, "results", lambda: (rounds.correcting("published").round_id,), "?result=1"),
    Screen("sheet", "judge6", "sheet", panels.seat),
    Screen("sheet-sign", "judge6", "sheet_sign", panels.seat),
    Screen("step-aside", "judge6", "step_aside", lambda: (*panels.seat(), TEAM)),
    Screen("sheet-again", "judge6", "sheet", panels.seat_asked_again),
    Screen("panel", CENTRE, "panel", panels.round),
    Screen("panel-of-all", CENTRE, "panel", panels.round_apart),
    Screen("seat-new", CENTRE, "seat_new", panels.round),
    Screen("seat-replace", CENTRE, "seat_replace", lambda: (*panels.round(), *panels.seat())),
    Screen("panel-close", CENTRE, "panel_close", panels.round),
    Screen("moderation", CENTRE, "moderation", lambda: (*panels.round_apart(), "C4", TEAM)),
    Screen("marks-aside", CENTRE, "marks_aside", lambda: (*panels.round_apart(), *panels.seat(), TEAM)),
    Screen("round-abandoned", CENTRE, "round", _of(rounds.abandoned)),
    Screen("round-review", CENTRE, "round", _of(rounds.review)),
    Screen("votes", CENTRE, "round_votes", _of(rounds.review)),
    Screen("slips-print", CENTRE, "slips_print", _unvoted),
    Screen("slips-reprint", CENTRE, "slips_reprint", _of(rounds.review, 2)),
    Screen("voter-group-close", CENTRE, "voter_group_close", _of(rounds.review, 2)),
    Screen("tally", CENTRE, "vote_tally", _of(rounds.review, 3)),
    Screen("tally-import", CENTRE, "tally_import", _of(rounds.review, 3)),
    Screen(
        "tally-import-try", CENTRE, "tally_import_try", uploads.tally, f"?{urlencode({'cast': 30, 'document': '2号'})}"
    ),
    Screen("slip", "", "slip"),
    Screen("round-scored", "centre2", "round", _of(rounds.scored)),
    Screen("results-unpublished", CENTRE, "results", _of(rounds.scored)),
    Screen("round-approve", "centre2", "round_approve", _of(rounds.scored)),
    Screen("round-notice", CENTRE, "round_notice", _of(rounds.approved)),
    Screen("round-in-notice", CENTRE, "round", _of(rounds.noticed)),
    Screen("results-in-notice", HEAD, "results", _of(rounds.noticed)),
    Screen("scorecard-in-notice", HEAD, "scorecard", _of(rounds.noticed, TEAM)),
    Screen("round-publish", CENTRE, "round_publish", _of(rounds.notice_over)),
    Screen("round-published", CENTRE, "round", _of(rounds.published)),
    Screen("year", LEADER, "year", OF_YEAR),
    Screen("year-of-the-centre", CENTRE, "year", OF_YEAR),
    Screen("year-compute", CENTRE, "year_compute", OF_YEAR),
    Screen("year-computed", "centre2", "year", _year(rounds.year_computed)),
    Screen("year-approve", "centre2", "year_approve", _year(rounds.year_computed)),
    Screen("year-notice", CENTRE, "year_notice", _year(rounds.year_approved)),
    Screen("year-in-notice", HEAD, "year", _year(rounds.year_noticed)),
    Screen("year-appeals", HEAD, "year_appeals", _year(rounds.year_noticed)),
    Screen("year-appeals-filed", CENTRE, "year_appeals", _year(rounds.year_appealed)),
    Screen("year-appeal-new", HEAD, "year_appeal_new", _noticed_year),
    Screen("year-appeal-decide", "centre2", "appeal_decide", lambda: (rounds.year_appealed().pk,)),
    Screen("year-appeal-allowed", CENTRE, "appeal", lambda: (rounds.year_appeal_allowed().pk,)),
    Screen("year-withdraw", CENTRE, "year_withdraw", _year(rounds.year_noticed)),
    Screen("year-publish", CENTRE, "year_publish", _year(lambda: rounds.year_noticed(days=14))),
    Screen("year-published", HEAD, "year", _year(rounds.year_published)),
    Screen("results-of-the-office", OFFICE, "results", _of(rounds.published)),
    Screen("results", LEADER, "results", _of(rounds.published)),
    Screen("results-of-a-head", HEAD, "results", _of(rounds.published)),
    Screen("stability", LEADER, "stability", _of(rounds.published)),
    Screen("versus", LEADER, "versus", _of(rounds.published)),
    Screen("versus-screen", LEADER, "versus", _of(rounds.published), "?screen=1"),
    Screen("what-if", LEADER, "what_if", _of(rounds.published)),
    Screen("what-if-changed", LEADER, "what_if", _of(rounds.published), "?%3Abonus_cap=2&T2=30&T7=10"),
    Screen("what-if-refused", LEADER, "what_if", _of(rounds.published), "?T2=10&T7=many"),
    Screen("what-if-draft", CENTRE, "what_if_draft", _of(rounds.published), "?T1=27.877&T2=17.123"),
    Screen("plan-tried", CENTRE, "plan_tried", _redrafted_plan),
    Screen("round-checks", "centre2", "round_checks", _of(rounds.scored)),
    Screen("check-seen", "centre2", "check_seen", _of(rounds.scored, "no_evidence")),
    Screen("verification", LEADER, "verification", _of(rounds.published)),
    Screen("scorecard", HEAD, "scorecard", _of(rounds.published, TEAM)),
    Screen("scorecard-barred", LEADER, "scorecard", _of(rounds.published, "member-service")),
    Screen("scorecard-not-graded", LEADER, "scorecard", _of(rounds.published, "property-management")),
    # Meetings and decisions
    Screen("meetings", OFFICE, "meeting_list"),
    Screen("meetings-of-a-head", HEAD, "meeting_list"),
    Screen("meeting", OFFICE, "meeting", (loop.HELD,)),
    Screen("meeting-of-a-head", HEAD, "meeting", (loop.HELD,)),
    Screen("meeting-prepared", "secretary", "meeting", (loop.NEXT,)),
    Screen("meeting-chapter", HEAD, "meeting_chapter", (loop.HELD, TEAM)),
    Screen("meeting-new", "secretary", "meeting_new", ("promotion",)),
    Screen("meeting-edit", "secretary", "meeting_edit", (loop.NEXT,)),
    Screen("meeting-announce", "secretary", "meeting_announce", (loop.NEXT,)),
    Screen("meeting-cancel", "secretary", "meeting_cancel", (loop.NEXT,)),
    Screen("meeting-hold", "secretary", "meeting_hold", loop.a_meeting_today),
    Screen("meeting-unhold", "secretary", "meeting_unhold", loop.corrected),
    Screen("meeting-attendance", "secretary", "meeting_attendance", (loop.NEXT,)),
    Screen("meeting-item", "secretary", "meeting_item", loop.an_item),
    Screen("meeting-minutes", "secretary", "meeting_minutes", loop.corrected),
    Screen("meeting-minutes-to-sign", LEADER, "meeting_minutes", loop.submitted),
    Screen("minutes-return", LEADER, "minutes_return", loop.submitted),
    Screen("minutes-correct", OFFICE, "minutes_correct", (loop.HELD,)),
    Screen("meeting-screen", LEADER, "meeting_screen", (loop.HELD,)),
    Screen("meeting-screen-prepared", OFFICE, "meeting_screen", (loop.NEXT,)),
    Screen("meeting-chapter-prepared", HEAD, "meeting_chapter", (loop.NEXT, TEAM)),
    Screen("meeting-chapter-held", LEADER, "meeting_chapter", (loop.HELD, TEAM)),
    Screen("decision", OFFICE, "decision", (loop.HELD, 4)),
    Screen("decision-of-a-head", HEAD, "decision", (loop.HELD, 5)),
    Screen("decision-new", "secretary", "decision_new", (loop.NEXT,)),
    Screen("decision-edit", "secretary", "decision_edit", loop.a_proposed_decision),
    Screen("decision-drop", OFFICE, "decision_drop", loop.a_proposed_decision),
    Screen("decision-work", OFFICE, "decision_work", (loop.HELD, 1), "?as=own_tasks"),
    Screen("decision-done", OFFICE, "decision_done", ("dispatch-2026-1", 3, "member-service")),
    Screen("decision-withdraw", OFFICE, "decision_withdraw", ("dispatch-2026-1", 2, "asset-rectification")),
    # Instructions of leaders
    Screen("instructions", LEADER, "instruction_list"),
    Screen("instructions-of-a-head", HEAD, "instruction_list"),
    Screen("instruction-new", OFFICE, "instruction_new"),
    Screen("instruction", LEADER, "instruction", loop.SPEECH),
    Screen("line-new", "secretary", "line_new", loop.corrected),
    Screen("line-edit", "secretary", "line_edit", loop.a_proposed_line),
    Screen("line-drop", OFFICE, "line_drop", loop.a_proposed_line),
    Screen("line-report", "head-member-service", "line_report", (*loop.SPEECH, 3, "member-service")),
    Screen("line-withdraw", HEAD, "line_withdraw", (*loop.SPEECH, 3, TEAM)),
    # Requirements from above
    Screen("requirements", OFFICE, "requirement_list"),
    Screen("requirement-new", OFFICE, "requirement_new"),
    Screen("requirement", OFFICE, "requirement", loop.requirement),
    Screen("requirement-of-a-head", HEAD, "requirement", loop.requirement),
    Screen("requirement-edit", OFFICE, "requirement_edit", loop.unanswered),
    Screen("clauses-add", OFFICE, "clauses_add", loop.requirement),
    Screen("clause-edit", OFFICE, "clause_edit", lambda: loop.clause(3)),
    Screen("clause-match", OFFICE, "clause_match", lambda: loop.clause(3)),
    Screen("clause-task", OFFICE, "clause_task", lambda: loop.clause(3)),
    Screen("clause-decline", OFFICE, "clause_decline", lambda: loop.clause(3)),
    Screen("clause-answer", HEAD, "clause_answer", lambda: loop.clause(4, TEAM)),
    # Templates of papers
    Screen("documents", OFFICE, "document_list"),
    Screen("bulletin-issue", OFFICE, "bulletin_issue", (2026, 8)),
    Screen("documents-of-a-secretary", "secretary", "document_list"),
    Screen("document", OFFICE, "document", ("minutes",)),
    Screen("document-replace", OFFICE, "document_replace", ("minutes",)),
    # Showcases and places
    Screen("showcases", LEADER, "showcase_list"),
    Screen("showcases-of-an-auditor", "auditor", "showcase_list"),
    Screen("showcase-new", HEAD, "showcase_new"),
    Screen("showcase", OFFICE, "showcase", lambda: loop.showcase("“一表通办”", "experience")),
    Screen("showcase-learned", "head-asset-rectification", "showcase", lambda: loop.showcase("“一村一册”", "learned")),
    Screen("showcase-edit", HEAD, "showcase_edit", lambda: loop.showcase("“联建工坊”", "flagship")),
    Screen("showcase-evidence", HEAD, "showcase_evidence", lambda: loop.showcase("“联建工坊”", "flagship")),
    Screen("showcase-copy", HEAD, "showcase_copy", lambda: loop.showcase("“一村一册”", "experience")),
    Screen(
        "showcase-verdict",
        "head-asset-rectification",
        "showcase_verdict",
        lambda: loop.showcase("“一村一册”", "learned"),
    ),
    Screen("step-propose", HEAD, "step_propose", lambda: loop.showcase("“联建工坊”", "flagship")),
    Screen("step-confirm", OFFICE, "step_confirm", loop.a_waiting_step),
    Screen("step-withdraw", OFFICE, "step_withdraw", loop.a_waiting_step),
    Screen("field-places", OFFICE, "field_place_list"),
    Screen("field-place-new", OFFICE, "field_place_new"),
    # The admin site
    Screen("admin", "admin", "admin:index"),
    Screen("admin-account", "admin", "admin:people_user_change", lambda: (User.objects.get(username=OFFICE).pk,)),
    Screen("admin-account-new", "admin", "admin:people_user_add"),
    Screen("admin-departments", "admin", "admin:people_department_changelist"),
    Screen("admin-department-new", "admin", "admin:people_department_add"),
    Screen("admin-townships", "admin", "admin:people_township_changelist"),
    Screen("admin-calendar", "admin", "admin:people_calendarday_changelist"),
    Screen("admin-calendar-day-new", "admin", "admin:people_calendarday_add"),
    Screen("admin-lamp-rules", "admin", "admin:teams_lamprule_changelist"),
    Screen("admin-lamp-rule-new", "admin", "admin:teams_lamprule_add"),
    Screen("admin-secretary", "secretary", "admin:index"),
    Screen("admin-meetings", "secretary", "admin:meetings_meeting_changelist"),
    Screen("admin-meeting-new", "secretary", "admin:meetings_meeting_add", query="?kind=promotion"),
    Screen("admin-meeting", "secretary", "admin:meetings_meeting_change", _prepared),
    Screen("admin-meeting-announce", "secretary", "admin:meetings_meeting_announce", _prepared),
]

NO_SCREENS = {
    "decision_adopt": "sent by a button",
    "decisions_adopt": "sent by a button",
    "line_adopt": "sent by a button",
    "meeting_bind": "sent by a button",
    "meeting_item_defer": "sent by a button",
    "meeting_item_return": "sent by a button",
    "meeting_screen_place": "sent by the page that the room sees",
    "meeting_take_up": "sent by a button",
    "meeting_update": "sent by a button",
    "requirement_file": "answers with a file",
    "meeting_paper": "answers with a file",
    "meeting_folder": "answers with a file",
    "order_paper": "answers with a file",
    "circular_paper": "answers with a file",
    "bulletin": "answers with a file",
    "appeal_letter": "answers with a file",
    "document_file": "answers with a file",
    "document_original": "answers with a file",
    "document_restore": "sent by a button",
    "sign_out": "sent by a button",
    "report_sheet": "answers with a file",
    "task_acknowledge": "sent by a button",
    "order_acknowledge": "sent by a button",
    "evidence_file": "answers with a file",
    "evidence_small": "answers with a picture",
    "team_archive": "answers with a file",
    "plan_export": "answers with a file",
    "figure_import_try": "the dry run that every import shows, with a tried file: test_figure_workbook.py",
    "plan_workbook": "answers with a file",
    "announcement": "answers with a file",
    "score_table": "answers with a file",
    "score_workbook": "answers with a file",
    "team_score_table": "answers with a file",
    "result_circular": "sent by a button",
    "task_ledger": "answers with a file",
    "first_passwords": "answers with a file",
    "language": "sent by a button",
    "end_session": "sent by a button",
    "end_other_sessions": "sent by a button",
    "people_undo": "sent by a button",
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
