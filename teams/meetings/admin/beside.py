"""What stands beside the page of a meeting: how far it is, what comes next, its papers, the screen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext

from governance.clock import day_of
from governance.lists.text import Text, clauses_text

from ..agenda.meeting_page import MeetingParts
from ..agenda.next_steps import Stage, Step, minutes_due, stages_of, steps_of
from ..models import Meeting
from ..papers.making import folder_offered
from .papers import Paper, papers_of
from .steps import STEPS
from .table import Table


@dataclass(frozen=True)
class Beside:
    """The column beside the page."""

    stages: Sequence[Stage]
    steps: Sequence[Step]
    papers: Sequence[Paper]
    takes_folder: bool
    lead: Text
    """Who is invited and who came, in a sentence."""


def beside(table: Table) -> Beside:
    """The column for the meeting of a page."""
    meeting, parts, on = table.meeting, table.parts, day_of(table.at)
    due = minutes_due(meeting)
    return Beside(
        stages_of(meeting, parts.papers.issue, due),
        [_here(step, meeting) for step in steps_of(parts, table.user, on=on, due=due, decisions=table.decisions)],
        list(papers_of(parts, table.user)),
        folder_offered(table.user, meeting),
        _lead(parts),
    )


def _here(step: Step, meeting: Meeting) -> Step:
    """A step whose button stays in the admin site where it has a page of its own for it."""
    for name in STEPS:
        if step.url == reverse(f"meeting_{name}", args=[meeting.code]):
            return replace(step, url=reverse(f"admin:meetings_meeting_{name}", args=[meeting.pk]), posts=False)
    if step.url == reverse("meeting_edit", args=[meeting.code]):
        return replace(step, url="#when")
    return step


def _lead(parts: MeetingParts) -> Text:
    present = parts.present
    if present is None:
        return ""
    invited = len(present.attending)
    found = [
        ngettext("%(invited)s person is invited", "%(invited)s people are invited", invited) % {"invited": invited}
    ]
    counted = (
        (present.present, gettext_noop("%(count)s present")),
        (present.on_leave, gettext_noop("%(count)s on leave")),
        (present.stood_in, gettext_noop("%(count)s represented by a stand-in")),
        (present.absent, gettext_noop("%(count)s absent")),
        (present.expected, gettext_noop("%(count)s not noted yet")),
        (present.sitting_in, gettext_noop("%(count)s sitting in")),
    )
    found += [gettext(words) % {"count": len(rows)} for rows, words in counted if rows]
    return clauses_text(found)
