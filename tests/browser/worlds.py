"""Databases that a browser looks at: each told once a session, kept as a SQLite file, and copied for every test.

So a test may write as it likes, the next one finds the world as it was told, and the database of the other tests is
never touched. SQLite only: the browser sees the same pages on PostgreSQL, where the other tests compare answers.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from tests.remembered import forget_all


class Worlds:
    """Keeps worlds in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)

    @contextmanager
    def entered(self, name: str, tell: Callable[[], object]) -> Iterator[None]:
        """For a while every thread sees a fresh copy of the world `name`, which `tell` writes the first time."""
        kept = self._kept(name, lambda: self._grown(tell))
        fresh = shutil.copy(kept, self.folder / f"{name}-{next(self.numbers)}.sqlite3")
        with database_at(Path(fresh)):
            yield

    def _grown(self, tell: Callable[[], object]) -> Path:
        """A file that holds what `tell` writes into an empty database."""
        empty = self._kept("empty", self._migrated)
        grown = Path(shutil.copy(empty, self.folder / f"growing-{next(self.numbers)}.sqlite3"))
        with database_at(grown):
            tell()
        return grown

    def _migrated(self) -> Path:
        """A file with every table and no row but those of migrations."""
        made = self.folder / f"migrating-{next(self.numbers)}.sqlite3"
        with database_at(made):
            call_command("migrate", verbosity=0)
        return made

    def _kept(self, name: str, make: Callable[[], Path]) -> Path:
        kept = self.folder / f"{name}.sqlite3"
        if not kept.exists():
            make().rename(kept)
        return kept


@contextmanager
def database_at(path: Path) -> Iterator[None]:
    """Connections of all threads open the SQLite file at `path`: they share one dict of settings."""
    connection.close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(path)
    forget_all()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
