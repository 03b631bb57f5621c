"""Closing tasks out: the head asks, the office decides, never the same person (docs/rules.md#close-outs)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.files import CheckedFile
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid
from governance.records.values import WITHHELD
from governance.records.verbs import checked, locked, verb

from ..evidence.attachments import change_of, keep_evidence
from ..models import CloseOut, CloseOutEvidence, Task
from ..notices import TeamNotice
from ..states import TASK_MOVES, TaskState, check_move
from .changes import change_task
from .requests import keep_decision, locked_undecided, tell_asked, tell_decided


@verb(says=_("requested close-out"))
def ask_close_out(task: Task, *, statement: str, by: User, at: datetime, files: Sequence[CheckedFile] = ()) -> CloseOut:
    """Ask the office to close a task out, with evidence; from this day on time no longer counts for its lamp.

    Raises:
        NotAllowed: `by` is not head or deputy of the team.
        WrongState: the task is not in progress, or its close-out is requested already.
        Invalid: the achievement is not described, or a file is given twice.
    """
    task = locked(task, "action", "team")
    require("ask_close_out", by, task)
    check_move(task, TaskState.CLOSE_OUT_REQUESTED, TASK_MOVES)
    if not statement.strip():
        raise Invalid(fields={"statement": _("Say what was achieved, so that the office can check it.")})
    asked_on = day_of(at)
    close_out = checked(
        CloseOut(
            task=task,
            number=(task.close_outs.aggregate(last=Max("number"))["last"] or 0) + 1,
            statement=statement.strip(),
            due_on=task.due_on,
            asked_by=by,
            asked_at=at,
            asked_on=asked_on,
        )
    )
    close_out.save()
    proofs = keep_evidence(CloseOutEvidence, close_out, files, by=by, at=at)
    fields = {"state": TaskState.CLOSE_OUT_REQUESTED, "asked_on": asked_on}
    said = {"statement": WITHHELD} | (change_of(proofs) if proofs else {})
    change_task(task, fields, also=said, cause="ask_close_out", by=by, at=at)
    tell_asked(close_out, TeamNotice.CLOSE_OUT_ASKED, at=at)
    return close_out


@verb(says=_("decided a close-out"))
def decide_close_out(close_out: CloseOut, *, accepted: bool, by: User, at: datetime, answer: str = "") -> CloseOut:
    """Close the task out, or send it back with a reason.

    A closed-out task is grey, but permanently yellow when it was asked after the due day then in force. For a task sent
    back, the lamp dates are computed as if nothing had been asked.

    Raises:
        NotAllowed: `by` is not of the special office, or asked for it.
        WrongState: it is decided, or the task was cancelled in the meantime.
        Invalid: it is sent back without a reason.
    """
    decided = _("The close-out of “%(task)s” has already been decided. Reload the page.")
    close_out = locked_undecided(close_out, by, decided)
    task = close_out.task
    check_move(task, TaskState.CLOSED_OUT if accepted else TaskState.IN_PROGRESS, TASK_MOVES)
    keep_decision(close_out, accepted, answer, unexplained=_("Say what is still missing."), by=by, at=at)
    fields = (
        {"state": TaskState.CLOSED_OUT, "closed_on": day_of(at)}
        if accepted
        else {"state": TaskState.IN_PROGRESS, "asked_on": None}
    )
    said = {"answer": WITHHELD}
    change_task(task, fields, also=said, cause="decide_close_out", by=by, at=at, reason=close_out.answer)
    tell_decided(close_out, TeamNotice.CLOSE_OUT_ACCEPTED if accepted else TeamNotice.CLOSE_OUT_SENT_BACK, at=at)
    return close_out
