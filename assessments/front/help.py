"""Help for the pages of the assessment."""

from django.utils.translation import gettext_lazy as _

from governance.registers.help import PAGE_HELP

_NOTICE = [
    _("Until the last day of the notice, 18:00, the head or a deputy of a team can appeal, once about each matter.")
]
_APPEAL = [_("Say what is wrong, why, and which value would be right. What proves it can be attached.")]

for _name, _sentences in {
    "assessment": [_("Plans and rounds. A published result can be recalculated and verified at any time.")],
    "results": [_("Teams by class and rank. Click a total for the scorecard, and points for their explanation.")],
    "scorecard": [_("Open an indicator to see the rule, the numbers used and the rows behind them.")],
    "own_tally": [_("Your own team only, up to now. Open an indicator to see which rows count and which do not.")],
    "stability": [
        _("How often each rank holds when every weight may be a quarter higher or lower. No score comes from it.")
    ],
    "panel": [_("Who marks which team, and who has signed. No mark is seen before all have signed.")],
    "sheet": [_("Enter goes to the next team, the arrows change the mark. Nothing is fixed before you sign.")],
    "round_appeals": _NOTICE,
    "result_correction_appeals": _NOTICE,
    "year_appeals": _NOTICE,
    "appeal_new": _APPEAL,
    "year_appeal_new": _APPEAL,
    "result_correction_appeal_new": _APPEAL,
    "appeal_decide": [_("Nothing is stored until you decide. What allowing it changes is shown first.")],
    "versus": [
        _("One indicator a line, the greatest difference first; the lines sum to the difference of the totals.")
    ],
    "what_if": [_("Change what you like and try. Nothing is stored, and the result stays as it is.")],
    "plan_tried": [_("Both rankings side by side: as printed, and by this plan on the facts of the same round.")],
    "round_checks": [_("What is conspicuous, with its rows. The approver ticks each check as seen, with a note.")],
    "result_correction": [_("Correct the facts, score, approve, publish. Until then the old result goes on to count.")],
    "round": [_("The steps of a round in order: freeze, collect, score, approve (by another person), publish.")],
}.items():
    PAGE_HELP.register(_name, _sentences)
