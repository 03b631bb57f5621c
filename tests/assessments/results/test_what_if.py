"""The page that tries other points on a published result."""

import re

import pytest
from django.db.models import Value
from django.db.models.functions import Concat
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from assessments.engine.plan import Kind
from assessments.engine.what_if import POINTS
from assessments.models import Result, ResultLine
from assessments.results.what_if import WhatIf
from assessments.words.methods import PARAMETER_WORDS
from teams.models import SpecialTeam, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def result(story) -> Result:
    """The published result of four teams in two classes."""
    story.until("published")
    return Result.objects.get()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def page(client, person, result, query=""):
    """The answer of the page, in English."""
    client.force_login(person)
    client.cookies["vanguard_language"] = "en"
    return client.get(reverse("what_if", args=[result.round_id]) + query)


def test_without_a_change_both_sides_are_the_printed_ranking(result):
    what_if = WhatIf(result, QueryDict())
    lines = list(ResultLine.objects.filter(result=result).order_by("order").select_related("team"))
    assert [move.team for move in what_if.moves] == [line.team.code for line in lines]
    for move, line in zip(what_if.moves, lines, strict=True):
        assert move.before == move.after
        assert (move.after.total, move.after.rank, move.after.grade or "") == (line.total, line.rank, line.grade)
    assert what_if.sentence == "No team changes its rank."
    assert (what_if.changed, what_if.address) == ("", "")


def test_other_weights_say_who_moves_and_through_what(result):
    what_if = WhatIf(result, QueryDict("T2=0&T7=40"))
    assert not what_if.is_refused
    moved = [one for group in what_if.classes for one in group.before if one.move.is_moved]
    assert moved
    for one in moved:
        assert one.name in what_if.sentence
        assert one.difference == one.move.after.total - one.move.before.total
    assert what_if.changed.startswith("T2 ")
    assert "20 → 0" in what_if.changed
    for group in what_if.classes:
        ranks = [one.move.after.rank for one in group.after if one.move.after.rank]
        assert ranks == sorted(ranks)


def test_the_address_keeps_only_what_differs(result, client, leader):
    answer = page(client, leader, result, "?T7=30&T1=25&T2=10&%3Abonus_cap=4&T7%3A%3Aover=1.0")
    assert answer.status_code == 302
    assert answer.url.endswith("/what-if/?T2=10&T7=30")
    assert client.get(answer.url).status_code == 200
    answer = page(client, leader, result, "?T1=25")
    assert answer.url.endswith("/what-if/")


def test_what_the_form_sends_comes_back_as_it_was_typed(result, client, leader):
    """Every field of the page, sent again: the same changes, so the form loses nothing."""
    text = page(client, leader, result, "?%3Abonus_cap=&T2=10&T7=30").content.decode()
    form = re.search(r"<form class=\"trial-form\".*?</form>", text, re.S)[0]
    inputs = {re.search(r'name="([^"]*)"', tag)[1]: tag for tag in re.findall(r"<input[^>]*>", form)}
    sent = QueryDict(mutable=True)
    sent.update({name: re.search(r'value="([^"]*)"', tag)[1] for name, tag in inputs.items()})
    assert page(client, leader, result, "?" + sent.urlencode()).url.endswith("?%3Abonus_cap=&T2=10&T7=30")
    assert "in the plan: 20" in text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("T7=NaN", "must be a number, not “NaN”"),
        ("T7=many", "must be a number, not “many”"),
        ("T7=", "must be a number, not “”"),
        ("T7=-5&T2=45", "must be above 0, not -5"),
        ("T7=1e14", "must be 1000000 or less, not 100000000000000"),
        ("T7=1e999", "must be a number, not “1e999”"),
        (f"T7={'9' * 400}", f"must be a number, not “{'9' * 40}”"),
        ("T7=%F0%9F", "must be a number"),
        ("T7=25", "the base points add up to 105, not 100"),
        ("T7=0", "the base points add up to 80, not 100"),
        ("%3Abonus_cap=-1", "must be 0 or more, not -1"),
        ("%3Abonus_above_base=perhaps", "must be true or false"),
        ("T5%3A%3Afloor=100", "floor and target must differ"),
        ("T7%3A%3Aover=0.5", "must be 1 or more, not 0.5"),
        ("X9=3", "There is nothing called “X9” to change in this plan."),
        ("T7%3A%3Atarget=3", "There is nothing called “T7::target” to change in this plan."),
        ("T4%3A%3Aper=3", "There is nothing called “T4::per” to change in this plan."),
        ("%3Cscript%3E=3", "There is nothing called “&lt;script&gt;” to change in this plan."),
        ("T1=0&T2=0&T3=0&T4=0&T5=0&T6=0&T7=0", "the plan has no base indicator"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(result, client, leader, query, says):
    answer = page(client, leader, result, "?" + query)
    if answer.status_code == 302:
        answer = client.get(answer.url)
    assert answer.status_code == 200
    text = answer.content.decode()
    errors = [" ".join(found.split()) for found in re.findall(r'<p class="error-text"[^>]*>(.*?)</p>', text, re.S)]
    assert any(says in found for found in errors), errors
    assert "slope-names" not in text


def test_nothing_is_stored_and_nothing_is_read_from_live_rows(result, client, leader):
    before = page(client, leader, result, "?T2=10&T7=30").content.decode()
    Task.objects.update(title="改名")
    SpecialTeam.objects.update(name=Concat("name", Value("改")))
    after = page(client, leader, result, "?T2=10&T7=30").content.decode()
    main = re.compile(r"<main.*?</main>", re.S)
    assert main.search(before)[0] == main.search(after)[0]
    assert Result.objects.get().sha256 == result.sha256
    assert client.post(reverse("what_if", args=[result.round_id]), {"T2": "10"}).status_code == 405


def test_a_large_class_is_told_by_the_table_alone(result, client, leader, monkeypatch):
    assert "slope-names" in page(client, leader, result).content.decode()
    monkeypatch.setattr("assessments.results.two_rankings.MOST_DRAWN", 1)
    assert "<table" in page(client, leader, result).content.decode()
    assert all(group.drawn is None for group in WhatIf(result, QueryDict()).classes if len(group.before) > 1)


def test_every_number_of_the_form_has_a_name(result):
    what_if = WhatIf(result, QueryDict())
    assert {slot.name for slot in what_if.slots.values() if slot.row and slot.name != POINTS} <= PARAMETER_WORDS.keys()
    shown = [field.key for _, own in what_if.weights for field in own] + [field.key for field in what_if.caps]
    shown += [field.key for _, _, own in what_if.parameters for field in own]
    assert sorted(shown) == sorted(what_if.slots)
    assert {indicator.kind for indicator in what_if.plan.indicators} == set(Kind)


def test_those_who_compare_teams_find_it_beside_the_result(result, client, leader, story):
    address = reverse("what_if", args=[result.round_id])
    client.force_login(leader)
    assert address in client.get(reverse("results", args=[result.round_id])).content.decode()
    client.force_login(story.heads[story.teams[0].code])
    assert address not in client.get(reverse("results", args=[result.round_id])).content.decode()
