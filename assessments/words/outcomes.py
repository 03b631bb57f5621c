"""Why an indicator was not scored by its method, and why a grade was missed, in a sentence."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from governance.lists.text import names_text, sentences_text

from ..engine.applicability import ExclusionReason
from ..engine.canonical import Data
from ..engine.explanation import Explanation
from ..engine.methods.banded import FALSE_WORDS, TRUE_WORDS
from ..engine.plan import Kind
from ..engine.ranking import Missed
from ..engine.rating import Status
from .methods import Number, number_words
from .plans import answer_word, plain_word


def standing_words(explanation: Explanation) -> str:
    """What replaces the method's points, and why; empty where the method scored."""
    reason = explanation["reason"]
    return sentences_text((reason_words(reason), _substitute_words(explanation))) if reason else ""


def absence_words(explanation: Explanation) -> str:
    """Shown where there are no points: there is no value, or the indicator does not apply."""
    missing = (ExclusionReason.NO_VALUE, ExclusionReason.NO_TARGET)
    reason = explanation["reason"]
    if reason and reason["code"] == ExclusionReason.LEFT_OUT:
        return gettext("left out")
    return gettext("no value") if reason and reason["code"] in missing else gettext("not applicable")


def reason_words(reason: Data) -> str:
    """Why the method did not score the team."""
    match reason["code"]:
        case ExclusionReason.ROUND:
            return gettext("Not scored in rounds of this kind.")
        case ExclusionReason.CLASS:
            return gettext("Does not apply to this class.")
        case ExclusionReason.TEAM:
            return gettext("Does not apply to this team.")
        case ExclusionReason.AGE:
            return (
                gettext("The team is %(age_days)d days old; the indicator applies from %(min_age_days)d days.") % reason
            )
        case ExclusionReason.UNLESS:
            return gettext("Does not apply because %(indicator)s is %(found)s.") % {
                "indicator": reason["indicator"],
                "found": _found_word(str(reason["found"])),
            }
        case ExclusionReason.NO_TARGET:
            return gettext("The team has no target of its own.")
        case ExclusionReason.LEFT_OUT:
            return gettext("Left out by the assessment centre for want of a value (%(document)s): %(reason)s") % {
                name: reason["basis"][name] for name in ("document", "reason")
            }
    return gettext("There is no value.")


def _substitute_words(explanation: Explanation) -> str:
    match explanation["status"]:
        case Status.AVERAGE:
            count = int(explanation["inputs"]["count"])
            return ngettext(
                "The mean of the class is used (%(count)d team scored).",
                "The mean of the class is used (%(count)d teams scored).",
                count,
            ) % {"count": count}
        case Status.FULL:
            return gettext("Full points are given.")
        case Status.ZERO:
            return gettext("0 points are given.")
        case Status.PENDING:
            return gettext("The result cannot be approved until there is a value.")
    if explanation.get("kind", Kind.BASE) != Kind.BASE:
        return gettext("Left out: counts as 0.")
    return gettext("Left out; its points are shared among the other indicators.")


def _found_word(found: str) -> str:
    """A value as found: an answer as yes or no, a tier by its name."""
    return answer_word(found) if found in _ANSWERS else plain_word(found)


_ANSWERS = TRUE_WORDS | FALSE_WORDS


def fallback_words(fallback: Data) -> str:
    """Why another rule replaced the method."""
    return gettext(
        "Only %(compared)d teams could be compared, but %(min_class)d are needed, so the other rule applies."
    ) % {
        "compared": fallback["compared"],
        "min_class": fallback["min_class"],
    }


def miss_words(miss: Data, total: str | None, vetoes: Mapping[str, str]) -> str:
    """Why a grade was missed. `vetoes`: code -> title."""
    facts = {**miss, "total": total or ""}
    named = [vetoes.get(code, code) for code in miss.get("vetoes", ())]
    match miss["reason"]:
        case Missed.BELOW:
            facts["short"] = _difference(miss["min"], miss["total"])
            return gettext("%(total)s is below %(min)s by %(short)s points.") % facts
        case Missed.FULL:
            return _full_words(facts)
        case Missed.CLOSED:
            return (
                gettext(
                    "%(total)s is enough, but the class has %(places)s places and the grade ended at rank %(rank)s."
                )
                % facts
            )
        case Missed.BARRED:
            return gettext("Barred from the top grade: %(vetoes)s.") % {"vetoes": names_text(named)}
        case Missed.VOID:
            return gettext("The result is void (%(vetoes)s), so the lowest grade applies.") % {
                "vetoes": names_text(named)
            }
        case Missed.TOO_YOUNG:
            return (
                gettext(
                    "Scored and ranked, but not graded: the team is %(age_days)d days old, and grades start "
                    "at %(min_age_days)d days."
                )
                % facts
            )
        case Missed.TOO_FEW_ROUNDS:
            return (
                gettext("Scored, but not graded: %(rounds)d rounds taken part in; %(min_rounds)d are needed.") % facts
            )
    return gettext("There was nothing to score.")


def _full_words(facts: Data) -> str:
    """Reached, but without a free place: "98.30, but the class has one place"."""
    if int(facts.get("tied") or 1) > 1 and int(facts.get("left") or 0) > 0:
        return (
            gettext(
                "%(total)s is enough, but %(tied)s teams are tied and %(left)s places are left: all of them "
                "get the grade or none."
            )
            % facts
        )
    places = int(facts["places"])
    return (
        ngettext(
            "%(total)s is enough, but the class has only %(places)s place.",
            "%(total)s is enough, but the class has only %(places)s places.",
            places,
        )
        % facts
    )


def _difference(limit: Number, total: Number) -> str:
    return number_words(Decimal(str(limit)) - Decimal(str(total)))
