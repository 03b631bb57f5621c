"""From nothing but tables to the first report, on screen alone: the administrator's steps, then the special office's.

The database is empty but for what migrations write; the one command is `create_administrator`. Every file is the empty
workbook that the page itself gives, filled in. Whoever signs out in the middle goes on where the installation stands.
"""

import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from governance.people.models import County, Department, User
from governance.people.roles import Role
from teams.models import ReportingPeriod, ReportSubmission, SpecialAction, SpecialTeam, Task, TeamMember
from tests.browser.beginnings import LEDGER
from tests.browser.conftest import DESK, Visitor
from tests.browser.effort import Effort

pytestmark = pytest.mark.browser

FIRST_DAY, LAST_DAY = date(2026, 9, 1), date(2026, 9, 30)
PASSWORD, CHOSEN = "Lantern-ferry-27", "Orchard-bridge-41"
FIRST_STEPS = "/setting-up/"

DEPARTMENTS = [
    {"单位名称": "县农业农村局", "简称": "农业农村局", "别名": "农业局、县农委"},
    {"单位名称": "县委党校", "简称": "党校"},
    {"单位名称": "县财政局", "简称": "财政局"},
]
PEOPLE = [
    {"账号": "zhoumou", "姓名": "周某某", "单位": "县委党校", "角色": "专项办", "可登录": "是"},
    {"账号": "wangmou", "姓名": "王某某", "职务": "局长", "单位": "农业局", "可登录": "是"},
    {"账号": "zhaomou", "姓名": "赵某某", "职务": "股长", "单位": "县农委", "可登录": "是"},
    {"账号": "qianmou", "姓名": "钱某某", "职务": "干部", "单位": "县财政局"},
]
MEMBERS = [
    {"专班": "村集体经济专班", "账号或姓名": "wangmou", "职责": "组长", "加入日期": "2026-09-01"},
    {"专班": "村集体经济专班", "账号或姓名": "赵某某", "职责": "联络员", "加入日期": "2026-09-01"},
    {"专班": "村集体经济专班", "账号或姓名": "钱某某", "职责": "成员", "加入日期": "2026-09-01"},
]
TASKS = 2
"""Tasks of the one team in the ledger of `beginnings`."""


def test_from_an_empty_installation_to_the_first_report(enter, visit, settings, tmp_path, monkeypatch):
    settings.DEMO_TODAY = FIRST_DAY
    enter("nothing", lambda: None)
    make_administrator(monkeypatch)

    admin = visit("zh-hans", DESK)
    effort = Effort("administrator sets up, zh-hans", admin)
    sign_in(admin, effort, "admin", PASSWORD)
    home_leads_to_first_steps(admin)
    name_the_county(admin, effort)
    upload(admin, tmp_path, DEPARTMENTS, "单位名册")
    assert Department.objects.by_name()["县农委"].name == "县农业农村局"

    sign_out(admin)
    sign_in(admin, effort, "admin", PASSWORD)
    home_leads_to_first_steps(admin)
    expect(current_step(admin.page)).to_contain_text("录入人员")

    upload(admin, tmp_path, PEOPLE, "人员名册", back=False)
    passwords = take_first_passwords(admin, tmp_path)
    assert set(passwords) == {"zhoumou", "wangmou", "zhaomou"}
    back_to_first_steps(admin)
    expect(current_step(admin.page)).to_contain_text("专项办")
    print(effort.tell())
    assert effort.sums["taps"] <= 30

    office = visit("zh-hans", DESK)
    effort = Effort("office sets up, zh-hans", office)
    choose_password(office, effort, "zhoumou", passwords["zhoumou"])
    home_leads_to_first_steps(office)
    open_action(office, effort)
    add_stage(office, effort)
    found_team(office, effort)
    sign_out(office)
    sign_in(office, effort, "zhoumou", CHOSEN)
    home_leads_to_first_steps(office)
    expect(current_step(office.page)).to_contain_text("村集体经济专班")
    upload(office, tmp_path, MEMBERS, "专班人员")
    lay_down_periods(office)
    import_ledger(office, tmp_path)
    expect(current_step(office.page)).to_contain_text("第一份报告")
    print(effort.tell())
    assert effort.sums["taps"] <= 50

    liaison, head = visit("zh-hans", DESK), visit("zh-hans", DESK)
    drafting, submitting = (
        Effort(f"{who}'s first report, zh-hans", visitor) for who, visitor in (("liaison", liaison), ("head", head))
    )
    for visitor, effort, name in ((liaison, drafting, "zhaomou"), (head, submitting, "wangmou")):
        choose_password(visitor, effort, name, passwords[name])
        sign_out(visitor)
    settings.DEMO_TODAY = LAST_DAY
    draft(liaison, drafting, CHOSEN)
    submit(head, submitting, CHOSEN)

    office.page.reload()
    office.look()
    expect(office.page.locator("[aria-current='step']")).to_have_count(0)
    expect(office.page.locator("main .caption").first).to_contain_text("8")
    assert ReportSubmission.objects.get().by.username == "wangmou"


# Steps ---------------------------------------------------------------------------------------------------------------
def make_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one thing that is done on the server."""
    monkeypatch.setattr("sys.stdin", StringIO(PASSWORD + "\n"))
    call_command("create_administrator", "admin", "管某某", stdout=StringIO())
    assert User.objects.get().roles == {Role.ADMINISTRATOR}


def sign_in(visitor: Visitor, effort: Effort, username: str, password: str) -> None:
    """By the door, as everybody."""
    page = visitor.open("/sign-in/")
    effort.write(page.locator("#id_username"), username)
    effort.write(page.locator("#id_password"), password)
    page.click(".door button.button-primary")
    page.wait_for_url(re.compile(r"/$"))
    visitor.look()


def choose_password(visitor: Visitor, effort: Effort, username: str, first: str) -> None:
    """The first password opens one page: the one where it is changed."""
    page = visitor.open("/sign-in/")
    effort.write(page.locator("#id_username"), username)
    effort.write(page.locator("#id_password"), first)
    page.click(".door button.button-primary")
    page.wait_for_url("**/account/password/")
    visitor.look()
    effort.write(page.locator("#id_new_password1"), CHOSEN)
    effort.write(page.locator("#id_new_password2"), CHOSEN)
    page.click("main button.button-primary")
    page.wait_for_url(re.compile(r"/$"))
    visitor.look()


def sign_out(visitor: Visitor) -> None:
    """Through the menu under the name."""
    visitor.page.locator("details.menu.wide summary").click()
    visitor.page.locator("details.menu.wide form[action='/sign-out/'] button:not([hidden])").click()
    visitor.page.wait_for_load_state()


def home_leads_to_first_steps(visitor: Visitor) -> None:
    """Whoever sets up finds the way on the first page."""
    visitor.page.locator(f"main a[href='{FIRST_STEPS}']").first.click()
    visitor.page.wait_for_url("**" + FIRST_STEPS)
    visitor.look()


def back_to_first_steps(visitor: Visitor) -> None:
    """By the button beside what came of a list."""
    visitor.page.locator(f"main a.button[href='{FIRST_STEPS}']").click()
    visitor.page.wait_for_url("**" + FIRST_STEPS)
    visitor.look()


def to_first_steps(visitor: Visitor) -> None:
    """From any page, by the menu."""
    visitor.page.locator("nav.nav details.menu summary").click()
    visitor.page.locator(f"nav.nav details.menu a[href='{FIRST_STEPS}']").click()
    visitor.page.wait_for_url("**" + FIRST_STEPS)
    visitor.look()


def current_step(page: Page):
    """The step that comes next."""
    return page.locator("[aria-current='step']")


def take_step(visitor: Visitor) -> Page:
    """Go through the first door of the step that comes next."""
    current_step(visitor.page).locator(".button-primary").click()
    visitor.page.wait_for_load_state()
    visitor.look()
    return visitor.page


def send(visitor: Visitor) -> None:
    """Send the form of the page, which is taken."""
    visitor.page.locator("main form .form-actions .button-primary").click()
    visitor.page.wait_for_load_state()
    visitor.look()
    expect(visitor.page.locator(".form-errors")).to_have_count(0)


def name_the_county(visitor: Visitor, effort: Effort) -> None:
    """The first step; saving it leads back."""
    page = take_step(visitor)
    effort.write(page.locator("#id_name_zh"), "清河县")
    effort.write(page.locator("#id_name_en"), "Qinghe County")
    send(visitor)
    expect(page).to_have_url(re.compile(FIRST_STEPS + "$"))
    expect(page.locator("header.masthead")).to_contain_text("清河县")
    assert County.objects.get().name_en == "Qinghe County"


def filled(path: Path, rows: list[dict[str, Any]], name: str) -> Path:
    """The empty workbook at `path` with `rows` under its header; what it gave as an example is overwritten."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[name]
    header = next(row for row in sheet.iter_rows() if {cell.value for cell in row} >= set(rows[0]))
    columns = {cell.value: cell.column for cell in header}
    for number, row in enumerate(rows, header[0].row + 1):
        for title, column in columns.items():
            sheet.cell(number, column).value = row.get(title)
    workbook.save(path)
    return path


def upload(visitor: Visitor, folder: Path, rows: list[dict[str, Any]], name: str, *, back=True) -> None:
    """The empty workbook of the page, filled in, read, looked at, confirmed."""
    page = take_step(visitor)
    with page.expect_download() as download:
        page.locator("a[href$='?empty=1']").click()
    path = folder / f"{name}.xlsx"
    download.value.save_as(path)
    read_and_confirm(visitor, filled(path, rows, name), len(rows))
    if back:
        back_to_first_steps(visitor)


def read_and_confirm(visitor: Visitor, path: Path, count: int) -> None:
    """Choose the file, read what it would do, confirm."""
    page = visitor.page
    page.locator("#id_file").set_input_files(path)
    send(visitor)
    expect(page.locator("main form button.button-primary")).to_contain_text(str(count))
    send(visitor)
    expect(page.locator(".notice-success")).to_be_visible()


def take_first_passwords(visitor: Visitor, folder: Path) -> dict[str, str]:
    """Passwords by account, from the sheet; the page offers to give it out again until they are changed."""
    page = visitor.page
    with page.expect_download() as download:
        page.locator("button[form='first-passwords-1']").click()
    path = folder / "passwords.xlsx"
    download.value.save_as(path)
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if "初始密码" in row and "账号" in row)
    page.reload()
    visitor.look()
    expect(page.locator("button[form='first-passwords-1']")).to_contain_text("重新发放")
    return {row[0]: row[3] for row in rows[start + 1 :] if row[0]}


def open_action(visitor: Visitor, effort: Effort) -> None:
    """Its title, its days, its rhythm."""
    page = take_step(visitor)
    effort.write(page.locator("#id_code"), "governance")
    effort.write(page.locator("#id_title_zh"), "基层治理能力提升专项行动")
    effort.write(page.locator("#id_title_en"), "Grassroots governance")
    page.fill("#id_starts_on", FIRST_DAY.isoformat())
    page.fill("#id_ends_on", "2026-12-31")
    page.select_option("#id_rhythm", "monthly")
    send(visitor)
    assert SpecialAction.objects.get().rhythm == "monthly"
    to_first_steps(visitor)


def add_stage(visitor: Visitor, effort: Effort) -> None:
    """An optional step, done all the same."""
    page = visitor.page
    page.locator("main a[href$='/stages/new/']").click()
    page.wait_for_load_state()
    visitor.look()
    effort.write(page.locator("#id_order"), "1")
    effort.write(page.locator("#id_title"), "攻坚阶段")
    page.fill("#id_starts_on", FIRST_DAY.isoformat())
    page.fill("#id_ends_on", "2026-12-31")
    send(visitor)
    to_first_steps(visitor)


def found_team(visitor: Visitor, effort: Effort) -> None:
    """One team under its lead department."""
    page = take_step(visitor)
    effort.write(page.locator("#id_name"), "发展壮大村级集体经济专班")
    effort.write(page.locator("#id_short_name"), "村集体经济专班")
    effort.write(page.locator("#id_code"), "village-economy")
    effort.write(page.locator("#id_lead_department"), "农业局")
    send(visitor)
    team = SpecialTeam.objects.get()
    assert team.departments.get().department.name == "县农业农村局"
    to_first_steps(visitor)
    expect(current_step(page)).to_contain_text("村集体经济专班")


def lay_down_periods(visitor: Visitor) -> None:
    """As the action's days propose them."""
    assert {member.part for member in TeamMember.objects.all()} == {"head", "liaison", "member"}
    take_step(visitor)
    send(visitor)
    assert ReportingPeriod.objects.count() == 4
    to_first_steps(visitor)


def import_ledger(visitor: Visitor, folder: Path) -> None:
    """The officials' own sheet, with the rows of this team."""
    workbook = openpyxl.Workbook()
    for row in LEDGER[: 2 + TASKS]:
        workbook.active.append(row)
    workbook.active.merge_cells("B3:B4")
    path = folder / "台账.xlsx"
    workbook.save(path)
    take_step(visitor)
    read_and_confirm(visitor, path, TASKS)
    assert Task.objects.count() == TASKS
    to_first_steps(visitor)


def draft(liaison: Visitor, effort: Effort, password: str) -> None:
    """From their home to the report, which is handed over."""
    sign_in(liaison, effort, "zhaomou", password)
    page = liaison.page
    page.locator(".todo a[href$='/reports/village-economy/2026-09-01/']").first.click()
    page.wait_for_url("**/reports/**")
    liaison.look()
    page.locator("[data-progress]").first.check()
    effort.write(page.locator("textarea[name^='row-'][name$='-text']").first, "新增示范村2个。")
    page.locator("[data-rest]").click()
    page.click("button[name='hand_over']")
    page.wait_for_load_state()
    liaison.look()
    expect(page.locator(".notice-success")).to_be_visible()
    print(effort.tell())


def submit(head: Visitor, effort: Effort, password: str) -> None:
    """From their home to the draft, signed off."""
    sign_in(head, effort, "wangmou", password)
    page = head.page
    page.locator(".todo a[href$='/approve/']").first.click()
    page.wait_for_url("**/approve/")
    head.look()
    page.click("button[name='submit']")
    page.wait_for_load_state()
    head.look()
    print(effort.tell())
