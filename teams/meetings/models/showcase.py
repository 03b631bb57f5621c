"""Showcases: flagship products, brands, pilots, experience and learned practice, and the steps that they climbed."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.models import Township
from governance.people.roles import Role
from governance.records.models import Editable, InsertOnly, InsertOnlyRows, KeptForAllQuerySet
from teams.models import SpecialTeam, Task, team_ids_of

from .requirement import Requirement

if TYPE_CHECKING:
    from governance.lists.text import Text
    from governance.people.models import User


class Step(models.TextChoices):
    """A step of a showcase; which ones there are, and in which order, depends on its kind (`STEPS`)."""

    IDEA = "idea", pgettext_lazy("showcase step", "Idea")
    NURTURED = "nurtured", pgettext_lazy("showcase step", "Nurtured")
    SEEN = "seen", pgettext_lazy("showcase step", "Seen on site")
    CONFIRMED = "confirmed", pgettext_lazy("showcase step", "Recognised")
    PROMOTED = "promoted", pgettext_lazy("showcase step", "Promoted")
    APPLIED = "applied", pgettext_lazy("showcase step", "Applied for")
    GRANTED = "granted", pgettext_lazy("showcase step", "Granted")
    RUNNING = "running", pgettext_lazy("showcase step", "Running")
    ACCEPTED = "accepted", pgettext_lazy("showcase step", "Passed")
    TRIED = "tried", pgettext_lazy("showcase step", "Tried")
    WRITTEN_UP = "written_up", pgettext_lazy("showcase step", "Written up")
    COPIED = "copied", pgettext_lazy("showcase step", "Copied")
    COUNTY = "county", pgettext_lazy("showcase step", "County-wide")
    MUNICIPAL = "municipal", pgettext_lazy("showcase step", "Municipal")


_NURTURED = (Step.IDEA, Step.NURTURED, Step.SEEN, Step.CONFIRMED, Step.PROMOTED)

STEPS: dict[str, tuple[Step, ...]] = {
    "flagship": _NURTURED,
    "brand": _NURTURED,
    "pilot": (Step.APPLIED, Step.GRANTED, Step.RUNNING, Step.ACCEPTED, Step.PROMOTED),
    "experience": (Step.TRIED, Step.WRITTEN_UP, Step.COPIED, Step.COUNTY, Step.MUNICIPAL),
    "learned": (),
}
"""The steps of each kind, the lowest first (docs/rules.md#steps)."""

PROVEN_STEPS = (Step.CONFIRMED, Step.PROMOTED, Step.GRANTED, Step.ACCEPTED, Step.COUNTY, Step.MUNICIPAL)
"""Steps that a document proves: they are confirmed with level, issuer and document number."""

SHOWN_FROM = {"flagship": Step.SEEN, "brand": Step.SEEN, "pilot": Step.GRANTED, "experience": Step.WRITTEN_UP}
"""The first step from which a showcase is shown to every signed-in person, once confirmed."""

SHOWN_STEPS = tuple(
    dict.fromkeys(step for kind, first in SHOWN_FROM.items() for step in STEPS[kind][STEPS[kind].index(first) :])
)


class ShowcaseQuerySet(models.QuerySet["Showcase"]):
    """Questions about showcases."""

    def visible_to(self, user: "User") -> Self:
        """All for the office and leaders; others see their teams' and those far enough (docs/rules.md#showcases)."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.SPECIAL_OFFICE, Role.COUNTY_LEADER):
            return self
        shown = ShowcaseStep.objects.confirmed().filter(step__in=SHOWN_STEPS).values("showcase")
        return self.filter(Q(team__in=team_ids_of(user)) | Q(pk__in=shown))


class Showcase(Editable):
    """A showcase of a team (成果); same team and title are one matter, of several kinds."""

    class Kind(models.TextChoices):
        """What it is."""

        FLAGSHIP = "flagship", _("Flagship product")
        BRAND = "brand", _("Special brand")
        PILOT = "pilot", _("Pilot")
        EXPERIENCE = "experience", _("Model experience")
        LEARNED = "learned", _("Learned practice")

    class Verdict(models.TextChoices):
        """What became of a learned practice."""

        ADOPTED = "adopted", pgettext_lazy("practice", "In use")
        ADAPTED = "adapted", pgettext_lazy("practice", "Used with changes")
        LAID_ASIDE = "laid_aside", pgettext_lazy("practice", "Laid aside")

    WITHHELD_FROM_AUDIT = frozenset({"title", "text"})

    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="showcases", verbose_name=_("special team"))
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(pgettext_lazy("showcase", "kind"), max_length=10, choices=Kind)
    text = models.TextField(_("what it is"), blank=True)
    source = models.CharField(_("learned from"), max_length=120, blank=True)
    task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="showcases", verbose_name=_("used in the task")
    )
    started_on = models.DateField(_("begun on"), null=True, blank=True)
    review_on = models.DateField(_("review on"), null=True, blank=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict, blank=True)

    objects = ShowcaseQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["-year", "team__order", "title", "kind"]
        verbose_name = _("showcase")
        verbose_name_plural = _("showcases")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "year", "title", "kind"],
                name="showcase_once",
                violation_error_message=_("The team already has a showcase of this kind and title this year."),
            ),
            models.CheckConstraint(
                name="showcase_learned_whole",
                condition=(Q(kind="learned", review_on__isnull=False, started_on__isnull=False) & ~Q(source=""))
                | (~Q(kind="learned") & Q(source="", review_on=None, verdict="")),
                violation_error_message=_("A learned practice says where it comes from and when it is reviewed."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def audit_name(self) -> str:
        """Its team and key: what it is, is not for auditors until it is far enough."""
        return f"{self.team.short_name} #{self.pk}"

    def get_absolute_url(self) -> str:
        """The showcase's page."""
        return reverse("showcase", args=[self.pk])


class OfShowcaseQuerySet(InsertOnlyRows, models.QuerySet):
    """Insert-only rows of showcases, for whoever reads the showcase."""

    def visible_to(self, user: "User") -> Self:
        """Those of showcases that `user` may read."""
        return self.filter(showcase__in=Showcase.objects.visible_to(user).values("pk"))


class ShowcaseStepQuerySet(OfShowcaseQuerySet):
    """Questions about steps."""

    def confirmed(self) -> Self:
        """Rows of confirmation that no later row has withdrawn."""
        return self.filter(act=ShowcaseStep.Act.CONFIRMED, followed_by=None)

    def waiting(self) -> Self:
        """Proposals that are neither confirmed nor withdrawn."""
        return self.filter(act=ShowcaseStep.Act.PROPOSED, followed_by=None)


class ShowcaseStep(InsertOnly):
    """A step of a showcase proposed by its team, confirmed by another person, or withdrawn."""

    class Act(models.TextChoices):
        """What the row does."""

        PROPOSED = "proposed", pgettext_lazy("showcase", "Proposed")
        CONFIRMED = "confirmed", pgettext_lazy("showcase", "Confirmed")
        WITHDRAWN = "withdrawn", pgettext_lazy("showcase", "Withdrawn")

    numbered_within = "showcase"

    showcase = models.ForeignKey(Showcase, models.PROTECT, related_name="steps", verbose_name=_("showcase"))
    number = models.PositiveSmallIntegerField(_("number"))
    step = models.CharField(pgettext_lazy("showcase", "step"), max_length=12)
    act = models.CharField(_("act"), max_length=10, choices=Act)
    after = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("row confirmed or withdrawn"),
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    level = models.CharField(pgettext_lazy("showcase", "level"), max_length=10, choices=Requirement.Level, blank=True)
    issuer = models.CharField(_("issued by"), max_length=80, blank=True)
    document = models.CharField(_("document number"), max_length=60, blank=True)
    on = models.DateField(_("day"))
    text = models.TextField(_("remark"), blank=True)

    objects = ShowcaseStepQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["showcase", "number"]
        verbose_name = _("step of a showcase")
        verbose_name_plural = _("steps of showcases")
        constraints = [
            models.UniqueConstraint(fields=["showcase", "number"], name="showcase_step_number"),
            models.CheckConstraint(
                name="showcase_confirmer_is_not_proposer",
                condition=~Q(act="confirmed") | ~Q(by=F("proposed_by")),
                violation_error_message=_("Nobody confirms a step they proposed."),
            ),
            models.CheckConstraint(
                name="showcase_act_after_another",
                condition=Q(act="proposed", after=None) | (~Q(act="proposed") & Q(after__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.showcase} #{self.number}"

    @property
    def label(self) -> "Text":
        """The step as a word."""
        return Step(self.step).label

    @property
    def paper(self) -> str:
        """The document that proves it, with its issuer unless its number begins with it; "" where there is none."""
        if not self.document or self.document.startswith(self.issuer):
            return self.document
        return f"{self.issuer}{self.document}"


class ShowcaseCopy(InsertOnly):
    """Who has taken a showcase over: a team, a township, or a place elsewhere."""

    showcase = models.ForeignKey(Showcase, models.PROTECT, related_name="copies", verbose_name=_("showcase"))
    team = models.ForeignKey(
        SpecialTeam,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="copied_showcases",
        verbose_name=_("special team"),
    )
    township = models.ForeignKey(
        Township, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("township")
    )
    place = models.CharField(_("place elsewhere"), max_length=80, blank=True)
    copied_on = models.DateField(pgettext_lazy("showcase", "since"))

    objects = OfShowcaseQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["showcase", "copied_on", "pk"]
        verbose_name = _("copy of a showcase")
        verbose_name_plural = _("copies of showcases")
        constraints = [
            models.CheckConstraint(
                name="showcase_copy_by_one",
                condition=Q(team__isnull=False, township=None, place="")
                | Q(team=None, township__isnull=False, place="")
                | (Q(team=None, township=None) & ~Q(place="")),
                violation_error_message=_("A copy is by a team, by a township or by a place elsewhere."),
            ),
            models.UniqueConstraint(fields=["showcase", "team"], name="showcase_copy_team_once"),
            models.UniqueConstraint(fields=["showcase", "township"], name="showcase_copy_township_once"),
        ]

    def __str__(self) -> str:
        return f"{self.showcase} → {self.team or self.township or self.place}"


class FieldPlaceQuerySet(KeptForAllQuerySet):
    """Questions about places."""

    def in_force(self) -> Self:
        """The last one entered for each team, month and field: a correction is a new row."""
        same = {name: OuterRef(name) for name in ("team", "month", "field")}
        return self.filter(~Exists(FieldPlace.objects.filter(**same, pk__gt=OuterRef("pk"))))


class FieldPlace(InsertOnly):
    """The place of a team's field among its peers, as a document from above gives it (位次)."""

    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="field_places", verbose_name=_("special team"))
    month = models.DateField(pgettext_lazy("ranking", "month"), help_text=_("Its first day."))
    field = models.CharField(pgettext_lazy("ranking", "field"), max_length=80)
    place = models.PositiveSmallIntegerField(pgettext_lazy("ranking", "place"))
    out_of = models.PositiveSmallIntegerField(_("out of"))
    document = models.CharField(_("document number"), max_length=60)

    objects = FieldPlaceQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["-month", "team__order", "-at", "-pk"]
        verbose_name = _("place in a field")
        verbose_name_plural = _("places in fields")
        constraints = [
            models.CheckConstraint(
                name="field_place_in_range",
                condition=Q(place__gte=1, place__lte=F("out_of")),
                violation_error_message=_("The place must lie between 1 and the number of places."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.team.short_name} {self.field} {self.place}/{self.out_of}"
