"""A plan's year so far: its published rounds averaged, weighted and ranked (docs/rules.md#year).

Nothing is stored; every number follows from the published results.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from governance.people.models import User
from teams.models import SpecialAction, SpecialTeam

from ..engine import YearRound, judge_year
from ..engine.canonical import Data
from ..engine.facts import Team
from ..engine.plan import DEDUCTION, Plan
from ..engine.year import TeamRound, YearLine
from ..models import AssessmentRound, Result
from ..states import RoundState
from ..words.plans import class_titles, kind_title


@dataclass(frozen=True)
class CountedRound:
    """A published round of the year: each team's line in its result by team code, and its vetoes."""

    round: AssessmentRound
    lines: dict[str, Data]
    vetoes: dict[str, dict[str, object]]


@dataclass(frozen=True)
class YearPart:
    """A part of the year: the rounds that count, and those that the reader knows of and that are not published."""

    code: str
    title: str
    weight: Decimal
    counted: list[AssessmentRound]
    open: list[AssessmentRound]


@dataclass(frozen=True)
class YearRow:
    """A team's year: its line, and its total in each counted round; None where it was not active or had no total."""

    team: SpecialTeam
    line: YearLine
    totals: list[Decimal | None]
    ranks: list[int | None]


@dataclass(frozen=True)
class YearClass:
    """The teams of a class, best first; those without a total come last."""

    title: str
    rows: list[YearRow]


class PlanYear:
    """The year of a plan in an action as `user` may know it. Queries: constant in rounds and teams.

    Rounds belong to the year of their first day. The rules are those of the plan's version under which the last
    published round was held; a team's class is that of its last active round, its age that at the end of the year.
    """

    def __init__(self, action: SpecialAction, code: str, year: int, user: User) -> None:
        rounds = AssessmentRound.objects.visible_to(user).exclude(state=RoundState.ABANDONED)
        rounds = rounds.filter(action=action, plan__plan__code=code, starts_on__year=year)
        self.year = year
        self.rounds = list(rounds.select_related("plan__plan").order_by("starts_on", "pk"))
        self.counted = [_counted(result) for result in _published(self.rounds)]

    @cached_property
    def rules(self) -> Plan | None:
        """The plan as it stands for the year; None while nothing is published, or where it knows no year."""
        plan: Plan | None = self.counted[-1].round.plan.rules if self.counted else None
        return plan if plan and plan.year else None

    @cached_property
    def parts(self) -> list[YearPart]:
        """The parts of the year with their rounds."""
        rules = self.rules
        if rules is None or rules.year is None:
            return []
        counted = {each.round.pk for each in self.counted}
        return [
            YearPart(
                part.code,
                kind_title(rules, part.code),
                part.weight,
                [each for each in self.rounds if each.kind == part.code and each.pk in counted],
                [each for each in self.rounds if each.kind == part.code and each.pk not in counted],
            )
            for part in rules.year.parts
        ]

    @property
    def is_whole(self) -> bool:
        """Whether each part has a published round and no round is open."""
        return bool(self.parts) and all(part.counted and not part.open for part in self.parts)

    @cached_property
    def classes(self) -> list[YearClass]:
        """The classes in document order, each with its teams by rank."""
        if self.rules is None:
            return []
        teams = self._teams()
        judged = judge_year(
            self.rules,
            [_year_round(self.rules, each) for each in self.counted],
            [Team(code, self._class_of(code), team.age_days(date(self.year, 12, 31))) for code, team in teams.items()],
            self._vetoes(),
        )
        names = class_titles(self.rules)
        found: dict[str, list[YearRow]] = {}
        for line in judged:
            found.setdefault(line.class_code, []).append(self._row(teams[line.team], line))
        return [YearClass(names.get(code, code), rows) for code, rows in found.items()]

    def _teams(self) -> dict[str, SpecialTeam]:
        """The teams of the counted rounds by code, in document order."""
        codes = {code for each in self.counted for code in each.lines}
        action = self.counted[-1].round.action_id
        return {team.code: team for team in SpecialTeam.objects.filter(action=action, code__in=codes).order_by("order")}

    def _class_of(self, code: str) -> str:
        last = next(each for each in reversed(self.counted) if code in each.lines)
        return str(last.lines[code]["class"])

    def _vetoes(self) -> dict[str, dict[str, object]]:
        """The vetoes that stand in any counted round, as far as the rules of the year know them."""
        known = {veto.code for veto in self.rules.vetoes} if self.rules else set()
        found: dict[str, dict[str, object]] = {}
        for each in self.counted:
            for code in each.vetoes.keys() & known:
                found.setdefault(code, {}).update(each.vetoes[code])
        return found

    def _row(self, team: SpecialTeam, line: YearLine) -> YearRow:
        own = [each.lines.get(team.code) for each in self.counted]
        totals = [Decimal(one["total"]) if one and one["total"] is not None else None for one in own]
        return YearRow(team, line, totals, [one["rank"] if one else None for one in own])


def years_of(rounds: Iterable[AssessmentRound]) -> list[tuple[AssessmentRound, int]]:
    """The years of which something is published: (its last round, year), the latest first; plans with a year alone."""
    found: dict[tuple[int, str, int], AssessmentRound] = {}
    for round in sorted(rounds, key=lambda round: (round.starts_on, round.pk)):
        if round.state == RoundState.PUBLISHED and round.plan.rules.year:
            found[round.action_id, round.plan.plan.code, round.starts_on.year] = round
    return [(round, year) for (_action, _code, year), round in reversed(found.items())]


def _published(rounds: list[AssessmentRound]) -> list[Result]:
    """The results of the rounds that were published last, in the rounds' order: one query."""
    results = {result.round_id: result for result in Result.objects.published().filter(round__in=rounds)}
    for round in rounds:
        if round.pk in results:
            results[round.pk].round = round
    return [results[round.pk] for round in rounds if round.pk in results]


def _counted(result: Result) -> CountedRound:
    body = json.loads(result.body)
    lines = {line["team"]: line for line in body["outcome"]["teams"]}
    return CountedRound(result.round, lines, body["facts"]["vetoes"])


def _year_round(rules: Plan, counted: CountedRound) -> YearRound:
    return YearRound(
        counted.round.kind,
        {
            code: TeamRound(
                None if line["total"] is None else Decimal(line["total"]),
                {tie: Decimal(printed) for tie in rules.tie_break if (printed := _printed(line, tie)) is not None},
            )
            for code, line in counted.lines.items()
        },
    )


def _printed(line: Data, tie: str) -> str | None:
    """The printed number that breaks a tie: of an indicator, a dimension, the deduction; None where there is none."""
    if tie == DEDUCTION:
        return str(line["deduction"])
    found = line["points"].get(tie, line["subtotals"].get(tie))
    return None if found is None else str(found)
