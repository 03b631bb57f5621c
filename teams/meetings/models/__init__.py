"""Tables of the loop."""

from .circular import Circular, CircularDraft, CircularLine
from .decision import Audience, Decision, DecisionDone, DecisionOutcome, DecisionTeam
from .evidence import OrderEvidence, ProblemEvidence, ShowcaseEvidence
from .instruction import Instruction, InstructionLine, LineOutcome, LineTeam
from .meeting import AgendaItem, Attendance, AttendanceSeat, Meeting, ScreenPlace
from .order import DismissedProposal, OrderAnswer, OrderVerdict, Rung, Series, SupervisionOrder
from .paper import Bulletin, DocumentTemplate, MinutesIssue, PackIssue
from .problem import Problem, ProblemStep, ProblemTask, ProblemTeam
from .requirement import Clause, ClauseAnswer, ClauseTask, Requirement
from .showcase import FieldPlace, Showcase, ShowcaseCopy, ShowcaseStep, Step

__all__ = [
    "AgendaItem",
    "Attendance",
    "AttendanceSeat",
    "Audience",
    "Bulletin",
    "Circular",
    "CircularDraft",
    "CircularLine",
    "Clause",
    "ClauseAnswer",
    "ClauseTask",
    "Decision",
    "DecisionDone",
    "DecisionOutcome",
    "DecisionTeam",
    "DismissedProposal",
    "DocumentTemplate",
    "FieldPlace",
    "Instruction",
    "InstructionLine",
    "LineOutcome",
    "LineTeam",
    "Meeting",
    "MinutesIssue",
    "OrderAnswer",
    "OrderEvidence",
    "OrderVerdict",
    "PackIssue",
    "Problem",
    "ProblemEvidence",
    "ProblemStep",
    "ProblemTask",
    "ProblemTeam",
    "Requirement",
    "Rung",
    "ScreenPlace",
    "Series",
    "Showcase",
    "ShowcaseCopy",
    "ShowcaseEvidence",
    "ShowcaseStep",
    "Step",
    "SupervisionOrder",
]
