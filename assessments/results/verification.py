"""Published results are verified: the frozen facts are scored again, and every row that was stored with it is compared.

Comparing a hash with itself does not count (docs/rules.md#verification). Nothing is read from tasks, reports or lamps.
What a scorecard says besides its points (who scored, approved and published, when, by which document) is compared in
`history.py` with the steps of the round and the audit log.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q

from governance.lists.reading import once
from governance.records.models import AuditEvent
from teams.models import SpecialTeam

from ..engine import Difference, verify
from ..engine.canonical import Data
from ..engine.document import dump, restore
from ..engine.result import differences, facts_as_data
from ..measures import MEASURES
from ..measures.corrections import recomputed
from ..models import AssessmentRound, Publication, Result, ResultLine
from ..plans.plans import fingerprint, indicator_columns
from ..rounds.facts_of_round import gather
from ..rounds.facts_state import remembered_of
from ..states import PUBLISHED_STATES, PlanState, ResultCorrectionState
from ..words.verification import Compared, Finding
from .history import verify_history

_NAMES = frozenset({"name"})
"""Names of people and departments may change later; the key beside them may not."""


@dataclass(frozen=True)
class Verified:
    """A round that is published, or by one of its rows should be, its result that counts, and what was found."""

    round_id: int
    title: str
    result: Result | None
    findings: tuple[Finding, ...]


def verify_published() -> Iterator[Verified]:
    """Verify every round that is published, has a publication or was published by the audit log; one after another.

    Of other rounds the history alone is verified, and a round is listed only if something was found.
    """
    events = AuditEvent.objects.filter(verb="publish_round", object_type=AssessmentRound._meta.label_lower)
    titles = {int(key): name for key, name in events.values_list("object_id", "object_name") if key.isdigit()}
    published = {*titles, *Publication.objects.values_list("result__round", flat=True)}
    rounds = {round.pk: round for round in AssessmentRound.objects.select_related("plan", "action", "approved_by")}
    for pk in sorted(published | rounds.keys()):
        round = rounds.get(pk)
        if round is None:
            yield Verified(pk, titles.get(pk, str(pk)), None, (Finding("round", Compared.RECORDED, None, "published"),))
        elif pk in published or round.state in PUBLISHED_STATES:
            yield _verify_round(round)
        elif found := tuple(verify_history(round)):
            yield Verified(pk, round.title, None, found)


def _verify_round(round: AssessmentRound) -> Verified:
    """Every published result of a round: its own, and one for each correction that was published."""
    results = list(Result.objects.filter(round=round, publication__isnull=False).order_by("number"))
    expected = 1 + round.corrections.filter(state=ResultCorrectionState.PUBLISHED).count()
    found = [] if len(results) == expected else [Finding("publications", Compared.RECORDED, len(results), expected)]
    for result in results:
        found += verify_result(result)
    found += verify_earlier(round)
    found += verify_history(round)
    return Verified(round.pk, round.title, results[-1] if len(results) == expected else None, tuple(found))


def verify_earlier(round: AssessmentRound) -> Iterator[Finding]:
    """Every difference in the results before the published one that an appeal was decided about, each by its own facts.

    They were in public notice, and a decision says what it changed in them.
    """
    decided = Q(decisions__isnull=False)
    replaced = Q(
        number__in=[number - 1 for number in round.decisions.allowed().values_list("result__number", flat=True)]
    )
    earlier = Result.objects.filter(decided | replaced, round=round, publication=None).distinct()
    for result in earlier.order_by("number"):
        for one in verify_result(result):
            yield replace(one, path=f"results[{result.number}].{one.path}")


def verify_result(result: Result) -> list[Finding]:
    """Every difference between a stored result, its recomputation, and the rows it was made from."""
    found = list(stored_now(differences(result.sha256, fingerprint(result.body), "sha256")))
    found += [scored_again(difference) for difference in verify(result.body)]
    try:
        body = json.loads(result.body)
        found += stored_now(_compare_plan(result, body))
        found += stored_now(differences(result.engine, body["engine"], "engine"))
        found += stored_now(differences(result.round.kind, body["round"], "round"))
        lines = _lines_by_team(result, body["outcome"]["teams"])
        found += stored_now(_compare_lines(result, lines, body["outcome"]["teams"]))
        found += stored_now(_compare_facts(result, body, lines, at=result.at))
        found += [scored_again(difference) for difference in _recompute_measures(body)]
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, ObjectDoesNotExist) as error:
        found.append(Finding("rows", Compared.UNREADABLE, f"{type(error).__name__}: {error}"))
    if not found:
        return []
    teams = dict(SpecialTeam.objects.filter(action=result.round.action_id).values_list("code", "name"))
    return [replace(one, teams=teams) for one in found]


def stored_now(found: Iterator[Difference]) -> Iterator[Finding]:
    """Differences between what is stored now and what was published."""
    return (Finding(one.path, Compared.STORED, one.stored, one.recomputed) for one in found)


def scored_again(difference: Difference) -> Finding:
    """A difference between what was published and what scoring again gives; some cannot even be read."""
    unreadable = difference.path in ("body", "text")
    compared = Compared.UNREADABLE if unreadable else Compared.SCORED
    return Finding(difference.path, compared, difference.stored, difference.recomputed)


def _compare_plan(result: Result, body: Data) -> Iterator[Difference]:
    """The adopted document, its hash and its indicators against the plan inside the result."""
    adopted = result.round.plan
    yield from differences(adopted.sha256, fingerprint(adopted.document), "plan.sha256")
    yield from differences(adopted.document, dump(restore(body["plan"])), "plan.document")
    kept = [{name: getattr(row, name) for name in _INDICATOR} for row in adopted.indicators.order_by("order")]
    yield from differences(kept, indicator_columns(adopted.rules), "plan.indicators")
    rules, row = adopted.rules, adopted.plan
    written = {
        "code": rules.code,
        "title_en": rules.title,
        "title_zh": "" if rules.title_zh == rules.title else rules.title_zh,
        "basis": rules.basis,
        "state": str(PlanState.ADOPTED),
        "draft": adopted.document,
    }
    yield from differences({name: getattr(row, name) for name in written}, written, "plan")


_INDICATOR = ("code", "order", "kind", "source", "method", "measure", "title_en", "title_zh")


def _lines_by_team(result: Result, teams: list[Data]) -> dict[str, ResultLine]:
    """The printed lines by the team in the same place of the document; a line in no place under its own id."""
    places = dict(enumerate((team["team"] for team in teams), start=1))
    lines: dict[str, ResultLine] = {}
    for line in result.lines.order_by("order", "pk"):
        lines[places.pop(line.order, f"#{line.pk}")] = line
    return lines


def _compare_lines(result: Result, lines: Mapping[str, ResultLine], teams: list[Data]) -> Iterator[Difference]:
    """The printed table's rows against the outcome inside the result."""
    for team in teams:
        line = lines.get(team["team"])
        if line is None:
            yield Difference(f"lines[{team['team']}]", None, team["total"])
            continue
        kept = {
            "class": line.team_class,
            "rank": line.rank,
            "grade": line.grade or None,
            **{name: _text(getattr(line, name), team[name]) for name in ("base", "bonus", "deduction", "total")},
            "by": line.by_id,
            "at": line.at.astimezone(UTC).isoformat(),
        }
        stored = {name: team[name] for name in kept if name not in ("by", "at")}
        signed = {"by": result.by_id, "at": result.at.astimezone(UTC).isoformat()}
        yield from differences(kept, stored | signed, f"lines[{team['team']}]")
    for name in lines.keys() - {team["team"] for team in teams}:
        yield Difference(f"lines[{name}]", str(lines[name]), None)


def _text(kept: Decimal | None, stored: str | None) -> str | None:
    """A stored number as the document writes it, if it is the same number."""
    return stored if kept is not None and stored is not None and kept == Decimal(stored) else _plain(kept)


def _plain(kept: Decimal | None) -> str | None:
    return None if kept is None else format(kept, "f")


def _compare_facts(
    result: Result, body: Data, lines: Mapping[str, ResultLine], *, at: datetime
) -> Iterator[Difference]:
    """The facts of a moment (measures, figures, events, what was left out, classes) against those in the result."""
    printed = {team["team"]: lines[team["team"]].team_id for team in body["facts"]["teams"] if team["team"] in lines}
    codes = {team: code for code, team in printed.items()}
    seats = result.round.teams.filter(is_active=True).order_by("team__order")
    present = dict(seats.values_list("team_id", "team__code"))
    codes |= {team: code for team, code in present.items() if team not in codes}
    facts, _ = gather(result.round, before=at, codes=codes)
    yield from differences(_without_names(facts_as_data(facts)), _without_names(body["facts"]), "facts")


def _recompute_measures(body: Data) -> Iterator[Difference]:
    """The measured values in the document against their own rows: as frozen, after the decisions, and their sums."""
    for code, by_team in body["facts"]["provenance"].items():
        for team, source in by_team.items():
            if isinstance(source, dict) and "measure" in source:
                path = f"facts.provenance.{code}.{team}"
                again = recomputed(MEASURES[source["measure"]], source["rows"], source.get("decisions", []))
                yield from differences({name: source[name] for name in again}, again, path)


@once
def is_outdated(result: Result, *, at: datetime) -> bool:
    """Whether a fact of the round is younger than the result, which then has to be scored again."""
    return remembered_of(result.round, "outdated", lambda: _is_outdated(result, at), at=at, about=result.sha256)


def _is_outdated(result: Result, at: datetime) -> bool:
    body = json.loads(result.body)
    lines = _lines_by_team(result, body["outcome"]["teams"])
    return any(_compare_facts(result, body, lines, at=at))


def _without_names(data: object) -> object:
    match data:
        case dict():
            return {key: _without_names(item) for key, item in data.items() if key not in _NAMES}
        case list():
            return [_without_names(item) for item in data]
    return data
