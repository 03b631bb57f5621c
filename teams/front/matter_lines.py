"""Home lines for matters for coordination that a person, or their department, has to answer."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from governance.clock import day_of
from governance.lists.text import long_date
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by

from ..models import HelpRequest


def matter_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for each matter that this person, or somebody in their department, has to answer: one query."""
    if reader.action is None:
        return
    user = reader.user
    asked = Q(owner=user)
    if user.department_id is not None:
        asked |= Q(owner=None, to=user.department_id)
    waiting = HelpRequest.objects.waiting().filter(asked, report__team__action=reader.action)
    for matter in waiting.select_related("report__team"):
        asked_on = _("Requested by %(team)s on %(day)s.") % {
            "team": matter.report.team.short_name,
            "day": long_date(matter.asked_at and day_of(matter.asked_at)),
        }
        until = _("Answer by %(day)s.") % {"day": long_date(matter.due_on)} if matter.due_on else ""
        yield TodoLine(
            tone_by(matter.due_on, day_of(reader.now)),
            _("Matter to answer: %(matter)s") % {"matter": matter},
            f"{asked_on} {until}".strip(),
            matter.get_absolute_url(),
            pgettext("to do", "Answer"),
            matter.due_on,
        )


TODO_SOURCES.register("matters", matter_lines)
