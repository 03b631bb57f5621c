"""Two special actions side by side: tasks of the same year and number, periods of the same days, teams of one name.

Whatever finds a row by a key that is unique only within an action finds two here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pytest
import time_machine

from governance.people.models import User
from teams.evidence.attachments import attach_evidence
from teams.meetings.models import Circular, CircularDraft, Problem, SupervisionOrder
from teams.meetings.orders.circulars import draft_circular, sign_circular
from teams.meetings.problems.origins import raise_problem
from teams.models import (
    CloseOut,
    CoreFigure,
    Extension,
    FirstStep,
    Milestone,
    ProgressReport,
    ReportingPeriod,
    SpecialAction,
    SpecialTeam,
    Stage,
    Task,
    TaskEvidence,
    WorkingGroup,
)
from teams.reports.row_evidence import attach_to_entry
from teams.reports.written import Matter, NextStepLine
from teams.tasks.close_outs import ask_close_out
from teams.tasks.extensions import ask_extension
from tests import factories
from tests.teams.meetings.factories import a_finding
from tests.teams.meetings.sample_orders import issued
from tests.teams.sample_reports import DRAFTED, moment, submitted

YEAR, NUMBER, CLOSING, EXTENDING = 2026, 7, 8, 9
"""The numbers of three tasks that each of the actions has: one in work, one that asks close-out, one that asks more
time."""

PROBLEMS = ("problem", "analysed", "working", "resolved", "closed")
"""Names of problems in the table of doors; here they are one."""

STARTS, NEXT_STARTS = "2026-10-11", "2026-10-21"
"""First days of the two periods that each of them has."""


@dataclass(frozen=True)
class World:
    """One action with a row of each kind; `word` stands in the titles of its tasks."""

    word: str
    action: SpecialAction
    team: SpecialTeam
    head: User

    @property
    def title(self) -> str:
        return f"{self.word}走廊建设"

    @cached_property
    def task(self) -> Task:
        return Task.objects.get(action=self.action, number=NUMBER)

    @cached_property
    def report(self) -> ProgressReport:
        return ProgressReport.objects.get(team=self.team)

    @cached_property
    def keys(self) -> dict[str, int]:
        """Keys of its rows, named as the table of doors names them."""
        own = {"action": self.action}
        rows = {
            "stage": Stage.objects.get(**own),
            "group": WorkingGroup.objects.get(**own),
            "department": self.team.departments.get(),
            "member": self.team.members.get(),
            "figure": self.team.core_figures.get(),
            "first_step": self.team.first_steps.get(),
            "milestone": self.task.milestones.get(),
            "extension": Extension.objects.get(task__action=self.action),
            "close_out": CloseOut.objects.get(task__action=self.action),
            "period": ReportingPeriod.objects.get(**own, starts_on=STARTS),
            "submitted": self.report,
            "matter": self.report.help_requests.get(),
            "piece": TaskEvidence.objects.get(owner=self.task),
        }
        problem = Problem.objects.get(**own).number
        numbers = dict.fromkeys(PROBLEMS, problem) | {
            "red_order": SupervisionOrder.objects.get(**own).number,
            "circular_year": YEAR,
            "circular": Circular.objects.get(**own).number,
            "circular_draft": CircularDraft.objects.filter(**own).latest("pk").pk,
        }
        return {name: row.pk for name, row in rows.items()} | numbers


def make_world(word: str, *, starts_on: date) -> World:
    """An action that began on `starts_on`, its team with tasks, papers and a report that waits for the office."""
    action = factories.ActionFactory(title_zh=f"{word}行动", title_en="", starts_on=starts_on)
    Stage.objects.create(action=action, order=1, title="第一阶段", starts_on=starts_on, ends_on=action.ends_on)
    WorkingGroup.objects.create(action=action, title="第一组")
    team = factories.TeamFactory(action=action, name="同名专班", short_name="同名", order=1, established_on=starts_on)
    head = factories.MemberFactory(team=team, part="head", joined_on=starts_on).user
    CoreFigure.objects.create(
        team=team, name="达标村", unit="个", target=1, department=team.departments.get().department
    )
    FirstStep.objects.create(team=team, kind=FirstStep.Kind.PLAN, due_on=date(2026, 10, 30))
    period = factories.PeriodFactory(action=action)
    factories.PeriodFactory(
        action=action, starts_on=date(2026, 10, 21), ends_on=date(2026, 10, 31), due_at=moment(2, 18, month=11)
    )
    world = World(word, action, team, head)
    task, closing, extending = (
        factories.make_task(team=team, number=number, title=title, start_on=starts_on)
        for number, title in ((NUMBER, world.title), (CLOSING, f"{word}销号任务"), (EXTENDING, f"{word}延期任务"))
    )
    Milestone.objects.create(task=task, title="半数完成", due_on=date(2026, 11, 1), laid_at=moment(1))
    ask_extension(extending, new_due_on=date(2026, 12, 20), reason="雨季停工", by=head, at=DRAFTED)
    attach_evidence(task, factories.a_photo(), by=head, at=DRAFTED)
    attach_to_entry(team, period, task, factories.a_photo("red"), by=head, at=DRAFTED)
    lines = {"matters": [Matter(f"{word}林地手续")], "steps": [NextStepLine("下一步", date(2026, 10, 31))]}
    submitted(team, period, task, closing, extending, by=head, **lines)
    raise_problem([team], a_finding(f"{word}问题"), by=head, at=moment(21, 17))
    close_out = ask_close_out(closing, statement="全部完成", by=head, at=moment(21, 17))
    attach_evidence(close_out, factories.a_photo("blue"), by=head, at=moment(21, 17))
    make_orders(action, task, word)
    return world


def make_orders(action: SpecialAction, task: Task, word: str) -> None:
    """A red order on the task, a signed circular and a draft."""
    writer, signer = (factories.UserFactory(roles=["special_office"]) for _ in range(2))
    issued(task, by=writer, at=moment(21, 17))
    facts = {"title": f"{word}通报", "text": "总体平稳", "lines": [], "by": writer, "at": moment(21, 17)}
    sign_circular(draft_circular(action, **facts), by=signer, at=moment(21, 17))
    draft_circular(action, **facts)


@pytest.fixture
def two_actions(db) -> Iterator[tuple[World, World]]:
    """The action that stands at the short addresses and an older one, on the morning of 22 October 2026."""
    older = make_world("旧", starts_on=date(2026, 3, 1))
    newer = make_world("新", starts_on=date(2026, 4, 1))
    with time_machine.travel(moment(22, 9), tick=False):
        yield newer, older
