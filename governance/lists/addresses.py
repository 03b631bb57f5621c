"""Numbers and days that stand in an address or arrive unchecked with a form: read within bounds, or not at all."""

from datetime import date

from django.urls import register_converter
from django.urls.converters import IntConverter

from governance.formats.dates import plausible

DIGITS = 18
"""More do not fit into the 64 bits of a database's number."""


def number_in(text: str) -> int | None:
    """A number of 0 or more in ASCII digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None


def day_in(text: str) -> date:
    """A day written as 2026-10-20. ValueError for anything else and for a day that no plan or record can have."""
    day = date.fromisoformat(text)
    if not plausible(day):
        raise ValueError(text)
    return day


class NumberConverter(IntConverter):
    """`<num:pk>`: a number that a database can hold; anything longer is no address of the site."""

    regex = f"[0-9]{{1,{DIGITS}}}"


register_converter(NumberConverter, "num")
