"""A province's round: every method over 1,200 teams, and the same values stored and summed by the database."""

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Max, Min, Sum

from assessments.engine import Document, Facts, Plan, Source, Team, canonical_json, check, rate, result_body, total
from assessments.engine.result import verify
from assessments.models import AdoptedPlan, AssessmentRound, Indicator, MeasuredValue, RoundTeam
from teams.models import SpecialTeam
from tests.bench.county import BATCH, FOUNDED, LATE

METHODS = [
    {"name": "ratio", "target": 100, "over": Decimal("1.1")},
    {"name": "linear", "floor": 50, "target": 100},
    {
        "name": "band",
        "bands": [{"from": 90, "points": 5}, {"from": 80, "points": 4}, {"from": 60, "points": 2}, {"points": 0}],
    },
    {"name": "step", "reference": 100, "unit": 1, "per": Decimal("0.05")},
    {"name": "rank", "step": Decimal("0.001")},
    {"name": "minmax", "low": Decimal("0.6")},
    {"name": "best"},
    {"name": "external", "full": 120},
]
CLASSES = "ABCD"


def score_and_sum(teams: int, indicators: int) -> dict[str, Callable[[], Any]]:
    """What is timed: "score" (points, totals, ranks, grades), "rate" (points alone), "aggregate" (in the database)."""
    plan, facts = plan_of(indicators), facts_of(teams, indicators)
    round = stored(facts)

    def score() -> Any:
        return total(plan, rate(plan, facts), facts)

    def aggregate() -> Any:
        rows = MeasuredValue.objects.filter(round_team__round=round).values("round_team__team_class", "round_team")
        return list(
            rows.annotate(Sum("numerator"), Avg("numerator"), Min("numerator"), Max("numerator"), Count("pk")).order_by(
                "round_team__team_class", "-numerator__sum"
            )
        )

    return {"score": score, "rate": lambda: rate(plan, facts), "aggregate": aggregate}


def stored_and_verified(teams: int, indicators: int) -> dict[str, Callable[[], Any]]:
    """What is timed: "store" (a round's facts scored into the text that is kept), "verify" (that text verified)."""
    document, facts = document_of(indicators), facts_of(teams, indicators)

    def store() -> str:
        return canonical_json(result_body(document, facts))

    text = store()
    assert verify(text) == []
    return {"store": store, "verify": lambda: verify(text)}


def document_of(indicators: int) -> Document:
    """A plan with every method that reads one value, in turn."""
    return {
        "plan": {"code": "p", "title": "t", "base_points": 100, "decimals": 2, "min_class": 4, "tie_break": ["I0"]},
        "dimensions": [{"code": "d", "title": "d"}],
        "classes": [{"code": code, "title": code} for code in CLASSES],
        "grades": [
            {"code": "g1", "title": "1", "min": 90, "quota": Decimal("0.3")},
            {"code": "g2", "title": "2", "min": 60},
            {"code": "g3", "title": "3", "min": 0},
        ],
        "indicators": [
            {
                "code": f"I{n}",
                "dimension": "d",
                "title": "x",
                "points": Decimal(100) / indicators,
                "source": "data",
                "method": METHODS[n % len(METHODS)],
            }
            for n in range(indicators)
        ],
    }


def plan_of(indicators: int) -> Plan:
    """The plan of that document."""
    verdict = check(Source(document_of(indicators)))
    assert verdict.plan is not None, [str(fault) for fault in verdict.faults]
    return verdict.plan


def facts_of(teams: int, indicators: int) -> Facts:
    """Values of two decimals between 0 and 120."""
    dice = random.Random(2026)
    seats = [Team(f"province-{n:04}", CLASSES[n % len(CLASSES)], 400) for n in range(teams)]
    values = {f"I{n}": {team.code: Decimal(dice.randrange(12000)) / 100 for team in seats} for n in range(indicators)}
    return Facts.gather(seats, values=values)


def stored(facts: Facts) -> AssessmentRound:
    """The same values as frozen measures of a round, in hundredths."""
    model = AssessmentRound.objects.first()
    adopted = AdoptedPlan.objects.get(pk=model.plan_id)
    indicators = Indicator.objects.bulk_create(
        Indicator(plan=adopted, code=code, order=1000 + n, kind="base", source="measure", title_en=code, at=LATE)
        for n, code in enumerate(facts.values)
    )
    round = AssessmentRound.objects.create(
        action=model.action,
        plan=adopted,
        kind="quarter",
        title="province",
        starts_on=FOUNDED,
        ends_on=model.ends_on,
        cut_off_at=model.cut_off_at,
    )
    teams = SpecialTeam.objects.bulk_create(
        (
            SpecialTeam(
                action=model.action,
                code=team.code,
                name=team.code,
                short_name=team.code,
                order=10_000 + n,
                established_on=FOUNDED,
            )
            for n, team in enumerate(facts.teams)
        ),
        batch_size=BATCH,
    )
    seats = RoundTeam.objects.bulk_create(
        (
            RoundTeam(round=round, team=row, team_class=team.class_code, age_days=400)
            for row, team in zip(teams, facts.teams, strict=True)
        ),
        batch_size=BATCH,
    )
    MeasuredValue.objects.bulk_create(
        (
            MeasuredValue(
                round_team=seat, indicator=indicator, number=1, numerator=int(value * 100), denominator=100, at=LATE
            )
            for indicator in indicators
            for seat, value in zip(seats, facts.values[indicator.code], strict=True)
        ),
        batch_size=BATCH,
    )
    return round
