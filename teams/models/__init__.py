"""Tables of the work."""

from .action import LampRule, SpecialAction, Stage, WorkingGroup
from .evidence import CloseOutEvidence, EntryEvidence, Evidence, SubmittedEvidence, TaskEvidence
from .period import PeriodDue, PeriodLamp, ReportingPeriod
from .report import ProgressReport, ReportEntry
from .report_line import HelpRequest, NextStep
from .request import CloseOut, Extension
from .screen import WallScreen
from .submission import EntryReason, ReportDecision, ReportSubmission, SubmissionReading, SubmittedEntry
from .task import Level, Milestone, Source, Task, TaskDepartment, TaskShare, TaskVersion
from .team import CoreFigure, FirstStep, SpecialTeam, TeamDepartment, TeamMember, team_ids_of

__all__ = [
    "CloseOut",
    "CloseOutEvidence",
    "CoreFigure",
    "EntryEvidence",
    "EntryReason",
    "Evidence",
    "Extension",
    "FirstStep",
    "HelpRequest",
    "LampRule",
    "Level",
    "Milestone",
    "NextStep",
    "PeriodDue",
    "PeriodLamp",
    "ProgressReport",
    "ReportDecision",
    "ReportEntry",
    "ReportSubmission",
    "ReportingPeriod",
    "Source",
    "SpecialAction",
    "SpecialTeam",
    "Stage",
    "SubmissionReading",
    "SubmittedEntry",
    "SubmittedEvidence",
    "Task",
    "TaskDepartment",
    "TaskEvidence",
    "TaskShare",
    "TaskVersion",
    "TeamDepartment",
    "TeamMember",
    "WallScreen",
    "WorkingGroup",
    "team_ids_of",
]
