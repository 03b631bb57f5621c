"""The plan as the engine sees it: frozen, whole and valid (docs/rules.md#plans).

Only `validation.check` makes one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assessments.engine.methods.contract import Parameters
from assessments.engine.methods.counted import Events


class Kind(StrEnum):
    """What an indicator's points do to the total."""

    BASE = "base"
    BONUS = "bonus"
    DEDUCTION = "deduction"


class Policy(StrEnum):
    """What happens to an indicator that does not apply to a team, or for which the team has no value."""

    REDISTRIBUTE = "redistribute"
    AVERAGE = "average"
    FULL = "full"
    ZERO = "zero"
    PENDING = "pending"


class Effect(StrEnum):
    """What a veto does."""

    VOID = "void"
    NO_TOP_GRADE = "no_top_grade"


class QuotaRounding(StrEnum):
    """How a grade's share of the class becomes a number of places."""

    FLOOR = "floor"
    HALF_UP = "half_up"
    CEIL = "ceil"


DEDUCTION = "deduction"
"""The word that lets `tie_break` name the deduction."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A method with its parameters, and the rule in its place where too few teams can be compared."""

    parameters: Parameters
    fallback: "Rule | None"


@dataclass(frozen=True, slots=True)
class Applicability:
    """Which teams an indicator applies to; None sets no condition."""

    classes: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    min_age_days: int | None = None


@dataclass(frozen=True, slots=True)
class Unless:
    """Not applicable where `indicator` has this value."""

    indicator: str
    value: str | bool | int | Decimal


@dataclass(frozen=True, slots=True)
class Worth:
    """Full points, the same for every class or class by class; a class that is not named has none."""

    points: Decimal | None = None
    by_class: Mapping[str, Decimal] | None = None

    def of(self, class_code: str) -> Decimal | None:
        """The points in that class."""
        return self.by_class.get(class_code) if self.by_class is not None else self.points

    def most(self) -> Decimal:
        """The points of the class that has most."""
        return max(self.by_class.values()) if self.by_class else self.points or Decimal(0)


@dataclass(frozen=True, slots=True)
class Titled:
    """What a row of the plan is called. A title that is not given is the code."""

    code: str
    title: str
    title_zh: str


@dataclass(frozen=True, slots=True)
class Indicator(Titled):
    """One line of the plan; its points are base points, bonus or deduction."""

    kind: Kind
    dimension: str
    source: str
    measure: str
    department: str
    evidence: str
    worth: Worth
    applies_to: Applicability
    unless: Unless | None
    rounds: tuple[str, ...] | None
    when_not_applicable: Policy
    when_missing: Policy
    rule: Rule
    least: Decimal | None = None
    """The least value that can be entered; None sets no limit."""
    most: Decimal | None = None
    """The greatest."""
    written_for: Worth | None = None
    """The full points for which the method was written, where a trial gives it others (`what_if`); never in a plan."""


@dataclass(frozen=True, slots=True)
class Dimension(Titled):
    """A group of base indicators; a normalised one is worth its own points, whichever of its indicators apply."""

    normalise: bool
    worth: Worth | None


@dataclass(frozen=True, slots=True)
class Grade(Titled):
    """A grade with the least total that reaches it and the share of a class that may have it."""

    min: Decimal
    quota: Decimal | None


@dataclass(frozen=True, slots=True)
class Veto(Titled):
    """A fact that voids a result or bars it from the first grade."""

    effect: Effect
    basis: str


@dataclass(frozen=True, slots=True)
class TeamClass(Titled):
    """A class: teams are compared, ranked and graded inside it."""


@dataclass(frozen=True, slots=True)
class Group(Titled):
    """A group of voters, as `vote` names it by its code."""


@dataclass(frozen=True, slots=True)
class YearPart(Titled):
    """The rounds of one kind (`code`) and their weight in the year."""

    weight: Decimal


@dataclass(frozen=True, slots=True)
class Year:
    """How rounds make a year."""

    min_rounds: int
    parts: tuple[YearPart, ...]


@dataclass(frozen=True, slots=True)
class Plan(Titled):
    """An assessment plan. Classes are empty where the values supply them, grades where none are given."""

    basis: str
    base_points: Decimal
    decimals: int
    bonus_cap: Decimal | None
    deduction_cap: Decimal | None
    bonus_above_base: bool
    min_class: int
    quota_rounding: QuotaRounding
    tie_break: tuple[str, ...]
    figures_days: int
    """Working days after the round's last day until figures and claims are in."""
    checking_days: int
    """Working days in which teams check their frozen facts."""
    publicity_days: int
    """Working days of public notice."""
    grade_min_age_days: int
    year: Year | None
    classes: tuple[TeamClass, ...]
    grades: tuple[Grade, ...]
    vetoes: tuple[Veto, ...]
    groups: tuple[Group, ...]
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]

    def indicator(self, code: str) -> Indicator:
        """The indicator of that code. Raises KeyError."""
        return {indicator.code: indicator for indicator in self.indicators}[code]

    def levels(self, code: str) -> Mapping[str, Decimal]:
        """Level -> points of an events indicator; nothing where the plan has no such indicator."""
        for indicator in self.indicators:
            if indicator.code == code and isinstance(indicator.rule.parameters, Events):
                return indicator.rule.parameters.levels
        return {}

    def of_kind(self, kind: Kind) -> tuple[Indicator, ...]:
        """The indicators of one kind, in plan order."""
        return tuple(indicator for indicator in self.indicators if indicator.kind is kind)

    def members(self, dimension: Dimension) -> tuple[Indicator, ...]:
        """The base indicators of a dimension, in plan order."""
        return tuple(indicator for indicator in self.of_kind(Kind.BASE) if indicator.dimension == dimension.code)

    def full_points(self, indicator: Indicator, class_code: str) -> Decimal | None:
        """An indicator's full points in a class; None where the class has no such indicator or dimension."""
        for dimension in self.dimensions:
            if dimension.code == indicator.dimension and dimension.worth and dimension.worth.of(class_code) is None:
                return None
        return indicator.worth.of(class_code)

    def round_kinds(self) -> tuple[str, ...]:
        """The kinds of rounds the plan knows: the parts of its year and what its indicators name."""
        kinds = [part.code for part in self.year.parts] if self.year else []
        kinds += [kind for indicator in self.indicators for kind in indicator.rounds or ()]
        return tuple(dict.fromkeys(kinds))
