"""How a round came to be published: its steps, its approval and its publication against the audit log.

A step is an event and an event is a step (docs/rules.md#verification). Rounds that are not published are compared too,
so that one that was set back is found.
"""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from governance.records.models import AuditEvent

from ..models import Appeal, AppealDecision, AssessmentRound, Publication, Result, ResultLine, RoundStep, YearStep
from ..states import PUBLISHED_STATES, ROUND_MOVES, ROUND_ORDER, STANDS_APPROVED, AppealState, RoundState, YearState
from ..words.verification import Compared, Finding
from .correction_history import CorrectionHistory, histories_of, verify_correction
from .recorded import differ, moment, signed, told, who

_FORWARD: dict[str, str] = {
    RoundState.COLLECTING: "freeze_measures",
    RoundState.CHECKING: "begin_checking",
    RoundState.SCORING: "begin_scoring",
    RoundState.APPROVED: "approve_round",
    RoundState.PUBLIC_NOTICE: "post_notice",
    RoundState.PUBLISHED: "publish_round",
    RoundState.ABANDONED: "abandon_round",
}
"""The verb that moves a round to a state, unless it goes a step back."""

_FORMER: dict[tuple[str, str], str] = {
    (RoundState.COLLECTING, RoundState.SCORING): "score_round",
    (RoundState.APPROVED, RoundState.PUBLISHED): "publish_round",
    (RoundState.SCORING, RoundState.COLLECTING): "step_back",
}
"""Moves of rounds from before there were checking days and a public notice, and their verbs."""

_BACK = "step_back"

_WITH_REASON = (_BACK, "abandon_round")
"""The verbs whose steps keep a reason."""

_WITH_DOCUMENT = ("post_notice", "abandon_round")
"""The verbs whose steps keep a document."""

_DECIDING = {AppealState.DISMISSED: "dismiss_appeal", AppealState.ALLOWED: "allow_appeal"}
"""The verb of each outcome of an appeal."""

_LEADING_ON = "allow_year_appeal"
"""The verb by which one in the notice of a year is allowed: it leads to a correction and scores nothing."""

_MOVES: set[tuple[str, str]] = {(state, to) for state, moves in ROUND_MOVES.items() for to in moves} | _FORMER.keys()


def verify_history(round: AssessmentRound) -> Iterator[Finding]:
    """Every difference between a round's rows and the events that made them."""
    steps = list(round.steps.select_related("by").order_by("number"))
    events = AuditEvent.objects.of(round).filter(verb__in=(*_FORWARD.values(), "score_round", _BACK))
    recorded = list(events.select_related("by").order_by("pk"))
    corrections = histories_of(round)
    yield from _compare_steps(round, steps)
    moves = [step for step in steps if step.to_state != RoundState.ARCHIVED]
    yield from _compare_events(moves, list(_moves(moves, recorded)))
    yield from _compare_archiving(round, [step for step in steps if step.to_state == RoundState.ARCHIVED])
    yield from _compare_approval(round, steps, recorded)
    decided = _decisions(round)
    scored = [*_of_verbs("score", recorded, corrections), *_allowed(decided)]
    yield from _compare_results(round, sorted(scored, key=lambda event: event.pk))
    yield from _compare_decisions(round, decided)
    yield from _compare_publication(round, _of_verbs("publish", recorded, corrections))
    for history in corrections:
        yield from verify_correction(history)


def _of_verbs(name: str, recorded: Iterable[AuditEvent], corrections: Iterable[CorrectionHistory]) -> list[AuditEvent]:
    """The events by which results of a round, or corrected ones, were scored or published, in their order."""
    found = [event for event in recorded if event.verb == f"{name}_round"]
    for history in corrections:
        found += [event for event in history.events if event.verb == f"{name}_result_correction"]
    return sorted(found, key=lambda event: event.pk)


def _compare_steps(round: AssessmentRound, steps: list[RoundStep]) -> Iterator[Finding]:
    """The steps are numbered from 1 and each begins where the one before ended; the round stands where the last did."""
    state = str(RoundState.PREPARING)
    for number, step in enumerate(steps, start=1):
        path = f"steps[{number}]"
        yield from differ(f"{path}.number", step.number, number)
        yield from differ(f"{path}.from", step.from_state, state)
        if (step.from_state, step.to_state) not in _MOVES:
            yield Finding(f"{path}.to", Compared.RECORDED, step.to_state)
        state = step.to_state
    yield from differ("round.state", round.state, state)
    frozen = None
    for step in steps:
        if step.to_state == RoundState.COLLECTING and not _goes_back(step):
            frozen = step.at
        elif step.to_state == RoundState.PREPARING:
            frozen = None
    yield from differ("round.frozen_at", moment(round.frozen_at), moment(frozen))


def _moves(steps: Iterable[RoundStep], events: Iterable[AuditEvent]) -> Iterator[AuditEvent]:
    """The events that moved the round; scoring once moved it, and is an act inside its stage now."""
    scored = {step.at for step in steps if _FORMER.get((step.from_state, step.to_state)) == "score_round"}
    return (event for event in events if event.verb != "score_round" or event.at in scored)


def _verb_of(step: RoundStep) -> str | None:
    """The verb that made a step."""
    former = _FORMER.get((step.from_state, step.to_state))
    return former or (_BACK if _goes_back(step) else _FORWARD.get(step.to_state))


def _compare_events(steps: Iterable[RoundStep], events: Iterable[AuditEvent]) -> Iterator[Finding]:
    """Each step has its event, by the same person at the same moment, and each event its step."""
    for number, (step, event) in enumerate(zip_longest(steps, events), start=1):
        path = f"steps[{number}]"
        verb = None if step is None else _verb_of(step)
        if step is None or event is None or verb != event.verb:
            yield Finding(f"{path}.event", Compared.RECORDED, verb, event.verb if event else None)
            continue
        yield from signed(path, step, event)
        yield from differ(
            f"{path}.reason", step.reason, told(event, "reason", step.reason) if verb in _WITH_REASON else ""
        )
        yield from differ(
            f"{path}.document", step.document, told(event, "document", "") if verb in _WITH_DOCUMENT else ""
        )


def _compare_approval(round: AssessmentRound, steps: list[RoundStep], events: list[AuditEvent]) -> Iterator[Finding]:
    """Approver and document are those of the last approval, if it stands; the approver did not score."""
    stands = bool(steps) and steps[-1].to_state in STANDS_APPROVED
    approvals = [event for event in events if event.verb == "approve_round"]
    approval = approvals[-1] if stands and approvals else None
    yield from differ("round.approved_by", who(round.approved_by), who(approval.by) if approval else None)
    yield from differ("round.approval", round.approval, told(approval, "approval", round.approval) if approval else "")
    scored = round.scorer_ids(approval.at if approval else None) if round.approved_by_id else ()
    if round.approved_by_id in scored:
        yield Finding("round.approved_by", Compared.FORBIDDEN, who(round.approved_by))


def _compare_results(round: AssessmentRound, events: list[AuditEvent]) -> Iterator[Finding]:
    """Each result has the event that scored it."""
    results: list[Result] = list(round.results.defer("body").select_related("by").order_by("number"))
    for number, (result, event) in enumerate(zip_longest(results, events), start=1):
        path = f"results[{number}]"
        if result is None or event is None:
            found, expected = (one and number for one in (result, event))
            yield Finding(path, Compared.RECORDED, found, expected)
            continue
        yield from differ(f"{path}.number", result.number, number)
        yield from differ(f"{path}.sha256", result.sha256, told(event, "sha256", result.sha256))
        yield from signed(path, result, event)


def _decisions(round: AssessmentRound) -> list[AuditEvent]:
    """The events by which appeals of the round were decided."""
    label, keys = Appeal._meta.label_lower, map(str, round.appeals.values_list("pk", flat=True))
    verbs = (*_DECIDING.values(), _LEADING_ON)
    events = AuditEvent.objects.filter(object_type=label, object_id__in=list(keys), verb__in=verbs)
    return list(events.select_related("by").order_by("pk"))


def _allowed(events: Iterable[AuditEvent]) -> list[AuditEvent]:
    """Those by which the round was scored again."""
    return [event for event in events if event.verb == _DECIDING[AppealState.ALLOWED]]


def _compare_decisions(round: AssessmentRound, events: list[AuditEvent]) -> Iterator[Finding]:
    """Each decision about an appeal has its event; what it says of ranks and grades is what the results say."""
    decisions = list(
        round.decisions.select_related("by", "appeal", "result", "leads_to").defer("result__body").order_by("number")
    )
    for number, (decision, event) in enumerate(zip_longest(decisions, events), start=1):
        path = f"decisions[{number}]"
        verb = None if decision is None else _deciding(decision)
        if decision is None or event is None or verb != event.verb or event.object_id != str(decision.appeal_id):
            yield Finding(f"{path}.event", Compared.RECORDED, verb, event.verb if event else None)
            continue
        yield from signed(path, decision, event)
        yield from differ(f"{path}.number", decision.number, told(event, "number", ""))
        yield from differ(f"{path}.result", decision.result.number, told(event, "result", ""))
        yield from differ(f"{path}.correction", decision.correction, told(event, "correction", ""))
        yield from differ(f"{path}.state", decision.appeal.state, decision.outcome)
        leads_to = "" if decision.leads_to is None else decision.leads_to.number
        yield from differ(f"{path}.leads_to", leads_to, told(event, "leads_to", ""))
        if verb == _DECIDING[AppealState.ALLOWED]:
            moved = _places(round, decision.result.number - 1) != _places(round, decision.result.number)
            yield from differ(f"{path}.changes_places", decision.changes_places, moved)


def _deciding(decision: AppealDecision) -> str | None:
    """The verb that made a decision."""
    return _DECIDING.get(AppealState(decision.outcome)) if decision.leads_to_id is None else _LEADING_ON


def _places(round: AssessmentRound, number: int) -> list[tuple[int, int | None, str]]:
    """Each team's rank and grade in a result of the round."""
    lines = ResultLine.objects.filter(result__round=round, result__number=number)
    return list(lines.order_by("team").values_list("team", "rank", "grade"))


def _compare_publication(round: AssessmentRound, events: list[AuditEvent]) -> Iterator[Finding]:
    """Each publication is the one of its event: person, moment, document; the round's own is of the result scored last.

    That of a corrected result is compared further with its correction.
    """
    publications = list(Publication.objects.filter(result__round=round).select_related("result", "by").order_by("pk"))
    if len(publications) != len(events):
        yield Finding("publication", Compared.RECORDED, len(publications), len(events))
    for publication, event in zip(publications, events, strict=False):
        result = publication.result
        yield from differ("publication.sha256", result.sha256, told(event, "sha256", result.sha256))
        yield from differ("publication.document", publication.document, told(event, "document", publication.document))
        yield from signed("publication", publication, event)
        if event.verb != "publish_round":
            continue
        approvers = {
            round.approved_by_id,
            *round.decisions.allowed().filter(result=result).values_list("by", flat=True),
        }
        if publication.by_id in approvers and round.steps.filter(to_state=RoundState.PUBLIC_NOTICE).exists():
            yield Finding("publication.by", Compared.OWN_APPROVAL, who(publication.by))
        last = round.results.filter(at__lte=publication.at).order_by("-number").values_list("number", flat=True).first()
        yield from differ("publication.number", result.number, last)


def _compare_archiving(round: AssessmentRound, steps: list[RoundStep]) -> Iterator[Finding]:
    """The round was archived by the first publication of its year, by the same person at the same moment."""
    published = YearStep.objects.filter(
        state=YearState.PUBLISHED,
        result__action=round.action_id,
        result__code=round.plan.rules.code,
        result__year=round.starts_on.year,
    )
    of_year = published.select_related("by").order_by("at", "pk").first() if round.state in PUBLISHED_STATES else None
    for number, (step, event) in enumerate(zip_longest(steps, [of_year] if of_year else []), start=1):
        path = f"archived[{number}]"
        if step is None or event is None:
            yield Finding(path, Compared.RECORDED, step and step.to_state, event and str(event.result_id))
        else:
            yield from signed(path, step, event)


def _goes_back(step: RoundStep) -> bool:
    order = [str(state) for state in ROUND_ORDER]
    known = step.from_state in order and step.to_state in order
    return known and order.index(step.to_state) < order.index(step.from_state)
