"""The pages of showcases: the gallery, a showcase with its ladder, the forms, the places of fields."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from governance.clock import SHANGHAI
from governance.registers.todo import TODO_SOURCES, TodoReader
from teams.evidence.attachments import attach_evidence
from teams.meetings.models import FieldPlace, Showcase, ShowcaseCopy, ShowcaseStep
from teams.meetings.showcases.steps import Proof, confirm_step, propose_step
from tests import factories
from tests.teams.meetings.factories import make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "the_day")]

DAY = date(2026, 7, 2)
PAPER = Proof(DAY, level="provincial", issuer="省农业农村厅", document="〔2026〕41号")


@pytest.fixture
def at():
    """An hour before the pages are opened."""
    return datetime(2026, 10, 22, 8, tzinfo=SHANGHAI)


@pytest.fixture
def pilot(team, office, at):
    return make_showcase(team, by=office, at=at)


@pytest.fixture
def proposal(pilot, head, at):
    return propose_step(pilot, step="granted", proof=PAPER, by=head, at=at)


def grant(showcase, head, office, at, proof=PAPER):
    step = propose_step(showcase, step="granted", proof=proof, by=head, at=at)
    return confirm_step(step, proof=proof, by=office, at=at)


# The gallery ---------------------------------------------------------------------------------------------------------


def test_the_gallery_shows_the_furthest_first_and_chips_by_kind(as_office, team, pilot, head, office, at):
    county = Proof(DAY, level="county", issuer="县委办", document="1号")
    for title, proof in (("县级的", county), ("省级的", PAPER)):
        grant(make_showcase(team, by=office, at=at, title=title), head, office, at, proof)
    make_showcase(team, by=office, at=at, kind="brand", title="一宅变四园")
    response = as_office.get(reverse("showcase_list"))
    titles = [plate.showcase.title for plate in response.context["plates"]]
    assert titles == ["省级的", "县级的", "一宅变四园", pilot.title]
    assert [(chip.label, chip.count) for chip in response.context["chips"]] == [
        ("All", 4),
        ("Special brand", 1),
        ("Pilot", 3),
    ]
    assert "Provincial: 1, County: 1, 2 without a level so far" in response.content.decode()
    brands = as_office.get(reverse("showcase_list"), {"kind": "brand"}).context["plates"]
    assert [plate.showcase.title for plate in brands] == ["一宅变四园"]
    assert len(as_office.get(reverse("showcase_list"), {"q": "省级"}).context["plates"]) == 1
    assert "Nothing matches" in as_office.get(reverse("showcase_list"), {"year": 2025}).content.decode()


def test_a_picture_stands_on_the_plate(as_office, pilot, head, at):
    attach_evidence(pilot, factories.a_photo(), by=head, at=at)
    [plate] = as_office.get(reverse("showcase_list")).context["plates"]
    assert plate.picture.is_picture
    assert plate.picture.file_url in as_office.get(reverse("showcase_list")).content.decode()


def test_the_gallery_costs_the_same_for_many(client, office, team, pilot, head, at, django_assert_max_num_queries):
    client.force_login(office)
    for number in range(20):
        showcase = make_showcase(team, by=office, at=at, title=f"项{number}")
        attach_evidence(showcase, factories.a_photo(("red", "blue")[number % 2]), by=head, at=at)
    with django_assert_max_num_queries(30):
        assert client.get(reverse("showcase_list")).status_code == 200


def test_others_find_only_what_is_far_enough(client, pilot, proposal, other_head, office, at):
    client.force_login(other_head)
    assert not client.get(reverse("showcase_list")).context["plates"]
    assert client.get(pilot.get_absolute_url()).status_code == 404
    confirm_step(proposal, proof=PAPER, by=office, at=at)
    assert client.get(pilot.get_absolute_url()).status_code == 200
    assert client.get(reverse("showcase_edit", args=[pilot.pk])).status_code == 403


# One showcase --------------------------------------------------------------------------------------------------------


def test_a_step_is_reported_and_confirmed_on_pages(client, pilot, head, office):
    client.force_login(head)
    url = reverse("step_propose", args=[pilot.pk])
    assert url in client.get(pilot.get_absolute_url()).content.decode()
    typed = {"step": "granted", "on": "2026-07-02", "level": "", "issuer": "", "document": "", "text": ""}
    assert client.post(url, typed).status_code == 422
    client.post(url, typed | {"level": "provincial", "issuer": "省农业农村厅", "document": "41号"})
    step = ShowcaseStep.objects.get()
    client.force_login(office)
    assert "Confirm 1 step" in client.get(reverse("showcase_list"), {"state": "waiting"}).content.decode()
    url = reverse("step_confirm", args=[pilot.pk, step.pk])
    form = client.get(url).context["form"]
    assert form["document"].value() == "41号"
    proof = {
        "on": "2026-07-02",
        "level": "provincial",
        "issuer": "省农业农村厅",
        "document": "〔2026〕41号",
        "text": "",
    }
    assert client.post(url, proof).url == pilot.get_absolute_url()
    shown = client.get(pilot.get_absolute_url()).content.decode()
    assert "Provincial · 省农业农村厅〔2026〕41号" in shown
    assert client.post(url, proof).status_code == 409


def test_a_step_is_withdrawn_on_a_page(client, pilot, proposal, head):
    client.force_login(head)
    url = reverse("step_withdraw", args=[pilot.pk, proposal.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "填错了"})
    assert not ShowcaseStep.objects.waiting().exists()


def test_showcases_are_created_edited_copied_and_judged(client, team, other_team, liaison):
    client.force_login(liaison)
    typed = {
        "team": team.pk,
        "kind": "pilot",
        "title": "试点",
        "year": 2026,
        "text": "",
        "source": "",
        "started_on": "",
    }
    assert client.post(reverse("showcase_new"), typed | {"kind": "learned"}).status_code == 422
    assert client.post(reverse("showcase_new"), typed | {"team": other_team.pk}).status_code == 422
    client.post(reverse("showcase_new"), typed)
    showcase = Showcase.objects.get()
    words = {"title": "试点", "text": "联建", "task": "", "version": showcase.version}
    client.post(reverse("showcase_edit", args=[showcase.pk]), words)
    showcase.refresh_from_db()
    assert showcase.text == "联建"
    copied = {"team": other_team.pk, "township": "", "place": "", "copied_on": "2026-10-01"}
    client.post(reverse("showcase_copy", args=[showcase.pk]), copied)
    assert ShowcaseCopy.objects.get().team == other_team
    assert other_team.short_name in client.get(showcase.get_absolute_url()).content.decode()
    client.post(
        reverse("showcase_new"),
        typed | {"kind": "learned", "source": "某县", "started_on": "2026-08-01", "title": "红"},
    )
    practice = Showcase.objects.get(kind="learned")
    url = reverse("showcase_verdict", args=[practice.pk])
    assert client.get(url).status_code == 200
    client.post(url, {"verdict": "adopted", "version": practice.version})
    practice.refresh_from_db()
    assert practice.verdict == "adopted"
    assert "In use" in client.get(practice.get_absolute_url()).content.decode()


def test_evidence_is_attached_on_its_page(client, pilot, liaison):
    client.force_login(liaison)
    url = reverse("showcase_evidence", args=[pilot.pk])
    assert client.get(url).status_code == 200
    assert pilot.title in client.get(url).content.decode()


# Places and what is to do --------------------------------------------------------------------------------------------


def test_the_office_enters_places_by_month(as_office, team):
    typed = {"team": team.pk, "month": "2026-09", "field": "信访", "place": 2, "out_of": 13, "document": "9号"}
    assert as_office.post(reverse("field_place_new"), typed | {"month": "9月"}).status_code == 422
    assert as_office.post(reverse("field_place_new"), typed | {"place": 14}).status_code == 422
    as_office.post(reverse("field_place_new"), typed)
    assert FieldPlace.objects.get().month == date(2026, 9, 1)
    shown = as_office.get(reverse("field_place_list")).content.decode()
    assert "2026-09" in shown and "<b>2</b> / 13" in shown
    assert as_office.get(reverse("field_place_list"), {"format": "csv"}).status_code == 200


def test_home_lists_steps_to_confirm_and_practices_to_judge(proposal, team, head, action, office, at):
    def lines(person):
        reader = TodoReader(person, at, action)
        names = ("steps to confirm", "practices to judge")
        return [line.title for name in names for line in TODO_SOURCES[name](reader)]

    assert lines(office) == ["1 showcase with a step to confirm"]
    make_showcase(team, by=office, at=at, kind="learned", title="红", source="某县", started_on=date(2026, 8, 1))
    assert lines(head) == ["Say what became of the learned practice “红”"]
