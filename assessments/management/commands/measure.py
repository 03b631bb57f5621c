"""manage.py measure: what a measure finds for every team over some days, with the rows behind."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from assessments.engine.canonical import Data
from assessments.measures import MEASURES, Measure, Scope
from assessments.words.methods import number_words
from governance.clock import SHANGHAI, end_of
from governance.formats.dates import plausible
from governance.records.management.migrated import require_migrated
from governance.records.verbs import canonical
from teams.models import SpecialAction, SpecialTeam


class Command(BaseCommand):
    """Prints numerator and denominator of each team that existed on the last day, by code.

    Exit status: 0 with the values, 1 where the measure or a day is not known.
    """

    help = "Measure all teams over some days, from what was recorded before a cut-off, with the rows behind."

    def add_arguments(self, parser: CommandParser) -> None:
        """NAME --first DAY --last DAY --cut-off MOMENT [--json]."""
        parser.add_argument("name", metavar="NAME", help="a measure, such as problem_closure_rate")
        parser.add_argument("--first", required=True, metavar="DAY", help="the first day, such as 2026-10-01")
        parser.add_argument("--last", required=True, metavar="DAY", help="the last day, such as 2026-10-31")
        parser.add_argument(
            "--cut-off", required=True, metavar="MOMENT", help="2026-11-05T18:00, or a day, which counts to its end"
        )
        parser.add_argument("--json", action="store_true", help="print JSON for programs instead of lines for people")

    def handle(self, *args: Any, name: str, first: str, last: str, cut_off: str, **options: Any) -> None:
        """Measure and print."""
        measure = MEASURES.get(name)
        if measure is None:
            known = ", ".join(MEASURES)
            raise CommandError(_("There is no measure “%(name)s”. Known: %(known)s.") % {"name": name, "known": known})
        days = a_day(first), a_day(last)
        if days[1] < days[0]:
            raise CommandError(_("The last day is before the first day."))
        known_before = a_moment(cut_off)
        require_migrated()
        action = SpecialAction.objects.chosen()
        if action is None:
            raise CommandError(_("There is no special action yet, so there is nothing to measure."))
        found = list(measured(measure, action, *days, known_before))
        if options["json"]:
            self.stdout.write(json.dumps({"teams": found}, ensure_ascii=False, indent=1))
            return
        for row in found:
            value = measure.value(row["numerator"], row["denominator"])
            said = "-" if value is None else f"{number_words(value)} {measure.unit}"
            self.stdout.write(f"{row['team']}  {row['numerator']}/{row['denominator']}  {said}")


def measured(
    measure: Measure, action: SpecialAction, first: date, last: date, known_before: datetime
) -> Iterator[Data]:
    """What the measure finds for each team that existed on the last day, by code."""
    teams = SpecialTeam.objects.filter(action=action).existing_on(last)
    scope = Scope(action.pk, teams.order_by().values("pk"), first, last, known_before)
    found = measure.of(scope)
    for pk, code in teams.order_by("code").values_list("pk", "code"):
        value = found.get(pk, measure.nothing)
        yield {
            "team": code,
            "numerator": value.numerator,
            "denominator": value.denominator,
            "rows": json.loads(canonical(value.rows)),
        }


def a_day(text: str) -> date:
    """A day as typed.

    Raises:
        CommandError: it is none.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not plausible(day):
        raise CommandError(_("“%(text)s” is no day such as 2026-10-29.") % {"text": text})
    return day


def a_moment(text: str) -> datetime:
    """A moment as typed, in Shanghai unless it says otherwise; a day is the midnight that ends it.

    Raises:
        CommandError: it is none.
    """
    try:
        return end_of(a_day(text))
    except CommandError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or not plausible(moment.date()):
        raise CommandError(_("“%(text)s” is no moment such as 2026-11-05T18:00.") % {"text": text})
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
