"""The office's debts about requests: an extension to decide, a close-out to check."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.clock import day_of

from ..models import CloseOut, Extension
from ..models.request import TaskRequest
from ..notices import TeamNotice
from .debts import DEBT_KINDS, DEBT_SOURCES, DEBTS_BY_KEY, Debt, OfficeDebtKind
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
        for asked in self.waiting(reader).select_related("task"):
            yield self._whole(self._debt(reader, asked), asked, reader)

    def debts_by_key(self, reader: DebtReader) -> Iterator[Debt]:
        """The same, by key."""
        for asked in self.waiting(reader).order_by().values_list("pk", "asked_at", "of_team", named=True):
            yield self._debt(reader, asked)

    def waiting(self, reader: DebtReader) -> Any:
        """The waiting requests that the reader may read, each with the key of its team, `of_team`."""
        waiting = reader.visible(self.model.objects.waiting()).filter(task__action=reader.action)
        return waiting.annotate(of_team=F("task__team"))

    def _debt(self, reader: DebtReader, asked: Any) -> Debt:
        since = day_of(asked.asked_at)
        due_on, team = self.due(since, reader), reader.teams[asked.of_team]
        return Debt(self, row=asked, subject="", on=reader.on, since=since, due_on=due_on, team=team)

    def whole(self, debts: Sequence[Debt], reader: DebtReader) -> Sequence[Debt]:
        rows = self.model.objects.select_related("task").in_bulk([debt.row.pk for debt in debts])
        return [self._whole(debt, rows[debt.row.pk], reader) for debt in debts]

    def _whole(self, debt: Debt, asked: TaskRequest, reader: DebtReader) -> Debt:
        url = reverse(self.page, args=[asked.pk]) if reader.may(self.rule) else asked.task.get_absolute_url()
        return replace(debt, row=asked, subject=asked.task, url=url)


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
    DEBTS_BY_KEY.register(_kind.code, _kind.debts_by_key)
