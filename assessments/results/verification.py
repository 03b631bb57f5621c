"""Published results are verified: the frozen facts are scored again, and every row that was stored with it is compared.

Comparing a hash with itself does not count (docs/rules.md#verification). Nothing is read from tasks, reports or lamps.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..engine import Difference, verify
from ..engine.canonical import Data
from ..engine.document import dump, restore
from ..engine.result import differences, facts_as_data
from ..models import AssessmentRound, Result
from ..plans.plans import fingerprint, indicator_columns
from ..rounds.facts_of_round import gather
from ..states import RoundState

_NAMES = frozenset({"name"})
"""Names of people and departments may change later; the key beside them may not."""


@dataclass(frozen=True)
class Verified:
    """A published round and what was found."""

    round: AssessmentRound
    result: Result | None
    differences: tuple[Difference, ...]


def verify_published() -> Iterator[Verified]:
    """Verify every round that is published, one after the other."""
    published = AssessmentRound.objects.filter(state=RoundState.PUBLISHED).select_related("plan", "action")
    for round in published.order_by("pk"):
        results = list(Result.objects.filter(round=round, publication__isnull=False))
        if len(results) == 1:
            yield Verified(round, results[0], tuple(verify_result(results[0])))
        else:
            yield Verified(round, None, (Difference("publications", len(results), 1),))


def verify_result(result: Result) -> list[Difference]:
    """Every difference between a stored result, its recomputation, and the rows it was made from."""
    found = list(differences(result.sha256, fingerprint(result.body), "sha256"))
    found += verify(result.body)
    try:
        body = json.loads(result.body)
        found += _compare_plan(result, body)
        found += differences(result.engine, body["engine"], "engine")
        found += differences(result.round.kind, body["round"], "round")
        found += _compare_lines(result, body["outcome"]["teams"])
        found += _compare_facts(result, body)
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        found.append(Difference("rows", f"{type(error).__name__}: {error}", None))
    return found


def _compare_plan(result: Result, body: Data) -> Iterator[Difference]:
    """The adopted document, its hash and its indicators against the plan inside the result."""
    adopted = result.round.plan
    yield from differences(adopted.sha256, fingerprint(adopted.document), "plan.sha256")
    yield from differences(adopted.document, dump(restore(body["plan"])), "plan.document")
    kept = [{name: getattr(row, name) for name in _INDICATOR} for row in adopted.indicators.order_by("order")]
    yield from differences(kept, indicator_columns(adopted.rules), "plan.indicators")


_INDICATOR = ("code", "order", "kind", "source", "method", "measure", "title_en", "title_zh")


def _compare_lines(result: Result, teams: list[Data]) -> Iterator[Difference]:
    """The printed table's rows against the outcome inside the result."""
    lines = list(result.lines.order_by("order"))
    yield from differences(len(lines), len(teams), "lines")
    for order, (line, team) in enumerate(zip(lines, teams, strict=False), start=1):
        kept = {
            "order": line.order,
            "class": line.team_class,
            "rank": line.rank,
            "grade": line.grade or None,
            **{name: _text(getattr(line, name), team[name]) for name in ("base", "bonus", "deduction", "total")},
        }
        stored = {"order": order, **{name: team[name] for name in kept if name != "order"}}
        yield from differences(kept, stored, f"lines[{team['team']}]")


def _text(kept: Decimal | None, stored: str | None) -> str | None:
    """A stored number as the document writes it, if it is the same number."""
    return stored if kept is not None and stored is not None and kept == Decimal(stored) else _plain(kept)


def _plain(kept: Decimal | None) -> str | None:
    return None if kept is None else format(kept, "f")


def _compare_facts(result: Result, body: Data) -> Iterator[Difference]:
    """The frozen measures, figures, events and classes against the facts inside the result."""
    lines = result.lines.order_by("order").values_list("team_id", flat=True)
    ids = dict(zip((line["team"] for line in body["outcome"]["teams"]), lines, strict=True))
    codes = {ids[team["team"]]: team["team"] for team in body["facts"]["teams"]}
    facts, _ = gather(result.round, before=result.at, codes=codes)
    yield from differences(_without_names(facts_as_data(facts)), _without_names(body["facts"]), "facts")


def _without_names(data: object) -> object:
    match data:
        case dict():
            return {key: _without_names(item) for key, item in data.items() if key not in _NAMES}
        case list():
            return [_without_names(item) for item in data]
    return data
