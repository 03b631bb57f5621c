"""Who may do what in the assessment: `rules` predicates, checked inside verbs and by templates (docs/rules.md#roles).

The centre owns plans and rounds. Who entered a score may not approve it.
"""

import rules

from governance.people.models import User
from governance.people.permissions import is_centre

from .models import AssessmentRound


@rules.predicate
def scored_it(user: User, round: AssessmentRound) -> bool:
    """Whether the person took part in the round's latest score: entered a figure or an event, or scored it."""
    return user.pk in round.scorer_ids()


for name in (
    *("draft_plan", "adopt_plan", "open_round", "amend_round", "freeze_measures"),
    *("enter_figures", "enter_event", "withdraw_event", "score_round", "publish_round", "step_back"),
):
    rules.add_rule(name, is_centre)
rules.add_rule("approve_round", is_centre & ~scored_it)
