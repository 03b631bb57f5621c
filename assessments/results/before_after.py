"""Two results of a round side by side: every team whose points, rank or grade differ (docs/rules.md#corrections)."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from governance.people.models import User
from teams.models import SpecialTeam

from ..engine.canonical import Data
from ..engine.plan import Plan
from ..models import Result, ResultLine
from ..words.plans import title_of
from .ranking_table import grade_words, printed

_JUDGED = ("points", "subtotals", "base", "bonus", "deduction", "total", "rank", "grade")
"""What a team's outcome says besides how it was reached."""


@dataclass(frozen=True)
class ChangedPoints:
    """The points of an indicator before and after, as printed; None where it was not scored."""

    code: str
    title: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class ChangedLine:
    """A team whose line differs: its printed lines, and the indicators whose points do."""

    team: SpecialTeam
    before: ResultLine
    after: ResultLine
    grades: tuple[str, str]
    points: tuple[ChangedPoints, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the indicators whose points differ."""
        return frozenset(one.code for one in self.points)

    @property
    def moves(self) -> bool:
        """Whether the rank or the grade differs."""
        return (self.before.rank, self.before.grade) != (self.after.rank, self.after.grade)

    @property
    def rise(self) -> Decimal | None:
        """By how much the total is higher; None where one of the two has none."""
        if self.before.total is None or self.after.total is None:
            return None
        return self.after.total - self.before.total


class BeforeAfter:
    """The teams whose lines differ between two results of a round, in the order of the later one. Two queries."""

    def __init__(self, before: Result, after: Result) -> None:
        self.before, self.after = before, after

    @cached_property
    def lines(self) -> list[ChangedLine]:
        """The teams whose points, rank or grade differ."""
        rules: Plan = self.after.round.plan.rules
        was, now = _by_team(self.before), _by_team(self.after)
        changed = []
        for team, (line, outcome) in now.items():
            earlier, judged = was[team]
            if any(judged[name] != outcome[name] for name in _JUDGED):
                before, after = (printed(one, rules.decimals) for one in (earlier, line))
                grades = (grade_words(rules, before), grade_words(rules, after))
                points = tuple(_changed_points(rules, judged["points"], outcome["points"]))
                changed.append(ChangedLine(line.team, before, after, grades, points))
        return changed

    @property
    def moves(self) -> bool:
        """Whether a rank or a grade differs, so that the later result needs a public notice."""
        return any(line.moves for line in self.lines)

    def for_reader(self, user: User) -> list[tuple[ChangedLine, tuple[ChangedPoints, ...]]]:
        """The lines, each with the points that this person may see. One query."""
        visible = ResultLine.objects.detail_visible_to(user).filter(result=self.after)
        detailed: Collection[int] = set(visible.values_list("team", flat=True))
        return [(line, line.points if line.team.pk in detailed else ()) for line in self.lines]


def _by_team(result: Result) -> dict[int, tuple[ResultLine, Data]]:
    """Each team's printed line with its outcome: one query, besides the document."""
    outcome = json.loads(result.body)["outcome"]["teams"]
    return {line.team_id: (line, outcome[line.order - 1]) for line in result.lines.select_related("team")}


def _changed_points(rules: Plan, before: Data, after: Data) -> list[ChangedPoints]:
    return [
        ChangedPoints(planned.code, title_of(planned), before.get(planned.code), after.get(planned.code))
        for planned in rules.indicators
        if before.get(planned.code) != after.get(planned.code)
    ]
