"""Tables of the assessment."""

from .left_out import LeftOut
from .panel import DraftMark, Moderation, PanelClosure, Seat, SeatStep, SignedMark
from .plan import AdoptedPlan, AssessmentPlan, Indicator
from .result import Publication, Result, ResultLine
from .round import ONLY_CLASS, AssessmentRound, Claim, Figure, FigureSource, MeasuredValue, RoundStep, RoundTeam

__all__ = [
    "ONLY_CLASS",
    "AdoptedPlan",
    "AssessmentPlan",
    "AssessmentRound",
    "Claim",
    "DraftMark",
    "Figure",
    "FigureSource",
    "Indicator",
    "LeftOut",
    "MeasuredValue",
    "Moderation",
    "PanelClosure",
    "Publication",
    "Result",
    "ResultLine",
    "RoundStep",
    "RoundTeam",
    "Seat",
    "SeatStep",
    "SignedMark",
]
