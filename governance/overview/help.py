"""Help on the pages that belong to no app alone."""

from django.utils.translation import gettext_lazy as _

from governance.registers.help import LIST_IMPORT_HELP, PAGE_HELP

for _name, _sentences in {
    "home": [
        _("What waits for you stands first, the most urgent on top; below hangs the wall chart."),
        _("A line goes away by itself once its work is done, whoever does it."),
    ],
    "wall": [
        _("Each bar is a task's whole time, filled as far as it is done; the tick is where the plan has it today."),
        _("Red: overdue or far behind. Yellow: behind. Blue: due soon. Green: on plan. Grey: at its end."),
        _("Choose a day to see the wall as it was known that evening; a figure leads to the rows behind it."),
    ],
    "search": [_("Teams, tasks, reports and matters that you may read. A number leads straight to its task.")],
    "setting_up": [_("The steps are seen to be done from what is there; nothing has to be ticked off.")],
    "inbox": [_("Notices to you. Opening one leads to the page that it is about.")],
    "team": [_("Everything about a team: people, tasks, reports, evidence and published results.")],
}.items():
    PAGE_HELP.register(_name, _sentences)

for _name in ("department_import", "people_import"):
    PAGE_HELP.register(_name, LIST_IMPORT_HELP)
