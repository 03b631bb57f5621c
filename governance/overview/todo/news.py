"""What a county leader should know at a glance: what is red, with links to the rows behind it."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.lists.text import names_text
from governance.registers.todo import TodoLine
from teams.reports.status import ReportStatus
from teams.rules.lamps import Lamp

from ..wall import Wall

NAMED = 6
"""At most so many teams are named in a line."""


def news_of(wall: Wall) -> list[TodoLine]:
    """Red tasks and overdue reports, taken from the wall chart: no query."""
    return [*_red_tasks(wall), *_overdue_reports(wall)]


def _red_tasks(wall: Wall) -> Iterator[TodoLine]:
    red = [standing for standing in wall.standings if standing.lamp == Lamp.RED]
    if red:
        names = {shown.team.pk: shown.team.short_name for shown in wall.teams}
        by_team = Counter(names[standing.row.team_id] for standing in red if standing.row.team_id in names)
        new = len(wall.newly_red)
        words = ngettext("%(count)d task is red", "%(count)d tasks are red", len(red)) % {"count": len(red)}
        newly = ngettext("%(count)d new", "%(count)d new", new) % {"count": new}
        yield TodoLine(
            "red",
            _("%(what)s, %(more)s") % {"what": words, "more": newly} if new else words,
            names_text(f"{name} {count}" for name, count in by_team.most_common(NAMED)),
            wall.tasks_url(lamp=Lamp.RED.value),
            _("Open"),
            count=len(red),
        )


def _overdue_reports(wall: Wall) -> Iterator[TodoLine]:
    """Teams that never sent their report, and teams that did not send a returned one again."""
    if never := _teams(wall, ReportStatus.OVERDUE):
        words = ngettext(
            "%(count)d team is overdue for %(period)s", "%(count)d teams are overdue for %(period)s", len(never)
        )
        yield _reports_line(wall, words, never, wall.overdue_url)
    if again := _teams(wall, ReportStatus.RETURNED_OVERDUE):
        words = ngettext(
            "%(count)d team has not resubmitted its returned report for %(period)s in time",
            "%(count)d teams have not resubmitted their returned reports for %(period)s in time",
            len(again),
        )
        yield _reports_line(wall, words, again, wall.returned_overdue_url)


def _teams(wall: Wall, status: ReportStatus) -> list[str]:
    """The short names of the teams whose report has this status."""
    statuses = wall.reports.statuses if wall.reports else {}
    return [shown.team.short_name for shown in wall.teams if statuses.get(shown.team.pk) == status]


def _reports_line(wall: Wall, words: str, teams: list[str], url: str) -> TodoLine:
    period = wall.reports.period if wall.reports else ""
    title = words % {"count": len(teams), "period": period}
    return TodoLine("red", title, names_text(teams[:NAMED]), url, _("Open"), count=len(teams))
