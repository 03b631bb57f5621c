"""The workbook of a report: what is downloaded comes back unchanged, what was typed is written, the rest is named."""

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from governance.records.dry_runs import FileRefused, MovedOn
from governance.records.models import AuditEvent, SavedUpload
from governance.records.refusals import NotAllowed, WrongState
from governance.records.tried_uploads import CarriedOut, keep_tried
from teams.models import HelpRequest, NextStep, ProgressReport, ReportEntry, ReportingPeriod
from teams.reports.drafts import save_report
from teams.reports.workbook import report_chunks
from teams.reports.workbook_columns import OUTCOME_UNKNOWN, OUTCOMES, TABLES
from teams.reports.workbook_import import REPORT_UPLOAD, import_report, try_report
from teams.reports.written import Matter, NextStepLine, ReportRow, Written
from tests import factories
from tests.racing import race
from tests.teams.sample_reports import DRAFTED, EVERYBODY, SUBMITTED, accepted, drafted, moment, step, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DRAFTED_ON = DRAFTED.date()
SHEETS = {table.key: table for table in TABLES}


@pytest.fixture
def draft(team, period, road, yards, liaison, forestry):
    """A draft with rows and lines."""
    rows = [
        ReportRow(road.pk, percent=Decimal("58.33"), text="完成二标段路面1.2公里\n签约3户"),
        ReportRow(yards.pk, no_change=True),
    ]
    written = Written(
        rows=rows,
        matters=[Matter("林地手续", forestry, date(2026, 10, 30)), Matter("=资金")],
        steps=[NextStepLine("古城镇4个村完工", date(2026, 11, 5)), NextStepLine("三标段路基贯通")],
    )
    return save_report(team, period, written, by=liaison, at=DRAFTED)


def sheet_of(team, period, on=DRAFTED_ON):
    """The workbook as openpyxl opens it."""
    return load_workbook(io.BytesIO(b"".join(report_chunks(team, period, on=on))))


def back(book):
    """The workbook as it is uploaded."""
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    return content


def column(book, table, name):
    """(worksheet, header row, column number) of a column by its name."""
    sheet = book[SHEETS[table].name]
    for row in sheet.iter_rows(max_row=6):
        for cell in row:
            if cell.value == name:
                return sheet, cell.row, cell.column
    raise AssertionError(name)


def enter(book, table, name, value, *, row=1):
    """Type into the `row`-th line below the header."""
    sheet, head, place = column(book, table, name)
    sheet.cell(head + row, place).value = value
    return f"{sheet.title}!{sheet.cell(head + row, place).coordinate}"


def tried(team, period, book, at=SUBMITTED):
    return try_report(team, period, back(book), at=at)


def carry_out(team, period, book, person, at=SUBMITTED, behalf="", seen=None):
    """Upload, look, confirm."""
    rule = "enter_report_on_paper" if behalf else "save_report"
    about = {"kind": REPORT_UPLOAD, "rule": rule, "row": team, "by": person, "at": at}
    file = keep_tried(back(book), name="报告.xlsx", **about)
    seen = tried(team, period, book, at).dry_run.fingerprint if seen is None else seen
    return import_report(team, period, back(book), tried=file, seen=seen, by=person, at=at, behalf=behalf)


# What comes back -----------------------------------------------------------------------------------------------------


def test_it_is_filled_with_what_stands_in_the_draft(team, period, draft, road, yards):
    book = sheet_of(team, period)
    sheet, head, place = column(book, "rows", "完成进度")
    assert sheet.cell(head + 1, place).value == pytest.approx(0.5833)
    sheet, head, place = column(book, "rows", "累计完成数")
    assert sheet.cell(head + 2, place).value == 30
    sheet, head, place = column(book, "matters", "事项")
    assert sheet.cell(head + 2, place).value == "'=资金"


def test_unchanged_it_changes_nothing(team, period, draft):
    found = tried(team, period, sheet_of(team, period))
    assert (found.writes, found.dry_run.faults, found.dry_run.unchanged) == (False, [], 6)


def test_without_a_draft_it_is_prefilled_with_what_was_before(team, period, road, yards):
    found = tried(team, period, sheet_of(team, period))
    assert (found.writes, found.dry_run.unchanged) == (False, 2)


TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=60)
LINES = TEXTS.filter(str.strip)
DAYS = st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(
    percent=st.none() | st.decimals(0, 100, places=2),
    done=st.none() | st.decimals(0, 5000, places=2),
    texts=st.tuples(TEXTS, TEXTS, TEXTS, TEXTS),
    boxes=st.tuples(st.booleans(), st.booleans()),
    asked=DAYS,
    matters=st.lists(st.tuples(LINES, DAYS), max_size=3),
    steps=st.lists(st.tuples(LINES, DAYS), max_size=3),
)
@example(None, None, ("", "", "", "_x0000_"), (False, False), None, [("_x005F_x0041_", None)], [])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_draft_comes_back_unchanged(
    team, period, road, yards, head, percent, done, texts, boxes, asked, matters, steps
):
    _forget()
    report = ProgressReport.objects.create(team=team, period=period)
    ReportEntry.objects.create(
        report=report, task=road, percent=percent, text=texts[0], reason=texts[1], no_change=boxes[0], asks_due_on=asked
    )
    ReportEntry.objects.create(
        report=report, task=yards, done=done, text=texts[2], asks_close_out=boxes[1], ask_reason=texts[3]
    )
    for order, (text, day) in enumerate(matters):
        HelpRequest.objects.create(report=report, order=order, text=text, due_on=day)
    for order, (text, day) in enumerate(steps):
        NextStep.objects.create(report=report, order=order, text=text, due_on=day)
    found = tried(team, period, sheet_of(team, period))
    assert found.dry_run.faults == []
    assert found.writes is False


def _forget():
    """Nothing of the example before is left."""
    for model in (NextStep, HelpRequest, ReportEntry, ProgressReport):
        model.objects.all().delete()


# What was typed ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "field", "stored"),
    [
        ("完成进度", "60%", "percent", Decimal(60)),
        ("完成进度", 0.61, "percent", Decimal(61)),
        ("工作进展及成效", "三标段开工", "text", "三标段开工"),
        ("下降原因", "雨季", "reason", "雨季"),
        ("申请延期至", "2026年12月31日", "asks_due_on", date(2026, 12, 31)),
        ("申请销号", "是", "asks_close_out", True),
    ],
)
def test_one_edited_cell_changes_exactly_that(team, period, draft, road, liaison, name, value, field, stored):
    def snapshot():
        fields = [
            each.name for each in ReportEntry._meta.fields if each.name not in ("edited_by", "edited_at", "version")
        ]
        return {
            "rows": list(ReportEntry.objects.order_by("pk").values(*fields)),
            "lines": list(HelpRequest.objects.values()) + list(NextStep.objects.values()),
        }

    before = snapshot()
    book = sheet_of(team, period)
    enter(book, "rows", name, value)
    found = carry_out(team, period, book, liaison)
    assert [change.about for change in found.dry_run.changed] == [str(road)]
    after = snapshot()
    changed = next(row for row in before["rows"] if row["task"] == road.pk)
    changed[field] = stored
    assert after == before


def test_a_count_is_written_and_the_percent_follows(team, period, draft, yards, liaison):
    book = sheet_of(team, period)
    enter(book, "rows", "累计完成数", "33个村", row=2)
    enter(book, "rows", "本期无变化", None, row=2)
    carry_out(team, period, book, liaison)
    entry = ReportEntry.objects.get(task=yards)
    assert (entry.done, entry.no_change) == (33, False)


def test_a_number_that_is_hard_to_believe_is_named_before_it_is_written(team, period, draft, road, yards, liaison):
    book = sheet_of(team, period)
    enter(book, "rows", "累计完成数", "9999个村", row=2)
    enter(book, "rows", "本期无变化", None, row=2)
    found = tried(team, period, book)
    said = [
        (
            str(yards),
            "9,999 of 40 个村: 250 times the target. Check it: before the report is submitted, it has to be confirmed.",
        )
    ]
    assert [(remark.about, str(remark.sentence)) for remark in found.dry_run.remarks] == said
    assert (found.dry_run.faults, len(found.rows)) == ([], 1)
    carry_out(team, period, book, liaison)
    assert (ReportEntry.objects.get(task=yards).done, ReportEntry.objects.get(task=yards).confirmed) == (9999, None)
    again = tried(team, period, sheet_of(team, period))
    assert ([remark.about for remark in again.dry_run.remarks], again.writes) == ([str(yards)], False)
    ReportEntry.objects.filter(task=yards).update(confirmed=9999)
    assert tried(team, period, sheet_of(team, period)).dry_run.remarks == []


def test_lines_are_added_changed_and_taken_out(team, period, draft, liaison, forestry):
    book = sheet_of(team, period)
    enter(book, "matters", "事项", "土地手续", row=2)
    enter(book, "matters", "请求单位", "林业局", row=2)
    enter(book, "steps", "打算", None, row=2)
    enter(book, "steps", "打算", "四标段开工", row=3)
    enter(book, "steps", "完成时限", date(2026, 11, 20), row=3)
    carry_out(team, period, book, liaison)
    assert list(draft.help_requests.values_list("text", "to", "due_on")) == [
        ("林地手续", forestry.pk, date(2026, 10, 30)),
        ("土地手续", forestry.pk, None),
    ]
    assert list(draft.next_steps.values_list("text", "due_on")) == [
        ("古城镇4个村完工", date(2026, 11, 5)),
        ("四标段开工", date(2026, 11, 20)),
    ]


def test_what_became_of_last_times_steps_is_read(team, period, next_period, road, head, liaison):
    submitted(team, period, road, by=head, steps=[step("签完3户协议"), step("补植补绿")])
    at = moment(31, 9)
    book = sheet_of(team, next_period, on=at.date())
    enter(book, "said", "落实情况", "已完成", row=1)
    enter(book, "said", "落实情况", "未完成", row=2)
    enter(book, "said", "未完成原因", "雨季", row=2)
    carry_out(team, next_period, book, liaison, at=at)
    assert list(NextStep.objects.values_list("outcome", "reason")) == [("done", ""), ("not", "雨季")]
    assert tried(team, next_period, sheet_of(team, next_period, on=at.date()), at=at).writes is False


def test_a_row_or_a_sheet_that_is_not_there_stays_as_it_was(team, period, draft, road, liaison):
    book = sheet_of(team, period)
    del book[SHEETS["matters"].name]
    sheet, head, _ = column(book, "rows", "任务编号")
    sheet.delete_rows(head + 2)
    enter(book, "rows", "下降原因", "雨季")
    carry_out(team, period, book, liaison)
    assert draft.help_requests.count() == 2
    assert ReportEntry.objects.filter(no_change=True).count() == 1


# On behalf -----------------------------------------------------------------------------------------------------------


def test_the_office_enters_it_on_behalf_and_that_is_recorded(team, period, draft, road, office):
    book = sheet_of(team, period)
    enter(book, "rows", "完成进度", "60%")
    carry_out(team, period, book, office, behalf="表格，10月21日收")
    assert ReportEntry.objects.get(task=road).percent == 60
    events = AuditEvent.objects.filter(verb__in=("save_report", "import_report"), by=office)
    assert {(event.verb, event.behalf) for event in events} == {
        ("save_report", "表格，10月21日收"),
        ("import_report", "表格，10月21日收"),
    }


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in ("head", "deputy", "liaison")])
def test_only_those_who_draft_import_it_as_their_own(team, period, draft, liaison, who, request):
    book = sheet_of(team, period)
    enter(book, "rows", "完成进度", "60%")
    about = {"kind": REPORT_UPLOAD, "rule": "save_report", "row": team, "by": liaison, "at": SUBMITTED}
    file = keep_tried(back(book), name="报告.xlsx", **about)
    with pytest.raises(NotAllowed):
        import_report(team, period, back(book), tried=file, seen=None, by=request.getfixturevalue(who), at=SUBMITTED)


def test_the_file_is_kept_with_what_came_of_it(team, period, draft, liaison):
    book = sheet_of(team, period)
    enter(book, "rows", "完成进度", "60%")
    carry_out(team, period, book, liaison)
    upload = SavedUpload.objects.get()
    assert (upload.kind, upload.file.by) == ("report", liaison)
    assert '"changed":1' in upload.outcome


# Faults --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "name", "value", "row", "code"),
    [
        ("rows", "任务编号", "2026-9999", 1, "report_task_unknown"),
        ("rows", "任务编号", None, 1, "report_task_unknown"),
        ("rows", "完成进度", "很多", 1, "percent_unreadable"),
        ("rows", "完成进度", "120%", 1, "percent_out_of_range"),
        ("rows", "完成进度", "50%", 2, "report_count_expected"),
        ("rows", "累计完成数", 5, 1, "report_percent_expected"),
        ("rows", "累计完成数", -5, 2, "quantity_negative"),
        ("rows", "本期无变化", "也许", 1, "report_not_yes"),
        ("rows", "工作进展及成效", "长" * 4001, 1, "report_too_long"),
        ("rows", "申请延期至", "下个月的某天", 1, "date_unreadable"),
        ("matters", "请求单位", "县某某局", 1, "department_near"),
        ("matters", "事项", None, 1, "report_words_missing"),
        ("matters", "事项", "长" * 501, 1, "report_too_long"),
        ("steps", "完成时限", 6.3, 1, "date_impossible"),
    ],
)
def test_what_cannot_be_is_named_with_its_cell_and_nothing_is_written(
    team, period, draft, liaison, table, name, value, row, code
):
    book = sheet_of(team, period)
    place = enter(book, table, name, value, row=row)
    found = tried(team, period, book)
    assert [
        (fault.code.replace("department_unknown", "department_near"), fault.place) for fault in found.dry_run.faults
    ] == [(code, place)]
    version = draft.version
    with pytest.raises(FileRefused):
        carry_out(team, period, book, liaison, seen="")
    draft.refresh_from_db()
    assert draft.version == version


def test_a_task_that_stands_twice_is_a_fault(team, period, draft, road):
    book = sheet_of(team, period)
    enter(book, "rows", "任务编号", f"{road.year}-{road.number}", row=2)
    assert [fault.code for fault in tried(team, period, book).dry_run.faults] == ["report_task_twice"]


def test_close_out_and_a_later_day_are_not_asked_together(team, period, draft):
    book = sheet_of(team, period)
    enter(book, "rows", "申请销号", "是")
    enter(book, "rows", "申请延期至", date(2026, 12, 31))
    assert [fault.code for fault in tried(team, period, book).dry_run.faults] == ["report_asks_both"]


def test_a_line_that_was_answered_is_not_changed(team, period, draft, office):
    HelpRequest.objects.filter(text="林地手续").update(
        asked_at=DRAFTED, answered_at=SUBMITTED, answered_by=office, answer="办结"
    )
    book = sheet_of(team, period)
    enter(book, "matters", "事项", "改了", row=1)
    assert [fault.code for fault in tried(team, period, book).dry_run.faults] == ["report_line_settled"]


def test_another_workbook_is_refused(team, period, draft):
    book = sheet_of(team, period)
    book[SHEETS["rows"].name].title = "别的"
    assert [fault.code for fault in tried(team, period, book).dry_run.faults] == ["report_sheet_missing"]


def test_no_workbook_at_all_is_refused(team, period, draft):
    found = try_report(team, period, io.BytesIO(b"%PDF-1.7"), at=SUBMITTED)
    assert [fault.code for fault in found.dry_run.faults] == ["not_xlsx"]


def test_what_is_submitted_takes_no_sheet(team, period, road, head, office):
    book = sheet_of(team, period)
    enter(book, "rows", "完成进度", "60%")
    accepted(team, period, road, by=head, office=office)
    with pytest.raises(WrongState):
        carry_out(team, period, book, head, at=moment(22, 12))


def test_a_closed_period_takes_no_sheet(team, period, draft, liaison, office):
    book = sheet_of(team, period)
    enter(book, "rows", "完成进度", "60%")
    ReportingPeriod.objects.filter(pk=period.pk).update(closed_at=moment(22), closed_by=office)
    with pytest.raises(WrongState):
        carry_out(team, period, book, liaison, at=moment(22, 12))


def test_what_changed_since_it_was_looked_at_is_looked_at_again(team, period, draft, road, liaison):
    book = sheet_of(team, period)
    enter(book, "rows", "完成进度", "60%")
    seen = tried(team, period, book).dry_run.fingerprint
    save_report(team, period, Written(rows=[ReportRow(road.pk, percent=Decimal(59))]), by=liaison, at=SUBMITTED)
    with pytest.raises(MovedOn):
        carry_out(team, period, book, liaison, seen=seen)
    assert ReportEntry.objects.get(task=road).percent == 59


# Cost, and two at once -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 20])
def test_trying_costs_the_same_for_two_tasks_and_twenty(team, period, head, count, query_budget):
    tasks = [factories.make_task(team=team) for _ in range(count)]
    drafted(team, period, *tasks, by=head)
    content = back(sheet_of(team, period))
    with query_budget("try_report", "any number of tasks"):
        try_report(team, period, content, at=SUBMITTED)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_confirmations_carry_it_out_once(team, period, draft, road, liaison):
    book = sheet_of(team, period)
    enter(book, "rows", "完成进度", "60%")
    content = back(book).getvalue()
    about = {"kind": REPORT_UPLOAD, "rule": "save_report", "row": team, "by": liaison, "at": SUBMITTED}
    file = keep_tried(io.BytesIO(content), name="报告.xlsx", **about)
    seen = try_report(team, period, io.BytesIO(content), at=SUBMITTED).dry_run.fingerprint

    def open_page():
        return lambda: import_report(team, period, io.BytesIO(content), tried=file, seen=seen, by=liaison, at=SUBMITTED)

    outcomes = race(open_page, open_page)
    (error,) = [outcome.error for outcome in outcomes if outcome.error]
    assert type(error) is CarriedOut
    assert SavedUpload.objects.count() == 1
    assert AuditEvent.objects.filter(verb="import_report").count() == 1


def test_the_fault_of_an_outcome_names_every_word_that_is_read():
    assert [words[0] for words in OUTCOMES.values() if words[0] not in OUTCOME_UNKNOWN.template] == []
