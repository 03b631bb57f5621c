"""Panels of judges: seats, what is typed on a sheet, and what was signed."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.roles import Role
from governance.records.models import Editable, InsertOnly, InsertOnlyRows
from teams.models import SpecialTeam

from .plan import Indicator
from .round import AssessmentRound, KeptOfRoundQuerySet

if TYPE_CHECKING:
    from governance.people.models import User

MARK_DECIMALS = 1
"""Decimal places of a judge's mark."""


class SeatQuerySet(InsertOnlyRows, models.QuerySet):
    """Questions about seats."""

    def visible_to(self, user: "User") -> Self:
        """All for the centre; a judge's own (docs/rules.md#judges)."""
        if not user.is_active:
            return self.none()
        return self if user.has_role(Role.ASSESSMENT_CENTRE) else self.filter(person=user.pk)

    def standing(self) -> Self:
        """Seats that were not voided."""
        return self.filter(~Exists(SeatStep.objects.filter(seat=OuterRef("pk"), act=SeatStep.Act.VOIDED)))

    def unsigned(self) -> Self:
        """Seats that stand and whose sheet is not signed."""
        return self.standing().filter(~Exists(SeatStep.objects.filter(seat=OuterRef("pk"), act=SeatStep.Act.SIGNED)))


class Seat(InsertOnly):
    """A judge's place in a round: who marks which indicators and teams. It is voided, never changed."""

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="seats", verbose_name=_("round"))
    label = models.CharField(_("label"), max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats", verbose_name=pgettext_lazy("panel", "judge")
    )
    indicators = models.TextField(_("indicators"), help_text=_("Canonical JSON: codes of the plan."))
    teams = models.TextField(_("teams"), default="[]", help_text=_("Canonical JSON: keys of teams; empty: all."))

    objects = SeatQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["round", "pk"]
        verbose_name = _("judge's seat")
        verbose_name_plural = _("judges' seats")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "label"],
                name="seat_label_once",
                violation_error_message=_("The round already has a seat with this label."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """The judge's sheet."""
        return reverse("sheet", args=[self.pk])

    @property
    def indicator_codes(self) -> list[str]:
        """The codes of its indicators."""
        return list(json.loads(self.indicators))

    @property
    def team_keys(self) -> frozenset[int]:
        """The keys of its teams; empty: all."""
        return frozenset(json.loads(self.teams))


class SeatStepQuerySet(InsertOnlyRows, models.QuerySet):
    """Questions about what happened to seats."""

    def visible_to(self, user: "User") -> Self:
        """Those of seats that `user` sees."""
        return self.filter(seat__in=Seat.objects.visible_to(user).values("pk"))


class SeatStep(InsertOnly):
    """What happened to a seat: signed, stepped aside from a team, kept from one by a tie found later, voided."""

    class Act(models.TextChoices):
        """What happened."""

        SIGNED = "signed", pgettext_lazy("sheet", "Signed")
        STEPPED_ASIDE = "stepped_aside", _("Stepped aside")
        TIE_FOUND = "tie_found", _("Tie found later")
        VOIDED = "voided", pgettext_lazy("seat", "Voided")

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="steps", verbose_name=_("judge's seat"))
    act = models.CharField(pgettext_lazy("seat", "act"), max_length=14, choices=Act)
    team = models.ForeignKey(
        SpecialTeam, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("special team")
    )
    reason = models.TextField(_("reason"), blank=True)

    objects = SeatStepQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["seat", "pk"]
        verbose_name = _("step of a seat")
        verbose_name_plural = _("steps of seats")
        constraints = [
            models.UniqueConstraint(fields=["seat", "act"], condition=Q(team=None), name="seat_act_once"),
            models.UniqueConstraint(
                fields=["seat", "act", "team"], condition=Q(team__isnull=False), name="seat_act_once_a_team"
            ),
            models.CheckConstraint(
                name="seat_step_names_its_team",
                condition=Q(act__in=["stepped_aside", "tie_found"], team__isnull=False)
                | (~Q(act__in=["stepped_aside", "tie_found"]) & Q(team=None)),
            ),
            models.CheckConstraint(name="seat_step_has_reason", condition=Q(act="signed") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.get_act_display()}"


class DraftMarkQuerySet(models.QuerySet):
    """Questions about marks that are not signed."""

    def visible_to(self, user: "User") -> Self:
        """A judge's own; nobody else's, not even for the centre (docs/rules.md#judges)."""
        return self.filter(seat__person=user.pk) if user.is_active else self.none()


class DraftMark(Editable):
    """A mark as typed on a sheet, until it is signed; empty where it was taken out again."""

    WITHHELD_FROM_AUDIT = frozenset({"value"})

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="drafts", verbose_name=_("judge's seat"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    number = models.PositiveSmallIntegerField(_("number"), default=1, help_text=_("2 where it is marked once more."))
    value = models.DecimalField(_("mark"), max_digits=8, decimal_places=MARK_DECIMALS, null=True, blank=True)

    objects = DraftMarkQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["seat", "indicator__order", "team__order", "number"]
        verbose_name = _("draft of a mark")
        verbose_name_plural = _("drafts of marks")
        constraints = [
            models.UniqueConstraint(fields=["seat", "indicator", "team", "number"], name="draft_mark_once"),
            models.CheckConstraint(name="draft_mark_not_negative", condition=Q(value=None) | Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.indicator.code} {self.team}"


class SignedMarkQuerySet(InsertOnlyRows, models.QuerySet["SignedMark"]):
    """Questions about signed marks."""

    def visible_to(self, user: "User") -> Self:
        """A judge's own; for the centre none until every sheet is signed or the panel is closed, and no second mark
        until every second mark is there or the centre has decided (docs/rules.md#judges)."""
        if not user.is_active:
            return self.none()
        own = Q(seat__person=user.pk)
        if not user.has_role(Role.ASSESSMENT_CENTRE):
            return self.filter(own)
        waiting = Seat.objects.unsigned().filter(round=OuterRef("seat__round"))
        closed = PanelClosure.objects.filter(round=OuterRef("seat__round"))
        case = {"indicator": OuterRef("indicator"), "team": OuterRef("team")}
        decided = Moderation.objects.filter(round=OuterRef("seat__round"), stands=True, number=2, **case)
        second = SignedMark.objects.filter(
            seat=OuterRef("seat"), indicator=OuterRef("indicator"), team=OuterRef("team"), number=2
        )
        lacking = (
            SignedMark.objects.counting()
            .filter(~Exists(second), seat__round=OuterRef("seat__round"), number=1, **case)
            .order_by()
        )
        complete = Exists(closed) | ~Exists(waiting)
        return self.filter(own | (complete & (Q(number=1) | Exists(decided) | ~Exists(lacking))))

    def counting(self, before: datetime | None = None) -> Self:
        """Marks of seats that stand, of teams to which no tie was found; as recorded by the moment `before`."""
        steps = SeatStep.objects.filter(seat=OuterRef("seat"))
        if before is not None:
            steps, marks = steps.filter(at__lte=before), self.filter(at__lte=before)
        else:
            marks = self
        gone = steps.filter(Q(act=SeatStep.Act.VOIDED) | Q(act=SeatStep.Act.TIE_FOUND, team=OuterRef("team")))
        return marks.filter(~Exists(gone))

    def latest_of_each(self, before: datetime | None = None) -> list["SignedMark"]:
        """The marks that count, the second in place of the first, in the order of indicator, team and seat."""
        rows = self.counting(before).select_related("seat__person", "indicator", "by")
        found = {
            (mark.indicator_id, mark.team_id, mark.seat_id): mark
            for mark in rows.order_by("indicator__order", "team__order", "seat_id", "number")
        }
        return list(found.values())


class SignedMark(InsertOnly):
    """A judge's mark for a team, signed; a second one, where it was marked once more, has number 2."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="marks", verbose_name=_("judge's seat"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="marks", verbose_name=_("indicator"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    number = models.PositiveSmallIntegerField(_("number"))
    mark = models.DecimalField(_("mark"), max_digits=8, decimal_places=MARK_DECIMALS)
    label = models.CharField(_("label"), max_length=40)

    objects = SignedMarkQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["seat", "indicator__order", "team__order", "number"]
        verbose_name = _("signed mark")
        verbose_name_plural = _("signed marks")
        constraints = [
            models.UniqueConstraint(fields=["seat", "indicator", "team", "number"], name="signed_mark_once"),
            models.CheckConstraint(name="signed_mark_first_or_second", condition=Q(number__in=[1, 2]) & Q(mark__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.indicator.code} {self.team}"


class PanelClosure(InsertOnly):
    """The centre closed a round's panel before every sheet was signed; unsigned sheets count as absent."""

    round = models.OneToOneField(AssessmentRound, models.PROTECT, related_name="panel_closure", verbose_name=_("round"))
    reason = models.TextField(_("reason"))

    objects = KeptOfRoundQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["round"]
        verbose_name = _("closure of a panel")
        verbose_name_plural = _("closures of panels")
        constraints = [models.CheckConstraint(name="panel_closed_with_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return str(self.round)


class Moderation(InsertOnly):
    """What the centre decided where marks lie far apart: they stand, or these seats mark once more (once)."""

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="moderations", verbose_name=_("round"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    number = models.PositiveSmallIntegerField(_("number"))
    stands = models.BooleanField(_("the marks stand"))
    note = models.TextField(_("note"))

    objects = KeptOfRoundQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["round", "indicator__order", "team__order", "number"]
        verbose_name = _("moderation")
        verbose_name_plural = _("moderations")
        constraints = [
            models.UniqueConstraint(fields=["round", "indicator", "team", "number"], name="moderation_number"),
            models.CheckConstraint(
                name="moderation_once_more_once",
                condition=(Q(number=1) | Q(number=2, stands=True)) & ~Q(note=""),
            ),
            models.UniqueConstraint(
                fields=["round", "indicator", "team"], condition=Q(stands=True), name="moderation_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.team}"
