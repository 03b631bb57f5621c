"""The ranking as a heat table: classes, in them teams by rank, a cell for each base indicator."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Min, QuerySet
from django.utils.translation import gettext

from governance.lists.text import percent_text
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
    """A team's row; `cells` is None for readers who see its total only, who see no `vetoes` either."""

    line: ResultLine
    cells: list[RankingCell] | None
    grade: str
    is_new: bool
    vetoes: list[str]

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


ROWS = 50
"""Teams on a page of the ranking."""


class Heat:
    """A page of a result as `user` may see it: its totals, and the points of the teams whose detail they may see.

    What it costs does not grow with the teams of the result, but for the sum of each class.
    """

    def __init__(self, result: Result, user: User, page: str = "") -> None:
        self.result = result
        self.plan: Plan = result.round.plan.rules
        self.seen = result.lines.visible_to(user).order_by("order")
        self.opened = result.lines.detail_visible_to(user).order_by()
        self.page: Page[ResultLine] = Paginator(self.seen.select_related("team"), ROWS).get_page(page)
        self.lines = [printed(line, self.plan.decimals) for line in self.page.object_list]
        here = self.opened.filter(pk__in=[line.pk for line in self.lines])
        self.detailed = set(here.values_list("team_id", flat=True))

    @cached_property
    def has_scores(self) -> bool:
        """Whether the reader sees the points of a team, on this page or another."""
        return bool(self.detailed) or self.opened.exists()

    @cached_property
    def outcome(self) -> Mapping[int, Data]:
        """Order in the result -> the team's outcome, for the teams of the page.

        Nothing of it is read where no team of the page is open to the reader.
        """
        if not self.detailed:
            return {}
        return self.result.remembered(f"outcome-{self.page.number}", self._outcome)

    def _outcome(self) -> Mapping[int, Data]:
        teams = json.loads(self.result.body)["outcome"]["teams"]
        return {line.order: teams[line.order - 1] for line in self.lines}

    @cached_property
    def columns(self) -> list[RankingColumn]:
        """The base indicators, in plan order; none where no detail is shown."""
        if not self.detailed:
            return []
        return [
            RankingColumn(indicator.code, title_of(indicator), _common_full(self.plan, indicator, self.totals))
            for indicator in self.plan.of_kind(Kind.BASE)
        ]

    @property
    def is_whole(self) -> bool:
        """Whether the reader sees the points of every team of the page."""
        return len(self.detailed) == len(self.lines)

    @property
    def legend(self) -> list[tuple[int, str]]:
        """What the colours mean: each level with the least share of the full points, the best first."""
        least = [(level, f"≥ {percent_text(share * 100)}") for level, share in LEVELS]
        return [*least, (1, f"< {percent_text(LEVELS[-1][1] * 100)}")]

    @property
    def width(self) -> int:
        """Columns of the whole table."""
        return len(self.columns) + 5

    @cached_property
    def totals(self) -> Mapping[str, list[Decimal | None]]:
        """The totals of all teams by class, as printed."""
        found: dict[str, list[Decimal | None]] = {}
        last = Decimal(1).scaleb(-self.plan.decimals)
        for team_class, total in self.seen.values_list("team_class", "total"):
            found.setdefault(team_class, []).append(None if total is None else total.quantize(last))
        return found

    @cached_property
    def classes(self) -> list[HeatClass]:
        """The classes of the page in printed order, each with the mean of all its teams."""
        names = class_titles(self.plan)
        found: dict[str, list[HeatRow]] = {}
        for line in self.lines:
            found.setdefault(line.team_class, []).append(self._row(line))
        return [
            HeatClass(names.get(code, code), rows, mean_total(self.totals[code], self.plan.decimals))
            for code, rows in found.items()
        ]

    def _row(self, line: ResultLine) -> HeatRow:
        cells, vetoes = None, []
        if line.team_id in self.detailed:
            team = self.outcome[line.order]
            cells = [_cell(team["explanations"].get(column.code)) for column in self.columns]
            named = titles(self.plan.vetoes)
            vetoes = [named[code] for code in team["reckoning"]["rank"]["vetoes"]]
        is_new = line.team.is_new(self.result.round.ends_on, self.result.round.action.new_team_days)
        return HeatRow(line, cells, grade_words(self.plan, line), is_new, vetoes)


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
    action: SpecialAction, *, at: datetime, teams: Collection[SpecialTeam] | None = None, user: User | None = None
) -> list[PublishedLine]:
    """The lines of all teams, or of `teams`, in the results that stood published at `at`: two queries.

    Of these, what `user` may see; without one, all. The rounds as they were first published; a corrected result takes
    the place of the one that it supersedes.
    """
    standing = Result.objects.published(at).order_by().values("pk")
    found = ResultLine.objects.filter(result__round__action=action, result__in=standing)
    found = found if teams is None else found.filter(team__in=teams)
    found = found if user is None else found.visible_to(user)
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


def mean_total(totals: Iterable[Decimal | None], decimals: int) -> Decimal | None:
    """The mean of the totals that there are; None without any."""
    known = [total for total in totals if total is not None]
    if not known:
        return None
    return (sum(known, Decimal(0)) / len(known)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


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
