"""A plan as a workbook: out and in again without loss; what is no plan is refused with its place."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessments.engine import dump, read_toml
from assessments.models import AssessmentPlan
from assessments.plans.files import read_workbook, workbook_chunks
from assessments.plans.plans import PlanFaulty, save_draft
from governance.records.refusals import Invalid
from tests.assessments.conftest import OPENED, TRIAL
from tests.assessments.plans.test_plans import PLANS

pytestmark = pytest.mark.django_db


def workbook_of(document) -> bytes:
    return b"".join(workbook_chunks(document))


def edited(content: bytes, sheet: str, cell: str, value: object) -> bytes:
    """The workbook after somebody typed into a cell and saved it in a spreadsheet program."""
    workbook, file = load_workbook(io.BytesIO(content)), io.BytesIO()
    workbook[sheet][cell] = value
    workbook.save(file)
    return file.getvalue()


@pytest.mark.parametrize("path", [TRIAL, *PLANS], ids=lambda path: path.stem)
def test_a_plan_goes_out_as_a_workbook_and_comes_in_without_loss(centre, path):
    document = read_toml(path.read_bytes()).document
    plan = save_draft(workbook_of(document), by=centre, at=OPENED)
    assert plan.draft == dump(document)


def test_texts_that_a_spreadsheet_would_read_otherwise_come_back():
    texts = ["=1+1", "-0.50", "@x", "'=1", "_x0041_", "a\nb", "\x0b", "1.50", "true", "json:1"]
    document = {"plan": {"title": "t", "basis": "b"}, "grades": [{"code": text, "title": text} for text in texts]}
    assert dump(read_workbook(workbook_of(document)).document) == dump(document)


def test_a_number_typed_into_the_workbook_is_read(centre):
    content = workbook_of(read_toml(TRIAL.read_bytes()).document)
    rows = {row[0].value: row[1].coordinate for row in load_workbook(io.BytesIO(content))["plan"].iter_rows()}
    plan = save_draft(edited(content, "plan", rows["bonus_cap"], 3.5), by=centre, at=OPENED)
    assert '"bonus_cap":"3.5"' in plan.draft


def test_a_fault_is_named_with_row_and_column_and_nothing_is_saved(centre):
    content = workbook_of(read_toml(TRIAL.read_bytes()).document)
    with pytest.raises(PlanFaulty) as refused:
        save_draft(edited(content, "grades", "D2", "many"), by=centre, at=OPENED)
    assert [(fault.code, fault.line, fault.column) for fault in refused.value.faults] == [("not_number", 2, 4)]
    assert not AssessmentPlan.objects.exists()


def test_a_damaged_workbook_is_refused_in_words(centre):
    with pytest.raises(Invalid) as refused:
        save_draft(b"PK\x03\x04 no zip", by=centre, at=OPENED)
    assert "file" in refused.value.fields


def test_the_page_gives_the_workbook_and_takes_it_back(client, centre):
    plan = save_draft(TRIAL.read_bytes(), by=centre, at=OPENED)
    client.force_login(centre)
    content = b"".join(client.get(reverse("plan_workbook", args=[plan.code, plan.number])).streaming_content)
    file = io.BytesIO(edited(content, "plan", "B5", "Basis No. 9"))
    file.name = "plan.xlsx"
    assert client.post(reverse("plan_new"), {"file": file, "version": plan.version}).status_code == 302
    assert AssessmentPlan.objects.get().version == plan.version + 1
