"""Slips on paper: eight to an A4 page, each with a QR code and, for those who cannot scan it, its letters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from governance.lists.qr import qr_code

TO_A_PAGE = 8


@dataclass(frozen=True)
class PrintedSlip:
    """A slip: its letters in two halves, and its QR code as SVG."""

    letters: str
    qr: SafeString


def pages_of(codes: Sequence[str], address: str) -> Iterator[list[PrintedSlip]]:
    """The slips page by page. `address`: where slips are opened; the code follows behind #, which no server sees."""
    for start in range(0, len(codes), TO_A_PAGE):
        yield [_printed(code, address) for code in codes[start : start + TO_A_PAGE]]


def _printed(code: str, address: str) -> PrintedSlip:
    return PrintedSlip(f"{code[:5]} {code[5:]}", qr_code(f"{address}#{code}"))
