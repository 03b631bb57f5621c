"""A decision on its way: signed and turned into work, worked off, and told by the agenda of the next meeting."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from governance.clock import at_time
from governance.people.accounts import create_account
from governance.people.models import User
from governance.people.roles import Role
from teams.meetings.agenda.holding import hold_meeting
from teams.meetings.agenda.minutes import submit_minutes, write_minutes
from teams.meetings.agenda.planning import plan_meeting
from teams.meetings.decisions.adoption import adopt_all
from teams.meetings.decisions.recording import DecisionWords, record_decision
from teams.meetings.models import Decision, Meeting
from teams.models import Source, SpecialAction, SpecialTeam, Task
from teams.reports.periods import generate_periods
from tests.browser import beginnings
from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.effort import Effort
from tests.formats.brought import photo

pytestmark = pytest.mark.browser

MET, NEXT = "dispatch-2026-1", "promotion-2026-1"
MET_ON, TURNED_ON, DUE_ON, PREPARED_ON = (
    date(2026, 9, 8),
    date(2026, 9, 9),
    date(2026, 9, 30),
    date(2026, 10, 8),
)
CHECK, PLAN = "核查20个村的经营性收入，逐村建立台账。", "报送四季度培训计划。"
HEAD, DECIDED = "head-village-economy", "第1次调度会议定事项"


def meet() -> None:
    """The county holds a dispatch meeting with two decisions; its minutes are submitted."""
    beginnings.found_county()
    founded = at_time(beginnings.FOUNDED, 9)
    admin = User.objects.get(username="admin")
    people = {"secretary": ("秦某某", Role.MEETING_SECRETARY), "leader": ("田某某", Role.COUNTY_LEADER)}
    secretary, leader = (
        create_account(
            by=admin,
            at=founded,
            username=username,
            name=name,
            password=beginnings.PASSWORD,
            own_password=True,
            roles=[role],
        )
        for username, (name, role) in people.items()
    )
    office, action = User.objects.get(username="office"), SpecialAction.objects.get()
    generate_periods(action, first=date(2026, 10, 1), last=date(2026, 10, 31), by=office, at=founded)
    planned = {"kind": "dispatch", "starts_at": at_time(MET_ON, 9), "place": "三楼会议室", "chair": leader}
    meeting = plan_meeting(action=action, by=secretary, at=at_time(date(2026, 9, 3), 9), **planned)
    for text, code, makes in ((CHECK, "village-economy", "own_tasks"), (PLAN, "theme-training", "nothing")):
        named = [SpecialTeam.objects.get(code=code)]
        words = DecisionWords(text=text, named=named, due_on=DUE_ON, makes=makes)
        record_decision(meeting, words, by=secretary, at=at_time(MET_ON, 8))
    meeting = hold_meeting(meeting, by=secretary, at=at_time(MET_ON, 11))
    adopt_all(meeting, by=office, at=at_time(MET_ON, 15))
    meeting = write_minutes(meeting, text="会议听取两个专班汇报。", by=secretary, at=at_time(MET_ON, 16))
    submit_minutes(meeting, by=secretary, at=at_time(MET_ON, 17))


@pytest.fixture
def county(enter, settings, tmp_path):
    """Two teams with their tasks; it is the day after the meeting."""
    settings.DEMO_TODAY = beginnings.SEPTEMBER[0]
    enter("decided", meet)
    beginnings.import_ledger(tmp_path)
    settings.DEMO_TODAY = TURNED_ON


def test_a_decision_becomes_a_task_is_closed_out_and_told_at_the_next_meeting(
    county, visit, settings, tmp_path, caplog
):
    office, head, secretary = visit("zh-hans", DESK, "office"), visit("zh-hans", PHONE, HEAD), visit("zh-hans", DESK)
    secretary.signed_in("zh-hans", "secretary")
    turned = Effort("office signs minutes and turns two decisions into work, zh-hans", office)
    sign_and_turn(office)
    print(turned.tell())
    assert turned.sums == {"taps": 5, "keys": 0, "choices": 0}

    worked = Effort("head works a decision off, zh-hans", head)
    acknowledge(head)
    settings.DEMO_TODAY = DUE_ON
    report(head, worked)
    judged = dict(turned.sums)
    accept_report(office)
    picture = tmp_path / "台账.jpg"
    picture.write_bytes(photo())
    ask_close_out(head, worked, str(picture))
    print(worked.tell())
    assert worked.sums["taps"] <= 14
    assert worked.sums["keys"] <= 30
    accept_close_out(office)
    print("office accepts", turned.sums["taps"] - judged["taps"])
    assert turned.sums["taps"] - judged["taps"] <= 6

    settings.DEMO_TODAY = PREPARED_ON
    told = Effort("secretary prepares the next meeting and reads what became of decisions, zh-hans", secretary)
    prepare_next(secretary)
    print(told.tell())
    assert told.sums["taps"] <= 4
    assert told.sums["keys"] <= 8
    assert "Conflict" not in caplog.text, "what was submitted is not saved as a draft once more"
    assert follow_up() == [
        ("overdue", "decision", 2, MET, "theme-training", "2026-09-30"),
        ("done", "decision", 1, MET, "village-economy", "2026-09-30"),
    ]


def the_task() -> Task:
    """The one that the decision has become."""
    return Task.objects.get(source=Source.MEETING)


def go(visitor: Visitor, selector: str) -> None:
    """Press what leads to a page, and look that over."""
    with visitor.page.expect_navigation():
        visitor.page.locator(selector).first.click()
    visitor.look()


def sign_and_turn(office: Visitor) -> None:
    """From home to the minutes, signed; then each decision from the meeting's page."""
    office.open("/")
    go(office, f".todo a.button[href$='/{MET}/minutes/']")
    go(office, "main form .button-primary")
    assert Meeting.objects.get().state == "minutes_issued"
    go(office, "#decisions a.button")
    go(office, ".verdict button.button-primary")
    go(office, ".verdict button.button-primary")
    assert not Decision.objects.filter(settled_at=None).exists()
    task = the_task()
    assert (task.team.code, task.title, task.due_on) == ("village-economy", CHECK.rstrip("。"), DUE_ON)


def acknowledge(head: Visitor) -> None:
    """The new task stands at home; its page names the decision it comes from, which the head reads."""
    task = the_task()
    page = head.open("/")
    go(head, f".todo a.button[href$='{task.get_absolute_url()}']")
    assert page.inner_text("dl.facts").count(f"{DECIDED}1") == 1
    go(head, "form[action$='/acknowledge/'] button:not([hidden])")
    task.refresh_from_db()
    assert task.state == "acknowledged"
    go(head, f"dl.facts a[href$='/{MET}/decisions/1/']")
    expect(page.locator("main")).to_contain_text(CHECK)


def report(head: Visitor, effort: Effort) -> None:
    """On the last day of the month the task stands in the report; nothing is new of the others."""
    page = head.open("/")
    go(head, ".todo a.button[href*='/reports/village-economy/']")
    row = page.locator(f"#task-{the_task().pk}")
    row.locator("[data-progress]").check()
    effort.write(row.locator("[name$='-percent']"), "100")
    effort.write(row.locator("textarea[name$='-text']"), "20个村全部核查，台账已建。")
    page.locator("[data-rest]").click()
    head.watch.expected.add(422)
    go(head, "button[name='submit']")  # from nothing to everything in one report: it is asked back, and is right
    row.locator(".notice input[type='checkbox']").check()
    go(head, "button[name='submit']")
    expect(page.locator(".notice-success")).to_be_visible()


def accept_report(office: Visitor) -> None:
    """The office reads the report and accepts it."""
    office.open("/")
    go(office, ".todo a.button[href*='/reports/review/']")
    go(office, "#list .table-title")
    go(office, "button[name='accept']")
    assert the_task().percent == 100


def ask_close_out(head: Visitor, effort: Effort, proof: str) -> None:
    """The head asks to close the task out and attaches what proves it."""
    address = the_task().get_absolute_url()
    page = head.open(address)
    go(head, f"main a[href='{address}close-out/']")
    effort.write(page.locator("#id_statement"), "20个村逐村核查建账。")
    page.locator("#id_files").set_input_files(proof)
    go(head, "main form .button-primary")
    assert the_task().close_outs.get().evidence.count() == 1


def accept_close_out(office: Visitor) -> None:
    """The office sees the proof and closes the task out."""
    page = office.open("/")
    go(office, ".todo a.button[href*='/decisions/']")
    expect(page.locator(".evidence img").first).to_be_visible()
    go(office, "button[name='verdict'][value='yes']")
    assert the_task().state == "closed_out"


def prepare_next(secretary: Visitor) -> None:
    """Planned by its day alone, the next meeting opens with what became of the decisions."""
    page = secretary.open("/meetings/")
    go(secretary, "a.button[href$='/meetings/new/promotion/']")
    page.locator("#id_starts_at_0").click()
    page.keyboard.type("10122026")
    go(secretary, "main form .button-primary")
    chapter = page.locator("#follow-up")
    expect(chapter.locator("ol.rows > li").first).to_contain_text(f"{DECIDED}2")
    chapter.locator("summary").click()
    expect(chapter.locator("details li")).to_contain_text(f"{DECIDED}1")
    secretary.look()
    expect(chapter.locator(".lead")).to_have_text("1项逾期；上次会后办结1项。")


def follow_up() -> list[tuple]:
    """What the command prints of the next meeting."""
    printed = StringIO()
    call_command("agenda", NEXT, "--json", stdout=printed)
    return [tuple(row.values()) for row in json.loads(printed.getvalue())["follow_up"]]
