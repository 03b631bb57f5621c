"""One search over teams, tasks, reports and matters: what a person may read, a few of each kind, bounded at any size.

Every word must stand somewhere in a row. Rows come in an order that an index has, so that a common word stops early;
counts stop at `COUNTED`. Four kinds, at most two queries each.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from teams.models import HelpRequest, ReportEntry, SpecialAction, SpecialTeam, Task
from teams.states import ReportState

SHOWN = 20
"""Rows of each kind that the page shows."""

COUNTED = 1000
"""Rows of each kind that are counted; beyond them the page says "more than"."""

WORDS = 6
LONGEST = 100
"""Words and characters of a search that are looked for; the rest is left out."""

AROUND = 40
"""Characters shown before the first word found in a long text."""

NUMBER = re.compile(r"(?:(\d{4})-)?(\d{1,6})")


@dataclass(frozen=True)
class Hit:
    """A row that was found: where it is, what it is called, the passage in which the words stand, and whose it is."""

    url: str
    title: SafeString
    passage: SafeString
    whose: str


@dataclass(frozen=True)
class Kind:
    """Hits of one kind."""

    heading: Any
    hits: Sequence[Hit]
    count: int
    """How many there are, at most `COUNTED` + 1."""
    list_url: str
    """The list narrowed to the same words."""

    @property
    def is_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > COUNTED

    @property
    def shown_count(self) -> int:
        """The count to show: exact, or `COUNTED` where there are more."""
        return min(self.count, COUNTED)


def words_of(text: str) -> list[str]:
    """The words to look for: at most `WORDS` of the first `LONGEST` characters; spaces of any width part them."""
    return list(dict.fromkeys(text[:LONGEST].split()))[:WORDS]


def task_numbered(text: str, *, action: SpecialAction | None, user: User) -> Task | None:
    """The one task that `text` numbers ("17", "2026-17", full-width digits too); None when it is none or not clear."""
    match = NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None or action is None:
        return None
    tasks = Task.objects.visible_to(user).filter(action=action, number=int(match[2]))
    found = list((tasks.filter(year=int(match[1])) if match[1] else tasks)[:2])
    return found[0] if len(found) == 1 else None


def search(text: str, *, action: SpecialAction | None, user: User) -> list[Kind]:
    """What is found of each kind, kinds without hits left out."""
    words = words_of(text)
    if not words or action is None:
        return []
    kinds = [each(words, action, user) for each in (_teams, _tasks, _reports, _matters)]
    return [kind for kind in kinds if kind.hits]


def _teams(words: Sequence[str], action: SpecialAction, user: User) -> Kind:
    rows = SpecialTeam.objects.visible_to(user).filter(action=action).order_by("order")
    return _kind(
        _("Special teams"),
        rows,
        words,
        paths=("name", "short_name", "code"),
        hit=lambda team: Hit(
            team.get_absolute_url(), marked(team.name, words), marked(team.short_name, words), team.code
        ),
        list_name="team_list",
    )


def _tasks(words: Sequence[str], action: SpecialAction, user: User) -> Kind:
    rows = Task.objects.visible_to(user).filter(action=action).order_by("year", "number")
    return _kind(
        _("Key tasks"),
        rows.select_related("team", "lead_department"),
        words,
        paths=("title", "expected_result", "team__name", "lead_department__name", "owner_name"),
        hit=lambda task: Hit(
            task.get_absolute_url(),
            marked(str(task), words),
            passage(task.expected_result, words),
            f"{task.team.short_name} {task.lead_department}",
        ),
        list_name="task_list",
        number="number",
    )


def _reports(words: Sequence[str], action: SpecialAction, user: User) -> Kind:
    handed_in = (ReportState.SUBMITTED, ReportState.ACCEPTED)
    rows = ReportEntry.objects.visible_to(user).filter(report__team__action=action, report__state__in=handed_in)
    return _kind(
        _("Progress reports"),
        rows.select_related("report__team", "report__period", "task").order_by("-pk"),
        words,
        paths=("text",),
        hit=lambda entry: Hit(
            entry.report.get_absolute_url(),
            SafeString(escape(str(entry.report))),
            passage(entry.text, words),
            str(entry.task),
        ),
        list_name="report_list",
    )


def _matters(words: Sequence[str], action: SpecialAction, user: User) -> Kind:
    rows = HelpRequest.objects.visible_to(user).filter(report__team__action=action)
    return _kind(
        _("Matters for coordination"),
        rows.select_related("report__team", "to").order_by("-pk"),
        words,
        paths=("text", "answer", "to__name"),
        hit=lambda matter: Hit(
            matter.get_absolute_url(),
            passage(matter.text, words),
            passage(matter.answer, words),
            " ".join(filter(None, (matter.report.team.short_name, str(matter.to or "")))),
        ),
        list_name="matter_list",
    )


def _kind(
    heading: Any,
    rows: QuerySet,
    words: Sequence[str],
    *,
    paths: Sequence[str],
    hit: Callable[[Any], Hit],
    list_name: str,
    number: str = "",
) -> Kind:
    """Look for the words in `rows`: one query, and one that counts where there are more than are shown."""
    for word in words:
        stands = Q()
        for path in paths:
            stands |= Q(**{f"{path}__icontains": word})
        if number and word.isascii() and word.isdigit() and len(word) < 10:
            stands |= Q(**{number: int(word)})
        rows = rows.filter(stands)
    found = list(rows[: SHOWN + 1])
    count = len(found) if len(found) <= SHOWN else rows.values("pk")[: COUNTED + 1].count()
    list_url = f"{reverse(list_name)}?{urlencode({'q': ' '.join(words)})}"
    return Kind(heading, [hit(row) for row in found[:SHOWN]], count, list_url)


def marked(text: str, words: Sequence[str]) -> SafeString:
    """`text` as HTML with the words marked wherever they stand, whatever their case."""
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    written, end = [], 0
    for match in pattern.finditer(text):
        written.append(f"{escape(text[end : match.start()])}<mark>{escape(match[0])}</mark>")
        end = match.end()
    return mark_safe("".join(written) + escape(text[end:]))


def passage(text: str, words: Sequence[str]) -> SafeString:
    """The part of a long text in which the first word stands, marked."""
    flat = " ".join(text.split())
    lowered = flat.lower()
    places = [place for word in words if (place := lowered.find(word.lower())) >= 0]
    begin = max(0, min(places, default=0) - AROUND)
    end = begin + AROUND * 4
    cut = ("…" if begin else "") + flat[begin:end] + ("…" if end < len(flat) else "")
    return marked(cut, words)
