"""Evidence of the loop: for problems before and after, for orders and showcases."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from teams.models import Evidence

from .order import SupervisionOrder
from .problem import Problem
from .showcase import Showcase


class ProblemEvidence(Evidence):
    """A file that shows a problem before or after its rectification."""

    class Moment(models.TextChoices):
        """What it shows."""

        BEFORE = "before", pgettext_lazy("evidence", "Before")
        AFTER = "after", pgettext_lazy("evidence", "After")

    owner = models.ForeignKey(Problem, models.PROTECT, related_name="evidence", verbose_name=_("problem"))
    moment = models.CharField(_("shows"), max_length=6, choices=Moment, default=Moment.AFTER)


class OrderEvidence(Evidence):
    """A file that proves what the answer to an order says."""

    team_lookup = "owner__team_id"

    owner = models.ForeignKey(
        SupervisionOrder, models.PROTECT, related_name="evidence", verbose_name=_("supervision order")
    )


class ShowcaseEvidence(Evidence):
    """A file that shows a showcase or proves a step."""

    owner = models.ForeignKey(Showcase, models.PROTECT, related_name="evidence", verbose_name=_("showcase"))
