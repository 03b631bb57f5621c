"""`manage.py verify_audit`: verify the chain of seals and every sealed row (docs/rules.md#seals)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from governance.clock import now

from ...integrity.seals import broken_chain, broken_ranges, open_events, seal_records
from ...models import AuditSeal
from ..migrated import CANNOT_ASK, require_migrated

SHORTEST_HEAD = 16
"""The fewest digits of a printed head that name a seal."""


class Command(BaseCommand):
    """Verify the chain of seals; exit status 1 when something was altered, 2 when the question cannot be asked."""

    help = "Verify the chain of seals over all insert-only rows and name the first broken range; exit 1 on any."

    def add_arguments(self, parser: CommandParser) -> None:
        """[--head HEX] [--seal]."""
        parser.add_argument(
            "--head", metavar="HEX", default="", help="a head that was printed: it must be in the chain"
        )
        parser.add_argument("--seal", action="store_true", help="first seal what is open, for a backup")

    def handle(self, *args: Any, head: str, seal: bool, **options: Any) -> None:
        """Print the last head and how many events are open, or the first broken range."""
        require_migrated()
        asked = "".join(head.split()).lower()
        if head and (len(asked) < SHORTEST_HEAD or set(asked) - set("0123456789abcdef")):
            raise CommandError(
                _("A head has 64 hexadecimal digits; give at least the first %(count)d.") % {"count": SHORTEST_HEAD},
                returncode=CANNOT_ASK,
            )
        if seal:
            seal_records(at=now())
        for broken in broken_chain():
            raise CommandError(_("The chain is broken at %(broken)s.") % {"broken": broken})
        seals = AuditSeal.objects.order_by("number")
        for one in seals.iterator():
            for broken in broken_ranges(one):
                raise CommandError(_("The chain is broken at %(broken)s.") % {"broken": broken})
        if asked and not seals.filter(sha256__startswith=asked).exists():
            raise CommandError(_("No seal has the head %(head)s: seals were replaced or removed.") % {"head": asked})
        last = seals.last()
        told = {"seals": seals.count(), "open": open_events().count(), "head": last.sha256 if last else "–"}
        self.stdout.write(_("Seals verified: %(seals)d. Events since the last seal: %(open)d. Head: %(head)s") % told)
