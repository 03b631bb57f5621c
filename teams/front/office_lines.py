"""Home lines for the special office: what it has to do itself, and whom it has to remind (`debts`)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q, Window
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from governance.clock import day_of
from governance.lists.text import long_date, names_text, short_date
from governance.people.roles import Role
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader

from ..debts.debts import Debt, DebtKind, read_debts
from ..debts.matter_debts import MATTER, OWNER, matter_debt, matters_waiting
from ..debts.reader import DebtReader, debt_reader_of
from ..debts.report_debts import PERIOD, REPORT, RETURNED, REVIEW
from ..debts.request_debts import CLOSE_OUT, EXTENSION
from ..reports.due_moments import DueMove, due_moves, moving
from ..roster.beginnings import Beginning
from .team_lines import first_steps_open

SOURCES = ("reports", "periods")
"""The sources of the debts that are read for a line here; requests and matters are counted."""

NAMED = 6
"""At most so many teams are named in a line."""


def office_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for each kind of work, with its oldest or nearest item."""
    if reader.action is None or not reader.user.has_role(Role.SPECIAL_OFFICE):
        return
    debts: dict[DebtKind, list[Debt]] = defaultdict(list)
    debt_reader = debt_reader_of(reader)
    for debt in read_debts(debt_reader, sources=SOURCES, whole=False):
        debts[debt.kind].append(debt)
    yield from _missing([debt for debt in debts[REPORT] if debt.is_over])
    yield from _not_again([debt for debt in debts[RETURNED] if debt.is_over])
    yield from _reviews(debts[REVIEW])
    yield from _extensions(debt_reader)
    yield from _close_outs(debt_reader)
    yield from _ownerless(debt_reader)
    yield from _unanswered(debt_reader)
    yield from _to_close(debts[PERIOD])
    yield from _to_move(moving(due_moves(reader.action, at=reader.now)))
    yield from _first_steps(reader.beginnings)


def _first(rows: Any, *order: str) -> Any | None:
    """The first of waiting rows, with how many there are, `count`, and when the `oldest` came: one query."""
    counted = rows.annotate(count=Window(Count("pk")), oldest=Window(Min("asked_at")))
    return counted.order_by(*order, "pk").first()


def _missing(debts: Sequence[Debt]) -> Iterator[TodoLine]:
    """Missing reports, one line per period."""
    by_period: dict[int, list[Debt]] = defaultdict(list)
    for debt in debts:
        by_period[debt.row.pk].append(debt)
    for late in by_period.values():
        yield TodoLine(
            "red",
            ngettext(
                "%(count)d team is overdue for %(period)s", "%(count)d teams are overdue for %(period)s", len(late)
            )
            % {"count": len(late), "period": late[0].row},
            _teams(late),
            _owed(REPORT, side="over", period=late[0].row.starts_on.isoformat()),
            pgettext("owed", "Outstanding items"),
            late[0].due_on,
            len(late),
        )


def _not_again(debts: Sequence[Debt]) -> Iterator[TodoLine]:
    """Returned reports past their date."""
    if debts:
        yield TodoLine(
            "red",
            ngettext(
                "%(count)d returned report has not been submitted again in time",
                "%(count)d returned reports have not been submitted again in time",
                len(debts),
            )
            % {"count": len(debts)},
            _teams(debts),
            _owed(RETURNED, side="over"),
            pgettext("owed", "Outstanding items"),
            debts[0].due_on,
            len(debts),
        )


def _reviews(debts: Sequence[Debt]) -> Iterator[TodoLine]:
    """Reports to review."""
    if debts:
        oldest = min(debts, key=lambda debt: debt.row.submitted_at)
        yield TodoLine(
            _tone(debts),
            ngettext("%(count)d report to review", "%(count)d reports to review", len(debts)) % {"count": len(debts)},
            _("Oldest: %(team)s, submitted on %(day)s.")
            % {"team": oldest.team_name, "day": long_date(oldest.row.submitted_at)},
            reverse("review_queue"),
            _("Review"),
            oldest.due_on,
            len(debts),
        )


def _extensions(reader: DebtReader) -> Iterator[TodoLine]:
    """Extensions to decide; more urgent if the due date passes soon."""
    nearest = _first(EXTENSION.waiting(reader).select_related("task"), "old_due_on")
    if nearest:
        passed = nearest.old_due_on < reader.on
        due_on = EXTENSION.due(day_of(nearest.oldest), reader)
        yield TodoLine(
            "red" if passed else _tone_of(due_on < reader.on),
            ngettext("%(count)d extension to decide", "%(count)d extensions to decide", nearest.count)
            % {"count": nearest.count},
            (_("Task %(task)s was due on %(day)s.") if passed else _("Task %(task)s is due on %(day)s."))
            % {"task": nearest.task, "day": long_date(nearest.old_due_on)},
            f"{reverse('decisions')}?kind={EXTENSION.code}",
            _("Decide"),
            min(nearest.old_due_on, due_on),
            nearest.count,
        )


def _close_outs(reader: DebtReader) -> Iterator[TodoLine]:
    """Close-outs to check."""
    oldest = _first(CLOSE_OUT.waiting(reader), "asked_at")
    if oldest:
        due_on = CLOSE_OUT.due(day_of(oldest.asked_at), reader)
        yield TodoLine(
            _tone_of(due_on < reader.on),
            ngettext("%(count)d close-out to check", "%(count)d close-outs to check", oldest.count)
            % {"count": oldest.count},
            _("Oldest: %(team)s, requested on %(day)s. You cannot check your own request.")
            % {"team": reader.teams[oldest.of_team].short_name, "day": long_date(day_of(oldest.asked_at))},
            f"{reverse('decisions')}?kind={CLOSE_OUT.code}",
            _("Check"),
            due_on,
            oldest.count,
        )


def _ownerless(reader: DebtReader) -> Iterator[TodoLine]:
    """Matters without anybody to answer them."""
    oldest = _first(matters_waiting(reader).filter(owner=None, to=None), "asked_at")
    if oldest:
        due_on = OWNER.due(day_of(oldest.passed_on_at or oldest.asked_at), reader)
        yield TodoLine(
            _tone_of(due_on < reader.on),
            ngettext(
                "%(count)d matter for coordination has nobody assigned to answer it",
                "%(count)d matters for coordination have nobody assigned to answer them",
                oldest.count,
            )
            % {"count": oldest.count},
            _("%(team)s: %(matter)s") % {"team": reader.teams[oldest.of_team].short_name, "matter": oldest},
            reverse("matter_assign", args=[oldest.pk]) if oldest.count == 1 else _owed(OWNER),
            _("Name a person"),
            due_on,
            oldest.count,
        )


def _unanswered(reader: DebtReader) -> Iterator[TodoLine]:
    """Matters whose answer is overdue."""
    asked = matters_waiting(reader).filter(Q(to__isnull=False) | Q(owner__isnull=False), due_on__lt=reader.on)
    oldest = _first(asked.select_related("owner__department", "to"), "due_on")
    if oldest:
        yield TodoLine(
            "yellow",
            ngettext(
                "%(count)d matter for coordination is overdue for an answer",
                "%(count)d matters for coordination are overdue for an answer",
                oldest.count,
            )
            % {"count": oldest.count},
            _("Oldest: %(who)s, due on %(day)s.")
            % {"who": matter_debt(oldest, reader).who, "day": long_date(oldest.due_on)},
            _owed(MATTER, side="over"),
            pgettext("owed", "Outstanding items"),
            oldest.due_on,
            oldest.count,
        )


def _to_close(debts: Sequence[Debt]) -> Iterator[TodoLine]:
    """Periods with all reports accepted."""
    for debt in debts:
        yield TodoLine(
            _tone([debt]),
            _("The period %(period)s can be closed") % {"period": debt.row},
            _("Reports were due on %(day)s; all have been accepted.") % {"day": short_date(debt.row.due_at)},
            reverse("period_close", args=[debt.row.pk]),
            _("Close"),
            debt.due_on,
        )


def _to_move(moves: Sequence[DueMove]) -> Iterator[TodoLine]:
    """Due moments that the calendar has left behind."""
    if moves:
        yield TodoLine(
            "yellow",
            ngettext(
                "%(count)d due time no longer matches the calendar",
                "%(count)d due times no longer match the calendar",
                len(moves),
            )
            % {"count": len(moves)},
            _("%(period)s: due on %(was)s; according to the calendar, on %(becomes)s.")
            % {
                "period": moves[0].period,
                "was": long_date(moves[0].was),
                "becomes": long_date(moves[0].becomes),
            },
            reverse("period_calendar"),
            _("Follow the calendar"),
            day_of(moves[0].was),
        )


def _first_steps(beginnings: Sequence[Beginning]) -> Iterator[TodoLine]:
    """New teams with an overdue first step."""
    for beginning in beginnings:
        late = [step for step in first_steps_open(beginning) if step.days_late]
        if late:
            yield TodoLine(
                "yellow",
                _("%(team)s is late with its first steps") % {"team": beginning.team.short_name},
                names_text(step.label for step in late),
                beginning.team.get_absolute_url(),
                _("Open"),
                late[0].row.due_on,
            )


def _tone(debts: Sequence[Debt]) -> str:
    """The tone of debts of the office."""
    return _tone_of(any(debt.days_over for debt in debts))


def _tone_of(is_over: bool) -> str:
    """Yellow once the office is past its own term, blue before."""
    return "yellow" if is_over else "blue"


def _teams(debts: Sequence[Debt]) -> str:
    return names_text(debt.team_name for debt in debts[:NAMED]) + ("…" if len(debts) > NAMED else "")


def _owed(kind: DebtKind, **narrowed: str) -> str:
    return f"{reverse('owed')}?{urlencode({'kind': kind.code, **narrowed})}"


TODO_SOURCES.register("office", office_lines)
