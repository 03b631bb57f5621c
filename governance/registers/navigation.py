"""The places that stand in the masthead: the main navigation, and the person's menu."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.lists.text import Text
from governance.people.models import User
from governance.records.register import Register


@dataclass(frozen=True, eq=False)
class Place:
    """A page by the name of its address."""

    label: Text
    order: int
    """Where it stands among the others; the lowest first."""
    prefixes: Sequence[str] = ()
    """Addresses that belong to it begin so."""
    roles: Sequence[str] = ()
    """Who goes there; everybody where no role is named."""

    def is_for(self, user: User) -> bool:
        """Whether `user` goes there."""
        return not self.roles or user.has_role(*self.roles)


NAVIGATION: Register[Place] = Register()
"""The main navigation, by the name of the address."""

MENU: Register[Place] = Register()
"""The person's menu, by the name of the address."""


def places_for(user: User, register: Register[Place]) -> list[tuple[str, Place]]:
    """The places of a register that are for `user`, with the names of their addresses, in order."""
    shown = [(name, place) for name, place in register.items() if place.is_for(user)]
    return sorted(shown, key=lambda each: each[1].order)
