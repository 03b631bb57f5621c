"""What a meeting opens with: `manage.py agenda promotion-2026-2 --json`."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from governance.clock import now

from ...follow_up.agenda_document import Document, agenda_printed
from ...management.meetings import meeting_called


class Command(BaseCommand):
    """Print the follow-up of a meeting and the chapters of its teams."""

    help = "Prints what became of earlier decisions and instructions, and each team's chapter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The meeting by its part of the address, and the form of the answer."""
        parser.add_argument("meeting", help="the meeting's part of the address, such as promotion-2026-1")
        parser.add_argument("--json", action="store_true", help="as JSON: follow_up and chapters")

    def handle(self, *args: Any, **options: Any) -> None:
        document = agenda_printed(meeting_called(options["meeting"]), at=now())
        if options["json"]:
            self._print_json(document)
            return
        for row in document["follow_up"]:
            self.stdout.write(
                "\t".join(str(row[name] or "-") for name in ("group", "kind", "of", "number", "team", "due"))
            )
        for chapter in document["chapters"]:
            self.stdout.write(f"{chapter['team']}\t{chapter['period'] or '-'}")

    def _print_json(self, document: Document) -> None:
        """A row a line."""
        parts = (
            f'"{part}": [' + ",".join("\n  " + json.dumps(row, ensure_ascii=False) for row in rows) + "\n ]"
            for part, rows in document.items()
        )
        self.stdout.write("{\n " + ",\n ".join(parts) + "\n}")
