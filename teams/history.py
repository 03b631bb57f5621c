"""The story of a task, told from its versions: who changed what and why, and when its lamp turned of itself."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.clock import day_of
from governance.lists.writing import count_text, day_text
from governance.people.models import User

from .lamps import Lamp, Reason, reason_on
from .models import TaskVersion
from .wording import REASON_WORDS

CAUSES = {
    "assign_task": gettext_lazy("Assigned"),
    "edit_task": gettext_lazy("Edited"),
    "acknowledge_task": gettext_lazy("Acknowledged"),
    "decide_extension": gettext_lazy("Extension granted"),
    "ask_close_out": gettext_lazy("Close-out asked"),
    "decide_close_out": gettext_lazy("Close-out decided"),
    "cancel_task": gettext_lazy("Cancelled"),
    "accept_report": gettext_lazy("Progress from an accepted report"),
    "import_ledger": gettext_lazy("Ledger imported"),
    "set_lamp_rule": gettext_lazy("Lamp rule changed"),
    "keep_calendar": gettext_lazy("Calendar changed"),
}
"""What made a new version, by its cause."""

CONFIDED = frozenset({"decide_extension", "decide_close_out", "accept_report"})
"""Causes whose reasons are the team's own papers: its members, the office and leaders read them (DESIGN 1)."""


@dataclass(frozen=True)
class Rewording:
    """One field of a version that differs from the version before, as people read it."""

    label: str
    was: str
    now: str


@dataclass(frozen=True)
class Told:
    """A version of the story: when, by whom, what for, what changed, and the lamp after it."""

    at: datetime
    by: User | None
    cause: str
    changes: Sequence[Rewording]
    reason: str
    why: Reason
    is_first: bool = False
    is_version = True

    @property
    def word(self) -> str:
        """The lamp after the change, with its reason."""
        return str(REASON_WORDS[self.why])


@dataclass(frozen=True)
class Turned:
    """A day on which the lamp turned because time had passed."""

    on: date
    why: Reason
    is_version = False

    @property
    def word(self) -> str:
        """The lamp from this day on, with its reason."""
        return str(REASON_WORDS[self.why])


def story(versions: Sequence[TaskVersion], *, until: date, confided: bool) -> list[Told | Turned]:
    """The versions of one task, oldest first, as they are told, with the turns of the lamp between them.

    Args:
        versions: in order of number, joined with team, stage, lead department and person.
        until: the last day that is told.
        confided: whether the reader may see the team's own papers; otherwise reasons from them are left out.
    """
    told: list[Told | Turned] = []
    for place, version in enumerate(versions):
        former = versions[place - 1] if place else None
        following = versions[place + 1] if place + 1 < len(versions) else None
        told.append(_told(former, version, confided=confided))
        last = day_of(following.at) - timedelta(days=1) if following else until
        told.extend(_turns(version, last))
    return told


def changes_between(former: TaskVersion, version: TaskVersion) -> list[Rewording]:
    """What differs between two versions, as people read it."""
    pairs = [(label, write(former), write(version)) for label, write in _FIELDS]
    return [Rewording(str(label), was, now) for label, was, now in pairs if was != now]


def first_words(version: TaskVersion) -> list[Rewording]:
    """What the first version says."""
    return [Rewording(str(label), "", write(version)) for label, write in _FIELDS if write(version)]


def why_on(version: TaskVersion, day: date) -> Reason:
    """Why the lamp of a version is what it is on `day`."""
    has_plan_line = version.due_on is not None or version.milestones != "[]"
    return reason_on(version.state, version.lamp_dates, day, due=version.due_on, has_plan_line=has_plan_line)


def _told(former: TaskVersion | None, version: TaskVersion, *, confided: bool) -> Told:
    return Told(
        at=version.at,
        by=version.by,
        cause=str(CAUSES.get(version.cause, version.cause)),
        changes=changes_between(former, version) if former else first_words(version),
        reason=version.reason if confided or version.cause not in CONFIDED else "",
        why=why_on(version, day_of(version.at)),
        is_first=former is None,
    )


def _turns(version: TaskVersion, last: date) -> Iterator[Turned]:
    """The days after the version's own, up to `last`, on which its lamp turned."""
    if not version.is_open:
        return
    first = day_of(version.at)
    lamp: Lamp = version.lamp_on(first)
    days = {day for day in (version.blue_from, version.yellow_from, version.red_from) if day and first < day <= last}
    for day in sorted(days):
        if version.lamp_on(day) != lamp:
            lamp = version.lamp_on(day)
            yield Turned(day, why_on(version, day))


def _due(version: TaskVersion) -> str:
    return _("ongoing") if version.ongoing else day_text(version.due_on)


def _quantity(value: Any, version: TaskVersion) -> str:
    return "" if value is None else f"{count_text(value)} {version.unit}".strip()


def _milestones(version: TaskVersion) -> str:
    return "；".join(f"{step['due']} {step['title']}（{step['weight']}）" for step in json.loads(version.milestones))


def _named(path: str) -> Callable[[TaskVersion], str]:
    def write(version: TaskVersion) -> str:
        row = getattr(version, path)
        return "" if row is None else str(row)

    return write


_FIELDS: tuple[tuple[Any, Callable[[TaskVersion], str]], ...] = (
    (gettext_lazy("Task"), lambda version: version.title),
    (gettext_lazy("Expected result"), lambda version: version.expected_result),
    (gettext_lazy("Special team"), _named("team")),
    (gettext_lazy("Stage"), _named("stage")),
    (gettext_lazy("Lead department"), _named("lead_department")),
    (gettext_lazy("Owner"), lambda version: version.owner_name),
    (gettext_lazy("Level"), lambda version: str(version.get_level_display())),
    (gettext_lazy("Source"), lambda version: str(version.get_source_display())),
    (gettext_lazy("State"), lambda version: str(version.get_state_display())),
    (gettext_lazy("Start"), lambda version: day_text(version.start_on)),
    (gettext_lazy("Due"), _due),
    (gettext_lazy("Target"), lambda version: _quantity(version.target, version)),
    (gettext_lazy("Done"), lambda version: _quantity(version.done, version)),
    (gettext_lazy("Percent"), lambda version: f"{count_text(version.percent)}%"),
    (gettext_lazy("Milestones"), _milestones),
    (gettext_lazy("Note"), lambda version: version.note),
)
"""What a version says, each with how it is read."""
