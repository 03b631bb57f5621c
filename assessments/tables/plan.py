"""The list of plans."""

from django.utils.translation import gettext_lazy as _

from governance.lists.choice_columns import BadgeColumn
from governance.lists.columns import LinkColumn, NumberColumn, TextColumn
from governance.lists.tables import LeanTable

from ..states import PlanState


class PlanTable(LeanTable):
    """Plans with their versions, the newest version of each first."""

    title = LinkColumn(_("Assessment plan"), order_by=("code", "-number"))
    code = TextColumn(_("Code"), order_by=("code", "-number"))
    number = NumberColumn(_("Version"))
    basis = TextColumn(_("Basis"), orderable=False)
    state = BadgeColumn(_("State"), choices=PlanState)

    class Meta:
        order_by = "title"
