"""manage.py doctor: checks the invariants of every app and scans what is stored (docs/rules.md#invariants)."""

import json
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from assessments.invariants import INVARIANTS as OF_ASSESSMENTS
from assessments.invariants import SCANS as SCANS_OF_ASSESSMENTS
from governance.clock import now
from governance.people.invariants import INVARIANTS as OF_PEOPLE
from governance.records.integrity.scans import SCANS as SCANS_OF_RECORDS
from governance.records.integrity.scans import keep_positions, positions
from governance.records.invariants import INVARIANTS as OF_RECORDS
from governance.records.invariants import Finding
from governance.records.management.migrated import require_migrated
from teams.invariants import INVARIANTS as OF_TEAMS
from teams.invariants import SCANS as SCANS_OF_TEAMS
from teams.meetings.invariants import INVARIANTS as OF_MEETINGS
from teams.meetings.invariants import SCANS as SCANS_OF_MEETINGS

INVARIANTS = (*OF_RECORDS, *OF_PEOPLE, *OF_TEAMS, *OF_MEETINGS, *OF_ASSESSMENTS)
SCANS = (*SCANS_OF_RECORDS, *SCANS_OF_TEAMS, *SCANS_OF_MEETINGS, *SCANS_OF_ASSESSMENTS)


class Command(BaseCommand):
    """One query per invariant, and a part of each scan; repairs nothing.

    Exit status: 0 everything holds, 1 something was found, 2 the database cannot be asked.
    """

    help = "Ask whether everything holds that no constraint of the database can say."

    def add_arguments(self, parser: CommandParser) -> None:
        """[--json] [--all]."""
        parser.add_argument("--json", action="store_true", help="print JSON for programs instead of lines for people")
        parser.add_argument("--all", action="store_true", help="read everything that is stored, not the next part")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found, as lines or as one JSON document."""
        require_migrated()
        findings = list(chain.from_iterable(invariant.findings() for invariant in INVARIANTS))
        findings += _scanned(everything=options["all"])
        asked = len(INVARIANTS) + len(SCANS)
        if options["json"]:
            report = {"asked": asked, "findings": [finding.as_dict() for finding in findings]}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
        else:
            for finding in findings:
                self.stdout.write(str(finding))
        if findings:
            count = len(findings)
            words = ngettext("%(count)s check failed.", "%(count)s checks failed.", count)
            raise CommandError(words % {"count": count})
        if not options["json"]:
            words = ngettext("%(asked)s check made, none failed.", "%(asked)s checks made, none failed.", asked)
            self.stdout.write(words % {"asked": asked})


def _scanned(*, everything: bool) -> list[Finding]:
    """What the scans find, in everything that is stored or in the next part of it; the next run goes on from there."""
    before = positions()
    after, findings = {}, []
    for scan in SCANS:
        found, last = scan.run(None if everything else before.get(scan.code, 0))
        findings += [Finding.of(scan.code, scan.sentence, row, fault) for row, fault in found]
        after[scan.code] = last
    if not everything and after != {code: before.get(code, 0) for code in after}:
        keep_positions(after, at=now())
    return findings
