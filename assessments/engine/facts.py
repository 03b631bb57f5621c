"""What goes into a judgement: inputs kept as columns, one entry a team (docs/rules.md#from-work-to-result).

`try_plan`, a round, an appeal and `verify_results` all make `Facts` and nothing else, then `rate` and `total` them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self, TypeVar

from assessments.engine.arithmetic import Number

Value = Number | str
"""A single value: an exact number, a tier's name, or what a yes-or-no question was answered."""
Targets = tuple[Decimal | None, ...]

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Team:
    """A team as a round sees it; the age is counted in days to the round's end, None where it is unknown."""

    code: str
    class_code: str = "all"
    age_days: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A judge's mark; without a judge it is a mark of its own."""

    value: Decimal
    judge: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """A voter's mark, 0 to 100, given as member of a group."""

    value: Decimal
    group: str
    judge: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """An approved claim. `paid` is the level at which its matter was paid earlier in the plan's year."""

    level: str
    matter: str = ""
    counted: bool = True
    paid: str = ""


@dataclass(frozen=True)
class Facts:
    """The inputs of one judgement. Columns run over `teams`; use `gather` to make one.

    `values` and `targets`: one entry a team, None where there is none. `marks` and `votes`: a tuple a team, None
    where there are no marks. `events`: a tuple a team, empty where nothing happened. `vetoes`: veto -> team -> basis.
    `left_out`: indicator -> team -> basis of the decision that the indicator is not scored for want of a value.
    `provenance`: indicator -> team -> where the value came from (rows, documents, persons), as plain data that the
    engine keeps and never reads.
    """

    teams: tuple[Team, ...]
    values: Mapping[str, tuple[Value | None, ...]] = field(default_factory=dict)
    targets: Mapping[str, Targets] = field(default_factory=dict)
    marks: Mapping[str, tuple[tuple[Mark, ...] | None, ...]] = field(default_factory=dict)
    votes: Mapping[str, tuple[tuple[Vote, ...] | None, ...]] = field(default_factory=dict)
    events: Mapping[str, tuple[tuple[Event, ...], ...]] = field(default_factory=dict)
    vetoes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    left_out: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    provenance: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @classmethod
    def gather(
        cls,
        teams: Iterable[Team],
        *,
        values: Mapping[str, Mapping[str, Value | int | bool | None]] | None = None,
        targets: Mapping[str, Mapping[str, Decimal | int | None]] | None = None,
        marks: Mapping[str, Mapping[str, Sequence[Mark]]] | None = None,
        votes: Mapping[str, Mapping[str, Sequence[Vote]]] | None = None,
        events: Mapping[str, Mapping[str, Sequence[Event]]] | None = None,
        vetoes: Mapping[str, Mapping[str, object]] | None = None,
        left_out: Mapping[str, Mapping[str, object]] | None = None,
        provenance: Mapping[str, Mapping[str, object]] | None = None,
    ) -> Self:
        """Make columns of what was gathered as indicator code -> team code -> entry.

        Raises ValueError for a team that is not among `teams`, TypeError for a float.
        """
        order = tuple(teams)
        codes = [team.code for team in order]

        def columns(
            entries: Mapping[str, Mapping[str, object]] | None, read: Callable[[Any], Kept], absent: Kept
        ) -> dict[str, tuple[Kept, ...]]:
            return {code: _column(codes, by_team, read, absent) for code, by_team in (entries or {}).items()}

        return cls(
            teams=order,
            values=columns(values, exact_value, None),
            targets=columns(targets, _exact_target, None),
            marks=columns(marks, lambda given: tuple(given) or None, None),
            votes=columns(votes, lambda given: tuple(given) or None, None),
            events=columns(events, tuple, ()),
            vetoes={code: dict(by_team) for code, by_team in (vetoes or {}).items()},
            left_out={code: dict(by_team) for code, by_team in (left_out or {}).items()},
            provenance={code: dict(by_team) for code, by_team in (provenance or {}).items()},
        )

    def members(self) -> dict[str, list[int]]:
        """Class -> positions of its teams, classes in the order of first appearance."""
        members: dict[str, list[int]] = {}
        for index, team in enumerate(self.teams):
            members.setdefault(team.class_code, []).append(index)
        return members

    def vetoes_by_team(self) -> dict[str, tuple[str, ...]]:
        """Team -> the codes of its vetoes, sorted; teams without one are absent."""
        found: dict[str, tuple[str, ...]] = {}
        for code in sorted(self.vetoes):
            for team in self.vetoes[code]:
                found[team] = (*found.get(team, ()), code)
        return found


def _column(
    codes: Sequence[str], by_team: Mapping[str, object], read: Callable[[Any], Kept], absent: Kept
) -> tuple[Kept, ...]:
    strangers = set(by_team).difference(codes)
    if strangers:
        raise ValueError(f"not among the teams: {', '.join(sorted(strangers))}")
    return tuple(read(by_team[code]) if by_team.get(code) is not None else absent for code in codes)


def exact_value(value: Value | int | bool) -> Value:
    """A single value as the engine stores it. Raises TypeError for a float."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | Fraction):
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value)
    raise TypeError(f"{value!r} is neither text nor an exact number")


def _exact_target(value: Decimal | int) -> Decimal | None:
    """A team's own target; 0 (or less) is none."""
    target = exact_value(value)
    if not isinstance(target, Decimal):
        raise TypeError(f"{value!r} is no target")
    return target if target > 0 else None
