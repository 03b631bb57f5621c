"""A team asks about a frozen fact; the centre answers, corrects the rows, or the figure: the sums follow."""

import json
from datetime import timedelta

import pytest

from assessments.checking.corrections import answer_with_figure, answer_with_rows
from assessments.checking.facts import sheet_of
from assessments.checking.questions import answer_question, ask_about_fact, duties, waiting
from assessments.claims.claims import lower_claim, withdraw_claim
from assessments.figures.entry import Entry, enter_figures
from assessments.measures.corrections import Correction, keys_of
from assessments.models import FactQuestion, Figure, MeasuredValue, RowDecision
from assessments.results.verification import verify_published, verify_result
from assessments.rounds.facts_of_round import gather
from assessments.rounds.freezing import freeze_measures
from assessments.rounds.round_states import step_back
from governance.records.models import Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from tests.assessments.conftest import CHECKED, SCORED
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db

ASKED = CHECKED + timedelta(minutes=30)
ANSWERED = CHECKED + timedelta(hours=1)


@pytest.fixture
def checking(story):
    """The story in its checking days."""
    story.until("checking")
    return story


def measured(story, place: int = 0, measure: str = "task_completion_rate") -> MeasuredValue:
    """The standing value of a measure for a team."""
    values = MeasuredValue.objects.standing().select_related("indicator")
    return values.get(round_team__team=story.teams[place], indicator__measure=measure)


def ask(story, code: str, place: int = 0, **also) -> FactQuestion:
    team = story.teams[place]
    also = {"reason": "收文登记与取数不一致", "by": story.heads[team.code], "at": ASKED} | also
    return ask_about_fact(story.round, team, code, **also)


def rows_of(value: MeasuredValue) -> list[dict]:
    return json.loads(value.rows)


def correct(story, question, corrections, **also):
    also = {"basis": "收文登记第214号", "answer": "属实，更正。", "by": story.centre, "at": ANSWERED} | also
    return answer_with_rows(question, corrections, **also)


# Asking -----------------------------------------------------------------------------------------------------------
def test_heads_and_deputies_ask_about_their_own_facts_in_the_checking_days(checking):
    code = measured(checking).indicator.code
    deputy = MemberFactory(team=checking.teams[0], part="deputy").user
    question = ask(checking, code, by=deputy)
    assert (question.state, question.number, question.asked_by) == ("open", 1, deputy)
    with pytest.raises(NotAllowed):
        ask(checking, code, place=1, by=deputy)
    with pytest.raises(NotAllowed):
        ask(checking, code, by=MemberFactory(team=checking.teams[0], part="liaison").user)
    with pytest.raises(NotAllowed):
        ask(checking, code, by=checking.centre)


def test_one_question_a_fact_is_open_and_a_new_one_follows_the_answer(checking):
    code = measured(checking).indicator.code
    question = ask(checking, code)
    with pytest.raises(Invalid):
        ask(checking, code)
    answer_question(question, answer="维持。", by=checking.centre, at=ANSWERED)
    assert ask(checking, code).pk != question.pk


def test_asking_needs_a_reason_a_fact_and_a_row_that_exist(checking):
    code = measured(checking).indicator.code
    with pytest.raises(Invalid) as refusal:
        ask(checking, code, reason=" ")
    assert set(refusal.value.fields) == {"reason"}
    with pytest.raises(Invalid) as refusal:
        ask(checking, code, row="{}")
    assert set(refusal.value.fields) == {"row"}
    with pytest.raises(WrongState):
        ask(checking, "no-such-fact")
    with pytest.raises(WrongState):
        ask(checking, code, seen=7)


def test_asking_is_closed_before_checking_begins_and_after_its_days(story):
    story.until("collecting")
    code = measured(story).indicator.code
    with pytest.raises(WrongState):
        ask(story, code)
    story.enter_all()
    story.check()
    with pytest.raises(WrongState):
        ask(story, code, at=SCORED)


# Answering --------------------------------------------------------------------------------------------------------
def test_the_round_is_not_scored_before_every_question_is_answered(checking):
    question = ask(checking, measured(checking).indicator.code)
    assert [one.words for one in waiting(checking.round, to="scoring", at=SCORED)]
    assert [(one.done, one.of) for one in duties(checking.round)] == [(0, 1)]
    with pytest.raises(WrongState) as refusal:
        checking.begin()
    assert checking.teams[0].name in str(refusal.value)
    answer_question(question, answer="维持。", by=checking.centre, at=ANSWERED)
    assert waiting(checking.round, to="scoring", at=SCORED) == []
    assert [(one.done, one.of) for one in duties(checking.round)] == [(1, 1)]
    checking.begin()
    assert checking.score().number == 1


def test_an_answer_says_that_the_fact_stands_and_tells_who_asked(checking):
    question = ask(checking, measured(checking).indicator.code)
    answered = answer_question(question, answer="维持。", by=checking.centre, at=ANSWERED)
    assert (answered.state, answered.answer) == ("stands", "维持。")
    assert Notice.objects.filter(kind="fact_answered", to=question.asked_by).count() == 1
    with pytest.raises(WrongState):
        answer_question(question, answer="再答。", by=checking.centre2, at=ANSWERED)


def test_only_the_centre_answers_and_says_something(checking):
    question = ask(checking, measured(checking).indicator.code)
    with pytest.raises(NotAllowed):
        answer_question(question, answer="维持。", by=question.asked_by, at=ANSWERED)
    with pytest.raises(NotAllowed):
        answer_question(question, answer="维持。", by=checking.office, at=ANSWERED)
    with pytest.raises(Invalid) as refusal:
        answer_question(question, answer=" ", by=checking.centre, at=ANSWERED)
    assert set(refusal.value.fields) == {"answer"}
    with pytest.raises(Stale):
        answer_question(question, answer="维持。", by=checking.centre, at=ANSWERED, seen=9)


def test_a_question_about_a_veto_that_was_withdrawn_can_still_be_answered(story):
    story.until("collecting")
    story.enter_all()
    claim = story.event(story.teams[0], veto="false-data", matter="弄虚作假")
    story.check()
    question = ask(story, "false-data")
    assert question.number == 2  # the claim was filed and approved
    step_back(story.round, reason="重新登记", by=story.centre, at=ANSWERED)
    withdraw_claim(claim, reason="查无实据", by=story.centre, at=ANSWERED)
    answered = answer_question(question, answer="查无实据，撤回。", by=story.centre, at=ANSWERED)
    assert answered.state == "corrected"
    assert waiting(story.round, to="scoring", at=SCORED) == []


def test_a_claim_that_the_team_asks_about_is_changed_in_checking_and_its_answer_says_so(story):
    story.until("collecting")
    story.enter_all()
    claim = story.event(story.teams[0], "P1", level="provincial", matter="股份合作社")
    story.check()
    lowered = {"level": "municipal", "reason": "文件为市级", "by": story.centre, "at": ANSWERED}
    with pytest.raises(WrongState):
        lower_claim(claim, **lowered)
    stands, question = ask(story, "P2"), ask(story, "P1")
    lower_claim(claim, **lowered)
    assert answer_question(question, answer="按市级认定。", by=story.centre, at=ANSWERED).state == "corrected"
    assert answer_question(stands, answer="属实。", by=story.centre, at=ANSWERED).state == "stands"
    with pytest.raises(WrongState):  # the page it is asked on showed another fact
        ask(story, "P1", seen=question.number, at=ANSWERED)
    with pytest.raises(WrongState):
        lower_claim(claim, **lowered | {"level": "county"})


# Rows -------------------------------------------------------------------------------------------------------------
def test_a_row_that_is_set_aside_leaves_numerator_and_denominator(checking):
    """The first team's tasks of the quarter are of level 3 and 1: closed out 3 of 4; without the first 0 of 1."""
    value = measured(checking)
    assert (value.numerator, value.denominator) == (3, 4)
    question = ask(checking, value.indicator.code)
    hit = next(place for place, row in enumerate(rows_of(value)) if row["numerator"])
    correct(checking, question, [Correction(keys_of(rows_of(value))[hit])])
    after = measured(checking)
    assert (after.number, after.numerator, after.denominator) == (2, 0, 1)
    row = rows_of(after)[hit]
    assert (row["because"], row["was"]["numerator"]) == ("set_aside", 3)
    question.refresh_from_db()
    assert question.state == "corrected"


def test_a_row_counts_as_a_hit_with_the_weight_of_its_task(checking):
    value = measured(checking)
    rows = rows_of(value)
    miss = next(place for place, row in enumerate(rows) if row["denominator"] and not row["numerator"])
    question = ask(checking, value.indicator.code, row=keys_of(rows)[miss])
    correct(checking, question, [Correction(keys_of(rows)[miss], "closed_out")])
    assert (measured(checking).numerator, measured(checking).denominator) == (4, 4)
    decision = RowDecision.objects.get()
    assert (decision.outcome, decision.because, decision.by) == ("counted", "closed_out", checking.centre)


def test_a_report_counts_as_late_and_the_count_follows(checking):
    """Late reports are counted, and fewer are better: what is a hit costs points."""
    value = measured(checking, measure="reports_late")
    assert (value.numerator, value.denominator) == (0, 3)
    key = keys_of(rows_of(value))[0]
    correct(checking, ask(checking, value.indicator.code), [Correction(key, "submitted_late")])
    after = measured(checking, measure="reports_late")
    assert (after.numerator, after.denominator) == (1, 3)
    correct(checking, ask(checking, value.indicator.code, at=ANSWERED), [], at=ANSWERED + timedelta(hours=1))
    again = measured(checking, measure="reports_late")
    assert (again.number, again.numerator, again.rows) == (3, 0, value.rows)


def test_a_row_is_added_with_a_document(checking):
    value = measured(checking)
    question = ask(checking, value.indicator.code)
    with pytest.raises(Invalid):
        correct(checking, question, [Correction("县里交办的一项", "closed_out", is_added=True)])
    correct(checking, question, [Correction("县里交办的一项", "closed_out", "垣办〔2026〕9号", is_added=True)])
    assert (measured(checking).numerator, measured(checking).denominator) == (4, 5)


def test_nothing_else_can_be_said_of_a_row(checking):
    value = measured(checking)
    key = keys_of(rows_of(value))[0]
    question = ask(checking, value.indicator.code)
    for corrections in ([], [Correction("{}")], [Correction(key, "submitted_late")]):
        with pytest.raises(Invalid):
            correct(checking, question, corrections)
    with pytest.raises(Invalid) as refusal:
        correct(checking, question, [Correction(key)], basis=" ")
    assert set(refusal.value.fields) == {"basis"}
    with pytest.raises(Stale):
        correct(checking, question, [Correction(key)], seen=4)
    question.refresh_from_db()
    assert (question.state, measured(checking).number) == ("open", 1)


def test_who_corrected_a_row_has_scored(checking):
    value = measured(checking)
    question = ask(checking, value.indicator.code)
    assert checking.centre2.pk not in checking.round.scorer_ids()
    correct(checking, question, [Correction(keys_of(rows_of(value))[0])], by=checking.centre2)
    assert checking.centre2.pk in checking.round.scorer_ids()


def test_a_second_correction_keeps_the_first_with_who_decided_it(checking):
    value = measured(checking)
    keys = keys_of(rows_of(value))
    first = Correction(keys[0])
    correct(checking, ask(checking, value.indicator.code), [first], by=checking.centre2)
    again = ask(checking, value.indicator.code, at=ANSWERED)
    correct(checking, again, [first, Correction(keys[1])], at=ANSWERED + timedelta(minutes=5))
    decided = measured(checking).decisions.order_by("number")
    assert [(one.row, one.by) for one in decided] == [(keys[0], checking.centre2), (keys[1], checking.centre)]
    assert measured(checking).number == 3


# Figures ----------------------------------------------------------------------------------------------------------
def test_a_figure_is_corrected_by_its_next_number_by_this_road_alone(checking):
    code = checking.teams[0].code
    question = ask(checking, "T6")
    paper = {"document": "专项办〔2026〕21号", "basis": "补交材料", "by": checking.centre, "at": ANSWERED}
    with pytest.raises(WrongState):
        enter_figures(checking.round, checking.indicator("T6"), {code: Entry("partial")}, **paper)
    with pytest.raises(WrongState):
        enter_figures(
            checking.round,
            checking.indicator("T6"),
            {checking.teams[1].code: Entry("complete")},
            answering=question,
            **paper,
        )
    answered = answer_with_figure(question, Entry("partial"), answer="更正。", seen=1, **paper)
    assert answered.state == "corrected"
    latest = Figure.objects.filter(source__team=checking.teams[0], source__indicator__code="T6").order_by("-number")
    assert (latest[0].number, latest[0].value) == (2, "partial")
    fact = next(fact for fact in facts(checking) if fact.code == "T6")
    assert (fact.number, fact.earlier != fact.value) == (2, True)


def test_the_present_value_is_no_correction(checking):
    paper = {"document": "专项办〔2026〕21号", "basis": "补交材料", "by": checking.centre, "at": ANSWERED}
    question = ask(checking, "T6")
    with pytest.raises(Invalid):
        answer_with_figure(question, Entry("complete"), answer="更正。", **paper)
    question.refresh_from_db()
    assert question.state == "open"


# The sheet --------------------------------------------------------------------------------------------------------
def facts(story, place: int = 0, user=None):
    seat = story.round.teams.select_related("team").get(team=story.teams[place])
    seat.round = story.round
    return sheet_of(seat, user or story.heads[story.teams[place].code], at=ANSWERED)


def test_a_sheet_holds_the_facts_with_their_rows(checking):
    found = {fact.code: fact for fact in facts(checking)}
    value = measured(checking)
    fact = found[value.indicator.code]
    assert fact.value.startswith("75") and (fact.counted, fact.rows) == (2, 3)
    assert found["P1"].papers[0].matter == "股份制试点"
    assert found["T6"].number == 1


def test_beginning_to_check_tells_heads_and_deputies_until_when(story):
    story.until("checking")
    notices = Notice.objects.filter(kind="checking_begun")
    assert {one.to_id for one in notices} == {head.pk for head in story.heads.values()}
    assert notices[0].facts["until"] == "2026-10-20"


# Results ----------------------------------------------------------------------------------------------------------
def test_a_corrected_value_is_scored_and_verified(checking):
    value = measured(checking)
    correct(checking, ask(checking, value.indicator.code), [Correction(keys_of(rows_of(value))[0])])
    checking.begin()
    result = checking.score()
    assert verify_result(result) == []
    source = json.loads(result.body)["facts"]["provenance"][value.indicator.code][checking.teams[0].code]
    assert source["decisions"][0]["basis"] == "收文登记第214号"
    for act in (checking.approve, checking.notice, checking.publish):
        act()
    assert [found for one in verify_published() for found in one.findings] == []


def test_facts_of_a_moment_are_those_before_the_correction(checking):
    value = measured(checking)
    code, team = value.indicator.code, checking.teams[0].code
    correct(checking, ask(checking, code), [Correction(keys_of(rows_of(value))[0])])
    then, _ = gather(checking.round, before=ASKED)
    now, _ = gather(checking.round, before=ANSWERED)
    assert (then.provenance[code][team]["number"], now.provenance[code][team]["number"]) == (1, 2)


def test_freezing_again_carries_corrections_over(checking):
    value = measured(checking)
    key = keys_of(rows_of(value))[0]
    correct(checking, ask(checking, value.indicator.code), [Correction(key)], by=checking.centre2)
    sums = measured(checking).numerator, measured(checking).denominator
    later = ANSWERED + timedelta(hours=1)
    for _ in range(2):
        step_back(checking.round, reason="重新取数", by=checking.centre, at=later)
    freeze_measures(checking.round, by=checking.centre, at=later)
    after = measured(checking)
    assert (after.number, after.numerator, after.denominator) == (3, *sums)
    assert [(one.row, one.by) for one in after.decisions.all()] == [(key, checking.centre2)]
    other = measured(checking, place=1)
    assert other.number == 2
