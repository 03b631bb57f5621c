"""A department's figures of one indicator as a workbook: a row for each team, tried, then saved, never confirmed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.http import StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from governance.formats.faults import CellFault, CellReason, gettext_noop
from governance.formats.layout import laid_out
from governance.formats.tables import ReadRow, SheetColumn, empty_table, yes_or_no
from governance.records.columns import longest
from governance.records.delivery import workbook_response
from governance.records.list_import import ListImport
from governance.records.refusals import Invalid, Stale
from governance.records.verbs import locked

from ..models import AssessmentRound, FigureDraft, Indicator
from .entry import check_collecting
from .supply import Supply, Written
from .supplying import Line, by_team, write_lines

TEAM_UNKNOWN = CellReason(
    "figure_team_unknown", gettext_noop("Your department supplies no figure of this indicator for “%(name)s”.")
)
LOCKED = CellReason(
    "figure_locked",
    gettext_noop("The figure of “%(name)s” is confirmed and locked. Request its correction on the page."),
)

COLUMNS = (
    SheetColumn(
        "team", ("专班", "专班名称", "team"), "专班的全称或简称", needed=True, width=30, example="村集体经济专班"
    ),
    SheetColumn(
        "value",
        ("数值", "本期数值", "完成值", "value"),
        "一个数；分档指标填写档次；没有数据的留空",
        most=longest(FigureDraft, "value"),
        width=14,
        example="104.2",
    ),
    SheetColumn(
        "target", ("本专班目标", "目标", "目标值", "target"), "以本专班目标计分的指标填写", width=14, example="24"
    ),
    SheetColumn(
        "document",
        ("依据文号", "文号", "document"),
        "所依据的文件编号",
        most=longest(FigureDraft, "document"),
        width=24,
        example="垣统函〔2026〕18号",
    ),
    SheetColumn("basis", ("依据", "口径", "basis"), "数据从哪里来、怎样计算；没有数据的写明原因", most=2000, width=36),
    SheetColumn(
        "no_figure", ("确无数据", "no figure"), "确无数据的填“是”", read=yes_or_no, width=10, choices=("是", "否")
    ),
    SheetColumn(
        "sure",
        ("已核实", "checked"),
        "系统提示核对、经核实无误的填“是”",
        read=yes_or_no,
        width=10,
        choices=("是", "否"),
    ),
)


@dataclass(kw_only=True)
class FiguresImport(ListImport):
    """The figures of one indicator that the person's department supplies."""

    kind = "figures"
    words = _("Figures")
    says = _("imported figures")
    rule = "supply_figures"
    model = FigureDraft
    columns = COLUMNS
    key = ("team",)

    round: AssessmentRound
    indicator: Indicator

    def row(self) -> AssessmentRound:
        """The rule is asked of the round."""
        return self.round

    def begin(self, rows: Sequence[ReadRow]) -> None:
        """Lock the round and read what stands."""
        self.facts = {"indicator": self.indicator.code}
        self.locked_round = locked(self.round, "plan")
        check_collecting(self.locked_round)
        self.mine = by_team(self.locked_round, self.indicator, self.by)
        self.codes = {
            name: code
            for code, row in self.mine.items()
            for name in (row.source.team.name, row.source.team.short_name, code)
        }

    def faults_of(self, row: ReadRow) -> Iterator[CellFault]:
        """A team of which the department supplies no figure or need not, or whose figure is locked and would change."""
        name = row.values["team"]
        code = self.codes.get(name)
        if name and code is None:
            yield row.fault(TEAM_UNKNOWN, "team", name=name)
        elif (
            code is not None
            and not self.mine[code].is_open
            and row.values.get("value", "") != self.mine[code].written.value
        ):
            yield row.fault(TEAM_UNKNOWN if self.mine[code].is_needless else LOCKED, "team", name=name)

    def write_row(self, row: ReadRow) -> None:
        """Keep one line; a locked one that stays as it is, is left."""
        code = self.codes[row.values["team"]]
        supply, read = self.mine[code], row.values
        before, changed = supply.written, dict[str, Written]()
        if supply.is_open:
            line = Line(
                value=read.get("value") or "",
                target=read.get("target") or "",
                document=read.get("document") or "",
                basis=read.get("basis") or "",
                no_figure=bool(read.get("no_figure")),
                sure_of=(read.get("value") or "") if read.get("sure") else "",
            )
            try:
                changed = write_lines(
                    *(self.locked_round, self.indicator, self.mine, {code: line}),
                    document="",
                    basis="",
                    by=self.by,
                    at=self.at,
                )
            except Stale as refusal:
                raise Invalid(refusal.message) from refusal
            except Invalid as refusal:
                raise Invalid(fields=_by_column(refusal, code)) from refusal
        said = {
            name: (getattr(before, name), getattr(written, name))
            for written in changed.values()
            for name in ("value", "target", "document", "basis", "no_figure")
            if getattr(before, name) != getattr(written, name)
        }
        self.note(str(supply.source.team), said)


def filled_template(rows: Sequence[Supply], *, name: str) -> StreamingHttpResponse:
    """The workbook to fill in, with a row for each team and what is written so far."""
    table, explained = empty_table(name, name, COLUMNS)
    written = [(row.source.team.name, row.written) for row in rows]
    lines = [
        [
            *(team, one.value, "" if one.target is None else f"{one.target.normalize():f}", one.document, one.basis),
            *("是" if one.no_figure else "", "是" if one.is_sure else ""),
        ]
        for team, one in written
    ]
    return workbook_response(laid_out(replace(table, rows=lines), explained), name=name)


def _by_column(refusal: Invalid, code: str) -> dict[str, object]:
    """The messages of a line by the columns of the workbook."""
    names = {"confirm": "value"}
    found = {name.removesuffix(f"-{code}"): message for name, message in refusal.fields.items()}
    return {names.get(name, name): message for name, message in found.items()}
