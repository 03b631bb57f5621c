"""Every column of every insert-only table, of rounds and plans is altered, and a row of each removed: all is found.

The tables' owner can take the triggers away and put them back; here they are away for the whole module, so doctor's own
question about them is left out. The demonstration's story is sealed once; each alteration is undone by a savepoint.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction

from assessments.appeals.decisions import allow_year_appeal
from assessments.appeals.filing import file_appeal
from assessments.figures.entry import Entry, enter_figures
from assessments.models import (
    AssessmentPlan,
    AssessmentRound,
    Claim,
    Figure,
    FigureCountersignature,
    FigureSource,
    LeftOut,
    MeasuredValue,
    Moderation,
    PanelClosure,
    ResultCorrection,
    RoundTeam,
    RowDecision,
    Seat,
    SeatStep,
    SeenCheck,
    SelfScore,
    SignedMark,
)
from assessments.results import result_corrections as corrections
from assessments.results.verification import verify_published
from assessments.results.year_result import approve_year, compute_year, post_year_notice
from assessments.results.year_verification import verify_years
from governance.overview.management.commands.doctor import INVARIANTS
from governance.people.models import User
from governance.records.integrity.guards import insert_only_models, remove_triggers
from governance.records.integrity.seals import broken_chain, broken_ranges, seal_records
from governance.records.models import AuditEvent, AuditSeal
from tests.story import undone
from tests.teams.meetings.every_table import a_row_in_each_table

pytestmark = pytest.mark.django_db

BESIDE_RESULTS = (AssessmentRound, RoundTeam, FigureSource, Claim, AssessmentPlan, ResultCorrection)
"""Tables that verbs change and a published result depends on."""

OF_NO_WEIGHT = {
    "assessments.appealdecision.outcome": "a constraint refuses another outcome beside the correction, or without one",
    "teams.reportdecision.taken_back": "a constraint refuses it beside an acceptance, or beside the reason of a return",
    "teams.reportdecision.undoes_id": "a constraint refuses it beside an acceptance, a return or what was taken back",
    "records.auditseal.id": "nothing refers to a seal by its id; its number is in its head",
    "assessments.assessmentround.version": "tells a stale form only",
    "assessments.figuresource.version": "tells a stale form only",
    "assessments.figuresource.department_id": "says who supplies the figure from now on; each figure names its own",
    "assessments.figuresource.by_centre": "says who enters the figure from now on; a figure names who did",
    "assessments.claim.version": "tells a stale form only",
    "assessments.resultcorrection.version": "tells a stale form only",
    "assessments.assessmentplan.version": "tells a stale form only",
    "assessments.assessmentplan.number": "a constraint refuses another number to a first version, which has no reason",
    "assessments.assessmentplan.reason": "says why a version followed another; counts for nothing",
}
"""Columns that may be altered unnoticed, and why that does no harm."""

ROWS_TRIED = 200
"""Rows that are tried where a constraint refuses an alteration of the first ones."""


def fields_of(models_: Iterator[type[models.Model]]) -> list[models.Field]:
    return [field for model in models_ for field in model._meta.local_concrete_fields]


def name_of(field: models.Field) -> str:
    return f"{field.model._meta.label_lower}.{field.attname}"


SEALED = fields_of(insert_only_models())
OF_ROUNDS = fields_of(BESIDE_RESULTS)


@pytest.fixture(scope="module")
def sealed(story, django_db_blocker) -> AuditSeal:
    """The story, and a row in each table of the loop, sealed, without triggers."""
    with django_db_blocker.unblock():
        last = AuditEvent.objects.latest("at")
        task = story.task(7)
        head = story.user(f"head-{task.team.code}")
        a_corrected_result(at=last.at - timedelta(hours=2))
        a_decision_about_marks(at=last.at)
        a_row_in_each_table(task, office=story.user("office"), leader=story.user("leader"), head=head, at=last.at)
        seat = RoundTeam.objects.select_related("round__plan").get(
            team=task.team, round__plan__plan__code="trial-2026-q3"
        )
        LeftOut.objects.create(
            round=seat.round,
            indicator=seat.round.plan.indicators.first(),
            team=seat.team,
            number=1,
            reason="统计口径尚未建立",
            document="5号",
            by=story.user("centre"),
            at=last.at,
        )
        noted = {"round": seat.round, "number": 1, "kind": "jump", "rows": '[[1,"40","70"]]', "note": "已核查"}
        SeenCheck.objects.create(**noted, by=story.user("centre2"), at=last.at)
        value = MeasuredValue.objects.first()
        decided = {"value": value, "document": "3号", "basis": "收文登记", "by": story.user("centre"), "at": last.at}
        RowDecision.objects.create(number=1, outcome="set_aside", row="{}", **decided)
        RowDecision.objects.create(number=2, outcome="counted", because="on_time", row='{"task":1}', **decided)
        SelfScore.objects.create(
            round_team=seat, indicator=value.indicator, number=1, points=Decimal(1), by=head, at=last.at
        )
        figure = Figure.objects.exclude(confirmation=None).get()  # signed after the result, which it leaves as it is
        entered = Figure.objects.filter(confirmation=None).order_by("number").last()
        withdrawn = {"source": entered.source, "number": entered.number + 1, "department": entered.department}
        withdrawn |= {"document": "3号", "basis": "误报", "by": story.user("centre"), "at": last.at}
        Figure.objects.create(**withdrawn)
        FigureCountersignature.objects.create(figure=figure, reason="已核对", by=story.user("centre"), at=last.at)
        later = last.at + timedelta(days=21)  # the corrected result is published
        year = compute_year(story.action, "trial-2026-q3", 2026, by=story.user("centre"), at=later)
        approve_year(year, document="6号", by=story.user("centre2"), at=later)
        post_year_notice(year, by=story.user("centre"), at=later)
        said = {"wrong": "数有误", "reason": "见台账", "wanted": "2", "by": head, "at": later}
        appeal = file_appeal(seat.round, seat.team, matter="indicator", fact="T7", year=year, **said)
        allow_year_appeal(appeal, reasons="属实", document="7号", by=story.user("centre2"), at=later)
        seal = seal_records(at=later)
        assert seal is not None and seal.number == 1
        connection.check_constraints()
        remove_triggers()
    return seal


def a_corrected_result(at: datetime) -> None:
    """A figure of the published round was wrong; the second result is published."""
    round = AssessmentRound.objects.get(plan__plan__code="trial-2026-q3")
    one, other = (User.objects.get(username=name) for name in ("centre", "centre2"))
    correction = corrections.open_result_correction(round, reason="误录", document="9号", by=one, at=at)
    source = FigureSource.objects.filter(round=round, indicator__code="T7", figures__isnull=False).first()
    entry = {source.team.code: Entry("1", "24")}
    enter_figures(round, source.indicator, entry, document="8号", basis="核定表", by=one, at=at)
    correction = corrections.score_result_correction(correction, by=one, at=at)
    correction = corrections.approve_result_correction(correction, document="10号", by=other, at=at)
    if corrections.changes_places(correction):
        correction = corrections.post_result_correction(correction, by=one, at=at)
    corrections.publish_result_correction(correction, by=one, at=at + timedelta(days=20))


def a_decision_about_marks(at: datetime) -> None:
    """In the contest a judge steps aside, one is replaced, the panel is closed, and marks for a team stand."""
    mark = SignedMark.objects.order_by("pk").first()
    about = {"round": mark.seat.round, "at": at, "by": User.objects.get(username="centre")}
    PanelClosure.objects.create(reason="两名评委公务在外", **about)
    made = {"at": at, "by": about["by"]}
    six, seven = Seat.objects.unsigned().order_by("pk")
    SeatStep.objects.create(seat=six, act="stepped_aside", team=mark.team, reason="亲属", **made)
    SeatStep.objects.create(seat=seven, act="voided", reason="生病", **made)
    place = {"indicator": mark.indicator, "team": mark.team}
    Moderation.objects.create(number=1, stands=True, note="答辩内容不同", **place, **about)


def altered_values(field: models.Field, value: object) -> Iterator[object]:
    """Other values that the column takes."""
    if isinstance(field, models.ForeignKey):
        others = field.related_model._base_manager.exclude(pk=value).order_by("-pk").values_list("pk", flat=True)
        yield from others[:3]
        yield (value or 0) + 100_000
        return
    match value:
        case None:
            yield from {
                "DateField": [date(2026, 1, 1)],
                "DateTimeField": [datetime(2026, 1, 1)],
                "GenericIPAddressField": ["10.9.9.9"],
            }.get(field.get_internal_type(), [1])
        case bool():
            yield not value
        case int():
            yield from (value + 100_000,) if field.primary_key else (value + 1000, value + 1, value - 1)
        case Decimal():
            yield value + 1 if value < 99 else value - 1
        case datetime():
            yield value + timedelta(seconds=1)
        case date():
            yield value + timedelta(days=1)
        case _ if field.get_internal_type() == "GenericIPAddressField":
            yield "10.9.9.9"
        case str():
            yield from (choice for choice, _label in field.choices or () if choice != value)
            yield ("x" + value)[: field.max_length] if value[:1] != "x" else "y" + value[1:]


def alter(field: models.Field) -> bool:
    """Write another value to a column of a row, as SQL does; False where a constraint refuses it of every row tried."""
    model, quote = field.model, connection.ops.quote_name
    statement = f"UPDATE {quote(model._meta.db_table)} SET {quote(field.column)} = %s WHERE id = %s"
    for pk, value in model._base_manager.order_by("pk").values_list("pk", field.attname)[:ROWS_TRIED]:
        for other in altered_values(field, value):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement, [field.get_db_prep_save(other, connection), pk])
            except IntegrityError:
                continue
            return True
    return False


def remove(model: type[models.Model]) -> None:
    """Remove a row as SQL does: the last one, beside results the first, which a published one depends on.

    Keys are checked when a transaction ends, which this one never does.
    """
    pk = model._base_manager.order_by("pk" if model in BESIDE_RESULTS else "-pk").values_list("pk", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)} WHERE id = %s", [pk])


def found_by_seals(model: type[models.Model], seal: AuditSeal) -> list[object]:
    """What verify_audit finds, asked of one table."""
    return list(broken_chain()) or list(broken_ranges(seal, [model._meta.label_lower]))


def found_by_results() -> list[object]:
    """What verify_results finds."""
    return [finding for verified in (*verify_published(), *verify_years()) for finding in verified.findings]


def found_by_doctor() -> list[object]:
    """What doctor's queries find, besides the triggers."""
    asked = [invariant for invariant in INVARIANTS if invariant.code != "insert_only_tables_guarded"]
    return [row for invariant in asked for row in invariant.broken()]


def missed(fields: list[models.Field], find: Callable[[models.Field], list[object]]) -> set[str]:
    """Columns whose alteration is not found, or of which no row takes another value."""
    silent = set()
    for field in fields:
        with undone():
            if not alter(field) or not find(field):
                silent.add(name_of(field))
    return silent


def test_the_story_has_a_row_in_each_table_and_nothing_is_found_in_it(sealed):
    for model in (*insert_only_models(), *BESIDE_RESULTS):
        assert model._base_manager.exists(), model
    assert found_by_results() == found_by_doctor() == list(broken_chain()) == list(broken_ranges(sealed)) == []


def test_an_altered_column_of_any_insert_only_table_is_found(sealed):
    silent = missed(SEALED, lambda field: found_by_seals(field.model, AuditSeal.objects.get()))
    assert silent == OF_NO_WEIGHT.keys() & set(map(name_of, SEALED))


def test_an_altered_column_that_a_published_result_depends_on_is_found(sealed):
    silent = missed(OF_ROUNDS, lambda field: found_by_results() or found_by_doctor())
    assert silent == OF_NO_WEIGHT.keys() & set(map(name_of, OF_ROUNDS))


@pytest.mark.parametrize("model", [*insert_only_models(), *BESIDE_RESULTS], ids=lambda model: model._meta.label_lower)
def test_a_missing_row_is_found(sealed, model):
    seal = AuditSeal.objects.get()
    with undone():
        remove(model)
        if model is AuditSeal:  # what it covered is open again; the head that was printed tells
            with pytest.raises(CommandError, match=seal.sha256):
                call_command("verify_audit", head=seal.sha256, stdout=StringIO())
        elif model in insert_only_models():
            assert found_by_seals(model, seal)
        else:
            assert found_by_results() or found_by_doctor()


@pytest.mark.parametrize("model", insert_only_models(), ids=lambda model: model._meta.label_lower)
def test_the_command_names_the_table(sealed, model):
    with undone():
        alter(model._meta.get_field("at"))
        with pytest.raises(CommandError, match="1 " if model is AuditSeal else model._meta.label_lower):
            call_command("verify_audit", stdout=StringIO())
