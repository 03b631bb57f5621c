"""Home lines about problems: what the office analyses, verifies and looks back on; what lead teams do."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.clock import day_of
from governance.lists.text import clauses_text, long_date
from governance.people.roles import Role
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by
from teams.debts.reader import debt_reader_of

from ..filters.problem import LOOK_BACK as LOOK_BACK_DUE
from ..filters.problem import led_by
from ..models import Problem
from ..problems.courses import Course
from ..problems.debts import ANALYSE, LOOK_BACK, TAKE_UP_DAYS, VERIFY
from ..states import ProblemState

TAKEN = (ProblemState.ANALYSED, ProblemState.RECTIFYING)


def office_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for each kind of work on problems: three queries."""
    if reader.action is None or not reader.user.has_role(Role.SPECIAL_OFFICE):
        return
    on, days = day_of(reader.now), debt_reader_of(reader).working_days
    by_state: dict[str, list[Problem]] = defaultdict(list)
    waiting = Problem.objects.filter(action=reader.action, state__in=(ProblemState.RAISED, ProblemState.RESOLVED))
    for problem in waiting | Problem.objects.filter(action=reader.action, look_again_on__lte=on):
        by_state[problem.state].append(problem)
    courses = Course.of_each(problem for problems in by_state.values() for problem in problems)
    for state, kind, title, button, page in _office_kinds():
        problems = by_state[state]
        if problems:
            since = min(courses[problem.pk].since for problem in problems)
            if state == ProblemState.CLOSED_OUT:
                since = min(problem.look_again_on for problem in problems if problem.look_again_on)
            due_on = days.add(since, kind.term)
            url = problems[0].get_absolute_url() if len(problems) == 1 else page
            count = len(problems)
            yield TodoLine(tone_by(due_on, on), title(count), _titles(problems), url, button, due_on, count)


def _office_kinds() -> list[Any]:
    board = reverse("problem_list")
    return [
        (
            ProblemState.RAISED,
            ANALYSE,
            lambda n: ngettext("%(count)d problem to analyse", "%(count)d problems to analyse", n) % {"count": n},
            _("Analyse"),
            f"{board}?show=raised",
        ),
        (
            ProblemState.RESOLVED,
            VERIFY,
            lambda n: ngettext("%(count)d problem to verify", "%(count)d problems to verify", n) % {"count": n},
            _("Verify"),
            f"{board}?show=resolved",
        ),
        (
            ProblemState.CLOSED_OUT,
            LOOK_BACK,
            lambda n: (
                ngettext("%(count)d problem to look back on", "%(count)d problems to look back on", n) % {"count": n}
            ),
            _("Look back"),
            f"{board}?show={LOOK_BACK_DUE}",
        ),
    ]


def _titles(problems: Sequence[Problem]) -> str:
    named = clauses_text(problem.title for problem in problems[:3])
    return named if len(problems) <= 3 else _("%(names)s and others") % {"names": named}


def team_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for each problem that the person's team leads and has to take up or resolve: two queries."""
    if reader.action is None:
        return
    on = day_of(reader.now)
    led: QuerySet[Problem] = Problem.objects.filter(led_by(reader.user), action=reader.action, state__in=TAKEN)
    problems = list(led.select_related("lead"))
    if not problems:
        return
    days, courses = debt_reader_of(reader).working_days, Course.of_each(problems)
    for problem in problems:
        if problem.state == ProblemState.ANALYSED:
            due_on = days.add(courses[problem.pk].since, TAKE_UP_DAYS)
            yield TodoLine(
                tone_by(due_on, on),
                _("Problem to take up: %(title)s") % {"title": problem.title},
                _("Take it up by %(day)s; it is to be resolved by %(due)s.")
                % {"day": long_date(due_on), "due": long_date(problem.due_on)},
                problem.get_absolute_url(),
                _("Take up"),
                due_on,
            )
        elif tone_by(problem.due_on, on) != "blue":
            yield TodoLine(
                tone_by(problem.due_on, on),
                _("Problem to resolve: %(title)s") % {"title": problem.title},
                _("To be resolved by %(day)s.") % {"day": long_date(problem.due_on)},
                problem.get_absolute_url(),
                _("Report as resolved"),
                problem.due_on,
            )


TODO_SOURCES.register("problems_office", office_lines)
TODO_SOURCES.register("problems_team", team_lines)
