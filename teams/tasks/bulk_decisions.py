"""Several decisions of the office at once: each by its own verb, all of them or none.

Each decision has its own audit event and notice, as if taken alone, so that the history of each task tells who decided.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import NotAllowed
from governance.records.verbs import in_one_transaction

from ..models import CloseOut, Extension
from ..models.request import TaskRequest
from .close_outs import decide_close_out
from .extensions import decide_extension
from .requests import Asked

MOST_DECISIONS = 100
"""The most decisions at once: each runs its own verb, all in one transaction."""


@in_one_transaction
def decide_extensions(
    extensions: Sequence[Extension], *, granted: bool, by: User, at: datetime, answer: str = ""
) -> list[Extension]:
    """Grant or refuse several extensions with one answer.

    Raises:
        NotAllowed: `by` is not of the special office, or asked for one of them; named.
        WrongState: one is decided already, or its task can no longer be extended; named.
        Invalid: they are refused without a reason.
    """
    require("decide_extensions", by, None)
    return _decide_each(extensions, partial(decide_extension, granted=granted, by=by, at=at, answer=answer))


@in_one_transaction
def accept_close_outs(close_outs: Sequence[CloseOut], *, by: User, at: datetime, answer: str = "") -> list[CloseOut]:
    """Confirm several close-outs.

    Raises:
        NotAllowed: `by` is not of the special office, or asked for one of them; named.
        WrongState: one is decided already, or its task was cancelled; named.
    """
    require("decide_close_outs", by, None)
    return _decide_each(close_outs, partial(decide_close_out, accepted=True, by=by, at=at, answer=answer))


def hindrance_to_decide(asked: TaskRequest, by: User) -> str:
    """Why this person cannot decide what was asked, as a sentence; empty when it can be decided."""
    if not asked.is_waiting:
        return str(_("This request is no longer waiting for a decision."))
    if not may(by, f"decide_{asked.KIND}", asked):
        return str(_("You cannot decide your own request."))
    return ""


def _decide_each(requests: Sequence[Asked], decide: Callable[[Asked], Asked]) -> list[Asked]:
    """Decide in the order of tasks, so that two concurrent runs take the locks in the same order."""
    decided = []
    for asked in sorted(requests, key=lambda one: one.task_id):
        try:
            decided.append(decide(asked))
        except NotAllowed as refusal:
            raise NotAllowed(_("“%(task)s”: you cannot decide your own request.") % {"task": asked.task}) from refusal
    return decided
