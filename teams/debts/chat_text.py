"""Who owes what, as a text for the chat group, in the active language.

It names people and days, asks politely, and never contains a phone number.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import pgettext

from governance.lists.text import names_text, short_date

from ..reports.chat_text import numbered
from .debts import Debt, DebtKind, debt_kinds


def owed_text(debts: Sequence[Debt], *, on: date) -> str:
    """Every debt with name and date, by kind; the office's own at the end."""
    day = {"day": short_date(on)}
    if not debts:
        return pgettext("chat", "As of %(day)s nothing is outstanding. Thank you, everyone!") % day
    by_kind: dict[DebtKind, list[Debt]] = defaultdict(list)
    for debt in debts:
        by_kind[debt.kind].append(debt)
    lines = [pgettext("chat", "[Reminder] As of %(day)s, please attend to the following:") % day]
    for kind in debt_kinds():
        if by_kind[kind]:
            heading = pgettext("chat", "%(kind)s (%(count)d)") % {"kind": kind.label, "count": len(by_kind[kind])}
            lines += ["", heading, *numbered(map(_debt, by_kind[kind]))]
    lines += ["", pgettext("chat", "Thank you. The special office")]
    return "\n".join(lines)


def _debt(debt: Debt) -> str:
    """One debt: who, what, since when or until when."""
    facts = {
        "team": debt.team_name,
        "who": names_text(_names(debt)) or debt.who,
        "what": str(debt.subject).rstrip("。.；;"),
        "by": short_date(debt.due_on) if debt.due_on else "",
        "since": short_date(debt.since),
        "days": debt.days_words,
    }
    return str(debt.kind.chat) % facts


def _names(debt: Debt) -> Iterator[str]:
    """The debtors, each with part or department: 组长张某."""
    for debtor in debt.debtors:
        if debtor.part:
            yield pgettext("chat", "%(part)s %(name)s") % {"part": debtor.part, "name": debtor.user.name}
        else:
            yield debtor.user.name
