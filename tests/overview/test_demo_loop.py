"""The story of meetings, problems, orders, requirements, instructions and showcases: facts, and figures by hand."""

import json
from collections import Counter
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from assessments.management.commands.measure import measured
from assessments.measures import MEASURES
from governance.clock import at_time, day_of, end_of
from governance.people.models import CalendarDay
from teams.meetings.ladder import Known, Order, Rung
from teams.meetings.models import (
    Attendance,
    Circular,
    Clause,
    ClauseAnswer,
    Decision,
    DecisionDone,
    DecisionOutcome,
    DismissedProposal,
    FieldPlace,
    InstructionLine,
    LineOutcome,
    Meeting,
    OrderAnswer,
    Problem,
    ProblemStep,
    Requirement,
    Showcase,
    ShowcaseStep,
    SupervisionOrder,
)
from teams.meetings.orders.proposals import proposals_on
from teams.models import CloseOut, Extension, Milestone, Task, TaskVersion
from tests.story import DAY
from tests.teams.meetings.test_ladder import slow

pytestmark = pytest.mark.django_db

CODES = [
    "village-economy",
    "theme-training",
    "member-service",
    "rural-revitalization",
    "property-management",
    "urban-party-building",
    "system-reform",
    "asset-rectification",
]
"""In the order of the document: the team of number n is `CODES[n - 1]`."""

DISPATCH, PROMOTION = "dispatch", "promotion"


def meeting(kind: str, number: int = 1) -> Meeting:
    return Meeting.objects.get(kind=kind, year=2026, number=number)


def marks(kind: str) -> dict[str, tuple[str, date | None]]:
    """The mark of each person on the list who was not simply present, and the day on which it was noted."""
    rows = Attendance.objects.filter(meeting=meeting(kind)).exclude(mark="present")
    return {row.name: (row.mark, row.noted_at and day_of(row.noted_at)) for row in rows}


# Meetings ------------------------------------------------------------------------------------------------------------
def test_two_meetings_were_held_and_a_third_is_prepared(story):
    told = {each.code: (each.state, each.starts_at) for each in Meeting.objects.all()}
    assert told == {
        "dispatch-2026-1": ("minutes_issued", at_time(date(2026, 9, 29), 9)),
        "promotion-2026-1": ("minutes_issued", at_time(date(2026, 10, 20), 15)),
        "dispatch-2026-2": ("planned", at_time(date(2026, 11, 3), 9)),
    }
    numbers = [each.minutes.get().document_number for each in (meeting(DISPATCH), meeting(PROMOTION))]
    assert numbers == [1, 2]


def test_fourteen_are_invited_and_thirteen_came(story):
    assert meeting(PROMOTION).attendances.filter(mark="present").count() == 13
    assert marks(PROMOTION) == {"罗某某": ("leave", date(2026, 10, 19))}
    assert marks(DISPATCH) == {
        "王某某": ("stand_in", date(2026, 9, 28)),
        "沈某某": ("leave", date(2026, 9, 28)),
        "何某某": ("absent", date(2026, 9, 29)),
    }
    chair = meeting(PROMOTION).chair
    assert (chair.name, chair.post) == ("田某某", "县委常委、组织部部长")


def test_who_did_not_come_reports_at_the_next_meeting(story):
    item = meeting(PROMOTION).items.get(team__code="urban-party-building")
    assert (item.continues.meeting, item.continues.state) == (meeting(DISPATCH), "deferred")


def test_all_adopted_decisions_are_work_or_nothing_on_purpose(story):
    assert Decision.objects.filter(state="adopted", settled_at=None).count() == 0
    assert list(Decision.objects.order_by("meeting__starts_at", "number").values_list("makes", flat=True)) == [
        *["nothing"] * 4,
        "own_tasks",
        "existing_task",
        "problem",
        "problem",
        "nothing",
        "existing_task",
    ]


def test_the_first_decision_gave_each_new_team_a_task(story):
    made = DecisionOutcome.objects.filter(made=True, task__isnull=False).order_by("task__number")
    assert [(each.task.number, each.team.code) for each in made] == [(18, CODES[4]), (19, CODES[7])]
    assert {each.task.basis for each in made} == {"第1次推进会议定事项1"}
    for each in made:
        steps = Milestone.objects.filter(task=each.task).order_by("due_on").values_list("due_on", "weight")
        assert list(steps) == [(date(2026, 10, 31), 1), (date(2026, 12, 31), 9)]
        assert each.task.start_on == date(2026, 10, 21)


def test_the_office_recorded_who_did_what_the_dispatch_meeting_decided(story):
    rows = DecisionDone.objects.filter(decision__meeting=meeting(DISPATCH)).order_by("decision__number", "team__order")
    done = [(row.decision.number, CODES.index(row.team.code) + 1, row.done_on.day) for row in rows]
    first = [(1, number, 14 if number == 6 else 9) for number in range(1, 9)]
    assert done == [*first, (2, 8, 12), (4, 4, 21)]


# Follow-up -----------------------------------------------------------------------------------------------------------
def agenda(code: str) -> list[tuple]:
    told = StringIO()
    call_command("agenda", code, "--json", stdout=told)
    rows = json.loads(told.getvalue())["follow_up"]
    return [
        (row["group"], row["of"], row["number"], CODES.index(row["team"]) + 1 if row["team"] else None) for row in rows
    ]


def test_the_pack_of_20_october_keeps_what_was_known_at_two(story, demo_today):
    """Four decisions, eleven rows: nine done, one overdue, one due that day; and a clause that nobody has."""
    done = [("done", "dispatch-2026-1", 1, number) for number in range(1, 9)]
    requirement = str(Requirement.objects.get().pk)
    assert agenda("promotion-2026-1") == [
        ("unmatched", requirement, 3, None),
        ("overdue", "dispatch-2026-1", 4, 4),
        ("due", "dispatch-2026-1", 3, 3),
        *done,
        ("done", "dispatch-2026-1", 2, 8),
    ]


def test_the_next_meeting_opens_with_what_stands_open(story, demo_today):
    requirement, speech = str(Requirement.objects.get().pk), "promotion-2026-1"
    assert agenda("dispatch-2026-2") == [
        ("unmatched", requirement, 3, None),
        ("overdue", "dispatch-2026-1", 3, 3),
        ("due", speech, 2, 8),
        *[("due", speech, 3, number) for number in (3, 5)],
        ("open", speech, 3, 6),
        ("open", speech, 6, 4),
        *[("open", speech, 1, number) for number in (2, 3, 5, 6, 8)],
        ("open", speech, 2, 3),
        *[("open", speech, 4, number) for number in (1, 8)],
        ("open", speech, 4, 7),
        *[("open", speech, 5, number) for number in (1, 2, 3, 4, 6, 7, 8)],
        *[("open", speech, 1, number) for number in (5, 8)],
        ("done", "dispatch-2026-1", 4, 4),
        ("done", speech, 5, 1),
        ("done", speech, 2, 5),
        *[("done", speech, 3, number) for number in (1, 2, 4, 6, 7, 8)],
        *[("done", speech, 1, number) for number in (1, 4, 7)],
        *[("done", speech, 4, number) for number in (1, 4)],
        ("done", speech, 5, 5),
    ]


# Supervision orders --------------------------------------------------------------------------------------------------
def proposed(on: str) -> list[tuple]:
    told = StringIO()
    call_command("propose_orders", "--on", on, "--json", stdout=told)
    return [(row["task"], row["rung"], row["since"]) for row in json.loads(told.getvalue())["proposals"]]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-09-29", [(3, "red", "2026-09-17"), (9, "red", "2026-09-26"), (11, "red", "2026-09-26")]),
        ("2026-09-30", [(12, "reminder", "2026-09-30")]),
        (
            "2026-10-20",
            [
                (4, "reminder", "2026-10-16"),
                (7, "yellow", "2026-06-30"),
                (8, "yellow", "2026-06-30"),
                (13, "yellow", "2026-06-30"),
                (15, "yellow", "2026-09-27"),
            ],
        ),
        ("2026-10-21", [(4, "reminder", "2026-10-16"), (16, "reminder", "2026-10-21")]),
        (
            "2026-10-27",
            [(7, "circular", "2026-10-21"), (10, "reminder", "2026-10-27"), (16, "reminder", "2026-10-21")],
        ),
    ],
)
def test_what_is_proposed_on_an_evening(story, demo_today, on, expected):
    assert proposed(on) == expected


def test_the_orders_that_were_issued(story):
    rows = SupervisionOrder.objects.exclude(rung="reminder").order_by("number")
    assert [(row.number, row.task.number, row.rung, day_of(row.issued_at).day, row.state) for row in rows] == [
        (1, 3, "red", 30, "accepted"),
        (2, 9, "red", 30, "accepted"),
        (3, 8, "yellow", 21, "answered"),
        (4, 13, "yellow", 21, "acknowledged"),
        (5, 7, "red", 21, "issued"),
    ]
    reminders = SupervisionOrder.objects.filter(rung="reminder").order_by("number")
    assert [row.task.number for row in reminders] == [4, 7, 8, 13, 15, 16]
    promises = OrderAnswer.objects.filter(verdict__accepted=True).order_by("order__number")
    assert [row.promised_on for row in promises] == [date(2026, 12, 31), date(2026, 11, 15)]
    assert DismissedProposal.objects.get().task == story.task(15)


def test_the_circular_took_the_number_after_those_on_paper(story):
    circular = Circular.objects.get(number=4)
    assert circular.name.endswith("〔2026〕4号")
    assert {line.team.code: line.kind for line in circular.lines.all()} == {
        "system-reform": "praise",
        "member-service": "named",
    }


def test_the_ranking_of_the_trial_follows_its_publication(story):
    bands = Circular.objects.get(number=5).document["annex"]["bands"]
    assert sum(len(band["rows"]) for band in bands) == 8


def known_on(task: Task, on: date) -> list[Known]:
    """How a task was known, version by version, up to an evening."""
    lit = {"assigned", "acknowledged", "in_progress", "close_out_asked"}
    rows = TaskVersion.objects.filter(task=task, at__lt=end_of(on)).order_by("number")
    return [Known(day_of(row.at), row.state in lit, row.yellow_from, row.red_from) for row in rows]


def orders_on(task: Task, on: date) -> list[Order]:
    """The orders on a task as they stood on an evening."""
    found = []
    end = end_of(on)
    for row in SupervisionOrder.objects.filter(task=task, issued_at__lt=end).order_by("issued_at"):
        answers = [each for each in row.answers.all() if each.at < end]
        verdicts = [each.verdict for each in answers if hasattr(each, "verdict") and each.verdict.at < end]
        accepted = [each for each in verdicts if each.accepted]
        found.append(
            Order(
                row.pk,
                Rung(row.rung),
                day_of(row.issued_at),
                row.answer_by,
                answered=bool(answers),
                sent_back=len(verdicts) - len(accepted),
                accepted=bool(accepted),
                promised_on=accepted[-1].answer.promised_on if accepted else None,
                climbed=SupervisionOrder.objects.filter(climbed_from=row, issued_at__lt=end).exists(),
            )
        )
    return found


def waits_on(task: Task, on: date) -> bool:
    """Whether somebody had asked something about a task that nobody had decided on an evening."""
    end = end_of(on)
    asked = [*Extension.objects.filter(task=task), *CloseOut.objects.filter(task=task)]
    return any(row.asked_at < end and (row.decided_at is None or row.decided_at >= end) for row in asked)


def test_the_ladder_is_what_a_reading_evening_by_evening_says(story):
    """Every evening of the story, every task."""
    working_days = CalendarDay.objects.working_days()
    tasks = list(Task.objects.order_by("number"))
    spoken = Counter()
    on = date(2026, 7, 1)
    while on <= DAY:
        dismissed = {
            (row.task_id, Rung(row.rung), row.since) for row in DismissedProposal.objects.all() if day_of(row.at) <= on
        }
        expected = []
        for task in tasks:
            facts = (orders_on(task, on), on, waits_on(task, on))
            refused = {(rung, since) for pk, rung, since in dismissed if pk == task.pk}
            due = slow(known_on(task, on), *facts, refused, working_days)
            if due is not None:
                expected.append((task.number, *due))
                spoken[due[0]] += 1
        known = proposals_on(story.action, on=on, today=DAY)
        found = [(each.number, each.proposal.rung, each.proposal.since) for each in known.lit if each.proposal]
        assert found == expected, on
        assert known.talks == []
        on += timedelta(days=1)
    assert set(spoken) == {Rung.REMINDER, Rung.YELLOW, Rung.RED, Rung.CIRCULAR}


# Problems ------------------------------------------------------------------------------------------------------------
def test_there_is_a_problem_in_each_state(story):
    states = Counter(Problem.objects.values_list("state", flat=True))
    assert states == {
        "raised": 2,
        "analysed": 1,
        "rectifying": 4,
        "resolved": 1,
        "closed_out": 2,
        "merged": 1,
        "dropped": 1,
    }


def test_registering_without_serving_returned_and_was_reopened(story):
    problem = Problem.objects.get(title__startswith="报到不服务")
    steps = [(step.state, day_of(step.at)) for step in ProblemStep.objects.filter(problem=problem).order_by("number")]
    assert steps[-2:] == [("closed_out", date(2026, 9, 28)), ("rectifying", date(2026, 10, 16))]
    assert (problem.first_due_on, problem.due_on) == (date(2026, 9, 30), date(2026, 11, 15))


def test_the_ledgers_are_one_common_problem_of_two_teams(story):
    merged = Problem.objects.get(state="merged")
    survivor = merged.merged_into
    assert [row.team.code for row in merged.teams.all()] == [CODES[7]]
    assert {row.team.code for row in survivor.teams.all()} == {CODES[0], CODES[7]}
    assert (survivor.common, survivor.due_on) == (True, date(2026, 11, 30))
    assert {row.decision.number for row in survivor.decisions.all()} == {4}


def test_the_stale_points_were_analysed_by_the_meeting(story):
    points = Problem.objects.get(title__contains="示范点")
    assert points.decisions.get().decision.number == 3
    assert points.steps.get(state="analysed").at > meeting(PROMOTION).held_at
    assert points.entry.task == story.task(13)


# Requirements, instructions, showcases -------------------------------------------------------------------------------
def test_four_clauses_seven_answers_in_five_days_and_one_unmatched(story):
    assert Clause.objects.count() == 4
    assert [clause.number for clause in Clause.objects.unmatched()] == [3]
    working_days = CalendarDay.objects.working_days()
    rows = ClauseAnswer.objects.select_related("clause__requirement", "team")
    took = {
        CODES.index(row.team.code) + 1: working_days.count_between(row.clause.requirement.received_on, row.answered_on)
        for row in rows
    }
    assert took == {1: 1, 6: 2, 5: 3, 3: 4, 2: 4, 8: 5, 7: 5}


def test_ten_lines_were_heard_and_five_of_them_ask(story):
    heard = InstructionLine.objects.filter(instruction__item__meeting=meeting(PROMOTION)).order_by("number")
    assert [line.due_on for line in heard] == [
        date(2026, 11, 10),
        date(2026, 10, 31),
        date(2026, 10, 31),
        date(2026, 11, 30),
        date(2026, 12, 20),
        *[None] * 5,
    ]
    assert Counter(line.kind for line in heard) == {"action": 5, "guidance": 5}
    assert InstructionLine.objects.filter(kind="action").count() == 5
    assert InstructionLine.objects.filter(kind="reading").count() == 1
    assert LineOutcome.objects.filter(done_on=None).get().team.code == CODES[1]


def test_showcases_stand_on_several_steps(story):
    steps = {
        showcase.title: [step.step for step in ShowcaseStep.objects.confirmed().filter(showcase=showcase)]
        for showcase in Showcase.objects.exclude(kind="learned")
    }
    assert steps["“一表通办”"] == ["tried", "written_up", "copied", "municipal"]
    assert steps["“田间党课”"] == []
    assert steps["“一宅变四园”"][-1] == "seen"
    granted = ShowcaseStep.objects.confirmed().filter(step="granted").order_by("on")
    assert [(row.level, row.document, row.paper, row.on) for row in granted] == [
        ("provincial", "省农改办〔2026〕11号", "省农改办〔2026〕11号", date(2026, 7, 2)),
        ("municipal", "市委办〔2026〕27号", "市委办〔2026〕27号", date(2026, 7, 8)),
    ]
    form = Showcase.objects.get(title="“一表通办”", kind="experience")
    assert [copy.team.code if copy.team else copy.place for copy in form.copies.all()] == [
        CODES[4],
        CODES[2],
        "运城市",
    ]
    assert Showcase.objects.get(title="“一村一册”", kind="learned").team.code == CODES[7]
    assert FieldPlace.objects.filter(month=date(2026, 9, 1)).count() == 5


# Measures, counted by hand -------------------------------------------------------------------------------------------
def hand(name: str, first: date, last: date, cut_off: datetime, story) -> list[tuple[int, int]]:
    """Numerator and denominator by the teams' numbers."""
    rows = {row["team"]: row for row in measured(MEASURES[name], story.action, first, last, cut_off)}
    return [(rows[code]["numerator"], rows[code]["denominator"]) for code in CODES]


SEPTEMBER, TODAY = date(2026, 9, 1), date(2026, 10, 26)
EVENING = at_time(date(2026, 10, 27), 18)
NONE, HIT, MISS, TRUE_ZERO, ONE = (0, 0), (1, 1), (0, 1), (0, 1), (1, 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # due in the round: 2 reopened, 3 closed in time (sent back once before), 5 not closed
        ("problem_closure_rate", [MISS, HIT, MISS, NONE, NONE, NONE, NONE, NONE]),
        ("problem_on_time_rate", [MISS, HIT, MISS, NONE, NONE, NONE, NONE, NONE]),
        ("problems_reopened", [TRUE_ZERO, TRUE_ZERO, ONE, *[TRUE_ZERO] * 5]),
        ("orders_red", [ONE, TRUE_ZERO, ONE, ONE, *[TRUE_ZERO] * 4]),
        # two meetings: 4 was on leave from the first, 6 was absent from it
        ("meeting_attendance_rate", [(2, 2), (2, 2), (2, 2), (1, 1), (2, 2), (1, 2), (2, 2), (2, 2)]),
        # the first decision for all (6 late), the second 8, the third 3 (not), the fourth 4 (late), the extension 1
        ("decision_on_time_rate", [(2, 2), HIT, (1, 2), (1, 2), HIT, MISS, HIT, (2, 2)]),
        # two red ones answered in time; the red one on task 7 was due on the 26th and is silent
        ("order_answer_on_time_rate", [HIT, NONE, MISS, HIT, NONE, NONE, NONE, NONE]),
    ],
)
def test_measures_of_september_and_october(story, name, expected):
    assert hand(name, SEPTEMBER, TODAY, EVENING, story) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pilots_national", [TRUE_ZERO] * 8),
        ("pilots_provincial", [ONE, *[TRUE_ZERO] * 7]),
        ("pilots_municipal", [*[TRUE_ZERO] * 3, ONE, *[TRUE_ZERO] * 4]),
    ],
)
def test_pilots_of_the_third_quarter(story, name, expected):
    assert hand(name, date(2026, 7, 1), date(2026, 9, 30), EVENING, story) == expected


def test_clauses_answered_by_the_end_of_november(story):
    cut_off = at_time(date(2026, 12, 1), 18)
    expected = [HIT, HIT, HIT, NONE, HIT, HIT, HIT, HIT]
    assert hand("requirement_answer_rate", date(2026, 11, 1), date(2026, 11, 30), cut_off, story) == expected


def test_days_to_the_first_plan(story):
    found = hand("days_to_first_plan", SEPTEMBER, date(2026, 10, 20), EVENING, story)
    assert (found[4], found[7]) == ((10, 1), (24, 1))
