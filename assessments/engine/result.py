"""A result as one canonical document, with plan, facts, outcome and explanations (docs/rules.md#verification).

The body holds everything that recomputing needs. `rescore` judges the frozen facts again by the frozen plan and names
every difference; comparing a hash with itself does not count.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias, TypeVar

from assessments.engine.arithmetic import Number, read_number
from assessments.engine.canonical import Data, canonical_json, plain
from assessments.engine.document import Document, restore, with_points
from assessments.engine.explanation import explain
from assessments.engine.facts import Event, Facts, Mark, Team, Value, Vote
from assessments.engine.methods import Reads
from assessments.engine.plan import Plan
from assessments.engine.rating import Points, rate
from assessments.engine.reckoning import reckon
from assessments.engine.totals import Line, RankedTable, total
from assessments.engine.validation import plan_of

ENGINE_VERSION = "1"
"""Stored with every result. A published method never changes its meaning, so a newer engine verifies older results."""

Body: TypeAlias = Data
"""A result: `engine`, `round`, `plan`, `facts` and `outcome`, as `result_body` makes it."""

Entry = TypeVar("Entry")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a stored result and its recomputation differ; None where one of the two has nothing."""

    path: str
    stored: object
    recomputed: object

    def __str__(self) -> str:
        return f"{self.path}: stored {json.dumps(self.stored, ensure_ascii=False)}, recomputed " + json.dumps(
            self.recomputed, ensure_ascii=False
        )


def result_body(document: Document, facts: Facts, kind: str | None = None) -> Body:
    """Judge `facts` by the plan of `document` and say everything: plain data, ready for `canonical_json`.

    Keys: engine, round, plan, facts, outcome. Raises PlanHasFaults.
    """
    frozen = plain(with_points(document))
    return {
        "engine": ENGINE_VERSION,
        "round": kind,
        "plan": frozen,
        "facts": facts_as_data(facts),
        "outcome": outcome(plan_of(restore(frozen)), facts, kind),
    }


def outcome(plan: Plan, facts: Facts, kind: str | None) -> Data:
    """The judgement as plain data: sizes of the classes and the teams in printed order, every point explained."""
    points = rate(plan, facts, kind)
    standing = total(plan, points, facts)
    index_of = {team.code: index for index, team in enumerate(facts.teams)}
    return {
        "sizes": dict(standing.sizes),
        "teams": [_team(plan, facts, points, standing, line, index_of[line.team]) for line in standing.lines],
    }


def _team(plan: Plan, facts: Facts, points: Points, standing: RankedTable, line: Line, index: int) -> Data:
    explanations = {}
    for indicator in plan.indicators:
        explanation = explain(plan, facts, points, indicator, index)
        if explanation is not None:
            explanations[indicator.code] = explanation
    numbers = {
        "team": line.team,
        "class": line.class_code,
        "points": line.points,
        "subtotals": {code: subtotal.points for code, subtotal in line.subtotals.items()},
        "base": line.base,
        "bonus": line.bonus.points,
        "deduction": line.deduction.points,
        "total": line.total,
        "rank": line.rank,
        "grade": line.grade,
        "pending": line.pending,
    }
    return {**plain(numbers), "explanations": explanations, "reckoning": reckon(plan, standing, line)}


def facts_as_data(facts: Facts) -> Data:
    """Facts as plain data, entries by indicator and team; what is missing is absent."""

    def by_team(columns: Mapping[str, tuple[Entry | None, ...]], write: Callable[[Entry], object]) -> Data:
        return {
            code: {
                team.code: write(entry)
                for team, entry in zip(facts.teams, column, strict=True)
                if entry is not None and entry != ()
            }
            for code, column in columns.items()
        }

    data: Data = plain(
        {
            "teams": [{"team": team.code, "class": team.class_code, "age_days": team.age_days} for team in facts.teams],
            "values": by_team(facts.values, lambda value: value),
            "targets": by_team(facts.targets, lambda target: target),
            "marks": by_team(facts.marks, lambda marks: [{"value": mark.value, "judge": mark.judge} for mark in marks]),
            "votes": by_team(
                facts.votes,
                lambda votes: [{"value": vote.value, "group": vote.group, "judge": vote.judge} for vote in votes],
            ),
            "events": by_team(
                facts.events,
                lambda events: [
                    {"level": event.level, "matter": event.matter, "counted": event.counted, "paid": event.paid}
                    for event in events
                ],
            ),
            "vetoes": facts.vetoes,
            # Results that were stored before anything could be left out have no such key.
            **({"left_out": facts.left_out} if facts.left_out else {}),
            "provenance": facts.provenance,
        }
    )
    return data


def facts_from_data(data: Data, plan: Plan) -> Facts:
    """The facts that `facts_as_data` wrote. Raises ValueError, KeyError or TypeError where the data are no facts."""
    reads = {indicator.code: indicator.rule.parameters.reads for indicator in plan.indicators}

    def read(entries: Data, make: Callable[[str, Any], Made]) -> dict[str, dict[str, Made]]:
        return {code: {team: make(code, entry) for team, entry in by_team.items()} for code, by_team in entries.items()}

    return Facts.gather(
        [Team(team["team"], team["class"], team["age_days"]) for team in data["teams"]],
        values=read(data["values"], lambda code, text: _value(text, reads.get(code))),
        targets=read(data["targets"], lambda code, text: read_number(text)),
        marks=read(
            data["marks"], lambda code, marks: [Mark(read_number(mark["value"]), mark["judge"]) for mark in marks]
        ),
        votes=read(
            data["votes"],
            lambda code, votes: [Vote(read_number(vote["value"]), vote["group"], vote["judge"]) for vote in votes],
        ),
        events=read(data["events"], lambda code, events: [Event(**event) for event in events]),
        vetoes=data["vetoes"],
        left_out=data.get("left_out"),
        provenance=data["provenance"],
    )


def _value(text: str, reads: Reads | None) -> Value:
    """A stored value: text for tiers and answers, else a decimal or a fraction."""
    if reads is not Reads.NUMBER:
        return text
    return _exact(text)


def _exact(text: str) -> Number:
    return Fraction(text) if "/" in text else Decimal(text)


def rescore(body: Body) -> list[Difference]:
    """Score the frozen facts of a body again by its frozen plan; return every difference from what it says."""
    try:
        document = restore(body["plan"])
        again = result_body(document, facts_from_data(body["facts"], plan_of(document)), body["round"])
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        return [Difference("body", f"{type(error).__name__}: {error}", None)]
    stored = {name: part for name, part in body.items() if name != "engine"}
    del again["engine"]
    return list(differences(stored, again))


def verify(text: str) -> list[Difference]:
    """Verify a stored result text: it is canonical, and scoring its frozen inputs again gives the same."""
    try:
        body = json.loads(text)
        canonical = canonical_json(body)
    except (ValueError, RecursionError, TypeError) as error:
        return [Difference("body", str(error), None)]
    if not isinstance(body, dict):
        return [Difference("body", "not an object", None)]
    found = rescore(body)
    if canonical != text:
        found.append(Difference("text", "not canonical", None))
    return found


def differences(stored: object, recomputed: object, path: str = "") -> Iterator[Difference]:
    """Every place where two pieces of plain data differ; rows are named by team, dimension or number."""
    if isinstance(stored, dict) and isinstance(recomputed, dict):
        for name in sorted({*stored, *recomputed}):
            inner = f"{path}.{name}" if path else name
            yield from differences(stored.get(name), recomputed.get(name), inner)
    elif isinstance(stored, list) and isinstance(recomputed, list) and len(stored) == len(recomputed):
        for index, (one, other) in enumerate(zip(stored, recomputed, strict=True)):
            yield from differences(one, other, f"{path}[{_name_of(other, index)}]")
    elif stored != recomputed or type(stored) is not type(recomputed):
        yield Difference(path, stored, recomputed)


def _name_of(row: object, index: int) -> object:
    if isinstance(row, dict):
        return row.get("team") or row.get("dimension") or index
    return index
