"""Departments and people from a workbook: what a row does, what is refused, passwords given out once."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import translation

from governance.people.accounts import change_account, change_password, create_account, issue_passwords
from governance.people.departments_import import DepartmentsImport, TownshipsImport
from governance.people.models import Department, Township, User
from governance.people.people_import import PeopleImport, password_sheets
from governance.records.dry_runs import FileRefused, MovedOn
from governance.records.models import AuditEvent, SavedUpload
from governance.records.refusals import NotAllowed, WrongState
from governance.records.tried_uploads import CarriedOut, keep_tried
from tests.factories import DepartmentFactory, UserFactory
from tests.racing import race
from tests.tables import table, told, verbs_of

pytestmark = pytest.mark.django_db

try_departments, import_departments = verbs_of(DepartmentsImport)
try_people, import_people = verbs_of(PeopleImport)
try_townships, import_townships = verbs_of(TownshipsImport)

DEPARTMENTS = [
    ["单位名称", "简称", "别名", "排序"],
    ["县农业农村局", "农业农村局", "农业局、县农委", 5],
    ["县财政局", "财政局", None, None],
]
PEOPLE = [
    ["账号", "姓名", "职务", "单位", "电话", "邮箱", "角色", "可登录"],
    ["wang", "王某", "局长", "农业局", "13800001234", "w@example.cn", "专项办、县领导", "是"],
    ["li", "李某", None, None, None, None, None, None],
]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def carried_out(kind, rows, by, at):
    """Try the rows, keep the file, carry it out."""
    tries, verb, rule = {
        "departments": (try_departments, import_departments, "keep_departments"),
        "people": (try_people, import_people, "keep_accounts"),
        "townships": (try_townships, import_townships, "keep_departments"),
    }[kind]
    seen = tries(table(*rows), by=by, at=at).fingerprint
    file = keep_tried(table(*rows), name="a.xlsx", kind=kind, rule=rule, by=by, at=at)
    return verb(table(*rows), tried=file, seen=seen, by=by, at=at)


def test_a_dry_run_writes_nothing(administrator, at):
    run = try_departments(table(*DEPARTMENTS), by=administrator, at=at)
    assert [row.about for row in run.added] == ["县农业农村局", "县财政局"]
    assert not Department.objects.exists()
    assert not AuditEvent.objects.exists()


def test_departments_come_with_their_names_in_their_order(administrator, at):
    upload = carried_out("departments", DEPARTMENTS, administrator, at)
    assert list(Department.objects.values_list("name", "short_name", "order")) == [
        ("县农业农村局", "农业农村局", 5),
        ("县财政局", "财政局", 6),
    ]
    assert Department.objects.named("农业局").name == "县农业农村局"
    assert upload.read_outcome() == {"added": 2, "changed": 0, "unchanged": 0}
    assert AuditEvent.objects.filter(verb="import_departments").count() == 1


def test_the_same_file_again_changes_nothing(administrator, at):
    carried_out("departments", DEPARTMENTS, administrator, at)
    run = try_departments(table(*DEPARTMENTS), by=administrator, at=at)
    assert (run.writes, run.unchanged) == (0, 2)


def test_a_filled_cell_is_written_and_an_empty_one_leaves_what_stands(administrator, at):
    carried_out("departments", DEPARTMENTS, administrator, at)
    run = try_departments(table(DEPARTMENTS[0], ["县农业农村局", "农局", None, None]), by=administrator, at=at)
    (row,) = run.changed
    assert [(str(each.name), each.was, each.now) for each in row.fields] == [("short name", "农业农村局", "农局")]


def test_a_name_that_stands_for_another_department_is_a_fault_of_its_row(administrator, at):
    DepartmentFactory(name="县农业局", short_name="农业局")
    run = try_departments(table(*DEPARTMENTS), by=administrator, at=at)
    assert told(run) == [("表!C2", "“农业局” is already an alias of 县农业局.")]
    with pytest.raises(FileRefused), transaction.atomic():
        carried_out("departments", DEPARTMENTS, administrator, at)
    assert Department.objects.count() == 1
    assert not SavedUpload.objects.exists()


def test_people_are_named_and_wait_for_a_password(administrator, at):
    carried_out("departments", DEPARTMENTS, administrator, at)
    upload = carried_out("people", PEOPLE, administrator, at)
    wang, li = User.objects.get(username="wang"), User.objects.get(username="li")
    assert (wang.department.name, wang.post, wang.email, wang.phone) == (
        "县农业农村局",
        "局长",
        "w@example.cn",
        "13800001234",
    )
    assert sorted(wang.groups.values_list("name", flat=True)) == ["county_leader", "special_office"]
    assert not wang.is_active and not wang.has_usable_password()
    assert not li.is_active
    assert waiting(upload) == [wang]


def waiting(upload):
    """Those of an imported file who need a first password."""
    return [user for sheet in password_sheets(upload) for user in sheet.waiting]


def test_first_passwords_are_given_out_until_the_person_has_chosen_one(administrator, at):
    carried_out("departments", DEPARTMENTS, administrator, at)
    upload = carried_out("people", PEOPLE, administrator, at)
    ((user, lost),) = issue_passwords(waiting(upload), by=administrator, at=at)
    ((user, password),) = issue_passwords(waiting(upload), by=administrator, at=at)
    user.refresh_from_db()
    assert user.is_active and user.check_password(password) and not user.check_password(lost)
    User.objects.filter(pk=user.pk).update(last_login=at)
    assert waiting(upload) == [user]  # signed in, but the first password still stands
    change_password(user, by=user, at=at, password="Lantern-ferry-27")
    assert waiting(upload) == []
    with pytest.raises(WrongState, match="has already set a password"):
        issue_passwords([User.objects.get(pk=user.pk)], by=administrator, at=at)
    for event in AuditEvent.objects.filter(verb="issue_passwords"):
        assert password not in event.change and lost not in event.change


def test_sheets_hold_a_hundred_each(administrator, at, monkeypatch):
    monkeypatch.setattr("governance.people.people_import.ISSUED_AT_ONCE", 2)
    rows = [[f"p{number}", f"某{number}", *[None] * 5, "是"] for number in range(5)]
    upload = carried_out("people", [PEOPLE[0], *rows], administrator, at)
    issue_passwords(password_sheets(upload)[0].waiting, by=administrator, at=at)
    assert [(sheet.number, len(sheet.waiting), sheet.repeats) for sheet in password_sheets(upload)] == [
        (1, 2, 2),
        (2, 2, 0),
        (3, 1, 0),
    ]


def test_the_phone_number_stands_masked_on_the_page(administrator, at):
    carried_out("departments", DEPARTMENTS, administrator, at)
    run = try_people(table(*PEOPLE), by=administrator, at=at)
    said = [str(field.now) for field in run.added[0].fields]
    assert "138****1234" in said
    assert "13800001234" not in said


def test_what_is_seen_is_the_same_in_every_language(administrator, at):
    carried_out("departments", DEPARTMENTS, administrator, at)
    with translation.override("zh-hans"):
        chinese = try_people(table(*PEOPLE), by=administrator, at=at).fingerprint
    assert try_people(table(*PEOPLE), by=administrator, at=at).fingerprint == chinese


@pytest.mark.parametrize(
    ("column", "value", "place", "reason"),
    [
        ("单位", "县无此局", "表!D2", "There is no department “县无此局”"),
        ("角色", "县长", "表!G2", "There is no role “县长”"),
        ("可登录", "也许", "表!H2", "neither 是 nor 否"),
        ("账号", "wang mou", "表!A2", "Enter a valid username"),
        ("邮箱", "nobody", "表!F2", "Enter a valid email address"),
    ],
)
def test_a_cell_that_cannot_be_is_named(administrator, at, column, value, place, reason):
    carried_out("departments", DEPARTMENTS, administrator, at)
    row = [value if name == column else cell for name, cell in zip(PEOPLE[0], PEOPLE[1], strict=True)]
    ((where, sentence),) = told(try_people(table(PEOPLE[0], row), by=administrator, at=at))
    assert (where, reason in sentence) == (place, True)


def test_an_administrator_cannot_shut_themselves_out(administrator, at):
    administrator.set_password("Lantern-ferry-27")
    administrator.save()
    rows = [PEOPLE[0], ["admin", "管理员", None, None, None, None, None, "否"]]
    ((place, sentence),) = told(try_people(table(*rows), by=administrator, at=at))
    assert (place, "your own access" in sentence) == ("表!H2", True)


def test_a_person_who_was_only_named_may_sign_in_through_a_later_file(administrator, at):
    UserFactory(username="li", name="李某", is_active=False)
    User.objects.filter(username="li").update(password="!")
    upload = carried_out("people", [PEOPLE[0], ["li", "李某", *[None] * 5, "是"]], administrator, at)
    assert [user.username for user in waiting(upload)] == ["li"]


@pytest.mark.parametrize("verb", [try_departments, try_people])
def test_nobody_but_an_administrator(office, at, verb):
    with pytest.raises(NotAllowed):
        verb(table(*DEPARTMENTS), by=office, at=at)


def test_what_changed_meanwhile_is_looked_at_again(administrator, at):
    seen = try_departments(table(*DEPARTMENTS), by=administrator, at=at).fingerprint
    DepartmentFactory(name="县财政局")
    file = keep_tried(
        table(*DEPARTMENTS), name="a.xlsx", kind="departments", rule="keep_departments", by=administrator, at=at
    )
    with pytest.raises(MovedOn), transaction.atomic():
        import_departments(table(*DEPARTMENTS), tried=file, seen=seen, by=administrator, at=at)
    assert Department.objects.count() == 1


class TestPage:
    @pytest.fixture
    def desk(self, client, administrator, demo_today, settings):
        client.force_login(administrator)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    def test_from_the_empty_workbook_to_the_sheet_of_passwords(self, desk):
        empty = BytesIO(b"".join(desk.get("/people/import/?empty=1").streaming_content))
        workbook = openpyxl.load_workbook(empty)
        workbook.active.append(["wang", "王某", None, None, None, None, "专项办", "是"])
        file = BytesIO()
        workbook.save(file)
        tried = desk.post("/people/import/", {"file": SimpleUploadedFile("人员.xlsx", file.getvalue())})
        page = desk.get(tried.url)
        assert "wang 王某" in page.content.decode()
        assert "Special office" in page.content.decode()
        done = desk.post(tried.url, {"seen": page.context["dry_run"].fingerprint}, follow=True)
        assert "1 person is waiting for a first password" in done.content.decode()
        (offered,) = done.context["sheets"]
        asked = {"sheet": offered.number, "mark": offered.mark}
        sheet = desk.post(f"{tried.url}passwords/", asked)
        row = openpyxl.load_workbook(BytesIO(b"".join(sheet.streaming_content))).active[6]
        assert User.objects.get(username="wang").check_password(row[3].value)
        assert "no-store" in sheet["Cache-Control"]
        twice = desk.post(f"{tried.url}passwords/", asked, follow=True)
        assert "If that sheet has arrived, use it" in twice.content.decode()
        assert User.objects.get(username="wang").check_password(row[3].value)
        (offered,) = twice.context["sheets"]
        again = desk.post(f"{tried.url}passwords/", {"sheet": offered.number, "mark": offered.mark})
        row = openpyxl.load_workbook(BytesIO(b"".join(again.streaming_content))).active[6]
        assert User.objects.get(username="wang").check_password(row[3].value)

    def test_the_sheet_of_passwords_is_nobody_elses(self, desk, administrator, at, client):
        upload = carried_out("people", [PEOPLE[0], ["li", "李某", *[None] * 5, "是"]], administrator, at)
        client.force_login(UserFactory(username="admin2", roles=["administrator"]))
        assert client.post(f"/people/import/{upload.file_id}/passwords/").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_of_two_confirmations_one_writes(administrator, at):
    seen = try_departments(table(*DEPARTMENTS), by=administrator, at=at).fingerprint
    about = {"name": "a.xlsx", "kind": "departments", "rule": "keep_departments"}
    file = keep_tried(table(*DEPARTMENTS), **about, by=administrator, at=at)

    def load():
        return lambda: import_departments(table(*DEPARTMENTS), tried=file, seen=seen, by=administrator, at=at)

    outcomes = race(load, load)
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [CarriedOut], outcomes
    assert Department.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_of_two_who_give_out_passwords_one_does(administrator, at):
    upload = carried_out("people", [PEOPLE[0], ["li", "李某", *[None] * 5, "是"]], administrator, at)

    def load():
        people = waiting(upload)
        return lambda: issue_passwords(people, by=administrator, at=at)

    outcomes = race(load, load)
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [WrongState], outcomes


def test_columns_are_known_by_the_names_that_counties_use(administrator, at):
    DepartmentFactory(name="县财政局")
    names = ["登录账号", "人员姓名", "现任职务", "工作单位", "手机号码", "电子邮件", "系统角色", "能否登录", "备注"]
    row = ["li", "李　某", "科长", "县财政局", 13800001234, "l@example.cn", "专项办", "能", "借调"]
    run = try_people(table(names, row), by=administrator, at=at)
    assert told(run) == []
    (sheet,) = run.coverage
    assert [column.read_as for column in sheet.read] == [
        "username",
        "name",
        "post",
        "department",
        "phone",
        "email",
        "roles",
        "sign_in",
    ]
    assert [sentence for _place, sentence in run.told_notes] == ["The column “备注” was not read."]
    carried_out("people", [names, row], administrator, at)
    user = User.objects.get(username="li")
    assert (user.name, user.post, user.department.name, user.phone) == ("李某", "科长", "县财政局", "13800001234")


def test_all_faults_of_a_row_and_of_the_file_come_at_once(administrator, at):
    rows = [
        PEOPLE[0],
        ["wang", "王某", None, "无此局", None, None, "书记", "也许"],
        ["li", None, None, "也无", *[None] * 4],
    ]
    assert [place for place, _sentence in told(try_people(table(*rows), by=administrator, at=at))] == [
        "表!G2",
        "表!H2",
        "表!D2",
        "表!B3",
        "表!D3",
    ]


def test_a_name_set_wide_is_stored_without_the_space(administrator, at):
    user = create_account(by=administrator, at=at, username="li", name="李 某", password=None)
    assert user.name == "李某"
    change_account(user, by=administrator, at=at, name="李\u3000四")
    user.refresh_from_db()
    assert user.name == "李四"
    assert create_account(by=administrator, at=at, username="ann", name="Ann Li", password=None).name == "Ann Li"


TOWNSHIPS = [["序号", "乡镇名称", "编码"], [1, "新城镇", "xincheng"], [2, "柳河乡", None]]


def test_townships_come_in_their_order(administrator, at):
    upload = carried_out("townships", TOWNSHIPS, administrator, at)
    assert list(Township.objects.values_list("name", "code", "order")) == [
        ("新城镇", "xincheng", 1),
        ("柳河乡", "township-2", 2),
    ]
    assert upload.read_outcome() == {"added": 2, "changed": 0, "unchanged": 0}
    assert AuditEvent.objects.filter(verb="import_townships").count() == 1
    assert try_townships(table(*TOWNSHIPS), by=administrator, at=at).unchanged == 2


def test_a_township_is_changed_by_what_is_filled_in_and_a_taken_code_is_a_fault(administrator, at):
    carried_out("townships", TOWNSHIPS, administrator, at)
    carried_out("townships", [["乡镇", "排序"], ["柳河乡", 9]], administrator, at)
    assert list(Township.objects.values_list("name", "code", "order")) == [
        ("新城镇", "xincheng", 1),
        ("柳河乡", "township-2", 9),
    ]
    rows = [["乡镇", "编码"], ["东风镇", "xincheng"], ["柳河乡", "xincheng"]]
    assert [place for place, _sentence in told(try_townships(table(*rows), by=administrator, at=at))] == [
        "表!B2",
        "表!B3",
    ]


def test_townships_are_for_administrators(office, at):
    with pytest.raises(NotAllowed):
        try_townships(table(*TOWNSHIPS), by=office, at=at)
