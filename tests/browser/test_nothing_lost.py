"""Nothing typed or photographed is lost: two people, a cut connection, a slow line, an ended session, a reload in each.

Two journeys lost data once and are walked step by step: two people enter one figure; a photo is taken without a
connection and the page is loaded again.
"""

import io
import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from assessments.models import Figure
from governance.people.accounts import create_account
from governance.people.models import User
from governance.people.roles import Role
from governance.records.models import AuditEvent
from teams.models import EntryEvidence, ProgressReport, ReportEntry, ReportSubmission, Task, TaskVersion
from teams.tasks.close_outs import ask_close_out
from tests.browser import beginnings, rounds
from tests.browser.conftest import DESK, PHONE, Visitor, tell_story
from tests.browser.screens import SCREENS
from tests.browser.test_report_journey import HEAD, LIAISON, REPORT, county, opened, row, saved  # noqa: F401  (a fixture)
from tests.formats.brought import photo

pytestmark = pytest.mark.browser

TEAM = "village-economy"
WAITING, RESTORED = "[data-said='waiting']", "[data-said='restored']"


def noisy(size=(3000, 2250), taken="2026:09:28 09:30:00") -> bytes:
    """A photo that weighs what a phone's photo weighs: its pixels differ."""
    image = Image.effect_noise(size, 90).convert("RGB")
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = taken
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def jpeg(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def slow(page: Page, *, up: int) -> None:
    """A line that sends `up` bytes a second."""
    line = {"offline": False, "latency": 20, "downloadThroughput": 10_000_000, "uploadThroughput": up}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)


def tiles(page: Page):
    return page.locator(".photo")


def reopened(visitor: Visitor, path: str) -> Page:
    """The page is closed and opened anew, as after a restart of the phone."""
    visitor.page.close()
    visitor.page = visitor.context.new_page()
    return visitor.open(path)


# Two hands on one figure ---------------------------------------------------------------------------------------------


@pytest.fixture
def figures(enter) -> tuple[str, str]:
    """The figures page of a collecting round and the field of one team; the centre has a second person."""
    enter("story", tell_story)
    round = rounds.entered()
    create_account(
        by=User.objects.get(username="admin"),
        at=rounds.now(),
        username="centre-second",
        name="考核员乙",
        password=beginnings.PASSWORD,
        own_password=True,
        roles=[Role.ASSESSMENT_CENTRE],
    )
    return f"{reverse('round_figures', args=[round.pk])}?indicator=T7", f"#id_value-{TEAM}"


def latest() -> Figure:
    return Figure.objects.filter(source__team__code=TEAM, source__indicator__code="T7").latest("number")


def enter_figure(page: Page, field: str, value: str) -> None:
    page.fill(field, value)
    page.fill("#id_document", "县统计局函〔2026〕30号")
    page.fill("#id_basis", "更正说明（盖章）")


def submit(page: Page) -> None:
    """Send the form; a figure that is asked whether it is right is said to be."""
    for _twice in range(2):
        page.locator("main form[data-keep] button[type=submit]").last.click()
        page.wait_for_load_state()
        asked = page.locator("input[name^='confirm-']:not(:checked)")
        if not asked.count():
            return
        asked.check()


def test_two_hands_on_one_figure_81_typed_95_entered_meanwhile_81_offered_compared_sent_and_refused(figures, visit):
    address, field = figures
    first, second = visit("zh-hans", DESK, "centre"), visit("zh-hans", DESK, "centre-second")
    first.watch.expected |= {409, 422}
    second.watch.expected |= {422}

    # the first types 81 and the machine is switched off
    page = first.open(address)
    enter_figure(page, field, "81")
    page.wait_for_timeout(500)
    # the second enters 95
    theirs = second.open(address)
    enter_figure(theirs, field, "95")
    submit(theirs)
    second.look()
    assert latest().value == "95"

    # the first comes back: 95 stands in the form, 81 is offered beside it
    page = reopened(first, address)
    expect(page.locator(field)).to_have_value("95")
    notice = page.locator(WAITING)
    expect(notice).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(page.locator(RESTORED)).to_have_count(0)
    notice.locator("summary").click()
    line = notice.locator("tbody tr").first
    expect(line.locator("td").nth(1)).to_have_text("95")
    expect(line.locator("td").nth(2)).to_have_text("81")
    first.look()
    # put back and sent, it carries the number on which it was typed: the server shows both and keeps 95
    notice.locator("[data-keep-restore]").click()
    expect(page.locator(field)).to_have_value("81")
    submit(page)
    expect(page.locator(".stale")).to_contain_text("95")
    assert latest().value == "95"
    first.look()
    # loaded again it is offered again; thrown away it is gone
    page = reopened(first, address)
    expect(page.locator(field)).to_have_value("95")
    page.locator(f"{WAITING} [data-keep-discard]").click()
    page = reopened(first, address)
    expect(page.locator(WAITING)).to_have_count(0)
    assert latest().value == "95"


def test_what_was_saved_is_never_offered_again(figures, visit):
    address, field = figures
    visitor = visit("zh-hans", DESK, "centre")
    visitor.watch.expected |= {422}
    page = visitor.open(address)
    enter_figure(page, field, "八十一")
    submit(page)
    expect(page.locator(".form-errors")).to_be_visible()
    page.fill(field, "81")
    submit(page)
    assert latest().value == "81"
    for _time in range(2):
        expect(page.locator(f"{WAITING}, {RESTORED}")).to_have_count(0)
        expect(page.locator("#id_document")).to_have_value("")
        page = reopened(visitor, address)
    assert [cookie["name"] for cookie in visitor.context.cookies() if cookie["name"].startswith("kept_")] == []


def test_text_comes_back_after_a_reload_when_nothing_has_changed_and_stays_its_person_s(figures, visit):
    address, field = figures
    visitor = visit("zh-hans", DESK, "centre")
    page = visitor.open(address)
    enter_figure(page, field, "81")
    page.wait_for_timeout(500)
    # somebody else signs in on the same machine
    visitor.signed_in("zh-hans", "centre-second")
    page = reopened(visitor, address)
    expect(page.locator(f"{WAITING}, {RESTORED}")).to_have_count(0)
    expect(page.locator("#id_document")).to_have_value("")
    # the first again
    visitor.signed_in("zh-hans", "centre")
    page = reopened(visitor, address)
    expect(page.locator(RESTORED)).to_be_visible()
    expect(page.locator(field)).to_have_value("81")
    visitor.look()


def test_text_of_one_plan_does_not_come_back_under_another_and_blanks_no_class(enter, visit):
    enter("story", tell_story)
    visitor = visit("zh-hans", DESK, "centre")
    page = visitor.open(reverse("round_new"))
    page.select_option("#id_plan", index=1)
    page.locator("main form button[type=submit]:not([hidden])").click()
    page.wait_for_url("**plan=*")
    page.fill("#id_title", "第四季度考核")
    page.wait_for_timeout(500)
    classes = page.locator("select[name^=class-]")
    shown = [each.input_value() for each in classes.all()]
    address = page.url.removeprefix(visitor.site.url)
    # kept text of a form that offered other classes
    page = reopened(visitor, "/")
    page.evaluate(
        """() => {
          const name = Object.keys(localStorage).find((each) => each.includes("round-"));
          const record = JSON.parse(localStorage[name]);
          Object.keys(record.values).filter((each) => each.startsWith("class-")).forEach((each) => {
            record.values[each] = "of-another-plan";
            record.opened[each] = "";
          });
          localStorage[name] = JSON.stringify(record);
        }"""
    )
    page = reopened(visitor, address)
    page.locator(f"{WAITING} [data-keep-restore]").click()
    expect(page.locator("#id_title")).to_have_value("第四季度考核")
    assert [each.input_value() for each in page.locator("select[name^=class-]").all()] == shown


KEPT = "main form[data-keep]:not([data-autosave])"
TYPED = "另有说明，刚才填写。"


def type_something(page: Page) -> tuple[str, str, str]:
    """Type into the first text of the form, or its first day; its selector, what it held and what was typed."""
    page.evaluate("document.querySelectorAll('main details:not(.menu)').forEach((each) => { each.open = true; })")
    field = page.locator(f"{KEPT} textarea:visible, {KEPT} input[type=text]:visible").first
    typed = TYPED
    if not field.count():
        field = page.locator(f"{KEPT} input[type^=date]:visible").first
        typed = "2026-12-30" + "T18:00" * (field.get_attribute("type") == "datetime-local")
    selector, before = f"[name='{field.get_attribute('name')}']", field.input_value()
    field.fill(typed)
    page.wait_for_timeout(400)
    return selector, before, typed


def test_every_form_offers_text_of_another_version_and_puts_back_only_its_own(enter, visit):
    """All forms that keep text, by their templates: a reload brings it back, another version only offers it."""
    keys = re.compile(r'{% keep (?:"([\w-]+)"|kind)')
    templates = [path.read_text() for path in sorted(Path("templates").rglob("*.html"))]
    due = {key for text in templates for key in keys.findall(text) if key} | {"extension", "close-out"}
    met: dict[str, list[str]] = {}
    for screen in SCREENS:
        if screen.url not in FORMS_KEPT or screen.name == "round-tiers":
            continue
        enter("story", tell_story)
        visitor = visit("zh-hans", DESK, screen.user)
        page = visitor.page
        address = visitor.site.url + screen.path()
        page.goto(address)
        if not page.locator(f"{KEPT} button[type=submit]").count():
            continue
        selector, before, typed = type_something(page)
        page.goto(address)
        assert page.locator(selector).first.input_value() == typed, screen.name
        expect(page.locator(RESTORED)).to_be_visible()
        page.evaluate(OTHER_VERSION)
        page.evaluate("() => document.querySelectorAll('form').forEach((form) => { form.dataset.dirty = ''; })")
        page.goto(address)
        assert page.locator(selector).first.input_value() == before, screen.name
        expect(page.locator(f"{WAITING} tbody")).to_contain_text(typed)
        met.setdefault(page.locator(KEPT).first.get_attribute("data-keep"), []).append(screen.name)
        visitor.context.close()
    due -= {"bulk", "sheet"}  # the page of the first answers a press, below; the second saves itself
    missing = {key for key in due if not any(f"{each}-".startswith(f"{key}-") for each in met)}
    assert missing == set()


FORMS_KEPT = {
    "task_new",
    "task_edit",
    "task_shares",
    "task_cancel",
    "milestones_add",
    "milestone_replace",
    "extension_ask",
    "close_out_ask",
    "extension_decide",
    "report_approve",
    "review",
    "matter",
    "matter_assign",
    "period_new",
    "period_due",
    "calendar",
    "team_new",
    "team_edit",
    "plan_new",
    "published_rows",
    "plan_revise",
    "round_new",
    "round_figures",
    "figure_supply",
    "claim_new",
    "claim_approve",
    "appeal_new",
    "result_correction_appeal_new",
    "year_appeal_new",
    "appeal_decide",
    "fact_ask",
    "question_answer",
    "row_offers",
    "self_score",
    "vote_tally",
    "tally_import",
    "round_abandon",
    "problem_new",
    "problem_analyse",
    "problem_verify",
    "order_desk",
    "order_new",
    "order_answer",
    "order_judge",
    "circular_new",
    "circular_edit",
    "instruction_list",
    "admin:meetings_meeting_add",
    "admin:meetings_meeting_change",
    "meeting_item",
    "meeting_minutes",
    "decision_edit",
    "decision_new",
    "decision_work",
    "line_edit",
    "line_new",
}
OTHER_VERSION = """() => Object.keys(localStorage).filter((name) => name.startsWith("vanguard.")).forEach((name) => {
  const record = JSON.parse(localStorage[name]);
  localStorage[name] = JSON.stringify({ ...record, version: "0" });
})"""


def choose(page: Page, numbers: tuple[int, ...]) -> list[str]:
    """Tick these tasks in the list and ask to set their owner; the rows that the page would write."""
    for number in numbers:
        page.check(f"[name='row'][value='{Task.objects.get(number=number).pk}']")
    page.select_option("#bulk-action", "owner")
    page.click("#bulk button[type=submit]:not([hidden])")
    page.wait_for_load_state()
    return rows_chosen(page)


def rows_chosen(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator("main input[type=hidden][name='row']").all()]


def test_what_is_typed_for_chosen_rows_comes_back_for_these_rows_alone_and_changes_none_of_them(enter, visit):
    enter("story", tell_story)
    visitor = visit("zh-hans", DESK, "office")
    page = visitor.open(reverse("task_list"))
    rows = choose(page, (2, 3, 9))
    assert len(set(rows)) == 3
    page.fill("#id_owner_name", "王某")
    page.wait_for_timeout(500)
    # other rows: another record
    page = reopened(visitor, reverse("task_list"))
    choose(page, (2, 3))
    expect(page.locator(f"{WAITING}, {RESTORED}")).to_have_count(0)
    # the same rows: the text is back, thrown away, typed again and sent; the rows are those chosen all the while
    page = reopened(visitor, reverse("task_list"))
    assert choose(page, (2, 3, 9)) == rows
    expect(page.locator("#id_owner_name")).to_have_value("王某")
    visitor.look()
    page.locator(f"{RESTORED} [data-keep-discard]").click()
    expect(page.locator("#id_owner_name")).to_have_value("")
    assert rows_chosen(page) == rows
    page.fill("#id_owner_name", "李某")
    page.locator("main form button[type=submit]:not([hidden])").click()
    page.wait_for_url(f"**{reverse('task_list')}")
    named = Task.objects.filter(owner_name="李某").order_by("number").values_list("number", flat=True)
    assert list(named) == [2, 3, 9]


def test_of_two_decisions_on_a_page_each_offers_its_own_text_within_its_form(enter, visit):
    enter("story", tell_story)
    head = User.objects.get(username="head-rural-revitalization")
    ask_close_out(Task.objects.get(number=9), statement="40个村全部完工验收。", by=head, at=rounds.now())
    visitor = visit("zh-hans", DESK, "office")
    page = visitor.open(reverse("decisions"))
    forms = page.locator("main form[data-keep]")
    expect(forms).to_have_count(2)
    for place, text in enumerate(("雨季已过。", "请附验收单。")):
        forms.nth(place).locator("textarea").fill(text)
    page.wait_for_timeout(500)
    page = reopened(visitor, reverse("decisions"))
    forms = page.locator("main form[data-keep]")
    for place, text in enumerate(("雨季已过。", "请附验收单。")):
        expect(forms.nth(place).locator("textarea")).to_have_value(text)
        expect(forms.nth(place).locator(RESTORED)).to_have_count(1)
    visitor.look()
    forms.first.locator(f"{RESTORED} [data-keep-discard]").click()
    expect(forms.first.locator("textarea")).to_have_value("")
    expect(forms.nth(1).locator("textarea")).to_have_value("请附验收单。")


# Photos --------------------------------------------------------------------------------------------------------------


def test_offline_photo_chosen_reloaded_sent_when_the_connection_is_back_once_and_made_smaller(county, visit):  # noqa: F811
    liaison = visit("zh-hans", PHONE, LIAISON)
    page = liaison.open(REPORT)
    picture = noisy()
    assert len(picture) > 3_000_000

    # without a connection: the tile says that it waits, and that it is kept here
    liaison.context.set_offline(True)
    row(page, 0).locator("input[type=file]").set_input_files(jpeg("IMG_2001.JPG", picture))
    opened(page, 0).locator("textarea[name$='-text']").fill("路面贯通。")
    expect(tiles(page)).to_have_attribute("data-state", "waiting")
    expect(tiles(page)).to_contain_text("已保存在本机")
    liaison.look()
    # neither submitted nor handed over while it has not arrived
    page.click("button[name='hand_over']")
    expect(page.locator("[data-saved]")).to_contain_text("照片")
    assert not EntryEvidence.objects.exists()
    page.close()

    # the page is opened again: the photo is there, and it arrives
    liaison.context.set_offline(False)
    liaison.page = page = liaison.context.new_page()
    liaison.open(REPORT)
    expect(row(page, 0).locator(".evidence img")).to_be_visible()
    expect(tiles(page)).to_have_count(0)
    saved(page)
    liaison.look()
    piece = EntryEvidence.objects.get()
    assert piece.file.size < len(picture) / 3
    with Image.open(piece.file.blob) as kept:
        assert max(kept.size) == 1600
    assert piece.dated_on == date(2026, 9, 28), "the day of the camera travels with the smaller photo"
    # loaded once more nothing is sent again
    page.reload()
    expect(row(page, 0).locator(".evidence img")).to_be_visible()
    expect(tiles(page)).to_have_count(0)
    assert AuditEvent.objects.filter(verb="attach_evidence").count() == 1


def test_on_a_slow_line_each_photo_shows_its_state_and_the_form_waits_for_it(county, visit):  # noqa: F811
    liaison = visit("zh-hans", PHONE, LIAISON)
    page = liaison.open(REPORT)
    opened(page, 0).locator("textarea[name$='-text']").fill("路面贯通。")
    page.locator("[data-rest]").click()
    saved(page)
    slow(page, up=150_000)
    row(page, 0).locator("input[type=file]").set_input_files(
        [jpeg("IMG_1.JPG", noisy()), jpeg("IMG_2.JPG", photo((1200, 900)))]
    )
    first = tiles(page).nth(0)
    expect(first).to_have_attribute("data-state", "sending")
    expect(first.locator("[data-percent]")).to_have_text(re.compile(r"[1-9]\d?%"))
    expect(tiles(page).nth(1)).to_have_attribute("data-state", re.compile("made|waiting"))
    # sent meanwhile: the form goes after the photos, which arrive once
    page.click("button[name='hand_over']")
    expect(page.locator("[data-saved]")).to_contain_text("请稍候")
    liaison.look()
    expect(page.locator(".notice-success")).to_be_visible(timeout=60_000)
    assert EntryEvidence.objects.count() == 2
    assert ProgressReport.objects.get().entries.get(text="路面贯通。").evidence.count() == 2
    liaison.look()


def test_a_photo_cut_off_by_a_reload_arrives_once(county, visit):  # noqa: F811
    liaison = visit("zh-hans", PHONE, LIAISON)
    page = liaison.open(REPORT)
    slow(page, up=60_000)
    row(page, 0).locator("input[type=file]").set_input_files(jpeg("IMG_1.JPG", noisy()))
    expect(tiles(page).locator("[data-percent]")).to_have_text(re.compile(r"[1-9]\d?%"))
    page = reopened(liaison, REPORT)
    expect(row(page, 0).locator(".evidence img")).to_be_visible()
    assert EntryEvidence.objects.count() == 1


def test_a_refused_file_says_why_and_is_removed_by_its_person(county, visit):  # noqa: F811
    liaison = visit("zh-hans", PHONE, LIAISON)
    liaison.watch.expected |= {422}
    page = liaison.open(REPORT)
    row(page, 0).locator("input[type=file]").set_input_files(jpeg("坏.jpg", b"<html>no picture</html>"))
    expect(tiles(page)).to_have_attribute("data-state", "refused")
    expect(tiles(page)).to_contain_text("坏.jpg")
    page.reload()
    expect(tiles(page)).to_have_attribute("data-state", "refused")
    liaison.look()
    tiles(page).locator("[data-remove]").click()
    expect(tiles(page)).to_have_count(0)
    page.reload()
    expect(tiles(page)).to_have_count(0)


def test_a_photo_taken_after_the_session_ended_waits_for_the_sign_in(county, visit):  # noqa: F811
    liaison = visit("zh-hans", PHONE, LIAISON)
    liaison.watch.expected |= {403}
    page = liaison.open(REPORT)
    for cookie in [each for each in liaison.context.cookies() if "session" in each["name"]]:
        liaison.context.clear_cookies(name=cookie["name"])
    row(page, 0).locator("input[type=file]").set_input_files(jpeg("IMG_1.JPG", photo((1200, 900))))
    expect(tiles(page)).to_contain_text("登录已失效")
    liaison.look()
    page.locator("[data-said='signed-out'] a").click()
    page.fill("#id_username", LIAISON)
    page.fill("#id_password", beginnings.PASSWORD)
    page.click(".door button.button-primary")
    page.wait_for_url("**" + REPORT)
    expect(row(page, 0).locator(".evidence img")).to_be_visible()
    assert EntryEvidence.objects.count() == 1


def test_where_the_device_keeps_nothing_the_page_says_so_and_still_sends(county, visit):  # noqa: F811
    liaison = visit("zh-hans", PHONE, LIAISON)
    liaison.context.add_init_script(
        """Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("private"); } });
           Storage.prototype.setItem = () => { throw new DOMException("full"); };"""
    )
    page = liaison.open(REPORT)
    liaison.context.set_offline(True)
    row(page, 0).locator("input[type=file]").set_input_files(jpeg("IMG_1.JPG", photo((1200, 900))))
    opened(page, 0).locator("textarea[name$='-text']").fill("路面贯通。")
    expect(tiles(page)).to_contain_text("请勿关闭页面")
    expect(page.locator("[data-saved]")).to_contain_text("请勿关闭页面")
    expect(page.locator("[data-said='offline']")).to_have_count(0)
    liaison.look()
    liaison.context.set_offline(False)
    expect(row(page, 0).locator(".evidence img")).to_be_visible()
    saved(page)
    assert EntryEvidence.objects.count() == 1


# Drafts --------------------------------------------------------------------------------------------------------------


def test_a_clash_stops_handing_over_stands_legible_on_a_phone_and_survives_a_reload(county, visit):  # noqa: F811
    liaison, head = visit("zh-hans", PHONE, LIAISON), visit("zh-hans", PHONE, HEAD)
    liaison.watch.expected |= {409}
    page, theirs = liaison.open(REPORT), head.open(REPORT)
    theirs.locator("[data-rest]").click()
    long = "组织召开现场推进会，协调解决用地、供电、排水三类问题，完成主体工程并通过初步验收。"
    row(theirs, 0).locator("[data-progress]").check()
    opened(theirs, 0).locator("textarea[name$='-text']").fill(long)
    saved(theirs)
    opened(page, 0).locator("textarea[name$='-text']").fill("联络员写的另一段。")
    clash = row(page, 0).locator(".clash")
    expect(clash).to_contain_text(long)
    expect(clash).to_contain_text("联络员写的另一段。")
    expect(page.locator("[data-saved]")).to_contain_text("未保存")
    expect(page.locator("[data-saved]")).not_to_contain_text("已保存")
    assert clash.locator("ins", has_text="组织召开").evaluate("(text) => text.getBoundingClientRect().width") > 200
    liaison.look()
    page.locator("button[name='hand_over']").click()
    page.wait_for_load_state()
    expect(page.locator(".form-errors")).to_contain_text("尚未提交")
    expect(row(page, 0).locator("textarea[name$='-text']")).to_have_value("联络员写的另一段。")
    assert ReportEntry.objects.get(text__startswith="组织").text == long
    page = reopened(liaison, REPORT)
    expect(row(page, 0).locator(".clash")).to_contain_text(long)
    expect(row(page, 0).locator("textarea[name$='-text']")).to_have_value("联络员写的另一段。")
    row(page, 0).locator("button[name='mine']").click()
    page.wait_for_load_state()
    assert ReportEntry.objects.filter(text="联络员写的另一段。").exists()
    assert not ReportSubmission.objects.exists()


def test_a_text_above_its_limit_is_counted_refused_and_kept(county, visit):  # noqa: F811
    liaison = visit("zh-hans", PHONE, LIAISON)
    page = liaison.open(REPORT)
    row(page, 0).locator("[data-progress]").check()
    field = row(page, 0).locator("textarea[name$='-text']")
    field.fill("字" * 3_700)
    expect(row(page, 0).locator(".count-note")).to_contain_text("3700")
    saved(page)
    field.focus()
    page.keyboard.insert_text("多" * 400)
    expect(row(page, 0).locator(".count-note")).to_contain_text("100")
    expect(page.locator("[data-saved]")).to_contain_text("未保存")
    assert len(field.input_value()) == 4_100
    liaison.look()
    page = reopened(liaison, REPORT)
    assert len(row(page, 0).locator("textarea[name$='-text']").input_value()) == 4_100
    assert len(ReportEntry.objects.get().text) == 3_700


def test_a_browser_loses_no_form_to_a_cut_connection_while_it_is_sent(enter, visit):
    """The answer never comes: the text is offered, never claimed to be restored, and a second sending is refused."""
    enter("story", tell_story)
    office = visit("zh-hans", DESK, "office")
    page = office.open(reverse("task_edit", args=[2026, 3]))
    page.fill("#id_title", "村级集体经济提质")
    before = TaskVersion.objects.count()
    page.route("**/edit/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator("main form[data-keep] button[type=submit]:not([hidden])").first.click()
    page.wait_for_timeout(1_000)
    office.watch.faults = []
    page = reopened(office, reverse("task_edit", args=[2026, 3]))
    expect(page.locator(RESTORED)).to_have_count(0)
    page.locator(f"{WAITING} [data-keep-restore]").click()
    expect(page.locator("#id_title")).to_have_value("村级集体经济提质")
    assert TaskVersion.objects.count() == before
