"""The engine agrees with the slow and obvious judgement on plans and facts that hypothesis makes up."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.engine import canonical_json, recompute, recompute_reckoning, result_body, verify
from assessments.engine.workings import replay
from tests.assessments.engine.made import documents, facts_of, judged, worlds
from tests.assessments.engine.oracle import Judge

thorough = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@thorough
@given(st.data())
def test_it_judges_as_the_oracle_does(data):
    made = data.draw(documents())
    world = data.draw(worlds(made))
    kind = data.draw(st.sampled_from([None, "month", "year_end"]))
    assert judged(made, world, kind) == Judge(made, world, kind).judge()


@settings(thorough, max_examples=50)
@given(st.data())
def test_explanations_stand_alone_and_the_result_verifies(data):
    made = data.draw(documents())
    world = data.draw(worlds(made))
    body = result_body(made, facts_of(world), data.draw(st.sampled_from([None, "month"])))
    assert verify(canonical_json(body)) == []
    for team in body["outcome"]["teams"]:
        for code, explanation in team["explanations"].items():
            alone = {key: part for key, part in explanation.items() if key not in ("steps", "unrounded", "points")}
            assert recompute(alone) == explanation
            assert explanation["points"] == team["points"].get(code)
            assert replay(explanation["steps"]) is None
        reckoning = team["reckoning"]
        assert recompute_reckoning(reckoning) == reckoning
        for name in ("base", "total"):
            assert (reckoning[name] or {"points": None})["points"] == team[name]
        assert reckoning["bonus"]["sum"]["points"] == team["bonus"]
        assert reckoning["deduction"]["sum"]["points"] == team["deduction"]


@settings(thorough, max_examples=40)
@given(st.data())
def test_the_order_of_teams_changes_nobody(data):
    made = data.draw(documents())
    world = data.draw(worlds(made))
    before = {line["team"]: line for line in judged(made, world)["teams"]}
    world.teams = data.draw(st.permutations(world.teams))
    assert {line["team"]: line for line in judged(made, world)["teams"]} == before
