"""Invariants of teams, tasks and reports that constraints cannot express (docs/rules.md#invariants)."""

from datetime import date
from functools import partial

from django.db.models import DateField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from governance.clock import end_of, today
from governance.records.integrity.scans import Scan, hashed_text
from governance.records.invariants import Invariant, in_order

from .evidence.kinds import changeable_kinds
from .models import (
    CloseOut,
    EntryEvidence,
    Extension,
    LampRule,
    Milestone,
    PeriodDue,
    ProgressReport,
    ReportDecision,
    ReportingPeriod,
    ReportSubmission,
    SpecialTeam,
    Stage,
    SubmittedEvidence,
    Task,
    TaskVersion,
    TeamDepartment,
    TeamMember,
)
from .models.dated_part import DatedPartQuerySet
from .models.evidence import Evidence
from .states import ReportState, TaskState
from .tasks.changes import VERSIONED

FAR = Value(date.max, DateField())
"""The end of parts without an end."""


# Who belongs to a team ---------------------------------------------------------------------------------------------
def rivals(rows: DatedPartQuerySet, *same: str) -> DatedPartQuerySet:
    """Parts that overlap with an earlier part with the same `same`."""
    held_with_it = rows.model.objects.between(OuterRef("joined_on"), Coalesce(OuterRef("left_on"), FAR))
    earlier = held_with_it.filter(pk__lt=OuterRef("pk"), **{name: OuterRef(name) for name in same})
    return rows.filter(Exists(earlier))


def members_twice() -> QuerySet[TeamMember]:
    """People with two parts in one team at a time."""
    return rivals(TeamMember.objects.select_related("team", "user"), "team", "user")


def two_heads() -> QuerySet[TeamMember]:
    """Heads of a team that has another head on the same day."""
    heads = TeamMember.objects.filter(part=TeamMember.Part.HEAD)
    return rivals(heads.select_related("team", "user"), "team", "part")


def departments_twice() -> QuerySet[TeamDepartment]:
    """Departments with two parts in one team at a time."""
    return rivals(TeamDepartment.objects.select_related("team", "department"), "team", "department")


def two_leads() -> QuerySet[TeamDepartment]:
    """Lead departments of a team that has another one on the same day."""
    leads = TeamDepartment.objects.filter(part=TeamDepartment.Part.LEAD)
    return rivals(leads.select_related("team", "department"), "team", "part")


def teams_without_lead() -> QuerySet[SpecialTeam]:
    """Active teams without a lead department."""
    leads = TeamDepartment.objects.current().filter(team=OuterRef("pk"), part=TeamDepartment.Part.LEAD)
    return SpecialTeam.objects.filter(~Exists(leads), closed_on=None)


# What belongs to what ------------------------------------------------------------------------------------------------
def groups_of_other_actions() -> QuerySet[SpecialTeam]:
    """Teams in a working group of another action."""
    return SpecialTeam.objects.exclude(group=None).exclude(group__action=F("action"))


def stages_outside() -> QuerySet[Stage]:
    """Stages with days outside those of their action."""
    return Stage.objects.filter(Q(starts_on__lt=F("action__starts_on")) | Q(ends_on__gt=F("action__ends_on")))


def tasks_of_other_actions() -> QuerySet[Task]:
    """Tasks whose team, or whose stage, is of another action."""
    return Task.objects.exclude(Q(team__action=F("action")) & (Q(stage=None) | Q(stage__action=F("action"))))


def replaced_elsewhere() -> QuerySet[Milestone]:
    """Milestones that replace one of another task."""
    return Milestone.objects.exclude(replaces=None).exclude(replaces__task=F("task"))


def reports_across_actions() -> QuerySet[ProgressReport]:
    """Reports of a team for a period of another action."""
    return ProgressReport.objects.exclude(team__action=F("period__action")).select_related("team", "period")


def periods_overlapping() -> QuerySet[ReportingPeriod]:
    """Periods that share a day with an earlier one of their action."""
    earlier = ReportingPeriod.objects.filter(
        action=OuterRef("action"), starts_on__lt=OuterRef("starts_on"), ends_on__gte=OuterRef("starts_on")
    )
    return ReportingPeriod.objects.filter(Exists(earlier))


# Tasks and their versions --------------------------------------------------------------------------------------------
def versions_missing() -> QuerySet[Task]:
    """Tasks whose last version is not the one counted in the row."""
    return Task.objects.annotate(last=Max("versions__number")).filter(Q(last=None) | ~Q(last=F("version")))


def versions_differing() -> QuerySet[Task]:
    """Tasks that differ from their version of the same number."""
    differs = Q()
    for column in VERSIONED:
        here, there = Q(**{f"{column}__isnull": True}), Q(**{f"task__{column}__isnull": True})
        differs |= (here & ~there) | (~here & there) | (~here & ~there & ~Q(**{column: F(f"task__{column}")}))
    return Task.objects.filter(pk__in=TaskVersion.objects.filter(differs, number=F("task__version")).values("task"))


def due_before_original() -> QuerySet[Task]:
    """Tasks that are due before their original due date: an extension only ever moves it later."""
    return Task.objects.filter(original_due_on__gt=F("due_on"))


def shares_disagreeing() -> QuerySet[Task]:
    """Tasks whose townships' targets do not sum to their target."""
    summed = Task.objects.annotate(shared=Sum("shares__target")).filter(shared__isnull=False)
    return summed.exclude(target__isnull=False, target=F("shared"))


def versions_ahead() -> QuerySet[TaskVersion]:
    """Versions recorded on a day that has not come: the clock was ahead, or it is behind now."""
    return TaskVersion.objects.filter(at__gte=end_of(today())).select_related("task")


def due_moments_disagreeing() -> QuerySet[ReportingPeriod]:
    """Periods whose due moment is not the last one on record."""
    last = PeriodDue.objects.filter(period=OuterRef("pk")).order_by("-number")
    periods = ReportingPeriod.objects.annotate(on_record=Subquery(last.values("due_at")[:1]))
    return periods.filter(Q(on_record=None) | ~Q(on_record=F("due_at")))


def first_words_disagreeing() -> QuerySet[ProgressReport]:
    """Reports that are on time or not against what their first submission that stands was."""
    first = ReportSubmission.objects.standing().filter(report=OuterRef("pk")).order_by("number")
    reports = ProgressReport.objects.annotate(first_on_time=Subquery(first.values("on_time")[:1]))
    return reports.exclude(first_on_time=None).exclude(first_on_time=F("on_time")).select_related("team", "period")


def milestones_moved() -> QuerySet[Milestone]:
    """Milestones that were set before the one they replace."""
    return Milestone.objects.filter(replaces__laid_at__gt=F("laid_at")).select_related("task")


# Requests and decisions ----------------------------------------------------------------------------------------------
def close_outs_disagreeing() -> QuerySet[CloseOut]:
    """Accepted close-outs of a task that is not closed out, and undecided ones of a task not waiting for one."""
    settled = (TaskState.CLOSE_OUT_REQUESTED, TaskState.CANCELLED)
    accepted = Q(accepted=True) & ~Q(task__state=TaskState.CLOSED_OUT)
    undecided = Q(accepted=None) & ~Q(task__state__in=settled)
    return CloseOut.objects.filter(accepted | undecided).select_related("task")


def tasks_disagreeing() -> QuerySet[Task]:
    """Tasks that wait to be closed out without an undecided request, or are closed out without a day."""
    pending = CloseOut.objects.undecided().filter(task=OuterRef("pk"))
    return Task.objects.filter(
        Q(Q(state=TaskState.CLOSE_OUT_REQUESTED) & ~Exists(pending)) | Q(state=TaskState.CLOSED_OUT, closed_on=None)
    )


def extensions_without_effect() -> QuerySet[Extension]:
    """Granted extensions of a task that is due before the granted date."""
    return Extension.objects.filter(granted=True, new_due_on__gt=F("task__due_on")).select_related("task")


def undecided_in_closed_periods() -> QuerySet[ProgressReport]:
    """Reports that were submitted and never decided, of periods that are closed."""
    found = ProgressReport.objects.filter(state=ReportState.SUBMITTED, period__closed_at__isnull=False)
    return found.filter(submitted_at__lte=F("period__closed_at")).select_related("team", "period")


def reports_disagreeing() -> QuerySet[ProgressReport]:
    """Reports whose state differs from the decision on their last submission that stands."""
    last = ReportSubmission.objects.standing().filter(report=OuterRef("pk")).order_by("-number")
    decision = ReportDecision.objects.standing().filter(submission=OuterRef("sent")).order_by()
    reports = ProgressReport.objects.annotate(sent=Subquery(last.values("pk")[:1])).annotate(
        accepted=Subquery(decision.values("accepted")[:1])
    )
    agrees = (
        Q(state=ReportState.DRAFT, sent=None)
        | Q(state=ReportState.SUBMITTED, sent__isnull=False, accepted=None)
        | Q(state=ReportState.ACCEPTED, accepted=True)
        | Q(state=ReportState.RETURNED, accepted=False)
    )
    return reports.exclude(agrees).select_related("team", "period")


# Evidence ------------------------------------------------------------------------------------------------------------
def attached_twice(links: type[Evidence]) -> QuerySet[Evidence]:
    """Evidence in force whose owner has earlier evidence in force with the same content."""
    earlier = links.objects.in_force().filter(
        Q(owner=OuterRef("owner")), file__original_sha256=OuterRef("file__original_sha256"), pk__lt=OuterRef("pk")
    )
    return links.objects.in_force().filter(Exists(earlier)).select_related("file")


def submitted_out_of_nothing() -> QuerySet[SubmittedEvidence]:
    """Evidence submitted with a row to which it was never attached."""
    attached = EntryEvidence.objects.filter(
        file=OuterRef("file"), owner__report=OuterRef("entry__submission__report"), owner__task=OuterRef("entry__task")
    )
    return SubmittedEvidence.objects.filter(~Exists(attached)).select_related("file")


def evidence_invariants() -> list[Invariant]:
    """One for each registered kind of evidence."""
    return [
        Invariant(
            f"{kind.name}_evidence_once".replace("-", "_"),
            _("The same file is attached only once in the same place."),
            partial(attached_twice, kind.model),
        )
        for kind in changeable_kinds()
    ]


INVARIANTS = (
    Invariant("one_part_a_person", _("A person holds one position in a team at a time."), members_twice),
    Invariant("one_head", _("A team has one head at a time."), two_heads),
    Invariant("one_part_a_department", _("A department has one role in a team at a time."), departments_twice),
    Invariant("one_lead", _("A team has one lead department at a time."), two_leads),
    Invariant("a_lead", _("A working team has a lead department."), teams_without_lead),
    Invariant("group_of_action", _("A team's working group is of the same action."), groups_of_other_actions),
    Invariant("stage_within_action", _("A stage lies within its action."), stages_outside),
    Invariant("task_of_action", _("A task's team and stage are of the same action."), tasks_of_other_actions),
    Invariant("milestone_of_task", _("A milestone replaces one of the same task."), replaced_elsewhere),
    Invariant("report_of_action", _("A report's team and period are of the same action."), reports_across_actions),
    Invariant("periods_apart", _("Reporting periods of an action do not overlap."), periods_overlapping),
    Invariant("task_has_its_version", _("The version a task refers to is its last one."), versions_missing),
    Invariant("version_equals_task", _("A task is identical to its last version."), versions_differing),
    *in_order(
        {
            "task_versions_in_order": (TaskVersion, "task"),
            "submissions_in_order": (ReportSubmission, "report"),
            "report_decisions_in_order": (ReportDecision, "submission"),
            "due_moments_in_order": (PeriodDue, "period"),
            "lamp_rules_in_order": (LampRule, "action"),
        }
    ),
    Invariant(
        "nothing_of_the_future",
        _("Nothing is recorded after today. Otherwise the clock is slow, or DEMO_TODAY is still set."),
        versions_ahead,
    ),
    Invariant("due_moment_on_record", _("A period's due time is the latest in its history."), due_moments_disagreeing),
    Invariant(
        "first_submission_judges",
        _("A report is on time if its first submission was."),
        first_words_disagreeing,
    ),
    Invariant("due_not_before_original", _("A due date only moves later."), due_before_original),
    Invariant("shares_sum_up", _("The targets of the townships add up to the task's target."), shares_disagreeing),
    Invariant("milestones_in_order", _("A milestone is set before it is replaced."), milestones_moved),
    Invariant("close_out_and_task", _("A close-out matches the state of its task."), close_outs_disagreeing),
    Invariant(
        "task_and_close_out", _("A task whose close-out is requested or granted has a record of it."), tasks_disagreeing
    ),
    Invariant("extension_in_force", _("A granted extension has taken effect."), extensions_without_effect),
    Invariant(
        "closed_period_decided",
        _("A closed period has no undecided submissions."),
        undecided_in_closed_periods,
    ),
    Invariant("report_and_decision", _("The state of a report matches the last decision."), reports_disagreeing),
    *evidence_invariants(),
    Invariant(
        "submitted_evidence_was_attached",
        _("What was submitted with a row had been attached to it."),
        submitted_out_of_nothing,
    ),
)

SCANS = (
    Scan(
        "submitted_texts",
        _("The text of a submission is unchanged since it was submitted."),
        ReportSubmission.objects.select_related("report__team", "report__period").all,
        hashed_text("document"),
        part=500,
    ),
)
