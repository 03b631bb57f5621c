"""Tables of the assessment."""

from .left_out import LeftOut
from .plan import AdoptedPlan, AssessmentPlan, Indicator
from .result import Publication, Result, ResultLine
from .round import ONLY_CLASS, AssessmentRound, Claim, Figure, FigureSource, MeasuredValue, RoundStep, RoundTeam
from .vote import VoteCount, VoterGroup, VoteSlip, VoteTally, VoteTallyLine

__all__ = [
    "ONLY_CLASS",
    "AdoptedPlan",
    "AssessmentPlan",
    "AssessmentRound",
    "Claim",
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
    "VoteCount",
    "VoteSlip",
    "VoteTally",
    "VoteTallyLine",
    "VoterGroup",
]
