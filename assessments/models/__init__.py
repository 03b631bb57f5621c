"""Tables of the assessment."""

from .claim import Claim, ClaimEvidence, ClaimStep
from .left_out import LeftOut
from .plan import AdoptedPlan, AssessmentPlan, Indicator
from .result import Publication, Result, ResultLine
from .round import ONLY_CLASS, AssessmentRound, Figure, FigureSource, MeasuredValue, RoundStep, RoundTeam

__all__ = [
    "ONLY_CLASS",
    "AdoptedPlan",
    "AssessmentPlan",
    "AssessmentRound",
    "Claim",
    "ClaimEvidence",
    "ClaimStep",
    "Figure",
    "FigureSource",
    "Indicator",
    "LeftOut",
    "MeasuredValue",
    "Publication",
    "Result",
    "ResultLine",
    "RoundStep",
    "RoundTeam",
]
