"""How votes stand on a scorecard: a line for each group, unless so few voted that a mean would give them away."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext, ngettext

from ..engine.canonical import Data
from ..engine.explanation import Explanation
from ..votes.slips import FEW
from ..words.methods import number_words
from ..words.papers import Paper, name_in
from ..words.steps import arithmetic


def has_few(explanation: Explanation, source: list[Data]) -> bool:
    """Whether fewer than five slips of a group were cast, or marked the team: no group's mean is shown then."""
    marks = _marks(explanation)
    return any(tally["cast"] < FEW for tally in source) or any(len(given) < FEW for given in marks.values())


def vote_steps(explanation: Explanation, groups: dict[str, str], *, shows_means: bool) -> list[str]:
    """Each group's number of votes, mean and weight, then the weighted result; only the last where means are hidden."""
    weights = explanation["method"]["parameters"]["groups"]
    lines = []
    for code, given in _marks(explanation).items() if shows_means else ():
        said = ngettext(
            "%(group)s: %(count)d vote, mean %(mean)s, weight %(weight)s",
            "%(group)s: %(count)d votes, mean %(mean)s, weight %(weight)s",
            len(given),
        )
        mean = sum(given, Fraction(0)) / len(given)
        lines.append(
            said
            % {
                "group": groups.get(code, code),
                "count": len(given),
                "mean": number_words(mean),
                "weight": number_words(weights[code]),
            }
        )
    return lines + arithmetic(explanation["steps"])[-1:]


def tally_papers(source: list[Data], groups: dict[str, str]) -> list[Paper]:
    """What each tally rests on."""
    return [
        Paper(
            matter=str(groups.get(tally["group"], tally["group"])),
            level=ngettext("%(cast)d slip", "%(cast)d slips", tally["cast"]) % {"cast": tally["cast"]},
            document=tally["document"] or gettext("slips counted by the system"),
            basis=tally["basis"],
            department="",
            by=name_in(tally["by"]),
            at=datetime.fromisoformat(tally["at"]),
            is_confirmed=False,
            countersigned_by="",
        )
        for tally in source
    ]


def _marks(explanation: Explanation) -> dict[str, list[Fraction]]:
    found: dict[str, list[Fraction]] = {}
    for vote in explanation["inputs"].get("votes", ()):
        found.setdefault(vote["group"], []).append(Fraction(Decimal(vote["value"])))
    return found
