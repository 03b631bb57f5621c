"""What waits for the office decided together: every decision by its own verb, all of them or none.

Each decision leaves its own audit event and notice, as if taken alone: it is an act about one task, whose history
tells who decided it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import NotAllowed
from governance.records.verbs import in_one_transaction

from ..models import CloseOut, Extension
from .close_outs import decide_close_out
from .extensions import decide_extension

MOST_DECISIONS = 100
"""Decisions taken together at most: each is carried out for itself, and one transaction holds them all."""


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
    return [
        _deciding(one, lambda each: decide_extension(each, granted=granted, by=by, at=at, answer=answer))
        for one in _in_order(extensions)
    ]


@in_one_transaction
def accept_close_outs(close_outs: Sequence[CloseOut], *, by: User, at: datetime, answer: str = "") -> list[CloseOut]:
    """Confirm several close-outs.

    Raises:
        NotAllowed: `by` is not of the special office, or asked for one of them; named.
        WrongState: one is decided already, or its task was cancelled; named.
    """
    require("decide_close_outs", by, None)
    return [
        _deciding(one, lambda each: decide_close_out(each, accepted=True, by=by, at=at, answer=answer))
        for one in _in_order(close_outs)
    ]


def hindrance_to_decide(asked: Extension | CloseOut, rule: str, by: User) -> str:
    """Why this person cannot decide what was asked, as a sentence; empty when it can be decided."""
    if not asked.is_waiting:
        return str(_("This does not wait for a decision any more."))
    if not may(by, rule, asked):
        return str(_("Who asked does not decide."))
    return ""


def _in_order(asked: Sequence[Extension | CloseOut]) -> list[Extension | CloseOut]:
    """By task, so that two people who decide together take the locks in the same order."""
    return sorted(asked, key=lambda one: one.task_id)


def _deciding(
    asked: Extension | CloseOut, decide: Callable[[Extension | CloseOut], Extension | CloseOut]
) -> Extension | CloseOut:
    """Decide one; that its asker may not is said with its name."""
    try:
        return decide(asked)
    except NotAllowed as refusal:
        raise NotAllowed(_("“%(task)s”: who asked does not decide.") % {"task": asked.task}) from refusal
