"""A registry that other apps fill, so that this app can use their entries without importing them."""

from importlib import import_module
from pkgutil import walk_packages
from typing import TypeVar

Entry = TypeVar("Entry")


class Register(dict[str, Entry]):
    """Entries by name; each app registers its own at startup."""

    def register(self, name: str, entry: Entry) -> Entry:
        """Add an entry; adding the same one again changes nothing.

        Raises:
            ValueError: the name belongs to another entry.
        """
        if self.setdefault(name, entry) is not entry:
            raise ValueError(f"Two entries are called {name}.")
        return entry


def import_modules(*rooms: str) -> None:
    """Import these modules, and all modules of those that are packages, so that they register their entries."""
    for room in rooms:
        found = import_module(room)
        for module in walk_packages(getattr(found, "__path__", ()), prefix=f"{room}."):
            import_module(module.name)
