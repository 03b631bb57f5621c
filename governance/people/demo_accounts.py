"""The demonstration's accounts, grouped as the sign-in page shows them."""

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text

from .models import User
from .roles import Role

_TEAM_GROUPS = {
    "head": _("Heads of teams"),
    "deputy": _("Deputy heads"),
    "liaison": _("Liaisons"),
    "judge": _("Judges"),
}
"""Groups of accounts without a role, by the beginning of their names."""


def demo_groups() -> list[tuple[str, list[User]]]:
    """Every account that can sign in, as (group, accounts): by role, or by name for those without one.

    Two queries.
    """
    groups: dict[str, list[User]] = {}
    people = User.objects.filter(is_active=True).prefetch_related("groups").select_related("department")
    for user in people.order_by("pk"):
        groups.setdefault(str(_group_of(user)), []).append(user)
    wanted = [str(label) for label in (*Role.labels, *_TEAM_GROUPS.values(), _OTHERS)]
    return [(name, groups[name]) for name in wanted if name in groups]


def demo_tour() -> list[User]:
    """Six accounts that between them see all of the product, one of each role that works in it daily."""
    tour = ("office", "liaison-village-economy", "head-village-economy", "leader", "centre", "admin")
    found = User.objects.in_bulk(tour, field_name="username")
    return [found[name] for name in tour if name in found]


_OTHERS = _("Others")


def _group_of(user: User) -> Text:
    held = {group.name for group in user.groups.all()}
    for role in Role:
        if role in held:
            return role.label
    return next((label for start, label in _TEAM_GROUPS.items() if user.username.startswith(start)), _OTHERS)
