"""Two people of the centre at once: one wins, the other is told, nothing is lost and nothing doubled."""

from datetime import date, timedelta

import pytest

from assessments.checking import corrections, questions
from assessments.claims import claims
from assessments.figures.entry import Entry, enter_figures
from assessments.figures.supply import latest_figures
from assessments.models import (
    AdoptedPlan,
    Appeal,
    AppealDecision,
    AssessmentPlan,
    AssessmentRound,
    Claim,
    FactQuestion,
    Figure,
    MeasuredValue,
    Publication,
    Result,
    ResultCorrection,
    RoundStep,
    SeenCheck,
    YearResult,
)
from assessments.plans import plans
from assessments.results import moves, result_corrections, scoring, year_result
from assessments.results.seen_checks import checks_of, see_check
from assessments.rounds import freezing, left_out, round_states
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, Refused, Stale, WrongState
from tests.assessments.appeals import conftest as appeals
from tests.assessments.conftest import APPROVED, CHECKED, ENTERED, FROZEN, OPENED, PUBLISHED, SCORED, TRIAL
from tests.assessments.years import COMPUTED, OVER, Year
from tests.racing import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def one_wins(verb: str, *loaders, loses: tuple[type[Refused], ...] = (WrongState,)) -> None:
    """Race the loaders: one result, one named refusal, one audit event."""
    before = AuditEvent.objects.filter(verb=verb).count()
    outcomes = race(*loaders)
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    assert [type(error) for error in errors] in [[kind] for kind in loses], outcomes
    assert str(errors[0].message) or errors[0].fields
    assert AuditEvent.objects.filter(verb=verb).count() == before + 1


def loaded(story, call):
    """A loader that reads the round as a page does, and sends what `call` makes of it."""

    def load():
        round = AssessmentRound.objects.select_related("plan", "action").get(pk=story.round.pk)
        return lambda: call(round)

    return load


def test_two_adopt_the_same_draft(story):
    plan = plans.save_draft(TRIAL.read_bytes(), by=story.centre, at=OPENED)

    def load(by):
        draft = AssessmentPlan.objects.get(pk=plan.pk)
        return lambda: plans.adopt_plan(draft, by=by, at=OPENED)

    one_wins("adopt_plan", lambda: load(story.centre2), lambda: load(story.centre2))
    assert AdoptedPlan.objects.get().indicators.count() == 9


def test_two_import_the_same_plan_for_the_first_time(story):
    def load(by):
        return lambda: plans.save_draft(TRIAL.read_bytes(), by=by, at=OPENED)

    outcomes = race(lambda: load(story.centre), lambda: load(story.centre2))
    assert AssessmentPlan.objects.count() == 1
    assert all(outcome.error is None or isinstance(outcome.error, Invalid) for outcome in outcomes)


def test_two_change_the_same_draft(story):
    plan = plans.save_draft(TRIAL.read_bytes(), by=story.centre, at=OPENED)

    def load(by, title):
        content = TRIAL.read_text().replace("Late reports", title).encode()
        seen = AssessmentPlan.objects.get(pk=plan.pk).version
        return lambda: plans.save_draft(content, by=by, at=OPENED, seen=seen)

    one_wins("save_plan_draft", lambda: load(story.centre, "One"), lambda: load(story.centre2, "Two"), loses=(Stale,))


def test_two_edit_the_same_draft_on_its_pages(story):
    plan = plans.save_draft(TRIAL.read_bytes(), by=story.centre, at=OPENED)

    def load(by, title):
        draft = AssessmentPlan.objects.get(pk=plan.pk)

        def change(document):
            return {**document, "plan": {**document["plan"], "title": title}}

        return lambda: plans.edit_draft(draft, change, seen=draft.version, by=by, at=OPENED)

    one_wins("edit_plan_draft", lambda: load(story.centre, "One"), lambda: load(story.centre2, "Two"), loses=(Stale,))
    assert AssessmentPlan.objects.get(pk=plan.pk).title_en in ("One", "Two")


def test_two_begin_the_next_version(story):
    plan = story.adopt()

    def load(by):
        return lambda: plans.begin_version(plan.plan, reason="改一处", by=by, at=OPENED)

    one_wins("draft_plan", lambda: load(story.centre), lambda: load(story.centre2))
    assert AssessmentPlan.objects.count() == 2


def test_two_import_the_next_version(story):
    plan = story.adopt()

    def load(by, title):
        content = TRIAL.read_text().replace("Late reports", title).encode()
        return lambda: plans.save_draft(content, by=by, at=OPENED, reason="改一处", seen=0)

    one_wins("draft_plan", lambda: load(story.centre, "One"), lambda: load(story.centre2, "Two"), loses=(Stale,))
    assert list(AssessmentPlan.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert plan.plan.number == 1


def test_two_freeze(story):
    story.until("preparing")
    loaders = [
        loaded(story, lambda round, by=by: freezing.freeze_measures(round, by=by, at=FROZEN))
        for by in (story.centre, story.centre2)
    ]
    one_wins("freeze_measures", *loaders)
    assert set(MeasuredValue.objects.values_list("number", flat=True)) == {1}


def test_two_enter_the_same_figure(story):
    story.until("collecting")
    team, indicator = story.teams[0], story.indicator("T6")

    def load(by, tier):
        source = latest_figures(story.round, indicator)[0]
        return lambda: enter_figures(
            story.round,
            indicator,
            {team.code: Entry(tier)},
            document="1号",
            basis="核定",
            seen={team.code: source.latest_number},
            by=by,
            at=ENTERED,
        )

    one_wins(
        "enter_figures", lambda: load(story.centre, "complete"), lambda: load(story.centre2, "none"), loses=(Stale,)
    )
    assert Figure.objects.get().number == 1


def test_two_file_the_same_claim(story):
    story.until("collecting")
    loaders = [
        loaded(story, lambda round, by=by: story.file(story.teams[0], "P1", level="municipal", by=by))
        for by in (story.centre, story.office)
    ]
    one_wins("file_claim", *loaders, loses=(Invalid,))
    assert Claim.objects.count() == 1


def deciding(claim, verb, by, **given):
    """A loader that reads a claim as a page does, and takes a step of it."""

    def load():
        row = Claim.objects.get(pk=claim.pk)
        return lambda: verb(row, **given, seen=row.version, by=by, at=ENTERED)

    return load


def test_two_decide_the_same_claim(story):
    story.until("collecting")
    claim = story.file(story.teams[0], "P1", level="municipal")
    approval = {"matter": claim.matter, "level": claim.level}
    loaders = [deciding(claim, claims.approve_claim, by, **approval) for by in (story.centre, story.centre2)]
    one_wins("approve_claim", *loaders)
    assert claim.steps.count() == 2


def test_a_claim_is_approved_and_rejected_at_once(story):
    story.until("collecting")
    claim = story.file(story.teams[0], "P1", level="municipal")
    approval = {"matter": claim.matter, "level": claim.level}
    outcomes = race(
        deciding(claim, claims.approve_claim, story.centre, **approval),
        deciding(claim, claims.reject_claim, story.centre2, reason="未点名"),
    )
    assert [type(one.error) for one in outcomes if one.error] == [WrongState]
    assert claim.steps.order_by("number").last().state == Claim.objects.get().state != "filed"
    assert claim.steps.count() == 2


def test_two_withdraw_the_same_claim(story):
    story.until("collecting")
    claim = story.event(story.teams[0], "P1", level="municipal")
    loaders = [deciding(claim, claims.withdraw_claim, by, reason="误填") for by in (story.centre, story.centre2)]
    one_wins("withdraw_claim", *loaders)


def test_a_claim_and_the_end_of_collecting_at_once_leave_no_undecided_claim_behind(story):
    story.until("collecting")
    story.enter_all()
    filing = loaded(story, lambda round: story.file(story.teams[0], "P1", level="municipal", at=CHECKED))
    check = loaded(story, lambda round: moves.begin_checking(round, by=story.centre, at=CHECKED))
    filed, checked = race(filing, check)
    assert filed.error is None
    claim = Claim.objects.get(pk=filed.value.pk)
    if checked.error is None:
        assert claim.round is None
    else:
        assert isinstance(checked.error, WrongState)
        assert claim.round == story.round


def test_two_rounds_with_the_same_matter_are_not_scored_at_once(story):
    story.until("collecting")
    story.event(story.teams[0], "P1", level="municipal")
    story.enter_none()
    first = story.close()
    story.open(starts_on=date(2026, 7, 2))
    story.freeze()
    story.event(story.teams[0], "P1", level="national")
    story.enter_none()
    second = story.close()

    def scored(round):
        row = AssessmentRound.objects.select_related("plan", "action").get(pk=round.pk)
        return lambda: scoring.score_round(row, by=story.centre, at=SCORED)

    one_wins("score_round", lambda: scored(first), lambda: scored(second))
    assert Result.objects.count() == 1


def test_two_score(story):
    story.until("checking")
    story.begin()
    loaders = [
        loaded(story, lambda round, by=by: scoring.score_round(round, by=by, at=SCORED, seen=0))
        for by in (story.centre, story.centre2)
    ]
    one_wins("score_round", *loaders)
    assert Result.objects.get().number == 1


def test_two_see_a_check(story):
    story.until("scoring")
    check = next(one for one in checks_of(story.round, story.centre2, at=APPROVED) if one.rows)
    seen = {"note": "已核查", "seen": check.digest, "by": story.centre2, "at": APPROVED}
    one_wins("see_check", *[loaded(story, lambda round: see_check(round, check.kind, **seen)) for _ in "12"])
    assert SeenCheck.objects.get().number == 1


def test_a_figure_and_the_end_of_collecting_at_once_never_leave_a_figure_behind(story):
    story.until("collecting")
    story.enter_all()
    code = story.teams[0].code
    figure = loaded(story, lambda round: story.enter("T6", {code: Entry("none")}, by=story.centre2))
    check = loaded(story, lambda round: moves.begin_checking(round, by=story.centre, at=CHECKED))
    entered, checked = race(figure, check)
    assert checked.error is None
    assert entered.error is None or isinstance(entered.error, WrongState)
    story.begin()
    counted = '"none"' in story.score().body.split('"values"')[1]
    assert counted or isinstance(entered.error, WrongState)


def test_taking_in_and_approving_at_once_never_approve_an_older_score(story):
    story.until("collecting")
    story.leave_out()
    story.until("scoring", begun=True)
    place = {"indicator": story.indicator("T7"), "team": story.teams[2]}
    why = {"reason": "已有数据", "by": story.centre, "at": APPROVED}
    take = loaded(story, lambda round: left_out.take_in(round, **place, **why))
    approve = loaded(story, lambda round: scoring.approve_round(round, document="1号", by=story.centre2, at=APPROVED))
    taken, approved = race(take, approve)
    assert [taken.error is None, approved.error is None].count(True) == 1
    assert isinstance(taken.error or approved.error, WrongState)


def test_approving_and_stepping_back_at_once(story):
    story.until("scoring")
    approve = loaded(story, lambda round: scoring.approve_round(round, document="1号", by=story.centre2, at=APPROVED))
    back = loaded(story, lambda round: round_states.step_back(round, reason="复核", by=story.centre, at=APPROVED))
    outcomes = race(approve, back)
    steps = [step.to_state for step in RoundStep.objects.order_by("number")]
    assert steps[-1] == AssessmentRound.objects.get().state
    assert all(outcome.error is None or isinstance(outcome.error, WrongState) for outcome in outcomes)


def test_two_publish(story):
    story.until("public_notice")
    loaders = [loaded(story, lambda round: scoring.publish_round(round, by=story.centre, at=PUBLISHED)) for _ in "12"]
    one_wins("publish_round", *loaders)
    assert Publication.objects.count() == 1


def test_publishing_and_abandoning_at_once(story):
    """One of them wins, the other is told; the round is never both."""
    story.until("public_notice")
    publish = loaded(story, lambda round: scoring.publish_round(round, by=story.centre, at=PUBLISHED))
    abandon = loaded(
        story,
        lambda round: round_states.abandon_round(
            round, reason="方案有误", document="1号", by=story.centre2, at=PUBLISHED
        ),
    )
    errors = [outcome.error for outcome in race(publish, abandon) if outcome.error is not None]
    assert [type(error) for error in errors] == [WrongState]
    state = AssessmentRound.objects.get().state
    last = RoundStep.objects.filter(to_state__in=("published", "abandoned")).get()
    assert state == last.to_state
    assert Publication.objects.count() == (state == "published")


def test_two_compute_a_year(story):
    story.until("published")
    code = story.plan.plan.code

    def load(by):
        return lambda: year_result.compute_year(story.action, code, 2026, seen=0, by=by, at=COMPUTED)

    one_wins("compute_year", lambda: load(story.centre), lambda: load(story.centre2))
    assert YearResult.objects.get().number == 1


def test_two_publish_a_year(story):
    story.until("published")
    result = Year(story.action, story.plan.plan.code, story.centre, story.centre2).until("public_notice")

    def load():
        seen = YearResult.objects.get(pk=result.pk)
        return lambda: year_result.publish_year(seen, by=story.centre, at=OVER)

    one_wins("publish_year", load, load)
    assert RoundStep.objects.filter(to_state="archived").count() == 1


def test_publishing_a_year_and_opening_a_correction_of_its_round_at_once(story):
    """A correction that was opened first keeps the year back."""
    story.until("published")
    year = Year(story.action, story.plan.plan.code, story.centre, story.centre2)
    year.until("public_notice")
    said = {"reason": "误录", "document": "1号", "by": story.centre2, "at": OVER}
    opening = loaded(story, lambda round: result_corrections.open_result_correction(round, **said))

    def publishing():
        result = year.last
        return lambda: year_result.publish_year(result, by=story.centre, at=OVER)

    opened, published = race(opening, publishing)
    assert opened.error is None and isinstance(published.error, WrongState | None)
    done = AuditEvent.objects.filter(verb__in=("open_result_correction", "publish_year")).order_by("pk")
    expected = ["open_result_correction"] if published.error else ["publish_year", "open_result_correction"]
    assert list(done.values_list("verb", flat=True)) == expected


def test_publishing_a_year_and_opening_a_round_in_it_at_once(story):
    """One of them wins, the other is told: a published year has no open round."""
    story.until("published")
    result = Year(story.action, story.plan.plan.code, story.centre, story.centre2).until("public_notice")
    publish = loaded(story, lambda round: year_result.publish_year(result, by=story.centre, at=OVER))
    open_ = loaded(story, lambda round: story.open(starts_on=round.starts_on.replace(day=2)))
    errors = [outcome.error for outcome in race(publish, open_) if outcome.error is not None]
    assert [type(error) for error in errors] in [[WrongState], [Invalid]]
    assert AssessmentRound.objects.count() == (1 if isinstance(errors[0], Invalid) else 2)


def test_two_abandon(story):
    story.until("preparing")
    loaders = [
        loaded(
            story,
            lambda round, by=by: round_states.abandon_round(round, reason="误开", document="1号", by=by, at=OPENED),
        )
        for by in (story.centre, story.centre2)
    ]
    one_wins("abandon_round", *loaders)


def test_two_answer_one_question(story):
    story.until("checking")
    team = story.teams[0]
    asked = questions.ask_about_fact(
        story.round, team, "T6", reason="不符", by=story.heads[team.code], at=CHECKED + timedelta(minutes=1)
    )

    def load(by):
        question = FactQuestion.objects.get(pk=asked.pk)
        paper = {
            "document": "21号",
            "basis": "补交材料",
            "answer": "更正。",
            "by": by,
            "at": CHECKED + timedelta(hours=1),
        }
        return lambda: corrections.answer_with_figure(question, Entry("partial"), **paper)

    one_wins("answer_question", lambda: load(story.centre), lambda: load(story.centre2))
    assert Figure.objects.filter(source__team=team, source__indicator__code="T6").count() == 2


def test_two_ask_about_one_fact(story):
    story.until("checking")
    team = story.teams[0]

    def call(round):
        by, at = story.heads[team.code], CHECKED + timedelta(minutes=1)
        return questions.ask_about_fact(round, team, "T6", reason="不符", by=by, at=at)

    one_wins("ask_about_fact", loaded(story, call), loaded(story, call), loses=(Invalid,))
    assert FactQuestion.objects.count() == 1


def correction_of(story):
    """An opened correction of the published round, with a figure corrected."""
    round = story.until("published")
    at = PUBLISHED + timedelta(days=1)
    one = result_corrections.open_result_correction(round, reason="误录", document="9号", by=story.centre, at=at)
    story.enter("T7", {story.teams[0].code: Entry("0", "24")}, at=at)
    return one, at + timedelta(hours=1)


def test_two_open_a_correction_of_the_same_result(story):
    story.until("published")

    def call(round):
        said = {"reason": "误录", "document": "9号", "by": story.centre, "at": PUBLISHED}
        return result_corrections.open_result_correction(round, **said)

    one_wins("open_result_correction", loaded(story, call), loaded(story, call), loses=(Invalid,))
    assert ResultCorrection.objects.count() == 1


def test_two_score_the_same_correction_from_the_same_page(story):
    one, at = correction_of(story)

    def load():
        correction, seen = ResultCorrection.objects.get(pk=one.pk), Result.objects.count()
        return lambda: result_corrections.score_result_correction(correction, by=story.centre, at=at, seen=seen)

    one_wins("score_result_correction", load, load)
    assert Result.objects.count() == 2


def test_two_publish_the_same_corrected_result(story):
    one, at = correction_of(story)
    one = result_corrections.score_result_correction(one, by=story.centre, at=at)
    one = result_corrections.approve_result_correction(one, document="1号", by=story.centre2, at=at)
    result_corrections.post_result_correction(one, by=story.centre, at=at)

    def load():
        correction = ResultCorrection.objects.get(pk=one.pk)
        late = at + timedelta(days=20)
        return lambda: result_corrections.publish_result_correction(correction, by=story.centre, at=late)

    one_wins("publish_result_correction", load, load)
    assert Publication.objects.count() == 2


def test_a_fact_corrected_while_its_correction_is_dropped_does_not_stand(story):
    one, at = correction_of(story)
    entry = {story.teams[0].code: Entry("1", "24")}

    def load():
        correction = ResultCorrection.objects.get(pk=one.pk)
        return lambda: result_corrections.drop_result_correction(correction, reason="无误", by=story.centre, at=at)

    corrected, dropped = race(loaded(story, lambda round: story.enter("T7", entry, at=at)), load)
    assert dropped.error is None and isinstance(corrected.error, WrongState | None)
    figures = Figure.objects.filter(source__team=story.teams[0], source__indicator__code="T7")
    assert figures.latest("number").value == "26"


def test_two_file_an_appeal_about_one_matter(story):
    story.until("public_notice")
    call = lambda round: appeals.appeal(story, place=0)  # noqa: E731
    one_wins("file_appeal", loaded(story, call), loaded(story, call), loses=(Invalid,))
    assert Appeal.objects.count() == 1


def test_an_appeal_is_allowed_and_dismissed_at_once(story):
    story.until("public_notice")
    filed = appeals.appeal(story)
    allow = loaded(story, lambda round: appeals.allow(story, Appeal.objects.get(pk=filed.pk)))
    dismiss = loaded(story, lambda round: appeals.dismiss(story, Appeal.objects.get(pk=filed.pk)))
    allowed, dismissed = race(allow, dismiss)
    assert [allowed.error is None, dismissed.error is None].count(True) == 1
    assert isinstance(allowed.error or dismissed.error, WrongState)
    assert AppealDecision.objects.count() == 1
    assert Result.objects.count() == (2 if allowed.error is None else 1)


def test_a_decision_and_the_publication_at_once_publish_what_stands(story):
    story.until("public_notice")
    filed = appeals.appeal(story)
    allow = loaded(story, lambda round: appeals.allow(story, Appeal.objects.get(pk=filed.pk)))
    publish = loaded(
        story, lambda round: scoring.publish_round(round, by=story.centre, at=PUBLISHED + timedelta(days=9))
    )
    allowed, published = race(allow, publish)
    assert allowed.error is None
    if published.error is None:
        assert Publication.objects.get().result.number == 2
    else:
        assert isinstance(published.error, WrongState) and not Publication.objects.exists()
