"""A dropped correction takes back what it changed of the facts: each stands again as the published result counts it.

Nothing is undone. What has changed since the result was scored gets a next row that says what the former one said, and
whose it was; who dropped the correction is in its step and its audit event (docs/rules.md#corrections).
"""

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext, override

from governance.people.models import User
from governance.records.models import InsertOnly
from governance.records.verbs import locked, save_version
from teams.meetings.papers.wording import CHINESE

from ..claims.claims import tell_outcome
from ..models import (
    ClaimStep,
    Figure,
    FigureCountersignature,
    LeftOut,
    MeasuredValue,
    ResultCorrection,
    RowDecision,
    VoteTally,
    VoteTallyLine,
)
from ..notices import AssessmentNotice
from ..states import ClaimState

Row = TypeVar("Row", bound=InsertOnly)

_OUTCOMES = {
    ClaimState.APPROVED: AssessmentNotice.CLAIM_APPROVED,
    ClaimState.REJECTED: AssessmentNotice.CLAIM_REJECTED,
    ClaimState.WITHDRAWN: AssessmentNotice.CLAIM_WITHDRAWN,
}
"""What the team is told of a claim that stands again in a state."""


def restore_facts(correction: ResultCorrection, *, by: User, at: datetime) -> list[str]:
    """Write the next rows of a locked correction that is dropped; what was restored, in the words of codes.

    A judge's marks that an appeal set aside for a tie stay so: the tie is there whatever becomes of the correction.
    Queries: constant in facts, some more for each that is restored.
    """
    with override(CHINESE):
        basis = gettext("Correction No. %(number)d was dropped.") % {"number": correction.number}
    return [
        *_figures(correction, basis, by=by, at=at),
        *_measured(correction, at=at),
        *_left_out(correction, basis, by=by, at=at),
        *_claims(correction, basis, at=at),
        *_tallies(correction, basis, at=at),
    ]


def _figures(correction: ResultCorrection, basis: str, *, by: User, at: datetime) -> list[str]:
    rows = Figure.objects.filter(source__round=correction.round).select_related("source__team", "source__indicator")
    rows = rows.select_related("countersignature")
    found = []
    for last, former in _changed(rows, correction, ("source_id",)):
        said = {"value": "", "document": last.document, "department": last.department, "by": by}
        if former is not None:
            names = ("value", "target", "no_figure", "document", "department", "confirmed", "by")
            said = {name: getattr(former, name) for name in names}
        kept = Figure(source=last.source, number=last.number + 1, basis=basis, at=at, **said)
        kept.save()
        if former is not None and (signed := getattr(former, "countersignature", None)) is not None:
            FigureCountersignature(figure=kept, reason=signed.reason, by=signed.by, at=at).save()
        found.append(f"{last.source.indicator.code} {last.source.team.code}")
    return found


def _measured(correction: ResultCorrection, *, at: datetime) -> list[str]:
    """A value is restored with its rows and the decisions about them, which keep their basis."""
    rows = MeasuredValue.objects.filter(round_team__round=correction.round).select_related("indicator")
    rows = rows.select_related("round_team__team").prefetch_related("decisions")
    found = []
    for last, former in _changed(rows, correction, ("round_team_id", "indicator_id")):
        assert former is not None, "a published round has every value that was measured"
        kept = _copy(former, number=last.number + 1, at=at)
        RowDecision.objects.bulk_create([_copy(one, save=False, value=kept, at=at) for one in former.decisions.all()])
        found.append(f"{last.indicator.code} {last.round_team.team.code}")
    return found


def _left_out(correction: ResultCorrection, basis: str, *, by: User, at: datetime) -> list[str]:
    rows = LeftOut.objects.filter(round=correction.round).select_related("indicator", "team")
    found = []
    for last, former in _changed(rows, correction, ("indicator_id", "team_id")):
        if former is None:
            _copy(last, number=last.number + 1, is_withdrawn=True, reason=basis, document="", by=by, at=at)
        else:
            _copy(former, number=last.number + 1, at=at)
        found.append(f"{last.indicator.code} {last.team.code}")
    return found


def _claims(correction: ResultCorrection, basis: str, *, at: datetime) -> list[str]:
    rows = ClaimStep.objects.filter(claim__round=correction.round).select_related("claim__team", "by")
    found = []
    for last, former in _changed(rows, correction, ("claim_id",)):
        assert former is not None, "a round takes no claim once it is published"
        claim, state = locked(last.claim, "team", "entered_by"), ClaimState(former.state)
        said = {name: getattr(former, name) for name in ("state", "matter", "level", "document")}
        save_version(claim, {**said, "decided_by": former.by})
        _copy(former, number=last.number + 1, reason=basis, at=at)
        tell_outcome(claim, _OUTCOMES[state], at=at)
        found.append(claim.audit_name)
    return found


def _tallies(correction: ResultCorrection, basis: str, *, at: datetime) -> list[str]:
    rows = VoteTally.objects.filter(group__round=correction.round).select_related("group")
    found = []
    for last, former in _changed(rows, correction, ("group_id",)):
        assert former is not None, "a published round has the tally of every group"
        kept = _copy(former, number=last.number + 1, basis=basis, at=at)
        lines = VoteTallyLine.objects.filter(tally=former).order_by("pk")
        VoteTallyLine.objects.bulk_create(
            [_copy(line, save=False, tally=kept, at=at) for line in lines], batch_size=500
        )
        found.append(last.group.code)
    return found


def _changed(
    rows: "models.QuerySet[Row]", correction: ResultCorrection, key: tuple[str, ...]
) -> Iterable[tuple[Row, Row | None]]:
    """The last row of each fact that is younger than the corrected result, with the one that stood in it."""
    last: dict[Hashable, Row] = {}
    former: dict[Hashable, Row] = {}
    for row in rows.order_by(*key, "number"):
        about = tuple(getattr(row, name) for name in key)
        last[about] = row
        if row.at <= correction.corrects.at:
            former[about] = row
    return [(row, former.get(about)) for about, row in last.items() if row.at > correction.corrects.at]


def _copy(row: Row, *, save: bool = True, **other: Any) -> Row:
    """A new row that says what another one says, but for what is named."""
    fields: Mapping[str, Any] = {
        field.name: getattr(row, field.name) for field in row._meta.concrete_fields if not field.primary_key
    }
    kept = type(row)(**{**fields, **other})
    if save:
        kept.save()
    return kept
