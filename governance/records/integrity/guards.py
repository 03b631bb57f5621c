"""Triggers that guard the insert-only tables in the database itself (docs/rules.md#insert-only-tables).

They refuse UPDATE, DELETE and TRUNCATE, on SQLite also an INSERT that would replace a row, and on PostgreSQL let no row
be inserted while a seal is being set (`seals.py`). Where rows are `numbered_within` another row, a later number is
never recorded at an earlier moment (docs/rules.md#moments): a past evening would be told anew.

SQLite drops triggers when it rebuilds a table, so they are installed again after every migrate. `altered_guards`
compares what the database has with what is installed here. SQL for a specific database stands in this package only.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig, apps
from django.db import connections, models, router
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text

from ..models.base import InsertOnly

SEAL_LOCK = 0x56616E67
"""The advisory lock on PostgreSQL that every insert into these tables shares, and that a seal takes alone."""

_FUNCTIONS = {
    "vanguard_refuse_change": """
BEGIN
    RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END """,
    "vanguard_share_seal": f"""
BEGIN
    PERFORM pg_advisory_xact_lock_shared({SEAL_LOCK});
    RETURN NULL;
END """,
}
"""Trigger functions of PostgreSQL: name -> source."""

_POSTGRES_GUARDS = (
    ("row", "UPDATE OR DELETE", "ROW", 1 + 2 + 8 + 16, "vanguard_refuse_change"),
    ("all", "TRUNCATE", "STATEMENT", 2 + 32, "vanguard_refuse_change"),
    ("seal", "INSERT", "STATEMENT", 2 + 4, "vanguard_share_seal"),
)
"""Name, events, scope, the same as the bits of `pg_trigger.tgtype`, and function."""

_FALLS = """
EXISTS (SELECT 1 FROM "{table}" AS other WHERE other."{owner}" = NEW."{owner}"
    AND (other.number < NEW.number AND other.at > NEW.at OR other.number > NEW.number AND other.at < NEW.at))
"""
"""Whether a row to be inserted is recorded before one with a lower number, or after one with a higher."""

_POSTGRES_ORDER = """
BEGIN
    IF {falls} THEN
        RAISE EXCEPTION '{table}: a moment goes back' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END """

_POSTGRES_FOUND = """
SELECT c.relname, t.tgname, t.tgtype, t.tgenabled, t.tgqual IS NULL AND t.tgnargs = 0 AND t.tgattr::text = '',
       p.proname, p.pronamespace = c.relnamespace, l.lanname, p.prosecdef, p.prosrc
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc p ON p.oid = t.tgfoid
JOIN pg_language l ON l.oid = p.prolang
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
UNION ALL
SELECT c.relname, r.rulename, 0, r.ev_enabled, false, '', false, '', false, pg_get_ruledef(r.oid)
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
"""
"""Every trigger and every rule of the tables; a rule can turn a statement into another one, and is none of ours."""


@dataclass(frozen=True)
class AlteredGuard:
    """A trigger that is not as installed, and how it differs."""

    name: str
    fault: Text


def insert_only_models() -> list[type[InsertOnly]]:
    """Every concrete insert-only model of the project."""
    return [model for model in apps.get_models() if issubclass(model, InsertOnly)]


def install_triggers(using: str = "default") -> None:
    """Put the triggers on every insert-only table that exists; safe to run again."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            connection.check_constraints()  # a table with a deferred check that is still due cannot be altered
            for name, source in _functions(_present(present)).items():
                made = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
                cursor.execute(f"{made} AS $vanguard${source}$vanguard$")
        for model in _present(present):
            for statement in _drop(connection.vendor, model) + _create(connection.vendor, model):
                cursor.execute(statement)


def remove_triggers(using: str = "default") -> None:
    """Remove the triggers: for a data migration that does so explicitly, and for tests that flush."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in _present(present):
            for statement in _drop(connection.vendor, model):
                cursor.execute(statement)


def altered_guards(using: str = "default") -> Iterator[AlteredGuard]:
    """Triggers of insert-only tables that are missing, not as installed, or not ours: one or two queries."""
    connection = connections[using]
    tables = {model._meta.db_table for model in insert_only_models()}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FOUND)
            found = {(table, name): tuple(rest) for table, name, *rest in cursor.fetchall() if table in tables}
        else:
            cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = {(table, name): (sql,) for table, name, sql in cursor.fetchall() if table in tables}
            cursor.execute("PRAGMA recursive_triggers")
            if cursor.fetchone() != (1,):
                yield AlteredGuard("recursive_triggers", _("is off on this connection"))
    expected = {
        (model._meta.db_table, name): signature
        for model in insert_only_models()
        for name, signature in _signatures(connection.vendor, model).items()
    }
    for table, name in sorted(expected.keys() | found.keys()):
        if (table, name) not in found:
            yield AlteredGuard(name, _("is missing"))
        elif (table, name) not in expected:
            yield AlteredGuard(f"{table}: {name}", _("does not belong to Vanguard"))
        elif found[table, name] != expected[table, name]:
            yield AlteredGuard(name, _("differs from what Vanguard installs"))


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


def _present(tables: set[str]) -> list[type[InsertOnly]]:
    return [model for model in insert_only_models() if model._meta.db_table in tables]


def _create(vendor: str, model: type[InsertOnly]) -> list[str]:
    """The statements that make a table's triggers; on PostgreSQL they also fire in the mode of a replica."""
    table = model._meta.db_table
    if vendor != "postgresql":
        return list(_sqlite_triggers(model).values())
    return [
        statement
        for name, events, scope, _type, function in _postgres_guards(model)
        for statement in (
            (
                f'CREATE TRIGGER "{table}_{name}" BEFORE {events} ON "{table}" '
                f"FOR EACH {scope} EXECUTE FUNCTION {function}()"
            ),
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{table}_{name}"',
        )
    ]


def _signatures(vendor: str, model: type[InsertOnly]) -> dict[str, tuple[Any, ...]]:
    """How the catalogue describes a table's triggers as `_create` makes them, by name."""
    if vendor != "postgresql":
        return {name: (statement,) for name, statement in _sqlite_triggers(model).items()}
    functions = _functions([model])
    return {
        f"{model._meta.db_table}_{name}": (
            *(kind, "A", True),
            *(function, True, "plpgsql", False, functions[function]),
        )
        for name, _events, _scope, kind, function in _postgres_guards(model)
    }


def _postgres_guards(model: type[InsertOnly]) -> tuple[tuple[str, str, str, int, str], ...]:
    """The guards of a table, with that of the order of its moments where it has one."""
    if not model.numbered_within:
        return _POSTGRES_GUARDS
    return (*_POSTGRES_GUARDS, ("moment", "INSERT", "ROW", 1 + 2 + 4, f"{model._meta.db_table}_moment"))


def _functions(tables: Iterable[type[InsertOnly]]) -> dict[str, str]:
    """The trigger functions of PostgreSQL that these tables use: name -> source."""
    return _FUNCTIONS | {
        f"{model._meta.db_table}_moment": _POSTGRES_ORDER.format(falls=_falls(model), table=model._meta.db_table)
        for model in tables
        if model.numbered_within
    }


def _falls(model: type[InsertOnly]) -> str:
    owner = model._meta.get_field(model.numbered_within).column  # type: ignore[union-attr]  # no relation
    return _FALLS.format(table=model._meta.db_table, owner=owner)


def _sqlite_triggers(model: type[InsertOnly]) -> dict[str, str]:
    """The statements of a table's triggers on SQLite, by name. INSERT OR REPLACE deletes a row without a DELETE."""
    table = model._meta.db_table
    taken = " OR ".join(
        f'EXISTS (SELECT 1 FROM "{table}" WHERE '
        + " AND ".join(f'"{column}" = NEW."{column}"' for column in columns)
        + ")"
        for columns in _keys(model)
    )
    refused = f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
    order = {}
    if model.numbered_within:
        backwards = f"BEGIN SELECT RAISE(ABORT, '{table}: a moment goes back'); END"
        order[f"{table}_moment"] = (
            f'CREATE TRIGGER "{table}_moment" BEFORE INSERT ON "{table}" WHEN {_falls(model)} {backwards}'
        )
    return order | {
        f"{table}_insert": f'CREATE TRIGGER "{table}_insert" BEFORE INSERT ON "{table}" WHEN {taken} {refused}',
        f"{table}_update": f'CREATE TRIGGER "{table}_update" BEFORE UPDATE ON "{table}" {refused}',
        f"{table}_delete": f'CREATE TRIGGER "{table}_delete" BEFORE DELETE ON "{table}" {refused}',
    }


def _keys(model: type[models.Model]) -> list[list[str]]:
    """The columns of each unique key of a table."""
    alone = [[str(field.column)] for field in model._meta.local_concrete_fields if field.unique]
    together = [
        [str(model._meta.get_field(name).column) for name in constraint.fields]  # type: ignore[union-attr]  # no relation
        for constraint in model._meta.total_unique_constraints
    ]
    return alone + together


def _drop(vendor: str, model: type[InsertOnly]) -> list[str]:
    table = model._meta.db_table
    behind = f' ON "{table}"' if vendor == "postgresql" else ""
    return [f'DROP TRIGGER IF EXISTS "{name}"{behind}' for name in _signatures(vendor, model)]
