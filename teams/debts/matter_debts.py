"""Debts about matters for coordination: an answer, or the name of a person who answers."""

from collections.abc import Iterator, Sequence

from django.utils.translation import pgettext_lazy

from governance.clock import day_of
from governance.people.models import User

from ..models import HelpRequest
from ..notices import TeamNotice
from .debts import DEBT_KINDS, DEBT_SOURCES, Debt, DebtKind, Debtor, OfficeDebtKind
from .occasions import REMINDERS, Occasion, able, facts_of, shortened_matter
from .reader import DebtReader


class MatterKind(DebtKind):
    """An answer to a matter, owed by the named person or by the department asked."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"matter": shortened_matter(debt.row)}

    def people(self, debt: Debt, reader: DebtReader) -> Sequence[User]:
        return answerers_of(debt.row, reader)


class OwnerKind(OfficeDebtKind):
    """A matter without anybody to answer it."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"matter": shortened_matter(debt.row)}


MATTER = MatterKind(
    "matter",
    order=40,
    label=pgettext_lazy("owed", "Matter to answer"),
    chat=pgettext_lazy("chat", "%(who)s: %(team)s requests: %(what)s (%(days)s). Please answer."),
    overdue=TeamNotice.MATTER_OVERDUE,
)
OWNER = OwnerKind(
    "owner",
    order=80,
    label=pgettext_lazy("owed", "Matter without a person to answer"),
    chat=pgettext_lazy("chat", "%(team)s: %(what)s, requested %(since)s, %(days)s"),
    overdue=TeamNotice.MATTER_UNOWNED,
    term=2,
)


def matters_owed(reader: DebtReader) -> Iterator[Debt]:
    """Unanswered matters, owed by the named person, otherwise the department, otherwise the office."""
    waiting = reader.visible(HelpRequest.objects.waiting()).filter(report__team__in=list(reader.teams))
    for matter in waiting.select_related("report", "owner__department", "to"):
        since = day_of(matter.passed_on_at or matter.asked_at)
        is_asked = matter.owner_id or matter.to_id
        yield Debt(
            MATTER if is_asked else OWNER,
            row=matter,
            subject=matter,
            on=reader.on,
            since=since,
            due_on=matter.due_on if is_asked else OWNER.due(since, reader),
            team=reader.teams[matter.report.team_id],
            debtors=(Debtor(matter.owner, matter.owner.department or ""),) if matter.owner else (),
            department=matter.to,
            url=matter.get_absolute_url(),
        )


def matters_ahead(reader: DebtReader) -> Iterator[Occasion]:
    """Matters to be answered within one working day, with the people who answer."""
    waiting = HelpRequest.objects.waiting().filter(
        report__team__in=list(reader.teams), due_on__gte=reader.on, due_on__lte=reader.next_working_day
    )
    for matter in waiting.select_related("owner"):
        yield Occasion(
            TeamNotice.MATTER_DUE,
            key=f"due-matter-{matter.pk}-{matter.due_on}",
            url=matter.get_absolute_url(),
            facts=facts_of(matter=shortened_matter(matter), by=matter.due_on),
            to=answerers_of(matter, reader),
            due_on=matter.due_on,
        )


def answerers_of(matter: HelpRequest, reader: DebtReader) -> list[User]:
    """The named person, otherwise the people of the department asked."""
    if matter.owner:
        return able([matter.owner])
    return reader.asked_people.get(matter.to_id, []) if matter.to_id is not None else []


for _kind in (MATTER, OWNER):
    DEBT_KINDS.register(_kind.code, _kind)
DEBT_SOURCES.register("matters", matters_owed)
REMINDERS.register("matters", matters_ahead)
