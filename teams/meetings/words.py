"""Texts of the loop in the reader's language."""

import re

from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.records.words import FACT_WORDS

SERIES_WORDS: dict[str, Text] = {
    "reminder": pgettext_lazy("series", "Reminder"),
    "order": pgettext_lazy("series", "Supervision"),
    "talk": pgettext_lazy("series", "Talk"),
    "circular": pgettext_lazy("series", "Circular"),
    "instruction": pgettext_lazy("series", "Instruction"),
}
"""The series of numbers, as they stand before the year."""

_CODE = re.compile(r"([a-z]+)-(\d{4})-(\d+)")


def document_number(series: str, year: int, number: int) -> str:
    """The number of a document in its series, such as 督办〔2026〕5号; minutes are numbered without: 〔2026〕2号."""
    words = {"series": SERIES_WORDS[series] if series else "", "year": year, "number": number}
    return gettext("%(series)s〔%(year)s〕No. %(number)s") % words


def bulletin_number(year: int, number: int) -> str:
    """The number of a bulletin: 2026年第7期."""
    return pgettext("bulletin", "No. %(number)s of %(year)s") % {"year": year, "number": number}


def order_code(series: str, year: int, number: int) -> str:
    """The same as notices store it, to be worded in the reader's language."""
    return f"{series}-{year}-{number}"


def order_in_words(code: str) -> str:
    """A stored number in words; anything else is unchanged."""
    match = _CODE.fullmatch(code)
    return document_number(match[1], int(match[2]), int(match[3])) if match and match[1] in SERIES_WORDS else code


RUNG_WORDS: dict[str, Text] = {
    "reminder": pgettext_lazy("order", "Reminder"),
    "yellow": pgettext_lazy("order", "Yellow order"),
    "red": pgettext_lazy("order", "Red order"),
    "circular": pgettext_lazy("order", "Circular"),
    "talk": pgettext_lazy("order", "Talk"),
}
"""The rungs of the ladder; a circular is no order, and stands between red order and talk."""

for _name, _words in {
    "act": _("step before"),
    "agenda": _("agenda"),
    "answered_on": _("answered on"),
    "attendance": _("attendance"),
    "clauses": _("clauses"),
    "copied_by": _("copied by"),
    "copied_on": _("copied on"),
    "item": _("item of the agenda"),
    "into": _("merged into"),
    "decisions": _("decisions"),
    "lines": _("lines of instructions"),
    "makes": _("becomes"),
    "named": _("named special teams"),
    "orders": _("supervision orders"),
    "problem": _("problem"),
    "recognised_at": pgettext_lazy("showcase", "level"),
    "rung": _("rung"),
    "since": pgettext_lazy("rung", "since"),
    "step": pgettext_lazy("showcase", "step"),
    "text": _("text"),
}.items():
    FACT_WORDS.register(_name, _words)
