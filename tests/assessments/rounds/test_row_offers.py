"""Another round corrected a row that was frozen here too: that is taken over with its basis, or declined."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments.checking.corrections import answer_with_rows
from assessments.checking.questions import ask_about_fact
from assessments.figures.entry import Entry
from assessments.measures import MEASURES
from assessments.measures.corrections import Correction, keys_of
from assessments.models import MeasuredValue, RowDecision
from assessments.results import moves
from assessments.results.readiness import waiting
from assessments.results.verification import verify_result
from assessments.rounds.facts_of_round import gather
from assessments.rounds.freezing import freeze_measures
from assessments.rounds.round_states import abandon_round, step_back
from assessments.rounds.row_offers import decide_row_offers, row_offers, rows_gone
from assessments.states import RoundState
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from tests.assessments.conftest import CHECKED, SCORED

pytestmark = pytest.mark.django_db

ANSWERED = CHECKED + timedelta(hours=1)
FROZEN_LATER = CHECKED + timedelta(hours=2)
DECIDED = CHECKED + timedelta(hours=3)
AGAIN = CHECKED + timedelta(hours=4)
ADDED = Correction("另案办结的任务", MEASURES["task_completion_rate"].hits[0], "收文〔2026〕214号", is_added=True)


def value_of(round, team, measure: str = "task_completion_rate") -> MeasuredValue:
    """The standing value of a measure for a team in a round."""
    values = MeasuredValue.objects.standing().filter(round_team__round=round, round_team__team=team)
    return values.select_related("indicator").get(indicator__measure=measure)


def correct_rows_of(story, round, place: int, made, *, at=ANSWERED):
    """The head of a team asks about its closed-out tasks; the second person of the centre corrects the rows."""
    team = story.teams[place]
    value = value_of(round, team)
    by = story.heads[team.code]
    question = ask_about_fact(round, team, value.indicator.code, reason="与登记不一致", by=by, at=at)
    corrections = made(keys_of(json.loads(value.rows)))
    answer_with_rows(question, corrections, basis="收文登记", answer="更正。", by=story.centre2, at=at)


@pytest.fixture
def first(story):
    """A round in checking: a row of the first team is set aside, and one of the second is."""
    round = story.until("checking")
    for place in (0, 1):
        correct_rows_of(story, round, place, lambda keys: [Correction(keys[0])])
    return round


@pytest.fixture
def second(story, first):
    """Another round by the same plan over nearly the same days, frozen after the decisions."""
    story.open(starts_on=date(2026, 7, 2))
    return freeze_measures(story.round, by=story.centre, at=FROZEN_LATER)


def decide(story, round, *, taken=(), declined_for=None, **also):
    also = {"by": story.centre, "at": DECIDED} | also
    return decide_row_offers(round, taken=taken, declined_for=declined_for or {}, **also)


def open_keys(round, at=DECIDED) -> list[int]:
    return [offer.decision.pk for offer in row_offers(round, at=at) if offer.settled is None]


def finish(story, round):
    """Enter the figures, check and score."""
    story.round = round
    story.enter("T6", {team.code: Entry("complete") for team in story.teams}, at=DECIDED)
    story.enter("T7", {team.code: Entry("12", "24") for team in story.teams[:-1]}, at=DECIDED)
    moves.begin_checking(round, by=story.centre, at=DECIDED)
    moves.begin_scoring(round, by=story.centre, at=SCORED + timedelta(days=1))
    return story.score()


@pytest.mark.parametrize("role", ["office", "leader", "auditor", "administrator", "superuser"])
def test_only_the_centre_decides(story, second, request, role):
    one, _other = open_keys(second)
    with pytest.raises(NotAllowed):
        decide(story, second, taken=[one], by=request.getfixturevalue(role))
    assert len(open_keys(second)) == 2


def test_taken_over_or_declined_then_scored_and_verified(story, first, second):
    one, other = open_keys(second)
    words = [str(each.words) for each in waiting(second, to=RoundState.CHECKING, at=DECIDED) if "row-corr" in each.url]
    assert len(words) == 2 and all(first.title in each for each in words)
    with pytest.raises(WrongState):
        moves.begin_checking(second, by=story.centre, at=DECIDED)
    for given, where in (
        ({}, None),
        ({"declined_for": {one: " "}}, f"reason-{one}"),
        ({"taken": [one], "declined_for": {one: "x"}}, f"choice-{one}"),
    ):
        with pytest.raises(Invalid) as refused:
            decide(story, second, **given)
        assert list(refused.value.fields) == ([where] if where else [])
    kept = decide(story, second, taken=[one], declined_for={other: "本轮口径不同"})
    event = AuditEvent.objects.get(verb="decide_row_offers")
    assert "本轮口径不同" not in json.dumps(event.change, ensure_ascii=False)
    mine, theirs = (value_of(second, team) for team in story.teams[:2])
    was = value_of(first, story.teams[0])
    assert [value.pk for value in kept] == [mine.pk]
    assert (mine.number, mine.numerator, mine.denominator) == (2, was.numerator, was.denominator)
    assert theirs.number == 1  # declined: the row counts as it was frozen, the value stays
    taken, declined = mine.decisions.get(), theirs.decisions.get()
    assert (taken.outcome, taken.basis, taken.by, taken.offered_id) == ("set_aside", "收文登记", story.centre, one)
    assert (declined.outcome, declined.basis, declined.offered_id) == ("declined", "本轮口径不同", other)
    assert open_keys(second) == open_keys(first) == []
    with pytest.raises(Stale):
        decide(story, second, taken=[one])
    result = finish(story, second)
    code, team = mine.indicator.code, story.teams[1].code
    said = json.loads(result.body)["facts"]["provenance"][code][team]["decisions"][0]
    assert said["offered"] == {"key": other, "round": {"key": first.pk, "name": first.title}}
    assert verify_result(result) == []
    before, _ = gather(second, before=DECIDED - timedelta(minutes=1))
    assert "decisions" not in before.provenance[code][team]
    with pytest.raises(WrongState):
        decide(story, second, taken=[one])


def test_who_declines_did_not_score_and_who_takes_over_did(story, first, second):
    one, other = open_keys(second)
    decide(story, second, declined_for={one: "不适用"}, by=story.centre2)
    assert story.centre2.pk not in second.scorer_ids()
    decide(story, second, taken=[other], by=story.centre2)
    assert story.centre2.pk in second.scorer_ids()


def test_frozen_again_the_decisions_stand_and_a_row_that_is_gone_is_named(story, first, second):
    one, other = open_keys(second)
    decide(story, second, taken=[one], declined_for={other: "本轮口径不同"})
    step_back(second, reason="重新取数", by=story.centre, at=AGAIN)
    freeze_measures(second, by=story.centre, at=AGAIN)
    decisions = [value_of(second, team).decisions.get() for team in story.teams[:2]]
    assert [(each.outcome, each.by) for each in decisions] == [("set_aside", story.centre), ("declined", story.centre)]
    assert open_keys(second, at=AGAIN) == [] and rows_gone(second) == []
    value = value_of(second, story.teams[0])
    rows = [row for row in json.loads(value.rows) if keys_of([row])[0] != decisions[0].row]
    later = {"numerator": 0, "denominator": 0, "rows": json.dumps(rows), "by": story.centre, "at": AGAIN}
    MeasuredValue.objects.create(
        round_team=value.round_team, indicator=value.indicator, number=value.number + 1, **later
    )
    [(gone, row)] = rows_gone(second)
    assert (gone.row, keys_of([row])[0]) == (decisions[0].row, decisions[0].row)


def test_a_row_put_back_on_a_question_is_not_offered_again(story, first, second):
    one, other = open_keys(second)
    decide(story, second, taken=[one], declined_for={other: "本轮口径不同"})
    finish_figures = {"T6": Entry("complete"), "T7": Entry("12", "24")}
    story.round = second
    for code, entry in finish_figures.items():
        story.enter(code, {team.code: entry for team in story.teams[: 4 if code == "T6" else 3]}, at=DECIDED)
    moves.begin_checking(second, by=story.centre, at=DECIDED)
    correct_rows_of(story, second, 0, lambda keys: [], at=AGAIN)
    value = value_of(second, story.teams[0])
    assert [(each.outcome, each.basis) for each in value.decisions.all()] == [("declined", "收文登记")]
    assert open_keys(second, at=AGAIN) == []


def test_what_is_no_longer_decided_or_was_abandoned_is_not_offered(story, first, second):
    assert len(open_keys(second)) == 2
    correct_rows_of(story, first, 1, lambda keys: [], at=DECIDED)
    assert len(open_keys(second)) == 1
    abandon_round(first, reason="方案有误", document="1号", by=story.centre, at=DECIDED)
    assert open_keys(second) == []


def test_an_added_row_is_offered_where_the_days_overlap(story, first, second):
    correct_rows_of(story, first, 2, lambda keys: [ADDED], at=DECIDED)
    [offer] = [each for each in row_offers(second, at=DECIDED) if each.row is None]
    decide(story, second, taken=[offer.decision.pk])
    [row] = [row for row in json.loads(value_of(second, story.teams[2]).rows) if row.get("kind") == "added"]
    assert (row["title"], row["document"]) == (ADDED.row, ADDED.document)


def test_the_database_declines_only_what_was_offered(story, first):
    value = value_of(first, story.teams[2])
    for outcome, because in (("declined", ""), ("counted", "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            RowDecision.objects.create(
                value=value,
                number=1,
                outcome=outcome,
                because=because,
                row="{}",
                basis="x",
                by=story.centre,
                at=DECIDED,
            )


def test_the_page_asks_for_each_row(client, story, first, second, django_assert_max_num_queries):
    url = reverse("row_offers", args=[second.pk])
    client.force_login(story.centre)
    one, other = open_keys(second)
    with django_assert_max_num_queries(40):
        page = client.get(url).content.decode()
    assert first.title in page and f'name="reason-{other}"' in page
    seen = {"seen": f"{one}.{other}"}
    refused = client.post(url, seen | {f"choice-{one}": "take", f"choice-{other}": "decline"})
    assert refused.status_code == 422 and f'id="id_reason-{other}_error"' in refused.content.decode()
    data = seen | {f"choice-{one}": "take", f"choice-{other}": "decline", f"reason-{other}": "口径不同"}
    assert client.post(url, data).status_code == 302
    page = client.get(url).content.decode()
    assert "口径不同" in page and f'name="choice-{one}"' not in page
    assert client.post(url, data).status_code == 409
