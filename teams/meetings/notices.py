"""The kinds of notices of the loop: their sentences, and how their facts are read."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from governance.lists.text import long_date
from governance.records.words import NOTICE_FACTS, NOTICE_SENTENCES, as_written

from .models import Step
from .words import order_in_words


class MeetingNotice(TextChoices):
    """What happened; the label is the sentence, filled in with the notice's facts."""

    MEETING_ANNOUNCED = "meeting_announced", _("%(meeting)s: %(begins)s, %(place)s. Please attend.")
    MEETING_CHANGED = (
        "meeting_changed",
        _("%(meeting)s has changed: %(begins)s, %(place)s; before: %(was)s, %(was_place)s."),
    )
    MEETING_CANCELLED = (
        "meeting_cancelled",
        _("%(meeting)s of %(begins)s has been cancelled: %(reason)s"),
    )
    MINUTES_SUBMITTED = "minutes_submitted", _("The minutes of %(meeting)s are waiting to be signed.")
    MINUTES_RETURNED = "minutes_returned", _("The minutes of %(meeting)s were sent back: %(reason)s")
    MINUTES_ISSUED = "minutes_issued", _("The minutes of %(meeting)s have been issued.")
    MINUTES_CORRECTED = "minutes_corrected", _("The minutes of %(meeting)s have been corrected and issued again.")
    MINUTES_DUE = "minutes_due", _("Submit the minutes of %(meeting)s by %(by)s.")
    MINUTES_OVERDUE = "minutes_overdue", _("The minutes of %(meeting)s were to be submitted by %(by)s.")
    MINUTES_TO_SIGN = "minutes_to_sign", _("The minutes of %(meeting)s have been waiting to be signed since %(since)s.")


def moment_in_words(value: str) -> str:
    """A stored moment as a sentence writes it: 20 October 2026 15:00."""
    return long_date(datetime.fromisoformat(value))


for _fact in ("begins", "was"):
    NOTICE_FACTS.register(_fact, moment_in_words)


class OrderNotice(TextChoices):
    """What happened to an order or a circular; the label is the sentence, filled in with the notice's facts."""

    ORDER_ISSUED = "order_issued", _("%(order)s was issued to your team: %(subject)s. Please acknowledge it.")
    ORDER_ANSWERED = "order_answered", _("%(team)s has answered %(order)s: %(subject)s.")
    ORDER_ACCEPTED = "order_accepted", _("Your answer to %(order)s was accepted: %(subject)s.")
    ORDER_SENT_BACK = "order_sent_back", _("Your answer to %(order)s was sent back: %(subject)s. Please answer again.")
    ORDER_VOID = "order_void", _("%(order)s is void: %(subject)s.")
    ORDER_UNACKNOWLEDGED = (
        "order_unacknowledged",
        _("%(order)s was to be acknowledged by %(by)s: %(subject)s."),
    )
    ORDER_DUE = "order_due", _("Answer %(order)s by %(by)s: %(subject)s.")
    ORDER_OVERDUE = "order_overdue", _("An answer to %(order)s was due on %(by)s: %(subject)s.")
    ORDER_TO_JUDGE = (
        "order_to_judge",
        _("The answer of %(team)s to %(order)s has been waiting for a verdict since %(since)s."),
    )
    CIRCULAR_SIGNED = "circular_signed", _("A circular mentions your team: %(circular)s.")
    CIRCULAR_TO_SIGN = (
        "circular_to_sign",
        _("The circular “%(circular)s” has been waiting to be signed since %(since)s."),
    )


NOTICE_FACTS.register("order", order_in_words)


class RequirementNotice(TextChoices):
    """What happened; the label is the sentence, filled in with the notice's facts."""

    MATCHED = "clause_matched", _("%(team)s answers %(clause)s of %(document)s. Please answer by %(by)s.")
    MATCHED_ANY_DAY = "clause_matched_no_day", _("%(team)s answers %(clause)s of %(document)s. No date is set.")
    ANSWERED = "clause_answered", _("%(team)s has answered %(clause)s of %(document)s.")
    UNMATCHED = "clause_unmatched", _("%(clause)s of %(document)s has had no team since %(since)s.")
    ANSWER_OVERDUE = (
        "clause_answer_overdue",
        _("The answer of %(team)s to %(clause)s of %(document)s was due on %(by)s."),
    )


class ShowcaseNotice(TextChoices):
    """What happened; the label is the sentence, filled in with the notice's facts."""

    STEP_PROPOSED = "showcase_proposed", _("%(team)s reports a step of “%(showcase)s”: %(rung)s. Please confirm it.")
    STEP_CONFIRMED = "showcase_confirmed", _("The step of “%(showcase)s” is confirmed: %(rung)s.")
    STEP_WITHDRAWN = "showcase_withdrawn", _("The step of “%(showcase)s” was withdrawn: %(rung)s. %(word)s")
    COPIED = "showcase_copied", _("%(who)s now uses “%(showcase)s”.")
    STEP_WAITING = (
        "showcase_step_waiting",
        _("A step of “%(showcase)s” has been waiting to be confirmed since %(since)s: %(rung)s."),
    )
    PRACTICE_OVERDUE = (
        "practice_overdue",
        _("%(team)s was to say by %(by)s what became of the learned practice “%(showcase)s”."),
    )


NOTICE_FACTS.register("clause", lambda number: str(_("Clause %(number)s") % {"number": number}))
NOTICE_FACTS.register("rung", lambda name: str(dict(Step.choices).get(name, name)))


class ProblemNotice(TextChoices):
    """What happened to a prominent problem; the label is the sentence, filled in with the notice's facts."""

    RAISED = "problem_raised", _("A problem was raised (%(teams)s): %(problem)s.")
    ANALYSED = (
        "problem_analysed",
        _("Problem %(problem)s was analysed. %(team)s leads; it is to be resolved by %(by)s."),
    )
    MERGED = "problem_merged", _("Problem %(merged)s was merged into problem %(problem)s.")
    DROPPED = "problem_dropped", _("Problem %(problem)s was dropped: %(reason)s")
    TAKEN_UP = "problem_taken_up", _("%(team)s has taken up problem %(problem)s.")
    TASK_ADDED = "problem_task_added", _("Task %(task)s now belongs to the rectification of problem %(problem)s.")
    RESOLVED = "problem_resolved", _("%(team)s reports problem %(problem)s as resolved. Please verify it.")
    CLOSED_OUT = "problem_closed_out", _("Problem %(problem)s is closed out. The office looks back on %(by)s.")
    SENT_BACK = "problem_sent_back", _("Problem %(problem)s was sent back for more rectification: %(reason)s")
    REOPENED = "problem_reopened", _("Problem %(problem)s was reopened and is now due on %(by)s: %(reason)s")
    HOLDS = "problem_holds", _("The office looked back on problem %(problem)s: it has not returned.")
    TAKE_UP_OVERDUE = "problem_take_up_overdue", _("Problem %(problem)s was to be taken up by %(by)s.")
    DUE_SOON = "problem_due_soon", _("Problem %(problem)s is to be resolved by %(by)s.")
    OVERDUE = "problem_overdue", _("Problem %(problem)s was to be resolved by %(by)s.")
    ANALYSIS_WAITING = (
        "problem_analysis_waiting",
        _("Problem %(problem)s has been waiting for analysis since %(since)s."),
    )
    VERIFICATION_WAITING = (
        "problem_verification_waiting",
        _("Problem %(problem)s has been waiting to be verified since %(since)s."),
    )
    LOOK_BACK_WAITING = "problem_look_back_waiting", _("Look back on problem %(problem)s: due since %(since)s.")


class DecisionNotice(TextChoices):
    """What happened to a decision or to a line of an instruction."""

    DECISION_ADOPTED = "decision_adopted", _("A decision concerns your team: %(decision)s.")
    DECISION_DROPPED = "decision_dropped", _("A decision no longer stands: %(decision)s.")
    DECISION_DONE = "decision_done", _("The special office has recorded as done: %(decision)s.")
    DECISION_NOT_DONE = "decision_not_done", _("The special office has withdrawn the record of %(decision)s.")
    LINE_GIVEN = "line_given", _("An instruction concerns your team: %(line)s.")
    LINE_REPORTED = "line_reported", _("%(team)s has reported on an instruction: %(line)s.")
    LINE_DUE = "line_due", _("%(team)s carries out an instruction by %(by)s: %(line)s.")
    LINE_OVERDUE = "line_overdue", _("%(team)s was to carry out an instruction by %(by)s: %(line)s.")
    INTO_WORK_WAITING = (
        "decision_work_waiting",
        _("A decision has been waiting to become work since %(since)s: %(decision)s."),
    )


KINDS = (MeetingNotice, OrderNotice, RequirementNotice, ShowcaseNotice, ProblemNotice, DecisionNotice)
"""Those of each room."""

for _fact in (
    "meeting",
    "place",
    "was_place",
    "reason",
    "subject",
    "circular",
    "document",
    "showcase",
    "problem",
    "merged",
    "teams",
    "decision",
    "line",
):
    NOTICE_FACTS.register(_fact, as_written)

for _kinds in KINDS:
    for _kind in _kinds.choices:
        NOTICE_SENTENCES.register(*_kind)
