"""Who may write a team's report: all of it, the rows of their own department, or nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.formats.files import CheckedFile
from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import Refused

from ..guards import check_writable
from ..models import NextStep, ProgressReport, ReportingPeriod, SpecialTeam
from .drafts import merge_report, rows_written_by
from .outcome import Outcome
from .owed_rows import OwedTask, tasks_owed
from .row_evidence import attach_to_entry
from .town_counts import TownCounts, write_counts
from .written import Conflict, Written, row_field


@dataclass
class Authorship:
    """A person's rights on a team's report for a period, as of the day `on`; each question is answered once."""

    user: User
    team: SpecialTeam
    period: ReportingPeriod
    on: date
    asks_for_paper: bool = False
    """Whether the person wants to enter a report received on paper."""
    also: Collection[int] = ()
    """Tasks whose rows were sent, owed or not."""

    @cached_property
    def on_paper(self) -> bool:
        """Whether the office enters a report received on paper."""
        return self.asks_for_paper and may(self.user, "enter_report_on_paper", self.team)

    @cached_property
    def writes_all(self) -> bool:
        """Whether this person writes the whole report, not single rows."""
        return self.on_paper or may(self.user, "save_report", self.team)

    @cached_property
    def tasks(self) -> list[OwedTask]:
        """The tasks that the team must report on, and those whose rows were sent."""
        return tasks_owed(self.team, self.period, on=self.on, also=self.also)

    @cached_property
    def own_tasks(self) -> list[OwedTask]:
        """The tasks whose rows this person writes."""
        if self.on_paper:
            return self.tasks
        own = rows_written_by(self.user, self.team, [owed.task.pk for owed in self.tasks])
        return [owed for owed in self.tasks if owed.task.pk in own]

    @property
    def others(self) -> list[OwedTask]:
        """The tasks whose rows other people write."""
        return [owed for owed in self.tasks if owed not in self.own_tasks]

    @cached_property
    def said(self) -> list[NextStep]:
        """The next steps of the last report, for people who may enter their outcome."""
        if not self.writes_all:
            return []
        return list(NextStep.objects.of_last_time(self.team, self.period).select_related("task"))

    @property
    def writes(self) -> bool:
        """Whether this person writes any part of it."""
        return self.writes_all or bool(self.own_tasks)

    @property
    def submits(self) -> bool:
        """Whether this person submits it, instead of handing it over to the head."""
        return self.on_paper or may(self.user, "submit_report", self.team)

    def check(self, report: ProgressReport | None) -> None:
        """Refuse people who write no part of it, and anybody while it cannot be edited.

        Raises:
            NotAllowed: the person writes no part of it.
            WrongState: the period does not accept it now, or it is submitted or accepted.
        """
        if not self.writes:
            require("save_report", self.user, self.team)
        check_writable(report or ProgressReport(team=self.team, period=self.period), on=self.on)

    def save(
        self,
        written: Written,
        files: Mapping[int, Sequence[CheckedFile]],
        counts: TownCounts | None = None,
        *,
        at: datetime,
        behalf: str = "",
    ) -> tuple[ProgressReport | None, Outcome]:
        """Save what can be saved, attach `files` by task to their rows, enter `counts`, and return the outcome.

        Raises:
            NotAllowed, WrongState: as `merge_report`.
        """
        acting: dict[str, Any] = {"by": self.user, "at": at, "behalf": behalf}
        conflicts, faults = self._count(counts or {}, at=at)
        kept = [row for row in written.rows if row_field(row.task_id, "done") not in faults]
        merged = merge_report(self.team, self.period, replace(written, rows=kept), **acting)
        outcome = Outcome.of(merged)
        outcome.conflicts += conflicts
        outcome.faults |= faults
        for task in (owed.task for owed in self.own_tasks if files.get(owed.task.pk)):
            try:
                attach_to_entry(self.team, self.period, task, files[task.pk], **acting)
            except Refused as refusal:
                outcome.faults[row_field(task.pk, "files")] = refusal.words
        return merged.report, outcome

    def _count(self, counts: TownCounts, *, at: datetime) -> tuple[list[Conflict], dict[str, Text]]:
        """Enter `counts`; the row of a task whose counts are not all written waits with them."""
        conflicts: list[Conflict] = []
        faults: dict[str, Text] = {}
        for task in (owed.task for owed in self.own_tasks if counts.get(owed.task.pk)):
            clashing, refused = write_counts(task, counts[task.pk], by=self.user, at=at)
            conflicts += clashing
            faults |= refused
            if clashing or refused:
                faults[row_field(task.pk, "done")] = _("Not saved yet: a count by township waits for you below.")
        return conflicts, faults
