"""The table of people: who they are, what they may do, whether they can sign in."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.lists.choice_columns import BadgeColumn
from governance.lists.columns import CheckColumn, LinkColumn, MomentColumn, TextColumn
from governance.lists.tables import LeanTable
from governance.lists.text import names_text
from governance.people.account_states import AccountState
from governance.people.models import User
from governance.people.roles import Role


@dataclass(frozen=True)
class PersonRow:
    """A person in the list, with their roles and teams in words."""

    user: User
    teams: str | None

    @property
    def pk(self) -> int:
        """The key of the person."""
        return self.user.pk

    @property
    def state(self) -> str:
        """How the account stands."""
        return str(self.user.state)  # type: ignore[attr-defined]  # annotated

    @property
    def roles(self) -> str | None:
        """The roles in words, in their own order."""
        held = {group.name for group in self.user.groups.all()}
        return names_text(role.label for role in Role if role in held) or None

    @property
    def phone(self) -> str | None:
        """The phone number without its middle."""
        return self.user.phone_masked or None


def account_page(row: PersonRow) -> str:
    """Where an account is changed."""
    return reverse("admin:people_user_change", args=[row.pk])


class PersonTable(LeanTable):
    """People by account."""

    check = CheckColumn(named="user.name")
    name = LinkColumn(_("Name"), accessor="user__name", url=account_page, caption="user.post", order_by="name")
    username = TextColumn(_("Account"), accessor="user__username", order_by="username", css="nowrap")
    department = TextColumn(_("Department"), accessor="user__department", order_by=("department__order", "username"))
    roles = TextColumn(_("Roles"), orderable=False)
    teams = TextColumn(_("Teams"), orderable=False)
    phone = TextColumn(_("Phone"), orderable=False, css="nowrap")
    state = BadgeColumn(_("State"), choices=AccountState, orderable=False)
    last_login = MomentColumn(_("Last sign-in"), accessor="user__last_login", order_by="last_login")

    class Meta:
        order_by = "username"
