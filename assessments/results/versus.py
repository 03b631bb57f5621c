"""Two teams of a result side by side: an indicator a line, in order of difference, down to that of their totals."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property

from django.utils.translation import gettext

from governance.charts import FallBar, waterfall

from ..engine.canonical import Data
from ..engine.contributions import Contributions, contributions
from ..engine.document import restore
from ..engine.explanation import Explanation
from ..engine.plan import Kind, Plan
from ..engine.validation import plan_of
from ..models import Result
from ..stability import DRAWS
from ..words.explanations import input_words
from ..words.methods import method_words
from ..words.outcomes import absence_words, standing_words
from ..words.plans import class_titles, group_titles, title_of
from .firmness import Firmness, team_names

ON_SCREEN = 4
"""Indicators with a line of their own on a projector; the others share one."""

MOST_CHOICES = 50
"""Teams in a list to choose from; of more than these one is typed."""


@dataclass(frozen=True)
class Side:
    """One team on one indicator.

    `points` are as printed, None where there are none (`absence` says why); `words` is what went in.
    """

    points: Decimal | None
    absence: str
    words: str
    contribution: Decimal
    is_better: bool


@dataclass(frozen=True)
class DuelLine:
    """One indicator: both sides, the exact difference, and the running sum down to this line, as printed."""

    code: str
    title: str
    rules: list[str]
    first: Side
    second: Side
    exact: Fraction
    difference: Decimal
    running: Decimal
    bar: FallBar


@dataclass(frozen=True)
class Opponent:
    """A team that can be compared: it has a total."""

    code: str
    name: str
    class_code: str
    total: Decimal
    rank: int


def printed(number: Fraction, decimals: int) -> Decimal:
    """A difference as it is printed, rounded half up; never a minus zero."""
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + Decimal(0)


class Versus:
    """`first` against `second`: codes, or parts of names that only one team with a total has.

    What names no team is in `unknown`, and another team takes its place.
    """

    def __init__(self, result: Result, first: str = "", second: str = "") -> None:
        self.result = result
        self.body: Data = json.loads(result.body)
        self.plan: Plan = plan_of(restore(self.body["plan"]))
        self.outcomes = {team["team"]: team for team in self.body["outcome"]["teams"]}
        names = team_names(self.body)
        self.teams = {
            code: Opponent(code, names.get(code, code), team["class"], Decimal(team["total"]), team["rank"])
            for code, team in self.outcomes.items()
            if team["total"] is not None
        }
        self.is_possible = len(self.teams) > 1
        self.unknown = [text for text in (first, second) if text and self._find(text) is None]
        if self.is_possible:
            self.first = self._find(first) or self.teams[self._default()]
            found = self._find(second)
            self.second = self._neighbour() if found is None or found is self.first else found

    def _find(self, text: str) -> Opponent | None:
        """The team of that code, else the only one whose name contains the text."""
        if text in self.teams:
            return self.teams[text]
        named = [team for team in self.teams.values() if text.strip() and text.strip() in team.name]
        return named[0] if len(named) == 1 else None

    def _default(self) -> str:
        """The first team of the first class that has two, else the first of all."""
        for team in self.teams.values():
            if len(self._classmates(team.class_code)) > 1:
                return team.code
        return next(iter(self.teams))

    def _classmates(self, class_code: str) -> list[Opponent]:
        return [team for team in self.teams.values() if team.class_code == class_code]

    def _neighbour(self) -> Opponent:
        """The next team below, or above the last of its class; a team of another class for one that is alone."""
        mates = self._classmates(self.first.class_code)
        place = mates.index(self.first)
        if len(mates) > 1:
            return mates[place + 1] if place + 1 < len(mates) else mates[place - 1]
        return next(team for team in self.teams.values() if team is not self.first)

    @cached_property
    def turns(self) -> tuple[Opponent | None, Opponent | None]:
        """Whom the first team meets before and after this one, in the order of the second team's class."""
        others = [team for team in self._classmates(self.second.class_code) if team is not self.first]
        place = others.index(self.second)
        return others[place - 1] if place else None, others[place + 1] if place + 1 < len(others) else None

    @property
    def groups(self) -> list[tuple[str, list[Opponent]]]:
        """The teams to choose from, by class."""
        named = class_titles(self.plan)
        codes = dict.fromkeys(team.class_code for team in self.teams.values())
        return [(named.get(code, code), self._classmates(code)) for code in codes]

    @property
    def is_searched(self) -> bool:
        """Whether there are too many teams for a list to choose from."""
        return len(self.teams) > MOST_CHOICES

    @property
    def is_across_classes(self) -> bool:
        return self.first.class_code != self.second.class_code

    @property
    def gap(self) -> Decimal:
        """The difference of the totals."""
        return self.first.total - self.second.total

    # The lines -----------------------------------------------------------------------------------------------------
    @cached_property
    def parts(self) -> tuple[Contributions, Contributions]:
        """What each total is made of."""
        first, second = (contributions(self.outcomes[one.code]["reckoning"]) for one in (self.first, self.second))
        if first is None or second is None:
            raise ValueError("a team without a total is not compared")
        return first, second

    @cached_property
    def rest(self) -> Fraction:
        """The difference in caps, limits and rounding, exactly."""
        return self.parts[0].rest - self.parts[1].rest

    @cached_property
    def lines(self) -> list[DuelLine]:
        """The indicators of either team in falling order of difference, then as in the plan."""
        first, second = self.parts
        differences = {
            indicator.code: first.parts.get(indicator.code, Fraction(0)) - second.parts.get(indicator.code, Fraction(0))
            for indicator in self.plan.indicators
            if any(indicator.code in self.outcomes[one.code]["explanations"] for one in (self.first, self.second))
        }
        ordered = sorted(differences, key=lambda code: -abs(differences[code]))
        bars = waterfall([differences[code] for code in ordered])
        lines, running = [], Fraction(0)
        for code, bar in zip(ordered, bars.bars, strict=True):
            running += differences[code]
            lines.append(self._line(code, differences[code], running, bar))
        return lines

    @property
    def zero(self) -> str:
        """Where the chart has no difference."""
        return waterfall([line.exact for line in self.lines]).zero

    def _line(self, code: str, difference: Fraction, running: Fraction, bar: FallBar) -> DuelLine:
        indicator = self.plan.indicator(code)
        found = [self.outcomes[one.code]["explanations"].get(code) for one in (self.first, self.second)]
        rules = dict.fromkeys(
            method_words(one["method"]["name"], one["method"]["parameters"], group_titles(self.plan))
            for one in found
            if one is not None
        )
        return DuelLine(
            code,
            title_of(indicator),
            list(rules),
            self._side(self.first, code, found[0], self.parts[0], difference > 0),
            self._side(self.second, code, found[1], self.parts[1], difference < 0),
            difference,
            self.printed(difference),
            self.printed(running),
            bar,
        )

    def _side(
        self, team: Opponent, code: str, explanation: Explanation | None, parts: Contributions, is_better: bool
    ) -> Side:
        if explanation is None or explanation["points"] is None:
            absence = absence_words(explanation) if explanation else ""
            words = standing_words(explanation) if explanation else ""
            return Side(None, absence, words, self.printed(Fraction(0)), is_better)
        source = self.body["facts"]["provenance"].get(code, {}).get(team.code)
        words = standing_words(explanation) or input_words(explanation, source)
        return Side(Decimal(explanation["points"]), "", words, self.printed(parts.parts[code]), is_better)

    def printed(self, number: Fraction) -> Decimal:
        """A number with the decimals of the plan, rounded half up."""
        return printed(number, self.plan.decimals)

    @property
    def printed_rest(self) -> Decimal:
        return self.printed(self.rest)

    # The projector -------------------------------------------------------------------------------------------------
    @cached_property
    def shown(self) -> list[DuelLine]:
        """The lines with a difference that a projector shows."""
        return [line for line in self.lines if line.exact][:ON_SCREEN]

    @property
    def others(self) -> tuple[int, Decimal]:
        """How many indicators share one line on the projector, and their difference."""
        hidden = self.lines[len(self.shown) :]
        return len(hidden), self.printed(sum((line.exact for line in hidden), Fraction(0)))

    @property
    def scales(self) -> list[tuple[list[str], list[str], str]]:
        """Why a point counts for more: (teams, indicators left out, "100 ÷ 87"), the same reason once."""
        found: dict[tuple[tuple[str, ...], str], list[str]] = {}
        for team in (self.first, self.second):
            outcome = self.outcomes[team.code]
            worth = sum((Fraction(one["worth"]) for one in outcome["reckoning"]["dimensions"]), Fraction(0))
            out = self._left_out(outcome)
            if out and worth != Fraction(self.plan.base_points):
                scale = f"{self.plan.base_points:f} ÷ {Decimal(worth.numerator) / worth.denominator:f}"
                found.setdefault((tuple(out), scale), []).append(team.name)
        return [
            ([gettext("Both teams")] if len(teams) > 1 else teams, list(out), scale)
            for (out, scale), teams in found.items()
        ]

    def _left_out(self, outcome: Data) -> Sequence[str]:
        base = [indicator.code for indicator in self.plan.of_kind(Kind.BASE)]
        return [code for code in base if code in outcome["explanations"] and code not in outcome["points"]]

    @property
    def draws(self) -> int:
        """How many draws the stability is made of."""
        return DRAWS

    @cached_property
    def reversed(self) -> Decimal | None:
        """The draws in which the two change their order; None unless they are too close to call."""
        pair = Firmness(self.result).found.close_pair(self.first.code, self.second.code)
        return None if pair is None else Decimal(pair.reversed.numerator) / pair.reversed.denominator
