"""The list of people with their roles, teams and accounts; for administrators."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.views import FilterView

from governance.clock import now
from governance.lists.filters import counted
from governance.lists.text import names_text
from governance.lists.views import Chip, LeanTableMixin
from governance.people.account_states import AccountState, with_state
from governance.people.models import User
from governance.people.views.people import ACCOUNT_ACTIONS, KeepsAccountsMixin
from governance.records.list_views import BulkMixin, ExportingMixin

from ..filters.person import PersonFilter
from ..models import TeamMember
from ..tables.person import PersonRow, PersonTable
from .rows import FiltersOfActionMixin


class PersonListView(KeepsAccountsMixin, FiltersOfActionMixin, BulkMixin, ExportingMixin, LeanTableMixin, FilterView):
    """People: search, filter, give out passwords, unlock, sign out, take access away."""

    table_class = PersonTable
    filterset_class = PersonFilter
    queryset = User.objects.select_related("department").prefetch_related("groups")
    template_name = "teams/people_list.html"
    bulk_actions = ACCOUNT_ACTIONS
    heading = _("People")
    empty_title = _("No people yet")
    empty_how = _("Import a sheet of everyone who reports, reviews or decides, or add them one by one.")

    def get_queryset(self) -> QuerySet:
        """With the state of each account."""
        return with_state(super().get_queryset(), at=now(), real=timezone.now())

    def shown(self, rows: Sequence[User]) -> list[PersonRow]:
        """Add the present teams of the people on a page; one query."""
        teams: dict[int, list[str]] = defaultdict(list)
        parts = TeamMember.objects.current().filter(user__in=[row.pk for row in rows])
        for user, name in parts.order_by("team__order").values_list("user_id", "team__short_name").distinct():
            teams[user].append(name)
        return [PersonRow(row, names_text(teams[row.pk]) or None) for row in rows]

    def get_chips(self) -> list[Chip]:
        """A chip for each state of an account."""
        standings = {state.value: Q(state=state.value) for state in AccountState}
        words = {state.value: state.label for state in AccountState}
        return self.chips_of("state", words, counted(self.filterset.without("state"), standings))
