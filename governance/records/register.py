"""A list that upper apps fill: what reads it knows none of them, and a new entry edits no file of a lower floor."""

from importlib import import_module
from pkgutil import walk_packages
from typing import TypeVar

Entry = TypeVar("Entry")


class Register(dict[str, Entry]):
    """Entries by name, each registered by its own app while the project starts."""

    def register(self, name: str, entry: Entry) -> Entry:
        """Add an entry, once; the same one again changes nothing.

        Raises:
            ValueError: the name belongs to another entry.
        """
        if self.setdefault(name, entry) is not entry:
            raise ValueError(f"Two entries are called {name}.")
        return entry


def import_modules(*rooms: str) -> None:
    """Import these modules, and all modules of those that are packages: what they register is there from then on."""
    for room in rooms:
        found = import_module(room)
        for module in walk_packages(getattr(found, "__path__", ()), prefix=f"{room}."):
            import_module(module.name)
