"""Tables of the assessment."""

from .appeal import Appeal, AppealDecision, AppealEvidence
from .checking import FactQuestion, QuestionEvidence, RowDecision, SelfScore
from .claim import Claim, ClaimEvidence, ClaimStep
from .figure import FigureConfirmation, FigureCorrection, FigureCountersignature, FigureDraft
from .left_out import LeftOut
from .panel import DraftMark, Moderation, PanelClosure, Seat, SeatStep, SignedMark
from .plan import AdoptedPlan, AssessmentPlan, Indicator
from .result import Publication, Result, ResultLine
from .result_correction import ResultCorrection, ResultCorrectionStep
from .round import ONLY_CLASS, AssessmentRound, Figure, FigureSource, MeasuredValue, RoundStep, RoundTeam
from .seen_check import SeenCheck
from .vote import VoteCount, VoterGroup, VoteSlip, VoteTally, VoteTallyLine
from .year import YearResult, YearStep

__all__ = [
    "ONLY_CLASS",
    "AdoptedPlan",
    "Appeal",
    "AppealDecision",
    "AppealEvidence",
    "AssessmentPlan",
    "AssessmentRound",
    "Claim",
    "ClaimEvidence",
    "ClaimStep",
    "DraftMark",
    "FactQuestion",
    "Figure",
    "FigureConfirmation",
    "FigureCorrection",
    "FigureCountersignature",
    "FigureDraft",
    "FigureSource",
    "Indicator",
    "LeftOut",
    "MeasuredValue",
    "Moderation",
    "PanelClosure",
    "Publication",
    "QuestionEvidence",
    "Result",
    "ResultCorrection",
    "ResultCorrectionStep",
    "ResultLine",
    "RoundStep",
    "RoundTeam",
    "RowDecision",
    "Seat",
    "SeatStep",
    "SeenCheck",
    "SelfScore",
    "SignedMark",
    "VoteCount",
    "VoteSlip",
    "VoteTally",
    "VoteTallyLine",
    "VoterGroup",
    "YearResult",
    "YearStep",
]
