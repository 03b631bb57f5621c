"""How percents, points and dates are written (docs/rules.md#numbers-and-dates).

Exports, cells and templates call the same functions, so that a value reads the same everywhere. No floats.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, TypeAlias

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise
else:
    from django.utils.functional import Promise as StrPromise

Text: TypeAlias = str | StrPromise
"""Words, or words that are translated only when they are shown."""

MINUS = "−"


def whole(value: Decimal | int) -> str:
    """`value` as a whole number, half up: 58.33 is "58", 62.5 is "63"."""
    return str(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))


def percent_text(value: Decimal | int | None) -> str:
    """A percent of 0 to 100, rounded to a whole number: "58%"; "" for None."""
    return "" if value is None else f"{whole(value)}%"


def points_text(value: Decimal | int | None) -> str:
    """Points with all their decimals and a true minus sign; "" for None."""
    return "" if value is None else f"{value:f}".replace("-", MINUS)


def signed_text(value: Decimal | int | None) -> str:
    """A change or an adjustment with its sign: "+3", "−0.50", "0"; "" for None."""
    if value is None:
        return ""
    return f"+{value:f}" if value > 0 else points_text(value)


def count_text(value: Decimal | int | None) -> str:
    """A quantity without trailing zeros, digits grouped by three: "2,000", "12.5"; "" for None."""
    if value is None:
        return ""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def times_text(value: Decimal) -> str:
    """How many times something is something else: whole from 10 on, below with one decimal: "217", "2.5"."""
    return whole(value) if value >= 10 else count_text(value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def overdue_text(days: int) -> str:
    """How late something is that should be done by now: "3 days overdue"."""
    return ngettext("%(days)d day overdue", "%(days)d days overdue", days) % {"days": days}


def title_text(text: str, most: int) -> str:
    """A sentence as a title or a notice names it: one line without its full stop, at most `most` characters."""
    return Truncator(" ".join(text.split()).rstrip("。.；; ")).chars(most)


def day_text(value: date | None) -> str:
    """A day in a table: "2026-10-20"; "" for None. A moment gives its day in the local time zone."""
    if value is None:
        return ""
    return (timezone.localtime(value).date() if isinstance(value, datetime) else value).isoformat()


def moment_text(value: datetime | None) -> str:
    """A moment in a table, local time: "2026-10-20 18:00"; "" for None."""
    return "" if value is None else f"{timezone.localtime(value):%Y-%m-%d %H:%M}"


def long_date(value: date | None) -> str:
    """A day in a sentence: "2026年10月20日", "20 October 2026"; a moment adds the local time."""
    return _in_words(value, "Y年n月j日", "j F Y")


def long_day(value: date) -> str:
    """A day with its weekday: "2026年10月27日 星期二", "Tuesday, 27 October 2026"; of a moment the local day."""
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    weekday = date_format(day, "l")
    return f"{long_date(day)} {weekday}" if in_chinese() else f"{weekday}, {long_date(day)}"


def names_text(names: Iterable[object]) -> str:
    """Names in one text: "甲、乙", "a, b"."""
    return ("、" if in_chinese() else ", ").join(map(str, names))


def some_names(names: Iterable[object]) -> str:
    """The first `NAMED` of many names, and how many more there are: "甲、乙等2个", "a, b and 2 more"."""
    found = list(names)
    more = len(found) - NAMED
    if more <= 0:
        return names_text(found)
    words = {"names": names_text(found[:NAMED]), "count": more}
    return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % words


NAMED = 12
"""Names in a sentence; a county names all of its teams, a province counts the rest."""


def clauses_text(clauses: Iterable[Text]) -> str:
    """Parts of a sentence that may hold names of their own: "甲、乙；丙", "a, b; c"."""
    return ("；" if in_chinese() else "; ").join(map(str, clauses))


def sentences_text(sentences: Iterable[Text]) -> str:
    """Sentences one after the other; Chinese ones without a space between them."""
    return ("" if in_chinese() else " ").join(map(str, sentences))


def short_date(value: date | None) -> str:
    """A day whose year is clear from the context: "10月20日", "20 Oct"; a moment adds the local time."""
    return _in_words(value, "n月j日", "j M")


def in_chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (get_language() or "").startswith("zh")


def _in_words(value: date | None, chinese: str, english: str) -> str:
    if value is None:
        return ""
    pattern = chinese if in_chinese() else english
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), f"{pattern} H:i", use_l10n=False)
    return date_format(value, pattern, use_l10n=False)
