"""The page of a matter for coordination: who sees it, who answers, whom the office names."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from teams.models import HelpRequest
from teams.reports.written import Matter
from tests import factories
from tests.teams.reports.test_matters import pass_on, reply
from tests.teams.sample_reports import EVERYBODY, READERS, SUBMITTED, moment, submitted, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day")]


def answered(client, matter, **data):
    return client.post(matter.get_absolute_url(), {"version": matter.version, "answer": "手续已办结。"} | data)


def test_it_tells_the_whole_thread(sign_in, matter, office, clerk, head):
    pass_on(matter, clerk, office)
    matter.refresh_from_db()
    reply(matter, clerk)
    page = text(sign_in(head).get(matter.get_absolute_url()))
    for said in (matter.text, "县林业局", "赵某", "手续已办结。", "2026-10-30", "Answered by 赵某", "after 1 day"):
        assert said in page
    assert matter.report.get_absolute_url() in page


def test_whoever_is_asked_sees_the_matter_but_no_way_to_the_report(sign_in, matter, forester):
    page = text(sign_in(forester).get(matter.get_absolute_url()))
    assert matter.text in page
    assert matter.report.get_absolute_url() not in page
    assert sign_in(forester).get(matter.report.get_absolute_url()).status_code == 404


def test_the_department_answers(sign_in, matter, forester):
    client = sign_in(forester)
    assert "On behalf of" not in text(client.get(matter.get_absolute_url()))
    assert answered(client, matter).url == matter.get_absolute_url()
    matter.refresh_from_db()
    assert matter.answered_by == forester


def test_the_office_says_in_whose_name(sign_in, matter, office):
    client = sign_in(office)
    refused = answered(client, matter)
    assert refused.status_code == 422
    assert "手续已办结。" in text(refused)
    answered(client, matter, behalf="县林业局李某来函")
    page = text(client.get(matter.get_absolute_url()))
    assert "Answered on behalf of 县林业局李某来函" in page
    assert "entered by 专办甲" in page


def test_an_answer_that_came_meanwhile_is_shown(sign_in, matter, forester, office):
    version = matter.version
    reply(matter, forester)
    response = sign_in(office).post(
        matter.get_absolute_url(), {"version": version, "answer": "不同意", "behalf": "李某"}
    )
    assert response.status_code == 409
    assert "answered on 2026-10-22" in text(response)
    matter.refresh_from_db()
    assert matter.answer == "手续已办结。"


def test_the_office_names_who_answers(sign_in, matter, office, clerk):
    client = sign_in(office)
    address = reverse("matter_assign", args=[matter.pk])
    page = client.get(address)
    assert 'value="2026-10-29"' in text(page)
    unknown = client.post(address, {"version": matter.version, "owner": "没有这人", "due_on": "2026-10-30"})
    assert unknown.status_code == 422
    client.post(address, {"version": matter.version, "owner": "赵某", "due_on": "2026-10-30"})
    matter.refresh_from_db()
    assert matter.owner == clerk


def test_an_answered_matter_is_not_passed_on(sign_in, matter, forester, office):
    reply(matter, forester)
    address = reverse("matter_assign", args=[matter.pk])
    assert sign_in(office).get(address).url == matter.get_absolute_url()


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_sees_it_and_who_may_do_something(sign_in, matter, who, request):
    client = sign_in(request.getfixturevalue(who))
    sees = who in READERS
    assert client.get(matter.get_absolute_url()).status_code == (200 if sees else 404)
    assign = client.get(reverse("matter_assign", args=[matter.pk])).status_code
    assert assign == (200 if who == "office" else 403 if sees else 404)
    if who != "office":
        assert answered(client, matter).status_code == (403 if sees else 404)
    assert HelpRequest.objects.get().answered_at is None


def test_a_matter_of_a_draft_is_not_there_for_whoever_will_be_asked(sign_in, matter, forester):
    HelpRequest.objects.update(asked_at=None)
    assert sign_in(forester).get(matter.get_absolute_url()).status_code == 404
    HelpRequest.objects.update(asked_at=SUBMITTED)
    assert sign_in(forester).get(matter.get_absolute_url()).status_code == 200


def test_its_cost_is_bounded(sign_in, matter, office, query_budget):
    client = sign_in(office)
    with query_budget("matter", "the office"):
        client.get(matter.get_absolute_url())


def test_the_list_says_how_long_each_department_keeps_matters_waiting(
    sign_in, matter, forester, office, other_head, team, road, next_period, head
):
    """Sent on the 21st: two weeks for forestry; two more are sent on 2 November to another one."""
    lands = factories.DepartmentFactory(name="县自然资源局")
    more = [Matter("用地指标", lands, date(2026, 11, 3)), Matter("农转用批复", lands)]
    submitted(team, next_period, road, by=head, at=moment(2, 10, month=11), matters=more)
    with time_machine.travel(moment(4, 9, month=11), tick=False):
        waits = sign_in(office).get("/matters/").context["waits"]
        assert [(row.name, row.count, row.days, row.overdue) for row in waits.rows] == [
            ("县林业局", 1, 14, 0),
            ("县自然资源局", 2, 2, 1),
        ]
        assert (waits.matters, waits.rows[0].bar.width, waits.rows[1].bar.width) == (3, "46.67%", "6.67%")
        door = sign_in(office).get(f"/matters/?to={lands.code}&state=waiting")
        assert door.context["page"].paginator.count == 2
        assert [row.name for row in sign_in(forester).get("/matters/").context["waits"].rows] == ["县林业局"]
        assert sign_in(other_head).get("/matters/").context["waits"] is None
