"""A year's result as one document: the rounds' results that it rests on, and its outcome (docs/rules.md#year).

A round of the year, as plain data: `kind`, `title`, `starts_on`, `ends_on`, `number` and `sha256` of its result,
`teams` (team, class, age_days on the round's last day, total, rank, and in `ties` the printed numbers of the plan's
`tie_break`) and `vetoes` (veto -> team -> basis). A team has the same code in all of them.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from assessments.engine.canonical import Data, canonical_json, plain
from assessments.engine.document import Document, restore, with_points
from assessments.engine.facts import Team
from assessments.engine.plan import Plan
from assessments.engine.reckoning import missed
from assessments.engine.result import ENGINE_VERSION, Difference, differences
from assessments.engine.validation import plan_of
from assessments.engine.year import TeamRound, YearLine, YearRound, judge_year


def year_body(document: Document, year: int, rounds: Sequence[Data]) -> Data:
    """Judge a year by the plan of `document`: plain data, ready for `canonical_json`.

    Keys: engine, year, plan, rounds, outcome (`sizes` of the classes and `teams` by class, best first). Raises
    ValueError where the plan has no year, PlanHasFaults where it is none.
    """
    frozen = plain(with_points(document))
    plan = plan_of(restore(frozen))
    lines = judge_year(plan, [_year_round(one) for one in rounds], _teams(year, rounds), _vetoes(plan, rounds))
    sizes: dict[str, int] = {}
    for line in lines:
        sizes[line.class_code] = sizes.get(line.class_code, 0) + 1
    outcome = {"sizes": sizes, "teams": [_line(line) for line in lines]}
    judged: Data = plain(
        {"engine": ENGINE_VERSION, "year": year, "plan": frozen, "rounds": list(rounds), "outcome": outcome}
    )
    return judged


def verify_year(text: str) -> list[Difference]:
    """Verify a stored text: it is canonical, and judging the rounds that it names again gives the same."""
    try:
        body = json.loads(text)
        again = year_body(restore(body["plan"]), body["year"], body["rounds"])
        canonical = canonical_json(body)
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError) as error:
        return [Difference("body", f"{type(error).__name__}: {error}", None)]
    found = list(differences({**body, "engine": ENGINE_VERSION}, again))
    if canonical != text:
        found.append(Difference("text", "not canonical", None))
    return found


def _teams(year: int, rounds: Sequence[Data]) -> list[Team]:
    """The teams with the class of their last round and their age at the year's end, in the order of the last rounds."""
    teams: dict[str, Team] = {}
    for one in reversed(rounds):
        left = (date(year, 12, 31) - date.fromisoformat(one["ends_on"])).days
        for line in one["teams"]:
            code, age = line["team"], line["age_days"]
            teams.setdefault(code, Team(code, line["class"], None if age is None else age + left))
    return list(teams.values())


def _vetoes(plan: Plan, rounds: Sequence[Data]) -> dict[str, dict[str, object]]:
    """The vetoes that stand in any round, as far as the plan knows them, in its order."""
    return {
        veto.code: {team: basis for one in rounds for team, basis in one["vetoes"].get(veto.code, {}).items()}
        for veto in plan.vetoes
    }


def _year_round(one: Data) -> YearRound:
    return YearRound(
        one["kind"],
        {
            line["team"]: TeamRound(
                None if line["total"] is None else Decimal(line["total"]),
                {tie: Decimal(printed) for tie, printed in line["ties"].items()},
            )
            for line in one["teams"]
        },
    )


def _line(line: YearLine) -> Data:
    """A team's year: parts with their totals and exact means, and what follows from them."""
    return {
        "team": line.team,
        "class": line.class_code,
        "parts": [asdict(part) for part in line.parts],
        "rounds": line.rounds,
        "unrounded": line.unrounded,
        "total": line.total,
        "rank": line.rank,
        "grade": line.grade,
        "missed": missed(line.missed),
    }
