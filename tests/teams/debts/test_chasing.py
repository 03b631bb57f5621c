"""Chasing by hand: each person is told once a day, and the list says what became of it."""

import pytest
from django.conf import settings
from django.utils.translation import override

from governance.records.models import AuditEvent, Notice
from governance.records.notice_verbs import open_notice
from governance.records.refusals import NotAllowed
from teams.debts.chasing import Chased, chase_debts
from teams.debts.debts import debts_of
from teams.models import SpecialTeam
from tests.factories import MemberFactory, PeriodFactory, UserFactory
from tests.racing import race

from .test_reminders import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(action, team, head):
    """The key of a report that the head owes since 21 October."""
    PeriodFactory(action=action)
    MemberFactory(team=team, part="liaison")
    (debt,) = [debt for debt in debts_of(action, reader=None, now=at(23)) if debt.kind.code == "report"]
    return debt.key


def test_each_person_is_told_once_a_day_and_a_second_day_counts(action, office, report):
    assert chase_debts(action, [report], by=office, at=at(23)) == Chased(items=1, people=2)
    assert chase_debts(action, [report], by=office, at=at(23, 17)) == Chased(again=1)
    assert chase_debts(action, [report, "gone-1-1-0"], by=office, at=at(24)) == Chased(items=1, people=2, done=1)
    assert Notice.objects.filter(kind="chased").count() == 4
    assert AuditEvent.objects.filter(verb="chase_debts").count() == 2
    with override("en"):
        assert "Report missing, " in Notice.objects.filter(kind="chased").first().sentence


def test_only_the_office_chases_and_only_what_others_owe(action, office, head, report):
    with pytest.raises(NotAllowed):
        chase_debts(action, [report], by=head, at=at(23))
    SpecialTeam.objects.get().members.all().update(left_on=at(22).date())
    assert chase_debts(action, [report], by=office, at=at(23)) == Chased(without=1)
    assert not Notice.objects.filter(kind="chased").exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_chase_at_once_tell_each_person_once(action, office, report):
    other = UserFactory(roles=["special_office"])
    outcomes = race(*[lambda by=by: lambda: chase_debts(action, [report], by=by, at=at(23)) for by in (office, other)])
    assert sorted(outcome.value.items for outcome in outcomes) == [0, 1]
    assert Notice.objects.filter(kind="chased").count() == 2


class TestList:
    def test_a_click_sends_and_the_list_says_how_often_and_whether_it_was_read(
        self, client, action, office, head, report, monkeypatch
    ):
        head.phone = "13800138000"
        head.save(update_fields=["phone"])
        client.force_login(office)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        moments = [at(23), at(24), at(25)]
        for moment in moments[:2]:
            monkeypatch.setattr("teams.views.debts.now", lambda moment=moment: moment)
            response = client.post("/owed/?kind=report", {"only": report}, follow=True)
            assert response.redirect_chain[-1][0] == "/owed/?kind=report"
        page = response.content.decode()
        assert 'name="only"' not in page and "reminded 2 times, last on 24 Oct" in page and "not read yet" in page
        assert 'href="tel:13800138000"' in page
        open_notice(Notice.objects.filter(kind="chased", to=head).first(), by=head, at=at(24, 9))
        monkeypatch.setattr("teams.views.debts.now", lambda: moments[2])
        page = client.get("/owed/").content.decode()
        assert 'name="only"' in page and "read by 1 of 2" in page
        csv = b"".join(client.get("/owed/?format=csv").streaming_content).decode()
        assert "reminded 2 times" in csv and "13800138000" not in csv
        client.force_login(head)
        page = client.get("/owed/").content.decode()
        assert "reminded" not in page and 'name="row"' not in page and "13800138000" not in page
        assert client.post("/owed/", {"only": report}).status_code == 403
