"""`manage.py remind`: what is due and owed is told once, on any day, however often it runs."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from governance.clock import SHANGHAI
from governance.records.models import AuditEvent, Notice
from teams import models
from teams.debts.occasions import OVER_STEPS, step_reached
from teams.debts.reminders import occasions_of, send_reminders
from teams.tasks.close_outs import ask_close_out
from teams.tasks.extensions import ask_extension
from tests.factories import DepartmentFactory, MemberFactory, PeriodFactory, TeamFactory, UserFactory, make_task
from tests.racing import race
from tests.teams.sample_reports import returned, submitted

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 8, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=SHANGHAI)


@pytest.fixture
def period(action):
    """11 to 20 October, due on Wednesday the 21st at 18:00."""
    return PeriodFactory(action=action)


@pytest.fixture
def task(team):
    """An open task, due on 30 November."""
    return make_task(team=team)


def told(action, *moments, kind=None):
    """Who was told what by runs at `moments`, each time: [(kind, who)]."""
    found = []
    for moment in moments:
        before = set(Notice.objects.values_list("pk", flat=True))
        send_reminders(action, by=None, at=moment)
        new = Notice.objects.exclude(pk__in=before).order_by("pk")
        found.append(sorted((notice.kind, notice.to.username) for notice in new if kind in (None, notice.kind)))
    return found


@pytest.mark.parametrize(("days", "step"), [(-1, 0), (0, 0), (1, 1), (2, 1), (3, 3), (6, 3), (7, 7), (8, 7), (400, 7)])
def test_the_last_step_that_was_reached(days, step):
    assert step_reached(days) == step


class TestReports:
    def test_due_is_told_once_from_a_working_day_before(self, action, team, head, liaison, period):
        both = sorted([("report_due", head.username), ("report_due", liaison.username)])
        assert told(action, at(19), at(20), at(21)) == [[], both, []]
        notice = Notice.objects.first()
        assert notice.due_on == date(2026, 10, 21)
        assert notice.url == f"/reports/{team.code}/2026-10-11/"

    def test_a_weekend_lies_between(self, action, team, head, period):
        models.ReportingPeriod.objects.update(due_at=at(19, 18))  # Monday
        assert told(action, at(15), at(16)) == [[], [("report_due", head.username)]]

    def test_a_run_on_the_due_day_still_tells(self, action, team, head, period):
        assert told(action, at(21)) == [[("report_due", head.username)]]

    def test_overdue_is_told_after_one_three_and_seven_days(self, action, team, head, period):
        runs = told(action, *(at(day) for day in range(22, 31)), kind="report_overdue")
        assert [len(run) for run in runs] == [1, 0, 1, 0, 0, 0, 1, 0, 0]
        assert len(OVER_STEPS) == 3

    def test_a_late_run_tells_the_step_that_is_reached_and_not_those_before(self, action, team, head, period):
        assert [len(run) for run in told(action, at(30), at(31), kind="report_overdue")] == [1, 0]

    def test_what_is_submitted_is_the_offices(self, action, team, task, head, office, period):
        submitted(team, period, task, by=head, at=at(21, 16))
        assert told(action, at(22), at(23), at(26), at(27)) == [[], [], [("review_waiting", "office")], []]

    def test_returned_is_told_before_its_day_and_after(self, action, team, task, head, office, period):
        returned(
            team,
            period,
            task,
            by=head,
            office=office,
            at=at(20, 16),
            decided=at(20, 17),
            resubmit_by=date(2026, 10, 23),
        )
        runs = told(action, at(21), at(22), at(23), at(24), at(26), at(27))
        kinds = [[kind for kind, _who in run] for run in runs]
        assert kinds == [[], ["resubmit_due"], [], ["resubmit_overdue"], ["resubmit_overdue"], []]

    def test_returned_again_is_told_again(self, action, team, task, head, office, period):
        returned(
            team, period, task, by=head, office=office, at=at(20, 9), decided=at(20, 10), resubmit_by=date(2026, 10, 20)
        )
        assert len(told(action, at(21), kind="resubmit_overdue")[0]) == 1
        report = models.ProgressReport.objects.get()
        returned_again(report, head, office)
        assert [len(run) for run in told(action, at(24), kind="resubmit_overdue")] == [1]

    def test_members_hear_of_their_empty_rows_once_the_period_is_over(self, action, team, task, head, period):
        member = MemberFactory(team=team, user=UserFactory(department=task.lead_department), part="member").user
        runs = told(action, at(19), at(20), at(21), kind="rows_empty")
        assert runs == [[], [("rows_empty", member.username)], []]
        assert str(task.number) in Notice.objects.get(kind="rows_empty").sentence

    def test_who_cannot_sign_in_is_not_told(self, action, team, head, period):
        head.is_active = False
        head.save()
        assert told(action, at(22)) == [[]]


def returned_again(report, head, office):
    from teams.reports.review import return_report
    from teams.reports.submission import submit_report

    report.refresh_from_db()
    submit_report(report, by=head, at=at(22, 9))
    report.refresh_from_db()
    return_report(report, reason="还缺", resubmit_by=date(2026, 10, 23), by=office, at=at(22, 10))


class TestTasks:
    def test_due_soon_and_overdue_are_told_to_the_teams_people(self, action, team, task, head):
        blue = task.blue_from
        day = datetime.combine(blue, datetime.min.time(), SHANGHAI) + timedelta(hours=8)
        runs = told(
            action, day - timedelta(1), day, day + timedelta(1), at(30, month=11), at(1, month=12), at(2, month=12)
        )
        assert runs == [[], [("task_due_soon", head.username)], [], [], [("task_overdue", head.username)], []]

    def test_a_due_date_that_has_moved_is_told_anew(self, action, team, task, head):
        told(action, at(1, month=12))
        models.Task.objects.update(due_on=date(2026, 12, 4), blue_from=date(2026, 11, 27))
        assert told(action, at(2, month=12)) == [[("task_due_soon", head.username)]]

    @pytest.mark.parametrize("state", ["close_out_requested", "suspended", "cancelled", "closed_out"])
    def test_a_task_that_is_not_the_teams_to_do_is_not_told(self, action, team, task, head, state):
        models.Task.objects.update(state=state)
        assert told(action, at(1, month=12)) == [[]]


class TestFirstSteps:
    def test_a_new_team_hears_of_its_first_steps_before_and_after_their_day(self, action):
        team = TeamFactory(action=action, established_on=date(2026, 10, 1))
        liaison = MemberFactory(team=team, part="liaison", joined_on=date(2026, 10, 1)).user
        models.FirstStep.objects.create(team=team, kind="plan", due_on=date(2026, 10, 16))
        models.FirstStep.objects.create(team=team, kind="report", due_on=date(2026, 10, 16))
        runs = told(action, at(14), at(15), at(16), at(17), at(18), at(19))
        kinds = [[kind for kind, _who in run] for run in runs]
        assert kinds == [[], ["first_step_due"], [], ["first_step_overdue"], [], ["first_step_overdue"]]
        notice = Notice.objects.filter(to=liaison).first()
        with override("en"):
            assert "Submit the work plan" in notice.sentence

    def test_what_is_done_or_no_longer_new_is_not_told(self, action):
        team = TeamFactory(action=action, established_on=date(2026, 8, 1))
        MemberFactory(team=team, part="liaison", joined_on=date(2026, 10, 1))
        models.FirstStep.objects.create(team=team, kind="plan", due_on=date(2026, 8, 16))
        new = TeamFactory(action=action, established_on=date(2026, 10, 1))
        MemberFactory(team=new, part="liaison", joined_on=date(2026, 10, 1))
        models.FirstStep.objects.create(team=new, kind="plan", due_on=date(2026, 10, 16), done_on=date(2026, 10, 12))
        assert told(action, at(19)) == [[]]


class TestOfficeAndMatters:
    def test_the_office_hears_of_what_it_owes_when_its_term_is_over(self, action, team, task, head, office, office2):
        ask_extension(task, new_due_on=date(2026, 12, 31), reason="雨季", by=head, at=at(12))
        ask_close_out(make_task(team=team), statement="已完成", by=head, at=at(13))
        assert told(action, at(15)) == [[]]
        both = [("extension_waiting", "office"), ("extension_waiting", "office2")]
        assert told(action, at(16)) == [both]
        assert [kind for kind, _who in told(action, at(19))[0]] == ["close_out_waiting"] * 2

    @pytest.fixture
    def ask(self, team, period):
        def make(**fields):
            report = models.ProgressReport.objects.create(team=team, period=period)
            return models.HelpRequest.objects.create(report=report, text="请协调用地", asked_at=at(12), **fields)

        return make

    def test_the_person_named_is_reminded_before_the_day_and_after(self, action, ask):
        owner = UserFactory(username="owner")
        ask(owner=owner, due_on=date(2026, 10, 16))
        runs = told(action, at(14), at(15), at(16), at(17), at(18), at(19))
        kinds = [[kind for kind, who in run if who == "owner"] for run in runs]
        assert kinds == [[], ["matter_due"], [], ["matter_overdue"], [], ["matter_overdue"]]

    def test_without_a_person_the_department_is_reminded(self, action, ask):
        department = DepartmentFactory()
        UserFactory(username="one", department=department)
        UserFactory(username="two", department=department)
        UserFactory(username="gone", department=department, is_active=False)
        ask(to=department, due_on=date(2026, 10, 16))
        assert told(action, at(17)) == [[("matter_overdue", "one"), ("matter_overdue", "two")]]

    def test_without_anybody_the_office_is(self, action, ask, office):
        ask()
        assert told(action, at(14), at(15)) == [[], [("matter_unowned", "office")]]


def test_a_run_is_one_event_that_says_how_much_was_told(action, team, head, period):
    send_reminders(action, by=None, at=at(22))
    send_reminders(action, by=None, at=at(22, 9))
    first, second = AuditEvent.objects.filter(verb="send_reminders").order_by("pk")
    assert first.change == '{"count":1,"notices":{"report_overdue":1}}'
    assert second.change == '{"count":0,"notices":{}}'


def test_what_there_is_to_tell_costs_the_same_for_many_teams(action, office):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            list(occasions_of(action, at=at(22)))
        return len(asked)

    def add(count):
        for _number in range(count):
            team = TeamFactory(action=action)
            MemberFactory(team=team, part="head")
            task = make_task(team=team, due_on=date(2026, 10, 21))
            report = models.ProgressReport.objects.create(team=team, period=period)
            models.HelpRequest.objects.create(
                report=report, text="协调", asked_at=at(12), to=task.lead_department, due_on=date(2026, 10, 20)
            )

    period = PeriodFactory(action=action)
    add(2)
    few = queries()
    add(10)
    assert queries() == few


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_runs_at_once_tell_once(action, team, head, liaison, period):
    outcomes = race(*[lambda: lambda: send_reminders(action, by=None, at=at(22))] * 2)
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert sorted(outcome.value.total for outcome in outcomes) == [0, 2]
    assert Notice.objects.count() == 2
    assert AuditEvent.objects.filter(verb="send_reminders").count() == 2


class BrokenFor(EmailBackend):
    """A server that does not take mails to one address."""

    def send_messages(self, messages):
        if messages[0].to == ["broken@county.example"]:
            raise ConnectionResetError(104, "Connection reset by peer")
        return super().send_messages(messages)


class TestCommand:
    @pytest.fixture(autouse=True)
    def on_the_day(self, settings):
        settings.DEMO_TODAY = date(2026, 10, 22)
        settings.SENDS_MAIL = True

    def run(self, *options):
        out, err = StringIO(), StringIO()
        try:
            call_command("remind", *options, stdout=out, stderr=err)
        except CommandError as error:
            return f"{out.getvalue()}{err.getvalue()}{error}"
        return out.getvalue()

    def test_it_says_what_it_told_and_mails_it(self, action, team, head, period):
        head.email = "head@county.example"
        head.save()
        said = self.run()
        assert "1  report_overdue" in said
        assert [message.to for message in mail.outbox] == [["head@county.example"]]
        again = self.run()
        assert "report_overdue" not in again
        assert len(mail.outbox) == 1

    def test_without_a_mail_server_it_says_so(self, action, team, head, period, settings):
        settings.SENDS_MAIL = False
        assert "EMAIL_URL" in self.run()
        assert Notice.objects.exists()
        assert mail.outbox == []

    def test_without_mail_it_only_tells(self, action, team, head, period):
        head.email = "head@county.example"
        head.save()
        self.run("--no-mail")
        assert mail.outbox == []
        assert Notice.objects.get().mailed_at is None

    def test_one_address_that_fails_stops_nobody_else_and_is_said(self, action, team, head, liaison, period, settings):
        settings.EMAIL_BACKEND = f"{__name__}.BrokenFor"
        head.email, liaison.email = "broken@county.example", "liaison@county.example"
        head.save()
        liaison.save()
        said = self.run()
        assert head.name in said and "Connection reset by peer" in said
        assert [message.to for message in mail.outbox] == [["liaison@county.example"]]
        assert Notice.objects.get(to=head).mailed_at is None
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        self.run()
        assert [message.to for message in mail.outbox][1:] == [["broken@county.example"]]

    def test_an_empty_house_reminds_nobody(self, db):
        assert "special action" in self.run() or "专项行动" in self.run()
        assert not Notice.objects.exists()
