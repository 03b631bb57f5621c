"""The entries of the main navigation and of the menu at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.lists.text import Text
from governance.people.models import User
from governance.records.register import Register


@dataclass(frozen=True, eq=False)
class Place:
    """A page by the name of its URL."""

    label: Text
    order: int
    """Its position among the others; lowest first."""
    prefixes: Sequence[str] = ()
    """Addresses that begin like this belong to it."""
    roles: Sequence[str] = ()
    """The roles that see it; everybody where none is named."""

    def is_for(self, user: User) -> bool:
        """Whether `user` sees it."""
        return not self.roles or user.has_role(*self.roles)


NAVIGATION: Register[Place] = Register()
"""The main navigation, by the name of the URL."""

MENU: Register[Place] = Register()
"""The menu “More” at the end of the navigation, by the name of the URL."""


def places_for(user: User, register: Register[Place]) -> list[tuple[str, Place]]:
    """The entries of a register that `user` sees, with the names of their URLs, in order."""
    shown = [(name, place) for name, place in register.items() if place.is_for(user)]
    return sorted(shown, key=lambda each: each[1].order)
