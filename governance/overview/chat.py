"""The week as a text for the chat group: a summary and each team, in the active language."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from governance.lists.text import clauses_text, names_text, percent_text, short_date
from governance.registers.chat import CHAT_TEXTS, ChatReader, ChatText
from teams.reports.chat_text import numbered
from teams.reports.status import ReportStatus
from teams.rules.lamps import Lamp
from teams.rules.progress import Pace
from teams.words import LAMP_WORDS, gap_words

from .wall import Wall, WallTeam, wall_of


def week_text(wall: Wall) -> str:
    """A summary in two lines, then one line for each team: pace, lamps, report."""
    lines = [pgettext("chat", "[Dispatch] Progress of the teams on %(day)s") % {"day": short_date(wall.on)}]
    if wall.pace is not None:
        lines.append(
            pgettext("chat", "Overall: %(pace)s; %(lamps)s")
            % {
                "pace": _pace(wall.pace),
                "lamps": _lamps(wall.lamps),
            }
        )
    lines += numbered(_team(shown, wall) for shown in wall.teams)
    late = [shown.team.short_name for shown in wall.teams if shown.report == ReportStatus.OVERDUE]
    if late:
        words = ngettext(
            "Report overdue: %(teams)s. Please submit it.", "Reports overdue: %(teams)s. Please submit them.", len(late)
        )
        lines.append(words % {"teams": names_text(late)})
    again = [shown.team.short_name for shown in wall.teams if shown.report == ReportStatus.RETURNED_OVERDUE]
    if again:
        words = pgettext("chat", "Returned and overdue: %(teams)s. Please revise and submit again.")
        lines.append(words % {"teams": names_text(again)})
    return "\n".join(lines)


def _team(shown: WallTeam, wall: Wall) -> str:
    """One line about a team."""
    parts = []
    if shown.pace is not None:
        parts.append(_pace(shown.pace))
    if shown.lamps:
        parts.append(_lamps(shown.lamps))
    if shown.report is not None and wall.reports is not None:
        parts.append(
            pgettext("chat", "%(period)s report: %(status)s")
            % {"period": wall.reports.period, "status": shown.report.label}
        )
    said = clauses_text(parts) or pgettext("chat", "no tasks yet")
    head = pgettext("chat", "%(team)s (closed)") if shown.is_closed else "%(team)s"
    return pgettext("chat", "%(head)s: %(said)s") % {"head": head % {"team": shown.team.short_name}, "said": said}


def _pace(pace: Pace) -> str:
    """The percent, the planned percent and the points between them."""
    facts = {"percent": percent_text(pace.percent), "planned": percent_text(pace.planned), "gap": gap_words(pace.gap)}
    return pgettext("chat", "%(percent)s (planned %(planned)s, %(gap)s)") % facts


def _lamps(lamps: Iterable[tuple[Lamp, int]]) -> str:
    """The number of tasks under each lamp that has any."""
    words = [_("%(lamp)s %(count)d") % {"lamp": LAMP_WORDS[lamp], "count": count} for lamp, count in lamps if count]
    return names_text(words)


def _week(reader: ChatReader) -> str:
    return week_text(wall_of(reader.action, on=reader.now.date(), now=reader.now, user=reader.user))


CHAT_TEXTS.register("week", ChatText(pgettext_lazy("chat", "The week"), 20, _week))
