"""What waits for each role: what is theirs to do, until when, where; and nothing else."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.clock import SHANGHAI
from governance.overview.todo import news_of, todo_of
from governance.overview.wall import wall_of
from governance.people.models import CalendarDay, User
from governance.people.roles import Role
from governance.people.sign_ins import unlock_accounts
from governance.records.verbs import record
from governance.registers.todo import TodoLine, tone_by
from teams import models
from teams.reports.drafts import save_report
from teams.reports.hand_over import hand_back_report, hand_over_report
from teams.reports.written import ReportRow, Written
from teams.tasks.close_outs import ask_close_out
from teams.tasks.extensions import ask_extension
from tests.factories import (
    PASSWORD,
    DepartmentFactory,
    MemberFactory,
    PeriodFactory,
    TeamFactory,
    UserFactory,
    make_task,
)
from tests.teams.sample_reports import accepted, drafted, returned, submitted

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 10, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=SHANGHAI)


@pytest.fixture
def period(action):
    """11 to 20 October, due on Wednesday the 21st at 18:00."""
    return PeriodFactory(action=action)


@pytest.fixture
def task(team):
    """An open task without anything urgent: due on 30 November."""
    return make_task(team=team, percent=80)


def lines(user, action, now, wall=None):
    """(tone, where) of everything that waits."""
    user = User.objects.get(pk=user.pk)
    return [(line.tone, line.url) for line in todo_of(user, action, now=now, wall=wall)]


def report_url(team, suffix=""):
    return f"/reports/{team.code}/2026-10-11/{suffix}"


@pytest.mark.parametrize(
    ("due", "tone"), [(None, "blue"), (at(23), "blue"), (at(22), "yellow"), (at(21), "yellow"), (at(20), "red")]
)
def test_a_day_that_comes_near_turns_yellow_and_red(due, tone):
    assert tone_by(due and due.date(), at(21).date()) == tone


def test_the_most_urgent_comes_first():
    def line(tone, due_on=None):
        return TodoLine(tone, "", "", "", "", due_on)

    order = [
        line("red"),
        line("yellow", date(2026, 1, 1)),
        line("yellow", date(2026, 1, 2)),
        line("yellow"),
        line("blue"),
    ]
    shuffled = [order[place] for place in (3, 0, 4, 2, 1)]
    assert sorted(shuffled, key=lambda each: each.urgency) == order


class TestLiaison:
    def test_the_report_waits_from_its_first_day_and_turns_red(self, action, team, task, liaison, period):
        assert lines(liaison, action, at(10)) == []
        tones = [lines(liaison, action, moment) for moment in (at(11), at(20), at(21), at(21, 19), at(27))]
        url = report_url(team)
        assert tones == [[("blue", url)], [("yellow", url)], [("yellow", url)], [("red", url)], [("red", url)]]

    def test_it_says_how_many_rows_are_filled_in(self, action, team, task, liaison, period):
        make_task(team=team)
        save_report(team, period, Written(rows=[ReportRow(task.pk, no_change=True)]), by=liaison, at=at(20))
        [line] = todo_of(liaison, action, now=at(20))
        assert "1 of 2" in line.note or "1/2" in line.note

    def test_what_the_head_asks_for_stands_in_the_line(self, action, team, task, liaison, head, period):
        report = drafted(team, period, task, percent="85", by=liaison)
        hand_over_report(report, by=liaison, at=at(20))
        hand_back_report(report, note="请补充剩余村", by=head, at=at(20, 11))
        [line] = todo_of(liaison, action, now=at(20, 12))
        assert "请补充剩余村" in line.note

    def test_returned_it_waits_until_its_day(self, action, team, task, liaison, head, office, period):
        returned(team, period, task, percent="85", by=head, office=office)
        url = report_url(team)
        assert lines(liaison, action, at(22)) == [("yellow", url)]
        assert lines(liaison, action, at(24)) == [("red", url)]

    def test_what_lies_at_the_office_or_is_accepted_does_not_wait(
        self, action, team, task, liaison, head, office, period
    ):
        submitted(team, period, task, percent="85", by=head)
        assert lines(liaison, action, at(22)) == []

    def test_an_assigned_task_waits_to_be_taken_note_of(self, action, team, liaison):
        task = make_task(team=team, state="assigned")
        assert lines(liaison, action, at(1)) == [("blue", task.get_absolute_url())]


class TestHead:
    def test_a_draft_that_is_complete_waits_to_be_looked_at(self, action, team, task, head, liaison, period):
        report = drafted(team, period, task, percent="85", by=liaison)
        assert lines(head, action, at(20)) == [("yellow", report_url(team))]
        hand_over_report(report, by=liaison, at=at(20))
        assert lines(head, action, at(20)) == [("yellow", report_url(team, "approve/"))]
        assert lines(head, action, at(22)) == [("red", report_url(team, "approve/"))]

    def test_a_draft_that_changed_since_is_a_draft_again(self, action, team, task, head, liaison, period):
        report = drafted(team, period, task, percent="85", by=liaison)
        hand_over_report(report, by=liaison, at=at(20))
        save_report(team, period, Written(rows=[ReportRow(task.pk, text="又有进展")]), by=liaison, at=at(20, 12))
        assert lines(head, action, at(20, 13)) == [("yellow", report_url(team))]

    @pytest.mark.parametrize(
        ("fields", "now", "tone", "page"),
        [
            ({"percent": 100}, at(1), "blue", "close-out/"),
            ({"percent": 100, "due_on": date(2026, 9, 30)}, at(5), "red", "close-out/"),
            ({"percent": 90, "due_on": date(2026, 9, 30)}, at(5), "red", ""),
            ({"percent": 0}, at(5), "red", ""),
            ({"percent": 95, "due_on": date(2026, 10, 9)}, at(5), "blue", "extension/"),
            ({"percent": 95, "due_on": date(2026, 10, 9)}, at(8), "yellow", "extension/"),
            ({"percent": 95, "due_on": date(2026, 10, 9)}, at(9), "yellow", "extension/"),
        ],
    )
    def test_a_task_waits_when_it_asks_for_something(self, action, team, head, fields, now, tone, page):
        task = make_task(team=team, **fields)
        assert lines(head, action, now) == [(tone, f"{task.get_absolute_url()}{page}")]

    def test_once_asked_for_it_waits_no_more(self, action, team, head):
        task = make_task(team=team, percent=95, due_on=date(2026, 10, 9))
        ask_extension(task, new_due_on=date(2026, 11, 9), reason="雨季", by=head, at=at(5))
        assert lines(head, action, at(6)) == []
        done = make_task(team=team, percent=100)
        ask_close_out(done, statement="完成", by=head, at=at(6))
        assert lines(head, action, at(6)) == []

    @pytest.mark.parametrize("state", ["suspended", "cancelled", "closed_out"])
    def test_a_task_that_rests_or_is_over_does_not_wait(self, action, team, head, state):
        make_task(team=team, percent=0, state=state)
        assert lines(head, action, at(5)) == []

    def test_the_liaison_does_not_see_what_only_the_head_can_do(self, action, team, liaison):
        make_task(team=team, percent=100)
        assert lines(liaison, action, at(5)) == []


class TestMember:
    def test_the_rows_of_the_own_department_wait_until_they_are_filled_in(self, action, team, head, period):
        department = DepartmentFactory()
        member = MemberFactory(team=team, user=UserFactory(department=department), part="member").user
        led = make_task(team=team, lead_department=department)
        joint = make_task(team=team)
        models.TaskDepartment.objects.create(task=joint, department=department)
        make_task(team=team)
        [line] = todo_of(member, action, now=at(12))
        assert (line.tone, line.url) == ("blue", report_url(team))
        assert f"{led.number}、{joint.number}" in line.note
        save_report(team, period, Written(rows=[ReportRow(led.pk, no_change=True)]), by=head, at=at(20))
        [line] = todo_of(member, action, now=at(20))
        assert line.tone == "yellow" and str(led.number) not in line.note.split("；")[0].split(";")[0]
        save_report(team, period, Written(rows=[ReportRow(joint.pk, text="已开工")]), by=head, at=at(20))
        assert lines(member, action, at(22)) == []

    def test_without_rows_nothing_waits(self, action, team, task, period):
        member = MemberFactory(team=team, user=UserFactory(department=DepartmentFactory()), part="member").user
        nobody = MemberFactory(team=team, part="member").user
        assert lines(member, action, at(21)) == lines(nobody, action, at(21)) == []

    def test_former_members_have_nothing_to_do(self, action, team, task, period):
        former = MemberFactory(team=team, part="head", left_on=date(2026, 9, 1)).user
        make_task(team=team, percent=100)
        assert lines(former, action, at(27)) == []


class TestAsked:
    @pytest.fixture
    def ask(self, team, period):
        def make(**fields):
            report, _made = models.ProgressReport.objects.get_or_create(team=team, period=period)
            return models.HelpRequest.objects.create(report=report, text="请协调用地", **{"asked_at": at(12)} | fields)

        return make

    def test_a_matter_waits_for_whoever_is_named(self, action, ask):
        owner, colleague = UserFactory.create_batch(2, department=DepartmentFactory())
        matter = ask(owner=owner, to=owner.department, due_on=date(2026, 10, 20))
        assert lines(owner, action, at(15)) == [("blue", matter.get_absolute_url())]
        assert lines(owner, action, at(21)) == [("red", matter.get_absolute_url())]
        assert lines(colleague, action, at(15)) == []

    def test_without_a_person_it_waits_for_the_department(self, action, ask):
        asked = UserFactory(department=DepartmentFactory())
        matter = ask(to=asked.department)
        assert lines(asked, action, at(15)) == [("blue", matter.get_absolute_url())]
        assert lines(UserFactory(department=DepartmentFactory()), action, at(15)) == []
        assert lines(UserFactory(), action, at(15)) == []

    def test_what_is_not_sent_or_answered_does_not_wait(self, action, ask, office):
        owner = UserFactory()
        ask(owner=owner, asked_at=None)
        ask(owner=owner, answer="已办", answered_at=at(13), answered_by=office)
        assert lines(owner, action, at(15)) == []


OVERDUE = "/owed/?kind=report&side=over&period=2026-10-11"


class TestOffice:
    def test_each_kind_is_one_line(self, action, team, other_team, task, head, office, period):
        report = submitted(team, period, task, percent="85", by=head)
        models.HelpRequest.objects.create(report=report, text="协调", asked_at=at(21))
        models.HelpRequest.objects.create(
            report=report, text="协调", asked_at=at(21), to=DepartmentFactory(), due_on=date(2026, 10, 23)
        )
        ask_extension(task, new_due_on=date(2026, 12, 31), reason="雨季", by=head, at=at(21))
        ask_close_out(make_task(team=team, percent=100), statement="完成", by=head, at=at(26))
        urls = [url for _tone, url in lines(office, action, at(27))]
        assert sorted(urls) == sorted(
            [
                OVERDUE,
                "/reports/review/",
                "/decisions/?kind=extension",
                "/decisions/?kind=close_out",
                f"/matters/{models.HelpRequest.objects.get(to=None).pk}/pass-on/",
                "/owed/?kind=matter&side=over",
            ]
        )
        assert lines(office, action, at(27))[0] == ("red", OVERDUE)

    @pytest.mark.parametrize(("hour", "counted"), [(17, 0), (19, 2)])
    def test_a_report_is_overdue_from_its_hour_on_in_the_line_and_in_its_list(
        self, client, action, team, other_team, office, period, hour, counted, time_machine
    ):
        """The due day's list has it as due; the line and the list behind it only once the hour is over."""
        moment = at(21, hour)
        time_machine.move_to(moment)
        late = [line for line in todo_of(office, action, now=moment) if line.url == OVERDUE]
        assert [line.count for line in late] == [counted] * bool(counted)
        client.force_login(office)
        assert client.get(OVERDUE).context["page"].paginator.count == counted
        assert client.get("/owed/?kind=report").context["page"].paginator.count == 2

    def test_returned_and_past_its_day_is_not_a_team_that_never_sent(
        self, client, action, team, other_team, task, head, office, leader, period, settings
    ):
        returned(team, period, task, percent="85", by=head, office=office)
        settings.DEMO_TODAY = date(2026, 10, 27)
        wall = wall_of(action, on=at(27).date(), now=at(27), user=leader)
        assert (wall.overdue_reports, wall.returned_overdue, wall.returned_reports) == (1, 1, 0)
        news = [line for line in news_of(wall) if line.url.startswith("/reports/")]
        assert [line.count for line in news] == [1, 1]
        client.force_login(leader)
        for line, behind in zip(news, (other_team, team), strict=True):
            assert [shown for shown, _cells in client.get(line.url).context["matrix"].rows] == [behind]
        titles = {line.url: line.count for line in todo_of(office, action, now=at(27))}
        assert titles[OVERDUE] == titles["/owed/?kind=returned&side=over"] == 1

    def test_what_is_in_time_is_blue_and_what_is_past_the_offices_term_yellow(
        self, action, team, task, head, office, period
    ):
        submitted(team, period, task, percent="85", by=head)
        assert lines(office, action, at(22)) == [("blue", "/reports/review/")]
        assert lines(office, action, at(26)) == [("yellow", "/reports/review/")]

    def test_a_period_whose_reports_are_accepted_waits_to_be_closed(self, action, team, task, head, office, period):
        accepted(team, period, task, percent="85", by=head, office=office)
        assert lines(office, action, at(22)) == [("blue", f"/periods/{period.pk}/close/")]

    def test_a_report_that_is_not_late_yet_is_no_chore(self, action, team, office, period):
        assert lines(office, action, at(21, 17)) == []

    def test_the_offices_lines_are_the_offices(self, action, team, office, leader, centre, auditor, period, secretary):
        assert lines(office, action, at(22))
        for user in (leader, centre, auditor, secretary):
            assert lines(user, action, at(22)) == []


class TestNewTeam:
    def test_first_steps_wait_for_the_team_and_late_ones_for_the_office(self, action, office):
        team = TeamFactory(action=action, established_on=date(2026, 10, 1))
        liaison = MemberFactory(team=team, part="liaison", joined_on=date(2026, 10, 1)).user
        models.FirstStep.objects.create(team=team, kind="plan", due_on=date(2026, 10, 16))
        wall = wall_of(action, on=at(12).date(), now=at(12), user=office)
        assert lines(liaison, action, at(12), wall) == [("blue", team.get_absolute_url())]
        assert lines(office, action, at(12), wall) == []
        wall = wall_of(action, on=at(20).date(), now=at(20), user=office)
        assert lines(liaison, action, at(20), wall) == [("red", team.get_absolute_url())]
        assert lines(office, action, at(20), wall) == [("yellow", team.get_absolute_url())]


class TestHouse:
    def test_the_administrator_hears_of_what_is_missing(self, action, administrator):
        assert [url for _tone, url in lines(administrator, action, at(1))] == [
            "/people/?department=-&working=true",
            "/working-days/?year=2026",
        ]

    def test_a_complete_house_leaves_nothing(self, administrator):
        User.objects.update(department=DepartmentFactory())
        CalendarDay.objects.create(on=date(2026, 10, 1), works=False, name="国庆节")
        assert lines(administrator, None, at(1)) == []
        assert [url for _tone, url in lines(administrator, None, at(1, month=12))] == ["/working-days/?year=2027"]

    def test_the_link_to_people_without_department_shows_those_who_are_counted(self, client, administrator):
        UserFactory()  # without a role or a team
        client.force_login(administrator)
        answer = client.get("/people/?department=-&working=true")
        assert [row.user for row in answer.context["table"].data] == [administrator]

    def test_the_administrator_hears_of_locked_accounts(self, client, administrator):
        user = UserFactory(username="wang", password=PASSWORD)
        for _time in range(5):
            client.post("/sign-in/", {"username": "wang", "password": "wrong"})
        assert ("yellow", "/people/?state=locked") in lines(administrator, None, at(1))
        unlock_accounts([user], by=administrator, at=at(1))
        assert "/people/?state=locked" not in [url for _tone, url in lines(administrator, None, at(1))]

    def test_the_auditor_hears_of_locks_and_changed_accounts_of_a_week(self, client, action, auditor):
        assert lines(auditor, action, at(27)) == []
        record("lock_out", None, by=None, at=at(26), change={"account": "x"})
        record("change_account", auditor, by=None, at=at(10))
        [line] = todo_of(auditor, action, now=at(27))
        assert line.tone == "blue" and line.url.startswith("/audit/?verb=")
        client.force_login(auditor)
        assert client.get(line.url).context["page"].paginator.count == line.count == 1


def test_leaders_see_what_is_red_with_its_rows_and_no_chores(
    action, team, other_team, leader, period, client, settings
):
    settings.DEMO_TODAY = date(2026, 10, 27)
    make_task(team=team, percent=0)
    wall = wall_of(action, on=at(27).date(), now=at(27), user=leader)
    with CaptureQueriesContext(connection) as queries:
        red, overdue = news_of(wall)
    assert len(queries) == 0
    assert red.url == "/tasks/?lamp=red" and team.short_name in red.note
    assert overdue.url == "/reports/?period=2026-10-11&status=overdue"
    client.force_login(leader)
    page = client.get("/").content.decode()
    assert red.title in page or "红灯" in page
    assert client.get(red.url).context["page"].paginator.count == 1
    assert client.get(overdue.url).context["page"].paginator.count == 2


def test_what_waits_costs_the_same_for_many_rows(action, office):
    department = DepartmentFactory()
    head = UserFactory(department=department, roles=[Role.SPECIAL_OFFICE])
    period = PeriodFactory(action=action)

    def add(count):
        for _number in range(count):
            team = TeamFactory(action=action)
            MemberFactory(team=team, user=head, part="head")
            task = make_task(team=team, percent=100)
            make_task(team=team, state="assigned")
            report = models.ProgressReport.objects.create(team=team, period=period)
            models.ReportEntry.objects.create(report=report, task=task, no_change=True)
            models.HelpRequest.objects.create(report=report, text="协调", asked_at=at(12), to=department)

    def queries():
        user = User.objects.get(pk=head.pk)
        with CaptureQueriesContext(connection) as asked:
            found = todo_of(user, action, now=at(27))
        return len(asked), len(found)

    add(2)
    few, some = queries()
    add(10)
    many, more = queries()
    assert more > some + 20
    assert few == many <= 51
