"""A line of a plan in words: points, rule, conditions, where its value comes from."""

from django.utils.translation import gettext

from ..engine.consistency import worth_of_dimension
from ..engine.plan import Dimension, Indicator, Plan, Policy, Worth
from ..engine.plan_changes import classes_of
from ..measures import MEASURES
from ..models import ONLY_CLASS
from .methods import method_words, number_words
from .plans import (
    KIND_WORDS,
    SOURCE_WORDS,
    applies_words,
    class_titles,
    group_titles,
    limit_words,
    plain_word,
    policy_words,
    rounds_words,
    title_of,
)


def indicator_words(rules: Plan, indicator: Indicator) -> dict[str, object]:
    """What pages say of an indicator, by name."""
    parameters, fallback = indicator.rule.parameters, indicator.rule.fallback
    measure = MEASURES.get(indicator.measure)
    return {
        "code": indicator.code,
        "title": title_of(indicator),
        "kind": KIND_WORDS[indicator.kind],
        "points": worth_words(rules, indicator.worth),
        "worth": worth_lines(rules, indicator.worth),
        "source": SOURCE_WORDS[indicator.source],
        "measure": measure.title if measure else indicator.measure,
        "unit": measure.unit if measure else "",
        "department": plain_word(indicator.department or ""),
        "evidence": indicator.evidence,
        "rule": method_words(parameters.name, parameters.document(), group_titles(rules)),
        "limits": limit_words(indicator.least, indicator.most),
        "fallback": method_words(fallback.parameters.name, fallback.parameters.document()) if fallback else "",
        "min_class": rules.min_class,
        "conditions": applies_words(rules, indicator),
        "rounds": rounds_words(rules, indicator),
        "waits": indicator.when_missing is Policy.PENDING,
        "when_missing": policy_words(indicator.when_missing, indicator.kind) if indicator.source != "events" else "",
        "when_not_applicable": policy_words(indicator.when_not_applicable, indicator.kind),
    }


def dimension_worth_words(rules: Plan, dimension: Dimension) -> str:
    """What the dimension counts: its own points where it is normalised, else the sum of its indicators'."""
    codes = classes_of(rules) or [ONLY_CLASS]
    worth = {code: worth_of_dimension(rules, dimension, code) for code in codes}
    if len(set(worth.values())) == 1:
        return number_words(worth[codes[0]])
    return worth_words(rules, Worth(by_class=worth))


def worth_words(rules: Plan, worth: Worth) -> str:
    """Full points, or those of each class."""
    return gettext(", ").join(worth_lines(rules, worth))


def worth_lines(rules: Plan, worth: Worth) -> list[str]:
    """Full points; where classes have their own, a line each."""
    if worth.by_class is None:
        return [number_words(worth.most())]
    names = class_titles(rules)
    return [f"{names.get(code, code)} {number_words(value)}" for code, value in worth.by_class.items()]
