"""A plan as the table that is annexed to a circular: dimension, indicator, points, standard, source, unit."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from governance.lists.text import Text, clauses_text, count_text, names_text

from ..engine.plan import Indicator, Kind, Plan, Worth
from ..engine.plan_changes import classes_of, points_sums
from ..models import ONLY_CLASS
from .indicators import dimension_worth_words, indicator_words, worth_lines
from .methods import number_words
from .plans import (
    EFFECT_WORDS,
    KIND_WORDS,
    class_titles,
    kind_title,
    quota_words,
    stage_days,
    tie_break_words,
    title_of,
)


@dataclass(frozen=True, slots=True)
class AnnexGroup:
    """Rows that share their first cell: a dimension, the bonus or the deduction; `limit` says what they count."""

    title: Text
    limit: str
    rows: list[dict[str, object]]


def dimension_groups(plan: Plan) -> list[AnnexGroup]:
    """The dimensions with their indicators, in the order of the plan."""
    groups = [
        AnnexGroup(title_of(one), _points(dimension_worth_words(plan, one)), _rows(plan, plan.members(one)))
        for one in plan.dimensions
    ]
    return [group for group in groups if group.rows]


def extra_groups(plan: Plan) -> list[AnnexGroup]:
    """Bonus and deduction, where the plan has them."""
    caps = {Kind.BONUS: plan.bonus_cap, Kind.DEDUCTION: plan.deduction_cap}
    groups = [AnnexGroup(KIND_WORDS[kind], _limit(cap), _rows(plan, plan.of_kind(kind))) for kind, cap in caps.items()]
    return [group for group in groups if group.rows]


def base_lines(plan: Plan) -> list[str]:
    """The sum of the base points: one for all classes, as the plan's check asks."""
    codes = classes_of(plan) or [ONLY_CLASS]
    sums = {code: points_sums(plan, code).kinds[Kind.BASE] for code in codes}
    alike = set(sums.values())
    return worth_lines(plan, Worth(points=alike.pop()) if len(alike) == 1 else Worth(by_class=sums))


def annex_notes(plan: Plan) -> Iterator[tuple[str, str]]:
    """What stands below the table, by name: what it needs to become ranks and grades."""
    yield gettext("Total"), _total_words(plan)
    if plan.classes:
        yield gettext("Classes"), names_text(class_titles(plan).values())
    if plan.tie_break:
        yield gettext("Ties are broken by"), tie_break_words(plan)
    if plan.grades:
        yield gettext("Grades"), clauses_text(_grades(plan))
    if plan.grade_min_age_days:
        yield (
            gettext("Grades from"),
            ngettext(
                "%(days)s day old; younger teams are scored and ranked, but not graded",
                "%(days)s days old; younger teams are scored and ranked, but not graded",
                plan.grade_min_age_days,
            )
            % {"days": plan.grade_min_age_days},
        )
    if plan.year and plan.year.min_rounds:
        yield (
            gettext("Grades from"),
            ngettext(
                "%(number)s round; teams with fewer are ranked, not graded",
                "%(number)s rounds; teams with fewer are ranked, not graded",
                plan.year.min_rounds,
            )
            % {"number": plan.year.min_rounds},
        )
    yield gettext("Stages"), clauses_text(_stages(plan))
    if plan.vetoes:
        yield (
            gettext("Vetoes"),
            clauses_text(gettext(": ").join((title_of(veto), str(EFFECT_WORDS[veto.effect]))) for veto in plan.vetoes),
        )
    if plan.year:
        yield (
            gettext("The year"),
            clauses_text(f"{kind_title(plan, one.code)} {number_words(one.weight)}" for one in plan.year.parts),
        )


def _stages(plan: Plan) -> Iterator[str]:
    for title, days in stage_days(plan):
        words = ngettext("%(stage)s %(count)d working day", "%(stage)s %(count)d working days", days)
        yield words % {"stage": title, "count": days}


def _total_words(plan: Plan) -> str:
    words = [gettext("base points plus bonus less deduction")]
    if not plan.bonus_above_base:
        words.append(gettext("the total cannot exceed the base points"))
    return clauses_text(words)


def _grades(plan: Plan) -> Iterator[str]:
    for grade in plan.grades:
        words = gettext("%(grade)s from %(least)s") % {"grade": title_of(grade), "least": number_words(grade.min)}
        quota = quota_words(grade.quota)
        yield gettext("%(grade)s, at most %(quota)s") % {"grade": words, "quota": quota} if quota else words


def _rows(plan: Plan, indicators: tuple[Indicator, ...]) -> list[dict[str, object]]:
    return [indicator_words(plan, one) for one in indicators]


def _points(words: str) -> str:
    return gettext("%(worth)s points in total") % {"worth": words}


def _limit(cap: Decimal | None) -> str:
    return "" if cap is None else gettext("at most %(cap)s points") % {"cap": count_text(cap)}
