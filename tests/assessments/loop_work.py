"""Work of the loop for the tests of measures: problems, orders, meetings, decisions, clauses and pilots as rows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count

from governance.clock import at_time
from teams.meetings.models import (
    Attendance,
    AttendanceSeat,
    Clause,
    ClauseAnswer,
    ClauseTask,
    Decision,
    DecisionDone,
    DecisionOutcome,
    DecisionTeam,
    Meeting,
    OrderAnswer,
    Problem,
    ProblemStep,
    ProblemTeam,
    Requirement,
    Showcase,
    ShowcaseStep,
    SupervisionOrder,
)
from teams.models import SpecialTeam, Task
from tests.factories import UserFactory

_numbers = count(1)
RAISED = date(2026, 6, 20)


def at(day: date, hour: int = 10) -> datetime:
    """A moment of the day."""
    return at_time(day, hour)


def problem(
    *teams: SpecialTeam,
    steps: Sequence[tuple[str, date, date | None]] = (),
    merged_into: Problem | None = None,
    joined: Mapping[SpecialTeam, date] | None = None,
) -> Problem:
    """A problem of the teams with its steps: state, day, due date then in force; `joined` names teams that came later.

    They join at noon, two hours after the steps of that day.
    """
    number = next(_numbers)
    by = UserFactory()
    state, _, due = steps[-1] if steps else ("raised", RAISED, None)
    first = next((due for _, _, due in steps if due), None)
    found = Problem.objects.create(
        action=teams[0].action,
        number=number,
        title=f"problem {number}",
        found_by="check",
        found_on=RAISED,
        raised_at=at(RAISED, 8),
        raised_by=by,
        state=state,
        cause="cause",
        lead=teams[0],
        due_on=due,
        first_due_on=first,
        drop_reason="reason" if state == "dropped" else "",
        merged_into=merged_into,
    )
    for team in teams:
        day = (joined or {}).get(team)
        ProblemTeam.objects.create(problem=found, team=team, joined_at=at(day, 12) if day else found.raised_at)
    for place, (state, day, due) in enumerate([("raised", RAISED, None), *steps], 1):
        ProblemStep.objects.create(problem=found, number=place, state=state, due_on=due, at=at(day), by=by)
    return found


def closed_problem(team: SpecialTeam, *, due: date, resolved: date, closed: date | None = None) -> Problem:
    """A problem that went its whole way without a fault."""
    days = [("analysed", RAISED), ("rectifying", RAISED), ("resolved", resolved), ("closed_out", closed or resolved)]
    return problem(team, steps=[(state, day, due) for state, day in days])


def order(
    team: SpecialTeam,
    task: Task,
    *,
    rung: str = "red",
    issued: date,
    answer_by: date | None = None,
    answers: Sequence[date] = (),
    void: date | None = None,
) -> SupervisionOrder:
    """An order to the team with its answers."""
    by = UserFactory()
    made = SupervisionOrder.objects.create(
        action=team.action,
        series={"reminder": "reminder", "talk": "talk"}.get(rung, "order"),
        year=2026,
        number=next(_numbers),
        rung=rung,
        team=team,
        task=task,
        basis="basis",
        demand="demand",
        answer_by=None if rung == "reminder" else answer_by or issued + timedelta(days=3),
        state="void" if void else "issued",
        issued_at=at(issued),
        issued_by=by,
        void_at=at(void) if void else None,
        void_reason="reason" if void else "",
    )
    for number, day in enumerate(answers, 1):
        OrderAnswer.objects.create(order=made, number=number, text="text", at=at(day), by=by)
    return made


def meeting(team: SpecialTeam, day: date, *, fixed: date | None = None, held: bool = True) -> Meeting:
    """A meeting of the team's action at 10:00; `fixed`: when its minutes were first submitted."""
    by = UserFactory()
    return Meeting.objects.create(
        action=team.action,
        kind="dispatch",
        year=2026,
        number=next(_numbers),
        title="meeting",
        starts_at=at(day),
        chair=by,
        secretary=by,
        state="minutes_submitted" if fixed else "held" if held else "planned",
        held_at=at(day, 12) if held else None,
        submitted_at=at(fixed) if fixed else None,
        submitted_by=by if fixed else None,
        fixed_at=at(fixed) if fixed else None,
    )


def seat(team: SpecialTeam, of: Meeting, mark: str = "present", noted_at: datetime | None = None) -> AttendanceSeat:
    """The seat of the team's head at a meeting; "" for no head."""
    attendance = mark and Attendance.objects.create(
        meeting=of,
        order=next(_numbers),
        user=UserFactory(),
        name="head",
        mark=mark,
        noted_at=None if mark == "expected" else noted_at or of.starts_at,
        stand_in="deputy" if mark == "stand_in" else "",
    )
    return AttendanceSeat.objects.create(meeting=of, team=team, attendance=attendance or None)


def decision(
    *teams: SpecialTeam,
    of: Meeting,
    due: date | None,
    adopted: datetime | None = None,
    dropped: datetime | None = None,
) -> Decision:
    """A decision of a meeting for the teams, adopted the evening of the meeting unless told otherwise."""
    adopted = adopted or of.starts_at + timedelta(hours=8)
    made = Decision.objects.create(
        meeting=of,
        number=next(_numbers),
        text="text",
        due_on=due,
        state="dropped" if dropped else "adopted",
        adopted_at=adopted,
        adopted_by=of.secretary,
        dropped_at=dropped,
        drop_reason="reason" if dropped else "",
    )
    for team in teams:
        DecisionTeam.objects.create(decision=made, team=team, at=adopted, by=of.secretary)
    return made


def became(
    of: Decision, team: SpecialTeam, what: Task | Problem, *, made: bool = True, moment: datetime | None = None
) -> DecisionOutcome:
    """What the decision became for the team."""
    field = {"task": what} if isinstance(what, Task) else {"problem": what}
    moment = moment or of.adopted_at + timedelta(minutes=1)
    return DecisionOutcome.objects.create(decision=of, team=team, made=made, at=moment, by=of.adopted_by, **field)


def recorded(of: Decision, team: SpecialTeam, day: date | None, *, on: date | None = None) -> DecisionDone:
    """The office's word that it was done on the day; None withdraws."""
    number = DecisionDone.objects.filter(decision=of, team=team).count() + 1
    moment = at(on or day, 16)
    return DecisionDone.objects.create(
        decision=of, team=team, number=number, done_on=day, text="how", at=moment, by=of.adopted_by
    )


def clause(
    team: SpecialTeam,
    *,
    due: date | None,
    own_due: date | None = None,
    tasks: Sequence[Task] = (),
    named: bool = True,
    not_ours: str = "",
    received: date = RAISED,
) -> Clause:
    """A clause of a document of its own."""
    document = Requirement.objects.create(
        action=team.action,
        issuer="市委",
        document=f"市委〔2026〕{next(_numbers)}号",
        title="title",
        level="municipal",
        received_on=received,
        due_on=due,
    )
    made = Clause.objects.create(
        requirement=document, number=1, text="text", due_on=own_due, team=team if named else None, not_ours=not_ours
    )
    for task in tasks:
        ClauseTask.objects.create(clause=made, task=task)
    return made


def answer(of: Clause, team: SpecialTeam, day: date, *, moment: datetime | None = None) -> ClauseAnswer:
    """The team's next answer."""
    number = ClauseAnswer.objects.filter(clause=of, team=team).count() + 1
    return ClauseAnswer.objects.create(
        clause=of, team=team, number=number, text="text", answered_on=day, at=moment or at(day), by=UserFactory()
    )


def pilot(team: SpecialTeam, *steps: tuple[str, str, date], kind: str = "pilot") -> Showcase:
    """A pilot with confirmed steps: step, level, day."""
    made = Showcase.objects.create(team=team, year=2026, title=f"pilot {next(_numbers)}", kind=kind)
    for step, level, day in steps:
        confirmed(made, step, level, day)
    return made


def confirmed(of: Showcase, step: str, level: str, day: date, *, moment: datetime | None = None) -> ShowcaseStep:
    """A step proposed and confirmed, on its own day unless told otherwise."""
    said = {"showcase": of, "step": step, "on": day, "at": moment or at(day)}
    proposer = UserFactory()
    number = of.steps.count() + 1
    asked = ShowcaseStep.objects.create(number=number, act="proposed", proposed_by=proposer, by=proposer, **said)
    paper = {"level": level, "issuer": "省委" if level else "", "document": "1号" if level else ""}
    return ShowcaseStep.objects.create(
        number=number + 1,
        act="confirmed",
        after=asked,
        proposed_by=proposer,
        by=UserFactory(),
        **said,
        **paper,
    )


def withdrawn(step: ShowcaseStep, moment: datetime) -> ShowcaseStep:
    """The confirmed step is withdrawn."""
    return ShowcaseStep.objects.create(
        showcase=step.showcase,
        number=step.showcase.steps.count() + 1,
        step=step.step,
        act="withdrawn",
        after=step,
        proposed_by=step.proposed_by,
        on=moment.date(),
        at=moment,
        by=UserFactory(),
    )


def do_some(team: SpecialTeam, task: Task) -> None:
    """Something of everything in the third quarter of 2026."""
    due, late = date(2026, 8, 31), date(2026, 9, 9)
    closed_problem(team, due=due, resolved=due)
    closed_problem(team, due=due, resolved=late)
    again = [("analysed", RAISED, due), ("resolved", due, due), ("closed_out", due, due), ("rectifying", late, late)]
    problem(team, steps=again)
    problem(team)
    order(team, task, issued=date(2026, 8, 3), answers=[date(2026, 8, 4)])
    order(team, task, issued=date(2026, 8, 10), rung="yellow")
    order(team, task, issued=date(2026, 8, 12), void=date(2026, 8, 13))
    held = meeting(team, date(2026, 7, 15), fixed=date(2026, 7, 16))
    seat(team, held)
    other = meeting(team, date(2026, 8, 14), fixed=date(2026, 8, 16))
    seat(team, other, "absent")
    recorded(decision(team, of=held, due=due), team, date(2026, 8, 20))
    became(decision(team, of=held, due=due), team, task)
    answer(clause(team, due=due), team, date(2026, 8, 3))
    clause(team, due=late)
    for level in ("national", "provincial", "municipal"):
        pilot(team, ("granted", level, due))
