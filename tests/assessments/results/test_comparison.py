"""Pages that set teams side by side: what they say follows from the result's document alone."""

import json
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.cache import cache
from django.db.models import Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import translation

from assessments.engine.arithmetic import round_half_up
from assessments.engine.contributions import contributions
from assessments.models import Result
from assessments.results.firmness import Firmness
from assessments.results.scorecards import Scorecard
from assessments.results.versus import MOST_CHOICES, Versus
from assessments.stability import ClosePair, Stability, stability
from assessments.stability.study import ClassStability, TeamStability
from assessments.words.stability import stability_sentence, team_words
from teams.models import SpecialTeam, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def result(story) -> Result:
    """The published result of four teams in two classes."""
    story.until("published")
    return Result.objects.get()


def page(client, person, name, result, query=""):
    """The text of a page about a result, as a person sees it."""
    client.force_login(person)
    return client.get(reverse(name, args=[result.round_id]) + query).content.decode()


def test_the_lines_sum_to_the_difference_of_the_totals(result):
    codes = list(Versus(result).teams)
    for first in codes:
        for second in codes:
            versus = Versus(result, first, second)
            if first == second:
                assert versus.second.code != first
                continue
            exact = sum((line.exact for line in versus.lines), versus.rest)
            assert exact == Fraction(versus.gap) == Fraction(versus.first.total - versus.second.total)
            assert [abs(line.exact) for line in versus.lines] == sorted(
                (abs(line.exact) for line in versus.lines), reverse=True
            )
            assert versus.lines[-1].running + versus.printed_rest == versus.gap
            count, together = versus.others
            assert len(versus.shown) + count == len(versus.lines)
            shown = sum((line.exact for line in versus.shown), versus.rest)
            assert together == versus.printed(exact - shown)


def test_both_sides_show_their_inputs(result, story):
    """What was entered, measured or approved, and who is ahead."""
    with translation.override("en"):
        versus = Versus(result, story.teams[0].code, story.teams[2].code)
        lines = {line.code: line for line in versus.lines}
    assert (lines["T7"].first.words, lines["T7"].second.words) == ("26, own target 24", "0, own target 24")
    assert lines["T7"].first.is_better
    assert not lines["T7"].second.is_better
    assert lines["P1"].first.words == "股份制试点: provincial"
    assert lines["P1"].second.words == "None."
    measured = next(line for line in versus.lines if "100 ×" in line.first.words)
    assert re.fullmatch(r"100 × \d+ ÷ \d+ = [\d.]+ %", measured.first.words)
    assert all(line.rules for line in versus.lines)


def test_teams_are_found_by_code_or_by_a_name_that_only_one_has(result, story):
    first, last = story.teams[0], story.teams[3]
    assert Versus(result, first.code).first.code == first.code
    assert Versus(result, first.name, last.name).second.code == last.code
    lost = Versus(result, "nobody", "")
    assert lost.unknown == ["nobody"]
    assert lost.first.class_code == lost.second.class_code
    assert Versus(result, "专班").unknown == ["专班"]


def test_a_team_without_company_in_its_class_meets_one_of_another(result):
    versus = Versus(result, "", "")
    versus.teams = {code: team for code, team in versus.teams.items() if team.class_code != "B"} | {
        "alone": versus.first.__class__("alone", "Alone", "B", Decimal(1), 1)
    }
    versus.first = versus.teams["alone"]
    assert versus._neighbour().class_code == "A"


def test_nothing_is_read_from_live_rows(result, client, leader):
    """Tasks gone and teams renamed: the pages say what the document says."""
    before = {name: page(client, leader, name, result) for name in ("stability", "versus")}
    cache.clear()
    Task.objects.update(title="改名")
    SpecialTeam.objects.update(name=Concat("name", Value("改")))
    for name, text in before.items():
        main = re.search(r"<main.*?</main>", text, re.S)[0]
        assert main in page(client, leader, name, result)


def test_the_page_says_what_the_document_says(result, client, leader):
    body = json.loads(result.body)
    found = stability(body, result.sha256)
    text = page(client, leader, "stability", result)
    assert f'<span class="hash">{result.sha256[:8]}</span>' in text
    names = {code: known["name"] for code, known in body["facts"]["provenance"]["@teams"].items()}
    client.cookies["vanguard_language"] = "en"
    text = page(client, leader, "stability", result)
    with translation.override("en"):
        assert stability_sentence(found, names) in text
        for of_class in found.classes:
            for team in of_class.teams:
                assert team_words(team, found.draws) in text


def test_everybody_who_sees_the_result_reads_the_sentence_and_only_some_the_figures(result, client, leader, story):
    with translation.override("en"):
        sentence = Firmness(result).sentence
    client.cookies["vanguard_language"] = "en"
    head, address = story.heads[story.teams[0].code], reverse("stability", args=[result.round_id])
    card = reverse("scorecard", args=[result.round_id, story.teams[0].code])
    for person, figures in ((leader, True), (head, False)):
        for text in (page(client, person, "results", result), client.get(card).content.decode()):
            assert sentence in text
            assert (address in text) is figures
        assert ("This team:" in client.get(card).content.decode()) is figures


def test_the_figures_are_computed_once_a_day(result, monkeypatch):
    cache.clear()
    first = Firmness(result).found
    monkeypatch.setattr("assessments.results.firmness.stability", None)
    assert Firmness(Result.objects.get()).found == first


@pytest.mark.parametrize("many", [False, True])
def test_of_many_teams_one_is_typed(result, client, leader, monkeypatch, many):
    monkeypatch.setattr("assessments.results.versus.MOST_CHOICES", 1 if many else MOST_CHOICES)
    text = page(client, leader, "versus", result)
    assert ('type="search" name="a"' in text) is many
    assert ('<select class="select" name="a"' in text) is not many


def test_the_projector_shows_few_lines_and_turns_to_the_next_team(result, client, leader):
    text = page(client, leader, "versus", result, "?screen=1")
    versus = Versus(result)
    assert "versus-screen" in text
    assert text.count('<li class="duel">') == len(versus.shown)
    for team in filter(None, versus.turns):
        assert f"b={team.code}&amp;screen=1" in text


def test_the_next_grade_stands_on_the_scorecard(result, client, centre):
    client.cookies["vanguard_language"] = "en"
    client.force_login(centre)
    told = 0
    for line in result.lines.select_related("team", "result__round__plan"):
        card = Scorecard(line, centre)
        text = client.get(reverse("scorecard", args=[result.round_id, line.team.code])).content.decode()
        found = card.next_grade
        assert ("would take" in text) is (found is not None)
        if found is not None:
            told += 1
            assert f"{found.rise} points more, {found.total} in all" in text
            assert ("Not by one indicator alone." in text) is not bool(card.enough)
    assert told


def test_points_lost_are_ordered_by_what_they_cost_the_total(story, centre):
    """By contributions: where something is left out each point costs more, and the costs are what the base lacks."""
    story.until("collecting")
    story.leave_out()
    story.enter_all()
    story.close()
    scaled = 0
    for line in story.score().lines.select_related("team", "result__round__plan"):
        card = Scorecard(line, centre)
        parts = contributions(card.own["reckoning"])
        shown = [one for one in card.indicators if one.points is not None]
        exact = [abs(parts.scales[one.code]) * Fraction(one.lost) for one in shown]
        assert exact == sorted(exact, reverse=True)
        assert [one.cost for one in shown] == [round_half_up(cost, card.plan.decimals) for cost in exact]
        scaled += [one.lost for one in shown] != [one.cost for one in shown]
        base = sum((cost for one, cost in zip(shown, exact, strict=True) if one.is_base), Fraction(0))
        full = sum((parts.scales[one.code] * Fraction(one.full) for one in shown if one.is_base), Fraction(0))
        earned = sum((parts.parts[one.code] for one in shown if one.is_base), Fraction(0))
        assert base == full - earned
    assert scaled


def test_each_explanation_has_one_line_for_paper(result, centre):
    for line in result.lines.select_related("team", "result__round__plan"):
        for card in Scorecard(line, centre).indicators:
            assert card.brief and "\n" not in card.brief
            told = card.standing or card.steps[-1] == f"{card.points:f}" or card.steps[-1] in card.brief
            assert told, (card.steps, card.brief)


def test_the_trend_takes_rounds_of_the_same_plan_alone(story, centre):
    """Another plan's round of the same kind is no part of the trend."""
    story.until("published")
    line = story.round.results.get().lines.select_related("team", "result__round__plan__plan").get(team=story.teams[0])
    assert [one.round.pk for one in Scorecard(line, centre).ranks] == [story.round.pk]
    line.result.round.plan.plan.code = "another"
    assert Scorecard(line, centre).ranks == []


# The sentence


def firm(kept=9000, *pairs, teams=2):
    """A study of one class."""
    lines = tuple(TeamStability(f"t{n}", n, n, n, n, ((n, 10_000),)) for n in range(1, teams + 1))
    close = tuple(ClosePair(one, other, Fraction(2500)) for one, other in pairs)
    return Stability(1, 10_000, kept, (ClassStability("A", lines, close, (), True),))


def test_the_sentence_names_three_pairs_and_counts_the_others():
    with translation.override("en"):
        assert stability_sentence(firm(9000), {}) == (
            "If each weight were up to a quarter higher or lower: in 9,000 of 10,000 draws no team changes its rank."
        )
        four = [("a", "b"), ("c", "d"), ("e", "f"), ("g", "h")]
        assert stability_sentence(firm(12, *four[:1]), {"a": "Roads"}).endswith("; too close to call: Roads and b.")
        assert stability_sentence(firm(12, *four), {}).endswith("a and b; c and d; e and f and 1 other pair.")
        assert stability_sentence(Stability(1, 10_000, 10_000, ()), {}) == ""


def test_in_chinese_it_reads_as_an_official_would_write():
    with translation.override("zh-hans"):
        assert stability_sentence(firm(12, ("甲", "乙"), ("丙", "丁")), {}) == (
            "假如各项权重上下浮动四分之一：10,000次抽样中，12次各专班位次不变；差距过小，不宜细分先后：甲与乙；丙与丁。"
        )


def test_a_ranking_that_only_rounding_made_is_called_so(result):
    firmness = Firmness(result)
    classes = tuple(
        type(one)(one.class_code, one.teams, one.close, one.influences, False) for one in firmness.found.classes
    )
    assert firmness.caution == ""
    firmness.found = Stability(1, 10_000, 1, classes)
    with translation.override("en"):
        assert "rounding of the printed points decides a rank" in firmness.caution
