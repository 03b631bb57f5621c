"""Home lines of the public notice: for heads and deputies until when they can appeal, for the centre what to decide."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.clock import day_of
from governance.lists.text import long_date
from governance.people.permissions import may
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by
from teams.models import TeamMember
from teams.permissions import HEADS

from ..models import Appeal, AssessmentRound
from ..rounds.stage_days import StageDays
from ..states import RoundState


def notice_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for each round in public notice with a team that the person speaks for."""
    led = TeamMember.objects.current().filter(user_id=reader.user.pk, part__in=HEADS).values_list("team", flat=True)
    teams = list(led)
    if not teams:
        return
    rounds = AssessmentRound.objects.filter(
        state=RoundState.PUBLIC_NOTICE, teams__team__in=teams, teams__is_active=True
    ).distinct()
    for round in rounds.select_related("plan").order_by("pk"):
        end = StageDays(round).end(RoundState.PUBLIC_NOTICE)
        if end is None or reader.now > end:
            continue
        yield TodoLine(
            tone_by(day_of(end), day_of(reader.now)),
            _("The result of %(round)s is in public notice") % {"round": round},
            _("Until %(moment)s you can appeal against a wrong fact.") % {"moment": long_date(end)},
            reverse("round_appeals", args=[round.pk]),
            _("Open"),
            day_of(end),
        )


def appeal_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for the centre for each round with undecided appeals: one query."""
    if not may(reader.user, "open_round"):
        return
    open_in: dict[int, list[Appeal]] = {}
    for appeal in Appeal.objects.open().select_related("round").order_by("filed_at", "pk"):
        open_in.setdefault(appeal.round_id, []).append(appeal)
    for appeals in open_in.values():
        round, count = appeals[0].round, len(appeals)
        said = ngettext("%(count)d appeal to decide: %(round)s", "%(count)d appeals to decide: %(round)s", count)
        yield TodoLine(
            "yellow",
            said % {"count": count, "round": round},
            _("The result is not published before."),
            reverse("round_appeals", args=[round.pk]),
            _("Open"),
            None,
            count,
        )


TODO_SOURCES.register("public notices", notice_lines)
TODO_SOURCES.register("appeals", appeal_lines)
