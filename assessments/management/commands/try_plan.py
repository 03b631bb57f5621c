"""manage.py try_plan: judge the values of a file by a plan, before either is used (docs/rules.md#trials)."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError

from assessments.engine.faults import Fault
from assessments.engine.trial import File, as_json, as_table, try_plan


class Command(BaseCommand):
    """Reads two files and prints the ranking; needs no database."""

    help = "Try an assessment plan (TOML) on values (CSV): every fault with its place, or the ranking."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", metavar="PLAN.toml")
        parser.add_argument("values", metavar="VALUES.csv")
        parser.add_argument("--json", action="store_true", help="print the ranking as JSON")
        parser.add_argument("--round", metavar="KIND", help="as a round of this part of the year")

    def handle(self, *args: Any, **options: Any) -> None:
        files, faults = [], []
        for name in (options["plan"], options["values"]):
            try:
                files.append(File(name, Path(name).read_bytes()))
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                faults.append(Fault("unreadable", {"reason": reason}).in_file(name))
        if faults:
            self.refuse(faults)
        trial = try_plan(files[0], files[1], kind=options["round"])
        for warning in trial.warnings:
            self.stderr.write(f"Warning: {warning}", self.style.WARNING)
        if trial.plan is None or trial.standing is None:
            self.refuse(trial.faults)
        text = as_json(trial.standing) if options["json"] else as_table(trial.plan, trial.standing)
        self.stdout.write(text)

    def refuse(self, faults: Sequence[str]) -> NoReturn:
        """Name every fault on standard error and end with exit code 1."""
        for fault in faults:
            self.stderr.write(fault)
        count = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise CommandError(f"{count}, nothing was scored.")
