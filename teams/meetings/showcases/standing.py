"""How showcases stand: the highest confirmed step, the ladder of its kind, what waits (docs/rules.md#steps)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from governance.lists.text import Text

from ..models import Requirement, Showcase, ShowcaseStep, Step
from ..models.showcase import STEPS

LEVELS = (
    Requirement.Level.COUNTY,
    Requirement.Level.MUNICIPAL,
    Requirement.Level.PROVINCIAL,
    Requirement.Level.NATIONAL,
)
"""Levels, the lowest first."""


def level_rank(level: str) -> int:
    """A level as a number to compare: 0 for none, then from the county up."""
    return LEVELS.index(Requirement.Level(level)) + 1 if level else 0


def step_rank(kind: str, step: str) -> int:
    """The place of a step on the ladder of a kind, from 1; 0 for no step."""
    return STEPS[kind].index(Step(step)) + 1 if step else 0


@dataclass(frozen=True)
class Rung:
    """A step on the ladder of a showcase."""

    step: Step
    row: ShowcaseStep | None
    """The row that confirms it, else the proposal that waits."""
    is_done: bool
    is_current: bool
    is_waiting: bool
    is_skipped: bool
    """Whether a higher step is confirmed without it."""

    @property
    def label(self) -> Text:
        return self.step.label

    @property
    def on(self) -> date | None:
        """The day on which it was reached."""
        return self.row.on if self.row else None

    @property
    def level(self) -> str:
        """The level at which it was confirmed, as a word."""
        return self.row.get_level_display() if self.row else ""


@dataclass(frozen=True)
class ShowcaseStanding:
    """A showcase with its steps: what counts of them now."""

    showcase: Showcase
    confirmed: Sequence[ShowcaseStep]
    """The rows of confirmation in force, by the order of the ladder."""
    waiting: Sequence[ShowcaseStep]
    """The proposals that wait, by the order of the ladder."""

    @cached_property
    def highest(self) -> ShowcaseStep | None:
        """The highest confirmed step."""
        return self.confirmed[-1] if self.confirmed else None

    @property
    def level(self) -> str:
        """The highest level of a confirmed step; "" where none has one."""
        return max((row.level for row in self.confirmed), key=level_rank, default="")

    @property
    def word(self) -> Text:
        """How far it is in a word: the level, else the step, else that nothing is confirmed."""
        if self.level:
            return Requirement.Level(self.level).label
        return self.highest.label if self.highest else ""

    @property
    def paper(self) -> ShowcaseStep | None:
        """The last confirmed step with a document."""
        return next((row for row in reversed(self.confirmed) if row.document), None)

    @property
    def rungs(self) -> list[Rung]:
        """The ladder of its kind."""
        done = {row.step: row for row in self.confirmed}
        asked = {row.step: row for row in self.waiting}
        top = step_rank(self.showcase.kind, self.highest.step) if self.highest else 0
        return [
            Rung(
                step,
                done.get(step) or asked.get(step),
                is_done=step in done and place < top,
                is_current=step in done and place == top,
                is_waiting=step in asked,
                is_skipped=step not in done and place < top,
            )
            for place, step in enumerate(STEPS[self.showcase.kind], 1)
        ]

    @property
    def next_steps(self) -> list[Step]:
        """The steps that may be proposed: above every step that is confirmed or waits."""
        taken = [step_rank(self.showcase.kind, row.step) for row in (*self.confirmed, *self.waiting)]
        return list(STEPS[self.showcase.kind][max(taken, default=0) :])

    @property
    def reach(self) -> tuple[int, int, int]:
        """Sort key: the level, then how far up the ladder, then how much waits."""
        kind = self.showcase.kind
        far = step_rank(kind, self.highest.step) * 10 // len(STEPS[kind]) if self.highest else 0
        return level_rank(self.level), far, len(self.waiting)


def standings_of(showcases: Iterable[Showcase], *, before: datetime | None = None) -> list[ShowcaseStanding]:
    """How showcases stand, in their order: one query. With `before`, rows recorded from then on are left out."""
    showcases = list(showcases)
    rows = ShowcaseStep.objects.filter(showcase__in=showcases).select_related("by", "proposed_by")
    if before is not None:
        rows = rows.filter(at__lt=before)
    found: dict[int, list[ShowcaseStep]] = defaultdict(list)
    for row in rows.order_by("showcase", "number"):
        found[row.showcase_id].append(row)
    return [_standing(showcase, found[showcase.pk]) for showcase in showcases]


def _standing(showcase: Showcase, rows: Sequence[ShowcaseStep]) -> ShowcaseStanding:
    followed = {row.after_id for row in rows}
    in_force = sorted(
        (row for row in rows if row.pk not in followed), key=lambda row: step_rank(showcase.kind, row.step)
    )
    return ShowcaseStanding(
        showcase,
        [row for row in in_force if row.act == ShowcaseStep.Act.CONFIRMED],
        [row for row in in_force if row.act == ShowcaseStep.Act.PROPOSED],
    )
