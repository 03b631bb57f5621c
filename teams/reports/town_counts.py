"""The counts of townships that are entered in a report: written by their own verb, their sum is the row's count."""

from collections.abc import Mapping
from datetime import datetime

from governance.lists.text import Text
from governance.people.models import User
from governance.records.refusals import Difference, Refused, Stale
from governance.records.values import shown

from ..models import Task, TaskShare
from ..tasks.townships import Share, count_shares
from .written import Conflict

TownCounts = dict[int, dict[str, Share]]
"""By task id, then by the form's name of the part."""


def town_part(share: TaskShare) -> str:
    """The form's name of a township's count."""
    return f"town-{share.pk}"


def write_counts(
    task: Task, counts: Mapping[str, Share], *, by: User, at: datetime
) -> tuple[list[Conflict], dict[str, Text]]:
    """Enter the counts of a task: what somebody else has changed meanwhile, and what was refused by field.

    Where one is refused or has been changed, none of the task is written.
    """
    try:
        count_shares(task, list(counts.values()), by=by, at=at)
    except Stale:
        return _conflicts(task, counts), {}
    except Refused as refusal:
        names = {f"{kind}-{share.township.pk}": part for part, share in counts.items() for kind in ("done", "confirm")}
        fields = {f"{names[name]}-done": words for name, words in refusal.fields.items() if name in names}
        return [], fields or {f"{next(iter(counts))}-done": refusal.words}
    return [], {}


def _conflicts(task: Task, counts: Mapping[str, Share]) -> list[Conflict]:
    rows = {row.township_id: row for row in task.shares.select_related("township")}
    found = []
    for part, share in counts.items():
        row = rows.get(share.township.pk)
        if row is None or row.version != share.seen:
            theirs = shown(row.done) if row else ""
            found.append(Conflict(part, row, [Difference(share.township.name, theirs, shown(share.done))]))
    return found
