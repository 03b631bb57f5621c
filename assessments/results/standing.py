"""How a result stands: published, in public notice, or seen by the centre alone, in a sentence."""

from django.utils.translation import gettext

from governance.lists.text import long_date

from ..models import Publication, Result
from ..rounds.stage_days import StageDays
from ..states import RoundState


def standing_words(result: Result, publication: Publication | None) -> str:
    """What the head of each page about a result says of it. In public notice two queries, else none."""
    round = result.round
    if publication is not None:
        document = f" · {publication.document}" if publication.document else ""
        return gettext("Published %(date)s") % {"date": long_date(publication.at)} + document
    if round.state == RoundState.PUBLIC_NOTICE:
        end = StageDays(round).end(RoundState.PUBLIC_NOTICE)
        return gettext("In public notice until %(moment)s, not final") % {"moment": long_date(end)}
    if round.has_ended:
        return gettext("Abandoned, never published: only the assessment centre can see this.")
    return gettext("Not published: only the assessment centre can see this.")
