"""Sentences about why a task has its lamp and how it will change, in the reader's language (docs/rules.md#lamp)."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.lists.text import day_text, overdue_text, percent_text, points_text, whole

from ..rules.lamps import Lamp, LampReason, Thresholds, lamp_on
from ..states import TaskState
from ..words import LAMP_WORDS
from .standing import TaskStanding

SOON_DAYS = 7
"""How many days before its due day a task starts to show the days left."""


def lamp_sentence(standing: TaskStanding, thresholds: Thresholds) -> str:
    """The reason of the lamp, with the numbers and the thresholds that made it so."""
    sentence = _REASONS[standing.reason](standing, thresholds)
    if standing.row.state == TaskState.CLOSE_OUT_REQUESTED:
        stopped = _("Close-out was requested on %(day)s; since then time does not count.")
        return f"{sentence} {stopped % {'day': day_text(standing.row.asked_on)}}"
    return sentence


def outlook(standing: TaskStanding) -> list[tuple[Lamp, str]]:
    """The coming lamps if nothing changes: (lamp, sentence), in the order of their days."""
    row = standing.row
    if not row.is_open:
        return []
    coming = sorted({day for day in (row.blue_from, row.yellow_from, row.red_from) if day and day > standing.on})
    found: list[tuple[Lamp, str]] = []
    lamp = standing.lamp
    for day in coming:
        turned = lamp_on(row.state, row.lamp_dates, day)
        if turned != lamp:
            words = {"lamp": LAMP_WORDS[turned], "day": day_text(day)}
            found.append((turned, _("%(lamp)s from %(day)s if nothing changes") % words))
            lamp = turned
    return found


def due_note(standing: TaskStanding) -> tuple[str, str] | None:
    """The distance to the due day while time counts: (text, class "over" or "soon"); None when it is far."""
    row = standing.row
    if row.due_on is None or not row.is_open or row.state == TaskState.CLOSE_OUT_REQUESTED:
        return None
    days = (row.due_on - standing.on).days
    if days < 0:
        return overdue_text(-days), "over"
    if days == 0:
        return _("today"), "soon"
    if days <= SOON_DAYS:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}, "soon"
    return None


def _overdue(standing: TaskStanding, thresholds: Thresholds) -> str:
    row = standing.row
    if row.state == TaskState.CLOSE_OUT_REQUESTED:
        return _("Close-out was requested after the due date, %(due)s.") % {"due": day_text(row.due_on)}
    days = standing.days_over
    return ngettext("It was due on %(due)s, %(days)d day ago.", "It was due on %(due)s, %(days)d days ago.", days) % {
        "due": day_text(row.due_on),
        "days": days,
    }


def _far_behind(standing: TaskStanding, thresholds: Thresholds) -> str:
    return _("%(pace)s Red means a gap of more than %(gap)s points.") % {
        "pace": _pace(standing),
        "gap": thresholds.red_gap,
    }


def _behind(standing: TaskStanding, thresholds: Thresholds) -> str:
    return _("%(pace)s Yellow means a gap of %(gap)s points or more.") % {
        "pace": _pace(standing),
        "gap": thresholds.yellow_gap,
    }


def _closed_late(standing: TaskStanding, thresholds: Thresholds) -> str:
    return _("Closed out, but requested on %(asked)s, after the due date, %(due)s. This stays on record.") % {
        "asked": day_text(standing.row.asked_on),
        "due": day_text(standing.row.due_on),
    }


def _no_progress(standing: TaskStanding, thresholds: Thresholds) -> str:
    since = standing.row.progressed_on or standing.row.start_on
    return _(
        "No progress since %(since)s. A task without a due date turns yellow after %(days)d days without progress."
    ) % {
        "since": day_text(since),
        "days": thresholds.stale_days,
    }


def _due_soon(standing: TaskStanding, thresholds: Thresholds) -> str:
    return _("Due on %(due)s: blue begins %(days)d working days before.") % {
        "due": day_text(standing.row.due_on),
        "days": thresholds.blue_days,
    }


def _on_plan(standing: TaskStanding, thresholds: Thresholds) -> str:
    if standing.planned is None:
        return _("An ongoing task without milestones has no planned progress; it is green while there is progress.")
    return _pace(standing)


def _closed_out(standing: TaskStanding, thresholds: Thresholds) -> str:
    return _("Closed out on %(day)s.") % {"day": day_text(standing.row.closed_on)}


def _suspended(standing: TaskStanding, thresholds: Thresholds) -> str:
    return _("Suspended: time does not count.")


def _cancelled(standing: TaskStanding, thresholds: Thresholds) -> str:
    return _("Cancelled: no longer counted in the progress.")


def _pace(standing: TaskStanding) -> str:
    gap, planned = standing.gap or Decimal(0), standing.planned or Decimal(0)
    shown = percent_text if gap == gap.to_integral_value() and not planned % 1 else _exact_percent
    words = {"done": shown(standing.row.percent), "planned": shown(planned)}
    if gap > 0:
        return _("%(done)s done, %(planned)s planned: %(gap)s points behind.") % {**words, "gap": _points(gap)}
    if gap < 0:
        return _("%(done)s done, %(planned)s planned: %(gap)s points ahead.") % {**words, "gap": _points(-gap)}
    return _("%(done)s done, %(planned)s planned.") % words


def _exact_percent(percent: Decimal) -> str:
    """A percent with both decimals, where whole ones would not add up to a gap that decides about the lamp."""
    return f"{points_text(percent)}%"


def _points(gap: Decimal) -> str:
    """A gap without decimals where it is whole, otherwise with those that decide about the lamp."""
    return whole(gap) if gap == gap.to_integral_value() else points_text(gap)


_REASONS = {
    LampReason.OVERDUE: _overdue,
    LampReason.FAR_BEHIND: _far_behind,
    LampReason.BEHIND: _behind,
    LampReason.CLOSED_LATE: _closed_late,
    LampReason.NO_PROGRESS: _no_progress,
    LampReason.DUE_SOON: _due_soon,
    LampReason.ON_PLAN: _on_plan,
    LampReason.CLOSED_OUT: _closed_out,
    LampReason.SUSPENDED: _suspended,
    LampReason.CANCELLED: _cancelled,
}
