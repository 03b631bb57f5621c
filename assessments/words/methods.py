"""A method's rule in one sentence, from its parameters as a plan document or an explanation writes them."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from django.utils.translation import gettext, pgettext, pgettext_lazy

from governance.lists.text import clauses_text, count_text, names_text

from ..engine.methods.contract import LOWER, TEAM
from .plans import plain_word

Document: TypeAlias = Mapping[str, Any]
"""Parameters by name: whole numbers, decimals (also as text), words, lists and tables."""

PARAMETER_WORDS = {
    "target": pgettext_lazy("parameter", "target"),
    "over": pgettext_lazy("parameter", "most, in times of the points"),
    "floor": pgettext_lazy("parameter", "floor"),
    "reference": pgettext_lazy("parameter", "reference"),
    "unit": pgettext_lazy("parameter", "unit"),
    "step": pgettext_lazy("parameter", "share lost per place"),
    "low": pgettext_lazy("parameter", "share of the last"),
    "full": pgettext_lazy("parameter", "full points of the other assessment"),
    "trim_from": pgettext_lazy("parameter", "marks from which two drop out"),
    "cap": pgettext_lazy("parameter", "cap"),
}
"""The parameters that are single numbers and can be tried in a what-if."""

Number: TypeAlias = Decimal | Fraction | int | str
"""A number, or its text."""


def method_words(name: str, parameters: Document, groups: Mapping[str, str] | None = None) -> str:
    """The rule as text. `groups`: the titles of groups of voters, by code.

    Raises KeyError for a method without one; a test covers all methods.
    """
    if groups and "groups" in parameters:
        named = {groups.get(code, code): weight for code, weight in parameters["groups"].items()}
        parameters = {**parameters, "groups": named}
    return _RULES[name](parameters)


def number_words(value: Number) -> str:
    """A parameter or value as text: 1200 -> 1,200; "0.50" -> 0.5; "200/3" -> 66.67."""
    number = Fraction(str(value))
    if number.denominator == 1:
        return count_text(number.numerator)
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return count_text(exact if Fraction(exact) == number else round(exact, 2))


def share_words(value: Number) -> str:
    """A share as a percent: 0.05 -> 5%."""
    return f"{number_words(Fraction(str(value)) * 100)}%"


def _is_lower(parameters: Document) -> bool:
    return parameters.get("direction") == LOWER


def _target_words(target: Number) -> str:
    return gettext("the team's own target") if target == TEAM else number_words(target)


def _ratio(parameters: Document) -> str:
    target, over = _target_words(parameters["target"]), Fraction(str(parameters.get("over", 1)))
    if _is_lower(parameters):
        sentence = gettext("Full points up to %(target)s; above it, in the proportion target ÷ value.")
    else:
        sentence = gettext("Full points at %(target)s; below it, in proportion.")
    sentence %= {"target": target}
    if over > 1:
        sentence += gettext(" Above it, at most %(over)s times the points.") % {"over": number_words(over)}
    return sentence


def _linear(parameters: Document) -> str:
    return gettext("0 at %(floor)s, full points at %(target)s, in a straight line between.") % {
        "floor": number_words(parameters["floor"]),
        "target": number_words(parameters["target"]),
    }


def _band(parameters: Document) -> str:
    lower = _is_lower(parameters)
    edge = "to" if lower else "from"
    parts = []
    for band in parameters["bands"]:
        points = number_words(band["points"])
        if edge not in band:
            parts.append(pgettext("band", "otherwise %(points)s") % {"points": points})
        elif lower:
            parts.append(
                pgettext("band", "up to %(edge)s: %(points)s") % {"edge": number_words(band[edge]), "points": points}
            )
        else:
            parts.append(
                pgettext("band", "from %(edge)s: %(points)s") % {"edge": number_words(band[edge]), "points": points}
            )
    return gettext("Points by band: %(bands)s.") % {"bands": clauses_text(parts)}


def _step(parameters: Document) -> str:
    values = {name: number_words(parameters[name]) for name in ("reference", "unit", "per")}
    if parameters.get("whole"):
        above = gettext("Full points up to %(reference)s; %(per)s less for each %(unit)s, or part of it, above that.")
        below = gettext("Full points from %(reference)s; %(per)s less for each %(unit)s, or part of it, below that.")
    else:
        above = gettext("Full points up to %(reference)s; %(per)s less for each %(unit)s above that.")
        below = gettext("Full points from %(reference)s; %(per)s less for each %(unit)s below that.")
    return (above if _is_lower(parameters) else below) % values + gettext(" Never below 0.")


def _rank(parameters: Document) -> str:
    sentence = gettext("Full points for first place in the class; %(step)s of them less for each place after it.")
    return sentence % {"step": share_words(parameters["step"])} + gettext(" Never below 0.")


def _rank_table(parameters: Document) -> str:
    points = [number_words(value) for value in parameters["table"]]
    return gettext("Points by place in the class: %(points)s; the last of these for all later places.") % {
        "points": names_text(points)
    }


def _minmax(parameters: Document) -> str:
    return gettext("Full points for the best of the class, %(low)s of them for the last, in a straight line.") % {
        "low": share_words(parameters.get("low", 0))
    }


def _best(parameters: Document) -> str:
    if _is_lower(parameters):
        return gettext("Full points for the lowest of the class; others in the proportion lowest ÷ value.")
    return gettext("Full points for the best of the class; others in proportion to it.")


def _binary(parameters: Document) -> str:
    if _is_lower(parameters):
        return gettext("Full points for “no”, none for “yes”.")
    return gettext("Full points for “yes”, none for “no”.")


def _named_points(table: Mapping[str, Number]) -> str:
    return clauses_text(f"{plain_word(name)} {number_words(table[name])}" for name in best_first(table))


def best_first(table: Mapping[str, Number]) -> list[str]:
    """Names of levels or tiers, most points first."""
    return sorted(table, key=lambda name: -Fraction(str(table[name])))


def _tier(parameters: Document) -> str:
    return gettext("Points by tier: %(tiers)s.") % {"tiers": _named_points(parameters["tiers"])}


def _panel(parameters: Document) -> str:
    return gettext(
        "The mean of the judges' marks out of %(scale)s, converted to the full points; from %(trim_from)s marks, one "
        "highest and one lowest drop out."
    ) % {"scale": number_words(parameters["scale"]), "trim_from": parameters.get("trim_from", 5)}


def _vote(parameters: Document) -> str:
    sentence = gettext(
        "The means of the voter groups out of 100, weighted and converted to the full points: %(groups)s."
    )
    sentence %= {"groups": _named_points(parameters["groups"])}
    if len(parameters["groups"]) > 1:
        sentence += gettext(" The weight of a group without votes goes to the others.")
    if parameters.get("choices"):
        sentence += gettext(" Choices: %(choices)s.") % {"choices": _named_points(parameters["choices"])}
    return sentence


def _external(parameters: Document) -> str:
    return gettext("The result of the other assessment, out of %(full)s, in proportion.") % {
        "full": number_words(parameters["full"])
    }


def _events(parameters: Document) -> str:
    sentence = gettext("Points by level: %(levels)s; a matter counts once, at its highest level.") % {
        "levels": _named_points(parameters["levels"])
    }
    if parameters.get("cap") is not None:
        sentence += gettext(" At most %(cap)s together.") % {"cap": number_words(parameters["cap"])}
    return sentence


_RULES: dict[str, Callable[[Document], str]] = {
    "ratio": _ratio,
    "linear": _linear,
    "band": _band,
    "step": _step,
    "rank": _rank,
    "rank_table": _rank_table,
    "minmax": _minmax,
    "best": _best,
    "binary": _binary,
    "tier": _tier,
    "panel": _panel,
    "vote": _vote,
    "external": _external,
    "events": _events,
}
