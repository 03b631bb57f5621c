"""The office's debts about requests: an extension to decide, a close-out to check."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.clock import day_of

from ..models import CloseOut, Extension
from ..notices import TeamNotice
from .debts import DEBT_KINDS, DEBT_SOURCES, Debt, OfficeDebtKind
from .reader import DebtReader


@dataclass(frozen=True, eq=False, kw_only=True)
class RequestKind(OfficeDebtKind):
    """A request about a task that the office has not decided."""

    model: type[Extension] | type[CloseOut]
    page: str
    """The address where it is decided."""
    rule: str
    """Who decides."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"task": str(debt.subject)}

    def debts(self, reader: DebtReader) -> Iterator[Debt]:
        """The waiting requests."""
        decides = reader.may(self.rule)
        waiting = reader.visible(self.model.objects.waiting()).filter(task__action=reader.action)
        for asked in waiting.select_related("task"):
            since = day_of(asked.asked_at)
            yield Debt(
                self,
                row=asked,
                subject=asked.task,
                on=reader.on,
                since=since,
                due_on=self.due(since, reader),
                team=reader.teams[asked.task.team_id],
                url=reverse(self.page, args=[asked.pk]) if decides else asked.task.get_absolute_url(),
            )


EXTENSION = RequestKind(
    code="extension",
    order=60,
    label=pgettext_lazy("owed", "Extension to decide"),
    chat=pgettext_lazy("chat", "%(team)s: task %(what)s, requested %(since)s, %(days)s"),
    overdue=TeamNotice.EXTENSION_WAITING,
    term=3,
    model=Extension,
    page="extension_decide",
    rule="decide_extensions",
)
CLOSE_OUT = RequestKind(
    code="close_out",
    order=70,
    label=pgettext_lazy("owed", "Close-out to check"),
    chat=pgettext_lazy("chat", "%(team)s: task %(what)s, requested %(since)s, %(days)s"),
    overdue=TeamNotice.CLOSE_OUT_WAITING,
    term=3,
    model=CloseOut,
    page="close_out_decide",
    rule="decide_close_outs",
)

for _kind in (EXTENSION, CLOSE_OUT):
    DEBT_KINDS.register(_kind.code, _kind)
    DEBT_SOURCES.register(_kind.code, _kind.debts)
