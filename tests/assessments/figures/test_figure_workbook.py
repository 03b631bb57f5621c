"""Figures as a workbook: template out, filled in, tried, imported; every refusal names its cell."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.figures.supplying import Line
from assessments.models import Figure, FigureDraft
from governance.records.models import AuditEvent
from tests.assessments.figures.test_figure_pages import at, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(bureau):
    """A person of the bureau, which supplies T7 as well."""
    bureau.supplies("T7")
    browser = signed_in(bureau.person)
    browser.cookies["vanguard_language"] = "en"
    return browser


def template(browser, story, code="T7"):
    answer = browser.get(at("figure_import", story, code=code) + "?empty=1")
    assert answer["Content-Type"].endswith("sheet")
    return openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))


def filled(book, lines):
    """The sheet with cells written by (row below the header, column)."""
    sheet = book.worksheets[0]
    top = next(row[0].row for row in sheet.iter_rows() if row[0].value == "专班")
    for (row, column), value in lines.items():
        sheet.cell(top + row, column, value)
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile("数据.xlsx", content.getvalue())


GOOD = {
    (row, column): value for row, value in ((1, 20), (2, "12.5"), (3, 0)) for column, value in ((2, value), (3, 24))
}
GOOD |= {(row, column): text for row in (1, 2, 3) for column, text in ((4, "垣统函〔2026〕18号"), (5, "核定表"))}


def test_the_template_has_a_row_for_each_team_and_comes_back_as_it_was_filled_in(browser, bureau, story):
    book = template(browser, story)
    names = [row[0].value for row in book.worksheets[0].iter_rows() if row[0].value]
    assert names[-3:] == [team.name for team in story.teams[:3]]
    tried = browser.post(at("figure_import", story, code="T7"), {"file": filled(book, GOOD)})
    assert tried.status_code == 302, tried.content.decode()
    assert not FigureDraft.objects.exists()
    run = browser.get(tried.url)
    assert run.context["dry_run"].counts == {"added": 0, "changed": 3, "unchanged": 0}
    done = browser.post(tried.url, {"seen": run.context["dry_run"].fingerprint}, follow=True)
    assert done.status_code == 200
    assert list(FigureDraft.objects.order_by("source__team__order").values_list("value", "target")) == [
        ("20", 24),
        ("12.5", 24),
        ("0", 24),
    ]
    assert AuditEvent.objects.filter(verb="import_figures").count() == 1
    assert not Figure.objects.exists()  # saved, not confirmed
    again = browser.post(at("figure_import", story, code="T7"), {"file": filled(template(browser, story), {})})
    assert browser.get(again.url).context["dry_run"].counts == {"added": 0, "changed": 0, "unchanged": 3}
    bureau.confirm("T7")
    assert Figure.objects.count() == 3


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({(1, 1): "没有的专班"}, "A", "supplies no figure"),
        ({(1, 2): "很多"}, "B", "must be a number"),
        ({(1, 2): -1}, "B", "must be 0 or more"),
        ({(1, 2): 4800}, "B", "Is that correct"),
        ({(1, 3): "x"}, "C", "a target is a number"),
        ({(1, 6): "也许"}, "F", "neither"),
        ({(1, 6): "是"}, "B", "not both"),
    ],
)
def test_a_cell_that_cannot_be_is_named_and_nothing_is_written(browser, story, cells, column, said):
    tried = browser.post(
        at("figure_import", story, code="T7"), {"file": filled(template(browser, story), GOOD | cells)}
    )
    assert tried.status_code == 422
    [fault] = tried.context["dry_run"].faults
    assert fault.column == column
    assert said in tried.context["dry_run"].told_faults[0][1]
    assert not FigureDraft.objects.exists()


def test_a_doubtful_value_that_was_checked_is_taken(browser, story):
    cells = GOOD | {(1, 2): 480, (1, 7): "是"}
    tried = browser.post(at("figure_import", story, code="T7"), {"file": filled(template(browser, story), cells)})
    assert tried.status_code == 302


def test_a_locked_row_may_stand_as_it_is_and_not_change(browser, bureau, story):
    lines = {team.code: Line("20", "24") for team in story.teams[:3]}
    bureau.save(lines, code="T7")
    same, other = filled(template(browser, story), {}), filled(template(browser, story), {(1, 2): 21})
    bureau.confirm("T7")
    where = at("figure_import", story, code="T7")
    assert browser.post(where, {"file": same}).status_code == 302
    tried = browser.post(where, {"file": other})
    assert tried.status_code == 422 and "locked" in tried.context["dry_run"].told_faults[0][1]


def test_once_everything_is_confirmed_there_is_nothing_to_import(browser, bureau, story):
    bureau.save({team.code: Line("20", "24") for team in story.teams[:3]}, code="T7")
    bureau.confirm("T7")
    assert browser.get(at("figure_import", story, code="T7")).status_code == 302
    assert browser.get(at("figure_import", story, code="T7") + "?empty=1").status_code == 302


def test_the_tried_file_of_somebody_else_is_not_found(browser, bureau, story):
    tried = browser.post(at("figure_import", story, code="T7"), {"file": filled(template(browser, story), GOOD)})
    assert signed_in(bureau.colleague).get(tried.url).status_code == 404
    assert signed_in(story.centre).get(reverse("figure_list")).status_code == 200
