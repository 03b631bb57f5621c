"""A plan's year: its published rounds averaged, weighted and ranked, so far or as computed (docs/rules.md#year)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.db.models import Q

from governance.people.models import User
from teams.models import SpecialAction, SpecialTeam

from ..engine import load
from ..engine.arithmetic import round_half_up
from ..engine.canonical import Data
from ..engine.document import Document, restore
from ..engine.plan import DEDUCTION, Plan
from ..engine.validation import plan_of
from ..engine.year_document import year_body
from ..models import AssessmentRound, Result, ResultLine, YearResult
from ..plans.plans import fingerprint
from ..states import PUBLISHED_STATES, RoundState
from ..words.outcomes import miss_words
from ..words.plans import class_titles, kind_title, titles
from .ranking_table import printed


@dataclass(frozen=True)
class YearPart:
    """A part of the year: the rounds that count, and those that the reader knows of and that are not published."""

    code: str
    title: str
    weight: Decimal
    counted: list[AssessmentRound]
    open: list[AssessmentRound]


@dataclass(frozen=True)
class YearColumn:
    """A round of the table; one in public notice does not count yet."""

    round: AssessmentRound
    counts: bool


@dataclass(frozen=True)
class YearCell:
    """A team in a round; None where it was not active or had no total."""

    round: AssessmentRound
    total: Decimal | None
    rank: int | None
    counts: bool


@dataclass(frozen=True)
class YearRow:
    """A team's year. `means`: of each part by its title, rounded for the eye; while so far no `grade` and no `why`."""

    team: SpecialTeam | None
    name: str
    short_name: str
    total: Decimal | None
    rank: int | None
    grade: str
    why: str
    means: list[tuple[str, Decimal | None]]
    cells: list[YearCell]


@dataclass(frozen=True)
class YearClass:
    """The teams of a class, best first; those without a total come last."""

    title: str
    rows: list[YearRow]


def standing_results(action: SpecialAction, code: str, year: int, *, at: datetime | None = None) -> list[Result]:
    """The result of each round of the year that stands published, or stood so at a moment. One query."""
    known = Q(publication__isnull=False) if at is None else Q(publication__at__lte=at)
    rows = Result.objects.filter(known, round__in=AssessmentRound.objects.of_year(action, code, year).order_by())
    rows = rows.select_related("round__plan__plan").order_by("round__starts_on", "round_id", "number")
    return list({result.round_id: result for result in rows}.values())


def body_of(year: int, results: Sequence[Result]) -> Data:
    """The year's document from the results of its rounds, by the plan of the last of them. One query."""
    document = load(results[-1].round.plan.document)
    return year_body(document, year, _rounds_data(document, results))


def _rounds_data(document: Document, results: Sequence[Result]) -> list[Data]:
    """The rounds as `year_body` takes them. A team has the code that it had in the last of its rounds."""
    lines = ResultLine.objects.filter(result__in=results).values_list("result_id", "order", "team_id")
    team_ids: dict[tuple[int, int], object] = {(result, order): team for result, order, team in lines}
    bodies = [json.loads(result.body) for result in results]
    keys = [
        [team_ids.get((result.pk, order), line["team"]) for order, line in enumerate(body["outcome"]["teams"], 1)]
        for result, body in zip(results, bodies, strict=True)
    ]
    codes = _year_codes(bodies, keys)
    ties = document["plan"].get("tie_break", [])
    return [
        _round_data(result, body, [codes[key] for key in own], ties)
        for result, body, own in zip(results, bodies, keys, strict=True)
    ]


def _year_codes(bodies: Sequence[Data], keys: Sequence[Sequence[object]]) -> dict[object, str]:
    """Each team's code in its last round; one that another team took over since is told apart."""
    codes: dict[object, str] = {}
    for body, own in zip(reversed(bodies), reversed(keys), strict=True):
        for key, line in zip(own, body["outcome"]["teams"], strict=True):
            if key not in codes:
                taken = line["team"] in codes.values()
                codes[key] = f"{line['team']}#{key}" if taken else line["team"]
    return codes


def _round_data(result: Result, body: Data, codes: Sequence[str], ties: Sequence[str]) -> Data:
    """A round of the year, its teams in printed order."""
    lines = body["outcome"]["teams"]
    year_code = {line["team"]: code for line, code in zip(lines, codes, strict=True)}
    ages = {team["team"]: team["age_days"] for team in body["facts"]["teams"]}
    round = result.round
    return {
        "round": round.pk,
        "kind": round.kind,
        "title": round.title,
        "starts_on": round.starts_on.isoformat(),
        "ends_on": round.ends_on.isoformat(),
        "number": result.number,
        "sha256": fingerprint(result.body),
        "teams": [
            {
                "team": code,
                "class": line["class"],
                "age_days": ages[line["team"]],
                "total": line["total"],
                "rank": line["rank"],
                "ties": {tie: printed for tie in ties if (printed := _printed(line, tie)) is not None},
            }
            for line, code in zip(lines, codes, strict=True)
        ],
        "vetoes": {
            veto: {year_code[team]: basis for team, basis in by_team.items() if team in year_code}
            for veto, by_team in body["facts"]["vetoes"].items()
        },
    }


def _printed(line: Data, tie: str) -> str | None:
    """The printed number that breaks a tie: of an indicator, a dimension, the deduction; None where there is none."""
    if tie == DEDUCTION:
        return str(line["deduction"])
    found = line["points"].get(tie, line["subtotals"].get(tie))
    return None if found is None else str(found)


def superseded_rounds(body: Data, results: Iterable[Result]) -> list[AssessmentRound]:
    """The rounds whose published result is another one than the year's document rests on."""
    named = {one["round"]: one["number"] for one in body["rounds"]}
    return [result.round for result in results if named.get(result.round_id) != result.number]


class PlanYear:
    """The year of a plan in an action as `user` may know it: the last result that they see, else what there is so far.

    `number` asks for one of the results. The rules are those of the plan's version under which the last published round
    was held. Queries: constant in rounds and teams.
    """

    def __init__(self, action: SpecialAction, code: str, year: int, user: User, *, number: int | None = None) -> None:
        self.action, self.code, self.year, self.user = action, code, year, user
        rounds = AssessmentRound.objects.visible_to(user).of_year(action, code, year)
        self.rounds = list(rounds.select_related("plan__plan"))
        self.standing = standing_results(action, code, year) if self.rounds else []
        found = YearResult.objects.visible_to(user).with_state().of_year(action, code, year).order_by("number")
        self.results: list[YearResult] = list(found)
        asked = [one for one in self.results if number in (None, one.number)]
        self.result = asked[-1] if asked else None

    @cached_property
    def body(self) -> Data | None:
        """The document that is shown; None while nothing is published, or where the plan knows no year."""
        if self.result is not None:
            stored: Data = json.loads(self.result.body)
            return stored
        if not self.standing or not self.standing[-1].round.plan.rules.year:
            return None
        return body_of(self.year, self.standing)

    @cached_property
    def rules(self) -> Plan | None:
        """The plan as it stands for the year; None where there is no year to show."""
        return plan_of(restore(self.body["plan"])) if self.body else None

    @cached_property
    def superseded(self) -> list[AssessmentRound]:
        """The rounds whose result has changed since the one that is shown was computed."""
        return superseded_rounds(self.body, self.standing) if self.result is not None and self.body else []

    @cached_property
    def counted(self) -> list[AssessmentRound]:
        """The rounds that the document rests on."""
        rounds = {round.pk: round for round in self.rounds}
        named = [one["round"] for one in self.body["rounds"]] if self.body else []
        return [rounds[pk] for pk in named if pk in rounds]

    @cached_property
    def parts(self) -> list[YearPart]:
        """The parts of the year with their rounds."""
        rules = self.rules
        if rules is None or rules.year is None:
            return []
        counted = {round.pk for round in self.counted}
        return [
            YearPart(
                part.code,
                kind_title(rules, part.code),
                part.weight,
                [round for round in self.rounds if round.kind == part.code and round.pk in counted],
                [round for round in self.rounds if round.kind == part.code and round.pk not in counted],
            )
            for part in rules.year.parts
        ]

    def kind_title(self, kind: str) -> str:
        """The title of the part that rounds of a kind belong to."""
        return kind_title(self.rules, kind) if self.rules else kind

    @property
    def is_whole(self) -> bool:
        """Whether each part has a published round and no round is open."""
        parts = all(part.counted for part in self.parts)
        return bool(self.parts) and parts and all(round.state in PUBLISHED_STATES for round in self.rounds)

    @cached_property
    def columns(self) -> list[YearColumn]:
        """The rounds that count; while it is so far, those in public notice beside them."""
        counted = self.counted
        open_ = [one for one in self.rounds if one.state == RoundState.PUBLIC_NOTICE and self.result is None]
        columns = [YearColumn(one, True) for one in counted] + [YearColumn(one, False) for one in open_]
        return sorted(columns, key=lambda column: (column.round.starts_on, column.round.pk))

    @cached_property
    def classes(self) -> list[YearClass]:
        """The classes in the order of the document, each with its teams by rank."""
        if self.body is None or self.rules is None:
            return []
        names, lines = class_titles(self.rules), self._lines()
        teams = self._teams(lines)
        cells = {(one["round"], line["team"]): line for one in self.body["rounds"] for line in one["teams"]}
        found: dict[str, list[YearRow]] = {}
        for line in self.body["outcome"]["teams"]:
            team = teams.get(line["team"])
            own = [
                self._cell(column, cells.get((column.round.pk, line["team"])), team, lines) for column in self.columns
            ]
            found.setdefault(line["class"], []).append(self._row(line, team, own))
        return [YearClass(names.get(code, code), rows) for code, rows in found.items()]

    def _lines(self) -> list[ResultLine]:
        """The printed lines of the counted results, and of those in notice. One query."""
        results = Result.objects.visible_to(self.user).filter(round__in=[column.round.pk for column in self.columns])
        lines = ResultLine.objects.filter(result__in=results.order_by()).select_related("team", "result__round")
        return list(lines.defer("result__body").order_by("result__number", "order"))

    def _teams(self, lines: Sequence[ResultLine]) -> dict[str, SpecialTeam]:
        """The teams by the code that the document gives them: it names them in printed order."""
        places = {(line.result.round_id, line.result.number, line.order): line.team for line in lines}
        named = {}
        for one in self.body["rounds"] if self.body else ():
            for order, line in enumerate(one["teams"], start=1):
                if (team := places.get((one["round"], one["number"], order))) is not None:
                    named[line["team"]] = team
        return named

    def _cell(
        self, column: YearColumn, line: Data | None, team: SpecialTeam | None, lines: Sequence[ResultLine]
    ) -> YearCell:
        if column.counts:
            total = line["total"] if line else None
            rank = line["rank"] if line else None
            return YearCell(column.round, None if total is None else Decimal(total), rank, True)
        own = [one for one in lines if one.result.round_id == column.round.pk and one.team == team]
        decimals = column.round.plan.rules.decimals
        total, rank = (printed(own[-1], decimals).total, own[-1].rank) if own else (None, None)
        return YearCell(column.round, total, rank, False)

    def _row(self, line: Data, team: SpecialTeam | None, cells: list[YearCell]) -> YearRow:
        rules, is_final = self.rules, self.result is not None
        if rules is None or rules.year is None:
            raise ValueError("a row of a year needs a plan with a year")
        means = {part["kind"]: round_half_up(Fraction(part["mean"]), rules.decimals) for part in line["parts"]}
        vetoes, grades = titles(rules.vetoes), titles(rules.grades)
        misses = line["missed"] if is_final else []
        return YearRow(
            team,
            team.name if team else line["team"],
            team.short_name if team else line["team"],
            None if line["total"] is None else Decimal(line["total"]),
            line["rank"],
            grades.get(line["grade"], "") if is_final and line["grade"] else "",
            miss_words(misses[0], line["total"], vetoes) if misses else "",
            [(part.title, means.get(part.code)) for part in self.parts],
            cells,
        )


def years_of(rounds: Iterable[AssessmentRound]) -> list[tuple[AssessmentRound, int]]:
    """The years of which something is published: (its last round, year), the latest first; plans with a year alone."""
    found: dict[tuple[int, str, int], AssessmentRound] = {}
    for round in sorted(rounds, key=lambda round: (round.starts_on, round.pk)):
        if round.state in PUBLISHED_STATES and round.plan.rules.year:
            found[round.action_id, round.plan.plan.code, round.starts_on.year] = round
    return [(round, year) for (_action, _code, year), round in reversed(found.items())]
