"""Special teams, their departments, people and core figures."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import holding
from governance.people.models import Department
from governance.people.roles import Role
from governance.records.models import Editable, SeenByAllQuerySet, StoredFile

from .action import SpecialAction, WorkingGroup
from .dated_part import DatedPart, DatedPartQuerySet, held_by_one, leaves_after_joining, once_in_a_team

if TYPE_CHECKING:
    from governance.people.models import User


KEPT_IDS = "_team_ids"
"""Where a user of a request keeps the ids of its teams."""


def team_ids_of(user: "User") -> frozenset[int]:
    """Ids of the teams of which `user` is a member now, read once per request (docs/rules.md#reads-and-verbs)."""
    if not user.is_active or not user.is_authenticated:
        return frozenset()
    ids: frozenset[int] | None = getattr(user, KEPT_IDS, None)
    if ids is None:
        ids = frozenset(TeamMember.objects.current().filter(user_id=user.pk).values_list("team_id", flat=True))
        setattr(user, KEPT_IDS, ids)
    return ids


class OfTeamQuerySet(models.QuerySet):
    """Rows for a team's current members, the office and the county leaders (docs/rules.md#visibility)."""

    team_lookup = "team_id"
    readers = (Role.SPECIAL_OFFICE, Role.COUNTY_LEADER)

    def visible_to(self, user: "User") -> Self:
        """All for the office and leaders, those of their current teams for members; none for former members."""
        if user.has_role(*self.readers):
            return self
        return self.filter(**{f"{self.team_lookup}__in": team_ids_of(user)})


def reads_papers_of(user: "User", team_id: int) -> bool:
    """Whether `user` may read the team's reports and requests: the same people as in `OfTeamQuerySet.visible_to`."""
    return user.has_role(*OfTeamQuerySet.readers) or team_id in team_ids_of(user)


def not_closed_before(day: date | Combinable, *, team: str = "") -> Q:
    """Teams whose last day, if any, is `day` or later; `team` is the path from other rows to their team."""
    return Q(**{f"{team}closed_on": None}) | Q(**{f"{team}closed_on__gte": day})


def existed(first: date | Combinable, last: date | Combinable, *, team: str = "") -> Q:
    """Teams that existed on some day from `first` to `last`, both inclusive; `team` as above."""
    return not_closed_before(first, team=team) & Q(**{f"{team}established_on__lte": last})


def owes_for(last: date | Combinable, *, team: str = "") -> Q:
    """Teams that owe a report for a period with this `last` day; `team` as above (docs/rules.md#reporting-periods)."""
    entered = Q(**{f"{team}entered_on": None}) | Q(**{f"{team}entered_on__lte": last})
    return existed(last, last, team=team) & entered


class SpecialTeamQuerySet(SeenByAllQuerySet):
    """Questions about teams; the days of establishment and of closing are included (docs/rules.md#teams)."""

    def with_papers_visible_to(self, user: "User") -> Self:
        """Teams whose reports, drafts and requests `user` may read, by the rule of `OfTeamQuerySet`."""
        return self if user.has_role(*OfTeamQuerySet.readers) else self.filter(pk__in=team_ids_of(user))

    def called(self, word: str) -> Self:
        """Teams with the word in their names or code, for a search."""
        return self.filter(holding(word, "name", "short_name", "code"))

    def existing_on(self, day: date | Combinable) -> Self:
        return self.filter(existed(day, day))

    def owing_for(self, last: date | Combinable) -> Self:
        """Teams that owe a report for a period with this `last` day."""
        return self.filter(owes_for(last))

    def existing_between(self, first: date, last: date) -> Self:
        """Teams that existed on some day from `first` to `last`, both inclusive."""
        return self.filter(existed(first, last))


class SpecialTeam(Editable):
    """A special team (专班), in the order of the official document."""

    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="teams", verbose_name=_("special action"))
    group = models.ForeignKey(
        WorkingGroup, models.PROTECT, null=True, blank=True, related_name="teams", verbose_name=_("working group")
    )
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    short_name = models.CharField(_("short name"), max_length=30)
    order = models.PositiveSmallIntegerField(_("order in the official document"))
    established_on = models.DateField(_("established"))
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    entered_on = models.DateField(
        _("entered"),
        null=True,
        editable=False,
        help_text=_("No report is due for periods that ended before this date; empty if the date is not known."),
    )

    objects = SpecialTeamQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["action", "order"]
        verbose_name = _("special team")
        verbose_name_plural = _("special teams")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "order"],
                name="team_order",
                violation_error_message=_("Another team has the same position in the document."),
            ),
            models.UniqueConstraint(
                fields=["action", "name"],
                name="team_name",
                violation_error_message=_("Another team has this name."),
            ),
            models.CheckConstraint(
                name="team_closed_after_established",
                condition=Q(closed_on=None) | Q(closed_on__gte=F("established_on")),
                violation_error_message=_("A team can only be closed after it was established."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The team's page."""
        return reverse("team", args=[self.code])

    def was_closed_before(self, day: date) -> bool:
        """Whether the team's last day is before `day`."""
        return self.closed_on is not None and self.closed_on < day

    def existed_on(self, day: date) -> bool:
        """Whether the team existed on `day`; the days of founding and closing are included (docs/rules.md#teams)."""
        return self.established_on <= day and not self.was_closed_before(day)

    def owes_for(self, last: date) -> bool:
        """Whether the team owes a report for a period with this `last` day (docs/rules.md#reporting-periods)."""
        return self.existed_on(last) and (self.entered_on is None or self.entered_on <= last)

    def age_days(self, on: date) -> int:
        """Days from establishment to `on`; 0 on the first day."""
        return (on - self.established_on).days

    def is_new(self, on: date, new_team_days: int) -> bool:
        """Whether the team is still in its first days (docs/rules.md#new-teams)."""
        return 0 <= self.age_days(on) < new_team_days


class TeamDepartmentQuerySet(DatedPartQuerySet["TeamDepartment"]):
    def lead_by_team(self, teams: Iterable[SpecialTeam]) -> dict[int, Department]:
        """The lead department of each of `teams` among these parts, by team id: one query."""
        leads = self.filter(team__in=teams, part=self.model.Part.LEAD).select_related("department")
        return {row.team_id: row.department for row in leads}


class TeamDepartment(DatedPart):
    """A department's part in a team, with dates, so that the history is kept."""

    class Part(models.TextChoices):
        LEAD = "lead", _("Lead department")
        MEMBER = "member", _("Member department")

    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="departments", verbose_name=_("special team"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    part = models.CharField(_("position"), max_length=10, choices=Part, default=Part.MEMBER)

    HOLDER = "department"
    ONE_AT_A_TIME = Part.LEAD
    TAKEN = _("%(who)s leads this team: %(days)s.")

    objects = TeamDepartmentQuerySet.as_manager()

    class Meta(DatedPart.Meta):
        ordering = ["team", "-part", "pk"]
        verbose_name = _("department of a team")
        verbose_name_plural = _("departments of teams")
        constraints = [
            once_in_a_team("team_department_once", "department", _("This department is already in the team.")),
            held_by_one(
                "team_one_lead_department", "lead", _("The team already has a lead department. End its role first.")
            ),
            leaves_after_joining("team_department_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.department}"


class TeamMember(DatedPart):
    """A person's part in a team, with dates; it gives no access after it has ended."""

    class Part(models.TextChoices):
        HEAD = "head", _("Head")
        DEPUTY = "deputy", _("Deputy head")
        LIAISON = "liaison", _("Liaison")
        MEMBER = "member", _("Member")

    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="members", verbose_name=_("special team"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    part = models.CharField(_("position"), max_length=10, choices=Part)

    HOLDER = "user"
    ONE_AT_A_TIME = Part.HEAD
    TAKEN = _("%(who)s is head of this team: %(days)s. End that membership first.")

    objects = DatedPartQuerySet.as_manager()

    class Meta(DatedPart.Meta):
        ordering = ["team", "pk"]
        verbose_name = _("member of a team")
        verbose_name_plural = _("members of teams")
        constraints = [
            once_in_a_team("team_member_once", "user", _("This person is already in the team.")),
            held_by_one("team_one_head", "head", _("The team already has a head. End that membership first.")),
            leaves_after_joining("team_member_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.user}"


class CoreFigure(Editable):
    """The main figure of a team's year, with its target and its supplier."""

    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="core_figures", verbose_name=_("special team"))
    name = models.CharField(_("name"), max_length=80)
    unit = models.CharField(_("unit"), max_length=20)
    target = models.DecimalField(_("target of the year"), max_digits=12, decimal_places=2)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("supplied by"))

    objects = SeenByAllQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["team", "pk"]
        verbose_name = _("core figure")
        verbose_name_plural = _("core figures")
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="core_figure_name"),
            models.CheckConstraint(
                name="core_figure_target_positive",
                condition=Q(target__gt=0),
                violation_error_message=_("The target must be more than 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FirstStep(Editable):
    """A dated first step of a new team (docs/rules.md#new-teams): people, plan, first tasks, first report.

    People, tasks and report are done when the data shows it; the plan is done when its file is submitted.
    """

    class Kind(models.TextChoices):
        MEMBERS = "members", _("Appoint the people")
        PLAN = "plan", _("Submit the work plan")
        TASKS = "tasks", _("Set the first tasks")
        REPORT = "report", _("Submit the first report")

    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="first_steps", verbose_name=_("special team"))
    kind = models.CharField(_("step"), max_length=10, choices=Kind)
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("done"), null=True, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )

    objects = SeenByAllQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["team", "due_on", "pk"]
        verbose_name = _("first step")
        verbose_name_plural = _("first steps")
        constraints = [models.UniqueConstraint(fields=["team", "kind"], name="first_step_once")]

    def __str__(self) -> str:
        return f"{self.team} {self.get_kind_display()}"
