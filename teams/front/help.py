"""Help for the pages of the teams' work."""

from django.utils.translation import gettext_lazy as _

from governance.registers.help import LIST_IMPORT_HELP, PAGE_HELP

for _name, _sentences in {
    "task_list": [
        _("Filters, sorting and search are part of the address: copy it to return to the same list."),
        _("Select several tasks to change them all at once. Bulk changes can be undone."),
    ],
    "task": [
        _("Percentages and counts come from accepted reports. Here you can request an extension or close-out."),
        _("The original due date stays on record, whatever is decided."),
    ],
    "report": [
        _("Each row starts with what you reported last time. Tap “No change this period” if nothing has changed."),
        _("Drafts are saved automatically. Without a connection your text is kept on this device and sent later."),
        _("A report can be submitted from the last day of its period, by the head or a deputy."),
    ],
    "report_matrix": [
        _("Teams by reporting period: each mark shows the state of a report. Click one to open it if you may read it."),
    ],
    "review": [
        _("On the left is what was last accepted, on the right the current report."),
        _("Accepting updates the progress of the tasks. Returning requires a reason and a date."),
    ],
    "review_queue": [_("Submitted reports, longest waiting first. You cannot review a report that you submitted.")],
    "decisions": [_("Requested extensions and close-outs. You cannot decide your own requests.")],
    "period_list": [
        _("A period can be closed once every submitted report has been decided."),
        _("Closing stores the state of every task and cannot be undone."),
    ],
    "dispatch": [
        _("The weekly dispatch table in the usual layout, from accepted reports. Print it or download the workbook.")
    ],
    "owed": [
        _("Who has to do what, and since when, by name. The special office's own outstanding items are included.")
    ],
    "matter_list": [
        _("What teams need from others. Name a person and a date; that person answers under their own name.")
    ],
    "burden": [_("How much the reports ask of each team, and how much of it is read.")],
    "task_import": [
        _("Upload the ledger as it is. You first see what was read, with every error by sheet, row and column."),
        _("Nothing is saved until you confirm; then either everything is saved or nothing."),
    ],
}.items():
    PAGE_HELP.register(_name, _sentences)

for _name in ("member_import", "milestone_import"):
    PAGE_HELP.register(_name, LIST_IMPORT_HELP)
