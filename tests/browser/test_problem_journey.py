"""A problem from the row of a report to its closing, and back: each person at a browser of their own, counted."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from governance.clock import at_time
from governance.people.models import User
from teams.meetings.models import Problem
from teams.models import SpecialTeam
from teams.roster.members import add_member
from tests.browser.conftest import DEMO_DAY, DESK, PHONE, Visitor, tell_story
from tests.browser.effort import Effort
from tests.formats.brought import photo

pytestmark = pytest.mark.browser

TEAM = "urban-party-building"
TITLE = "示范点建设长期停滞"
BEFORE, AFTER = photo((1200, 900), taken="2026:10:20 09:30:00"), photo((1200, 900), colour="green")
RESOLVED, CLOSED = date(2026, 11, 10), date(2026, 11, 12)
LOOKED_AT = CLOSED + timedelta(days=30)
DUE_AGAIN = date(2027, 1, 8)
RETURNED = "抽查2个示范点，1个又停工。"


@pytest.fixture
def county(enter):
    """The story, in which somebody of the office is also deputy of the team: a resolver who could close elsewhere."""
    enter("story", tell_story)
    team, office = SpecialTeam.objects.get(code=TEAM), User.objects.get(username="office")
    by = User.objects.get(username="office2")
    add_member(team, user=office, part="deputy", joined_on=DEMO_DAY, by=by, at=at_time(DEMO_DAY, 9))


def brought(name: str, content: bytes) -> dict:
    """A picture as a browser uploads it."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def problem() -> Problem:
    """The problem of this journey as it stands."""
    return Problem.objects.get(title=TITLE)


def row_of(page: Page):
    """The row of the problem on the board."""
    return page.locator("#list .row").filter(has_text=TITLE)


def test_a_problem_goes_its_way_and_returns(county, visit, settings):
    raiser, deputy = visit("zh-hans", DESK, "office2"), visit("zh-hans", DESK, "office")
    head = visit("zh-hans", PHONE, f"head-{TEAM}")
    people = {"the office": raiser, "the head": head, "the deputy": deputy}
    efforts = {name: Effort(f"problem: {name}, zh-hans", visitor) for name, visitor in people.items()}
    raise_from_a_report(raiser, efforts["the office"])
    analyse(raiser, efforts["the office"])
    take_up(head, efforts["the head"])
    settings.DEMO_TODAY = RESOLVED
    resolve(deputy, efforts["the deputy"])
    the_resolver_does_not_close(deputy, head)
    settings.DEMO_TODAY = CLOSED
    close_out(raiser, efforts["the office"])
    settings.DEMO_TODAY = LOOKED_AT - timedelta(days=1)
    nothing_to_look_back_on_yet(raiser)
    settings.DEMO_TODAY = LOOKED_AT
    look_back_and_reopen(raiser, efforts["the office"])
    board_and_team_say_so(raiser, head)
    spent = {name: (effort.sums["taps"], effort.sums["keys"]) for name, effort in efforts.items()}
    print([effort.tell() for effort in efforts.values()])
    most = {"the office": (16, 62), "the head": (5, 0), "the deputy": (4, 12)}
    assert all(a <= b for name in spent for a, b in zip(spent[name], most[name], strict=True)), spent


def raise_from_a_report(office: Visitor, effort: Effort) -> None:
    """The report that waits for review leads to the problem: where it comes from and its team are filled in."""
    page = office.open("/reports/review/")
    page.locator("#list .table-title").first.click()
    page.wait_for_url(re.compile(r"/reports/review/\d+/$"))
    page.get_by_role("link", name="登记为问题").first.click()
    page.wait_for_url("**/problems/new/?entry=*")
    office.look()
    expect(page.locator("[name=teams]:checked")).to_have_count(1)
    effort.write(page.locator("#id_title"), TITLE)
    page.keyboard.press("Enter")
    assert not Problem.objects.filter(title=TITLE).exists(), "Enter goes on to the next field"
    expect(page.locator("#id_text")).to_be_focused()
    page.locator("#id_files").set_input_files(brought("停工现场.jpg", BEFORE))
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url(re.compile(r"/problems/\d+/$"))
    office.look()
    expect(page.locator("#evidence img")).to_have_count(1)
    found = problem()
    assert (found.state, found.teams.get().team.code, found.entry is None) == ("raised", TEAM, False)


def analyse(office: Visitor, effort: Effort) -> None:
    """Cause, lead, due and the condition; the lead team and a day a month ahead are proposed."""
    page = office.page
    page.get_by_role("link", name="研判", exact=True).click()
    page.wait_for_url("**/analyse/")
    office.look()
    effort.write(page.locator("#id_cause"), "选点后无人跟进。")
    page.locator("#id_owner").focus()
    page.keyboard.press("Enter")
    assert problem().state == "raised", "Enter decides nothing"
    effort.write(page.locator("#id_solved_when"), "5个示范点全部开工。")
    page.get_by_role("button", name="确定研判意见").click()
    page.wait_for_url(re.compile(r"/problems/\d+/$"))
    office.look()
    found = problem()
    assert (found.state, found.lead.code, found.due_on) == ("analysed", TEAM, date(2026, 11, 26))
    assert (found.cause, found.solved_when) == ("选点后无人跟进。", "5个示范点全部开工。")


def take_up(head: Visitor, effort: Effort) -> None:
    """Home leads the head to it; two taps more and the team has it."""
    page = head.open("/")
    page.locator(".todo a").filter(has_text="认领").first.click()
    page.wait_for_url(re.compile(r"/problems/\d+/$"))
    head.look()
    expect(page.locator("main")).to_contain_text("5个示范点全部开工。")
    page.get_by_role("link", name="认领", exact=True).click()
    page.wait_for_url("**/take-up/")
    head.look()
    page.get_by_role("button", name="认领").click()
    page.wait_for_url(re.compile(r"/problems/\d+/$"))
    head.look()
    assert problem().state == "rectifying"


def resolve(deputy: Visitor, effort: Effort) -> None:
    """The board leads to the form; words alone are not enough, a picture of how it looks now is asked for."""
    page = deputy.open("/problems/")
    row_of(page).get_by_role("link", name="报告已解决").click()
    page.wait_for_url("**/resolve/")
    deputy.look()
    effort.write(page.locator("#id_text"), "5个示范点已全部开工。")
    deputy.watch.expected.add(422)
    page.get_by_role("button", name="报专项办核验").click()
    expect(page.locator("#id_files")).to_have_attribute("aria-invalid", "true")
    deputy.look()
    deputy.watch.expected.remove(422)
    expect(page.locator("#id_text")).to_have_value("5个示范点已全部开工。")
    page.locator("#id_files").set_input_files(brought("开工现场.jpg", AFTER))
    page.get_by_role("button", name="报专项办核验").click()
    page.wait_for_url(re.compile(r"/problems/\d+/$"))
    deputy.look()
    expect(page.locator("#evidence img")).to_have_count(2)
    assert problem().state == "resolved"


def the_resolver_does_not_close(deputy: Visitor, head: Visitor) -> None:
    """Of the office or not: neither board nor page offers it, and the address is refused."""
    for visitor in (deputy, head):
        page = visitor.open("/problems/")
        expect(row_of(page)).to_contain_text("等待核验")
        expect(row_of(page).get_by_role("link", name="核验")).to_have_count(0)
        page = visitor.open(problem().get_absolute_url())
        expect(page.get_by_role("link", name="核验")).to_have_count(0)
        visitor.watch.expected.add(403)
        visitor.open(f"{problem().get_absolute_url()}verify/")
        expect(visitor.page.get_by_role("button", name="销号")).to_have_count(0)
        visitor.watch.expected.remove(403)
    assert problem().state == "resolved"


def close_out(office: Visitor, effort: Effort) -> None:
    """Before and after stand side by side with the condition; another person of the office closes it."""
    page = office.open("/problems/")
    row_of(page).get_by_role("link", name="核验").click()
    page.wait_for_url("**/verify/")
    office.look()
    expect(page.locator(".evidence img")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("5个示范点全部开工。")
    effort.write(page.locator("#id_text"), "现场核对属实。")
    page.get_by_role("button", name="销号").click()
    page.wait_for_url("**/problems/")
    office.look()
    found = problem()
    assert (found.state, found.look_again_on) == ("closed_out", LOOKED_AT)
    assert {step.by.username for step in found.steps.filter(state__in=("resolved", "closed_out"))} == {
        "office",
        "office2",
    }


def nothing_to_look_back_on_yet(office: Visitor) -> None:
    """The evening before its day, the page only says when."""
    page = office.open(problem().get_absolute_url())
    expect(page.locator("main")).to_contain_text("12月12日回头看")
    expect(page.get_by_role("link", name="回头看", exact=True)).to_have_count(0)


def look_back_and_reopen(office: Visitor, effort: Effort) -> None:
    """On its day home asks for it; it has returned, and is reopened with a reason and a new day."""
    page = office.open("/")
    page.locator(".todo a").filter(has_text="回头看").first.click()
    page.wait_for_url("**/problems/?show=look_back")
    office.look()
    row_of(page).get_by_role("link", name="回头看").click()
    page.wait_for_url("**/look-back/")
    office.look()
    page.get_by_role("link", name="重开").click()
    page.wait_for_url("**/reopen/")
    office.look()
    effort.write(page.locator("#id_reason"), RETURNED)
    page.locator("#id_due_on").focus()
    page.keyboard.type("01082027")  # this browser's own order: month, day, year
    page.keyboard.press("Enter")
    assert problem().state == "closed_out", "Enter decides nothing"
    page.get_by_role("button", name="重开").click()
    page.wait_for_url(re.compile(r"/problems/\d+/$"))
    office.look()
    found = problem()
    assert (found.state, found.due_on, found.first_due_on) == ("rectifying", DUE_AGAIN, date(2026, 11, 26))


def board_and_team_say_so(office: Visitor, head: Visitor) -> None:
    """What returned is marked on the board, its time at rest is a gap, and its team reads it with the new day."""
    page = office.open("/problems/?show=reopened")
    row = row_of(page)
    for said in ("重开1次", "中间销号30天", "限1月8日"):
        expect(row).to_contain_text(said)
    expect(row.locator(".age-gap")).to_have_count(1)
    page = head.open(f"/teams/{TEAM}/")
    shown = page.locator("#open li").filter(has_text=TITLE)
    for said in ("整改中", "重开", "2027-01-08"):
        expect(shown).to_contain_text(said)
    page = head.open(problem().get_absolute_url())
    expect(page.locator(".history")).to_contain_text(RETURNED)
    page.get_by_role("link", name="报告已解决").click()
    page.wait_for_url("**/resolve/")
    page.locator("#id_text").fill("已复工。")
    head.watch.expected.add(422)
    page.get_by_role("button", name="报专项办核验").click()
    expect(page.locator("#id_files")).to_have_attribute("aria-invalid", "true")
    head.look()
    assert problem().state == "rectifying", "the picture of November shows nothing of now"
