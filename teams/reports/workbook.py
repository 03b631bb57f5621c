"""What stands in a draft as the cells of a workbook, and the workbook that a team or the office fills in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from governance.formats.layout import Share
from governance.lists.text import moment_text

from ..models import HelpRequest, NextStep, ProgressReport, ReportEntry, ReportingPeriod, SpecialTeam
from .owed_rows import OwedTask, tasks_owed
from .review_page import reached
from .sheet import MATTERS, OUTCOMES, ROWS, SAID, STEPS, lay_report
from .submissions_read import last_steps


@dataclass
class DraftState:
    """A draft as the workbook sees it: what is owed, what is written, last time's next steps."""

    owed: Sequence[OwedTask]
    entries: dict[int, ReportEntry]
    matters: Sequence[HelpRequest]
    steps: Sequence[NextStep]
    said: Sequence[NextStep]

    @classmethod
    def of(cls, team: SpecialTeam, period: ReportingPeriod, *, on: date) -> Self:
        """Read it: queries constant in the number of tasks."""
        report = ProgressReport.objects.filter(team=team, period=period).first()
        return cls(
            tasks_owed(team, period, on=on),
            {entry.task_id: entry for entry in report.entries.all()} if report else {},
            list(report.help_requests.select_related("to")) if report else [],
            list(report.next_steps.all()) if report else [],
            list(last_steps(team, period)),
        )

    def entry(self, owed: OwedTask) -> ReportEntry:
        """What is written of a task; an empty entry where nothing is."""
        return self.entries.get(owed.task.pk) or ReportEntry(task=owed.task)

    def cells(self) -> dict[str, list[list[Any]]]:
        """The cells of each sheet, as they are laid out."""
        return {
            ROWS.key: [list(self.row_cells(owed).values()) for owed in self.owed],
            MATTERS.key: [list(matter_cells(matter).values()) for matter in self.matters],
            STEPS.key: [list(step_cells(step).values()) for step in self.steps],
            SAID.key: [list(said_cells(place, step).values()) for place, step in enumerate(self.said, start=1)],
        }

    def row_cells(self, owed: OwedTask) -> dict[str, Any]:
        """The cells of a task's row, by column."""
        entry, task = self.entry(owed), owed.row
        now = owed.progress(entry.percent, entry.done) or owed.before
        return {
            "number": f"{owed.task.year}-{owed.task.number}",
            "title": task.title,
            "due": task.due_on,
            "before": reached(owed.before, task.unit),
            "target": task.target,
            "unit": task.unit,
            "done": now.done if owed.counts else None,
            "percent": None if owed.counts else Share(now.percent),
            "no_change": yes(entry.no_change),
            "text": entry.text,
            "reason": entry.reason,
            "asks_close_out": yes(entry.asks_close_out),
            "asks_due_on": entry.asks_due_on,
            "ask_reason": entry.ask_reason,
        }


def yes(value: bool) -> str:
    """A box in a cell: 是 or nothing."""
    return "是" if value else ""


def matter_cells(matter: HelpRequest) -> dict[str, Any]:
    """The cells of a matter for coordination, by column."""
    return {"text": matter.text, "to": matter.to.name if matter.to else "", "due_on": matter.due_on}


def step_cells(step: NextStep) -> dict[str, Any]:
    """The cells of a next step, by column."""
    return {"text": step.text, "due_on": step.due_on}


def said_cells(place: int, step: NextStep) -> dict[str, Any]:
    """The cells of a next step of last time, by column."""
    outcome = OUTCOMES[NextStep.Outcome(step.outcome)][0] if step.outcome else ""
    return {"place": place, "text": step.text, "due": step.due_on, "outcome": outcome, "reason": step.reason}


def report_chunks(team: SpecialTeam, period: ReportingPeriod, *, on: date) -> Iterator[bytes]:
    """The workbook of a team's report, filled with what stands in the draft."""
    lines = [
        f"专班：{team.name}　　报送时限：{moment_text(period.due_at)}",
        "有数量的任务填“累计完成数”，其他任务填“完成进度”；没有变化的填“是”。任务编号不要改动。",
    ]
    return lay_report(DraftState.of(team, period, on=on).cells(), title=f"进展报告（{period.days}）", lines=lines)
