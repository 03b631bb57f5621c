"""Who may do what in the assessment: `rules` predicates, checked inside verbs and by templates (docs/rules.md#roles).

The centre owns plans and rounds. Who scored may not approve, who approved may not publish, who saved
a plan last may not adopt it.
"""

import rules
from django.db.models import QuerySet

from governance.people.models import User
from governance.people.permissions import is_centre, is_office, role
from governance.people.roles import Role
from governance.records.models import AuditEvent
from teams.permissions import drafts_for_team, speaks_for_team

from .models import (
    Appeal,
    AssessmentPlan,
    AssessmentRound,
    Claim,
    FigureSource,
    ResultCorrection,
    Seat,
    YearResult,
)
from .states import ClaimState, YearState


@rules.predicate
def scored_it(user: User, round: AssessmentRound) -> bool:
    """Whether the person took part in the score: what they entered or decided stands, or they scored it last."""
    return user.pk in round.scorer_ids()


@rules.predicate
def approved_it(user: User, round: AssessmentRound) -> bool:
    """Whether the approval that stands is the person's own, or the decision of the appeal that gave the last result."""
    return user.pk in round.approver_ids()


@rules.predicate
def scored_correction(user: User, correction: ResultCorrection) -> bool:
    """Whether the person took part in the score of a corrected result, as in that of a round."""
    return user.pk in correction.round.scorer_ids()


@rules.predicate
def approved_correction(user: User, correction: ResultCorrection) -> bool:
    """Whether the approval of the corrected result is the person's own."""
    return user.pk == correction.approved_by_id


@rules.predicate
def saved_it_last(user: User, plan: AssessmentPlan) -> bool:
    """Whether the draft stands as this person saved it. One query."""
    return user.pk == last_saver_id(plan)


@rules.predicate
def holds_seat(user: User, seat: Seat) -> bool:
    """Whether the seat is the person's, and they may sign in."""
    return user.is_active and user.pk == seat.person_id


def last_saver_id(plan: AssessmentPlan) -> int | None:
    """Who saved the draft last, by the audit log."""
    saved = AuditEvent.objects.of(plan).filter(verb__in=("draft_plan", "save_plan_draft", "edit_plan_draft"))
    return saved.order_by("-pk").values_list("by", flat=True).first()


@rules.predicate
def supplies_figures(user: User, round: AssessmentRound) -> bool:
    """Whether the person's department supplies a figure of the round. One query."""
    return user.is_authenticated and FigureSource.objects.supplied_by(user).filter(round=round).exists()


@rules.predicate
def filed_it(user: User, claim: Claim) -> bool:
    """Whether the person filed the claim; another one decides it."""
    return user.is_active and claim.entered_by_id == user.pk


@rules.predicate
def brought_it_in(user: User, appeal: Appeal) -> bool:
    """Whether the person scored the round of an appeal, or filed a claim that it is about; another one decides it."""
    return user.pk in appeal.round.scorer_ids() | appeal.filer_ids()


@rules.predicate
def is_undecided(user: User, claim: Claim) -> bool:
    """Whether the claim still waits for its decision."""
    return claim.state == ClaimState.FILED


@rules.predicate
def computed_it(user: User, result: YearResult) -> bool:
    """Whether the person computed the year's result."""
    return user.pk == result.by_id


@rules.predicate
def approved_year(user: User, result: YearResult) -> bool:
    """Whether the approval of the year's result that stands is the person's own. One query."""
    return user.pk == year_approver_id(result)


def year_approver_id(result: YearResult) -> int | None:
    """Who approved the year's result last."""
    return result.steps.filter(state=YearState.APPROVED).order_by("-number").values_list("by", flat=True).first()


for name in (
    *("draft_plan", "open_round", "amend_round", "freeze_measures"),
    *("enter_figures", "leave_out", "begin_checking", "begin_scoring"),
    *("score_round", "post_notice", "step_back", "abandon_round", "answer_question", "keep_panel"),
    "decide_row_offers",
    *("name_supplier", "answer_correction", "countersign_figures"),
    *("print_slips", "close_group", "enter_tally", "correct_result"),
    *("compute_year", "post_year_notice", "withdraw_year"),
):
    rules.add_rule(name, is_centre)
rules.add_rule("adopt_plan", is_centre & ~saved_it_last)
rules.add_rule("supply_figures", supplies_figures)
rules.add_rule("mark_sheet", holds_seat & ~is_centre)
rules.add_rule("approve_round", is_centre & ~scored_it)
rules.add_rule("see_check", is_centre & ~scored_it)
rules.add_rule("publish_round", is_centre & ~approved_it)
rules.add_rule("approve_result_correction", is_centre & ~scored_correction)
rules.add_rule("publish_result_correction", is_centre & ~approved_correction)
rules.add_rule("approve_year", is_centre & ~computed_it)
rules.add_rule("publish_year", is_centre & ~approved_year)
rules.add_rule("ask_about_fact", speaks_for_team)
rules.add_rule("file_appeal", speaks_for_team)
rules.add_rule("decide_appeal", is_centre & ~brought_it_in)
rules.add_rule("write_self_score", drafts_for_team)
rules.add_rule("read_own_tally", drafts_for_team)
rules.add_rule("file_claims", is_office | is_centre)
rules.add_rule("file_claim", speaks_for_team | is_office | is_centre)
rules.add_rule("answer_claim", speaks_for_team & ~filed_it)
rules.add_rule("decide_claims", is_centre)
rules.add_rule("decide_claim", is_centre & ~filed_it)
rules.add_rule("withdraw_claim", (is_undecided & filed_it) | (~is_undecided & is_centre & ~filed_it))
rules.add_rule("compare_teams", role(Role.ASSESSMENT_CENTRE, Role.SPECIAL_OFFICE, Role.COUNTY_LEADER))


def free_to_approve(round: AssessmentRound) -> list[User]:
    """The people of the centre who may approve the round as it stands, by name. Four queries."""
    return list(people_of_centre().exclude(pk__in=round.scorer_ids()))


def free_to_decide(appeal: Appeal) -> list[User]:
    """The people of the centre who may decide an appeal, by name. Five queries."""
    kept_out = appeal.round.scorer_ids() | appeal.filer_ids()
    return list(people_of_centre().exclude(pk__in=kept_out))


def people_of_centre() -> QuerySet[User]:
    """The people of the centre who can sign in."""
    return User.objects.filter(is_active=True, groups__name=Role.ASSESSMENT_CENTRE).order_by("pk")
