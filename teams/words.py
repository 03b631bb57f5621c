"""Texts for periods and lamps in the reader's language (docs/rules.md#terms)."""

import re
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.records.words import FACT_WORDS

from .rules.lamps import Lamp, LampReason
from .rules.periods import Period

LAMP_WORDS = {
    Lamp.RED: pgettext_lazy("lamp", "Red"),
    Lamp.YELLOW: pgettext_lazy("lamp", "Yellow"),
    Lamp.BLUE: pgettext_lazy("lamp", "Due soon"),
    Lamp.GREEN: pgettext_lazy("lamp", "On plan"),
    Lamp.GREY: pgettext_lazy("lamp", "Closed out"),
}
"""The word beside the lamp."""


def lamp_name(code: str) -> str:
    """The word of a lamp by its code, in the reader's language."""
    return str(LAMP_WORDS[Lamp(code)])


REASON_WORDS = {
    LampReason.OVERDUE: _("Red: overdue"),
    LampReason.FAR_BEHIND: _("Red: far behind"),
    LampReason.BEHIND: _("Yellow: behind plan"),
    LampReason.CLOSED_LATE: _("Yellow: closed late"),
    LampReason.NO_PROGRESS: _("Yellow: no progress"),
    LampReason.DUE_SOON: _("Blue: due soon"),
    LampReason.ON_PLAN: _("Green: on plan"),
    LampReason.CLOSED_OUT: _("Grey: closed out"),
    LampReason.SUSPENDED: _("Grey: suspended"),
    LampReason.CANCELLED: _("Grey: cancelled"),
}
"""The reason for a lamp, in two words."""

SHORT_WORDS = {reason: LAMP_WORDS[reason.lamp] for reason in LampReason} | {
    LampReason.SUSPENDED: pgettext_lazy("lamp", "Suspended"),
    LampReason.CANCELLED: pgettext_lazy("lamp", "Cancelled"),
}
"""The one word beside the lamp's shape where there is little space."""

REPORT_STATUS_WORDS = {
    "accepted": pgettext_lazy("report", "Accepted"),
    "waiting": pgettext_lazy("report", "To review"),
    "returned": pgettext_lazy("report", "Returned"),
    "overdue": pgettext_lazy("report", "Overdue"),
    "due": pgettext_lazy("report", "Not yet due"),
}
"""The state of a team's report, on a badge."""


PERIOD_WORDS = {
    # xgettext:no-python-format
    None: _("%(year)d-%(month)02d"),
    # xgettext:no-python-format
    1: _("%(year)d-%(month)02d, first ten days"),
    # xgettext:no-python-format
    2: _("%(year)d-%(month)02d, middle ten days"),
    # xgettext:no-python-format
    3: _("%(year)d-%(month)02d, last ten days"),
}
"""A month and its three parts; Chinese leaves the year out, as a translation may."""


def period_name(starts_on: date, ends_on: date) -> str:
    """The name of a period: 10月中旬, 10月, or a week by its first and last day."""
    name = Period(starts_on, ends_on).name
    if name.month is None:
        return f"{starts_on:%Y-%m-%d} – {ends_on:%Y-%m-%d}"
    return str(PERIOD_WORDS[name.part]) % {"year": name.year, "month": name.month}


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def period_in_words(days: str) -> str:
    """The name of a period that is stored as its first and last day (`ReportingPeriod.days`)."""
    found = _ISO_DAY.findall(days)
    return period_name(*map(date.fromisoformat, found)) if len(found) == 2 else days


for _name, _words in {
    "answer": _("answer"),
    "from_step": _("next step"),
    "granted": _("granted"),
    "help_requests": _("matters for coordination"),
    "lead_department": _("lead department"),
    "milestone": _("milestone"),
    "milestones": _("milestones"),
    "next_steps": _("next steps"),
    "notices": _("notices"),
    "on": _("day"),
    "on_time": _("on time"),
    "passed_over": _("passed over"),
    "periods": _("reporting periods"),
    "rule": _("lamp rule"),
    "statement": _("what was achieved"),
    "stays": _("stays as a member department"),
    "submission": _("submission"),
    "tasks": _("tasks"),
    "team": _("special team"),
    "teams": _("special teams"),
    "written": _("tasks written"),
    "year": _("year"),
}.items():
    FACT_WORDS.register(_name, _words)
