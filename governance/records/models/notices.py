"""Notices to people: one inbox per person."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text

from ..notice_facts import worded
from ..person import Person


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about notices."""

    def visible_to(self, user: Person) -> Self:
        """A person's own notices."""
        return self.filter(to=user.pk) if user.is_active else self.none()

    def unread(self) -> Self:
        """Those not opened yet."""
        return self.filter(read_at=None)


def notice_kinds() -> list[tuple[str, Text]]:
    """The occasions: asked when needed, so that a new sentence is no change of the table."""
    return [*Notice.Kind.choices]


class Notice(models.Model):
    """A sentence for one person, kept as its kind and its facts and put in words in the reader's language.

    `key` names the occasion, so that telling twice tells once.
    """

    class Kind(models.TextChoices):
        """What happened; the label is the sentence, filled from `facts`."""

        REPORT_READY = (
            "report_ready",
            _("%(who)s has completed the draft of your report for %(period)s; please look at it and submit it."),
        )
        REPORT_SUBMITTED = "report_submitted", _("%(team)s has submitted its report for %(period)s.")
        REPORT_RETURNED = (
            "report_returned",
            _("Your report for %(period)s was returned for revision; submit it again by %(by)s."),
        )
        REPORT_ACCEPTED = "report_accepted", _("Your report for %(period)s was accepted.")
        REPORT_HANDED_BACK = (
            "report_handed_back",
            _("%(who)s has sent the draft for %(period)s back to you: %(word)s"),
        )
        MATTER_ASKED = "matter_asked", _("%(team)s asks you: %(matter)s. Please answer by %(by)s.")
        MATTER_PASSED_ON = (
            "matter_passed_on",
            _("What your team asked is with %(who)s now, to be answered by %(by)s: %(matter)s."),
        )
        MATTER_ANSWERED = "matter_answered", _("%(who)s has answered what %(team)s asked: %(matter)s.")
        TASK_ASSIGNED = "task_assigned", _("Task %(task)s was assigned to your team.")
        EXTENSION_ASKED = "extension_asked", _("An extension is asked for task %(task)s.")
        EXTENSION_GRANTED = "extension_granted", _("The extension of task %(task)s was granted.")
        EXTENSION_REFUSED = "extension_refused", _("The extension of task %(task)s was refused.")
        CLOSE_OUT_ASKED = "close_out_asked", _("Close-out is asked for task %(task)s.")
        CLOSE_OUT_ACCEPTED = "close_out_accepted", _("Task %(task)s is closed out.")
        CLOSE_OUT_SENT_BACK = "close_out_sent_back", _("The close-out of task %(task)s was sent back.")
        TASK_CANCELLED = "task_cancelled", _("Task %(task)s was cancelled.")
        TASK_SUSPENDED = (
            "task_suspended",
            _("Task %(task)s is suspended: it owes no report until it is taken up again."),
        )
        TASK_RESUMED = "task_resumed", _("Task %(task)s is taken up again.")
        TEAM_JOINED = "team_joined", _("You belong to %(team)s now.")
        TEAM_LEFT = "team_left", _("You no longer belong to %(team)s.")
        RESULT_PUBLISHED = "result_published", _("The result of %(round)s is published.")
        REPORT_DUE = "report_due", _("The report of %(team)s for %(period)s is due on %(by)s.")
        REPORT_OVERDUE = (
            "report_overdue",
            _("The report of %(team)s for %(period)s was due on %(by)s and is not submitted."),
        )
        ROWS_EMPTY = "rows_empty", _("Your rows in the report of %(team)s for %(period)s are still empty: %(tasks)s.")
        RESUBMIT_DUE = "resubmit_due", _("Submit the report of %(team)s for %(period)s again by %(by)s.")
        RESUBMIT_OVERDUE = (
            "resubmit_overdue",
            _("The report of %(team)s for %(period)s should have been submitted again by %(by)s."),
        )
        TASK_DUE_SOON = "task_due_soon", _("Task %(task)s is due on %(by)s.")
        TASK_OVERDUE = "task_overdue", _("Task %(task)s was due on %(by)s and is not done.")
        FIRST_STEP_DUE = "first_step_due", _("%(team)s is new; due on %(by)s: %(step)s.")
        FIRST_STEP_OVERDUE = "first_step_overdue", _("%(team)s is new; was due on %(by)s: %(step)s.")
        MATTER_DUE = "matter_due", _("Answer by %(by)s: %(matter)s.")
        MATTER_OVERDUE = "matter_overdue", _("An answer was due on %(by)s: %(matter)s.")
        MATTER_UNOWNED = "matter_unowned", _("Nobody is named to answer the matter of %(team)s: %(matter)s.")
        REVIEW_WAITING = "review_waiting", _("The report of %(team)s for %(period)s waits for review since %(since)s.")
        EXTENSION_WAITING = "extension_waiting", _("The extension of task %(task)s is undecided since %(since)s.")
        CLOSE_OUT_WAITING = "close_out_waiting", _("The close-out of task %(task)s is unchecked since %(since)s.")
        PERIOD_TO_CLOSE = "period_to_close", _("The period %(period)s can be closed since %(since)s.")

    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices", verbose_name=_("to"))
    key = models.CharField(_("occasion"), max_length=120)
    kind = models.CharField(_("kind"), max_length=30, choices=notice_kinds)
    facts = models.JSONField(_("facts"), default=dict)
    url = models.CharField(_("address"), max_length=200)
    at = models.DateTimeField(_("at"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("sent by e-mail"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="notice_once_per_occasion")]
        indexes = [
            models.Index(fields=["to", "-at"], name="notice_inbox"),
            models.Index(fields=["to"], condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def is_read(self) -> bool:
        """Whether it has been opened."""
        return self.read_at is not None

    @property
    def sentence(self) -> str:
        """The notice in the reader's language."""
        return str(self.Kind(self.kind).label) % worded(self.facts)
