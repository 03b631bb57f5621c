"""Tables of the assessment."""

from .figure import FigureConfirmation, FigureCorrection, FigureCountersignature, FigureDraft
from .left_out import LeftOut
from .plan import AdoptedPlan, AssessmentPlan, Indicator
from .result import Publication, Result, ResultLine
from .round import ONLY_CLASS, AssessmentRound, Claim, Figure, FigureSource, MeasuredValue, RoundStep, RoundTeam

__all__ = [
    "ONLY_CLASS",
    "AdoptedPlan",
    "AssessmentPlan",
    "AssessmentRound",
    "Claim",
    "Figure",
    "FigureConfirmation",
    "FigureCorrection",
    "FigureCountersignature",
    "FigureDraft",
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
