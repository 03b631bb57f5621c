"""Home lines about meetings: minutes to submit and to sign, decisions to turn into work."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from governance.lists.text import long_date
from governance.people.permissions import may
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by
from teams.debts.debts import Debt
from teams.debts.reader import debt_reader_of

from ..agenda.debts import MINUTES, SIGN, minutes_owed
from ..decisions.debts import INTO_WORK
from ..models import Meeting
from ..states import MeetingState


def minutes_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """For the secretary the minutes to submit, for the office and leaders those that they can sign."""
    user = reader.user
    if reader.action is None or not (may(user, "prepare_meetings") or may(user, "check_minutes")):
        return
    for debt in minutes_owed(debt_reader_of(reader)):
        if debt.kind is MINUTES and may(user, "prepare_meetings"):
            yield _minutes(debt)
        elif debt.kind is SIGN and may(user, "sign_minutes", debt.row):
            yield _to_sign(debt)
    if may(user, "prepare_meetings"):
        yield from _to_correct(reader)


def _minutes(debt: Debt) -> TodoLine:
    meeting = debt.row
    reason = meeting.return_reason
    title = _("Correct the minutes of %(meeting)s") if reason else _("Submit the minutes of %(meeting)s")
    note = _("Due on %(moment)s.") % {"moment": long_date(debt.due_on)}
    return TodoLine(
        tone_by(debt.due_on, debt.on),
        title % {"meeting": meeting},
        f"{note} {reason}" if reason else note,
        debt.url,
        _("Write the minutes"),
        debt.due_on,
    )


def _to_sign(debt: Debt) -> TodoLine:
    who = debt.row.submitted_by.name if debt.row.submitted_by else ""
    return TodoLine(
        tone_by(debt.due_on, debt.on),
        _("Sign the minutes of %(meeting)s") % {"meeting": debt.row},
        _("Submitted by %(who)s on %(day)s.") % {"who": who, "day": long_date(debt.since)},
        debt.url,
        _("Read and sign"),
        debt.due_on,
    )


def _to_correct(reader: TodoReader) -> Iterator[TodoLine]:
    """Issued minutes that were opened for a correction."""
    rows = Meeting.objects.visible_to(reader.user).filter(action=reader.action, state=MeetingState.HELD)
    for meeting in rows.exclude(correction_reason="").order_by("starts_at", "pk"):
        title = _("Correct the minutes of %(meeting)s") % {"meeting": meeting}
        url = reverse("meeting_minutes", args=[meeting.code])
        yield TodoLine("blue", title, meeting.correction_reason, url, _("Write the minutes"))


def work_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """For the office: the adopted decisions that are not work yet, in one line."""
    if reader.action is None or not may(reader.user, "turn_into_work"):
        return
    debts: Sequence[Debt] = list(INTO_WORK.debts(debt_reader_of(reader)))
    if debts:
        first = debts[0]
        title = ngettext("%(count)d decision is not work yet", "%(count)d decisions are not work yet", len(debts))
        yield TodoLine(
            tone_by(first.due_on, first.on),
            title % {"count": len(debts)},
            _("Oldest: %(decision)s, adopted on %(day)s.") % {"decision": first.row, "day": long_date(first.since)},
            first.url if len(debts) == 1 else f"{reverse('meeting_list')}?decisions=waiting#decisions",
            pgettext("decision", "Turn into work"),
            first.due_on,
        )


TODO_SOURCES.register("minutes", minutes_lines)
TODO_SOURCES.register("decisions into work", work_lines)
