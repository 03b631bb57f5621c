"""Votes: groups of voters, their slips and counters, and the tallies that count (docs/rules.md#votes).

No single vote is stored. A slip says that it was cast, a counter how often a mark was given; nothing ties one to the
other, and neither has a time or a person.
"""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.records.models import Editable, InsertOnly
from teams.models import SpecialTeam

from ..engine.limits import CODE_LENGTH, VALUE_LENGTH
from .plan import Indicator
from .round import AssessmentRound, KeptOfRoundQuerySet, OfRoundQuerySet

if TYPE_CHECKING:
    from governance.people.models import User


class VoterGroup(Editable):
    """A group of voters in a round, once slips are printed for it or a tally is entered; open until it is closed."""

    class Way(models.TextChoices):
        """How a group votes."""

        SLIPS = "slips", _("Slips")
        PAPER = "paper", _("Tally on paper")

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="voter_groups", verbose_name=_("round"))
    code = models.CharField(_("code"), max_length=CODE_LENGTH)
    way = models.CharField(_("way of voting"), max_length=8, choices=Way)
    ends_at = models.DateTimeField(_("voting ends"), null=True, blank=True)
    is_open = models.BooleanField(pgettext_lazy("voter group", "open"), default=False)

    objects = OfRoundQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["round", "pk"]
        verbose_name = _("group of voters")
        verbose_name_plural = _("groups of voters")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "code"],
                name="voter_group_once",
                violation_error_message=_("This group already votes in the round."),
            ),
            models.CheckConstraint(
                name="voter_group_slips_end",
                condition=Q(way="slips", ends_at__isnull=False) | Q(way="paper", ends_at=None, is_open=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.code}"

    def get_absolute_url(self) -> str:
        """The page of the round's votes."""
        return reverse("round_votes", args=[self.round_id])


class ReadByNobodyQuerySet(models.QuerySet):
    """Rows that no page, list or export shows to anybody: only sums of them are told."""

    def visible_to(self, user: "User") -> Self:
        """None, whoever asks."""
        return self.none()


class VoteSlip(models.Model):
    """A printed slip: the hash of its code, and whether it was cast or voided; no time, no person.

    Whenever one slip changes, the rows of its whole group are written, so that not even the database's own order of
    rows tells which was cast when.
    """

    group = models.ForeignKey(VoterGroup, models.PROTECT, related_name="slips", verbose_name=_("group of voters"))
    code_hash = models.CharField(_("hash of the code"), max_length=64, unique=True)
    is_cast = models.BooleanField(_("cast"), default=False)
    is_void = models.BooleanField(_("void"), default=False)

    objects = ReadByNobodyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name = _("slip")
        verbose_name_plural = _("slips")
        constraints = [
            models.CheckConstraint(name="vote_slip_cast_or_void", condition=~Q(is_cast=True, is_void=True)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class VoteCount(models.Model):
    """How often a mark was given to a team by a group's slips; read only once the group is closed.

    All counters of a group are there from the beginning, at 0, and all are written with each slip that is cast.
    """

    group = models.ForeignKey(VoterGroup, models.PROTECT, related_name="counts", verbose_name=_("group of voters"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    mark = models.CharField(_("mark"), max_length=VALUE_LENGTH)
    count = models.PositiveIntegerField(_("how many"), default=0)

    objects = ReadByNobodyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name = _("counter of votes")
        verbose_name_plural = _("counters of votes")
        constraints = [
            models.UniqueConstraint(fields=["group", "indicator", "team", "mark"], name="vote_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.mark}"


class VoteTally(InsertOnly):
    """What a group's votes come to: written when its slips are closed, or entered from paper.

    A correction gets the next number. A tally without lines says that the group was silent, and why.
    """

    group = models.ForeignKey(VoterGroup, models.PROTECT, related_name="tallies", verbose_name=_("group of voters"))
    number = models.PositiveSmallIntegerField(_("number"))
    cast = models.PositiveIntegerField(_("slips cast"))
    document = models.CharField(_("document number"), max_length=120, blank=True)
    basis = models.TextField(_("basis"), blank=True)

    objects = KeptOfRoundQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["group", "number"]
        verbose_name = _("tally of votes")
        verbose_name_plural = _("tallies of votes")
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="vote_tally_number"),
            models.CheckConstraint(
                name="vote_tally_silent_with_reason",
                condition=Q(cast__gt=0) | ~Q(basis=""),
                violation_error_message=_("Say why nobody voted."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} #{self.number}"


class VoteTallyLine(InsertOnly):
    """How often a mark was given to a team, as the tally has it."""

    tally = models.ForeignKey(VoteTally, models.PROTECT, related_name="lines", verbose_name=_("tally of votes"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    mark = models.CharField(_("mark"), max_length=VALUE_LENGTH)
    count = models.PositiveIntegerField(_("how many"))

    objects = KeptOfRoundQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["tally", "pk"]
        verbose_name = _("line of a tally")
        verbose_name_plural = _("lines of tallies")
        constraints = [
            models.UniqueConstraint(fields=["tally", "indicator", "team", "mark"], name="vote_tally_line_once"),
            models.CheckConstraint(name="vote_tally_line_counted", condition=Q(count__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.tally} {self.mark}"
