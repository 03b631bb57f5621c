"""The loop over a province: the page of a meeting, its follow-up and chapters, and what the ladder proposes.

Each is asked in the small and in the large province of the lists: seconds of CPU, queries, and memory at its highest.
Queries do not grow with teams and tasks.
"""

import io
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.clock import at_time
from governance.people.models import User
from teams.meetings.agenda.holding import hold_meeting
from teams.meetings.agenda.planning import plan_meeting
from teams.meetings.models import (
    Decision,
    DecisionDone,
    DecisionOutcome,
    DecisionTeam,
    Instruction,
    InstructionLine,
    LineOutcome,
    LineTeam,
    Meeting,
    Problem,
    ProblemTeam,
    Showcase,
    ShowcaseStep,
    SupervisionOrder,
)
from teams.models import SpecialAction, SpecialTeam, Task, TaskVersion
from teams.tasks.changes import VERSIONED
from tests.bench.county import EARLY, LATE, TODAY
from tests.bench.lists import get_page
from tests.bench.province import write
from tests.remembered import forget_all

SECONDS_AIM = 2.0
"""Seconds of CPU of each at the larger size."""

MEETINGS, DECISIONS, LINES = 6, 4, 5
"""Meetings held before, decisions of each and lines for action, all for every team."""

ORDERED = 10
"""Each tenth task has an order."""


class Loop:
    """What meetings, orders, problems and showcases add to the tasks of a province."""

    def __init__(self, action: SpecialAction) -> None:
        self.action = action
        self.people = {name: User.objects.get(username=name) for name in ("office", "leader")}
        self.people["secretary"] = self._secretary()
        self.teams = list(SpecialTeam.objects.filter(action=action).order_by("order"))
        write(TaskVersion, self._versions())
        self._decisions()
        self._lines()
        self._problems()
        write(SupervisionOrder, self._orders())
        self._showcases()

    def _secretary(self) -> User:
        from tests import factories

        return factories.UserFactory(username="secretary", name="会务秘书", roles=["meeting_secretary"])

    def _versions(self) -> Iterator[TaskVersion]:
        """Two of each task: as assigned, and as it stands."""
        for task in Task.objects.filter(action=self.action).order_by("pk").iterator(chunk_size=2000):
            fields = {name: getattr(task, name) for name in VERSIONED}
            for number, (at, cause) in enumerate(((EARLY, "assign_task"), (LATE, "accept_report")), start=1):
                yield TaskVersion(task=task, number=number, at=at, cause=cause, **fields)

    def _decisions(self) -> None:
        """Decisions of earlier meetings for all teams: the first became a task of each, of the others most are done."""
        tasks = dict(Task.objects.filter(action=self.action).order_by("-pk").values_list("team_id", "pk"))
        people = {"secretary": self.people["secretary"], "chair": self.people["leader"]}
        submitted = {"submitted_by": self.people["secretary"], "submitted_at": EARLY, "fixed_at": EARLY}
        for number in range(1, MEETINGS + 1):
            starts_at = at_time(date(2026, 3 + number, 20), 15)
            meeting = Meeting.objects.create(
                action=self.action,
                kind="dispatch",
                year=2026,
                number=number,
                title=f"第{number}次调度会",
                starts_at=starts_at,
                held_at=starts_at,
                state="minutes_issued",
                **people,
                **submitted,
            )
            adopted = {"state": "adopted", "adopted_at": starts_at, "adopted_by": self.people["office"]}
            decisions = Decision.objects.bulk_create(
                Decision(
                    meeting=meeting,
                    number=each,
                    text="对未办结的事项逐件包联，按期补齐",
                    audience="all",
                    due_on=starts_at.date() + timedelta(days=30),
                    settled_at=starts_at,
                    makes="nothing",
                    **adopted,
                )
                for each in range(1, DECISIONS + 1)
            )
            made = {"by": self.people["office"], "at": starts_at}
            pairs = [(decision, team) for decision in decisions for team in self.teams]
            write(DecisionTeam, (DecisionTeam(decision=row, team=team, **made) for row, team in pairs))
            write(
                DecisionOutcome,
                (
                    DecisionOutcome(decision=decisions[0], team=team, task_id=tasks[team.pk], made=False, **made)
                    for team in self.teams
                ),
            )
            done = {"number": 1, "done_on": TODAY, "text": "已办", "by": self.people["office"], "at": LATE}
            write(
                DecisionDone,
                (
                    DecisionDone(decision=row, team=team, **done)
                    for row, team in pairs
                    if row.number > 1 and (team.order + row.number) % 4
                ),
            )

    def _lines(self) -> None:
        """Lines for action of one instruction, for all teams; half are reported as done."""
        instruction = Instruction.objects.create(
            action=self.action,
            year=2026,
            number=1,
            title="压茬推进",
            leader=self.people["leader"],
            given_on=date(2026, 10, 20),
        )
        lines = InstructionLine.objects.bulk_create(
            InstructionLine(
                instruction=instruction,
                number=number,
                text="新成立专班理清思路，压茬推进",
                kind="action",
                due_on=date(2026, 10, 31),
                state="adopted",
                adopted_at=LATE,
            )
            for number in range(1, LINES + 1)
        )
        made = {"by": self.people["leader"], "at": LATE}
        pairs = [(line, team) for line in lines for team in self.teams]
        write(LineTeam, (LineTeam(line=line, team=team, **made) for line, team in pairs))
        done = {"number": 1, "done_on": TODAY, "text": "已办"}
        write(
            LineOutcome,
            (
                LineOutcome(line=line, team=team, **done, **made)
                for line in lines
                for team in self.teams
                if team.order % 2
            ),
        )

    def _problems(self) -> None:
        """One in hand for each team."""
        write(
            Problem,
            (
                Problem(
                    action=self.action,
                    number=number,
                    title=f"第{number}本账与实物不符",
                    found_by="check",
                    found_on=date(2026, 9, 1),
                    state="raised",
                    raised_at=EARLY,
                    raised_by=self.people["office"],
                )
                for number in range(1, len(self.teams) + 1)
            ),
        )
        problems = Problem.objects.order_by("number")
        write(
            ProblemTeam,
            (
                ProblemTeam(problem=row, team=team, joined_at=EARLY)
                for row, team in zip(problems, self.teams, strict=True)
            ),
        )

    def _orders(self) -> Iterator[SupervisionOrder]:
        """Red ones, a third of them answered late or not at all."""
        tasks = Task.objects.filter(action=self.action).order_by("pk").values_list("pk", "team_id")
        for number, (task, team) in enumerate(tasks.iterator(chunk_size=2000), start=1):
            if number % ORDERED == 0:
                yield SupervisionOrder(
                    action=self.action,
                    series="order",
                    year=2026,
                    number=number // ORDERED,
                    rung="red",
                    task_id=task,
                    team_id=team,
                    basis="10月中旬报告",
                    demand="说明原因和措施",
                    answer_by=date(2026, 10, 1) + timedelta(days=number % 40),
                    issued_at=LATE - timedelta(days=30),
                    issued_by=self.people["office"],
                    state="issued",
                )

    def _showcases(self) -> None:
        write(
            Showcase,
            (Showcase(team=team, year=2026, title=f"第{team.order}号品牌", kind="brand") for team in self.teams),
        )
        office = self.people["office"]
        made = {"step": "idea", "act": "proposed", "on": TODAY, "proposed_by": office, "by": office, "at": LATE}
        write(
            ShowcaseStep,
            (ShowcaseStep(showcase=row, number=1, **made) for row in Showcase.objects.order_by("pk")),
        )

    def questions(self, client_of: Callable[[str], Client]) -> Iterator[tuple[str, Callable[[], object]]]:
        """What is asked, by name, in this order: the meeting is held between its two pages."""
        acting = {"by": self.people["secretary"], "at": LATE}
        meeting = plan_meeting(
            action=self.action,
            kind="promotion",
            starts_at=LATE + timedelta(hours=1),
            place="三楼会议室",
            chair=self.people["leader"],
            **acting,
        )
        office, address = client_of("office"), meeting.get_absolute_url()
        yield "meeting, planned", lambda: get_page(office, address)
        yield "agenda, live", lambda: _printed("agenda", meeting.code)
        yield "propose_orders", lambda: _printed("propose_orders")
        hold_meeting(meeting, by=self.people["secretary"], at=LATE + timedelta(hours=2))
        yield "meeting, held", lambda: get_page(office, address)
        yield "agenda, bound", lambda: _printed("agenda", meeting.code)


def _printed(command: str, *args: str) -> None:
    call_command(command, *args, "--json", stdout=io.StringIO())


@dataclass(frozen=True)
class Cost:
    """What one question costs."""

    seconds: float
    queries: int
    megabytes: float


def measure(client_of: Callable[[str], Client]) -> dict[str, Cost]:
    """The costs of each question over the tasks that the database has."""
    loop = Loop(SpecialAction.objects.get())
    return {name: _cost(work) for name, work in loop.questions(client_of)}


def _cost(work: Callable[[], object]) -> Cost:
    """The least seconds of three tries; queries and memory in a try of their own."""
    work()
    seconds = []
    for _try in range(3):
        forget_all()
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    forget_all()
    with CaptureQueriesContext(connection) as asked:
        tracemalloc.start()
        work()
        _now, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return Cost(min(seconds), len(asked), highest / 1024 / 1024)


def compare(few: dict[str, Cost], many: dict[str, Cost]) -> int:
    """Print the costs at both sizes; how many ask more queries in the larger province."""
    print(f"\n{'the loop':20}{'s':>8}{'s':>8}{'MB':>8}{'MB':>8}{'MB x':>7}{'queries':>9}{'':>8}")
    grew = 0
    for name, small in few.items():
        large = many[name]
        more = large.queries > small.queries
        grew += more
        late = "" if large.seconds < SECONDS_AIM else f"  (<{SECONDS_AIM:.0f} s)!"
        print(
            f"{name:20}{small.seconds:8.2f}{large.seconds:8.2f}{small.megabytes:8.1f}{large.megabytes:8.1f}"
            f"{large.megabytes / small.megabytes:7.1f}{small.queries:9}{large.queries:8}"
            f"{late}{'  grows!' if more else ''}"
        )
    return grew
