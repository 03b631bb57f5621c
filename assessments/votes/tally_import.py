"""A tally of votes from a workbook: a row for each team and mark, tried first, entered whole (docs/rules.md#votes)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from governance.formats import cells
from governance.formats.faults import CellFault, CellReason, FormatError, gettext_noop
from governance.formats.tables import ReadRow, SheetColumn
from governance.records.list_import import ListImport
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked
from teams.rules.team_names import team_in_cell, team_names

from ..models import AssessmentRound, RoundTeam, VoterGroup, VoteTallyLine
from .ballots import Question
from .tallies import ballot_of, check_voting, write_tally

QUESTION_UNKNOWN = CellReason(
    "question_unknown", gettext_noop("This group does not mark “%(text)s”. Write the code of the indicator.")
)
TEAM_NOT_MARKED = CellReason("team_not_marked", gettext_noop("“%(text)s” is not a team that this group marks."))
MARK_UNKNOWN = CellReason("mark_unknown", gettext_noop("“%(text)s” is not a mark that can be given here."))


def _how_many(value: cells.Value) -> int | None:
    """A whole number; 0 as well, as tables of tallies have it."""
    return 0 if cells.compact(value) == "0" else cells.whole_number(value)


COLUMNS = (
    SheetColumn(
        "indicator",
        ("指标", "指标代码", "测评内容", "indicator"),
        "指标代码或名称",
        needed=True,
        width=20,
        example="V1",
    ),
    SheetColumn(
        "team",
        ("专班", "专班名称", "工作专班", "team"),
        "专班名称或简称",
        needed=True,
        width=26,
        example="乡村振兴专班",
    ),
    SheetColumn(
        "mark", ("选项", "分值", "票值", "mark"), "方案所列选项，或其分值", needed=True, width=14, example="满意"
    ),
    SheetColumn("count", ("票数", "得票", "count"), "整数", read=_how_many, needed=True, width=10, example="12"),
)


@dataclass(kw_only=True)
class TallyImport(ListImport):
    """What a group voted on paper; teams and marks that are not in the file have no votes."""

    kind = "tally"
    words = _("Tally of votes")
    says = _("imported a tally of votes")
    rule = "enter_tally"
    model = VoteTallyLine
    columns = COLUMNS
    key = ("indicator", "team", "mark")

    round: AssessmentRound
    code: str
    cast: int
    document: str
    basis: str = ""

    def row(self) -> AssessmentRound:
        """The rule is asked of the round."""
        return self.round

    def begin(self, rows: Sequence[ReadRow]) -> None:
        """Lock the round and look up what the group is asked."""
        self.round = locked(self.round, "plan")
        check_voting(self.round)
        self.ballot = ballot_of(self.round, self.code)
        self.group = VoterGroup.objects.filter(round=self.round, code=self.code).first()
        if self.group is not None and self.group.way != VoterGroup.Way.PAPER:
            raise WrongState(_("This group votes by slips, so no tally can be entered for it."))
        self.facts = {"group": self.code, "cast": self.cast, "document": self.document}
        self.questions = {
            name: question
            for question in self.ballot.questions
            for name in (question.indicator.code, question.indicator.title_en, question.indicator.title_zh)
        }
        teams = [seat.team for seat in self.ballot.teams.values()]
        self.names = team_names((text, team.name) for team in teams for text in (team.name, team.short_name, team.code))
        self.counts: dict[tuple[str, int, str], int] = {}
        latest = self.group.tallies.order_by("-number").first() if self.group else None
        lines = latest.lines.values_list("indicator__code", "team_id", "mark", "count") if latest else ()
        self.stands = {(code, team, mark): count for code, team, mark, count in lines}

    def faults_of(self, row: ReadRow) -> Iterator[CellFault]:
        """A question, team or mark that is not on the ballot."""
        question = self._question(row)
        if row.values["indicator"] and question is None:
            yield row.fault(QUESTION_UNKNOWN, "indicator", text=row.values["indicator"])
        if question is not None and row.values["team"]:
            try:
                if self._seat(row, question) is None:
                    yield row.fault(TEAM_NOT_MARKED, "team", text=row.values["team"])
            except FormatError as error:
                yield row.fault(error.reason, "team", **error.params)
        if question is not None and row.values["mark"] and self._mark(row, question) is None:
            yield row.fault(MARK_UNKNOWN, "mark", text=row.values["mark"])

    def write_row(self, row: ReadRow) -> None:
        """Take the row into the tally."""
        question = self.questions[row.values["indicator"]]
        seat, mark, count = self._seat(row, question), self._mark(row, question), row.values["count"]
        if seat is None or mark is None:
            raise AssertionError("faults_of has let this row pass")
        code = question.indicator.code
        if (code, seat.team_id, mark) in self.counts:
            raise Invalid(fields={"mark": _("This mark has a row already.")})
        self.counts[code, seat.team_id, mark] = count
        given = sum(each for (one, team, _mark), each in self.counts.items() if (one, team) == (code, seat.team_id))
        if given > self.cast:
            words = _("%(count)d marks, but only %(cast)d slips were collected.")
            raise Invalid(fields={"count": words % {"count": given, "cast": self.cast}})
        about = f"{code} · {seat.team.short_name} · {question.marks[mark]}"
        was = self.stands.get((code, seat.team_id, mark))
        change = {} if was == count else {"count": ("" if was is None else str(was), str(count))}
        self.note(about, change, new=was is None)

    def finish(self) -> None:
        """Store the tally under its next number."""
        group = self.group or inserted(VoterGroup(round=self.round, code=self.code, way=VoterGroup.Way.PAPER))
        tally = write_tally(
            group,
            self.ballot,
            self.counts,
            cast=self.cast,
            document=self.document,
            basis=self.basis,
            by=self.by,
            at=self.at,
        )
        self.facts |= {"tally": tally.number}

    def _question(self, row: ReadRow) -> Question | None:
        return self.questions.get(row.values["indicator"] or "")

    def _seat(self, row: ReadRow, question: Question) -> RoundTeam | None:
        name = team_in_cell(row.values["team"], self.names)
        return next((seat for seat in question.teams if seat.team.name == name), None)

    def _mark(self, row: ReadRow, question: Question) -> str | None:
        text = row.values["mark"]
        by_name = {name: mark for mark, name in question.marks.items()}
        return text if text in question.marks else by_name.get(text)
