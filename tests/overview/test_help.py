"""Help stands where it is needed."""

import pytest
from django.urls import reverse
from django.utils import translation

from governance.registers.help import PAGE_HELP, help_for
from tests.test_doors import url_names


def test_help_is_for_pages_that_exist():
    assert set(PAGE_HELP) <= url_names()


def test_most_pages_explain_themselves():
    assert help_for("county") == () == help_for(None)


@pytest.mark.django_db
def test_a_page_with_help_shows_it_and_the_screen_on_the_wall_does_not(client, office, action):
    client.force_login(office)
    with translation.override("en"):
        sentence = str(PAGE_HELP["wall"][1])
    shown = client.get(reverse("wall"), headers={"accept-language": "en"}).content.decode()
    assert sentence in shown
    assert sentence not in client.get(reverse("wall") + "?screen=1").content.decode()
