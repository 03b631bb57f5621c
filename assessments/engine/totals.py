"""From points to a standing: subtotals, base, bonus, deduction, total, rank and grade (docs/rules.md#totals).

The total adds up rounded points, so that the printed table adds up; what was not yet rounded is kept beside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from assessments.engine.arithmetic import Number, round_half_up
from assessments.engine.facts import Facts, Team
from assessments.engine.plan import DEDUCTION, Dimension, Kind, Plan
from assessments.engine.ranking import Candidate, Miss, Missed, place
from assessments.engine.rating import Points


@dataclass(frozen=True, slots=True)
class Subtotal:
    """What a dimension contributes to the base of one team.

    `earned` of `full` are the rounded and the full points of its indicators that apply; `worth` is what the whole
    dimension counts: `full`, or a normalised dimension's own points.
    """

    earned: Decimal
    full: Decimal
    worth: Decimal
    unrounded: Number
    points: Decimal


@dataclass(frozen=True, slots=True)
class Extra:
    """Bonus or deduction of one team: the sum of its rounded points, and what remains of it under the cap."""

    earned: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One team's line of the printed table. Base, total, rank and grade are None where there is no base."""

    team: str
    class_code: str
    points: Mapping[str, Decimal]
    subtotals: Mapping[str, Subtotal]
    unrounded_base: Number | None
    base: Decimal | None
    bonus: Extra
    deduction: Extra
    unlimited_total: Decimal | None
    """Base + bonus - deduction, before the limits of 0 and of the base points."""
    total: Decimal | None
    pending: tuple[str, ...]
    vetoes: tuple[str, ...]
    ties: Mapping[str, Decimal]
    rank: int | None = None
    grade: str | None = None
    missed: tuple[Miss, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedTable:
    """The printed table: classes in order of first appearance, in them teams by rank, then as given."""

    lines: tuple[Line, ...]
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Class -> teams in it, void and unranked ones too."""

    def line(self, team: str) -> Line:
        """The line of a team. Raises KeyError."""
        return {line.team: line for line in self.lines}[team]


def total(plan: Plan, points: Points, facts: Facts) -> RankedTable:
    """Add up, rank and grade. `points` are those of `rate` for the same plan and facts."""
    lines: list[Line] = []
    members = facts.members()
    vetoes = facts.vetoes_by_team()
    for class_code, indices in members.items():
        teams = [facts.teams[index] for index in indices]
        lines += _placed(plan, _ClassTable(plan, points, class_code, indices).lines(teams, vetoes), teams)
    return RankedTable(tuple(lines), {class_code: len(indices) for class_code, indices in members.items()})


class _ClassTable:
    """The columns of a plan as one class adds them up; `indices` are the places of its teams in the columns."""

    def __init__(self, plan: Plan, points: Points, class_code: str, indices: Sequence[int]) -> None:
        self.plan = plan
        self.class_code = class_code
        self.indices = indices
        self.full = {
            indicator.code: worth
            for indicator in plan.indicators
            if (worth := plan.full_points(indicator, class_code)) is not None
        }
        self.columns = {code: points.columns[code] for code in self.full}
        self.zero = round_half_up(Decimal(0), plan.decimals)
        self.dimensions = [self._share(dimension) for dimension in plan.dimensions]
        self.bonus = [indicator.code for indicator in plan.of_kind(Kind.BONUS)]
        self.deduction = [indicator.code for indicator in plan.of_kind(Kind.DEDUCTION)]

    def _share(self, dimension: Dimension) -> tuple[Dimension, list[str], Decimal]:
        """A dimension with its indicators in this class and the sum of their full points."""
        codes = [indicator.code for indicator in self.plan.members(dimension) if indicator.code in self.full]
        return dimension, codes, sum([self.full[code] for code in codes], Decimal(0))

    def lines(self, teams: Sequence[Team], vetoes: Mapping[str, tuple[str, ...]]) -> list[Line]:
        """The class's lines, not yet ranked: its columns turned into rows."""
        columns = [[column.points[index] for index in self.indices] for column in self.columns.values()]
        rows = list(zip(*columns, strict=True)) or [()] * len(teams)
        pending: dict[int, list[str]] = {}
        for code, column in self.columns.items():
            for index in column.pending:
                pending.setdefault(index, []).append(code)
        return [
            self._line(team, row, tuple(pending.get(index, ())), vetoes.get(team.code, ()))
            for team, index, row in zip(teams, self.indices, rows, strict=True)
        ]

    def _line(
        self, team: Team, row: Sequence[Decimal | None], pending: tuple[str, ...], vetoes: tuple[str, ...]
    ) -> Line:
        """One team's sums; `row` holds its points, None where an indicator is left out."""
        plan = self.plan
        points = {code: own for code, own in zip(self.columns, row, strict=True) if own is not None}
        subtotals = {}
        for dimension, codes, full in self.dimensions:
            subtotal = self._subtotal(dimension, codes, full, points)
            if subtotal is not None:
                subtotals[dimension.code] = subtotal
        earned = sum((subtotal.points for subtotal in subtotals.values()), self.zero)
        worth = sum((subtotal.worth for subtotal in subtotals.values()), Decimal(0))
        unrounded = _part(plan.base_points, earned, worth) if subtotals else None
        base = None if unrounded is None else round_half_up(unrounded, plan.decimals)
        bonus = self._extra(self.bonus, plan.bonus_cap, points)
        deduction = self._extra(self.deduction, plan.deduction_cap, points)
        unlimited = None if base is None else base + bonus.points - deduction.points
        return Line(
            team=team.code,
            class_code=team.class_code,
            points=points,
            subtotals=subtotals,
            unrounded_base=unrounded,
            base=base,
            bonus=bonus,
            deduction=deduction,
            unlimited_total=unlimited,
            total=None if unlimited is None else self._limited(unlimited),
            pending=pending,
            vetoes=vetoes,
            ties={code: self._tie(code, points, subtotals, deduction) for code in plan.tie_break},
        )

    def _subtotal(
        self, dimension: Dimension, codes: list[str], full: Decimal, points: Mapping[str, Decimal]
    ) -> Subtotal | None:
        """A dimension's part of the base; None where none of its indicators applies."""
        applying = [code for code in codes if code in points]
        if not applying:
            return None
        earned = sum([points[code] for code in applying], self.zero)
        if len(applying) < len(codes):
            full = sum([self.full[code] for code in applying], Decimal(0))
        worth = dimension.worth.of(self.class_code) if dimension.worth is not None else None
        if not dimension.normalise or worth is None:
            return Subtotal(earned, full, full, earned, earned)
        unrounded = _part(worth, earned, full)
        return Subtotal(earned, full, worth, unrounded, round_half_up(unrounded, self.plan.decimals))

    def _extra(self, codes: list[str], cap: Decimal | None, points: Mapping[str, Decimal]) -> Extra:
        """Bonus or deduction: what is left out is 0, and the cap caps."""
        earned = sum((points[code] for code in codes if code in points), self.zero)
        return Extra(earned, earned if cap is None else round_half_up(min(earned, cap), self.plan.decimals))

    def _limited(self, unlimited: Decimal) -> Decimal:
        """Never below 0; above the base points only where the plan says so."""
        limited = max(unlimited, self.zero)
        if not self.plan.bonus_above_base:
            limited = min(limited, self.plan.base_points)
        return round_half_up(limited, self.plan.decimals)

    def _tie(
        self, code: str, points: Mapping[str, Decimal], subtotals: Mapping[str, Subtotal], deduction: Extra
    ) -> Decimal:
        """What breaks a tie, as printed; what a team does not have counts 0."""
        if code == DEDUCTION:
            return deduction.points
        if code in subtotals:
            return subtotals[code].points
        return points.get(code, self.zero)


def _part(worth: Decimal, earned: Decimal, full: Decimal) -> Number:
    """worth x earned / full, exactly."""
    return earned if worth == full else Fraction(worth) * Fraction(earned) / Fraction(full)


def _placed(plan: Plan, lines: Sequence[Line], teams: Sequence[Team]) -> list[Line]:
    """The lines of one class with ranks and grades, in printed order."""
    by_team = {line.team: line for line in lines}
    candidates = [
        Candidate(
            line.team,
            line.total,
            tuple(-value if code == DEDUCTION else value for code, value in line.ties.items()),
            line.vetoes,
            too_young(plan, team),
        )
        for line, team in zip(lines, teams, strict=True)
    ]
    return [
        replace(by_team[team], rank=placing.rank, grade=placing.grade, missed=placing.missed)
        for team, placing in place(plan, candidates).items()
    ]


def too_young(plan: Plan, team: Team) -> Miss | None:
    """Why a young team is not graded; an unknown age is graded."""
    if team.age_days is None or team.age_days >= plan.grade_min_age_days:
        return None
    params = {"age_days": team.age_days, "min_age_days": plan.grade_min_age_days}
    return Miss(Missed.TOO_YOUNG, params=params)
