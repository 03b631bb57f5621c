"""The ranking of a published round as the annex of a circular (docs/rules.md#circulars)."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import override

from governance.registers.annexes import CIRCULAR_ANNEXES, Annex
from teams.meetings.papers.wording import CHINESE
from teams.models import SpecialAction

from ..models import Result
from ..results.papers import ranking_bands
from ..results.standing import approved_as

_NAME = re.compile(r"ranking-([0-9]{1,18})")


class PublishedRankings:
    """The last published result of each round; nothing of a round that is not published."""

    def offered(self, action: SpecialAction) -> Sequence[tuple[str, str]]:
        """The published rounds by name and title of their ranking: one query."""
        published = Result.objects.filter(round__action=action, publication__isnull=False)
        rounds = published.order_by("-publication__at").values_list("round", "round__title")
        return list(dict.fromkeys((annex_name(key), _title(title)) for key, title in rounds))

    def read(self, action: SpecialAction, name: str, *, at: datetime) -> Annex | None:
        """The ranking as published by `at`: two queries."""
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        published = Result.objects.filter(round__action=action, round=int(match[1]), publication__at__lte=at)
        result = published.select_related("round__plan", "correction").order_by("-number").first()
        if result is None:
            return None
        with override(CHINESE):
            return Annex(_title(result.round.title), ranking_bands(result), _note(result), result.sha256)


CIRCULAR_ANNEXES.register("ranking", PublishedRankings())


def annex_name(round_id: int) -> str:
    """The name by which a circular asks for the ranking of a round."""
    return f"ranking-{round_id}"


def _title(round_title: str) -> str:
    return f"{round_title}排名表"


def _note(result: Result) -> str:
    by_class = "同类排名；" if len(result.round.plan.rules.classes) > 1 else ""
    stated = approved_as(result).approval
    approval = f"批准：{stated}。" if stated else ""
    return f"注：{by_class}总分＝基础分＋加分－减分。{approval}"
