"""New notices by e-mail: one mail a person, marked only when it was taken, never twice."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from governance.people import accounts
from governance.records.models import AuditEvent, Notice
from governance.records.notice_mail import DAYS, mail_notices, people_to_mail
from governance.records.refusals import Invalid, NotAllowed
from governance.records.verbs import tell
from teams.notices import TeamNotice
from tests.factories import UserFactory
from tests.racing import race

pytestmark = pytest.mark.django_db


class NoServer(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages):
        raise ConnectionRefusedError(111, "Connection refused")


@pytest.fixture
def person(db):
    return UserFactory(username="zhang", name="张某", email="zhang@county.example")


def told(person, at, *keys):
    for key in keys:
        tell(
            [person],
            TeamNotice.TASK_DUE_SOON,
            key=key,
            url="/tasks/2026-7/",
            at=at,
            facts={"task": "7 修路", "by": "2026-10-31"},
        )


def test_several_notices_are_one_mail_with_their_addresses(person, at, settings):
    settings.SITE_URL = "https://vanguard.example"
    told(person, at, "a", "b")
    assert mail_notices(person, by=None, at=at, connection=EmailBackend()) == 2
    sent = mail.outbox[0]
    assert (sent.to, sent.subject) == (["zhang@county.example"], "专班先锋：2条新通知")
    assert sent.body.count("重点任务“7 修路”于2026年10月31日到期。") == 2
    for notice in Notice.objects.all():
        assert f"https://vanguard.example/inbox/{notice.pk}/" in sent.body
        assert notice.mailed_at == at
    event = AuditEvent.objects.get()
    assert (event.verb, event.change) == ("mail_notices", '{"count":2}')


def test_without_a_site_address_there_are_sentences_and_no_links(person, at, settings):
    settings.SITE_URL = ""
    told(person, at, "a")
    mail_notices(person, by=None, at=at, connection=EmailBackend())
    assert "/inbox/" not in mail.outbox[0].body


def test_what_is_sent_is_not_sent_again(person, at):
    told(person, at, "a")
    mail_notices(person, by=None, at=at, connection=EmailBackend())
    told(person, at, "b")
    assert mail_notices(person, by=None, at=at, connection=EmailBackend()) == 1
    assert mail_notices(person, by=None, at=at, connection=EmailBackend()) == 0
    assert len(mail.outbox) == 2
    assert AuditEvent.objects.count() == 2


def test_a_server_that_fails_loses_nothing(person, at):
    told(person, at, "a")
    with pytest.raises(OSError):
        mail_notices(person, by=None, at=at, connection=NoServer())
    assert Notice.objects.get().mailed_at is None
    assert not AuditEvent.objects.exists()
    assert mail_notices(person, by=None, at=at, connection=EmailBackend()) == 1


@pytest.mark.parametrize(
    "fields", [{"email": ""}, {"is_active": False}, {"email": "x@county.example", "read": True}, {"old": True}]
)
def test_who_is_not_mailed(at, fields):
    read, old = fields.pop("read", False), fields.pop("old", False)
    person = UserFactory(**{"email": "x@county.example"} | fields)
    told(person, at - timedelta(days=DAYS) if old else at, "a")
    if read:
        Notice.objects.update(read_at=at)
    assert people_to_mail(at) == []
    assert mail_notices(person, by=None, at=at, connection=EmailBackend()) == 0
    assert mail.outbox == []


def test_people_are_named_once(person, at):
    told(person, at, "a", "b")
    assert people_to_mail(at) == [person]


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_who_send_at_once_send_one_mail(person, at):
    told(person, at, "a")

    def load():
        found = people_to_mail(at)[0]
        return lambda: mail_notices(found, by=None, at=at, connection=EmailBackend())

    outcomes = race(load, load)
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert sorted(outcome.value for outcome in outcomes) == [0, 1]
    assert len(mail.outbox) == 1
    assert AuditEvent.objects.count() == 1


def test_everybody_says_where_their_own_mails_go(person, at):
    accounts.change_mail(person, by=person, at=at, email="new@county.example")
    person.refresh_from_db()
    assert person.email == "new@county.example"
    assert AuditEvent.objects.get().verb == "change_mail"
    with pytest.raises(NotAllowed):
        accounts.change_mail(person, by=UserFactory(), at=at, email="")
    with pytest.raises(Invalid):
        accounts.change_mail(person, by=person, at=at, email="nowhere")


def test_the_page_of_the_own_address(person):
    client = Client()
    client.force_login(person)
    assert "没有配置邮件服务器" in client.get("/account/mail/").content.decode()
    assert client.post("/account/mail/", {"email": "nowhere"}).status_code == 422
    answer = client.post("/account/mail/", {"email": "new@county.example"}, follow=True)
    assert "new@county.example" in answer.content.decode()
