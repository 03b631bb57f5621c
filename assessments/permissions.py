"""Who may do what in the assessment: `rules` predicates, checked inside verbs and by templates (docs/rules.md#roles).

The centre owns plans and rounds. Who entered a score may not approve it.
"""

import rules

from governance.people.models import User
from governance.people.permissions import is_centre, role
from governance.people.roles import Role

from .models import AssessmentRound


@rules.predicate
def scored_it(user: User, round: AssessmentRound) -> bool:
    """Whether the person took part in the round's score: a figure or event of theirs stands, or they scored it last."""
    return user.pk in round.scorer_ids()


for name in (
    *("draft_plan", "adopt_plan", "open_round", "amend_round", "freeze_measures"),
    *("enter_figures", "enter_event", "withdraw_event", "score_round", "publish_round", "step_back"),
    "abandon_round",
    *("print_slips", "close_group", "enter_tally"),
):
    rules.add_rule(name, is_centre)
rules.add_rule("approve_round", is_centre & ~scored_it)
rules.add_rule("compare_teams", role(Role.ASSESSMENT_CENTRE, Role.SPECIAL_OFFICE, Role.COUNTY_LEADER))


def free_to_approve(round: AssessmentRound) -> list[User]:
    """The people of the centre who may approve the round as it stands, by name. Four queries."""
    people = User.objects.filter(is_active=True, groups__name=Role.ASSESSMENT_CENTRE)
    return list(people.exclude(pk__in=round.scorer_ids()).order_by("pk"))
