"""How a corrected result came to be published: the correction and its steps against the audit log."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from governance.records.models import AuditEvent

from ..models import AppealDecision, AssessmentRound, Publication, Result, ResultCorrection, ResultCorrectionStep
from ..states import RESULT_CORRECTION_BACK, RESULT_CORRECTION_MOVES, ResultCorrectionState
from ..words.verification import Compared, Finding
from .recorded import differ, moment, signed, told, who

_FORWARD: dict[str, str] = {
    ResultCorrectionState.OPENED: "open_result_correction",
    ResultCorrectionState.SCORED: "score_result_correction",
    ResultCorrectionState.APPROVED: "approve_result_correction",
    ResultCorrectionState.PUBLIC_NOTICE: "post_result_correction",
    ResultCorrectionState.PUBLISHED: "publish_result_correction",
    ResultCorrectionState.DROPPED: "drop_result_correction",
}
"""The verb that moves a correction to a state, unless it goes back."""

_BACK = "return_result_correction"

_MOVES = {("", ResultCorrectionState.OPENED.value)} | {
    (state.value, to.value) for state, moves in RESULT_CORRECTION_MOVES.items() for to in moves
}


@dataclass(frozen=True)
class CorrectionHistory:
    """A correction with its steps and the events that name it."""

    correction: ResultCorrection
    steps: list[ResultCorrectionStep]
    events: list[AuditEvent]


def histories_of(round: AssessmentRound) -> list[CorrectionHistory]:
    """The corrections of a round's results in their order: three queries, one where there are none."""
    related = ("result", "corrects", "opened_by", "approved_by")
    corrections = list(round.corrections.select_related(*related).order_by("number"))
    if not corrections:
        return []
    keys = {str(correction.pk): correction.pk for correction in corrections}
    steps: dict[int, list[ResultCorrectionStep]] = {correction.pk: [] for correction in corrections}
    for step in ResultCorrectionStep.objects.filter(correction__in=corrections).select_related("by").order_by("number"):
        steps[step.correction_id].append(step)
    events: dict[int, list[AuditEvent]] = {correction.pk: [] for correction in corrections}
    label = ResultCorrection._meta.label_lower
    verbs = (*_FORWARD.values(), _BACK)
    found = AuditEvent.objects.filter(object_type=label, object_id__in=list(keys), verb__in=verbs)
    for event in found.select_related("by").order_by("pk"):
        events[keys[event.object_id]].append(event)
    return [CorrectionHistory(one, steps[one.pk], events[one.pk]) for one in corrections]


def verify_correction(history: CorrectionHistory) -> Iterator[Finding]:
    """Every difference between a correction's rows and the events that made them."""
    path = f"corrections[{history.correction.number}]"
    yield from _compare_steps(path, history)
    yield from _compare_opening(path, history)
    yield from _compare_approval(path, history)
    yield from _compare_results(path, history)


def _compare_steps(path: str, history: CorrectionHistory) -> Iterator[Finding]:
    """Each step begins where the one before ended, and has its event; the correction stands where the last step did."""
    state = ""
    for number, (step, event) in enumerate(zip_longest(history.steps, history.events), start=1):
        place = f"{path}.steps[{number}]"
        if step is None or event is None or _verb_of(step) != event.verb:
            yield Finding(f"{place}.event", Compared.RECORDED, step and _verb_of(step), event.verb if event else None)
            continue
        yield from differ(f"{place}.number", step.number, number)
        yield from differ(f"{place}.from", step.from_state, state)
        if (step.from_state, step.to_state) not in _MOVES:
            yield Finding(f"{place}.to", Compared.RECORDED, step.to_state)
        yield from signed(place, step, event)
        yield from differ(f"{place}.reason", step.reason, told(event, "reason", step.reason))
        named = "approval" if event.verb == "approve_result_correction" else "document"
        yield from differ(f"{place}.document", step.document, told(event, named, ""))
        state = step.to_state
    yield from differ(f"{path}.state", history.correction.state, state)


def _verb_of(step: ResultCorrectionStep) -> str | None:
    """The verb that made a step."""
    if (step.from_state, step.to_state) in {(state.value, to.value) for state, to in RESULT_CORRECTION_BACK.items()}:
        return _BACK
    return _FORWARD.get(step.to_state)


def _compare_opening(path: str, history: CorrectionHistory) -> Iterator[Finding]:
    """Reason, document, person, moment and the result that is corrected are those of the first step and its event.

    Corrections are numbered in the order in which they were opened.
    """
    correction = history.correction
    before = correction.round.corrections.filter(pk__lt=correction.pk).count()
    yield from differ(f"{path}.number", correction.number, before + 1)
    if not (history.steps and history.events):
        return
    first, event = history.steps[0], history.events[0]
    yield from differ(f"{path}.reason", correction.reason, first.reason)
    yield from differ(f"{path}.document", correction.document, first.document)
    yield from differ(f"{path}.by", who(correction.opened_by), who(first.by))
    yield from differ(f"{path}.at", moment(correction.opened_at), moment(first.at))
    yield from differ(f"{path}.corrects", correction.corrects.number, told(event, "corrects", ""))
    stood = Result.objects.published(correction.opened_at).filter(round=correction.round_id).first()
    yield from differ(f"{path}.corrects", correction.corrects.number, stood and stood.number)


def _compare_approval(path: str, history: CorrectionHistory) -> Iterator[Finding]:
    """Approver and document are those of the last approval, if it stands; the approver did not score."""
    correction = history.correction
    stands = correction.state not in ("opened", "scored", "dropped")
    approvals = [event for event in history.events if event.verb == "approve_result_correction"]
    approval = approvals[-1] if stands and approvals else None
    yield from differ(f"{path}.approved_by", who(correction.approved_by), who(approval.by) if approval else None)
    stated = told(approval, "approval", correction.approval) if approval else ""
    yield from differ(f"{path}.approval", correction.approval, stated)
    if approval is not None and correction.approved_by_id in correction.round.scorer_ids(approval.at):
        yield Finding(f"{path}.approved_by", Compared.FORBIDDEN, who(correction.approved_by))


def _compare_results(path: str, history: CorrectionHistory) -> Iterator[Finding]:
    """The result is the one scored last, or by the last allowed appeal after it; it is published exactly when the
    correction is, by another person."""
    correction = history.correction
    scored = [event for event in history.events if event.verb == "score_result_correction"]
    number = correction.result.number if correction.result else None
    yield from differ(f"{path}.result", number, _number_of_last(correction, scored))
    if correction.result is None:
        return
    if scored and told(scored[-1], "number", "") == number:
        yield from differ(f"{path}.sha256", correction.result.sha256, told(scored[-1], "sha256", ""))
    publication = Publication.objects.filter(result=correction.result_id).select_related("by").first()
    published = correction.state == ResultCorrectionState.PUBLISHED
    yield from differ(f"{path}.publication", publication is not None, published)
    if publication is not None and publication.by_id in correction.approver_ids():
        yield Finding(f"{path}.publication.by", Compared.OWN_APPROVAL, who(publication.by))


def _number_of_last(correction: ResultCorrection, scored: list[AuditEvent]) -> object:
    """The number of the result that the correction was given last: by its score, or by an allowed appeal after it."""
    allowed = AppealDecision.objects.allowed().filter(appeal__result_correction=correction)
    numbers = [told(event, "number", "") for event in scored[-1:]] + list(
        allowed.values_list("result__number", flat=True)
    )
    return max((number for number in numbers if isinstance(number, int)), default=None)
