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
    APPEAL_FILED = "appeal_filed", _("%(team)s appealed about %(fact)s in %(round)s. The appeal has to be decided.")
    APPEAL_DISMISSED = "appeal_dismissed", _("%(round)s: your appeal about %(fact)s was dismissed, with reasons.")
    APPEAL_ALLOWED = "appeal_allowed", _("%(round)s: your appeal about %(fact)s was allowed. See what it changed.")
    YEAR_APPEAL_ALLOWED = (
        "year_appeal_allowed",
        _("%(round)s: your appeal about %(fact)s was allowed. The result of the round is corrected."),
    )
    NOTICE_EXTENDED = (
        "notice_extended",
        _("%(round)s: ranks or grades changed after an appeal. The public notice runs until %(until)s, 18:00."),
    )
    ROUND_LATE = "round_late", _("%(round)s: the stage “%(stage)s” ended on %(until)s; take the next step.")
    YEAR_IN_NOTICE = (
        "year_in_notice",
        _("The result of the year %(year)s under “%(plan)s” is in public notice until %(until)s, 18:00."),
    )
    YEAR_PUBLISHED = "year_published", _("The result of the year %(year)s under “%(plan)s” has been published.")
    RESULT_PUBLISHED = "result_published", _("The result of %(round)s has been published.")
    CORRECTION_IN_NOTICE = (
        "correction_in_notice",
        _("The corrected result of %(round)s is in public notice until %(until)s, 18:00."),
    )
    CORRECTION_PUBLISHED = "correction_published", _("The corrected result of %(round)s has been published.")
    CLAIM_FILED = "claim_filed", _("%(team)s: “%(matter)s” has been filed and has to be decided.")
    CLAIM_FILED_BY_OTHERS = "claim_filed_by_others", _("“%(matter)s” has been filed for your team, %(team)s.")
    VETO_FILED = (
        "veto_filed",
        _("A veto has been filed against your team, %(team)s: “%(matter)s”. Read its basis and answer it."),
    )
    CLAIM_APPROVED = "claim_approved", _("%(team)s: “%(matter)s” has been approved.")
    CLAIM_REJECTED = "claim_rejected", _("%(team)s: “%(matter)s” has been declined. The reason is on its page.")
    CLAIM_WITHDRAWN = "claim_withdrawn", _("%(team)s: “%(matter)s” has been withdrawn.")
    CLAIM_LOWERED = "claim_lowered", _("%(team)s: “%(matter)s” has been lowered. The reason is on its page.")
    SEAT_GIVEN = "seat_given", _("You are %(seat)s of %(round)s. Your sheet opens when the teams are marked.")
    MARK_AGAIN = "mark_again", _("%(round)s: some marks lie far apart. Please mark these teams once more as %(seat)s.")


for _kind in AssessmentNotice:
    NOTICE_SENTENCES.register(_kind.value, _kind.label)

NOTICE_FACTS.register("round", as_written)
NOTICE_FACTS.register("fact", as_written)
NOTICE_FACTS.register("plan", as_written)
NOTICE_FACTS.register("year", as_written)
NOTICE_FACTS.register("stage", lambda state: str(dict(RoundState.choices).get(state, state)))
NOTICE_FACTS.register("seat", as_written)
