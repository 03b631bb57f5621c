"""Pages of figures: what a department supplies, and how far a round's figures are, for the centre."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from governance.lists.text import count_text
from governance.people.models import User
from teams.models import CoreFigure

from ..engine.arithmetic import NotANumber, read_number
from ..engine.plan import Indicator as PlannedIndicator
from ..models import AssessmentRound, FigureSource, Indicator
from ..rounds.sources import first_core_figures
from ..rounds.stage_days import StageDays
from ..states import FIGURES_OPEN, RoundState
from ..words.plans import title_of
from .reading import last_values
from .supply import Supply, leads_of, supplies, to_countersign


@dataclass(frozen=True)
class Sheet:
    """The figures of one indicator of a round that a department supplies; `until`: the end of collecting."""

    round: AssessmentRound
    indicator: Indicator
    planned: PlannedIndicator
    rows: Sequence[Supply]
    until: datetime | None = None

    @property
    def title(self) -> str:
        return title_of(self.planned)

    @property
    def open_rows(self) -> list[Supply]:
        """Those that the department may write, while the round collects."""
        return [row for row in self.rows if row.is_open] if self.is_collecting else []

    @property
    def locked_rows(self) -> list[Supply]:
        """Those that it may only read."""
        return [row for row in self.rows if not (row.is_open and self.is_collecting)]

    @property
    def is_collecting(self) -> bool:
        return self.round.state in FIGURES_OPEN

    @property
    def confirmed(self) -> int:
        """How many stand."""
        return sum(not row.is_open for row in self.rows)

    @property
    def is_reopened(self) -> bool:
        """Whether the centre has opened a row again."""
        return any(row.is_reopened for row in self.rows)


def sheets_of(user: User, **which: object) -> list[Sheet]:
    """The figures that the person's department supplies in the rounds of which something holds, by default those that
    collect: by round and indicator. Eight queries for each round.
    """
    sources = FigureSource.objects.visible_to(user).supplied_by(user)
    rounds = AssessmentRound.objects.filter(pk__in=sources.order_by().values("round"))
    rounds = rounds.filter(**(which or {"state__in": FIGURES_OPEN})).select_related("plan__plan", "action")
    found = []
    for round in rounds.order_by("-starts_on", "-pk"):
        by_indicator: dict[Indicator, list[Supply]] = {}
        for row in supplies(round, department=user.department_id):
            by_indicator.setdefault(row.source.indicator, []).append(row)
        until = StageDays(round, steps=[]).end(RoundState.COLLECTING)
        found += [
            Sheet(round, indicator, round.plan.rules.indicator(indicator.code), rows, until)
            for indicator, rows in by_indicator.items()
        ]
    return found


def earlier_sources(user: User) -> list[FigureSource]:
    """One source for each round that no longer collects and each indicator of it that the person's department
    supplied: one query.
    """
    sources = FigureSource.objects.visible_to(user).supplied_by(user).exclude(round__state__in=FIGURES_OPEN)
    found = sources.select_related("round", "indicator").order_by("-round__starts_on", "-round", "indicator__order")
    return list({(source.round_id, source.indicator_id): source for source in found}.values())


@dataclass(frozen=True)
class Span:
    """Where a figure lies between the plan's least and most: places in percent of the line, as text."""

    start: str
    width: str
    last: str
    now: str
    is_outside: bool


@dataclass(frozen=True)
class Beside:
    """What a line says beside its fields: last round's value, the team's core figure, where the value lies."""

    last: str
    core: CoreFigure | None
    span: Span | None


def beside(sheet: Sheet, *, at: datetime) -> dict[str, Beside]:
    """What stands beside each line, by team code: two queries."""
    teams = [row.source.team for row in sheet.rows]
    last = last_values(sheet.round, sheet.indicator.code, {team.pk for team in teams}, at=at)
    cores = {figure.team_id: figure for figure in first_core_figures(teams)}
    return {
        row.source.team.code: Beside(
            last.get(row.source.team_id, ""),
            cores.get(row.source.team_id),
            span_of(sheet.planned, last.get(row.source.team_id, ""), row.written.value),
        )
        for row in sheet.rows
    }


def span_of(planned: PlannedIndicator, last: str, now: str) -> Span | None:
    """Where the values lie; None where the plan does not bound the indicator on both sides."""
    if planned.least is None or planned.most is None or planned.least == planned.most:
        return None
    numbers = [number for number in (_number(last), _number(now)) if number is not None]
    margin = (planned.most - planned.least) / 4
    low = min([planned.least - margin, *numbers]) if planned.least else min([Decimal(0), *numbers])
    high = max([planned.most + margin, *numbers])

    def place(number: Decimal | None) -> str:
        return "" if number is None else f"{(number - low) * 100 / (high - low):.2f}%"

    current = _number(now)
    return Span(
        place(planned.least),
        f"{(planned.most - planned.least) * 100 / (high - low):.2f}%",
        place(_number(last)),
        place(current),
        current is not None and not planned.least <= current <= planned.most,
    )


@dataclass(frozen=True)
class SuppliedIndicator:
    """One indicator's figures in a round, for the centre."""

    planned: PlannedIndicator
    title: str
    rows: Sequence[Supply]

    @property
    def settled(self) -> int:
        return sum(not row.is_open for row in self.rows)


class SupplierDesk:
    """Who supplies the figures of a round and how far they are. Nine queries."""

    def __init__(self, round: AssessmentRound) -> None:
        self.round = round
        self.rows = supplies(round)
        self.to_sign = to_countersign(self.rows)
        self.leads = leads_of(self.rows)

    def indicators(self) -> list[SuppliedIndicator]:
        """Indicator by indicator."""
        by_code: dict[str, list[Supply]] = {}
        for row in self.rows:
            by_code.setdefault(row.source.indicator.code, []).append(row)
        rules = self.round.plan.rules
        return [
            SuppliedIndicator(planned, title_of(planned), by_code[planned.code])
            for planned in rules.indicators
            if planned.code in by_code
        ]

    def asked(self) -> list[Supply]:
        """The figures of which a correction is asked."""
        return [row for row in self.rows if row.is_asked]

    def unnamed(self) -> list[Supply]:
        """Those of which nobody has said who supplies them."""
        return [row for row in self.rows if not row.source.is_named]

    def own_lead(self) -> list[Supply]:
        """The figures that the team's own lead department supplies, until they stand."""
        return [
            row
            for row in self.rows
            if row.is_open
            and row.source.department_id
            and row.source.department_id == self.leads.get(row.source.team_id)
        ]


def shown_value(value: str) -> str:
    """A number as people write it; a tier or an answer as it is."""
    number = _number(value)
    return value if number is None else count_text(number)


def _number(text: str) -> Decimal | None:
    try:
        return read_number(text)
    except NotANumber:
        return None
