"""Insert-only tables refuse UPDATE, DELETE and TRUNCATE in the database itself."""

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from governance.records.integrity.guards import altered_guards, insert_only_models, install_triggers
from governance.records.models import AuditEvent, AuditSeal, InsertOnlyError

pytestmark = pytest.mark.django_db
TABLES = sorted(model._meta.db_table for model in insert_only_models())
IN_ORDER = {model._meta.db_table for model in insert_only_models() if model.numbered_within}


def test_the_list_of_tables_is_the_list_of_insert_only_models():
    assert len(TABLES) == 55
    assert "records_auditevent" in TABLES


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_its_triggers(table):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        else:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        assert cursor.fetchone() == (4 if table in IN_ORDER else 3,)


def test_triggers_are_as_they_were_installed():
    assert list(altered_guards()) == []


HOLLOW = {
    "sqlite": {
        "missing": ['DROP TRIGGER "records_auditevent_update"'],
        "hollow": [
            'DROP TRIGGER "records_auditevent_update"',
            'CREATE TRIGGER "records_auditevent_update" BEFORE UPDATE ON "records_auditevent" BEGIN SELECT 1; END',
        ],
        "never": [
            'DROP TRIGGER "records_auditevent_delete"',
            (
                'CREATE TRIGGER "records_auditevent_delete" BEFORE DELETE ON "records_auditevent" WHEN 0 '
                "BEGIN SELECT RAISE(ABORT, 'records_auditevent is insert-only'); END"
            ),
        ],
        "another table": [
            'DROP TRIGGER "records_auditevent_update"',
            (
                'CREATE TRIGGER "records_auditevent_update" BEFORE UPDATE ON "records_notice" '
                "BEGIN SELECT RAISE(ABORT, 'records_auditevent is insert-only'); END"
            ),
        ],
        "foreign": ['CREATE TRIGGER "other" AFTER INSERT ON "records_auditevent" BEGIN SELECT 1; END'],
        "pragma": ["PRAGMA recursive_triggers=OFF"],
    },
    "postgresql": {
        "missing": ['DROP TRIGGER "records_auditevent_row" ON "records_auditevent"'],
        "off": ['ALTER TABLE "records_auditevent" DISABLE TRIGGER "records_auditevent_row"'],
        "not in the mode of a replica": ['ALTER TABLE "records_auditevent" ENABLE TRIGGER "records_auditevent_row"'],
        "only as a replica": ['ALTER TABLE "records_auditevent" ENABLE REPLICA TRIGGER "records_auditevent_row"'],
        "never": [
            'DROP TRIGGER "records_auditevent_row" ON "records_auditevent"',
            (
                'CREATE TRIGGER "records_auditevent_row" BEFORE UPDATE OR DELETE ON "records_auditevent" FOR EACH ROW '
                "WHEN (false) EXECUTE FUNCTION vanguard_refuse_change()"
            ),
            'ALTER TABLE "records_auditevent" ENABLE ALWAYS TRIGGER "records_auditevent_row"',
        ],
        "one column": [
            'DROP TRIGGER "records_auditevent_row" ON "records_auditevent"',
            (
                'CREATE TRIGGER "records_auditevent_row" BEFORE DELETE OR UPDATE OF verb ON "records_auditevent" '
                "FOR EACH ROW EXECUTE FUNCTION vanguard_refuse_change()"
            ),
            'ALTER TABLE "records_auditevent" ENABLE ALWAYS TRIGGER "records_auditevent_row"',
        ],
        "replaced function": [
            (
                "CREATE OR REPLACE FUNCTION vanguard_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN RETURN coalesce(NEW, OLD); END'"
            ),
        ],
        "another function": [
            "CREATE FUNCTION lets_pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN coalesce(NEW, OLD); END'",
            'DROP TRIGGER "records_auditevent_row" ON "records_auditevent"',
            (
                'CREATE TRIGGER "records_auditevent_row" BEFORE UPDATE OR DELETE ON "records_auditevent" FOR EACH ROW '
                "EXECUTE FUNCTION lets_pass()"
            ),
            'ALTER TABLE "records_auditevent" ENABLE ALWAYS TRIGGER "records_auditevent_row"',
        ],
        "function of another schema": [
            "CREATE SCHEMA elsewhere",
            (
                "CREATE FUNCTION elsewhere.vanguard_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN RETURN coalesce(NEW, OLD); END'"
            ),
            'DROP TRIGGER "records_auditevent_row" ON "records_auditevent"',
            (
                'CREATE TRIGGER "records_auditevent_row" BEFORE UPDATE OR DELETE ON "records_auditevent" FOR EACH ROW '
                "EXECUTE FUNCTION elsewhere.vanguard_refuse_change()"
            ),
            'ALTER TABLE "records_auditevent" ENABLE ALWAYS TRIGGER "records_auditevent_row"',
        ],
        "rule": ['CREATE RULE other AS ON DELETE TO "records_auditevent" DO INSTEAD NOTHING'],
    },
}
"""Ways round the triggers, by database: what an owner of the tables could do."""


@pytest.mark.parametrize("way", HOLLOW[connection.vendor])
def test_a_way_round_the_triggers_is_found(way):
    with connection.cursor() as cursor:
        for statement in HOLLOW[connection.vendor][way]:
            cursor.execute(statement)
    try:
        assert {altered.name.split(": ")[-1] for altered in altered_guards()} & {
            *("records_auditevent_update", "records_auditevent_delete", "records_auditevent_row"),
            *("other", "recursive_triggers"),
        }
    finally:
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA recursive_triggers=ON")


def refused(statement):
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_update_and_delete():
    AuditEvent.objects.create(verb="sign_in", at=timezone.now())
    refused("UPDATE records_auditevent SET verb = 'x'")
    refused("DELETE FROM records_auditevent")
    assert AuditEvent.objects.get().verb == "sign_in"


def test_the_database_refuses_to_replace_a_row(at):
    """INSERT OR REPLACE deletes without a DELETE, by the id and by any other unique key."""
    event = AuditEvent.objects.create(verb="sign_in", at=at)
    seal = AuditSeal.objects.create(number=1, from_id=1, to_id=1, events=1, ranges="{}", sha256="0" * 64, at=at)
    if connection.vendor == "postgresql":
        refused(
            "INSERT INTO records_auditevent SELECT * FROM records_auditevent ON CONFLICT (id) DO UPDATE SET verb = 'x'"
        )
        return
    columns = "at, verb, object_type, object_id, object_name, change, behalf"
    values = f"'2026-01-01', 'x', '', '', '', '', '' FROM records_auditevent WHERE id = {event.pk}"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")
    try:
        refused(f"INSERT OR REPLACE INTO records_auditevent (id, {columns}) SELECT id, {values}")
        refused(
            f"INSERT INTO records_auditevent (id, {columns}) SELECT id, {values} "
            "ON CONFLICT (id) DO UPDATE SET verb = 'x'"
        )
        refused(
            "INSERT OR REPLACE INTO records_auditseal (number, at, from_id, to_id, events, ranges, sha256) "
            "SELECT number, at, 0, 0, 0, '', '' FROM records_auditseal"
        )
    finally:
        connection.cursor().execute("PRAGMA recursive_triggers=ON")
    assert AuditEvent.objects.get().verb == "sign_in"
    assert AuditSeal.objects.get() == seal


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL only")
def test_the_mode_of_a_replica_is_no_way_round():
    AuditEvent.objects.create(verb="sign_in", at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    refused("UPDATE records_auditevent SET verb = 'x'")


@pytest.mark.parametrize("table", TABLES)
def test_the_database_refuses_truncate(table):
    if connection.vendor == "postgresql":
        refused(f'TRUNCATE "{table}" CASCADE')
    else:  # SQLite has no TRUNCATE: Django empties a table with DELETE, which the row trigger refuses
        assert connection.ops.sql_flush(no_style(), [table])[0].startswith("DELETE FROM")


def test_python_refuses_with_a_clearer_word():
    event = AuditEvent.objects.create(verb="sign_in", at=timezone.now())
    with pytest.raises(InsertOnlyError, match="write a new row"):
        event.save()
    with pytest.raises(InsertOnlyError):
        event.delete()
    with pytest.raises(InsertOnlyError):
        AuditEvent.objects.update(verb="x")
    with pytest.raises(InsertOnlyError):
        AuditEvent.objects.all().delete()


@pytest.mark.parametrize("model", insert_only_models(), ids=lambda model: model._meta.label)
def test_python_refuses_it_of_every_kind_of_row(model):
    for change in (lambda rows: rows.update(by=None), lambda rows: rows.delete()):
        with pytest.raises(InsertOnlyError):
            change(model.objects.all())


def test_installing_twice_is_harmless():
    install_triggers()
    install_triggers()
    test_every_table_has_its_triggers("records_auditevent")


def test_nothing_stands_in_auths_permission_table():
    assert apps.get_model("auth", "Permission").objects.count() == 0
