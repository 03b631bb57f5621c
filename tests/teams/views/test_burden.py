"""The page of the burden meter: who reads it, what it says, how it leaves."""

from datetime import date

import pytest
from django.urls import reverse

from governance.clock import at_time
from governance.records.models import AuditEvent
from teams.reports.drafts import save_report
from teams.reports.submission import submit_report
from teams.reports.written import ReportRow, Written
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(action, team, head, at, time_machine):
    """A report of three rows for a period of October: two changed, one unchanged: five fields."""
    time_machine.move_to(at)
    period = factories.PeriodFactory(action=action)
    tasks = [factories.make_task(team=team) for _ in range(3)]
    rows = [
        ReportRow(tasks[0].pk, text="甲"),
        ReportRow(tasks[1].pk, text="乙"),
        ReportRow(tasks[2].pk, no_change=True),
    ]
    moment = at_time(date(2026, 10, 20), 12)
    report = save_report(team, period, Written(rows=rows), by=head, at=moment)
    return submit_report(report, by=head, at=moment)


def test_the_office_and_the_leaders_read_it_alone(client, action, office, leader, head, auditor, centre):
    answered = {}
    for person in (office, leader, head, auditor, centre):
        client.force_login(person)
        answered[person.username] = client.get(reverse("burden")).status_code
    assert answered == {"office": 200, "leader": 200, head.username: 403, "auditor": 403, "centre": 403}


def test_who_is_over_the_limit_stands_there_with_how_much(as_office, action, team, sent):
    action.fields_per_month = 3
    action.save()
    answer = as_office.get(reverse("burden"))
    [row] = answer.context["burden"].over
    assert (row.team, row.over) == (team, 2)
    assert '<b class="over">2</b>' in answer.content.decode()


def test_the_month_is_chosen_in_the_address_and_wrong_ones_are_forgiven(as_office, action, sent):
    months = {query: as_office.get(reverse("burden"), {"month": query}).context["month"].code for query in MONTHS}
    assert months == MONTHS


MONTHS = {"2026-09": "2026-09", "2027-01": "2026-10", "x": "2026-10", "2026-13": "2026-10", "1999-01": "2026-10"}


def test_it_leaves_as_it_is_shown_and_that_is_recorded(as_office, action, team, other_team, sent):
    answer = as_office.get(reverse("burden"), {"format": "csv", "sort": "team"})
    lines = b"".join(answer.streaming_content).decode().lstrip("\ufeff").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [team.name, other_team.name]
    assert lines[1].split(",")[1:3] == ["1", "5"]
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, '"2026-10"' in event.change) == ("export_list", True)


def test_before_any_report_it_says_so(as_office, action, team):
    answer = as_office.get(reverse("burden"), {"month": "2026-05"})
    assert answer.status_code == 200
    assert answer.context["advice"] == []
    assert answer.context["burden"].now.average == 0


def test_its_cost_does_not_grow_with_the_teams(as_office, action, sent, query_budget):
    for _ in range(6):
        factories.TeamFactory(action=action)
    with query_budget("burden", "any number of teams"):
        as_office.get(reverse("burden"))


def test_without_an_action_it_says_so(as_office):
    answer = as_office.get(reverse("burden"))
    assert answer.status_code == 200
    assert "burden" not in (answer.context or {})
