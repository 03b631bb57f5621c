"""The measures of the loop computed again in plain Python over random rows: no query, no annotation."""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest

from assessments.measures import MEASURES, Scope
from governance.clock import day_of, end_of
from teams.meetings.models import (
    AttendanceSeat,
    Clause,
    ClauseAnswer,
    ClauseTask,
    DecisionDone,
    DecisionOutcome,
    DecisionTeam,
    OrderAnswer,
    Problem,
    ProblemTeam,
    Showcase,
    SupervisionOrder,
)
from teams.models import Extension, FirstStep, SpecialTeam, TaskVersion
from tests.assessments import loop_work as loop
from tests.assessments import work
from tests.factories import TeamFactory, UserFactory, make_task

pytestmark = pytest.mark.django_db

LEVELS = ("", "county", "municipal", "provincial", "national")
GRANTED = ("granted", "running", "accepted", "promoted")


# Random rows ---------------------------------------------------------------------------------------------------------
class Chance:
    """Rows of every kind on days around the round, from one seed."""

    def __init__(self, seed: int, action, office) -> None:
        self.random = random.Random(seed)
        self.office = office
        self.teams = [
            TeamFactory(action=action, established_on=self.day(date(2026, 6, 20), date(2026, 10, 5))) for _ in range(3)
        ]
        self.problems: list[Problem] = []
        self.tasks = [make_task(team=team, due_on=self.day()) for team in self.teams for _ in range(2)]

    def day(self, first: date = date(2026, 6, 25), last: date = date(2026, 10, 20)) -> date:
        """A day around the round."""
        return first + timedelta(days=self.random.randrange((last - first).days + 1))

    def some_teams(self) -> list[SpecialTeam]:
        """One team or more."""
        return self.random.sample(self.teams, self.random.randint(1, 3))

    def problem(self) -> None:
        """A problem that walks at random."""
        days = sorted(self.day() for _ in range(8))
        state, due, steps, into = "raised", None, [], None
        for day in days[: self.random.randint(0, 8)]:
            moves = {
                "raised": ["analysed", "analysed", "analysed", "dropped", "merged"],
                "analysed": ["rectifying", "rectifying", "merged"],
                "rectifying": ["resolved"],
                "resolved": ["closed_out", "closed_out", "rectifying"],
                "closed_out": ["rectifying", "closed_out"],
            }.get(state)
            if moves is None:
                break
            following = self.random.choice(moves)
            if following == "merged":
                if not self.problems:
                    continue
                into = self.random.choice(self.problems)
            if following == "analysed" or (state, following) == ("closed_out", "rectifying"):
                due = self.day()
            state = following
            steps.append((state, day, due))
        teams = self.some_teams()
        joined = {team: self.day() for team in teams if self.random.random() < 0.4}
        self.problems.append(loop.problem(*teams, steps=steps, merged_into=into, joined=joined))

    def order(self) -> None:
        """An order with answers."""
        issued, times = self.day(), self.random.randint(0, 2)
        loop.order(
            self.random.choice(self.teams),
            self.random.choice(self.tasks),
            rung=self.random.choice(("reminder", "yellow", "red", "red", "talk")),
            issued=issued,
            answer_by=issued + timedelta(days=self.random.randint(0, 9)),
            answers=sorted(issued + timedelta(days=self.random.randint(0, 12)) for _ in range(times)),
            void=self.day() if self.random.random() < 0.2 else None,
        )

    def meeting(self) -> None:
        """A meeting with seats and decisions."""
        day = self.day()
        fixed = self.random.choice((None, day, day + timedelta(days=self.random.randint(0, 20))))
        held = loop.meeting(self.teams[0], day, fixed=fixed, held=bool(fixed) or self.random.random() < 0.8)
        for team in self.some_teams():
            noted = held.starts_at + timedelta(minutes=self.random.choice((-60, -1, 0, 1, 60)))
            loop.seat(team, held, self.random.choice(("", "present", "leave", "stand_in", "absent", "expected")), noted)
        for _ in range(self.random.randint(0, 3)):
            teams = self.some_teams()
            due = self.random.choice((None, self.day(), self.day(), self.day()))
            decided = loop.decision(*teams, of=held, due=due)
            if self.random.random() < 0.2:
                decided.state, decided.drop_reason = "dropped", "reason"
                decided.dropped_at = decided.adopted_at + timedelta(days=self.random.randint(0, 60))
                decided.save()
            for team in teams:
                self.fate(decided, team)

    def fate(self, decided, team) -> None:
        """What became of it."""
        for what in self.random.sample([*self.tasks, *self.problems], self.random.choice((0, 0, 1, 1, 2, 3))):
            later = decided.adopted_at + timedelta(days=self.random.randint(0, 9))
            loop.became(decided, team, what, made=self.random.random() < 0.6, moment=later)
        for _ in range(self.random.choice((0, 1, 1, 2))):
            loop.recorded(decided, team, self.random.choice((None, self.day(), self.day())), on=self.day())

    def task(self, task) -> None:
        """A task that is extended, closed, sent back or cancelled."""
        if self.random.random() < 0.5:
            at = loop.at(self.day())
            old = task.due_on
            Extension.objects.create(
                task=task, old_due_on=old, new_due_on=old + timedelta(days=self.random.randint(1, 40)), reason="reason",
                granted=self.random.random() < 0.8, asked_by=UserFactory(), asked_at=at - timedelta(hours=1),
                decided_by=self.office, decided_at=at,
            )  # fmt: skip
        asked, then = sorted((self.day(), self.day()))
        match self.random.randrange(5):
            case 0:
                work.move(task, at=loop.at(then), state="cancelled")
            case 1:
                work.move(task, at=loop.at(then), state="closed_out", closed_on=asked)
            case 2:
                accepted = self.random.random() < 0.7
                work.close_out(
                    task, asked=asked, decided=then, accepted=accepted, asker=UserFactory(), checker=self.office
                )
            case 3:
                work.move(task, at=loop.at(then), team=self.random.choice(self.teams))

    def clause(self) -> None:
        """A clause with answers."""
        team = self.random.choice(self.teams)
        declined = self.random.random() < 0.15
        made = loop.clause(
            team,
            due=self.random.choice((None, self.day(date(2026, 6, 25)))),
            own_due=self.random.choice((None, self.day())),
            tasks=self.random.sample(self.tasks, self.random.choice((0, 0, 1, 2, 3))),
            named=not declined and self.random.random() < 0.7,
            not_ours="reason" if declined else "",
        )
        for _ in range(self.random.randint(0, 3)):
            day = self.day()
            loop.answer(made, self.random.choice(self.teams), day, moment=loop.at(max(day, self.day())))

    def pilot(self) -> None:
        """A showcase that climbs."""
        made = loop.pilot(self.random.choice(self.teams), kind=self.random.choice(("pilot", "pilot", "pilot", "brand")))
        for step, day in zip(("applied", *GRANTED), sorted(self.day() for _ in range(5)), strict=True):
            if self.random.random() < 0.5:
                kept = loop.confirmed(
                    made, step, self.random.choice(LEVELS), day, moment=loop.at(day + timedelta(days=1))
                )
                if self.random.random() < 0.2:
                    loop.withdrawn(kept, loop.at(self.day(day + timedelta(days=1), date(2026, 10, 25))))
                    return

    def everything(self) -> None:
        """Some of each."""
        for make, times in (
            (self.problem, 14),
            (self.order, 12),
            (self.meeting, 8),
            (self.clause, 12),
            (self.pilot, 8),
        ):
            for _ in range(times):
                make()
        for task in self.tasks:
            self.task(task)
        for team in self.teams:
            done = self.day(team.established_on) if self.random.random() < 0.6 else None
            FirstStep.objects.create(team=team, kind="plan", due_on=work.LAST, done_on=done)


# The measures again --------------------------------------------------------------------------------------------------
class Again:
    """Numerator and denominator of each team by loops over rows."""

    def __init__(self, scope: Scope) -> None:
        self.first, self.last, self.known = scope.first, scope.last, scope.known_before
        self.found: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        self.steps = {
            problem.pk: [step for step in problem.steps.order_by("number") if step.at < self.known]
            for problem in Problem.objects.all()
        }
        for tell in (
            self.problems,
            self.orders,
            self.attendance,
            self.decisions,
            self.clauses,
            self.pilots,
            self.plans,
        ):
            tell()

    def count(self, name: str, team: int, hit: bool) -> None:
        """A row of a rate."""
        self.found[name][team][0] += hit
        self.found[name][team][1] += 1

    def tally(self, name: str, team: int) -> None:
        """A row of a tally."""
        self.found[name][team][0] += 1

    def within(self, day: date) -> bool:
        return self.first <= day <= self.last

    def passed(self, day: date) -> bool:
        return end_of(day) <= self.known

    def problems(self) -> None:
        for row in ProblemTeam.objects.all():
            if row.joined_at >= self.known:
                continue
            steps = self.steps[row.problem_id]
            states = [step.state for step in steps]
            for place in range(1, len(steps)):
                was_reopened = states[place - 1 : place + 1] == ["closed_out", "rectifying"]
                if was_reopened and self.within(day_of(steps[place].at)) and row.joined_at <= steps[place].at:
                    self.tally("problems_reopened", row.team_id)
            dues = [step.due_on for step in steps if step.due_on]
            if not dues or states[-1] in ("merged", "dropped") or not self.within(dues[0]):
                continue
            self.count("problem_closure_rate", row.team_id, states[-1] == "closed_out")
            on_time = False
            if "closed_out" in states:
                closed = states.index("closed_out")
                accepted = [step for step in steps[:closed] if step.state == "resolved"][-1]
                on_time = day_of(accepted.at) <= accepted.due_on and "rectifying" not in states[closed:]
            self.count("problem_on_time_rate", row.team_id, on_time)

    def orders(self) -> None:
        for order in SupervisionOrder.objects.filter(issued_at__lt=self.known):
            if order.void_at and order.void_at < self.known:
                continue
            if order.rung == "red" and self.within(day_of(order.issued_at)):
                self.tally("orders_red", order.team_id)
            if order.rung in ("yellow", "red") and self.within(order.answer_by) and self.passed(order.answer_by):
                days = [day_of(each.at) for each in OrderAnswer.objects.filter(order=order) if each.at < self.known]
                self.count("order_answer_on_time_rate", order.team_id, bool(days) and min(days) <= order.answer_by)

    def attendance(self) -> None:
        for seat in AttendanceSeat.objects.select_related("meeting", "attendance"):
            meeting, person = seat.meeting, seat.attendance
            if not (meeting.fixed_at and meeting.fixed_at < self.known and self.within(day_of(meeting.starts_at))):
                continue
            if person is None:
                continue
            before = person.noted_at is not None and person.noted_at < meeting.starts_at
            if person.mark == "leave" and before:
                continue
            came = person.mark == "present" or (person.mark == "stand_in" and before)
            self.count("meeting_attendance_rate", seat.team_id, came)

    def task_then(self, task: int) -> TaskVersion | None:
        versions = [each for each in TaskVersion.objects.filter(task=task).order_by("number") if each.at < self.known]
        return versions[-1] if versions else None

    def fate(self, outcome: DecisionOutcome) -> tuple[bool, date | None]:
        """Whether it counts, and the day on which it was done."""
        if outcome.task_id:
            task = self.task_then(outcome.task_id)
            done = (task.asked_on or task.closed_on) if task.state == "closed_out" else None
            return task.state != "cancelled", done
        problem = outcome.problem
        while self.steps[problem.pk] and self.steps[problem.pk][-1].state == "merged":
            problem = problem.merged_into
        steps = self.steps[problem.pk]
        state = steps[-1].state if steps else "raised"
        resolved = [day_of(step.at) for step in steps if step.state == "resolved"]
        return state != "dropped", resolved[-1] if state == "closed_out" else None

    def decisions(self) -> None:
        for row in DecisionTeam.objects.select_related("decision"):
            decision, same = row.decision, {"decision": row.decision_id, "team": row.team_id}
            if row.at >= self.known or decision.due_on is None:
                continue
            if decision.dropped_at is not None and decision.dropped_at < self.known:
                continue
            outcomes = [each for each in DecisionOutcome.objects.filter(**same) if each.at < self.known]
            due = decision.due_on
            for each in outcomes:
                for grant in Extension.objects.filter(task=each.task_id, granted=True) if each.made else ():
                    if decision.adopted_at < grant.decided_at < self.known:
                        due = max(due, grant.new_due_on)
            if not self.within(due) or not self.passed(due):
                continue
            days = [day for counts, day in map(self.fate, outcomes) if counts]
            done = None
            if days:
                done = None if None in days else max(days)
            else:
                records = DecisionDone.objects.filter(**same).order_by("number")
                known = [each.done_on for each in records if each.at < self.known]
                done = known[-1] if known else None
            self.count("decision_on_time_rate", row.team_id, done is not None and done <= due)

    def clauses(self) -> None:
        for clause in Clause.objects.select_related("requirement"):
            due = clause.due_on or clause.requirement.due_on
            versions = [self.task_then(link.task_id) for link in ClauseTask.objects.filter(clause=clause)]
            teams = {version.team_id for version in versions} or {clause.team_id} - {None}
            if clause.not_ours or due is None or not self.within(due) or not self.passed(due):
                continue
            for team in teams:
                answers = ClauseAnswer.objects.filter(clause=clause, team=team).order_by("number")
                known = [each.answered_on for each in answers if each.at < self.known]
                self.count("requirement_answer_rate", team, bool(known) and known[0] <= due)

    def pilots(self) -> None:
        for pilot in Showcase.objects.filter(kind="pilot"):
            rows = [step for step in pilot.steps.order_by("number") if step.at < self.known]
            gone = {step.after_id for step in rows if step.act == "withdrawn"}
            held = [s for s in rows if s.act == "confirmed" and s.step in GRANTED and s.level and s.pk not in gone]
            if not held:
                continue
            level = max((step.level for step in held), key=LEVELS.index)
            on = min(step.on for step in held if step.level == level)
            if level != "county" and self.within(on):
                self.tally(f"pilots_{level}", pilot.team_id)

    def plans(self) -> None:
        for team in SpecialTeam.objects.all():
            if team.is_new(self.last, team.action.new_team_days):
                done = FirstStep.objects.get(team=team, kind="plan").done_on
                cut_off = day_of(self.known)
                until = min(done, cut_off) if done else cut_off
                self.found["days_to_first_plan"][team.pk] = [(until - team.established_on).days, 1]


NAMES = list(MEASURES)[list(MEASURES).index("problem_closure_rate") :]


@pytest.mark.parametrize("seed", range(3))
def test_the_queries_find_what_loops_find(seed, scope, action, office):
    chance = Chance(seed, action, office)
    chance.everything()
    cut_offs: tuple[datetime, ...] = (work.CUT_OFF, loop.at(date(2026, 8, 20), 0), loop.at(date(2026, 9, 10), 18))
    for cut_off in cut_offs:
        known = Scope(scope.action_id, scope.teams, scope.first, scope.last, cut_off)
        again = Again(known)
        for name in NAMES:
            measure = MEASURES[name]
            found = measure.of(known)
            for team in chance.teams:
                value = found.get(team.pk, measure.nothing)
                numerator, denominator = again.found[name][team.pk]
                expected = (numerator, denominator or measure.nothing.denominator)
                assert (value.numerator, value.denominator) == expected, (name, team.pk, cut_off)
