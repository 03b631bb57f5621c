"""manage.py remind: creates reminders, seals what was recorded, mails new notices; for cron, safe to run twice."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.clock import now
from governance.records.integrity.seals import seal_records
from governance.records.management.migrated import require_migrated
from governance.records.models import Notice
from governance.records.notice_mail import mail_notices, people_to_mail

from ...debts.reminders import send_reminders
from ...models import SpecialAction


class Command(BaseCommand):
    """Creates reminders in the inboxes, seals what was recorded, and mails new notices if a mail server is configured.

    Exit status: 1 if mail fails, 2 if the database cannot be asked.
    """

    help = "Remind people of what is due and owed, seal what was recorded, and mail new notices."

    def add_arguments(self, parser: CommandParser) -> None:
        """[--no-mail]."""
        parser.add_argument("--no-mail", action="store_true", help="put notices in the inboxes only")

    def handle(self, *args: Any, no_mail: bool, **options: Any) -> None:
        """Remind, seal, then mail."""
        require_migrated()
        at = now()
        self.remind(at)
        self.seal(at)
        if no_mail:
            return
        if not settings.SENDS_MAIL:
            self.stdout.write(_("No mail server is configured (EMAIL_URL), so no mail is sent."))
            return
        self.mail(at)

    def remind(self, at: datetime) -> None:
        """Put new reminders into the inboxes and print how many of each kind."""
        action = SpecialAction.objects.chosen()
        if action is None:
            self.stdout.write(_("There is no special action yet, so no reminders were sent."))
            return
        reminded = send_reminders(action, by=None, at=at)
        for kind, count in sorted(reminded.told.items()):
            self.stdout.write(f"  {count:5}  {kind}")
        words = ngettext("%(count)s notice sent.", "%(count)s notices sent.", reminded.total)
        self.stdout.write(words % {"count": reminded.total})

    def seal(self, at: datetime) -> None:
        """Seal what was recorded; where a transaction stays open for long, the next run does it."""
        try:
            seal = seal_records(at=at)
        except OperationalError as error:
            self.stderr.write(_("Not sealed this time: %(error)s") % {"error": error})
            return
        if seal is not None:
            self.stdout.write(_("Sealed: No. %(number)d, head %(head)s") % {"number": seal.number, "head": seal.sha256})

    def mail(self, at: datetime) -> None:
        """Send each person's new notices in one mail; if the server refuses one, the next run tries again."""
        people = people_to_mail(at)
        sent, failed = 0, []
        if people:
            connection = get_connection()
            for person in people:
                try:
                    sent += bool(mail_notices(person, by=None, at=at, connection=connection))
                except OSError as error:
                    failed.append((person, error))
            connection.close()
        self.stdout.write(ngettext("%(count)s mail sent.", "%(count)s mails sent.", sent) % {"count": sent})
        for person, fault in failed:
            self.stderr.write(_("Not mailed to %(name)s: %(error)s") % {"name": person, "error": fault})
        if failed:
            waiting = Notice.objects.filter(to__in=[person for person, _error in failed], mailed_at=None).count()
            raise CommandError(
                _("The mail server failed. Nothing is lost: %(count)s notices will be sent with the next run.")
                % {"count": waiting}
            )
