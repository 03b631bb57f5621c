"""What the county is called: by the environment at first, then by the administrator, on every page."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from governance.people.county_name import county, name_county
from governance.people.models import County
from governance.records.refusals import Invalid, NotAllowed, Stale

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def named(administrator, at):
    return name_county(name_zh="清河县", name_en="Qinghe County", by=administrator, at=at, seen=0)


def test_before_it_is_named_the_environment_says_what_the_county_is_called(settings):
    settings.COUNTY_NAME_ZH = "某某县"
    assert county().name_zh == "某某县"


def test_the_name_stands_on_every_page(client, administrator, at, named, django_capture_on_commit_callbacks, settings):
    client.force_login(administrator)
    assert "Qinghe County" in client.get(reverse("inbox"), headers={"accept-language": "en"}).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        name_county(name_zh="清河县", name_en="Clear River County", by=administrator, at=at, seen=named.version)
    assert "Clear River County" in client.get(reverse("inbox"), headers={"accept-language": "en"}).content.decode()


def test_the_county_is_read_once_for_many_pages(named, django_assert_num_queries):
    county()
    with django_assert_num_queries(0):
        county()


def test_only_the_administrator_names_it(office, at):
    with pytest.raises(NotAllowed):
        name_county(name_zh="清河县", by=office, at=at)


def test_a_county_has_a_name(administrator, at):
    with pytest.raises(Invalid) as refused:
        name_county(name_zh="", by=administrator, at=at)
    assert set(refused.value.fields) == {"name_zh"}


def test_a_stale_form_is_told(administrator, at, named):
    with pytest.raises(Stale):
        name_county(name_zh="另一县", by=administrator, at=at, seen=named.version - 1)
    assert County.objects.get().name_zh == "清河县"


def test_there_is_one_county(administrator, at, named):
    with pytest.raises(Stale):
        name_county(name_zh="另一县", by=administrator, at=at, seen=0)
    assert County.objects.count() == 1


def test_the_page_names_it(client, administrator):
    client.force_login(administrator)
    assert client.get(reverse("county")).status_code == 200
    answer = client.post(reverse("county"), {"name_zh": "清河县", "name_en": "", "version": 0})
    assert answer.status_code == 302
    assert County.objects.get().name_zh == "清河县"
