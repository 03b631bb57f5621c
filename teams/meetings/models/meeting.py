"""Meetings, their agenda, who was invited and came, and where the screen in the room stands."""

import re
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.lists.addresses import number_in
from governance.people.roles import Role
from governance.records.models import Editable, SeenByAllQuerySet
from teams.models import SpecialAction, SpecialTeam

from ..states import MEETING_OVER, AttendanceMark, ItemState, MeetingState

if TYPE_CHECKING:
    from governance.people.models import User

PREPARERS = (Role.MEETING_SECRETARY, Role.SPECIAL_OFFICE, Role.COUNTY_LEADER)
"""Who reads attendance, notes and drafts of a meeting (docs/rules.md#meetings)."""


class ForPreparersQuerySet(models.QuerySet):
    """Rows for those who prepare and follow a meeting."""

    def visible_to(self, user: "User") -> Self:
        """All for the secretary, the office and the leaders, none for others."""
        return self if user.has_role(*PREPARERS) else self.none()


CODE = re.compile(r"(promotion|dispatch|topic)-([0-9]{4})-([0-9]{1,4})")
"""The part of the address of a meeting that has a number."""


class MeetingQuerySet(SeenByAllQuerySet["Meeting"]):
    """Questions about meetings; every signed-in person sees when and where they are."""

    def with_code(self, code: str) -> Self:
        """The one with this part of the address; none for a text that is no such part."""
        match = CODE.fullmatch(code)
        if match is not None:
            return self.filter(kind=match[1], year=int(match[2]), number=int(match[3]))
        key = number_in(code)
        return self.none() if key is None else self.filter(pk=key)

    def held(self) -> Self:
        """Those that have taken place, the latest first."""
        return self.filter(state__in=MEETING_OVER).order_by("-starts_at", "-pk")

    def ahead(self) -> Self:
        """Those in preparation, the next first."""
        return self.filter(state=MeetingState.PLANNED).order_by("starts_at", "pk")


class Meeting(Editable):
    """A meeting (会议) of the action: numbered within its kind and year, 第1次推进会."""

    class Kind(models.TextChoices):
        """What the meeting is for."""

        PROMOTION = "promotion", _("Promotion meeting")
        DISPATCH = "dispatch", _("Dispatch meeting")
        TOPIC = "topic", _("Topic meeting")

    WITHHELD_FROM_AUDIT = frozenset({"minutes_text"})

    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="meetings", verbose_name=_("special action"))
    kind = models.CharField(pgettext_lazy("meeting", "kind"), max_length=10, choices=Kind)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(
        _("number"), null=True, blank=True, help_text=_("Within the kind and year; a cancelled meeting has none.")
    )
    title = models.CharField(_("title"), max_length=120)
    starts_at = models.DateTimeField(pgettext_lazy("meeting", "begins"))
    place = models.CharField(_("place"), max_length=80, blank=True)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("meeting", "chair"),
    )
    secretary = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("meeting secretary")
    )
    contact = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = models.CharField(_("phone of the contact"), max_length=30, blank=True)
    leave_by = models.DateTimeField(
        _("report leave by"), null=True, blank=True, help_text=_("Empty: before the meeting begins.")
    )
    state = models.CharField(_("state"), max_length=20, choices=MeetingState, default=MeetingState.PLANNED)
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    held_at = models.DateTimeField(_("recorded as held"), null=True, blank=True)
    minutes_text = models.TextField(
        _("minutes"), blank=True, help_text=_("What was heard and judged; decisions and lines follow by themselves.")
    )
    submitted_at = models.DateTimeField(_("minutes submitted"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("minutes submitted by"),
    )
    fixed_at = models.DateTimeField(
        _("attendance fixed"), null=True, blank=True, help_text=_("When the minutes were first submitted.")
    )
    return_reason = models.TextField(_("why the minutes were sent back"), blank=True)
    correction_reason = models.TextField(_("why the minutes are corrected"), blank=True)
    cancel_reason = models.TextField(_("reason of the cancellation"), blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "kind", "year", "number"],
                name="meeting_number",
                violation_error_message=_("Another meeting of this kind and year has this number."),
            ),
            models.CheckConstraint(
                name="meeting_number_unless_cancelled",
                condition=Q(state="cancelled", number=None) | (~Q(state="cancelled") & Q(number__gte=1)),
                violation_error_message=_("A meeting has a number until it is cancelled."),
            ),
            models.CheckConstraint(
                name="meeting_cancelled_with_reason",
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                violation_error_message=_("State why the meeting is cancelled."),
            ),
            models.CheckConstraint(
                name="meeting_held_with_chair",
                condition=Q(state__in=("planned", "cancelled")) | Q(held_at__isnull=False, chair__isnull=False),
                violation_error_message=_("Name the chair before the meeting is recorded as held."),
            ),
            models.CheckConstraint(
                name="meeting_leave_before_it_begins",
                condition=Q(leave_by__lte=F("starts_at")),
                violation_error_message=_("Leave is reported before the meeting begins: choose an earlier moment."),
            ),
            models.CheckConstraint(
                name="meeting_minutes_have_a_submitter",
                condition=~Q(state__in=("minutes_submitted", "minutes_issued"))
                | Q(submitted_at__isnull=False, submitted_by__isnull=False, fixed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["action", "starts_at"], name="meeting_day")]

    def __str__(self) -> str:
        return self.title

    @property
    def code(self) -> str:
        """Its part of the address: promotion-2026-1; the key of a cancelled one."""
        return f"{self.kind}-{self.year}-{self.number}" if self.number else str(self.pk)

    def get_absolute_url(self) -> str:
        """The meeting's page."""
        return reverse("meeting", args=[self.code])

    @property
    def is_over(self) -> bool:
        """Whether it has taken place."""
        return self.state in MEETING_OVER


class AgendaItem(Editable):
    """An item of the agenda; one of the kind `report` for each team that reports in turn."""

    class Kind(models.TextChoices):
        """What the item is about."""

        FOLLOW_UP = "follow_up", _("What became of earlier decisions and instructions")
        PLAN = "plan", _("Explanation of the assessment plan")
        REPORT = "report", _("Report of a special team")
        PROBLEMS = "problems", _("Analysis of prominent problems")
        TASKS = "tasks", _("Key tasks of the next stage")
        STATEMENT = "statement", _("Statement")
        SPEECH = "speech", _("Speech")
        OTHER = "other", pgettext_lazy("agenda item", "Other")

    WITHHELD_FROM_AUDIT = frozenset({"written", "note"})

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=_("meeting"))
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(pgettext_lazy("agenda item", "kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=120, blank=True, help_text=_("Empty: the name of its kind."))
    team = models.ForeignKey(
        SpecialTeam, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("special team")
    )
    speaker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("speaker")
    )
    length_minutes = models.PositiveSmallIntegerField(_("minutes planned"), default=10)
    written = models.TextField(_("written statement"), blank=True)
    note = models.TextField(_("note of the secretary"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ItemState, default=ItemState.OPEN)
    continues = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        verbose_name=_("deferred item that it takes up"),
    )

    objects = SeenByAllQuerySet["AgendaItem"].as_manager()

    class Meta(Editable.Meta):
        ordering = ["meeting", "order", "pk"]
        verbose_name = _("item of the agenda")
        verbose_name_plural = _("items of agendas")
        constraints = [
            models.CheckConstraint(
                name="agenda_team_if_report",
                condition=Q(kind="report", team__isnull=False) | (~Q(kind="report") & Q(team=None)),
                violation_error_message=_("A report has its team, and no other item has one."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "team"],
                condition=Q(team__isnull=False),
                name="agenda_one_report_a_team",
                violation_error_message=_("The team already has an item on this agenda."),
            ),
            models.CheckConstraint(
                name="agenda_length",
                condition=Q(length_minutes__gte=1, length_minutes__lte=480),
                violation_error_message=_("An item takes 1 to 480 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or (self.team.short_name if self.team else str(self.get_kind_display()))


class Attendance(Editable):
    """A person invited to a meeting; name, post and unit are kept as they were on the invitation."""

    class Capacity(models.TextChoices):
        """Whether the person takes part or sits in."""

        ATTENDING = "attending", pgettext_lazy("attendance", "Attending")
        SITTING_IN = "sitting_in", pgettext_lazy("attendance", "Sitting in")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances", verbose_name=_("meeting"))
    order = models.PositiveSmallIntegerField(_("order of protocol"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    post = models.CharField(_("post"), max_length=80, blank=True)
    unit = models.CharField(pgettext_lazy("person", "unit"), max_length=80, blank=True)
    capacity = models.CharField(
        pgettext_lazy("attendance", "as"), max_length=10, choices=Capacity, default=Capacity.ATTENDING
    )
    mark = models.CharField(_("attendance"), max_length=10, choices=AttendanceMark, default=AttendanceMark.EXPECTED)
    noted_at = models.DateTimeField(_("noted"), null=True, blank=True)
    stand_in = models.CharField(_("name of the stand-in"), max_length=60, blank=True)

    objects = ForPreparersQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["meeting", "order", "pk"]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "user"],
                condition=Q(user__isnull=False),
                name="attendance_person_once",
                violation_error_message=_("This person is already on the list."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "name", "post"],
                condition=Q(user=None),
                name="attendance_guest_once",
                violation_error_message=_("A guest with this name and post is already on the list."),
            ),
            models.CheckConstraint(
                name="attendance_stand_in_named",
                condition=Q(mark="stand_in") & ~Q(stand_in="") | ~Q(mark="stand_in") & Q(stand_in=""),
                violation_error_message=_("Name the stand-in, and only where there is one."),
            ),
            models.CheckConstraint(
                name="attendance_noted_with_mark",
                condition=Q(mark="expected", noted_at=None) | (~Q(mark="expected") & Q(noted_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AttendanceSeat(Editable):
    """The seat of a team's head at a meeting; empty where the team had no head that day."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="seats", verbose_name=_("meeting"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    attendance = models.ForeignKey(
        Attendance, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name=_("attendance")
    )

    objects = ForPreparersQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["meeting", "team__order"]
        verbose_name = _("seat of a team")
        verbose_name_plural = _("seats of teams")
        constraints = [models.UniqueConstraint(fields=["meeting", "team"], name="attendance_seat_once")]

    def __str__(self) -> str:
        return f"{self.meeting} {self.team.short_name}"


class ScreenPlace(models.Model):
    """Which item the screen in the room shows: no version and no event, the last one who moves it wins."""

    meeting = models.OneToOneField(
        Meeting, models.PROTECT, primary_key=True, related_name="screen_place", verbose_name=_("meeting")
    )
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="+", verbose_name=_("item of the agenda"))

    objects = ForPreparersQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("place of the screen")
        verbose_name_plural = _("places of the screen")

    def __str__(self) -> str:
        return f"{self.meeting}: {self.item}"
