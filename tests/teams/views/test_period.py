"""The pages of reporting periods: what they show, to whom, at what cost."""

from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tests.teams.sample_reports import EVERYBODY, moment, submitted, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day")]


class TestPeriods:
    """/periods/"""

    def test_it_counts_what_is_in(self, sign_in, team, other_team, period, road, head, office):
        submitted(team, period, road, by=head)
        (row,) = sign_in(office).get(reverse("period_list")).context["table"].data
        assert (row.owed, row.accepted, row.waiting, row.returned, row.missing) == (2, 0, 1, 0, 1)

    def test_generating_says_how_many(self, sign_in, action, office):
        data = {"first": "2026-10-01", "last": "2026-10-31"}
        response = sign_in(office).post(reverse("period_new"), data, follow=True)
        assert "3 periods were generated" in text(response)

    def test_what_exists_is_said_beside_the_field(self, sign_in, action, period, office):
        data = {"first": "2026-10-11", "last": "2026-10-20"}
        response = sign_in(office).post(reverse("period_new"), data)
        assert response.status_code == 422
        assert "already exist" in response.context["form"].errors["last"][0]

    def test_the_due_time_is_set(self, sign_in, period, office):
        data = {"version": "1", "due_at_0": "2026-10-23", "due_at_1": "12:00"}
        sign_in(office).post(reverse("period_due", args=[period.pk]), data)
        period.refresh_from_db()
        assert period.due_at == moment(23, 12)

    def test_closing_says_what_stands_in_the_way(self, sign_in, team, period, road, head, office):
        submitted(team, period, road, by=head)
        client = sign_in(office)
        page = text(client.get(reverse("period_close", args=[period.pk])))
        assert f"have not been reviewed: {team.short_name}" in page
        assert "Close the period" not in page
        assert client.post(reverse("period_close", args=[period.pk])).status_code == 409

    def test_closing_says_what_will_happen_and_who_is_missing(self, sign_in, team, period, road, office):
        client = sign_in(office)
        page = text(client.get(reverse("period_close", args=[period.pk])))
        assert "Close the period" in page
        assert team.short_name in page
        client.post(reverse("period_close", args=[period.pk]))
        period.refresh_from_db()
        assert period.is_closed

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_everybody_sees_periods_and_the_office_keeps_them(self, sign_in, period, who, request):
        client = sign_in(request.getfixturevalue(who))
        page = client.get(reverse("period_list"))
        assert page.status_code == 200
        keeps = who == "office"
        assert (reverse("period_close", args=[period.pk]) in text(page)) == keeps
        for path in (
            reverse("period_new"),
            reverse("period_due", args=[period.pk]),
            reverse("period_close", args=[period.pk]),
        ):
            assert client.get(path).status_code == (200 if keeps else 403), path
            if not keeps:
                assert (
                    client.post(path, {"first": "2026-07-01", "last": "2026-07-31", "version": "1"}).status_code == 403
                )

    @pytest.mark.parametrize("count", [1, 10])
    def test_its_cost_does_not_grow_with_the_periods(self, sign_in, action, office, count, query_budget):
        for day in range(1, count + 1):
            factories.PeriodFactory(action=action, starts_on=date(2026, 9, day), ends_on=date(2026, 9, day))
        client = sign_in(office)
        client.get(reverse("period_list"))  # what is read once a minute
        with query_budget("period_list", "any number of periods"):
            client.get(reverse("period_list"))


def test_the_due_time_of_a_closed_period_is_refused_before_anything_is_typed(sign_in, period, office, at):
    url = reverse("period_due", args=[period.pk])
    client = sign_in(office)
    assert client.get(url).status_code == 200
    type(period).objects.filter(pk=period.pk).update(closed_at=at, closed_by=office)
    assert client.get(url).status_code == 409
