"""Orders and circulars for the screens: those of the story, and a circular that is being written."""

from governance.clock import now
from governance.people.models import User
from teams.meetings.models import Circular, CircularDraft, SupervisionOrder
from teams.meetings.orders.circulars import CircularLineText, draft_circular
from teams.models import SpecialAction, Task

YEAR = 2026


def _person(name: str) -> User:
    return User.objects.get(username=name)


def _order_on(number: int) -> tuple:
    """The last order on a task that is more than a reminder."""
    order = SupervisionOrder.objects.in_force().filter(task__number=number, series="order").latest("issued_at")
    return order.series, order.year, order.number


def order_to_answer() -> tuple:
    """An order that its team has not answered."""
    return _order_on(7)


def order_to_judge() -> tuple:
    """An order whose answer waits for the office."""
    return _order_on(8)


def a_draft() -> tuple:
    """A circular that is being written by the office."""
    draft = CircularDraft.objects.filter(state="draft").first() or _written("关于10月督办事项的通报")
    return (draft.pk,)


def a_circular() -> tuple:
    """The signed circular."""
    circular = Circular.objects.get(number=5)
    return circular.year, circular.number


def _written(title: str) -> CircularDraft:
    team = Task.objects.select_related("team").get(number=3).team
    lines = [CircularLineText("named", team, "村企联建项目进度滞后，督办后方明确时限。")]
    facts = {"title": title, "text": "各专班总体推进平稳，但个别任务滞后。", "lines": lines}
    return draft_circular(SpecialAction.objects.get(), **facts, by=_person("office"), at=now())
