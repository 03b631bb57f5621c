"""What the county is called: by the environment at first, then by the administrator, on every page."""

import pytest
from django.urls import reverse

from governance.overview.context_processors import masthead
from governance.people.county_name import county, name_county
from governance.people.models import County
from governance.records.refusals import Invalid, NotAllowed, Stale
from governance.records.verbs import tell
from teams.notices import TeamNotice

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(administrator, at):
    return name_county(name_zh="清河县", name_en="Qinghe County", by=administrator, at=at, seen=0)


def test_before_it_is_named_the_environment_says_what_the_county_is_called(settings):
    settings.COUNTY_NAME_ZH = "某某县"
    assert county().name_zh == "某某县"


def test_the_name_stands_on_every_page_at_once_whoever_changed_it(client, administrator, at, named):
    """Another worker's change has told this one nothing: it is seen by reading anew."""
    client.force_login(administrator)
    assert "Qinghe County" in client.get(reverse("inbox"), headers={"accept-language": "en"}).content.decode()
    County.objects.update(name_en="Clear River County")
    assert "Clear River County" in client.get(reverse("inbox"), headers={"accept-language": "en"}).content.decode()
    client.logout()
    assert "Clear River County" in client.get(reverse("sign_in"), headers={"accept-language": "en"}).content.decode()


def test_the_masthead_asks_one_query_and_none_where_it_is_not_shown(
    administrator, office, at, named, rf, django_assert_num_queries
):
    request = rf.get("/inbox/")
    request.user, request.resolver_match = administrator, None
    assert administrator.roles
    for key, person in (("a", administrator), ("b", administrator), ("c", office)):
        tell([person], TeamNotice.REPORT_DUE, key=key, url="/", at=at, facts={})
    with django_assert_num_queries(0):
        shown = masthead(request)
    with django_assert_num_queries(1):
        read = shown["county_name"](), shown["inbox_count"]()
    assert read == ("清河县", 2)


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
