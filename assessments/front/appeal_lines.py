"""Home lines of the public notice: for heads and deputies until when they can appeal, for the centre what to decide."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.clock import day_of
from governance.lists.text import long_date
from governance.people.permissions import may
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by
from teams.models import TeamMember
from teams.permissions import HEADS

from ..models import Appeal, AssessmentRound, ResultCorrection, RoundTeam, YearResult
from ..results.public_notice import CorrectionNotice, PublicNotice, YearNotice, notice_of
from ..states import ResultCorrectionState, RoundState, YearState


def notice_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for each round, corrected result or year in public notice with a team that the person speaks for."""
    led = TeamMember.objects.current().filter(user_id=reader.user.pk, part__in=HEADS).values_list("team", flat=True)
    teams = list(led)
    if not teams:
        return
    seats = RoundTeam.objects.active().filter(team__in=teams).values("round")
    rounds = AssessmentRound.objects.filter(state=RoundState.PUBLIC_NOTICE, pk__in=seats).select_related("plan")
    corrected = ResultCorrection.objects.filter(state=ResultCorrectionState.PUBLIC_NOTICE, round__in=seats)
    notices = [PublicNotice(round) for round in rounds.order_by("pk")]
    notices += [CorrectionNotice(one) for one in corrected.select_related("round__plan").order_by("pk")]
    years = YearResult.objects.with_state().filter(state=YearState.PUBLIC_NOTICE).defer("body").select_related("action")
    of_years = [YearNotice(one) for one in years.order_by("pk")]
    notices += [notice for notice in of_years if notice.seats.filter(team__in=teams).exists()]
    for notice in notices:
        end = notice.end
        if end is None or reader.now > end:
            continue
        named = {"round": str(notice.round)}
        if notice.year is not None:
            title = _("The result of the year %(year)s is in public notice")
            words = _("Until %(moment)s you can appeal against a wrong fact of one of its rounds.")
            named = {"year": str(notice.year.year)}
        elif notice.correction is None:
            title = _("The result of %(round)s is in public notice")
            words = _("Until %(moment)s you can appeal against a wrong fact.")
        else:
            title = _("The corrected result of %(round)s is in public notice")
            words = _("Until %(moment)s you can appeal against what it changes for your team.")
        yield TodoLine(
            tone_by(day_of(end), day_of(reader.now)),
            title % named,
            words % {"moment": long_date(end)},
            notice.url,
            _("Open"),
            day_of(end),
        )


def appeal_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for the centre for each public notice with undecided appeals: one query."""
    if not may(reader.user, "open_round"):
        return
    open_in: dict[tuple[int | None, int], list[Appeal]] = {}
    related = ("round", "result_correction", "year_result__action")
    for appeal in Appeal.objects.open().select_related(*related).order_by("filed_at", "pk"):
        of_year = appeal.year_result_id
        open_in.setdefault((of_year, 0 if of_year else appeal.round_id), []).append(appeal)
    for appeals in open_in.values():
        notice, count = notice_of(appeals[0]), len(appeals)
        round = notice.title if notice.year else appeals[0].round
        said = ngettext("%(count)d appeal to decide: %(round)s", "%(count)d appeals to decide: %(round)s", count)
        yield TodoLine(
            "yellow",
            said % {"count": count, "round": round},
            _("The result is not published before."),
            notice.url,
            _("Open"),
            None,
            count,
        )


TODO_SOURCES.register("public notices", notice_lines)
TODO_SOURCES.register("appeals", appeal_lines)
