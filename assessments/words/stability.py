"""How firm a ranking is, in words; never "always", never "significant" (docs/rules.md#stability)."""

from collections.abc import Mapping

from django.utils.translation import gettext, ngettext

from governance.lists.text import clauses_text, count_text

from ..stability import ClosePair, Stability, TeamStability

NAMED = 3
"""Pairs named in the sentence; the others are counted."""


def stability_sentence(found: Stability, names: Mapping[str, str]) -> str:
    """The one sentence for everybody who sees the result; empty where no class has two ranked teams."""
    if not found.classes:
        return ""
    close = [pair for one in found.classes for pair in one.close]
    draws = {"kept": count_text(found.kept), "draws": count_text(found.draws)}
    if not close:
        return (
            gettext(
                "If each weight were up to a quarter higher or lower: in %(kept)s of %(draws)s draws no team changes "
                "its rank."
            )
            % draws
        )
    pairs = clauses_text(pair_words(pair, names) for pair in close[:NAMED])
    more = len(close) - NAMED
    if more > 0:
        pairs = ngettext("%(pairs)s and %(count)d other pair", "%(pairs)s and %(count)d other pairs", more) % {
            "pairs": pairs,
            "count": more,
        }
    return gettext(
        "If each weight were up to a quarter higher or lower: in %(kept)s of %(draws)s draws no team changes its rank; "
        "too close to call: %(pairs)s."
    ) % {**draws, "pairs": pairs}


def pair_words(pair: ClosePair, names: Mapping[str, str]) -> str:
    """Both teams of a pair, the higher first."""
    return gettext("%(higher)s and %(lower)s") % {
        "higher": names.get(pair.higher, pair.higher),
        "lower": names.get(pair.lower, pair.lower),
    }


def team_words(team: TeamStability, draws: int) -> str:
    """A team's own figures: how often it keeps its rank, and where it stands in nine of ten draws."""
    facts = {"rank": team.rank, "kept": count_text(team.kept), "draws": count_text(draws)}
    if team.low == team.high:
        return gettext("Rank %(rank)d in %(kept)s of %(draws)s draws.") % facts
    return gettext("Rank %(rank)d in %(kept)s of %(draws)s draws; from %(low)d to %(high)d in nine draws of ten.") % {
        **facts,
        "low": team.low,
        "high": team.high,
    }
