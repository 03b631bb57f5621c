"""Rows of meetings, requirements and showcases that the screens look at; what the story does not show is made."""

from governance.clock import at_time, now, today
from governance.people.models import User
from teams.meetings.agenda.minutes import correct_minutes, submit_minutes
from teams.meetings.agenda.planning import plan_meeting
from teams.meetings.decisions.recording import DecisionWords, record_decision
from teams.meetings.instructions.writing import LineWords, record_line
from teams.meetings.models import Audience, Meeting, Requirement, Showcase
from teams.models import SpecialAction
from tests.teams.meetings.factories import make_requirement

HELD, NEXT = "promotion-2026-1", "dispatch-2026-2"
SPEECH = (2026, 2)
"""The instruction that was heard at the promotion meeting."""


def _person(name: str) -> User:
    return User.objects.get(username=name)


def _meeting(code: str) -> Meeting:
    return next(each for each in Meeting.objects.select_related("action") if each.code == code)


def corrected() -> tuple:
    """The minutes of the promotion meeting are open for a correction."""
    meeting = _meeting(HELD)
    if meeting.state == "minutes_issued":
        correct_minutes(meeting, reason="漏写一个责任单位。", by=_person("office"), at=now())
    return (HELD,)


def submitted() -> tuple:
    """Minutes wait to be signed."""
    corrected()
    submit_minutes(_meeting(HELD), by=_person("secretary"), at=now())
    return (HELD,)


def a_meeting_today() -> tuple:
    """A meeting whose day has come."""
    facts = {"kind": "topic", "starts_at": at_time(today(), 15), "place": "三楼会议室", "chair": _person("leader")}
    return (plan_meeting(action=SpecialAction.objects.get(), by=_person("secretary"), at=now(), **facts).code,)


def an_item() -> tuple:
    """A report on the agenda of the next meeting."""
    return NEXT, _meeting(NEXT).items.get(team__code="member-service").pk


def a_proposed_decision() -> tuple:
    """What the next meeting is to decide."""
    words = DecisionWords(text="年底前清零无物业小区。", audience=Audience.ALL)
    return NEXT, record_decision(_meeting(NEXT), words, by=_person("secretary"), at=now()).number


def a_proposed_line() -> tuple:
    """A line that was heard and is not adopted."""
    corrected()
    item = _meeting(HELD).items.get(kind="speech")
    words = LineWords(text="年底前逐项验收。")
    line = record_line(item, words, leader=_person("leader"), by=_person("secretary"), at=now())
    return *SPEECH, line.number


def requirement() -> tuple:
    """The document from above."""
    return (Requirement.objects.get(document="市治理办〔2026〕17号").pk,)


def unanswered() -> tuple:
    """A document from above that nobody has answered."""
    return (make_requirement(SpecialAction.objects.get(), document="市治理办〔2026〕19号").pk,)


def clause(number: int, *more: str) -> tuple:
    """One of its clauses."""
    return *requirement(), number, *more


def showcase(title: str, kind: str) -> tuple:
    """A showcase of the story."""
    return (Showcase.objects.get(title=title, kind=kind).pk,)


def a_waiting_step() -> tuple:
    """A step that its team proposed."""
    step = Showcase.objects.get(title="“田间党课”").steps.waiting().get()
    return step.showcase_id, step.pk
