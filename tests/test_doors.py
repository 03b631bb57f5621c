"""Every door of the house: each address of the urlconf, who is answered what, and how much it asks of the database.

A new address without a row fails; so does a row without an address. Ids stand for rows of the story, by name.
"""

from dataclasses import dataclass, field
from datetime import date

import pytest
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assessments.claims.claims import file_claim
from assessments.models import AdoptedPlan, AssessmentRound, FigureSource, Indicator, Seat
from governance.clock import at_time, now
from governance.people import sessions
from governance.people.models import User
from governance.records.models import Notice
from teams.evidence.attachments import attach_evidence
from teams.meetings.agenda.planning import plan_meeting
from teams.meetings.orders.circulars import draft_circular, sign_circular
from teams.meetings.problems.verification import close_out_problem
from teams.meetings.requirements.matching import match_clause
from teams.meetings.showcases.steps import Proof, propose_step
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
from tests.teams.meetings.factories import (
    a_problem,
    a_problem_in_rectification,
    a_resolved_problem,
    an_analysed_problem,
    decided_for,
    make_requirement,
    make_showcase,
)
from tests.teams.meetings.sample_orders import issued

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
    "judge": "judge7",
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


MEETING = "topic-2026-71"
"""A meeting with an adopted decision, a proposed one and a line heard, and an instruction beside them."""
PREPARED = {"office": 200, "leader": 200, "secretary": 200}
DECIDED = PREPARED | {"own": 200}
OF_OFFICE = {"office": 200, "leader": 403, "secretary": 403}
PAPERS = {"office": 200, "leader": 200, "own": 200}
"""Who reads the papers of the own team."""

SUPPLIERS = dict.fromkeys(("office", "leader", "other"), 200)
"""Whose account belongs to the department that supplies T6 in the story's round."""

APPEALING = ("office", "centre", "leader", "own", "other")
"""Who sees the public notice of the story's round with the appeals that they may read."""

CLAIM_READERS = dict.fromkeys(("office", "leader", "centre", "own"), 200)
CLAIM_STEP = dict.fromkeys(CLAIM_READERS, 403)
"""Who reads the veto that the office has filed against the own team; each of its steps is for one of them."""

SCORED = dict.fromkeys(("office", "centre", "leader", "own", "other"), 200)
"""Who sees the points of a team once they are shown: all teams, or the own one."""

PREPARERS = ("office", "leader", "secretary")
"""Who prepares and follows meetings."""

DOORS = {
    "account": Door(),
    "account_mail": Door(),
    "own_password": Door(others=302),
    "end_session": Door(args=(0,), others=405),
    "end_other_sessions": Door(others=405),
    "people_list": Door(others=403, statuses={"admin": 200}),
    "people_undo": Door(args=(0,), others=405),
    "sign_in_list": Door(others=403, statuses={"admin": 200}),
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
    "team_close": Door(args=(OWN,), others=403, statuses={"office": 409}),
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
    "calendar": Door(others=403, statuses={"admin": 200}),
    "township_import": Door(others=403, statuses={"admin": 200}),
    "township_import_try": Door(args=(0,), others=403, statuses={"admin": 404}),
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
    "task_resume": Door(args=(2026, 7), others=403, statuses={"office": 409}),
    "task_shares": Door(args=(2026, 7), others=403, statuses={"office": 200, "own": 200}),
    "milestones_add": Door(args=(2026, 7), others=403, statuses={"office": 200}),
    "milestone_done": Door(args=(2026, 7, "milestone"), others=403, statuses={"office": 200, "own": 200}),
    "milestone_replace": Door(args=(2026, 7, "milestone"), others=403, statuses={"office": 200}),
    "extension_ask": Door(args=(2026, 7), others=403, statuses={"own": 409}),
    "close_out_ask": Door(args=(2026, 7), others=403, statuses={"own": 200}),
    "extension_list": Door(),
    "close_out_list": Door(),
    "matter_list": Door(),
    "decisions": Door(others=403, statuses={"office": 200}),
    "extension_decide": Door(args=("extension",), others=404, statuses={"office": 200, "leader": 403}),
    "close_out_decide": Door(args=("close_out",), others=404, statuses={"office": 302, "leader": 403}),
    "report_matrix": Door(),
    "report_list": Door(),
    "review_queue": Door(others=403, statuses={"office": 200}),
    "review": Door(args=("submitted",), others=403, statuses={"office": 200}),
    "review_undo": Door(args=("submitted",), others=403, statuses={"office": 409}),
    "report": Door(args=(OWN, "2026-10-01"), others=404, statuses={"office": 200, "leader": 200, "own": 200}),
    "report_paper": Door(others=403, statuses={"office": 200}),
    "report_sheet": Door(args=(OWN, "2026-10-11"), others=404, statuses={"office": 200, "leader": 403, "own": 200}),
    "report_import": Door(args=(OWN, "2026-10-11"), others=404, statuses={"office": 200, "leader": 403, "own": 200}),
    "report_import_try": Door(args=(OWN, "2026-10-11", 0), others=404, statuses={"leader": 403}),
    "report_take_back": Door(args=(OWN, "2026-10-11"), others=404, statuses={"office": 403, "leader": 403, "own": 409}),
    "report_approve": Door(args=(OWN, "2026-10-11"), others=404, statuses={"office": 403, "leader": 403, "own": 200}),
    "matter": Door(args=("matter",), others=404, statuses={"office": 200, "leader": 200, "own": 200}),
    "matter_assign": Door(args=("matter",), others=404, statuses={"office": 200, "leader": 403, "own": 403}),
    "problem_list": Door(),
    "problem_new": Door(others=403, statuses={"office": 200, "own": 200, "other": 200}),
    "problem": Door(args=("problem",), others=404, statuses=PAPERS),
    "problem_evidence": Door(args=("problem", "before"), others=404, statuses=PAPERS),
    "problem_analyse": Door(args=("problem",), others=404, statuses=PAPERS | {"leader": 403, "own": 403}),
    "problem_merge": Door(args=("problem",), others=404, statuses=PAPERS | {"leader": 403, "own": 403}),
    "problem_drop": Door(args=("problem",), others=404, statuses=PAPERS | {"leader": 403, "own": 403}),
    "problem_take_up": Door(args=("analysed",), others=404, statuses=PAPERS | {"leader": 403, "office": 403}),
    "problem_task_add": Door(args=("analysed",), others=404, statuses=PAPERS | {"leader": 403, "own": 403}),
    "problem_resolve": Door(args=("working",), others=404, statuses=PAPERS | {"leader": 403, "office": 403}),
    "problem_verify": Door(args=("resolved",), others=404, statuses=PAPERS | {"leader": 403, "own": 403}),
    "problem_reopen": Door(args=("closed",), others=404, statuses=PAPERS | {"leader": 403, "own": 403}),
    "problem_look_back": Door(args=("closed",), others=404, statuses={"office": 409, "leader": 403, "own": 403}),
    "evidence": Door(args=("task", "piece"), others=404, statuses=PAPERS),
    "evidence_file": Door(args=("task", "piece"), others=404, statuses=PAPERS),
    "evidence_small": Door(args=("task", "piece"), others=404, statuses=PAPERS),
    "evidence_withdraw": Door(args=("task", "piece"), others=404, statuses=PAPERS | {"leader": 403}),
    "task_evidence": Door(args=(2026, 7), others=404, statuses=PAPERS),
    "close_out_evidence": Door(args=(2026, "closing"), others=404, statuses={"office": 200, "leader": 200}),
    "entry_evidence": Door(args=(OWN, "2026-10-21", 2026, 7), others=404, statuses=PAPERS),
    "team_evidence": Door(args=(OWN,), others=404, statuses=PAPERS),
    "team_archive": Door(args=(OWN,), others=404, statuses=PAPERS | {"leader": 403, "own": 403}),
    "meeting_list": Door(),
    "meeting_new": Door(args=("promotion",), others=403, statuses={"secretary": 200}),
    "meeting": Door(args=("meeting",)),
    "meeting_edit": Door(args=("meeting",), others=403, statuses={"secretary": 200}),
    "meeting_announce": Door(args=("meeting",), others=403, statuses={"secretary": 200}),
    "meeting_cancel": Door(args=("meeting",), others=403, statuses={"secretary": 200}),
    "meeting_hold": Door(args=("meeting",), others=403, statuses={"secretary": 409}),
    "meeting_unhold": Door(args=("meeting",), others=403, statuses={"secretary": 409}),
    "meeting_update": Door(args=("meeting",), others=403, statuses={"secretary": 405}),
    "meeting_bind": Door(args=("meeting",), others=403, statuses={"secretary": 405, "office": 405}),
    "meeting_take_up": Door(args=("meeting", 0), others=403, statuses={"secretary": 405, "office": 405}),
    "meeting_attendance": Door(args=("meeting",), others=403, statuses={"secretary": 200}),
    "meeting_item": Door(args=("meeting", "item"), others=403, statuses={"secretary": 200}),
    "meeting_item_defer": Door(args=("meeting", "item"), others=403, statuses={"secretary": 405}),
    "meeting_item_return": Door(args=("meeting", "item"), others=403, statuses={"secretary": 405, "office": 405}),
    "meeting_minutes": Door(args=("meeting",), others=403, statuses=dict.fromkeys(PREPARERS, 409)),
    "minutes_return": Door(args=("meeting",), others=403, statuses={"office": 409, "leader": 409}),
    "minutes_correct": Door(args=("meeting",), others=403, statuses={"office": 409}),
    "meeting_paper": Door(args=("meeting", "sign_in"), others=403, statuses=dict.fromkeys(PREPARERS, 200)),
    "meeting_folder": Door(args=("meeting",), others=403, statuses=dict.fromkeys(PREPARERS, 405)),
    "meeting_screen": Door(args=("meeting",), others=403, statuses=dict.fromkeys(PREPARERS, 200)),
    "meeting_chapter": Door(args=("meeting", OWN), others=404, statuses=dict.fromkeys(PREPARERS, 200) | {"own": 200}),
    "meeting_screen_place": Door(args=("meeting", "item"), others=403, statuses={"secretary": 405, "office": 405}),
    "period_list": Door(),
    "period_new": Door(others=403, statuses={"office": 200}),
    "period_calendar": Door(others=403, statuses={"office": 200}),
    "period_due": Door(args=("period",), others=403, statuses={"office": 200}),
    "period_close": Door(args=("period",), others=403, statuses={"office": 200}),
    "requirement_list": Door(),
    "requirement_new": Door(others=403, statuses={"office": 200}),
    "requirement": Door(args=("requirement",)),
    "requirement_edit": Door(args=("requirement",), others=403, statuses={"office": 200}),
    "requirement_file": Door(args=("requirement",), others=404),
    "clauses_add": Door(args=("requirement",), others=403, statuses={"office": 200}),
    "clause_edit": Door(args=("requirement", 1), others=403, statuses={"office": 200}),
    "clause_match": Door(args=("requirement", 1), others=403, statuses={"office": 200}),
    "clause_task": Door(args=("requirement", 1), others=403, statuses={"office": 200}),
    "clause_decline": Door(args=("requirement", 1), others=403, statuses={"office": 200}),
    "clause_answer": Door(args=("requirement", 1, OWN), others=403, statuses={"office": 200, "own": 200}),
    "showcase_list": Door(),
    "showcase_new": Door(others=403, statuses={"office": 200, "own": 200, "other": 200}),
    "field_place_list": Door(),
    "field_place_new": Door(others=403, statuses={"office": 200}),
    "showcase": Door(args=("showcase",), others=404, statuses=PAPERS),
    "showcase_edit": Door(args=("showcase",), others=404, statuses=PAPERS | {"leader": 403}),
    "showcase_evidence": Door(args=("showcase",), others=404, statuses=PAPERS),
    "showcase_verdict": Door(args=("showcase",), others=404, statuses=PAPERS | {"leader": 403}),
    "showcase_copy": Door(args=("showcase",), others=404, statuses=PAPERS | {"leader": 403}),
    "step_propose": Door(args=("showcase",), others=404, statuses={"office": 403, "leader": 403, "own": 200}),
    "step_confirm": Door(
        args=("showcase", "proposed_step"), others=404, statuses={"office": 200, "leader": 403, "own": 403}
    ),
    "step_withdraw": Door(args=("showcase", "proposed_step"), others=404, statuses=PAPERS | {"leader": 403}),
    "order_desk": Door(),
    "order_list": Door(),
    "order_new": Door(others=403, statuses={"office": 200}),
    "proposal_dismiss": Door(args=("red", "2026-10-21", 2026, 7), others=403, statuses={"office": 200}),
    "talk_dismiss": Door(args=("talk", "2026-10-21", OWN), others=403, statuses={"office": 200}),
    "order": Door(args=("order", 2026, "red_order"), others=404, statuses=PAPERS),
    "order_acknowledge": Door(args=("order", 2026, "red_order"), others=405),
    "order_answer": Door(
        args=("order", 2026, "red_order"), others=404, statuses={"office": 403, "leader": 403, "own": 200}
    ),
    "order_judge": Door(args=("order", 2026, "red_order"), others=403, statuses={"office": 200}),
    "order_void": Door(
        args=("order", 2026, "red_order"), others=404, statuses={"office": 200, "leader": 403, "own": 403}
    ),
    "order_paper": Door(args=("order", 2026, "red_order"), others=404, statuses=PAPERS),
    "order_evidence": Door(args=("order", 2026, "red_order"), others=404, statuses=PAPERS),
    "circular_list": Door(),
    "circular_new": Door(others=403, statuses={"office": 200}),
    "circular_draft": Door(args=("circular_draft",), others=404, statuses={"office": 200, "leader": 200}),
    "circular_edit": Door(args=("circular_draft",), others=403, statuses={"office": 200}),
    "circular_sign": Door(args=("circular_draft",), others=404, statuses={"office": 403, "leader": 200}),
    "circular_withdraw": Door(args=("circular_draft",), others=403, statuses={"office": 200}),
    "circular": Door(args=("circular_year", "circular")),
    "circular_paper": Door(args=("circular_year", "circular")),
    "document_list": Door(others=403, statuses=dict.fromkeys(PREPARERS, 200)),
    "document": Door(args=("sign_in",), others=403, statuses=dict.fromkeys(PREPARERS, 200)),
    "document_replace": Door(args=("sign_in",), others=403, statuses={"office": 200}),
    "document_restore": Door(args=("sign_in",), others=403, statuses={"office": 405}),
    "document_file": Door(args=("sign_in",), others=403, statuses=dict.fromkeys(PREPARERS, 200)),
    "document_original": Door(args=("sign_in",), others=403, statuses=dict.fromkeys(PREPARERS, 200)),
    "bulletin_issue": Door(args=(2026, 8), others=403, statuses={"office": 200}),
    "bulletin": Door(args=(2026, 9), others=403, statuses=dict.fromkeys(PREPARERS, 200)),
    "assessment": Door(),
    "measures": Door(),
    "plan_list": Door(),
    "plan_new": Door(others=403, statuses={"centre": 200}),
    "plan_begin": Door(others=403, statuses={"centre": 200}),
    "plan_revise": Door(args=("trial-2026-q3", 1), others=403, statuses={"centre": 200}),
    "plan_edit": Door(args=("trial-2026-q3", 1, "plan"), others=403, statuses={"centre": 302}),
    "plan_edit_indicator": Door(args=("trial-2026-q3", 1, 1), others=403, statuses={"centre": 302}),
    "plan": Door(args=("trial-2026-q3", 1)),
    "plan_export": Door(args=("trial-2026-q3", 1)),
    "plan_workbook": Door(args=("trial-2026-q3", 1)),
    "plan_annex": Door(args=("trial-2026-q3", 1)),
    "plan_compare": Door(args=("trial-2026-q3", 1)),
    "plan_tried": Door(args=("trial-2026-q3", 1), others=403, statuses={"office": 200, "centre": 200, "leader": 200}),
    "plan_adopt": Door(args=("trial-2026-q3", 1), others=403),  # the centre of the story saved it last
    "round_new": Door(others=403, statuses={"centre": 200}),
    "round": Door(args=("round",), others=404, statuses={"centre": 200}),
    "round_amend": Door(args=("round",), others=404, statuses={"centre": 302}),
    "round_freeze": Door(args=("round",), others=404, statuses={"centre": 302}),
    "round_check": Door(args=("round",), others=404, statuses={"centre": 302}),
    "round_begin_scoring": Door(args=("round",), others=404, statuses={"centre": 302}),
    "round_left_out": Door(args=("round",), others=404, statuses={"centre": 200}),
    "row_offers": Door(args=("round",), others=404, statuses={"centre": 200}),
    "leave_out": Door(args=("round", "indicator", OWN), others=404, statuses={"centre": 302}),
    "round_facts": Door(
        args=("round",), others=404, statuses={"office": 200, "centre": 200, "leader": 200, "own": 302, "other": 302}
    ),
    "fact_sheet": Door(
        args=("round", OWN), others=404, statuses={"office": 200, "centre": 200, "leader": 200, "own": 200}
    ),
    "fact_ask": Door(
        args=("round", OWN), others=404, statuses={"office": 403, "centre": 403, "leader": 403, "own": 302}
    ),
    "question_answer": Door(args=(0,), others=404),
    "round_appeals": Door(args=("round",), others=404, statuses=dict.fromkeys(APPEALING, 200)),
    "appeal_new": Door(
        args=("round", OWN), others=404, statuses={"office": 403, "centre": 403, "leader": 403, "own": 302}
    ),
    "appeal": Door(args=(0,), others=404),
    "appeal_evidence": Door(args=(0,), others=404),
    "appeal_letter": Door(args=(0,), others=404),
    "appeal_decide": Door(args=(0,), others=404),
    "self_score": Door(args=("round", OWN), others=404, statuses={"own": 200}),
    "own_tally": Door(args=("round", OWN), others=404, statuses={"own": 302}),
    "round_notice": Door(args=("round",), others=404, statuses={"centre": 302}),
    "round_figures": Door(args=("round",), others=404, statuses={"centre": 200}),
    "round_suppliers": Door(args=("round",), others=404, statuses={"centre": 200}),
    "supplier": Door(args=("round", "source"), others=404, statuses={"centre": 302}),
    "correction_answer": Door(args=("round", 0), others=404),
    "round_countersign": Door(args=("round",), others=404, statuses={"centre": 302}),
    "figure_list": Door(),
    "figure_supply": Door(args=("round", "T6"), others=404, statuses=SUPPLIERS),
    "figure_confirm": Door(args=("round", "T6"), others=404, statuses=dict.fromkeys(SUPPLIERS, 302)),
    "figure_import": Door(args=("round", "T6"), others=404, statuses=dict.fromkeys(SUPPLIERS, 302)),
    "figure_import_try": Door(args=("round", "T6", 0), others=404),
    "figure_correct": Door(args=("round", "T6", OWN), others=404, statuses=dict.fromkeys(SUPPLIERS, 302)),
    "claim_list": Door(),
    "claim_new": Door(others=403, statuses={"office": 200, "centre": 200, "own": 200, "other": 200}),
    "claim": Door(args=("claim",), others=404, statuses=CLAIM_READERS),
    "claim_evidence": Door(args=("claim",), others=404, statuses=CLAIM_READERS),
    "claim_answer": Door(args=("claim",), others=404, statuses=CLAIM_STEP | {"own": 200}),
    "claim_approve": Door(args=("claim",), others=404, statuses=CLAIM_STEP | {"centre": 200}),
    "claim_reject": Door(args=("claim",), others=404, statuses=CLAIM_STEP | {"centre": 200}),
    "claim_lower": Door(args=("claim",), others=404, statuses=CLAIM_STEP | {"centre": 302}),
    "claim_withdraw": Door(args=("claim",), others=404, statuses=CLAIM_STEP | {"office": 200}),
    "round_votes": Door(args=("round",), others=404, statuses={"centre": 200}),
    "slips_print": Door(args=("review", 1), others=404, statuses={"centre": 302}),
    "slips_reprint": Door(args=("review", 1), others=404, statuses={"centre": 200}),
    "voter_group_close": Door(args=("review", 1), others=404, statuses={"centre": 200}),
    "vote_tally": Door(args=("review", 3), others=404, statuses={"centre": 200}),
    "tally_import": Door(args=("review", 3), others=404, statuses={"centre": 200}),
    "tally_import_try": Door(args=("review", 3, 0), others=404, statuses={"centre": 404}),
    "slip": Door(anonymous=200),
    "round_score": Door(args=("round",), others=404, statuses={"centre": 302}),
    "round_checks": Door(args=("round",), others=404, statuses={"centre": 200}),
    "check_seen": Door(args=("round", "no_evidence"), others=404, statuses={"centre": 302}),
    "round_approve": Door(args=("round",), others=404, statuses={"centre": 302}),
    "round_publish": Door(args=("round",), others=404, statuses={"centre": 302}),
    "result_correction_new": Door(args=("round",), others=404, statuses={"centre": 200}),
    "result_correction": Door(args=("round", 0), others=404),
    "result_correction_score": Door(args=("round", 0), others=404),
    "result_correction_approve": Door(args=("round", 0), others=404),
    "result_correction_notice": Door(args=("round", 0), others=404),
    "result_correction_publish": Door(args=("round", 0), others=404),
    "result_correction_back": Door(args=("round", 0), others=404),
    "result_correction_drop": Door(args=("round", 0), others=404),
    "result_correction_appeals": Door(args=("round", 0), others=404),
    "result_correction_appeal_new": Door(args=("round", 0, OWN), others=404),
    "year_appeals": Door(args=("trial-2026-q3", 2026), others=404),
    "year_appeal_new": Door(args=("round", OWN), others=404),
    "published_rows": Door(args=("round", "indicator", OWN), others=404, statuses={"centre": 302}),
    "round_back": Door(args=("round",), others=404, statuses={"centre": 302}),
    "round_abandon": Door(args=("round",), others=404, statuses={"centre": 302}),
    "panel": Door(args=("contest",), others=404, statuses={"centre": 200}),
    "seat_new": Door(args=("contest",), others=404, statuses={"centre": 200}),
    "seat_replace": Door(args=("contest", "seat"), others=404, statuses={"centre": 200}),
    "marks_aside": Door(args=("contest", "seat", OWN), others=404, statuses={"centre": 200}),
    "panel_close": Door(args=("contest",), others=404, statuses={"centre": 200}),
    "moderation": Door(args=("contest", "C4", OWN), others=404),
    "sheet": Door(args=("seat",), others=404, statuses={"judge": 200}),
    "sheet_sign": Door(args=("seat",), others=404, statuses={"judge": 200}),
    "step_aside": Door(args=("seat", OWN), others=404, statuses={"judge": 200}),
    "results": Door(args=("round",)),
    "year": Door(args=("trial-2026-q3", 2026)),
    "year_compute": Door(args=("trial-2026-q3", 2026), others=404, statuses={"centre": 200}),
    "year_approve": Door(args=("trial-2026-q3", 2026), others=404, statuses={"centre": 302}),
    "year_notice": Door(args=("trial-2026-q3", 2026), others=404, statuses={"centre": 302}),
    "year_withdraw": Door(args=("trial-2026-q3", 2026), others=404, statuses={"centre": 302}),
    "year_publish": Door(args=("trial-2026-q3", 2026), others=404, statuses={"centre": 302}),
    "stability": Door(args=("round",), others=403, statuses={"office": 200, "centre": 200, "leader": 200}),
    "versus": Door(args=("round",), others=403, statuses={"office": 200, "centre": 200, "leader": 200}),
    "what_if": Door(args=("round",), others=403, statuses={"office": 200, "centre": 200, "leader": 200}),
    "what_if_draft": Door(args=("round",), others=403, statuses={"centre": 302}),  # nothing is changed
    "verification": Door(args=("round",)),
    "scorecard": Door(
        args=("round", OWN), others=404, statuses={"office": 200, "centre": 200, "leader": 200, "own": 200}
    ),
    "announcement": Door(args=("round",)),
    "score_table": Door(args=("round",), others=404, statuses=SCORED),
    "score_workbook": Door(args=("round",), others=404, statuses=SCORED),
    "team_score_table": Door(args=("round", OWN), others=404, statuses=SCORED | {"other": 404}),
    "result_circular": Door(args=("round",), others=405),
    "decision_new": Door(args=(MEETING,), others=403, statuses={"office": 200, "secretary": 200}),
    "decisions_adopt": Door(args=(MEETING,), others=405),
    "decision": Door(args=(MEETING, 1), others=404, statuses=DECIDED),
    "decision_edit": Door(args=(MEETING, 2), others=404, statuses=PREPARED | {"leader": 403}),
    "decision_adopt": Door(args=(MEETING, 2), others=405),
    "decision_drop": Door(args=(MEETING, 2), others=404, statuses=OF_OFFICE),
    "decision_work": Door(args=(MEETING, 1), others=404, statuses=OF_OFFICE | {"own": 403}),
    "decision_done": Door(args=(MEETING, 1, OWN), others=404, statuses=OF_OFFICE | {"own": 403}),
    "decision_withdraw": Door(args=(MEETING, 1, OWN), others=404, statuses=OF_OFFICE | {"own": 403}),
    "line_new": Door(args=(MEETING,), others=403, statuses={"office": 200, "secretary": 200}),
    "instruction_list": Door(),
    "instruction_new": Door(others=403, statuses={"office": 200, "leader": 200}),
    "instruction": Door(args=("2026", 71), others=404, statuses=DECIDED),
    "line_edit": Door(args=("2026", 72, 1), others=404, statuses=PREPARED | {"leader": 403}),
    "line_adopt": Door(args=("2026", 72, 1), others=405),
    "line_drop": Door(args=("2026", 72, 1), others=404, statuses=OF_OFFICE),
    "line_report": Door(args=("2026", 71, 1, OWN), others=404, statuses=OF_OFFICE | {"own": 200}),
    "line_withdraw": Door(args=("2026", 71, 1, OWN), others=404, statuses=OF_OFFICE | {"own": 200}),
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


def _of_the_loop(story) -> dict[str, Model]:
    """A requirement whose first clause the own team answers, and a showcase of it with a step to confirm."""
    own, office = story.teams[OWN], story.user("office")
    requirement = make_requirement(story.action, document="市治理办〔2026〕71号")
    match_clause(requirement.clauses.get(number=1), team=own, by=office, at=now())
    showcase = make_showcase(own, by=office, at=now())
    step = propose_step(
        showcase, step="applied", proof=Proof(date(2026, 4, 18)), by=story.user(f"head-{OWN}"), at=now()
    )
    return {"requirement": requirement, "showcase": showcase, "proposed_step": step}


def rows_of_orders(story) -> dict[str, int]:
    """Numbers of an order on the own team's task 7 and of a circular, and the key of a draft."""
    office, leader, at = story.user("office"), story.user("leader"), at_time(date(2026, 10, 26), 9)
    order = issued(story.task(7), by=office, at=at)
    facts = {"title": "通报", "text": "总体平稳", "lines": [], "by": office, "at": at}
    circular = sign_circular(draft_circular(story.action, **facts), by=leader, at=at)
    draft = draft_circular(story.action, **facts)
    return {
        "red_order": order.number,
        "circular_year": circular.year,
        "circular": circular.number,
        "circular_draft": draft.pk,
    }


@pytest.fixture(scope="module")
def rows(story, django_db_blocker):
    """Ids of the story's rows by the names that the table uses."""
    with django_db_blocker.unblock():
        MemberFactory(team=story.teams[OWN], user=UserFactory(username="former"), left_on=date(2026, 9, 1))
        UserFactory(username="superuser", is_superuser=True)
        own = story.teams[OWN]
        decided_for(own, office=story.user("office"), leader=story.user("leader"), secretary=story.user("secretary"))
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
            "round": AssessmentRound.objects.get(plan__plan__code="trial-2026-q3"),
            "contest": AssessmentRound.objects.get(plan__plan__code="contest-2026"),
            "seat": Seat.objects.get(label="评委7"),
            "review": AssessmentRound.objects.get(plan__plan__code="mutual-review-2026"),
            "indicator": Indicator.objects.get(code="T7"),
            "source": FigureSource.objects.first(),
            "claim": file_claim(
                team=own,
                plan=AdoptedPlan.objects.get(plan__code="trial-2026-q3"),
                veto="false-data",
                matter="微心愿未办先销",
                document="县专项办核查〔2026〕9号",
                on=date(2026, 10, 20),
                basis="抽查发现",
                by=story.user("office"),
                at=at_time(date(2026, 10, 22), 9),
            ),
            "first_step": story.teams[YOUNG].first_steps.get(kind="plan"),
            "screen": open_screen(story.action, place="三楼会议室", by=story.user("office"), at=now()).screen,
            "notice": Notice.objects.filter(to__username="office").first(),
            "piece": attach_evidence(story.task(7), a_photo(), by=story.user("office"), at=now())[0],
            **_of_the_loop(story),
        }
        people = {"office": story.user("office"), "head": story.user(f"head-{OWN}")}
        problems = problems_of(own, **people, at=at_time(date(2026, 10, 26), 9))
        meeting = plan_meeting(
            action=story.action,
            kind="promotion",
            starts_at=at_time(date(2026, 11, 3), 15),
            place="三楼会议室",
            by=story.user("secretary"),
            at=now(),
        )
        found["item"] = meeting.items.first()
        codes = {"closing": found["close_out"].task.number, "meeting": meeting.code}
        keys = {name: row.pk for name, row in found.items()}
        return keys | problems | codes | rows_of_orders(story)


def problems_of(team, *, office, head, at):
    """Numbers of problems of a team, one in each state that its pages ask for."""
    made = {"by": office, "at": at}
    resolved, closed = (a_resolved_problem(team, head=head, **made) for _ in range(2))
    found = {
        "problem": a_problem(team, **made),
        "analysed": an_analysed_problem(team, **made),
        "working": a_problem_in_rectification(team, head=head, **made),
        "resolved": resolved,
        "closed": close_out_problem(closed, **made),
    }
    return {name: problem.number for name, problem in found.items()}


def address(name, rows):
    return reverse(name, args=[rows.get(each, each) for each in DOORS[name].args])


def test_every_address_has_its_row_and_every_row_its_address():
    assert set(DOORS) == url_names()


@pytest.mark.parametrize("name", DOORS)
def test_who_is_not_signed_in_is_sent_to_the_door(client, demo_today, rows, name):
    assert client.get(address(name, rows)).status_code == DOORS[name].anonymous


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_as_the_table_says(client, demo_today, rows, query_budget, role, monkeypatch):
    monkeypatch.setattr(sessions, "WRITTEN_EVERY", 24 * 60 * 60)  # a slow machine writes it at no other page
    client.force_login(User.objects.get(username=ROLES[role]))
    answered = {}
    asked = {}
    for name in sorted(DOORS, key=lambda name: name == "notice"):  # opening it marks it read: tried last of all
        with counted() as queries:
            answered[name] = client.get(address(name, rows)).status_code
        asked[name] = len(queries)
    assert answered == {name: door.status(role) for name, door in DOORS.items()}
    query_budget.check(role, asked)
