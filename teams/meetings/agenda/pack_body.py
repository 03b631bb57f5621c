"""What a pack shows, as plain values (docs/rules.md#packs).

{"format": 1, "as_of": "...", "meeting": {...}, "items": [...], "attendance": [...], "decisions": [...],
"slides": [...]}, and each further part under its own name.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from ..follow_up.agenda_document import BODY_KEY, live_document
from ..models import Decision, Meeting
from ..states import DecisionState
from .slides import slides_of

FORMAT = 1
"""Raised when a part of the body changes its meaning."""

Part = Callable[[Meeting, datetime], Any]


def meeting_part(meeting: Meeting) -> dict[str, Any]:
    """The meeting's own facts; people by name and post as they are now."""
    return {
        "key": meeting.pk,
        "code": meeting.code,
        "kind": meeting.kind,
        "year": meeting.year,
        "number": meeting.number,
        "title": meeting.title,
        "action": meeting.action.title_zh,
        "starts_at": timezone.localtime(meeting.starts_at),
        "place": meeting.place,
        "chair": {"name": meeting.chair.name, "post": meeting.chair.post} if meeting.chair else None,
        "secretary": {"name": meeting.secretary.name, "post": meeting.secretary.post},
        "contact": meeting.contact,
        "contact_phone": meeting.contact_phone,
        "leave_by": timezone.localtime(meeting.leave_by) if meeting.leave_by else None,
    }


def items_part(meeting: Meeting, at: datetime | None = None) -> list[dict[str, Any]]:
    """The items in their order; an item without a title has the name of its kind, in Chinese as papers are."""
    items = meeting.items.select_related("team", "speaker").order_by("order", "pk")
    with override("zh-hans"):
        return [
            {
                "key": item.pk,
                "order": place,
                "kind": item.kind,
                "title": item.title or str(item.get_kind_display()),
                "team": item.team.code if item.team else None,
                "team_name": item.team.name if item.team else "",
                "speaker": {"name": item.speaker.name, "post": item.speaker.post} if item.speaker else None,
                "minutes": item.length_minutes,
                "state": item.state,
                "continues": item.continues_id,
            }
            for place, item in enumerate(items, 1)
        ]


def attendance_part(meeting: Meeting, at: datetime | None = None) -> list[dict[str, Any]]:
    """Everybody invited in the order of protocol, with mark and moment, and the teams whose seats they hold."""
    seats: dict[int, list[str]] = {}
    for seat in meeting.seats.select_related("team").order_by("team__order"):
        if seat.attendance_id is not None:
            seats.setdefault(seat.attendance_id, []).append(seat.team.code)
    return [
        {
            "name": person.name,
            "post": person.post,
            "unit": person.unit,
            "capacity": person.capacity,
            "chairs": person.user_id is not None and person.user_id == meeting.chair_id,
            "mark": person.mark,
            "noted_at": timezone.localtime(person.noted_at) if person.noted_at else None,
            "stand_in": person.stand_in,
            "teams": seats.get(person.pk, []),
        }
        for person in meeting.attendances.order_by("order", "pk")
    ]


def decisions_part(meeting: Meeting, at: datetime | None = None) -> list[dict[str, Any]]:
    """The decisions that are proposed or adopted, with the teams named, or those fixed when they were adopted."""
    rows = Decision.objects.filter(meeting=meeting).exclude(state=DecisionState.DROPPED).order_by("number")
    return [
        {
            "number": decision.number,
            "text": decision.text,
            "state": decision.state,
            "audience": decision.audience,
            "teams": [team.code for team in teams_of(decision)],
            "team_names": [team.name for team in teams_of(decision)],
            "lead_department": decision.lead_department.name if decision.lead_department else "",
            "due_on": decision.due_on,
            "makes": decision.makes,
        }
        for decision in rows.select_related("lead_department").prefetch_related("named", "teams__team")
    ]


def teams_of(decision: Decision) -> list[Any]:
    """The teams of an adopted decision; before that the named ones, none where it is for all or new teams."""
    if decision.state == DecisionState.ADOPTED:
        return sorted((row.team for row in decision.teams.all()), key=lambda team: team.order)
    return sorted(decision.named.all(), key=lambda team: team.order)


PARTS: dict[str, Part] = {
    "items": items_part,
    "attendance": attendance_part,
    "decisions": decisions_part,
    "slides": slides_of,
    BODY_KEY: live_document,
}
"""The parts of a pack by name, each a function of the meeting and the moment; the part `agenda` has the follow-up and
the chapters of the teams."""


def compose_pack(meeting: Meeting, *, at: datetime) -> dict[str, Any]:
    """Everything that the pack of a meeting shows, as known at `at`."""
    body: dict[str, Any] = {"format": FORMAT, "as_of": timezone.localtime(at), "meeting": meeting_part(meeting)}
    return body | {name: part(meeting, at) for name, part in PARTS.items()}
