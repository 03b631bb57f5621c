"""Help for the pages of the loop."""

from django.utils.translation import gettext_lazy as _

from governance.registers.help import PAGE_HELP

PAGE_HELP.register(
    "order_desk",
    [
        _(
            "The lamps propose, people issue: tick what should go out, check basis and demand, and issue all of it "
            "with one button."
        ),
        _("A circular is not issued here: its line goes into a draft, which another person signs."),
        _("“Do not issue” needs a reason and holds for this run of the lamp; a new run is proposed again."),
    ],
)
PAGE_HELP.register(
    "order",
    [
        _("Head, deputy and liaison acknowledge an order; head and deputy answer it, if need be after its day."),
        _("The office accepts an answer or sends it back; nobody judges their own answer."),
    ],
)

for _name, _sentences in {
    "problem_list": [
        _("Problems by who has to act next. The bar is the time since it was found, the line is the due date."),
        _("Teams raise their own problems; the office raises them for any team, from a report, a matter or a meeting."),
    ],
    "problem": [
        _("The office analyses, the lead team takes up and resolves, another person of the office verifies."),
        _("A month after it is closed out the office looks back. A problem that has returned is reopened."),
    ],
    "problem_analyse": [
        _("If two problems have one cause, merge one into the other instead of analysing both."),
    ],
}.items():
    PAGE_HELP.register(_name, _sentences)
