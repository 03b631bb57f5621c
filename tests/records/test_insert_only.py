"""Insert-only tables refuse UPDATE, DELETE and TRUNCATE in the database itself."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from governance.records.insert_only import insert_only_models, install_triggers
from governance.records.models import AuditEvent, InsertOnlyError

pytestmark = pytest.mark.django_db
TABLES = sorted(model._meta.db_table for model in insert_only_models())


def test_the_list_of_tables_is_the_list_of_insert_only_models():
    assert len(TABLES) == 18
    assert "records_auditevent" in TABLES


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_its_triggers(table):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        else:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        assert cursor.fetchone() == (2,)


def test_the_database_refuses():
    AuditEvent.objects.create(verb="sign_in", at=timezone.now())
    statements = ["UPDATE records_auditevent SET verb = 'x'", "DELETE FROM records_auditevent"]
    if connection.vendor == "postgresql":
        statements.append("TRUNCATE records_auditevent CASCADE")
    for statement in statements:
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEvent.objects.get().verb == "sign_in"


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


def test_installing_twice_is_harmless():
    install_triggers()
    install_triggers()
    test_every_table_has_its_triggers("records_auditevent")


def test_nothing_stands_in_auths_permission_table():
    assert apps.get_model("auth", "Permission").objects.count() == 0
