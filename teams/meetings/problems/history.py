"""The history of a problem in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from governance.lists.text import long_date

from ..models import Problem, ProblemStep
from ..states import ProblemState
from .courses import Course


@dataclass(frozen=True)
class Told:
    """A step as a sentence, with its words."""

    at: datetime
    sentence: str
    text: str = ""


def story(course: Course, merged: Sequence[Problem]) -> list[Told]:
    """The steps of a problem and of those merged into it, last first."""
    before = ["", *(step.state for step in course.steps)]
    told = [_told(*pair) for pair in zip(course.steps, before, strict=False)]
    for problem in merged:
        for step in problem.steps.all():
            if step.state == ProblemState.MERGED:
                sentence = _("%(who)s merged problem %(problem)s into this one.")
                told.append(Told(step.at, sentence % {"who": _who(step), "problem": problem}, step.text))
    return sorted(told, key=lambda each: each.at, reverse=True)


def _who(step: ProblemStep) -> str:
    return step.by.name if step.by else ""


def _told(step: ProblemStep, before: str) -> Told:
    """A step in words, by the state before it; one that leaves the state as it was added a task."""
    sentences = {
        ("", ProblemState.RAISED): _("%(who)s raised it."),
        (ProblemState.RAISED, ProblemState.ANALYSED): _("%(who)s analysed it; it is to be resolved by %(day)s."),
        (ProblemState.RAISED, ProblemState.DROPPED): _("%(who)s dropped it."),
        (ProblemState.ANALYSED, ProblemState.RECTIFYING): _("%(who)s took it up."),
        (ProblemState.RECTIFYING, ProblemState.RESOLVED): _("%(who)s reported it as resolved."),
        (ProblemState.RESOLVED, ProblemState.CLOSED_OUT): _("%(who)s verified it and closed it out."),
        (ProblemState.RESOLVED, ProblemState.RECTIFYING): _("%(who)s sent it back."),
        (ProblemState.CLOSED_OUT, ProblemState.CLOSED_OUT): _("%(who)s looked back: it has not returned."),
        (ProblemState.CLOSED_OUT, ProblemState.RECTIFYING): _(
            "%(who)s reopened it; it is now to be resolved by %(day)s."
        ),
    }
    merged = _("%(who)s merged it into another problem.")
    added = _("%(who)s added a task of rectification.")
    other = merged if step.state == ProblemState.MERGED else added
    sentence = sentences.get((before, ProblemState(step.state)), other)
    return Told(step.at, sentence % {"who": _who(step), "day": long_date(step.due_on)}, step.text)
