"""The follow-up of a meeting against a brute force over made histories, and the command that prints it."""

import json
import random
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from governance.clock import SHANGHAI, at_time
from governance.records.verbs import canonical
from teams.meetings.decisions.adoption import adopt_decision
from teams.meetings.decisions.finishing import record_done, withdraw_done
from teams.meetings.follow_up.agenda_document import BODY_KEY, PRINTED, agenda_printed, live_document
from teams.meetings.follow_up.rows import follow_up_of
from teams.meetings.instructions.adoption import adopt_line
from teams.meetings.instructions.reporting import report_line
from teams.meetings.instructions.writing import LineWords, record_line, write_instruction
from teams.meetings.models import Clause, Decision, DecisionOutcome, InstructionLine
from tests import factories
from tests.budgets import counted
from tests.teams.meetings.factories import a_clause, a_decision, a_meeting, a_pack, an_item

FIRST, SECOND, NEXT = date(2026, 9, 29), date(2026, 10, 20), date(2026, 11, 10)


@pytest.fixture
def meetings(action):
    """Two that were held, the second with a pack bound at two in the afternoon, and one ahead."""
    first = a_meeting(action, kind="dispatch", starts_at=at_time(FIRST, 9), title="第1次调度会")
    second = a_meeting(action, starts_at=at_time(SECOND, 15))
    a_pack(second, at_time(SECOND, 9))
    a_pack(second, at_time(SECOND, 14))
    ahead = a_meeting(
        action, kind="dispatch", state="planned", number=2, starts_at=at_time(NEXT, 9), title="第2次调度会"
    )
    return first, second, ahead


def slow(meeting, today):
    """The definition over every row, one query after another: (group, kind, of, number, team)."""
    meets = meeting.starts_at.astimezone(SHANGHAI).date()
    day = min(today, meets)
    last, bound = SECOND, at_time(SECOND, 14)

    def group(due, done_on, recorded):
        if done_on is not None:
            news = done_on > last or (done_on == last and recorded > bound)
            return "done" if news else None
        if due is None:
            return "open"
        return "overdue" if due < day else "due" if due <= meets else "open"

    found = set()
    for decision in Decision.objects.filter(state="adopted"):
        for row in decision.teams.all():
            record = decision.done_records.filter(team=row.team).order_by("-number").first()
            tasks = [
                each.task
                for each in decision.outcomes.filter(team=row.team).select_related("task")
                if each.task.state != "cancelled"
            ]
            if tasks:
                is_done = all(task.state == "closed_out" for task in tasks)
                done_on = max(task.asked_on or task.closed_on for task in tasks) if is_done else None
                recorded = max(task.versions.get(state="closed_out").at for task in tasks) if is_done else None
            else:
                done_on, recorded = (record.done_on, record.at) if record else (None, None)
            if named := group(decision.due_on, done_on, recorded):
                found.add((named, "decision", decision.meeting.code, decision.number, row.team.code))
    for line in InstructionLine.objects.filter(state="adopted", kind="action"):
        for row in line.teams.all():
            outcome = line.outcomes.filter(team=row.team).order_by("-number").first()
            done_on, recorded = (outcome.done_on, outcome.at) if outcome else (None, None)
            if named := group(line.due_on, done_on, recorded):
                item = line.instruction.item
                of = item.meeting.code if item else f"{line.instruction.year}-{line.instruction.number}"
                found.add((named, "line", of, line.number, row.team.code))
    for clause in Clause.objects.all():
        if not (clause.team_id or clause.not_ours or clause.tasks.exists() or clause.answers.exists()):
            found.add(("unmatched", "clause", str(clause.requirement_id), clause.number, None))
    return found


def shown(meeting, at):
    rows = follow_up_of(meeting, at=at).rows
    found = {(str(r.group), r.kind, r.of, r.number, r.team.code if r.team else None) for r in rows}
    assert len(found) == len(rows)
    return found


def history(draw, action, teams, meetings, office, leader):
    """Decisions, lines and clauses with what may become of them, over two months."""
    first, second, _ahead = meetings

    def a_day(since=SECOND):
        return since + timedelta(draw.randint(-2, 30))

    def a_moment(day):
        return datetime(day.year, day.month, day.day, draw.choice((8, 13, 16)), tzinfo=SHANGHAI)

    for meeting in (first, second):
        for _ in range(3):
            since = meeting.starts_at.date()
            due = draw.choice((None, since + timedelta(draw.randint(0, 40))))
            named = draw.sample(teams, draw.randint(1, len(teams)))
            decision = a_decision(meeting, *named, due_on=due)
            if draw.random() < 0.2:
                continue
            adopt_decision(decision, by=office, at=meeting.starts_at)
            for team in named:
                _fate(draw, decision, team, a_day, a_moment, office)
    item = an_item(second)
    for _ in range(3):
        words = LineWords(text="批办", kind=draw.choice(("action", "action", "guidance")))
        line = record_line(item, words, leader=leader, by=office, at=second.starts_at)
        if draw.random() < 0.8:
            adopt_line(line, by=office, at=second.starts_at)
            for team in draw.sample(teams, draw.randint(0, len(teams))):
                day = a_day()
                if day >= SECOND:
                    report_line(
                        line, team, done_on=day, text="已办", by=office, at=max(a_moment(day), a_moment(SECOND))
                    )
    given = {"due_on": a_day(SECOND + timedelta(3)), "audience": "named", "named": teams[:1]}
    write_instruction(action, [LineWords(text="单批", **given)], by=leader, at=a_moment(SECOND))
    a_clause(action, due_on=draw.choice((None, a_day())))
    a_clause(action, team=teams[0])
    a_clause(action, not_ours="不涉及我县")


def _fate(draw, decision, team, a_day, a_moment, office):
    """Nothing, the office's word, that word withdrawn, or tasks that are open, closed out or cancelled."""
    kind = draw.choice(("none", "word", "withdrawn", "tasks", "tasks"))
    if kind in ("word", "withdrawn"):
        day = max(a_day(), decision.meeting.starts_at.date())
        record_done(decision, team, done_on=day, text="已报", by=office, at=a_moment(day))
        if kind == "withdrawn":
            withdraw_done(decision, team, reason="不实", by=office, at=a_moment(day) + timedelta(hours=1))
    elif kind == "tasks":
        for _ in range(draw.randint(1, 2)):
            state = draw.choice(("in_progress", "closed_out", "closed_out", "cancelled"))
            day = a_day()
            closed = {"closed_on": day, "asked_on": draw.choice((None, day))} if state == "closed_out" else {}
            task = factories.make_task(team=team, at=a_moment(day), state=state, **closed)
            DecisionOutcome.objects.create(decision=decision, team=team, task=task, made=True, at=a_moment(day))


@pytest.mark.parametrize("seed", range(12))
def test_it_is_what_the_brute_force_finds(action, meetings, office, leader, seed):
    draw = random.Random(seed)
    teams = [factories.TeamFactory(action=action) for _ in range(3)]
    history(draw, action, teams, meetings, office, leader)
    for today in (SECOND, SECOND + timedelta(9), NEXT, NEXT + timedelta(5)):
        assert shown(meetings[2], at_time(today, 10)) == slow(meetings[2], today)


def test_groups_come_in_order_and_by_date(action, team, meetings, office):
    _first, second, ahead = meetings
    for due in (None, date(2026, 12, 1), date(2026, 11, 10), date(2026, 11, 2), date(2026, 10, 25)):
        adopt_decision(a_decision(second, team, due_on=due), by=office, at=second.starts_at)
    a_clause(action)
    found = follow_up_of(ahead, at=at_time(date(2026, 11, 5), 9))
    assert [(str(group), len(rows)) for group, rows in found.groups()] == [
        ("unmatched", 1),
        ("overdue", 2),
        ("due", 1),
        ("open", 2),
    ]
    assert [row.days_over(found.day) for row in found.rows][:4] == [0, 11, 3, 0]


def test_the_number_of_queries_does_not_grow(action, meetings, office, leader):
    _first, second, ahead = meetings
    asked = []
    for count in (1, 8):
        teams = [factories.TeamFactory(action=action) for _ in range(count)]
        history(random.Random(3), action, teams, meetings, office, leader)
        for team in teams:
            decision = adopt_decision(a_decision(second, team), by=office, at=second.starts_at)
            task = factories.make_task(team=team, state="closed_out", closed_on=NEXT)
            DecisionOutcome.objects.create(decision=decision, team=team, task=task, made=True, at=second.starts_at)
        with counted() as queries:
            follow_up_of(ahead, at=at_time(NEXT, 8))
        with counted() as more:
            agenda_printed(ahead, at=at_time(NEXT, 8))
        asked.append((len(queries), len(more)))
    assert asked[0] == asked[1]
    assert asked[0][0] <= 13
    assert asked[0][1] == asked[0][0] + 2, "the command reads which period each team reported on, and no chapter"


def printed(code, *options):
    out = StringIO()
    call_command("agenda", code, *options, stdout=out)
    return out.getvalue()


class TestCommand:
    def test_as_json_by_its_part_of_the_address(self, action, team, meetings, office):
        adopt_decision(a_decision(meetings[1], team, due_on=date(2026, 11, 1)), by=office, at=meetings[1].starts_at)
        with time_machine.travel(at_time(date(2026, 11, 5), 9), tick=False):
            told = json.loads(printed("dispatch-2026-2", "--json"))
        assert told == {
            "follow_up": [
                {
                    "group": "overdue",
                    "kind": "decision",
                    "number": 1,
                    "of": "promotion-2026-1",
                    "team": team.code,
                    "due": "2026-11-01",
                }
            ],
            "chapters": [{"team": team.code, "period": None}],
        }

    def test_in_lines(self, action, team, meetings):
        assert team.code in printed("dispatch-2026-2")

    def test_an_unknown_meeting_is_named(self, meetings):
        with pytest.raises(CommandError, match="topic-2026-1"):
            printed("topic-2026-1", "--json")

    def test_once_held_it_is_as_bound(self, action, team, meetings, office):
        _first, second, _ahead = meetings
        before = live_document(second, at_time(SECOND, 14))
        a_pack(second, at_time(SECOND, 14), body=canonical({BODY_KEY: before}))
        adopt_decision(a_decision(second, team), by=office, at=second.starts_at)
        printed = agenda_printed(second, at=at_time(NEXT, 9))
        assert printed["follow_up"] == [{name: row[name] for name in PRINTED} for row in before["follow_up"]]
        assert printed["chapters"] == [{"team": each["team"], "period": each["period"]} for each in before["chapters"]]
