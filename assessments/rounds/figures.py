"""The centre enters figures, tiers and targets, each with document number and basis."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, count_text, times_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Difference, Invalid, Stale, WrongState
from governance.records.verbs import locked, record, verb

from ..engine.entries import Doubt, EntryFault, doubt_about, read_target, read_value
from ..engine.faults import MESSAGES
from ..engine.plan import Indicator as PlannedIndicator
from ..models import AssessmentRound, Figure, FigureSource, Indicator
from ..states import RoundState


@dataclass(frozen=True)
class Entry:
    """What is entered for one team: a number, a tier or yes/no as text, empty to withdraw; its own target."""

    value: str
    target: str = ""
    confirmed: str = ""
    """The value that was asked a second time and is right; another one is asked again."""


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
) -> list[Figure]:
    """Enter an indicator's figures by team code, on one document; each changed one gets the next number.

    `seen`: the number of each team's latest figure when the form was opened, 0 for none. `take_over`: so do those that
    somebody else entered and that stay as they are; they are of `by` from then on.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not collecting.
        Stale: somebody entered another value for one of these teams in the meantime; nothing was written.
        Invalid: a value or target cannot be read, under "value-<team>" or "target-<team>"; document or basis is
            missing; a value that is asked a second time, under "confirm-<team>".
    """
    round = locked(round, "plan")
    require("enter_figures", by, round)
    _check_collecting(round)
    planned = round.plan.rules.indicator(indicator.code)
    read = _read_entries(planned, entries, document, basis)
    sources = {source.team.code: source for source in latest_figures(round, indicator)}
    changed = {
        code: pair
        for code, pair in read.items()
        if pair != _standing(sources[code]) or (take_over and _is_of_another(sources[code], by))
    }
    _refuse_stale(sources, changed, seen)
    figures = [
        Figure(
            source=sources[code],
            number=sources[code].latest_number + 1,
            value=value,
            target=target,
            document=document.strip(),
            basis=basis.strip(),
            by=by,
            at=at,
        )
        for code, (value, target) in changed.items()
    ]
    asked = doubts(round, figures)
    _refuse_unconfirmed(dict(zip(changed, asked, strict=True)), entries)
    for figure, doubt in zip(figures, asked, strict=True):
        figure.confirmed = True if doubt else None
    Figure.objects.bulk_create(figures)
    if figures:
        change = {"indicator": indicator.code, "teams": sorted(changed)}
        record("enter_figures", round, by=by, at=at, change=change)
    return figures


def latest_figures(round: AssessmentRound, indicator: Indicator) -> list[FigureSource]:
    """An indicator's sources in document order, each with `latest` (a figure or None) and `latest_number`."""
    sources = list(
        FigureSource.objects.filter(
            round=round, indicator=indicator, team__in=round.teams.active().order_by().values("team")
        )
        .select_related("team", "department", "indicator")
        .order_by("team__order")
    )
    latest: dict[int, Figure] = {}
    for figure in Figure.objects.filter(source__in=sources).select_related("by").order_by("number"):
        latest[figure.source_id] = figure
    for source in sources:
        source.latest = latest.get(source.pk)
        if source.latest:
            source.latest.source = source
        source.latest_number = source.latest.number if source.latest else 0
    return sources


def doubts(round: AssessmentRound, figures: Sequence[Figure]) -> list[Doubt | None]:
    """Why each figure is asked a second time, or None: one query.

    What was asked is not stored. It follows from the plan of the round and from what was entered for the round before
    by the moment of the figure, and neither changes any more.
    """
    if not figures:
        return []
    earlier = Figure.objects.filter(
        source__team__in={figure.source.team_id for figure in figures},
        source__indicator__code__in={figure.source.indicator.code for figure in figures},
        source__round__action=round.action_id,
        source__round__ends_on__lt=round.starts_on,
    ).order_by("source__round__ends_on", "number")
    before = defaultdict(list)
    for team, code, at, value in earlier.values_list("source__team", "source__indicator__code", "at", "value"):
        before[team, code].append((at, value))
    rules = round.plan.rules
    return [
        doubt_about(
            rules.indicator(figure.source.indicator.code),
            figure.value,
            target=figure.target,
            last=_last_by(figure.at, before[figure.source.team_id, figure.source.indicator.code]),
        )
        for figure in figures
    ]


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


def _refuse_unconfirmed(asked: Mapping[str, Doubt | None], entries: Mapping[str, Entry]) -> None:
    """Ask for each doubtful value whether it is right, unless that very value is confirmed."""
    faults = {
        f"confirm-{code}": _("%(figure)s. Is that correct? Tick to confirm, or change the value.")
        % {"figure": doubt_words(doubt)}
        for code, doubt in asked.items()
        if doubt and entries[code].confirmed.strip() != entries[code].value.strip()
    }
    if faults:
        raise Invalid(fields=faults)


def _standing(source: FigureSource) -> tuple[str, Decimal | None]:
    return (source.latest.value, source.latest.target) if source.latest else ("", None)


def _is_of_another(source: FigureSource, by: User) -> bool:
    """Whether a value stands that somebody else entered."""
    return source.latest is not None and source.latest.value != "" and source.latest.by_id != by.pk


def _read_entries(
    planned: PlannedIndicator, entries: Mapping[str, Entry], document: str, basis: str
) -> dict[str, tuple[str, Decimal | None]]:
    """What was typed, read as the engine reads it: {team code: (value, target)}."""
    faults: dict[str, Text] = {}
    if not document.strip():
        faults["document"] = _("Enter the number of the document it is based on.")
    if not basis.strip():
        faults["basis"] = _("Say what the figures are based on.")
    read = {}
    for code, entry in entries.items():
        value, target = entry.value.strip(), entry.target.strip()
        try:
            if value:
                read_value(planned, value)
        except EntryFault as fault:
            faults[f"value-{code}"] = gettext(MESSAGES[fault.code]) % fault.params
        try:
            read[code] = (value, _kept_target(target) if target else None)
        except EntryFault as fault:
            faults[f"target-{code}"] = gettext(MESSAGES[fault.code]) % fault.params
        except ValidationError as fault:
            faults[f"target-{code}"] = " ".join(fault.messages)
    if faults:
        raise Invalid(fields=faults)
    return read


def _kept_target(text: str) -> Decimal:
    """A team's own target as entered; one that would have to be rounded for storage is refused.

    Raises EntryFault where it is no target, ValidationError where it has more digits than are stored.
    """
    kept: Decimal = Figure._meta.get_field("target").clean(read_target(text), None)
    return kept


def _refuse_stale(
    sources: Mapping[str, FigureSource],
    changed: Mapping[str, tuple[str, Decimal | None]],
    seen: Mapping[str, int] | None,
) -> None:
    """Refuse when a team whose figure would change has a newer one than the form showed."""
    if seen is None:
        return
    theirs = [code for code in changed if sources[code].latest_number != seen.get(code, 0)]
    if theirs:
        raise Stale([Difference(sources[code].team, _standing(sources[code])[0], changed[code][0]) for code in theirs])


def _check_collecting(round: AssessmentRound) -> None:
    if round.state != RoundState.COLLECTING:
        raise WrongState(
            _("“%(round)s” is at the stage “%(state)s”. Figures can be entered only while data is being collected.")
            % {"round": round, "state": round.get_state_display()}
        )
