"""`manage.py verify_results`: score published rounds and years again from what was frozen; name every difference."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from assessments.results.verification import Verified, verify_published
from assessments.results.year_verification import VerifiedYear, verify_years
from governance.records.management.migrated import require_migrated


class Command(BaseCommand):
    """Verify every published result and how it came to be published.

    Exit status: 0 everything verifies, 1 something was found, 2 the database cannot be asked.
    """

    help = "Score published rounds and years again from what was frozen and name every difference; exit 1 on any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line per round and year as it is verified, or one JSON document."""
        require_migrated()
        found: list[Verified] = []
        years: list[VerifiedYear] = []
        for verified in verify_published():
            found.append(verified)
            if not options["json"]:
                self._say(verified)
        for year in verify_years():
            years.append(year)
            if not options["json"]:
                self._say(year)
        differing = _differing(found) + _differing(years)
        if options["json"]:
            told = {
                "rounds": [{"round": one.round_id, **_as_data(one)} for one in found],
                "years": [{"year": one.key, **_as_data(one)} for one in years],
                "differing": differing,
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            self._count(_("Published rounds: %(rounds)d. Verified: %(verified)d. Not matching: %(differing)d."), found)
            if years:
                self._count(
                    _("Published years: %(rounds)d. Verified: %(verified)d. Not matching: %(differing)d."), years
                )
        if differing:
            sys.exit(1)

    def _count(self, words: str, found: Sequence[Verified | VerifiedYear]) -> None:
        differing = _differing(found)
        counts = {"rounds": len(found), "verified": len(found) - differing, "differing": differing}
        self.stdout.write(words % counts)

    def _say(self, verified: Verified | VerifiedYear) -> None:
        named = {"round": verified.title, "mark": verified.result.fingerprint if verified.result else "-"}
        verdict = _("The result could not be verified") if verified.findings else _("The result is verified")
        self.stdout.write(_("%(round)s [%(mark)s]: %(verdict)s") % {**named, "verdict": verdict})
        for finding in verified.findings:
            self.stdout.write(f"  {finding}")


def _differing(found: Sequence[Verified | VerifiedYear]) -> int:
    """How many of them something was found of."""
    return sum(1 for verified in found if verified.findings)


def _as_data(verified: Verified | VerifiedYear) -> dict[str, object]:
    return {
        "title": verified.title,
        "sha256": verified.result.sha256 if verified.result else None,
        "verified": not verified.findings,
        "findings": [finding.as_dict() for finding in verified.findings],
    }
