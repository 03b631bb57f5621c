"""Home lines for the assessment centre: a year that can be computed, its next step, one that is out of date."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Max
from django.utils.translation import gettext as _

from governance.clock import day_of
from governance.people.permissions import may
from governance.people.roles import Role
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader
from teams.models import SpecialAction

from ..models import Publication, YearResult
from ..results.year_readiness import YearStanding, year_waiting
from ..states import YearState

_NEXT: dict[YearState, tuple[YearState, str]] = {
    YearState.COMPUTED: (YearState.APPROVED, "approve_year"),
    YearState.APPROVED: (YearState.PUBLIC_NOTICE, "post_year_notice"),
    YearState.PUBLIC_NOTICE: (YearState.PUBLISHED, "publish_year"),
}
"""The next state of a year's result, and who leads it there."""


def year_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for each year in which there is something to do for the person. Two queries, and those of such a year.

    That a year can be computed is said once it is over.
    """
    if not reader.user.has_role(Role.ASSESSMENT_CENTRE):
        return
    keys = ("result__round__action", "result__round__plan__plan__code", "result__round__starts_on__year")
    published = Publication.objects.order_by().values_list(*keys).annotate(latest=Max("at"))
    results = YearResult.objects.with_state().defer("body").order_by("number")
    last = {(one.action_id, one.code, one.year): one for one in results}
    for action, code, year, latest in sorted(published):
        result = last.get((action, code, year))
        if result is None:
            if day_of(reader.now) > date(year, 12, 31):
                yield from _line(reader, YearStanding(SpecialAction(pk=action), code, year), YearState.COMPUTED)
        elif result.state == YearState.PUBLISHED:
            if latest > result.at:
                yield from _line(reader, YearStanding(SpecialAction(pk=action), code, year), YearState.COMPUTED)
        else:
            to, rule = _NEXT[YearState(result.state)]
            if may(reader.user, rule, result):
                yield from _line(reader, YearStanding(SpecialAction(pk=action), code, year), to)


def _line(reader: TodoReader, standing: YearStanding, to: YearState) -> Iterator[TodoLine]:
    """What is to be done about a year; nothing where its plan knows no year."""
    if standing.rules is None:
        return
    waits = year_waiting(standing, to=to, at=reader.now)
    named = {"plan": standing.plan_title, "year": standing.year}
    yield TodoLine(
        "blue",
        _("Year %(year)s under “%(plan)s”") % named,
        str(waits[0].words) if waits else _NOTES[to](),
        standing.step_url("year"),
        _("Open"),
    )


_NOTES = {
    YearState.COMPUTED: lambda: _("Compute the year from its published rounds."),
    YearState.APPROVED: lambda: _("You did not compute it, so you may approve the result of the year."),
    YearState.PUBLIC_NOTICE: lambda: _("Put the result of the year in public notice."),
    YearState.PUBLISHED: lambda: _("Publish the result of the year."),
}
"""What the next step is, by the state to which it leads."""

TODO_SOURCES.register("years", year_lines)
