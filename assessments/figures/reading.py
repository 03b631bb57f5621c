"""Reading figures as they are typed, and asking a second time what is hard to believe (docs/rules.md#a-second-look)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from governance.lists.text import Text, count_text, times_text

from ..engine.entries import Doubt, EntryFault, doubt_about, read_entry, read_target
from ..engine.faults import MESSAGES
from ..engine.plan import Indicator as PlannedIndicator
from ..models import AssessmentRound, Figure


def value_fault(planned: PlannedIndicator, value: str) -> Text | None:
    """What is wrong with a value as typed; None where nothing is, or it is blank."""
    try:
        if value:
            read_entry(planned, value)
    except EntryFault as fault:
        return gettext(MESSAGES[fault.code]) % fault.params
    return None


def kept_target(text: str) -> Decimal | None:
    """A team's own target as typed; None where it is blank. One that would have to be rounded is refused.

    Raises:
        ValidationError: it is no target, or has more digits than are stored.
    """
    if not text:
        return None
    try:
        kept: Decimal = Figure._meta.get_field("target").clean(read_target(text), None)
    except EntryFault as fault:
        raise ValidationError(gettext(MESSAGES[fault.code]) % fault.params) from fault
    return kept


def doubts(round: AssessmentRound, figures: Sequence[Figure]) -> list[Doubt | None]:
    """Why each figure is asked a second time, or None: one query.

    What was asked is not stored. It follows from the plan of the round and from what was entered for the round before
    by the moment of the figure, and neither changes any more.
    """
    if not figures:
        return []
    earlier = _earlier(
        round, {figure.source.team_id for figure in figures}, {figure.source.indicator.code for figure in figures}
    )
    rules = round.plan.rules
    return [
        doubt_about(
            rules.indicator(figure.source.indicator.code),
            figure.value,
            target=figure.target,
            last=_last_by(figure.at, earlier[figure.source.team_id, figure.source.indicator.code]),
        )
        for figure in figures
    ]


def last_values(round: AssessmentRound, code: str, teams: set[int], *, at: datetime) -> dict[int, str]:
    """The value of each team in the round before, as entered by `at`: one query."""
    return {team: _last_by(at, values) for (team, _code), values in _earlier(round, teams, {code}).items()}


def _earlier(
    round: AssessmentRound, teams: set[int], codes: set[str]
) -> defaultdict[tuple[int, str], list[tuple[datetime, str]]]:
    """The dated values of rounds before this one, by team and indicator, in order."""
    earlier = Figure.objects.filter(
        source__team__in=teams,
        source__indicator__code__in=codes,
        source__round__action=round.action_id,
        source__round__ends_on__lt=round.starts_on,
    ).order_by("source__round__ends_on", "number")
    found: defaultdict[tuple[int, str], list[tuple[datetime, str]]] = defaultdict(list)
    for team, code, at, value in earlier.values_list("source__team", "source__indicator__code", "at", "value"):
        found[team, code].append((at, value))
    return found


def _last_by(moment: datetime, values: Sequence[tuple[datetime, str]]) -> str:
    """The last of dated values that was entered by a moment; "" where there is none."""
    return next((value for at, value in reversed(values) if at <= moment), "")


def confirmed_figures(round: AssessmentRound) -> list[tuple[Figure, str]]:
    """The figures that stand although they were asked a second time, each with what was asked: two queries.

    They come by indicator and team; who entered a figure said that it is right.
    """
    figures = (
        Figure.objects.filter(source__round=round, source__team__in=round.teams.active().order_by().values("team"))
        .select_related("source__team", "source__indicator", "by")
        .order_by("source__indicator__order", "source__team__order", "number")
    )
    latest = {figure.source_id: figure for figure in figures}
    found = [figure for figure in latest.values() if figure.confirmed]
    return [
        (figure, doubt_words(doubt) if doubt else "") for figure, doubt in zip(found, doubts(round, found), strict=True)
    ]


def doubt_words(doubt: Doubt) -> str:
    """What is doubtful about a figure, as text."""
    number = {"number": count_text(doubt.number)}
    if doubt.least is not None:
        return gettext("%(number)s, below the plan's minimum of %(limit)s") % {
            **number,
            "limit": count_text(doubt.least),
        }
    if doubt.most is not None:
        return gettext("%(number)s, above the plan's maximum of %(limit)s") % {
            **number,
            "limit": count_text(doubt.most),
        }
    if doubt.times is not None:
        return gettext("%(number)s: %(times)s times the target of the scoring rule") % {
            **number,
            "times": times_text(doubt.times),
        }
    if doubt.last is not None:
        return gettext("%(number)s, compared with %(last)s in the previous round") % {
            **number,
            "last": count_text(doubt.last),
        }
    return gettext("%(number)s is below 0") % number


def asks_of(doubts_by_team: dict[str, Doubt]) -> dict[str, Text]:
    """The question about each doubtful value, by the field that answers it."""
    sentence = gettext("%(figure)s. Is that correct? Tick to confirm, or change the value.")
    return {f"confirm-{code}": sentence % {"figure": doubt_words(doubt)} for code, doubt in doubts_by_team.items()}
