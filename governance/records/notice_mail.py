"""Sending a person's new notices by e-mail, one mail for all of them (docs/rules.md#notices)."""

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
"""A notice older than this is not mailed any more: an installation that begins to mail sends no flood."""


def unsent(at: datetime) -> QuerySet[Notice]:
    """Notices of the last days that are neither opened nor mailed, of people who can sign in and have an e-mail."""
    notices = Notice.objects.unread().filter(mailed_at=None, at__gt=at - timedelta(days=DAYS), at__lte=at)
    return notices.filter(to__is_active=True).exclude(to__email="").order_by("at", "pk")


def people_to_mail(at: datetime) -> list[Person]:
    """The people for whom something is unsent, by account."""
    return list(get_user_model().objects.filter(pk__in=unsent(at).order_by().values("to")).order_by("username"))


@verb(says=_("mailed notices to a person"))
def mail_notices(person: Person, *, by: Person | None, at: datetime, connection: BaseEmailBackend) -> int:
    """Send a person's unsent notices in one mail and answer how many; they count as sent only after the server took it.

    Whoever else is sending to the same person meanwhile has locked them: nothing is sent then, and 0 is the answer.

    Raises:
        OSError: the mail server fails; nothing is marked, the next run sends it.
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
    """The mail, in the installation's language: a sentence a notice, each with the address that opens it."""
    with translation.override(settings.LANGUAGE_CODE):
        count = len(notices)
        subject = ngettext("Vanguard: %(count)s new notice", "Vanguard: %(count)s new notices", count)
        lines = [gettext("%(name)s:") % {"name": person.name}, ""]
        for notice in notices:
            lines += [f"· {notice.sentence}", *_address(notice), ""]
        lines.append(gettext("This mail was sent by Vanguard; please do not answer it."))
        return EmailMessage(subject % {"count": count}, "\n".join(lines), to=[person.email], connection=connection)


def _address(notice: Notice) -> list[str]:
    """Where a notice is opened, where the installation says under which address it stands."""
    return [f"  {settings.SITE_URL}{reverse('notice', args=[notice.pk])}"] if settings.SITE_URL else []
