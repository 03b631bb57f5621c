"""Titles and the plan's own words in the reader's language."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.text import count_text

from ..engine.faults import Fault
from ..engine.plan import DEDUCTION, Effect, Indicator, Kind, Plan, Policy, Titled
from ..models import ONLY_CLASS

PLAIN_WORDS = {
    "national": pgettext_lazy("level", "national"),
    "provincial": pgettext_lazy("level", "provincial"),
    "municipal": pgettext_lazy("level", "municipal"),
    "county": pgettext_lazy("level", "county"),
    "complete": pgettext_lazy("tier", "complete"),
    "partial": pgettext_lazy("tier", "partial"),
    "none": pgettext_lazy("tier", "none"),
    "good": pgettext_lazy("tier", "good"),
    "fair": pgettext_lazy("tier", "fair"),
    "poor": pgettext_lazy("tier", "poor"),
    "special office": pgettext_lazy("supplier", "special office"),
    "named for each team": pgettext_lazy("supplier", "named for each team"),
}
"""Levels, tiers and suppliers that plans name in English; any other name is shown as in the plan."""

KIND_WORDS = {
    Kind.BASE: _("Base points"),
    Kind.BONUS: _("Bonus"),
    Kind.DEDUCTION: _("Deduction"),
}

NOTHING_TO_MEASURE = _("nothing to measure; the plan says what happens then")

SOURCE_WORDS = {
    "measure": _("measured from the work"),
    "data": _("figure from a department"),
    "panel": _("marks of the judges"),
    "events": _("events with their documents"),
}

ROUND_KIND_WORDS = {
    "month": _("Month"),
    "quarter": _("Quarter"),
    "half_year": _("Half-year"),
    "year_end": _("Year-end"),
    "round": _("Round"),
}

EFFECT_WORDS = {
    Effect.VOID: _("Result void: the lowest grade, after all others"),
    Effect.NO_TOP_GRADE: _("Barred from the top grade"),
}

POLICY_WORDS = {
    Policy.REDISTRIBUTE: _("left out; its points are shared among the others"),
    Policy.AVERAGE: _("the mean of the class"),
    Policy.FULL: _("full points"),
    Policy.ZERO: _("0 points"),
    Policy.PENDING: _("the round waits for the value"),
}


def plain_word(name: str) -> str:
    """The name of a level, tier or supplier in the reader's language where it is a common one."""
    return str(PLAIN_WORDS.get(name, name))


def title_of(titled: Titled) -> str:
    """The title of a class, grade, dimension, indicator or veto in the reader's language."""
    return titled.title if get_language() == "en" else titled.title_zh


def listed(names: Iterable[str]) -> str:
    """Names joined into one text: "a, b", 甲、乙."""
    return pgettext("names", ", ").join(names)


def titles(rows: Iterable[Titled]) -> dict[str, str]:
    """Code -> title."""
    return {row.code: title_of(row) for row in rows}


def class_titles(plan: Plan) -> dict[str, str]:
    """Class code -> title; a plan without classes has one for all."""
    return titles(plan.classes) or {ONLY_CLASS: gettext("All teams")}


def kind_title(plan: Plan, kind: str) -> str:
    """The part of the year that a round of this kind belongs to."""
    parts = titles(plan.year.parts) if plan.year else {}
    return parts.get(kind) or str(ROUND_KIND_WORDS.get(kind, kind))


def fault_words(fault: Fault) -> str:
    """What is wrong with a plan, in the reader's language, without the place."""
    return gettext(fault.template) % fault.params


def tie_break_words(plan: Plan) -> str:
    """How ties are broken, in order: codes, and the deduction as a word."""
    return listed(gettext("deduction") if code == DEDUCTION else code for code in plan.tie_break)


def applies_words(plan: Plan, indicator: Indicator) -> list[str]:
    """The teams an indicator applies to, one sentence per condition; empty when it applies to all."""
    applies, sentences = indicator.applies_to, []
    if applies.classes is not None:
        names = class_titles(plan)
        sentences.append(
            gettext("Only for: %(names)s.") % {"names": listed(names.get(code, code) for code in applies.classes)}
        )
    if applies.teams is not None:
        sentences.append(gettext("Only for the teams %(names)s.") % {"names": listed(applies.teams)})
    if applies.min_age_days is not None:
        sentences.append(gettext("Only for teams of %(days)d days and more.") % {"days": applies.min_age_days})
    if indicator.unless is not None:
        sentences.append(
            gettext("Not where %(indicator)s is %(value)s.")
            % {"indicator": indicator.unless.indicator, "value": indicator.unless.value}
        )
    if indicator.rounds is not None:
        kinds = [kind_title(plan, kind) for kind in indicator.rounds]
        sentences.append(gettext("Only in: %(names)s.") % {"names": listed(kinds)})
    return sentences


def quota_words(quota: Decimal | None) -> str:
    """A grade's share of the class: 30 %."""
    return "" if quota is None else gettext("%(share)s%% of the class") % {"share": count_text(quota * 100)}
