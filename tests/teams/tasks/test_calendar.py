"""The calendar of a year: entered at once by administrators, shown first; lamps follow."""

from datetime import date

import pytest

from governance.formats.holidays import proposed_lines, read_calendar
from governance.people.models import CalendarDay
from governance.records.models import AuditEvent
from governance.records.refusals import NotAllowed, Stale, WrongState
from teams.tasks.calendar import calendar_moves, enter_calendar
from tests.factories import make_task
from tests.racing import race

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TEXT = "国庆节：10月1日至7日放假调休，共7天。9月20日、10月10日上班。"


def days(text=TEXT, year=2026):
    return list(read_calendar(text, year=year).days.values())


def test_only_what_differs_from_the_week_and_from_what_is_marked_is_written(administrator, at):
    CalendarDay.objects.create(on=date(2026, 10, 1), works=False, name="国庆节")
    CalendarDay.objects.create(on=date(2026, 10, 2), works=True, name="误")
    kept = CalendarDay.objects.create(on=date(2026, 5, 1), works=False, name="劳动节")
    found = calendar_moves(days(), year=2026)
    assert [(move.on.day, move.was and move.was.name, move.works) for move in found.moves] == [
        (20, None, True),
        (2, "误", False),
        (5, None, False),
        (6, None, False),
        (7, None, False),
        (10, None, True),
    ]
    assert (found.same, found.plain, found.stays) == (1, 2, [kept])
    enter_calendar(days(), year=2026, by=administrator, at=at, seen=found.fingerprint)
    working = CalendarDay.objects.working_days()
    assert [day for day in range(1, 12) if working.is_working(date(2026, 10, day))] == [8, 9, 10]
    (event,) = AuditEvent.objects.filter(verb="enter_calendar")
    assert '"2026-10-02":["班 误","休 国庆节"]' in event.change
    assert CalendarDay.objects.filter(on=kept.on).exists()


def test_the_lamps_follow_in_the_same_act(team, administrator, at):
    task = make_task(team=team, due_on=date(2026, 10, 9))
    before = task.blue_from
    enter_calendar(days(), year=2026, by=administrator, at=at)
    task.refresh_from_db()
    assert task.blue_from < before
    assert not AuditEvent.objects.filter(verb="relight_tasks").exists()


def test_what_was_shown_is_what_is_entered(administrator, office, at):
    seen = calendar_moves(days(), year=2026).fingerprint
    CalendarDay.objects.create(on=date(2026, 10, 1), works=False, name="国庆节")
    with pytest.raises(Stale):
        enter_calendar(days(), year=2026, by=administrator, at=at, seen=seen)
    with pytest.raises(NotAllowed):
        enter_calendar(days(), year=2026, by=office, at=at)
    enter_calendar(days(), year=2026, by=administrator, at=at)
    with pytest.raises(WrongState):
        enter_calendar(days(), year=2026, by=administrator, at=at)


class TestPage:
    """The page under working-days/."""

    @pytest.fixture(autouse=True)
    def in_english(self, client, settings):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    def test_the_notice_is_read_shown_and_entered(self, sign_in, administrator):
        client = sign_in(administrator)
        shown = client.post("/working-days/", {"year": 2026, "text": TEXT, "do": "read"})
        assert (shown.status_code, CalendarDay.objects.count()) == (200, 0)
        assert "7 days would be marked" in shown.content.decode()
        sent = {"year": 2026, "text": TEXT, "do": "write", "seen": shown.context["found"].fingerprint}
        assert client.post("/working-days/", sent).url == "/working-days/?year=2026"
        assert CalendarDay.objects.count() == 7
        again = client.post("/working-days/", sent)
        assert (again.status_code, AuditEvent.objects.filter(verb="enter_calendar").count()) == (409, 1)

    def test_faults_are_shown_by_line_and_nothing_is_entered(self, sign_in, administrator):
        sent = {"year": 2026, "text": "10月1日（周五）放假\n10月8日 国庆", "do": "write", "seen": ""}
        answer = sign_in(administrator).post("/working-days/", sent)
        assert answer.status_code == 422
        assert "2026-10-01 is a Thursday, but the line says 周五" in answer.content.decode()
        assert [number for number, _fault in answer.context["faults"]] == [1, 2]
        assert not CalendarDay.objects.exists()

    def test_a_year_is_proposed_where_it_is_known(self, sign_in, administrator):
        client = sign_in(administrator)
        answer = client.post("/working-days/", {"year": 2026, "text": "", "do": "propose"})
        assert answer.context["form"]["text"].value() == proposed_lines(2026)
        assert len(answer.context["found"].moves) == 25
        assert client.post("/working-days/", {"year": 2099, "text": "", "do": "propose"}).status_code == 422
        assert client.post("/working-days/", {"year": 2026, "text": "", "do": "read"}).status_code == 422

    def test_a_year_that_is_none_is_this_year(self, sign_in, administrator):
        assert sign_in(administrator).get("/working-days/?year=x").context["year"] >= 2026


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_enter_it_at_once_enter_it_once(action, administrator, at):
    seen = calendar_moves(days(), year=2026).fingerprint

    def open_page():
        return lambda: enter_calendar(days(), year=2026, by=administrator, at=at, seen=seen)

    outcomes = race(open_page, open_page)
    (error,) = [outcome.error for outcome in outcomes if outcome.error]
    assert type(error) is Stale
    assert AuditEvent.objects.filter(verb="enter_calendar").count() == 1
