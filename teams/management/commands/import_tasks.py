"""manage.py import_tasks: imports a task ledger from the command line (docs/rules.md#ledger)."""

import json
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from governance.clock import now, today
from governance.formats.dates import FIRST_YEAR, LAST_YEAR, start_date
from governance.formats.faults import CellFault, CellReason, FormatError, gettext_noop
from governance.lists.text import names_text
from governance.people.models import User
from governance.records.dry_runs import told
from governance.records.management.migrated import require_migrated
from governance.records.management.progress import ProgressLine
from governance.records.refusals import NotAllowed

from ...ledger.dry_run import NOTICE_WORDS
from ...ledger.file import Ledger
from ...ledger.ledger_import import LedgerImport, LedgerRefused, import_ledger, try_ledger
from ...models import SpecialAction

ACTION_UNKNOWN = CellReason(
    "action_unknown", gettext_noop("There is no special action “%(code)s”. The actions are: %(known)s.")
)

STEPS = {"read": gettext_lazy("rows read"), "write": gettext_lazy("tasks updated")}
"""What long work is doing."""


def year(text: str) -> int:
    """The year that --year names."""
    if not text.isdecimal() or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise ArgumentTypeError(f"{text!r} is not a year from {FIRST_YEAR} to {LAST_YEAR}")
    return int(text)


def day(text: str) -> date:
    """The day that --start names."""
    try:
        return start_date(text, year=today().year)
    except FormatError as error:
        raise ArgumentTypeError(told(error.reason, error.params)) from error


class Command(BaseCommand):
    """Import a task ledger; with any error nothing is changed and the exit status is 1."""

    help = "Import a task ledger (.xlsx): all of it, or nothing with every error named by sheet, row and column."

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE.xlsx --action CODE --year YYYY [--start DAY] [--dry-run] [--json] [--by NAME]."""
        parser.add_argument("file", type=Path, help="the ledger, an .xlsx workbook")
        parser.add_argument("--action", required=True, help="code of the special action")
        parser.add_argument("--year", required=True, type=year, help="year of the tasks and of dates without one")
        parser.add_argument("--start", type=day, help="start of the new tasks on sheets that have no column for it")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--json", action="store_true", help="print JSON for programs instead of lines for people")
        parser.add_argument("--by", default="", help="account name of the person on whose account it is imported")

    def handle(self, *args: Any, **options: Any) -> None:
        """Try or import, and print the result."""
        require_migrated()
        outcome = self._outcome(options)
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_dict(), ensure_ascii=False, indent=1))
        else:
            self._tell(outcome, dry_run=options["dry_run"])
        if outcome.errors:
            count = len(outcome.errors)
            raise CommandError(
                ngettext(
                    "%(count)s error in the ledger. Nothing was changed.",
                    "%(count)s errors in the ledger. Nothing was changed.",
                    count,
                )
                % {"count": count}
            )

    def _outcome(self, options: dict[str, Any]) -> LedgerImport:
        """The result of the import or the dry run, or its errors."""
        action = SpecialAction.objects.filter(code=options["action"]).first()
        if action is None:
            known = ", ".join(SpecialAction.objects.values_list("code", flat=True)) or "—"
            error = CellFault(ACTION_UNKNOWN, {"code": options["action"], "known": known})
            return LedgerImport(Ledger(options["year"], errors=[error]), added=[], changed=[], unchanged=[])
        by = self._person(options["by"])
        line = ProgressLine(self.stderr)
        about = {
            "year": options["year"],
            "at": now(),
            "start": options["start"],
            "progress": lambda step, done, total: line(str(STEPS[step]), done, total),
        }
        try:
            if options["dry_run"]:
                return try_ledger(action, options["file"], **about)
            return import_ledger(action, options["file"], by=by, **about)
        except LedgerRefused as refusal:
            return refusal.outcome
        except NotAllowed as refusal:
            raise CommandError(str(refusal.message)) from refusal
        finally:
            line.close()

    def _person(self, username: str) -> User | None:
        """The person named by --by; None without it."""
        if not username:
            return None
        person = User.objects.filter(username=username, is_active=True).first()
        if person is None:
            raise CommandError(_("There is no account “%(name)s” that may sign in.") % {"name": username})
        return person

    def _tell(self, outcome: LedgerImport, *, dry_run: bool) -> None:
        """The result as lines for people: counts, notices, errors with their places."""
        words = {
            "read": len(outcome.ledger.tasks),
            "added": len(outcome.added),
            "changed": len(outcome.changed),
            "unchanged": len(outcome.unchanged),
        }
        if outcome.errors:
            self.stdout.write(_("%(read)s tasks can be read.") % words)
        elif dry_run:
            self.stdout.write(
                _("%(read)s tasks read: %(added)s would be added, %(changed)s changed, %(unchanged)s unchanged.")
                % words
            )
        else:
            self.stdout.write(
                _("%(read)s tasks read: %(added)s added, %(changed)s changed, %(unchanged)s unchanged.") % words
            )
        for notice in outcome.notices:
            self.stdout.write(f"  {notice.number}: {NOTICE_WORDS[notice.notice]}")
        for error in outcome.errors:
            place = f"{error.place}: " if error.place else ""
            self.stdout.write(self.style.ERROR(f"  {place}{told(error.reason, error.params)}"))
        if outcome.found is not None and outcome.found.asks and not outcome.errors:
            for question in outcome.found.asks:
                self.stdout.write(self.style.WARNING(f"  {question.place}: {told(question.reason, question.params)}"))
            self.stdout.write(
                _("Set it with --start, for example --start %(year)s-01-01.") % {"year": outcome.ledger.year}
            )
        self._tell_coverage(outcome)

    def _tell_coverage(self, outcome: LedgerImport) -> None:
        """What was read of each sheet, and what was not."""
        for sheet in outcome.ledger.coverage:
            if sheet.read:
                words = {"sheet": sheet.sheet, "names": names_text(f"{each.letter} {each.name}" for each in sheet.read)}
                self.stdout.write(_("%(sheet)s: read %(names)s") % words)
            for note in sheet.notes:
                self.stdout.write(f"  {note.place}: {told(note.reason, note.params)}")
