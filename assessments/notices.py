"""The kinds of notices about the assessment: their sentences, and how their facts are read."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from governance.records.words import NOTICE_FACTS, NOTICE_SENTENCES, as_written

from .states import RoundState


class AssessmentNotice(TextChoices):
    """What happened; the label is the sentence, filled in with the notice's facts."""

    RESULT_IN_NOTICE = "result_in_notice", _("The result of %(round)s is in public notice until %(until)s, 18:00.")
    CHECKING_BEGUN = "checking_begun", _("Check the facts of your special team in %(round)s until %(until)s, 18:00.")
    FACT_ANSWERED = "fact_answered", _("Your question about %(fact)s in %(round)s has been answered.")
    ROUND_LATE = "round_late", _("%(round)s: the stage “%(stage)s” ended on %(until)s; take the next step.")
    RESULT_PUBLISHED = "result_published", _("The result of %(round)s has been published.")
    SEAT_GIVEN = "seat_given", _("You are %(seat)s of %(round)s. Your sheet opens when the teams are marked.")
    MARK_AGAIN = "mark_again", _("%(round)s: some marks lie far apart. Please mark these teams once more as %(seat)s.")


for _kind in AssessmentNotice:
    NOTICE_SENTENCES.register(_kind.value, _kind.label)

NOTICE_FACTS.register("round", as_written)
NOTICE_FACTS.register("fact", as_written)
NOTICE_FACTS.register("stage", lambda state: str(dict(RoundState.choices).get(state, state)))
NOTICE_FACTS.register("seat", as_written)
