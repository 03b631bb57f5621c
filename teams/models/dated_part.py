"""The role of a department or a person in a team, with dates."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.records.models import SeenByAllQuerySet


class DatedPartQuerySet(SeenByAllQuerySet):
    """Questions about parts; the first day is included, the day of leaving is not (docs/rules.md#team-parts)."""

    def current(self) -> Self:
        """Parts that have not ended; no part begins or ends in the future."""
        return self.filter(left_on=None)

    def on(self, day: date) -> Self:
        """Parts held on `day`."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=day), joined_on__lte=day)

    def between(self, first: date | Combinable, end: date | Combinable | None) -> Self:
        """Parts held on some day from `first` up to, but not including, `end` (None: without end)."""
        rows = self.filter(Q(left_on=None) | Q(left_on__gt=first))
        return rows if end is None else rows.filter(joined_on__lt=end)


class DatedPart(models.Model):
    """A part in a team, held from `joined_on` up to, but not including, `left_on` (docs/rules.md#team-parts)."""

    joined_on = models.DateField(_("from"))
    left_on = models.DateField(_("until"), null=True, blank=True)

    HOLDER: ClassVar[str]
    """The field for the department or person that has the part."""
    ONE_AT_A_TIME: ClassVar[str]
    """The part that only one holder in a team may have at a time."""
    TAKEN: ClassVar[Text]
    """The error when it is given to another; takes the current holder `who` and the `days`."""

    class Meta:
        abstract = True
        default_permissions = ()

    @property
    def who(self) -> models.Model:
        """The department or the person."""
        return getattr(self, self.HOLDER)

    @property
    def is_current(self) -> bool:
        """Whether the part has not ended."""
        return self.left_on is None

    @property
    def days(self) -> str:
        """First day and day of leaving, the same text in every language."""
        return f"{self.joined_on} – {self.left_on or ''}".rstrip()


def once_in_a_team(name: str, holder: str, message: Text) -> models.UniqueConstraint:
    """The constraint that a department or a person has at most one current part in a team."""
    return models.UniqueConstraint(
        fields=["team", holder], condition=Q(left_on=None), name=name, violation_error_message=message
    )


def held_by_one(name: str, part: str, message: Text) -> models.UniqueConstraint:
    """The constraint that `part` has at most one current holder in a team."""
    return models.UniqueConstraint(
        fields=["team"], condition=Q(left_on=None, part=part), name=name, violation_error_message=message
    )


def leaves_after_joining(name: str) -> models.CheckConstraint:
    """The constraint on the days of a part; a part that ends on its first day was never held."""
    return models.CheckConstraint(
        name=name,
        condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
        violation_error_message=_("The last day must be after the first."),
    )
