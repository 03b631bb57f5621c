"""The ledger uploaded on screen: tried, looked at, confirmed; whose file it is; what changed meanwhile."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from governance.clock import now
from governance.records.models import AuditEvent, SavedUpload, StoredFile
from governance.records.refusals import Refused
from governance.records.tried_uploads import CarriedOut, keep_tried
from teams import models
from teams.ledger.ledger_import import import_ledger, try_ledger
from tests.racing import race

from ..ledger.file.books import HEADER, ROW, book, fixture, row, saved
from ..ledger.test_ledger_import import accept_report_on, lay_out

pytestmark = pytest.mark.django_db

PAGE = "/tasks/import/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Files are kept in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def in_english():
    """Messages are read as they are written."""
    with translation.override("en"):
        yield


@pytest.fixture
def governance(db, demo_today):
    return lay_out()


@pytest.fixture
def desk(client, governance, office, settings):
    """The office's browser."""
    client.force_login(office)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def sent(content, name="台账.xlsx"):
    content = content.read_bytes() if hasattr(content, "read_bytes") else content.getvalue()
    return {"file": SimpleUploadedFile(name, content), "year": "2026"}


def tried(desk, content):
    """The address of the dry run of a file, and the page."""
    response = desk.post(PAGE, sent(content))
    assert response.status_code == 302, response.content.decode()
    return response.url, desk.get(response.url)


def confirm(desk, url, page):
    return desk.post(url, {"seen": page.context["dry_run"].fingerprint}, follow=True)


def ledger(*rows):
    return saved(book(("台账", [HEADER, *rows])))


def test_a_dry_run_writes_no_task_and_its_confirmation_writes_what_it_said(desk):
    url, page = tried(desk, fixture("06"))
    assert not models.Task.objects.exists()
    assert not SavedUpload.objects.exists()
    assert len(page.context["dry_run"].added) == 13
    assert "13 would be added" in page.content.decode()
    done = confirm(desk, url, page)
    assert models.Task.objects.count() == 13
    upload = SavedUpload.objects.get()
    assert (upload.file.name, done.context["counts"]["added"]) == ("台账.xlsx", 13)
    assert upload.file.blob.open("rb").read() == fixture("06").read_bytes()
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["try_file", "import_ledger"]


def test_a_dry_run_whose_file_is_gone_leads_back_to_the_form(desk):
    url, page = tried(desk, ledger(ROW))
    blob = StoredFile.objects.get().blob
    blob.storage.delete(blob.name)
    for answer in (desk.get(url, follow=True), confirm(desk, url, page)):
        assert answer.redirect_chain == [(PAGE, 302)]
        assert "The uploaded file is no longer on the server. Choose it again." in answer.content.decode()
    assert not models.Task.objects.exists()


def test_the_page_says_per_task_what_would_change(desk):
    import_ledger(models.SpecialAction.objects.get(), ledger(ROW), year=2026, by=None, at=now())
    _, page = tried(desk, ledger(row(重点任务="示范走廊建设", 当前进度="60%", 责任单位="县财政局、县教育局")))
    (changed,) = page.context["dry_run"].changed
    assert changed.about == "1 示范走廊"
    assert [(str(each.name), each.was, each.now) for each in changed.fields] == [
        ("title", "示范走廊", "示范走廊建设"),
        ("percent done", "25%", "60%"),
        ("joint departments", "", "县教育局"),
    ]
    assert "<del>25%</del>" in page.content.decode()


def test_what_a_report_has_said_is_not_touched_and_the_page_says_why(desk, office):
    import_ledger(models.SpecialAction.objects.get(), ledger(ROW), year=2026, by=None, at=now())
    task = models.Task.objects.get()
    accept_report_on(task, by=office, at=now(), percent=25)
    url, page = tried(desk, ledger(row(当前进度="90%", 备注="新")))
    (kept,) = page.context["dry_run"].untouched
    assert "percent done remains 25%; the file says 90%" in kept.sentence
    assert "the report takes precedence over the ledger" in kept.sentence
    confirm(desk, url, page)
    task.refresh_from_db()
    assert (task.percent, task.note) == (25, "新")


def test_a_ledger_that_says_what_stands_offers_nothing_to_confirm(desk):
    import_ledger(models.SpecialAction.objects.get(), ledger(ROW), year=2026, by=None, at=now())
    _, page = tried(desk, ledger(ROW))
    assert page.context["dry_run"].writes == 0
    assert "there is nothing to save" in page.content.decode()
    assert 'type="submit" class="button button-primary"' not in page.content.decode().split("<main")[1]


def test_faults_are_named_by_cell_and_the_file_is_not_kept(desk):
    response = desk.post(PAGE, sent(ledger(row(完成时限=6.3))))
    assert response.status_code == 422
    assert response.context["dry_run"].told_faults == [
        (
            "台账!G2",
            (
                "“6.3” is just a number, not a date. "
                "Write the date as text, such as 6月30日, or format the cell as a date."
            ),
        )
    ]
    assert "台账!G2" in response.content.decode()
    assert not StoredFile.objects.exists()


def test_the_reasons_are_in_the_readers_language(desk, settings):
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    page = desk.post(PAGE, sent(ledger(row(完成时限=6.3)))).content.decode()
    assert "6月30日" in page
    assert "bare number" not in page


def test_nobody_else_finds_the_file(desk, office2):
    url, page = tried(desk, fixture("06"))
    desk.force_login(office2)
    assert desk.get(url).status_code == 404
    assert desk.post(url, {"seen": page.context["dry_run"].fingerprint}).status_code == 404
    assert not models.Task.objects.exists()


def test_who_is_not_of_the_office_uploads_nothing(client, governance, centre):
    client.force_login(centre)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, sent(fixture("06"))).status_code == 403
    assert not StoredFile.objects.exists()


def test_a_second_confirmation_finds_it_done(desk):
    url, page = tried(desk, fixture("06"))
    confirm(desk, url, page)
    again = confirm(desk, url, page)
    assert "already been imported" in again.content.decode()
    assert SavedUpload.objects.count() == 1


def test_what_changed_meanwhile_is_shown_again_before_anything_is_written(desk):
    import_ledger(models.SpecialAction.objects.get(), ledger(ROW), year=2026, by=None, at=now())
    url, page = tried(desk, ledger(row(重点任务="甲"), row(序号=2)))
    import_ledger(models.SpecialAction.objects.get(), ledger(row(重点任务="乙")), year=2026, by=None, at=now())
    response = confirm(desk, url, page)
    assert response.status_code == 409
    assert "has changed since you checked it" in response.content.decode()
    assert models.Task.objects.get().title == "乙"
    (changed,) = response.context["dry_run"].changed
    assert changed.fields[0].was == "乙"
    confirm(desk, url, response)
    assert models.Task.objects.get(number=1).title == "甲"


def test_a_fault_that_came_up_meanwhile_stops_the_confirmation(desk):
    import_ledger(models.SpecialAction.objects.get(), ledger(ROW), year=2026, by=None, at=now())
    url, page = tried(desk, ledger(row(重点任务="甲")))
    models.SpecialTeam.objects.filter(name="乡村振兴专班").update(name="改名专班", short_name="改名", code="renamed")
    response = confirm(desk, url, page)
    assert response.status_code == 422
    assert models.Task.objects.get().title == "示范走廊"


@pytest.mark.parametrize("query", ["", "?year=", "?year=abc", "?year=99999999999999999999"])
def test_an_address_without_its_year_is_no_page(desk, query):
    url, _ = tried(desk, fixture("06"))
    assert desk.get(url.split("?")[0] + query).status_code == 404


def with_part(name):
    """The fixture's workbook with one more part."""
    file = BytesIO(fixture("06").read_bytes())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(name, b"\x00" * 64)
    return file


HOSTILE = {
    "macros": (with_part("xl/vbaProject.bin"), "contains macros"),
    "not a workbook": (BytesIO(b"<html><script>alert(1)</script>"), "not an .xlsx workbook"),
    "old format": (BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), "old .xls workbook"),
    "empty": (BytesIO(b""), "The file is empty"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_plain_workbook_is_refused_with_the_reason(desk, name):
    content, reason = HOSTILE[name]
    response = desk.post(PAGE, sent(content))
    assert response.status_code == 422
    assert reason in response.content.decode()
    assert not StoredFile.objects.exists()


def test_a_name_is_cleaned_before_it_is_kept(desk):
    desk.post(PAGE, sent(fixture("06"), name="a\u202exslx.exe.xlsx"))
    assert "\u202e" not in StoredFile.objects.get().name


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_of_two_confirmations_of_one_file_one_writes(demo_today, office, at):
    action = lay_out()
    with fixture("06").open("rb") as content:
        file = keep_tried(content, name="a.xlsx", kind="ledger", rule="import_ledger", row=action, by=office, at=at)
    seen = try_ledger(action, fixture("06"), year=2026, at=at).dry_run.fingerprint

    def load():
        def send():
            with file.blob.storage.open(file.blob.name, "rb") as content:
                return import_ledger(action, content, year=2026, by=office, at=at, tried=file, seen=seen)

        return send

    outcomes = race(load, load)
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [CarriedOut], outcomes
    assert models.Task.objects.count() == 13
    assert SavedUpload.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_a_task_changed_at_the_same_moment_is_never_overwritten_unseen(demo_today, office, at):
    action = lay_out()
    import_ledger(action, ledger(ROW), year=2026, by=office, at=at)
    mine, theirs = ledger(row(重点任务="甲")), ledger(row(重点任务="乙"))
    seen = try_ledger(action, mine, year=2026, at=at).dry_run.fingerprint
    confirmed = race(
        lambda: lambda: import_ledger(action, mine, year=2026, by=office, at=at, name="m.xlsx", seen=seen),
        lambda: lambda: import_ledger(action, theirs, year=2026, by=office, at=at, name="t.xlsx"),
    )
    title = models.Task.objects.get().title
    if confirmed[0].error is None:
        assert title == "乙"  # mine came first, as it was seen; theirs, whom nobody asked, after it
    else:
        assert isinstance(confirmed[0].error, Refused)
        assert title == "乙"


def test_a_new_task_is_shown_with_the_state_level_and_quantity_with_which_it_begins(desk):
    header = [*HEADER, "目标值", "已完成"]
    counted = [*row(序号=1, 当前进度=None), "30个", 12]
    closed = [*row(序号=2, 当前进度="100%", 备注="已销号"), "", ""]
    _, page = tried(desk, saved(book(("台账", [header, counted, closed]))))
    shown = [{str(each.name): str(each.now) for each in added.fields} for added in page.context["dry_run"].added]
    assert (shown[0]["state"], shown[0]["level"], shown[0]["percent done"]) == ("In progress", "Key", "40%")
    assert (shown[0]["target"], shown[0]["unit"], shown[0]["done"]) == ("30", "个", "12")
    assert shown[1]["state"] == "Closed out"
    assert "unit" not in shown[1]


def test_the_page_says_what_was_read_and_what_was_not(desk):
    workbook = book(("台账", [[*HEADER, "责任人"], [*ROW, "张三"]]), ("旧", [["甲"]]))
    workbook["旧"].sheet_state = "hidden"
    _, page = tried(desk, saved(workbook))
    text = page.content.decode()
    assert "The column “责任人” was not read." in text
    assert "The sheet is hidden and was not read." in text
    refused = desk.post(PAGE, sent(saved(book(("台账", [[*HEADER, "责任人"], [*row(完成时限=6.3), "张三"]])))))
    assert refused.status_code == 422
    assert "The column “责任人” was not read." in refused.content.decode()


def test_a_start_is_asked_once_and_kept_until_the_ledger_is_imported(desk):
    startless = [name for name in HEADER if name != "开始时间"]
    cells = [value for name, value in zip(HEADER, ROW, strict=True) if name != "开始时间"]
    url, page = tried(desk, saved(book(("台账", [startless, cells]))))
    assert "no start column" in page.content.decode()
    assert 'name="seen"' in page.content.decode()
    assert "Confirm: save" not in page.content.decode()
    refused = confirm(desk, url, page)
    assert refused.status_code == 422
    assert not models.Task.objects.exists()
    assert desk.get(f"{url}&start=nonsense").status_code == 404
    answered = f"{url}&start=2026-04-01"
    page = desk.get(answered)
    assert "Confirm: save" in page.content.decode()
    confirm(desk, answered, page)
    assert str(models.Task.objects.get().start_on) == "2026-04-01"


def test_a_start_may_be_given_beside_the_file(desk):
    startless = [name for name in HEADER if name != "开始时间"]
    cells = [value for name, value in zip(HEADER, ROW, strict=True) if name != "开始时间"]
    response = desk.post(PAGE, sent(saved(book(("台账", [startless, cells])))) | {"start": "2026-04-01"})
    assert "start=2026-04-01" in response.url
    assert desk.get(response.url).context["dry_run"].may_be_written
