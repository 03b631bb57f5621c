"""What issued minutes say, as plain values; and what the secretary begins to write from (docs/rules.md#minutes)."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from ..models import InstructionLine, Meeting
from ..states import DecisionState
from .pack_body import FORMAT, attendance_part, decisions_part, items_part, meeting_part


def compose_minutes(
    meeting: Meeting, *, number: int, year: int, document_number: int, signed_by: str, at: datetime
) -> dict[str, Any]:
    """Everything that the minutes of a meeting say when they are issued at `at`."""
    return {
        "format": FORMAT,
        "number": number,
        "year": year,
        "document_number": document_number,
        "issued_at": timezone.localtime(at),
        "signed_by": signed_by,
        "submitted_by": meeting.submitted_by.name if meeting.submitted_by else "",
        "meeting": meeting_part(meeting),
        "text": meeting.minutes_text,
        "items": items_part(meeting),
        "attendance": attendance_part(meeting),
        "decisions": [each for each in decisions_part(meeting) if each["state"] == DecisionState.ADOPTED],
        "lines": _lines(meeting),
        "correction": meeting.correction_reason,
    }


def _lines(meeting: Meeting) -> list[dict[str, Any]]:
    """The adopted lines heard at the meeting."""
    rows = InstructionLine.objects.filter(instruction__item__meeting=meeting, state=DecisionState.ADOPTED)
    return [
        {
            "instruction": line.instruction_id,
            "leader": line.instruction.leader.name,
            "number": line.number,
            "kind": line.kind,
            "text": line.text,
            "audience": line.audience,
            "teams": [row.team.code for row in line.teams.all()],
            "due_on": line.due_on,
        }
        for line in rows.order_by("instruction__number", "number")
        .select_related("instruction__leader")
        .prefetch_related("teams__team")
    ]


def proposed_text(meeting: Meeting) -> str:
    """What the minutes may begin with: each item with its note, in the order of the agenda, in Chinese like papers."""
    paragraphs = []
    with override("zh-hans"):
        for item in meeting.items.select_related("team").order_by("order", "pk"):
            said = item.note or item.written
            if said:
                name = item.team.name if item.team else item.title or str(item.get_kind_display())
                paragraphs.append(f"{name}：{said}")
    return "\n".join(paragraphs)
