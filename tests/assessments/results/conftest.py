"""Rounds of a year made without their work: values of teams, scored, published unless said otherwise."""

import json
from datetime import date, datetime

import pytest

from assessments.engine import Facts, Team
from assessments.engine.document import dump
from assessments.engine.result import result_body
from assessments.models import AdoptedPlan, AssessmentPlan, AssessmentRound, Publication, Result, ResultLine
from assessments.plans.plans import fingerprint
from assessments.results.scoring import line_columns
from governance.clock import SHANGHAI, end_of
from tests.assessments.engine.made import document
from tests.factories import TeamFactory

PARTS = [{"kind": "month", "weight": 40}, {"kind": "year_end", "weight": 60}]
MADE = document(year={"min_rounds": 3, "parts": PARTS}, vetoes=[{"code": "out", "effect": "void", "title": "Out"}])
DAYS = {
    "July": ("month", date(2026, 7, 1), date(2026, 7, 31)),
    "August": ("month", date(2026, 8, 1), date(2026, 8, 31)),
    "September": ("month", date(2026, 9, 1), date(2026, 9, 30)),
    "End": ("year_end", date(2026, 12, 1), date(2026, 12, 31)),
}
AT = datetime(2026, 10, 20, 9, tzinfo=SHANGHAI)


@pytest.fixture
def teams(action):
    return [TeamFactory(action=action, established_on=date(2026, 3, 1), order=200 + number) for number in range(4)]


@pytest.fixture
def plan(centre):
    row = AssessmentPlan.objects.create(code="p", title_en="Plan", state="adopted", draft="{}")
    return AdoptedPlan.objects.create(plan=row, document=dump(MADE), sha256="0" * 64, by=centre, at=AT)


@pytest.fixture
def hold(action, plan, centre, centre2):
    """Hold a round: values of teams, who is void; published unless said otherwise."""

    def held(name, values, *, void=(), state="published", classes=None):
        kind, starts, ends = DAYS[name]
        approved = {"approved_by": centre2, "approval": "1号"} if state in ("published", "public_notice") else {}
        round = AssessmentRound.objects.create(
            action=action,
            plan=plan,
            kind=kind,
            title=name,
            starts_on=starts,
            ends_on=ends,
            cut_off_at=end_of(ends),
            state=state,
            **approved,
        )
        facts = Facts.gather(
            [Team(team.code, (classes or {}).get(team.code, "all"), team.age_days(ends)) for team in values],
            values={"I1": {team.code: value for team, value in values.items() if value is not None}},
            vetoes={"out": {team.code: "文件" for team in void}},
        )
        text = dump(result_body(MADE, facts, kind))
        made = {"by": centre, "at": AT}
        result = Result.objects.create(round=round, number=1, engine="1", body=text, sha256=fingerprint(text), **made)
        ids = {team.code: team.pk for team in values}
        for order, line in enumerate(json.loads(text)["outcome"]["teams"], start=1):
            ResultLine.objects.create(result=result, team_id=ids[line["team"]], **line_columns(line, order), **made)
        if state == "published":
            Publication.objects.create(result=result, **made)
        return round

    return held
