"""How far the figures of a round are: what is written, confirmed, asked to be corrected, and by whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from governance.lists.reading import once
from governance.people.models import Department
from teams.models import TeamDepartment

from ..models import AssessmentRound, Figure, FigureCorrection, FigureDraft, FigureSource, Indicator, LeftOut
from ..rounds.sources import owed_sources
from ..states import CorrectionState


@dataclass(frozen=True)
class Written:
    """What is written for a team: a value, or that there is none and why; `is_sure`: it was asked and is right."""

    value: str = ""
    target: Decimal | None = None
    document: str = ""
    basis: str = ""
    no_figure: bool = False
    is_sure: bool = False

    @classmethod
    def of(cls, row: Figure | FigureDraft) -> "Written":
        """What a figure or a draft says."""
        is_sure = row.is_sure if isinstance(row, FigureDraft) else bool(row.confirmed)
        return cls(row.value, row.target, row.document, row.basis, row.no_figure, is_sure)

    @property
    def says(self) -> bool:
        """Whether it says something: a value, or that there is none."""
        return self.value != "" or self.no_figure


@dataclass(frozen=True)
class Supply:
    """One figure that a round owes.

    Attributes:
        draft: what its department has written; None also where nobody is named.
        correction: asked of its figure.
        is_left_out: the centre has left the indicator out for the team; then none is needed.
    """

    source: FigureSource
    draft: FigureDraft | None = None
    correction: FigureCorrection | None = None
    is_left_out: bool = False

    @property
    def figure(self) -> Figure | None:
        """The figure that stands, locked or not; None where there is none, or it is withdrawn."""
        latest = self.source.latest
        return latest if latest is not None and latest.stands else None

    @property
    def is_open(self) -> bool:
        """Whether the department may write it: nothing stands yet and one is needed, or the row is opened again."""
        return self.is_reopened or (self.figure is None and not self.is_left_out)

    @property
    def is_needless(self) -> bool:
        """Whether nothing stands and none is needed."""
        return self.figure is None and self.is_left_out

    @property
    def is_reopened(self) -> bool:
        return self.correction is not None and self.correction.state == CorrectionState.OPENED

    @property
    def is_asked(self) -> bool:
        """Whether a correction is asked that the centre has not answered."""
        return self.correction is not None and self.correction.state == CorrectionState.ASKED

    @property
    def written(self) -> Written:
        """What the department has written last: its draft, or else the figure that stands."""
        draft, latest = self.draft, self.source.latest
        if draft is not None and (latest is None or draft.saved_at > latest.at):
            return Written.of(draft)
        return Written.of(self.figure) if self.figure is not None else Written()

    @property
    def seen(self) -> str:
        """What a form was opened on: it differs once anybody has written, confirmed or decided something here."""
        asked = f"{self.correction.pk}-{self.correction.version}" if self.correction else "0"
        return f"{self.source.latest_number}.{self.draft.version if self.draft else 0}.{asked}"


@once
def supplies(
    round: AssessmentRound,
    *,
    indicator: Indicator | None = None,
    department: Department | int | None = None,
    named: bool = True,
) -> list[Supply]:
    """The figures that a round owes, by indicator and team; of a department, those that it supplies. Six queries.

    `named`: whether who supplies, entered and confirmed each is joined, for those who show it.
    """
    sources = owed_sources(round, indicator=indicator, named=named)
    if department is not None:
        key = department.pk if isinstance(department, Department) else department
        sources = [source for source in sources if source.department_id == key]
    is_whole = indicator is None and department is None
    among: dict[str, object] = {"source__round": round} if is_whole else {"source__in": sources}
    _read_latest(sources, among, named=named)
    figures = {source.latest.pk for source in sources if source.latest is not None}
    asked = FigureCorrection.objects.filter(**{f"figure__{path}": value for path, value in among.items()})
    if not figures:
        asked = asked.none()
    elif named:
        asked = asked.select_related("asked_by", "decided_by")
    corrections = {row.figure_id: row for row in asked.order_by("asked_at", "pk") if row.figure_id in figures}
    drafts = {row.source_id: row for row in FigureDraft.objects.filter(**among)} if named else {}
    left_out = set(LeftOut.objects.standing().filter(round=round).order_by().values_list("indicator", "team"))
    return [
        Supply(
            source,
            draft=_own(drafts.get(source.pk), source),
            correction=corrections.get(source.latest.pk if source.latest else 0),
            is_left_out=(source.indicator_id, source.team_id) in left_out,
        )
        for source in sources
    ]


def latest_figures(round: AssessmentRound, indicator: Indicator) -> list[FigureSource]:
    """An indicator's sources in document order, each with `latest` (a figure or None) and `latest_number`."""
    sources = owed_sources(round, indicator=indicator)
    _read_latest(sources, {"source__in": sources})
    return sources


def _read_latest(sources: Sequence[FigureSource], among: Mapping[str, object], *, named: bool = True) -> None:
    """Read the latest figure of each source among those that a filter finds: one query."""
    related = ("by", "department", "confirmation") if named else ()
    figures = Figure.objects.filter(**among).select_related("countersignature", *related)
    latest = {figure.source_id: figure for figure in figures.order_by("number")}
    for source in sources:
        source.latest = latest.get(source.pk)
        if source.latest:
            source.latest.source = source
        source.latest_number = source.latest.number if source.latest else 0


def to_countersign(rows: Iterable[Supply]) -> list[Supply]:
    """The figures that a department confirmed for a team which it leads, and that nobody has signed beside it."""
    confirmed = [row for row in rows if row.figure is not None and row.figure.confirmation_id is not None]
    leads = leads_of(confirmed)
    return [
        row
        for row in confirmed
        if row.figure is not None
        and row.figure.department_id == leads.get(row.source.team_id)
        and not hasattr(row.figure, "countersignature")
    ]


def leads_of(rows: Iterable[Supply]) -> dict[int, int]:
    """The lead department of each team among the figures, by team id: one query."""
    leads = TeamDepartment.objects.current().lead_by_team({row.source.team for row in rows})
    return {team: department.pk for team, department in leads.items()}


def _own(draft: FigureDraft | None, source: FigureSource) -> FigureDraft | None:
    """A draft counts as long as its department supplies the figure."""
    return draft if draft is not None and draft.department_id == source.department_id else None
