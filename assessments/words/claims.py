"""What a claim counts towards, in the reader's language."""

from collections.abc import Iterable

from django.utils.translation import gettext, pgettext

from ..models import Claim, ClaimStep
from ..states import ClaimState
from .plans import plain_word, title_of


def counts_words(claim: Claim) -> str:
    """The indicator, or the veto with its title."""
    if claim.indicator is not None:
        return str(claim.indicator)
    titles = {veto.code: title_of(veto) for veto in claim.plan.rules.vetoes}
    return gettext("Veto: %(title)s") % {"title": titles.get(claim.veto, claim.veto)}


def level_words(level: str) -> str:
    """A level as a word; "" for a veto, which has none."""
    return plain_word(level) if level else ""


def step_words(steps: Iterable[ClaimStep]) -> list[tuple[ClaimStep, str]]:
    """The steps of a claim in order, each with what was done."""
    told, before = [], None
    for step in steps:
        told.append((step, _step_word(step, before)))
        before = step
    return told


def _step_word(step: ClaimStep, before: ClaimStep | None) -> str:
    if before is None:
        return pgettext("claim", "Filed")
    if step.state == ClaimState.FILED:
        return pgettext("claim", "Answered by the team")
    word = str(ClaimState(step.state).label)
    if step.level == before.level:
        return word
    if before.state == ClaimState.APPROVED:
        word = pgettext("claim", "Lowered")
    return gettext("%(step)s: %(level)s") % {"step": word, "level": level_words(step.level)}
