"""Showcases: the gallery, one with its ladder, and the forms about it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from governance.clock import today
from governance.lists.filters import counted
from governance.lists.requests import Request
from governance.lists.text import Text, day_text
from governance.lists.views import Chip
from governance.people.permissions import may
from teams.evidence.attachments import may_attach_to
from teams.evidence.gallery import evidence_of
from teams.models import SpecialTeam, TeamMember
from teams.permissions import DRAFTERS
from teams.views.attachments import AttachView
from teams.views.rows import ChosenActionMixin, NeedsActionMixin

from ..filters.showcase import WAITING, ShowcaseFilter
from ..forms.showcase import (
    ConfirmStepForm,
    CopyForm,
    NewShowcaseForm,
    ProofForm,
    ProposeStepForm,
    ShowcaseForm,
    StepReasonForm,
    VerdictForm,
)
from ..models import Showcase, ShowcaseStep
from ..showcases.plates import levels_sentence, ordered_best_first, plates_of, told_steps
from ..showcases.showcases import copy_showcase, create_showcase, edit_showcase, judge_practice
from ..showcases.standing import ShowcaseStanding, standings_of
from ..showcases.steps import confirm_step, propose_step, withdraw_step
from .room_form import Facts, RoomFormView
from .rows import ShowcaseMixin, ShowcaseStepMixin

HEADING = _("Showcases")
SHOWN_AT_ONCE = 25
"""Plates on a page."""
PRINTED_AT_ONCE = 200
"""Plates in a book."""


def teams_drafted_for(request: Request) -> QuerySet[SpecialTeam]:
    """The open teams for which the person may create a showcase: all for the office, else their own."""
    teams = SpecialTeam.objects.filter(closed_on=None).order_by("order")
    if may(request.user, "confirm_steps"):
        return teams
    own = TeamMember.objects.current().filter(user=request.user, part__in=DRAFTERS)
    return teams.filter(pk__in=own.values("team"))


class GalleryView(ChosenActionMixin, View):
    """The showcases of the action that may be seen, the furthest first; narrowed by kind, team, year, words.

    `?print=1` shows all of them with their whole text, one below the other, as a book to print.
    """

    def get(self, request: Request) -> HttpResponse:
        rows = Showcase.objects.visible_to(request.user).filter(team__action=self.action)
        narrowed = ShowcaseFilter(request.GET, rows, request=request, action=self.action)
        chosen = narrowed.qs if narrowed.is_valid() else rows
        standings = ordered_best_first(chosen.select_related("team"))
        printed = "print" in request.GET
        page = Paginator(standings, PRINTED_AT_ONCE if printed else SHOWN_AT_ONCE).get_page(request.GET.get("page"))
        waiting = ShowcaseStep.objects.waiting().filter(showcase__in=chosen)
        context = {
            "is_printed": printed,
            "print_url": narrowed_address(request, print="1"),
            "list_url": narrowed_address(request, print=""),
            "filter": narrowed,
            "page": page,
            "plates": plates_of(list(page.object_list), request.user),
            "sentence": levels_sentence(standings),
            "chips": kind_chips(request, narrowed),
            "waiting": waiting.order_by("at").first() if may(request.user, "confirm_steps") else None,
            "waiting_count": waiting.count(),
            "may_create": self.action is not None and teams_drafted_for(request).exists(),
        }
        return render(request, "meetings/showcase_list.html", context)


def kind_chips(request: Request, narrowed: ShowcaseFilter) -> list[Chip]:
    """Chips for all, each kind, and those with a step to confirm, with counts."""
    counts = counted(narrowed.without("kind"), {kind.value: Q(kind=kind.value) for kind in Showcase.Kind})
    chosen = request.GET.get("kind", "")
    chips = [Chip(gettext("All"), narrowed_address(request, kind=""), counts[""], current=not chosen)]
    chips += [
        Chip(
            str(kind.label),
            narrowed_address(request, kind=kind.value),
            counts[kind.value],
            current=kind.value == chosen,
        )
        for kind in Showcase.Kind
        if counts[kind.value] or kind.value == chosen
    ]
    if request.GET.get("state") == WAITING:
        chips.append(Chip(gettext("Steps to confirm"), narrowed_address(request, state=""), current=True))
    return chips


def narrowed_address(request: Request, **changes: str) -> str:
    """The address of the gallery with other filters, on its first page."""
    asked = {name: str(value) for name, value in request.GET.items()} | changes
    return "?" + urlencode({name: value for name, value in asked.items() if value and name != "page"})


class ShowcaseView(ShowcaseMixin, View):
    """A showcase: its ladder, its documents and pictures, who copies it, what this person can do."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        showcase, user = self.showcase, request.user
        [standing] = standings_of([showcase])
        [plate] = plates_of([standing], user)
        same = Showcase.objects.visible_to(user).filter(team=showcase.team, title=showcase.title)
        context = {
            "showcase": showcase,
            "standing": standing,
            "plate": plate,
            "history": told_steps(showcase),
            "exhibits": evidence_of(showcase, user),
            "same": same.exclude(pk=showcase.pk),
            "may_keep": may(user, "keep_showcase", showcase),
            "may_propose": bool(standing.next_steps) and may(user, "propose_step", showcase),
            "may_attach": may_attach_to(user, showcase),
            "waiting": [
                (row, may(user, "confirm_step", row), may(user, "withdraw_step", row)) for row in standing.waiting
            ],
            "may_withdraw": bool(standing.highest) and may(user, "withdraw_step", standing.highest),
        }
        return render(request, "meetings/showcase.html", context)


class ShowcaseEvidenceView(ShowcaseMixin, AttachView):
    """The evidence of a showcase."""

    @property
    def owner(self) -> Showcase:
        return self.showcase


class ShowcaseNewView(NeedsActionMixin, RoomFormView):
    """A team or the office creates a showcase."""

    form_class = NewShowcaseForm
    heading = _("New showcase")
    button = _("Create")
    caption = _("A product, a brand, a pilot, an experience that others copy, or a practice learned elsewhere.")

    @cached_property
    def teams(self) -> list[SpecialTeam]:
        """The teams for which the person may create one."""
        return list(teams_drafted_for(self.request).filter(action=self.action))

    def is_allowed(self) -> bool:
        return bool(self.teams)

    def get_form_kwargs(self) -> dict[str, Any]:
        teams = SpecialTeam.objects.filter(pk__in=[team.pk for team in self.teams]).order_by("order")
        return {**super().get_form_kwargs(), "teams": teams, "year": today().year}

    def get_initial(self) -> dict[str, Any]:
        named = [team for team in self.teams if team.code == self.request.GET.get("team")]
        chosen = named or (self.teams if len(self.teams) == 1 else [])
        return {"team": chosen[0]} if chosen else {}

    def crumbs(self) -> Sequence[tuple[Text, str]]:
        return [(HEADING, self.back())]

    def act(self, form: NewShowcaseForm) -> Showcase:
        values = dict(form.cleaned_data)
        return create_showcase(values.pop("team"), **values, **self.acting)

    def back(self) -> str:
        return reverse("showcase_list")


class OfShowcaseView(ShowcaseMixin, RoomFormView):
    """A form about a showcase."""

    rule = "keep_showcase"

    def asked_about(self) -> Any:
        return self.showcase

    def crumbs(self) -> Sequence[tuple[Text, str]]:
        return [(HEADING, reverse("showcase_list")), (str(self.showcase), self.back())]

    def back(self) -> str:
        return self.showcase.get_absolute_url()

    def keep_as(self) -> str:
        return f"{super().keep_as()}-{self.showcase.pk}"

    def keep_version(self) -> object:
        return self.showcase.version

    @cached_property
    def standing(self) -> ShowcaseStanding:
        """Its steps."""
        return standings_of([self.showcase])[0]


class ShowcaseEditView(OfShowcaseView):
    """Change the words of a showcase."""

    form_class = ShowcaseForm
    heading = _("Edit the showcase")
    done_message = _("Saved.")
    saves = True

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.showcase}

    def act(self, form: ShowcaseForm) -> Showcase:
        return edit_showcase(self.showcase, **form.values, seen=form.seen, **self.acting)


class StepNewView(OfShowcaseView):
    """The team reports a step."""

    rule = "propose_step"
    form_class = ProposeStepForm
    heading = _("Report a step")
    button = _("Report")
    caption = _("The special office confirms it. Steps lead forward only.")
    done_message = _("Reported; the special office confirms it.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "standing": self.standing}

    def keep_version(self) -> object:
        return len(self.standing.confirmed) + len(self.standing.waiting)

    def act(self, form: ProposeStepForm) -> Showcase:
        data = form.cleaned_data
        propose_step(self.showcase, step=data["step"], proof=form.proof, text=data["text"], **self.acting)
        return self.showcase


class OfStepView(ShowcaseStepMixin, OfShowcaseView):
    """A form about a row of the steps."""

    def asked_about(self) -> ShowcaseStep:
        return self.step

    def facts(self) -> Facts:
        step = self.step
        said = [
            (gettext("Showcase"), str(self.showcase)),
            (gettext("Step"), step.label),
            (gettext("Reached on"), day_text(step.on)),
            (gettext("Reported by"), str(step.proposed_by)),
            (gettext("Level"), step.get_level_display()),
            (gettext("Document"), step.paper),
            (gettext("Remark"), step.text),
        ]
        return [(name, text) for name, text in said if text]

    def keep_as(self) -> str:
        return f"{super().keep_as()}-{self.step.pk}"


class StepConfirmView(OfStepView):
    """The office confirms a step."""

    rule = "confirm_step"
    form_class = ConfirmStepForm
    heading = _("Confirm the step")
    button = _("Confirm")
    caption = _("Check the document. What you enter here counts; the report of the team stays on record.")
    done_message = _("Confirmed; the team has been notified.")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.step, name) for name in ("on", "level", "issuer", "document")}

    def act(self, form: ProofForm) -> Showcase:
        confirm_step(self.step, proof=form.proof, text=form.cleaned_data["text"], **self.acting)
        return self.showcase


class StepWithdrawView(OfStepView):
    """Withdraw a step that waits, or was confirmed by mistake."""

    rule = "withdraw_step"
    form_class = StepReasonForm
    heading = _("Withdraw the step")
    button = _("Withdraw")
    dangerous = True
    consequences = (_("The step no longer counts. It stays on record with your reason."),)
    done_message = _("Withdrawn; the team has been notified.")

    def act(self, form: StepReasonForm) -> Showcase:
        withdraw_step(self.step, reason=form.cleaned_data["reason"], **self.acting)
        return self.showcase


class CopyNewView(OfShowcaseView):
    """Record who has taken a showcase over."""

    form_class = CopyForm
    heading = _("Record a copy")
    button = _("Record")
    caption = _("A team, a township or a place elsewhere that uses it: exactly one.")

    def get_initial(self) -> dict[str, Any]:
        return {"copied_on": today()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "showcase": self.showcase}

    def act(self, form: CopyForm) -> Showcase:
        copy_showcase(self.showcase, **form.cleaned_data, **self.acting)
        return self.showcase


class VerdictView(OfShowcaseView):
    """Say what became of a learned practice."""

    form_class = VerdictForm
    heading = _("What became of it")
    done_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"verdict": self.showcase.verdict, "version": self.showcase.version}

    def act(self, form: VerdictForm) -> Showcase:
        data = form.cleaned_data
        return judge_practice(self.showcase, verdict=data["verdict"], seen=data["version"], **self.acting)
