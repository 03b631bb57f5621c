"""How a task names the decision from which it comes: 第1次推进会议定事项3."""

from django.utils.translation import gettext, override

from governance.clock import day_of

from ..models import Decision

OFFICIAL = "zh-hans"
"""The language of what is stored for everybody, whatever the language of the person who acts."""


def basis_of(decision: Decision) -> str:
    """The basis of what a decision creates, in the official language."""
    with override(OFFICIAL):
        meeting = decision.meeting
        words = {"kind": meeting.get_kind_display(), "number": meeting.number, "decision": decision.number}
        if not meeting.number:
            return f"{day_of(meeting.starts_at)} {meeting} {decision.number}"
        return gettext("%(kind)s no. %(number)s, decision %(decision)s") % words
