"""`manage.py verify_results`: score every published round again from what was frozen and name every difference."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from assessments.results.verification import Verified, verify_published


class Command(BaseCommand):
    """Verify every published result; exit 1 on any difference."""

    help = "Score every published round again from what was frozen and name every difference; exit 1 on any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line per round as it is verified, or one JSON document."""
        found = []
        for verified in verify_published():
            found.append(verified)
            if not options["json"]:
                self._say(verified)
        differing = sum(1 for verified in found if verified.differences)
        if options["json"]:
            rounds = [_as_data(verified) for verified in found]
            self.stdout.write(json.dumps({"rounds": rounds, "differing": differing}, ensure_ascii=False, indent=1))
        else:
            counts = {"rounds": len(found), "verified": len(found) - differing, "differing": differing}
            words = _("Published rounds: %(rounds)d. Verified: %(verified)d. Different: %(differing)d.")
            self.stdout.write(words % counts)
        if differing:
            sys.exit(1)

    def _say(self, verified: Verified) -> None:
        named = {"round": verified.round.title, "mark": verified.result.fingerprint if verified.result else "-"}
        verdict = _("The result does not verify") if verified.differences else _("The result verifies")
        self.stdout.write(_("%(round)s [%(mark)s]: %(verdict)s") % {**named, "verdict": verdict})
        for difference in verified.differences:
            self.stdout.write(f"  {difference}")


def _as_data(verified: Verified) -> dict[str, object]:
    return {
        "round": verified.round.pk,
        "title": verified.round.title,
        "sha256": verified.result.sha256 if verified.result else None,
        "verified": not verified.differences,
        "differences": [
            {"path": one.path, "stored": one.stored, "recomputed": one.recomputed} for one in verified.differences
        ],
    }
