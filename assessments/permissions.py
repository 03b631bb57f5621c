"""Who may do what in the assessment: `rules` predicates, checked inside verbs and by templates (docs/rules.md#roles).

The centre owns plans and rounds. Who entered a score may not approve it.
"""

import rules

from governance.people.models import User
from governance.people.permissions import is_centre, is_office, role
from governance.people.roles import Role
from teams.permissions import speaks_for_team

from .models import AssessmentRound, Claim
from .states import ClaimState


@rules.predicate
def scored_it(user: User, round: AssessmentRound) -> bool:
    """Whether the person took part in the round's score: a figure or event of theirs stands, or they scored it last."""
    return user.pk in round.scorer_ids()


@rules.predicate
def filed_it(user: User, claim: Claim) -> bool:
    """Whether the person filed the claim; another one decides it."""
    return user.is_active and claim.entered_by_id == user.pk


@rules.predicate
def is_undecided(user: User, claim: Claim) -> bool:
    """Whether the claim still waits for its decision."""
    return claim.state == ClaimState.FILED


for name in (
    *("draft_plan", "adopt_plan", "open_round", "amend_round", "freeze_measures"),
    *("enter_figures", "score_round", "publish_round", "step_back"),
    "abandon_round",
):
    rules.add_rule(name, is_centre)
rules.add_rule("approve_round", is_centre & ~scored_it)
rules.add_rule("file_claims", is_office | is_centre)
rules.add_rule("file_claim", speaks_for_team | is_office | is_centre)
rules.add_rule("answer_claim", speaks_for_team & ~filed_it)
rules.add_rule("decide_claims", is_centre)
rules.add_rule("decide_claim", is_centre & ~filed_it)
rules.add_rule("withdraw_claim", (is_undecided & filed_it) | (~is_undecided & is_centre & ~filed_it))
rules.add_rule("compare_teams", role(Role.ASSESSMENT_CENTRE, Role.SPECIAL_OFFICE, Role.COUNTY_LEADER))


def free_to_approve(round: AssessmentRound) -> list[User]:
    """The people of the centre who may approve the round as it stands, by name. Three queries."""
    people = User.objects.filter(is_active=True, groups__name=Role.ASSESSMENT_CENTRE)
    return list(people.exclude(pk__in=round.scorer_ids()).order_by("pk"))
