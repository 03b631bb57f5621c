"""Texts for the chat group: who owes what by name and date, and the week; in the language that is active.

They name people and days, ask politely, and never give a phone number.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from governance.lists.text import percent_text, short_date
from teams.debts.debts import Debt, DebtKind, debt_kinds
from teams.reports.chat_text import numbered
from teams.words import LAMP_WORDS

from .wall import Wall, WallTeam


def owed_text(debts: Sequence[Debt], *, on: date) -> str:
    """Every debt with name and date, by kind; the office's own at the end."""
    day = {"day": short_date(on)}
    if not debts:
        return pgettext("chat", "As of %(day)s nothing is owed. Thank you all!") % day
    by_kind: dict[DebtKind, list[Debt]] = defaultdict(list)
    for debt in debts:
        by_kind[debt.kind].append(debt)
    lines = [pgettext("chat", "[Reminder] As of %(day)s, please see to the following:") % day]
    for kind in debt_kinds():
        if by_kind[kind]:
            heading = pgettext("chat", "%(kind)s (%(count)d)") % {"kind": kind.label, "count": len(by_kind[kind])}
            lines += ["", heading, *numbered(map(_debt, by_kind[kind]))]
    lines += ["", pgettext("chat", "Thank you. The special office")]
    return "\n".join(lines)


def _debt(debt: Debt) -> str:
    """One debt: who, what, since or until when."""
    facts = {
        "team": debt.team.short_name if debt.team else "",
        "who": pgettext("names", ", ").join(_names(debt)) or debt.who,
        "what": str(debt.subject).rstrip("。.；;"),
        "by": short_date(debt.due_on) if debt.due_on else "",
        "since": short_date(debt.since),
        "days": debt.days_words,
    }
    return str(debt.kind.chat) % facts


def _names(debt: Debt) -> Iterator[str]:
    """Who owes, each with part or department: 组长张某."""
    for debtor in debt.debtors:
        if debtor.part:
            yield pgettext("chat", "%(part)s %(name)s") % {"part": debtor.part, "name": debtor.user.name}
        else:
            yield debtor.user.name


def week_text(wall: Wall) -> str:
    """The whole in two lines, then each team in one: pace, lamps, report."""
    lines = [pgettext("chat", "[Dispatch] How the teams stand on %(day)s") % {"day": short_date(wall.on)}]
    if wall.pace is not None:
        lines.append(
            pgettext("chat", "All together: %(pace)s; %(lamps)s")
            % {
                "pace": _pace(wall.pace.percent, wall.pace.planned, wall.behind),
                "lamps": _lamps(wall.lamps),
            }
        )
    lines += numbered(_team(shown, wall) for shown in wall.teams)
    late = [shown.team.short_name for shown in wall.teams if shown.report == "overdue"]
    if late:
        words = ngettext(
            "Report overdue: %(teams)s. Please submit it.", "Reports overdue: %(teams)s. Please submit them.", len(late)
        )
        lines.append(words % {"teams": "、".join(late)})
    return "\n".join(lines)


def _team(shown: WallTeam, wall: Wall) -> str:
    """A team in one line."""
    parts = []
    if shown.pace is not None:
        parts.append(_pace(shown.pace.percent, shown.pace.planned, shown.behind))
    if shown.lamps:
        parts.append(_lamps(shown.lamps))
    if shown.report is not None and wall.reports is not None:
        parts.append(
            pgettext("chat", "%(period)s report: %(status)s")
            % {"period": wall.reports.period, "status": shown.report.label}
        )
    said = pgettext("chat", "; ").join(parts) or pgettext("chat", "no tasks yet")
    return pgettext("chat", "%(head)s: %(said)s") % {"head": shown.team.short_name, "said": said}


def _pace(percent: object, planned: object, behind: int) -> str:
    """Percent, planned percent and the points between them."""
    facts = {"percent": percent_text(percent), "planned": percent_text(planned), "points": abs(behind)}
    if behind > 0:
        return (
            ngettext(
                "%(percent)s (planned %(planned)s, %(points)d point behind)",
                "%(percent)s (planned %(planned)s, %(points)d points behind)",
                behind,
            )
            % facts
        )
    if behind < 0:
        return (
            ngettext(
                "%(percent)s (planned %(planned)s, %(points)d point ahead)",
                "%(percent)s (planned %(planned)s, %(points)d points ahead)",
                -behind,
            )
            % facts
        )
    return pgettext("chat", "%(percent)s (planned %(planned)s, level with plan)") % facts


def _lamps(lamps: Iterable[tuple[object, int]]) -> str:
    """How many tasks in each lamp that burns."""
    words = [_("%(lamp)s %(count)d") % {"lamp": LAMP_WORDS[lamp], "count": count} for lamp, count in lamps if count]
    return pgettext("names", ", ").join(words)
