"""Invariants of the loop that constraints cannot express (docs/rules.md#invariants)."""

from functools import partial
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from governance.records.integrity.scans import Scan, hashed_text
from governance.records.invariants import Invariant, numbered_wrongly
from teams.states import ENDED_TASK_STATES

from .models import (
    Bulletin,
    Circular,
    CircularDraft,
    CircularLine,
    Clause,
    ClauseAnswer,
    ClauseTask,
    DecisionDone,
    DecisionOutcome,
    DecisionTeam,
    LineOutcome,
    LineTeam,
    OrderAnswer,
    OrderVerdict,
    Problem,
    ProblemStep,
    ProblemTask,
    ProblemTeam,
    Showcase,
    ShowcaseStep,
    SupervisionOrder,
)
from .models.showcase import STEPS
from .states import LIVE_PROBLEM_STATES, CircularState, OrderState, ProblemState


# Supervision orders and circulars ------------------------------------------------------------------------------------
def orders_across_actions() -> QuerySet[SupervisionOrder]:
    """Orders whose team, task or problem is of another action."""
    return SupervisionOrder.objects.exclude(
        Q(team__action=F("action"))
        & (Q(task=None) | Q(task__action=F("action")))
        & (Q(problem=None) | Q(problem__action=F("action")))
    )


def orders_disagreeing() -> QuerySet[SupervisionOrder]:
    """Orders whose state is not that of their last answer and its verdict."""
    last = OrderAnswer.objects.filter(order=OuterRef("pk")).order_by("-number")
    rows = SupervisionOrder.objects.annotate(
        answered=Count("answers"), verdict=Subquery(last.values("verdict__accepted")[:1])
    ).exclude(state=OrderState.VOID)
    fits = (
        Q(state__in=(OrderState.ISSUED, OrderState.ACKNOWLEDGED), answered=0)
        | Q(state=OrderState.ANSWERED, answered__gt=0, verdict=None)
        | Q(state=OrderState.SENT_BACK, verdict=False)
        | Q(state=OrderState.ACCEPTED, verdict=True)
    )
    return rows.exclude(pk__in=rows.filter(fits).values("pk"))


def orders_climbing_wrongly() -> QuerySet[SupervisionOrder]:
    """Red orders that follow anything but a yellow order on the same task, and others that follow one."""
    follows = SupervisionOrder.objects.exclude(climbed_from=None)
    return follows.exclude(rung="red", climbed_from__rung="yellow", climbed_from__task=F("task"))


def verdicts_of_others() -> QuerySet[OrderVerdict]:
    """Verdicts that name another person as the answerer than the answer does."""
    return OrderVerdict.objects.exclude(answered_by=F("answer__by"))


def lines_of_other_orders() -> QuerySet[CircularLine]:
    """Lines of circulars about an order that is no red one of the same team."""
    named = CircularLine.objects.exclude(order=None)
    return named.exclude(order__team=F("team"), order__rung="red", order__action=F("circular__action"))


def drafts_disagreeing() -> QuerySet[CircularDraft]:
    """Drafts that are signed without a circular, or have one and are not."""
    signed = Exists(Circular.objects.filter(draft=OuterRef("pk")))
    is_signed = Q(state=CircularState.SIGNED)
    return CircularDraft.objects.filter((is_signed & ~signed) | (~is_signed & signed))


OF_ORDERS = (
    Invariant("order_of_action", _("An order's team, task and problem are of the same action."), orders_across_actions),
    Invariant("order_and_answers", _("The state of an order matches its last answer and verdict."), orders_disagreeing),
    Invariant("order_climbs_by_one", _("A red order follows a yellow one on the same task."), orders_climbing_wrongly),
    Invariant("verdict_of_answer", _("A verdict names the person who answered."), verdicts_of_others),
    Invariant(
        "circular_names_order", _("A line of a circular names the team of its red order."), lines_of_other_orders
    ),
    Invariant("draft_and_circular", _("A draft is signed if its circular exists."), drafts_disagreeing),
    Invariant(
        "order_answers_in_order",
        _("Row numbers have no gaps and follow the order of recording."),
        partial(numbered_wrongly, OrderAnswer, OrderAnswer.numbered_within),
    ),
)


SCANS = (
    Scan(
        "circular_texts",
        _("The text of a circular is unchanged since it was signed."),
        Circular.objects.all,
        hashed_text("body"),
        part=500,
    ),
    Scan(
        "bulletin_texts",
        _("The text of a bulletin is unchanged since it was issued."),
        Bulletin.objects.all,
        hashed_text("body"),
        part=500,
    ),
)

# Requirements from above ---------------------------------------------------------------------------------------------


def clauses_of_other_actions() -> QuerySet[Clause]:
    """Clauses with a team or a task of another action than the document's."""
    tasks = ClauseTask.objects.filter(clause=OuterRef("pk")).exclude(task__action=OuterRef("requirement__action"))
    other_team = Q(team__isnull=False) & ~Q(team__action=F("requirement__action"))
    return Clause.objects.filter(other_team | Exists(tasks)).select_related("requirement")


def clauses_declined_and_owed() -> QuerySet[Clause]:
    """Clauses that do not concern the county and yet have a task or an answer."""
    tasks = ClauseTask.objects.filter(clause=OuterRef("pk"))
    answers = ClauseAnswer.objects.filter(clause=OuterRef("pk"))
    declined = Clause.objects.exclude(not_ours="").select_related("requirement")
    return declined.filter(Exists(tasks) | Exists(answers))


# Showcases -----------------------------------------------------------------------------------------------------------


def steps_of_other_kinds() -> QuerySet[ShowcaseStep]:
    """Steps that the kind of their showcase does not have."""
    known = Q()
    for kind, steps in STEPS.items():
        known |= Q(showcase__kind=kind, step__in=steps)
    return ShowcaseStep.objects.exclude(known).select_related("showcase")


def steps_following_others() -> QuerySet[ShowcaseStep]:
    """Rows that confirm or withdraw a row of another showcase or step, or that confirm what is no proposal."""
    same = Q(after__showcase=F("showcase"), after__step=F("step"), after__proposed_by=F("proposed_by"))
    fits = same & (
        Q(act="confirmed", after__act="proposed") | Q(act="withdrawn", after__act__in=["proposed", "confirmed"])
    )
    return ShowcaseStep.objects.exclude(act="proposed").exclude(fits).select_related("showcase")


def showcases_with_strange_tasks() -> QuerySet[Showcase]:
    """Showcases used in a task of another action."""
    return Showcase.objects.exclude(task=None).exclude(task__action=F("team__action"))


OF_REQUIREMENTS_AND_SHOWCASES = (
    Invariant(
        "clause_within_action", _("The teams and tasks of a clause are of the same action."), clauses_of_other_actions
    ),
    Invariant(
        "clause_declined", _("A clause that is not the county's has no task and no answer."), clauses_declined_and_owed
    ),
    Invariant(
        "clause_answers_numbered",
        _("Row numbers have no gaps and follow the order of recording."),
        partial(numbered_wrongly, ClauseAnswer, "clause", "team"),
    ),
    Invariant(
        "showcase_steps_numbered",
        _("Row numbers have no gaps and follow the order of recording."),
        partial(numbered_wrongly, ShowcaseStep, "showcase"),
    ),
    Invariant("showcase_step_of_kind", _("A showcase has the steps of its kind."), steps_of_other_kinds),
    Invariant(
        "showcase_step_follows", _("A step is confirmed or withdrawn after it was proposed."), steps_following_others
    ),
    Invariant(
        "showcase_task_of_action", _("A showcase is used in a task of its own action."), showcases_with_strange_tasks
    ),
)


# Prominent problems --------------------------------------------------------------------------------------------------
def problems_disagreeing() -> QuerySet[Problem]:
    """Problems whose state or due date differs from their last step."""
    last = ProblemStep.objects.filter(problem=OuterRef("pk")).order_by("-number")
    problems = Problem.objects.annotate(
        last_state=Subquery(last.values("state")[:1]), last_due=Subquery(last.values("due_on")[:1])
    )
    agrees = Q(last_state=F("state")) & (Q(last_due=F("due_on")) | Q(last_due=None, due_on=None))
    return Problem.objects.exclude(pk__in=problems.filter(agrees).values("pk"))


def problems_merged_in_circles() -> QuerySet[Problem]:
    """Merged problems whose chain leads into another action, or to one that was merged before them."""
    merged = Problem.objects.filter(state=ProblemState.MERGED)
    step_of = ProblemStep.objects.filter(state=ProblemState.MERGED)
    earlier = step_of.filter(problem=OuterRef("problem__merged_into"), pk__lt=OuterRef("pk"))
    before = step_of.filter(Exists(earlier)).values("problem")
    return merged.filter(Q(pk__in=before) | ~Q(merged_into__action=F("action")))


def problems_closed_with_open_tasks() -> QuerySet[Problem]:
    """Problems that are closed out while a task of rectification is open."""
    waiting = ProblemTask.objects.filter(problem=OuterRef("pk")).exclude(task__state__in=ENDED_TASK_STATES)
    return Problem.objects.filter(Exists(waiting), state=ProblemState.CLOSED_OUT)


def problems_without_lead_among_teams() -> QuerySet[Problem]:
    """Problems without a team, led by a team that does not have them, or common against the number of their teams."""
    having = ProblemTeam.objects.filter(problem=OuterRef("pk"))
    problems = Problem.objects.annotate(counted=Count("teams"))
    led_elsewhere = Q(lead__isnull=False) & ~Exists(having.filter(team=OuterRef("lead")))
    miscounted = Q(common=True, counted__lt=2) | Q(common=False, counted__gt=1)
    return problems.filter(Q(counted=0) | led_elsewhere | miscounted)


def problem_teams_before_their_problem() -> QuerySet[ProblemTeam]:
    """Teams that joined a problem before it was raised."""
    rows = ProblemTeam.objects.filter(joined_at__lt=F("problem__raised_at"))
    return rows.select_related("problem", "team")


def problems_looked_back_on_too_early() -> QuerySet[Problem]:
    """Problems to be looked back on that are still worked on."""
    return Problem.objects.filter(state__in=LIVE_PROBLEM_STATES, look_again_on__isnull=False)


OF_PROBLEMS = (
    Invariant(
        "problem_and_steps", _("The state and due date of a problem are those of its last step."), problems_disagreeing
    ),
    Invariant(
        "problem_merged_forward",
        _("A merged problem leads to one of the same action that was not merged before it."),
        problems_merged_in_circles,
    ),
    Invariant(
        "problem_closed_with_tasks",
        _("A problem is closed out only when its tasks of rectification are."),
        problems_closed_with_open_tasks,
    ),
    Invariant(
        "problem_and_teams",
        _("A problem has a team, is led by one of its teams, and is common when it has two."),
        problems_without_lead_among_teams,
    ),
    Invariant(
        "problem_team_joined",
        _("A team joins a problem once it is raised."),
        problem_teams_before_their_problem,
    ),
    Invariant(
        "problem_look_back",
        _("Only a problem that is closed out is looked back on."),
        problems_looked_back_on_too_early,
    ),
    Invariant(
        "problem_steps_in_order",
        _("Row numbers have no gaps and follow the order of recording."),
        partial(numbered_wrongly, ProblemStep, ProblemStep.numbered_within),
    ),
)


# Decisions and instructions ------------------------------------------------------------------------------------------
def outcomes_of_other_teams() -> QuerySet[DecisionOutcome]:
    """Outcomes of a decision for a team that it is not for."""
    return _of_other_teams(DecisionOutcome, DecisionTeam, "decision").select_related("decision__meeting")


def records_of_other_teams() -> QuerySet[DecisionDone]:
    """Records that a decision is done for a team that it is not for."""
    return _of_other_teams(DecisionDone, DecisionTeam, "decision").select_related("decision__meeting")


def line_outcomes_of_other_teams() -> QuerySet[LineOutcome]:
    """Outcomes of a line for a team that it is not for."""
    return _of_other_teams(LineOutcome, LineTeam, "line").select_related("line__instruction")


def _of_other_teams(rows: type[Any], teams: type[Any], parent: str) -> QuerySet[Any]:
    """Rows about a parent and a team that do not stand together in `teams`."""
    named = teams.objects.filter(**{parent: OuterRef(parent), "team": OuterRef("team")})
    found: QuerySet[Any] = rows.objects.filter(~Exists(named)).select_related("team")
    return found


OF_DECISIONS = (
    Invariant("decision_outcome_team", _("A decision becomes work only for its own teams."), outcomes_of_other_teams),
    Invariant(
        "decision_done_team", _("A decision is recorded as done only for its own teams."), records_of_other_teams
    ),
    Invariant(
        "line_outcome_team",
        _("A line of an instruction is answered only for its own teams."),
        line_outcomes_of_other_teams,
    ),
)

INVARIANTS = (*OF_ORDERS, *OF_REQUIREMENTS_AND_SHOWCASES, *OF_PROBLEMS, *OF_DECISIONS)
