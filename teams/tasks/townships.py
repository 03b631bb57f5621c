"""A task's quantity by township: the office divides the target, the team enters counts (docs/rules.md#quantity).

The targets of the townships sum to the task's target. Their counts sum to the count in the team's next report, and
become progress when that report is accepted, never here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from governance.people.models import Township, User
from governance.people.permissions import require
from governance.records.refusals import Difference, Invalid, Stale, WrongState
from governance.records.verbs import checked, locked, save_version, verb

from ..models import Task, TaskShare
from ..rules.progress import percent_of_quantity
from ..states import EDITABLE_TASK_STATES
from ..words import count_asked
from .changes import change_task

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Share:
    """A form's numbers for one township; `seen` is the version of its row when the form was opened, 0 for no row.

    `confirmed` is the count that was asked a second time and is right.
    """

    township: Township
    target: Decimal = ZERO
    done: Decimal = ZERO
    seen: int | None = None
    confirmed: Decimal | None = None


@verb(says=_("divided a target among townships"))
def share_out(task: Task, shares: Sequence[Share], *, by: User, at: datetime, unit: str = "") -> list[TaskShare]:
    """Set target and count of each given township; others stay as they are.

    The sum of the targets becomes the task's target and the percent follows. A task that had only a percent starts with
    the sum of the counts; one that had a quantity keeps its count, which comes from reports. Returns the rows written;
    nothing is written when nothing changes.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the task is closed out or cancelled.
        Stale: a township's row to be changed has a newer version; carries each one.
        Invalid: no township has a target, a number is below 0, or the thing counted is not named; a count that is asked
            a second time, under "confirm-<township>".
    """
    task = locked(task, "action", "team")
    require("share_out", by, task)
    check_counts_open(task)
    rows = _rows(task)
    _refuse_impossible(shares)
    differing = _differing(rows, shares, ("target", "done"))
    if not differing:
        return []
    _refuse_unconfirmed(differing, {share.township.pk: share.target for share in differing}, unit.strip() or task.unit)
    fields = _quantity(task, _sum(rows, differing, "target"), _sum(rows, differing, "done"), unit=unit.strip())
    written, change = _write_rows(task, rows, differing, ("target", "done"))
    change_task(task, fields, also=change, cause="share_out", by=by, at=at)
    return written


@verb(says=_("entered counts by township"))
def count_shares(task: Task, counts: Sequence[Share], *, by: User, at: datetime) -> list[TaskShare]:
    """Write each township's count; the team's next report is prefilled with the sum. Targets are ignored.

    Raises:
        NotAllowed: `by` neither drafts for the team nor is of the special office.
        WrongState: the task is closed out or cancelled, or has no townships.
        Stale: a township's row to be changed has a newer version; carries each one.
        Invalid: a number is below 0, or a township has no share in the task; a count that is asked a second time, under
            "confirm-<township>".
    """
    task = locked(task, "action", "team")
    require("count_shares", by, task)
    check_counts_open(task)
    rows = _rows(task)
    strangers = [share.township for share in counts if share.township.pk not in rows and share.done]
    if strangers:
        raise Invalid(fields={_field(strangers[0], "done"): _("This township has no share in the task.")})
    _refuse_impossible(counts)
    differing = _differing(rows, counts, ("done",))
    if not differing:
        return []
    _refuse_unconfirmed(differing, {township: row.target for township, row in rows.items()}, task.unit)
    written, change = _write_rows(task, rows, differing, ("done",))
    change_task(task, {}, also=change, cause="count_shares", by=by, at=at)
    return written


def _rows(task: Task) -> dict[int, TaskShare]:
    """The rows of a locked task by township."""
    return {row.township_id: row for row in task.shares.select_related("township")}


def _field(township: Township, name: str) -> str:
    """The name of a township's number in a form."""
    return f"{name}-{township.pk}"


def _refuse_impossible(shares: Sequence[Share]) -> None:
    faults = {
        _field(share.township, name): _("Target and count must be 0 or more.")
        for share in shares
        for name in ("target", "done")
        if getattr(share, name) < 0
    }
    if faults:
        raise Invalid(fields=faults)


def _refuse_unconfirmed(shares: Sequence[Share], targets: Mapping[int, Decimal], unit: str) -> None:
    """Ask for each count that is twice its target or more whether it is right, unless that very count is confirmed."""
    faults = {
        _field(share.township, "confirm"): asked
        for share in shares
        if (asked := count_asked(share.done, targets.get(share.township.pk), unit, share.confirmed))
    }
    if faults:
        raise Invalid(fields=faults)


def check_counts_open(task: Task) -> None:
    """Refuse where the task's targets and counts by township can no longer be changed.

    Raises:
        WrongState: the task is closed out or cancelled.
    """
    if task.state not in EDITABLE_TASK_STATES:
        raise WrongState(
            _("“%(task)s” is now: %(state)s. Its counts can no longer be changed.")
            % {"task": task, "state": task.get_state_display()}
        )


def _differing(rows: Mapping[int, TaskShare], shares: Sequence[Share], names: Sequence[str]) -> list[Share]:
    """The shares that would change something.

    Only these are compared with the version seen, so that people can edit different townships at the same time.

    Raises:
        Stale: one of their rows has a newer version.
    """
    differing = [share for share in shares if _differs(rows.get(share.township.pk), share, names)]
    stale = [share for share in differing if _is_stale(rows.get(share.township.pk), share)]
    if stale:
        raise Stale([_difference(rows.get(share.township.pk), share) for share in stale])
    return differing


def _sum(rows: Mapping[int, TaskShare], shares: Sequence[Share], name: str) -> Decimal:
    """The sum of the rows once `shares` are written."""
    values = {township: getattr(row, name) for township, row in rows.items()}
    values |= {share.township.pk: getattr(share, name) for share in shares}
    return sum(values.values(), ZERO)


def _write_rows(
    task: Task, rows: Mapping[int, TaskShare], shares: Sequence[Share], names: Sequence[str]
) -> tuple[list[TaskShare], dict[str, list[str]]]:
    """Write `shares` into their rows, creating new ones as needed: (rows written, {township: [was, is]})."""
    written, change = [], {}
    for share in shares:
        given = {name: getattr(share, name) for name in names}
        row = rows.get(share.township.pk)
        was = _words(row)
        if row is None:
            row = checked(TaskShare(task=task, township=share.township, **given))
            row.save()
        else:
            save_version(row, given)
        change[share.township.name] = [was, _words(row)]
        written.append(row)
    return written, change


def _differs(row: TaskShare | None, share: Share, names: Sequence[str]) -> bool:
    return any((getattr(row, name) if row else ZERO) != getattr(share, name) for name in names)


def _is_stale(row: TaskShare | None, share: Share) -> bool:
    return share.seen is not None and share.seen != (row.version if row else 0)


def _difference(row: TaskShare | None, share: Share) -> Difference:
    return Difference(share.township.name, _words(row), _words(TaskShare(target=share.target, done=share.done)))


def _words(row: TaskShare | None) -> str:
    """Count and target as text: 3 / 12."""
    return f"{row.done.normalize():f} / {row.target.normalize():f}" if row else ""


def _quantity(task: Task, target: Decimal, counted: Decimal, *, unit: str) -> Mapping[str, Decimal | str]:
    """The task's new quantity once its townships sum to `target`."""
    if target <= 0:
        raise Invalid(_("Give at least one township a target above 0."))
    unit = unit or task.unit
    if not unit:
        raise Invalid(fields={"unit": _("Say what is counted: 个, 户, 人次 …")})
    done = counted if task.done is None else task.done
    percent = percent_of_quantity(done=done, target=target)
    return {"target": target, "unit": unit, "done": done, "percent": percent}
