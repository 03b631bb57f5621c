"""Who owes what, to the day and by name, and what of it each reader may know."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils.translation import override

from governance.clock import SHANGHAI
from governance.people.models import User
from governance.records.models import AuditEvent
from governance.records.words import NOTICE_SENTENCES
from teams import models
from teams.debts.chat_text import owed_text
from teams.debts.debts import DEBT_KINDS, DEBT_SOURCES, Debt, DebtKind, debts_of
from teams.debts.occasions import REMINDERS, Occasion
from teams.debts.reminders import occasions_of
from teams.debts.report_debts import REPORT
from teams.reports.drafts import save_report
from teams.reports.periods import close_period
from teams.reports.written import ReportRow, Written
from teams.tasks.close_outs import ask_close_out
from teams.tasks.extensions import ask_extension
from tests.factories import DepartmentFactory, MemberFactory, PeriodFactory, TeamFactory, UserFactory, make_task
from tests.teams.sample_reports import accepted, returned, submitted

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 10, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=SHANGHAI)


@pytest.fixture
def period(action):
    """11 to 20 October, due on the 21st at 18:00."""
    return PeriodFactory(action=action)


@pytest.fixture
def task(team):
    """An open task that was assigned long before."""
    return make_task(team=team)


def owed(action, now, reader=None):
    """The debts as (kind, team, who, days over, days waiting)."""
    with override("zh-hans"):
        return [
            (debt.kind.code, debt.team.short_name if debt.team else "", debt.who, debt.days_over, debt.days_waiting)
            for debt in debts_of(action, reader=reader, now=now)
        ]


class TestReports:
    def test_nothing_is_owed_before_the_due_day(self, action, team, head, period):
        assert owed(action, at(20, 23)) == []

    def test_from_the_due_day_on_head_and_liaison_owe_it_by_name(self, action, team, head, liaison, period):
        who = f"{head.name}（组长）、{liaison.name}（联络员）"
        assert owed(action, at(21)) == [("report", team.short_name, who, 0, 0)]
        assert (REPORT.code, team.short_name, who, 6, 6) in owed(action, at(27))

    def test_a_deputy_stands_in_where_there_is_no_head(self, action, team, deputy, period):
        assert owed(action, at(21)) == [("report", team.short_name, f"{deputy.name}（副组长）", 0, 0)]

    def test_a_team_without_people_is_named_itself(self, action, team, period):
        assert owed(action, at(21)) == [("report", team.short_name, team.name, 0, 0)]

    def test_a_former_member_owes_nothing(self, action, team, period):
        MemberFactory(team=team, part="liaison", left_on=date(2026, 9, 1))
        assert owed(action, at(21)) == [("report", team.short_name, team.name, 0, 0)]

    def test_a_team_that_did_not_exist_on_the_last_day_owes_none(self, action, period):
        TeamFactory(action=action, established_on=date(2026, 10, 21))
        TeamFactory(action=action, closed_on=date(2026, 10, 19))
        assert [debt for debt in owed(action, at(22)) if debt[0] == "report"] == []

    def test_a_team_closed_on_the_last_day_owes_one(self, action, period):
        closed = TeamFactory(action=action, closed_on=date(2026, 10, 20))
        assert [debt[:2] for debt in owed(action, at(22))] == [("report", closed.short_name)]

    def test_submitted_it_is_the_office_that_owes(self, action, team, task, head, period):
        submitted(team, period, task, by=head, at=at(21, 16))
        assert owed(action, at(22)) == [("review", team.short_name, "专项办", 0, 1)]
        # Two working days: Friday the 23rd.
        assert owed(action, at(27)) == [("review", team.short_name, "专项办", 4, 6)]

    def test_returned_it_is_the_teams_again_until_its_day(self, action, team, task, head, office, period):
        returned(
            team, period, task, by=head, office=office, at=at(21, 16), decided=at(22), resubmit_by=date(2026, 10, 24)
        )
        debts = owed(action, at(24))
        assert ("returned", team.short_name, f"{head.name}（组长）", 0, 2) in debts
        assert ("returned", team.short_name, f"{head.name}（组长）", 3, 5) in owed(action, at(27))

    def test_accepted_nothing_is_owed_but_to_close_the_period(self, action, team, task, head, office, period):
        accepted(team, period, task, by=head, office=office, at=at(21, 16), decided=at(21, 17))
        assert owed(action, at(21, 17)) == []
        assert owed(action, at(26)) == [("period", "", "专项办", 3, 5)]
        close_period(period, by=office, at=at(26, 11))
        assert owed(action, at(27)) == []


class TestRows:
    def test_a_member_owes_the_rows_of_their_department_once_the_period_is_over(self, action, team, head, period):
        department = DepartmentFactory(name="县水利局")
        member = MemberFactory(team=team, user=UserFactory(department=department, name="水某"), part="member").user
        led = make_task(team=team, lead_department=department, number=901)
        joint = make_task(team=team, number=902)
        models.TaskDepartment.objects.create(task=joint, department=department)
        make_task(team=team, number=903)
        assert owed(action, at(19)) == []
        rows = [debt for debt in owed(action, at(20)) if debt[0] == "rows"]
        assert rows == [("rows", team.short_name, f"{member.name}（县水利局）", 0, 0)]
        found = next(debt for debt in debts_of(action, reader=None, now=at(20)) if debt.kind.code == "rows")
        assert found.subject.numbers == [901, 902]
        save_report(
            team,
            period,
            Written(rows=[ReportRow(led.pk, no_change=True), ReportRow(joint.pk, text="已开工")]),
            by=head,
            at=at(20),
        )
        assert [debt for debt in owed(action, at(20)) if debt[0] == "rows"] == []

    def test_without_a_member_of_the_department_the_liaison_fills_everything(self, action, team, task, head, period):
        MemberFactory(team=team, user=UserFactory(department=DepartmentFactory()), part="member")
        assert [debt for debt in owed(action, at(21)) if debt[0] == "rows"] == []

    def test_what_is_submitted_lacks_no_rows(self, action, team, task, head, period):
        MemberFactory(team=team, user=UserFactory(department=task.lead_department), part="member")
        assert {debt[0] for debt in owed(action, at(21))} == {"report", "rows"}
        submitted(team, period, task, by=head, at=at(21, 16))
        assert [debt[0] for debt in owed(action, at(21, 17))] == ["review"]


class TestOffice:
    def test_requests_lie_at_the_office_for_three_working_days(self, action, team, task, head):
        other = make_task(team=team)
        ask_extension(task, new_due_on=date(2026, 12, 31), reason="雨季", by=head, at=at(12))
        ask_close_out(other, statement="已完成", by=head, at=at(20))
        assert owed(action, at(21)) == [
            ("extension", team.short_name, "专项办", 6, 9),
            ("close_out", team.short_name, "专项办", 0, 1),
        ]

    def test_what_the_office_owes_has_a_term_and_nothing_else_has(self):
        assert {kind.code for kind in DEBT_KINDS.values() if hasattr(kind, "term")} == set(DEBT_KINDS) - {
            "report",
            "returned",
            "rows",
            "matter",
            "problem_take_up",
            "problem_resolve",
            "order_acknowledge",
            "order_answer",
            "clause_answer",
            "practice",
            "minutes",
            "instruction_line",
        }


class TestRegister:
    """Upper floors add kinds of debt of their own; they are listed, narrowed, told to the group and reminded of."""

    @pytest.fixture
    def wreath(self, monkeypatch, team):
        kind = DebtKind("wreath", order=5, label="Wreath to hang", chat="%(team)s: %(what)s", overdue="wreath_late")
        monkeypatch.setattr(DebtKind, "facts", lambda self, debt: {})

        def read(reader):
            yield Debt(kind, row=team, subject="door", on=reader.on, since=date(2026, 10, 1), due_on=None, team=team)
            yield Debt(
                kind,
                row=team,
                subject="gate",
                on=reader.on,
                since=date(2026, 10, 1),
                due_on=date(2026, 10, 2),
                team=team,
            )

        monkeypatch.setitem(NOTICE_SENTENCES, "wreath_late", "%(team)s hangs no wreath.")
        monkeypatch.setitem(DEBT_KINDS, "wreath", kind)
        monkeypatch.setitem(DEBT_SOURCES, "wreath", read)
        return kind

    def test_it_is_owed(self, action, team, head, wreath):
        assert [debt[0] for debt in owed(action, at(20))] == ["wreath", "wreath"]

    def test_it_is_narrowed_to(self, client, action, office, wreath):
        client.force_login(office)
        assert "Wreath to hang" in client.get("/owed/?kind=wreath").content.decode()

    def test_the_group_reads_it(self, action, team, wreath):
        text = owed_text(debts_of(action, reader=None, now=at(20)), on=date(2026, 10, 20))
        assert f"1. {team.short_name}: gate" in text

    def test_people_are_reminded(self, action, team, head, wreath):
        assert [(found.kind, found.to) for found in occasions_of(action, at=at(20))] == [("wreath_late", [head])]

    def test_an_occasion_needs_no_debt(self, monkeypatch, action, head):
        told = Occasion("wreath_late", key="a", url="/", facts={}, to=[head])
        monkeypatch.setitem(REMINDERS, "wreath", lambda reader: iter([told]))
        assert list(occasions_of(action, at=at(20))) == [told]


class TestMatters:
    @pytest.fixture
    def ask(self, team, task, head, period):

        def make(**fields):
            found, _made = models.ProgressReport.objects.get_or_create(team=team, period=period)
            return models.HelpRequest.objects.create(report=found, text="请协调用地", asked_at=at(13), **fields)

        return make

    def of(self, action, now, reader=None):
        return [debt for debt in owed(action, now, reader) if debt[0] in ("matter", "owner")]

    def test_without_anybody_named_the_office_owes_an_owner(self, action, team, ask):
        ask()
        assert self.of(action, at(19)) == [("owner", team.short_name, "专项办", 4, 6)]

    def test_the_department_asked_owes_the_answer(self, action, team, ask):
        ask(to=DepartmentFactory(name="县自然资源局"), due_on=date(2026, 10, 16))
        assert self.of(action, at(19)) == [("matter", team.short_name, "县自然资源局", 3, 6)]

    def test_the_person_named_owes_it_since_it_was_passed_on(self, action, team, ask):
        owner = UserFactory(name="田某", department=DepartmentFactory(name="县自然资源局"))
        ask(owner=owner, due_on=date(2026, 10, 20), passed_on_at=at(15))
        assert self.of(action, at(19)) == [("matter", team.short_name, "田某（县自然资源局）", 0, 4)]
        assert self.of(action, at(19), reader=owner) == self.of(action, at(19))

    def test_what_is_answered_or_not_sent_is_not_owed(self, action, ask, office):
        ask(answer="已办", answered_at=at(14), answered_by=office)
        models.HelpRequest.objects.filter(answered_at=None).update(asked_at=None)
        assert self.of(action, at(19)) == []


class TestReaders:
    @pytest.fixture
    def world(self, action, team, other_team, head, other_head, period):
        """The own team owes its report, a member's rows, and waits for an extension; the other team its report."""
        task = make_task(team=team)
        MemberFactory(team=team, user=UserFactory(department=task.lead_department), part="member")
        ask_extension(task, new_due_on=date(2026, 12, 31), reason="雨季", by=head, at=at(20))

    def kinds(self, action, reader):
        return sorted(
            (debt.kind.code, debt.team.pk, bool(debt.url)) for debt in debts_of(action, reader=reader, now=at(21))
        )

    def test_the_office_and_the_leaders_know_all_and_open_all(self, action, world, team, other_team, office, leader):
        every = [("extension", team.pk, True), ("report", team.pk, True), ("report", other_team.pk, True)]
        every = sorted([*every, ("rows", team.pk, True)])
        assert self.kinds(action, office) == every
        assert self.kinds(action, leader) == every

    def test_a_team_knows_its_own_papers_and_whose_report_is_missing(
        self, action, world, team, other_team, head, other_head
    ):
        assert ("extension", team.pk, True) in self.kinds(action, head)
        assert ("report", other_team.pk, False) in self.kinds(action, head)
        assert self.kinds(action, other_head) == sorted([("report", team.pk, False), ("report", other_team.pk, True)])

    @pytest.mark.parametrize("role", ["auditor", "centre", "administrator"])
    def test_everybody_else_knows_what_hangs_on_the_wall(self, action, world, team, other_team, role, request):
        reader = request.getfixturevalue(role)
        assert self.kinds(action, reader) == sorted([("report", team.pk, False), ("report", other_team.pk, False)])


def many(action, count):
    """`count` teams with people, tasks, a draft each, and something waiting."""
    department = DepartmentFactory()
    member = UserFactory(department=department)
    teams = models.SpecialTeam.objects.bulk_create(
        models.SpecialTeam(
            action=action,
            code=f"many-{count}-{n}",
            name=f"专班{count}-{n}",
            short_name=f"专班{n}",
            order=count + n,
            established_on=date(2026, 3, 1),
        )
        for n in range(count)
    )
    period, _made = models.ReportingPeriod.objects.get_or_create(
        action=action, starts_on=date(2026, 10, 11), ends_on=date(2026, 10, 20), defaults={"due_at": at(21, 18)}
    )
    models.TeamMember.objects.bulk_create(
        models.TeamMember(team=team, user=member, part="member", joined_on=date(2026, 3, 1)) for team in teams
    )
    tasks = models.Task.objects.bulk_create(
        models.Task(
            action=action,
            team=team,
            year=2026,
            number=1000 * count + n,
            title="任务",
            lead_department=department,
            start_on=date(2026, 3, 1),
            due_on=date(2026, 11, 30),
            state="in_progress",
        )
        for n, team in enumerate(teams)
    )
    models.TaskVersion.objects.bulk_create(
        models.TaskVersion(
            task=task,
            number=1,
            team=task.team,
            lead_department=department,
            original_due_on=task.due_on,
            title="任务",
            start_on=task.start_on,
            due_on=task.due_on,
            state="in_progress",
            cause="assign_task",
            at=at(1),
            by=member,
        )
        for task in tasks
    )
    reports = models.ProgressReport.objects.bulk_create(
        models.ProgressReport(team=team, period=period, state="draft") for team in teams
    )
    models.HelpRequest.objects.bulk_create(
        models.HelpRequest(report=report, text="协调", asked_at=at(13), to=department) for report in reports
    )
    models.Extension.objects.bulk_create(
        models.Extension(
            task=task,
            old_due_on=task.due_on,
            new_due_on=task.due_on + timedelta(9),
            reason="雨",
            asked_by=member,
            asked_at=at(12),
        )
        for task in tasks
    )


def test_the_debts_cost_the_same_for_sixty_teams_and_six_hundred(action, office, query_budget):
    for count in (60, 540):
        many(action, count)
        reader = User.objects.get(pk=office.pk)
        with query_budget("debts_of", "any number of teams"):
            debts = debts_of(action, reader=reader, now=at(27))
    assert len(debts) == 600 * 4


class TestPage:
    @pytest.fixture
    def client(self, office, settings):
        settings.DEMO_TODAY = date(2026, 10, 27)
        client = Client()
        client.force_login(office)
        return client

    def test_it_names_who_owes_how_long_and_leads_there(self, client, action, team, head, period):
        page = client.get("/owed/").content.decode()
        assert f"{head.name}（组长）" in page
        assert "逾期6天" in page
        assert f"/reports/{team.code}/2026-10-11/" in page

    def test_it_is_narrowed_by_words_kind_side_and_team(self, client, action, team, other_team, head, period, task):
        def rows(query):
            return [debt.team.pk for debt in client.get(f"/owed/?{query}").context["page"].object_list]

        ask_extension(task, new_due_on=date(2026, 12, 31), reason="雨季", by=head, at=at(27, 9))
        assert sorted(rows("")) == sorted([team.pk, team.pk, other_team.pk])
        assert rows(f"q={head.name}") == [team.pk]
        assert rows("kind=extension") == rows("side=office") == [team.pk]
        assert rows(f"team={other_team.code}") == [other_team.pk]
        assert sorted(rows("side=over")) == sorted([team.pk, other_team.pk])
        assert rows("q=不存在") == []
        assert sorted(rows("kind=nonsense&side=nonsense")) == sorted([team.pk, team.pk, other_team.pk])

    def test_it_is_sorted_by_any_column_and_the_office_stands_last(
        self, client, action, team, other_team, head, period, task
    ):
        ask_extension(task, new_due_on=date(2026, 12, 31), reason="雨季", by=head, at=at(12, 9))
        for sort in ("title", "team", "who", "since", "due_on", "days", "-days", "nonsense"):
            found = client.get(f"/owed/?sort={sort}").context["page"].object_list
            assert [debt.by_office for debt in found] == [False, False, True], sort
        order = [debt.team.pk for debt in client.get("/owed/?sort=-team").context["page"].object_list][:2]
        assert order == [other_team.pk, team.pk]

    @pytest.mark.parametrize("file_format", ["csv", "xlsx"])
    def test_what_is_shown_can_be_taken_away_and_that_is_written_down(
        self, client, action, team, head, period, file_format
    ):
        answer = client.get(f"/owed/?format={file_format}&kind=report")
        assert answer.status_code == 200
        content = answer.getvalue()
        assert head.name in content.decode() if file_format == "csv" else content.startswith(b"PK")
        event = AuditEvent.objects.get(verb="export_list")
        assert '"count":1' in event.change

    def test_nothing_owed_says_so(self, client, action):
        assert "没有催办事项" in client.get("/owed/").content.decode()
