"""The desk of supervision orders: what is proposed with its reason, what is lit and not proposed, what is open."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.cache import cache
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from governance.clock import day_of
from governance.lists.paging import COUNT_KEPT_SECONDS, COUNTED_ANEW
from governance.lists.text import short_date
from governance.people.models import CalendarDay, User
from teams.models import SpecialAction, SpecialTeam, Task, TeamMember, team_ids_of
from teams.permissions import DRAFTERS, HEADS
from teams.tasks.changes import milestones_of
from teams.tasks.standing import TaskStanding

from ..ladder import Proposal, Rung, Why
from ..models import CircularDraft, CircularLine, DismissedProposal, OrderAnswer, SupervisionOrder
from ..models.order import SupervisionOrderQuerySet
from ..states import CircularState, OrderState
from .proposals import DueTalk, LitTask, Proposed, proposals_on
from .steps import Step, rung_steps
from .wording import ANSWER_DAYS, circular_text, proposal_reason, quiet_reason, rung_demand, talk_reason, task_basis

SHOWN = 100
"""Proposals, or reasons, that are shown at once."""


@dataclass(frozen=True)
class ProposalRow:
    """A proposal as the desk shows it, with what the order opens with."""

    key: str
    """Names it in the form: what it is about, the rung, the day."""
    rung: Rung
    since: date
    team: SpecialTeam
    reason: str
    basis: str
    demand: str
    answer_by: date | None = None
    task: Task | None = None
    standing: TaskStanding | None = None
    steps: Sequence[Step] = ()

    @property
    def subject(self) -> str:
        """The task, or for a talk the team."""
        return str(self.task or self.team.name)


@dataclass(frozen=True)
class QuietRow:
    """A lit task for which nothing is proposed, and why."""

    task: Task
    reason: str


@dataclass(frozen=True)
class Desk:
    """What the office finds on a day."""

    rows: Sequence[ProposalRow] = ()
    quiet: Sequence[QuietRow] = ()
    more: int = 0
    """Proposals that are not shown because there are too many at once."""
    more_quiet: int = 0


@dataclass
class _Known:
    """Rows that the desk names, read once."""

    tasks: Mapping[int, Task]
    orders: Mapping[int, SupervisionOrder]
    dismissed: Mapping[tuple[int, str, date], DismissedProposal] = field(default_factory=dict)
    drafted: frozenset[int] = frozenset()
    named_on: Mapping[int, date] = field(default_factory=dict)

    def name(self, key: int | None) -> str:
        """The number of an order in words."""
        return str(self.orders[key]) if key is not None and key in self.orders else ""


def desk_of(action: SpecialAction, *, at: datetime) -> Desk:
    """The proposals of the moment with their reasons: a bounded number of queries, for any number of tasks."""
    on = day_of(at)
    proposed = proposals_on(action, on=on, today=on)
    drafted = _drafted(action)
    due = [each for each in proposed.due if not _is_drafted(each, drafted)]
    quiet = [each for each in proposed.lit if each.proposal is None or _is_drafted(each, drafted)]
    known = _read(action, proposed, [*due[:SHOWN], *quiet[:SHOWN]], drafted)
    answer_by = {rung: CalendarDay.objects.working_days().add(on, days) for rung, days in ANSWER_DAYS.items()}
    steps = milestones_of([known.tasks[each.pk] for each in due[:SHOWN]])
    rows = [
        _row(
            each,
            each.proposal,
            TaskStanding(known.tasks[each.pk], known.tasks[each.pk], on, steps[each.pk]),
            proposed,
            known,
            answer_by,
        )
        for each in due[:SHOWN]
        if each.proposal is not None
    ]
    return Desk(
        rows=[*rows, *(_talk(talk) for talk in proposed.talks)],
        quiet=[QuietRow(known.tasks[each.pk], _why(each, known)) for each in quiet[:SHOWN]],
        more=max(0, len(due) - SHOWN),
        more_quiet=max(0, len(quiet) - SHOWN),
    )


def count_due(action: SpecialAction, *, at: datetime) -> int:
    """How many rows the desk shows as due; kept for half a minute where many tasks are lit."""
    on = day_of(at)
    key = f"orders.due.{action.pk}.{on}"
    count: int | None = cache.get(key)
    if count is None:
        proposed, drafted = proposals_on(action, on=on, today=on), _drafted(action)
        count = len(proposed.talks) + sum(not _is_drafted(each, drafted) for each in proposed.due)
        if len(proposed.lit) > COUNTED_ANEW:
            cache.set(key, count, COUNT_KEPT_SECONDS)
    return count


def _drafted(action: SpecialAction) -> frozenset[int]:
    """Keys of the red orders that stand in a draft of a circular already."""
    drafts = CircularDraft.objects.filter(action=action, state=CircularState.DRAFT)
    return frozenset(line["order"] for draft in drafts for line in draft.read_lines() if line["order"] is not None)


def _is_drafted(each: LitTask, drafted: frozenset[int]) -> bool:
    return each.proposal is not None and each.proposal.rung == Rung.CIRCULAR and each.proposal.order in drafted


def _read(action: SpecialAction, proposed: Proposed, shown: Sequence[LitTask], drafted: frozenset[int]) -> _Known:
    """The rows that the shown tasks name: one query a kind."""
    keys = [each.pk for each in shown]
    orders = [order.key for key in keys for order in proposed.orders.get(key, ())]
    named = CircularLine.objects.filter(order__in=orders).values_list("order", "at")
    return _Known(
        tasks=Task.objects.select_related("team").in_bulk(keys),
        orders=SupervisionOrder.objects.in_bulk(orders),
        dismissed={
            (row.task_id, row.rung, row.since): row
            for row in DismissedProposal.objects.filter(task__in=keys).select_related("by")
            if row.task_id is not None
        },
        drafted=drafted,
        named_on={key: day_of(at) for key, at in named if key is not None},
    )


def _row(
    each: LitTask,
    due: Proposal,
    standing: TaskStanding,
    proposed: Proposed,
    known: _Known,
    answer_by: Mapping[Rung, date],
) -> ProposalRow:
    task = standing.task
    reason = proposal_reason(due, proposed.order(each.pk, due.order), known.name(due.order))
    basis = circular_text(str(task), reason) if due.rung == Rung.CIRCULAR else task_basis(standing, reason)
    return ProposalRow(
        key=f"task-{task.pk}-{due.rung}-{due.since.isoformat()}",
        rung=due.rung,
        since=due.since,
        team=task.team,
        reason=reason,
        basis=basis,
        demand=rung_demand(due.rung),
        answer_by=answer_by.get(due.rung),
        task=task,
        standing=standing,
        steps=rung_steps(due.rung, proposed.orders.get(each.pk, ()), known.named_on),
    )


def _talk(talk: DueTalk) -> ProposalRow:
    reason = talk_reason(talk.since)
    return ProposalRow(
        key=f"team-{talk.team.pk}-{Rung.TALK}-{talk.since.isoformat()}",
        rung=Rung.TALK,
        since=talk.since,
        team=talk.team,
        reason=reason,
        basis=reason,
        demand=rung_demand(Rung.TALK),
    )


def _why(each: LitTask, known: _Known) -> str:
    """Why nothing is proposed for a task, in words."""
    said = each.outcome
    if isinstance(said, Proposal):
        return _("%(order)s is named in the draft of a circular.") % {"order": known.name(said.order)}
    if said.why is Why.DISMISSED and said.dismissed is not None:
        rung, since = said.dismissed
        row = known.dismissed.get((each.pk, rung.value, since))
        if row is not None:
            words = {"who": row.by, "day": short_date(day_of(row.at)), "reason": row.reason}
            return _("%(who)s decided on %(day)s not to issue it: “%(reason)s”") % words
    return quiet_reason(said, known.name(said.order))


# Open orders ---------------------------------------------------------------------------------------------------------
def with_answers(orders: SupervisionOrderQuerySet) -> SupervisionOrderQuerySet:
    """Orders with all that a row or a page says of them."""
    answers = OrderAnswer.objects.select_related("by", "verdict__by").order_by("number")
    return (
        orders.with_follower()
        .select_related("team", "task", "problem", "issued_by")
        .prefetch_related(Prefetch("answers", answers, to_attr="told"))
    )


def open_orders(orders: SupervisionOrderQuerySet) -> SupervisionOrderQuerySet:
    """Those on which somebody has to act, the earliest day first."""
    return with_answers(orders.to_act_on()).order_by("answer_by", "issued_at", "pk")


def own_acts(user: User, orders: Iterable[SupervisionOrder]) -> dict[int, str]:
    """What the person does next, by the order, for those of the teams that they write or speak for: at most one query.

    An order is acknowledged by whoever writes for its team, and answered by its head or deputy alone.
    """
    own = [order for order in orders if order.team_id in team_ids_of(user)]
    if not own:
        return {}
    parts = TeamMember.objects.current().filter(user=user, part__in=DRAFTERS).values_list("team_id", "part")
    writes, speaks = {team for team, _part in parts}, {team for team, part in parts if part in HEADS}
    found = {}
    for order in own:
        if order.state == OrderState.ISSUED and order.team_id in writes:
            found[order.pk] = _("Acknowledge")
        elif order.state in (OrderState.ACKNOWLEDGED, OrderState.SENT_BACK) and order.team_id in speaks:
            found[order.pk] = pgettext("order", "Answer")
    return found


def promised_orders(orders: SupervisionOrderQuerySet, on: date) -> SupervisionOrderQuerySet:
    """Accepted ones whose promised day is still to come, the nearest first."""
    accepted = orders.filter(state=OrderState.ACCEPTED, answers__verdict__accepted=True, answers__promised_on__gte=on)
    return with_answers(accepted).order_by("answers__promised_on", "pk")
