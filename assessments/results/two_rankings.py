"""A result's ranking as printed beside the same teams judged by another plan."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext, ngettext

from governance.charts import Slopes, slopes
from governance.lists.text import clauses_text, signed_text

from ..engine.canonical import Data
from ..engine.facts import Facts
from ..engine.plan import Plan
from ..engine.what_if import Move, Place, moves
from ..words.plans import class_titles, title_of, titles
from .firmness import team_names
from .versus import printed

NAMED = 3
"""Teams named in the sentence; the others are counted."""

MOST_DRAWN = 30
"""Teams of a class that the drawing takes; of more the table alone tells."""


@dataclass(frozen=True)
class TeamMove:
    """One team's line, in words; the cause is what changed most compared with the mean of its class."""

    move: Move
    name: str
    difference: Decimal | None
    before_grade: str
    after_grade: str
    cause: str
    cause_title: str
    against_class: Decimal


@dataclass(frozen=True)
class ClassMoves:
    """A class as printed and with the changes; `drawn` is None for a class too large to draw."""

    title: str
    before: list[TeamMove]
    after: list[TeamMove]
    drawn: Slopes | None


class TwoRankings:
    """The teams of a stored result as printed and by another plan.

    Attributes:
        body: the result's document.
        plan: the plan by which it was scored.
        trial: the other plan; None where it cannot be scored.
        facts: what the other plan judges.
    """

    body: Data
    plan: Plan
    trial: Plan | None
    facts: Facts

    @property
    def is_refused(self) -> bool:
        return self.trial is None

    @cached_property
    def moves(self) -> list[Move]:
        """Every team in printed order; nothing where the changes are refused."""
        return [] if self.trial is None else moves(self.body, self.trial, self.facts)

    @cached_property
    def classes(self) -> list[ClassMoves]:
        """The classes in printed order."""
        named = class_titles(self.plan)
        found = []
        for code in dict.fromkeys(move.class_code for move in self.moves):
            before = [self._team(move) for move in self.moves if move.class_code == code]
            after = sorted(before, key=lambda one: _order(one.move.after))
            drawn = None
            if len(before) <= MOST_DRAWN:
                drawn = slopes([one.move.team for one in before], [one.move.team for one in after])
            found.append(ClassMoves(named.get(code, code), before, after, drawn))
        return found

    def _team(self, move: Move) -> TeamMove:
        before, after = move.before, move.after
        before_grades, after_grades = titles(self.plan.grades), titles((self.trial or self.plan).grades)
        return TeamMove(
            move,
            self._names.get(move.team, move.team),
            None if before.total is None or after.total is None else after.total - before.total,
            before_grades.get(before.grade or "", ""),
            after_grades.get(after.grade or "", ""),
            "" if move.cause is None else move.cause or gettext("Caps, limits and rounding"),
            self._titles.get(move.cause or "", ""),
            printed(move.against_class, self.plan.decimals),
        )

    @cached_property
    def _titles(self) -> dict[str, str]:
        """Indicator -> title, under either plan."""
        plans = (self.trial, self.plan) if self.trial else (self.plan,)
        return {one.code: title_of(one) for plan in plans for one in plan.indicators}

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(team_names(self.body))

    @property
    def sentence(self) -> str:
        """Who moves; whom it concerns is named up to three."""
        moved = [one for group in self.classes for one in group.before if one.move.is_moved]
        if not moved:
            return gettext("No team changes its rank.")
        named = clauses_text(_moved_words(one) for one in moved[:NAMED])
        more = len(moved) - NAMED
        if more > 0:
            return gettext("%(count)d teams change their rank, among them: %(teams)s.") % {
                "count": len(moved),
                "teams": named,
            }
        return ngettext(
            "One team changes its rank: %(teams)s.", "%(count)d teams change their rank: %(teams)s.", len(moved)
        ) % {"count": len(moved), "teams": named}


def _order(place: Place) -> tuple[bool, int]:
    return place.rank is None, place.rank or 0


def _moved_words(one: TeamMove) -> str:
    """A team, its rank before and after, and the indicator by which it moved most."""
    ranks = {"team": one.name, "before": one.move.before.rank or "—", "after": one.move.after.rank or "—"}
    if not one.cause:
        return gettext("%(team)s %(before)s → %(after)s") % ranks
    return gettext("%(team)s %(before)s → %(after)s, mainly by %(cause)s (%(points)s against the class mean)") % {
        **ranks,
        "cause": one.cause,
        "points": signed_text(one.against_class),
    }
