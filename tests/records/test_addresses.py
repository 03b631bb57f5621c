"""Which address an audit event names."""

import pytest
from django.urls import reverse

from governance.records.models import AuditEvent
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "expected"),
    [
        (False, "203.0.113.9, 192.0.2.7", "10.0.0.1"),
        (True, "203.0.113.9, 192.0.2.7", "192.0.2.7"),
        (True, "nonsense", "10.0.0.1"),
    ],
)
def test_the_address_is_the_persons_not_the_proxys(client, settings, behind_proxy, forwarded, expected):
    settings.BEHIND_PROXY = behind_proxy
    UserFactory(username="chief", password=PASSWORD)
    client.post(
        reverse("sign_in"),
        {"username": "chief", "password": PASSWORD},
        REMOTE_ADDR="10.0.0.1",
        HTTP_X_FORWARDED_FOR=forwarded,
    )
    assert AuditEvent.objects.get(verb="sign_in").address == expected
