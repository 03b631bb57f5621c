"""QR codes."""

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext


def qr_code(text: str) -> SafeString:
    """A QR code of `text` as SVG, as large as its place."""
    drawn = segno.make(text, error="m", micro=False)
    return mark_safe(drawn.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None, title=gettext("QR code")))
