"""The pages on which the office reviews reports: what they show, to whom, at what cost."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from governance.people.models import CalendarDay
from teams.drafting import Row, Written, save_report
from teams.models import ProgressReport
from teams.reporting import submit_report
from tests import factories
from tests.teams.reports import EVERYBODY, accepted, moment, returned, submitted, text
from tests.teams.test_periods import set_fields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day")]


class TestReview:
    """/reports/review/ and one report of it."""

    def test_the_longest_waiting_comes_first(self, sign_in, team, other_team, other_head, period, road, head, office):
        later = submitted(team, period, road, by=head, at=moment(21, 17))
        first = submitted(other_team, period, factories.make_task(team=other_team), by=other_head, at=moment(21, 9))
        page = sign_in(office).get(reverse("review_queue"))
        assert list(page.context["table"].data) == [first, later]
        assert first.get_review_url() in text(page)

    def test_it_shows_last_and_new_side_by_side(self, sign_in, team, period, yards, head, office):
        report = save_report(team, period, Written(rows=[Row(yards.pk, done=Decimal(32))]), by=head, at=moment(20))
        submit_report(report, by=head, at=moment(21))
        page = text(sign_in(office).get(report.get_review_url()))
        assert "30 个村" in page
        assert "32 个村" in page
        assert ">+2<" in page
        assert 'value="2026-10-23"' in page

    def test_the_day_to_submit_again_is_a_working_day(self, sign_in, team, period, road, head, office):
        CalendarDay.objects.create(on=date(2026, 10, 23), works=False)
        report = submitted(team, period, road, by=head)
        assert 'value="2026-10-26"' in text(sign_in(office).get(report.get_review_url()))

    def test_accepting_leads_to_the_next(self, sign_in, team, other_team, other_head, period, road, head, office):
        first = submitted(team, period, road, by=head, at=moment(21, 9))
        second = submitted(other_team, period, factories.make_task(team=other_team), by=other_head, at=moment(21, 10))
        client = sign_in(office)
        response = client.post(first.get_review_url(), {"submission": "1", "accept": "1"})
        assert response.url == second.get_review_url()
        response = client.post(second.get_review_url(), {"submission": "1", "accept": "1"})
        assert response.url == reverse("review_queue")
        assert set(ProgressReport.objects.values_list("state", flat=True)) == {"accepted"}

    def test_tasks_passed_over_are_named(self, sign_in, team, period, road, head, office):
        report = submitted(team, period, road, by=head)
        set_fields(road, {"state": "cancelled"}, at=moment(22, 8))
        response = sign_in(office).post(report.get_review_url(), {"submission": "1", "accept": "1"}, follow=True)
        assert "Passed over" in text(response)
        assert road.title in text(response)

    def test_returning_takes_reasons_row_by_row(self, sign_in, team, period, road, head, office):
        report = submitted(team, period, road, by=head)
        client = sign_in(office)
        data = {"submission": "1", "resubmit_by": "2026-10-23", f"row-{road.pk}-reason": "哪些标段？", "return": "1"}
        refused = client.post(report.get_review_url(), {**data, "reason": ""})
        assert refused.status_code == 422
        assert "what the team should add" in text(refused)
        assert "哪些标段？" in text(refused)
        client.post(report.get_review_url(), {**data, "reason": "请补充"})
        report.refresh_from_db()
        assert (report.state, report.resubmit_by) == ("returned", date(2026, 10, 23))

    def test_what_is_new_in_a_resubmission_is_marked(self, sign_in, team, period, road, head, office):
        report = returned(team, period, road, by=head, office=office, decided=moment(22, 7))
        save_report(
            team,
            period,
            Written(rows=[Row(road.pk, percent=Decimal(55), text="完成二标段路面1.2公里；新签3户协议。")]),
            by=head,
            at=moment(22, 8),
        )
        submit_report(report, by=head, at=moment(22, 8))
        assert "<ins>新签3户协议。</ins>" in text(sign_in(office).get(report.get_review_url()))

    def test_what_was_submitted_again_is_not_decided_unseen(self, sign_in, team, period, road, head, office):
        report = returned(team, period, road, by=head, office=office, decided=moment(22, 7))
        submit_report(report, by=head, at=moment(22, 8))
        response = sign_in(office).post(report.get_review_url(), {"submission": "1", "accept": "1"})
        assert response.status_code == 409
        assert "submitted again since you opened it" in text(response)

    def test_a_decided_report_leads_to_its_page(self, sign_in, team, period, road, head, office):
        report = accepted(team, period, road, by=head, office=office, decided=moment(22, 8))
        client = sign_in(office)
        assert client.get(report.get_review_url()).url == report.get_absolute_url()
        assert client.post(report.get_review_url(), {"submission": "1", "accept": "1"}).status_code == 409

    def test_who_entered_a_paper_sees_no_buttons(self, sign_in, team, period, road, office):
        report = save_report(
            team, period, Written(rows=[Row(road.pk, no_change=True)]), behalf="纸质", by=office, at=moment(20)
        )
        submit_report(report, behalf="纸质", by=office, at=moment(21))
        page = text(sign_in(office).get(report.get_review_url()))
        assert "another person of the special office" in page
        assert 'name="accept"' not in page

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_who_may_review(self, sign_in, team, period, road, who, request):
        deputy = factories.MemberFactory(team=team, part="deputy").user
        report = submitted(team, period, road, by=deputy)
        client = sign_in(request.getfixturevalue(who))
        expected = 200 if who == "office" else 403
        assert client.get(reverse("review_queue")).status_code == expected
        assert client.get(report.get_review_url()).status_code == expected
        if who != "office":
            assert client.post(report.get_review_url(), {"submission": "1", "accept": "1"}).status_code == 403

    @pytest.mark.parametrize("count", [2, 20])
    def test_its_cost_does_not_grow_with_the_tasks(
        self, sign_in, team, period, head, office, count, django_assert_num_queries
    ):
        tasks = [factories.make_task(team=team) for _ in range(count)]
        report = submitted(team, period, *tasks, by=head)
        client = sign_in(office)
        with django_assert_num_queries(14):
            client.get(report.get_review_url())
