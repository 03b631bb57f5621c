"""Why a row counted in a measure, or did not: stored as a code, shown as text."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Because(models.TextChoices):
    """The reason stored with each row behind a measured value."""

    CLOSED_OUT = "closed_out", _("closed out")
    CLOSED_ON_PAPER = "closed_on_paper", _("closed out on paper, without a request")
    NOT_CLOSED_OUT = "not_closed_out", _("not closed out by the cut-off")
    ASKED_ON_TIME = "asked_on_time", _("close-out asked on or before the due date")
    ASKED_LATE = "asked_late", _("close-out asked after the due date")
    NOT_ASKED = "not_asked", _("close-out not asked by the cut-off")
    SENT_BACK = "sent_back", _("close-out sent back")
    ACCEPTED = "accepted", _("accepted")
    UNDECIDED = "undecided", _("not decided by the cut-off")
    DUE_EARLIER = "due_earlier", _("fell due before this round")
    DUE_LATER = "due_later", _("falls due after this round")
    NO_DUE_DATE = "no_due_date", _("ongoing, without a due date")
    SUSPENDED = "suspended", _("suspended")
    CANCELLED = "cancelled", _("cancelled")
    DONE_ON_TIME = "done_on_time", _("done on or before its day")
    DONE_LATE = "done_late", _("done after its day")
    DONE_WITH_TASK = "done_with_task", _("the whole task was done by its day")
    NOT_DONE = "not_done", _("not done by the cut-off")
    REPLACED = "replaced", _("replaced by another milestone")
    NO_JOINT = "no_joint", _("of one department alone")
    ON_SCHEDULE = "on_schedule", _("neither red nor yellow")
    OFF_SCHEDULE = "off_schedule", _("red or yellow")
    BEHIND = "behind", _("behind plan")
    NOT_BEHIND = "not_behind", _("on plan or ahead, counts as 0")
    NO_PLAN_LINE = "no_plan_line", _("no plan line")
    SUBMITTED_ON_TIME = "submitted_on_time", _("submitted on time")
    SUBMITTED_LATE = "submitted_late", _("submitted late")
    SUBMITTED = "submitted", _("submitted")
    NOT_SUBMITTED = "not_submitted", _("not submitted by the cut-off")
    ACCEPTED_AT_FIRST = "accepted_at_first", _("accepted at first submission")
    RETURNED_AT_FIRST = "returned_at_first", _("returned at first submission")
    NOT_DUE = "not_due", _("not yet due at the cut-off")
