"""Why an indicator was not scored by its method, and why a grade was missed, in a sentence."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from ..engine.applicability import ExclusionReason
from ..engine.canonical import Data
from ..engine.explanation import Explanation
from ..engine.ranking import Missed
from ..engine.rating import Status
from .methods import Number, number_words
from .plans import listed, plain_word


def standing_words(explanation: Explanation) -> str:
    """What replaces the method's points, and why; empty where the method scored."""
    reason = explanation["reason"]
    return f"{reason_words(reason)} {_substitute_words(explanation)}" if reason else ""


def absence_words(explanation: Explanation) -> str:
    """Shown where there are no points: there is no value, or the indicator does not apply."""
    missing = (ExclusionReason.NO_VALUE, ExclusionReason.NO_TARGET)
    reason = explanation["reason"]
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
            return gettext("Does not apply: %(indicator)s is %(found)s.") % {
                "indicator": reason["indicator"],
                "found": plain_word(str(reason["found"])),
            }
        case ExclusionReason.NO_TARGET:
            return gettext("The team has no target of its own.")
    return gettext("There is no value.")


def _substitute_words(explanation: Explanation) -> str:
    match explanation["status"]:
        case Status.AVERAGE:
            count = int(explanation["inputs"]["count"])
            return ngettext(
                "The mean of the class is taken, of %(count)d team that was scored.",
                "The mean of the class is taken, of %(count)d teams that were scored.",
                count,
            ) % {"count": count}
        case Status.FULL:
            return gettext("Full points are given.")
        case Status.ZERO:
            return gettext("0 points are given.")
        case Status.PENDING:
            return gettext("The round cannot be approved until the value is there.")
    return gettext("Left out: its points are shared among the others.")


def fallback_words(fallback: Data) -> str:
    """Why another rule replaced the method."""
    return gettext("Only %(compared)d teams could be compared, %(min_class)d are needed: the other rule applies.") % {
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
            return gettext("%(total)s is below %(min)s: %(short)s are missing.") % facts
        case Missed.FULL:
            return _full_words(facts)
        case Missed.CLOSED:
            return (
                gettext(
                    "%(total)s reaches it, but the grade was closed at rank %(rank)s: the class has %(places)s places."
                )
                % facts
            )
        case Missed.BARRED:
            return gettext("Barred from the top grade: %(vetoes)s.") % {"vetoes": listed(named)}
        case Missed.VOID:
            return gettext("The result is void: %(vetoes)s. The lowest grade is given.") % {"vetoes": listed(named)}
        case Missed.TOO_YOUNG:
            return (
                gettext(
                    "Scored and ranked, not graded: the team is %(age_days)d days old; "
                    "grades begin at %(min_age_days)d days."
                )
                % facts
            )
        case Missed.TOO_FEW_ROUNDS:
            return gettext("Scored, not graded: %(rounds)d active rounds, %(min_rounds)d are needed.") % facts
    return gettext("Nothing could be scored.")


def _full_words(facts: Data) -> str:
    """Reached, but without a free place: "98.30, but the class has one place"."""
    if int(facts.get("tied") or 1) > 1 and int(facts.get("left") or 0) > 0:
        return (
            gettext(
                "%(total)s reaches it together with others: %(tied)s tied teams, %(left)s places left; all or none."
            )
            % facts
        )
    places = int(facts["places"])
    return (
        ngettext(
            "%(total)s reaches it, but the class has %(places)s place.",
            "%(total)s reaches it, but the class has %(places)s places.",
            places,
        )
        % facts
    )


def _difference(limit: Number, total: Number) -> str:
    return number_words(Decimal(str(limit)) - Decimal(str(total)))
