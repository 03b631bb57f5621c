"""What the verbs about problems share: a step with its audit event, what joins a problem, and the notices."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, day_text, title_text
from governance.people.models import User
from governance.records.refusals import Invalid
from governance.records.values import WITHHELD
from governance.records.verbs import inserted, raise_version, record, save_version, tell
from teams.guards import moment_after
from teams.models import SpecialTeam, Task
from teams.permissions import DRAFTERS
from teams.roster.recipients import office_people

from ..models import Problem, ProblemStep, ProblemTask, ProblemTeam
from ..notices import ProblemNotice
from ..states import ProblemState

LONGEST = 4000
"""The longest text of a step."""

IN_A_NOTICE = 60
"""The most characters of a text in a notice; the page has the rest."""


def step(
    problem: Problem,
    state: ProblemState,
    fields: dict[str, Any] | None = None,
    *,
    text: str = "",
    cause: str,
    by: User,
    at: datetime,
    seen: int | None = None,
    also: dict[str, Any] | None = None,
) -> ProblemStep:
    """Write `state` and `fields` to a locked problem, keep the step with its words, and leave the audit event.

    A step raises the version even where the state stays: what another person has open is out of date. `cause` is the
    name of the verb, `also` what the event says beside the fields.

    Raises:
        Stale: the problem has changed since version `seen`.
        ClockBehind: the last step was on a later day than that of `at`.
    """
    change = save_version(problem, {"state": state, **(fields or {})}, seen=seen)
    if not change:
        raise_version(problem)
    said = {"text": WITHHELD} if text else {}
    record(cause, problem, by=by, at=at, change=change | said | (also or {}))
    return keep_step(problem, text=text, by=by, at=at)


def keep_step(problem: Problem, *, text: str, by: User, at: datetime) -> ProblemStep:
    """Keep the state that a locked problem has reached, numbered after its last step."""
    last = problem.steps.aggregate(number=Max("number"), at=Max("at"))
    return ProblemStep.objects.create(
        problem=problem,
        number=(last["number"] or 0) + 1,
        state=problem.state,
        due_on=problem.due_on,
        text=text,
        at=moment_after(last["at"], at, problem),
        by=by,
    )


def join_teams(problem: Problem, teams: Iterable[SpecialTeam], *, at: datetime) -> None:
    """Add teams to a locked problem, which is theirs from `at` on."""
    joined_at = moment_after(problem.raised_at, at, problem)
    known = set(problem.teams.values_list("team_id", flat=True))
    for team in teams:
        if team.pk not in known:
            known.add(team.pk)
            inserted(ProblemTeam(problem=problem, team=team, joined_at=joined_at))


def join_tasks(problem: Problem, tasks: Iterable[Task]) -> None:
    """Add tasks of rectification to a locked problem."""
    known = set(problem.tasks.values_list("task_id", flat=True))
    for task in tasks:
        if task.pk not in known:
            known.add(task.pk)
            inserted(ProblemTask(problem=problem, task=task))


def written(text: str, field: str, missing: Text = "") -> str:
    """The words of a step, trimmed; with `missing` they are required.

    Raises:
        Invalid: they are missing or too long.
    """
    text = text.strip()
    if missing and not text:
        raise Invalid(fields={field: missing})
    if len(text) > LONGEST:
        raise Invalid(fields={field: _("Please keep this to %(most)s characters.") % {"most": LONGEST}})
    return text


def check_ahead(due_on: date, *, at: datetime, field: str = "due_on") -> None:
    """Refuse a due date before the day of `at`.

    Raises:
        Invalid: the day has passed.
    """
    if due_on < day_of(at):
        said = _("It cannot be due before today, %(day)s.") % {"day": day_text(day_of(at))}
        raise Invalid(fields={field: said})


# Notices -------------------------------------------------------------------------------------------------------------
def short(text: str) -> str:
    """A text as a notice names it."""
    return title_text(text, IN_A_NOTICE)


def people_of_teams(teams: Iterable[SpecialTeam]) -> list[User]:
    """The present heads, deputies and liaisons of some teams who can sign in."""
    parts = {"memberships__team__in": list(teams), "memberships__left_on": None, "memberships__part__in": DRAFTERS}
    return list(User.objects.filter(is_active=True, **parts).distinct())


def tell_teams(problem: Problem, kind: ProblemNotice, **said: Any) -> None:
    """Notify the people of the problem's teams, except the one who acted; `said` as `_tell`."""
    _tell(people_of_teams(teams_of(problem)), problem, kind, **said)


def tell_office(problem: Problem, kind: ProblemNotice, **said: Any) -> None:
    """Notify the office, except the one who acted; `said` as `_tell`."""
    _tell(office_people(), problem, kind, **said)


def tell_all(problem: Problem, kind: ProblemNotice, **said: Any) -> None:
    """Notify the people of the problem's teams and the office, except the one who acted; `said` as `_tell`."""
    people = {person.pk: person for person in (*people_of_teams(teams_of(problem)), *office_people())}
    _tell(people.values(), problem, kind, **said)


def _tell(
    people: Iterable[User],
    problem: Problem,
    kind: ProblemNotice,
    *,
    by: User,
    at: datetime,
    due_on: date | None = None,
    **facts: object,
) -> None:
    """`facts` fill the sentence in, beside the problem; `due_on` is its day."""
    words = {name: short(str(value)) for name, value in facts.items()}
    tell(
        [person for person in people if person.pk != by.pk],
        kind,
        key=f"problem-{problem.pk}-{kind.value}-{problem.version}",
        url=problem.get_absolute_url(),
        at=at,
        facts={"problem": str(problem), "by": day_text(due_on), **words},
        due_on=due_on,
    )


def name_of_lead(problem: Problem) -> str:
    """The short name of the lead team; "" while none leads."""
    return problem.lead.short_name if problem.lead else ""


def teams_of(problem: Problem) -> list[SpecialTeam]:
    """The teams that have the problem, in document order."""
    return list(SpecialTeam.objects.filter(problems__problem=problem).order_by("order"))
