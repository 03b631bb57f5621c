"""The matters of claims: which claims stand at a moment, and what was paid for a matter before (docs/rules.md#claims).

Everything is read from steps, results and publications by their moments, so a result finds its own facts again.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from django.db.models import Max, Q

from ..engine.plan import Plan
from ..models import AssessmentRound, ClaimStep, Publication
from ..states import ENDED, RESULT_CORRECTION_OPEN, ClaimState

Matter: TypeAlias = tuple[int, str, str]
"""A matter that pays once: the team's key, the indicator's code, the folded title."""


def folded(title: str) -> str:
    """A title without what people write differently: width (NFKC), case, spaces, punctuation."""
    text = unicodedata.normalize("NFKC", title).casefold()
    return "".join(letter for letter in text if unicodedata.category(letter)[0] in "LN")


def standing_claims(round: AssessmentRound, *, before: datetime) -> list[ClaimStep]:
    """The last step of each claim of a round by a moment, where the claim is approved; as claims were filed.

    One query. The claim, its indicator and the people are joined.
    """
    return _standing(_steps([round.pk]), before)


def paid_before(
    round: AssessmentRound,
    rules: Plan,
    *,
    before: datetime,
    asked: Iterable[Matter] = (),
    known: datetime | None = None,
) -> dict[Matter, str]:
    """The highest level at which each matter of the round was paid by other rounds of the plan's year.

    A matter pays once in a plan's year; at a higher level later, the difference is paid then. Paid is what stands in
    the rounds published before this round was first scored with the matter: what others publish later pays the rest.
    Where the result of such a round was superseded since, the one that stands at the moment counts.

    `asked`: matters that do not stand in the round yet. `known`: the moment up to which superseding results of the
    others are read, where it is not `before`. Four queries.
    """
    published = _published_beside(round, rules, known or before)
    if not published:
        return {}
    steps = _steps([round.pk])
    scored = list(round.results.filter(at__lte=before).order_by("at").values_list("at", flat=True))
    until = dict.fromkeys(asked, before)
    for matter, since in _held_since(steps, before):
        until[matter] = next((at for at in scored if at >= since), before)
    theirs: dict[int, list[ClaimStep]] = {}
    for step in _steps(published):
        theirs.setdefault(step.claim.round_id or 0, []).append(step)
    paid: dict[Matter, str] = {}
    for other, publications in published.items():
        levels_at = [
            (at, _levels(_standing(theirs.get(other, []), scored_at), rules)) for at, scored_at in publications
        ]
        for matter, moment in until.items():
            level = levels_at[-1][1].get(matter) if levels_at[0][0] < moment else None
            if level is not None:
                paid[matter] = higher(rules, matter[1], level, paid.get(matter, ""))
    return paid


def held_elsewhere(round: AssessmentRound, *, before: datetime) -> list[tuple[ClaimStep, AssessmentRound]]:
    """The claims of a round whose matter another round of the plan's year has been scored with and not published.

    So it is while a correction of the other round's published result is scored and not published, also of what it
    withdrew. A published round,
    whose correction depends on nothing that is published after it, waits for none. A matter that joined the other
    round, or came back to it, after its latest result does not count: it waits there.
    Two queries more than the claims.
    """
    if round.has_ended:
        return []
    own = [step for step in standing_claims(round, before=before) if step.claim.indicator]
    waiting = ~Q(state__in=ENDED) | Q(corrections__result__isnull=False, corrections__state__in=RESULT_CORRECTION_OPEN)
    others = (
        _beside(round, round.plan.rules.code)
        .filter(waiting)
        .annotate(
            scored_at=Max("results__at"), stood_at=Max("results__at", filter=Q(results__publication__isnull=False))
        )
    )
    rounds = {other.pk: other for other in others.filter(scored_at__isnull=False)} if own else {}
    held: dict[Matter, AssessmentRound] = {}
    steps = _steps(rounds)
    for other in rounds.values():
        theirs = [step for step in steps if step.claim.round_id == other.pk]
        held |= {matter: other for matter, moment in _held_since(theirs, before) if moment <= other.scored_at}
        if other.stood_at is not None:
            held |= {matter: other for matter, _since in _held_since(theirs, other.stood_at)}
    return [(step, held[matter_of(step)]) for step in own if matter_of(step) in held]


def matter_of(step: ClaimStep) -> Matter:
    """The matter of a claim about an indicator, as of a step; a veto's has no code."""
    return step.claim.team_id, step.claim.indicator.code if step.claim.indicator else "", folded(step.matter)


def higher(rules: Plan, code: str, level: str, other: str) -> str:
    """The level of an indicator that gives more points; one that the plan does not know gives none."""
    levels = rules.levels(code)
    return max((other, level), key=lambda name: levels.get(name, -1))


def _steps(rounds: Iterable[int]) -> list[ClaimStep]:
    """The steps of the claims of rounds, claim by claim in the order of filing."""
    steps = ClaimStep.objects.filter(claim__round__in=list(rounds)).with_restored()
    related = steps.select_related("claim__indicator", "claim__team", "claim__entered_by", "by")
    return list(related.order_by("claim_id", "number"))


def _standing(steps: Iterable[ClaimStep], before: datetime) -> list[ClaimStep]:
    latest = {step.claim_id: step for step in steps if step.at <= before}
    return [step for step in latest.values() if step.state == ClaimState.APPROVED]


def _levels(steps: Iterable[ClaimStep], rules: Plan) -> dict[Matter, str]:
    """The highest level of each matter that the plan knows."""
    levels: dict[Matter, str] = {}
    for step in steps:
        matter = matter_of(step)
        if step.level in rules.levels(matter[1]):
            levels[matter] = higher(rules, matter[1], step.level, levels.get(matter, ""))
    return levels


def _held_since(steps: Sequence[ClaimStep], before: datetime) -> Iterator[tuple[Matter, datetime]]:
    """The matters that stand at a moment, each with the moment since which they have stood without a break.

    What a correction changed that was dropped by then is no break: its claims were restored.
    """
    now: dict[int, Matter] = {}
    since: dict[Matter, datetime] = {}
    for step in sorted(steps, key=lambda step: (step.at, step.claim_id, step.number)):
        if step.at > before:
            break
        if step.restored_at is not None and step.restored_at <= before:
            continue
        was = now.pop(step.claim_id, None)
        if step.state == ClaimState.APPROVED:
            now[step.claim_id] = matter_of(step)
            since.setdefault(now[step.claim_id], step.at)
        if was is not None and was not in now.values():
            del since[was]
    yield from since.items()


def _beside(round: AssessmentRound, code: str):
    """The other rounds of the plan's year."""
    return AssessmentRound.objects.filter(
        action=round.action_id, plan__plan__code=code, starts_on__year=round.starts_on.year
    ).exclude(pk=round.pk)


def _published_beside(
    round: AssessmentRound, rules: Plan, before: datetime
) -> Mapping[int, list[tuple[datetime, datetime]]]:
    """The other rounds with results published by a moment: when each was published and when it had been scored."""
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = Publication.objects.filter(result__round__in=_beside(round, rules.code).values("pk"), at__lt=before)
    for other, at, scored_at in rows.order_by("at").values_list("result__round", "at", "result__at"):
        found.setdefault(other, []).append((at, scored_at))
    return found
