"""A team's own tally: its values so far, points only before the freeze, and what one row would bring by the engine."""

import random
import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse

from assessments.checking.own_tally import OwnTally, own_tally_seats
from assessments.engine import rate
from assessments.measures import MEASURES
from assessments.models import MeasuredValue, RoundTeam
from assessments.plans import plans
from assessments.rounds.facts_of_round import gather
from governance.clock import at_time
from teams.meetings.models import Clause, OrderAnswer, Problem, ProblemStep, SupervisionOrder
from teams.models import Task
from tests.assessments import loop_work as loop
from tests.assessments import work
from tests.assessments.conftest import FROZEN, OPENED, TRIAL
from tests.budgets import counted
from tests.factories import DepartmentFactory, MemberFactory, make_task

pytestmark = pytest.mark.django_db

LATER = OPENED + timedelta(days=1)


@pytest.fixture
def preparing(story):
    story.until("preparing")
    return story


def tally_of(story, place: int = 0, at: datetime = LATER) -> OwnTally:
    team = story.teams[place]
    seat = RoundTeam.objects.select_related("team", "round__plan__plan").get(round=story.round, team=team)
    return OwnTally(seat, story.heads[team.code], at=at)


def as_frozen(story) -> dict[str, dict[str, Decimal | None]]:
    """Points of the measured indicators by team, rated over all teams from what was frozen."""
    story.round.refresh_from_db()
    facts, _ = gather(story.round, before=FROZEN)
    points = rate(story.plan.rules, facts, story.round.kind)
    return {
        team.code: {code: column.points[place] for code, column in points.columns.items()}
        for place, team in enumerate(facts.teams)
    }


def test_values_and_points_are_what_the_freeze_and_the_engine_find(preparing):
    """At the cut-off the tally of each team equals the frozen values, rated with all teams of the round."""
    tallies = [tally_of(preparing, place, at=FROZEN) for place in range(len(preparing.teams))]
    lines = {tally.team.code: (tally.values, tally.lines) for tally in tallies}
    preparing.freeze()
    rated = as_frozen(preparing)
    compared = 0
    for value in MeasuredValue.objects.select_related("indicator", "round_team__team"):
        values, shown = lines[value.round_team.team.code]
        measure = MEASURES[value.indicator.measure]
        if value.indicator.code in values:
            assert values[value.indicator.code] == measure.value(value.numerator, value.denominator)
        for line in shown:
            if line.code == value.indicator.code and line.rated.points is not None:
                assert line.rated.points == rated[value.round_team.team.code][line.code]
                compared += 1
    assert compared > len(preparing.teams)


# What one row would bring

TURNING = [name for name, measure in MEASURES.items() if measure.turn]
EARLY = at_time(date(2026, 9, 10), 9)
"""A moment in the round when some answers are still due."""
DONE = EARLY.date()
METHODS = (
    '{ name = "ratio", target = 100 }',
    '{ name = "linear", floor = 20, target = 90 }',
    '{ name = "band", bands = [{ from = 90, points = 10 }, { from = 40, points = 6 }, { points = 1 }] }',
)


def replanned(story, measure: str, method: str) -> None:
    """Teams, work and the trial's plan with another measure and method for T3; the round is opened."""
    story.form_teams()
    text = TRIAL.read_text().replace("close_out_on_time_rate", measure)
    text = text.replace('{ name = "linear", floor = 50, target = 100 }', method, 1)
    plan = plans.save_draft(text.encode(), by=story.centre, at=OPENED)
    story.plan = plans.adopt_plan(plan, by=story.centre2, at=OPENED)
    story.open()


def some_rows(team, draw: random.Random) -> None:
    """Open work of each kind, some of it due on a day that is over at `EARLY`, some before the round."""
    for _ in range(draw.randint(1, 5)):
        due = draw.choice([date(2026, 6, 30), date(2026, 8, 31), date(2026, 9, 10), date(2026, 9, 28)])
        task = make_task(team=team, level=draw.randint(1, 3), due_on=due, joint=[DepartmentFactory()])
        loop.problem(team, steps=[("analysed", loop.RAISED, due), ("rectifying", loop.RAISED, due)])
        loop.order(team, task, issued=loop.RAISED, answer_by=due)
        loop.clause(team, due=due)


def do(row_url: str, story) -> None:
    """Do what a row asks for on `DONE`, as verbs would record it."""
    team = story.teams[0]
    for task in Task.objects.all():
        if task.get_absolute_url() == row_url:
            work.close_out(task, asked=DONE, asker=story.heads[team.code], checker=story.office)
    for problem in Problem.objects.all():
        if problem.get_absolute_url() == row_url:
            for number, state in enumerate(("resolved", "closed_out"), problem.steps.count() + 1):
                said = {"state": state, "due_on": problem.due_on, "at": loop.at(DONE, 10 + number), "by": story.office}
                ProblemStep.objects.create(problem=problem, number=number, **said)
    for order in SupervisionOrder.objects.all():
        if order.get_absolute_url() == row_url:
            said = {"text": "text", "at": loop.at(DONE), "by": story.heads[team.code]}
            OrderAnswer.objects.create(order=order, number=1, **said)
    for clause in Clause.objects.select_related("requirement"):
        if clause.requirement.get_absolute_url() == row_url:
            loop.answer(clause, team, DONE)


def frozen_points(story, code: str) -> Decimal | None:
    """The points of the first team once the measures are frozen, rated with all teams; nothing of it stays."""
    with transaction.atomic():
        story.freeze()
        points = as_frozen(story)[story.teams[0].code][code]
        transaction.set_rollback(True)
    story.round.refresh_from_db()
    return points


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("measure", TURNING)
def test_what_a_row_would_bring_is_what_the_engine_finds_once_it_is_done(story, measure, seed):
    """Before: nothing more is done by the cut-off. After: this row alone is done, the round frozen and rated."""
    draw = random.Random(f"{measure} {seed}")
    replanned(story, measure, METHODS[seed])
    for team in story.teams:
        some_rows(team, draw)
    found = [one for one in tally_of(story, at=EARLY).prospects if one.code == "T3"]
    by_due = MEASURES[measure].turn.by_due
    assert not [one for one in found if by_due and one.due_on < EARLY.date()]
    for one in found:
        assert one.before == frozen_points(story, "T3")
        with transaction.atomic():
            do(one.row.url, story)
            assert one.after == frozen_points(story, "T3")
            transaction.set_rollback(True)
        assert one.gain == one.after - one.before > 0


def test_each_kind_of_row_is_found(story):
    """The property above is about something: each measure has rows that would bring points."""
    kinds = {}
    for name in TURNING:
        with transaction.atomic():
            replanned(story, name, METHODS[0])
            draw = random.Random(1)
            for _ in range(4):
                some_rows(story.teams[0], draw)
            kinds[name] = [one for one in tally_of(story, at=EARLY).prospects if one.code == "T3"]
            transaction.set_rollback(True)
        story.teams, story.heads = [], {}
    assert [name for name, found in kinds.items() if not found] == []


def test_only_rates_of_what_is_closed_or_answered_can_be_turned():
    assert set(TURNING) == {
        "task_completion_rate",
        "joint_task_completion_rate",
        "problem_closure_rate",
        "order_answer_on_time_rate",
        "requirement_answer_rate",
    }
    for name in TURNING:
        measure = MEASURES[name]
        assert measure.turn.miss in measure.misses and measure.turn.hit in measure.hits


# Who sees what, and when


def page(client, story, user, place: int = 0, at: datetime = LATER, monkeypatch=None):
    monkeypatch.setattr("assessments.views.own_tally.now", lambda: at)
    client.cookies["vanguard_language"] = "en"
    client.force_login(user)
    return client.get(reverse("own_tally", args=[story.round.pk, story.teams[place].code]))


def test_head_deputy_and_liaison_of_the_team_open_it_and_nobody_else(client, preparing, leader, monkeypatch):
    team = preparing.teams[0]
    own = [MemberFactory(team=team, part=part).user for part in ("deputy", "liaison")] + [preparing.heads[team.code]]
    for user in own:
        assert page(client, preparing, user, monkeypatch=monkeypatch).status_code == 200
        assert [seat.team for seat in own_tally_seats(user)] == [team]
    member = MemberFactory(team=team, part="member").user
    other = preparing.heads[preparing.teams[1].code]
    for user in (member, other, preparing.centre, preparing.office, leader):
        assert page(client, preparing, user, monkeypatch=monkeypatch).status_code == 404
        assert team not in [seat.team for seat in own_tally_seats(user)]


def test_points_are_shown_until_the_freeze_and_values_with_rows_after_it(client, preparing, monkeypatch):
    head = preparing.heads[preparing.teams[0].code]
    before = page(client, preparing, head, monkeypatch=monkeypatch).content.decode()
    assert "This is not a score." in before
    assert re.search(r"<b>\d+\.\d\d</b> / 25", before)
    preparing.freeze()
    after = page(client, preparing, head, at=FROZEN + timedelta(hours=1), monkeypatch=monkeypatch)
    text = after.content.decode()
    assert after.context["tally"].prospects == []
    assert {line.rated for line in after.context["tally"].lines} == {None}
    assert "no points shown" in text and not re.search(r"\d / 25", text)
    frozen = MeasuredValue.objects.get(round_team__team=preparing.teams[0], indicator__code="T1")
    line = next(line for line in after.context["tally"].lines if line.code == "T1")
    assert (line.behind.numerator, line.behind.denominator) == (str(frozen.numerator), str(frozen.denominator))
    assert "摸清家底" in text


def test_from_checking_on_it_leads_to_the_frozen_facts(client, story, monkeypatch):
    story.until("checking")
    team = story.teams[0]
    answer = page(client, story, story.heads[team.code], monkeypatch=monkeypatch)
    assert answer.url == reverse("fact_sheet", args=[story.round.pk, team.code])
    assert own_tally_seats(story.heads[team.code]) == []


def test_what_compares_teams_or_takes_their_mean_has_no_points(story):
    """The plan's mean of the class for a missing value depends on the others as much as a rank does."""
    text = TRIAL.read_text().replace('{ name = "linear", floor = 50, target = 100 }', '{ name = "best" }', 1)
    story.form_teams()
    plan = plans.save_draft(text.encode(), by=story.centre, at=OPENED)
    story.plan = plans.adopt_plan(plan, by=story.centre2, at=OPENED)
    story.open()
    lines = {line.code: line for line in tally_of(story).lines}
    assert lines["T3"].rated.points is None and lines["T3"].value
    early = {line.code: line for line in tally_of(story, at=at_time(work.FIRST, 9)).lines}
    assert (early["T2"].value, early["T2"].rated.points) == ("", None)
    assert early["T2"].rated.why_none == lines["T3"].rated.why_none


def test_once_the_cut_off_is_over_nothing_can_be_made_good(preparing):
    assert tally_of(preparing).prospects
    assert tally_of(preparing, at=FROZEN + timedelta(days=1)).prospects == []
    assert tally_of(preparing, at=FROZEN + timedelta(days=1)).as_of == FROZEN


def test_the_page_costs_the_same_with_more_rows(client, preparing, monkeypatch):
    team = preparing.teams[0]
    asked = []
    for _ in range(2):
        found = page(client, preparing, preparing.heads[team.code], monkeypatch=monkeypatch)
        with counted() as captured:
            client.get(found.request["PATH_INFO"])
        asked.append((len(captured), len(found.context["tally"].prospects)))
        for _ in range(12):
            make_task(team=team, level=2, due_on=date(2026, 9, 25))
    assert asked[0][0] == asked[1][0] and asked[1][1] == asked[0][1] + 12


def test_it_is_reached_from_the_assessment_home_and_the_page_of_the_team(client, preparing):
    team = preparing.teams[0]
    url = reverse("own_tally", args=[preparing.round.pk, team.code])
    for user, is_own in ((preparing.heads[team.code], True), (preparing.office, False)):
        client.force_login(user)
        for address in (reverse("assessment"), team.get_absolute_url(), reverse("home")):
            assert (url in client.get(address).content.decode()) is is_own, address
