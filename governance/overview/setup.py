"""From an empty installation to the first report: the steps in order, each done or not according to the data.

No progress is stored, so that the steps always show the actual state of the installation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from governance.lists.text import Text, names_text
from governance.people.models import CalendarDay, County, Department, Township, User
from governance.people.permissions import may
from governance.people.roles import Role
from teams.models import ReportingPeriod, ReportSubmission, SpecialAction, SpecialTeam, Task, TeamMember


@dataclass(frozen=True)
class Door:
    """A link to do a step: its text and its address."""

    label: str
    url: str


@dataclass(frozen=True)
class SetupStep:
    """One step: what, why and how, what exists already, who does it, and the links for people who may."""

    title: str
    how: str
    found: str
    done: bool
    role: Role | None
    """The role that does it; None for a step of the teams."""
    doors: Sequence[Door]
    optional: bool

    @property
    def doer(self) -> str:
        """Who does it, as text."""
        return str(self.role.label) if self.role else _("The teams")


def may_set_up(user: User) -> bool:
    """Whether `user` is responsible for a step: the administrator first, then the special office."""
    return may(user, "keep_accounts") or may(user, "keep_teams")


def setup_steps(user: User, *, on: date) -> list[SetupStep]:
    """The steps as `user` sees them on the day `on`, in a bounded number of queries."""
    administers, keeps = may(user, "keep_accounts"), may(user, "keep_teams")
    return [*_of_administrator(administers, on), *_of_office(keeps)]


def next_step(steps: Sequence[SetupStep]) -> SetupStep | None:
    """The first required step that is not done; None when the installation is ready."""
    return next((step for step in steps if not step.done and not step.optional), None)


def step_of(user: User, *, on: date) -> SetupStep | None:
    """The step that `user` should do next; None once a report was submitted: the installation is in use from then on.

    One query from then on; none for people who set up nothing.
    """
    if not may_set_up(user) or ReportSubmission.objects.exists():
        return None
    step = next_step(setup_steps(user, on=on))
    return step if step and step.role and user.has_role(step.role) else None


def _of_administrator(may_do: bool, on: date) -> Iterator[SetupStep]:
    step = partial(_step, role=Role.ADMINISTRATOR, opens=may_do)
    yield step(
        _("Enter the name of the county"),
        _("The name is shown at the top of every page and on every printout."),
        _named(County.objects.first()),
        (_("Enter the name"), "county"),
    )
    yield step(
        _("Enter the departments"),
        _("One sheet with code, name, short name and the other names used for a department in ledgers."),
        _counted(Department.objects.count(), ngettext_lazy("%(count)d department", "%(count)d departments", "count")),
        (_("Import from a workbook"), "department_import"),
        (_("One by one"), "admin:people_department_changelist"),
    )
    yield step(
        _("Enter the townships"),
        _("Only needed if quantities are counted by township."),
        _counted(Township.objects.count(), ngettext_lazy("%(count)d township", "%(count)d townships", "count")),
        (_("Import from a workbook"), "township_import"),
        (_("One by one"), "admin:people_township_changelist"),
        optional=True,
    )
    can_sign_in = ngettext_lazy("%(count)d person can sign in", "%(count)d people can sign in", "count")
    people, _anybody = _counted(User.objects.filter(is_active=True).count(), can_sign_in)
    yield step(
        _("Enter the people"),
        _("The special office, the assessment centre, leaders, heads and liaisons, with their roles."),
        (people, User.objects.with_role(Role.SPECIAL_OFFICE).exists()),
        (_("Import from a workbook"), "people_import"),
        (_("One by one"), "people_list"),
    )
    marked = ngettext_lazy("%(count)d day of %(year)d is marked", "%(count)d days of %(year)d are marked", "count")
    yield step(
        _("Mark holidays and worked weekends"),
        _(
            "If none are marked, Monday to Friday are working days. Report due dates and blue lamps depend on "
            "working days."
        ),
        _counted(CalendarDay.objects.filter(on__year=on.year).count(), marked, year=on.year),
        (_("Paste the notice"), "calendar"),
        (_("Mark days"), "admin:people_calendarday_changelist"),
        optional=True,
    )


def _of_office(may_do: bool) -> Iterator[SetupStep]:
    action = SpecialAction.objects.chosen()
    code = action.code if action else ""
    step = partial(_step, role=Role.SPECIAL_OFFICE, opens=may_do and action is not None)
    yield step(
        _("Open the special action"),
        _("Its title, its dates and how often the teams report."),
        _named(action),
        (_("View"), "action", code) if action else (_("Open it"), "action_new"),
        opens=may_do,
    )
    yield step(
        _("Divide it into stages"),
        _("Stages divide the action in time; the wall chart can be filtered by stage."),
        _counted(action.stages.count() if action else 0, ngettext_lazy("%(count)d stage", "%(count)d stages", "count")),
        (_("Add a stage"), "stage_new", code),
        optional=True,
    )
    found, whole, begun = _teams(action)
    ways = [(_("Set up a team"), "team_new"), (_("Import members from a workbook"), "member_import")]
    yield step(
        _("Set up the teams"),
        _("Each with its lead department, head and liaison; without the latter two nobody can report."),
        (found, whole),
        *(reversed(ways) if begun and not whole else ways),
    )
    periods = ReportingPeriod.objects.filter(action=action).count()
    yield step(
        _("Generate the reporting periods"),
        _("They follow the reporting rhythm of the action. A report is due on the first working day after its period."),
        _counted(periods, ngettext_lazy("%(count)d period", "%(count)d periods", "count")),
        (_("Generate periods"), "period_new"),
    )
    tasks = Task.objects.filter(action=action).count()
    yield step(
        _("Import the task ledger"),
        _("The ledger as it is: nothing is saved until you have checked what was read."),
        _counted(tasks, ngettext_lazy("%(count)d key task", "%(count)d key tasks", "count")),
        (_("Import"), "task_import"),
        (_("One by one"), "task_new"),
    )
    sent = ReportSubmission.objects.filter(report__team__action=action).count()
    submitted = ngettext_lazy("%(count)d report has been submitted", "%(count)d reports have been submitted", "count")
    yield step(
        _("The first report"),
        _("The liaison drafts it, the head submits it, the special office reviews it."),
        _counted(sent, submitted),
        (_("See who has reported"), "report_matrix"),
        role=None,
        opens=may_do and periods > 0,
    )


def _step(
    title: str,
    how: str,
    there: tuple[str, bool],
    *ways: tuple[str, ...],
    role: Role | None,
    opens: bool,
    optional: bool = False,
) -> SetupStep:
    """`there` is what is there already and whether that is enough; a way is its words, its address and what it asks."""
    doors = [Door(label, reverse(name, args=args)) for label, name, *args in ways] if opens else []
    return SetupStep(title, how, *there, role, doors, optional)


def _named(row: County | SpecialAction | None) -> tuple[str, bool]:
    return str(row or ""), row is not None


def _counted(count: int, words: Text, **more: int) -> tuple[str, bool]:
    return words % {"count": count, **more}, count > 0


def _teams(action: SpecialAction | None) -> tuple[str, bool, bool]:
    """What exists of the teams; whether each has people who can sign in, draft and submit; whether there is one."""
    teams = SpecialTeam.objects.filter(action=action, closed_on=None)
    count = teams.count()

    def someone(part: str) -> Exists:
        parts = TeamMember.objects.current().filter(team=OuterRef("pk"), part=part)
        return Exists(parts.filter(user__is_active=True))

    lacking = list(teams.exclude(someone("head"), someone("liaison")).values_list("short_name", flat=True))
    found = ngettext("%(count)d team", "%(count)d teams", count) % {"count": count}
    if lacking:
        found += _("; without a head or a liaison who can sign in: %(teams)s") % {"teams": names_text(lacking)}
    return found, count > 0 and not lacking, count > 0
