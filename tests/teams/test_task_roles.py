"""Role x verb: who may do what to a task (docs/rules.md#roles); everybody else is refused and nothing is written."""

from datetime import date
from decimal import Decimal

import pytest

from governance.people.roles import Role
from governance.records.models import AuditEvent
from governance.records.refusals import NotAllowed
from teams.models import TaskShare
from teams.rules.lamps import Thresholds
from teams.tasks.assignment import acknowledge_task, assign_task, cancel_task, edit_task
from teams.tasks.close_outs import ask_close_out, decide_close_out
from teams.tasks.extensions import ask_extension, decide_extension
from teams.tasks.lamp_rules import relight_all, set_lamp_rule
from teams.tasks.milestones import NewMilestone, add_milestones, complete_milestone, replace_milestone
from teams.tasks.suspension import resume_task, suspend_task
from teams.tasks.townships import Share, count_shares, share_out
from tests import factories

OFFICE = {"special_office"}
HEADS = {"head", "deputy"}
DRAFTERS = {*HEADS, "liaison"}
ADMINISTRATOR = {"administrator"}

MAY = {
    "assign_task": OFFICE,
    "edit_task": OFFICE,
    "cancel_task": OFFICE,
    "suspend_task": OFFICE,
    "resume_task": OFFICE,
    "add_milestones": OFFICE,
    "replace_milestone": OFFICE,
    "complete_milestone": OFFICE | DRAFTERS,
    "share_out": OFFICE,
    "count_shares": OFFICE | DRAFTERS,
    "acknowledge_task": DRAFTERS,
    "ask_extension": HEADS,
    "decide_extension": OFFICE,
    "ask_close_out": HEADS,
    "decide_close_out": OFFICE,
    "set_lamp_rule": ADMINISTRATOR,
    "relight_tasks": ADMINISTRATOR,
}

PEOPLE = [
    *Role.values,
    "head",
    "deputy",
    "liaison",
    "member",
    "former_head",
    "head_elsewhere",
    "nobody",
    "superuser",
    "inactive_office",
    "inactive_head",
]


@pytest.fixture
def person(request, team):
    """The person of the row."""
    name = request.param
    if name in Role.values:
        return factories.UserFactory(roles=[name])
    if name in ("head", "deputy", "liaison", "member", "former_head", "superuser"):
        return request.getfixturevalue(name)
    makers = {
        "head_elsewhere": lambda: request.getfixturevalue("other_head"),
        "nobody": factories.UserFactory,
        "inactive_office": lambda: factories.UserFactory(roles=[Role.SPECIAL_OFFICE], is_active=False),
        "inactive_head": lambda: (
            factories.MemberFactory(team=team, part="head", user=factories.UserFactory(is_active=False)).user
        ),
    }
    return makers[name]()


@pytest.fixture
def attempt(team, at):
    """Verb by name -> a callable that carries it out as a person, with everything ready for it."""
    asker = factories.MemberFactory(team=team, part="deputy").user
    facts = {
        "year": 2026,
        "number": 10**6,
        "title": "新任务",
        "lead_department": factories.DepartmentFactory(),
        "start_on": at.date(),
    }

    def task(state="in_progress"):
        return factories.make_task(team=team, state=state)

    def extension():
        return ask_extension(task(), new_due_on=date(2026, 12, 31), reason="用地未批", by=asker, at=at)

    def close_out():
        return ask_close_out(task(), statement="已完成", by=asker, at=at)

    def milestone():
        return factories.make_task(team=team, milestones=[("封顶", date(2026, 10, 1), 1)]).milestones.get()

    def shares(target):
        return [Share(township=factories.TownshipFactory(), target=Decimal(target), done=Decimal(1))]

    def shared():
        counted = factories.make_task(team=team, target=8, unit="个", done=0, percent=0)
        TaskShare.objects.create(task=counted, township=factories.TownshipFactory(), target=8)
        return counted

    def counts(row, **rest):
        return count_shares(row, [Share(township=row.shares.get().township, done=Decimal(1))], **rest)

    step = NewMilestone(title="竣工", due_on=date(2026, 11, 1))

    def of(row, verb, **values):
        return lambda by: verb(row, **values, by=by, at=at)

    return {
        "assign_task": lambda: of(team, lambda row, **rest: assign_task(row, **facts, **rest)),
        "edit_task": lambda: of(task(), lambda row, **rest: edit_task(row, {"note": "改"}, **rest)),
        "cancel_task": lambda: of(task(), cancel_task, reason="调整"),
        "suspend_task": lambda: of(task(), suspend_task, reason="等待用地"),
        "resume_task": lambda: of(task("suspended"), resume_task),
        "add_milestones": lambda: of(task(), lambda row, **rest: add_milestones(row, [step], **rest)),
        "replace_milestone": lambda: of(
            milestone(), lambda row, **rest: replace_milestone(row, step, reason="改", **rest)
        ),
        "complete_milestone": lambda: of(milestone(), complete_milestone, done_on=at.date()),
        "share_out": lambda: of(task(), lambda row, **rest: share_out(row, shares(8), unit="个", **rest)),
        "count_shares": lambda: of(shared(), counts),
        "acknowledge_task": lambda: of(task("assigned"), acknowledge_task),
        "ask_extension": lambda: of(task(), ask_extension, new_due_on=date(2026, 12, 31), reason="用地未批"),
        "decide_extension": lambda: of(extension(), decide_extension, granted=True),
        "ask_close_out": lambda: of(task(), ask_close_out, statement="已完成"),
        "decide_close_out": lambda: of(close_out(), decide_close_out, accepted=True),
        "set_lamp_rule": lambda: of(
            team.action, lambda row, **rest: set_lamp_rule(row, Thresholds(red_gap=40), **rest)
        ),
        "relight_tasks": lambda: of(team.action, relight_all),
    }


@pytest.mark.parametrize("verb", MAY)
@pytest.mark.parametrize("person", PEOPLE, indirect=True)
def test_who_may(attempt, person, verb, request):
    carry_out = attempt[verb]()
    allowed = request.node.callspec.params["person"] in MAY[verb]
    if allowed:
        carry_out(person)
    else:
        with pytest.raises(NotAllowed):
            carry_out(person)
    assert AuditEvent.objects.filter(verb=verb).count() == allowed
