"""Triggers that make the database refuse UPDATE, DELETE and TRUNCATE on insert-only tables.

The tables are those of the `InsertOnly` models (docs/rules.md#insert-only-tables). SQLite drops triggers when it
rebuilds a table, so they are installed again after every migrate. This is the only place with SQL for a specific
database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import AppConfig, apps
from django.db import connections, models, router

from .models.base import InsertOnly

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION vanguard_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def insert_only_models() -> list[type[models.Model]]:
    """Every concrete insert-only model of the project."""
    return [model for model in apps.get_models() if issubclass(model, InsertOnly)]


def install_triggers(using: str = "default") -> None:
    """Put the triggers on every insert-only table that exists; safe to run again."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for table in _tables(present):
            for statement in _drop(connection.vendor, table) + _create(connection.vendor, table):
                cursor.execute(statement)


def remove_triggers(using: str = "default") -> None:
    """Remove the triggers: for a data migration that does so explicitly, and for tests that flush."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in _tables(present):
            for statement in _drop(connection.vendor, table):
                cursor.execute(statement)


def unguarded_tables(using: str = "default") -> list[str]:
    """Insert-only tables that lack one of their triggers: one query."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    return [
        table
        for table in sorted(model._meta.db_table for model in insert_only_models())
        if not present.issuperset(_trigger_names(connection.vendor, table))
    ]


@contextmanager
def triggers_down(using: str = "default") -> Iterator[None]:
    """Within the block the insert-only tables can be changed."""
    remove_triggers(using)
    try:
        yield
    finally:
        install_triggers(using)


def install_after_migrate(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Receiver of `post_migrate`; runs once per migrate, after the last of our apps has its tables."""
    if sender.label == _last_label() and router.allow_migrate(using, sender.label):
        install_triggers(using)


def _last_label() -> str:
    """The label of the last app with models; `post_migrate` is sent to apps in this order."""
    return [config.label for config in apps.get_app_configs() if config.models_module is not None][-1]


def _tables(present: set[str]) -> list[str]:
    return [table for model in insert_only_models() if (table := model._meta.db_table) in present]


def _create(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f'CREATE TRIGGER "{table}_{name}" BEFORE {events} ON "{table}" '
            f"FOR EACH {scope} EXECUTE FUNCTION vanguard_refuse_change()"
            for name, events, scope in (("row", "UPDATE OR DELETE", "ROW"), ("all", "TRUNCATE", "STATEMENT"))
        ]
    return [
        f'CREATE TRIGGER "{table}_{event.lower()}" BEFORE {event} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
        for event in ("UPDATE", "DELETE")
    ]


def _drop(vendor: str, table: str) -> list[str]:
    behind = f' ON "{table}"' if vendor == "postgresql" else ""
    return [f'DROP TRIGGER IF EXISTS "{name}"{behind}' for name in _trigger_names(vendor, table)]


def _trigger_names(vendor: str, table: str) -> list[str]:
    parts = ("row", "all") if vendor == "postgresql" else ("update", "delete")
    return [f"{table}_{part}" for part in parts]
