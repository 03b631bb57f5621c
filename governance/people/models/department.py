"""Departments with their names, and townships."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import holding
from governance.records.models import Editable, SeenByAllQuerySet


class DepartmentQuerySet(SeenByAllQuerySet["Department"]):
    def by_name(self) -> dict[str, "Department"]:
        """Each department by its name, short name and aliases: {text: department}, two queries."""
        names: dict[str, Department] = {}
        for department in self.prefetch_related("aliases"):
            for text in (*(alias.text for alias in department.aliases.all()), department.short_name, department.name):
                if text:
                    names[text] = department
        return names

    def called(self, word: str) -> "DepartmentQuerySet":
        """The departments with the word in their name, short name or an alias, for a search."""
        return self.filter(holding(word, "name", "short_name", "aliases__text"))

    def named(self, text: str) -> "Department | None":
        """The department called `text`, or None."""
        text = text.strip()
        matches = self.filter(models.Q(name=text) | models.Q(short_name=text) | models.Q(aliases__text=text)).distinct()
        return matches.first() if text else None


class Department(Editable):
    """A department of the county: 县农业农村局, for short 农业农村局."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    order = models.PositiveIntegerField(
        _("order"), default=0, help_text=_("In the order of official documents, not alphabetical.")
    )

    objects = DepartmentQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["order", "pk"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return self.name


class DepartmentAlias(models.Model):
    """Another name under which ledgers mention a department."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="aliases", verbose_name=_("department"))
    text = models.CharField(_("alias"), max_length=60, unique=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")

    def __str__(self) -> str:
        return self.text


class Township(Editable):
    """A township or town of the county."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    order = models.PositiveIntegerField(_("order"), default=0)

    objects = SeenByAllQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["order", "pk"]
        verbose_name = _("township")
        verbose_name_plural = _("townships")

    def __str__(self) -> str:
        return self.name
