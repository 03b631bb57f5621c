"""Who may do what in the assessment: `rules` predicates, asked inside the verbs and by templates (docs/rules.md#roles).

The centre owns plans and rounds. Who entered a score may not approve it.
"""

import rules

from governance.people.models import User
from governance.people.permissions import is_centre

from .models import AssessmentRound


@rules.predicate
def scored_it(user: User, round: AssessmentRound) -> bool:
    """Whether the person brought anything into the round's latest score: a figure, an event, the scoring itself."""
    return user.pk in round.scorer_ids()


# Plans -----------------------------------------------------------------------------------------------------------
rules.add_rule("draft_plan", is_centre)
rules.add_rule("adopt_plan", is_centre)

# Rounds ----------------------------------------------------------------------------------------------------------
rules.add_rule("open_round", is_centre)
rules.add_rule("amend_round", is_centre)
rules.add_rule("freeze_measures", is_centre)
rules.add_rule("enter_figures", is_centre)
rules.add_rule("enter_event", is_centre)
rules.add_rule("withdraw_event", is_centre)
rules.add_rule("score_round", is_centre)
rules.add_rule("approve_round", is_centre & ~scored_it)
rules.add_rule("publish_round", is_centre)
rules.add_rule("step_back", is_centre)
