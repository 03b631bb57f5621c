"""The measures by name (docs/rules.md#measures). None counts activity: what counts is work done, kept or missed.

A published measure never changes its meaning; a successor gets a new name.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import periods, reports, tasks
from .contract import Direction, Measure, Reading
from .reasons import Because

_NOT_OF_THE_ROUND = (
    Because.DUE_EARLIER,
    Because.DUE_LATER,
    Because.NO_DUE_DATE,
    Because.SUSPENDED,
    Because.CANCELLED,
)
_DUE_TASKS = _("Key tasks whose due date, as in force at the cut-off, lies in the round.")
_OWED_REPORTS = _(
    "A report for each reporting period that ends in the round and each team that existed on the period's last day."
)
_PERIOD_ENDS = _("Open tasks at the ends of the reporting periods of the round, as kept when each period was closed.")

_ALL = (
    Measure(
        name="task_completion_rate",
        title=_("Key tasks closed out, of those due"),
        numerator=_("Those of them that were closed out by the cut-off, by level (ordinary 1, key 2, major 3)."),
        denominator=_("Key tasks whose due date, as in force at the cut-off, lies in the round, by the same levels."),
        hits=(Because.CLOSED_OUT, Because.CLOSED_ON_PAPER),
        misses=(Because.NOT_CLOSED_OUT,),
        left_out=_NOT_OF_THE_ROUND,
        rule=_("A task is done when the office has checked it and closed it out."),
        function=tasks.task_completion_rate,
    ),
    Measure(
        name="tasks_on_schedule_rate",
        title=_("Period ends neither red nor yellow"),
        numerator=_("Those of them whose lamp was neither red nor yellow."),
        denominator=_PERIOD_ENDS,
        hits=(Because.ON_SCHEDULE,),
        misses=(Because.OFF_SCHEDULE,),
        left_out=(),
        rule=_("The lamp rule of the action; what was kept when a period was closed stays on record."),
        function=periods.tasks_on_schedule_rate,
    ),
    Measure(
        name="mean_schedule_gap",
        title=_("Points behind planned progress, mean of period ends"),
        unit=pgettext_lazy("progress", "points"),
        direction=Direction.LOWER,
        reading=Reading.MEAN,
        numerator=_("The sum of the points by which actual progress was below planned progress; ahead counts as 0."),
        denominator=_PERIOD_ENDS,
        hits=(Because.BEHIND,),
        misses=(Because.NOT_BEHIND,),
        left_out=(Because.NO_PLAN_LINE,),
        rule=_("Planned progress runs from the start day to the due day, through the milestones."),
        function=periods.mean_schedule_gap,
    ),
    Measure(
        name="milestone_on_time_rate",
        title=_("Milestones done on or before their day"),
        numerator=_("Those of them that were done, alone or with the whole task, on or before their day."),
        denominator=_("Milestones in force at the cut-off whose day lies in the round, each once."),
        hits=(Because.DONE_ON_TIME, Because.DONE_WITH_TASK),
        misses=(Because.DONE_LATE, Because.NOT_DONE),
        left_out=(Because.REPLACED, Because.DUE_EARLIER, Because.DUE_LATER, Because.SUSPENDED, Because.CANCELLED),
        rule=_("A milestone is done once, with a date, and never moved; replaced, the new one counts."),
        function=tasks.milestone_on_time_rate,
    ),
    Measure(
        name="close_out_on_time_rate",
        title=_("Close-outs asked on or before the due date"),
        numerator=_("Those of them whose close-out was asked on or before the due date and was not sent back."),
        denominator=_DUE_TASKS,
        hits=(Because.ASKED_ON_TIME,),
        misses=(Because.ASKED_LATE, Because.NOT_ASKED),
        left_out=(Because.CLOSED_ON_PAPER, *_NOT_OF_THE_ROUND),
        rule=_("On time is judged by the day of the request; late and then done stays late."),
        function=tasks.close_out_on_time_rate,
    ),
    Measure(
        name="close_out_return_rate",
        title=_("Close-outs sent back, of those decided"),
        direction=Direction.LOWER,
        numerator=_("Those of them that were sent back."),
        denominator=_("Requests to close out that the office decided on a day of the round."),
        hits=(Because.SENT_BACK,),
        misses=(Because.ACCEPTED,),
        left_out=(Because.UNDECIDED,),
        rule=_("Whoever asks is never whoever checks; a request sent back is kept with its reason."),
        function=tasks.close_out_return_rate,
    ),
    Measure(
        name="joint_task_completion_rate",
        title=_("Joint key tasks closed out, of those due"),
        numerator=_("Those of them that were closed out by the cut-off, by level (ordinary 1, key 2, major 3)."),
        denominator=_("Key tasks with joint departments whose due date lies in the round, by the same levels."),
        hits=(Because.CLOSED_OUT, Because.CLOSED_ON_PAPER),
        misses=(Because.NOT_CLOSED_OUT,),
        left_out=(Because.NO_JOINT, *_NOT_OF_THE_ROUND),
        rule=_("Departments that work on one task answer for it together."),
        function=tasks.joint_task_completion_rate,
    ),
    Measure(
        name="report_on_time_rate",
        title=_("Reports submitted on time"),
        numerator=_("Those of them whose first complete submission was not after the due moment."),
        denominator=_OWED_REPORTS,
        hits=(Because.SUBMITTED_ON_TIME,),
        misses=(Because.SUBMITTED_LATE, Because.NOT_SUBMITTED),
        left_out=(Because.NOT_DUE,),
        rule=_("The first complete submission decides; not submitted by the cut-off is late and missing."),
        function=reports.report_on_time_rate,
    ),
    Measure(
        name="report_first_time_rate",
        title=_("Reports accepted at first submission"),
        numerator=_("Those of them that were accepted at once."),
        denominator=_("Reports owed whose first submission the office decided by the cut-off."),
        hits=(Because.ACCEPTED_AT_FIRST,),
        misses=(Because.RETURNED_AT_FIRST,),
        left_out=(Because.NOT_SUBMITTED, Because.UNDECIDED, Because.NOT_DUE),
        rule=_("Every submission and every decision on it is kept."),
        function=reports.report_first_time_rate,
    ),
    Measure(
        name="reports_late",
        title=_("Late reports"),
        unit=_("reports"),
        direction=Direction.LOWER,
        reading=Reading.COUNT,
        numerator=_("Those of them that were first submitted after the due moment, or not by the cut-off."),
        denominator=_OWED_REPORTS,
        hits=(Because.SUBMITTED_LATE, Because.NOT_SUBMITTED),
        misses=(Because.SUBMITTED_ON_TIME,),
        left_out=(Because.NOT_DUE,),
        rule=_("Late is late once: a report returned and submitted again is not late a second time."),
        function=reports.reports_late,
    ),
    Measure(
        name="reports_missing",
        title=_("Missing reports"),
        unit=_("reports"),
        direction=Direction.LOWER,
        reading=Reading.COUNT,
        numerator=_("Those of them that were not submitted by the cut-off."),
        denominator=_OWED_REPORTS,
        hits=(Because.NOT_SUBMITTED,),
        misses=(Because.SUBMITTED,),
        left_out=(Because.NOT_DUE,),
        rule=_("A report that was returned was submitted; it is overdue, not missing."),
        function=reports.reports_missing,
    ),
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
"""Every measure by its name, in the order of its page."""
