"""The centre corrects a fact on a question or an appeal, or of a published round: a measured value, a figure."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, Stale, WrongState
from governance.records.values import WITHHELD
from governance.records.verbs import in_one_transaction, locked, record, verb
from teams.models import SpecialTeam

from ..engine.canonical import Data
from ..figures.entry import Entry, enter_figures
from ..measures import MEASURES
from ..measures.corrections import Correction, corrected, frozen
from ..models import Appeal, AssessmentRound, FactQuestion, Indicator, MeasuredValue, RowDecision
from ..rounds.occasions import Occasion, held_appeal
from ..rounds.row_decisions import decided_about, next_value, repeated, settled
from .questions import answer_question, open_question


@verb(says=_("corrected the rows of a measured value"))
def correct_rows(
    occasion: Occasion,
    corrections: Sequence[Correction],
    *,
    basis: str,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> MeasuredValue:
    """Give the measured value that a question or an appeal is about its next number; its sums follow from the rows.

    `corrections` are all that stand from now on, also those decided before, which keep who decided them and why.
    `seen`: the number of the value that the form showed.

    Raises:
        NotAllowed: `by` may not answer the question, or decide the appeal.
        WrongState: that is done already, the round is past the stage for it, or nothing was measured.
        Stale: the value has been corrected in the meantime.
        Invalid: a row cannot count so, something changes without a basis, an added row has no document, or nothing
            changes.
    """
    question = open_question(occasion, by=by) if isinstance(occasion, FactQuestion) else None
    occasion = question or held_appeal(cast(Appeal, occasion), by=by)
    value = _standing(occasion.round, occasion.team, occasion.indicator)
    new = RowDecision(basis=basis.strip(), question=question, by=by)
    kept, change = _written(value, corrections, new, at=at, seen=seen)
    record("correct_rows", occasion.round, by=by, at=at, change=change)
    return kept


@verb(says=_("corrected the rows of a measured value of a published round"))
def correct_published_rows(
    round: AssessmentRound,
    team: SpecialTeam,
    indicator: Indicator,
    corrections: Sequence[Correction],
    *,
    basis: str,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> MeasuredValue:
    """Correct the rows of a measured value while the correction of its round's published result is open.

    `corrections` and `seen` as in `correct_rows`.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: no such correction is open, or nothing was measured.
        Stale, Invalid: as `correct_rows`.
    """
    round = locked(round, "plan", "action")
    require("correct_result", by, round)
    if not round.takes_corrections:
        raise WrongState(
            _("The result of “%(round)s” is not being corrected. Open a correction first.") % {"round": round}
        )
    value = _standing(round, team, indicator)
    kept, change = _written(value, corrections, RowDecision(basis=basis.strip(), by=by), at=at, seen=seen)
    record("correct_published_rows", round, by=by, at=at, change=change)
    return kept


def _written(
    value: MeasuredValue, corrections: Sequence[Correction], new: RowDecision, *, at: datetime, seen: int | None
) -> tuple[MeasuredValue, dict[str, Any]]:
    """Write a value's next number with the decisions that stand; `new` says whose the fresh ones are, and why."""
    if seen is not None and seen != value.number:
        raise Stale()
    before = decided_about(value)
    rows = _corrected_rows(value, corrections)
    fresh = [one for one in corrections if one not in before]
    if set(before) == set(corrections):
        raise Invalid(_("No row was changed. Change one, or answer that the fact stands."))
    if not new.basis:
        raise Invalid(fields={"basis": _("Say what the correction is based on.")})
    kept = next_value(value, rows, by=new.by, at=at)
    kept.save()
    decisions = repeated(kept, corrections, before, new)
    RowDecision.objects.bulk_create([*decisions, *settled(kept, value, decisions, new)])
    change = {
        "team": value.round_team.team.code,
        "indicator": value.indicator.code,
        "number": [value.number, kept.number],
        "numerator": [value.numerator, kept.numerator],
        "denominator": [value.denominator, kept.denominator],
        "rows": len(fresh),
        "basis": WITHHELD,
    }
    return kept, change


@in_one_transaction
def answer_with_rows(
    question: FactQuestion,
    corrections: Sequence[Correction],
    *,
    basis: str,
    answer: str,
    by: User,
    at: datetime,
    seen: int | None = None,
    version: int | None = None,
) -> FactQuestion:
    """Correct the rows and answer the question; raises what both verbs raise."""
    correct_rows(question, corrections, basis=basis, by=by, at=at, seen=seen)
    return answer_question(question, answer=answer, by=by, at=at, seen=version)


@in_one_transaction
def answer_with_figure(
    question: FactQuestion,
    entry: Entry,
    *,
    document: str,
    basis: str,
    answer: str,
    by: User,
    at: datetime,
    seen: int | None = None,
    version: int | None = None,
) -> FactQuestion:
    """Enter the figure's next number and answer the question; raises what both verbs raise.

    `seen`: the number of the figure that the form showed.
    """
    question = open_question(question, by=by)
    if question.indicator is None:
        raise WrongState(_("Only a measured value or a figure can be corrected here."))
    code = question.team.code
    figures = enter_figures(
        question.round,
        question.indicator,
        {code: entry},
        document=document,
        basis=basis,
        by=by,
        at=at,
        seen=None if seen is None else {code: seen},
        answering=question,
    )
    if not figures:
        raise Invalid(fields={f"value-{code}": _("This is the present value. Change it, or answer that it stands.")})
    return answer_question(question, answer=answer, by=by, at=at, seen=version)


def _standing(round: AssessmentRound, team: SpecialTeam, indicator: Indicator | None) -> MeasuredValue:
    """The measured value of a team. Raises WrongState where nothing was measured."""
    values = MeasuredValue.objects.standing().filter(
        round_team__round=round, round_team__team=team, indicator=indicator
    )
    value = values.select_related("indicator", "round_team__team").first()
    if value is None:
        raise WrongState(_("Only a measured value or a figure can be corrected here."))
    return value


def _corrected_rows(value: MeasuredValue, corrections: Sequence[Correction]) -> list[Data]:
    """The rows of a value after the corrections. Raises Invalid where one does not fit."""
    titles = [one.row for one in corrections]
    if len(set(titles)) < len(titles):
        raise Invalid(fields={"title": _("A row of this title has been added already.")})
    if any(one.is_added and not (one.row.strip() and one.document.strip()) for one in corrections):
        raise Invalid(fields={"document": _("A row is added with what it is and the number of its document.")})
    try:
        return corrected(MEASURES[value.indicator.measure], frozen(json.loads(value.rows)), corrections)
    except LookupError as error:
        raise Invalid(_("A row has changed or cannot count like this. Reload the page.")) from error
