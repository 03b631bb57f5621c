"""manage.py doctor: checks the invariants of every app (docs/rules.md#invariants)."""

import json
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from assessments.invariants import INVARIANTS as OF_ASSESSMENTS
from governance.people.invariants import INVARIANTS as OF_PEOPLE
from governance.records.invariants import INVARIANTS as OF_RECORDS
from teams.invariants import INVARIANTS as OF_TEAMS

INVARIANTS = (*OF_RECORDS, *OF_PEOPLE, *OF_TEAMS, *OF_ASSESSMENTS)


class Command(BaseCommand):
    """One query per invariant; changes nothing; exit status 1 when something was found."""

    help = "Ask whether everything holds that no constraint of the database can say."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON for programs instead of lines for people")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(chain.from_iterable(invariant.findings() for invariant in INVARIANTS))
        if options["json"]:
            report = {"asked": len(INVARIANTS), "findings": [finding.as_dict() for finding in findings]}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
        else:
            for finding in findings:
                self.stdout.write(str(finding))
        if findings:
            count = len(findings)
            words = ngettext("%(count)s thing does not hold.", "%(count)s things do not hold.", count)
            raise CommandError(words % {"count": count})
        if not options["json"]:
            asked = len(INVARIANTS)
            words = ngettext(
                "%(asked)s question asked; everything holds.", "%(asked)s questions asked; everything holds.", asked
            )
            self.stdout.write(words % {"asked": asked})
