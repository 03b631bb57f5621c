"""A department writes its figures, confirms them and asks for corrections (docs/rules.md#supplied-figures)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from governance.lists.text import Text, names_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.dry_runs import fingerprint_of
from governance.records.refusals import Difference, Invalid, NotAllowed, Stale, WrongState
from governance.records.verbs import inserted, locked, record, save_version, verb

from ..engine.plan import Indicator as PlannedIndicator
from ..models import AssessmentRound, Figure, FigureConfirmation, FigureCorrection, FigureDraft, Indicator
from .entry import check_collecting
from .reading import asks_of, doubts, kept_target, value_fault
from .supply import Supply, Written, supplies


@dataclass(frozen=True)
class Line:
    """What a department types for one team. `document`, `basis`: the line's own, where they are not the common ones.

    `no_figure`: there is none, and the line's basis says why. `sure_of`: the value that was asked and is right.
    """

    value: str = ""
    target: str = ""
    document: str = ""
    basis: str = ""
    no_figure: bool = False
    sure_of: str = ""


@verb(says=_("saved figures"))
def save_figures(
    round: AssessmentRound,
    indicator: Indicator,
    lines: Mapping[str, Line],
    *,
    document: str,
    basis: str,
    by: User,
    at: datetime,
    seen: Mapping[str, str] | None = None,
) -> list[Supply]:
    """Keep what a department has written so far, by team code; it counts once it is confirmed. Returns what changed.

    `seen`: what each line was opened on (`Supply.seen`).

    Raises:
        NotAllowed: `by` belongs to no department that supplies the figure of one of these teams.
        WrongState: the round is not collecting.
        Stale: somebody else has written, confirmed or decided something about a line that would change.
        Invalid: a value or target cannot be read, or is asked a second time; there is no figure and no reason.
    """
    round = locked(round, "plan")
    require("supply_figures", by, round)
    check_collecting(round)
    mine = by_team(round, indicator, by)
    changed = write_lines(round, indicator, mine, lines, document=document, basis=basis, by=by, at=at, seen=seen)
    if changed:
        record("save_figures", round, by=by, at=at, change={"indicator": indicator.code, "teams": sorted(changed)})
    return [mine[code] for code in changed]


def by_team(round: AssessmentRound, indicator: Indicator, user: User) -> dict[str, Supply]:
    """The figures of an indicator that the person's department supplies, by team code."""
    return {row.source.team.code: row for row in supplies(round, indicator=indicator, department=user.department_id)}


def write_lines(
    round: AssessmentRound,
    indicator: Indicator,
    mine: Mapping[str, Supply],
    lines: Mapping[str, Line],
    *,
    document: str,
    basis: str,
    by: User,
    at: datetime,
    seen: Mapping[str, str] | None = None,
) -> dict[str, Written]:
    """Keep lines inside a verb that has locked the round; `mine` is by_team's. Returns what changed, by team code.

    Raises what `save_figures` raises.
    """
    if not lines.keys() <= mine.keys():
        raise NotAllowed
    read = _read_lines(round.plan.rules.indicator(indicator.code), lines, document.strip(), basis.strip())
    changed = {code: written for code, written in read.items() if _differs(written, mine[code].written)}
    stale = [
        code for code in changed if not mine[code].is_open or (seen is not None and seen.get(code) != mine[code].seen)
    ]
    if stale:
        raise Stale(
            [Difference(mine[code].source.team, mine[code].written.value, changed[code].value) for code in stale]
        )
    for code, written in _answered(round, mine, changed, lines, at).items():
        _keep(mine[code], written, by=by, at=at)
    return changed


@verb(says=_("confirmed figures"))
def confirm_figures(
    round: AssessmentRound, indicator: Indicator, *, by: User, at: datetime, seen: str | None = None
) -> FigureConfirmation:
    """Confirm what a department has written for every team that is open; from then on these figures are locked.

    `seen`: what the page has shown (`shown_in`).

    Raises:
        NotAllowed: `by` belongs to no department that supplies figures in the round.
        WrongState: the round is not collecting, or nothing is left to confirm.
        Stale: the lines are not those that were shown.
        Invalid: a line says nothing, or lacks its document, basis or target.
    """
    round = locked(round, "plan")
    require("supply_figures", by, round)
    check_collecting(round)
    rows = [row for row in supplies(round, indicator=indicator, department=by.department_id) if row.is_open]
    if not rows or by.department is None:
        raise WrongState(_("All figures of this indicator have been confirmed already. Reload the page."))
    if seen is not None and seen != shown_in(rows):
        raise Stale
    faults = lacks(round, indicator, rows, at=at)
    if faults:
        raise Invalid(" ".join(map(str, faults)))
    taken = FigureConfirmation.objects.filter(round=round, indicator=indicator, department=by.department)
    confirmation = FigureConfirmation(
        round=round, indicator=indicator, department=by.department, number=taken.count() + 1, by=by, at=at
    )
    confirmation.save()
    figures = [_figure(row, by=by, at=at, confirmation=confirmation) for row in rows]
    for figure, doubt in zip(figures, doubts(round, figures), strict=True):
        figure.confirmed = True if doubt else None
    Figure.objects.bulk_create(figures)
    change = {
        "indicator": indicator.code,
        "teams": sorted(row.source.team.code for row in rows),
        "number": [None, confirmation.number],
    }
    record("confirm_figures", round, by=by, at=at, change=change)
    return confirmation


def lacks(round: AssessmentRound, indicator: Indicator, rows: Sequence[Supply], *, at: datetime) -> list[Text]:
    """Why the open figures of a department cannot be confirmed yet, one sentence each: one query."""
    needs_target = round.plan.rules.indicator(indicator.code).rule.parameters.needs_target
    written = {row: row.written for row in rows}
    valued = [row for row in rows if written[row].value]
    drafted = [_figure(row, by=None, at=at) for row in valued]
    asked = [
        row for row, doubt in zip(valued, doubts(round, drafted), strict=True) if doubt and not written[row].is_sure
    ]
    found = (
        (
            gettext_noop("No value yet: %(teams)s. Enter one, or say that there is none."),
            [r for r in rows if not written[r].says],
        ),
        (gettext_noop("No document number: %(teams)s."), [r for r in valued if not written[r].document]),
        (gettext_noop("No basis: %(teams)s."), [r for r in rows if written[r].says and not written[r].basis]),
        (
            gettext_noop("No target of its own: %(teams)s."),
            [r for r in valued if needs_target and written[r].target is None],
        ),
        (gettext_noop("Look at once more: %(teams)s."), asked),
    )
    return [
        _(sentence) % {"teams": names_text(row.source.team.short_name for row in lacking)}
        for sentence, lacking in found
        if lacking
    ]


def shown_in(rows: Sequence[Supply]) -> str:
    """A digest of the lines that a page shows before they are confirmed."""
    return fingerprint_of([[row.source.pk, row.seen] for row in rows])


@verb(says=_("requested the correction of a figure"))
def ask_correction(figure: Figure, *, value: str, reason: str, by: User, at: datetime) -> FigureCorrection:
    """Ask for a figure that is locked to be opened again, with what it should be and why.

    Raises:
        NotAllowed: `by` does not belong to the department that supplies the figure.
        WrongState: the round is not collecting, or the figure is not the one that stands.
        Invalid: the reason is missing, the value cannot be read, or a correction has been requested already.
    """
    round = locked(figure.source.round, "plan")
    require("supply_figures", by, round)
    check_collecting(round)
    rows = supplies(round, indicator=figure.source.indicator, department=by.department_id)
    row = next((row for row in rows if row.source.pk == figure.source_id), None)
    if row is None:
        raise NotAllowed
    if row.figure is None or row.figure.pk != figure.pk or row.is_reopened:
        raise WrongState(_("This figure no longer stands, or can be changed already. Reload the page."))
    faults: dict[str, Text] = {}
    if not reason.strip():
        faults["reason"] = _("Say why the figure must be corrected.")
    if fault := value_fault(round.plan.rules.indicator(figure.source.indicator.code), value.strip()):
        faults["value"] = fault
    if faults:
        raise Invalid(fields=faults)
    correction = inserted(
        FigureCorrection(figure=row.figure, value=value.strip(), reason=reason.strip(), asked_by=by, asked_at=at)
    )
    change = {"indicator": figure.source.indicator.code, "teams": [figure.source.team.code]}
    record("ask_correction", round, by=by, at=at, change=change)
    return correction


def _read_lines(planned: PlannedIndicator, lines: Mapping[str, Line], document: str, basis: str) -> dict[str, Written]:
    faults: dict[str, Text] = {}
    read = {}
    for code, line in lines.items():
        value, own, target = line.value.strip(), line.basis.strip(), None
        if line.no_figure and value:
            faults[f"value-{code}"] = _("Enter a value or say that there is none, not both.")
        elif line.no_figure and not own:
            faults[f"basis-{code}"] = _("Say why there is no figure.")
        elif fault := value_fault(planned, value):
            faults[f"value-{code}"] = fault
        try:
            target = kept_target(line.target.strip())
        except ValidationError as fault:
            faults[f"target-{code}"] = " ".join(fault.messages)
        read[code] = Written(
            value, target, line.document.strip() or document, own or basis, line.no_figure, bool(line.sure_of)
        )
    if faults:
        raise Invalid(fields=faults)
    return read


def _differs(new: Written, old: Written) -> bool:
    """Whether a line would change; a line that says nothing has no document and no basis of its own."""
    if not (new.says or old.says) and new.target == old.target:
        return False
    return replace(new, is_sure=False) != replace(old, is_sure=False)


def _answered(
    round: AssessmentRound,
    mine: Mapping[str, Supply],
    changed: Mapping[str, Written],
    lines: Mapping[str, Line],
    at: datetime,
) -> dict[str, Written]:
    """What changes, with the answers to what is asked a second time. Raises Invalid where one is not answered."""
    figures = [
        Figure(source=mine[code].source, value=written.value, target=written.target, at=at)
        for code, written in changed.items()
    ]
    asked = {code: doubt for code, doubt in zip(changed, doubts(round, figures), strict=True) if doubt}
    unanswered = {
        code: doubt for code, doubt in asked.items() if lines[code].sure_of.strip() != lines[code].value.strip()
    }
    if unanswered:
        raise Invalid(fields=asks_of(unanswered))
    return {code: replace(written, is_sure=code in asked) for code, written in changed.items()}


def _keep(row: Supply, written: Written, *, by: User, at: datetime) -> None:
    fields = {name: getattr(written, name) for name in Written.__dataclass_fields__}
    fields |= {"saved_by": by, "saved_at": at, "department": by.department}
    standing = FigureDraft.objects.filter(source=row.source).first()
    if standing is None:
        inserted(FigureDraft(source=row.source, **fields))
    else:
        save_version(locked(standing), fields)


def _figure(row: Supply, *, by: User | None, at: datetime, confirmation: FigureConfirmation | None = None) -> Figure:
    """What is written, as the next figure of its source."""
    written = row.written
    return Figure(
        source=row.source,
        number=row.source.latest_number + 1,
        value=written.value,
        target=written.target,
        document=written.document,
        basis=written.basis,
        no_figure=written.no_figure,
        department_id=row.source.department_id,
        confirmation=confirmation,
        by=by,
        at=at,
    )
