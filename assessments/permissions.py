"""Who may do what in the assessment: `rules` predicates, checked inside verbs and by templates (docs/rules.md#roles).

The centre owns plans and rounds. Who scored may not approve, who approved may not publish, who saved
a plan last may not adopt it.
"""

import rules
from django.db.models import QuerySet

from governance.people.models import User
from governance.people.permissions import is_centre, role
from governance.people.roles import Role
from governance.records.models import AuditEvent

from .models import AssessmentPlan, AssessmentRound


@rules.predicate
def scored_it(user: User, round: AssessmentRound) -> bool:
    """Whether the person took part in the round's score: a figure or event of theirs stands, or they scored it last."""
    return user.pk in round.scorer_ids()


@rules.predicate
def approved_it(user: User, round: AssessmentRound) -> bool:
    """Whether the approval that stands is the person's own."""
    return user.pk == round.approved_by_id


@rules.predicate
def saved_it_last(user: User, plan: AssessmentPlan) -> bool:
    """Whether the draft stands as this person saved it. One query."""
    return user.pk == last_saver_id(plan)


def last_saver_id(plan: AssessmentPlan) -> int | None:
    """Who saved the draft last, by the audit log."""
    saved = AuditEvent.objects.of(plan).filter(verb__in=("draft_plan", "save_plan_draft"))
    return saved.order_by("-pk").values_list("by", flat=True).first()


for name in (
    *("draft_plan", "open_round", "amend_round", "freeze_measures"),
    *("enter_figures", "enter_event", "withdraw_event", "leave_out", "begin_checking", "begin_scoring"),
    *("score_round", "post_notice", "step_back", "abandon_round"),
    *("print_slips", "close_group", "enter_tally"),
):
    rules.add_rule(name, is_centre)
rules.add_rule("adopt_plan", is_centre & ~saved_it_last)
rules.add_rule("approve_round", is_centre & ~scored_it)
rules.add_rule("publish_round", is_centre & ~approved_it)
rules.add_rule("compare_teams", role(Role.ASSESSMENT_CENTRE, Role.SPECIAL_OFFICE, Role.COUNTY_LEADER))


def free_to_approve(round: AssessmentRound) -> list[User]:
    """The people of the centre who may approve the round as it stands, by name. Four queries."""
    return list(people_of_centre().exclude(pk__in=round.scorer_ids()))


def people_of_centre() -> QuerySet[User]:
    """The people of the centre who can sign in."""
    return User.objects.filter(is_active=True, groups__name=Role.ASSESSMENT_CENTRE).order_by("pk")
