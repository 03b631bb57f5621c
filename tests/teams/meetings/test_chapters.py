"""A team's chapter: what a meeting reads of it, and nothing of what is only a draft."""

import json
from datetime import date, timedelta

import pytest

from governance.clock import at_time
from governance.records.verbs import canonical
from teams.meetings.follow_up.agenda_document import agenda_printed, live_document
from teams.meetings.follow_up.chapters import chapters_of, teams_of_meeting
from teams.meetings.models import FieldPlace, Problem, ProblemTeam, Showcase, ShowcaseStep, SupervisionOrder
from teams.models import NextStep, TaskShare
from teams.reports.drafts import save_report
from teams.reports.written import Matter, NextStepLine
from tests import factories
from tests.budgets import counted
from tests.teams.meetings.factories import a_meeting
from tests.teams.sample_reports import accepted, drafted, moment, returned, submitted, written

ON = date(2026, 10, 27)


@pytest.fixture
def period(action):
    return factories.PeriodFactory(action=action)


@pytest.fixture
def next_period(action):
    days = {"starts_on": date(2026, 10, 21), "ends_on": date(2026, 10, 31)}
    return factories.PeriodFactory(action=action, **days, due_at=moment(2, 18, month=11))


@pytest.fixture
def road(team):
    return factories.make_task(team=team, title="示范走廊建设")


def chapter(team, on=ON):
    return chapters_of(team.action, [team], at=at_time(on, 10))[0]


class TestTasks:
    def test_pace_and_lamps_are_those_of_today(self, team, road):
        factories.make_task(team=team, title="红灯", due_on=ON - timedelta(1))
        factories.make_task(team=team, title="已销号", state="closed_out", closed_on=ON, due_on=date(2026, 12, 31))
        found = chapter(team)
        assert found.pace.tasks == 3
        assert {lamp.value: count for lamp, count in found.lamps.items() if count} == {"red": 2, "grey": 1}
        assert [each.standing.task.title for each in found.lit] == ["示范走廊建设", "红灯"]
        assert all(each.sentence for each in found.lit)

    def test_red_ones_come_first(self, team):
        factories.make_task(team=team, title="黄灯", percent=75)
        factories.make_task(team=team, title="红灯", percent=10)
        assert [each.standing.lamp.value for each in chapter(team).lit] == ["red", "yellow"]

    def test_townships_that_have_counted_nothing(self, team):
        task = factories.make_task(team=team, target=10, done=4, unit="个村")
        for done in (0, 4):
            TaskShare.objects.create(task=task, township=factories.TownshipFactory(), target=5, done=done)
        assert [share.done for share in chapter(team).idle_townships] == [0]


class TestReport:
    @pytest.mark.parametrize("make", [submitted, accepted])
    def test_the_latest_that_was_submitted_or_accepted(self, team, period, road, head, office, make):
        more = {"office": office} if make is accepted else {}
        report = make(team, period, road, by=head, **more)
        found = chapter(team).report
        assert found.report == report
        assert [entry.text for entry in found.said] == ["完成二标段路面1.2公里"]
        assert chapter(team).as_json() == {"team": team.code, "period": "2026-10-11"}

    def test_a_draft_is_not_read(self, team, period, next_period, road, head, office):
        assert chapter(team).as_json() == {"team": team.code, "period": None}
        accepted(team, period, road, by=head, office=office)
        drafted(team, next_period, road, by=head, at=moment(27))
        assert chapter(team).report.report.period == period

    def test_one_that_was_returned_is_not_either(self, team, period, road, head, office):
        returned(team, period, road, by=head, office=office)
        assert chapter(team).report is None

    def test_promises_and_what_came_of_them(self, team, period, next_period, road, head, office):
        steps = [NextStepLine("路面交工", date(2026, 10, 30))]
        accepted(team, period, road, by=head, office=office, steps=steps)
        assert [(each.text, each.outcome) for each in chapter(team).promises] == [("路面交工", "")]
        step = NextStep.objects.get()
        draft = save_report(team, next_period, written(road), by=head, at=moment(27))
        NextStep.objects.filter(pk=step.pk).update(outcome="not", followed_in=draft, reason="雨天")
        assert [(each.text, each.outcome) for each in chapter(team).promises] == [("路面交工", "")]
        assert chapter(team).promised == []
        draft.state, draft.first_submitted_at, draft.submitted_at, draft.on_time = "accepted", ON, moment(27), True
        draft.first_submitted_at = moment(27)
        draft.save()
        told = chapter(team).promised
        assert [(each.text, str(each.outcome), each.reason) for each in told] == [("路面交工", step_label(), "雨天")]

    def test_matters_that_nobody_has_answered(self, team, period, road, head, office):
        asked = [Matter("林地手续", factories.DepartmentFactory())]
        accepted(team, period, road, by=head, office=office, matters=asked)
        assert [matter.text for matter in chapter(team).matters] == ["林地手续"]


def step_label():
    return str(NextStep.Outcome.NOT.label)


class TestLoop:
    def test_problems_and_orders_that_are_open(self, team, other_team, road, office, at):
        for number, state in enumerate(("raised", "dropped"), start=1):
            more = {"drop_reason": "不是问题"} if state == "dropped" else {}
            values = {"title": "不符", "found_by": "check", "found_on": ON, "raised_at": at, "raised_by": office}
            problem = Problem.objects.create(action=team.action, number=number, state=state, **values, **more)
            ProblemTeam.objects.create(problem=problem, team=team, joined_at=at)
        for number, state in enumerate(("issued", "acknowledged", "accepted"), start=1):
            SupervisionOrder.objects.create(
                action=team.action,
                series="order",
                year=2026,
                number=number,
                rung="red",
                team=team,
                task=road,
                basis="红灯",
                demand="限期",
                answer_by=ON,
                state=state,
                issued_at=at,
                issued_by=office,
            )
        mine, theirs = chapters_of(team.action, [team, other_team], at=at)
        assert [problem.number for problem in mine.problems] == [1]
        assert [order.number for order in mine.orders] == [1, 2]
        assert (theirs.problems, theirs.orders) == ([], [])

    def test_the_last_place_in_each_field_and_the_highest_step(self, team, office, office2, at):
        for month, place in ((9, 3), (10, 2), (10, 4)):
            FieldPlace.objects.create(
                team=team,
                month=date(2026, month, 1),
                field="村集体经济",
                place=place,
                out_of=17,
                document="市通报",
                at=at + timedelta(minutes=place),
            )
        case = Showcase.objects.create(team=team, year=2026, title="一表通办", kind="brand")
        asked = ShowcaseStep.objects.create(
            showcase=case, number=1, step="seen", act="proposed", proposed_by=office, on=ON, at=at, by=office
        )
        ShowcaseStep.objects.create(
            showcase=case,
            number=2,
            step="seen",
            act="confirmed",
            after=asked,
            proposed_by=office,
            on=ON,
            at=at,
            by=office2,
        )
        found = chapter(team)
        assert [(row.field, row.place) for row in found.places] == [("村集体经济", 4)]
        assert [(each.showcase, each.step.step) for each in found.showcases] == [(case, "seen")]

    def test_first_steps_while_the_team_is_new(self, action, team):
        young = factories.TeamFactory(action=action, established_on=ON - timedelta(10))
        old, new = chapters_of(action, [team, young], at=at_time(ON, 10))
        assert old.beginning is None
        assert new.beginning.day == 10


def test_a_pack_keeps_the_chapters_as_plain_values(team, period, road, head, office, at):
    accepted(team, period, road, by=head, office=office, steps=[NextStepLine("路面交工", ON)])
    TaskShare.objects.create(task=road, township=factories.TownshipFactory(), target=5, done=0)
    meeting = a_meeting(team.action, state="planned", starts_at=at + timedelta(14), held_at=None, chair=None)
    document = live_document(meeting, at)
    assert json.loads(canonical(document)) == document
    [told] = document["chapters"]
    assert (told["team"], told["period"], told["report"]["period"]) == (team.code, "2026-10-11", "10月中旬")
    assert told["head"]["name"] == head.name
    assert told["lit"][0]["lamp"] in ("yellow", "red")
    assert told["promises"] == [{"text": "路面交工", "due": "2026-10-27", "outcome": "", "reason": ""}]
    printed = agenda_printed(meeting, at=at)
    assert printed == {"follow_up": [], "chapters": [{"team": team.code, "period": "2026-10-11"}]}


def test_the_teams_are_those_of_the_day(action, team):
    factories.TeamFactory(action=action, established_on=ON + timedelta(1))
    assert teams_of_meeting(action, ON) == [team]


def test_the_number_of_queries_does_not_grow(action, period, at):
    def team_with_all():
        team = factories.TeamFactory(action=action, established_on=ON - timedelta(30))
        factories.MemberFactory(team=team, part="head")
        factories.make_task(team=team)
        Showcase.objects.create(team=team, year=2026, title="品牌", kind="brand")
        return team

    teams = [team_with_all() for _ in range(8)]
    for team in teams[:2]:
        submitted(team, period, team.tasks.get(), by=team.members.get().user)
    with counted() as few:
        chapters_of(action, teams, at=at)
    teams += [team_with_all() for _ in range(72)]
    with counted() as many:
        assert len(chapters_of(action, teams, at=at)) == 80
    assert len(few) == len(many) <= 24
