"""Requirements from above: documents, their clauses, the tasks that take them up, the answers of the teams."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.records.models import Editable, InsertOnly, KeptForAllQuerySet, SeenByAllQuerySet, StoredFile
from teams.models import SpecialAction, SpecialTeam, Task


class RequirementQuerySet(SeenByAllQuerySet["Requirement"]):
    """Questions about requirements."""

    def with_counts(self) -> Self:
        """Annotate how many clauses each has (`clause_count`) and how many of them nobody has (`unmatched_count`)."""
        nobody = Q(clauses__in=Clause.objects.unmatched().values("pk"))
        return self.annotate(
            clause_count=Count("clauses", distinct=True), unmatched_count=Count("clauses", filter=nobody, distinct=True)
        )

    def unmatched(self) -> Self:
        """Those with a clause that nobody has."""
        return self.filter(Exists(Clause.objects.unmatched().filter(requirement=OuterRef("pk"))))


class Requirement(Editable):
    """A document from above that asks something (上级要求); every signed-in person reads it."""

    class Level(models.TextChoices):
        """Who issued it."""

        NATIONAL = "national", pgettext_lazy("level", "National")
        PROVINCIAL = "provincial", pgettext_lazy("level", "Provincial")
        MUNICIPAL = "municipal", pgettext_lazy("level", "Municipal")
        COUNTY = "county", pgettext_lazy("level", "County")

    action = models.ForeignKey(
        SpecialAction, models.PROTECT, related_name="requirements", verbose_name=_("special action")
    )
    issuer = models.CharField(_("issued by"), max_length=80)
    document = models.CharField(_("document number"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    level = models.CharField(pgettext_lazy("requirement", "level"), max_length=10, choices=Level)
    received_on = models.DateField(_("received on"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("original document")
    )

    objects = RequirementQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["-received_on", "-pk"]
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "issuer", "document"],
                name="requirement_document",
                violation_error_message=_("This document has been entered already."),
            ),
            models.CheckConstraint(
                name="requirement_due_after_receipt",
                condition=Q(due_on=None) | Q(due_on__gte=F("received_on")),
                violation_error_message=_("The due date must not be before the day of receipt."),
            ),
        ]

    def __str__(self) -> str:
        return self.document

    def get_absolute_url(self) -> str:
        """The requirement's page."""
        return reverse("requirement", args=[self.pk])


class ClauseQuerySet(SeenByAllQuerySet["Clause"]):
    """Questions about clauses."""

    def unmatched(self) -> Self:
        """Those with no team, task or answer that were not declined (docs/rules.md#requirements)."""
        tasks = ClauseTask.objects.filter(clause=OuterRef("pk"))
        answers = ClauseAnswer.objects.filter(clause=OuterRef("pk"))
        return self.filter(~Exists(tasks), ~Exists(answers), team=None, not_ours="")


class Clause(Editable):
    """A clause of a requirement; unmatched while it has no task, no team, no answer and is not declined."""

    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="clauses", verbose_name=_("requirement"))
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(pgettext_lazy("clause", "text"))
    due_on = models.DateField(_("due"), null=True, blank=True, help_text=_("Empty: the date of the requirement."))
    team = models.ForeignKey(
        SpecialTeam,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="clauses",
        verbose_name=_("special team"),
        help_text=_("Answers where no task takes the clause up."),
    )
    not_ours = models.TextField(_("why it does not concern the county"), blank=True)

    objects = ClauseQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["requirement", "number"]
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "number"],
                name="clause_number",
                violation_error_message=_("Another clause has this number."),
            ),
            models.CheckConstraint(
                name="clause_not_ours_has_no_team",
                condition=Q(not_ours="") | Q(team=None),
                violation_error_message=_("A clause that does not concern the county has no team."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} #{self.number}"

    @property
    def due_in_force(self) -> date | None:
        """Its own due date, otherwise that of the requirement."""
        return self.due_on or self.requirement.due_on


class ClauseTask(Editable):
    """A task that takes a clause up; its team answers."""

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="tasks", verbose_name=_("clause"))
    task = models.ForeignKey(Task, models.PROTECT, related_name="clauses", verbose_name=_("key task"))

    objects = SeenByAllQuerySet["ClauseTask"].as_manager()

    class Meta(Editable.Meta):
        ordering = ["clause", "task__number"]
        verbose_name = _("task of a clause")
        verbose_name_plural = _("tasks of clauses")
        constraints = [models.UniqueConstraint(fields=["clause", "task"], name="clause_task_once")]

    def __str__(self) -> str:
        return f"{self.clause} → {self.task}"


class ClauseAnswer(InsertOnly):
    """A team's answer to a clause; the first one decides whether it was on time."""

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="answers", verbose_name=_("clause"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="clause_answers", verbose_name=_("special team"))
    number = models.PositiveSmallIntegerField(_("number"))
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("key task"))
    text = models.TextField(pgettext_lazy("clause", "answer"))
    answered_on = models.DateField(_("answered on"))
    behalf = models.CharField(_("on behalf of"), max_length=200, blank=True)

    objects = KeptForAllQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["clause", "team__order", "number"]
        verbose_name = _("answer to a clause")
        verbose_name_plural = _("answers to clauses")
        constraints = [models.UniqueConstraint(fields=["clause", "team", "number"], name="clause_answer_number")]

    def __str__(self) -> str:
        return f"{self.clause} {self.team.short_name} #{self.number}"
