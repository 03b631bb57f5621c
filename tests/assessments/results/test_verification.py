"""A published result verifies without the work it came from, and any altered byte is found and named."""

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.translation import override

from assessments.engine import canonical_json
from assessments.models import (
    AdoptedPlan,
    AssessmentRound,
    Claim,
    ClaimStep,
    Figure,
    Indicator,
    MeasuredValue,
    Publication,
    Result,
    ResultLine,
    RoundTeam,
)
from assessments.plans.plans import fingerprint
from assessments.results.verification import verify_published, verify_result
from governance.records.integrity.guards import remove_triggers
from teams.models import PeriodLamp, ProgressReport, ReportDecision, ReportSubmission, Task, TaskVersion
from tests.assessments import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def result(story) -> Result:
    """A published result whose tables can be tampered with."""
    story.until("published")
    remove_triggers()
    return Result.objects.get()


def tamper(row, **fields) -> None:
    """Write to a row behind the back of everything that watches it."""
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(row._meta.get_field(name).column)} = %s" for name in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {quote(row._meta.db_table)} SET {columns} WHERE id = %s", [*fields.values(), row.pk])


def found(result: Result) -> list[str]:
    """Paths of what does not verify, read afresh."""
    return [difference.path for difference in verify_result(Result.objects.get(pk=result.pk))]


def empty(*models) -> None:
    """Delete every row of some tables."""
    for model in models:
        model.objects.all()._raw_delete("default")


def test_it_passes_on_a_copy_without_the_live_tasks_and_reports(result):
    with connection.constraint_checks_disabled():
        empty(ReportDecision, ReportSubmission, ProgressReport, PeriodLamp, TaskVersion)
        empty(work.CloseOut, Task)
        assert not Task.objects.exists()
        assert found(result) == []


def test_it_passes_when_names_have_changed_since(result, story):
    for team in story.teams:
        type(team).objects.filter(pk=team.pk).update(name=f"{team.name}（更名）", order=team.order + 50)
    type(story.centre).objects.filter(pk=story.centre.pk).update(name="改名")
    assert found(result) == []


def test_it_passes_when_a_team_has_got_another_code_since(result, story):
    type(story.teams[0]).objects.filter(pk=story.teams[0].pk).update(code="renamed")
    assert found(result) == []


def _flip(text: str, place: int) -> str:
    """One character of a text changed for another."""
    return text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]


def test_any_altered_byte_of_the_document_is_found(result):
    for share in range(0, 100, 4):
        tamper(result, body=_flip(result.body, len(result.body) * share // 100))
        assert "sha256" in found(result), share


def test_an_altered_document_is_found_even_when_its_hash_is_made_to_fit(result):
    """Comparing a hash with itself does not count: the facts are scored again and the rows beside are compared."""
    for share in range(0, 100, 4):
        body = json.loads(result.body)
        leaves = list(_leaves(body))
        parent, key = leaves[len(leaves) * share // 100]
        parent[key] = _other(parent[key])
        text = canonical_json(body)
        tamper(result, body=text, sha256=fingerprint(text))
        assert found(result) != [], (share, key)


def _leaves(data, parent=None, key=None):
    """Every (container, key) that holds a value; names of people and departments, which may change, left out."""
    if isinstance(data, dict):
        for name, item in data.items():
            if name != "name":
                yield from _leaves(item, data, name)
    elif isinstance(data, list):
        for place, item in enumerate(data):
            yield from _leaves(item, data, place)
    else:
        yield parent, key


def _other(value):
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value}1"
    return "1"


def _approved():
    """The approval of the first claim."""
    return ClaimStep.objects.filter(state="approved").first()


TAMPERING: dict[str, tuple[Callable[[], object], dict, str]] = {
    "hash": (Result.objects.get, {"sha256": "0" * 64}, "sha256"),
    "engine": (Result.objects.get, {"engine": "0"}, "engine"),
    "plan's document": (AdoptedPlan.objects.get, {"document": "{}"}, "plan.sha256"),
    "plan's hash": (AdoptedPlan.objects.get, {"sha256": "0" * 64}, "plan.sha256"),
    "indicator": (lambda: Indicator.objects.get(code="T1"), {"measure": "reports_late"}, "plan.indicators"),
    "total": (ResultLine.objects.first, {"total": "99.99"}, "lines"),
    "bonus": (ResultLine.objects.first, {"bonus": "3"}, "lines"),
    "rank": (ResultLine.objects.last, {"rank": 1}, "lines"),
    "grade": (ResultLine.objects.last, {"grade": "excellent"}, "lines"),
    "class of the line": (ResultLine.objects.first, {"team_class": "B"}, "lines"),
    "numerator": (MeasuredValue.objects.first, {"numerator": 77}, "facts.provenance"),
    "denominator": (MeasuredValue.objects.first, {"denominator": 78}, "facts.values"),
    "row behind": (MeasuredValue.objects.first, {"rows": "[]"}, "facts.provenance"),
    "figure": (Figure.objects.last, {"value": "99"}, "facts.values"),
    "target": (Figure.objects.last, {"target": "1"}, "facts.targets"),
    "document": (Figure.objects.first, {"document": "另一文号"}, "facts.provenance"),
    "level of a claim": (_approved, {"level": "national"}, "facts.events"),
    "withdrawn claim": (_approved, {"state": "withdrawn", "reason": "x"}, "facts.events"),
    "decision of a claim": (_approved, {"by_id": None}, "facts.provenance"),
    "issuer of a claim": (Claim.objects.first, {"issuer": "x"}, "facts.provenance"),
    "class": (RoundTeam.objects.first, {"team_class": "B"}, "facts.teams"),
    "age": (RoundTeam.objects.first, {"age_days": 5}, "facts.teams"),
    "round's last day": (AssessmentRound.objects.get, {"ends_on": "2026-09-29"}, "facts.provenance.@round"),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_whatever_is_kept_beside_the_document_is_compared(result, what):
    row, fields, path = TAMPERING[what]
    tamper(row(), **fields)
    assert [one for one in found(result) if one.startswith(path)], found(result)


def test_a_line_that_is_gone_is_found(result):
    ResultLine.objects.filter(pk=result.lines.last().pk)._raw_delete("default")
    assert [path for path in found(result) if path.startswith("lines[")], found(result)
    assert "rows" not in found(result)


def test_swapped_teams_are_found(result, story):
    first, second = result.lines.all()[:2]
    third = story.office  # a key that no team has
    with connection.constraint_checks_disabled():
        teams = first.team_id, second.team_id
        tamper(first, team=third.pk + 10_000)
        tamper(second, team=teams[0])
        tamper(first, team=teams[1])
    assert found(result) != []


def test_a_published_round_without_its_publication_is_found(result):
    empty(Publication)
    paths = [one.path for verified in verify_published() for one in verified.findings]
    assert paths == ["publications", "publication"]


def test_the_command_says_what_is_verified_and_exits_with_1_on_a_difference(result):
    said = StringIO()
    with override("en"):
        call_command("verify_results", stdout=said)
    assert "Published rounds: 1. Verified: 1. Not matching: 0." in said.getvalue()
    line = ResultLine.objects.select_related("team").first()
    tamper(line, total="99.99")
    said = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_results", "--json", stdout=said)
    assert stopped.value.code == 1
    answer = json.loads(said.getvalue())
    assert answer["differing"] == 1
    assert answer["rounds"][0]["findings"][0] == {
        "path": f"lines[{line.team.code}].total",
        "compared": "stored",
        "found": "99.990000",
        "expected": f"{line.total:.2f}",
    }


def test_an_unpublished_result_is_not_listed(story):
    story.until("approved")
    assert list(verify_published()) == []
