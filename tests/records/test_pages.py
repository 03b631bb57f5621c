"""The audit log, the inbox and the health check."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from governance.clock import SHANGHAI
from governance.people.models import User
from governance.people.roles import Role
from governance.records.audit_words import LONGEST, Readable
from governance.records.models import AuditEvent, Notice
from governance.records.notice_verbs import open_notice, read_all_notices
from governance.records.refusals import NotAllowed
from governance.records.verbs import canonical, record, tell
from governance.records.words import VERB_WORDS
from teams.notices import TeamNotice
from tests import factories

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def fresh_counts():
    """Counts of lists are remembered for half a minute."""
    cache.clear()


@pytest.fixture
def in_english(client):
    """A browser that reads English."""
    client.cookies["vanguard_language"] = "en"
    return client


def queries(client, url):
    """How many queries a page costs."""
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# The audit log -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "role", [Role.SPECIAL_OFFICE, Role.ASSESSMENT_CENTRE, Role.COUNTY_LEADER, Role.ADMINISTRATOR, None, "superuser"]
)
def test_nobody_but_an_auditor_reads_the_audit_log(client, role):
    person = factories.UserFactory(
        roles=[role] if role in Role.values else [], is_superuser=role == "superuser", is_staff=role == "superuser"
    )
    client.force_login(person)
    assert client.get("/audit/").status_code == 403
    assert not AuditEvent.objects.visible_to(person).exists()


def test_an_auditor_reads_what_changed_in_words(in_english, auditor, office, team, at):
    record("change_team", team, by=office, at=at, change={"short_name": ["甲", "乙"], "closed_on": [None, at.date()]})
    record("sign_out", office, by=office, at=at)
    in_english.force_login(auditor)
    page = in_english.get("/audit/").content.decode()
    for text in ("changed a team", "short name: 甲 → 乙", "closed: — → 2026-10-27", "专办甲", "signed out"):
        assert text in page


def test_what_an_audit_event_says_is_escaped(in_english, auditor, at):
    record("change_account", auditor, by=auditor, at=at, change={"post": ["", "<script>alert(1)</script>"]})
    in_english.force_login(auditor)
    assert b"<script>alert" not in in_english.get("/audit/").content


@pytest.fixture
def log(office, auditor, team):
    """Three events of two people on two days."""
    first = datetime(2026, 10, 26, 23, 59, tzinfo=SHANGHAI)
    record("sign_in", office, by=office, at=first)
    record("change_team", team, by=office, at=first + timedelta(minutes=1), change={"name": ["旧名", "新名"]})
    record("sign_in", auditor, by=auditor, at=first + timedelta(hours=1), behalf="某组")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("person=office", 2),
        ("person=审计", 1),
        ("verb=signed", 2),
        ("verb=nothing+like+it", 0),
        ("q=新名", 1),
        ("q=某组", 1),
        ("since=2026-10-27", 2),
        ("until=2026-10-26", 1),
        ("since=2026-10-26&until=2026-10-27&person=office", 2),
    ],
)
def test_the_audit_log_is_searched(in_english, auditor, log, query, found):
    in_english.force_login(auditor)
    assert in_english.get(f"/audit/?{query}").context["page"].paginator.count == found


@pytest.mark.parametrize(
    ("query", "found"),
    [("since=2000-01-01", 3), ("until=2099-12-31", 3), ("since=2099-12-31", 0), ("until=2000-01-01", 0)],
)
def test_the_ends_of_the_calendar_are_days_too(in_english, auditor, log, query, found):
    in_english.force_login(auditor)
    assert in_english.get(f"/audit/?{query}").context["page"].paginator.count == found


@pytest.mark.parametrize("day", ["soon", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_pointed_out(in_english, auditor, log, day):
    in_english.force_login(auditor)
    answer = in_english.get(f"/audit/?since={day}")
    assert answer.context["filter"].form.errors.keys() == {"since"}


def test_the_audit_log_costs_the_same_at_any_length(client, auditor, office, at):
    client.force_login(auditor)
    for _number in range(3):
        record("sign_in", office, by=office, at=at)
    few = queries(client, "/audit/")
    for _number in range(40):
        record("sign_in", office, by=factories.UserFactory(), at=at)
    assert queries(client, "/audit/") == few


def test_every_verb_has_words():
    written = set()
    for app in ("governance", "teams", "assessments"):
        for path in (ROOT / app).rglob("*.py"):
            written |= set(re.findall(r"\brecord\(\s*\"(\w+)\"", path.read_text()))
    assert written - set(VERB_WORDS) == set()


def event(change, row=None):
    return AuditEvent(object_type=row._meta.label_lower if row is not None else "", change=canonical(change), verb="x")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"part": ["head", "deputy"]}, "part: head → deputy"),
        ({"left_on": [None, "2026-10-01"]}, "left on: — → 2026-10-01"),
        ({"is_active": [True, False]}, "is active: Yes → No"),
        ({"count": 3}, "count: 3"),
        ({"roles": [[], ["auditor", "administrator"]]}, "roles: — → Auditor, Administrator"),
        ({"tasks": {"3": {"percent": [1, 2]}}}, "tasks: 3: percent: 1, 2"),
    ],
)
def test_changes_are_put_in_lines(change, line):
    with override("en"):
        (found,) = Readable().lines(event(change))
        assert str(found) == line


def test_choices_are_read_by_their_label(in_english, task):
    with override("en"):
        (found,) = Readable().lines(event({"state": ["assigned", "in_progress"]}, task))
        assert str(found) == "state: Assigned → In progress"


def test_long_values_are_cut(team):
    (found,) = Readable().lines(event({"text": ["", "x" * 1000]}))
    assert len(found.now) == LONGEST + 1


# The inbox ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def notice(office, at):
    """A notice for the office."""
    tell([office], TeamNotice.TASK_ASSIGNED, key="a", url="/teams/", at=at, facts={"task": "3 修路"})
    return Notice.objects.get()


def test_the_inbox_shows_ones_own_notices(in_english, office, leader, notice):
    in_english.force_login(office)
    page = in_english.get("/inbox/")
    assert "Task 3 修路 has been assigned to your team." in page.content.decode()
    in_english.force_login(leader)
    assert in_english.get("/inbox/").context["page"].paginator.count == 0


def test_opening_a_notice_marks_it_as_read_once(client, office, notice):
    client.force_login(office)
    for _time in range(2):
        assert client.get(f"/inbox/{notice.pk}/")["Location"] == "/teams/"
    notice.refresh_from_db()
    assert notice.is_read
    assert AuditEvent.objects.get().verb == "open_notice"
    assert client.get("/inbox/?unread=1").context["page"].paginator.count == 0


def test_nobody_opens_anothers_notice(client, leader, notice, at):
    client.force_login(leader)
    assert client.get(f"/inbox/{notice.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        open_notice(notice, by=leader, at=at)
    assert not Notice.objects.get().is_read


def test_all_notices_are_marked_as_read(client, office, leader, notice, at):
    tell([office, leader], TeamNotice.TASK_ASSIGNED, key="b", url="/teams/", at=at, facts={"task": "4"})
    client.force_login(office)
    assert client.get("/inbox/read/").status_code == 405
    assert client.post("/inbox/read/")["Location"] == "/inbox/"
    assert not Notice.objects.visible_to(office).unread().exists()
    assert Notice.objects.visible_to(leader).unread().count() == 1
    assert AuditEvent.objects.get().change == '{"count":2}'
    assert read_all_notices(by=office, at=at) == 0
    assert AuditEvent.objects.count() == 1


def test_the_inbox_costs_the_same_at_any_length(client, office, at):
    client.force_login(office)
    for number in range(2):
        tell([office], TeamNotice.TASK_ASSIGNED, key=str(number), url="/", at=at, facts={"task": "x"})
    few = queries(client, "/inbox/")
    for number in range(2, 30):
        tell([office], TeamNotice.TASK_ASSIGNED, key=str(number), url="/", at=at, facts={"task": "x"})
    assert queries(client, "/inbox/") == few


# Health ------------------------------------------------------------------------------------------------------------
def test_the_service_is_well(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("what", "how"),
    [
        ("migration_plan", lambda self, leaves: [("teams.9999", False)]),
        ("__init__", lambda self, connection: (_ for _ in ()).throw(OperationalError("no route to 10.0.0.7"))),
    ],
)
def test_a_service_that_is_not_well_says_no_more_than_that(client, monkeypatch, what, how):
    monkeypatch.setattr(f"governance.records.views.MigrationExecutor.{what}", how)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


def test_a_reader_is_a_person_who_may_sign_in(auditor):
    assert AuditEvent.objects.may_be_read_by(auditor)
    User.objects.update(is_active=False)
    assert not AuditEvent.objects.may_be_read_by(User.objects.get())
