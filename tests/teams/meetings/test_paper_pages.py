"""The pages of papers: downloads at the meeting, order and circular, the office's page of templates."""

import io
import zipfile

import pytest
import time_machine
from django.urls import reverse

from governance.records.models import AuditEvent
from teams.meetings.agenda.packs import bind_pack
from teams.meetings.models import DocumentTemplate
from teams.meetings.papers.registry import PAPERS, Kind
from teams.meetings.papers.templates import template_in_force
from tests.teams.meetings.factories import BEFORE, make_meeting
from tests.teams.meetings.papers.word import lines
from tests.teams.meetings.sample_orders import issued, moment

pytestmark = pytest.mark.django_db

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(autouse=True)
def english(settings, client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture(autouse=True)
def before():
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def meeting(action, secretary, leader, team, head):
    return make_meeting(action, secretary, chair=leader)


def upload(client, content: bytes, *, kind="notice", version=0, name="我们的.docx"):
    file = io.BytesIO(content)
    file.name = name
    return client.post(reverse("document_replace", args=[kind]), {"file": file, "version": version})


class TestMeeting:
    def test_the_page_offers_the_papers_to_those_who_prepare(self, sign_in, meeting, secretary, head):
        shown = sign_in(secretary).get(meeting.get_absolute_url()).content.decode()
        for kind in ("notice", "sign_in", "pack", "script"):
            assert reverse("meeting_paper", args=[meeting.code, kind]) in shown
        assert "Download the folder" in shown and reverse("meeting_paper", args=[meeting.code, "minutes"]) not in shown
        shown = sign_in(head).get(meeting.get_absolute_url()).content.decode()
        assert "/papers/" not in shown and "Download the folder" not in shown

    def test_a_paper_is_saved_under_its_name(self, sign_in, meeting, secretary):
        answer = sign_in(secretary).get(reverse("meeting_paper", args=[meeting.code, "notice"]))
        assert answer["Content-Type"] == WORD and answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert lines(answer.content)[0].endswith("的通知")

    def test_an_unknown_paper_is_not_found(self, sign_in, meeting, office):
        for kind in ("order", "circular", "nonsense"):
            assert sign_in(office).get(reverse("meeting_paper", args=[meeting.code, kind])).status_code == 404

    def test_minutes_that_are_not_issued_are_refused_with_a_reason(self, sign_in, meeting, office):
        answer = sign_in(office).get(reverse("meeting_paper", args=[meeting.code, "minutes"]))
        assert answer.status_code == 409 and "not been issued" in answer.content.decode()

    def test_the_folder_is_one_zip_with_one_event(self, sign_in, meeting, secretary):
        bind_pack(meeting, by=secretary, at=BEFORE)
        answer = sign_in(secretary).post(reverse("meeting_folder", args=[meeting.code]))
        assert answer["Content-Type"] == "application/zip"
        assert len(zipfile.ZipFile(io.BytesIO(answer.content)).namelist()) == 5
        assert AuditEvent.objects.get(verb="take_folder").by == secretary


class TestOrder:
    def test_the_team_takes_its_order_and_another_does_not(self, sign_in, task, office, head, other_head):
        order = issued(task, by=office, at=moment(12))
        address = reverse("order_paper", args=[order.series, order.year, order.number])
        assert address in sign_in(head).get(order.get_absolute_url()).content.decode()
        assert "督　办　单" in lines(sign_in(head).get(address).content)
        assert sign_in(other_head).get(address).status_code == 404


class TestTemplates:
    def test_the_list_says_which_is_in_force(self, sign_in, action, office):
        client = sign_in(office)
        shown = client.get(reverse("document_list")).content.decode()
        assert shown.count("comes with the system") == len(PAPERS)
        upload(client, PAPERS[Kind.NOTICE].original)
        shown = client.get(reverse("document_list")).content.decode()
        assert "no. 1 · 专办甲" in shown and shown.count("comes with the system") == len(PAPERS) - 1

    @pytest.mark.parametrize("kind", Kind.values)
    def test_every_field_is_listed_with_its_meaning(self, sign_in, action, leader, kind):
        shown = sign_in(leader).get(reverse("document", args=[kind])).content.decode()
        for field in PAPERS[Kind(kind)].fields:
            assert f"<code>{field.name}</code>" in shown
            for inner in field.rows:
                assert f"<code>{field.name} › {inner.name}</code>" in shown
        assert "Replace the template" not in shown

    def test_ours_comes_back_as_it_was_taken(self, sign_in, action, office):
        client = sign_in(office)
        answer = client.get(reverse("document_file", args=["notice"]))
        assert answer.content == PAPERS[Kind.NOTICE].original
        assert upload(client, answer.content).status_code == 302
        assert template_in_force(Kind.NOTICE).number == 1
        assert client.post(reverse("document_restore", args=["notice"])).status_code == 409
        assert client.post(reverse("document_restore", args=["notice"]), {"version": 1}).status_code == 302
        assert template_in_force(Kind.NOTICE).is_ours
        assert client.get(reverse("document_original", args=["notice"])).content == answer.content

    def test_the_template_of_another_paper_is_refused_with_the_fields(self, sign_in, action, office):
        answer = upload(sign_in(office), PAPERS[Kind.MINUTES].original)
        shown = answer.content.decode()
        assert answer.status_code == 422 and "mark" in shown and "this paper has no field" in shown
        assert not DocumentTemplate.objects.exists()

    def test_a_file_that_is_no_word_file_is_refused(self, sign_in, action, office):
        answer = upload(sign_in(office), b"%PDF-1.4 nothing", name="a.docx")
        assert answer.status_code == 422 and not DocumentTemplate.objects.exists()

    def test_a_second_person_sees_that_it_was_replaced(self, sign_in, action, office, office2):
        upload(sign_in(office), PAPERS[Kind.NOTICE].original)
        answer = upload(sign_in(office2), PAPERS[Kind.NOTICE].original, version=0)
        assert answer.status_code == 409 and DocumentTemplate.objects.count() == 1

    def test_an_unknown_paper_is_not_found(self, sign_in, action, office):
        assert sign_in(office).get(reverse("document", args=["nonsense"])).status_code == 404
