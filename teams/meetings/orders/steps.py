"""The dots of a ladder: the rungs of a task, and the steps of an order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from governance.clock import day_of
from governance.lists.text import Text, short_date
from governance.people.working_days import WorkingDays

from ..ladder import Order, Rung
from ..models import SupervisionOrder
from ..models.order import Rung as OrderRung
from ..states import OrderState
from ..words import RUNG_WORDS

DONE, SKIPPED, NOW = "is-done", "is-skipped", "now"

VERDICT_DAYS = 3
"""Working days for a verdict on an answer."""


@dataclass(frozen=True)
class Step:
    """A dot: its word, the small print below it, and whether it is done, skipped, now, or still to come ("")."""

    label: Text
    note: str = ""
    state: str = ""

    @property
    def is_now(self) -> bool:
        """Whether it is the present one."""
        return self.state == NOW


def rung_steps(due: Rung, orders: Iterable[Order], named_on: Mapping[int, date]) -> list[Step]:
    """The rungs up to the one that is due: when each was issued, or that it was not."""
    days: dict[Rung, date] = {}
    for order in orders:
        days[order.rung] = order.issued_on
        if order.key in named_on:
            days[Rung.CIRCULAR] = named_on[order.key]
    rungs = list(Rung)
    found = []
    for rung in rungs:
        if rung == due:
            found.append(Step(RUNG_WORDS[rung], pgettext("rung", "this time"), NOW))
        elif rungs.index(rung) > rungs.index(due):
            found.append(Step(RUNG_WORDS[rung]))
        elif rung in days:
            found.append(Step(RUNG_WORDS[rung], short_date(days[rung]), DONE))
        else:
            found.append(Step(RUNG_WORDS[rung], pgettext("rung", "not issued"), SKIPPED))
    return found


def order_steps(order: SupervisionOrder, working_days: WorkingDays) -> list[Step]:
    """Issued, acknowledged, answered, judged, and kept where something was promised; `told` has been read."""
    acknowledged = short_date(day_of(order.acknowledged_at)) if order.acknowledged_at else ""
    steps = [
        Step(pgettext("order step", "Issued"), short_date(day_of(order.issued_at)), DONE),
        Step(pgettext("order step", "Acknowledged"), acknowledged, DONE if acknowledged else NOW),
    ]
    if order.rung == OrderRung.REMINDER:
        return steps
    answers = getattr(order, "told", [])
    last = answers[-1] if answers else None
    verdict = getattr(last, "verdict", None) if last is not None else None
    waits = order.state in (OrderState.ISSUED, OrderState.ACKNOWLEDGED, OrderState.SENT_BACK)
    if waits:
        note = _("by %(day)s") % {"day": short_date(order.answer_by)} if order.answer_by else ""
        if verdict is not None:
            note = pgettext("order step", "sent back")
        state = NOW if acknowledged else ""
        return [*steps, Step(pgettext("order step", "Answered"), note, state), Step(pgettext("order step", "Judged"))]
    if last is None:
        return steps
    steps.append(Step(pgettext("order step", "Answered"), short_date(day_of(last.at)), DONE))
    if verdict is None:
        term = working_days.add(day_of(last.at), VERDICT_DAYS)
        return [*steps, Step(pgettext("order step", "Judged"), _("by %(day)s") % {"day": short_date(term)}, NOW)]
    steps.append(Step(pgettext("order step", "Accepted"), short_date(day_of(verdict.at)), DONE))
    if last.promised_on is not None:
        note = _("promised %(day)s") % {"day": short_date(last.promised_on)}
        steps.append(Step(pgettext("order step", "Kept"), note, NOW))
    return steps
