"""The centre's part: who supplies a figure, opening a row again, signing beside a department that leads the team."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.people.models import Department, User
from governance.people.permissions import require
from governance.records.dry_runs import fingerprint_of
from governance.records.refusals import Invalid, Stale, WrongState
from governance.records.values import WITHHELD
from governance.records.verbs import locked, record, save_version, verb

from ..models import AssessmentRound, FigureCorrection, FigureCountersignature, FigureSource
from ..states import FIGURES_OPEN, CorrectionState, RoundState
from .entry import check_collecting
from .supply import Supply, supplies, to_countersign


@verb(says=_("named who supplies figures"))
def name_supplier(
    source: FigureSource,
    *,
    department: Department | None,
    alike: bool = False,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> list[FigureSource]:
    """Name the department that supplies a figure; None: the centre enters it. Returns the sources that changed.

    `alike`: so it is for every team of the indicator that has the same supplier now. Figures that stand stay as they
    are, so their sources are left. `seen`: the version of the source.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is past collecting, or the figure stands already.
        Stale: the source has changed since version `seen`.
    """
    round = locked(source.round, "plan")
    require("name_supplier", by, round)
    if round.state != RoundState.PREPARING:
        check_collecting(round)
    rows = supplies(round, indicator=source.indicator)
    row = next((row for row in rows if row.source.pk == source.pk), None)
    if row is None or not row.is_open:
        raise WrongState(_("The figure has been confirmed already, or is no longer needed. Reload the page."))
    was = (row.source.department_id, row.source.by_centre)
    fields = {"department": department, "by_centre": department is None}
    if seen is not None and seen != row.source.version:
        raise Stale(version=row.source.version)
    changed = [
        other.source
        for other in rows
        if other.is_open
        and (other is row or (alike and (other.source.department_id, other.source.by_centre) == was))
        and save_version(locked(other.source, "team"), fields)
    ]
    change = {
        "indicator": source.indicator.code,
        "teams": sorted(one.team.code for one in changed),
        "department": [None, str(department) if department else None],
    }
    if changed:
        record("name_supplier", round, by=by, at=at, change=change)
    return changed


@verb(says=_("answered a request to correct a figure"))
def answer_correction(
    correction: FigureCorrection, *, opens: bool, answer: str = "", by: User, at: datetime, seen: int | None = None
) -> FigureCorrection:
    """Open the row of one figure again for its department, or decline with the reason in `answer`.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not collecting, or the request has been answered or is about a figure of the past.
        Invalid: it is declined without a reason.
    """
    round = locked(correction.figure.source.round)
    require("answer_correction", by, round)
    check_collecting(round)
    correction = locked(correction, "figure__source__indicator", "figure__source__team")
    figure = correction.figure
    newer = figure.source.figures.filter(number__gt=figure.number).exists()
    if correction.state != CorrectionState.ASKED or newer or (seen is not None and seen != correction.version):
        raise WrongState(_("This request has already been answered, or the figure has changed. Reload the page."))
    if not opens and not answer.strip():
        raise Invalid(fields={"answer": _("Say why the figure is not corrected.")})
    state = CorrectionState.OPENED if opens else CorrectionState.DECLINED
    save_version(correction, {"state": state, "decided_by": by, "decided_at": at, "answer": answer.strip()})
    change = {
        "indicator": figure.source.indicator.code,
        "teams": [figure.source.team.code],
        "state": [CorrectionState.ASKED, state],
        "answer": WITHHELD,
    }
    record("answer_correction", round, by=by, at=at, change=change)
    return correction


@verb(says=_("countersigned figures"))
def countersign_figures(
    round: AssessmentRound, *, reason: str, by: User, at: datetime, seen: str | None = None
) -> list[FigureCountersignature]:
    """Sign, with one reason, beside every figure that a department confirmed for a team which it leads itself.

    `seen`: what the page has shown (`shown_to_sign`).

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not collecting, or nothing waits for it.
        Stale: the figures are not those that were shown.
        Invalid: no reason is given.
    """
    round = locked(round, "plan")
    require("countersign_figures", by, round)
    check_collecting(round)
    rows = to_countersign(supplies(round, named=False))
    if not rows:
        raise WrongState(_("No figure waits for a countersignature. Reload the page."))
    if seen is not None and seen != shown_to_sign(rows):
        raise Stale
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the figures of the department may count.")})
    signed = [
        FigureCountersignature(figure=row.figure, reason=reason.strip(), by=by, at=at)
        for row in rows
        if row.figure is not None
    ]
    FigureCountersignature.objects.bulk_create(signed)
    names = sorted(f"{row.source.indicator.code} {row.source.team.code}" for row in rows)
    record("countersign_figures", round, by=by, at=at, change={"figures": names, "reason": WITHHELD})
    return signed


def shown_to_sign(rows: Sequence[Supply]) -> str:
    """A digest of the figures that a page shows before they are countersigned."""
    return fingerprint_of([row.figure.pk for row in rows if row.figure is not None])


def may_name(round: AssessmentRound) -> bool:
    """Whether the round is at a stage at which suppliers are named."""
    return round.state in (RoundState.PREPARING, *FIGURES_OPEN)
