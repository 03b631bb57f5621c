"""What the wall chart says first, in one sentence: the pace, what is red, who has not reported."""

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from governance.clock import day_of
from governance.lists.text import in_chinese
from teams.rules.lamps import Lamp
from teams.words import gap_words

from .wall import Wall


def sentence_of(wall: Wall, *, links: bool = True) -> SafeString:
    """The sentence as HTML; empty where no task counts. With `links` the red tasks lead to their pages."""
    if not wall.tasks:
        return SafeString()
    progress = [_pace(wall), *wall.change_words[:1]] if wall.pace else []
    return _sentence(progress, [_red(wall, links), *_reports(wall)])


def sentence_of_team(wall: Wall) -> SafeString:
    """The same about the one team of a wall chart, with its overdue report by name."""
    gap = wall.pace.gap if wall.pace else 0
    progress = [_marked(gap_words(gap), gap > 0), *wall.change_words[:1]] if wall.pace else []
    red = [_red(wall, True)] if wall.tasks else []
    return _sentence(progress, [*red, *_own_report(wall)])


def _sentence(*clauses: Sequence[str]) -> SafeString:
    """The clauses that say something as one sentence; "" where none does."""
    said = [_joined(parts, "，", ", ") for parts in clauses if parts]
    return format_html(gettext("{sentence}."), sentence=_joined(said, "；", "; ")) if said else SafeString()


def _joined(parts: Iterable[str], chinese: str, english: str) -> SafeString:
    return format_html_join(chinese if in_chinese() else english, "{}", ((part,) for part in parts))


def _pace(wall: Wall) -> SafeString:
    gap = wall.pace.gap if wall.pace else 0
    return format_html(gettext("Overall {gap}"), gap=_marked(gap_words(gap), gap > 0))


def _red(wall: Wall, links: bool) -> SafeString:
    count = wall.tally.whole.count(Lamp.RED)
    if not count:
        return SafeString(gettext("no task is red"))
    words = _marked(ngettext("%(count)d task red", "%(count)d tasks red", count) % {"count": count}, True)
    named = [
        format_html('<a href="{}" title="{}">{}</a>', task.url, task.title, task.number) if links else str(task.number)
        for task in wall.tally.red
    ]
    numbers = format_html("{}{}", _joined(named, "、", ", "), "…" if count > len(named) else "")
    names = format_html(ngettext("task {numbers}", "tasks {numbers}", count), numbers=numbers)
    return format_html(gettext("{red} ({names})"), red=words, names=names)


def _reports(wall: Wall) -> list[SafeString]:
    late = wall.overdue_reports
    words = ngettext("%(count)d team has not reported", "%(count)d teams have not reported", late)
    return [_marked(words % {"count": late}, False)] if late else []


def _own_report(wall: Wall) -> list[SafeString]:
    if wall.reports is None or not wall.overdue_reports:
        return []
    days = max(1, (wall.on - day_of(wall.reports.due_at)).days)
    words = ngettext(
        "the report for %(period)s is %(days)d day overdue", "the report for %(period)s is %(days)d days overdue", days
    )
    return [_marked(words % {"period": wall.reports.period, "days": days}, True)]


def _marked(words: str, behind: bool) -> SafeString:
    return format_html('<span class="behind">{}</span>' if behind else "{}", words)
