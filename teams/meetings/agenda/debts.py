"""Debts about minutes: the secretary submits them, another person of the special office or a leader signs them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.clock import day_of
from governance.people.models import User
from governance.people.roles import Role
from teams.debts.debts import DEBT_KINDS, DEBT_SOURCES, Debt, DebtKind, Debtor, OfficeDebtKind
from teams.debts.occasions import able
from teams.debts.reader import DebtReader

from ..models import Meeting
from ..notices import MeetingNotice
from ..states import MeetingState
from .terms import SIGN_DAYS, minutes_term


class MinutesKind(DebtKind):
    """Minutes to submit, owed by the secretary of the meeting."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"meeting": debt.row.title}

    def people(self, debt: Debt, reader: DebtReader) -> Sequence[User]:
        return able([debt.row.secretary])


@dataclass(frozen=True, eq=False, kw_only=True)
class SignKind(OfficeDebtKind):
    """Minutes that wait for a signature."""

    def facts(self, debt: Debt) -> dict[str, str]:
        return {"meeting": debt.row.title}


MINUTES = MinutesKind(
    "minutes",
    order=48,
    label=pgettext_lazy("owed", "Minutes to submit"),
    chat=pgettext_lazy("chat", "%(who)s: minutes of %(what)s, due %(by)s, %(days)s. Please submit them."),
    overdue=MeetingNotice.MINUTES_OVERDUE,
    due_soon=MeetingNotice.MINUTES_DUE,
)
SIGN = SignKind(
    code="minutes_sign",
    order=94,
    label=pgettext_lazy("owed", "Minutes to sign"),
    chat=pgettext_lazy("chat", "minutes of %(what)s, submitted %(since)s, %(days)s"),
    overdue=MeetingNotice.MINUTES_TO_SIGN,
    term=SIGN_DAYS,
)


def minutes_owed(reader: DebtReader) -> Iterator[Debt]:
    """Minutes to submit and to sign: one query. A correction of issued minutes has no term and is not listed."""
    for meeting in _waiting(reader):
        due_on = minutes_term(meeting, reader.working_days)
        if due_on is None:
            continue
        is_written = meeting.state == MeetingState.MINUTES_SUBMITTED
        opens = reader.may("check_minutes" if is_written else "prepare_meetings")
        yield Debt(
            SIGN if is_written else MINUTES,
            row=meeting,
            subject=meeting,
            on=reader.on,
            since=day_of(meeting.submitted_at if is_written and meeting.submitted_at else meeting.starts_at),
            due_on=due_on,
            debtors=() if is_written else (Debtor(meeting.secretary, Role.MEETING_SECRETARY.label),),
            url=reverse("meeting_minutes", args=[meeting.code]) if opens else meeting.get_absolute_url(),
        )


def _waiting(reader: DebtReader) -> list[Meeting]:
    states = (MeetingState.HELD, MeetingState.MINUTES_SUBMITTED)
    rows = reader.visible(Meeting.objects.filter(action=reader.action, state__in=states))
    return list(rows.select_related("secretary", "submitted_by").order_by("starts_at", "pk"))


for _kind in (MINUTES, SIGN):
    DEBT_KINDS.register(_kind.code, _kind)
DEBT_SOURCES.register("minutes", minutes_owed)
