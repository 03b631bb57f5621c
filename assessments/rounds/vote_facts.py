"""The tallies of a round as the engine's facts: only tallies count, never a slip or a counter (docs/rules.md#votes)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef

from ..engine.facts import Vote
from ..models import AssessmentRound, VoteTally, VoteTallyLine


def tallies_of(
    round: AssessmentRound, name_of: Mapping[int, str], *, before: datetime
) -> tuple[dict[str, dict[str, list[Vote]]], dict[str, dict[str, list[dict[str, Any]]]]]:
    """The votes of the latest tallies up to a moment, sorted by group and mark, and where they come from.

    Both as indicator code -> team code -> entries. One query.
    """
    known = VoteTally.objects.filter(group__round=round, at__lte=before)
    newer = known.filter(group=OuterRef("tally__group"), number__gt=OuterRef("tally__number"))
    lines = VoteTallyLine.objects.filter(~Exists(newer), tally__in=known, team__in=list(name_of))
    lines = lines.select_related("indicator", "tally__group", "tally__by").order_by("tally__group__code", "pk")
    votes: dict[str, dict[str, list[Vote]]] = {}
    sources: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for line in lines:
        code, team, tally = line.indicator.code, name_of[line.team_id], line.tally
        given = votes.setdefault(code, {}).setdefault(team, [])
        given += [Vote(Decimal(line.mark), tally.group.code)] * line.count
        listed = sources.setdefault(code, {}).setdefault(team, [])
        if not listed or listed[-1]["group"] != tally.group.code:
            listed.append(
                {
                    "group": tally.group.code,
                    "way": tally.group.way,
                    "tally": tally.number,
                    "cast": tally.cast,
                    "document": tally.document,
                    "basis": tally.basis,
                    "by": None if tally.by is None else {"key": tally.by.pk, "name": str(tally.by)},
                    "at": tally.at.isoformat(),
                }
            )
    for by_team in votes.values():
        for given in by_team.values():
            given.sort(key=lambda vote: (vote.group, vote.value))
    return votes, sources
