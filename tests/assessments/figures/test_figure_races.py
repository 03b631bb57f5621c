"""Two people of a department, or a department and the centre, at once: one wins, the other is told, nothing doubled."""

import pytest

from assessments.figures import suppliers, supplying
from assessments.figures.entry import Entry
from assessments.figures.supply import supplies, to_countersign
from assessments.models import Figure, FigureConfirmation, FigureCorrection, FigureCountersignature, FigureDraft
from assessments.results import moves
from governance.records.refusals import Invalid, Stale, WrongState
from teams.models import TeamDepartment
from tests.assessments.conftest import CHECKED, ENTERED
from tests.assessments.figures.conftest import DOCUMENT
from tests.assessments.test_race import loaded, one_wins
from tests.racing import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def read(story, bureau):
    return supplies(story.round, indicator=story.indicator("T6"), department=bureau.department)


def test_two_windows_confirm(bureau, story):
    bureau.save()
    indicator = story.indicator("T6")

    def load(by):
        seen = supplying.shown_in(read(story, bureau))
        return lambda: supplying.confirm_figures(story.round, indicator, by=by, at=ENTERED, seen=seen)

    one_wins("confirm_figures", lambda: load(bureau.person), lambda: load(bureau.colleague))
    assert FigureConfirmation.objects.get().figures.count() == 4


def test_two_save_the_same_line(bureau, story):
    team, indicator = story.teams[0].code, story.indicator("T6")

    def load(by, tier):
        seen = {team: read(story, bureau)[0].seen}
        line = {team: supplying.Line(tier)}
        return lambda: supplying.save_figures(story.round, indicator, line, **DOCUMENT, by=by, at=ENTERED, seen=seen)

    one_wins(
        "save_figures",
        lambda: load(bureau.person, "complete"),
        lambda: load(bureau.colleague, "none"),
        loses=(Stale,),
    )
    assert FigureDraft.objects.get().version == 1


def test_a_colleague_saves_while_another_confirms_and_what_was_not_shown_is_never_locked(bureau, story):
    bureau.save()
    team, indicator = story.teams[0].code, story.indicator("T6")

    def confirm():
        seen = supplying.shown_in(read(story, bureau))
        return lambda: supplying.confirm_figures(story.round, indicator, by=bureau.person, at=ENTERED, seen=seen)

    def save():
        seen, line = {team: read(story, bureau)[0].seen}, {team: supplying.Line("none")}
        return lambda: supplying.save_figures(
            story.round, indicator, line, **DOCUMENT, by=bureau.colleague, at=ENTERED, seen=seen
        )

    outcomes = race(confirm, save)
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    assert [type(error) for error in errors] == [Stale]
    assert not Figure.objects.filter(value="none", source__team__code=team).exists()


def test_the_centre_enters_on_behalf_while_the_department_confirms(bureau, story):
    bureau.save()
    indicator, code = story.indicator("T6"), story.teams[0].code
    seen = supplying.shown_in(read(story, bureau))
    confirm = loaded(
        story, lambda round: supplying.confirm_figures(round, indicator, by=bureau.person, at=ENTERED, seen=seen)
    )
    enter = loaded(story, lambda round: story.enter("T6", {code: Entry("none")}, seen={code: 0}))
    errors = [outcome.error for outcome in race(confirm, enter) if outcome.error is not None]
    assert [type(error) for error in errors] == [Stale]
    assert Figure.objects.filter(source__team__code=code).count() == 1


def test_the_last_confirmation_and_the_end_of_collecting_at_once(bureau, story):
    bureau.save()
    story.enter("T7", {team.code: Entry("20", "24") for team in story.teams[:3]})
    indicator = story.indicator("T6")
    confirm = loaded(story, lambda round: supplying.confirm_figures(round, indicator, by=bureau.person, at=ENTERED))
    check = loaded(story, lambda round: moves.begin_checking(round, by=story.centre, at=CHECKED))
    confirmed, checked = race(confirm, check)
    assert confirmed.error is None
    assert checked.error is None or isinstance(checked.error, WrongState)


def test_two_ask_for_one_correction_and_two_answer_it(bureau, story):
    bureau.save()
    bureau.confirm()
    figure = Figure.objects.order_by("pk").first()
    pk = figure.pk

    def ask(by):
        row = Figure.objects.get(pk=pk)
        return lambda: supplying.ask_correction(row, value="none", reason="误填", by=by, at=ENTERED)

    one_wins("ask_correction", lambda: ask(bureau.person), lambda: ask(bureau.colleague), loses=(Invalid,))

    def answer(by, opens):
        row = FigureCorrection.objects.get()
        return lambda: suppliers.answer_correction(row, opens=opens, answer="不予更正", by=by, at=ENTERED)

    one_wins("answer_correction", lambda: answer(story.centre, True), lambda: answer(story.centre2, False))


def test_two_countersign(bureau, story):
    TeamDepartment.objects.filter(team=story.teams[0], part="lead").update(department=bureau.department)
    bureau.save()
    bureau.confirm()
    assert len(to_countersign(supplies(story.round))) == 1
    loaders = [
        loaded(story, lambda round, by=by: suppliers.countersign_figures(round, reason="核对", by=by, at=ENTERED))
        for by in (story.centre, story.centre2)
    ]
    one_wins("countersign_figures", *loaders)
    assert FigureCountersignature.objects.count() == 1
