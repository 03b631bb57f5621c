"""A team's scorecard: every point with its rule, its arithmetic and its sources, read from the result alone."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from governance.people.models import User
from governance.people.roles import Role
from teams.models.team import reads_papers_of

from ..checking.self_scores import self_scores_of
from ..engine.arithmetic import quantum, round_half_up
from ..engine.canonical import Data
from ..engine.contributions import Contributions, contributions
from ..engine.document import restore
from ..engine.explanation import Explanation
from ..engine.methods.contract import Parameters
from ..engine.methods.judged import Panel
from ..engine.next_grade import NextGrade, next_grade
from ..engine.plan import Indicator, Kind, Plan
from ..engine.validation import plan_of
from ..models import Result, ResultLine
from ..words.explanations import brief_words, is_scaled, step_lines
from ..words.methods import method_words
from ..words.outcomes import absence_words, fallback_words, miss_words, standing_words
from ..words.papers import Paper, name_in, papers_of, value_words
from ..words.plans import (
    KIND_WORDS,
    applies_words,
    class_titles,
    group_titles,
    rounds_words,
    title_of,
    titles,
)
from ..words.rows import Behind, behind
from ..words.steps import arithmetic
from .ranking_table import PublishedLine, grade_words, mean_total, printed, with_plans
from .vote_cards import has_few, tally_papers, vote_steps

LOSSES_NAMED = 3
"""Losses that are named below the table of a printed scorecard."""

RANKS_SHOWN = 6
"""Rounds on the line of ranks, the newest last."""


@dataclass(frozen=True)
class IndicatorCard:
    """One indicator of the scorecard.

    Attributes:
        points: as printed, None where it is left out or pending; `absence`: what stands there then.
        own: what the team gave itself, for readers who may see it.
        lost: what it cost: full points less points, or the deduction; a bonus that was not reached costs nothing.
        cost: the same on the scale of the total (docs/rules.md#contributions), rounded for print.
        brief: how the points were reached, in one line for paper.
        rule: the method in a sentence; `conditions`: to whom it applies.
        standing: what took the place of the method and why; empty where the method scored.
        steps: the arithmetic, a line each.
        value, target: what went in.
        behind: the measured value with its rows, else None; `papers`: what a figure or event rests on.
        marks: judges' marks, highest first, each with whether it dropped out; never whose.
        at, by: when and by whom it was frozen or entered.
    """

    code: str
    title: str
    kind: str
    kind_words: str
    full: Decimal
    points: Decimal | None
    absence: str
    mean: Decimal | None
    own: Decimal | None
    lost: Decimal
    cost: Decimal
    brief: str
    rule: str
    conditions: list[str]
    standing: str
    fallback: str
    steps: list[str]
    value: str
    target: str
    behind: Behind | None
    papers: list[Paper]
    marks: list[tuple[Decimal, bool]]

    @property
    def is_base(self) -> bool:
        """Whether it is part of the base and not a bonus or deduction."""
        return self.kind == Kind.BASE


@dataclass(frozen=True)
class DimensionCard:
    """A dimension's subtotal beside the mean of the class, on the team's own scale."""

    title: str
    points: Decimal
    worth: Decimal
    mean: Decimal | None


@dataclass(frozen=True)
class Missed:
    """A grade that was missed, and why; without a title the sentence concerns all grades."""

    title: str
    sentence: str


class Scorecard:
    """One line of a result, opened for `user`."""

    def __init__(self, line: ResultLine, user: User) -> None:
        result: Result = line.result
        body = json.loads(result.body)
        self.result, self.user = result, user
        self.plan: Plan = result.round.plan.rules
        self.line = printed(line, self.plan.decimals)
        self.body: Data = body
        self.facts: Data = body["facts"]
        self.teams = {team["team"]: team for team in body["outcome"]["teams"]}
        self.own = body["outcome"]["teams"][line.order - 1]
        self.code: str = self.own["team"]
        self.reads_papers = reads_papers_of(user, line.team_id)
        self.is_centre = user.has_role(Role.ASSESSMENT_CENTRE)

    # The head ----------------------------------------------------------------------------------------------------
    @cached_property
    def peers(self) -> list[ResultLine]:
        """The lines of the class, the best first: one query."""
        lines = ResultLine.objects.filter(result=self.result, team_class=self.line.team_class).order_by("order")
        return [printed(line, self.plan.decimals) for line in lines]

    @property
    def class_title(self) -> str:
        return class_titles(self.plan).get(self.line.team_class, self.line.team_class)

    @property
    def grade(self) -> str:
        """The grade, or that there is none."""
        return grade_words(self.plan, self.line)

    @property
    def size(self) -> int:
        return len(self.peers)

    @cached_property
    def mean(self) -> Decimal | None:
        return mean_total((line.total for line in self.peers), self.plan.decimals)

    @property
    def to_first(self) -> Decimal | None:
        """Points short of the first of the class; None for the first itself and for a team without a total."""
        best = next((peer.total for peer in self.peers if peer.rank == 1), None)
        if self.line.total is None or best is None or self.line.rank == 1:
            return None
        return best - self.line.total

    @cached_property
    def base_steps(self) -> list[str]:
        """How the base was added up, where anything was left out or normalised."""
        base = self.own["reckoning"]["base"]
        return arithmetic(base["steps"]) if base and is_scaled(base["steps"]) else []

    @cached_property
    def tied_with(self) -> list[str]:
        names = self.facts["provenance"].get("@teams", {})
        return [names.get(code, {}).get("name", code) for code in self.own["reckoning"]["rank"]["tied_with"]]

    # Why not better ----------------------------------------------------------------------------------------------
    @cached_property
    def missed(self) -> list[Missed]:
        """The grades above the team's own and why each was missed."""
        grades, vetoes = titles(self.plan.grades), titles(self.plan.vetoes)
        return [
            Missed(grades.get(miss["grade"], ""), miss_words(miss, self.own["total"], vetoes))
            for miss in self.own["reckoning"]["grade"]["missed"]
        ]

    @cached_property
    def next_grade(self) -> NextGrade | None:
        """The least rise of the total that would bring a better grade; None where none would, or none can be given."""
        return next_grade(plan_of(restore(self.body["plan"])), self.body, self.code)

    @property
    def next_grade_title(self) -> str:
        return titles(self.plan.grades)[self.next_grade.grade] if self.next_grade else ""

    @property
    def enough(self) -> list[tuple[str, Decimal]]:
        """The indicators that alone would bring it: title and what the total would gain, the most first."""
        named = titles(self.plan.indicators)
        gains = self.next_grade.enough if self.next_grade else ()
        return [(f"{gain.indicator} {named[gain.indicator]}", gain.gain) for gain in gains]

    @cached_property
    def vetoes(self) -> list[tuple[str, list[Paper]]]:
        """Vetoes on the team: title and what each rests on."""
        return [
            (title_of(veto), papers_of(self.facts["vetoes"][veto.code][self.code]))
            for veto in self.plan.vetoes
            if self.code in self.facts["vetoes"].get(veto.code, {})
        ]

    # The points --------------------------------------------------------------------------------------------------
    @cached_property
    def indicators(self) -> list[IndicatorCard]:
        """All indicators of the class, those that cost the total most first."""
        cards = [
            self._card(indicator, self.own["explanations"][indicator.code])
            for indicator in self.plan.indicators
            if indicator.code in self.own["explanations"]
        ]
        return sorted(cards, key=lambda card: (card.points is None, -Fraction(card.lost) * self._scale(card.code)))

    @property
    def largest_losses(self) -> list[IndicatorCard]:
        """The indicators that cost the total most: at most three."""
        return [card for card in self.indicators if card.cost > 0][:LOSSES_NAMED]

    @cached_property
    def _parts(self) -> Contributions | None:
        return contributions(self.own["reckoning"])

    def _scale(self, code: str) -> Fraction:
        """What one point that an indicator lost costs the total; its points alone where there is no total."""
        return abs(self._parts.scales.get(code, Fraction(1))) if self._parts else Fraction(1)

    @cached_property
    def self_scores(self) -> dict[str, Decimal]:
        """What the team gave itself, by indicator code, for those who may see it."""
        last = quantum(self.plan.decimals)
        return {code: points.quantize(last) for code, _, points in self_scores_of(self.line, self.user)}

    def _card(self, indicator: Indicator, explanation: Explanation) -> IndicatorCard:
        source = self.facts["provenance"].get(indicator.code, {}).get(self.code)
        measured = source if isinstance(source, dict) and "measure" in source else None
        marks = explanation["inputs"].get("marks", ())
        full, points = Decimal(explanation["full"]), _decimal(explanation["points"])
        lost = points_lost(indicator.kind, full, points)
        steps, papers = step_lines(explanation), []
        if "votes" in explanation["inputs"] and source:
            groups = group_titles(self.plan)
            shows = self.is_centre or not has_few(explanation, source)
            steps, papers = vote_steps(explanation, groups, shows_means=shows), tally_papers(source, groups)
        elif source is not None and not measured and not marks:
            papers = papers_of(source)
        return IndicatorCard(
            code=indicator.code,
            title=title_of(indicator),
            kind=indicator.kind,
            kind_words=str(KIND_WORDS[indicator.kind]),
            full=full,
            points=points,
            absence=absence_words(explanation) if points is None else "",
            mean=self._mean_points(indicator.code),
            own=self.self_scores.get(indicator.code),
            lost=lost,
            cost=round_half_up(Fraction(lost) * self._scale(indicator.code), self.plan.decimals),
            brief=brief_words(explanation, source, steps),
            rule=method_words(
                explanation["method"]["name"], explanation["method"]["parameters"], group_titles(self.plan)
            ),
            conditions=[*applies_words(self.plan, indicator), *filter(None, [rounds_words(self.plan, indicator)])],
            standing=standing_words(explanation),
            fallback=fallback_words(explanation["fallback"]) if explanation["fallback"] else "",
            steps=steps,
            value=value_words(explanation["inputs"].get("value"), explanation["method"]["name"]),
            target=value_words(explanation["inputs"].get("target")),
            behind=behind(measured, team_code=self.code, reads_papers=self.reads_papers) if measured else None,
            papers=papers,
            marks=_marks(marks, indicator.rule.parameters),
        )

    @cached_property
    def signed(self) -> Data:
        """Who froze the measures and when, and who scored: {"frozen_by", "frozen_at", "scored_by", "scored_at"}."""
        measured = [
            source
            for by_team in self.facts["provenance"].values()
            if isinstance(source := by_team.get(self.code), dict) and "measure" in source
        ]
        return {
            "frozen_by": name_in(measured[0]["by"]) if measured else "",
            "frozen_at": datetime.fromisoformat(measured[0]["at"]) if measured else None,
            "scored_by": str(self.result.by or ""),
            "scored_at": self.result.at,
        }

    # The dimensions ----------------------------------------------------------------------------------------------
    @cached_property
    def dimensions(self) -> list[DimensionCard]:
        """The team's dimensions beside the mean of the class."""
        own = {part["dimension"]: part for part in self.own["reckoning"]["dimensions"]}
        return [
            DimensionCard(
                title=title_of(dimension),
                points=Decimal(own[dimension.code]["subtotal"]["points"]),
                worth=Decimal(own[dimension.code]["worth"]),
                mean=self._mean_subtotal(dimension.code, Decimal(own[dimension.code]["worth"])),
            )
            for dimension in self.plan.dimensions
            if dimension.code in own
        ]

    def _class_teams(self) -> list[Data]:
        return [team for team in self.teams.values() if team["class"] == self.own["class"]]

    def _mean_points(self, code: str) -> Decimal | None:
        """The mean points of the class in one indicator, of those who have points."""
        return self._mean(Fraction(team["points"][code]) for team in self._class_teams() if code in team["points"])

    def _mean_subtotal(self, code: str, worth: Decimal) -> Decimal | None:
        """The mean share of the class in a dimension, on the scale of `worth`."""
        shares = []
        for team in self._class_teams():
            part = next((one for one in team["reckoning"]["dimensions"] if one["dimension"] == code), None)
            if part is not None:
                shares.append(Fraction(part["subtotal"]["points"]) * Fraction(worth) / Fraction(part["worth"]))
        return self._mean(shares)

    def _mean(self, numbers: Iterable[Fraction]) -> Decimal | None:
        found = list(numbers)
        if not found:
            return None
        return round_half_up(sum(found, Fraction(0)) / len(found), self.plan.decimals)

    # The past ----------------------------------------------------------------------------------------------------
    @cached_property
    def ranks(self) -> list[PublishedLine]:
        """The team's lines of the last published rounds of this plan and kind up to this one, in whatever version, the
        oldest first: two queries."""
        round = self.result.round
        lines = ResultLine.objects.filter(
            team_id=self.line.team_id,
            result__in=Result.objects.published().order_by().values("pk"),
            result__round__plan__plan__code=round.plan.plan.code,
            result__round__kind=round.kind,
            result__round__ends_on__lte=round.ends_on,
        )
        return with_plans(lines.order_by("-result__round__ends_on")[:RANKS_SHOWN])[::-1]


def points_lost(kind: Kind, full: Decimal, points: Decimal | None) -> Decimal:
    """What an indicator cost; a bonus that was not reached costs nothing."""
    if points is None or kind is Kind.BONUS:
        return Decimal(0)
    return points if kind is Kind.DEDUCTION else full - points


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _marks(marks: Iterable[Data], parameters: Parameters) -> list[tuple[Decimal, bool]]:
    """The judges' marks, highest first, each with whether it dropped out."""
    if not isinstance(parameters, Panel):
        return []
    ordered = sorted((Decimal(mark["value"]) for mark in marks), reverse=True)
    drops = len(ordered) - len(parameters.trimmed(ordered))
    last = len(ordered) - 1
    return [(mark.quantize(Decimal("0.1")), drops > 0 and place in (0, last)) for place, mark in enumerate(ordered)]
