"""The centre enters figures itself, or for a department, which confirms them (docs/rules.md#supplied-figures)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Difference, Invalid, Stale, WrongState
from governance.records.verbs import locked, record, verb

from ..engine.plan import Indicator as PlannedIndicator
from ..models import AssessmentRound, Figure, FigureSource, Indicator
from ..rounds.occasions import Occasion, corrects
from ..states import FIGURES_OPEN
from .reading import asks_of, doubts, kept_target, value_fault
from .supply import latest_figures


@dataclass(frozen=True)
class Entry:
    """What is entered for one team: a number, a tier or yes/no as text, empty to withdraw; its own target."""

    value: str
    target: str = ""
    confirmed: str = ""
    """The value that was asked a second time and is right; another one is asked again."""
    no_figure: bool = False
    """There is none, and the basis says why."""


Kept = tuple[str, Decimal | None, bool]
"""Value, the team's own target, and whether there is no figure."""


@verb(says=_("entered figures"))
def enter_figures(
    round: AssessmentRound,
    indicator: Indicator,
    entries: Mapping[str, Entry],
    *,
    document: str,
    basis: str,
    by: User,
    at: datetime,
    seen: Mapping[str, int] | None = None,
    take_over: bool = False,
    answering: Occasion | None = None,
) -> list[Figure]:
    """Enter an indicator's figures by team code, on one document; each changed one gets the next number.

    Where a department supplies the figure, it is entered on its behalf, and counts as confirmed.

    `seen`: the number of each team's latest figure when the form was opened, 0 for none. `take_over`: so do those that
    somebody else entered and that stay as they are; they are of `by` from then on. `answering`: the open question
    or appeal of the team about its figure; by this road alone a figure is corrected in checking and in public notice.
    A figure of a published round is corrected while a correction of its result is open.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not collecting, it is no answer to a question or an appeal, and no correction of its
            published result is open.
        Stale: somebody entered another value for one of these teams in the meantime; nothing was written.
        Invalid: a value or target cannot be read, under "value-<team>" or "target-<team>"; document or basis is
            missing; a value that is asked a second time, under "confirm-<team>"; the round owes no such figure.
    """
    round = locked(round, "plan")
    require("enter_figures", by, round)
    is_answer = answering is not None and _answers(answering, round, indicator, entries)
    if not is_answer and not round.takes_corrections:
        check_collecting(round)
    planned = round.plan.rules.indicator(indicator.code)
    sources = {source.team.code: source for source in latest_figures(round, indicator)}
    read = _read_entries(planned, entries, sources, document, basis)
    changed = {
        code: kept
        for code, kept in read.items()
        if kept != _standing(sources[code]) or (take_over and _is_of_another(sources[code], by))
    }
    _refuse_stale(sources, changed, seen)
    figures = [
        Figure(
            source=sources[code],
            number=sources[code].latest_number + 1,
            value=value,
            target=target,
            no_figure=no_figure,
            document=document.strip(),
            basis=basis.strip(),
            department=sources[code].department,
            by=by,
            at=at,
        )
        for code, (value, target, no_figure) in changed.items()
    ]
    asked = doubts(round, figures)
    unanswered = {
        code: doubt
        for code, doubt in zip(changed, asked, strict=True)
        if doubt and entries[code].confirmed.strip() != entries[code].value.strip()
    }
    if unanswered:
        raise Invalid(fields=asks_of(unanswered))
    for figure, doubt in zip(figures, asked, strict=True):
        figure.confirmed = True if doubt else None
    Figure.objects.bulk_create(figures)
    if figures:
        change = {"indicator": indicator.code, "teams": sorted(changed)}
        record("enter_figures", round, by=by, at=at, change=change, behalf=_behalf(figures))
    return figures


def _answers(occasion: Occasion, round: AssessmentRound, indicator: Indicator, entries: Mapping[str, Entry]) -> bool:
    """Whether the entries are those of the one figure that an open question or appeal is about."""
    return corrects(occasion, round, occasion.team, indicator) and set(entries) == {occasion.team.code}


def check_collecting(round: AssessmentRound) -> None:
    """Refuse once the round takes no figures any more, or does not yet. Raises WrongState."""
    if round.state not in FIGURES_OPEN:
        raise WrongState(
            _("“%(round)s” is at the stage “%(state)s”. Figures can be entered only while data is being collected.")
            % {"round": round, "state": round.get_state_display()}
        )


def _behalf(figures: list[Figure]) -> str:
    """The departments for which figures were entered, in their order, as the audit log names them."""
    departments = {figure.department for figure in figures if figure.department is not None}
    return "、".join(str(department) for department in sorted(departments, key=lambda one: (one.order, one.pk)))


def _standing(source: FigureSource) -> Kept:
    latest = source.latest
    return (latest.value, latest.target, latest.no_figure) if latest else ("", None, False)


def _is_of_another(source: FigureSource, by: User) -> bool:
    """Whether a figure stands that somebody else entered."""
    return source.latest is not None and source.latest.stands and source.latest.by_id != by.pk


def _read_entries(
    planned: PlannedIndicator,
    entries: Mapping[str, Entry],
    sources: Mapping[str, FigureSource],
    document: str,
    basis: str,
) -> dict[str, Kept]:
    """What was typed, read as the engine reads it, by team code."""
    faults: dict[str, Text] = {}
    if not document.strip():
        faults["document"] = _("Enter the number of the document it is based on.")
    if not basis.strip():
        faults["basis"] = _("Say what the figures are based on.")
    read: dict[str, Kept] = {}
    for code, entry in entries.items():
        value, target = entry.value.strip(), None
        if code not in sources:
            faults[f"value-{code}"] = _("The indicator does not apply to this team.")
        elif entry.no_figure and value:
            faults[f"value-{code}"] = _("Enter a value or say that there is none, not both.")
        elif fault := value_fault(planned, value):
            faults[f"value-{code}"] = fault
        try:
            target = kept_target(entry.target.strip())
        except ValidationError as fault:
            faults[f"target-{code}"] = " ".join(fault.messages)
        read[code] = (value, target, entry.no_figure)
    if faults:
        raise Invalid(fields=faults)
    return read


def _refuse_stale(
    sources: Mapping[str, FigureSource], changed: Mapping[str, Kept], seen: Mapping[str, int] | None
) -> None:
    """Refuse when a team whose figure would change has a newer one than the form showed."""
    if seen is None:
        return
    theirs = [code for code in changed if sources[code].latest_number != seen.get(code, 0)]
    if theirs:
        raise Stale([Difference(sources[code].team, _standing(sources[code])[0], changed[code][0]) for code in theirs])
