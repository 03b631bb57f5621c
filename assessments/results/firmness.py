"""The stability of a stored result as its pages show it: the sentence for everybody, the figures for those who may."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from governance.charts import PlaceAxis, Spread
from governance.lists.text import names_text

from ..engine.canonical import Data
from ..engine.document import restore
from ..engine.plan import Plan
from ..engine.validation import plan_of
from ..models import Result
from ..stability import ClassStability, ClosePair, Influence, Stability, TeamStability, stability
from ..words.plans import class_titles, titles
from ..words.stability import pair_words, stability_sentence, team_words

PAIRS_SHOWN = 20


@dataclass(frozen=True)
class FirmTeam:
    """A team's line: its printed rank, the drawing and the words."""

    team: TeamStability
    name: str
    spread: Spread
    words: str


@dataclass(frozen=True)
class FirmPair:
    """Two teams too close to call, and in how many draws they change their order."""

    pair: ClosePair
    words: str
    reversed: Decimal


@dataclass(frozen=True)
class FirmWeight:
    """How many places a weight moves the class on average; `share` of the strongest, in percent."""

    influence: Influence
    title: str
    places: Decimal
    share: Decimal


@dataclass(frozen=True)
class FirmClass:
    """A class with two ranked teams or more."""

    title: str
    axis: PlaceAxis
    teams: list[FirmTeam]
    pairs: list[FirmPair]
    more_pairs: int
    weights: list[FirmWeight]


class Firmness:
    """The stability of a result with its words, read from the document alone."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.found, self.names = _studied(result)

    @property
    def seed(self) -> str:
        """The seed as the SHA-256 begins."""
        return f"{self.found.seed:08x}"

    @property
    def sentence(self) -> str:
        """The one sentence; empty where there is nothing to compare."""
        return stability_sentence(self.found, self.names)

    @property
    def caution(self) -> str:
        """That the draws begin elsewhere, where rounding alone decided printed ranks; else empty."""
        named = class_titles(self.plan) if any(not one.as_printed for one in self.found.classes) else {}
        off = [named.get(one.class_code, one.class_code) for one in self.found.classes if not one.as_printed]
        if not off:
            return ""
        return _(
            "In %(classes)s the rounding of the printed points decides a rank: with unchanged weights the draws do not "
            "give the printed ranks."
        ) % {"classes": names_text(off)}

    def words_of(self, class_code: str, team: str) -> str:
        """A team's own figures; empty for one that is not ranked or alone in its class."""
        of_class = self.found.of_class(class_code)
        mine = [one for one in of_class.teams if one.team == team] if of_class else []
        return team_words(mine[0], self.found.draws) if mine else ""

    @cached_property
    def plan(self) -> Plan:
        """The plan as the result was scored by it."""
        return plan_of(restore(json.loads(self.result.body)["plan"]))

    @cached_property
    def classes(self) -> list[FirmClass]:
        """The classes in printed order with everything the page shows."""
        named = class_titles(self.plan)
        return [self._class(one, named.get(one.class_code, one.class_code)) for one in self.found.classes]

    def _class(self, one: ClassStability, title: str) -> FirmClass:
        axis = PlaceAxis(len(one.teams))
        draws = self.found.draws
        return FirmClass(
            title=title,
            axis=axis,
            teams=[
                FirmTeam(
                    team,
                    self.names.get(team.team, team.team),
                    axis.spread(low=team.low, median=team.median, high=team.high, places=team.places, draws=draws),
                    team_words(team, draws),
                )
                for team in one.teams
            ],
            pairs=[
                FirmPair(
                    pair, pair_words(pair, self.names), Decimal(pair.reversed.numerator) / pair.reversed.denominator
                )
                for pair in one.close[:PAIRS_SHOWN]
            ],
            more_pairs=max(len(one.close) - PAIRS_SHOWN, 0),
            weights=list(self._weights(one.influences)),
        )

    def _weights(self, influences: Iterable[Influence]) -> Iterable[FirmWeight]:
        named = {**titles(self.plan.dimensions), **titles(self.plan.indicators)}
        most = 0.0
        for one in influences:
            most = most or one.ranks
            share = Decimal(round(100 * one.ranks / most)) if most else Decimal(0)
            yield FirmWeight(one, named[one.code], round(Decimal(one.ranks), 2), share)


def team_names(body: Data) -> Mapping[str, str]:
    """Team -> name, as the result was scored."""
    return {code: known["name"] for code, known in body["facts"]["provenance"].get("@teams", {}).items()}


def _studied(result: Result) -> tuple[Stability, Mapping[str, str]]:
    """The figures of a result and the names of its teams."""

    def study() -> tuple[Stability, Mapping[str, str]]:
        body = json.loads(result.body)
        return stability(body, result.sha256), team_names(body)

    return result.remembered("stability", study)
