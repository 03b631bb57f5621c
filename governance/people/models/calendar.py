"""The working-day calendar: exceptions from Monday to Friday."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.records.models import SeenByAllQuerySet

from ..working_days import WorkingDays


class CalendarDayQuerySet(SeenByAllQuerySet):
    def working_days(self) -> WorkingDays:
        """The calendar as a pure value; one query."""
        return WorkingDays(dict(self.values_list("on", "works")))

    def years(self) -> set[int]:
        """The years with at least one marked day: without one, a year's holidays are not known; one query."""
        return set(self.order_by().values_list("on__year", flat=True).distinct())


class CalendarDay(models.Model):
    """A holiday on a weekday, or a weekend day that is a working day."""

    on = models.DateField(_("day"), unique=True)
    works = models.BooleanField(_("is a working day"), default=False)
    name = models.CharField(_("occasion"), max_length=60, blank=True)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        ordering = ["on"]
        default_permissions = ()
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.name}".strip()
