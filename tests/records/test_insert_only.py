"""Insert-only tables refuse UPDATE, DELETE and TRUNCATE in the database itself."""

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from governance.records.insert_only import insert_only_models, install_triggers
from governance.records.models import AuditEvent, InsertOnlyError

pytestmark = pytest.mark.django_db
TABLES = sorted(model._meta.db_table for model in insert_only_models())


def test_the_list_of_tables_is_the_list_of_insert_only_models():
    assert len(TABLES) == 20
    assert "records_auditevent" in TABLES


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_its_triggers(table):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        else:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        assert cursor.fetchone() == (2,)


def refused(statement):
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_update_and_delete():
    AuditEvent.objects.create(verb="sign_in", at=timezone.now())
    refused("UPDATE records_auditevent SET verb = 'x'")
    refused("DELETE FROM records_auditevent")
    assert AuditEvent.objects.get().verb == "sign_in"


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
