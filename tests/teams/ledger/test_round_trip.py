"""Export and import: unedited changes nothing, edited changes exactly what was edited (docs/rules.md#ledger-again)."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.clock import SHANGHAI
from governance.formats import cells
from governance.people.models import Department
from teams import models
from teams.ledger.export import EXPORTED, ledger_chunks
from teams.ledger.ledger_import import LedgerRefused, import_ledger, try_ledger
from teams.rules.progress import percent_of_quantity
from teams.states import OPEN_TASK_STATES, TaskState
from teams.tasks.changes import VERSIONED
from tests import factories
from tests.teams.ledger.test_ledger_import import accept_report_on

pytestmark = pytest.mark.django_db

AT = datetime(2026, 10, 27, 10, tzinfo=SHANGHAI)
SLOW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
DEPARTMENTS = (
    "县财政局",
    "县委办、县政府办",
    "=公式局",
    "教育局/体育局",
    "A局",
    "a局",
    "“两新”工委（牵头）办",
    "县 委",
)
TEAMS = ("乡村振兴专班", "乡村振兴", "一、城市专班", "+党建\u3000专班", "重点任务")
DERIVED = {"percent", "progressed_on", "state", "blue_from", "yellow_from", "red_from"}
"""What follows from progress by itself."""

HEAD = {column.name: place for place, column in enumerate(EXPORTED, start=1)}
OF_COLUMN = {
    "重点任务": "title",
    "工作目标": "expected_result",
    "牵头单位": "lead_department_id",
    "配合单位": "joint",
    "当前进度": "percent",
    "已完成": "done",
    "目标值": "target",
    "单位": "unit",
    "级别": "level",
    "备注": "note",
}
"""The columns that may be edited, and what in a task each of them is."""

text = st.text(st.sampled_from("任务甲乙 =+-@'\t\n\r—/,.、；:（）_x0Dd5F%1已销号\u3000\u200b"), max_size=24)
titles = text.filter(lambda said: cells.line(cells.neutral(said)) != "")
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
hundredths = st.integers(0, 10_000).map(lambda part: Decimal(part) / 100)
amounts = st.integers(1, 10**9).map(lambda part: Decimal(part) / 100)


@st.composite
def tasks(draw):
    """What a task may hold, whatever verb wrote it."""
    start, due = sorted(draw(st.tuples(days, days)))
    ongoing = draw(st.booleans())
    target = draw(st.none() | amounts)
    done = draw(amounts | st.just(Decimal(0))) if target else None
    return {
        "title": draw(titles),
        "expected_result": draw(text),
        "note": draw(text),
        "level": draw(st.sampled_from([1, 2, 3])),
        "state": draw(st.sampled_from(TaskState.values)),
        "start_on": start,
        "due_on": None if ongoing else due,
        "ongoing": ongoing,
        "closed_on": due,
        "asked_on": due,
        "target": target,
        "done": done,
        "unit": draw(st.sampled_from(["", "个", "人 次", "/", "=个"])) if target else "",
        "percent": percent_of_quantity(done=done, target=target) if target else draw(hundredths),
        "team": draw(st.sampled_from(TEAMS)),
        "lead": draw(st.sampled_from(DEPARTMENTS)),
        "joint": draw(st.lists(st.sampled_from(DEPARTMENTS), unique=True, max_size=3)),
    }


@pytest.fixture
def ground(db):
    """An action with teams and departments whose names are as hard to read back as names can be."""
    for name in DEPARTMENTS:
        factories.DepartmentFactory(name=name)
    action = factories.ActionFactory()
    for place, name in enumerate(TEAMS):
        factories.TeamFactory(
            action=action, name=name, short_name=f"短{place}", order=place, lead=Department.objects.first()
        )
    return action


@contextmanager
def laid(action, drawn):
    """The drawn tasks in the tables, gone again afterwards."""
    with transaction.atomic():
        for number, values in enumerate(drawn, start=1):
            values = dict(values)
            team = models.SpecialTeam.objects.get(name=values.pop("team"))
            lead, joint = values.pop("lead"), values.pop("joint")
            task = factories.make_task(
                team=team, number=number, lead_department=Department.objects.get(name=lead), **values
            )
            for place, name in enumerate(each for each in joint if each != lead):
                task.joint.create(department=Department.objects.get(name=name), order=place)
        yield
        transaction.set_rollback(True)


def exported(action):
    return BytesIO(b"".join(ledger_chunks(action, year=2026, on=AT.date())))


def stored():
    """Every task as it stands: {number: {column: value}}, joint departments among them."""
    return {
        task.number: {name: getattr(task, name) for name in VERSIONED}
        | {"joint": [row.department.name for row in task.joint.select_related("department")]}
        for task in models.Task.objects.all()
    }


def changed(before, after):
    """The cells that differ: {(number, column)}."""
    return {
        (number, name) for number, row in after.items() for name, value in row.items() if before[number][name] != value
    }


@SLOW
@given(drawn=st.lists(tasks(), min_size=1, max_size=4))
def test_any_ledger_that_comes_back_unedited_changes_nothing(ground, drawn):
    with laid(ground, drawn):
        outcome = try_ledger(ground, exported(ground), year=2026, at=AT)
        listed = [values for values in drawn if values["state"] != TaskState.CANCELLED]
        if not listed:
            assert [error.code for error in outcome.errors] == ["no_tasks"]
            return
        assert [(error.code, error.place) for error in outcome.errors] == []
        assert (outcome.added, outcome.changed, outcome.found.untouched) == ([], [], [])
        assert len(outcome.unchanged) == len(listed)


def typed(name, draw, now):
    """A value that a person types into a column, different from what stands there, and what the task then holds."""
    if name in ("重点任务", "工作目标", "备注"):
        said = draw(st.text(st.sampled_from("新内容甲乙丙123 "), min_size=1).map(str.strip).filter(bool))
        return said, cells.line(said) if name == "重点任务" else cells.text(said)
    if name == "牵头单位":
        said = draw(st.sampled_from(["县财政局", "=公式局", "A局"]))
        return cells.neutral(said), Department.objects.get(name=said).pk  # typed as it is, Excel takes it for a formula
    if name == "配合单位":
        said = draw(st.lists(st.sampled_from(["县财政局", "教育局/体育局", "县委办、县政府办"]), unique=True))
        return "；".join(said), [each for each in said if each != now["lead"]]
    if name == "当前进度":
        said = draw(st.integers(2, 100))
        return f"{said}%", Decimal(said)
    if name == "级别":
        said = draw(st.sampled_from([1, 2, 3]))
        return ["一般", "重点", "重大"][said - 1], said
    if name == "单位":
        return "公里", "公里"
    said = draw(amounts)
    return float(said), said


@SLOW
@given(data=st.data())
def test_any_single_edited_cell_changes_exactly_that(ground, data):
    drawn = data.draw(st.lists(tasks(), min_size=1, max_size=3))
    with laid(ground, drawn):
        before = stored()
        workbook = openpyxl.load_workbook(exported(ground))
        rows = [row for row in workbook.active.iter_rows(min_row=4) if row[0].value]
        if not rows:
            return
        row = data.draw(st.sampled_from(rows))
        number = row[0].value
        task = models.Task.objects.get(number=number)
        column = data.draw(st.sampled_from(sorted(OF_COLUMN)))
        now = before[number] | {"lead": task.lead_department.name}
        if column in ("目标值", "已完成", "单位") and task.target is None:
            return  # a count without a target, a unit without a quantity: errors and nothings of their own
        if column == "备注" and task.state == TaskState.CLOSED_OUT:
            return  # closed out on paper, and the note no longer says so: an error of its own
        said, held = typed(column, data.draw, now)
        row[HEAD[column] - 1].value = said
        edited = BytesIO()
        workbook.save(edited)
        edited.seek(0)
        import_ledger(ground, edited, year=2026, by=None, at=AT, name="edited.xlsx")
        name = OF_COLUMN[column]
        progress = name in ("percent", "done", "target", "unit")
        keeps = progress and (task.state not in OPEN_TASK_STATES or (name == "percent" and task.target is not None))
        found = changed(before, stored())
        follow = {(number, each) for each in DERIVED} if progress else set()
        if name == "lead_department_id":
            follow.add((number, "joint"))  # a joint department that leads now is not joint any more
        expected = set() if keeps or held == now[name] else {(number, name)}
        assert found - follow == expected - follow
        if expected:
            assert stored()[number][name] == held


def test_every_column_that_is_written_is_read_edited_or_refused():
    assert set(HEAD) - set(OF_COLUMN) == {"序号", "专班", "开始时间", "完成时限", "状态"}


@pytest.fixture
def task(ground):
    """A task of 7 of 12 projects, in progress."""
    return factories.make_task(
        team=models.SpecialTeam.objects.get(name="乡村振兴专班"),
        number=1,
        lead_department=Department.objects.get(name="县财政局"),
        target=12,
        done=7,
        unit="个",
        percent=Decimal("58.33"),
    )


def edit(action, **cells_by_name):
    """The exported ledger with cells of its first task typed over."""
    workbook = openpyxl.load_workbook(exported(action))
    for name, value in cells_by_name.items():
        workbook.active.cell(4, HEAD[name]).value = value
    file = BytesIO()
    workbook.save(file)
    file.seek(0)
    return file


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("专班", "一、城市专班", "team_changed"),
        ("开始时间", date(2026, 4, 1), "start_changed"),
        ("完成时限", date(2026, 12, 1), "due_changed"),
        ("备注", "已销号", "state_changed"),
    ],
)
def test_what_has_a_verb_of_its_own_is_refused_in_its_cell(ground, task, column, value, code):
    with pytest.raises(LedgerRefused) as refusal:
        import_ledger(ground, edit(ground, **{column: value}), year=2026, by=None, at=AT, name="x.xlsx")
    (error,) = refusal.value.outcome.errors
    assert (error.code, error.row, error.column) == (code, 4, openpyxl.utils.get_column_letter(HEAD[column]))


def test_a_count_brings_its_percent_along(ground, task):
    import_ledger(ground, edit(ground, 已完成=9), year=2026, by=None, at=AT, name="x.xlsx")
    task.refresh_from_db()
    assert (task.done, task.percent, task.progressed_on) == (9, 75, AT.date())


def test_a_percent_typed_beside_a_count_is_left_and_said(ground, task):
    outcome = try_ledger(ground, edit(ground, 当前进度="90%"), year=2026, at=AT)
    assert outcome.changed == []
    (kept,) = outcome.dry_run.untouched
    assert kept.about == str(task)


def test_progress_that_a_report_has_written_since_is_kept_and_said_and_the_rest_is_written(ground, task, office):
    file = edit(ground, 工作目标="建成12个项目", 已完成=8)
    accept_report_on(task, by=office, at=AT, percent=75)
    outcome = import_ledger(ground, file, year=2026, by=None, at=AT + timedelta(days=1), name="x.xlsx")
    task.refresh_from_db()
    assert (task.expected_result, task.done) == ("建成12个项目", 7)
    assert [notice.notice for notice in outcome.notices] == ["progress_kept"]


def test_a_quantity_shared_out_among_townships_is_kept_there(ground, task):
    township = models.TaskShare._meta.get_field("township").related_model.objects.create(code="t", name="新城镇")
    models.TaskShare.objects.create(task=task, township=township, target=12, done=7)
    outcome = try_ledger(ground, edit(ground, 已完成=9), year=2026, at=AT)
    assert outcome.changed == []
    assert [each.why for each in outcome.found.untouched] == ["shared"]


def test_cancelled_tasks_are_left_out_and_counted_under_the_title(ground, task):
    factories.make_task(team=task.team, number=2, state="cancelled")
    sheet = openpyxl.load_workbook(exported(ground)).active
    assert [cell.value for cell in sheet["A"]] == [
        "基层治理能力提升专项行动重点任务台账（2026年）",
        "截至2026年10月27日，共1项；已取消的1项未列入",
        "序号",
        1,
    ]


def test_a_row_about_a_cancelled_task_is_passed_over_and_said(ground, task):
    file = edit(ground, 重点任务="新名称")
    models.Task.objects.update(state="cancelled")
    outcome = try_ledger(ground, file, year=2026, at=AT)
    assert (outcome.changed, [each.why for each in outcome.found.untouched]) == ([], ["cancelled"])


def test_the_ledger_of_one_team_holds_its_tasks_alone(ground, task):
    other = models.SpecialTeam.objects.get(name="一、城市专班")
    factories.make_task(team=other, number=2, title="别的任务")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(ledger_chunks(ground, year=2026, on=AT.date(), team=other)))).active
    assert [cell.value for cell in sheet["A"]][3:] == [2]
    assert sheet["A1"].value == "一、城市专班重点任务台账（2026年）"


def test_the_sheet_is_laid_out_for_a4(ground, task):
    sheet = openpyxl.load_workbook(exported(ground)).active
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (
        "landscape",
        9,
        1,
    )
    assert (sheet.page_setup.fitToHeight, sheet.print_title_rows) == (0, "$3:$3")
    assert sheet.cell(4, HEAD["当前进度"]).number_format == "0.00%"
