"""The search results from the loop."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.registers.search import SEARCH_SOURCES, Hit, SearchSource, each_hit, marked, passage
from teams.models import SpecialAction

from ..filters.problem import EVERY, problem_says
from ..models import Problem


def _problems(user: User, action: SpecialAction | None) -> QuerySet[Problem]:
    if action is None:
        return Problem.objects.none()
    return Problem.objects.visible_to(user).filter(action=action).select_related("lead").order_by("-number")


def _problem_hit(problem: Problem, words: Sequence[str]) -> Hit:
    whose = problem.lead.short_name if problem.lead else ""
    return Hit(problem.get_absolute_url(), marked(str(problem), words), passage(problem.cause, words), whose)


SEARCH_SOURCES.register(
    "problems",
    SearchSource(
        _("Prominent problems"), "problem_list", _problems, problem_says, each_hit(_problem_hit), {"show": EVERY}
    ),
)
