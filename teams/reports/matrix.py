"""Which team owes which report: teams in rows, periods in columns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext

from governance.lists.marks import badge
from governance.lists.text import Text
from governance.people.models import User

from ..models import ProgressReport, ReportingPeriod, SpecialTeam
from ..states import ReportState
from .status import PeriodStanding, ReportStatus, reports_standing


@dataclass(frozen=True)
class MatrixCell:
    """The state of one report: word and colour, a note, where it is read or written; no word where none is owed."""

    period: str
    """The period as text: the label of the value on a phone's card."""
    word: Text = ""
    tone: str = ""
    note: Text = ""
    url: str = ""

    @property
    def badge(self) -> SafeString:
        """The state as a badge."""
        return badge(self.word, self.tone)


@dataclass(frozen=True)
class Head:
    """A period as the head of a column: how many teams are overdue, of those that owe."""

    period: ReportingPeriod
    due_at: datetime
    is_closed: bool
    """Both as known at the moment shown."""
    owed: int
    submitted: int
    overdue: list[SpecialTeam]


@dataclass(frozen=True)
class Matrix:
    """The rows and their heads."""

    heads: list[Head]
    rows: list[tuple[SpecialTeam, list[MatrixCell]]]

    @property
    def news(self) -> list[tuple[Head, str]]:
        """Periods with reports never sent, each with its sentence (docs/rules.md#terms)."""
        return [
            (
                head,
                ngettext("%(count)d team overdue", "%(count)d teams overdue", len(head.overdue))
                % {"count": len(head.overdue)},
            )
            for head in self.heads
            if head.overdue and not head.is_closed
        ]


def teams_standing(
    period: ReportingPeriod, teams: Sequence[SpecialTeam], statuses: Collection[ReportStatus], *, at: datetime
) -> list[SpecialTeam]:
    """Those of `teams` whose report for `period` had one of `statuses` at `at`: the rows behind a figure."""
    [standing] = reports_standing([period], teams, at=at)
    return [team for team in teams if standing.statuses.get(team.pk) in statuses]


def matrix_of(
    periods: Sequence[ReportingPeriod],
    teams: Sequence[SpecialTeam],
    *,
    user: User,
    at: datetime,
    looks_back: bool = False,
) -> Matrix:
    """The state of each team's report for each period at `at`: three queries and that for the teams of `user`.

    Everybody sees whether a report is submitted, decided or overdue; drafts, and the content of a report, only its
    readers. For a past evening (`looks_back`), drafts and notes are not known.
    """
    standings = reports_standing(periods, teams, at=at)
    found = ProgressReport.objects.visible_to(user).filter(period__in=periods, team__in=teams)
    reports = {(report.period_id, report.team_id): report for report in ([] if looks_back else found)}
    readable = set(
        SpecialTeam.objects.with_papers_visible_to(user)
        .filter(pk__in=[team.pk for team in teams])
        .values_list("pk", flat=True)
    )
    named = [(standing, str(standing.period)) for standing in standings]
    rows = [
        (
            team,
            [
                _cell(
                    team,
                    standing,
                    name,
                    reports.get((standing.period.pk, team.pk)),
                    reads=team.pk in readable,
                )
                for standing, name in named
            ],
        )
        for team in teams
    ]
    return Matrix([_head(standing, teams, at) for standing in standings], rows)


def _head(standing: PeriodStanding, teams: Sequence[SpecialTeam], at: datetime) -> Head:
    period = standing.period
    overdue = [team for team in teams if standing.statuses.get(team.pk) == ReportStatus.OVERDUE]
    return Head(period, standing.due_at, period.is_closed_at(at), len(standing.statuses), standing.submitted, overdue)


def _cell(
    team: SpecialTeam,
    standing: PeriodStanding,
    name: str,
    report: ProgressReport | None,
    *,
    reads: bool,
) -> MatrixCell:
    period = standing.period
    status = standing.statuses.get(team.pk)
    if status is None:
        return MatrixCell(name)
    url = reverse("report", args=[team.code, period.starts_on.isoformat()]) if reads else ""
    word: Text = status.label
    note: Text = ""
    if report is not None:
        report.period = period
        note = _note(report, status)
        if report.state == ReportState.DRAFT and status == ReportStatus.DUE:
            word = report.get_state_display()
    return MatrixCell(name, word, status.tone, note, url)


def _note(report: ProgressReport, status: ReportStatus) -> Text:
    """What the badge does not say: that it was late, or that there is a draft."""
    if report.on_time is False:
        return LATE
    return report.get_state_display() if status == ReportStatus.OVERDUE else ""


LATE = gettext_lazy("late")
