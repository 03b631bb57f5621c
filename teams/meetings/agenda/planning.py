"""Planning meetings: the number, the agenda and who is invited (docs/rules.md#agenda, docs/rules.md#attendance)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import names_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.columns import column
from governance.records.refusals import Difference, Invalid, Stale, WrongState
from governance.records.values import WITHHELD
from governance.records.verbs import inserted, locked, raise_version, record, revised, verb
from teams.models import SpecialAction, SpecialTeam

from ..decisions.recording import insert_decision, revise_decision
from ..models import AgendaItem, Attendance, AttendanceSeat, Decision, Meeting, ScreenPlace
from ..notices import MeetingNotice
from ..numbering import next_number
from ..states import MeetingState
from .layout import Roster, title_of
from .locks import check_attendance_open, check_worked_on, locked_meeting
from .marks import marked
from .recipients import invited, tell_announced, tell_of_meeting
from .rows import MEETING_FIELDS, Arrangement, DecisionPart, ItemRow, PersonRow


@verb(says=_("planned a meeting"))
def plan_meeting(
    *,
    action: SpecialAction,
    kind: str,
    starts_at: datetime,
    by: User,
    at: datetime,
    number: int | None = None,
    title: str = "",
    people: Sequence[PersonRow] | None = None,
    **fields: Any,
) -> Meeting:
    """Plan a meeting with its next number, the usual agenda and everybody who is usually invited.

    `number` is typed where a series began on paper. `fields` are place, chair, secretary, contact, contact_phone,
    leave_by; the secretary is `by` unless another is named. `people` replaces the usual list.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        Invalid: the number is taken or lower than one given before, or a field is not valid.
    """
    require("prepare_meetings", by)
    action = locked(action)
    year = day_of(starts_at).year
    series = Meeting.objects.filter(action=action, kind=kind, year=year)
    number = next_number(series, typed=number)
    meeting = inserted(
        Meeting(
            action=action,
            kind=kind,
            year=year,
            number=number,
            title=title.strip() or title_of(kind, number),
            starts_at=starts_at,
            **{"secretary": by, **fields},
        )
    )
    roster = Roster.on(action, day_of(starts_at))
    _write_items(meeting, roster.items(meeting.chair))
    _write_people(meeting, roster.people(meeting.chair) if people is None else people, at=at)
    _seat_teams(meeting, roster)
    record("plan_meeting", meeting, by=by, at=at, change={"title": meeting.title, "starts_at": starts_at})
    return meeting


@verb(says=_("arranged a meeting"))
def arrange_meeting(
    meeting: Meeting, arrangement: Arrangement, *, by: User, at: datetime, seen: int | None = None
) -> Meeting:
    """Save a whole page about a meeting: fields, agenda in its order, people with their marks, decisions, minutes.

    Everybody invited is told when day, time or place change after it was announced, and who is added to the list of an
    announced meeting is told of it. Once it was held, the day is fixed
    and no item or person is taken out; once minutes were submitted, nothing but the text of the minutes changes.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        WrongState: it is cancelled or its minutes were submitted, or a decision is no longer proposed.
        Stale: it, or a decision, has changed since the version seen; carries what differs.
        Invalid: a field, an item, a person or a decision is not valid; the year never changes, nor the day once held.
    """
    require("prepare_meetings", by)
    meeting = locked_meeting(meeting)
    if seen is not None and seen != meeting.version:
        raise Stale(_differences(meeting, arrangement), version=meeting.version)
    check_worked_on(meeting)
    if arrangement.is_more_than_words:
        check_attendance_open(meeting)
    fields = {name: arrangement.fields[name] for name in MEETING_FIELDS if name in arrangement.fields}
    starts_at, place = fields.get("starts_at", meeting.starts_at), fields.get("place", meeting.place)
    check_day_stays(meeting, starts_at)
    check_still_announced(meeting, starts_at, place, at)
    before = (meeting.starts_at, meeting.place)
    if arrangement.minutes is not None:
        check_worked_on(meeting, (MeetingState.HELD,))
        fields["minutes_text"] = arrangement.minutes.strip()
    change: dict[str, Any] = revised(meeting, fields)
    if arrangement.items is not None and _write_items(meeting, arrangement.items):
        change["agenda"] = WITHHELD
    if arrangement.people is not None and _write_people(meeting, arrangement.people, at=at):
        change["attendance"] = WITHHELD
    if _write_decisions(meeting, arrangement.decisions):
        change["decisions"] = WITHHELD
    if change:
        save_as_changed(meeting, set(change) - set(fields))
        record("arrange_meeting", meeting, by=by, at=at, change=change)
        tell_if_moved(meeting, before, by=by, at=at)
        tell_added(meeting, by=by, at=at)
    return meeting


@verb(says=_("brought an agenda up to date"))
def update_agenda(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """Bring agenda and seats in line with the teams of the meeting's day, in one click.

    Teams that have no item get one, items of teams that no longer exist are taken out, seats go to the heads of that
    day. Heads and the chair are put on the list when they are not on it; a speech without a speaker is the chair's.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        WrongState: it is no longer in preparation.
    """
    require("prepare_meetings", by)
    meeting = locked_meeting(meeting)
    check_worked_on(meeting, (MeetingState.PLANNED,))
    roster = Roster.on(meeting.action, day_of(meeting.starts_at))
    existing = {team.pk for team in roster.teams}
    items = list(meeting.items.select_related("team", "speaker", "continues").order_by("order", "pk"))
    kept = [item for item in items if item.team_id is None or item.team_id in existing]
    _write_items(meeting, _with_all_teams([_row_of(item, meeting.chair) for item in kept], roster))
    listed = set(meeting.attendances.exclude(user=None).values_list("user_id", flat=True))
    place = (meeting.attendances.aggregate(last=Max("order"))["last"] or 0) + 1
    for row in roster.people(meeting.chair):
        if row.user is None or row.user.pk in listed:
            continue
        chairs = row.user.pk == meeting.chair_id
        if chairs or row.teams:
            inserted(Attendance(meeting=meeting, order=0 if chairs else place, **row.fields))
            place += 1
    _seat_teams(meeting, roster)
    save_as_changed(meeting, {"agenda"})
    record("update_agenda", meeting, by=by, at=at)
    tell_added(meeting, by=by, at=at)
    return meeting


def check_day_stays(meeting: Meeting, starts_at: datetime) -> None:
    """Refuse another day once it was held, and another year ever: the number belongs to it.

    Raises:
        Invalid: it does not stay.
    """
    if meeting.state != MeetingState.PLANNED and starts_at != meeting.starts_at:
        raise Invalid(fields={"starts_at": _("The meeting has been held; its time can no longer be changed.")})
    if day_of(starts_at).year != meeting.year:
        raise Invalid(
            fields={
                "starts_at": _("Its number belongs to %(year)s. Cancel it and plan another one.")
                % {"year": meeting.year}
            }
        )


def check_still_announced(meeting: Meeting, starts_at: datetime, place: str, at: datetime) -> None:
    """Refuse to leave an announced meeting without a place, or to move it into the past.

    Raises:
        Invalid: one of both.
    """
    if meeting.announced_at is None or meeting.state != MeetingState.PLANNED:
        return
    if not place:
        raise Invalid(fields={"place": _("Everyone has been told of the meeting; it needs a place.")})
    if starts_at != meeting.starts_at and starts_at <= at:
        raise Invalid(fields={"starts_at": _("This moment has passed.")})


def save_as_changed(meeting: Meeting, parts: set[str]) -> None:
    """Count a change of parts that are no fields of the meeting as one of its version."""
    if parts:
        raise_version(meeting)


def tell_if_moved(meeting: Meeting, before: tuple[datetime, str], *, by: User, at: datetime) -> None:
    """Tell everybody invited the new and the old time and place, once they know of the meeting."""
    was, was_place = before
    if meeting.announced_at is None or meeting.state != MeetingState.PLANNED:
        return
    if (meeting.starts_at, meeting.place) == before:
        return
    facts = {"begins": meeting.starts_at.isoformat(), "place": meeting.place}
    tell_of_meeting(
        invited(meeting),
        meeting,
        MeetingNotice.MEETING_CHANGED,
        occasion=f"changed-{meeting.version}",
        by=by,
        at=at,
        was=was.isoformat(),
        was_place=was_place,
        **facts,
    )


def tell_added(meeting: Meeting, *, by: User, at: datetime) -> None:
    """Tell the people who were added to the list of an announced meeting."""
    if meeting.announced_at is not None and meeting.state == MeetingState.PLANNED:
        tell_announced(meeting, by=by, at=at)


def _row_of(item: AgendaItem, chair: User | None) -> ItemRow:
    speaks = item.speaker or (chair if item.kind == AgendaItem.Kind.SPEECH else None)
    return ItemRow(
        key=item.pk,
        kind=item.kind,
        title=item.title,
        team=item.team,
        speaker=speaks,
        length_minutes=item.length_minutes,
    )


def _with_all_teams(rows: list[ItemRow], roster: Roster) -> list[ItemRow]:
    """The agenda with an item for each team, new ones after the last team that precedes them in the document."""
    have = {row.team.pk for row in rows if row.team is not None}
    for team in roster.teams:
        if team.pk in have:
            continue
        before = [place for place, row in enumerate(rows) if row.team is not None and row.team.order < team.order]
        after = [place for place, row in enumerate(rows) if row.team is not None]
        place = before[-1] + 1 if before else (after[0] if after else len(rows))
        rows.insert(place, roster.report_of(team))
    return rows


def _write_items(meeting: Meeting, rows: Sequence[ItemRow]) -> bool:
    """Write the whole agenda in its order; whether anything changed.

    Raises:
        Invalid: an item is not valid, is of another meeting or is in use and cannot be taken out.
    """
    known = {item.pk: item for item in AgendaItem.objects.select_for_update(no_key=True).filter(meeting=meeting)}
    _check_known(rows, known)
    changed = _take_out_items(meeting, [item for key, item in known.items() if key not in {row.key for row in rows}])
    for order, row in enumerate(rows, 1):
        _check_team(meeting, row.team)
        if row.key is None:
            inserted(AgendaItem(meeting=meeting, order=order, continues=row.continues, **row.fields))
            changed = True
        elif revised(known[row.key], row.fields | {"order": order}):
            changed = True
    return changed


def _take_out_items(meeting: Meeting, items: Sequence[AgendaItem]) -> bool:
    if items and meeting.state != MeetingState.PLANNED:
        raise Invalid(_("The meeting has been held: defer an item that was not dealt with instead of removing it."))
    ScreenPlace.objects.filter(item__in=items).delete()
    for item in items:
        try:
            item.delete()
        except ProtectedError as error:
            raise Invalid(
                _("“%(item)s” cannot be removed: something refers to it. Defer it instead.") % {"item": item}
            ) from error
    return bool(items)


def _check_team(meeting: Meeting, team: SpecialTeam | None) -> None:
    if team is not None and team.action_id != meeting.action_id:
        raise Invalid(_("The team “%(team)s” belongs to another action.") % {"team": team})


def _check_known(rows: Sequence[ItemRow | PersonRow | DecisionPart], known: Mapping[int, Any]) -> None:
    """Refuse rows that are not of this meeting.

    Raises:
        WrongState: somebody took one out in the meantime.
    """
    if any(row.key is not None and row.key not in known for row in rows):
        raise WrongState


def _write_people(meeting: Meeting, rows: Sequence[PersonRow], *, at: datetime) -> bool:
    """Write everybody invited in the order of protocol, with marks and seats; whether anything changed.

    Raises:
        Invalid: a person is not valid, or would be taken out of a meeting that was held.
    """
    known = {row.pk: row for row in Attendance.objects.select_for_update(no_key=True).filter(meeting=meeting)}
    _check_known(rows, known)
    changed = _take_out_people(meeting, [each for key, each in known.items() if key not in {row.key for row in rows}])
    for order, row in enumerate(rows, 1):
        person = Attendance(meeting=meeting) if row.key is None else known[row.key]
        fields = row.fields | {"order": order} | marked(person, meeting, row.mark, row.stand_in, at=at)
        if row.key is None:
            for name, value in fields.items():
                setattr(person, name, value)
            inserted(person)
            changed = True
        elif revised(person, fields):
            changed = True
        for team in row.teams or ():
            changed = _seat(meeting, team, person) or changed
    return changed


def _take_out_people(meeting: Meeting, people: Sequence[Attendance]) -> bool:
    if people and meeting.state != MeetingState.PLANNED:
        raise Invalid(_("The meeting has been held: mark a person as absent instead of removing them."))
    for person in people:
        for seat in person.seats.all():
            _seat(meeting, seat.team, None)
        person.delete()
    return bool(people)


def _write_decisions(meeting: Meeting, parts: Sequence[DecisionPart]) -> bool:
    """Record new decisions and correct proposed ones; whether anything changed.

    Raises:
        Stale: somebody has changed one of them in the meantime; carries what differs.
    """
    keys = [part.key for part in parts if part.key is not None]
    rows = Decision.objects.select_for_update(no_key=True).filter(meeting=meeting, pk__in=keys)
    known = {row.pk: row for row in rows}
    _check_known(parts, known)
    changed = False
    for part in parts:
        if part.key is None:
            insert_decision(meeting, part.words)
            changed = True
            continue
        decision = known[part.key]
        decision.meeting = meeting
        if part.seen is not None and part.seen != decision.version:
            raise Stale([Difference(str(decision), decision.text, part.words.text)], version=meeting.version)
        changed = bool(revise_decision(decision, part.words, seen=part.seen)) or changed
    return changed


def _seat_teams(meeting: Meeting, roster: Roster) -> None:
    """Give each team of the day its seat, to its head on the list or to nobody; take away those of other teams."""
    rows = {row.user_id: row for row in meeting.attendances.exclude(user=None)}
    meeting.seats.exclude(team__in=roster.teams).delete()
    for team in roster.teams:
        head = roster.heads.get(team.pk)
        _seat(meeting, team, rows.get(head.pk) if head is not None else None)


def _seat(meeting: Meeting, team: SpecialTeam, person: Attendance | None) -> bool:
    """Give a team's seat to a person or to nobody; whether it changed hands."""
    seat = AttendanceSeat.objects.select_for_update(no_key=True).filter(meeting=meeting, team=team).first()
    if seat is None:
        inserted(AttendanceSeat(meeting=meeting, team=team, attendance=person))
        return True
    return bool(revised(seat, {"attendance": person}))


def _differences(meeting: Meeting, arrangement: Arrangement) -> list[Difference]:
    """What an older page would overwrite: fields by their names, agenda and people as lists of names."""
    found = []
    for name in MEETING_FIELDS:
        theirs = getattr(meeting, name)
        yours = arrangement.fields.get(name, theirs)
        if theirs != yours:
            shown = [timezone.localtime(each) if isinstance(each, datetime) else each for each in (theirs, yours)]
            found.append(Difference(column(meeting, name).verbose_name, *shown))
    if arrangement.items is not None:
        items = [str(item) for item in meeting.items.select_related("team")]
        found += _listed(_("agenda"), items, [row.title or str(row.team or row.kind) for row in arrangement.items])
    if arrangement.people is not None:
        names = list(meeting.attendances.values_list("name", flat=True))
        found += _listed(_("attendance"), names, [row.name for row in arrangement.people])
    return found


def _listed(field: Any, theirs: Sequence[str], yours: Sequence[str]) -> list[Difference]:
    if list(theirs) == list(yours):
        return []
    return [Difference(field, names_text(theirs), names_text(yours))]
