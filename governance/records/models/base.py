"""Base classes: editable rows have a version, insert-only rows never change (docs/rules.md#editable-rows)."""

from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..person import Person

Row = TypeVar("Row", bound=models.Model, covariant=True)


class SeenByAllQuerySet(models.QuerySet[Row]):
    """Rows that every signed-in person sees (docs/rules.md#visibility)."""

    def visible_to(self, user: Person) -> Self:
        """All of them for whoever is signed in."""
        return self if user.is_active else self.none()


class Editable(models.Model):
    """A row (E) that forms edit: an outdated form is told what has changed, and nothing is overwritten."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True
        default_permissions = ()


class InsertOnlyRows:
    """What a queryset of insert-only rows is too: it refuses what the database refuses, with a clearer word."""

    model: Any

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused: an insert-only row stays as it was written."""
        raise InsertOnlyError(self.model)

    def delete(self) -> NoReturn:
        """Refused: an insert-only row stays."""
        raise InsertOnlyError(self.model)


class InsertOnlyQuerySet(InsertOnlyRows, models.QuerySet[Any]):
    """Insert-only rows of which nothing else is asked."""


class KeptForAllQuerySet(InsertOnlyRows, SeenByAllQuerySet[Any]):
    """Insert-only rows that every signed-in person sees."""


class InsertOnlyError(TypeError):
    """Somebody tried to change or delete a row of an insert-only table."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(f"{model._meta.label} is insert-only: write a new row instead.")


class InsertOnly(models.Model):
    """A row (K) that is written once, with when and by whom; the database refuses UPDATE, DELETE and TRUNCATE.

    Each kind of row names the manager of a queryset that is InsertOnlyRows.
    """

    numbered_within: ClassVar[str] = ""
    """The relation within which rows are numbered in the order of their moments; the database keeps that order."""

    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        abstract = True
        default_permissions = ()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row; refuse a second save."""
        if not self._state.adding:
            raise InsertOnlyError(type(self))
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: an insert-only row is never deleted."""
        raise InsertOnlyError(type(self))
