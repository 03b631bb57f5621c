"""The pages of the checking days, as teams and the centre use them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.models import FactQuestion, Figure, MeasuredValue
from governance.registers.todo import TODO_SOURCES, TodoReader
from tests.assessments.checking.test_questions import ANSWERED, ask, measured
from tests.assessments.conftest import CHECKED, SCORED
from tests.factories import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def checking(story, monkeypatch):
    """The story in its checking days, on the afternoon of the first."""
    story.until("checking")
    for module in ("assessments.views.checking", "governance.overview.views.home"):
        monkeypatch.setattr(f"{module}.now", lambda: ANSWERED, raising=False)
    return story


def sheet(story, place: int = 0) -> str:
    return reverse("fact_sheet", args=[story.round.pk, story.teams[place].code])


def test_a_team_sees_its_own_facts_without_points_and_nobody_elses(client, checking):
    client.force_login(checking.heads[checking.teams[0].code])
    page = client.get(sheet(checking))
    text = page.content.decode()
    assert page.status_code == 200 and "股份制试点" in text and "建成联合党委" in text
    assert checking.teams[1].name not in text
    assert client.get(sheet(checking, 1)).status_code == 404
    assert client.get(reverse("round_facts", args=[checking.round.pk])).url == sheet(checking)


def test_facts_are_closed_to_teams_before_checking(client, story):
    story.until("collecting")
    client.force_login(story.heads[story.teams[0].code])
    assert client.get(sheet(story)).status_code == 404
    client.force_login(story.centre)
    assert client.get(sheet(story)).status_code == 200


def test_a_head_asks_with_a_file_and_the_centre_corrects_a_row(client, checking):
    head, value = checking.heads[checking.teams[0].code], measured(checking)
    client.force_login(head)
    url = f"{reverse('fact_ask', args=[checking.round.pk, checking.teams[0].code])}?fact={value.indicator.code}"
    form = client.get(url).context["form"]
    said = {"seen": form["seen"].value(), "row": form.fields["row"].choices[1][0]}
    assert client.post(url, said | {"reason": ""}).status_code == 422
    sent = said | {"reason": "该项应计", "files": [SimpleUploadedFile("登记簿.jpg", photo())]}
    assert client.post(url, sent).status_code == 302
    question = FactQuestion.objects.get()
    assert question.evidence.count() == 1 and question.row

    client.force_login(checking.centre)
    url = reverse("question_answer", args=[question.pk])
    page = client.get(url)
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"answer": "属实。"}
    both = client.post(url, data | {"outcome": "stands", "row-0": "set_aside"})
    assert both.status_code == 422 and "outcome" in both.context["form"].errors
    none = client.post(url, data | {"outcome": "corrected", "basis": "收文登记"})
    assert none.status_code == 422
    assert MeasuredValue.objects.filter(number=2).count() == 0
    done = client.post(url, data | {"outcome": "corrected", "row-0": "set_aside", "basis": "收文登记"})
    assert done.status_code == 302
    assert measured(checking).number == 2
    client.force_login(head)
    text = client.get(sheet(checking)).content.decode()
    assert "<del>" in text and "属实。" in text and "收文登记" in text


def test_the_centre_corrects_a_figure_by_its_next_number(client, checking):
    question = ask(checking, "T6")
    client.force_login(checking.centre)
    url = reverse("question_answer", args=[question.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"answer": "更正。", "outcome": "corrected"}
    refused = client.post(url, data | {"value": "partial"})
    assert refused.status_code == 422 and {"document", "basis"} <= refused.context["form"].errors.keys()
    paper = {"document": "专项办〔2026〕21号", "basis": "补交材料"}
    assert client.post(url, data | paper | {"value": "partial"}).status_code == 302
    latest = Figure.objects.filter(source__team=checking.teams[0], source__indicator__code="T6").latest("number")
    assert (latest.number, latest.value) == (2, "partial")


def test_two_answers_at_once_one_wins(client, checking):
    question = ask(checking, "T6")
    client.force_login(checking.centre)
    url = reverse("question_answer", args=[question.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"answer": "维持。", "outcome": "stands"}
    assert client.post(url, data).status_code == 302
    second = client.post(url, data | {"answer": "另答。"})
    assert second.status_code == 409
    question.refresh_from_db()
    assert question.answer == "维持。"
    assert client.get(url).status_code == 302


def test_questions_about_events_are_answered_and_nothing_is_typed(client, checking):
    question = ask(checking, "P1")
    client.force_login(checking.centre)
    url = reverse("question_answer", args=[question.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"answer": "维持。"}
    assert client.post(url, data).status_code == 302
    question.refresh_from_db()
    assert question.state == "stands"


def test_home_says_what_waits_for_the_team_and_for_the_centre(checking):
    def lines(user, at=CHECKED + timedelta(hours=2)):
        reader = TodoReader(user, at, checking.action)
        return [line for name in ("facts to check", "questions about facts") for line in TODO_SOURCES[name](reader)]

    head = checking.heads[checking.teams[0].code]
    assert [line.url for line in lines(head)] == [sheet(checking)]
    assert lines(checking.centre) == []
    ask(checking, "T6")
    assert [(line.count, line.url) for line in lines(checking.centre)] == [
        (1, reverse("round_facts", args=[checking.round.pk]))
    ]
    assert lines(head, SCORED) == []
    assert lines(checking.office) == []
