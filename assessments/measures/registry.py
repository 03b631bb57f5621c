"""The measures by name (docs/rules.md#measures). None counts activity: what counts is work done, kept or missed.

A published measure never changes its meaning; a successor gets a new name.
"""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.lists.text import Text

from . import above, meetings, new_teams, periods, problems, reports, supervision, tasks
from .contract import Direction, Each, Measure, Reading, Rows, Scope, Turn
from .reasons import Because

_NOT_OF_THE_ROUND = (
    Because.DUE_EARLIER,
    Because.DUE_LATER,
    Because.NO_DUE_DATE,
    Because.SUSPENDED,
    Because.CANCELLED,
)
_DUE_TASKS = _("Key tasks whose due date, as it stood at the cut-off, falls in the round.")
_OWED_REPORTS = _(
    "One report for each reporting period that ends in the round and each team that existed and was entered "
    "here on the period's last day."
)
_PERIOD_ENDS = _("Open tasks at the end of each reporting period of the round, as stored when the period was closed.")

_DUE_PROBLEMS = _(
    "Prominent problems whose due date, as it was first set, falls in the round, once for each special team that has "
    "them."
)
_NOT_PROBLEMS_OF_THE_ROUND = (
    Because.DUE_EARLIER,
    Because.DUE_LATER,
    Because.MERGED,
    Because.DROPPED,
    Because.NOT_ANALYSED,
)
_ONE_EACH = _("1 for each special team of the round: a team without any has 0.")
_PILOT_RULE = _(
    "A pilot counts once, at the highest level confirmed by the cut-off, on the day of its first confirmed step at "
    "that level."
)
_NOT_THESE_PILOTS = (Because.OTHER_LEVEL, Because.GRANTED_EARLIER, Because.GRANTED_LATER)


def _pilots(name: str, title: Text, function: Callable[[Scope], Rows]) -> Measure:
    """One of the three tallies of pilots."""
    return Measure(
        name=name,
        title=title,
        unit=pgettext_lazy("unit", "pilots"),
        reading=Reading.TALLY,
        numerator=_("Pilots of this level that were granted on a day of the round, as documents from above prove."),
        denominator=_ONE_EACH,
        hits=(Because.GRANTED,),
        misses=(),
        left_out=_NOT_THESE_PILOTS,
        rule=_PILOT_RULE,
        function=function,
    )


_CLOSING = Turn(Because.NOT_CLOSED_OUT, Because.CLOSED_OUT)
_ANSWERING = Turn(Because.NOT_ANSWERED, Because.ANSWERED_ON_TIME, by_due=True)

_ALL = (
    Measure(
        name="task_completion_rate",
        title=_("Key tasks closed out"),
        numerator=_("Of these, the tasks closed out by the cut-off, weighted by level (ordinary 1, key 2, major 3)."),
        denominator=_(
            "Key tasks whose due date, as it stood at the cut-off, falls in the round, weighted in the same way."
        ),
        hits=(Because.CLOSED_OUT, Because.CLOSED_ON_PAPER),
        misses=(Because.NOT_CLOSED_OUT,),
        left_out=_NOT_OF_THE_ROUND,
        rule=_("A task counts as done once the office has checked it and closed it out."),
        function=tasks.task_completion_rate,
        turn=_CLOSING,
        each=Each.LEVEL,
    ),
    Measure(
        name="tasks_on_schedule_rate",
        title=_("Tasks neither red nor yellow at period ends"),
        numerator=_("Of these, the tasks whose lamp was neither red nor yellow."),
        denominator=_PERIOD_ENDS,
        hits=(Because.ON_SCHEDULE,),
        misses=(Because.OFF_SCHEDULE,),
        left_out=(),
        rule=_("By the lamp rule of the action. What was stored when a period was closed does not change."),
        function=periods.tasks_on_schedule_rate,
    ),
    Measure(
        name="mean_schedule_gap",
        title=_("Points behind planned progress, mean of period ends"),
        unit=pgettext_lazy("progress", "points"),
        direction=Direction.LOWER,
        reading=Reading.MEAN,
        numerator=_(
            "The sum of the points by which actual progress fell short of planned progress; being ahead counts as 0."
        ),
        denominator=_PERIOD_ENDS,
        hits=(Because.BEHIND,),
        misses=(Because.NOT_BEHIND,),
        left_out=(Because.NO_PLAN_LINE,),
        rule=_("Planned progress runs from the start date through the milestones to the due date."),
        function=periods.mean_schedule_gap,
        each=Each.OWN,
    ),
    Measure(
        name="milestone_on_time_rate",
        title=_("Milestones done on time"),
        numerator=_("Of these, the milestones completed on or before their date, on their own or with the whole task."),
        denominator=_("Milestones in force at the cut-off whose date falls in the round, each counted once."),
        hits=(Because.DONE_ON_TIME, Because.DONE_WITH_TASK),
        misses=(Because.DONE_LATE, Because.NOT_DONE),
        left_out=(Because.REPLACED, Because.DUE_EARLIER, Because.DUE_LATER, Because.SUSPENDED, Because.CANCELLED),
        rule=_("A milestone is completed once, with a date, and never moved. If it was replaced, the new one counts."),
        function=tasks.milestone_on_time_rate,
    ),
    Measure(
        name="close_out_on_time_rate",
        title=_("Close-outs requested on time"),
        numerator=_("Of these, the tasks whose close-out was requested by the due date and not sent back."),
        denominator=_DUE_TASKS,
        hits=(Because.ASKED_ON_TIME,),
        misses=(Because.ASKED_LATE, Because.NOT_ASKED),
        left_out=(Because.CLOSED_ON_PAPER, *_NOT_OF_THE_ROUND),
        rule=_("Whether a close-out is on time depends on the day of the request. A task that was late stays late."),
        function=tasks.close_out_on_time_rate,
    ),
    Measure(
        name="close_out_return_rate",
        title=_("Close-outs sent back"),
        direction=Direction.LOWER,
        numerator=_("Of these, the requests that were sent back."),
        denominator=_("Close-out requests decided by the office on a day of the round."),
        hits=(Because.SENT_BACK,),
        misses=(Because.ACCEPTED,),
        left_out=(Because.UNDECIDED,),
        rule=_(
            "The person who requests a close-out never checks it. A request that is sent back is kept with the reason."
        ),
        function=tasks.close_out_return_rate,
    ),
    Measure(
        name="joint_task_completion_rate",
        title=_("Joint key tasks closed out"),
        numerator=_("Of these, the tasks closed out by the cut-off, weighted by level (ordinary 1, key 2, major 3)."),
        denominator=_("Key tasks with joint departments whose due date falls in the round, weighted in the same way."),
        hits=(Because.CLOSED_OUT, Because.CLOSED_ON_PAPER),
        misses=(Because.NOT_CLOSED_OUT,),
        left_out=(Because.NO_JOINT, *_NOT_OF_THE_ROUND),
        rule=_("Departments that work on a task together share responsibility for it."),
        function=tasks.joint_task_completion_rate,
        turn=_CLOSING,
        each=Each.LEVEL,
    ),
    Measure(
        name="report_on_time_rate",
        title=_("Reports submitted on time"),
        numerator=_("Of these, the reports whose first complete submission was on time."),
        denominator=_OWED_REPORTS,
        hits=(Because.SUBMITTED_ON_TIME,),
        misses=(Because.SUBMITTED_LATE, Because.NOT_SUBMITTED),
        left_out=(Because.NOT_DUE,),
        rule=_("The first complete submission counts. A report not submitted by the cut-off is both late and missing."),
        function=reports.report_on_time_rate,
    ),
    Measure(
        name="report_first_time_rate",
        title=_("Reports accepted on first submission"),
        numerator=_("Of these, the reports that were accepted the first time."),
        denominator=_("Reports due whose first submission the office had decided on by the cut-off."),
        hits=(Because.ACCEPTED_AT_FIRST,),
        misses=(Because.RETURNED_AT_FIRST,),
        left_out=(Because.NOT_SUBMITTED, Because.UNDECIDED, Because.NOT_DUE),
        rule=_("Every submission and every decision is kept."),
        function=reports.report_first_time_rate,
    ),
    Measure(
        name="reports_late",
        title=_("Late reports"),
        unit=_("reports"),
        direction=Direction.LOWER,
        reading=Reading.COUNT,
        numerator=_("Of these, the reports first submitted after the due time, or not submitted by the cut-off."),
        denominator=_OWED_REPORTS,
        hits=(Because.SUBMITTED_LATE, Because.NOT_SUBMITTED),
        misses=(Because.SUBMITTED_ON_TIME,),
        left_out=(Because.NOT_DUE,),
        rule=_("A report is late only once: being returned and submitted again does not count as late."),
        function=reports.reports_late,
    ),
    Measure(
        name="reports_missing",
        title=_("Missing reports"),
        unit=_("reports"),
        direction=Direction.LOWER,
        reading=Reading.COUNT,
        numerator=_("Of these, the reports not submitted by the cut-off."),
        denominator=_OWED_REPORTS,
        hits=(Because.NOT_SUBMITTED,),
        misses=(Because.SUBMITTED,),
        left_out=(Because.NOT_DUE,),
        rule=_("A returned report was submitted: it may be overdue, but it is not missing."),
        function=reports.reports_missing,
    ),
    Measure(
        name="problem_closure_rate",
        title=_("Prominent problems closed out"),
        numerator=_("Of these, the problems closed out by the cut-off and not reopened since."),
        denominator=_DUE_PROBLEMS,
        hits=(Because.CLOSED_OUT,),
        misses=(Because.NOT_CLOSED_OUT,),
        left_out=_NOT_PROBLEMS_OF_THE_ROUND,
        rule=_("A problem is closed out once the office has verified it. Reopening it does not move its date here."),
        function=problems.problem_closure_rate,
        turn=_CLOSING,
    ),
    Measure(
        name="problem_on_time_rate",
        title=_("Prominent problems resolved on time"),
        numerator=_(
            "Of these, the problems whose first accepted resolution came by the due date then in force, and which were "
            "never reopened."
        ),
        denominator=_DUE_PROBLEMS,
        hits=(Because.RESOLVED_ON_TIME,),
        misses=(Because.RESOLVED_LATE, Because.REOPENED, Because.NOT_CLOSED_OUT),
        left_out=_NOT_PROBLEMS_OF_THE_ROUND,
        rule=_("The day on which the problem was reported as resolved decides, once the office has closed it out."),
        function=problems.problem_on_time_rate,
    ),
    Measure(
        name="problems_reopened",
        title=_("Problems reopened"),
        unit=pgettext_lazy("unit", "problems"),
        direction=Direction.LOWER,
        reading=Reading.TALLY,
        numerator=_("Times at which a problem that was closed out was reopened on a day of the round."),
        denominator=_ONE_EACH,
        hits=(Because.REOPENED,),
        misses=(),
        left_out=(),
        rule=_("The office looks back after a problem is closed out, and reopens it where it has returned."),
        function=problems.problems_reopened,
    ),
    Measure(
        name="orders_red",
        title=_("Red supervision orders"),
        unit=pgettext_lazy("unit", "orders"),
        direction=Direction.LOWER,
        reading=Reading.TALLY,
        numerator=_("Red orders issued to the special team on a day of the round."),
        denominator=_ONE_EACH,
        hits=(Because.ISSUED,),
        misses=(),
        left_out=(Because.VOID,),
        rule=_("Orders are proposed by the ladder and issued by the office. A void order is as if it had never been."),
        function=supervision.orders_red,
    ),
    Measure(
        name="meeting_attendance_rate",
        title=_("Meetings attended by the head"),
        numerator=_("Of these, the seats whose head was present, or had a stand-in noted before the beginning."),
        denominator=_(
            "A seat for each meeting held on a day of the round and each special team that had a head that day."
        ),
        hits=(Because.PRESENT, Because.STAND_IN),
        misses=(Because.ABSENT,),
        left_out=(Because.ON_LEAVE, Because.NO_HEAD, Because.NOT_FIXED),
        rule=_("Attendance is fixed when the minutes are first submitted. What is noted after the beginning is late."),
        function=meetings.meeting_attendance_rate,
    ),
    Measure(
        name="decision_on_time_rate",
        title=_("Decisions of meetings done on time"),
        numerator=_("Of these, the decisions that were done for the special team by that date."),
        denominator=_(
            "Adopted decisions whose due date in force falls in the round, once for each special team they are for."
        ),
        hits=(Because.DONE_ON_TIME,),
        misses=(Because.DONE_LATE, Because.NOT_DONE),
        left_out=(Because.DROPPED, Because.NO_DAY, Because.DUE_EARLIER, Because.DUE_LATER, Because.NOT_DUE),
        rule=_(
            "A decision is done when all its tasks and problems are, or when the office has recorded it. Only an "
            "extension of a task that it created moves its date."
        ),
        function=meetings.decision_on_time_rate,
    ),
    Measure(
        name="order_answer_on_time_rate",
        title=_("Supervision orders answered on time"),
        numerator=_("Of these, the orders whose first answer came by that day."),
        denominator=_("Yellow and red orders whose day for the answer falls in the round."),
        hits=(Because.ANSWERED_ON_TIME,),
        misses=(Because.ANSWERED_LATE, Because.NOT_ANSWERED),
        left_out=(Because.VOID, Because.DUE_EARLIER, Because.DUE_LATER, Because.NOT_DUE),
        rule=_("The first answer counts, whatever the office says to it. Reminders are only acknowledged."),
        function=supervision.order_answer_on_time_rate,
        turn=_ANSWERING,
    ),
    Measure(
        name="requirement_answer_rate",
        title=_("Requirements from above answered on time"),
        numerator=_("Of these, the clauses whose first answer came by that date."),
        denominator=_(
            "Clauses of requirements from above whose due date falls in the round, once for each special team that "
            "answers."
        ),
        hits=(Because.ANSWERED_ON_TIME,),
        misses=(Because.ANSWERED_LATE, Because.NOT_ANSWERED),
        left_out=(Because.NOT_OURS, Because.NO_DAY, Because.DUE_EARLIER, Because.DUE_LATER, Because.NOT_DUE),
        rule=_("A clause has its own due date, or that of its document. The first answer of each team counts."),
        function=above.requirement_answer_rate,
        turn=_ANSWERING,
    ),
    _pilots("pilots_national", _("National pilots"), above.pilots_national),
    _pilots("pilots_provincial", _("Provincial pilots"), above.pilots_provincial),
    _pilots("pilots_municipal", _("Municipal pilots"), above.pilots_municipal),
    Measure(
        name="days_to_first_plan",
        title=_("Days until a new special team had its plan"),
        unit=pgettext_lazy("unit", "days"),
        direction=Direction.LOWER,
        reading=Reading.COUNT,
        numerator=_("Days from the founding to the submission of the work plan, or to the day of the cut-off."),
        denominator=_("1 for each special team that was new on the round's last day."),
        hits=(Because.PLAN_SUBMITTED, Because.PLAN_MISSING),
        misses=(),
        left_out=(),
        rule=_("The first submission counts. For teams that were not new the measure does not apply."),
        function=new_teams.days_to_first_plan,
        each=Each.OWN,
    ),
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
"""Every measure by its name, in the order of its page."""
