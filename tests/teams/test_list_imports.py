"""Members of teams and milestones from a workbook."""

from datetime import date

import pytest
from django.utils import translation

from governance.records.models import AuditEvent, Notice
from governance.records.tried_uploads import CarriedOut, keep_tried
from teams.models import Milestone, TaskVersion, TeamMember
from teams.roster.members_import import MembersImport
from teams.tasks.milestones_import import MilestonesImport
from tests.factories import MemberFactory, UserFactory, make_task
from tests.racing import race
from tests.tables import table, told, verbs_of

pytestmark = pytest.mark.django_db

try_members, import_members = verbs_of(MembersImport)
try_milestones, import_milestones = verbs_of(MilestonesImport)

MEMBERS = ["专班", "账号或姓名", "职责", "加入日期", "离任日期"]
MILESTONES = ["任务编号", "节点", "完成时限", "权重", "完成日期"]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def members(action, by, at, *rows):
    """Try the rows and carry them out."""
    content = table(MEMBERS, *rows)
    seen = try_members(content, action=action, by=by, at=at).fingerprint
    file = keep_tried(content, name="a.xlsx", kind="members", rule="keep_teams", by=by, at=at)
    return import_members(table(MEMBERS, *rows), action=action, tried=file, seen=seen, by=by, at=at)


def milestones(action, by, at, *rows):
    """Try the rows and carry them out."""
    content = table(MILESTONES, *rows)
    seen = try_milestones(content, action=action, year=2026, by=by, at=at).fingerprint
    file = keep_tried(content, name="a.xlsx", kind="milestones", rule="keep_teams", by=by, at=at)
    return import_milestones(table(MILESTONES, *rows), action=action, year=2026, tried=file, seen=seen, by=by, at=at)


class TestMembers:
    def test_people_join_by_account_or_name_and_are_told(self, action, team, office, at):
        wang, li = UserFactory(username="wang", name="王某"), UserFactory(username="li", name="李某")
        members(
            action,
            office,
            at,
            [team.short_name, "wang", "组长", "2026-03-01", None],
            [team.name, "李某", "联络员", None, None],
        )
        assert list(TeamMember.objects.filter(team=team).values_list("user__username", "part", "joined_on")) == [
            ("wang", "head", date(2026, 3, 1)),
            ("li", "liaison", at.date()),
        ]
        assert set(Notice.objects.values_list("to", flat=True)) == {wang.pk, li.pk}
        assert AuditEvent.objects.filter(verb="import_members").count() == 1

    def test_a_head_hands_over_within_one_file(self, action, team, office, head, at):
        new = UserFactory(username="new")
        members(
            action,
            office,
            at,
            [team.name, head.username, "组长", None, "2026-10-20"],
            [team.name, "new", "组长", "2026-10-20", None],
        )
        assert TeamMember.objects.get(team=team, part="head", left_on=None).user == new

    def test_the_same_file_again_changes_nothing(self, action, team, office, head, at):
        run = try_members(
            table(MEMBERS, [team.name, head.username, "组长", None, None]), action=action, by=office, at=at
        )
        assert (run.writes, run.unchanged) == (0, 1)

    def test_a_file_that_is_read_again_begins_anew(self, action, team, office, at):
        UserFactory(username="wang")
        rows = [team.name, "wang", "成员", None, None], [team.name, "nobody", "成员", None, None]
        run = MembersImport(action=action, by=office, at=at)
        first, again = (run.try_file(table(MEMBERS, *rows)) for _ in range(2))
        assert first is not again
        assert (told(first), first.counts, first.fingerprint) == (told(again), again.counts, again.fingerprint)

    @pytest.mark.parametrize(
        ("row", "place", "reason"),
        [
            (["无此专班", "wang", "组长", None, None], "表!A2", "There is no special team"),
            (["{team}", "nobody", "组长", None, None], "表!B2", "There is no person “nobody”"),
            (["{team}", "王某", "组长", None, None], "表!B2", "There are 2 people named “王某”"),
            (["{team}", "wang", "书记", None, None], "表!C2", "“书记” is not a position"),
            (["{team}", "wang", "成员", "2026-12-01", None], "表!D2", ""),
            (["{team}", "wang", "组长", "2026-10-01", None], "表!D2", "is head of this team"),
        ],
    )
    def test_each_fault_names_its_cell(self, action, team, office, head, at, row, place, reason):
        UserFactory(username="wang", name="王某")
        UserFactory(username="wang2", name="王某")
        row = [team.name if cell == "{team}" else cell for cell in row]
        ((where, sentence),) = told(try_members(table(MEMBERS, row), action=action, by=office, at=at))
        assert (where, reason in sentence) == (place, True)
        assert TeamMember.objects.count() == 1

    def test_a_name_set_wide_is_the_same_person(self, action, team, office, at):
        UserFactory(username="shen", name="沈某某")
        UserFactory(username="zhou", name="周\u3000某某")
        rows = [team.name, "沈\u3000某某", "成员"], [team.name, "周 某某", "成员"], [team.name, "周某某", "成员"]
        run = try_members(table(["专班", "姓名", "职责"], *rows), action=action, by=office, at=at)
        assert told(run) == [
            ("表!A4", f"“{team.name} 周某某 成员” is already in row 3. Keep only one of them."),
        ]
        run = try_members(table(["专班", "姓名", "职责"], *rows[:2]), action=action, by=office, at=at)
        assert ([row.about for row in run.added], told(run)) == (
            [f"{team.short_name} 沈某某", f"{team.short_name} 周\u3000某某"],
            [],
        )

    def test_account_and_name_side_by_side_are_one_person(self, action, team, office, at):
        UserFactory(username="wang", name="王某")
        UserFactory(username="wang2", name="王某")
        names = ["专班", "姓名", "账号", "职务", "工作单位"]
        rows = [team.name, "王 某", "wang2", "成员", "县财政局"], [team.name, None, "wang", "联络员", None]
        run = try_members(table(names, *rows), action=action, by=office, at=at)
        assert (len(run.added), told(run)) == (2, [])
        assert [sentence for _place, sentence in run.told_notes] == ["The column “工作单位” was not read."]
        run = try_members(table(names, [team.name, "李某", "wang", "成员", None]), action=action, by=office, at=at)
        assert told(run) == [
            ("表!C2", "The account “wang” belongs to 王某, not to “李某”. Correct one of them."),
        ]

    def test_all_faults_of_a_row_come_at_once(self, action, team, office, at):
        run = try_members(table(MEMBERS, ["无此专班", "nobody", "书记", "x", None]), action=action, by=office, at=at)
        assert {place for place, _sentence in told(run)} == {"表!A2", "表!B2", "表!C2", "表!D2"}

    def test_a_part_that_is_over_is_entered_afterwards_and_nobody_is_told(self, action, team, office, at):
        UserFactory(username="wang")
        row = [team.name, "wang", "成员", "2026-03-01", "2026-06-01"]
        members(action, office, at, row)
        assert TeamMember.objects.get().left_on == date(2026, 6, 1)
        assert not Notice.objects.exists()
        assert try_members(table(MEMBERS, row), action=action, by=office, at=at).unchanged == 1


class TestMilestones:
    @pytest.fixture
    def road(self, team):
        return make_task(team=team, number=8, milestones=[("勘察", date(2026, 5, 31), 1)])

    def test_new_ones_are_laid_down_and_known_ones_marked_as_done(self, action, road, office, at):
        milestones(
            action, office, at, [8, "勘察", "5月底前", None, "2026-05-20"], [8, "路基贯通", "2026-11-20", 2, None]
        )
        assert list(Milestone.objects.values_list("title", "due_on", "weight", "done_on")) == [
            ("勘察", date(2026, 5, 31), 1, date(2026, 5, 20)),
            ("路基贯通", date(2026, 11, 20), 2, None),
        ]
        assert TaskVersion.objects.filter(task=road, cause="import_milestones").count() == 1
        assert AuditEvent.objects.filter(verb="import_milestones").count() == 1

    def test_the_plan_line_and_the_lamp_follow(self, action, road, office, at):
        before = road.red_from, road.yellow_from
        milestones(action, office, at, [8, "收尾", "2026-11-30", 9, None])
        road.refresh_from_db()
        assert (road.red_from, road.yellow_from) != before

    def test_columns_by_other_names_and_all_faults_of_a_row_at_once(self, action, road, office, at):
        names = ["序号", "节点内容", "完成时间", "实际完成日期", "责任人"]
        rows = [8, "收尾", "2026-11-30", None, "张三"], [99, "无", "x", "2026-12-31", None]
        run = try_milestones(table(names, *rows), action=action, year=2026, by=office, at=at)
        assert sorted(place for place, _sentence in told(run)) == ["表!A3", "表!C3", "表!D3"]
        assert [sentence for _place, sentence in run.told_notes] == ["The column “责任人” was not read."]
        row = [8, "收尾", "2027-03-01", 0, None]
        run = try_milestones(table(MILESTONES, row), action=action, year=2026, by=office, at=at)
        assert sorted(told(run)) == [
            ("表!B2", "“收尾” on 2027-03-01 is after the due date of the task."),
            ("表!D2", "“0” is not a whole number above 0. Write a number such as 12."),
        ]

    def test_what_is_there_already_is_left(self, action, road, office, at):
        run = try_milestones(
            table(MILESTONES, [8, "勘察", "2026-05-31", None, None]), action=action, year=2026, by=office, at=at
        )
        assert (run.writes, run.unchanged) == (0, 1)

    @pytest.mark.parametrize(
        ("row", "place", "reason"),
        [
            ([99, "甲", "2026-11-01", None, None], "表!A2", "There is no task 99 in 2026"),
            ([8, "甲", "6.3", None, None], None, None),
            ([8, "甲", "2027-03-01", None, None], "表!B2", "is after the due date of the task"),
            ([8, "甲", "2026-11-01", None, "2026-12-01"], "表!E2", "in the future"),
            ([8, "甲", 6.3, None, None], "表!C2", "just a number"),
        ],
    )
    def test_each_fault_names_its_cell(self, action, road, office, at, row, place, reason):
        faults = told(try_milestones(table(MILESTONES, row), action=action, year=2026, by=office, at=at))
        assert [where for where, _ in faults] == ([place] if place else [])
        assert all(reason in sentence for _, sentence in faults)
        assert Milestone.objects.count() == 1

    def test_a_task_at_an_end_takes_none(self, action, team, office, at):
        make_task(team=team, number=9, state="cancelled")
        ((place, sentence),) = told(
            try_milestones(
                table(MILESTONES, [9, "甲", "2026-11-01", None, None]), action=action, year=2026, by=office, at=at
            )
        )
        assert (place, "has ended" in sentence) == ("表!A2", True)

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.concurrency
    def test_of_two_confirmations_one_writes(self, action, road, office, at):
        rows = [MILESTONES, [8, "路基贯通", "2026-11-20", 2, None]]
        seen = try_milestones(table(*rows), action=action, year=2026, by=office, at=at).fingerprint
        file = keep_tried(table(*rows), name="a.xlsx", kind="milestones", rule="keep_teams", by=office, at=at)
        about = {"action": action, "year": 2026, "tried": file, "seen": seen, "by": office, "at": at}

        def load():
            return lambda: import_milestones(table(*rows), **about)

        outcomes = race(load, load)
        assert [type(outcome.error) for outcome in outcomes if outcome.error] == [CarriedOut], outcomes
        assert Milestone.objects.count() == 2


def test_who_left_keeps_nothing_is_told_by_the_file_too(action, team, office, at):
    row = MemberFactory(team=team, part="member")
    members(action, office, at, [team.name, row.user.username, "成员", None, "2026-10-20"])
    assert Notice.objects.get(to=row.user).kind == "team_left"
