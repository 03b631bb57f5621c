"""From the ledger to a scorecard, as people go: each at a browser of their own, in either language.

Buttons and fields are found by what they send, so that the journey is the same in both languages; axe looks at every
page that somebody comes by, the console stays silent, nothing is wider than the screen.
"""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import beginnings
from tests.browser.conftest import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser

PLAN = Path(__file__).resolve().parents[2] / "governance/overview/demo/data/trial-2026-q3.toml"
REPORT = "/reports/village-economy/2026-09-01/"
FIRST_OF_SEPTEMBER, LAST_OF_SEPTEMBER = date(2026, 9, 1), date(2026, 9, 30)
AFTER_THE_DUE_TIME, AFTER_THE_CUT_OFF = date(2026, 10, 8), date(2026, 10, 10)
AFTER_CHECKING, AFTER_THE_NOTICE = date(2026, 10, 14), date(2026, 10, 22)
CUT_OFF = "2026-10-09T18:00"


@pytest.fixture
def county(enter, settings, tmp_path) -> None:
    """Two teams, their tasks imported on 1 September; today is the last day of the month."""
    settings.DEMO_TODAY = FIRST_OF_SEPTEMBER
    enter("county", beginnings.found_county)
    beginnings.import_ledger(tmp_path)
    settings.DEMO_TODAY = LAST_OF_SEPTEMBER


@pytest.fixture
def sign_in(visit) -> Callable[..., Visitor]:
    """A browser whose owner signs in at the door."""

    def enter_by_the_door(username: str, language: str, size: dict, *, scripts: bool = True) -> Visitor:
        visitor = visit(language, size, scripts=scripts)
        page = visitor.open("/sign-in/")
        page.fill("#id_username", username)
        page.fill("#id_password", beginnings.PASSWORD)
        page.click(".door button.button-primary")
        page.wait_for_url(re.compile(r":\d+/$"))
        visitor.look()
        return visitor

    return enter_by_the_door


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_from_the_ledger_to_the_scorecard(language, county, sign_in, settings):
    liaison = sign_in("liaison-village-economy", language, PHONE)
    head = sign_in("head-village-economy", language, PHONE)
    office = sign_in("office", language, DESK)

    draft_on_a_phone(liaison)
    submit(head)
    return_for_revision(office)
    amend_and_submit(head)
    accept(office)

    settings.DEMO_TODAY = AFTER_THE_DUE_TIME
    close_the_period(office)

    settings.DEMO_TODAY = AFTER_THE_CUT_OFF
    centre = sign_in("centre", language, DESK)
    centre2 = sign_in("centre2", language, DESK)
    adopt_the_plan(centre, centre2)
    number = open_a_round(centre)
    name_the_centre(centre, number)
    freeze(centre, number)
    enter_figures(centre, number)
    approve_the_claim(centre, file_a_claim(office))
    take_step(centre, number, "check")
    settings.DEMO_TODAY = AFTER_CHECKING
    take_step(centre, number, "begin-scoring")
    score(centre, number)
    approve(centre2, number)
    take_step(centre, number, "notice")
    read_the_scorecard(head, number)
    settings.DEMO_TODAY = AFTER_THE_NOTICE
    publish(centre, number)
    read_the_scorecard(head, number)


def draft_on_a_phone(liaison: Visitor) -> None:
    """Home leads to the report: one task a step further, the other unchanged by one tap, a matter and a next step."""
    page = liaison.page
    with page.expect_navigation():
        page.locator(f".todo a[href$='{REPORT}']").first.click()
    liaison.look()
    first, second = page.locator("section.entry:has(.stepper)").all()
    percent = first.locator(".stepper input")
    first.locator("[data-progress]").check()
    first.locator("[data-step='1']").click(click_count=2)
    expect(percent).to_have_value("87")
    first.locator("[data-step='-1']").click()
    expect(percent).to_have_value("86")
    first.locator("textarea[name$='-text']").fill("新增达标村1个。")
    second.locator("[data-no-change]").check()
    folded = page.locator("details.adds:not([open]) > summary")
    while folded.count():
        folded.first.click()
    page.locator("textarea[name^='matter-']").first.fill("请提供用地清单。")
    page.locator("input[name$='-to']").first.fill("县财政局")
    page.locator("textarea[name^='step-']").first.fill("再落地1个项目")
    page.locator("input[name^='step-'][type='date']").first.fill("2026-10-20")
    liaison.look()
    page.click("button[name='hand_over']")
    page.wait_for_load_state()
    liaison.look()
    expect(page.locator("section.entry:has(.stepper)").first.locator(".stepper input")).to_have_value("86")


def submit(head: Visitor) -> None:
    """The head reads the draft and submits it."""
    page = head.open(REPORT)
    expect(page.locator("section.entry").first.locator("textarea[name$='-text']")).to_have_value("新增达标村1个。")
    page.click("button[name='submit']")
    page.wait_for_load_state()
    expect(page.locator("button[name='submit']")).to_have_count(0)
    head.look()


def return_for_revision(office: Visitor) -> None:
    """The office wants to know more about one task, by a date."""
    page = office.open("/reports/review/")
    page.click("a.button-primary")
    page.wait_for_load_state()
    office.look()
    page.locator(".judge .phrases summary").first.click()
    page.locator("[name^='row-'][name$='-reason']").first.fill("请补充：是哪一个村。")
    page.fill("#id_resubmit_by", "2026-10-01")
    page.click("button[name='return']")
    page.wait_for_load_state()
    office.look()


def amend_and_submit(head: Visitor) -> None:
    """The head finds the reason beside the row, answers it and submits again."""
    page = head.open("/")
    page.locator(f".todo a[href$='{REPORT}']").first.click()
    page.wait_for_load_state()
    head.look()
    expect(page.locator("section.entry").first).to_contain_text("请补充：是哪一个村。")
    page.locator("section.entry textarea[name$='-text']").first.fill("新增达标村1个：皋落乡东村。")
    page.click("button[name='submit']")
    page.wait_for_load_state()
    head.look()


def accept(office: Visitor) -> None:
    """What was asked for is there: accepted, and the task stands where the report says."""
    page = office.open("/reports/review/")
    page.click("a.button-primary")
    page.wait_for_load_state()
    expect(page.locator(".judge").first).to_contain_text("皋落乡东村")
    office.look()
    page.click("button[name='accept']")
    page.wait_for_load_state()
    office.look()
    expect(office.open("/tasks/2026-1/").locator("main")).to_contain_text("86%")


def close_the_period(office: Visitor) -> None:
    """The other team has reported nothing: the office closes the period all the same, for good."""
    page = office.open("/periods/")
    page.click("a[href$='/close/']")
    page.wait_for_load_state()
    office.look()
    page.click("main form[method='post'] button:not([hidden])")
    page.wait_for_url("**/periods/")
    office.look()
    expect(page.locator("a[href$='/close/']")).to_have_count(0)


def adopt_the_plan(centre: Visitor, centre2: Visitor) -> None:
    """The plan comes in as a file and is adopted by another person."""
    page = centre.open("/assessment/plans/new/")
    page.set_input_files("#id_file", PLAN)
    page.click("main form button.button-primary")
    page.wait_for_url("**/plans/trial-2026-q3/1/")
    centre.look()
    expect(page.locator("a[href$='/adopt/']")).to_have_count(0)
    type_a_fault(centre)
    page = centre2.open("/assessment/plans/trial-2026-q3/1/")
    page.click("a[href$='/adopt/']")
    page.wait_for_load_state()
    confirm(centre2)


def type_a_fault(centre: Visitor) -> None:
    """A field of the editor is marked as its message says while it is typed, and the curve follows."""
    page = centre.open("/assessment/plans/trial-2026-q3/1/edit/indicators/2/")
    field, drawn = page.locator("#f-points"), page.locator("svg.curve")
    right, sentence = field.input_value(), drawn.get_attribute("aria-label")
    page.fill("#f-points", "-5")
    page.press("#f-points", "Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_attribute("aria-describedby", "e-points")
    expect(page.locator("#e-points")).not_to_be_empty()
    page.fill("#f-points", right)
    page.press("#f-points", "Tab")
    expect(page.locator("#f-points:not([aria-invalid]):not([aria-describedby])")).to_be_visible()
    expect(drawn).to_have_attribute("aria-label", sentence)
    centre.look()


def open_a_round(centre: Visitor) -> int:
    """September is judged by the adopted plan; answers the round's number."""
    page = centre.open("/assessment/rounds/new/")
    page.select_option("#id_plan", index=1)
    page.click("main form button.button-primary")
    page.wait_for_load_state()
    centre.look()
    page.fill("#id_title", "九月试考核")
    page.fill("#id_starts_on", FIRST_OF_SEPTEMBER.isoformat())
    page.fill("#id_ends_on", LAST_OF_SEPTEMBER.isoformat())
    page.fill("#id_cut_off_at", CUT_OFF)
    page.select_option("#id_class-village-economy", "A")
    page.select_option("#id_class-theme-training", "B")
    page.click("main form button.button-primary")
    page.wait_for_url(re.compile(r"/rounds/\d+/$"))
    centre.look()
    return int(page.url.split("/")[-2])


def name_the_centre(centre: Visitor, number: int) -> None:
    """No department is known for the core figures: the centre enters them itself."""
    page = centre.open(f"/assessment/rounds/{number}/")
    page.click("a.button-primary[href$='/suppliers/']")
    page.wait_for_load_state()
    centre.look()
    page.locator("section", has_text="T7").locator("a.button-small").first.click()
    page.wait_for_load_state()
    confirm(centre)
    expect(page.locator(".notice-warning")).to_have_count(0)


def freeze(centre: Visitor, number: int) -> None:
    """What was recorded until the cut-off is kept."""
    page = centre.open(f"/assessment/rounds/{number}/")
    page.click("a[href$='/freeze/']")
    page.wait_for_load_state()
    confirm(centre)


def enter_figures(centre: Visitor, number: int) -> None:
    """A tier for each team's plan; the core figures with their targets."""
    page = centre.open(f"/assessment/rounds/{number}/figures/?indicator=T6")
    page.select_option("[name='value-village-economy']", "complete")
    page.select_option("[name='value-theme-training']", "partial")
    enter_on_document(centre)
    page = centre.open(f"/assessment/rounds/{number}/figures/?indicator=T7")
    for code, value, target in [("village-economy", "26", "24"), ("theme-training", "860", "900")]:
        page.fill(f"[name='value-{code}']", value)
        page.fill(f"[name='target-{code}']", target)
    enter_on_document(centre)


def file_a_claim(office: Visitor) -> str:
    """A provincial pilot is to bring a bonus; the address of the claim."""
    page = office.open("/assessment/claims/new/")
    page.select_option("#id_team", label="发展壮大村级集体经济专班")
    page.select_option("#id_counts_as", index=2)
    page.fill("#id_matter", "省级试点")
    page.fill("#id_on", "2026-09-18")
    enter_on_document(office)
    expect(page.locator("h1")).to_contain_text("省级试点")
    return page.url.removeprefix(office.site.url)


def approve_the_claim(centre: Visitor, address: str) -> None:
    """The centre recognises it as it was filed."""
    page = centre.open(address)
    page.click("a[href$='/approve/']")
    page.wait_for_load_state()
    confirm(centre)


def enter_on_document(centre: Visitor) -> None:
    """Name the document, its basis, and send."""
    page = centre.page
    page.fill("#id_document", "县考核办〔2026〕1号")
    page.fill("#id_basis", "盖章的统计表")
    page.click("form[method='post'] .form-actions button.button-primary")
    page.wait_for_load_state()
    expect(page.locator(".form-errors")).to_have_count(0)
    centre.look()


def take_step(centre: Visitor, number: int, step: str) -> None:
    """The console's one primary button leads to the step."""
    page = centre.open(f"/assessment/rounds/{number}/")
    expect(page.locator("main .button-primary")).to_have_count(1)
    page.click(f"a.button-primary[href$='/{step}/']")
    page.wait_for_load_state()
    confirm(centre)


def score(centre: Visitor, number: int) -> None:
    """Scored by the person who entered."""
    page = centre.open(f"/assessment/rounds/{number}/")
    page.click("a[href$='/score/']")
    page.wait_for_load_state()
    confirm(centre)
    centre.open(f"/assessment/rounds/{number}/results/")


def approve(centre2: Visitor, number: int) -> None:
    """Approved by another."""
    page = centre2.open(f"/assessment/rounds/{number}/")
    page.click("a[href$='/approve/']")
    page.wait_for_load_state()
    page.fill("#id_document", "县考核办〔2026〕2号")
    confirm(centre2)


def publish(centre: Visitor, number: int) -> None:
    """Published for everybody."""
    page = centre.open(f"/assessment/rounds/{number}/")
    page.click("a[href$='/publish/']")
    page.wait_for_load_state()
    confirm(centre)
    expect(page).to_have_url(re.compile(f"/rounds/{number}/results/$"))


def confirm(visitor: Visitor) -> None:
    """Read what will happen, and let it."""
    visitor.look()
    visitor.page.click("main form[method='post'] .form-actions button")
    visitor.page.wait_for_load_state()
    expect(visitor.page.locator(".form-errors")).to_have_count(0)
    visitor.look()


def read_the_scorecard(head: Visitor, number: int) -> None:
    """The head finds the result in the inbox's wake: every point of the team, but of no other."""
    page = head.open(f"/assessment/rounds/{number}/results/")
    page.click(f"a[href$='/rounds/{number}/results/village-economy/']")
    page.wait_for_load_state()
    head.look()
    expect(page.locator("main")).to_contain_text("T7")
    assert page.locator("a[href$='/results/theme-training/']").count() == 0
    head.watch.expected.add(404)
    page.goto(head.site.url + f"/assessment/rounds/{number}/results/theme-training/")
    head.look()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_report_without_scripts(language, county, sign_in):
    liaison = sign_in("liaison-village-economy", language, PHONE, scripts=False)
    page = liaison.open(REPORT)
    assert page.locator("[data-step]").first.is_hidden()
    first, second = page.locator("section.entry:has(.stepper)").all()
    first.locator("[data-progress]").check()
    first.locator(".stepper input").fill("84")
    first.locator("textarea[name$='-text']").fill("复核后减少。")
    second.locator("[data-no-change]").check()
    page.click("button[name='save']:not([hidden])")
    page.wait_for_load_state()
    liaison.look()

    head = sign_in("head-village-economy", language, PHONE, scripts=False)
    head.watch.expected.add(422)
    page = head.open(REPORT)
    page.click("button[name='submit']")
    page.wait_for_load_state()
    reason = page.locator("[name^='row-'][name$='-reason']").first
    expect(page.locator(".form-errors")).to_be_visible()
    expect(reason).to_be_visible()
    expect(page.locator(".stepper input").first).to_have_value("84")
    head.look()

    reason.fill("上期误报1个村。")
    page.click("button[name='submit']")
    page.wait_for_load_state()
    expect(page.locator("button[name='submit']")).to_have_count(0)
    head.look()
