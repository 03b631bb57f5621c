"""The ranking as a heat table: classes, in them teams by rank, a cell for each base indicator."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.db.models import Min, QuerySet
from django.utils.translation import gettext

from governance.people.models import User
from governance.people.permissions import may
from teams.models import SpecialAction, SpecialTeam

from ..engine.canonical import Data
from ..engine.explanation import Explanation
from ..engine.plan import Indicator, Kind, Plan
from ..engine.rating import Status
from ..models import AdoptedPlan, AssessmentRound, Result, ResultLine
from ..words.outcomes import absence_words, standing_words
from ..words.plans import class_titles, title_of, titles

LEVELS = ((5, Decimal("0.95")), (4, Decimal("0.85")), (3, Decimal("0.70")), (2, Decimal("0.50")))
"""The heat of a cell: the least share of the full points for each level; 1 below them."""

_SUBSTITUTED = (Status.AVERAGE, Status.FULL, Status.ZERO)


@dataclass(frozen=True)
class RankingColumn:
    """A base indicator; `full` is empty where the classes differ."""

    code: str
    title: str
    full: str


@dataclass(frozen=True)
class RankingCell:
    """A team's points of one indicator; `level` 1 to 5, or 0: hatched and named. `words`: why no method scored."""

    points: str
    level: int
    words: str
    substituted: bool


@dataclass(frozen=True)
class HeatRow:
    """A team's row; `cells` is None for readers who see its total only."""

    line: ResultLine
    cells: list[RankingCell] | None
    grade: str
    is_new: bool

    @property
    def adjust(self) -> Decimal:
        """Bonus less deduction, as printed."""
        return self.line.bonus - self.line.deduction


@dataclass(frozen=True)
class HeatClass:
    """A class with its rows in printed order and the mean of its totals."""

    title: str
    rows: list[HeatRow]
    mean: Decimal | None


class Heat:
    """A result as `user` may see it: all totals, and the points of the teams whose detail they may see."""

    def __init__(self, result: Result, user: User) -> None:
        self.result = result
        self.plan: Plan = result.round.plan.rules
        lines = list(result.lines.visible_to(user).select_related("team").order_by("order"))
        detail = set(result.lines.detail_visible_to(user).values_list("pk", flat=True))
        self.lines = [printed(line, self.plan.decimals) for line in lines]
        self.detailed = {line.team_id for line in lines if line.pk in detail}

    @cached_property
    def outcome(self) -> Mapping[int, Data]:
        """Order in the result -> the team's outcome; read from the document only where somebody may see detail."""
        if not self.detailed:
            return {}
        return dict(enumerate(json.loads(self.result.body)["outcome"]["teams"], start=1))

    @cached_property
    def columns(self) -> list[RankingColumn]:
        """The base indicators, in plan order; none where no detail is shown."""
        if not self.detailed:
            return []
        codes = {line.team_class for line in self.lines}
        return [
            RankingColumn(indicator.code, title_of(indicator), _common_full(self.plan, indicator, codes))
            for indicator in self.plan.of_kind(Kind.BASE)
        ]

    @property
    def is_whole(self) -> bool:
        """Whether the reader sees the points of every team."""
        return len(self.detailed) == len(self.lines)

    @property
    def width(self) -> int:
        """Columns of the whole table."""
        return len(self.columns) + 5

    @cached_property
    def classes(self) -> list[HeatClass]:
        """The classes in printed order."""
        names = class_titles(self.plan)
        found: dict[str, list[HeatRow]] = {}
        for line in self.lines:
            found.setdefault(line.team_class, []).append(self._row(line))
        return [
            HeatClass(names.get(code, code), rows, mean_total([row.line for row in rows], self.plan.decimals))
            for code, rows in found.items()
        ]

    def _row(self, line: ResultLine) -> HeatRow:
        cells = None
        if line.team_id in self.detailed:
            team = self.outcome[line.order]
            cells = [_cell(team["explanations"].get(column.code)) for column in self.columns]
        new_days = self.result.round.action.new_team_days
        return HeatRow(line, cells, grade_words(self.plan, line), line.team.is_new(self.result.round.ends_on, new_days))


@dataclass(frozen=True)
class PublishedLine:
    """A team's line of a published result for pages about other things: a rank stands with its class and its round."""

    line: ResultLine
    """Its numbers as printed."""
    plan: Plan

    @property
    def round(self) -> AssessmentRound:
        return self.line.result.round

    @property
    def rank_words(self) -> str:
        """The rank with its class, or that the team was not ranked or not graded."""
        if self.line.rank is None:
            return gettext("not ranked")
        if self.plan.grades and not self.line.grade:
            return gettext("scored, not graded")
        if len(self.plan.classes) < 2:
            return gettext("rank %(rank)d") % {"rank": self.line.rank}
        named = class_titles(self.plan).get(self.line.team_class, self.line.team_class)
        return gettext("%(class)s, rank %(rank)d") % {"class": named, "rank": self.line.rank}


def published_lines(
    action: SpecialAction, *, at: datetime, team: SpecialTeam | None = None, teams: Iterable[SpecialTeam] | None = None
) -> list[PublishedLine]:
    """The lines of all teams, of one or of `teams`, in the results that stood published at `at`: two queries.

    The rounds as they were first published; a corrected result takes the place of the one that it supersedes.
    """
    standing = Result.objects.published(at).order_by().values("pk")
    found = ResultLine.objects.filter(result__round__action=action, result__in=standing)
    found = found.filter(team=team) if team else found
    found = found if teams is None else found.filter(team__in=list(teams))
    first = Min("result__round__results__publication__at")
    return with_plans(found.annotate(first_published_at=first).order_by("first_published_at", "result", "order"))


def with_plans(found: QuerySet[ResultLine]) -> list[PublishedLine]:
    """The lines with the plan of each one's round, read once a plan: two queries."""
    lines = list(found.select_related("result__round").defer("result__body"))
    plans = AdoptedPlan.objects.in_bulk({line.result.round.plan_id for line in lines}) if lines else {}
    rules = {key: plan.rules for key, plan in plans.items()}
    rounds = [(line, rules[line.result.round.plan_id]) for line in lines]
    return [PublishedLine(printed(line, plan.decimals), plan) for line, plan in rounds]


def may_see_unpublished(user: User) -> bool:
    """Whether the person sees rounds before they are published: only the assessment centre does."""
    return may(user, "open_round")


def printed(line: ResultLine, decimals: int) -> ResultLine:
    """The line with its numbers as printed: as many decimals as the plan says."""
    last = Decimal(1).scaleb(-decimals)
    for name in ("base", "bonus", "deduction", "total"):
        value = getattr(line, name)
        setattr(line, name, None if value is None else value.quantize(last))
    return line


def grade_words(plan: Plan, line: ResultLine) -> str:
    """The grade's title; scored and not graded, or not even ranked, are two things."""
    if line.grade:
        return titles(plan.grades).get(line.grade, line.grade)
    if line.total is None:
        return gettext("Not ranked")
    return gettext("Scored, not graded") if plan.grades else ""


def mean_total(lines: Collection[ResultLine], decimals: int) -> Decimal | None:
    """The mean of all totals; None without any."""
    totals = [line.total for line in lines if line.total is not None]
    if not totals:
        return None
    return (sum(totals, Decimal(0)) / len(totals)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _common_full(plan: Plan, indicator: Indicator, classes: Collection[str]) -> str:
    fulls = {plan.full_points(indicator, code) for code in classes}
    full = fulls.pop() if len(fulls) == 1 else None
    return "" if full is None else format(full, "f")


def _cell(explanation: Explanation | None) -> RankingCell:
    if explanation is None:
        return RankingCell(gettext("not applicable"), 0, gettext("The class has no such indicator."), False)
    words, points = standing_words(explanation), explanation["points"]
    if points is None:
        return RankingCell(absence_words(explanation), 0, words, False)
    level = heat_level(Decimal(points), Decimal(explanation["full"]))
    return RankingCell(points, level, words, explanation["status"] in _SUBSTITUTED)


def heat_level(points: Decimal, full: Decimal) -> int:
    """The heat of a cell, 5 (best) to 1."""
    return next((level for level, least in LEVELS if points >= least * full), 1)
