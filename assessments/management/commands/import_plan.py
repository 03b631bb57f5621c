"""`manage.py import_plan FILE.toml --by ACCOUNT`: stores an assessment plan as a draft."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.plans.plans import PlanFaulty, save_draft
from governance.clock import now
from governance.people.models import User
from governance.records.management.migrated import require_migrated
from governance.records.refusals import Refused


class Command(BaseCommand):
    """Import a plan written as TOML; on faults, name each with its line and column and exit with 1."""

    help = "Keep an assessment plan (TOML) as a draft; every fault is named with its place and nothing is saved."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, metavar="ACCOUNT", help="a person of the assessment centre")
        parser.add_argument("--reason", default="", help="why a new version follows an adopted one")

    def handle(self, *args: Any, **options: Any) -> None:
        """Save the draft, or print why it was refused."""
        require_migrated()
        path: Path = options["file"]
        try:
            content = path.read_bytes()
            by = User.objects.get(username=options["by"])
            plan = save_draft(content, by=by, at=now(), reason=options["reason"])
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except User.DoesNotExist as error:
            raise CommandError(f"There is no account {options['by']}.") from error
        except PlanFaulty as refusal:
            raise CommandError("\n".join(fault.in_file(path.name) for fault in refusal.faults)) from refusal
        except Refused as refusal:
            raise CommandError(refusal.words) from refusal
        self.stdout.write(f"{plan.code}, version {plan.number}: draft saved.")
