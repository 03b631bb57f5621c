"""From an empty installation to the first report: the steps in order, each seen to be done from what is there.

Nothing is remembered about the steps themselves, so whoever comes back goes on where the installation stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.people.models import CalendarDay, County, Department, Township, User
from governance.people.permissions import may
from governance.people.roles import Role
from teams.models import ReportingPeriod, ReportSubmission, SpecialAction, SpecialTeam, Task, TeamMember


@dataclass(frozen=True)
class Door:
    """A way to do a step: its words and its address."""

    label: str
    url: str


@dataclass(frozen=True)
class SetupStep:
    """One step: what, why and how, what is there already, who does it, and the doors for whoever may."""

    title: str
    how: str
    found: str
    done: bool
    role: Role | None
    """Whose step it is; None for the teams'."""
    doors: Sequence[Door] = field(default_factory=tuple)
    optional: bool = False

    @property
    def doer(self) -> str:
        """Who does it, in words."""
        return str(self.role.label) if self.role else _("The teams")


def may_set_up(user: User) -> bool:
    """Whether a step is for `user` to do: the administrator's, then the special office's."""
    return may(user, "keep_accounts") or may(user, "keep_teams")


def setup_steps(user: User, *, on: date) -> list[SetupStep]:
    """The steps as `user` sees them on the day `on`: a bounded number of queries."""
    administers, keeps = may(user, "keep_accounts"), may(user, "keep_teams")
    return [*_of_administrator(administers, on), *_of_office(keeps)]


def next_step(steps: Sequence[SetupStep]) -> SetupStep | None:
    """The first step that is not done and must be; None when the installation works."""
    return next((step for step in steps if not step.done and not step.optional), None)


def step_of(user: User, *, on: date) -> SetupStep | None:
    """The step that waits for `user` alone; None once a report was submitted: from then on the installation is in use.

    One query then, and for those who set nothing up none.
    """
    if not may_set_up(user) or ReportSubmission.objects.exists():
        return None
    step = next_step(setup_steps(user, on=on))
    return step if step and step.role and user.has_role(step.role) else None


def _of_administrator(may_do: bool, on: date) -> Iterator[SetupStep]:
    doors = _doors if may_do else _no_doors
    role = Role.ADMINISTRATOR
    county = County.objects.first()
    yield SetupStep(
        _("Name the county"),
        _("The name stands at the head of every page and on every paper."),
        str(county) if county else "",
        county is not None,
        role,
        doors((_("Name it"), reverse("county"))),
    )
    departments = Department.objects.count()
    yield SetupStep(
        _("Enter the departments"),
        _("One sheet with code, name, short name and the other names under which ledgers mention a department."),
        ngettext("%(count)d department", "%(count)d departments", departments) % {"count": departments},
        departments > 0,
        role,
        doors(
            (_("From a sheet"), reverse("department_import")),
            (_("One by one"), reverse("admin:people_department_changelist")),
        ),
    )
    townships = Township.objects.count()
    yield SetupStep(
        _("Enter the townships"),
        _("Only where quantities are counted by township."),
        ngettext("%(count)d township", "%(count)d townships", townships) % {"count": townships},
        townships > 0,
        role,
        doors((_("One by one"), reverse("admin:people_township_changelist"))),
        optional=True,
    )
    people = User.objects.filter(is_active=True).count()
    yield SetupStep(
        _("Enter the people"),
        _("The special office, the assessment centre, leaders, heads and liaisons, with the roles they hold."),
        ngettext("%(count)d person can sign in", "%(count)d people can sign in", people) % {"count": people},
        User.objects.with_role(Role.SPECIAL_OFFICE).exists(),
        role,
        doors(
            (_("From a sheet"), reverse("people_import")), (_("One by one"), reverse("admin:people_user_changelist"))
        ),
    )
    days = CalendarDay.objects.filter(on__year=on.year).count()
    yield SetupStep(
        _("Mark holidays and worked weekends"),
        _("Without them Monday to Friday are working days; reports and blue lamps are dated by working days."),
        ngettext("%(count)d day of %(year)d is marked", "%(count)d days of %(year)d are marked", days)
        % {"count": days, "year": on.year},
        days > 0,
        role,
        doors((_("Mark days"), reverse("admin:people_calendarday_changelist"))),
        optional=True,
    )


def _of_office(may_do: bool) -> Iterator[SetupStep]:
    doors = _doors if may_do else _no_doors
    role = Role.SPECIAL_OFFICE
    action = SpecialAction.objects.chosen()
    yield SetupStep(
        _("Open the special action"),
        _("Its title, its dates and the rhythm in which the teams report."),
        str(action) if action else "",
        action is not None,
        role,
        doors((_("Look at it"), reverse("action", args=[action.code])))
        if action
        else doors((_("Open it"), reverse("action_new"))),
    )
    of_action = [action.code] if action else []
    stages = action.stages.count() if action else 0
    yield SetupStep(
        _("Divide it into stages"),
        _("Stages divide the action in time; the wall chart can be narrowed to one."),
        ngettext("%(count)d stage", "%(count)d stages", stages) % {"count": stages},
        stages > 0,
        role,
        doors((_("Add a stage"), reverse("stage_new", args=of_action))) if action else (),
        optional=True,
    )
    found, whole, begun = _teams(action)
    ways = [(_("Found a team"), reverse("team_new")), (_("Members from a sheet"), reverse("member_import"))]
    yield SetupStep(
        _("Found the teams"),
        _("Each with its lead department, and with a head and a liaison, or nobody can report."),
        found,
        whole,
        role,
        doors(*(reversed(ways) if begun and not whole else ways)) if action else (),
    )
    periods = ReportingPeriod.objects.filter(action=action).count()
    yield SetupStep(
        _("Lay down the reporting periods"),
        _("They follow the action's rhythm; a report is due on the first working day after its period."),
        ngettext("%(count)d period", "%(count)d periods", periods) % {"count": periods},
        periods > 0,
        role,
        doors((_("Lay down periods"), reverse("period_new"))) if action else (),
    )
    tasks = Task.objects.filter(action=action).count()
    yield SetupStep(
        _("Import the task ledger"),
        _("The officials' sheet as it is: nothing is written before you have seen what was read."),
        ngettext("%(count)d key task", "%(count)d key tasks", tasks) % {"count": tasks},
        tasks > 0,
        role,
        doors((_("Import"), reverse("task_import")), (_("One by one"), reverse("task_new"))) if action else (),
    )
    sent = ReportSubmission.objects.filter(report__team__action=action).count()
    yield SetupStep(
        _("The first report"),
        _("The liaison drafts it, the head submits it, the special office reviews it."),
        ngettext("%(count)d report was submitted", "%(count)d reports were submitted", sent) % {"count": sent},
        sent > 0,
        None,
        doors((_("Who has reported"), reverse("report_matrix"))) if periods else (),
    )


def _doors(*pairs: tuple[str, str]) -> tuple[Door, ...]:
    return tuple(Door(label, url) for label, url in pairs)


def _no_doors(*pairs: tuple[str, str]) -> tuple[Door, ...]:
    return ()


def _teams(action: SpecialAction | None) -> tuple[str, bool, bool]:
    """What is there of the teams; whether each has who drafts and who submits and can sign in; whether there is one."""
    teams = SpecialTeam.objects.filter(action=action, closed_on=None)
    count = teams.count()

    def someone(part: str) -> Exists:
        parts = TeamMember.objects.current().filter(team=OuterRef("pk"), part=part)
        return Exists(parts.filter(user__is_active=True))

    lacking = list(teams.exclude(someone("head"), someone("liaison")).values_list("short_name", flat=True))
    found = ngettext("%(count)d team", "%(count)d teams", count) % {"count": count}
    if lacking:
        found += _("; without a head or a liaison who can sign in: %(teams)s") % {"teams": "、".join(lacking)}
    return found, count > 0 and not lacking, count > 0
