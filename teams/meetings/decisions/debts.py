"""The office's debt about decisions: an adopted one that nobody has turned into work (docs/rules.md#into-work)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.clock import day_of
from teams.debts.debts import DEBT_KINDS, DEBT_SOURCES, Debt, OfficeDebtKind
from teams.debts.reader import DebtReader

from ..models import Decision
from ..notices import DecisionNotice
from ..states import DecisionState
from .basis import basis_of
from .standing import standings_of
from .telling import address_of


@dataclass(frozen=True, eq=False, kw_only=True)
class IntoWorkKind(OfficeDebtKind):
    """A decision that is not work yet."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"decision": basis_of(debt.row)}

    def debts(self, reader: DebtReader) -> Iterator[Debt]:
        """Adopted decisions of which it was not said what they become, unless they are done: nine queries at most."""
        turns = reader.may("turn_into_work")
        rows = Decision.objects.filter(meeting__action=reader.action, state=DecisionState.ADOPTED, settled_at=None)
        waiting = list(reader.visible(rows).select_related("meeting").order_by("adopted_at", "meeting", "number"))
        if not waiting:
            return
        open_ones = {each.decision.pk for each in standings_of(waiting) if each.done is None}
        for decision in waiting:
            if decision.pk in open_ones and decision.adopted_at is not None:
                since = day_of(decision.adopted_at)
                page = reverse("decision_work", args=[decision.meeting.code, decision.number])
                yield Debt(
                    self,
                    row=decision,
                    subject=decision,
                    on=reader.on,
                    since=since,
                    due_on=self.due(since, reader),
                    url=page if turns else address_of(decision),
                )


INTO_WORK = IntoWorkKind(
    code="decision_work",
    order=96,
    label=pgettext_lazy("owed", "Decision to turn into work"),
    chat=pgettext_lazy("chat", "%(what)s, adopted %(since)s, %(days)s"),
    overdue=DecisionNotice.INTO_WORK_WAITING,
    term=2,
)

DEBT_KINDS.register(INTO_WORK.code, INTO_WORK)
DEBT_SOURCES.register("decisions", INTO_WORK.debts)
