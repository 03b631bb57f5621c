"""What a county leader should know at a glance: what is red, with links to the rows behind it."""

from collections import Counter
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
        newly = ngettext("%(count)d of them newly", "%(count)d of them newly", new) % {"count": new}
        yield TodoLine(
            "red",
            _("%(what)s, %(more)s") % {"what": words, "more": newly} if new else words,
            "、".join(f"{name} {count}" for name, count in by_team.most_common(NAMED)),
            f"{reverse('task_list')}?lamp=red",
            _("Open"),
        )


def _overdue_reports(wall: Wall) -> Iterator[TodoLine]:
    if wall.reports is None:
        return
    statuses = wall.reports.statuses
    late = [shown.team for shown in wall.teams if statuses.get(shown.team.pk) == ReportStatus.OVERDUE]
    if late:
        yield TodoLine(
            "red",
            ngettext(
                "%(count)d team is overdue for %(period)s", "%(count)d teams are overdue for %(period)s", len(late)
            )
            % {"count": len(late), "period": wall.reports.period},
            "、".join(team.short_name for team in late[:NAMED]),
            f"{reverse('owed')}?kind=report",
            _("Open"),
        )
