"""Worked examples of the measures of problems, orders, meetings, decisions, requirements, pilots and new teams."""

from datetime import date, datetime, timedelta

import pytest

from assessments.measures import MEASURES, Measured, Scope
from governance.clock import SHANGHAI
from teams.models import Extension, FirstStep, SpecialTeam
from tests.assessments import loop_work as loop
from tests.assessments import work
from tests.factories import TeamFactory, UserFactory, make_task

pytestmark = pytest.mark.django_db

INSTANT = timedelta(microseconds=1)
MIDNIGHT = datetime(2026, 7, 1, tzinfo=SHANGHAI)
JULY, AUGUST, SEPTEMBER, OCTOBER = date(2026, 7, 15), date(2026, 8, 31), date(2026, 9, 9), date(2026, 10, 9)
AFTER = date(2026, 10, 16)
"""The day of the cut-off, which is its first moment."""


@pytest.fixture
def reasons(scope, team):
    """What a measure finds for the team: numerator, denominator and the reasons in order."""

    def ask(name: str, of: SpecialTeam = team, within: Scope = scope) -> tuple[int, int, list[str]]:
        measured = MEASURES[name].of(within).get(of.pk, MEASURES[name].nothing)
        return measured.numerator, measured.denominator, [row["because"] for row in measured.rows]

    return ask


def way(*states: tuple[str, date]) -> list:
    """Steps of a problem that was due on 31 August when it was analysed."""
    return [("analysed", loop.RAISED, AUGUST), *((state, day, AUGUST) for state, day in states)]


class TestProblems:
    """Closed out, in time, reopened."""

    def test_three_of_four_that_were_due(self, team, reasons):
        """Resolved on the last day, a day late, waiting, and closed out only after the round but before the cut-off."""
        loop.closed_problem(team, due=AUGUST, resolved=AUGUST)
        loop.closed_problem(team, due=AUGUST, resolved=date(2026, 9, 1))
        loop.problem(team, steps=way(("resolved", AUGUST)))
        loop.closed_problem(team, due=AUGUST, resolved=AUGUST, closed=OCTOBER)
        assert reasons("problem_closure_rate") == (
            3, 4, ["closed_out", "closed_out", "not_closed_out", "closed_out"]
        )  # fmt: skip
        assert reasons("problem_on_time_rate") == (
            2, 4, ["resolved_on_time", "resolved_late", "not_closed_out", "resolved_on_time"]
        )  # fmt: skip

    def test_what_is_left_out(self, team, reasons):
        survivor = loop.closed_problem(team, due=AUGUST, resolved=JULY)
        loop.problem(team, steps=way(("merged", JULY)), merged_into=survivor)
        loop.problem(team, steps=[("dropped", JULY, None)])
        loop.problem(team)
        loop.closed_problem(team, due=date(2026, 6, 30), resolved=JULY)
        loop.closed_problem(team, due=date(2026, 10, 1), resolved=JULY)
        left = ["merged", "dropped", "not_analysed", "due_earlier", "due_later"]
        assert reasons("problem_closure_rate") == (1, 1, ["closed_out", *left])
        assert reasons("problem_on_time_rate") == (1, 1, ["resolved_on_time", *left])

    def test_a_common_problem_counts_once_for_each_team(self, action, team, reasons):
        other = TeamFactory(action=action)
        loop.problem(team, other, steps=way(("resolved", JULY), ("closed_out", JULY)))
        assert reasons("problem_closure_rate")[:2] == reasons("problem_closure_rate", other)[:2] == (1, 1)

    def test_reopening_takes_the_closing_back_but_moves_no_date(self, team, reasons):
        """Due in August, reopened in September until 30 November: still of this round, and no longer closed out."""
        november = date(2026, 11, 30)
        steps = way(("resolved", JULY), ("closed_out", JULY))
        loop.problem(team, steps=[*steps, ("rectifying", SEPTEMBER, november)])
        assert reasons("problem_closure_rate") == (0, 1, ["not_closed_out"])
        assert reasons("problem_on_time_rate") == (0, 1, ["reopened"])
        assert reasons("problems_reopened") == (1, 1, ["reopened"])

    def test_closed_out_again_it_counts_as_closed_out_but_not_as_in_time(self, team, reasons):
        days = [("resolved", JULY), ("closed_out", JULY), ("rectifying", AUGUST), ("resolved", AUGUST)]
        loop.problem(team, steps=way(*days, ("closed_out", SEPTEMBER)))
        assert reasons("problem_closure_rate")[:2] == (1, 1)
        assert reasons("problem_on_time_rate")[:2] == (0, 1)

    def test_the_first_accepted_resolution_decides_not_the_first_one(self, team, reasons):
        days = [("resolved", JULY), ("rectifying", JULY), ("resolved", SEPTEMBER), ("closed_out", SEPTEMBER)]
        loop.problem(team, steps=way(*days))
        assert reasons("problem_on_time_rate") == (0, 1, ["resolved_late"])

    def test_a_look_back_closes_nothing_again(self, team, reasons):
        loop.problem(team, steps=way(("resolved", JULY), ("closed_out", JULY), ("closed_out", SEPTEMBER)))
        assert reasons("problem_on_time_rate") == (1, 1, ["resolved_on_time"])
        assert reasons("problems_reopened") == (0, 1, [])

    def test_sent_back_is_not_reopened(self, team, reasons):
        loop.problem(team, steps=way(("resolved", JULY), ("rectifying", JULY)))
        assert reasons("problems_reopened") == (0, 1, [])

    @pytest.mark.parametrize(("day", "times"), [(date(2026, 6, 30), 0), (work.FIRST, 1), (work.LAST, 1), (OCTOBER, 0)])
    def test_reopened_in_the_round(self, team, reasons, day, times):
        loop.problem(team, steps=way(("resolved", loop.RAISED), ("closed_out", loop.RAISED), ("rectifying", day)))
        assert reasons("problems_reopened")[:2] == (times, 1)

    def test_a_team_has_a_problem_from_when_it_joined(self, scope, action, team, reasons):
        """Joined on 9 September at noon: a cut-off at noon does not know it, one an hour later does."""
        other = TeamFactory(action=action)
        loop.problem(team, other, steps=way(("resolved", JULY), ("closed_out", JULY)), joined={other: SEPTEMBER})
        early, later = (
            Scope(scope.action_id, scope.teams, scope.first, scope.last, loop.at(SEPTEMBER, hour)) for hour in (12, 13)
        )
        for name in ("problem_closure_rate", "problem_on_time_rate"):
            assert reasons(name, within=early)[:2] == reasons(name, within=later)[:2] == (1, 1)
            assert reasons(name, other, within=early) == (0, 0, [])
            assert reasons(name, other, within=later)[:2] == (1, 1)

    def test_a_team_answers_for_no_reopening_from_before_it_joined(self, action, team, reasons):
        """Reopened on 31 August at ten and on 9 September; the other team joined on 31 August at noon."""
        other = TeamFactory(action=action)
        days = [("closed_out", JULY), ("rectifying", AUGUST), ("closed_out", AUGUST), ("rectifying", SEPTEMBER)]
        loop.problem(team, other, steps=way(*days), joined={other: AUGUST})
        assert reasons("problems_reopened") == (2, 1, ["reopened", "reopened"])
        assert reasons("problems_reopened", other) == (1, 1, ["reopened"])

    def test_what_is_recorded_from_the_cut_off_on_is_not_known(self, team, reasons):
        loop.problem(team, steps=way(("resolved", JULY), ("closed_out", AFTER)))
        loop.problem(team, steps=[("analysed", AFTER, AUGUST)])
        assert reasons("problem_closure_rate") == (0, 1, ["not_closed_out", "not_analysed"])


class TestOrders:
    """How many were red, and how many were answered by their day."""

    def test_red_orders_of_the_round(self, team, reasons):
        task = make_task(team=team)
        for issued, rung in ((work.FIRST, "red"), (work.LAST, "red"), (OCTOBER, "red"), (JULY, "yellow")):
            loop.order(team, task, issued=issued, rung=rung)
        loop.order(team, task, issued=JULY, void=JULY)
        loop.order(team, task, issued=JULY, void=AFTER)
        assert reasons("orders_red") == (3, 1, ["issued", "void", "issued", "issued"])

    def test_a_team_without_a_red_order_has_a_true_zero(self, team, reasons):
        assert reasons("orders_red") == (0, 1, [])
        assert MEASURES["orders_red"].value(0, 1) == 0

    def test_answered_by_their_day(self, team, reasons):
        """On the day, a day late, never; and the first answer counts, not the better one after it."""
        task = make_task(team=team)
        loop.order(team, task, issued=JULY, answer_by=AUGUST, answers=[AUGUST])
        loop.order(team, task, issued=JULY, answer_by=AUGUST, answers=[date(2026, 9, 1)], rung="yellow")
        loop.order(team, task, issued=JULY, answer_by=AUGUST)
        loop.order(team, task, issued=JULY, answer_by=AUGUST, answers=[JULY, SEPTEMBER])
        loop.order(team, task, issued=JULY, answer_by=AUGUST, answers=[AFTER])
        assert reasons("order_answer_on_time_rate") == (
            2, 5, ["answered_on_time", "answered_late", "not_answered", "answered_on_time", "not_answered"]
        )  # fmt: skip

    def test_what_is_left_out(self, team, reasons):
        task = make_task(team=team)
        loop.order(team, task, issued=loop.RAISED, answer_by=date(2026, 6, 30))
        loop.order(team, task, issued=JULY, answer_by=date(2026, 10, 1), answers=[JULY])
        loop.order(team, task, issued=JULY, answer_by=AUGUST, void=AUGUST, answers=[JULY])
        loop.order(team, task, issued=JULY, rung="reminder")
        loop.order(team, task, issued=JULY, rung="talk", answer_by=AUGUST)
        assert reasons("order_answer_on_time_rate") == (0, 0, ["due_earlier", "due_later", "void"])

    def test_not_yet_due_at_a_cut_off_within_the_days(self, scope, team, reasons):
        """At the first moment of 31 August that day has not passed; a day later it has."""
        loop.order(team, make_task(team=team), issued=JULY, answer_by=AUGUST, answers=[JULY])
        early = Scope(scope.action_id, scope.teams, scope.first, scope.last, loop.at(AUGUST, 0))
        assert reasons("order_answer_on_time_rate", within=early) == (0, 0, ["not_due"])
        later = Scope(scope.action_id, scope.teams, scope.first, scope.last, loop.at(date(2026, 9, 1), 0))
        assert reasons("order_answer_on_time_rate", within=later) == (1, 1, ["answered_on_time"])


class TestAttendance:
    """Whether the heads came."""

    def test_three_of_five_seats(self, team, reasons):
        for day, mark, minutes in (
            (1, "present", 5),
            (2, "stand_in", -1),
            (3, "stand_in", 0),
            (4, "leave", -60),
            (5, "leave", 1),
            (6, "absent", 60),
            (7, "", 0),
            (8, "present", -30),
        ):
            held = loop.meeting(team, date(2026, 7, day), fixed=date(2026, 7, 20))
            loop.seat(team, held, mark, held.starts_at + timedelta(minutes=minutes))
        expected = ["present", "stand_in", "absent", "on_leave", "absent", "absent", "no_head", "present"]
        assert reasons("meeting_attendance_rate") == (3, 6, expected)

    def test_attendance_counts_once_the_minutes_were_first_submitted(self, team, reasons):
        loop.seat(team, loop.meeting(team, JULY))
        loop.seat(team, loop.meeting(team, JULY, fixed=AFTER))
        loop.seat(team, loop.meeting(team, JULY, held=False), "leave")
        assert reasons("meeting_attendance_rate") == (0, 0, ["not_fixed", "not_fixed"])

    @pytest.mark.parametrize(("day", "seats"), [(date(2026, 6, 30), 0), (work.FIRST, 1), (work.LAST, 1), (OCTOBER, 0)])
    def test_meetings_of_the_round(self, team, reasons, day, seats):
        loop.seat(team, loop.meeting(team, day, fixed=day))
        assert reasons("meeting_attendance_rate")[:2] == (seats, seats)


class TestDecisions:
    """Done by the date in force, once for each team."""

    @pytest.fixture
    def held(self, team):
        """A meeting in July."""
        return loop.meeting(team, JULY, fixed=JULY)

    def test_what_the_office_records(self, action, team, held, reasons):
        other = TeamFactory(action=action)
        decided = loop.decision(team, other, of=held, due=AUGUST)
        loop.recorded(decided, team, AUGUST)
        loop.recorded(decided, other, date(2026, 9, 1))
        assert reasons("decision_on_time_rate") == (1, 1, ["done_on_time"])
        assert reasons("decision_on_time_rate", other) == (0, 1, ["done_late"])
        loop.recorded(decided, team, None, on=SEPTEMBER)
        assert reasons("decision_on_time_rate") == (0, 1, ["not_done"])

    def test_the_last_of_its_tasks_decides(self, team, office, held, reasons):
        decided = loop.decision(team, of=held, due=AUGUST)
        first, last, gone = (make_task(team=team, due_on=AUGUST) for _ in range(3))
        for task in (first, last, gone):
            loop.became(decided, team, task)
        work.close_out(first, asked=JULY, asker=UserFactory(), checker=office)
        work.move(gone, at=loop.at(JULY), state="cancelled")
        assert reasons("decision_on_time_rate") == (0, 1, ["not_done"])
        work.close_out(last, asked=AUGUST, decided=SEPTEMBER, asker=UserFactory(), checker=office)
        assert reasons("decision_on_time_rate") == (1, 1, ["done_on_time"])

    def test_when_only_cancelled_tasks_are_left_the_office_says(self, team, held, reasons):
        decided = loop.decision(team, of=held, due=AUGUST)
        gone = make_task(team=team)
        loop.became(decided, team, gone)
        loop.recorded(decided, team, JULY)
        assert reasons("decision_on_time_rate") == (0, 1, ["not_done"])
        work.move(gone, at=loop.at(SEPTEMBER), state="cancelled")
        assert reasons("decision_on_time_rate") == (1, 1, ["done_on_time"])

    def test_closed_on_paper_counts_on_its_day(self, team, held, reasons):
        decided = loop.decision(team, of=held, due=AUGUST)
        task = make_task(team=team)
        loop.became(decided, team, task)
        work.move(task, at=loop.at(OCTOBER), state="closed_out", closed_on=AUGUST)
        assert reasons("decision_on_time_rate") == (1, 1, ["done_on_time"])

    def test_a_problem_counts_through_its_survivor(self, team, held, reasons):
        decided = loop.decision(team, of=held, due=AUGUST)
        last = loop.closed_problem(team, due=AUGUST, resolved=AUGUST, closed=SEPTEMBER)
        middle = loop.problem(team, steps=way(("merged", JULY)), merged_into=last)
        loop.became(decided, team, loop.problem(team, steps=[("merged", JULY, None)], merged_into=middle))
        loop.became(decided, team, loop.problem(team, steps=[("dropped", JULY, None)]))
        assert reasons("decision_on_time_rate") == (1, 1, ["done_on_time"])

    def test_a_problem_that_was_reopened_is_not_done(self, team, held, reasons):
        decided = loop.decision(team, of=held, due=AUGUST)
        steps = way(("resolved", JULY), ("closed_out", JULY), ("rectifying", SEPTEMBER))
        loop.became(decided, team, loop.problem(team, steps=steps))
        assert reasons("decision_on_time_rate") == (0, 1, ["not_done"])

    @pytest.mark.parametrize(
        ("made", "granted_at", "expected"),
        [
            (True, loop.at(AUGUST), (1, 1, ["done_on_time"])),
            (False, loop.at(AUGUST), (0, 1, ["done_late"])),
            (True, loop.at(JULY, 12), (0, 1, ["done_late"])),
            (True, work.CUT_OFF, (0, 1, ["done_late"])),
        ],
        ids=["granted", "of a task it did not make", "before the adoption", "after the cut-off"],
    )
    def test_an_extension_of_a_task_that_it_made_moves_its_date(
        self, team, office, held, reasons, made, granted_at, expected
    ):
        decided = loop.decision(team, of=held, due=AUGUST)
        task = make_task(team=team, due_on=AUGUST)
        loop.became(decided, team, task, made=made)
        Extension.objects.create(
            task=task,
            old_due_on=AUGUST,
            new_due_on=work.LAST,
            reason="reason",
            granted=True,
            asked_by=UserFactory(),
            asked_at=granted_at - timedelta(hours=1),
            decided_by=office,
            decided_at=granted_at,
        )
        work.close_out(task, asked=SEPTEMBER, asker=UserFactory(), checker=office)
        assert reasons("decision_on_time_rate") == expected

    def test_what_is_left_out(self, team, held, reasons):
        loop.decision(team, of=held, due=AUGUST, dropped=work.CUT_OFF - INSTANT)
        loop.decision(team, of=held, due=None)
        loop.decision(team, of=held, due=date(2026, 6, 30))
        loop.decision(team, of=held, due=date(2026, 10, 1))
        loop.decision(team, of=held, due=AUGUST, adopted=work.CUT_OFF)
        left = ["dropped", "no_day", "due_earlier", "due_later"]
        assert reasons("decision_on_time_rate") == (0, 0, left)

    def test_one_that_was_dropped_at_the_cut_off_still_stood(self, scope, team, held, reasons):
        """Dropped on 9 September: a cut-off of that morning counts it, one of the next morning does not."""
        decided = loop.decision(team, of=held, due=AUGUST, dropped=loop.at(SEPTEMBER))
        loop.recorded(decided, team, AUGUST)
        early, later = (
            Scope(scope.action_id, scope.teams, scope.first, scope.last, loop.at(SEPTEMBER, hour)) for hour in (10, 11)
        )
        assert reasons("decision_on_time_rate", within=early) == (1, 1, ["done_on_time"])
        assert reasons("decision_on_time_rate", within=later) == (0, 0, ["dropped"])

    def test_what_is_recorded_from_the_cut_off_on_is_not_known(self, team, held, reasons):
        decided = loop.decision(team, of=held, due=AUGUST)
        loop.recorded(decided, team, AUGUST, on=AFTER)
        assert reasons("decision_on_time_rate") == (0, 1, ["not_done"])
        loop.became(decided, team, make_task(team=team), moment=work.CUT_OFF)
        loop.recorded(decided, team, AUGUST, on=SEPTEMBER)
        assert reasons("decision_on_time_rate") == (1, 1, ["done_on_time"])


class TestRequirements:
    """Clauses answered by each of their teams."""

    def test_the_first_answer_decides(self, team, reasons):
        loop.answer(loop.clause(team, due=AUGUST), team, AUGUST)
        late = loop.clause(team, due=work.LAST, own_due=AUGUST)
        loop.answer(late, team, date(2026, 9, 1))
        loop.clause(team, due=AUGUST)
        after = loop.clause(team, due=AUGUST)
        loop.answer(after, team, AUGUST, moment=work.CUT_OFF)
        assert reasons("requirement_answer_rate") == (
            1, 4, ["answered_on_time", "answered_late", "not_answered", "not_answered"]
        )  # fmt: skip

    def test_the_teams_of_its_tasks_answer_and_not_the_one_that_was_named(self, action, team, reasons):
        other, third = TeamFactory(action=action), TeamFactory(action=action)
        tasks = [make_task(team=other), make_task(team=other), make_task(team=third)]
        loop.answer(loop.clause(team, due=AUGUST, tasks=tasks), other, JULY)
        assert reasons("requirement_answer_rate") == (0, 0, [])
        assert reasons("requirement_answer_rate", other) == (1, 1, ["answered_on_time"])
        assert reasons("requirement_answer_rate", third) == (0, 1, ["not_answered"])

    def test_what_is_left_out(self, team, reasons):
        loop.clause(team, due=AUGUST, named=False, not_ours="无此业务", tasks=[make_task(team=team)])
        loop.clause(team, due=None)
        loop.clause(team, due=date(2026, 6, 30))
        loop.clause(team, due=AUGUST, own_due=date(2026, 10, 1))
        loop.clause(team, due=AUGUST, named=False)
        loop.clause(team, due=date(2026, 10, 20), own_due=AUGUST, received=date(2026, 10, 17))
        assert reasons("requirement_answer_rate") == (0, 0, ["not_ours", "no_day", "due_earlier", "due_later"])


class TestPilots:
    """Each counts once, at its highest level."""

    def test_at_each_level(self, team, reasons):
        loop.pilot(team, ("applied", "", JULY), ("granted", "provincial", AUGUST))
        loop.pilot(team, ("granted", "municipal", JULY), ("running", "", AUGUST))
        loop.pilot(team, ("granted", "county", JULY))
        loop.pilot(team, ("applied", "national", JULY))
        loop.pilot(team, ("confirmed", "national", JULY), kind="brand")
        assert reasons("pilots_national") == (0, 1, ["other_level"] * 3)
        assert reasons("pilots_provincial") == (1, 1, ["other_level", "other_level", "granted"])
        assert reasons("pilots_municipal")[:2] == (1, 1)

    def test_one_that_rises_counts_in_the_round_in_which_it_rose(self, team, reasons):
        loop.pilot(team, ("granted", "municipal", loop.RAISED), ("accepted", "provincial", AUGUST))
        assert reasons("pilots_municipal") == (0, 1, ["other_level"])
        assert reasons("pilots_provincial") == (1, 1, ["granted"])

    def test_its_first_step_at_that_level_gives_the_day(self, team, reasons):
        loop.pilot(team, ("granted", "national", loop.RAISED), ("promoted", "national", AUGUST))
        loop.pilot(team, ("granted", "national", OCTOBER))
        assert reasons("pilots_national") == (0, 1, ["granted_earlier", "granted_later"])

    def test_a_step_that_was_withdrawn_or_confirmed_after_the_cut_off_does_not_count(self, team, reasons):
        gone = loop.pilot(team)
        loop.withdrawn(loop.confirmed(gone, "granted", "national", JULY), loop.at(SEPTEMBER))
        kept = loop.pilot(team)
        loop.withdrawn(loop.confirmed(kept, "granted", "national", JULY), work.CUT_OFF)
        loop.confirmed(loop.pilot(team), "granted", "national", JULY, moment=work.CUT_OFF)
        assert reasons("pilots_national") == (1, 1, ["granted"])


class TestNewTeams:
    """Days until the plan."""

    @pytest.mark.parametrize(
        ("founded", "done", "expected"),
        [
            (date(2026, 9, 16), date(2026, 9, 29), (13, 1, ["plan_submitted"])),
            (date(2026, 9, 16), date(2026, 9, 16), (0, 1, ["plan_submitted"])),
            (date(2026, 9, 16), None, (30, 1, ["plan_missing"])),
            (date(2026, 9, 16), date(2026, 10, 16), (30, 1, ["plan_missing"])),
            (date(2026, 8, 2), date(2026, 9, 1), (30, 1, ["plan_submitted"])),
            (date(2026, 8, 1), date(2026, 9, 1), (0, 0, [])),
            (work.LAST, None, (16, 1, ["plan_missing"])),
            (date(2026, 10, 1), None, (0, 0, [])),
        ],
    )
    def test_from_the_founding_to_the_plan(self, action, reasons, founded, done, expected):
        """A team is new for 60 days: founded on 2 August it is 59 days old on 30 September."""
        new = TeamFactory(action=action, established_on=founded)
        FirstStep.objects.create(team=new, kind="plan", due_on=founded + timedelta(days=15), done_on=done)
        assert reasons("days_to_first_plan", new) == expected

    def test_a_team_without_first_steps_has_no_plan(self, action, reasons):
        assert reasons("days_to_first_plan", TeamFactory(action=action, established_on=work.LAST))[:2] == (16, 1)


def test_nothing_measured_is_a_true_zero_for_counts_only():
    assert MEASURES["problems_reopened"].nothing == Measured(0, 1)
    assert MEASURES["problem_closure_rate"].nothing == Measured(0, 0)
