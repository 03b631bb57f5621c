"""Showcases on the shared pages: home lines, navigation, search, help."""

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
from governance.registers.navigation import MENU, NAVIGATION, Place
from governance.registers.search import SEARCH_SOURCES, Hit, SearchSource, each_hit, marked, passage
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by
from teams.debts.reader import debt_reader_of
from teams.models import TeamMember
from teams.permissions import DRAFTERS

from ..filters.showcase import WAITING, showcase_says
from ..models import Showcase, ShowcaseStep
from ..showcases.debts import STEP


def step_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """For the office: the showcases with a step to confirm, in one line with the oldest."""
    if reader.action is None or not may(reader.user, "confirm_steps"):
        return
    waiting = ShowcaseStep.objects.waiting().filter(showcase__team__action=reader.action)
    rows = list(waiting.select_related("showcase__team").order_by("at"))
    if not rows:
        return
    first, on = rows[0], day_of(reader.now)
    due_on = debt_reader_of(reader).working_days.add(day_of(first.at), STEP.term)
    words = {"team": first.showcase.team.short_name, "showcase": first.showcase, "day": long_date(day_of(first.at))}
    count = len({row.showcase_id for row in rows})
    one = reverse("step_confirm", args=[first.showcase_id, first.pk])
    yield TodoLine(
        tone_by(due_on, on),
        ngettext("%(count)d showcase with a step to confirm", "%(count)d showcases with a step to confirm", count)
        % {"count": count},
        _("Oldest: %(team)s, %(showcase)s, reported on %(day)s.") % words,
        one if count == 1 else f"{reverse('showcase_list')}?state={WAITING}",
        pgettext("to do", "Confirm"),
        due_on,
        count,
    )


def practice_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """For the people who draft for a team: its learned practices whose review has come."""
    if reader.action is None:
        return
    own = TeamMember.objects.current().filter(user=reader.user, part__in=DRAFTERS)
    practices = Showcase.objects.filter(
        kind=Showcase.Kind.LEARNED,
        verdict="",
        review_on__lte=day_of(reader.now),
        team__in=own.values("team"),
        team__action=reader.action,
        team__closed_on=None,
    )
    for practice in practices:
        yield TodoLine(
            tone_by(practice.review_on, day_of(reader.now)),
            _("Say what became of the learned practice “%(showcase)s”") % {"showcase": practice},
            _("Learned from %(source)s, to be reviewed on %(day)s.")
            % {"source": practice.source, "day": long_date(practice.review_on)},
            reverse("showcase_verdict", args=[practice.pk]),
            pgettext("to do", "Judge"),
            practice.review_on,
        )


def _showcases(user: Any, action: Any) -> QuerySet[Showcase]:
    rows = Showcase.objects.visible_to(user).select_related("team")
    return rows.filter(team__action=action).order_by("-year", "-pk") if action else rows.none()


def _hit(showcase: Showcase, words: Sequence[str]) -> Hit:
    return Hit(
        showcase.get_absolute_url(),
        marked(showcase.title, words),
        passage(showcase.text, words),
        showcase.team.short_name,
    )


TODO_SOURCES.register("steps to confirm", step_lines)
TODO_SOURCES.register("practices to judge", practice_lines)
NAVIGATION.register("showcase_list", Place(gettext_lazy("Showcases"), 48, ("/showcases/",)))
MENU.register("field_place_list", Place(gettext_lazy("Places of the fields"), 35))
SEARCH_SOURCES.register(
    "showcases",
    SearchSource(gettext_lazy("Showcases"), "showcase_list", _showcases, showcase_says, each_hit(_hit)),
)
PAGE_HELP.register(
    "showcase",
    [
        gettext_lazy("The team reports a step, and another person of the special office confirms it."),
        gettext_lazy("A level counts only with the document that proves it, and each showcase counts once."),
    ],
)
