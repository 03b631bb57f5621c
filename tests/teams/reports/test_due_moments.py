"""Due moments: kept one by one, followed by the calendar until they are due, never judged anew."""

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction
from django.db.utils import DatabaseError
from django.urls import reverse

from governance.clock import SHANGHAI, end_of
from governance.people.accounts import mark_day
from governance.people.models import CalendarDay
from governance.records.models import AuditEvent
from governance.records.refusals import NotAllowed, Stale, WrongState
from teams.guards import ClockBehind
from teams.models import PeriodDue, ProgressReport
from teams.reports.due_moments import Stays, due_moves, fingerprint, follow_calendar
from teams.reports.periods import generate_periods, set_period_due
from teams.reports.review import return_report
from teams.reports.status import ReportStatus, reports_standing
from teams.reports.submission import submit_report
from tests.racing import race
from tests.teams.sample_reports import OTHERS, SUBMITTED, moment, submitted, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def due(row):
    row.refresh_from_db()
    return f"{row.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def history(period):
    return [(f"{row.due_at.astimezone(SHANGHAI):%m-%d %H:%M}", row.by_hand) for row in period.due_moments.all()]


@pytest.fixture
def late_december(action, office):
    """The last period of the year, generated while the calendar of 2027 is missing."""
    CalendarDay.objects.create(on=date(2026, 10, 1), works=False)
    [*_others, last] = generate_periods(
        action, first=date(2026, 12, 1), last=date(2026, 12, 31), by=office, at=moment(1)
    )
    return last


@pytest.fixture
def new_year(administrator, late_december):
    """New Year's Day is marked afterwards."""
    return mark_day(on=date(2027, 1, 1), works=False, name="元旦", by=administrator, at=moment(20))


# Following the calendar ----------------------------------------------------------------------------------------------


def test_periods_not_yet_due_follow_the_calendar_and_back_again(action, office, administrator, late_december, new_year):
    assert due(late_december) == "2027-01-01 18:00"
    [moved] = follow_calendar(action, by=office, at=moment(27))
    assert moved.period == late_december
    assert due(late_december) == "2027-01-04 18:00"
    mark_day(on=date(2027, 1, 1), works=True, name="", by=administrator, at=moment(28))
    follow_calendar(action, by=office, at=moment(28, 11))
    assert due(late_december) == "2027-01-01 18:00"
    assert history(late_december) == [("01-01 18:00", False), ("01-04 18:00", False), ("01-01 18:00", False)]
    events = AuditEvent.objects.filter(verb="follow_calendar").order_by("pk")
    assert [json.loads(event.change) for event in events] == [
        {"2026-12-21": ["2027-01-01 18:00", "2027-01-04 18:00"]},
        {"2026-12-21": ["2027-01-04 18:00", "2027-01-01 18:00"]},
    ]


def test_what_the_office_set_by_hand_stays_and_is_said(action, office, late_december, new_year):
    set_period_due(late_december, due_at=moment(2, 12, month=1).replace(year=2027), by=office, at=moment(21))
    [move] = due_moves(action, at=moment(27))
    assert (move.period, move.stays) == (late_december, Stays.BY_HAND)
    with pytest.raises(WrongState, match="follows|follow"):
        follow_calendar(action, by=office, at=moment(27))
    assert due(late_december) == "2027-01-02 12:00"


def test_what_is_due_already_or_closed_does_not_move(action, office, period, administrator):
    mark_day(on=date(2026, 10, 21), works=False, name="", by=administrator, at=moment(21, 9))
    assert [move.period for move in due_moves(action, at=moment(21, 18))] == [period]
    assert due_moves(action, at=moment(21, 19)) == []


def test_a_moment_is_never_moved_into_the_past(action, office, administrator):
    [period] = generate_periods(action, first=date(2026, 10, 1), last=date(2026, 10, 1), by=office, at=moment(1))
    mark_day(on=date(2026, 10, 11), works=True, name="调休", by=administrator, at=moment(11, 20))
    [move] = due_moves(action, at=moment(11, 21))
    assert (move.period, move.stays) == (period, Stays.PASSED)
    with pytest.raises(WrongState):
        follow_calendar(action, by=office, at=moment(11, 21))


def test_what_was_shown_is_what_moves(action, office, administrator, late_december, new_year):
    seen = fingerprint(due_moves(action, at=moment(27)))
    mark_day(on=date(2027, 1, 4), works=False, name="", by=administrator, at=moment(27))
    with pytest.raises(Stale):
        follow_calendar(action, seen=seen, by=office, at=moment(27))
    assert due(late_december) == "2027-01-01 18:00"


@pytest.mark.parametrize("who", OTHERS)
def test_only_the_office_lets_periods_follow(action, late_december, new_year, who, request):
    with pytest.raises(NotAllowed):
        follow_calendar(action, by=request.getfixturevalue(who), at=moment(27))
    assert due(late_december) == "2027-01-01 18:00"


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_follow_at_once_move_once(action, office, office2, late_december, new_year):
    outcomes = race(
        *(
            lambda person=person: lambda: follow_calendar(action, by=person, at=moment(27))
            for person in (office, office2)
        )
    )
    assert sorted(type(outcome.error) for outcome in outcomes if outcome.error) == [WrongState]
    assert PeriodDue.objects.filter(period=late_december).count() == 2
    assert AuditEvent.objects.filter(verb="follow_calendar").count() == 1


# A year without a calendar -------------------------------------------------------------------------------------------


class TestPages:
    """Where periods are generated, listed and moved."""

    @pytest.fixture(autouse=True)
    def on_the_day(self, client, settings):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        with time_machine.travel(moment(27), tick=False):
            yield

    def test_late_december_is_never_due_on_new_years_day_without_a_word(self, as_office, action):
        CalendarDay.objects.create(on=date(2026, 10, 1), works=False)
        said = "2027-01-01 18:00 (Friday)"
        assert said in text(as_office.get(reverse("period_new")))
        days = {"first": "2026-11-01", "last": "2026-12-31"}
        assert said in text(as_office.post(reverse("period_new"), days, follow=True))
        [event] = AuditEvent.objects.filter(verb="generate_periods")
        assert json.loads(event.change)["without_calendar"] == [2027]

    def test_with_the_years_calendar_nothing_is_said(self, as_office, action, new_year):
        assert "2027" not in text(as_office.get(reverse("period_new")))

    def test_the_office_sees_first_what_moves(self, as_office, late_december, new_year):
        assert "1 due time no longer matches the calendar" in text(as_office.get(reverse("home")))
        assert "Follow the calendar (1)" in text(as_office.get(reverse("period_list")))
        page = as_office.get(reverse("period_calendar"))
        assert "2027-01-04 18:00" in text(page)
        data = {"seen": page.context["seen"]}
        assert "1 due time was changed" in text(as_office.post(reverse("period_calendar"), data, follow=True))
        assert due(late_december) == "2027-01-04 18:00"

    def test_what_has_changed_since_is_shown_again(self, as_office, late_december, new_year):
        answer = as_office.post(reverse("period_calendar"), {"seen": "1:2027-01-05"})
        assert answer.status_code == 409
        assert "2027-01-04 18:00" in text(answer)

    def test_the_past_shows_what_was_due_then(self, as_office, team, period, office):
        set_period_due(period, due_at=moment(26, 18), by=office, at=moment(25))
        address = {"period": period.starts_on.isoformat(), "status": "overdue", "on": "2026-10-22"}
        matrix = as_office.get(reverse("report_matrix"), address).context["matrix"]
        assert [row[0] for row in matrix.rows] == [team]
        assert matrix.heads[0].due_at == moment(21, 18)


# Moved moments and what was judged -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "moved_to", "on_time"), [(SUBMITTED, moment(21, 12), True), (moment(22, 9), moment(30), False)]
)
def test_a_due_moment_that_moves_judges_no_report_again(
    team, period, road, head, office, as_office, sent, moved_to, on_time
):
    report = submitted(team, period, road, by=head, at=sent)
    set_period_due(period, due_at=moved_to, by=office, at=moment(22, 12))
    return_report(report, reason="补充", resubmit_by=date(2026, 10, 25), by=office, at=moment(22, 13))
    report.refresh_from_db()
    submit_report(report, by=head, at=moment(23))
    report.refresh_from_db()
    assert report.on_time is on_time
    assert [row.on_time for row in report.submissions.all()] == [on_time, on_time]
    found = {
        late: as_office.get(reverse("report_list"), {"late": late}).context["page"].paginator.count
        for late in ("yes", "no")
    }
    assert found == {"yes": int(not on_time), "no": int(on_time)}


def test_a_past_evening_keeps_the_due_moment_it_had(team, period, office):
    evening = end_of(date(2026, 10, 22)) - timedelta(microseconds=1)

    def status(at):
        return reports_standing([period], [team], at=at)[0].statuses[team.pk]

    assert status(evening) == ReportStatus.OVERDUE
    period = set_period_due(period, due_at=moment(30), by=office, at=moment(23))
    assert status(evening) == ReportStatus.OVERDUE
    assert status(moment(23, 12)) == ReportStatus.DUE
    assert history(period) == [("10-21 18:00", False), ("10-30 10:00", True)]


def test_before_its_first_moment_was_recorded_a_period_has_that_one(team, office, action):
    [period] = generate_periods(action, first=date(2026, 10, 1), last=date(2026, 10, 1), by=office, at=moment(15))
    [standing] = reports_standing([period], [team], at=moment(13))
    assert standing.statuses[team.pk] == ReportStatus.OVERDUE


# The order of moments ------------------------------------------------------------------------------------------------


def test_a_due_moment_is_not_set_on_a_day_before_the_last(period, office):
    set_period_due(period, due_at=moment(26), by=office, at=moment(25))
    with pytest.raises(ClockBehind, match="2026-10-25"):
        set_period_due(period, due_at=moment(27), by=office, at=moment(24))


def test_a_report_is_not_sent_or_decided_on_a_day_before_the_last(team, period, road, head, office):
    report = submitted(team, period, road, by=head)
    with pytest.raises(ClockBehind):
        return_report(report, reason="补充", resubmit_by=date(2026, 10, 25), by=office, at=moment(20))
    return_report(report, reason="补充", resubmit_by=date(2026, 10, 25), by=office, at=moment(22))
    with pytest.raises(ClockBehind), transaction.atomic():
        submit_report(ProgressReport.objects.get(), by=head, at=moment(21))


def test_within_a_day_the_later_moment_counts(team, period, road, head, office):
    report = submitted(team, period, road, by=head, at=moment(21, 16))
    decision = return_report(report, reason="补充", resubmit_by=date(2026, 10, 25), by=office, at=moment(21, 9))
    assert decision.at == moment(21, 16)


def test_the_database_refuses_a_due_moment_dated_back(period):
    with pytest.raises(DatabaseError, match="goes back"), transaction.atomic():
        PeriodDue.objects.create(period=period, number=2, due_at=period.due_at, at=moment(1, month=2))
