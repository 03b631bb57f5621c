"""Plans: read whole, drafted, adopted as one document, followed by versions with reasons."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments.engine import Source, check, dump, load, read_toml, write_toml
from assessments.models import AdoptedPlan, AssessmentPlan, Indicator
from assessments.plans.plans import PlanFaulty, adopt_plan, fingerprint, save_draft
from assessments.plans.prospects import foreseen
from governance.records.refusals import Invalid, Stale, WrongState
from tests.assessments import work
from tests.assessments.conftest import FROZEN, OPENED, TRIAL

pytestmark = pytest.mark.django_db

PLANS = sorted(Path("tests/data/plans").glob("*.toml"))


@pytest.fixture
def draft(centre) -> AssessmentPlan:
    """The trial's plan as a draft."""
    return save_draft(TRIAL.read_bytes(), by=centre, at=OPENED)


@pytest.mark.parametrize("path", [TRIAL, *PLANS], ids=lambda path: path.stem)
def test_a_plan_comes_in_as_a_draft_and_goes_out_without_loss(centre, path):
    plan = save_draft(path.read_bytes(), by=centre, at=OPENED)
    assert load(plan.draft) == read_toml(path.read_bytes()).document
    assert read_toml(write_toml(load(plan.draft)).encode()).document == load(plan.draft)
    assert (plan.number, plan.state) == (1, "draft")


def test_adopting_freezes_one_canonical_document_and_a_row_per_indicator(draft, centre, centre2):
    adopted = adopt_plan(draft, by=centre2, at=OPENED)
    assert adopted.document == dump(read_toml(TRIAL.read_bytes()).document)
    assert adopted.sha256 == fingerprint(adopted.document)
    rows = list(Indicator.objects.filter(plan=adopted).values_list("code", "kind", "source", "method", "measure"))
    assert rows[0] == ("T1", "base", "measure", "ratio", "task_completion_rate")
    assert rows[-1] == ("P2", "deduction", "events", "events", "")
    assert len(rows) == 9


def test_a_measure_that_does_not_exist_makes_adoption_fail(centre, centre2):
    text = TRIAL.read_text().replace('"reports_late"', '"reports_counted"')
    draft = save_draft(text.encode(), by=centre, at=OPENED)
    with pytest.raises(PlanFaulty) as refused:
        adopt_plan(draft, by=centre2, at=OPENED)
    assert [(fault.code, fault.subject) for fault in refused.value.faults] == [("unknown_measure", "T4")]
    assert not AdoptedPlan.objects.exists()


def test_every_fault_is_named_with_its_place_and_nothing_is_saved(centre):
    text = TRIAL.read_text().replace("points = 25", "points = 26").replace('name = "ratio"', 'name = "ration"', 1)
    with pytest.raises(PlanFaulty) as refused:
        save_draft(text.encode(), by=centre, at=OPENED)
    faults = refused.value.faults
    assert {fault.code for fault in faults} == {"unknown_method", "base_sum"}
    assert all(fault.line and fault.column for fault in faults)
    assert not AssessmentPlan.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[plan\n", b"plan = 1"])
def test_what_is_no_plan_is_refused_with_a_fault(centre, content):
    with pytest.raises(PlanFaulty):
        save_draft(content, by=centre, at=OPENED)


def test_a_draft_is_changed_whole(draft, centre):
    changed = save_draft(TRIAL.read_bytes().replace(b"Late reports", b"Reports too late"), by=centre, at=OPENED)
    assert (changed.pk, changed.version) == (draft.pk, draft.version + 1)
    assert "Reports too late" in changed.draft


def test_a_stale_draft_is_not_overwritten(draft, centre):
    save_draft(TRIAL.read_bytes().replace(b"Late reports", b"One"), by=centre, at=OPENED, seen=draft.version)
    with pytest.raises(Stale):
        save_draft(TRIAL.read_bytes().replace(b"Late reports", b"Two"), by=centre, at=OPENED, seen=draft.version)
    assert "One" in AssessmentPlan.objects.get().draft


def test_an_adopted_plan_is_followed_only_by_a_new_version_with_a_reason(draft, centre, centre2):
    adopted = adopt_plan(draft, by=centre2, at=OPENED)
    with pytest.raises(Invalid) as refused:
        save_draft(TRIAL.read_bytes(), by=centre, at=OPENED)
    assert set(refused.value.fields) == {"reason"}
    second = save_draft(TRIAL.read_bytes(), by=centre, at=OPENED, reason="统一口径")
    assert (second.number, second.reason) == (2, "统一口径")
    assert AdoptedPlan.objects.get() == adopted


def test_an_adopted_plan_is_not_adopted_twice(draft, centre, centre2):
    adopt_plan(draft, by=centre2, at=OPENED)
    with pytest.raises(WrongState):
        adopt_plan(draft, by=centre2, at=OPENED)


def test_the_command_imports_a_file_and_names_every_fault(centre, tmp_path):
    said = StringIO()
    call_command("import_plan", str(TRIAL), "--by", "centre", stdout=said)
    assert "trial-2026-q3, version 1: draft saved." in said.getvalue()
    bad = tmp_path / "bad.toml"
    bad.write_text(TRIAL.read_text().replace("points = 25", "points = 26"))
    with pytest.raises(CommandError, match=r"bad\.toml, line \d+, column \d+"):
        call_command("import_plan", str(bad), "--by", "centre")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.toml", "--by", "centre"], "nowhere.toml: No such file"),
        ([str(TRIAL), "--by", "nobody"], "no account nobody"),
        ([str(TRIAL), "--by", "office"], "."),
    ],
)
def test_the_command_says_what_is_missing(centre, office, arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command("import_plan", *arguments)


def test_a_draft_is_told_for_which_teams_there_would_have_been_nothing_to_measure(story, client):
    """The last period is September: the tasks of the last team were due in it; it has been moved to the year's end."""
    story.form_teams(2)
    idle = story.teams[1]
    for task in idle.tasks.exclude(state="closed_out"):
        work.move(task, at=work.evening(work.FIRST), due_on=date(2026, 12, 31))
    plan = save_draft(TRIAL.read_bytes(), by=story.centre, at=OPENED)
    found = foreseen(check(Source(load(plan.draft))).plan, at=FROZEN)
    assert {one.indicator.code: one.teams for one in found} == {"T1": (idle,), "T3": (idle,)}
    assert not [one for one in found if one.blocks]
    client.force_login(story.centre)
    client.cookies["vanguard_language"] = "en"
    page = client.get(plan.get_absolute_url()).content.decode()
    assert f"{idle.short_name}: nothing to measure; left out; its points are shared among the others." in page


def test_without_a_closed_period_nothing_is_foreseen(draft):
    assert foreseen(check(Source(load(draft.draft))).plan, at=OPENED) == []
