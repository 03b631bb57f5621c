"""Members of teams from a workbook: tried first, then all or nothing, one audit event for the whole file."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats import cells
from governance.formats.dates import start_date
from governance.formats.faults import CellFault, CellReason, FormatError, gettext_noop
from governance.formats.names import KnownNames
from governance.formats.tables import ReadRow, SheetColumn, read_table
from governance.people.models import User
from governance.people.permissions import require
from governance.records.dry_runs import DryRun, FieldChange, RowChange, refusals_noted, rehearsed
from governance.records.file_store import save_upload
from governance.records.models import SavedUpload, StoredFile
from governance.records.tried_uploads import claim
from governance.records.values import field_name
from governance.records.verbs import locked, record, verb
from governance.records.words import upload_kind

from ..guards import open_team
from ..models import SpecialAction, SpecialTeam, TeamMember
from ..notices import TeamNotice
from ..rules.team_names import team_in_cell, team_names
from .members import end_part, put_in, tell_of_part

MEMBERS_UPLOAD = upload_kind("members", _("Members of teams"))

PERSON_UNKNOWN = CellReason(
    "person_unknown", gettext_noop("There is no person “%(text)s”. Write the account, or import the person first.")
)
PERSON_AMBIGUOUS = CellReason(
    "person_ambiguous", gettext_noop("There are %(count)s people named “%(text)s”. Write the account instead.")
)
PART_UNKNOWN = CellReason("part_unknown", gettext_noop("“%(text)s” is no part. Write 组长, 副组长, 联络员 or 成员."))

PARTS = {
    word: part
    for part, words in (
        (TeamMember.Part.HEAD, ("组长", "专班组长", "head")),
        (TeamMember.Part.DEPUTY, ("副组长", "专班副组长", "deputy", "deputyhead")),
        (TeamMember.Part.LIAISON, ("联络员", "liaison")),
        (TeamMember.Part.MEMBER, ("成员", "member")),
    )
    for word in words
}


def _part(value: cells.Value) -> str:
    part = PARTS.get(cells.compact(value))
    if part is None:
        raise FormatError(PART_UNKNOWN, text=cells.line(value))
    return part


def _columns(year: int) -> tuple[SheetColumn, ...]:
    """The columns; a date without a year falls in `year`."""

    def day(value: cells.Value) -> date | None:
        return None if cells.is_blank(value) or cells.is_dash(value) else start_date(value, year=year)

    return (
        SheetColumn(
            "team", ("专班", "专班名称", "team"), "专班名称或简称", needed=True, width=26, example="乡村振兴专班"
        ),
        SheetColumn(
            "person",
            ("账号或姓名", "账号", "人员", "姓名", "account", "person"),
            "账号；姓名不重复时也可填姓名",
            needed=True,
            example="wangmou",
        ),
        SheetColumn(
            "part",
            ("职责", "专班职务", "part"),
            "组长、副组长、联络员或成员",
            read=_part,
            needed=True,
            width=12,
            choices=("组长", "副组长", "联络员", "成员"),
            example="联络员",
        ),
        SheetColumn(
            "joined_on",
            ("加入日期", "起始日期", "from"),
            "不填则为导入当日；不得晚于当日",
            read=day,
            width=14,
            example="2026-03-01",
        ),
        SheetColumn(
            "left_on", ("离任日期", "截止日期", "until"), "已离任的填写，当日起不再属于专班", read=day, width=14
        ),
    )


COLUMNS = _columns(2000)
"""The columns as they are explained; when a file is read its dates fall in the year of that day."""


@dataclass
class _Imported:
    """What the rows did: the dry run, and the parts that began or ended, whose people are told."""

    found: DryRun
    joined: list[TeamMember] = field(default_factory=list)
    left: list[TeamMember] = field(default_factory=list)


def try_members(content: IO[bytes], *, action: SpecialAction, by: User, at: datetime) -> DryRun:
    """What the file would do; writes nothing."""
    require("keep_teams", by)
    rows, faults = _read(content, at)
    return rehearsed(lambda: _write(action, rows, faults, at).found)


@verb(says=_("imported members of teams"))
def import_members(
    content: IO[bytes], *, action: SpecialAction, tried: StoredFile, seen: str, by: User, at: datetime
) -> SavedUpload:
    """Carry a tried file out: parts begin and end by the rules of `members.py`, and each person is told.

    Raises:
        NotAllowed: `by` is not of the special office.
        CarriedOut: it was carried out before.
        FileRefused, MovedOn: it has faults now, or would do something else than was seen; nothing is written.
    """
    require("keep_teams", by)
    file = claim(tried)
    rows, faults = _read(content, at)
    done = _write(action, rows, faults, at)
    done.found.check(seen)
    for row in done.joined:
        tell_of_part(row, TeamNotice.TEAM_JOINED, at)
    for row in done.left:
        tell_of_part(row, TeamNotice.TEAM_LEFT, at)
    counts = {"added": len(done.found.added), "changed": len(done.found.changed), "unchanged": done.found.unchanged}
    record("import_members", action, by=by, at=at, change={"file": file.name, "sha256": file.sha256} | counts)
    return save_upload(file, MEMBERS_UPLOAD, counts, by=by, at=at)


def _read(content: IO[bytes], at: datetime) -> tuple[list[ReadRow], list[CellFault]]:
    keys = ("team", "person", "part", "joined_on", "left_on")
    return read_table(content, _columns(day_of(at).year), key=lambda row: tuple(row.values.get(key) for key in keys))


def _write(action: SpecialAction, rows: list[ReadRow], faults: list[CellFault], at: datetime) -> _Imported:
    """Write row by row, in the order of the file: a part may end in one row and the next begin in another."""
    done = _Imported(DryRun(read=len(rows), faults=faults))
    teams = {team.name: team for team in SpecialTeam.objects.filter(action=action).order_by("pk")}
    names = team_names((text, team.name) for team in teams.values() for text in (team.name, team.short_name, team.code))
    people = _people()
    for row in rows:
        try:
            team, user = teams[_team(row, names)], _person(row, people)
        except _Unread as unread:
            faults.append(unread.fault)
            continue
        with refusals_noted(faults, row, {}):
            _write_row(done, row, open_team(team), user, at)
    return done


def _write_row(done: _Imported, row: ReadRow, team: SpecialTeam, user: User, at: datetime) -> None:
    """One part: it begins, it ends, or it stands as the row says."""
    values, about = row.values, f"{team.short_name} {user.name}"
    part, left_on = values["part"], values.get("left_on")
    stands = TeamMember.objects.current().filter(team=team, user=user).first()
    if stands is not None and stands.part == part:
        if left_on is None:
            done.found.unchanged += 1
            return
        stands = locked(stands, "team", "user")
        end_part(stands, left_on, at)
        done.found.changed.append(
            RowChange(about, [FieldChange(field_name(TeamMember, "left_on"), "", left_on.isoformat())])
        )
        done.left.append(stands)
        return
    joined_on = values.get("joined_on") or day_of(at)
    past = {"team": team, "user": user, "part": part, "joined_on": joined_on, "left_on": left_on}
    if left_on is not None and TeamMember.objects.filter(**past).exists():
        done.found.unchanged += 1
        return
    made = put_in(TeamMember(**past), at)
    if left_on is None:
        done.joined.append(made)
    done.found.added.append(
        RowChange(
            about,
            [
                FieldChange(field_name(TeamMember, "part"), "", TeamMember.Part(part).label),
                FieldChange(field_name(TeamMember, "joined_on"), "", made.days),
            ],
        )
    )


class _Unread(Exception):
    """A row names somebody or something that is not there."""

    def __init__(self, fault: CellFault) -> None:
        self.fault = fault


def _team(row: ReadRow, names: KnownNames) -> str:
    try:
        return team_in_cell(row.values["team"], names)
    except FormatError as fault:
        raise _Unread(row.fault(fault.reason, "team", **fault.params)) from fault


def _people() -> dict[str, list[User]]:
    """Everybody under their account and their name."""
    found: dict[str, list[User]] = {}
    for user in User.objects.order_by("pk"):
        for text in {user.username, user.name}:
            found.setdefault(text, []).append(user)
    return found


def _person(row: ReadRow, people: dict[str, list[User]]) -> User:
    """The person that a row names: by account before by name."""
    text = row.values["person"]
    named = people.get(text, [])
    accounts = [user for user in named if user.username == text]
    if len(accounts or named) == 1:
        return (accounts or named)[0]
    reason = PERSON_AMBIGUOUS if named else PERSON_UNKNOWN
    raise _Unread(row.fault(reason, "person", text=text, count=len(named)))
