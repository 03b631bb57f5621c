"""A submitted report as one document: canonical JSON, read back as it was written, whatever has changed since."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Self

from governance.lists.text import signed_text
from governance.records.verbs import canonical

from ..models import NextStep, ReportEntry, ReportSubmission
from ..rules.lamps import Lamp
from ..rules.plausibility import is_unfinished
from ..rules.progress import shown_gap
from ..words import gap_words, reached_words
from .completeness import CompleteReport
from .draft_report import DraftRow
from .owed_rows import Progress, doubt_of_move, doubt_words


def document_of(head: Mapping[str, object], report: CompleteReport) -> str:
    """The whole report as canonical JSON: `head` (team, period, who, when), rows, matters, next steps.

    `followed` are the next steps of the report before, with their outcomes.
    """
    return canonical(
        {
            **head,
            "rows": [_row(row) for row in report.rows],
            "help_requests": [
                {"text": matter.text, "to": matter.to.name if matter.to else None, "due_on": matter.due_on}
                for matter in report.matters
            ],
            "next_steps": [{"text": step.text, "due_on": step.due_on} for step in report.steps],
            "followed": [
                {"text": step.text, "due_on": step.due_on, "outcome": step.outcome, "reason": step.reason}
                for step in report.said
            ],
        }
    )


def _row(row: DraftRow) -> dict[str, object]:
    """The row with the facts of its task that a reviewer needs."""
    owed, task, facts = row.owed, row.owed.task, row.owed.row
    return {
        "task": task.pk,
        "year": task.year,
        "number": task.number,
        "title": facts.title,
        "department": task.lead_department.name,
        "due_on": facts.due_on,
        "target": facts.target,
        "unit": facts.unit,
        "lamp": owed.lamp,
        "planned": owed.planned,
        "before": {name: getattr(owed.before, name) for name in ReportEntry.NUMBERS},
        "evidence": [
            {"file": link.file_id, "name": link.file.name, "sha256": link.file.sha256, "caption": link.caption}
            for link in row.links
        ],
        **{name: getattr(row.now, name) for name in ReportEntry.NUMBERS},
        **{name: getattr(row.entry, name) for name in ReportEntry.STATEMENTS},
    }


def digest(document: str) -> str:
    """SHA-256 of a document, in hexadecimal."""
    return sha256(document.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as submitted with a row: the number of the stored file, its name, its digest."""

    file: int
    name: str
    sha256: str
    caption: str


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row as submitted; percents and counts are decimals, `planned` and `due_on` None without a plan."""

    task_id: int
    year: int
    number: int
    title: str
    department: str
    due_on: date | None
    target: Decimal | None
    unit: str
    lamp: Lamp
    planned: Decimal | None
    before: Progress
    now: Progress
    no_change: bool
    text: str
    reason: str
    asks_close_out: bool
    asks_due_on: date | None
    ask_reason: str
    evidence: tuple["KeptFile", ...]
    confirmed: Decimal | None = None
    """The doubtful number that the team said is right."""
    confirmed_unfinished: Decimal | None = None
    """The number below the target at which the team asked for close-out anyway."""

    @classmethod
    def of(cls, row: dict[str, Any]) -> Self:
        """Read one row of a document; the oldest documents have neither requests nor evidence."""
        return cls(
            task_id=row["task"],
            year=row["year"],
            number=row["number"],
            title=row["title"],
            department=row["department"],
            due_on=_day(row["due_on"]),
            target=_decimal(row["target"]),
            unit=row["unit"],
            lamp=Lamp(row["lamp"]),
            planned=_decimal(row["planned"]),
            before=_progress(row["before"]),
            now=_progress(row),
            no_change=row["no_change"],
            text=row["text"],
            reason=row["reason"],
            asks_close_out=row.get("asks_close_out", False),
            asks_due_on=_day(row.get("asks_due_on")),
            ask_reason=row.get("ask_reason", ""),
            evidence=tuple(KeptFile(**file) for file in row.get("evidence", ())),
            confirmed=_decimal(row.get("confirmed")),
            confirmed_unfinished=_decimal(row.get("confirmed_unfinished")),
        )

    @property
    def counts(self) -> bool:
        """Whether a count was entered."""
        return self.target is not None

    @property
    def difference(self) -> Decimal:
        """The change: in counts where there is a quantity, otherwise in points."""
        if self.counts and self.now.done is not None and self.before.done is not None:
            return self.now.done - self.before.done
        return self.now.percent - self.before.percent

    @property
    def moved(self) -> str:
        """The change with its sign: "+3"."""
        return signed_text(self.difference.normalize())

    @property
    def pace_words(self) -> str:
        """How far it is behind plan or ahead, between the percents as shown; "" without a plan line."""
        return "" if self.planned is None else gap_words(shown_gap(self.now.percent, self.planned))

    @property
    def doubt_words(self) -> str:
        """What is doubtful about the number, whether or not the team was asked; empty where nothing is."""
        doubt = doubt_of_move(self.before, self.now, self.target)
        return doubt_words(doubt, self.before, self.now, self.target, self.unit) if doubt else ""

    @property
    def unfinished_words(self) -> str:
        """The progress at which close-out is requested below the target, whether or not the team was asked."""
        now = self.now
        if not self.asks_close_out or not is_unfinished(percent=now.percent, done=now.done, target=self.target):
            return ""
        return reached_words(now.percent, now.done, self.target, self.unit)

    @property
    def behind(self) -> Decimal | None:
        """Points behind plan; None when on plan, ahead, or without a plan line."""
        if self.planned is None or self.planned <= self.now.percent:
            return None
        return self.planned - self.now.percent


@dataclass(frozen=True, slots=True)
class KeptMatter:
    """A matter for coordination as submitted."""

    text: str
    to: str | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class KeptStep:
    """A next step as submitted."""

    text: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class KeptFollowed:
    """The outcome of a next step of the report before."""

    text: str
    due_on: date | None
    outcome: str
    reason: str

    @property
    def get_outcome_display(self) -> str:
        """The outcome in the reader's language."""
        return str(NextStep.Outcome(self.outcome).label) if self.outcome else ""


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A submission, read back."""

    rows: tuple[KeptRow, ...]
    matters: tuple[KeptMatter, ...]
    steps: tuple[KeptStep, ...]
    followed: tuple[KeptFollowed, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        """Whether every row says "no change" and nothing is asked for: it can be accepted without being opened."""
        asks = any(row.asks_close_out or row.asks_due_on for row in self.rows)
        return all(row.no_change for row in self.rows) and not self.matters and not asks

    @classmethod
    def of(cls, submission: ReportSubmission) -> Self:
        body = json.loads(submission.document)
        return cls(
            rows=tuple(KeptRow.of(row) for row in body["rows"]),
            matters=tuple(
                KeptMatter(matter["text"], matter["to"], _day(matter.get("due_on"))) for matter in body["help_requests"]
            ),
            steps=tuple(KeptStep(step["text"], _day(step["due_on"])) for step in body["next_steps"]),
            followed=tuple(
                KeptFollowed(step["text"], _day(step["due_on"]), step["outcome"], step["reason"])
                for step in body.get("followed", ())
            ),
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _progress(row: dict[str, Any]) -> Progress:
    return Progress(Decimal(row["percent"]), _decimal(row["done"]))
