"""Requirements from above on the shared pages: home lines, menu, search, help."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from governance.clock import day_of
from governance.lists.text import long_date
from governance.people.permissions import may
from governance.registers.help import PAGE_HELP
from governance.registers.navigation import MENU, Place
from governance.registers.search import SEARCH_SOURCES, Hit, SearchSource, each_hit, marked, passage
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by
from teams.debts.reader import debt_reader_of

from ..filters.requirement import UNMATCHED, requirement_says
from ..models import Clause, Requirement
from ..requirements.debts import CLAUSE
from ..requirements.standing import TeamStanding, standings_of
from .reading import spoken_for


def match_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """For the office: the documents with clauses that nobody has, in one line."""
    if reader.action is None or not may(reader.user, "keep_requirements"):
        return
    clauses = list(
        Clause.objects.unmatched()
        .filter(requirement__action=reader.action)
        .select_related("requirement")
        .order_by("requirement__received_on", "number")
    )
    if not clauses:
        return
    first = clauses[0]
    due_on = debt_reader_of(reader).working_days.add(first.requirement.received_on, CLAUSE.term)
    words = {"document": first.requirement.document, "day": long_date(first.requirement.received_on)}
    count = len({clause.requirement_id for clause in clauses})
    one = first.requirement.get_absolute_url()
    if len(clauses) == 1:
        one = reverse("clause_match", args=[first.requirement_id, first.number])
    yield TodoLine(
        tone_by(due_on, day_of(reader.now)),
        ngettext(
            "%(count)d requirement has clauses without a team",
            "%(count)d requirements have clauses without a team",
            count,
        )
        % {"count": count},
        _("%(document)s, received on %(day)s.") % words,
        one if count == 1 else f"{reverse('requirement_list')}?state={UNMATCHED}",
        pgettext("to do", "Match"),
        due_on,
        count,
    )


def answer_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """For head and deputies: a line for each clause that their team has not answered."""
    teams = spoken_for(reader)
    if not teams:
        return
    clauses = Clause.objects.filter(requirement__action=reader.action, not_ours="")
    for standing in standings_of(clauses.select_related("requirement", "team")):
        for each in standing.teams:
            if each.team.pk in teams and each.first is None and each.team.closed_on is None:
                yield _to_answer(each, reader)


def _to_answer(each: TeamStanding, reader: TodoReader) -> TodoLine:
    clause, due_on = each.clause, each.due_on
    words = {"number": clause.number, "document": clause.requirement.document}
    said = {"team": each.team.short_name, "day": long_date(due_on)}
    return TodoLine(
        tone_by(due_on, day_of(reader.now)),
        _("Clause %(number)s of %(document)s to answer") % words,
        (_("%(team)s, by %(day)s.") if due_on else _("%(team)s, no date is set.")) % said,
        reverse("clause_answer", args=[clause.requirement_id, clause.number, each.team.code]),
        pgettext("to do", "Answer"),
        due_on,
    )


def _requirements(user: Any, action: Any) -> QuerySet[Requirement]:
    rows = Requirement.objects.visible_to(user)
    return rows.filter(action=action).order_by("-received_on", "-pk") if action else rows.none()


def _hit(requirement: Requirement, words: Sequence[str]) -> Hit:
    return Hit(
        requirement.get_absolute_url(),
        marked(requirement.title, words),
        passage(requirement.document, words),
        requirement.issuer,
    )


TODO_SOURCES.register("clauses to match", match_lines)
TODO_SOURCES.register("clauses to answer", answer_lines)
MENU.register("requirement_list", Place(gettext_lazy("Requirements from above"), 25))
SEARCH_SOURCES.register(
    "requirements",
    SearchSource(
        gettext_lazy("Requirements from above"), "requirement_list", _requirements, requirement_says, each_hit(_hit)
    ),
)
PAGE_HELP.register(
    "requirement",
    [
        gettext_lazy("Each row is a clause, each column a task that takes it up; the team of the task answers."),
        gettext_lazy("The first answer decides whether it was in time. Later answers can follow at any time."),
    ],
)
