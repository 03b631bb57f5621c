"""Sends a person's new notices by e-mail, all in one mail (docs/rules.md#notices)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .models import Notice
from .person import Person
from .verbs import record, verb

DAYS = 7
"""Older notices are not mailed: otherwise an installation that starts to send mail would send a flood."""


def unsent(at: datetime) -> QuerySet[Notice]:
    """Recent notices that are neither opened nor mailed, of people who can sign in and have an e-mail address."""
    notices = Notice.objects.unread().filter(mailed_at=None, at__gt=at - timedelta(days=DAYS), at__lte=at)
    return notices.filter(to__is_active=True).exclude(to__email="").order_by("at", "pk")


def people_to_mail(at: datetime) -> list[Person]:
    """The people with unsent notices, by account."""
    return list(get_user_model().objects.filter(pk__in=unsent(at).order_by().values("to")).order_by("username"))


@verb(says=_("mailed notices to a person"))
def mail_notices(person: Person, *, by: Person | None, at: datetime, connection: BaseEmailBackend) -> int:
    """Send a person's unsent notices in one mail and return how many; they count as sent once the server accepted it.

    A concurrent run for the same person holds a lock: then nothing is sent and the result is 0.

    Raises:
        OSError: the mail server fails; nothing is marked, and the next run sends them.
    """
    free = get_user_model().objects.select_for_update(skip_locked=True, no_key=True).filter(pk=person.pk)
    account = free.first()
    if account is None:
        return 0
    notices = list(unsent(at).filter(to=account))
    if not notices:
        return 0
    digest(account, notices, connection).send()
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=at)
    record("mail_notices", account, by=by, at=at, change={"count": len(notices)})
    return len(notices)


def digest(person: Person, notices: list[Notice], connection: BaseEmailBackend) -> EmailMessage:
    """The mail in the installation's language: a sentence per notice, each with the address that opens it."""
    with translation.override(settings.LANGUAGE_CODE):
        count = len(notices)
        subject = ngettext("Vanguard: %(count)s new notice", "Vanguard: %(count)s new notices", count)
        lines = [gettext("%(name)s:") % {"name": person.name}, ""]
        for notice in notices:
            lines += [f"· {notice.sentence}", *_address(notice), ""]
        lines.append(gettext("This mail was sent by Vanguard; please do not reply to it."))
        return EmailMessage(subject % {"count": count}, "\n".join(lines), to=[person.email], connection=connection)


def _address(notice: Notice) -> list[str]:
    """The address that opens a notice, if the installation's own address is configured."""
    return [f"  {settings.SITE_URL}{reverse('notice', args=[notice.pk])}"] if settings.SITE_URL else []
