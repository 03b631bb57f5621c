"""The county that this installation serves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from governance.records.models import Editable, SeenByAllQuerySet


class County(Editable):
    """The one county of the installation, and its name on every page."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    name_zh = models.CharField(_("name of the county in Chinese"), max_length=40)
    name_en = models.CharField(_("name of the county in English"), max_length=60, blank=True)

    objects = SeenByAllQuerySet.as_manager()

    class Meta(Editable.Meta):
        verbose_name = _("county")
        verbose_name_plural = _("counties")
        constraints = [models.CheckConstraint(name="county_only_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; the Chinese one where there is no other."""
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh
