"""Help on the pages that belong to no app alone."""

from django.utils.translation import gettext_lazy as _

from governance.registers.help import LIST_IMPORT_HELP, PAGE_HELP

for _name, _sentences in {
    "home": [
        _("What needs your attention comes first, most urgent on top. The wall chart is below."),
        _("An item disappears once the work is done, no matter who did it."),
    ],
    "wall": [
        _(
            "Each bar is the whole duration of a task, filled to its actual progress. The tick marks planned "
            "progress today."
        ),
        _("Red: overdue or far behind. Yellow: behind. Blue: due soon. Green: on plan. Grey: finished."),
        _("Choose a day to see the wall chart as it was that evening. Click a figure to see the rows behind it."),
    ],
    "search": [_("Teams, tasks, reports and matters that you may read. A task number leads straight to its task.")],
    "setting_up": [_("Whether a step is done is seen from the data; nothing needs to be ticked.")],
    "inbox": [_("Notices for you. Opening one leads to the page it is about.")],
    "team": [_("Everything about a team: people, tasks, reports, evidence and published results.")],
}.items():
    PAGE_HELP.register(_name, _sentences)

for _name in ("department_import", "people_import"):
    PAGE_HELP.register(_name, LIST_IMPORT_HELP)
