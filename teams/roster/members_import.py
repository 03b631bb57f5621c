"""Members of teams from a workbook: parts begin and end by the rules of `members.py`, and each person is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats import cells
from governance.formats.faults import CellFault, CellReason, FormatError, gettext_noop
from governance.formats.tables import ReadRow, SheetColumn, day_or_none
from governance.people.models import User
from governance.records.list_import import ListImport
from governance.records.verbs import locked

from ..guards import open_team
from ..models import SpecialAction, SpecialTeam, TeamMember
from ..notices import TeamNotice
from ..rules.team_names import team_in_cell, team_names
from .members import end_part, put_in, tell_of_part

PERSON_UNKNOWN = CellReason(
    "person_unknown", gettext_noop("There is no person “%(text)s”. Write the account, or import the person first.")
)
PERSON_AMBIGUOUS = CellReason(
    "person_ambiguous", gettext_noop("There are %(count)s people named “%(text)s”. Enter the account instead.")
)
PERSON_OTHER = CellReason(
    "person_other",
    gettext_noop("The account “%(account)s” belongs to %(name)s, not to “%(text)s”. Correct one of them."),
)
PART_UNKNOWN = CellReason(
    "part_unknown", gettext_noop("“%(text)s” is not a position. Write 组长, 副组长, 联络员 or 成员.")
)

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


COLUMNS = (
    SheetColumn(
        "team",
        ("专班", "专班名称", "所在专班", "所属专班", "工作专班", "team"),
        "专班名称或简称",
        needed=True,
        width=26,
        example="乡村振兴专班",
    ),
    SheetColumn(
        "person",
        ("账号或姓名", "姓名", "人员", "人员姓名", "专班人员", "成员", "责任人", "person", "name"),
        "账号；姓名不重复时也可填姓名",
        read=cells.name,
        needed=True,
        instead="account",
        example="wangmou",
    ),
    SheetColumn(
        "account",
        ("账号", "登录账号", "用户名", "登录名", "帐号", "登录帐号", "account", "username"),
        "姓名有重复时填写；填了账号可不填姓名",
        example="wangmou",
    ),
    SheetColumn(
        "part",
        ("职责", "专班职务", "专班职责", "专班角色", "身份", "职务", "part"),
        "组长、副组长、联络员或成员",
        read=_part,
        needed=True,
        width=12,
        choices=("组长", "副组长", "联络员", "成员"),
        example="联络员",
    ),
    SheetColumn(
        "joined_on",
        ("加入日期", "加入时间", "起始日期", "任职日期", "开始日期", "from"),
        "不填则为导入当日；不得晚于当日",
        read_day=day_or_none,
        width=14,
        example="2026-03-01",
    ),
    SheetColumn(
        "left_on",
        ("离任日期", "离任时间", "截止日期", "退出日期", "until"),
        "已离任的填写，当日起不再属于专班",
        read_day=day_or_none,
        width=14,
    ),
)


@dataclass(kw_only=True)
class MembersImport(ListImport):
    """Parts in the teams of an action; they may end in one row and the next begin in another."""

    kind = "members"
    words = _("Members of teams")
    says = _("imported members of teams")
    rule = "keep_teams"
    model = TeamMember
    columns = COLUMNS
    key = ("team", "account", "person", "part", "joined_on", "left_on")

    action: SpecialAction

    def row(self) -> SpecialAction:
        """The rule is asked of the action."""
        return self.action

    def begin(self, rows: Sequence[ReadRow]) -> None:
        """Teams by every name; everybody under their account and their name; whoever has to be told."""
        self.teams = {team.name: team for team in SpecialTeam.objects.filter(action=self.action).order_by("pk")}
        self.team_names = team_names(
            (text, team.name) for team in self.teams.values() for text in (team.name, team.short_name, team.code)
        )
        self.people: dict[str, list[User]] = {}
        for user in User.objects.order_by("pk"):
            for text in {user.username, cells.name(user.name)}:
                self.people.setdefault(text, []).append(user)
        self.told: list[tuple[TeamMember, TeamNotice]] = []

    def faults_of(self, row: ReadRow) -> Iterator[CellFault]:
        """A team or a person that is not known, and an account that is not that of the name beside it."""
        if row.values["team"]:
            try:
                self._team(row)
            except FormatError as fault:
                yield row.fault(fault.reason, "team", **fault.params)
        if account_or_name(row):
            try:
                self._person(row)
            except FormatError as fault:
                yield row.fault(fault.reason, "account" if row.values.get("account") else "person", **fault.params)

    def write_row(self, row: ReadRow) -> None:
        """One part: it begins, it ends, or it stands as the row says."""
        team, user = self._team(row), self._person(row)
        team = open_team(team)
        about, part, left_on = f"{team.short_name} {user.name}", row.values["part"], row.values.get("left_on")
        stands = TeamMember.objects.current().filter(team=team, user=user).first()
        if stands is not None and stands.part == part:
            if left_on is None:
                self.note(about, {})
                return
            stands = locked(stands, "team", "user")
            end_part(stands, left_on, self.at)
            self.told.append((stands, TeamNotice.TEAM_LEFT))
            self.note(about, {"left_on": ("", left_on.isoformat())})
            return
        joined_on = row.values.get("joined_on") or day_of(self.at)
        past = {"team": team, "user": user, "part": part, "joined_on": joined_on, "left_on": left_on}
        if left_on is not None and TeamMember.objects.filter(**past).exists():
            self.note(about, {})
            return
        made = put_in(TeamMember(**past), self.at)
        if left_on is None:
            self.told.append((made, TeamNotice.TEAM_JOINED))
        self.note(about, {"part": ("", TeamMember.Part(part).label), "joined_on": ("", made.days)}, new=True)

    def finish(self) -> None:
        """Tell each person whose part began or ended."""
        for row, kind in self.told:
            tell_of_part(row, kind, self.at)

    def _team(self, row: ReadRow) -> SpecialTeam:
        return self.teams[team_in_cell(row.values["team"], self.team_names)]

    def _person(self, row: ReadRow) -> User:
        """The person that a row names: by account before by name; where it has both, they are the same person's."""
        text, name = account_or_name(row), row.values.get("person")
        named = self.people.get(cells.name(text), [])
        accounts = [user for user in named if user.username == text]
        if len(accounts or named) != 1:
            raise FormatError(PERSON_AMBIGUOUS if named else PERSON_UNKNOWN, text=text, count=len(named))
        user = (accounts or named)[0]
        if name and name not in (user.username, cells.name(user.name)):
            raise FormatError(PERSON_OTHER, account=user.username, name=user.name, text=name)
        return user


def account_or_name(row: ReadRow) -> str:
    """What a row names its person by: the account where it has one."""
    return row.values.get("account") or row.values.get("person") or ""
