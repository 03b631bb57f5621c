"""The ledger imported: both orders, the rules of re-import, all or nothing, and the command that says so."""

import csv
import hashlib
import json
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from governance.formats.cells import number_text
from governance.people.models import Department, DepartmentAlias
from governance.records.management import progress
from governance.records.models import AuditEvent, Notice, SavedUpload
from governance.records.refusals import NotAllowed
from teams import models
from teams.ledger.ledger_import import LedgerRefused, import_ledger, try_ledger
from teams.states import TaskState
from teams.tasks.history import Papers, story
from tests import factories
from tests.racing import race

from .file.books import DEMO_DATA, HEADER, MONTHS, ROW, TEAM_CODES, book, expected, fixture, row, saved, told
from .file.test_fixtures import COLUMNS, CORRUPTIONS

LIGHT_CORRUPTIONS = {kind: values[0] for kind, values in CORRUPTIONS.items()}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Files are kept in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def in_english():
    """Messages are read as they are written."""
    with translation.override("en"):
        yield


def lay_out(code: str = "governance-2026") -> models.SpecialAction:
    """The action of the demonstration with its departments and teams."""
    with (DEMO_DATA / "departments.csv").open(encoding="utf-8") as file:
        for order, row in enumerate(csv.DictReader(file)):
            department = factories.DepartmentFactory(
                code=f"d{order}", name=row["name"], short_name=row["short"], order=order
            )
            DepartmentAlias.objects.bulk_create(
                DepartmentAlias(department=department, text=text) for text in row["aliases"].split(";") if text
            )
    action = factories.ActionFactory(code=code)
    lead = Department.objects.first()
    for order, (name, (team_code, short_name)) in enumerate(TEAM_CODES.items()):
        factories.TeamFactory(action=action, code=team_code, name=name, short_name=short_name, order=order, lead=lead)
    return action


@pytest.fixture
def governance(db):
    return lay_out()


def month(number):
    """The ledger of a month, as the importer takes it."""
    return fixture(number)


def edited(number, **cells):
    """The ledger of a month with some cells changed."""
    workbook = openpyxl.load_workbook(fixture(number))
    for place, value in cells.items():
        workbook.active[place] = value
    return saved(workbook)


def tasks():
    return {task.number: task for task in models.Task.objects.all()}


def as_expected(task):
    """A stored task as the expected file writes it."""
    return {
        "number": str(task.number),
        "team": task.team.name,
        "title": task.title,
        "expected_result": task.expected_result,
        "lead_department": task.lead_department.name,
        "member_departments": [row.department.name for row in task.joint.select_related("department")],
        "start": task.start_on.isoformat(),
        "due": task.due_on.isoformat() if task.due_on else None,
        "ongoing": task.ongoing,
        "percent": format(task.percent.normalize(), "f"),
        "target": None if task.target is None else number_text(task.target),
        "unit": task.unit,
        "done": None if task.done is None else number_text(task.done),
        "level": task.level,
        "state": task.state,
        "note": task.note,
    }


def stored():
    return [as_expected(task) for task in models.Task.objects.order_by("number")]


def all_rows():
    """How many rows every table holds."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def accept_report_on(task, *, by, at, percent):
    """An accepted report that speaks of the task, as its rows would stand in the tables."""
    period = models.ReportingPeriod.objects.filter(action=task.action).first() or factories.PeriodFactory(
        action=task.action
    )
    report = models.ProgressReport.objects.create(
        period=period,
        team=task.team,
        state="accepted",
        first_submitted_at=at,
        on_time=True,
        submitted_at=at,
        decided_at=at,
    )
    submission = models.ReportSubmission.objects.create(
        report=report, number=1, on_time=True, document="{}", sha256="0" * 64, at=at, by=by
    )
    models.SubmittedEntry.objects.create(
        submission=submission, task=task, percent=percent, no_change=False, at=at, by=by
    )
    models.ReportDecision.objects.create(submission=submission, accepted=True, at=at, by=by)


class TestBothOrders:
    def test_june_then_october(self, governance, office, at):
        first = import_ledger(governance, month("06"), year=2026, by=office, at=at)
        assert stored() == expected("06")["tasks"]
        assert sorted(first.added) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15]
        second = import_ledger(governance, month("10"), year=2026, by=office, at=at + timedelta(days=1))
        assert stored() == expected("10")["tasks"]
        assert sorted(second.added) == [10, 11, 16, 17]
        assert told(second) == expected("10")

    def test_october_then_june(self, governance, office, at):
        import_ledger(governance, month("10"), year=2026, by=office, at=at)
        assert stored() == expected("10")["tasks"]
        outcome = import_ledger(governance, month("06"), year=2026, by=office, at=at + timedelta(days=1))
        assert told(outcome) == expected("06")
        june = {task["number"]: task for task in expected("06")["tasks"]}
        october = {task["number"]: task for task in expected("10")["tasks"]}
        assert {task["number"]: task for task in stored()} == october | june

    @pytest.mark.parametrize("number", MONTHS)
    def test_the_same_ledger_again_writes_no_task(self, governance, office, at, number):
        import_ledger(governance, month(number), year=2026, by=office, at=at)
        versions = models.TaskVersion.objects.count()
        before = list(models.Task.objects.values())
        again = import_ledger(governance, month(number), year=2026, by=office, at=at + timedelta(days=9))
        assert (again.added, again.changed) == ([], [])
        assert len(again.unchanged) == len(expected(number)["tasks"])
        assert models.TaskVersion.objects.count() == versions
        assert list(models.Task.objects.values()) == before

    def test_absent_numbers_stay(self, governance, office, at):
        import_ledger(governance, month("10"), year=2026, by=office, at=at)
        outcome = import_ledger(governance, month("06"), year=2026, by=office, at=at)
        assert {10, 11, 16, 17} <= tasks().keys()
        assert not {10, 11, 16, 17} & {*outcome.changed, *outcome.unchanged}

    def test_another_year_is_another_ledger(self, governance, office, at):
        import_ledger(governance, month("06"), year=2026, by=office, at=at)
        workbook = book(("台账", [HEADER, [1, "乡村振兴专班", "走廊", "", "县财政局", "3.1", "年底前", "5%", "", ""]]))
        import_ledger(governance, saved(workbook), year=2027, by=office, at=at)
        assert models.Task.objects.filter(number=1).values_list("year", "due_on").order_by("year").last() == (
            2027,
            date(2027, 12, 31),
        )


class TestWhatIsKept:
    def test_the_original_its_outcome_and_one_audit_event(self, governance, office, at):
        outcome = import_ledger(governance, month("06"), year=2026, by=office, at=at)
        upload = SavedUpload.objects.get()
        assert upload == outcome.upload
        assert (upload.kind, upload.by, upload.at) == ("ledger", office, at)
        content = fixture("06").read_bytes()
        assert upload.file.blob.read() == content
        assert (upload.file.name, upload.file.size) == ("task-ledger-2026-06.xlsx", len(content))
        assert upload.file.sha256 == hashlib.sha256(content).hexdigest()
        assert json.loads(upload.outcome)["added"] == outcome.added
        event = AuditEvent.objects.get(verb="import_ledger")
        assert (event.by, event.at, event.object_id) == (office, at, str(governance.pk))
        assert json.loads(event.change)["added"] == 13

    def test_bytes_kept_before_are_not_kept_twice(self, governance, office, at, settings):
        for _ in range(2):
            import_ledger(governance, month("06"), year=2026, by=office, at=at)
        first, second = (upload.file for upload in SavedUpload.objects.all())
        assert first != second
        assert first.blob.name == second.blob.name
        assert len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]) == 1

    def test_each_task_gets_a_first_version_and_one_for_each_change(self, governance, office, at):
        import_ledger(governance, month("06"), year=2026, by=office, at=at)
        import_ledger(governance, month("10"), year=2026, by=office, at=at)
        versions = models.TaskVersion.objects.filter(task__number=2).order_by("number")
        assert [(version.cause, version.percent, version.by) for version in versions] == [
            ("import_ledger", 40, office),
            ("import_ledger", 85, office),
        ]
        assert models.TaskVersion.objects.filter(task__number=1).count() == 1

    def test_lamps_are_lit(self, governance, office, at):
        import_ledger(governance, month("10"), year=2026, by=office, at=at)
        lamps = {task.number: str(task.lamp_on(at.date())) for task in tasks().values()}
        assert (lamps[1], lamps[7], lamps[8]) == ("grey", "red", "yellow")

    def test_closed_out_on_paper_makes_no_request_and_is_not_late(self, governance, office, at):
        import_ledger(governance, month("10"), year=2026, by=office, at=at)
        task = tasks()[1]
        assert (task.state, task.asked_on, task.closed_on, task.yellow_from) == ("closed_out", None, at.date(), None)
        assert not models.CloseOut.objects.exists()

    def test_the_original_due_date_is_on_record(self, governance, office, at):
        import_ledger(governance, month("06"), year=2026, by=office, at=at)
        assert tasks()[2].original_due_on == date(2026, 12, 31)
        assert tasks()[6].original_due_on is None

    def test_the_people_of_a_team_are_told_once_of_all_their_new_tasks(self, governance, office, at):
        team = models.SpecialTeam.objects.get(code="village-economy")
        head = factories.MemberFactory(team=team, part="head").user
        import_ledger(governance, month("06"), year=2026, by=office, at=at)
        assert [notice.facts["task"] for notice in Notice.objects.filter(to=head)] == ["2, 3"]
        import_ledger(governance, month("10"), year=2026, by=office, at=at)
        assert Notice.objects.filter(to=head).count() == 1

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, governance, office, at):
        def ledger(count):
            rows = [
                [n, "乡村振兴专班", f"任务{n}", "", "县财政局、县教育局", "3.1", "年底前", "5%", "", ""]
                for n in range(1, count + 1)
            ]
            return saved(book(("台账", [HEADER, *rows])))

        counts = []
        for size in (1, 3, 20):
            with CaptureQueriesContext(connection) as captured:
                import_ledger(governance, ledger(size), year=2030 + size, by=office, at=at)
            counts.append(len(captured))
        assert counts[1] == counts[2]


class TestReimport:
    @pytest.fixture(autouse=True)
    def first(self, governance, office, at):
        import_ledger(governance, month("10"), year=2026, by=office, at=at)
        self.action, self.office, self.at = governance, office, at + timedelta(days=1)

    def again(self, source):
        return import_ledger(self.action, source, year=2026, by=self.office, at=self.at)

    def refused(self, source):
        rows = all_rows()
        before = list(models.Task.objects.values())
        with pytest.raises(LedgerRefused) as caught:
            self.again(source)
        assert all_rows() == rows
        assert list(models.Task.objects.values()) == before
        errors = caught.value.outcome.errors
        assert all(error.message for error in errors)
        return [(error.code, error.column, error.row) for error in errors]

    @pytest.mark.parametrize(
        ("place", "value", "name", "kept"),
        [
            ("C8", "举办主题培训8期", "title", "举办主题培训8期"),
            ("D8", "轮训1500人次", "expected_result", "轮训1500人次"),
            ("I8", "重大", "level", 3),
            ("J8", "加快", "note", "加快"),
            ("H8", "80%", "percent", 80),
        ],
    )
    def test_exactly_what_was_edited_is_written(self, place, value, name, kept):
        before = {task["number"]: task for task in models.Task.objects.values()}
        outcome = self.again(edited("10", **{place: value}))
        assert outcome.changed == [4]
        after = {task["number"]: task for task in models.Task.objects.values()}
        assert after[4][name] == kept
        differing = {column for column in after[4] if after[4][column] != before[4][column]}
        lamps = {"blue_from", "yellow_from", "red_from"}
        assert differing - lamps <= {name, "version"} | ({"progressed_on"} if name == "percent" else set())
        assert {number: task for number, task in after.items() if number != 4} == {
            number: task for number, task in before.items() if number != 4
        }

    def test_departments_are_written(self):
        self.again(edited("10", E8="县委党校（牵头）、县教育局、县委组织部"))
        assert as_expected(tasks()[4])["lead_department"] == "县委党校"
        assert as_expected(tasks()[4])["member_departments"] == ["县教育局", "县委组织部"]

    def test_joint_departments_alone_are_a_change_with_a_version(self):
        outcome = self.again(edited("10", E8="县委组织部（牵头），县委党校，县教育局"))
        assert outcome.changed == [4]
        assert tasks()[4].versions.count() == 2
        assert json.loads(tasks()[4].versions.last().joint) == ["县委党校", "县教育局"]

    def test_the_story_tells_joint_departments_from_what_to_what(self):
        self.again(edited("10", E8="县委组织部（牵头），县委党校，县教育局"))
        versions = list(tasks()[4].versions.select_related("team", "stage", "lead_department", "by"))
        told = story(versions, until=self.at.date(), papers=Papers())
        assert (
            "Joint departments changed from “县委党校” to “县委党校, 县教育局”"
            in [each.sentence for each in told if each.at][-1]
        )

    def test_progress_is_dated_and_starts_a_task(self):
        self.again(edited("10", H18="10%"))
        task = tasks()[13]
        assert (task.state, task.percent, task.progressed_on) == ("in_progress", 10, self.at.date())

    def test_an_acknowledged_task_stays_acknowledged_while_nothing_is_done(self):
        models.Task.objects.filter(number=13).update(state=TaskState.ACKNOWLEDGED)
        assert 13 in self.again(month("10")).unchanged

    def test_an_empty_percent_says_nothing(self):
        outcome = self.again(edited("10", H8=None))
        assert 4 in outcome.unchanged
        assert tasks()[4].percent == 75

    def test_a_percent_may_go_down(self):
        self.again(edited("10", H8="70%"))
        assert tasks()[4].percent == 70

    @pytest.mark.parametrize(
        ("cells", "error"),
        [
            ({"B8": "乡村振兴专班"}, ("team_changed", "B", 8)),
            ({"F8": "2026-03-02"}, ("start_changed", "F", 8)),
            ({"G8": "2026-12-31"}, ("due_changed", "G", 8)),
            ({"G8": "长期坚持"}, ("due_changed", "G", 8)),
            ({"G8": "/"}, ("due_changed", "G", 8)),
            ({"G10": "年底前"}, ("due_changed", "G", 10)),
            ({"J8": "已销号"}, ("state_changed", "J", 8)),
            ({"J5": None}, ("state_changed", "J", 5)),
        ],
    )
    def test_what_has_a_verb_of_its_own_is_an_error_that_names_it(self, cells, error):
        if "B8" in cells:
            workbook = openpyxl.load_workbook(fixture("10"))
            workbook.active.unmerge_cells("B8:B9")
            workbook.active["B9"] = workbook.active["B8"].value
            workbook.active["B8"] = cells["B8"]
            assert self.refused(saved(workbook)) == [error]
        else:
            assert self.refused(edited("10", **cells)) == [error]

    def test_progress_is_kept_where_an_accepted_report_has_spoken(self):
        accept_report_on(tasks()[4], by=self.office, at=self.at, percent=Decimal(75))
        outcome = self.again(edited("10", H8="80%", J8="加快"))
        assert tasks()[4].percent == 75
        assert tasks()[4].note == "加快"
        assert {"number": "4", "notice": "progress_kept"} in told(outcome)["notices"]

    def test_where_report_and_ledger_agree_nothing_is_said(self):
        accept_report_on(tasks()[4], by=self.office, at=self.at, percent=Decimal(75))
        outcome = self.again(month("10"))
        assert told(outcome) == expected("10")
        assert 4 in outcome.unchanged

    def test_a_returned_report_has_not_spoken(self):
        accept_report_on(tasks()[8], by=self.office, at=self.at, percent=Decimal(55))
        report = models.ProgressReport.objects.create(
            period=models.ReportingPeriod.objects.get(),
            team=tasks()[4].team,
            state="submitted",
            first_submitted_at=self.at,
            on_time=True,
            submitted_at=self.at,
        )
        submission = models.ReportSubmission.objects.create(
            report=report, number=1, on_time=True, document="{}", sha256="0" * 64, at=self.at
        )
        models.SubmittedEntry.objects.create(
            submission=submission, task=tasks()[4], percent=77, no_change=False, at=self.at
        )
        self.again(edited("10", H8="80%"))
        assert tasks()[4].percent == 80

    def test_a_task_closed_out_on_request_is_not_opened_by_an_older_ledger(self):
        task = tasks()[5]
        models.CloseOut.objects.create(
            task=task,
            number=1,
            statement="印发到村",
            due_on=task.due_on,
            asked_by=factories.UserFactory(),
            asked_at=self.at,
            asked_on=self.at.date(),
            accepted=True,
            decided_by=self.office,
            decided_at=self.at,
        )
        models.Task.objects.filter(pk=task.pk).update(
            state="closed_out",
            asked_on=self.at.date(),
            closed_on=self.at.date(),
            yellow_from=self.at.date(),
            blue_from=None,
            red_from=None,
        )
        outcome = self.again(edited("10", H9="90%", J9="超期11天"))
        assert (tasks()[5].percent, tasks()[5].note, tasks()[5].state) == (100, "超期11天", "closed_out")
        notices = [each["notice"] for each in told(outcome)["notices"] if each["number"] == "5"]
        assert notices == ["progress_kept"]

    def test_where_there_is_a_quantity_a_rough_percent_is_kept_out(self):
        models.Task.objects.filter(number=3).update(target=12, unit="个", done=7, percent=Decimal("58.33"))
        outcome = self.again(month("10"))
        assert (tasks()[3].done, tasks()[3].percent) == (7, Decimal("58.33"))
        assert {"number": "3", "notice": "progress_kept"} in told(outcome)["notices"]

    def test_a_count_gives_the_percent(self):
        header = [*HEADER, "目标值", "单位", "已完成"]
        usual = [3, "村集体经济专班", "实施村企联建项目12个", "项目全部落地", "县工信局（牵头）、县委组织部"]
        row = [*usual, "3.20", "10月底前", None, "一般", None, 12, "个", 7]
        assert self.again(saved(book(("台账", [header, row])))).changed == [3]
        task = tasks()[3]
        assert (task.target, task.unit, task.done, task.percent) == (12, "个", 7, Decimal("58.33"))

    def test_columns_that_are_absent_change_nothing(self):
        header = ["序号", "专班", "重点任务", "责任单位", "开始时间", "完成时限"]
        row = [4, "主题培训专班", "举办村（社区）干部主题培训6期", "县委组织部、县委党校", "3月", "11月底"]
        assert self.again(saved(book(("台账", [header, row])))).unchanged == [4]

    def test_errors_of_reading_and_of_comparing_come_together(self):
        source = edited("10", G8="2026-12-31", H11="150%")
        assert {error[0] for error in self.refused(source)} == {"due_changed", "percent_out_of_range"}


class TestNewTasks:
    def test_a_closed_team_takes_no_new_task(self, governance, office, at):
        models.SpecialTeam.objects.filter(code="village-economy").update(closed_on=date(2026, 9, 30))
        with pytest.raises(LedgerRefused) as caught:
            import_ledger(governance, month("06"), year=2026, by=office, at=at)
        assert {(error.code, error.column) for error in caught.value.outcome.errors} == {("team_closed", "B")}

    def test_a_team_of_another_action_is_unknown(self, governance, office, at):
        other = factories.ActionFactory()
        with pytest.raises(LedgerRefused) as caught:
            import_ledger(other, month("06"), year=2026, by=office, at=at)
        assert {error.code for error in caught.value.outcome.errors} == {"team_unknown"}


class TestWhoMay:
    def test_only_the_office_imports(self, governance, leader, auditor, centre, administrator, at):
        head = factories.MemberFactory(team=governance.teams.first(), part="head").user
        for person in (leader, auditor, centre, administrator, head, factories.UserFactory(is_superuser=True)):
            with pytest.raises(NotAllowed):
                import_ledger(governance, month("06"), year=2026, by=person, at=at)
        assert not models.Task.objects.exists()


class TestTrying:
    def test_a_dry_run_tells_all_and_writes_nothing(self, governance, at):
        rows = all_rows()
        outcome = try_ledger(governance, month("10"), year=2026, at=at)
        assert told(outcome) == expected("10")
        assert len(outcome.added) == 17
        assert all_rows() == rows

    def test_a_dry_run_compares_too(self, governance, office, at):
        import_ledger(governance, month("06"), year=2026, by=office, at=at)
        outcome = try_ledger(governance, edited("10", G7="年底前"), year=2026, at=at)
        assert [error.code for error in outcome.errors] == ["due_changed"]
        assert outcome.added == [10, 11, 16, 17]


class TestCorruption:
    @pytest.mark.parametrize("number", MONTHS)
    @pytest.mark.parametrize("kind", LIGHT_CORRUPTIONS)
    def test_a_corrupted_cell_changes_no_table(self, governance, office, at, number, kind):
        rows = all_rows()
        place = f"{COLUMNS[number][kind][0]}5"
        with pytest.raises(LedgerRefused) as caught:
            import_ledger(governance, edited(number, **{place: LIGHT_CORRUPTIONS[kind]}), year=2026, by=office, at=at)
        assert [f"{error.column}{error.row}" for error in caught.value.outcome.errors] == [place]
        assert all_rows() == rows


STARTLESS = [name for name in HEADER if name != "开始时间"]


def startless(**changes):
    """A ledger with one task and no column for its start."""
    cells = [value for name, value in zip(HEADER, row(**changes), strict=True) if name != "开始时间"]
    return saved(book(("台账", [STARTLESS, cells])))


class TestStartOfTheWhole:
    def test_it_is_asked_for_and_nothing_is_invented(self, governance, office, at):
        outcome = try_ledger(governance, startless(), year=2026, at=at)
        assert outcome.errors == []
        assert outcome.ledger.tasks[0].as_dict()["start"] is None
        assert [(each.code, each.sheet) for each in outcome.dry_run.asks] == [("start_asked", "台账")]
        assert not outcome.dry_run.may_be_written
        with pytest.raises(LedgerRefused) as caught:
            import_ledger(governance, startless(), year=2026, by=office, at=at)
        assert [error.code for error in caught.value.outcome.errors] == ["start_asked"]
        assert not models.Task.objects.exists()

    def test_given_once_it_holds_for_new_tasks(self, governance, office, at):
        outcome = try_ledger(governance, startless(), year=2026, at=at, start=date(2026, 4, 1))
        assert outcome.dry_run.may_be_written
        import_ledger(governance, startless(), year=2026, by=office, at=at, start=date(2026, 4, 1))
        assert models.Task.objects.get().start_on == date(2026, 4, 1)

    def test_a_known_task_keeps_its_own_and_is_not_asked_about(self, governance, office, at):
        import_ledger(governance, saved(book(("台账", [HEADER, ROW]))), year=2026, by=office, at=at)
        outcome = import_ledger(governance, startless(), year=2026, by=office, at=at)
        assert outcome.unchanged == [1]
        assert models.Task.objects.get().start_on == date(2026, 3, 1)


class TestClosedOut:
    HEADER = [*HEADER, "是否销号"]

    def ledger(self, said, **changes):
        return saved(book(("台账", [self.HEADER, [*row(**changes), said]])))

    def errors(self, governance, source, at):
        return [
            (error.code, f"{error.column}{error.row}")
            for error in try_ledger(governance, source, year=2026, at=at).errors
        ]

    def test_below_100_percent_is_an_error_of_the_cell_that_says_it(self, governance, at):
        note = saved(book(("台账", [HEADER, row(当前进度="80%", 备注="已销号")])))
        assert self.errors(governance, note, at) == [("closed_below_full", "J2")]
        assert self.errors(governance, self.ledger("是", 当前进度="80%"), at) == [("closed_below_full", "K2")]
        assert self.errors(governance, self.ledger("是", 当前进度="100%"), at) == []

    def test_the_column_closes_a_known_task_no_more_than_the_note_does(self, governance, office, at):
        import_ledger(governance, self.ledger("否", 当前进度="100%"), year=2026, by=office, at=at)
        assert self.errors(governance, self.ledger("是", 当前进度="100%"), at) == [("state_changed", "K2")]
        assert self.errors(governance, self.ledger("", 当前进度="100%"), at) == []

    def test_the_column_opens_a_task_that_is_closed_on_paper_no_more_than_the_note_does(self, governance, office, at):
        import_ledger(governance, self.ledger("是", 当前进度="100%"), year=2026, by=office, at=at)
        assert models.Task.objects.get().state == TaskState.CLOSED_OUT
        assert self.errors(governance, self.ledger("否", 当前进度="100%"), at) == [("state_changed", "K2")]


class TestState:
    """The column 状态 is compared with progress, note and 是否销号."""

    HEADER = [*HEADER, "状态"]

    def try_state(self, governance, at, said, header=None, **changes):
        """The errors, the notices and the new tasks of one row whose state is `said`."""
        said = said if isinstance(said, list) else [said]
        ledger = saved(book(("台账", [header or self.HEADER, [*row(**changes), *said]])))
        outcome = try_ledger(governance, ledger, year=2026, at=at)
        return (
            [(error.code, f"{error.column}{error.row}") for error in outcome.errors],
            [notice.notice.value for notice in outcome.found.notices],
            [(str(task.state), task.percent) for task in outcome.found.new],
        )

    @pytest.mark.parametrize(
        ("said", "percent", "errors", "notices", "new"),
        [
            ("已销号", "100%", [], [], [("closed_out", 100)]),
            ("已办结", "80%", [("closed_below_full", "K2")], [], []),
            ("已销号", None, [], [], [("closed_out", 100)]),
            ("已完成", "80%", [("done_below_full", "K2")], [], []),
            ("已完成", "100%", [], ["ready_to_close_out"], [("in_progress", 100)]),
            ("已完成", None, [], ["ready_to_close_out"], [("in_progress", 100)]),
            ("未启动", "40%", [], ["state_behind"], [("in_progress", 40)]),
            ("未启动", "0%", [], [], [("assigned", 0)]),
            ("进行中", "40%", [], [], [("in_progress", 40)]),
            ("未完成", "40%", [], [], [("in_progress", 40)]),
            ("进展滞后", "40%", [], [], [("in_progress", 40)]),
            (None, "40%", [], [], [("in_progress", 40)]),
        ],
    )
    def test_of_a_new_task(self, governance, at, said, percent, errors, notices, new):
        assert self.try_state(governance, at, said, 当前进度=percent, 备注="") == (errors, notices, new)

    def test_it_must_agree_with_the_note_and_with_the_column_of_closing(self, governance, at):
        closed = {"当前进度": "100%", "备注": "已销号"}
        assert self.try_state(governance, at, "进行中", **closed)[0] == [("closed_against_state", "K2")]
        both = [*self.HEADER, "是否销号"]
        said = self.try_state(governance, at, ["已销号", "否"], both, 当前进度="100%", 备注="")
        assert said[0] == [("states_disagree", "L2")]

    def test_of_a_known_task_it_changes_nothing(self, governance, office, at):
        import_ledger(governance, saved(book(("台账", [HEADER, row(当前进度="40%")]))), year=2026, by=office, at=at)
        assert self.try_state(governance, at, "已销号", 当前进度="100%") == ([("state_changed", "K2")], [], [])
        assert self.try_state(governance, at, "已完成", 当前进度="60%") == ([("done_below_full", "K2")], [], [])
        assert self.try_state(governance, at, "未启动", 当前进度="60%") == ([], ["state_behind"], [])
        assert self.try_state(governance, at, "已完成", 当前进度=None) == ([], [], [])

    def test_a_task_closed_out_here_below_its_target_comes_back_unchanged(self, governance, office, at):
        import_ledger(governance, saved(book(("台账", [HEADER, row(当前进度="87%")]))), year=2026, by=office, at=at)
        models.Task.objects.update(state="closed_out", closed_on=at.date())
        assert self.try_state(governance, at, "已销号", 当前进度="87%") == ([], [], [])
        assert self.try_state(governance, at, "未启动", 当前进度="87%") == ([], [], [])


def test_a_known_quantity_keeps_its_unit_where_the_ledger_writes_another_of_the_kind(governance, office, at):
    header = [*HEADER, "目标值", "已完成"]

    def ledger(target, done):
        return saved(book(("台账", [header, [*row(当前进度=None), target, done]])))

    import_ledger(governance, ledger("1亿元", "3500万元"), year=2026, by=office, at=at)
    import_ledger(governance, ledger("10000万元", "4000万元"), year=2026, by=office, at=at)
    task = models.Task.objects.get()
    assert (task.target, task.unit, task.done, task.percent) == (1, "亿元", Decimal("0.40"), 40)


def run(*arguments, code="governance-2026"):
    """Run the command; answers (succeeded, output, error output)."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_tasks", *map(str, arguments), "--action", code, "--year", "2026", stdout=out, stderr=err)
    except CommandError as error:
        assert error.returncode == 1
        return False, out.getvalue(), err.getvalue() + str(error)
    return True, out.getvalue(), err.getvalue()


def run_json(*arguments, **options):
    succeeded, out, _ = run(*arguments, "--json", **options)
    said = json.loads(out)
    return succeeded, {name: value for name, value in said.items() if name != "sheets"}


def bomb(path):
    """A workbook whose sheet is forty megabytes of spaces."""
    with zipfile.ZipFile(fixture("06")) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if "sheet1" in name:
                content = content.replace(b"</sheetData>", b" " * 40_000_000 + b"</sheetData>")
            target.writestr(name, content)


class TestCommand:
    def test_what_was_read_and_what_was_not_is_told(self, governance, tmp_path):
        path = tmp_path / "ledger.xlsx"
        path.write_bytes(saved(book(("台账", [[*HEADER, "责任人"], [*ROW, "张三"]]))).getvalue())
        succeeded, out, _ = run(path, "--dry-run")
        assert succeeded
        assert "台账: read A 序号, B 专班" in out
        assert "台账!K1: The column “责任人” was not read." in out

    def test_a_start_is_asked_for_and_given(self, governance, tmp_path):
        path = tmp_path / "ledger.xlsx"
        path.write_bytes(startless().getvalue())
        succeeded, out, _ = run(path, "--dry-run")
        assert succeeded
        assert "台账: The sheet has no start column." in out
        assert "--start 2026-01-01" in out
        assert run_json(path, "--dry-run")[1]["asks"][0]["sheet"] == "台账"
        assert not run(path)[0]
        assert run(path, "--start", "2026-04-01")[0]
        assert models.Task.objects.get().start_on == date(2026, 4, 1)

    def test_json_is_exactly_what_is_expected(self, governance):
        assert run_json(fixture("06")) == (True, expected("06"))
        assert run_json(fixture("10")) == (True, expected("10"))
        assert stored() == expected("10")["tasks"]

    def test_a_dry_run_prints_the_same_and_changes_nothing(self, governance):
        rows = all_rows()
        assert run_json(fixture("10"), "--dry-run") == (True, expected("10"))
        assert all_rows() == rows

    def test_people_read_lines(self, governance):
        succeeded, out, _ = run(fixture("10"))
        assert succeeded
        assert "17 tasks read: 17 added, 0 changed, 0 unchanged." in out
        assert "13: no due date: read as ongoing" in out
        succeeded, out, _ = run(fixture("10"), "--dry-run")
        assert "0 would be added, 0 changed, 17 unchanged" in out

    def test_the_audit_log_names_the_person_given(self, governance, office):
        assert run(fixture("06"), "--by", "office")[0]
        assert AuditEvent.objects.get(verb="import_ledger").by == office

    def test_who_may_not_is_refused(self, governance, leader):
        rows = all_rows()
        assert not run(fixture("06"), "--by", "leader")[0]
        assert not run(fixture("06"), "--by", "nobody")[0]
        assert all_rows() == rows

    def test_errors_name_sheet_row_and_column(self, governance, tmp_path):
        path = tmp_path / "ledger.xlsx"
        path.write_bytes(edited("10", B5="不存在的专班", E8="县财证局", H11="150%").getvalue())
        rows = all_rows()
        succeeded, answer = run_json(path)
        assert not succeeded
        assert [(error["sheet"], error["row"], error["column"]) for error in answer["errors"]] == [
            ("任务台账", 5, "B"),
            ("任务台账", 8, "E"),
            ("任务台账", 11, "H"),
        ]
        assert [sorted(error) for error in answer["errors"]] == [["column", "reason", "row", "sheet"]] * 3
        assert "县财政局" in answer["errors"][1]["reason"]
        succeeded, out, err = run(path)
        assert "任务台账!H11: “150%” is not between 0% and 100%. Correct the percentage." in out
        assert "3 errors in the ledger. Nothing was changed." in err
        assert all_rows() == rows

    @pytest.mark.parametrize("kind", ["missing", "directory", "text", "empty", "torn", "bomb", "formulas", "no header"])
    def test_a_bad_file_is_a_clear_error_and_changes_nothing(self, governance, tmp_path, kind):
        path = tmp_path / "ledger.xlsx"
        if kind == "directory":
            path.mkdir()
        elif kind == "bomb":
            bomb(path)
        elif kind == "formulas":
            path.write_bytes(edited("06", J5="=1-0.5").getvalue())
        elif kind == "no header":
            path.write_bytes(saved(book(("台账", [["甲", "乙", "丙"], [1, 2, 3]]))).getvalue())
        elif kind != "missing":
            content = {"text": b"a,b", "empty": b"", "torn": fixture("06").read_bytes()[:3000]}[kind]
            path.write_bytes(content)
        rows = all_rows()
        succeeded, answer = run_json(path)
        assert not succeeded
        assert len(answer["errors"]) == 1
        assert answer["errors"][0]["reason"]
        if kind == "formulas":
            assert (answer["errors"][0]["column"], answer["errors"][0]["row"]) == ("J", 5)
        assert all_rows() == rows

    def test_an_unknown_action_names_those_there_are(self, governance):
        succeeded, answer = run_json(fixture("06"), code="nothing-2026")
        assert not succeeded
        assert "governance-2026" in answer["errors"][0]["reason"]

    def test_progress_goes_to_standard_error_when_work_is_long(self, governance, monkeypatch):
        monkeypatch.setattr(progress, "PAUSE", 0.0)
        succeeded, out, err = run(fixture("06"), "--json")
        assert succeeded
        assert json.loads(out)
        assert "rows read 5/18" in err
        assert "tasks updated 13/13" in err


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_people_import_the_same_ledger_at_once(at):
    action = lay_out()
    people = [factories.UserFactory(roles=["special_office"]) for _ in range(2)]

    def loader(person):
        def load():
            source = BytesIO(fixture("06").read_bytes())
            return lambda: import_ledger(action, source, year=2026, by=person, at=at)

        return load

    outcomes = race(*(loader(person) for person in people))
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert sorted(len(outcome.value.added) for outcome in outcomes) == [0, 13]
    assert models.Task.objects.count() == 13
    assert AuditEvent.objects.filter(verb="import_ledger").count() == 2
