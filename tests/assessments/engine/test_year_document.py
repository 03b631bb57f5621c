"""The year's document against a recomputation of its own, and every byte of it altered (docs/rules.md#year)."""

import json
from datetime import date
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.engine import canonical_json, result_body
from assessments.engine.year_document import verify_year, year_body
from tests.assessments.engine.made import documents, facts_of, worlds
from tests.assessments.engine.oracle import Judge, half_up, text

WEIGHTS = {"month": 40, "year_end": 60}
ENDS = ("2026-07-31", "2026-08-31", "2026-10-31", "2026-12-31")


class YearJudge(Judge):
    """The oracle's ranks and grades, for teams of which some took part in too few rounds."""

    few: frozenset = frozenset()

    def is_young(self, team):
        return team[0] in self.few or super().is_young(team)


def a_round(made, world, kind, ends_on) -> dict:
    """A round as it was scored, its teams in printed order."""
    body = result_body(made, facts_of(world), kind)
    ages = {code: age for code, _, age in world.teams}
    ties = made["plan"]["tie_break"]
    return {
        "kind": kind,
        "ends_on": ends_on,
        "vetoes": body["facts"]["vetoes"],
        "teams": [
            {
                "team": line["team"],
                "class": line["class"],
                "age_days": ages[line["team"]],
                "total": line["total"],
                "ties": {
                    tie: printed
                    for tie in ties
                    if (printed := {**line["points"], **line["subtotals"], "deduction": line["deduction"]}.get(tie))
                },
            }
            for line in body["outcome"]["teams"]
        ],
    }


def weighted(rounds, team, number):
    """The weighted mean of the parts' means of a number of each round in which the team has a total; None for none."""
    parts = {}
    for one in rounds:
        for line in one["teams"]:
            if line["team"] == team and line["total"] is not None:
                parts.setdefault(one["kind"], []).append(Fraction(number(line)))
    if not parts:
        return None
    weight = sum(WEIGHTS[kind] for kind in parts)
    return sum(Fraction(WEIGHTS[kind]) * sum(numbers) / len(numbers) for kind, numbers in parts.items()) / weight


def by_oracle(made, rounds, world):
    """Team -> (total, rank, grade), with sums, ranks and grades of its own."""
    decimals, ties, least = made["plan"]["decimals"], made["plan"]["tie_break"], made["year"].get("min_rounds", 0)
    taken = [line["team"] for one in rounds for line in one["teams"]]
    last = {line["team"]: (one, line) for one in rounds for line in one["teams"]}
    world.vetoes = {veto: [team for one in rounds for team in one["vetoes"].get(veto, ())] for veto in ("out", "bar")}
    judge = YearJudge(made, world)
    judge.few = frozenset(team for team in last if taken.count(team) < least)
    classes = {}
    for team, (one, line) in last.items():
        to_the_end = (date(2026, 12, 31) - date.fromisoformat(one["ends_on"])).days
        age = None if line["age_days"] is None else line["age_days"] + to_the_end
        mean = weighted(rounds, team, lambda line: line["total"])
        broken = [weighted(rounds, team, lambda line, tie=tie: line["ties"].get(tie, 0)) or Fraction(0) for tie in ties]
        total = None if mean is None else half_up(mean, decimals)
        own = [-number if tie == "deduction" else number for tie, number in zip(ties, broken, strict=True)]
        row = {"team": (team, line["class"], age), "total": total, "ties": own}
        classes.setdefault(line["class"], []).append(row)
    for lines in classes.values():
        judge.place(lines)
    return {
        line["team"][0]: (text(line["total"], decimals), line["rank"], line["grade"])
        for lines in classes.values()
        for line in lines
    }


@st.composite
def years(draw):
    """A plan, some rounds of its year, and the world of the last one."""
    made = draw(documents())
    made["year"] = {**made["year"], "min_rounds": draw(st.integers(0, 3))}
    kinds = draw(st.lists(st.sampled_from(list(WEIGHTS)), min_size=1, max_size=len(ENDS)))
    drawn = [draw(worlds(made)) for _ in kinds]
    rounds = [a_round(made, world, kind, ends) for world, kind, ends in zip(drawn, kinds, ENDS, strict=False)]
    return made, rounds, drawn[-1]


thorough = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@thorough
@given(years())
def test_it_is_judged_as_the_oracle_does(drawn):
    made, rounds, world = drawn
    body = year_body(made, 2026, rounds)
    found = {line["team"]: (line["total"], line["rank"], line["grade"]) for line in body["outcome"]["teams"]}
    told = by_oracle(made, rounds, world)
    padded = {team: (total and Fraction(total), rank, grade) for team, (total, rank, grade) in found.items()}
    assert padded == {team: (total and Fraction(total), rank, grade) for team, (total, rank, grade) in told.items()}
    assert verify_year(canonical_json(body)) == []


def leaves(data, parent=None, key=None):
    """Every (container, key) that holds a value."""
    if isinstance(data, dict | list):
        for name, item in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(item, data, name)
    else:
        yield parent, key


@settings(thorough, max_examples=15)
@given(years(), st.data())
def test_an_altered_outcome_is_found(drawn, data):
    made, rounds, _world = drawn
    body = json.loads(canonical_json(year_body(made, 2026, rounds)))
    parent, key = data.draw(st.sampled_from(list(leaves(body["outcome"]))))
    parent[key] = "7" if parent[key] is None else None
    assert verify_year(canonical_json(body)) != []


def test_what_cannot_be_read_is_found():
    assert [one.path for one in verify_year("{")] == ["body"]
    assert [one.path for one in verify_year('{"plan":{}}')] == ["body"]
