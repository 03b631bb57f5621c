"""Marks as HTML: a lamp is colour, shape and word; a strip shows actual progress as a bar and planned as a tick.

A *tone* is one of `TONES`. Wherever a tone is expected, an enum member with `tone` (or `colour`) and `label` may be
passed instead (docs/rules.md#colour-and-choice).
"""

from decimal import Decimal
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from governance.charts.strips import Strip, pace_strip, score_strip
from governance.lists.text import percent_text, points_text

TONES = ("red", "yellow", "blue", "green", "grey", "pine")


def tone_of(code: object) -> str:
    """The tone of an enum member, or the tone called so; grey for anything else."""
    named = getattr(code, "tone", None) or getattr(code, "colour", None) or code
    name = str(getattr(named, "value", named))
    return name if name in TONES else "grey"


def word_of(code: object) -> str:
    """The word of an enum member; any other value is its own word."""
    return str(getattr(code, "label", code))


def lamp_mark(code: object, word: str = "") -> SafeString:
    """The lamp's shape alone. With `word` it is labelled; without, the word must stand beside it."""
    spoken = f'role="img" aria-label="{escape(str(word))}"' if word else 'aria-hidden="true"'
    return mark_safe(f'<svg class="lamp-mark" {spoken}><use href="#lamp-{tone_of(code)}"/></svg>')


def lamp(code: object, word: str = "") -> SafeString:
    """Shape and word within a line of text; `word` defaults to the enum member's own."""
    return mark_safe(f'<span class="lamp">{lamp_mark(code)}{escape(str(word) or word_of(code))}</span>')


def lamp_badge(code: object, word: str = "") -> SafeString:
    """Shape and word as a badge: a lamp in a list or in the head of a card."""
    text = escape(str(word) or word_of(code))
    return mark_safe(f'<span class="badge is-{tone_of(code)}">{lamp_mark(code)}{text}</span>')


def badge(word: object, tone: object = "grey") -> SafeString:
    """A word as a badge, for a state that is no lamp."""
    return mark_safe(f'<span class="badge is-{tone_of(tone)}">{escape(str(word))}</span>')


def pace(actual: Decimal | int | None, planned: Decimal | int | None = None, tone: object = "pine") -> SafeString:
    """The strip: `actual` percent as a bar in `tone`, `planned` percent as a tick, with the numbers as its title.

    `actual` None draws an empty, hatched strip ("not applicable"), which is not the same as 0. Values outside 0 to 100
    are drawn at the edge.
    """
    return drawn(pace_strip(actual, planned), tone, pace_words(actual, planned))


def pace_words(actual: Decimal | int | None, planned: Decimal | int | None) -> str:
    """What a strip shows, in words: "58% done, 83% planned"."""
    if actual is None:
        return gettext("Not applicable")
    if planned is None:
        return gettext("%(actual)s done") % {"actual": percent_text(actual)}
    return gettext("%(actual)s done, %(planned)s planned") % {
        "actual": percent_text(actual),
        "planned": percent_text(planned),
    }


def score(points: Decimal | None, full: Decimal, mean: Decimal | None = None) -> SafeString:
    """The strip of a score: `points` of `full` as a bar, the mean of the class as a tick."""
    words = points_text(points) if points is not None else gettext("Not applicable")
    if mean is not None:
        words = gettext("%(points)s, mean of the class %(mean)s") % {"points": words, "mean": points_text(mean)}
    return drawn(score_strip(points, full, mean), "pine", words)


def drawn(strip: Strip, tone: object, words: str) -> SafeString:
    """A strip as an image labelled `words`; hatched where there is nothing to draw."""
    shapes = [f'<title>{escape(words)}</title><rect class="pace-track" width="100%" height="8" y="2" rx="1"/>']
    if strip.width is None:
        shapes.append('<line class="pace-hatch" x1="0" x2="100%" y1="6" y2="6"/>')
    else:
        shapes.append(f'<rect class="pace-actual fill-{tone_of(tone)}" width="{strip.width}" height="8" y="2" rx="1"/>')
    if strip.tick is not None:
        shapes.append(f'<line class="pace-plan" x1="{strip.tick}" x2="{strip.tick}" y1="-1" y2="13"/>')
    return mark_safe(f'<svg class="pace" role="img">{"".join(shapes)}</svg>')
