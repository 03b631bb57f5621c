"""Titles and the plan's own words in the reader's language."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum

from django.utils.translation import get_language, gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, count_text, names_text

from ..engine.arithmetic import NotANumber
from ..engine.facts import Value
from ..engine.faults import Fault
from ..engine.methods import Reads
from ..engine.methods.banded import is_true
from ..engine.methods.judged import Vote
from ..engine.plan import DEDUCTION, Effect, Indicator, Kind, Plan, Policy, QuotaRounding, Titled
from ..models import ONLY_CLASS

PLAIN_WORDS = {
    "national": pgettext_lazy("level", "national"),
    "provincial": pgettext_lazy("level", "provincial"),
    "municipal": pgettext_lazy("level", "municipal"),
    "county": pgettext_lazy("level", "county"),
    "upheld": pgettext_lazy("level", "upheld"),
    "complete": pgettext_lazy("tier", "complete"),
    "partial": pgettext_lazy("tier", "partial"),
    "none": pgettext_lazy("tier", "none"),
    "good": pgettext_lazy("tier", "good"),
    "fair": pgettext_lazy("tier", "fair"),
    "poor": pgettext_lazy("tier", "poor"),
    "special office": pgettext_lazy("supplier", "special office"),
    "named for each team": pgettext_lazy("supplier", "named for each team"),
    "bureau of statistics": pgettext_lazy("supplier", "bureau of statistics"),
    "audit bureau": pgettext_lazy("supplier", "audit bureau"),
    "agriculture and rural affairs bureau": pgettext_lazy("supplier", "agriculture and rural affairs bureau"),
    "rural economy station": pgettext_lazy("supplier", "rural economy station"),
    "asset rectification team": pgettext_lazy("supplier", "asset rectification team"),
    "check group": pgettext_lazy("supplier", "check group"),
    "survey team": pgettext_lazy("supplier", "survey team"),
}
"""Levels, tiers and suppliers that plans name in English; any other name is shown as in the plan."""

GROUP_WORDS = {
    "members": pgettext_lazy("voters", "members"),
    "lead": pgettext_lazy("voters", "lead"),
    "office": pgettext_lazy("voters", "office"),
    "leaders": pgettext_lazy("voters", "leaders"),
    "departments": pgettext_lazy("voters", "departments"),
    "townships": pgettext_lazy("voters", "townships"),
    "villages": pgettext_lazy("voters", "villages"),
    "public": pgettext_lazy("voters", "public"),
}
"""Groups of voters for which a plan gives no title."""

KIND_WORDS = {
    Kind.BASE: _("Base points"),
    Kind.BONUS: _("Bonus"),
    Kind.DEDUCTION: _("Deduction"),
}

SOURCE_WORDS = {
    "measure": _("measured from the work"),
    "data": _("figure from a department"),
    "panel": _("marks of the judges"),
    "events": _("events with their documents"),
}

ROUNDING_WORDS = {
    QuotaRounding.FLOOR: _("rounded down"),
    QuotaRounding.HALF_UP: _("rounded half up"),
    QuotaRounding.CEIL: _("rounded up"),
}

ROUND_KIND_WORDS = {
    "month": _("Month"),
    "quarter": _("Quarter"),
    "half_year": _("Half-year"),
    "year_end": _("Year-end"),
    "year": _("Year"),
    "trial": _("Trial"),
    "review": _("Mutual review"),
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
    Policy.PENDING: _("the round waits for the value and cannot be approved without it"),
}


_CHINESE = re.compile("[\u4e00-\u9fff]")


def plain_word(name: str) -> str:
    """The name of a level, tier or supplier in the reader's language where it is a common one."""
    return str(PLAIN_WORDS.get(name, name))


def title_of(titled: Titled) -> str:
    """The title of a class, grade, dimension, indicator or veto in the reader's language."""
    return titled.title if get_language() == "en" else titled.title_zh


def titles(rows: Iterable[Titled]) -> dict[str, str]:
    """Code -> title."""
    return {row.code: title_of(row) for row in rows}


def class_titles(plan: Plan) -> dict[str, str]:
    """Class code -> title; a plan without classes has one for all."""
    return titles(plan.classes) or {ONLY_CLASS: gettext("All teams")}


def kind_title(plan: Plan, kind: str) -> str:
    """The part of the year that a round of this kind belongs to; a common kind needs no title."""
    parts = {part.code: part for part in plan.year.parts} if plan.year else {}
    return _own_title(parts.get(kind), kind, ROUND_KIND_WORDS)


def group_titles(plan: Plan) -> dict[str, str]:
    """Code -> title of each group of voters that the plan names, in `[[groups]]` or in a vote."""
    given = {group.code: group for group in plan.groups}
    voting = [one.rule.parameters.groups for one in plan.indicators if isinstance(one.rule.parameters, Vote)]
    codes = dict.fromkeys([*given, *(code for groups in voting for code in groups)])
    return {code: _own_title(given.get(code), code, GROUP_WORDS) for code in codes}


def _own_title(row: Titled | None, code: str, words: Mapping[str, Text]) -> str:
    """The plan's title in the reader's language; where it gives none, the word for a common code."""
    is_given = row is not None and (row.title != code if get_language() == "en" else row.title_zh != row.title)
    if row is not None and (is_given or code not in words):
        return title_of(row)
    return str(words.get(code, code))


def fault_words(fault: Fault) -> str:
    """What is wrong with a plan, in the reader's language, without the place."""
    return gettext(fault.template) % fault.params


def tie_break_words(plan: Plan) -> str:
    """How ties are broken, in order: codes, and the deduction as a word."""
    return names_text(gettext("deduction") if code == DEDUCTION else code for code in plan.tie_break)


def applies_words(plan: Plan, indicator: Indicator) -> list[str]:
    """To which teams an indicator applies, one sentence per condition; empty when it applies to all."""
    applies, sentences = indicator.applies_to, []
    if applies.classes is not None:
        names = class_titles(plan)
        named = names_text(names.get(code, code) for code in applies.classes)
        sentences.append(
            gettext("Only for: %(names)s.") % {"names": named} if named else gettext("Applies to no class.")
        )
    if applies.teams is not None:
        named = names_text(applies.teams)
        sentences.append(
            gettext("Only for these teams: %(names)s.") % {"names": named} if named else gettext("Applies to no team.")
        )
    if applies.min_age_days is not None:
        sentences.append(
            ngettext(
                "Only for teams that have existed for at least %(days)d day.",
                "Only for teams that have existed for at least %(days)d days.",
                applies.min_age_days,
            )
            % {"days": applies.min_age_days}
        )
    if indicator.unless is not None:
        sentences.append(
            gettext("Does not apply where %(indicator)s is %(value)s.")
            % {"indicator": indicator.unless.indicator, "value": unless_words(plan, indicator)}
        )
    return sentences


def unless_words(plan: Plan, indicator: Indicator) -> str:
    """The value that `unless` names, as its indicator is answered: yes or no, a tier, a number; empty without one."""
    if indicator.unless is None:
        return ""
    parameters = plan.indicator(indicator.unless.indicator).rule.parameters
    if parameters.reads is Reads.TRUTH:
        return answer_word(indicator.unless.value)
    return plain_word(str(indicator.unless.value))


def answer_word(value: Value | int) -> str:
    """Yes or no for an answer however it is written; any other text as it is."""
    try:
        return pgettext("value", "Yes") if is_true(value) else pgettext("value", "No")
    except NotANumber:
        return str(value)


def rounds_words(plan: Plan, indicator: Indicator) -> str:
    """In which rounds an indicator is scored, and that others leave it out; empty when it is scored in all."""
    if indicator.rounds is None:
        return ""
    if not indicator.rounds:
        return gettext("Not scored in any round.")
    kinds = names_text(kind_title(plan, kind) for kind in indicator.rounds)
    return gettext("Only in: %(names)s; in other rounds %(policy)s.") % {
        "names": kinds,
        "policy": policy_words(Policy.REDISTRIBUTE, indicator.kind),
    }


def policy_words(policy: Policy, kind: Kind) -> str:
    """What takes the place of points that the method does not give; a bonus or deduction left out is 0."""
    if kind is not Kind.BASE and policy in (Policy.REDISTRIBUTE, Policy.ZERO):
        return gettext("left out; counts as 0")
    return str(POLICY_WORDS[policy])


def quota_words(quota: Decimal | None) -> str:
    """A grade's share of the class: 30 %."""
    return "" if quota is None else gettext("%(share)s%% of the class") % {"share": count_text(quota * 100)}


def limit_words(least: Decimal | None, most: Decimal | None) -> str:
    """Between which values a figure usually lies; empty where the plan sets no limit."""
    limits = {"least": count_text(least), "most": count_text(most)}
    if least is not None and most is not None:
        return gettext("Values from %(least)s to %(most)s.") % limits
    if least is not None:
        return gettext("Values of %(least)s or more.") % limits
    return gettext("Values of %(most)s or less.") % limits if most is not None else ""


def untitled(plan: Plan) -> list[str]:
    """The codes of what has no Chinese title, in the order of the plan; a kind or group that has a word needs none."""
    rows: list[Titled] = [plan, *plan.classes, *plan.grades, *plan.vetoes, *plan.dimensions, *plan.indicators]
    rows += [part for part in (plan.year.parts if plan.year else ()) if part.code not in ROUND_KIND_WORDS]
    rows += [group for group in plan.groups if group.code not in GROUP_WORDS]
    return [row.code for row in rows if row.title_zh == row.title and not _CHINESE.search(row.title)]


class LackCause(Enum):
    """Why an indicator would be without a value."""

    NOTHING_TO_MEASURE = "nothing_to_measure"
    NOT_APPLICABLE = "not_applicable"


LACK_WORDS = {
    LackCause.NOTHING_TO_MEASURE: _("nothing to measure"),
    LackCause.NOT_APPLICABLE: _("it does not apply to them"),
}


def lack_words(cause: LackCause, policy: Policy, kind: Kind, names: Iterable[str] | None) -> str:
    """For whom an indicator has no value, why, and what follows. `names`: the teams, None for every team."""
    return gettext("%(teams)s: %(cause)s; %(policy)s.") % {
        "teams": gettext("All teams") if names is None else names_text(names),
        "cause": LACK_WORDS[cause],
        "policy": policy_words(policy, kind),
    }


def stage_days(plan: Plan) -> list[tuple[str, int]]:
    """The stages of a round that last some working days, and how many."""
    return [
        (gettext("Figures and claims"), plan.figures_days),
        (gettext("Checking by the teams"), plan.checking_days),
        (gettext("Public notice"), plan.publicity_days),
    ]
