"""Who may do what in the loop: `rules` predicates, asked inside verbs and by templates (docs/roles.md)."""

import rules

from governance.people.models import User
from governance.people.permissions import is_office, role
from governance.people.roles import Role
from teams.models import SpecialAction, TeamMember
from teams.permissions import DRAFTERS, HEADS, drafts_for_team, speaks_for_team

from .models import CircularDraft, Meeting, OrderAnswer, Problem, ShowcaseStep
from .models.meeting import PREPARERS
from .states import ProblemState

# Meetings ------------------------------------------------------------------------------------------------------------
is_secretary = role(Role.MEETING_SECRETARY)
signs_papers = role(Role.SPECIAL_OFFICE, Role.COUNTY_LEADER)


@rules.predicate
def submitted_minutes(user: User, meeting: Meeting) -> bool:
    """Whether the person submitted the minutes that wait to be signed (docs/rules.md#maker-and-checker)."""
    return meeting.submitted_by_id == user.pk


rules.add_rule("prepare_meetings", is_secretary)
rules.add_rule("run_meetings", is_secretary | is_office)
rules.add_rule("read_meeting_papers", role(*PREPARERS))
rules.add_rule("check_minutes", signs_papers)
rules.add_rule("sign_minutes", signs_papers & ~submitted_minutes)
rules.add_rule("correct_minutes", is_office)
rules.add_rule("keep_templates", is_office)
rules.add_rule("issue_bulletin", is_office)

is_leader = role(Role.COUNTY_LEADER)

# Supervision orders and circulars ------------------------------------------------------------------------------------


@rules.predicate
def answered_it(user: User, answer: OrderAnswer) -> bool:
    """Whether the person sent the answer (docs/rules.md#maker-and-checker)."""
    return answer.by_id == user.pk


@rules.predicate
def wrote_it(user: User, draft: CircularDraft) -> bool:
    """Whether the person wrote the present text of the circular (docs/rules.md#maker-and-checker)."""
    return draft.written_by_id == user.pk


rules.add_rule("issue_orders", is_office)
rules.add_rule("dismiss_proposal", is_office)
rules.add_rule("read_proposals", is_office | is_leader)
rules.add_rule("acknowledge_order", drafts_for_team)
rules.add_rule("answer_order", speaks_for_team)
rules.add_rule("attach_to_order", drafts_for_team)
rules.add_rule("judge_orders", is_office)
rules.add_rule("judge_order", is_office & ~answered_it)
rules.add_rule("void_order", is_office)
rules.add_rule("write_circular", is_office)
rules.add_rule("sign_circulars", is_office | is_leader)
rules.add_rule("sign_circular", (is_office | is_leader) & ~wrote_it)

# Requirements from above ---------------------------------------------------------------------------------------------
rules.add_rule("keep_requirements", is_office)
rules.add_rule("answer_own_clause", speaks_for_team)
rules.add_rule("answer_clause", speaks_for_team | is_office)


def teams_spoken_for(user: User) -> frozenset[int]:
    """Ids of the teams of which the person is head or deputy now: `answer_own_clause` for many teams, in one query."""
    parts = TeamMember.objects.current().filter(user=user, part__in=HEADS)
    return frozenset(parts.values_list("team_id", flat=True))


# Showcases -----------------------------------------------------------------------------------------------------------


@rules.predicate
def proposed_it(user: User, step: ShowcaseStep) -> bool:
    """Whether the person proposed the step (docs/rules.md#steps)."""
    return step.proposed_by_id == user.pk


@rules.predicate
def drafts_for_its_team(user: User, step: ShowcaseStep) -> bool:
    """Whether the person drafts for the team of a step that is only proposed."""
    return step.act == ShowcaseStep.Act.PROPOSED and drafts_for_team(user, step.showcase)


rules.add_rule("keep_showcase", drafts_for_team | is_office)
rules.add_rule("propose_step", drafts_for_team)
rules.add_rule("confirm_steps", is_office)
rules.add_rule("confirm_step", is_office & ~proposed_it)
rules.add_rule("withdraw_step", is_office | drafts_for_its_team)
rules.add_rule("enter_field_place", is_office)

# Prominent problems --------------------------------------------------------------------------------------------------


@rules.predicate
def speaks_for_lead(user: User, problem: Problem) -> bool:
    """Whether the person is now head or deputy of the team that leads the rectification."""
    return problem.lead is not None and speaks_for_team(user, problem.lead)


@rules.predicate
def drafts_for_one(user: User, problem: Problem) -> bool:
    """Whether the person is now head, deputy or liaison of one of the problem's teams."""
    if not (user.is_authenticated and user.is_active):
        return False
    parts = TeamMember.objects.current().filter(user_id=user.pk, part__in=DRAFTERS)
    return parts.filter(team__problems__problem=problem.pk).exists()


@rules.predicate
def resolved_it(user: User, problem: Problem) -> bool:
    """Whether the person reported it as resolved, the last time (docs/rules.md#maker-and-checker)."""
    last = problem.steps.filter(state=ProblemState.RESOLVED).order_by("-number").first()
    return last is not None and last.by_id == user.pk


def teams_drafted_by(user: User) -> frozenset[int]:
    """Ids of the teams of which the person is now head, deputy or liaison."""
    parts = TeamMember.objects.current().filter(user_id=user.pk, part__in=DRAFTERS, user__is_active=True)
    return frozenset(parts.values_list("team_id", flat=True))


def drafts_somewhere(user: User, action: SpecialAction | None) -> bool:
    """Whether the person may raise a problem of some team of an action."""
    return action is not None and action.teams.filter(pk__in=teams_drafted_by(user), closed_on=None).exists()


rules.add_rule("raise_problem", is_office | drafts_for_team)
rules.add_rule("analyse_problem", is_office)
rules.add_rule("merge_problem", is_office)
rules.add_rule("drop_problem", is_office)
rules.add_rule("take_up_problem", speaks_for_lead)
rules.add_rule("add_problem_task", is_office)
rules.add_rule("resolve_problem", speaks_for_lead)
rules.add_rule("verify_problem", is_office & ~resolved_it)
rules.add_rule("reopen_problem", is_office)
rules.add_rule("look_back_problem", is_office)
rules.add_rule("attach_to_problem", is_office | drafts_for_one)

# Decisions -----------------------------------------------------------------------------------------------------------
rules.add_rule("record_decision", is_secretary | is_office)
rules.add_rule("adopt_decision", is_office)
rules.add_rule("drop_decision", is_office)
rules.add_rule("turn_into_work", is_office)
rules.add_rule("finish_decision", is_office)

# Instructions --------------------------------------------------------------------------------------------------------
rules.add_rule("write_instruction", is_leader | is_office)
rules.add_rule("record_line", is_secretary | is_office)
rules.add_rule("adopt_line", is_office)
rules.add_rule("report_line", speaks_for_team | is_office)
