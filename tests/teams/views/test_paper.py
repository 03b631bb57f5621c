"""The office enters what came on paper or as a workbook; a team takes its workbook out and brings it in again."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from governance.records.models import AuditEvent
from teams.models import ProgressReport, ReportEntry, ReportingPeriod
from tests import factories
from tests.teams.reports.test_workbook import back, enter
from tests.teams.sample_reports import EVERYBODY, READERS, drafted, moment, submitted, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day")]

BEHALF = "表格，10月21日收"
DRAFTERS = {"head", "deputy", "liaison"}


def place(team, name):
    """An address about the team's report of the tests' period."""
    return reverse(name, args=[team.code, "2026-10-11"])


def downloaded(client, team):
    """The workbook that the browser is given."""
    response = client.get(place(team, "report_sheet"))
    return load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def uploaded(book):
    return SimpleUploadedFile("报告.xlsx", back(book).getvalue())


# The desk ------------------------------------------------------------------------------------------------------------


def test_it_names_who_owes_and_what_can_be_entered(sign_in, team, other_team, period, road, head, office):
    submitted(team, period, road, by=head)
    response = sign_in(office).get(reverse("report_paper"))
    rows = {row.team: row for row in response.context["rows"]}
    assert (rows[team].hindrance, rows[other_team].hindrance) == ("in", "")
    page = text(response)
    assert f"{place(other_team, 'report')}?paper=1" in page
    assert place(other_team, "report_import") in page
    assert place(team, "report_import") not in page


def test_the_period_is_chosen_and_closed_ones_are_not_offered(sign_in, team, period, next_period, office):
    client = sign_in(office)
    assert client.get(reverse("report_paper")).context["period"] == period
    asked = client.get(reverse("report_paper"), {"period": "2026-10-21"})
    assert asked.context["period"] == next_period
    ReportingPeriod.objects.filter(pk=period.pk).update(closed_at=moment(22), closed_by=office)
    assert client.get(reverse("report_paper")).context["periods"] == [next_period]


def test_without_a_period_it_says_so(sign_in, office):
    assert "No period is open" in text(sign_in(office).get(reverse("report_paper")))


def test_for_the_own_team_nothing_is_entered(sign_in, team, period, office):
    factories.MemberFactory(team=team, user=office)
    page = text(sign_in(office).get(reverse("report_paper")))
    assert "You are a member of this team" in page
    assert place(team, "report_import") not in page


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_desk_is_the_offices(sign_in, period, who, request):
    expected = 200 if who == "office" else 403
    assert sign_in(request.getfixturevalue(who)).get(reverse("report_paper")).status_code == expected


@pytest.mark.parametrize("count", [2, 20])
def test_its_cost_does_not_grow_with_the_teams(sign_in, action, period, office, count, query_budget):
    for _ in range(count):
        factories.TeamFactory(action=action)
    client = sign_in(office)
    client.get(reverse("report_paper"))
    with query_budget("report_paper", "any number of teams"):
        client.get(reverse("report_paper"))


# The workbook --------------------------------------------------------------------------------------------------------


def test_the_liaison_takes_it_out_and_brings_it_in_as_the_teams_own(sign_in, team, period, road, liaison):
    drafted(team, period, road, by=liaison)
    client = sign_in(liaison)
    book = downloaded(client, team)
    assert AuditEvent.objects.filter(verb="export_list").count() == 1
    enter(book, "rows", "完成进度", "60%")
    tried = client.post(place(team, "report_import"), {"file": uploaded(book)})
    page = client.get(tried.url)
    assert road.title in text(page)
    assert ReportEntry.objects.get().percent == 55
    client.post(tried.url, {"seen": page.context["dry_run"].fingerprint})
    assert ReportEntry.objects.get().percent == 60
    assert set(AuditEvent.objects.filter(verb="import_report").values_list("behalf", flat=True)) == {""}


def test_the_office_says_whose_it_is(sign_in, team, period, road, office):
    client = sign_in(office)
    book = downloaded(client, team)
    enter(book, "rows", "完成进度", "60%")
    refused = client.post(place(team, "report_import"), {"file": uploaded(book)})
    assert refused.status_code == 422
    tried = client.post(place(team, "report_import"), {"file": uploaded(book), "behalf": BEHALF})
    page = client.get(tried.url)
    client.post(tried.url, {"seen": page.context["dry_run"].fingerprint})
    assert ReportEntry.objects.get().percent == Decimal(60)
    assert AuditEvent.objects.get(verb="save_report").behalf == BEHALF
    done = client.get(tried.url)
    assert f"{place(team, 'report')}?paper=1" in text(done)


def test_without_whose_it_is_an_address_is_not_there(sign_in, team, period, road, office):
    client = sign_in(office)
    book = downloaded(client, team)
    enter(book, "rows", "完成进度", "60%")
    tried = client.post(place(team, "report_import"), {"file": uploaded(book), "behalf": BEHALF})
    assert client.get(tried.url.split("?")[0]).status_code == 404


def test_another_persons_file_is_not_there(sign_in, team, period, road, liaison, head):
    book = downloaded(sign_in(liaison), team)
    enter(book, "rows", "完成进度", "60%")
    tried = sign_in(liaison).post(place(team, "report_import"), {"file": uploaded(book)})
    assert sign_in(head).get(tried.url).status_code == 404


def test_a_fault_names_its_cell(sign_in, team, period, road, liaison):
    client = sign_in(liaison)
    book = downloaded(client, team)
    cell = enter(book, "rows", "完成进度", "很多")
    response = client.post(place(team, "report_import"), {"file": uploaded(book)})
    assert response.status_code == 422
    assert cell in text(response)
    assert not ProgressReport.objects.exists()


def test_what_is_with_the_office_takes_no_workbook(sign_in, team, period, road, head):
    report = submitted(team, period, road, by=head)
    assert sign_in(head).get(place(team, "report_import")).url == report.get_absolute_url()


def test_a_team_that_owes_no_report_has_no_workbook(sign_in, action, period, office):
    young = factories.TeamFactory(action=action, established_on=date(2026, 10, 21))
    assert sign_in(office).get(place(young, "report_sheet")).status_code == 404


@pytest.mark.parametrize("name", ["report_sheet", "report_import"])
@pytest.mark.parametrize("who", EVERYBODY)
def test_drafters_and_the_office_have_the_workbook(sign_in, team, period, road, name, who, request):
    allowed = who in DRAFTERS or who == "office"
    expected = 200 if allowed else 403 if who in READERS else 404
    assert sign_in(request.getfixturevalue(who)).get(place(team, name)).status_code == expected
