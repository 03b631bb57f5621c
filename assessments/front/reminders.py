"""Reminds the centre of rounds whose stage is over and that have not moved on (docs/rules.md#days-of-a-round)."""

from collections.abc import Iterator

from django.urls import reverse

from governance.clock import day_of
from teams.debts.occasions import REMINDERS, Occasion, able, facts_of, step_reached
from teams.debts.reader import DebtReader

from ..models import AssessmentRound
from ..notices import AssessmentNotice
from ..permissions import people_of_centre
from ..rounds.stage_days import StageDays
from ..states import ENDED, RoundState


def rounds_late(reader: DebtReader) -> Iterator[Occasion]:
    """An occasion for each round that is late; its key has the stage's end, so that a later end is a new one."""
    rounds = AssessmentRound.objects.filter(action=reader.action).exclude(state__in=ENDED).select_related("plan")
    people = able(people_of_centre())
    for round in rounds.order_by("pk"):
        state = RoundState(round.state)
        days = StageDays(round)
        end, step = days.end(state), step_reached(days.days_late(state, reader.now))
        if end is not None and step:
            yield Occasion(
                AssessmentNotice.ROUND_LATE,
                key=f"round-{round.pk}-{state}-{day_of(end)}-late-{step}",
                url=reverse("round", args=[round.pk]),
                facts=facts_of(round=round.title, stage=state.value, until=day_of(end)),
                to=people,
                due_on=day_of(end),
            )


REMINDERS.register("rounds", rounds_late)
