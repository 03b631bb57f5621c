"""Help where it is needed: what a page is for and what to do there, by the name of its address."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

OF_A_LIST = [
    _("Take the empty workbook, fill it in and upload it: first you see what was read, with each error by its cell."),
    _("Nothing is written before you confirm, and then everything or nothing."),
]

HELP: Mapping[str, Sequence[Any]] = {
    "home": [
        _("What waits for you stands first, the most urgent on top; below hangs the wall chart."),
        _("A line goes away by itself once its work is done, whoever does it."),
    ],
    "wall": [
        _("Each bar is a task's whole time, filled as far as it is done; the tick is where the plan has it today."),
        _("Red: overdue or far behind. Yellow: behind. Blue: due soon. Green: on plan. Grey: at its end."),
        _("Choose a day to see the wall as it was known that evening; a figure leads to the rows behind it."),
    ],
    "task_list": [
        _("Filters, sorting and search stand in the address: copy it to come back to the same list."),
        _("Mark several tasks to do one thing to all of them; what was changed can be undone."),
    ],
    "task": [
        _("Percent and count come from accepted reports; here you ask for an extension or for close-out."),
        _("The original due date stays on the record, whatever is granted."),
    ],
    "report": [
        _("Each row is filled with what you said last; tap “No change this period” where nothing moved."),
        _("Drafts save themselves. Without a connection your text stays on this device and is sent later."),
        _("A report can be submitted from the last day of its period, by the head or a deputy."),
    ],
    "report_matrix": [
        _("Teams by periods: a mark tells how each report stands; one that you may read opens with a click."),
    ],
    "review": [
        _("On the left what was accepted last, on the right what is said now."),
        _("Accepting writes the progress into the tasks; returning needs a reason and a date."),
    ],
    "review_queue": [_("Submitted reports, the longest waiting first. Who submitted a report does not review it.")],
    "decisions": [_("Extensions and close-outs that were asked for. Who asked never decides.")],
    "period_list": [
        _("A period is closed once nothing submitted is undecided."),
        _("Closing keeps how every task stood; it is never undone."),
    ],
    "dispatch": [_("The weekly table as officials know it, from accepted reports; print it or take it as a workbook.")],
    "owed": [_("Who owes what, since when, by name; the special office's own debts are on it too.")],
    "matter_list": [_("What teams asked of others: give it an owner and a date; the owner answers by name.")],
    "search": [_("Teams, tasks, reports and matters that you may read. A number leads straight to its task.")],
    "burden": [_("How much the reports ask of each team, and how much of it anybody reads.")],
    "setting_up": [_("The steps are seen to be done from what is there; nothing has to be ticked off.")],
    "task_import": [
        _("Upload the ledger as it is: first you see what was read, with each error by sheet, row and column."),
        _("Nothing is written before you confirm, and then everything or nothing."),
    ],
    **dict.fromkeys(("department_import", "people_import", "member_import", "milestone_import"), OF_A_LIST),
    "inbox": [_("Notices to you. Opening one leads to the page that it is about.")],
    "team": [_("Everything about a team: people, tasks, reports, evidence and published results.")],
    "assessment": [_("Plans and rounds; a published result can be recomputed and verified at any time.")],
    "results": [_("Teams by class and rank. Each total opens its scorecard, each point its explanation.")],
    "scorecard": [_("Open an indicator to see the rule, the numbers that went in, and the rows behind them.")],
    "round": [_("The steps of a round in order: freeze, collect, score, approve by another person, publish.")],
}
"""Sentences by the name of the address; a page without an entry explains itself."""


def help_for(name: str | None) -> Sequence[Any]:
    """The sentences of help for the page at the address called `name`; none for most."""
    return HELP.get(name or "", ())
