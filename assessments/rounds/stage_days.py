"""Until when a stage of a round lasts: 18:00 of its last working day (docs/rules.md#days-of-a-round).

Days count from the day after; nothing moves by itself.
"""

from datetime import date, datetime
from functools import cached_property

from governance.clock import at_time, day_of
from governance.people.models import CalendarDay
from governance.people.working_days import WorkingDays

from ..models import AssessmentRound, RoundStep
from ..states import RoundState

CLOSING_HOUR = 18

EXTENDED_DAYS = 2
"""Working days that a public notice runs at least after a decision that changed a rank or a grade."""


class StageDays:
    """The ends of a round's stages. Queries: its steps (unless given) and the calendar, each once; of a public notice
    the decisions about appeals besides."""

    def __init__(self, round: AssessmentRound, steps: list[RoundStep] | None = None) -> None:
        self.round = round
        self.steps = list(round.steps.order_by("number")) if steps is None else steps
        self.calendar: WorkingDays = CalendarDay.objects.working_days()

    def begun(self, state: RoundState) -> datetime | None:
        """When the round last moved on to the stage; None where it has not been there yet, or was sent back before it.

        A stage to which it was sent back runs on from when it began.
        """
        order = list(RoundState)
        found: datetime | None = None
        for step in self.steps:
            to, came_from = RoundState(step.to_state), RoundState(step.from_state)
            if to == state and order.index(came_from) < order.index(to):
                found = step.at
            elif order.index(to) < order.index(state):
                found = None
        return found

    def end(self, state: RoundState) -> datetime | None:
        """When the stage ends; None where the plan names no days for it, or it has not begun.

        Collecting ends some working days after the round's last day, and not before the cut-off.
        """
        rules = self.round.plan.rules
        match state:
            case RoundState.PREPARING:
                return self.round.cut_off_at
            case RoundState.COLLECTING:
                end = closing(self.calendar, self.round.ends_on, rules.figures_days)
                return max(end, self.round.cut_off_at)
            case RoundState.CHECKING:
                begun = self.begun(state)
                return None if begun is None else closing(self.calendar, day_of(begun), rules.checking_days)
            case RoundState.PUBLIC_NOTICE:
                return self.notice_end(extended_by=self.extended_by)
        return None

    def notice_end(self, *, extended_by: datetime | None = None) -> datetime | None:
        """When the public notice ends if no appeal, or the decision at this moment, extends it; None before it."""
        begun = self.begun(RoundState.PUBLIC_NOTICE)
        if begun is None:
            return None
        end = closing(self.calendar, day_of(begun), self.round.plan.rules.publicity_days)
        return end if extended_by is None else max(end, closing(self.calendar, day_of(extended_by), EXTENDED_DAYS))

    @cached_property
    def extended_by(self) -> datetime | None:
        """The last decision about an appeal in this notice that changed a rank or a grade."""
        begun = self.begun(RoundState.PUBLIC_NOTICE)
        if begun is None:
            return None
        moved = self.round.decisions.filter(changes_places=True, at__gte=begun, appeal__result_correction=None)
        return moved.order_by("-number").values_list("at", flat=True).first()

    def days_late(self, state: RoundState, at: datetime) -> int:
        """How many days the stage is over its end at a moment: 0 until its end, at least 1 from then on."""
        end = self.end(state)
        if end is None or at <= end:
            return 0
        return max(1, (day_of(at) - day_of(end)).days)


def closing(calendar: WorkingDays, day: date, count: int) -> datetime:
    """The end of a stage of `count` working days, of which the day after `day` is the first."""
    return at_time(calendar.add(day, count), CLOSING_HOUR)
