"""Extensions: a due date changes when another person agrees (docs/rules.md#extensions)."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.values import WITHHELD
from governance.records.verbs import checked, locked, record, verb

from ..models import Extension, Task
from ..notices import TeamNotice
from ..states import EXTENSIBLE_TASK_STATES
from .changes import change_task
from .requests import keep_decision, locked_undecided, tell_asked, tell_decided


@verb(says=_("requested an extension"))
def ask_extension(task: Task, *, new_due_on: date, reason: str, by: User, at: datetime) -> Extension:
    """Ask for a later due date, on the due day at the latest; the office is notified.

    Raises:
        NotAllowed: `by` is not head or deputy of the team.
        WrongState: the task is closed out or cancelled, another request is open, or the due day has passed.
        Invalid: the task is ongoing, the new date is not later, or no reason is given.
    """
    task = locked(task, "team")
    require("ask_extension", by, task)
    due_on = check_extensible(task, on=day_of(at))
    _refuse_impossible(due_on, new_due_on, reason)
    extension = checked(
        Extension(task=task, old_due_on=due_on, new_due_on=new_due_on, reason=reason.strip(), asked_by=by, asked_at=at)
    )
    extension.save()
    record("ask_extension", task, by=by, at=at, change={"due_on": [due_on, new_due_on], "reason": WITHHELD})
    tell_asked(extension, TeamNotice.EXTENSION_ASKED, at=at, due_on=due_on)
    return extension


@verb(says=_("decided an extension"))
def decide_extension(extension: Extension, *, granted: bool, by: User, at: datetime, answer: str = "") -> Extension:
    """Grant or refuse an extension; granting it changes the due date, and the original date stays on record.

    Raises:
        NotAllowed: `by` is not of the special office, or asked for it.
        WrongState: it is decided, the task can no longer be extended, or it is due later already.
        Invalid: it is refused without a reason.
    """
    extension = locked_undecided(
        extension, by, _("The extension of “%(task)s” has already been decided. Reload the page.")
    )
    task = extension.task
    _refuse_unless_extensible(task)
    if granted and task.due_on is not None and extension.new_due_on <= task.due_on:
        raise WrongState(
            _("“%(task)s” is already due on %(day)s, which is no earlier than the date requested: refuse it.")
            % {"task": task, "day": task.due_on}
        )
    unexplained = _("Say why the extension is refused.")
    keep_decision(extension, granted, answer, unexplained=unexplained, by=by, at=at)
    decided = {"granted": [None, granted], "answer": WITHHELD}
    if granted:
        fields = {"due_on": extension.new_due_on}
        change_task(task, fields, also=decided, cause="decide_extension", by=by, at=at, reason=extension.reason)
    else:
        record("decide_extension", task, by=by, at=at, change=decided)
    kind = TeamNotice.EXTENSION_GRANTED if granted else TeamNotice.EXTENSION_REFUSED
    tell_decided(extension, kind, at=at, due_on=task.due_on)
    return extension


def check_extensible(task: Task, *, on: date) -> date:
    """The due day that could be extended on the day `on`; whatever is typed, the other tasks are refused.

    Raises:
        WrongState: the task is closed out or cancelled, another request is open, or the due day has passed.
        Invalid: the task is ongoing.
    """
    _refuse_unless_extensible(task)
    if task.due_on is None:
        raise Invalid(_("An ongoing task has no due date to extend."))
    if task.extensions.undecided().exists():
        raise WrongState(_("An extension of “%(task)s” is already waiting for the office.") % {"task": task})
    if on > task.due_on:
        raise WrongState(
            _("“%(task)s” was due on %(day)s. An extension must be requested before the due date has passed.")
            % {"task": task, "day": task.due_on}
        )
    return task.due_on


def _refuse_unless_extensible(task: Task) -> None:
    if task.state not in EXTENSIBLE_TASK_STATES:
        raise WrongState(
            _("“%(task)s” is now: %(state)s. Its due date can no longer be extended.")
            % {"task": task, "state": task.get_state_display()}
        )


def _refuse_impossible(due_on: date, new_due_on: date, reason: str) -> None:
    faults: dict[str, Text] = {}
    if new_due_on <= due_on:
        faults["new_due_on"] = _("The new due date must be after %(day)s.") % {"day": due_on}
    if not reason.strip():
        faults["reason"] = _("Say why the task needs more time.")
    if faults:
        raise Invalid(fields=faults)
