"""A supervision order from its proposal to the accepted answer, the office at its desk, the head on the phone."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from teams.meetings.models import CircularDraft, DismissedProposal, SupervisionOrder
from tests.browser.conftest import DESK, PHONE, Visitor, tell_story
from tests.browser.effort import Effort

pytestmark = pytest.mark.browser

TEAM = "urban-party-building"
DAY = date(2026, 10, 29)
"""The day after that on which order 4, on task 13, was to be answered."""
PROMISED = date(2026, 11, 20)
SILENT, DISMISSED, REMINDED, NAMED = 13, 10, 16, 7
"""Tasks of which a red order, two reminders and a circular are proposed."""
DUE = [NAMED, SILENT, DISMISSED, 12, REMINDED, 20]


@pytest.fixture
def county(enter, settings):
    """The story, two days on."""
    enter("story", tell_story)
    settings.DEMO_TODAY = DAY


def proposal(page: Page, task: int) -> Locator:
    """What the desk proposes on a task."""
    return page.locator("form.todo .row").filter(has=page.locator(".table-title", has_text=re.compile(rf"^\s*{task} ")))


def proposed(page: Page) -> dict[int, bool]:
    """The tasks of which something is proposed, the strictest first, and whether it is ticked."""
    rows = page.locator("form.todo .row").all()
    numbers = [int(row.locator(".table-title").first.inner_text().split()[0]) for row in rows]
    return dict(zip(numbers, [row.locator("[name=row]").is_checked() for row in rows], strict=True))


def red_order() -> SupervisionOrder:
    """The red order on the silent task, as it stands."""
    return SupervisionOrder.objects.get(task__number=SILENT, rung="red")


def orders_since() -> int:
    """How many orders have been issued on the day or later."""
    return SupervisionOrder.objects.filter(issued_at__date__gte=DAY).count()


def test_an_order_is_issued_answered_and_accepted(county, visit, settings):
    office, head = visit("zh-hans", DESK, "office"), visit("zh-hans", PHONE, f"head-{TEAM}")
    people = {"the office": office, "the head": head}
    efforts = {name: Effort(f"order: {name}, zh-hans", visitor) for name, visitor in people.items()}
    read_why(office)
    dismiss(office, efforts["the office"])
    issue_several_by_keys(office)
    acknowledge_and_answer(head, efforts["the head"])
    send_back(office, efforts["the office"])
    answer_again(head, efforts["the head"])
    accept(office)
    void(office, efforts["the office"])
    issue_again(office)
    settings.DEMO_TODAY = DAY + timedelta(days=1)
    what_was_dismissed_does_not_come_back(office)
    spent = {name: (effort.sums["taps"], effort.sums["keys"]) for name, effort in efforts.items()}
    print([effort.tell() for effort in efforts.values()])
    most = {"the office": (17, 30), "the head": (7, 45)}
    assert all(a <= b for name in spent for a, b in zip(spent[name], most[name], strict=True)), spent


def read_why(office: Visitor) -> None:
    """Home says that something is due; each proposal says why, and only the highest rung of a task is proposed."""
    page = office.open("/")
    page.locator(".todo a[href='/orders/']").first.click()
    page.wait_for_url("**/orders/")
    office.look()
    row = proposal(page, SILENT)
    expect(row).to_contain_text("督办〔2026〕4号10月28日到期，至今没有答复。")
    expect(row.locator(".ladder [aria-current]")).to_have_text(re.compile("红单"))
    expect(proposal(page, NAMED).locator(".ladder [aria-current]")).to_have_text(re.compile("通报"))
    for task in (DISMISSED, REMINDED):
        expect(proposal(page, task).locator(".ladder [aria-current]")).to_have_text(re.compile("提醒"))
    assert list(proposed(page).items()) == [(task, True) for task in DUE]


def dismiss(office: Visitor, effort: Effort) -> None:
    """One is not issued, with the reason; who and why stand on the desk."""
    page = office.page
    proposal(page, DISMISSED).get_by_role("link", name="这次不发").click()
    page.wait_for_url("**/orders/dismiss/reminder/**")
    office.look()
    effort.write(page.locator("#id_reason"), "专班已约谈物业公司。")
    page.get_by_role("button", name="这次不发").click()
    page.wait_for_url("**/orders/")
    office.look()
    expect(proposal(page, DISMISSED)).to_have_count(0)
    assert DismissedProposal.objects.filter(task__number=DISMISSED).get().by.username == "office"


def issue_several_by_keys(office: Visitor) -> None:
    """Space unticks all and ticks two; Enter in a field or on a box issues nothing, the button issues both at once."""
    page = office.page
    expect(page.locator("[data-selected]")).to_have_text("5")
    page.locator("form.todo [data-all]").focus()
    page.keyboard.press("Space")
    assert not any(proposed(page).values())
    for task in (SILENT, REMINDED):
        proposal(page, task).locator("[name=row]").focus()
        page.keyboard.press("Space")
    expect(page.locator("[data-selected]")).to_have_text("2")
    expect(page.locator("form.todo [data-all]")).not_to_be_checked()
    page.keyboard.press("Enter")
    day = proposal(page, SILENT).locator("input[type=date]")
    expect(day).to_have_value("2026-11-03")
    day.focus()
    page.keyboard.press("Enter")
    assert orders_since() == 0, "Enter decides nothing"
    button = page.get_by_role("button", name="签发所选")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_contain_text("已签发2件")
    office.look()
    issued = SupervisionOrder.objects.filter(issued_at__date=DAY).order_by("series", "number")
    assert [(order.series, order.number, order.task.number) for order in issued] == [
        ("order", 6, SILENT),
        ("reminder", 7, REMINDED),
    ]
    assert red_order().climbed_from.number == 4
    assert not CircularDraft.objects.filter(state="draft", lines__contains="认领微心愿").exists()


def acknowledge_and_answer(head: Visitor, effort: Effort) -> None:
    """On the phone home leads to the order; one tap acknowledges it, the answer promises a day."""
    page = head.open("/")
    page.locator(f".todo a[href*='{red_order().get_absolute_url()}']").first.click()
    page.wait_for_url("**/orders/order/2026/6/")
    head.look()
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_role("button", name="签收")).to_have_count(0)
    head.look()
    assert red_order().state == "acknowledged"
    answer(head, effort, "选址未定，已专人跟进。")
    assert red_order().answers.get().promised_on == PROMISED


def answer(head: Visitor, effort: Effort, text: str) -> None:
    """Words, a day typed by its figures, and the button; Enter behind the day goes on to the next field."""
    page = head.page
    effort.write(page.locator("#id_text"), text)
    page.locator("#id_promised_on").focus()
    page.keyboard.type("11202026")  # this browser's own order: month, day, year
    before = red_order().answers.count()
    page.keyboard.press("Enter")
    assert red_order().answers.count() == before, "Enter decides nothing"
    page.get_by_role("button", name="答复", exact=True).click()
    expect(page.locator(".notice-success")).to_be_visible()
    head.look()
    assert red_order().state == "answered"


def send_back(office: Visitor, effort: Effort) -> None:
    """The desk leads to the verdict; without a reason nothing goes back."""
    page = judge(office)
    office.watch.expected.add(422)
    page.get_by_role("button", name="退回").click()
    expect(page.locator("#verdict #id_text")).to_have_attribute("aria-invalid", "true")
    office.look()
    office.watch.expected.remove(422)
    assert red_order().state == "answered"
    effort.write(page.locator("#verdict #id_text"), "请写明责任人。")
    page.get_by_role("button", name="退回").click()
    expect(page.locator("#verdict")).to_have_count(0)
    office.look()
    assert red_order().state == "sent_back"


def judge(office: Visitor) -> Page:
    """From the row of the order on the desk to its answer."""
    page = office.open("/orders/")
    row = page.locator(".row").filter(has=page.locator(f"a[href='{red_order().get_absolute_url()}']"))
    row.get_by_role("link", name="认定答复").click()
    page.wait_for_url("**/orders/order/2026/6/#verdict")
    office.look()
    return page


def answer_again(head: Visitor, effort: Effort) -> None:
    """What is missing stands above the form, to which the head's own row of the desk leads."""
    page = head.open("/orders/")
    row = page.locator(".row").filter(has=page.locator(f"a[href='{red_order().get_absolute_url()}']"))
    row.get_by_role("link", name="答复").click()
    page.wait_for_url("**/orders/order/2026/6/")
    head.look()
    expect(page.locator(".history")).to_contain_text("请写明责任人。")
    answer(head, effort, "何某某负责，20日前开工。")
    assert red_order().answers.count() == 2


def accept(office: Visitor) -> None:
    """Accepted without a word; the order waits for the promised day, apart from those that are open."""
    page = judge(office)
    page.get_by_role("button", name="认可答复").click()
    expect(page.locator("#verdict")).to_have_count(0)
    office.look()
    assert red_order().state == "accepted"
    page = office.open("/orders/")
    promised = page.locator("section[aria-labelledby=promised-orders] .row").filter(has_text=f"{SILENT} ")
    expect(promised).to_contain_text("承诺：11月20日")
    expect(promised).to_contain_text("还有22天")
    expect(proposal(page, SILENT)).to_have_count(0)


def void(office: Visitor, effort: Effort) -> None:
    """A reminder is declared void: it keeps its number in the list of all, and is proposed anew."""
    page = office.open("/orders/reminder/2026/7/")
    page.get_by_role("link", name="作废").click()
    page.wait_for_url("**/void/")
    office.look()
    effort.write(page.locator("#id_reason"), "依据写错。")
    page.get_by_role("button", name="作废").click()
    page.wait_for_url("**/orders/reminder/2026/7/")
    office.look()
    expect(page.locator("main")).to_contain_text("依据写错。")
    page = office.open("/orders/all/?state=void")
    row = page.locator("#list tbody tr")
    expect(row).to_have_count(1)
    for said in ("提醒〔2026〕7号", "提醒", "作废"):
        expect(row).to_contain_text(said)


def issue_again(office: Visitor) -> None:
    """The next reminder takes the next number, not the one of the void order."""
    page = office.open("/orders/")
    expect(proposal(page, REMINDED)).to_contain_text("尚未提醒")
    page.locator("form.todo [data-all]").uncheck()
    proposal(page, REMINDED).locator("[name=row]").check()
    page.get_by_role("button", name="签发所选").click()
    expect(page.locator(".notice-success")).to_contain_text("已签发1件")
    office.look()
    reminders = SupervisionOrder.objects.filter(series="reminder", task__number=REMINDED, number__gte=7)
    assert list(reminders.order_by("number").values_list("number", "state")) == [(7, "void"), (8, "issued")]


def what_was_dismissed_does_not_come_back(office: Visitor) -> None:
    """Nor the day after: the desk tells who decided so, and why."""
    page = office.open("/orders/")
    expect(proposal(page, DISMISSED)).to_have_count(0)
    page.locator(".fold-list summary").click()
    office.look()
    expect(page.locator(".fold-list")).to_contain_text("专班已约谈物业公司。")
    expect(page.locator(".fold-list")).to_contain_text("周某某")
