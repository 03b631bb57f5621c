"""How a result stands: published, in public notice, or seen by the centre alone, in a sentence."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from governance.lists.text import long_date
from governance.people.models import User

from ..models import AssessmentRound, Publication, Result, ResultCorrection
from ..rounds.stage_days import StageDays
from ..states import CORRECTABLE, RESULT_CORRECTION_OPEN, ResultCorrectionState, RoundState
from .result_corrections import notice_end


def standing_words(result: Result, publication: Publication | None) -> str:
    """What the head of each page about a result says of it. In public notice two queries, else none."""
    round = result.round
    if publication is not None:
        document = f" · {publication.document}" if publication.document else ""
        return gettext("Published %(date)s") % {"date": long_date(publication.at)} + document
    correction = getattr(result, "correction", None)
    if correction is not None and correction.state == ResultCorrectionState.PUBLIC_NOTICE:
        correction.round = round
        end = notice_end(correction)
        return gettext("In public notice until %(moment)s, not final") % {"moment": long_date(end) if end else ""}
    if round.state == RoundState.PUBLIC_NOTICE:
        end = StageDays(round).end(RoundState.PUBLIC_NOTICE)
        return gettext("In public notice until %(moment)s, not final") % {"moment": long_date(end)}
    if round.state == RoundState.ABANDONED:
        return gettext("Abandoned, never published: only the assessment centre can see this.")
    return gettext("Not published: only the assessment centre can see this.")


def approved_as(result: Result) -> AssessmentRound | ResultCorrection:
    """What names document and person of a result's approval: its correction, else its round."""
    correction: ResultCorrection | None = getattr(result, "correction", None)
    return correction or result.round


@dataclass(frozen=True)
class CorrectionNote:
    """What a page about a result says of a correction: the sentence, the correction's page, the other result."""

    words: str
    url: str
    warns: bool = False
    other: str = ""
    other_url: str = ""


def correction_notes(result: Result, user: User) -> list[CorrectionNote]:
    """The corrections that concern a result, as far as the person may know of them. One query; two in its notice."""
    if result.round.state not in CORRECTABLE:
        return []
    corrections = ResultCorrection.objects.visible_to(user).filter(round=result.round_id)
    related = corrections.exclude(state=ResultCorrectionState.DROPPED).select_related(
        "corrects", "result__publication", "round__plan"
    )
    return [
        note for correction in related.order_by("number") for note in [_note(correction, result)] if note is not None
    ]


def _note(correction: ResultCorrection, result: Result) -> CorrectionNote | None:
    url, is_new = correction.get_absolute_url(), correction.result_id == result.pk
    number = correction.result.number if correction.result else 0
    to_new = {"other": gettext("Result No. %(number)d") % {"number": number}, "other_url": _url(result, number)}
    if correction.state == ResultCorrectionState.PUBLISHED and correction.result is not None:
        if is_new:
            words = gettext("This result corrects No. %(number)d (%(document)s): %(reason)s")
            was = correction.corrects.number
            facts = {"number": was, "reason": correction.reason, "document": correction.document}
            other = gettext("Result No. %(number)d") % {"number": was}
            return CorrectionNote(words % facts, url, other=other, other_url=_url(result, was))
        if correction.corrects_id == result.pk:
            words = gettext("Superseded by result No. %(number)d on %(date)s (%(document)s): %(reason)s")
            date = long_date(correction.result.publication.at)
            facts = {"number": number, "date": date, "reason": correction.reason, "document": correction.document}
            return CorrectionNote(words % facts, url, warns=True, **to_new)
        return None
    if is_new and correction.state in RESULT_CORRECTION_OPEN:
        words = gettext("This corrected result does not count yet: No. %(number)d does until it is published.")
        return CorrectionNote(words % {"number": correction.corrects.number}, url, warns=True)
    if correction.corrects_id != result.pk:
        return None
    if correction.state == ResultCorrectionState.PUBLIC_NOTICE:
        end = notice_end(correction)
        words = gettext(
            "A corrected result is in public notice until %(moment)s. Until it is published, this one counts."
        )
        return CorrectionNote(words % {"moment": long_date(end) if end else ""}, url, warns=True, **to_new)
    words = gettext("This result is being corrected; until the corrected one is published it counts as it is.")
    return CorrectionNote(words, url, warns=True)


def _url(result: Result, number: int) -> str:
    return f"{reverse('results', args=[result.round_id])}?result={number}"
