"""The pages of a department and of the centre: what is typed is kept, stale pages are refused, doors are shut."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.figures.supply import supplies
from assessments.figures.supplying import Line, ask_correction, shown_in
from assessments.front.figure_lines import correction_lines, figure_lines
from assessments.models import Figure, FigureDraft, FigureSource
from governance.clock import day_of
from governance.registers.todo import TodoReader
from teams.models import TeamDepartment
from tests.assessments.conftest import ENTERED
from tests.assessments.figures.conftest import Bureau
from tests.factories import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client, bureau):
    """A person of the bureau is signed in, in English."""
    client.cookies["vanguard_language"] = "en"
    client.force_login(bureau.person)
    return client


def signed_in(person):
    """The browser of a person."""
    browser = Client()
    browser.force_login(person)
    browser.get(reverse("figure_list"))
    return browser


def at(name, story, *more, code="T6"):
    return reverse(name, args=[story.round.pk, code, *more])


def typed(story, values=("complete", "partial", "complete", "none"), **more):
    """The form as a browser sends it."""
    rows = supplies(story.round, indicator=story.indicator("T6"))
    data = {"document": "垣统函〔2026〕18号", "basis": "核定表"}
    for row, value in zip(rows, values, strict=True):
        code = row.source.team.code
        data |= {f"value-{code}": value, f"document-{code}": "", f"basis-{code}": "", f"confirm-{code}": ""}
        data[f"seen-{code}"] = row.seen
    return data | more


def test_a_department_types_saves_confirms_and_finds_its_figures_locked(client, bureau, story):
    page = client.get(at("figure_supply", story)).content.decode()
    assert "No value yet" in page and "Confirm 4 figures" not in page
    answer = client.post(at("figure_supply", story), typed(story), follow=True)
    assert "4 figures saved." in answer.content.decode() and "Confirm 4 figures" in answer.content.decode()
    question = client.get(at("figure_confirm", story))
    assert question.status_code == 200 and story.teams[3].short_name in question.content.decode()
    done = client.post(at("figure_confirm", story), question.context["form"].initial, follow=True)
    page = done.content.decode()
    assert "confirmed and locked" in page and f"confirmed by {bureau.person}" in page
    assert page.count("Request a correction</a>") == 4 and '<form class="sheet"' not in page
    assert Figure.objects.count() == 4


def test_what_is_refused_stands_beside_the_field_and_nothing_typed_is_lost(client, story):
    answer = client.post(
        at("figure_supply", story), typed(story, ("complete", "", "complete", "none"), basis="手写的口径")
    )
    assert answer.status_code == 302
    code = story.teams[0].code
    answer = client.post(at("figure_supply", story), typed(story, **{f"none-{code}": "on"}))
    assert answer.status_code == 422
    assert f'id="id_value-{code}_error"' in answer.content.decode()
    assert FigureDraft.objects.get(source__team=story.teams[0]).basis == "手写的口径"


def test_a_stale_page_is_told_what_the_colleague_saved_and_can_be_sent_again(client, bureau, story):
    data = typed(story)
    bureau.save({story.teams[0].code: Line("none")}, by=bureau.colleague)
    answer = client.post(at("figure_supply", story), data)
    assert answer.status_code == 409 and "Nothing was overwritten" in answer.content.decode()
    assert FigureDraft.objects.get().value == "none"
    again = {bound.html_name: bound.value() for bound in answer.context["form"] if bound.value()}
    assert client.post(at("figure_supply", story), again).status_code == 302
    assert FigureDraft.objects.get(source__team=story.teams[0]).value == "complete"


def test_a_page_that_was_open_when_the_figures_were_confirmed_or_the_round_moved_on_is_refused(client, bureau, story):
    data = typed(story, ("none",) * 4)
    bureau.save()
    bureau.confirm()
    assert client.post(at("figure_supply", story), data).status_code == 409
    assert client.get(at("figure_confirm", story)).status_code == 302
    assert client.post(at("figure_confirm", story), {"seen": "x"}).status_code == 409
    story.enter_none()
    story.check()
    answer = client.post(at("figure_supply", story), data)
    assert answer.status_code == 409 and "only while data is being collected" in answer.content.decode()
    assert client.get(at("figure_supply", story)).status_code == 200


def test_a_confirmation_of_what_is_no_longer_shown_is_refused(client, bureau, story):
    bureau.save()
    seen = shown_in(supplies(story.round, indicator=story.indicator("T6"), department=bureau.department))
    bureau.save({story.teams[0].code: Line("none")}, by=bureau.colleague)
    assert client.post(at("figure_confirm", story), {"seen": seen}).status_code == 409
    assert not Figure.objects.exists()


def test_own_figures_of_own_indicators_alone(client, bureau, story, office, superuser):
    bureau.save()
    head = story.heads[story.teams[0].code]
    stranger = UserFactory(department=DepartmentFactory())
    for person in (office, superuser, stranger, head):
        client.force_login(person)
        for name in ("figure_supply", "figure_confirm", "figure_import"):
            assert client.get(at(name, story)).status_code == 404, (person, name)
            assert client.post(at(name, story), typed(story)).status_code == 404, (person, name)
        assert at("figure_supply", story) not in client.get(reverse("figure_list")).content.decode()
    client.force_login(bureau.person)
    assert client.get(at("figure_supply", story, code="T7")).status_code == 404
    assert client.get(reverse("round", args=[story.round.pk])).status_code == 404
    assert client.get(reverse("round_figures", args=[story.round.pk])).status_code == 404


def test_while_the_round_is_being_prepared_nothing_is_shown(client, bureau, story):
    type(story.round).objects.filter(pk=story.round.pk).update(state="preparing")
    assert client.get(at("figure_supply", story)).status_code == 404
    assert at("figure_supply", story) not in client.get(reverse("figure_list")).content.decode()


def test_home_says_what_is_owed_until_it_is_confirmed(client, bureau, story):
    reader = TodoReader(bureau.person, ENTERED)
    [line] = figure_lines(reader)
    assert "0 of 4 confirmed" in line.title and line.url == at("figure_supply", story)
    assert (line.due_on, line.tone) == (day_of(story.round.cut_off_at), "red"), "collecting is over"
    bureau.save()
    bureau.confirm()
    assert not list(figure_lines(reader))
    assert not list(figure_lines(TodoReader(story.centre, ENTERED)))


def test_a_correction_goes_from_the_department_to_the_centre_and_back(client, bureau, story):
    bureau.save()
    bureau.confirm()
    team = story.teams[0]
    where = at("figure_correct", story, team.code)
    assert client.get(where).status_code == 200
    assert client.post(where, {"value": "partial", "reason": ""}).status_code == 422
    assert client.post(where, {"value": "partial", "reason": "漏附分工"}).status_code == 302
    assert client.get(where).status_code == 302  # asked already
    client.force_login(story.centre)
    [line] = correction_lines(TodoReader(story.centre, ENTERED))
    page = client.get(line.url).content.decode()
    correction = Figure.objects.get(source__team=team).corrections.get()
    answering = reverse("correction_answer", args=[story.round.pk, correction.pk])
    assert answering in page
    assert "漏附分工" in client.get(answering).content.decode()
    answer = client.post(answering, {"version": 1, "decision": "decline", "answer": ""})
    assert answer.status_code == 422
    assert client.post(answering, {"version": 9, "decision": "open"}).status_code == 409
    assert client.post(answering, {"version": 1, "decision": "open"}).status_code == 302
    client.force_login(bureau.person)
    page = client.get(at("figure_supply", story)).content.decode()
    assert "Row opened again" in page and "漏附分工" in page and "Confirm 1 figure" in page


def test_the_centre_names_another_supplier_and_a_stale_form_is_refused(client, bureau, story):
    other = DepartmentFactory(name="县审计局")
    client.force_login(story.centre)
    source = FigureSource.objects.filter(indicator__code="T6").first()
    where = reverse("supplier", args=[story.round.pk, source.pk])
    assert str(bureau.department) in client.get(where).content.decode()
    assert client.post(where, {"version": source.version, "department": "没有的局"}).status_code == 422
    assert client.post(where, {"version": source.version, "department": "县审计局"}).status_code == 302
    assert FigureSource.objects.get(pk=source.pk).department == other
    assert client.post(where, {"version": source.version, "department": ""}).status_code == 409


def test_the_centre_countersigns_what_leads_supply(client, bureau, story):
    TeamDepartment.objects.filter(team=story.teams[0], part="lead").update(department=bureau.department)
    client.force_login(story.centre)
    suppliers, where = (reverse(name, args=[story.round.pk]) for name in ("round_suppliers", "round_countersign"))
    assert "own lead department" in client.get(suppliers).content.decode()
    assert client.get(where).status_code == 302
    bureau.save()
    bureau.confirm()
    question = client.get(where)
    assert client.post(where, question.context["form"].initial | {"reason": ""}).status_code == 422
    assert client.post(where, question.context["form"].initial | {"reason": "核对过原表"}).status_code == 302
    assert "not countersigned" not in client.get(suppliers).content.decode()


def test_the_pages_say_until_when_and_what_is_not_needed(client, bureau, story):
    story.leave_out("T6", 0)
    for page in (reverse("figure_list"), at("figure_supply", story)):
        assert "until 2026-10-16 00:00" in client.get(page).content.decode()
    page = client.get(at("figure_supply", story)).content.decode()
    assert "Not needed" in page and f'id="id_value-{story.teams[0].code}"' not in page
    client.force_login(story.centre)
    assert "Left out" in client.get(reverse("round_suppliers", args=[story.round.pk])).content.decode()


def test_the_round_says_what_keeps_it_from_moving_on(client, story):
    client.force_login(story.centre)
    page = client.get(story.round.get_absolute_url()).content.decode()
    assert "is not confirmed for" in page
    assert reverse("round_check", args=[story.round.pk]) not in page


@pytest.mark.parametrize("teams", [4, 12])
def test_pages_ask_the_same_of_the_database_at_two_sizes(django_assert_max_num_queries, story, teams):
    story.until("collecting", teams)
    bureau = Bureau(story).supplies()
    person, centre = signed_in(bureau.person), signed_in(story.centre)
    with django_assert_max_num_queries(14):
        page = person.get(at("figure_supply", story))
    assert page.content.decode().count('class="fig-more"') == teams
    with django_assert_max_num_queries(14):
        assert centre.get(reverse("round_suppliers", args=[story.round.pk])).status_code == 200


def test_a_correction_cannot_be_asked_of_another_departments_figure(client, bureau, story):
    story.enter_none()
    figure = Figure.objects.filter(source__indicator__code="T7").first()
    assert client.get(at("figure_correct", story, figure.source.team.code, code="T7")).status_code == 404
    assert ask_correction(
        Figure.objects.filter(source__indicator__code="T6").first(),
        value="none",
        reason="有数",
        by=bureau.person,
        at=ENTERED,
    )
