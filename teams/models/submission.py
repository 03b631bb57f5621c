"""Submissions and decisions, stored word for word."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from governance.records.models import InsertOnly, InsertOnlyRows

from .report import ProgressReport
from .task import Task
from .team import OfTeamQuerySet


class KeptOfTeamQuerySet(InsertOnlyRows, OfTeamQuerySet):
    """Insert-only rows for the readers of a report."""

    team_lookup = "report__team_id"


class OfSubmissionQuerySet(InsertOnlyRows, OfTeamQuerySet):
    team_lookup = "submission__report__team_id"


class ReportDecisionQuerySet(OfSubmissionQuerySet):
    """Questions about decisions."""

    def standing(self, **known: datetime) -> Self:
        """Those not undone, as known `at__lte` or `at__lt` a moment, otherwise as known now; at most one a submission.

        Of those made by then only: the caller narrows the decisions themselves.
        """
        undone: dict[str, datetime | bool] = {f"undone__{when}": at for when, at in known.items()}
        return self.filter(undoes=None).exclude(**undone or {"undone__isnull": False})


class SubmissionQuerySet(KeptOfTeamQuerySet):
    """Questions about submissions."""

    def waiting(self) -> Self:
        """Those without a decision that stands."""
        return self.exclude(Exists(ReportDecision.objects.standing().filter(submission=OuterRef("pk"))))

    def standing(self, **known: datetime) -> Self:
        """Those that the team has not taken back, as known `at__lte` or `at__lt` a moment, otherwise as known now."""
        taken_back = ReportDecision.objects.filter(submission=OuterRef("pk"), taken_back=True, **known)
        return self.exclude(Exists(taken_back))


class ReportSubmission(InsertOnly):
    """A report as it was submitted, word for word."""

    numbered_within = "report"

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="submissions", verbose_name=_("report"))
    number = models.PositiveSmallIntegerField(_("number"))
    behalf = models.CharField(_("on behalf of"), max_length=200, blank=True)
    on_time = models.BooleanField(_("on time"))
    document = models.TextField(_("document"), help_text=_("Canonical JSON of the whole report."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects = SubmissionQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["report", "number"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="submission_number")]

    def __str__(self) -> str:
        return f"{self.report} #{self.number}"

    @property
    def was_opened(self) -> bool:
        """Whether somebody outside the team has opened it, or the office entered it itself. At most one query."""
        return bool(self.behalf) or self.readings.exists()


class SubmittedEntryQuerySet(OfSubmissionQuerySet):
    """Questions about submitted rows."""

    def accepted(self) -> Self:
        """Those of accepted reports, each with `decided_at`, the moment of its acceptance."""
        stands = self.filter(submission__decision__accepted=True, submission__decision__undone=None)
        return stands.annotate(decided_at=F("submission__decision__at"))


class SubmittedEntry(InsertOnly):
    """A row as it was submitted."""

    submission = models.ForeignKey(
        ReportSubmission, models.PROTECT, related_name="entries", verbose_name=_("submission")
    )
    task = models.ForeignKey(Task, models.PROTECT, related_name="submitted_entries", verbose_name=_("key task"))
    percent = models.DecimalField(_("percent done"), max_digits=5, decimal_places=2)
    done = models.DecimalField(_("count so far"), max_digits=12, decimal_places=2, null=True)
    no_change = models.BooleanField(_("no change this period"))
    text = models.TextField(_("what was done and what it achieved"))
    reason = models.TextField(_("why it went down"))
    asks_close_out = models.BooleanField(_("close-out requested"), default=False)
    asks_due_on = models.DateField(_("new due date requested"), null=True)
    ask_reason = models.TextField(_("reason for the request"), blank=True)
    confirmed = models.DecimalField(_("number confirmed as correct"), max_digits=12, decimal_places=2, null=True)
    confirmed_unfinished = models.DecimalField(
        _("number below the target confirmed for close-out"), max_digits=12, decimal_places=2, null=True
    )

    decided_at: datetime
    """Of `accepted()` rows."""

    objects = SubmittedEntryQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["submission", "task__number"]
        verbose_name = _("submitted row")
        verbose_name_plural = _("submitted rows")
        constraints = [models.UniqueConstraint(fields=["submission", "task"], name="submitted_entry_once")]

    def __str__(self) -> str:
        return f"{self.submission} {self.task}"


class ReportDecision(InsertOnly):
    """What became of a submission: accepted, returned with reasons and a date, or taken back by the team itself.

    An acceptance is undone by a further row, after which the submission waits again (docs/rules.md#undone-acceptances).
    """

    numbered_within = "submission"

    submission = models.ForeignKey(
        ReportSubmission,
        models.PROTECT,
        related_name="decisions",
        related_query_name="decision",
        verbose_name=_("submission"),
    )
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone", verbose_name=_("undoes")
    )
    accepted = models.BooleanField(_("accepted"))
    taken_back = models.BooleanField(_("taken back"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    resubmit_by = models.DateField(_("submit again by"), null=True, blank=True)

    objects = ReportDecisionQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["submission", "number"]
        verbose_name = _("decision on a report")
        verbose_name_plural = _("decisions on reports")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "number"],
                name="report_decision_number",
                violation_error_message=_("The report has just been decided."),
            ),
            models.CheckConstraint(
                name="return_has_reason_and_date",
                condition=Q(accepted=True)
                | Q(taken_back=True)
                | Q(undoes__isnull=False)
                | (~Q(reason="") & Q(resubmit_by__isnull=False)),
                violation_error_message=_("A report is returned with a reason and a date."),
            ),
            models.CheckConstraint(
                name="taken_back_is_not_decided",
                condition=Q(taken_back=False) | Q(accepted=False, reason="", resubmit_by=None),
                violation_error_message=_("What the team took back was not decided by the special office."),
            ),
            models.CheckConstraint(
                name="undone_is_not_decided",
                condition=Q(undoes=None) | Q(accepted=False, taken_back=False, reason="", resubmit_by=None),
                violation_error_message=_("What undoes an acceptance decides nothing else."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} {self.word}"

    @property
    def word(self) -> str:
        """What it is, in one word."""
        if self.undoes_id:
            return "undone"
        return "accepted" if self.accepted else "taken back" if self.taken_back else "returned"


class OfDecisionQuerySet(InsertOnlyRows, OfTeamQuerySet):
    team_lookup = "decision__submission__report__team_id"


class EntryReason(InsertOnly):
    """Why a row was returned: please add …"""

    decision = models.ForeignKey(ReportDecision, models.PROTECT, related_name="reasons", verbose_name=_("decision"))
    task = models.ForeignKey(Task, models.PROTECT, related_name="+", verbose_name=_("key task"))
    text = models.TextField(_("reason"))

    objects = OfDecisionQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["decision", "task__number"]
        verbose_name = _("reason for a row")
        verbose_name_plural = _("reasons for rows")
        constraints = [models.UniqueConstraint(fields=["decision", "task"], name="entry_reason_once")]

    def __str__(self) -> str:
        return self.text


class SubmissionReading(InsertOnly):
    """Who opened a submission, and when first, to find reports that nobody reads (the burden meter)."""

    submission = models.ForeignKey(
        ReportSubmission, models.PROTECT, related_name="readings", verbose_name=_("submission")
    )

    objects = OfSubmissionQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["submission", "pk"]
        verbose_name = _("reading of a submission")
        verbose_name_plural = _("readings of submissions")
        constraints = [models.UniqueConstraint(fields=["submission", "by"], name="submission_reading_once")]

    def __str__(self) -> str:
        return f"{self.submission} {self.by}"
