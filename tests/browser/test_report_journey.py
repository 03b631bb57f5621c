"""A report on the phone: written by several hands, saved by itself, through a lost connection and an ended session."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from governance.clock import at_time
from governance.people.accounts import create_account
from governance.people.models import Department, Township, User
from teams.models import HelpRequest, ProgressReport, ReportEntry, ReportSubmission, SpecialTeam, Task, TaskShare
from teams.roster.members import add_member
from teams.tasks.townships import Share, share_out
from tests.browser import beginnings
from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.effort import Effort
from tests.formats.brought import photo

pytestmark = pytest.mark.browser

REPORT = "/reports/village-economy/2026-09-01/"
LOST = {"zh-hans": "网络中断，内容已保存在本机", "en": "Connection lost. Your text is kept on this device."}
SAVED = re.compile(r"(已保存|Saved) \d\d:\d\d")
TOWNS = ["古城镇", "皋落乡"]
LIAISON, HEAD, MEMBER = "liaison-village-economy", "head-village-economy", "member-finance"


@pytest.fixture
def county(enter, settings, tmp_path):
    """Two teams with their tasks; the finance bureau joins the first one. It is the last day of September."""
    settings.DEMO_TODAY = beginnings.SEPTEMBER[0]
    enter("hands", found)
    beginnings.import_ledger(tmp_path)
    settings.DEMO_TODAY = date(2026, 9, 30)


def found() -> None:
    """The county, and a member of the team from the finance bureau."""
    beginnings.found_county()
    at = at_time(beginnings.FOUNDED, 9)
    admin, office = User.objects.get(username="admin"), User.objects.get(username="office")
    finance = Department.objects.get(name="县财政局")
    user = create_account(
        by=admin,
        at=at,
        username=MEMBER,
        name="钱某某",
        password=beginnings.PASSWORD,
        own_password=True,
        department=finance,
    )
    team = SpecialTeam.objects.get(code="village-economy")
    add_member(team, user=user, part="member", joined_on=beginnings.FOUNDED, by=office, at=at)


def row(page: Page, place: int):
    """A task's part of the form."""
    return page.locator("section.entry[data-part^='row-']").nth(place)


def opened(page: Page, place: int):
    """A task's part of the form in which "progress made" is chosen."""
    part = row(page, place)
    if not part.locator("[data-progress]").is_checked():
        part.locator("[data-progress]").check()
    return part


def added(page: Page, kind: str):
    """The matters (`matter`) or next steps (`step`) of the form, unfolded: their texts."""
    texts = page.locator(f"textarea[name^='{kind}-']")
    if not texts.first.is_visible():
        page.locator("details.adds", has=texts).locator("summary").click()
    return texts


def from_home(person: Visitor) -> Page:
    """The report, opened by its line at home: one tap."""
    page = person.open("/")
    page.locator(f"a[href$='{REPORT}']").first.click()
    page.wait_for_url("**" + REPORT)
    return page


def saved(page: Page) -> None:
    """The foot says when it was saved, and nothing waits to be sent."""
    expect(page.locator("[data-saved]")).to_have_text(SAVED)
    expect(page.locator("[data-part][data-dirty]")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_liaison_reports_through_a_lost_connection(language, county, visit, tmp_path):
    liaison = visit(language, PHONE, LIAISON)
    effort = Effort(f"liaison reports, {language}", liaison)
    page = from_home(liaison)
    liaison.look()
    first = opened(page, 0)
    first.locator("[data-step='1']").click()
    expect(first.locator("[data-difference]")).to_have_text("+1")
    first.locator("[data-step='1']").click()
    effort.write(first.locator("textarea[name$='-text']"), "新增达标村2个。")
    saved(page)
    assert ReportEntry.objects.get().text == "新增达标村2个。"

    liaison.context.set_offline(True)
    effort.write(added(page, "matter").first, "请提供用地清单。")
    expect(page.locator("[data-saved]")).to_contain_text(LOST[language])
    page.locator("[data-rest]").click()
    expect(row(page, 1).locator("[data-no-change]")).to_be_checked()
    page.locator("[data-rest]").click()
    expect(row(page, 1).locator("[data-no-change]")).not_to_be_checked()
    page.locator("[data-rest]").click()
    liaison.look()
    assert not HelpRequest.objects.exists()

    liaison.context.set_offline(False)
    saved(page)
    assert HelpRequest.objects.get().text == "请提供用地清单。"
    assert ReportEntry.objects.filter(no_change=True).count() == 1

    picture = tmp_path / "现场.jpg"
    picture.write_bytes(photo())
    row(page, 0).locator("input[type=file]").set_input_files(picture)
    expect(row(page, 0).locator(".evidence img")).to_be_visible()
    effort.write(added(page, "step").first, "再落地1个项目")
    page.locator("input[name^='step-'][type='date']").first.fill("2026-10-20")
    saved(page)
    liaison.look()
    page.click("button[name='hand_over']")
    page.wait_for_load_state()
    liaison.look()
    expect(page.locator(".notice-success")).to_be_visible()
    print(effort.tell())
    report = ProgressReport.objects.get()
    assert report.entries.get(text="新增达标村2个。").evidence.count() == 1
    assert report.next_steps.get().due_on == date(2026, 10, 20)
    assert effort.sums["taps"] <= 20
    assert effort.sums["keys"] <= 60


@pytest.fixture
def shared_out(county):
    """The office divides the villages of the first task between two townships; 10 of 30 are done."""
    at, office = at_time(date(2026, 9, 2), 9), User.objects.get(username="office")
    task = Task.objects.get(number=1)
    towns = [Township.objects.create(code=f"t{order}", name=name, order=order) for order, name in enumerate(TOWNS, 1)]
    done = zip(towns, (4, 6), strict=True)
    share_out(task, [Share(township=town, target=15, done=count) for town, count in done], by=office, at=at, unit="个")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_report_with_townships_and_a_photo_costs_nine_taps_and_is_taken_back(language, shared_out, visit, tmp_path):
    liaison = visit(language, PHONE, LIAISON)
    effort = Effort(f"liaison reports townships and a photo, {language}", liaison)
    page = from_home(liaison)
    first = row(page, 0)
    first.locator("[data-progress]").click()
    towns, number = first.locator("[data-town]"), first.locator("input[name$='-done'][data-previous]")
    expect(number).not_to_be_editable()
    towns.nth(0).click()
    towns.nth(0).fill("5")
    towns.nth(0).press("Enter")
    expect(towns.nth(1)).to_be_focused()
    towns.nth(1).fill("8")
    expect(number).to_have_value("13")
    expect(first.locator("[data-difference]")).to_have_text("+3")
    effort.write(first.locator("textarea[name$='-text']"), "新增达标村3个。")
    picture = tmp_path / "现场.jpg"
    picture.write_bytes(photo())
    with page.expect_file_chooser() as choosing:
        first.locator(".pick label").click()
    choosing.value.set_files(picture)
    expect(first.locator(".evidence img")).to_be_visible()
    expect(first.locator(".photo")).to_have_count(0)
    page.locator("[data-rest]").click()
    saved(page)
    liaison.look()
    liaison.context.set_offline(True)
    expect(page.locator("[data-saved]")).to_contain_text(LOST[language])
    liaison.context.set_offline(False)
    saved(page)
    page.click("button[name='hand_over']")
    expect(page.locator(".notice-success")).to_be_visible()
    print(effort.tell())
    assert effort.sums["taps"] <= 9
    assert [str(share.done) for share in TaskShare.objects.order_by("pk")] == ["5.00", "8.00"]
    assert ReportEntry.objects.get(text="新增达标村3个。").done == 13

    # the head submits it, and takes it back before anybody has opened it; the office sees that, and no more
    head = visit(language, DESK, HEAD)
    effort = Effort(f"head takes a report back, {language}", head)
    page = head.open(REPORT)
    page.click("button[name='submit']")
    page.wait_for_load_state()
    head.look()
    page.locator("a[href$='/take-back/']").click()
    page.wait_for_load_state()
    head.look()
    page.locator("form .button-danger").click()
    expect(page.locator("#report-form")).to_be_visible()
    head.look()
    print(effort.tell())
    assert effort.sums["taps"] <= 3
    office = visit(language, DESK, "office")
    expect(office.open("/reports/review/").locator("tbody tr")).to_have_count(0)
    office.open(REPORT)
    assert ProgressReport.objects.get().state == "draft"


def test_text_typed_without_connection_is_sent_when_the_page_is_opened_again(county, visit):
    liaison = visit("zh-hans", PHONE, LIAISON)
    page = liaison.open(REPORT)
    liaison.context.set_offline(True)
    opened(page, 0).locator("textarea[name$='-text']").fill("下乡途中写的。")
    added(page, "matter").nth(0).fill("事项一")
    added(page, "matter").nth(1).fill("事项二")
    added(page, "matter").nth(2).fill("事项三")
    expect(page.locator("[data-saved]")).to_contain_text(LOST["zh-hans"])
    assert not ProgressReport.objects.exists()
    # a page that is being closed has its connection back for a moment: what it sends then is refused
    liaison.watch.expected |= {403}
    liaison.context.clear_cookies(name=re.compile("session"))
    page.close()
    assert not ProgressReport.objects.exists()

    liaison.context.set_offline(False)
    liaison.signed_in("zh-hans", LIAISON)
    liaison.page = page = liaison.context.new_page()
    liaison.open(REPORT)
    expect(row(page, 0).locator("textarea[name$='-text']")).to_have_value("下乡途中写的。")
    saved(page)
    assert ReportEntry.objects.get().text == "下乡途中写的。"
    assert set(HelpRequest.objects.values_list("text", flat=True)) == {"事项一", "事项二", "事项三"}
    page.reload()
    values = [line.input_value() for line in page.locator("textarea[name^='matter-']").all()]
    assert values[:3] == ["事项一", "事项二", "事项三"]
    assert HelpRequest.objects.count() == 3


def test_text_typed_after_the_session_ended_is_saved_after_signing_in(county, visit):
    liaison = visit("zh-hans", PHONE, LIAISON)
    liaison.watch.expected |= {403}
    page = liaison.open(REPORT)
    liaison.context.clear_cookies(name=re.compile("session"))
    opened(page, 0).locator("textarea[name$='-text']").fill("登录过期后写的。")
    notice = page.locator("[data-said='signed-out']")
    expect(notice).to_be_visible()
    liaison.look()
    notice.locator("a").click()
    page.fill("#id_username", LIAISON)
    page.fill("#id_password", beginnings.PASSWORD)
    page.click(".door button.button-primary")
    page.wait_for_url("**" + REPORT)
    saved(page)
    assert ReportEntry.objects.get().text == "登录过期后写的。"


def test_member_and_liaison_write_one_report_at_once(county, visit):
    liaison, member = visit("zh-hans", PHONE, LIAISON), visit("zh-hans", PHONE, MEMBER)
    effort = Effort("member fills a row, zh-hans", member)
    theirs, page = liaison.open(REPORT), member.open(REPORT)
    expect(page.locator("section.entry[data-part^='row-']")).to_have_count(1)
    effort.write(opened(page, 0).locator("textarea[name$='-text']"), "拨付资金80万元。")
    opened(theirs, 1).locator("textarea[name$='-text']").fill("项目落地2个。")
    saved(page)
    saved(theirs)
    assert {entry.text for entry in ReportEntry.objects.all()} == {"拨付资金80万元。", "项目落地2个。"}

    opened(theirs, 0).locator("textarea[name$='-text']").fill("联络员写的。")
    clash = row(theirs, 0).locator(".clash")
    expect(clash).to_contain_text("钱某某")
    expect(clash).to_contain_text("拨付资金80万元。")
    expect(row(theirs, 0).locator("textarea[name$='-text']")).to_have_value("联络员写的。")
    liaison.look()
    clash.locator("button[name='take']").click()
    theirs.wait_for_load_state()
    expect(row(theirs, 0).locator("textarea[name$='-text']")).to_have_value("拨付资金80万元。")

    opened(theirs, 0).locator("textarea[name$='-text']").fill("拨付资金80万元，到位60万元。")
    saved(theirs)
    opened(page, 0).locator("textarea[name$='-text']").fill("拨付资金90万元。")
    expect(row(page, 0).locator(".clash")).to_be_visible()
    row(page, 0).locator(".clash button[name='mine']").click()
    page.wait_for_load_state()
    assert ReportEntry.objects.get(text__startswith="拨付").text == "拨付资金90万元。"
    print(effort.tell())


def test_a_report_submitted_meanwhile_says_so_and_keeps_the_text(county, visit):
    liaison, head = visit("zh-hans", PHONE, LIAISON), visit("zh-hans", PHONE, HEAD)
    liaison.watch.expected |= {409}
    page = liaison.open(REPORT)
    theirs = head.open(REPORT)
    theirs.locator("[data-rest]").click()
    theirs.click("button[name='submit']")
    theirs.wait_for_load_state()
    head.look()
    assert ReportSubmission.objects.count() == 1
    opened(page, 0).locator("textarea[name$='-text']").fill("迟到的话。")
    expect(page.locator("[data-saved]")).to_contain_text("待审核")
    assert page.evaluate("() => JSON.stringify(localStorage).includes('迟到的话。')")


def test_without_scripts_the_same_form_does_it_all(county, visit):
    liaison = visit("zh-hans", PHONE, LIAISON)
    plain: Visitor = visit("zh-hans", PHONE, LIAISON, scripts=False)
    page = plain.open(REPORT)
    opened(page, 0).locator("textarea[name$='-text']").fill("不用脚本写的。")
    page.locator("button[name='rest']").click()
    page.wait_for_load_state()
    assert {entry.no_change for entry in ReportEntry.objects.all()} == {True, False}
    assert ReportEntry.objects.get(no_change=False).text == "不用脚本写的。"
    liaison.open(REPORT)
    expect(row(liaison.page, 0).locator("textarea[name$='-text']")).to_have_value("不用脚本写的。")
