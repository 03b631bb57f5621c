"""The states of the loop and the moves each verb may make (docs/rules.md#loop-states)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeetingState(models.TextChoices):
    """The state of a meeting."""

    PLANNED = "planned", pgettext_lazy("meeting", "In preparation")
    HELD = "held", pgettext_lazy("meeting", "Held")
    MINUTES_SUBMITTED = "minutes_submitted", _("Minutes submitted")
    MINUTES_ISSUED = "minutes_issued", _("Minutes issued")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


MEETING_MOVES: dict[MeetingState, tuple[MeetingState, ...]] = {
    MeetingState.PLANNED: (MeetingState.HELD, MeetingState.CANCELLED),
    MeetingState.HELD: (MeetingState.MINUTES_SUBMITTED, MeetingState.PLANNED),
    MeetingState.MINUTES_SUBMITTED: (MeetingState.MINUTES_ISSUED, MeetingState.HELD),
    MeetingState.MINUTES_ISSUED: (MeetingState.HELD,),
    MeetingState.CANCELLED: (),
}
"""Allowed moves of a meeting. Back to held: minutes sent back, or corrected after they were issued; back to planned:
marked held by mistake, while nothing came of it."""

MEETING_OVER = (MeetingState.HELD, MeetingState.MINUTES_SUBMITTED, MeetingState.MINUTES_ISSUED)
"""States of a meeting that has taken place."""


MEETING_WORKED_ON = (MeetingState.PLANNED, MeetingState.HELD)
"""States of a meeting that is still prepared or written up."""


class ItemState(models.TextChoices):
    """The state of an item of the agenda."""

    OPEN = "open", pgettext_lazy("agenda item", "Open")
    TAKEN = "taken", pgettext_lazy("agenda item", "Dealt with")
    DEFERRED = "deferred", pgettext_lazy("agenda item", "Deferred")


ITEM_MOVES: dict[ItemState, tuple[ItemState, ...]] = {
    ItemState.OPEN: (ItemState.TAKEN, ItemState.DEFERRED),
    ItemState.TAKEN: (ItemState.OPEN, ItemState.DEFERRED),
    ItemState.DEFERRED: (ItemState.OPEN, ItemState.TAKEN),
}
"""Allowed moves of an item until the minutes are submitted."""


class AttendanceMark(models.TextChoices):
    """Whether an invited person came."""

    EXPECTED = "expected", pgettext_lazy("attendance", "Expected")
    PRESENT = "present", pgettext_lazy("attendance", "Present")
    LEAVE = "leave", pgettext_lazy("attendance", "On leave")
    STAND_IN = "stand_in", pgettext_lazy("attendance", "Stand-in")
    ABSENT = "absent", pgettext_lazy("attendance", "Absent")


class DecisionState(models.TextChoices):
    """The state of a decision or of a line of an instruction; whether it is done is read from what came of it."""

    PROPOSED = "proposed", pgettext_lazy("decision", "Proposed")
    ADOPTED = "adopted", pgettext_lazy("decision", "Adopted")
    DROPPED = "dropped", pgettext_lazy("decision", "Dropped")


DECISION_MOVES: dict[DecisionState, tuple[DecisionState, ...]] = {
    DecisionState.PROPOSED: (DecisionState.ADOPTED, DecisionState.DROPPED),
    DecisionState.ADOPTED: (DecisionState.DROPPED,),
    DecisionState.DROPPED: (),
}
"""Allowed moves of a decision."""


class ProblemState(models.TextChoices):
    """The state of a prominent problem."""

    RAISED = "raised", pgettext_lazy("problem", "To be analysed")
    ANALYSED = "analysed", pgettext_lazy("problem", "Analysed")
    RECTIFYING = "rectifying", pgettext_lazy("problem", "In rectification")
    RESOLVED = "resolved", pgettext_lazy("problem", "To be verified")
    CLOSED_OUT = "closed_out", pgettext_lazy("problem", "Closed out")
    MERGED = "merged", pgettext_lazy("problem", "Merged")
    DROPPED = "dropped", pgettext_lazy("problem", "Dropped")


PROBLEM_MOVES: dict[ProblemState, tuple[ProblemState, ...]] = {
    ProblemState.RAISED: (ProblemState.ANALYSED, ProblemState.MERGED, ProblemState.DROPPED),
    ProblemState.ANALYSED: (ProblemState.RECTIFYING, ProblemState.MERGED),
    ProblemState.RECTIFYING: (ProblemState.RESOLVED,),
    ProblemState.RESOLVED: (ProblemState.CLOSED_OUT, ProblemState.RECTIFYING),
    ProblemState.CLOSED_OUT: (ProblemState.RECTIFYING,),
    ProblemState.MERGED: (),
    ProblemState.DROPPED: (),
}
"""Allowed moves of a problem. Back in rectification: sent back by whoever verifies it, or reopened after closing."""

LIVE_PROBLEM_STATES = (ProblemState.RAISED, ProblemState.ANALYSED, ProblemState.RECTIFYING, ProblemState.RESOLVED)
"""States of a problem that is still worked on."""

SURVIVOR_STATES = (ProblemState.RAISED, ProblemState.ANALYSED, ProblemState.RECTIFYING)
"""States of a problem into which another may be merged."""


class OrderState(models.TextChoices):
    """The state of a supervision order."""

    ISSUED = "issued", pgettext_lazy("order", "Issued")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("order", "Acknowledged")
    ANSWERED = "answered", pgettext_lazy("order", "Answered")
    SENT_BACK = "sent_back", pgettext_lazy("order", "Answer sent back")
    ACCEPTED = "accepted", pgettext_lazy("order", "Answer accepted")
    VOID = "void", pgettext_lazy("order", "Void")


ORDER_MOVES: dict[OrderState, tuple[OrderState, ...]] = {
    OrderState.ISSUED: (OrderState.ACKNOWLEDGED, OrderState.ANSWERED, OrderState.VOID),
    OrderState.ACKNOWLEDGED: (OrderState.ANSWERED, OrderState.VOID),
    OrderState.ANSWERED: (OrderState.ACCEPTED, OrderState.SENT_BACK, OrderState.VOID),
    OrderState.SENT_BACK: (OrderState.ANSWERED, OrderState.VOID),
    OrderState.ACCEPTED: (OrderState.VOID,),
    OrderState.VOID: (),
}
"""Allowed moves of a supervision order. An answer acknowledges it."""


class CircularState(models.TextChoices):
    """The state of a circular that is being written."""

    DRAFT = "draft", pgettext_lazy("circular", "Draft")
    SIGNED = "signed", pgettext_lazy("circular", "Signed")
    WITHDRAWN = "withdrawn", pgettext_lazy("circular", "Withdrawn")


CIRCULAR_MOVES: dict[CircularState, tuple[CircularState, ...]] = {
    CircularState.DRAFT: (CircularState.SIGNED, CircularState.WITHDRAWN),
    CircularState.SIGNED: (),
    CircularState.WITHDRAWN: (),
}
"""Allowed moves of the draft of a circular."""
