"""manage.py propose_orders: what the ladder of supervision orders proposes on an evening."""

import json
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from governance.clock import today
from governance.formats.dates import plausible
from governance.lists.text import day_text
from governance.records.management.migrated import require_migrated
from teams.models import SpecialAction

from ...ladder import Rung
from ...orders.proposals import DueTalk, LitTask, proposals_read
from ...words import RUNG_WORDS


def a_day(text: str) -> date:
    """A day as typed."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(_("“%(text)s” is no day such as 2026-10-29.") % {"text": text}) from error
    if not plausible(day):
        raise ArgumentTypeError(_("“%(text)s” is no day such as 2026-10-29.") % {"text": text})
    return day


class Command(BaseCommand):
    """Prints the proposals of an evening as known then; of today, as known now.

    Exit status: 0 with the proposals, none or many; 1 where there is nothing to ask.
    """

    help = "Print which supervision orders are due on an evening, as known then."

    def add_arguments(self, parser: CommandParser) -> None:
        """[--on DAY] [--json]."""
        parser.add_argument("--on", help="the evening, such as 2026-10-29; today by default")
        parser.add_argument("--json", action="store_true", help="print JSON for programs instead of lines for people")

    def handle(self, *args: Any, on: str | None, **options: Any) -> None:
        """Read and print."""
        require_migrated()
        now = today()
        try:
            day = a_day(on) if on is not None else now
        except ArgumentTypeError as error:
            raise CommandError(str(error)) from error
        if day > now:
            raise CommandError(_("%(day)s is in the future.") % {"day": day_text(day)})
        action = SpecialAction.objects.chosen()
        if action is None:
            raise CommandError(_("There is no special action yet, so nothing is proposed."))
        found = map(row_of, proposals_read(action, on=day, today=now))
        if options["json"]:
            self._print_json(found)
            return
        is_empty = True
        for row in found:
            is_empty = False
            about = row["task"] if row["task"] is not None else row["team"]
            self.stdout.write(f"{about}  {RUNG_WORDS[row['rung']]}  {row['since']}")
        if is_empty:
            self.stdout.write(_("Nothing is proposed."))

    def _print_json(self, found: Iterator[dict[str, Any]]) -> None:
        """A row a line, written as it is read."""
        self.stdout.write('{"proposals": [', ending="")
        before = "\n "
        for row in found:
            self.stdout.write(before + json.dumps(row, ensure_ascii=False), ending="")
            before = ",\n "
        self.stdout.write("\n]}")


def row_of(due: LitTask | DueTalk) -> dict[str, Any]:
    """A proposal as the command prints it: of a task by its number, a talk by the code of its team."""
    if isinstance(due, DueTalk):
        return {"task": None, "team": due.team.code, "rung": Rung.TALK.value, "since": due.since.isoformat()}
    assert due.proposal is not None
    return {"task": due.number, "rung": due.proposal.rung.value, "since": due.proposal.since.isoformat()}
