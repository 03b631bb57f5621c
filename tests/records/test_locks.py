"""A locked row can still be referred to: two verbs that refer to each other's rows would otherwise wait for good."""

import threading

import pytest
from django.db import connection, transaction

from governance.records.verbs import locked
from tests import factories


@pytest.mark.django_db(transaction=True)
def test_a_locked_row_can_be_referred_to():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time; the tests on PostgreSQL run this")
    team, user = factories.TeamFactory(), factories.UserFactory()
    failures: list[Exception] = []

    def refer() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
                factories.MemberFactory(team=team, user=user)
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    with transaction.atomic():
        locked(team)
        other = threading.Thread(target=refer)
        other.start()
        other.join(20)
    assert failures == []
    assert team.members.filter(user=user).exists()
