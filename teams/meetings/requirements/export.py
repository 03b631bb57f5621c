"""The answers to a requirement as rows of a workbook: what goes back to whoever issued it."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from governance.formats.exports import Exported
from governance.people.models import CalendarDay
from governance.people.working_days import WorkingDays

from .standing import ClauseStanding, TeamStanding


def heads() -> list[str]:
    """The names of the columns."""
    return [
        _("Clause"),
        _("Text"),
        _("Due"),
        _("Special team"),
        _("Key tasks"),
        _("First answered"),
        _("Working days"),
        _("In time"),
        _("Latest answer"),
    ]


def answer_rows(standings: Sequence[ClauseStanding]) -> Iterator[list[Exported]]:
    """A row for each team of a clause; one that nobody has, or that is not ours, has a row that says so: one query."""
    days = CalendarDay.objects.working_days()
    for standing in standings:
        clause = standing.clause
        first: list[Exported] = [clause.number, clause.text, clause.due_in_force]
        if clause.not_ours:
            yield [*first, _("not ours"), "", None, None, "", clause.not_ours]
        elif standing.is_unmatched:
            yield [*first, _("no team"), "", None, None, "", ""]
        for each in standing.teams:
            yield [*first, *_of_team(each, days)]


def _of_team(each: TeamStanding, days: WorkingDays) -> list[Exported]:
    tasks = "\n".join(str(task) for task in each.tasks)
    if each.first is None:
        return [each.team.name, tasks, None, None, "", ""]
    after = days.count_between(each.clause.requirement.received_on, each.first.answered_on)
    in_time = "" if each.is_on_time is None else _("yes") if each.is_on_time else _("no")
    return [each.team.name, tasks, each.first.answered_on, after, in_time, each.answers[-1].text]
