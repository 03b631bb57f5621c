"""The bulletin of a month: its last closed period, lamps as kept then, what is empty is absent."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from governance.clock import SHANGHAI
from teams.meetings.papers.bulletin import bulletin_values, closed_months
from teams.meetings.papers.issuer import Issuer
from teams.meetings.papers.making import paper_of_month
from teams.models import PeriodLamp, TaskVersion
from teams.reports.periods import close_period
from tests import factories

from .word import lines, rows

pytestmark = pytest.mark.django_db

ISSUER = Issuer("专项行动办公室", "专项办", "县专项办")
CLOSED = datetime(2026, 10, 10, 18, tzinfo=SHANGHAI)
NOW = datetime(2026, 10, 29, 9, tzinfo=SHANGHAI)


def period(action, first: date, last: date):
    due = datetime(last.year, last.month, last.day, 18, tzinfo=SHANGHAI)
    return factories.PeriodFactory(action=action, starts_on=first, ends_on=last, due_at=due)


@pytest.fixture
def task(team):
    return factories.make_task(team=team, at=factories.EARLY)


@pytest.fixture
def september(action, team, task):
    return [period(action, date(2026, 9, 11), date(2026, 9, 20)), period(action, date(2026, 9, 21), date(2026, 9, 30))]


def closed(*periods, by):
    for each in periods:
        close_period(each, by=by, at=CLOSED)


def test_a_month_counts_when_its_last_period_is_closed(action, september, office):
    assert closed_months(action, at=NOW) == []
    closed(september[0], by=office)
    assert closed_months(action, at=NOW) == []
    closed(september[1], by=office)
    (month,) = closed_months(action, at=NOW)
    assert (month.code, month.period) == ("2026-09", september[1])
    assert closed_months(action, at=datetime(2026, 10, 1, tzinfo=SHANGHAI)) == []


def test_lamps_are_those_that_were_kept(action, team, task, september, office):
    closed(*september, by=office)
    kept = PeriodLamp.objects.get(period=september[1], task=task).lamp
    factories.progress_on(task, 100, at=NOW)
    (month,) = closed_months(action, at=NOW)
    values = bulletin_values(action, month, number=1, issuer=ISSUER)
    assert values["tasks"] == 1 and values[kept] == 1 and values["closed"] == 0
    assert values["teams"][0]["team"] == team.short_name
    assert values["summary"].startswith("截至9月30日，1个专班共承担重点任务1项，已销号0项；在办1项中，")


def test_what_is_due_next_month_is_told_and_empty_parts_are_absent(action, team, task, september, office):
    version = TaskVersion.objects.filter(task=task).latest("number")
    assert version.due_on == date(2026, 11, 30)
    closed(*september, by=office)
    (month,) = closed_months(action, at=NOW)
    assert bulletin_values(action, month, number=1, issuer=ISSUER)["parts"] == []
    due = factories.make_task(
        team=team, number=77, title="十月到期", due_on=date(2026, 10, 20), at=CLOSED.replace(day=1)
    )
    parts = bulletin_values(action, month, number=1, issuer=ISSUER)["parts"]
    assert [(part["number"], part["title"], part["lines"]) for part in parts] == [
        (2, "10月份到期事项", [f"{due.title}（{team.short_name}，10月20日）。"])
    ]


def test_the_paper_has_a_row_a_team_and_a_sum(action, team, task, september, office):
    closed(*september, by=office)
    (month,) = closed_months(action, at=NOW)
    content = paper_of_month(action, month, number=3).content
    table = rows(content)
    assert table[0][:3] == ["序号", "专班", "任务"] and table[-1][1] == "合　计"
    assert table[1][1] == team.short_name and table[1][2] == table[-1][2] == "1"
    assert "2026年第3期" in lines(content) and content == paper_of_month(action, month, number=3).content


def test_a_month_that_is_open_is_not_found(sign_in, action, september, office):
    client = sign_in(office)
    assert client.get(reverse("bulletin", args=[2026, 9])).status_code == 404
    assert "2026-09" not in client.get(reverse("document_list")).content.decode()
    closed(*september, by=office)
    assert client.get(reverse("bulletin", args=[2026, 9])).status_code == 200
    assert "2026-09" in client.get(reverse("document_list")).content.decode()
