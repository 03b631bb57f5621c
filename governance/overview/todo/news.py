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
    red = wall.tally.whole.count(Lamp.RED)
    if red:
        by_team = Counter({pk: sums.count(Lamp.RED) for pk, sums in wall.tally.teams.items() if pk in wall.known})
        new = wall.newly_red
        words = ngettext("%(count)d task is red", "%(count)d tasks are red", red) % {"count": red}
        newly = ngettext("%(count)d new", "%(count)d new", new) % {"count": new}
        yield TodoLine(
            "red",
            _("%(what)s, %(more)s") % {"what": words, "more": newly} if new else words,
            names_text(f"{wall.known[team].short_name} {count}" for team, count in by_team.most_common(NAMED) if count),
            wall.tasks_url(lamp=Lamp.RED.value),
            _("Open"),
            count=red,
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
    late = [team for pk, team in wall.known.items() if statuses.get(pk) == status]
    return [team.short_name for team in sorted(late, key=lambda team: team.order)]


def _reports_line(wall: Wall, words: str, teams: list[str], url: str) -> TodoLine:
    period = wall.reports.period if wall.reports else ""
    title = words % {"count": len(teams), "period": period}
    return TodoLine("red", title, names_text(teams[:NAMED]), url, _("Open"), count=len(teams))
