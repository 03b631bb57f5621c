"""The pages on which the office reviews reports: what they show, to whom, at what cost."""

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from governance.people.models import CalendarDay
from teams.models import ProgressReport, ReportDecision
from teams.reports.drafts import save_report
from teams.reports.review import return_report
from teams.reports.submission import submit_report
from teams.reports.submissions_read import reasons_of
from teams.reports.written import NextStepLine, ReportRow, Written
from tests import factories
from tests.teams.reports.test_periods import set_fields
from tests.teams.sample_reports import EVERYBODY, accepted, moment, returned, submitted, text

ACCEPTED = {"submission": "1", "accept": "1"}

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
        report = save_report(
            team, period, Written(rows=[ReportRow(yards.pk, done=Decimal(32))]), by=head, at=moment(20)
        )
        submit_report(report, by=head, at=moment(21))
        page = text(sign_in(office).get(report.get_review_url()))
        assert "30 → <b>32 个村</b>" in page
        assert ">+2<" in page
        assert 'value="2026-10-26"' in page

    def test_two_working_days_are_offered_to_submit_again(self, sign_in, team, period, road, head, office):
        CalendarDay.objects.create(on=date(2026, 10, 23), works=False)
        report = submitted(team, period, road, by=head)
        assert 'value="2026-10-27"' in text(sign_in(office).get(report.get_review_url()))

    def test_accepting_leads_to_the_next(self, sign_in, team, other_team, other_head, period, road, head, office):
        first = submitted(team, period, road, by=head, at=moment(21, 9))
        second = submitted(other_team, period, factories.make_task(team=other_team), by=other_head, at=moment(21, 10))
        client = sign_in(office)
        response = client.post(first.get_review_url(), ACCEPTED)
        assert response.url == second.get_review_url()
        response = client.post(second.get_review_url(), ACCEPTED)
        assert response.url == reverse("review_queue")
        assert set(ProgressReport.objects.values_list("state", flat=True)) == {"accepted"}

    def test_tasks_passed_over_are_named(self, sign_in, team, period, road, head, office):
        report = submitted(team, period, road, by=head)
        set_fields(road, {"state": "cancelled"}, at=moment(22, 8))
        response = sign_in(office).post(report.get_review_url(), ACCEPTED, follow=True)
        assert "Not updated" in text(response)
        assert road.title in text(response)

    def test_returning_takes_reasons_row_by_row(self, sign_in, team, period, road, head, office):
        report = submitted(team, period, road, by=head)
        client = sign_in(office)
        data = {"submission": "1", "reason": "请补充", f"row-{road.pk}-reason": "哪些标段？", "return": "1"}
        refused = client.post(report.get_review_url(), {**data, "resubmit_by": "2026-10-21"})
        assert refused.status_code == 422
        assert "before today, 2026-10-22" in text(refused)
        assert "哪些标段？" in text(refused)
        client.post(report.get_review_url(), {**data, "resubmit_by": "2026-10-23"})
        report.refresh_from_db()
        assert (report.state, report.resubmit_by) == ("returned", date(2026, 10, 23))
        assert reasons_of(ReportDecision.objects.get()) == {road.pk: "哪些标段？"}

    def test_what_is_tapped_comes_before_what_is_written(self, sign_in, team, period, road, head, office):
        report = submitted(team, period, road, by=head)
        data = {
            "submission": "1",
            "resubmit_by": "2026-10-23",
            f"row-{road.pk}-phrases": ["figures", "evidence"],
            f"row-{road.pk}-reason": "哪些标段？",
        }
        sign_in(office).post(report.get_review_url(), data)
        decision = ReportDecision.objects.get()
        assert reasons_of(decision)[road.pk].splitlines() == [
            "Please add the figures.",
            "Please add evidence: photo, list or acceptance record.",
            "哪些标段？",
        ]
        assert decision.reason == f"Please revise the marked tasks: {road.number}."

    def test_a_return_without_any_reason_is_refused(self, sign_in, team, period, road, head, office):
        report = submitted(team, period, road, by=head)
        response = sign_in(office).post(report.get_review_url(), {"submission": "1", "resubmit_by": "2026-10-23"})
        assert response.status_code == 422
        assert "what the team should add" in text(response)

    def test_what_was_accepted_is_undone_from_the_queue_with_one_click(self, sign_in, team, period, road, head, office):
        report = submitted(team, period, road, by=head)
        client = sign_in(office)
        client.post(report.get_review_url(), ACCEPTED)
        page = client.get(reverse("review_queue"))
        assert page.context["undoable"] == [report]
        (version,) = re.findall(r'name="version" value="(\d+)"', text(page))
        asked = text(client.get(report.get_undo_url()))
        assert "stay on record" in asked and f'name="version" value="{version}"' in asked
        stale = client.post(report.get_undo_url(), {"version": int(version) - 1})
        assert stale.status_code == 409
        done = client.post(report.get_undo_url(), {"version": version}, follow=True)
        assert done.redirect_chain[-1][0] == report.get_review_url()
        assert "waits for review again" in text(done)
        assert not done.context["undoable"]
        again = client.post(report.get_undo_url(), {"version": int(version) + 1})
        assert again.status_code == 409
        report.refresh_from_db()
        assert report.state == "submitted"

    @pytest.mark.parametrize("place", ["reason", "phrases", "row-reason", "row-phrases"])
    def test_with_a_reason_to_return_it_is_not_accepted(self, sign_in, team, period, road, head, office, place):
        report = submitted(team, period, road, by=head)
        name = place.replace("row", f"row-{road.pk}")
        written = {name: "figures" if "phrases" in place else "哪些标段？"}
        response = sign_in(office).post(report.get_review_url(), ACCEPTED | written)
        assert response.status_code == 422
        assert "Not accepted: a reason for returning the report has been entered" in text(response)
        assert response.context["form"][name].value() in (written[name], [written[name]])
        report.refresh_from_db()
        assert report.state == "submitted"

    def test_before_accepting_it_says_what_will_happen(self, sign_in, team, period, road, yards, head, office):
        rows = [ReportRow(road.pk, percent=Decimal(55)), ReportRow(yards.pk, done=Decimal(33))]
        report = save_report(team, period, Written(rows=rows), by=head, at=moment(20))
        submit_report(report, by=head, at=moment(21))
        set_fields(road, {"state": "cancelled"}, at=moment(22, 8))
        page = text(sign_in(office).get(report.get_review_url()))
        assert f"{yards.number}: 30 → 33 个村" in page
        assert f"Not updated: {road.number}" in page

    def test_what_was_accepted_last_stands_beside_it(self, sign_in, team, period, next_period, road, head, office):
        accepted(team, period, road, by=head, office=office, decided=moment(22, 8))
        report = submitted(team, next_period, road, by=head, at=moment(31), percent="60")
        with time_machine.travel(moment(31, 12), tick=False):
            page = text(sign_in(office).get(report.get_review_url()))
        assert page.count("完成二标段路面1.2公里") == 2
        assert "same text as last time" in page

    def test_what_changed_since_the_return_is_said_row_by_row(self, sign_in, team, period, road, yards, head, office):
        rows = [ReportRow(road.pk, percent=Decimal(55)), ReportRow(yards.pk, no_change=True)]
        report = save_report(team, period, Written(rows=rows), by=head, at=moment(20))
        submit_report(report, by=head, at=moment(21))
        return_report(
            report,
            reason="请补充",
            reasons={road.pk: "哪些标段？", yards.pk: "哪些村？"},
            resubmit_by=date(2026, 10, 23),
            by=office,
            at=moment(22, 7),
        )
        again = Written(rows=[ReportRow(road.pk, percent=Decimal(52), text="二标段")])
        submit_report(save_report(team, period, again, by=head, at=moment(22, 8)), by=head, at=moment(22, 8))
        rows = {row.task: row for row, *_ in sign_in(office).get(report.get_review_url()).context["rows"]}
        assert rows[road].since == ["55% → 52%", "text changed"]
        assert (rows[yards].since, rows[yards].was_ignored, rows[road].was_ignored) == ([], True, False)

    def test_close_out_below_the_target_is_marked(self, sign_in, team, period, yards, head, office):
        row = ReportRow(
            yards.pk, done=Decimal(36), text="已建成", asks_close_out=True, confirmed_unfinished=Decimal(36)
        )
        report = save_report(team, period, Written(rows=[row]), by=head, at=moment(20))
        client = sign_in(head)
        assert "below the target" in text(client.get(report.get_approve_url()))
        submit_report(report, by=head, at=moment(21))
        client = sign_in(office)
        page = text(client.get(report.get_review_url()))
        assert "<mark>36 of 40 个村</mark>" in page
        assert "close-out below the target" in page
        assert "below the target" in text(client.get(reverse("decisions")))

    def test_the_target_of_the_ledger_is_shown_where_it_has_moved(self, sign_in, team, period, yards, head, office):
        report = save_report(
            team, period, Written(rows=[ReportRow(yards.pk, done=Decimal(32))]), by=head, at=moment(20)
        )
        submit_report(report, by=head, at=moment(21))
        set_fields(yards, {"target": Decimal(44)}, at=moment(22, 8))
        page = text(sign_in(office).get(report.get_review_url()))
        assert "target 40 个村" in page
        assert "target now in the ledger: 44 个村" in page

    def test_a_next_step_becomes_a_task_in_one_step(self, sign_in, team, period, road, head, office):
        report = submitted(team, period, road, by=head, steps=[NextStepLine("古城镇4个村完工", date(2026, 11, 5))])
        step = report.next_steps.get()
        page = text(sign_in(office).get(report.get_review_url()))
        assert f"{reverse('task_new')}?from_step={step.pk}" in page

    def test_opening_it_is_kept_once_for_whoever_is_not_of_the_team(self, sign_in, team, period, road, head, office):
        report = submitted(team, period, road, by=head)
        client = sign_in(office)
        client.get(report.get_review_url())
        assert "First opened by 专办甲" in text(client.get(report.get_review_url()))
        assert [reading.by for reading in report.submissions.get().readings.all()] == [office]

    def test_reading_the_reports_page_is_opening_it_too(self, sign_in, team, period, road, head, leader):
        report = submitted(team, period, road, by=head)
        sign_in(head).get(report.get_absolute_url())
        assert not report.submissions.get().readings.exists()
        sign_in(leader).get(report.get_absolute_url())
        sign_in(leader).get(report.get_absolute_url())
        assert [reading.by for reading in report.submissions.get().readings.all()] == [leader]

    def test_what_is_new_in_a_resubmission_is_marked(self, sign_in, team, period, road, head, office):
        report = returned(team, period, road, by=head, office=office, decided=moment(22, 7))
        save_report(
            team,
            period,
            Written(rows=[ReportRow(road.pk, percent=Decimal(55), text="完成二标段路面1.2公里；新签3户协议。")]),
            by=head,
            at=moment(22, 8),
        )
        submit_report(report, by=head, at=moment(22, 8))
        assert "；新签3户协议。</ins>" in text(sign_in(office).get(report.get_review_url()))

    def test_what_was_submitted_again_is_not_decided_unseen(self, sign_in, team, period, road, head, office):
        report = returned(team, period, road, by=head, office=office, decided=moment(22, 7))
        submit_report(report, by=head, at=moment(22, 8))
        response = sign_in(office).post(report.get_review_url(), ACCEPTED)
        assert response.status_code == 409
        assert "submitted again since you opened it" in text(response)

    def test_a_decided_report_leads_to_its_page(self, sign_in, team, period, road, head, office):
        report = accepted(team, period, road, by=head, office=office, decided=moment(22, 8))
        client = sign_in(office)
        assert client.get(report.get_review_url()).url == report.get_absolute_url()
        assert client.post(report.get_review_url(), ACCEPTED).status_code == 409

    def test_who_entered_a_paper_sees_no_buttons(self, sign_in, team, period, road, office):
        report = save_report(
            team, period, Written(rows=[ReportRow(road.pk, no_change=True)]), behalf="纸质", by=office, at=moment(20)
        )
        submit_report(report, behalf="纸质", by=office, at=moment(21))
        page = text(sign_in(office).get(report.get_review_url()))
        assert "another person of the special office" in page
        assert 'name="accept"' not in page

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_who_may_review(self, sign_in, team, period, road, deputy, who, request):
        report = submitted(team, period, road, by=deputy)
        client = sign_in(request.getfixturevalue(who))
        expected = 200 if who == "office" else 403
        assert client.get(reverse("review_queue")).status_code == expected
        assert client.get(report.get_review_url()).status_code == expected
        if who != "office":
            assert client.post(report.get_review_url(), ACCEPTED).status_code == 403

    @pytest.mark.parametrize("count", [2, 20])
    def test_its_cost_does_not_grow_with_the_tasks(self, sign_in, team, period, head, office, count, query_budget):
        tasks = [factories.make_task(team=team) for _ in range(count)]
        report = submitted(team, period, *tasks, by=head)
        client = sign_in(office)
        client.get(report.get_review_url())  # the first time writes that it was opened
        with query_budget("review", "any number of tasks"):
            client.get(report.get_review_url())
