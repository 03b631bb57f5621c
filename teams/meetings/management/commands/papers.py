"""The papers of a meeting as Word files: `manage.py papers promotion-2026-2 --to DIR`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from governance.clock import now
from governance.records.management.migrated import require_migrated
from governance.records.refusals import Refused

from ...management.meetings import meeting_called
from ...papers.folder import folder_files
from ...papers.making import MeetingPapers
from ...papers.registry import FOLDER_KINDS, MINUTES_KINDS


class Command(BaseCommand):
    """Write the papers of a meeting into a folder: the four before it with the agenda, and what followed.

    Exit status: 0 with the files written, named on a line each; 1 with one line that says what is wrong.
    """

    help = "Write the papers of a meeting as Word files, and its agenda as CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """MEETING --to DIR."""
        parser.add_argument("meeting", help="the meeting's part of the address, such as promotion-2026-1")
        parser.add_argument("--to", required=True, type=Path, help="an existing folder, or one to be made")

    def handle(self, *args: Any, meeting: str, to: Path, **options: Any) -> None:
        """Make and write."""
        require_migrated()
        papers = MeetingPapers(meeting_called(meeting), now())
        kinds = (*FOLDER_KINDS, *MINUTES_KINDS) if papers.issue else FOLDER_KINDS
        try:
            files = folder_files(papers, kinds)
        except Refused as refusal:
            raise CommandError(str(refusal.message)) from refusal
        try:
            to.mkdir(parents=True, exist_ok=True)
            for file in files:
                path = to / file.name
                path.write_bytes(file.content)
                self.stdout.write(str(path))
        except OSError as error:
            raise CommandError(
                _("%(path)s cannot be written: %(why)s.") % {"path": to, "why": error.strerror}
            ) from error
