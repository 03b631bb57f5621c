"""A kind of evidence that another app registers: one class, and every page of evidence knows it."""

import io
import zipfile
from datetime import datetime

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.urls import path, reverse

from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.file_store import store_upload
from governance.records.models import AuditEvent
from governance.records.refusals import NotAllowed, WrongState
from governance.records.verbs import locked
from governance.urls import urlpatterns as of_the_house
from teams.evidence.attachments import attach_evidence, describe_evidence, is_open, withdraw_evidence
from teams.evidence.gallery import evidence_of, evidence_of_task
from teams.evidence.kinds import KINDS, EvidenceKind, Place, register_kind
from teams.invariants import evidence_invariants
from teams.models import CoreFigure
from teams.models.evidence import Evidence
from teams.views.attachments import AttachView
from tests.factories import a_photo
from tests.formats.brought import photo

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__), pytest.mark.usefixtures("english", "the_day")]


class OfFigure(EvidenceKind):
    """What proves a core figure; the office keeps it while the team works."""

    name = "figure"
    related = ("owner__team",)

    def place_of(self, owner: CoreFigure) -> Place:
        return Place(("figure", owner.pk, 0), f"core figure {owner}", owner.team.get_absolute_url())

    def is_open(self, owner: CoreFigure) -> bool:
        return owner.team.closed_on is None

    def may_attach(self, user: User, owner: CoreFigure) -> bool:
        return may(user, "keep_teams")

    def hold(self, key: int, *, by: User, at: datetime) -> CoreFigure:
        figure = locked(CoreFigure(pk=key), "team")
        require("keep_teams", by)
        if not self.is_open(figure):
            raise WrongState("closed")
        return figure


class FigureEvidenceView(AttachView):
    """The page on which it is attached."""

    @property
    def owner(self) -> CoreFigure:
        return CoreFigure.objects.get(pk=self.kwargs["pk"])


urlpatterns = [path("figures/<int:pk>/evidence/", FigureEvidenceView.as_view(), name="figure_evidence"), *of_the_house]


@pytest.fixture(autouse=True)
def kind(db, monkeypatch):
    """The link model with its table, and the kind registered, as an app does when it is loaded."""

    class FigureEvidence(Evidence):
        team_lookup = "owner__team_id"

        owner = models.ForeignKey(CoreFigure, models.PROTECT, related_name="evidence")

        class Meta(Evidence.Meta):
            app_label = "teams"

    editor = connection.SchemaEditorClass(connection)
    editor.deferred_sql = []
    with connection.cursor() as cursor:
        cursor.execute(*editor.table_sql(FigureEvidence))
    OfFigure.model = FigureEvidence
    register_kind(OfFigure)
    yield KINDS["figure"]
    del KINDS["figure"], CoreFigure.evidence
    apps.all_models["teams"].pop("figureevidence")
    apps.clear_cache()


@pytest.fixture
def figure(team):
    lead = team.departments.get().department
    return CoreFigure.objects.create(team=team, name="达标村", unit="个", target=40, department=lead)


@pytest.fixture
def piece(figure, office, at):
    return attach_evidence(figure, a_photo(), caption="验收现场", by=office, at=at)[0]


def address(name: str, piece: Evidence) -> str:
    return reverse(name, args=["figure", piece.pk])


def test_its_own_rules_say_who_attaches_and_until_when(figure, team, office, head, at):
    [row] = attach_evidence(figure, a_photo(), by=office, at=at)
    assert list(figure.evidence.all()) == [row]
    assert AuditEvent.objects.get(verb="attach_evidence").object_id == str(figure.pk)
    with pytest.raises(NotAllowed):
        attach_evidence(figure, a_photo("red"), by=head, at=at)
    type(team).objects.filter(pk=team.pk).update(closed_on=at.date())
    with pytest.raises(WrongState):
        attach_evidence(figure, a_photo("red"), by=office, at=at)


def test_it_is_described_and_withdrawn_by_those_who_attach(piece, office, head, at):
    with pytest.raises(NotAllowed):
        withdraw_evidence(piece, by=head, at=at)
    described = describe_evidence(piece, caption="复核", dated_on=None, by=office, at=at)
    assert described.caption == "复核" and is_open(piece)
    assert withdraw_evidence(piece, by=office, at=at).withdrawn_by == office


def test_its_pages_are_there_for_the_readers_of_the_owner(sign_in, piece, office, head, other_head):
    for name in ("evidence", "evidence_file", "evidence_small"):
        assert sign_in(head).get(address(name, piece)).status_code == 200
        assert sign_in(other_head).get(address(name, piece)).status_code == 404
    assert sign_in(head).get(address("evidence_withdraw", piece)).status_code == 403
    page = sign_in(office).get(address("evidence", piece)).content.decode()
    assert "core figure 达标村" in page and address("evidence_withdraw", piece) in page
    assert sign_in(office).post(address("evidence_withdraw", piece)).status_code == 302
    piece.refresh_from_db()
    assert piece.withdrawn_at is not None


def test_files_are_attached_on_a_page_like_the_others(sign_in, figure, office, head):
    url = reverse("figure_evidence", args=[figure.pk])
    file = SimpleUploadedFile("a.jpg", photo())
    assert sign_in(office).post(url, {"files": file, "caption": "村口"}).status_code == 302
    [shown] = evidence_of(figure, office)
    assert shown.title == "村口"
    assert shown.small_url in sign_in(head).get(url).content.decode()
    assert not sign_in(head).get(url).context["may_attach"]
    assert sign_in(office).get(url).context["may_attach"]


def test_it_stands_in_the_gallery_beside_the_evidence_of_tasks(sign_in, piece, team, period, road, head, at):
    [other] = attach_evidence(road, a_photo("red"), caption="通车", by=head, at=at)
    gallery = reverse("team_evidence", args=[team.code])

    def shown(**query):
        days = sign_in(head).get(gallery, query).context["days"]
        return {item.piece for _, items in days for item in items}

    assert shown() == {piece, other}
    assert shown(q="验收") == {piece}
    assert shown(q=str(road.number)) == {other}
    assert piece not in {item.piece for item in evidence_of_task(road, head)}


def test_it_is_taken_away_with_the_archive_and_alone(sign_in, piece, team, office):
    response = sign_in(office).get(reverse("team_archive", args=[team.code]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    picture, index = archive.namelist()
    assert picture.endswith("验收现场.jpg")
    assert "core figure 达标村" in archive.read(index).decode()
    sign_in(office).get(address("evidence_file", piece) + "?save=1")
    assert AuditEvent.objects.get(verb="download_evidence").object_id == str(piece.pk)


def test_the_same_file_is_pointed_out_between_kinds(piece, road, head, office, at):
    attach_evidence(road, a_photo(), by=head, at=at)
    [shown] = evidence_of_task(road, office)
    assert [place.words for place in shown.elsewhere] == ["core figure 达标村"]


def test_doctor_asks_about_it(piece, figure, office, at):
    [asked] = [each for each in evidence_invariants() if each.code == "figure_evidence_once"]
    assert list(asked.findings()) == []
    [again] = a_photo()
    type(piece).objects.create(owner=figure, file=store_upload(again, by=office, at=at))
    assert len(list(asked.findings())) == 1
