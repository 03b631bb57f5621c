"""Until when a stage of a round lasts: 18:00 of its last working day (docs/rules.md#days-of-a-round).

Days count from the day after; nothing moves by itself.
"""

from datetime import date, datetime

from governance.clock import at_time, day_of
from governance.people.models import CalendarDay
from governance.people.working_days import WorkingDays

from ..models import AssessmentRound, RoundStep
from ..states import RoundState

CLOSING_HOUR = 18


class StageDays:
    """The ends of a round's stages. Queries: its steps (unless given) and the calendar, each once."""

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
            case RoundState.CHECKING | RoundState.PUBLIC_NOTICE:
                begun = self.begun(state)
                days = rules.checking_days if state == RoundState.CHECKING else rules.publicity_days
                return None if begun is None else closing(self.calendar, day_of(begun), days)
        return None

    def days_late(self, state: RoundState, at: datetime) -> int:
        """How many days the stage is over its end at a moment: 0 until its end, at least 1 from then on."""
        end = self.end(state)
        if end is None or at <= end:
            return 0
        return max(1, (day_of(at) - day_of(end)).days)


def closing(calendar: WorkingDays, day: date, count: int) -> datetime:
    """The end of a stage of `count` working days, of which the day after `day` is the first."""
    return at_time(calendar.add(day, count), CLOSING_HOUR)
