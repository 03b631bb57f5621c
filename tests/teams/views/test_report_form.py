"""The report matrix, the form and the reading page: what they show, to whom, at what cost; nothing typed is lost."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from teams.models import (
    CloseOut,
    NextStep,
    ProgressReport,
    ReportEntry,
    ReportingPeriod,
    ReportSubmission,
    SubmittedEntry,
)
from teams.reports.drafts import save_report
from teams.reports.periods import close_period
from teams.reports.review import return_report
from teams.reports.submission import submit_report
from teams.reports.written import ReportRow, Written
from teams.tasks.townships import Share, count_shares, share_out
from tests import factories
from tests.formats.brought import picture
from tests.teams.reports.test_periods import set_fields
from tests.teams.sample_reports import (
    EVERYBODY,
    READERS,
    accepted,
    address,
    drafted,
    matter,
    moment,
    returned,
    step,
    submitted,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day")]


def filled(form, **changes):
    """What a browser would post of a form, with changes."""
    data = {}
    for bound in form:
        value = bound.value()
        if value is True:
            data[bound.html_name] = "on"
        elif value is not None and value is not False:
            data[bound.html_name] = str(value)
    return {**data, **{name.replace("__", "-"): value for name, value in changes.items()}}


def name_of(form, kind, place, field):
    """What the form calls a field of a line."""
    return getattr(form, kind)()[place].fields[field].html_name


def mine(form, task):
    """What the button “Save mine” of a task's row sends: the row, and the version that it overwrites."""
    return f"row-{task.pk} {form.parts[f'row-{task.pk}'].seen}"


def opened(client, team, period):
    """The form as it opens."""
    return client.get(address(team, period)).context["form"]


class TestForm:
    """/reports/<team>/<period>/ for those who draft."""

    def test_it_opens_with_last_times_numbers(self, sign_in, team, period, road, yards, liaison):
        form = opened(sign_in(liaison), team, period)
        assert form[f"row-{road.pk}-percent"].value() == "40"
        assert form[f"row-{yards.pk}-done"].value() == "30"
        assert len(form.matters()) == len(form.steps()) == 1

    def test_it_opens_with_what_the_townships_have_counted_since(
        self, sign_in, team, period, yards, liaison, office, at
    ):
        """The sum is proposed until somebody has written the row, and never below what was accepted."""
        towns = [factories.TownshipFactory() for _place in range(2)]
        shares = [
            Share(township=town, target=Decimal(20), done=Decimal(done))
            for town, done in zip(towns, (20, 13), strict=True)
        ]
        share_out(yards, shares, by=office, at=at)
        client, name = sign_in(liaison), f"row-{yards.pk}-done"
        form = opened(client, team, period)
        assert form[name].value() == "33"
        client.post(address(team, period), filled(form))
        assert ReportEntry.objects.get(task=yards).done == 33
        count_shares(yards, [Share(township=towns[0], done=Decimal(19))], by=liaison, at=at)
        assert opened(client, team, period)[name].value() == "33"

    def test_townships_that_have_counted_less_propose_nothing(self, sign_in, team, period, yards, liaison, office, at):
        share = Share(township=factories.TownshipFactory(), target=Decimal(40), done=Decimal(12))
        share_out(yards, [share], by=office, at=at)
        assert opened(sign_in(liaison), team, period)[f"row-{yards.pk}-done"].value() == "30"

    def test_opening_it_writes_nothing(self, sign_in, team, period, road, liaison):
        opened(sign_in(liaison), team, period)
        assert not ProgressReport.objects.exists()

    def test_saving_keeps_rows_and_lines(self, sign_in, team, period, road, liaison):
        client = sign_in(liaison)
        department = team.departments.get().department
        form = opened(client, team, period)
        data = filled(
            form,
            **{
                f"row-{road.pk}-percent": "52.5",
                f"row-{road.pk}-text": "完成路面",
                name_of(form, "matters", 0, "text"): "林地手续",
                name_of(form, "matters", 0, "to"): department.name,
                name_of(form, "matters", 0, "due_on"): "2026-10-30",
                name_of(form, "steps", 0, "text"): "贯通",
                name_of(form, "steps", 0, "due_on"): "2026-11-20",
            },
        )
        response = client.post(address(team, period), data, follow=True)
        report = ProgressReport.objects.get()
        assert report.entries.get().percent == Decimal("52.50")
        assert report.help_requests.get().to == department
        assert report.help_requests.get().due_on == date(2026, 10, 30)
        assert report.next_steps.get().due_on == date(2026, 11, 20)
        assert len(response.context["form"].matters()) == 2

    def test_a_text_above_its_limit_is_refused_and_kept_whole(self, sign_in, team, period, road, liaison):
        client = sign_in(liaison)
        form = opened(client, team, period)
        whole, line = "字" * 4001, name_of(form, "steps", 0, "text")
        data = filled(form, **{f"row-{road.pk}-text": whole, line: "步" * 501})
        saved_alone = client.post(address(team, period), {**data, "autosave": "1"}).json()
        assert "4001" in saved_alone["parts"][f"row-{road.pk}"]["said"]
        assert saved_alone["parts"][f"row-{road.pk}"]["wrong"]
        response = client.post(address(team, period), data)
        assert response.status_code == 422
        assert response.context["form"][f"row-{road.pk}-text"].value() == whole
        assert response.context["form"][line].value() == "步" * 501
        assert 'maxlength="' not in response.content.decode()
        assert 'data-most="4000"' in response.content.decode()

    def test_a_line_end_counts_once_however_it_is_sent(self, sign_in, team, period, road, liaison):
        client = sign_in(liaison)
        data = filled(opened(client, team, period), **{f"row-{road.pk}-text": "字" * 3990 + "\r\n" * 9 + "末"})
        assert client.post(address(team, period), data).status_code == 302
        assert len(ReportEntry.objects.get(task=road).text) == 4000

    def test_more_lines_than_are_taken_are_refused_not_dropped(self, sign_in, team, period, road, liaison):
        client = sign_in(liaison)
        form = opened(client, team, period)
        blank = str(form.matters()[0].fields["seen"].value())
        lines = {f"matter-k{place}-text": f"事项{place}" for place in range(42)}
        data = filled(form) | lines | {f"matter-k{place}-seen": blank for place in range(42)}
        response = client.post(address(team, period), data)
        assert response.status_code == 422
        assert ProgressReport.objects.get().help_requests.count() == 40
        shown = {line.fields["text"].value() for line in response.context["form"].matters()}
        assert {"事项40", "事项41"} <= shown

    def test_the_liaison_hands_over_and_the_head_submits(self, sign_in, team, period, road, head, liaison):
        client = sign_in(liaison)
        data = filled(opened(client, team, period), **{f"row-{road.pk}-percent": "50"})
        assert "Pass to the head" in text(client.get(address(team, period)))
        client.post(address(team, period), {**data, "hand_over": "1"})
        client = sign_in(head)
        page = client.get(address(team, period))
        assert ">Submit<" in text(page)
        response = client.post(address(team, period), {**filled(page.context["form"]), "submit": "1"}, follow=True)
        assert ReportSubmission.objects.get().by == head
        assert "Submission 1" in text(response)

    def test_a_liaison_who_sends_submit_is_refused_but_keeps_the_draft(self, sign_in, team, period, road, liaison):
        client = sign_in(liaison)
        data = filled(opened(client, team, period), **{f"row-{road.pk}-percent": "50"})
        assert client.post(address(team, period), {**data, "submit": "1"}).status_code == 403
        assert ProgressReport.objects.get().state == "draft"

    def test_what_is_lacking_stands_beside_its_field_and_the_draft_is_saved(
        self, sign_in, team, period, road, yards, head
    ):
        client = sign_in(head)
        data = filled(opened(client, team, period), **{f"row-{road.pk}-percent": "38", "submit": "1"})
        response = client.post(address(team, period), data)
        form = response.context["form"]
        assert response.status_code == 422
        assert "2 percentage points less" in form.errors[f"row-{road.pk}-reason"][0]
        assert "tick “No change" in form.errors[f"row-{yards.pk}-done"][0]
        assert "The draft is saved but not submitted" in text(response)
        data = filled(form, **{f"row-{road.pk}-reason": "返工", f"row-{yards.pk}-no_change": "on", "submit": "1"})
        assert client.post(address(team, period), data).status_code == 302
        assert ReportSubmission.objects.count() == 1

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("percent", "101", "between 0 and 100"),
            ("percent", "-1", "between 0 and 100"),
            ("percent", "60%", "number"),
            ("done", "-1", "0 or more"),
            ("done", "三十", "number"),
            ("done", "NaN", "number"),
        ],
    )
    def test_a_number_that_cannot_be_comes_back_as_typed(
        self, sign_in, team, period, road, yards, liaison, field, value, words
    ):
        client = sign_in(liaison)
        name = f"row-{road.pk if field == 'percent' else yards.pk}-{field}"
        data = filled(opened(client, team, period), **{name: value, f"row-{road.pk}-text": "走访"})
        response = client.post(address(team, period), data)
        form = response.context["form"]
        assert response.status_code == 422
        assert words in form.errors[name][0]
        assert form[name].value() == value
        assert form[f"row-{road.pk}-text"].value() == "走访"
        entries = ReportEntry.objects.all()
        assert {entry.task for entry in entries} == (set() if field == "percent" else {road})

    def test_an_unknown_department_is_answered_with_the_nearest(self, sign_in, team, period, liaison):
        factories.DepartmentFactory(name="县林业局")
        client = sign_in(liaison)
        form = opened(client, team, period)
        to = name_of(form, "matters", 0, "to")
        data = filled(form, **{name_of(form, "matters", 0, "text"): "手续", to: "县林业厅"})
        response = client.post(address(team, period), data)
        assert "县林业局" in response.context["form"].errors[to][0]
        assert response.context["form"][to].value() == "县林业厅"

    def test_of_a_row_that_two_have_changed_both_are_shown_and_the_rest_is_saved(
        self, sign_in, team, period, road, head, liaison
    ):
        client = sign_in(liaison)
        form = opened(client, team, period)
        line = name_of(form, "matters", 0, "text")
        data = filled(form, **{f"row-{road.pk}-percent": "50", line: "我的"})
        drafted(team, period, road, by=head, at=moment(22, 8), percent="60")
        response = client.post(address(team, period), data)
        form = response.context["form"]
        assert response.status_code == 409
        assert "everything else is saved" in text(response)
        assert f"{head.name} saved this at 2026-10-22 08:00" in text(response)
        assert "60.00" in text(response)
        assert form[f"row-{road.pk}-percent"].value() == "50"
        report = ProgressReport.objects.get()
        assert (report.entries.get().percent, report.help_requests.get().text) == (60, "我的")
        client.post(address(team, period), filled(form))
        assert report.entries.get().percent == 60, "saving again is no choice between the two texts"
        client.post(address(team, period), {**filled(form), "mine": mine(form, road)})
        assert report.entries.get().percent == 50

    @pytest.mark.parametrize("button", ["submit", "hand_over"])
    def test_an_open_clash_is_overwritten_by_no_other_button(self, sign_in, team, period, road, head, liaison, button):
        writer, other = (head, liaison) if button == "submit" else (liaison, head)
        client = sign_in(writer)
        data = filled(opened(client, team, period), **{f"row-{road.pk}-percent": "50"})
        drafted(team, period, road, by=other, at=moment(22, 8), percent="60")
        for _press in range(2):
            response = client.post(address(team, period), {**data, button: "1"})
            assert response.status_code == 409
            assert "Choose your version or theirs for each" in text(response)
            data = filled(response.context["form"])
            assert data[f"row-{road.pk}-percent"] == "50"
        assert ProgressReport.objects.get().entries.get().percent == 60
        assert not ReportSubmission.objects.exists()
        assert 'data-dirty="clash"' in text(response)
        chosen = {**data, "mine": mine(response.context["form"], road)}
        assert client.post(address(team, period), chosen).status_code == 302
        assert ProgressReport.objects.get().entries.get().percent == 50

    def test_mine_overwrites_the_text_that_was_shown_and_no_later_one(self, sign_in, team, period, road, head, liaison):
        client = sign_in(liaison)
        data = filled(opened(client, team, period), **{f"row-{road.pk}-percent": "50"})
        drafted(team, period, road, by=head, at=moment(22, 8), percent="60")
        form = client.post(address(team, period), data).context["form"]
        drafted(team, period, road, by=head, at=moment(22, 9), percent="70")
        response = client.post(address(team, period), {**filled(form), "mine": mine(form, road)})
        assert response.status_code == 409
        assert "70.00" in text(response)
        assert ProgressReport.objects.get().entries.get().percent == 70

    def test_the_other_persons_words_can_be_taken(self, sign_in, team, period, road, head, liaison):
        client = sign_in(liaison)
        data = filled(opened(client, team, period), **{f"row-{road.pk}-percent": "50"})
        drafted(team, period, road, by=head, at=moment(22, 8), percent="60")
        form = client.post(address(team, period), data).context["form"]
        client.post(address(team, period), {**filled(form), "take": f"row-{road.pk}"})
        assert ProgressReport.objects.get().entries.get().percent == 60
        assert opened(client, team, period)[f"row-{road.pk}-percent"].value() == "60"

    def test_what_the_form_did_not_change_it_does_not_write(self, sign_in, team, period, road, yards, head, liaison):
        client = sign_in(liaison)
        data = filled(opened(client, team, period), **{f"row-{yards.pk}-done": "31"})
        drafted(team, period, road, by=head, at=moment(22, 8), percent="60", steps=[step("甲")])
        assert client.post(address(team, period), data).status_code == 302
        report = ProgressReport.objects.get()
        assert {entry.task_id: entry.text for entry in report.entries.all()}[road.pk] != ""
        assert report.next_steps.get().text == "甲"

    def test_nothing_is_submitted_that_the_head_has_not_seen(self, sign_in, team, period, road, head, liaison):
        client = sign_in(head)
        drafted(team, period, road, by=liaison, at=moment(22, 7))
        data = filled(opened(client, team, period))
        drafted(team, period, road, by=liaison, at=moment(22, 8), percent="70", steps=[step("甲")])
        response = client.post(address(team, period), {**data, "submit": "1"})
        assert response.status_code == 409
        assert "Not submitted: someone else has edited" in text(response)
        assert "since you opened the form" in text(response)
        assert response.context["form"][f"row-{road.pk}-percent"].value() == "70"
        data = filled(response.context["form"])
        assert client.post(address(team, period), {**data, "submit": "1"}).status_code == 302
        assert ReportSubmission.objects.get().by == head

    def test_all_the_rest_is_without_change_by_one_tap(self, sign_in, team, period, road, yards, liaison):
        client = sign_in(liaison)
        data = filled(opened(client, team, period), **{f"row-{road.pk}-text": "例行检查"})
        client.post(address(team, period), {**data, "rest": "1"})
        ticked = {entry.task: entry.no_change for entry in ProgressReport.objects.get().entries.all()}
        assert ticked == {road: False, yards: True}

    def test_the_form_opens_with_last_times_next_steps(
        self, sign_in, team, period, next_period, road, head, office, liaison
    ):
        accepted(team, period, road, by=head, office=office, decided=moment(22, 8), steps=[step("贯通三标段")])
        client = sign_in(liaison)
        form = opened(client, team, next_period)
        (line,) = form.followed()
        names = {name: field.html_name for name, field in line.fields.items()}
        data = filled(form, **{names["outcome"]: "partly", names["reason"]: "还差200米"})
        assert client.post(address(team, next_period), data).status_code == 302
        said = NextStep.objects.get()
        assert (said.outcome, said.reason, said.followed_in.period) == ("partly", "还差200米", next_period)

    def test_a_step_whose_task_is_closed_out_is_proposed_as_done(
        self, sign_in, team, period, next_period, road, yards, head, office, liaison
    ):
        accepted(team, period, road, yards, by=head, office=office, decided=moment(22, 8), steps=[step("贯通三标段")])
        NextStep.objects.update(task=yards)
        closed = {"state": "closed_out", "asked_on": date(2026, 10, 22), "closed_on": date(2026, 10, 22)}
        set_fields(yards, closed, at=moment(22, 8))
        client = sign_in(liaison)
        form = opened(client, team, next_period)
        assert form.followed()[0].fields["outcome"].value() == "done"
        client.post(address(team, next_period), filled(form))
        assert NextStep.objects.get().outcome == "done"

    def test_a_photo_goes_with_its_row(self, sign_in, team, period, road, liaison):
        client = sign_in(liaison)
        data = filled(opened(client, team, period), **{f"row-{road.pk}-text": "签约"})
        photo = SimpleUploadedFile("现场.png", picture("PNG"), content_type="image/png")
        assert client.post(address(team, period), {**data, f"row-{road.pk}-files": [photo]}).status_code == 302
        entry = ProgressReport.objects.get().entries.get()
        assert entry.text == "签约"
        assert entry.evidence.get().file.name == "现场.png"
        assert "现场.png" in text(client.get(address(team, period)))

    def test_a_file_that_is_not_taken_is_said_beside_its_row(self, sign_in, team, period, road, liaison):
        client = sign_in(liaison)
        data = filled(opened(client, team, period), **{f"row-{road.pk}-text": "签约"})
        fake = SimpleUploadedFile("现场.png", b"MZ\x90", content_type="image/png")
        response = client.post(address(team, period), {**data, f"row-{road.pk}-files": [fake]})
        assert response.status_code == 422
        assert f"row-{road.pk}-files" in response.context["form"].errors
        assert ProgressReport.objects.get().entries.get().text == "签约"

    def test_a_task_closed_while_it_was_open_keeps_what_was_typed(
        self, sign_in, team, next_period, road, yards, liaison
    ):
        client = sign_in(liaison)
        data = filled(opened(client, team, next_period), **{f"row-{yards.pk}-text": "完成验收"})
        set_fields(yards, {"state": "cancelled"}, at=moment(22, 8))
        client.post(address(team, next_period), data)
        assert ProgressReport.objects.get().entries.get(task=yards).text == "完成验收"
        assert f"row-{yards.pk}-text" not in opened(client, team, next_period).fields

    def test_a_returned_report_shows_what_is_asked_beside_the_row(self, sign_in, team, period, road, head, office):
        report = submitted(team, period, road, by=head)
        return_report(
            report,
            reason="数字不全",
            reasons={road.pk: "哪些标段？"},
            resubmit_by=date(2026, 10, 23),
            by=office,
            at=moment(22, 8),
        )
        page = text(sign_in(head).get(address(team, period)))
        assert "数字不全" in page
        assert "哪些标段？" in page
        assert "submit again by 23 October 2026" in page

    def test_before_the_last_day_there_is_only_a_draft(self, sign_in, team, next_period, road, head):
        client = sign_in(head)
        page = text(client.get(address(team, next_period)))
        assert "can be submitted from 2026-10-31" in page
        assert 'name="submit"' not in page
        data = filled(opened(client, team, next_period), **{f"row-{road.pk}-percent": "50", "submit": "1"})
        response = client.post(address(team, next_period), data)
        assert response.status_code == 409
        assert ProgressReport.objects.get().entries.get().percent == 50

    @pytest.mark.parametrize("closed", [True, False])
    def test_a_period_that_is_not_open_says_so(self, sign_in, team, road, head, action, office, period, closed):
        if closed:
            close_period(period, by=office, at=moment(22, 8))
        else:
            ReportingPeriod.objects.filter(pk=period.pk).update(
                starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 10), due_at=moment(11, month=11)
            )
            period.refresh_from_db()
        client = sign_in(head)
        page = client.get(address(team, period))
        words = "was closed on 2026-10-22" if closed else "begins on 2026-11-01"
        assert words in text(page)
        assert "form" not in page.context
        posted = client.post(address(team, period), {})
        assert posted.status_code == 409
        assert words in text(posted)

    def test_the_office_enters_a_paper(self, sign_in, team, period, road, office):
        client = sign_in(office)
        assert "?paper=1" in text(client.get(address(team, period)))
        page = client.get(address(team, period), {"paper": "1"})
        data = filled(page.context["form"], behalf="纸质，10月21日收", submit="1", **{f"row-{road.pk}-percent": "50"})
        client.post(f"{address(team, period)}?paper=1", data)
        assert ReportSubmission.objects.get().behalf == "纸质，10月21日收"

    @pytest.mark.parametrize("count", [2, 20])
    def test_its_cost_does_not_grow_with_the_tasks(self, sign_in, team, next_period, liaison, count, query_budget):
        tasks = [factories.make_task(team=team) for _ in range(count)]
        drafted(team, next_period, *tasks, by=liaison, at=moment(22, 8), matters=[matter("一")], steps=[step("甲")])
        client = sign_in(liaison)
        with query_budget("report", "drafted, any number of tasks"):
            client.get(address(team, next_period))


class TestReading:
    """/reports/<team>/<period>/ for everybody else."""

    def test_it_shows_each_submission_and_what_was_decided(self, sign_in, team, period, road, head, office, leader):
        report = returned(team, period, road, by=head, office=office, decided=moment(22, 7))
        save_report(team, period, Written(rows=[ReportRow(road.pk, text="另一说法")]), by=head, at=moment(22, 8))
        submit_report(report, by=head, at=moment(22, 8))
        page = text(sign_in(leader).get(address(team, period)))
        assert page.index("Submission 2") < page.index("Submission 1")
        assert "请补充剩余村的完成时间" in page
        assert "另一说法" in page
        assert "完成二标段路面1.2公里" in page

    def test_a_draft_is_read_by_the_office(self, sign_in, team, period, road, liaison, office):
        drafted(team, period, road, by=liaison)
        assert "完成二标段路面1.2公里" in text(sign_in(office).get(address(team, period)))

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_who_may_open_it(self, sign_in, team, period, who, request):
        person = request.getfixturevalue(who)
        expected = 200 if who in READERS else 404
        assert sign_in(person).get(address(team, period)).status_code == expected

    @pytest.mark.parametrize("starts", ["2026-10-12", "today", "2026-13-01"])
    def test_a_period_that_is_not_there_is_not_found(self, sign_in, team, period, head, starts):
        assert sign_in(head).get(reverse("report", args=[team.code, starts])).status_code == 404

    @pytest.mark.parametrize("count", [2, 20])
    def test_its_cost_does_not_grow_with_the_tasks(
        self, sign_in, team, period, head, leader, office, count, query_budget
    ):
        tasks = [factories.make_task(team=team) for _ in range(count)]
        accepted(team, period, *tasks, by=head, office=office)
        client = sign_in(leader)
        client.get(address(team, period))  # the first to open it is noted
        with query_budget("report", "accepted, any number of tasks"):
            client.get(address(team, period))


class TestMatrix:
    """/reports/"""

    def cells(self, response):
        return {team: [str(cell.word) for cell in cells] for team, cells in response.context["matrix"].rows}

    def test_it_says_how_each_report_stands(
        self, sign_in, team, other_team, other_head, period, next_period, road, head, office
    ):
        theirs = factories.make_task(team=other_team)
        submitted(team, period, road, by=head)
        drafted(other_team, next_period, theirs, by=other_head, at=moment(22, 8))
        response = sign_in(office).get(reverse("report_matrix"))
        assert self.cells(response) == {team: ["To review", "Not yet due"], other_team: ["Overdue", "Draft"]}
        assert "1 team overdue" in text(response)
        assert other_team.short_name in text(response)

    def test_a_returned_report_past_its_day_is_overdue(self, sign_in, team, period, road, head, office):
        returned(
            team,
            period,
            road,
            by=head,
            office=office,
            at=moment(20),
            decided=moment(21, 9),
            resubmit_by=date(2026, 10, 21),
        )
        assert self.cells(sign_in(office).get(reverse("report_matrix"))) == {team: ["Returned, overdue"]}

    def test_a_team_owes_nothing_before_it_was_founded(self, sign_in, action, period, office):
        young = factories.TeamFactory(action=action, established_on=date(2026, 10, 21))
        assert self.cells(sign_in(office).get(reverse("report_matrix"))) == {young: [""]}

    def test_what_was_never_reported_is_missing_once_closed(self, sign_in, team, period, office):
        close_period(period, by=office, at=moment(22, 8))
        assert self.cells(sign_in(office).get(reverse("report_matrix"))) == {team: ["Overdue"]}

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_a_draft_shows_and_a_link_leads_on_for_its_readers_alone(
        self, sign_in, team, next_period, road, head, who, request
    ):
        person = request.getfixturevalue(who)
        drafted(team, next_period, road, by=head, at=moment(22, 8))
        response = sign_in(person).get(reverse("report_matrix"))
        assert response.status_code == 200
        assert self.cells(response)[team] == ["Draft" if who in READERS else "Not yet due"]
        assert (address(team, next_period) in text(response)) == (who in READERS)

    def test_earlier_periods_are_a_page_away(self, sign_in, action, team, office):
        for month in range(3, 10):
            factories.PeriodFactory(
                action=action,
                starts_on=date(2026, month, 1),
                ends_on=date(2026, month, 28),
                due_at=moment(30, month=month),
            )
        client = sign_in(office)
        assert len(self.cells(client.get(reverse("report_matrix")))[team]) == 6
        assert "?until=2026-03-28" in text(client.get(reverse("report_matrix")))
        assert len(self.cells(client.get(reverse("report_matrix"), {"until": "2026-03-28"}))[team]) == 1

    @pytest.mark.parametrize("count", [1, 6])
    def test_its_cost_does_not_grow_with_the_teams(self, sign_in, action, period, office, count, query_budget):
        for _ in range(count):
            team = factories.TeamFactory(action=action)
            submitted(
                team, period, factories.make_task(team=team), by=factories.MemberFactory(team=team, part="head").user
            )
        client = sign_in(office)
        with query_budget("report_matrix", "any number of teams"):
            client.get(reverse("report_matrix"))


def test_close_out_below_the_target_is_asked_before_the_report_goes_out(sign_in, team, period, yards, head):
    client = sign_in(head)
    row, box = f"row-{yards.pk}", f"row-{yards.pk}-confirmed_unfinished"
    asked = {f"{row}-done": "36", f"{row}-text": "已建成36个村", f"{row}-asks_close_out": "on", "submit": "1"}
    refused = client.post(address(team, period), filled(opened(client, team, period), **asked))
    assert refused.status_code == 422
    assert box in refused.context["form"].errors
    assert f'name="{box}"' in text(refused)
    assert "36 of 40 个村: request close-out anyway." in text(refused)
    assert not ReportSubmission.objects.exists()
    told = {box: "36", "submit": "1"}
    assert client.post(address(team, period), filled(opened(client, team, period), **told)).status_code == 302
    assert CloseOut.objects.get().task == yards
    assert SubmittedEntry.objects.get().confirmed_unfinished == 36
