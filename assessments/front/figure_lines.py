"""Home lines about figures: what a department has to supply, and the corrections that wait for the centre."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from governance.clock import day_of
from governance.people.roles import Role
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by

from ..figures.overview import sheets_of
from ..models import FigureCorrection
from ..states import FIGURES_OPEN, CorrectionState


def figure_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for each indicator of which the person's department has not confirmed every figure."""
    today = day_of(reader.now)
    for sheet in sheets_of(reader.user):
        if sheet.open_rows:
            until = day_of(sheet.until) if sheet.until else None
            tone = tone_by(until, today)
            yield TodoLine(
                "yellow" if sheet.is_reopened and tone == "blue" else tone,
                _("Figures for %(indicator)s: %(done)s of %(of)s confirmed")
                % {
                    "indicator": f"{sheet.indicator.code} {sheet.title}",
                    "done": sheet.confirmed,
                    "of": len(sheet.rows),
                },
                sheet.round.title,
                reverse("figure_supply", args=[sheet.round.pk, sheet.indicator.code]),
                _("Fill in"),
                until,
            )


def correction_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for the centre for each round in which a department asks for a correction."""
    if not reader.user.has_role(Role.ASSESSMENT_CENTRE):
        return
    asked = FigureCorrection.objects.visible_to(reader.user).filter(
        state=CorrectionState.ASKED, figure__source__round__state__in=FIGURES_OPEN
    )
    rounds = asked.order_by("figure__source__round").values_list(
        "figure__source__round", "figure__source__round__title"
    )
    for pk, title in rounds.distinct():
        yield TodoLine(
            "yellow",
            _("A department requests the correction of a figure"),
            title,
            reverse("round_suppliers", args=[pk]),
            _("Open"),
        )


TODO_SOURCES.register("figures", figure_lines)
TODO_SOURCES.register("corrections", correction_lines)
