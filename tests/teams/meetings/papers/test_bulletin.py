"""The bulletin of a month: its last closed period, lamps as kept then, what is empty is absent."""

import json
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

import pytest
import time_machine
from django.urls import reverse

from governance.clock import SHANGHAI
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.meetings.models import Bulletin
from teams.meetings.papers.bulletin import bulletin_facts, closed_months, issue_bulletin
from teams.meetings.papers.making import paper_of_month
from teams.models import CoreFigure, PeriodLamp, TaskVersion
from teams.reports.periods import close_period
from tests import factories
from tests.racing import race
from tests.teams.races import one_winner

from .word import lines, rows

pytestmark = pytest.mark.django_db

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
    values = bulletin_facts(action, month)
    assert values["tasks"] == 1 and values[kept] == 1 and values["closed"] == 0
    assert values["teams"][0]["team"] == team.short_name
    assert values["summary"].startswith("截至9月30日，1个专班共承担重点任务1项，已销号0项；在办1项中，")


def test_what_is_due_next_month_is_told_and_empty_parts_are_absent(action, team, task, september, office):
    version = TaskVersion.objects.filter(task=task).latest("number")
    assert version.due_on == date(2026, 11, 30)
    closed(*september, by=office)
    (month,) = closed_months(action, at=NOW)
    assert bulletin_facts(action, month)["parts"] == []
    due = factories.make_task(
        team=team, number=77, title="十月到期", due_on=date(2026, 10, 20), at=CLOSED.replace(day=1)
    )
    parts = bulletin_facts(action, month)["parts"]
    assert [(part["number"], part["title"], part["lines"]) for part in parts] == [
        (2, "10月份到期事项", [f"{due.title}（{team.short_name}，10月20日）。"])
    ]


def test_the_paper_has_a_row_a_team_and_a_sum(action, team, task, september, office):
    closed(*september, by=office)
    (month,) = closed_months(action, at=NOW)
    content = paper_of_month(action, month).content
    table = rows(content)
    assert table[0][:3] == ["序号", "专班", "任务"] and table[-1][1] == "合　计"
    assert table[1][1] == team.short_name and table[1][2] == table[-1][2] == "1"
    assert "2026年第　期" in lines(content) and content == paper_of_month(action, month).content


def test_a_month_that_is_open_is_not_found(sign_in, action, september, office):
    client = sign_in(office)
    assert client.get(reverse("bulletin", args=[2026, 9])).status_code == 404
    assert "2026-09" not in client.get(reverse("document_list")).content.decode()
    closed(*september, by=office)
    assert client.get(reverse("bulletin", args=[2026, 9])).status_code == 200
    assert "2026-09" in client.get(reverse("document_list")).content.decode()


# Core figures --------------------------------------------------------------------------------------------------------
def core(action, team):
    (month,) = closed_months(action, at=NOW)
    (row,) = (row for row in bulletin_facts(action, month)["teams"] if row["team"] == team.short_name)
    return row["core"]


@pytest.fixture
def figure(team):
    department = factories.DepartmentFactory()
    return CoreFigure.objects.create(team=team, name="收入20万元以上村", unit="个", target=30, department=department)


def counted(team, done, **fields):
    quantity = {"target": Decimal(30), "unit": "个", "done": Decimal(done)} | fields
    return factories.make_task(team=team, at=factories.EARLY, **quantity)


def test_a_core_figure_is_what_the_task_had_counted_at_the_end_of_the_month(action, team, figure, september, office):
    villages = counted(team, 25)
    closed(*september, by=office)
    factories.progress_on(villages, 90, at=NOW, done=Decimal(27))
    assert core(action, team) == "收入20万元以上村25/30个"


@pytest.mark.parametrize("others", [(), ({"unit": "户"},), ({"target": Decimal(31)},), ({}, {})])
def test_without_one_task_that_counts_it_the_target_stands_alone(action, team, figure, september, office, others):
    for fields in others:
        counted(team, 25, **fields)
    closed(*september, by=office)
    assert core(action, team) == "收入20万元以上村，年度目标30个"


def test_another_team_does_not_count_it(action, team, other_team, figure, september, office):
    counted(other_team, 25)
    closed(*september, by=office)
    assert core(action, team) == "收入20万元以上村，年度目标30个" and core(action, other_team) == ""


# Issuing -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def month(action, september, office):
    closed(*september, by=office)
    (found,) = closed_months(action, at=NOW)
    return found


def test_it_takes_the_next_number_of_the_year_and_keeps_its_text(action, task, month, office):
    bulletin = issue_bulletin(action, month, by=office, at=NOW)
    assert (bulletin.year, bulletin.number, str(bulletin)) == (2026, 1, "2026年第1期")
    assert bulletin.sha256 == sha256(bulletin.body.encode()).hexdigest()
    assert json.loads(bulletin.body)["summary"] == bulletin_facts(action, month)["summary"]
    assert AuditEvent.objects.filter(verb="issue_bulletin").count() == 1


def test_the_paper_stays_as_it_was_issued(action, task, month, office):
    issue_bulletin(action, month, by=office, at=NOW, number=7)
    first = paper_of_month(action, month)
    task.team.short_name = "改名专班"
    task.team.save()
    assert paper_of_month(action, month).content == first.content
    assert first.name == "简报 2026年第7期.docx"
    assert "2026年第7期" in lines(first.content) and "专项行动办公室\t2026年10月29日" in lines(first.content)[2]


def test_a_series_may_have_begun_on_paper(action, team, task, month, office):
    issue_bulletin(action, month, by=office, at=NOW, number=7)
    november = datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)
    close_period(period(action, date(2026, 10, 1), date(2026, 10, 31)), by=office, at=november)
    october = closed_months(action, at=november)[0]
    with pytest.raises(Invalid):
        issue_bulletin(action, october, by=office, at=november, number=7)
    assert issue_bulletin(action, october, by=office, at=november).number == 8


def test_the_number_is_of_the_year_of_the_issue(action, task, month, office):
    bulletin = issue_bulletin(action, month, by=office, at=datetime(2027, 1, 8, 9, tzinfo=SHANGHAI))
    assert (bulletin.year, bulletin.number) == (2027, 1)


def test_once_only_and_not_before_the_month_is_closed(action, task, month, office):
    with pytest.raises(WrongState):
        issue_bulletin(action, month, by=office, at=datetime(2026, 10, 9, 9, tzinfo=SHANGHAI))
    issue_bulletin(action, month, by=office, at=NOW)
    with pytest.raises(WrongState):
        issue_bulletin(action, month, by=office, at=NOW)
    assert Bulletin.objects.count() == 1


@pytest.mark.parametrize("role", ["secretary", "leader", "centre", "head"])
def test_only_the_office_issues(request, action, task, month, role):
    with pytest.raises(NotAllowed):
        issue_bulletin(action, month, by=request.getfixturevalue(role), at=NOW)


def test_the_office_issues_it_on_a_page(sign_in, action, task, month, office, secretary):
    address = reverse("bulletin_issue", args=[2026, 9])
    with time_machine.travel(NOW, tick=False):
        assert address not in sign_in(secretary).get(reverse("document_list")).content.decode()
        assert sign_in(secretary).get(address).status_code == 403
        client = sign_in(office)
        assert address in client.get(reverse("document_list")).content.decode()
        assert client.get(address).status_code == 200
        assert client.post(address, {"number": "7"}).status_code == 302
        shown = client.get(reverse("document_list")).content.decode()
        assert address not in shown and "2026年第7期" in shown
        assert client.get(address).status_code == 409 and client.post(address, {}).status_code == 409
        assert client.get(reverse("bulletin_issue", args=[2026, 8])).status_code == 404


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_issue_it_at_once(action, task, month, office, office2):
    def issuing(by):
        return lambda: lambda: issue_bulletin(action, month, by=by, at=NOW)

    one_winner(race(issuing(office), issuing(office2)), WrongState)
    assert Bulletin.objects.count() == 1
