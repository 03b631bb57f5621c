"""The judgement: plan, methods, points, totals, ranks, grades and their explanation. Pure Python, no Django.

The road of a number (docs/rules.md#from-work-to-result): `Facts` -> `rate` (points) -> `total` (subtotals, totals,
ranks, grades). Everything that judges, from `try_plan` to `verify`, goes this way.
"""

from assessments.engine.canonical import canonical_json
from assessments.engine.document import Document, Source, dump, load, read_toml
from assessments.engine.explanation import explain, recompute
from assessments.engine.export import write_toml
from assessments.engine.facts import Event, Facts, Mark, Team, Vote
from assessments.engine.faults import Fault
from assessments.engine.plan import Plan
from assessments.engine.rating import Points, rate
from assessments.engine.reckoning import reckon, recompute_reckoning
from assessments.engine.result import ENGINE_VERSION, Difference, outcome, rescore, result_body, verify
from assessments.engine.totals import RankedTable, total
from assessments.engine.validation import Verdict, check, plan_of
from assessments.engine.year import YearRound, is_active, judge_year

__all__ = [
    "ENGINE_VERSION",
    "Difference",
    "Document",
    "Event",
    "Facts",
    "Fault",
    "Mark",
    "Plan",
    "Points",
    "RankedTable",
    "Source",
    "Team",
    "Verdict",
    "Vote",
    "YearRound",
    "canonical_json",
    "check",
    "dump",
    "explain",
    "is_active",
    "judge_year",
    "load",
    "outcome",
    "plan_of",
    "rate",
    "read_toml",
    "reckon",
    "recompute",
    "recompute_reckoning",
    "rescore",
    "result_body",
    "total",
    "verify",
    "write_toml",
]
