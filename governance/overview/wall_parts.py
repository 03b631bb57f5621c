"""What the wall chart is made of: a task, a team, and the evenings that it can go back to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assessments.results.ranking_table import PublishedLine
from governance.charts import SpanBar
from governance.people.models import Department
from teams.models import SpecialTeam
from teams.reports.status import ReportStatus
from teams.roster.beginnings import Beginning
from teams.rules.lamps import Lamp
from teams.rules.progress import Pace, shown_gap
from teams.tasks.standing import TaskStanding

from .loop import TeamMarks


@dataclass(frozen=True)
class WallTask:
    """A task on the wall chart: its state, and its bar on the axis."""

    standing: TaskStanding
    bar: SpanBar | None

    @property
    def gap(self) -> int | None:
        """Points behind plan as shown; None without a plan line."""
        planned = self.standing.planned
        return None if planned is None else shown_gap(self.standing.row.percent, planned)

    @property
    def is_quiet(self) -> bool:
        """Whether it is neither red nor yellow, so that it can wait folded."""
        return self.standing.lamp not in (Lamp.RED, Lamp.YELLOW)


@dataclass(frozen=True)
class WallTeam:
    """A team on the wall chart with its tasks."""

    team: SpecialTeam
    lead: Department | None
    tasks: Sequence[WallTask]
    pace: Pace | None
    lamps: Sequence[tuple[Lamp, int]]
    report: ReportStatus | None
    reads_report: bool
    """Whether the reader may open the report; its state is public, its content is not (docs/rules.md#visibility)."""
    result: PublishedLine | None
    """Its line in the last published result."""
    is_closed: bool
    """Whether the team was closed before the day shown; its tasks count on, so it keeps its row."""
    age_days: int
    beginning: Beginning | None
    """The first steps of a new team; None for one that is no longer new."""
    others: int = 0
    """Tasks of the team that are not among `tasks`."""
    marks: TeamMarks | None = None
    """Problems, orders, showcases and places of today that the reader may read."""

    @property
    def quiet(self) -> int:
        """How many of `tasks` are folded."""
        return sum(item.is_quiet for item in self.tasks)

    @property
    def is_new(self) -> bool:
        """Whether the team is in its first days."""
        return self.beginning is not None


@dataclass(frozen=True)
class Evenings:
    """The days that the wall chart can go back to: the last day of each period, today, and the day shown."""

    days: Sequence[date]
    """Earliest first."""
    on: date

    @property
    def place(self) -> int:
        """The position of the day shown among `days`."""
        return self.days.index(self.on)

    @property
    def last(self) -> int:
        """The position of today."""
        return len(self.days) - 1

    @property
    def earlier(self) -> date | None:
        """The day before the one shown."""
        return max((day for day in self.days if day < self.on), default=None)

    @property
    def later(self) -> date | None:
        """The day after the one shown."""
        return min((day for day in self.days if day > self.on), default=None)
