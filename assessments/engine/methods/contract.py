"""What every scoring method gives: parameters that can be read, a fast column rule and a rule worked step by step.

A method is one dataclass. Its fields are the plan's parameters; the type of each (`Positive`, `Share`, ...) knows how
to read it out of the plan, so the validator, the explanation and the documentation page share one registry. Adding a
method touches one file and its test.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, ClassVar, Self, TypeAlias, get_type_hints

from assessments.engine.arithmetic import Arithmetic, Exact
from assessments.engine.canonical import Data
from assessments.engine.faults import gettext_noop
from assessments.engine.fields import REQUIRED, Shape, Table
from assessments.engine.workings import Workings

TEAM = "team"
"""The target that means: each team's own."""

HIGHER = "higher"
LOWER = "lower"

FIGURES = frozenset({"measure", "data"})
PANEL = frozenset({"panel"})
EVENTS = frozenset({"events"})
SOURCES = ("measure", "data", "panel", "events")
"""Where an indicator's facts come from (docs/rules.md#plans)."""


class Reads(StrEnum):
    """What a method reads of each team."""

    NUMBER = "number"
    TRUTH = "truth"
    TIER = "tier"
    MARKS = "marks"
    VOTES = "votes"
    EVENTS = "events"


SINGLE = frozenset({Reads.NUMBER, Reads.TRUTH, Reads.TIER})
"""What is one value a team."""

Column: TypeAlias = Callable[[Sequence[Any]], list[Exact]]
"""Inputs of the teams of a class -> their unrounded points, in the same order."""

REGISTRY: "dict[str, type[Parameters]]" = {}
"""Name -> method (docs/rules.md#methods)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """How one parameter is read, what it takes in words (a gettext template), and how it is written."""

    read: Callable[[Table, str, Any], Any]
    says: str
    shape: Shape = Shape.NUMBER
    choices: tuple[str, ...] = ()
    """The words of a `Shape.CHOICE`."""


PlainNumber = Annotated[
    Decimal,
    Parameter(lambda table, name, default: table.number(name, default), gettext_noop("a number")),
]
Positive = Annotated[
    Decimal,
    Parameter(lambda table, name, default: table.number(name, default, above=0), gettext_noop("a number above 0")),
]
Share = Annotated[
    Decimal,
    Parameter(
        lambda table, name, default: table.number(name, default, least=0, most=1),
        gettext_noop("a number from 0 to 1"),
    ),
]
PointsByName = Annotated[
    Mapping[str, Decimal],
    Parameter(
        lambda table, name, default: table.numbers_by_name(name, least=0),
        gettext_noop("a table of name = points"),
        Shape.NAMED,
    ),
]


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """The parameters of one use of a method. Subclasses register themselves by their `name`."""

    name: ClassVar[str]
    rule: ClassVar[str]
    """The rule in one English sentence (a gettext template)."""
    sources: ClassVar[frozenset[str]] = FIGURES
    reads: ClassVar[Reads] = Reads.NUMBER
    takes_negative: ClassVar[bool] = True
    """Whether a number below 0 can be entered for it."""
    relative: ClassVar[bool] = False
    """Whether it compares the teams of the class."""
    directed: ClassVar[bool] = False
    """Whether `direction = "lower"` mirrors it."""
    absolute: ClassVar[bool] = False
    """Whether its points are its own numbers, capped at the indicator's."""

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        if "name" in cls.__dict__:
            REGISTRY[cls.name] = cls

    @classmethod
    def read(cls, table: Table, inherited: str | None = None) -> Self | None:
        """Read the parameters out of a plan's table; None where one cannot be read.

        `inherited` is the direction that a fallback takes from the method whose place it fills.
        """
        before = len(table.notes.faults)
        if cls.directed and inherited is not None:
            table.raw = {"direction": inherited, **table.raw}
        values = {
            name: parameter.read(table, name, REQUIRED if default is MISSING else default)
            for name, parameter, default in cls.described()
        }
        if len(table.notes.faults) > before:
            return None
        made = cls(**values)
        made.check(table)
        return made

    @classmethod
    @cache
    def described(cls) -> tuple[tuple[str, Parameter, Any], ...]:
        """Name, reader and default (`dataclasses.MISSING`: none) of each parameter."""
        hints = get_type_hints(cls, include_extras=True)
        return tuple((item.name, hints[item.name].__metadata__[0], item.default) for item in fields(cls))

    def document(self) -> Data:
        """The parameters as a plan document writes them, defaults included; `read` makes the same out of it."""
        values = {item.name: _as_document(getattr(self, item.name)) for item in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def needs_target(self) -> bool:
        """Whether its inputs are pairs of a value and the team's own target."""
        return False

    def check(self, table: Table) -> None:
        """Fault parameters that contradict each other."""

    def own_points(self) -> Iterable[Decimal]:
        """The points a method with absolute points names, in the order of worsening results."""
        return ()

    def knots(self, points: Decimal) -> Sequence[Fraction]:
        """The values, ascending, at which the curve of an indicator worth `points` bends or jumps; () without a curve.

        Where each team has its own target, values are percent of it.
        """
        return ()

    def is_stepped(self, points: Decimal) -> bool:
        """Whether the curve is level between its knots and jumps at them."""
        return False

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        """The rule for a whole column of one class, worth `points`, in the arithmetic `using`."""
        raise NotImplementedError

    def inputs(self, value: Any, column: Sequence[Any]) -> Data:
        """What went in for one team, by name; `column` holds the inputs of all who are compared."""
        return {"value": value}

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        """The same rule for one team, step by step, from `inputs` alone. Gives the unrounded points."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Directed(Parameters):
    """A method that has a direction."""

    directed: ClassVar[bool] = True

    direction: Annotated[
        str,
        Parameter(
            lambda table, name, default: table.choice(name, (HIGHER, LOWER), default),
            gettext_noop("higher or lower: which is better"),
            Shape.CHOICE,
            (HIGHER, LOWER),
        ),
    ] = HIGHER

    @property
    def lower(self) -> bool:
        """Whether less is better."""
        return self.direction == LOWER


def _as_document(value: object) -> object:
    match value:
        case Decimal() if value == value.to_integral_value():
            return int(value)
        case Mapping():
            return {name: _as_document(item) for name, item in value.items()}
        case tuple():
            return [_as_document(item) for item in value]
    return value
