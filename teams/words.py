"""Texts for periods and lamps in the reader's language (docs/rules.md#terms)."""

import re
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, count_text, names_text, signed_text, times_text
from governance.records.words import FACT_READERS, FACT_WORDS

from .rules.lamps import Lamp, LampReason
from .rules.periods import Period
from .rules.plausibility import times_target
from .rules.progress import PaceChange
from .states import ReportState

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

NUMBER_ASKED = _("%(number)s. Is that correct? Tick to confirm, or change the number.")
"""The question about a number that is hard to believe (docs/rules.md#a-second-look)."""


def count_doubt_words(done: Decimal, target: Decimal, unit: str, *, times: Decimal) -> str:
    """What is doubtful about a count: "9,999 of 46 households: 217 times the target"."""
    quantity = f"{count_text(target)} {unit}".strip()
    said = {"done": count_text(done), "quantity": quantity, "times": times_text(times)}
    return gettext("%(done)s of %(quantity)s: %(times)s times the target") % said


def count_asked(done: Decimal | None, target: Decimal | None, unit: str, confirmed: Decimal | None) -> Text | None:
    """The question about a count; None where it is plausible, or is the number that was confirmed."""
    times = times_target(done, target) if done is not None else None
    if done is None or target is None or times is None or done == confirmed:
        return None
    return NUMBER_ASKED % {"number": count_doubt_words(done, target, unit, times=times)}


REPORT_STATUS_WORDS = {
    "accepted": ReportState.ACCEPTED.label,
    "waiting": ReportState.SUBMITTED.label,
    "returned": ReportState.RETURNED.label,
    "overdue": pgettext_lazy("report", "Overdue"),
    "returned-overdue": pgettext_lazy("report", "Returned, overdue"),
    "due": pgettext_lazy("report", "Not yet due"),
}
"""The state of a team's report on badges, in tables, files and texts (docs/rules.md#states-and-acts)."""


PERIOD_WORDS = {
    # xgettext:no-python-format
    None: _("%(year)d-%(month)02d"),
    # xgettext:no-python-format
    1: _("%(year)d-%(month)02d, days 1–10"),
    # xgettext:no-python-format
    2: _("%(year)d-%(month)02d, days 11–20"),
    # xgettext:no-python-format
    3: _("%(year)d-%(month)02d, from day 21"),
}
"""A month and its three parts; Chinese leaves the year out, as a translation may."""


def reached_words(percent: Decimal, done: Decimal | None, target: Decimal | None, unit: str) -> str:
    """How far a task is with all decimals: "26 of 30 households", or "99.5%" without a quantity."""
    if done is None or target is None:
        return f"{count_text(percent)}%"
    quantity = f"{count_text(target)} {unit}".strip()
    return gettext("%(done)s of %(quantity)s") % {"done": count_text(done), "quantity": quantity}


def gap_words(gap: int) -> str:
    """Points behind plan as text: behind, ahead, or on plan (docs/rules.md#pace)."""
    if gap > 0:
        return ngettext("%(points)d point behind plan", "%(points)d points behind plan", gap) % {"points": gap}
    if gap < 0:
        return ngettext("%(points)d point ahead of plan", "%(points)d points ahead of plan", -gap) % {"points": -gap}
    return pgettext("pace", "on plan")


def change_words(change: PaceChange) -> list[str]:
    """How the gap has changed since the last period's end, and what other tasks and levels did to it."""
    points = change.narrowed
    if points > 0:
        said = ngettext(
            "%(points)d point better than at the last period's end",
            "%(points)d points better than at the last period's end",
            points,
        ) % {"points": points}
    elif points < 0:
        said = ngettext(
            "%(points)d point worse than at the last period's end",
            "%(points)d points worse than at the last period's end",
            -points,
        ) % {"points": -points}
    else:
        said = gettext("same as at the end of the last period")
    if not change.is_by_tasks:
        return [said]
    causes = [
        (change.added, ngettext("%(count)d task added", "%(count)d tasks added", change.added)),
        (change.gone, ngettext("%(count)d task dropped", "%(count)d tasks dropped", change.gone)),
        (change.levels, ngettext("%(count)d task level changed", "%(count)d task levels changed", change.levels)),
    ]
    why = {
        "causes": names_text(words % {"count": count} for count, words in causes if count),
        "percent": signed_text(Decimal(change.percent_by_tasks)),
        "planned": signed_text(Decimal(change.planned_by_tasks)),
    }
    return [said, gettext("%(causes)s: progress %(percent)s, planned %(planned)s points") % why]


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
    "done_on": _("done on"),
    "followed": _("last time's next steps"),
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
    "passed_over": _("not updated"),
    "periods": _("reporting periods"),
    "rule": _("lamp rule"),
    "stage": _("stage"),
    "statement": _("what was achieved"),
    "stays": _("stays as a member department"),
    "submission": _("submission"),
    "task": _("task"),
    "tasks": _("tasks"),
    "team": _("special team"),
    "teams": _("special teams"),
    "written": _("tasks updated"),
    "year": _("year"),
}.items():
    FACT_WORDS.register(_name, _words)
FACT_READERS.register("due_on", lambda code: _("ongoing") if code == "ongoing" else code)
