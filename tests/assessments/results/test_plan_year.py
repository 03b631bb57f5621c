"""A plan's year so far, from published results, against a recomputation of its own (docs/rules.md#year)."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from django.urls import reverse

from assessments.models import AssessmentRound
from assessments.results.plan_year import PlanYear, years_of

pytestmark = pytest.mark.django_db


def lines(year):
    return {row.team: row for group in year.classes for row in group.rows}


def mean(*numbers) -> Decimal:
    exact = Fraction(sum(map(Fraction, numbers))) / len(numbers)
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_only_published_rounds_count_each_part_as_its_mean(action, teams, hold, leader, centre):
    first, second, third, fourth = teams
    july = {first: Decimal("93.40"), second: Decimal("94.05"), third: Decimal(70)}
    august = {first: Decimal("95.12"), second: Decimal("93.88"), third: None, fourth: Decimal(60)}
    hold("July", july)
    hold("August", august)
    hold("September", dict.fromkeys(teams, Decimal(99)), state="scoring")
    year = PlanYear(action, "p", 2026, leader)
    found = lines(year)
    assert {team: line.total for team, line in found.items()} == {
        first: mean(july[first], august[first]),
        second: mean(july[second], august[second]),
        third: mean(july[third]),
        fourth: mean(august[fourth]),
    }
    assert [line.rank for line in found.values()] == [1, 2, 3, 4]
    assert not any(line.grade for line in found.values())
    assert [(part.code, len(part.counted), len(part.open)) for part in year.parts] == [
        ("month", 2, 0),
        ("year_end", 0, 0),
    ]
    assert not year.is_whole
    assert [len(part.open) for part in PlanYear(action, "p", 2026, centre).parts] == [1, 0], "the centre knows of it"


def test_parts_are_weighted_and_the_year_is_whole(action, teams, hold, leader):
    first, second, *_others = teams
    hold("July", {first: Decimal(80), second: Decimal(90)})
    hold("End", {first: Decimal(90), second: Decimal(80)})
    year = PlanYear(action, "p", 2026, leader)
    assert {team: line.total for team, line in lines(year).items()} == {
        first: Decimal("86.00"),
        second: Decimal("84.00"),
    }
    assert year.is_whole


def test_a_veto_of_one_round_counts_for_the_year(action, teams, hold, leader):
    first, second, *_others = teams
    hold("July", {first: Decimal(99), second: Decimal(50)}, void=[first])
    hold("August", {first: Decimal(99), second: Decimal(50)})
    assert list(lines(PlanYear(action, "p", 2026, leader))) == [second, first]


def test_another_year_another_plan_and_an_abandoned_round_do_not_count(action, teams, hold, leader, centre):
    round = hold("July", {teams[0]: Decimal(80)})
    hold("August", {teams[0]: Decimal(10)}, state="abandoned")
    assert PlanYear(action, "p", 2025, leader).rules is None
    assert PlanYear(action, "q", 2026, leader).rules is None
    (line,) = lines(PlanYear(action, "p", 2026, centre)).values()
    assert line.total == Decimal("80.00")
    assert years_of(AssessmentRound.objects.all()) == [(round, 2026)]


def test_the_page_says_so_far_and_draws_ranks_from_three_rounds_on(action, teams, hold, sign_in, head):
    address = reverse("year", args=["p", 2026])
    browser = sign_in(head)
    browser.cookies["vanguard_language"] = "en"
    assert browser.get(address).status_code == 404
    hold("July", {teams[0]: Decimal(80), teams[1]: Decimal(70)})
    hold("August", {teams[0]: Decimal(60), teams[1]: Decimal(70)})
    page = browser.get(address).content.decode()
    assert "2026 so far" in page and "No grades are given" in page and '<svg class="bumps"' not in page
    hold("September", {teams[0]: Decimal(60), teams[1]: Decimal(70)})
    page = browser.get(address).content.decode()
    assert page.count('class="bump-dot"') == 6 and page.count('class="bump"') == 2
    assert f'href="{address}"' in browser.get(reverse("assessment")).content.decode()
    for number in ("0", "10000", "9" * 40):
        assert browser.get(f"/assessment/years/p/{number}/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_rounds(action, teams, hold, leader, django_assert_num_queries):
    for name in ("July", "August", "September"):
        hold(name, dict.fromkeys(teams, Decimal(80)))
    with django_assert_num_queries(6):
        lines(PlanYear(action, "p", 2026, leader))


def test_a_round_in_public_notice_is_hollow_beside_the_rounds_that_count(action, teams, hold, sign_in, head):
    for name in ("July", "August"):
        hold(name, {teams[0]: Decimal(80), teams[1]: Decimal(70)})
    hold("September", {teams[0]: Decimal("61.5"), teams[1]: Decimal(99)}, state="public_notice")
    browser = sign_in(head)
    page = browser.get(reverse("year", args=["p", 2026])).content.decode()
    assert page.count("bump-hollow") == page.count("bump-dashed") == 2
    assert "61.50" in page
    year = PlanYear(action, "p", 2026, head)
    assert [line.total for line in lines(year).values()] == [Decimal("80.00"), Decimal("70.00")], (
        "it does not count yet"
    )
    assert [column.counts for column in year.columns] == [True, True, False]
