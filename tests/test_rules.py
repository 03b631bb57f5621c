"""Who may do what: every rule by every role, over rows of the story. A new rule without a row fails."""

from datetime import date

import pytest
import rules

from assessments.models import Appeal, AssessmentPlan, AssessmentRound, Claim, ResultCorrection, Seat, YearResult
from assessments.results.year_result import approve_year, compute_year
from governance.clock import at_time
from governance.people.models import User
from governance.people.permissions import may
from teams.meetings.models import CircularDraft, Meeting, OrderAnswer, Showcase, ShowcaseStep, SupervisionOrder
from teams.models import CloseOut, Extension, HelpRequest, ProgressReport, ReportingPeriod
from tests.factories import MemberFactory, UserFactory
from tests.teams.meetings.factories import a_resolved_problem

pytestmark = pytest.mark.django_db

OWN, OTHER = "member-service", "village-economy"
ROLES = (
    "office",
    "centre",
    "centre2",
    "leader",
    "secretary",
    "auditor",
    "admin",
    "data",
    "judge1",
    f"head-{OWN}",
    f"deputy-{OWN}",
    f"liaison-{OWN}",
    "colleague",
    f"head-{OTHER}",
    "former",
    "superuser",
    "inactive",
)
SPEAKERS = {f"head-{OWN}", f"deputy-{OWN}"}
DRAFTERS = SPEAKERS | {f"liaison-{OWN}"}
OFFICE, CENTRE, ADMIN = {"office"}, {"centre", "centre2"}, {"admin"}

# Rule: (the row it is asked about, who may). Rows belong to the own team or to the round of the third quarter.
RULES = {
    "keep_accounts": (None, ADMIN),
    "keep_departments": (None, ADMIN),
    "keep_calendar": (None, ADMIN),
    "name_county": (None, ADMIN),
    "set_lamp_rule": ("action", ADMIN),
    "keep_teams": ("team", OFFICE),
    "chase_debts": ("team", OFFICE),
    "keep_screens": (None, OFFICE),
    "hand_in_plan": ("team", DRAFTERS | OFFICE),
    "read_burden": (None, OFFICE | {"leader"}),
    "assign_task": ("team", OFFICE),
    "edit_task": ("task", OFFICE),
    "cancel_task": ("task", OFFICE),
    "suspend_task": ("task", OFFICE),
    "resume_task": ("task", OFFICE),
    "plan_milestones": ("task", OFFICE),
    "complete_milestone": ("task", OFFICE | DRAFTERS),
    "share_out": ("task", OFFICE),
    "count_shares": ("task", OFFICE | DRAFTERS),
    "import_ledger": ("action", OFFICE),
    "acknowledge_task": ("task", DRAFTERS),
    "ask_extension": ("task", SPEAKERS),
    "ask_close_out": ("task", SPEAKERS),
    "decide_extensions": (None, OFFICE),
    "decide_extension": ("extension", OFFICE),
    "decide_close_outs": (None, OFFICE),
    "decide_close_out": ("close_out", OFFICE),
    "generate_periods": ("action", OFFICE),
    "set_period_due": ("period", OFFICE),
    "follow_calendar": ("action", OFFICE),
    "close_period": ("period", OFFICE),
    "save_report": ("team", DRAFTERS),
    "write_rows": ("team", DRAFTERS | {"colleague"}),
    "write_row": ("task", DRAFTERS | {"colleague"}),
    "hand_over_report": ("report", DRAFTERS),
    "take_back_report": ("report", DRAFTERS),
    "submit_report": ("report", SPEAKERS),
    "enter_report_on_paper": ("team", OFFICE),
    "review_reports": (None, OFFICE),
    "accept_report": ("report", OFFICE),
    "return_report": ("report", OFFICE),
    "undo_acceptance": ("report", OFFICE),
    "hand_back_report": ("report", SPEAKERS),
    "open_submission": ("report", OFFICE | {"leader"}),
    "assign_matter": (None, OFFICE),
    "answer_own_matter": ("matter", {"data"}),
    "answer_matter": ("matter", OFFICE | {"data"}),
    "attach_to_task": ("task", OFFICE | DRAFTERS | {"colleague"}),
    "attach_to_close_out": ("task", DRAFTERS),
    "raise_problem": ("team", OFFICE | DRAFTERS),
    "analyse_problem": ("problem", OFFICE),
    "merge_problem": ("problem", OFFICE),
    "drop_problem": ("problem", OFFICE),
    "add_problem_task": ("problem", OFFICE),
    "take_up_problem": ("problem", SPEAKERS),
    "resolve_problem": ("problem", SPEAKERS),
    "verify_problem": ("problem", OFFICE),
    "reopen_problem": ("problem", OFFICE),
    "look_back_problem": ("problem", OFFICE),
    "attach_to_problem": ("problem", OFFICE | DRAFTERS),
    "take_evidence_away": ("team", OFFICE),
    "keep_requirements": (None, OFFICE),
    "answer_own_clause": ("team", SPEAKERS),
    "answer_clause": ("team", SPEAKERS | OFFICE),
    "keep_showcase": ("showcase", DRAFTERS | OFFICE),
    "propose_step": ("showcase", DRAFTERS),
    "confirm_steps": (None, OFFICE),
    "confirm_step": ("step", OFFICE),
    "withdraw_step": ("step", DRAFTERS | OFFICE),
    "enter_field_place": (None, OFFICE),
    "record_decision": ("action", OFFICE | {"secretary"}),
    "adopt_decision": ("action", OFFICE),
    "drop_decision": ("action", OFFICE),
    "turn_into_work": ("action", OFFICE),
    "finish_decision": ("action", OFFICE),
    "write_instruction": ("action", OFFICE | {"leader"}),
    "record_line": ("action", OFFICE | {"secretary"}),
    "adopt_line": ("action", OFFICE),
    "report_line": ("team", OFFICE | SPEAKERS),
    "prepare_meetings": (None, {"secretary"}),
    "run_meetings": (None, OFFICE | {"secretary"}),
    "read_meeting_papers": (None, OFFICE | {"leader", "secretary"}),
    "check_minutes": (None, OFFICE | {"leader"}),
    "sign_minutes": ("meeting", OFFICE | {"leader"}),
    "correct_minutes": (None, OFFICE),
    "keep_templates": (None, OFFICE),
    "issue_bulletin": (None, OFFICE),
    "issue_orders": (None, OFFICE),
    "dismiss_proposal": (None, OFFICE),
    "read_proposals": (None, OFFICE | {"leader"}),
    "acknowledge_order": ("order", DRAFTERS),
    "answer_order": ("order", SPEAKERS),
    "attach_to_order": ("order", DRAFTERS),
    "judge_orders": (None, OFFICE),
    "judge_order": ("order_answer", OFFICE),
    "void_order": ("order", OFFICE),
    "write_circular": (None, OFFICE),
    "sign_circulars": (None, OFFICE | {"leader"}),
    "sign_circular": ("circular_draft", {"leader"}),  # the office of the story wrote it
    "draft_plan": (None, CENTRE),
    "adopt_plan": ("plan", {"centre2"}),  # who saved the draft last does not adopt it
    "open_round": ("plan", CENTRE),
    "amend_round": ("round", CENTRE),
    "freeze_measures": ("round", CENTRE),
    "enter_figures": ("round", CENTRE),
    "leave_out": ("round", CENTRE),
    "answer_question": ("round", CENTRE),
    "decide_row_offers": ("round", CENTRE),
    "ask_about_fact": ("team", SPEAKERS),
    "file_appeal": ("team", SPEAKERS),
    "decide_appeal": ("appeal", {"centre2"}),  # who entered and scored does not decide
    "write_self_score": ("team", DRAFTERS),
    "read_own_tally": ("team", DRAFTERS),
    "begin_checking": ("round", CENTRE),
    "begin_scoring": ("round", CENTRE),
    "file_claims": (None, CENTRE | OFFICE),
    "file_claim": ("team", CENTRE | OFFICE | SPEAKERS),
    "answer_claim": ("undecided", SPEAKERS),
    "decide_claims": (None, CENTRE),
    "decide_claim": ("undecided", CENTRE),
    "withdraw_claim": ("undecided", OFFICE),  # the office filed it
    "score_round": ("round", CENTRE),
    "compare_teams": (None, CENTRE | OFFICE | {"leader"}),
    "approve_round": ("round", {"centre2"}),  # who entered and scored does not approve
    "see_check": ("round", {"centre2"}),  # the approver does
    "post_notice": ("round", CENTRE),
    "publish_round": ("round", {"centre"}),  # who approved does not publish
    "compute_year": (None, CENTRE),
    "approve_year": ("year", {"centre2"}),  # who computed it does not approve
    "post_year_notice": ("year", CENTRE),
    "withdraw_year": ("year", CENTRE),
    "publish_year": ("year", {"centre"}),  # who approved does not publish
    "step_back": ("round", CENTRE),
    "correct_result": ("round", CENTRE),
    "approve_result_correction": ("correction", {"centre2"}),  # who entered and scored does not approve
    "publish_result_correction": ("correction", {"centre"}),  # who approved does not publish
    "abandon_round": ("round", CENTRE),
    "name_supplier": ("round", CENTRE),
    "supply_figures": ("round", {"office", "leader", "colleague", f"head-{OTHER}"} | DRAFTERS),  # of T6 or T7
    "answer_correction": ("round", CENTRE),
    "countersign_figures": ("round", CENTRE),
    "keep_panel": ("contest", CENTRE),
    "mark_sheet": ("seat", {"judge1"}),
    "print_slips": ("round", CENTRE),
    "close_group": ("round", CENTRE),
    "enter_tally": ("round", CENTRE),
}


def a_year(story) -> YearResult:
    """The year of the story's round, computed by one person of the centre and approved by the other."""
    at = at_time(date(2026, 10, 27), 9)
    year = compute_year(story.action, "trial-2026-q3", 2026, by=story.user("centre"), at=at)
    approve_year(year, document="6号", by=story.user("centre2"), at=at)
    return year


@pytest.fixture(scope="module")
def rows(story, django_db_blocker):
    with django_db_blocker.unblock():
        MemberFactory(
            team=story.teams[OWN],
            user=UserFactory(username="former"),
            part="head",
            left_on=date(2026, 2, 28),
            joined_on=date(2026, 2, 1),
        )
        colleague = UserFactory(username="colleague", department=story.task(7).lead_department)
        MemberFactory(team=story.teams[OWN], user=colleague, part="member")
        showcase = Showcase(team=story.teams[OWN], kind="pilot")
        UserFactory(username="superuser", is_superuser=True)
        UserFactory(
            username="inactive",
            is_superuser=True,
            is_active=False,
            roles=["special_office", "assessment_centre", "administrator"],
        )
        return {
            None: None,
            "action": story.action,
            "team": story.teams[OWN],
            "task": story.task(7),
            "extension": Extension.objects.get(granted=None),
            "close_out": CloseOut.objects.first(),
            "period": ReportingPeriod.objects.filter(closed_at=None).first(),
            "report": ProgressReport.objects.filter(team=story.teams[OWN]).first(),
            "plan": AssessmentPlan.objects.get(code="trial-2026-q3"),
            "contest": AssessmentRound.objects.get(plan__plan__code="contest-2026"),
            "seat": Seat.objects.get(label="评委1"),
            "round": AssessmentRound.objects.get(plan__plan__code="trial-2026-q3"),
            "appeal": Appeal(
                round=AssessmentRound.objects.get(plan__plan__code="trial-2026-q3"), team=story.teams[OWN], veto="x"
            ),
            "year": a_year(story),
            "correction": ResultCorrection(
                round=AssessmentRound.objects.get(plan__plan__code="trial-2026-q3"), approved_by=story.user("centre2")
            ),
            "undecided": Claim(team=story.teams[OWN], entered_by=story.user("office")),
            "problem": a_resolved_problem(
                story.teams[OWN],
                by=User.objects.get(username="office"),
                head=User.objects.get(username=f"head-{OWN}"),
                at=at_time(date(2026, 10, 26), 9),
            ),
            "meeting": Meeting(submitted_by=story.user("secretary")),
            "matter": HelpRequest(owner=User.objects.get(username="data")),
            "showcase": showcase,
            "step": ShowcaseStep(showcase=showcase, proposed_by=colleague, act="proposed"),
            "order": SupervisionOrder(team=story.teams[OWN], task=story.task(7)),
            "order_answer": OrderAnswer(by=User.objects.get(username=f"head-{OWN}")),
            "circular_draft": CircularDraft(written_by=story.user("office")),
        }


def test_every_rule_has_its_row():
    assert set(RULES) == set(rules.permissions.permissions) | set(rules.rulesets.default_rules)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_allows_whom_the_table_names_and_nobody_else(rows, name):
    row, allowed = RULES[name]
    found = {role for role in ROLES if may(User.objects.get(username=role), name, rows[row])}
    assert found == allowed


@pytest.mark.parametrize("name", ["decide_extension", "decide_close_out"])
def test_the_maker_is_never_the_checker(rows, name):
    request = rows[name.removeprefix("decide_")]
    asker = User.objects.get(pk=request.asked_by_id)
    asker.groups.set(User.objects.get(username="office").groups.all())
    assert not may(User.objects.get(pk=asker.pk), name, request)
