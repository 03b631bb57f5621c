"""Tables of the work."""

from .action import LampRule, SpecialAction, Stage, WorkingGroup
from .period import PeriodLamp, ReportingPeriod
from .report import HelpRequest, NextStep, ProgressReport, ReportEntry
from .request import CloseOut, Extension
from .submission import EntryReason, ReportDecision, ReportSubmission, SubmittedEntry
from .task import Level, Milestone, Source, Task, TaskDepartment, TaskVersion
from .team import CoreFigure, SpecialTeam, TeamDepartment, TeamMember, team_ids_of

__all__ = [
    "CloseOut",
    "CoreFigure",
    "EntryReason",
    "Extension",
    "HelpRequest",
    "LampRule",
    "Level",
    "Milestone",
    "NextStep",
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
    "SubmittedEntry",
    "Task",
    "TaskDepartment",
    "TaskVersion",
    "TeamDepartment",
    "TeamMember",
    "WorkingGroup",
    "team_ids_of",
]
