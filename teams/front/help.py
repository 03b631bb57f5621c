"""Help for the pages of the teams' work."""

from django.utils.translation import gettext_lazy as _

from governance.registers.help import LIST_IMPORT_HELP, PAGE_HELP

for _name, _sentences in {
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
    "burden": [_("How much the reports ask of each team, and how much of it anybody reads.")],
    "task_import": [
        _("Upload the ledger as it is: first you see what was read, with each error by sheet, row and column."),
        _("Nothing is written before you confirm, and then everything or nothing."),
    ],
}.items():
    PAGE_HELP.register(_name, _sentences)

for _name in ("member_import", "milestone_import"):
    PAGE_HELP.register(_name, LIST_IMPORT_HELP)
