"""The pages of evidence: who is answered, what is handed out and how, what a script is told, what a zip holds."""

import csv
import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from governance.records.models import AuditEvent, StoredFile
from governance.records.upload_checks import read_uploads
from teams.evidence.attachments import attach_evidence, withdraw_evidence
from teams.evidence.gallery import evidence_of_entries, evidence_of_submissions, evidence_of_task, exhibits
from teams.models import EntryEvidence, ReportEntry, SubmittedEvidence, TaskEvidence
from teams.reports.row_evidence import attach_to_entry
from teams.tasks.close_outs import ask_close_out
from tests import factories
from tests.factories import a_photo
from tests.formats.brought import package, pdf, photo
from tests.teams.sample_reports import DRAFTED, moment, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NAME = "现场 “通车”.pdf"


@pytest.fixture(autouse=True)
def english_pages(client):
    """Pages are read in English."""
    client.cookies["vanguard_language"] = "en"


def upload(name, content):
    return SimpleUploadedFile(name, content)


def brought(name, content):
    return read_uploads([upload(name, content)])


@pytest.fixture
def piece(road, liaison, at):
    """A photo of a task."""
    return attach_evidence(road, a_photo(), caption="通车现场", by=liaison, at=at)[0]


@pytest.fixture
def paper(road, liaison, at):
    """A PDF of a task."""
    return attach_evidence(road, brought(NAME, pdf()), by=liaison, at=at)[0]


@pytest.fixture
def document(road, liaison, at):
    """A Word file of a task."""
    return attach_evidence(road, brought("方案.docx", package()), by=liaison, at=at)[0]


def address(name, piece, kind="task"):
    return reverse(name, args=[kind, piece.pk])


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


READERS = {"office", "leader", "head", "deputy", "liaison", "member"}
STRANGERS = {"centre", "other_head", "former_head", "superuser", "administrator"}


class TestDoors:
    """The owner's readers are answered; everybody else hears that nothing is there."""

    @pytest.mark.parametrize("name", ["evidence", "evidence_file", "evidence_small"])
    @pytest.mark.parametrize("who", sorted(READERS | STRANGERS))
    def test_of_a_task(self, client, request, piece, name, who):
        client.force_login(request.getfixturevalue(who))
        assert client.get(address(name, piece)).status_code == (200 if who in READERS else 404)

    @pytest.mark.parametrize("who", sorted(READERS | STRANGERS))
    def test_of_a_close_out_a_row_and_what_was_submitted(self, client, request, team, period, road, head, who, at):
        closing = factories.make_task(team=team)
        close_out = ask_close_out(closing, statement="完成", by=head, at=at)
        attach_to_entry(team, period, road, a_photo("red"), by=head, at=DRAFTED)
        submitted(team, period, road, closing, by=head)
        pieces = {
            "close-out": attach_evidence(close_out, a_photo("blue"), by=head, at=at)[0],
            "entry": EntryEvidence.objects.get(),
            "submitted": SubmittedEvidence.objects.get(),
        }
        client.force_login(request.getfixturevalue(who))
        answered = {kind: client.get(address("evidence_file", each, kind)).status_code for kind, each in pieces.items()}
        assert answered == dict.fromkeys(pieces, 200 if who in READERS else 404)

    @pytest.mark.parametrize("name", ["evidence", "evidence_file", "evidence_small"])
    def test_what_was_withdrawn_is_there_for_the_office_alone(self, client, piece, head, leader, office, at, name):
        withdraw_evidence(piece, by=head, at=at)
        for person, status in ((head, 404), (leader, 404), (office, 200)):
            client.force_login(person)
            assert client.get(address(name, piece)).status_code == status

    def test_a_key_does_not_open_another_kind(self, client, piece, office):
        client.force_login(office)
        for kind in ("close-out", "entry", "submitted", "nothing"):
            assert client.get(address("evidence_file", piece, kind)).status_code == 404

    def test_who_left_the_team_keeps_nothing(self, client, piece, team, liaison):
        client.force_login(liaison)
        assert client.get(address("evidence_file", piece)).status_code == 200
        team.members.filter(user=liaison).update(left_on=date(2026, 10, 20))
        assert client.get(address("evidence_file", piece)).status_code == 404

    def test_bytes_lie_under_no_address_of_their_own(self, client, piece, office):
        client.force_login(office)
        assert client.get(f"/media/{piece.file.blob.name}").status_code == 404


class TestHandingOut:
    """Bytes leave with headers under which nothing in them can act."""

    @pytest.mark.parametrize(
        ("fixture", "kind", "disposition"),
        [("piece", "image/jpeg", "inline"), ("paper", "application/pdf", "inline"), ("document", None, "attachment")],
    )
    def test_pictures_and_pdf_are_shown_everything_else_is_saved(
        self, client, request, liaison, fixture, kind, disposition
    ):
        row = request.getfixturevalue(fixture)
        client.force_login(liaison)
        response = client.get(address("evidence_file", row))
        with row.file.blob.open() as file:
            assert body(response) == file.read()
        assert response["Content-Type"] == (kind or row.file.media_type)
        assert response["Content-Disposition"].startswith(disposition)
        assert response["Content-Length"] == str(row.file.size)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "private, no-cache"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "script-src" not in policy
        assert policy.startswith("sandbox") == (kind != "application/pdf")

    def test_asked_for_it_is_saved_under_its_own_name(self, client, paper, liaison):
        client.force_login(liaison)
        response = client.get(address("evidence_file", paper) + "?save=1")
        assert response["Content-Disposition"] == (
            "attachment; filename*=utf-8''%E7%8E%B0%E5%9C%BA%20%E2%80%9C%E9%80%9A%E8%BD%A6%E2%80%9D.pdf"
        )
        assert response["Content-Security-Policy"].startswith("sandbox")

    def test_what_is_taken_away_is_recorded_what_is_looked_at_is_not(self, client, piece, document, liaison):
        client.force_login(liaison)
        for url in (
            address("evidence_file", piece),
            address("evidence_small", piece),
            address("evidence", piece),
            address("evidence", document),
        ):
            client.get(url)
        assert not AuditEvent.objects.filter(verb="download_evidence").exists()
        client.get(address("evidence_file", piece) + "?save=1")
        client.get(address("evidence_file", document))
        taken = AuditEvent.objects.filter(verb="download_evidence").order_by("pk")
        assert [(event.by, event.object_id) for event in taken] == [
            (liaison, str(piece.pk)),
            (liaison, str(document.pk)),
        ]

    def test_what_the_browser_has_is_not_sent_again_but_asked_for_again(self, client, piece, liaison, other_head):
        client.force_login(liaison)
        tag = client.get(address("evidence_file", piece))["ETag"]
        again = client.get(address("evidence_file", piece), headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        client.force_login(other_head)
        assert client.get(address("evidence_file", piece), headers={"If-None-Match": tag}).status_code == 404

    def test_a_small_picture_is_small_and_a_paper_has_none(self, client, piece, paper, liaison):
        client.force_login(liaison)
        response = client.get(address("evidence_small", piece))
        assert response["Content-Type"] == "image/jpeg" and response["Cache-Control"].startswith("private")
        assert body(response)[:3] == b"\xff\xd8\xff"
        assert client.get(address("evidence_small", paper)).status_code == 404

    def test_bytes_that_are_lost_are_not_found(self, client, piece, liaison):
        piece.file.blob.storage.delete(piece.file.blob.name)
        client.force_login(liaison)
        assert client.get(address("evidence_file", piece)).status_code == 404


class TestAttaching:
    """Files come with a form, or one by one from a script."""

    def test_to_a_task(self, client, road, liaison, demo_today):
        client.force_login(liaison)
        url = reverse("task_evidence", args=[road.year, road.number])
        files = [upload("a.jpg", photo()), upload("b.pdf", pdf())]
        response = client.post(url, {"files": files, "caption": "通车"}, follow=True)
        assert response.redirect_chain == [(url, 302)]
        assert "2 files attached." in response.content.decode()
        assert [row.caption for row in road.evidence.all()] == ["通车", "通车"]

    def test_one_bad_file_keeps_none_and_is_named(self, client, road, liaison, demo_today):
        client.force_login(liaison)
        url = reverse("task_evidence", args=[road.year, road.number])
        response = client.post(url, {"files": [upload("好.jpg", photo()), upload("坏.pdf", b"MZ")], "caption": "通车"})
        page = response.content.decode()
        assert response.status_code == 422
        assert "The content of “坏.pdf” does not match its file name" in page and "None of the files was saved" in page
        assert "“好.jpg”" not in page and "通车" in page and "Choose the files again" in page
        assert not StoredFile.objects.exists()

    def test_no_file_is_said(self, client, road, liaison, demo_today):
        client.force_login(liaison)
        response = client.post(reverse("task_evidence", args=[road.year, road.number]), {"caption": "x"})
        page = response.content.decode()
        assert response.status_code == 422 and "Choose at least one file." in page
        assert "Choose the files again" not in page

    def test_too_many_at_once_are_refused(self, client, road, liaison, settings, demo_today):
        settings.UPLOAD_FILES = 2
        client.force_login(liaison)
        files = [upload(f"{n}.jpg", photo()) for n in range(3)]
        response = client.post(reverse("task_evidence", args=[road.year, road.number]), {"files": files})
        assert response.status_code == 422 and "the limit is 2 at once" in response.content.decode()

    def test_the_limit_of_the_installation_holds(self, client, road, liaison, settings, demo_today):
        settings.UPLOAD_MEGABYTES = settings.UPLOAD_MEGABYTES | {"document": 1}
        client.force_login(liaison)
        files = [upload("大.pdf", pdf(bytes(1024 * 1024)))]
        response = client.post(reverse("task_evidence", args=[road.year, road.number]), {"files": files})
        assert response.status_code == 422 and "the limit is 1 MB" in response.content.decode()

    def test_a_script_is_answered_with_the_row_of_pictures(self, client, team, period, road, liaison, demo_today):
        client.force_login(liaison)
        url = reverse("entry_evidence", args=[team.code, "2026-10-11", road.year, road.number])
        response = client.post(url, {"files": upload("a.jpg", photo())}, headers={"HX-Request": "true"})
        row = ReportEntry.objects.get().evidence.get()
        assert response.status_code == 200
        assert response.content.decode().strip().startswith("<ul")
        assert address("evidence_small", row, "entry") in response.content.decode()

    def test_a_script_is_told_why_not_in_plain_sentences(self, client, team, period, road, liaison, demo_today):
        client.force_login(liaison)
        url = reverse("entry_evidence", args=[team.code, "2026-10-11", road.year, road.number])
        for files, sentence in (
            (upload("a.exe", b"MZ"), "are not accepted"),
            ([upload("a.jpg", photo()), upload("b.exe", b"MZ")], "are not accepted"),
        ):
            response = client.post(url, {"files": files}, headers={"HX-Request": "true"})
            assert response.status_code == 422 and response["Content-Type"].startswith("text/plain")
            assert sentence in response.content.decode()
        assert not StoredFile.objects.exists()

    def test_what_a_phone_sends_again_is_kept_once(self, client, team, period, road, liaison, demo_today):
        """The answer to the first sending was lost: the second is quiet, and the row has one piece and one event."""
        client.force_login(liaison)
        url = reverse("entry_evidence", args=[team.code, "2026-10-11", road.year, road.number])
        for _time in range(2):
            answer = client.post(url, {"files": [upload("a.jpg", photo())]}, headers={"HX-Request": "true"})
            assert answer.status_code == 200
            assert answer.content.decode().count("<img") == 1
        form = client.get(reverse("report", args=[team.code, "2026-10-11"])).context["form"]
        sent = {bound.html_name: bound.value() or "" for bound in form if "seen" in bound.html_name}
        sent |= {f"row-{road.pk}-files": [upload("a.jpg", photo())], f"row-{road.pk}-text": "通车"}
        assert client.post(reverse("report", args=[team.code, "2026-10-11"]), sent).status_code == 302
        assert EntryEvidence.objects.count() == 1
        assert AuditEvent.objects.filter(verb="attach_evidence").count() == 1

    @pytest.mark.parametrize("who", ["leader", "member", "office"])
    def test_who_only_reads_is_shown_no_form(self, client, request, team, period, road, who, demo_today):
        client.force_login(request.getfixturevalue(who))
        row = client.get(reverse("entry_evidence", args=[team.code, "2026-10-11", road.year, road.number]))
        assert ('type="file"' in row.content.decode()) == (who == "office")
        task = client.get(reverse("task_evidence", args=[road.year, road.number]))
        assert ('type="file"' in task.content.decode()) == (who == "office")

    def test_the_office_enters_what_came_on_paper_in_the_name_of_the_team(
        self, client, team, period, road, office, demo_today
    ):
        client.force_login(office)
        url = reverse("entry_evidence", args=[team.code, "2026-10-11", road.year, road.number])
        assert client.post(url, {"files": upload("a.jpg", photo())}).status_code == 302
        assert AuditEvent.objects.get(verb="attach_evidence").behalf == team.name

    def test_to_a_close_out_while_it_waits(self, client, road, head, liaison, at, demo_today):
        url = reverse("close_out_evidence", args=[road.year, road.number])
        client.force_login(liaison)
        assert client.get(url).status_code == 404
        close_out = ask_close_out(road, statement="完成", by=head, at=at)
        assert client.post(url, {"files": upload("a.jpg", photo())}).status_code == 302
        assert close_out.evidence.count() == 1

    def test_a_wrong_period_or_team_is_not_there(self, client, team, other_team, period, road, office):
        client.force_login(office)
        for code, starts in ((team.code, "2026-10-12"), (team.code, "gestern"), (other_team.code, "2026-10-11")):
            url = reverse("entry_evidence", args=[code, starts, road.year, road.number])
            assert client.get(url).status_code == 404


class TestOnePiece:
    """The page of one piece: described, withdrawn, pointed out."""

    def test_it_is_described(self, client, piece, head, demo_today):
        client.force_login(head)
        data = {"caption": "主路通车", "dated_on": "2026-10-01", "version": 1}
        assert client.post(address("evidence", piece), data).status_code == 302
        piece.refresh_from_db()
        assert (piece.caption, piece.dated_on) == ("主路通车", date(2026, 10, 1))

    def test_somebody_else_s_words_are_shown_beside_one_s_own(self, client, piece, head, demo_today):
        client.force_login(head)
        url = address("evidence", piece)
        client.post(url, {"caption": "甲", "dated_on": "", "version": 1})
        response = client.post(url, {"caption": "乙", "dated_on": "", "version": 1})
        page = response.content.decode()
        assert response.status_code == 409 and "甲" in page and "乙" in page
        assert client.post(url, {"caption": "乙", "dated_on": "", "version": 2}).status_code == 302

    def test_who_only_reads_changes_nothing(self, client, piece, leader, demo_today):
        client.force_login(leader)
        page = client.get(address("evidence", piece)).content.decode()
        assert "<form" not in page.split('id="main"')[-1].replace('class="filters"', "") or "caption" not in page
        data = {"caption": "x", "dated_on": "", "version": 1}
        assert client.post(address("evidence", piece), data).status_code == 403
        assert client.get(address("evidence_withdraw", piece)).status_code == 403
        assert client.post(address("evidence_withdraw", piece)).status_code == 403

    def test_it_is_withdrawn_after_a_question(self, client, piece, head, road, demo_today):
        client.force_login(head)
        page = client.get(address("evidence_withdraw", piece)).content.decode()
        assert "Withdraw “通车现场”?" in page and address("evidence", piece) in page
        assert client.post(address("evidence_withdraw", piece)).url == road.get_absolute_url()
        assert not road.evidence.in_force().exists()

    def test_what_was_submitted_has_no_words_that_change(self, client, team, period, road, head, demo_today):
        attach_to_entry(team, period, road, a_photo(), by=head, at=DRAFTED)
        submitted(team, period, road, by=head)
        kept = SubmittedEvidence.objects.get()
        client.force_login(head)
        assert client.get(address("evidence", kept, "submitted")).status_code == 200
        assert client.post(address("evidence", kept, "submitted"), {"caption": "x", "version": 1}).status_code == 404
        assert client.get(address("evidence_withdraw", kept, "submitted")).status_code == 404
        assert client.post(address("evidence_withdraw", kept, "submitted")).status_code == 404

    def test_once_submitted_the_row_s_piece_is_not_withdrawn(self, client, team, period, road, head, demo_today):
        attach_to_entry(team, period, road, a_photo(), by=head, at=DRAFTED)
        submitted(team, period, road, by=head)
        client.force_login(head)
        piece = EntryEvidence.objects.get()
        assert client.get(address("evidence_withdraw", piece, "entry")).status_code == 409
        assert client.post(address("evidence_withdraw", piece, "entry")).status_code == 409


class TestElsewhere:
    """The same file used twice is pointed out to whoever may know both places."""

    def test_in_another_report_by_its_content_under_another_name(self, team, period, next_period, road, head, office):
        attach_to_entry(team, period, road, a_photo(), by=head, at=DRAFTED)
        submitted(team, period, road, by=head)
        again = brought("另一张.jpg", photo(colour="teal"))
        attach_to_entry(team, next_period, road, again, by=head, at=moment(27))
        report = EntryEvidence.objects.last().owner.report
        (item,) = evidence_of_entries(report, office)[road.pk]
        assert [place.url for place in item.elsewhere] == [f"{period.reports.get().get_absolute_url()}#task-{road.pk}"]

    def test_also_when_it_comes_back_as_it_was_kept(self, road, yards, liaison, at, office):
        (first,) = attach_evidence(road, a_photo(), by=liaison, at=at)
        with first.file.blob.open() as file:
            attach_evidence(yards, brought("b.jpg", file.read()), by=liaison, at=at)
        for task, other in ((road, yards), (yards, road)):
            (item,) = evidence_of_task(task, office)
            assert [place.url for place in item.elsewhere] == [other.get_absolute_url()]

    def test_not_where_one_may_not_look(self, road, liaison, other_team, other_head, at, office):
        foreign = factories.make_task(team=other_team)
        attach_evidence(road, a_photo(), by=liaison, at=at)
        attach_evidence(foreign, a_photo(), by=other_head, at=at)
        assert evidence_of_task(road, liaison)[0].elsewhere == ()
        assert [place.url for place in evidence_of_task(road, office)[0].elsewhere] == [foreign.get_absolute_url()]

    def test_not_after_it_was_withdrawn_there(self, road, yards, liaison, at, office):
        (first,) = attach_evidence(road, a_photo(), by=liaison, at=at)
        attach_evidence(yards, a_photo(), by=liaison, at=at)
        withdraw_evidence(first, by=liaison, at=at)
        assert evidence_of_task(yards, office)[0].elsewhere == ()

    def test_its_own_submission_is_no_other_place(self, team, period, road, head):
        attach_to_entry(team, period, road, a_photo(), by=head, at=DRAFTED)
        report = submitted(team, period, road, by=head)
        (submission,) = report.submissions.all()
        assert evidence_of_submissions([submission.pk], head)[submission.pk][road.pk][0].elsewhere == ()

    def test_it_is_said_when_it_is_attached(self, client, road, yards, liaison, at, demo_today):
        attach_evidence(road, a_photo(), by=liaison, at=at)
        client.force_login(liaison)
        url = reverse("task_evidence", args=[yards.year, yards.number])
        response = client.post(url, {"files": upload("b.jpg", photo(colour="teal"))}, follow=True)
        assert f"The same file is also used in: task {road}" in response.content.decode()

    def test_many_pieces_cost_no_more_queries(self, road, yards, liaison, at, office, query_budget):
        for colour in ("red", "blue", "green", "navy", "gold", "pink"):
            attach_evidence(road, a_photo(colour), by=liaison, at=at)
            attach_evidence(yards, a_photo(colour), by=liaison, at=at)
        with query_budget("exhibits", "any number of pieces"):
            items = exhibits(TaskEvidence.objects.visible_to(office), office)
        assert len(items) == 12 and all(len(item.elsewhere) == 1 for item in items)


class TestGallery:
    """All the evidence of a team, by day; narrowed; as a zip for the office."""

    @pytest.fixture
    def full(self, team, period, road, yards, head, liaison, at):
        """A photo of a row, one of a task, a paper of a close-out, and one of another team."""
        attach_to_entry(team, period, road, a_photo("red"), by=head, at=DRAFTED, caption="铺路")
        attach_evidence(yards, a_photo("blue"), by=liaison, at=at, caption="验收", dated_on=date(2026, 10, 25))
        close_out = ask_close_out(road, statement="完成", by=head, at=at)
        attach_evidence(close_out, brought("验收单.pdf", pdf()), by=head, at=at)
        other = factories.TeamFactory(action=team.action)
        attach_evidence(
            factories.make_task(team=other),
            a_photo("gold"),
            by=factories.MemberFactory(team=other, part="head").user,
            at=at,
            caption="别班",
        )
        return team

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("", ["验收单.pdf", "验收", "铺路"]),
            ("?period=2026-10-11", ["铺路"]),
            ("?period=2026-10-21", ["验收单.pdf", "验收"]),
            ("?period=nonsense", ["验收单.pdf", "验收", "铺路"]),
            ("?q=验收", ["验收单.pdf", "验收"]),
            ("?q=示范走廊", ["验收单.pdf", "铺路"]),
            ("?q=qwerty", []),
            ("?withdrawn=on", []),
        ],
    )
    def test_it_is_by_day_and_narrowed(self, client, full, next_period, office, demo_today, query, shown):
        client.force_login(office)
        response = client.get(reverse("team_evidence", args=[full.code]) + query)
        assert [item.title for _, items in response.context["days"] for item in items] == shown

    def test_by_the_number_of_a_task(self, client, full, yards, office, demo_today):
        client.force_login(office)
        response = client.get(reverse("team_evidence", args=[full.code]) + f"?q={yards.number}")
        assert "验收" in [item.title for _, items in response.context["days"] for item in items]

    def test_the_withdrawn_are_found_by_the_office_alone(self, client, full, office, head, at, demo_today):
        withdraw_evidence(TaskEvidence.objects.get(caption="验收"), by=head, at=at)
        url = reverse("team_evidence", args=[full.code]) + "?withdrawn=on"
        client.force_login(office)
        assert [item.title for _, items in client.get(url).context["days"] for item in items] == ["验收"]
        client.force_login(head)
        response = client.get(url)
        assert "withdrawn" not in response.context["form"].fields
        assert [item.title for _, items in response.context["days"] for item in items] == ["验收单.pdf", "铺路"]

    def test_an_empty_gallery_says_how_it_is_filled(self, client, team, liaison, demo_today):
        client.force_login(liaison)
        page = client.get(reverse("team_evidence", args=[team.code])).content.decode()
        assert "No evidence yet" in page and reverse("team_archive", args=[team.code]) not in page

    @pytest.mark.parametrize("who", ["leader", "head", "member", "other_head", "centre"])
    def test_only_the_office_takes_it_away(self, client, request, full, who):
        client.force_login(request.getfixturevalue(who))
        expected = 403 if who in ("leader", "head", "member") else 404
        assert client.get(reverse("team_archive", args=[full.code])).status_code == expected
        assert not AuditEvent.objects.filter(verb="download_team_evidence").exists()

    def test_the_zip_names_files_by_day_and_task_and_says_what_each_is(
        self, client, full, road, yards, office, demo_today
    ):
        client.force_login(office)
        response = client.get(reverse("team_archive", args=[full.code]))
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Evidence%20of%20")
        archive = zipfile.ZipFile(io.BytesIO(body(response)))
        assert archive.testzip() is None
        assert archive.namelist() == [
            f"2026-10-18 2026-{road.number} 铺路.jpg",
            f"2026-10-25 2026-{yards.number} 验收.jpg",
            f"2026-10-27 2026-{road.number} 验收单.pdf",
            "index.csv",
        ]
        rows = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
        assert [row["File"] for row in rows] == archive.namelist()[:3]
        assert rows[0]["Caption"] == "铺路" and rows[0]["Belongs to"].startswith("report ")
        assert all(StoredFile.objects.filter(sha256=row["SHA-256"]).exists() for row in rows)
        event = AuditEvent.objects.get(verb="download_team_evidence")
        assert event.by == office and '"count":3' in event.change

    def test_it_is_narrowed_like_the_gallery(self, client, full, office, demo_today):
        client.force_login(office)
        response = client.get(reverse("team_archive", args=[full.code]) + "?period=2026-10-11")
        assert len(zipfile.ZipFile(io.BytesIO(body(response))).namelist()) == 2
        assert "2026" in AuditEvent.objects.get(verb="download_team_evidence").change

    def test_two_alike_have_two_names(self, client, team, road, office, liaison, at, demo_today):
        for colour in ("red", "blue"):
            attach_evidence(road, a_photo(colour), caption="现场", by=liaison, at=at)
        client.force_login(office)
        response = client.get(reverse("team_archive", args=[team.code]))
        names = zipfile.ZipFile(io.BytesIO(body(response))).namelist()
        assert len(set(names)) == len(names) == 3

    def test_a_file_that_is_lost_is_said_in_the_table(self, client, team, road, office, piece, demo_today):
        piece.file.blob.storage.delete(piece.file.blob.name)
        client.force_login(office)
        archive = zipfile.ZipFile(io.BytesIO(body(client.get(reverse("team_archive", args=[team.code])))))
        assert archive.namelist() == ["index.csv"]
        assert "the file is missing" in archive.read("index.csv").decode()

    def test_a_caption_that_a_spreadsheet_would_run_is_text(self, client, team, road, office, liaison, at, demo_today):
        attach_evidence(road, a_photo(), caption="=HYPERLINK(1)", by=liaison, at=at)
        client.force_login(office)
        archive = zipfile.ZipFile(io.BytesIO(body(client.get(reverse("team_archive", args=[team.code])))))
        rows = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
        assert rows[0]["Caption"] == "'=HYPERLINK(1)"

    def test_a_full_page_costs_no_more_queries(self, client, team, road, office, liaison, at, demo_today, query_budget):
        for n in range(20):
            attach_evidence(road, a_photo(f"#{n * 12:02x}6040"), by=liaison, at=at)
        client.force_login(office)
        with query_budget("team_evidence", "a full page"):
            assert client.get(reverse("team_evidence", args=[team.code])).status_code == 200
