"""Who may do what to teams, tasks and reports: `rules` predicates, checked inside verbs and by templates."""

import rules

from governance.people.models import User
from governance.people.permissions import is_administrator, is_office, role

from .models import HelpRequest, ProgressReport, SpecialTeam, Task, TeamMember
from .models.request import TaskRequest
from .models.team import OfTeamQuerySet

HEADS = (TeamMember.Part.HEAD, TeamMember.Part.DEPUTY)
"""The parts that may submit for a team."""

DRAFTERS = (*HEADS, TeamMember.Part.LIAISON)
"""The parts that may draft for a team."""


def part(*parts: str) -> rules.Predicate:
    """A predicate: the person may sign in and is now one of `parts` in the team of the row (team, task, report)."""

    @rules.predicate(name=" or ".join(parts))
    def holds(user: User, row: SpecialTeam | Task | ProgressReport) -> bool:
        if not (user.is_authenticated and user.is_active):
            return False
        team_id = row.pk if isinstance(row, SpecialTeam) else row.team_id
        return TeamMember.objects.current().filter(team_id=team_id, user_id=user.pk, part__in=parts).exists()

    return holds


speaks_for_team = part(*HEADS)
drafts_for_team = part(*DRAFTERS)


@rules.predicate
def asked_it(user: User, request: TaskRequest) -> bool:
    """Whether the person made the request, an extension or a close-out (docs/rules.md#maker-and-checker)."""
    return request.asked_by_id == user.pk


# The action and its teams --------------------------------------------------------------------------------------------
rules.add_rule("keep_teams", is_office)
rules.add_rule("keep_screens", is_office)
rules.add_rule("hand_in_plan", drafts_for_team | is_office)
rules.add_rule("chase_debts", is_office)
rules.add_rule("read_burden", role(*OfTeamQuerySet.readers))

# Key tasks ---------------------------------------------------------------------------------------------------------
rules.add_rule("assign_task", is_office)
rules.add_rule("edit_task", is_office)
rules.add_rule("cancel_task", is_office)
rules.add_rule("suspend_task", is_office)
rules.add_rule("resume_task", is_office)
rules.add_rule("plan_milestones", is_office)
rules.add_rule("complete_milestone", is_office | drafts_for_team)
rules.add_rule("share_out", is_office)
rules.add_rule("count_shares", is_office | drafts_for_team)
rules.add_rule("acknowledge_task", drafts_for_team)
rules.add_rule("ask_extension", speaks_for_team)
rules.add_rule("decide_extensions", is_office)
rules.add_rule("decide_extension", is_office & ~asked_it)
rules.add_rule("ask_close_out", speaks_for_team)
rules.add_rule("decide_close_outs", is_office)
rules.add_rule("decide_close_out", is_office & ~asked_it)
rules.add_rule("set_lamp_rule", is_administrator)
rules.add_rule("import_ledger", is_office)

# Reporting periods and progress reports ------------------------------------------------------------------------------
belongs_to_team = part(*TeamMember.Part.values)
reviews_team = is_office & ~belongs_to_team


@rules.predicate
def of_its_departments(user: User, task: Task) -> bool:
    """Whether the person's department leads or joins the task."""
    if user.department_id is None:
        return False
    return (
        task.lead_department_id == user.department_id or task.joint_departments.filter(pk=user.department_id).exists()
    )


takes_part = part(TeamMember.Part.MEMBER)

rules.add_rule("generate_periods", is_office)
rules.add_rule("set_period_due", is_office)
rules.add_rule("follow_calendar", is_office)
rules.add_rule("close_period", is_office)
rules.add_rule("save_report", drafts_for_team)
rules.add_rule("write_rows", drafts_for_team | takes_part)
rules.add_rule("write_row", drafts_for_team | (takes_part & of_its_departments))
rules.add_rule("hand_over_report", drafts_for_team)
rules.add_rule("take_back_report", drafts_for_team)
rules.add_rule("submit_report", speaks_for_team)
rules.add_rule("enter_report_on_paper", reviews_team)
rules.add_rule("review_reports", is_office)
rules.add_rule("accept_report", reviews_team)
rules.add_rule("return_report", reviews_team)
rules.add_rule("undo_acceptance", reviews_team)
rules.add_rule("hand_back_report", speaks_for_team)
rules.add_rule("open_submission", role(*OfTeamQuerySet.readers) & ~belongs_to_team)

# Matters for coordination: answered by the owner, or by the department asked; by the office in their name


@rules.predicate
def is_asked(user: User, matter: HelpRequest) -> bool:
    """Whether the person is the one who answers the matter, or of the department asked."""
    if not (user.is_authenticated and user.is_active):
        return False
    return user.pk == matter.owner_id or (matter.to_id is not None and user.department_id == matter.to_id)


rules.add_rule("assign_matter", is_office)
rules.add_rule("answer_own_matter", is_asked)
rules.add_rule("answer_matter", is_asked | is_office)

# Evidence: whoever writes about the task, and the office; with a row it goes by `write_row`
rules.add_rule("attach_to_task", is_office | drafts_for_team | (takes_part & of_its_departments))
rules.add_rule("attach_to_close_out", drafts_for_team)
rules.add_rule("take_evidence_away", is_office)
