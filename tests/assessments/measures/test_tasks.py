"""What the measures of key tasks count, and what not."""

from datetime import date

import pytest

from governance.clock import at_time
from teams.ledger.ledger_import import import_ledger
from teams.tasks.assignment import edit_task
from teams.tasks.milestones import NewMilestone, add_milestones, complete_milestone, replace_milestone
from tests.assessments import work
from tests.factories import DepartmentFactory, MemberFactory, make_task
from tests.teams.ledger.file.books import HEADER, book, saved

pytestmark = pytest.mark.django_db


def close(task, asked, *, office, **also):
    """Ask for a task's close-out and have the office decide."""
    asker = MemberFactory(team=task.team).user
    return work.close_out(task, asked=asked, asker=asker, checker=office, **also)


def test_completion_weighs_tasks_by_their_level(team, office, found):
    major = make_task(team=team, title="major", level=3, due_on=date(2026, 8, 31))
    make_task(team=team, title="ordinary", level=1, due_on=date(2026, 9, 30))
    close(major, date(2026, 8, 20), office=office)
    assert found("task_completion_rate") == (3, 4, {"major": "closed_out", "ordinary": "not_closed_out"})


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({"due_on": date(2026, 6, 30)}, "due_earlier"),
        ({"due_on": date(2026, 10, 1)}, "due_later"),
        ({"due_on": None, "ongoing": True}, "no_due_date"),
        ({"due_on": date(2026, 8, 1), "state": "cancelled"}, "cancelled"),
        ({"due_on": date(2026, 8, 1), "state": "suspended"}, "suspended"),
    ],
)
def test_tasks_that_do_not_concern_the_round_are_left_out_with_the_reason(team, found, fields, because):
    make_task(team=team, title="other", **fields)
    assert found("task_completion_rate") == (0, 0, {"other": because})
    assert found("close_out_on_time_rate") == (0, 0, {"other": because})


@pytest.mark.parametrize("due", [work.FIRST, work.LAST])
def test_the_first_and_the_last_day_belong_to_the_round(team, found, due):
    make_task(team=team, title="edge", due_on=due)
    assert found("task_completion_rate")[1] == 1


def test_closed_out_on_paper_is_done_but_never_on_time(team, found):
    make_task(team=team, title="paper", due_on=date(2026, 8, 1), state="closed_out", closed_on=date(2026, 7, 1))
    assert found("task_completion_rate") == (1, 1, {"paper": "closed_on_paper"})
    assert found("close_out_on_time_rate") == (0, 0, {"paper": "closed_on_paper"})


def test_late_then_done_stays_late(team, office, found):
    task = make_task(team=team, title="textbook", due_on=date(2026, 8, 31))
    close(task, date(2026, 9, 10), office=office)
    assert found("task_completion_rate")[:2] == (1, 1)
    assert found("close_out_on_time_rate") == (0, 1, {"textbook": "asked_late"})


def test_on_time_is_judged_by_the_day_of_the_request_not_of_the_decision(team, office, found):
    task = make_task(team=team, title="census", due_on=date(2026, 9, 30))
    close(task, date(2026, 9, 30), decided=date(2026, 10, 9), office=office)
    assert found("close_out_on_time_rate") == (1, 1, {"census": "asked_on_time"})


def test_a_request_sent_back_does_not_count_as_asked(team, office, found):
    task = make_task(team=team, title="hasty", due_on=date(2026, 8, 31))
    close(task, date(2026, 8, 30), accepted=False, office=office)
    assert found("close_out_on_time_rate") == (0, 1, {"hasty": "not_asked"})
    close(task, date(2026, 9, 2), office=office)
    assert found("close_out_on_time_rate") == (0, 1, {"hasty": "asked_late"})


def test_a_request_that_waits_counts_as_asked_but_not_as_closed_out(team, office, found):
    task = make_task(team=team, title="waiting", due_on=date(2026, 9, 30))
    close(task, date(2026, 9, 30), accepted=None, office=office)
    assert found("task_completion_rate")[:2] == (0, 1)
    assert found("close_out_on_time_rate")[:2] == (1, 1)


def test_what_is_recorded_after_the_cut_off_does_not_count(team, office, found):
    task = make_task(team=team, title="too late", due_on=date(2026, 9, 30))
    close(task, date(2026, 9, 29), decided=date(2026, 10, 16), office=office)
    assert found("task_completion_rate")[:2] == (0, 1)


def test_a_task_moved_by_an_extension_counts_in_the_round_of_its_new_date(team, found):
    task = make_task(team=team, title="moved", due_on=date(2026, 9, 30))
    work.move(task, at=work.evening(date(2026, 9, 20)), due_on=date(2026, 12, 31))
    assert found("task_completion_rate") == (0, 0, {"moved": "due_later"})


def test_a_task_assigned_after_the_cut_off_is_not_there(team, found):
    make_task(team=team, title="new", due_on=date(2026, 9, 1), at=work.CUT_OFF)
    assert found("task_completion_rate") == (0, 0, {})


def test_requests_sent_back_are_counted_of_those_decided_in_the_round(team, office, found):
    first = make_task(team=team, title="first", due_on=date(2026, 9, 30))
    second = make_task(team=team, title="second", due_on=date(2026, 9, 30))
    close(first, date(2026, 8, 1), accepted=False, office=office)
    close(first, date(2026, 8, 5), office=office)
    close(second, date(2026, 6, 20), accepted=False, office=office)
    close(second, date(2026, 9, 30), decided=date(2026, 10, 2), office=office)
    numerator, denominator, _ = found("close_out_return_rate")
    assert (numerator, denominator) == (1, 2)


def test_a_request_asked_before_and_decided_in_the_round_counts_there(team, office, found):
    task = make_task(team=team, title="early", due_on=date(2026, 9, 30))
    close(task, date(2026, 6, 30), decided=date(2026, 7, 1), office=office)
    assert found("close_out_return_rate") == (0, 1, {"early": "accepted"})


def test_a_request_not_decided_by_the_last_day_is_shown_and_left_out(team, office, found):
    task = make_task(team=team, title="waiting", due_on=date(2026, 9, 30))
    close(task, date(2026, 9, 30), decided=date(2026, 10, 1), office=office)
    assert found("close_out_return_rate") == (0, 0, {"waiting": "undecided"})


def test_each_team_has_its_own_sums(team, other_team, found):
    make_task(team=team, title="ours", level=2, due_on=date(2026, 8, 31))
    make_task(team=other_team, title="theirs", level=1, due_on=date(2026, 8, 31))
    assert found("task_completion_rate")[:2] == (0, 2)
    assert found("task_completion_rate", other_team) == (0, 1, {"theirs": "not_closed_out"})


# Milestones ----------------------------------------------------------------------------------------------------------
DUE = date(2026, 8, 15)


@pytest.fixture
def stepped(team):
    """A task due after the quarter with a milestone in it."""
    return make_task(team=team, title="stepped", due_on=date(2026, 12, 31), milestones=[("half", DUE, 5)])


def done(task, day, *, at, by):
    return complete_milestone(task.milestones.get(replaced_by=None), done_on=day, by=by, at=at)


@pytest.mark.parametrize(
    ("day", "found_as"), [(date(2026, 8, 1), "done_on_time"), (DUE, "done_on_time"), (date(2026, 8, 16), "done_late")]
)
def test_a_milestone_is_in_time_up_to_its_day(stepped, office, found, day, found_as):
    done(stepped, day, at=work.evening(work.LAST), by=office)
    assert found("milestone_on_time_rate") == (int(found_as == "done_on_time"), 1, {"stepped": found_as})


def test_a_milestone_nobody_marked_is_not_done(stepped, found):
    assert found("milestone_on_time_rate") == (0, 1, {"stepped": "not_done"})


def test_a_task_that_is_done_is_done_with_its_milestones(team, office, found):
    early = make_task(team=team, title="early", milestones=[("half", DUE, 1)])
    late = make_task(team=team, title="late", milestones=[("half", DUE, 1)])
    close(early, DUE, decided=date(2026, 9, 1), office=office)
    close(late, date(2026, 8, 16), office=office)
    assert found("milestone_on_time_rate") == (1, 2, {"early": "done_with_task", "late": "not_done"})


def test_a_close_out_that_waits_proves_no_milestone(team, office, found):
    task = make_task(team=team, title="waiting", milestones=[("half", DUE, 1)])
    close(task, DUE, accepted=None, office=office)
    assert found("milestone_on_time_rate") == (0, 1, {"waiting": "not_done"})


def test_of_a_replaced_milestone_the_new_one_counts(stepped, office, found):
    step = NewMilestone(title="half", due_on=date(2026, 9, 20))
    replace_milestone(stepped.milestones.get(), step, reason="x", by=office, at=work.evening(date(2026, 8, 20)))
    assert found("milestone_on_time_rate")[:2] == (0, 1)
    done(stepped, date(2026, 9, 1), at=work.evening(work.LAST), by=office)
    assert found("milestone_on_time_rate") == (1, 1, {"stepped": "done_on_time"})


def test_milestones_are_read_as_known_before_the_cut_off(stepped, office, found):
    before = found("milestone_on_time_rate")
    done(stepped, date(2026, 8, 1), at=work.CUT_OFF, by=office)
    assert found("milestone_on_time_rate") == before
    step = NewMilestone(title="half", due_on=date(2026, 12, 1))
    replace_milestone(stepped.milestones.get(), step, reason="x", by=office, at=work.CUT_OFF)
    add_milestones(stepped, [NewMilestone(title="new", due_on=DUE)], by=office, at=work.CUT_OFF)
    assert found("milestone_on_time_rate") == before


def test_milestones_of_other_days_and_of_tasks_at_rest_are_left_out(team, found):
    for title, day, fields in (
        ("before", date(2026, 6, 30), {}),
        ("after", date(2026, 10, 1), {}),
        ("suspended", DUE, {"state": "suspended"}),
        ("cancelled", DUE, {"state": "cancelled"}),
    ):
        make_task(team=team, title=title, milestones=[("half", day, 1)], **fields)
    reasons = {"before": "due_earlier", "after": "due_later", "suspended": "suspended", "cancelled": "cancelled"}
    assert found("milestone_on_time_rate") == (0, 0, reasons)


# Joint tasks ---------------------------------------------------------------------------------------------------------
def test_joint_tasks_are_those_with_a_department_beside_the_lead(team, office, found):
    joint = make_task(team=team, title="joint", level=3, due_on=DUE, joint=[DepartmentFactory()])
    make_task(team=team, title="open", level=2, due_on=DUE, joint=[DepartmentFactory()])
    alone = make_task(team=team, title="alone", due_on=DUE)
    close(joint, DUE, office=office)
    close(alone, DUE, office=office)
    reasons = {"joint": "closed_out", "open": "not_closed_out", "alone": "no_joint"}
    assert found("joint_task_completion_rate") == (3, 5, reasons)


def test_a_task_is_joint_from_the_ledger_on_that_names_another_department(team, office, found, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    DepartmentFactory(name="县财政局")
    task = make_task(team=team, title="joint", number=1, level=3, due_on=DUE)
    assert found("joint_task_completion_rate") == (0, 0, {"joint": "no_joint"})
    lead = task.lead_department.name
    row = [1, team.name, task.title, "", f"{lead}（牵头）、县财政局", task.start_on, DUE, "40%", "重大", ""]
    ledger = saved(book(("台账", [HEADER, row])))
    import_ledger(task.action, ledger, year=2026, by=office, at=at_time(DUE, 9))
    assert found("joint_task_completion_rate") == (0, 3, {"joint": "not_closed_out"})


def test_joint_is_what_the_task_was_before_the_cut_off(team, office, found):
    task = make_task(team=team, title="task", due_on=DUE)
    edit_task(task, {}, joint=[DepartmentFactory()], by=office, at=work.evening(date(2026, 8, 1)))
    assert found("joint_task_completion_rate")[:2] == (0, 1)
    edit_task(task, {"note": "later word"}, by=office, at=work.evening(date(2026, 8, 2)))
    edit_task(task, {}, joint=[], by=office, at=work.CUT_OFF)
    assert found("joint_task_completion_rate")[:2] == (0, 1)


# Tasks that move between teams ---------------------------------------------------------------------------------------


def test_a_request_sent_back_counts_for_the_team_that_made_it(team, other_team, office, found):
    task = make_task(team=team, title="moved", due_on=date(2026, 9, 30))
    close(task, date(2026, 8, 3), accepted=False, office=office)
    work.move(task, at=at_time(date(2026, 8, 10), 9), team=other_team)
    assert found("close_out_return_rate") == (1, 1, {"moved": "sent_back"})
    assert found("close_out_return_rate", other_team) == (0, 0, {})


@pytest.mark.parametrize(
    ("done_on", "moved_on", "whose", "because"),
    [
        (date(2026, 8, 5), date(2026, 8, 6), "first", "done_on_time"),
        (date(2026, 8, 5), date(2026, 8, 4), "second", "done_on_time"),
        (date(2026, 8, 20), date(2026, 8, 15), "first", "done_late"),
        (None, date(2026, 8, 11), "first", "not_done"),
        (None, date(2026, 8, 10), "second", "not_done"),
    ],
)
def test_a_milestone_counts_for_the_team_that_met_or_missed_its_day(
    team, other_team, office, found, done_on, moved_on, whose, because
):
    task = make_task(team=team, title="road", milestones=[("opened", date(2026, 8, 10), 1)])
    steps = [(moved_on, lambda at: work.move(task, at=at, team=other_team))]
    if done_on:
        steps.append((done_on, lambda at: complete_milestone(task.milestones.get(), done_on=done_on, by=office, at=at)))
    for day, step in sorted(steps, key=lambda each: each[0]):
        step(at_time(day, 9))
    rows = {"first": found("milestone_on_time_rate")[2], "second": found("milestone_on_time_rate", other_team)[2]}
    assert rows == {"first": {}, "second": {}} | {whose: {"road": because}}


@pytest.mark.parametrize(
    ("asked", "moved_on", "whose", "because"),
    [
        (None, date(2026, 9, 1), "first", "not_asked"),
        (None, date(2026, 8, 31), "second", "not_asked"),
        (date(2026, 9, 5), date(2026, 9, 1), "first", "asked_late"),
        (date(2026, 8, 20), date(2026, 8, 25), "first", "asked_on_time"),
    ],
)
def test_a_due_date_is_met_or_missed_by_the_team_that_had_the_task(
    team, other_team, office, found, asked, moved_on, whose, because
):
    task = make_task(team=team, title="census", due_on=date(2026, 8, 31))
    steps = [(moved_on, lambda day: work.move(task, at=at_time(day, 12), team=other_team))]
    if asked:
        steps.append((asked, lambda day: close(task, day, accepted=None, office=office)))
    for day, step in sorted(steps, key=lambda each: each[0]):
        step(day)
    rows = {"first": found("close_out_on_time_rate")[2], "second": found("close_out_on_time_rate", other_team)[2]}
    assert rows == {"first": {}, "second": {}} | {whose: {"census": because}}


def test_a_task_recorded_after_its_milestones_day_counts_for_the_team_it_came_to(team, other_team, found):
    at = at_time(date(2026, 9, 1), 9)
    task = make_task(team=team, title="late", milestones=[("past", date(2026, 8, 10), 1)], at=at)
    work.move(task, at=at_time(date(2026, 9, 20), 9), team=other_team)
    assert found("milestone_on_time_rate") == (0, 1, {"late": "not_done"})
    assert found("milestone_on_time_rate", other_team) == (0, 0, {})
