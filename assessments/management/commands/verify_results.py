"""`manage.py verify_results`: score every published round again from what was frozen and name every difference."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from assessments.results.verification import Verified, verify_published
from governance.records.management.migrated import require_migrated


class Command(BaseCommand):
    """Verify every published result and how it came to be published.

    Exit status: 0 everything verifies, 1 something was found, 2 the database cannot be asked.
    """

    help = "Score every published round again from what was frozen and name every difference; exit 1 on any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line per round as it is verified, or one JSON document."""
        require_migrated()
        found = []
        for verified in verify_published():
            found.append(verified)
            if not options["json"]:
                self._say(verified)
        differing = sum(1 for verified in found if verified.findings)
        if options["json"]:
            rounds = [_as_data(verified) for verified in found]
            self.stdout.write(json.dumps({"rounds": rounds, "differing": differing}, ensure_ascii=False, indent=1))
        else:
            counts = {"rounds": len(found), "verified": len(found) - differing, "differing": differing}
            words = _("Published rounds: %(rounds)d. Verified: %(verified)d. Not matching: %(differing)d.")
            self.stdout.write(words % counts)
        if differing:
            sys.exit(1)

    def _say(self, verified: Verified) -> None:
        named = {"round": verified.title, "mark": verified.result.fingerprint if verified.result else "-"}
        verdict = _("The result could not be verified") if verified.findings else _("The result is verified")
        self.stdout.write(_("%(round)s [%(mark)s]: %(verdict)s") % {**named, "verdict": verdict})
        for finding in verified.findings:
            self.stdout.write(f"  {finding}")


def _as_data(verified: Verified) -> dict[str, object]:
    return {
        "round": verified.round_id,
        "title": verified.title,
        "sha256": verified.result.sha256 if verified.result else None,
        "verified": not verified.findings,
        "findings": [finding.as_dict() for finding in verified.findings],
    }
