"""What the fields of a plan's forms are called, and the words of their choices."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text

from ..engine import Document
from ..engine.editing.fields import Field
from ..engine.editing.shown import EDGE, rows_of, text_of, value_of
from ..engine.methods.contract import HIGHER, LOWER
from ..engine.plan import Kind
from ..measures import MEASURES
from .plan_changes import FIELD_WORDS, PARAMETER_WORDS, TABLE_WORDS
from .plans import EFFECT_WORDS, KIND_WORDS, POLICY_WORDS, ROUNDING_WORDS, SOURCE_WORDS, plain_word

METHOD_WORDS: Mapping[str, Text] = {
    "ratio": pgettext_lazy("method", "Share of the target reached"),
    "linear": pgettext_lazy("method", "Straight line between two values"),
    "band": pgettext_lazy("method", "Bands"),
    "step": pgettext_lazy("method", "Points off per unit"),
    "rank": pgettext_lazy("method", "Place in the class"),
    "rank_table": pgettext_lazy("method", "Points for each place"),
    "minmax": pgettext_lazy("method", "Between the last and the best of the class"),
    "best": pgettext_lazy("method", "Share of the best of the class"),
    "binary": pgettext_lazy("method", "Yes or no"),
    "tier": pgettext_lazy("method", "Tiers"),
    "panel": pgettext_lazy("method", "Marks of judges"),
    "vote": pgettext_lazy("method", "Votes of groups"),
    "external": pgettext_lazy("method", "Result of another assessment"),
    "events": pgettext_lazy("method", "Events by level"),
}

TABLES_OF_METHODS: Mapping[str, Text] = {
    "bands": _("Bands"),
    "tiers": _("Tiers"),
    "levels": _("Levels"),
    "groups": _("Groups of voters"),
    "choices": _("Choices"),
    "table": _("Points of each place"),
    "points_by_class": _("Points by class"),
}
"""Parameters, and points, that are tables of their own."""

NEW_WORDS: Mapping[str, Text] = {
    "classes": _("Add a class"),
    "grades": _("Add a grade"),
    "vetoes": _("Add a veto"),
    "groups": _("Add a group"),
    "dimensions": _("Add a dimension"),
    "indicators": _("Add an indicator"),
    "year": _("Add a part"),
}
"""Part -> the button that adds a row."""

_CHOICES: Mapping[str, Mapping[Any, Text]] = {
    "kind": KIND_WORDS,
    "quota_rounding": ROUNDING_WORDS,
    "effect": EFFECT_WORDS,
    "source": SOURCE_WORDS,
    "when_not_applicable": POLICY_WORDS,
    "when_missing": POLICY_WORDS,
    "method.name": METHOD_WORDS,
    "method.fallback.name": METHOD_WORDS,
    "direction": {
        HIGHER: pgettext_lazy("better", "more is better"),
        LOWER: pgettext_lazy("better", "less is better"),
    },
}


def part_words(part: str) -> str:
    """What the page of a part is called."""
    return str(TABLE_WORDS[part])


def field_words(name: str) -> str:
    """What a field is called; `name` is its path in the row."""
    *before, last = name.split(".")
    if last == EDGE:
        return pgettext("band", "Value")
    if last in TABLES_OF_METHODS:
        words = str(TABLES_OF_METHODS[last])
    elif before[:1] == ["method"]:
        words = str(PARAMETER_WORDS[last])
    else:
        words = str(FIELD_WORDS.get(name) or FIELD_WORDS[last])
    return " · ".join((gettext("Other rule"), words)) if "fallback" in before else words


def choice_words(document: Document, field: Field) -> list[tuple[str, str]]:
    """What a choice offers: value and words."""
    if field.among == "measures":
        return [(name, str(measure.title)) for name, measure in MEASURES.items()]
    if field.among:
        return coded(document, field.among)
    words = _CHOICES.get(field.name) or _CHOICES.get(field.name.rpartition(".")[2]) or {}
    return [(str(choice), str(words.get(choice, choice))) for choice in field.choices]


def coded(document: Document, among: str) -> list[tuple[str, str]]:
    """The codes of a table of the plan with their titles."""
    field = "kind" if among == "year.parts" else "code"
    found: dict[str, str] = {}
    for row in rows_of(document, among.split(".")):
        code = text_of(row.get(field)) if isinstance(row, dict) else ""
        if code:
            found.setdefault(code, row_words(row, field, is_coded=among == "indicators"))
    return list(found.items())


def row_words(row: Document, field: str = "code", *, is_coded: bool = True) -> str:
    """Code and title of a row as it stands, in the reader's language."""
    code = text_of(row.get(field))
    first, second = ("title", "title_zh") if get_language() == "en" else ("title_zh", "title")
    title = text_of(row.get(first)) or text_of(row.get(second))
    named = [code, title] if is_coded else [title or plain_word(code)]
    return " ".join(each for each in named if each) or gettext("without a code")


def kind_words(row: Document) -> str:
    """The kind of an indicator as it stands."""
    kind = text_of(value_of(row, "kind")) or Kind.BASE
    return str(KIND_WORDS.get(Kind(kind), kind) if kind in set(Kind) else kind)


def class_lines(document: Document) -> Iterable[tuple[str, str]]:
    """Code and title of each class; a plan without classes has one line without a code."""
    return coded(document, "classes") or [("", gettext("All teams"))]
