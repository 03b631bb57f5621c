"""The centre's pages of a round's votes: the groups, their slips, their tallies."""

from typing import Any

from django.conf import settings
from django.forms import BaseForm, Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.records.form_verbs import ActingMixin
from governance.records.import_page import TableImportPage
from governance.records.models import StoredFile
from governance.records.refusals import Invalid

from ..forms.vote import CloseGroupForm, CollectedForm, ReprintForm, SlipsForm, TallyForm, TallyUploadForm
from ..models import AssessmentRound, VoteTallyLine
from ..rounds.people import NOBODY_AFTER, is_last_free
from ..votes.desk import GroupState, group_states
from ..votes.printing import pages_of
from ..votes.slips import close_group, print_slips, reprint_slips
from ..votes.tallies import VOTING, enter_tally
from ..votes.tally_import import TallyImport
from .rows import RoundMixin, VoterGroupMixin


class VotesView(RoundMixin, View):
    """The groups of voters: what was printed and cast, what the tallies say, the next step of each."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        states = group_states(self.round, at=now())
        lines = VoteTallyLine.objects.visible_to(request.user).filter(
            tally__in=[one.tally for one in states if one.tally]
        )
        counts: dict[int, dict[tuple[int, int, str], int]] = {}
        for line in lines:
            counts.setdefault(line.tally_id, {})[line.indicator_id, line.team_id, line.mark] = line.count
        context = {
            "round": self.round,
            "groups": [
                (place, state, _table(state, counts.get(state.tally.pk, {})) if state.tally else [])
                for place, state in enumerate(states, start=1)
            ],
            "is_open": self.round.state in VOTING,
            "stage": VOTING[0].label,
        }
        return render(request, "assessments/votes.html", context)


def _table(
    state: GroupState, counts: dict[tuple[int, int, str], int]
) -> list[tuple[str, list[str], list[tuple[str, list[tuple[str, int]]]]]]:
    """The tally of a group: for each question its title, the marks, and the teams with how many gave each."""
    tables = []
    for question in state.ballot.questions:
        given = {mark for row, _, mark in counts if row == question.indicator.pk}
        marks = {mark: name for mark, name in question.marks.items() if question.is_choice or mark in given}
        teams = [
            (
                seat.team.short_name,
                [(name, counts.get((question.indicator.pk, seat.team_id, mark), 0)) for mark, name in marks.items()],
            )
            for seat in question.teams
        ]
        tables.append((question.title, list(marks.values()), teams))
    return tables


class _SlipsView(VoterGroupMixin, ActingMixin, FormView):
    """Asks for a number of slips and answers with the print: the only time that the codes are told."""

    template_name = "components/confirm.html"
    heading: Any = ""
    consequences: tuple[Any, ...] = ()
    dangerous = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=self.heading,
            caption=f"{self.round.title} · {self.state.ballot.title}",
            version=self.group.version if self.group else 0,
            consequences=self.consequences,
            action_label=_("Print the slips"),
            dangerous=self.dangerous,
            cancel_url=reverse("round_votes", args=[self.round.pk]),
            **kwargs,
        )

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """The print itself instead of a redirect: the codes are stored nowhere."""
        self.codes: list[str] = []
        response = super().form_valid(form)
        return self.printed(self.codes) if self.codes else response

    def printed(self, codes: list[str]) -> HttpResponse:
        """The pages of slips."""
        address = (settings.SITE_URL or self.request.build_absolute_uri("/").rstrip("/")) + reverse("slip")
        del self.state
        context = {
            "round": self.round,
            "state": self.state,
            "count": len(codes),
            "pages": list(pages_of(codes, address)),
            "address": address.partition("://")[2],
        }
        return render(self.request, "assessments/slips.html", context)


class SlipsPrintView(_SlipsView):
    """The slips of a group that has not voted yet."""

    form_class = SlipsForm
    heading = _("Print slips")
    consequences = (
        _("The slips are shown once, ready to print. Nobody can show their codes again."),
        _("Hand them out at random and do not note who got which."),
        _("The votes are counted when you close the group; until then nobody sees them."),
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.group or self.round.state not in VOTING:
            return redirect("round_votes", self.round.pk)
        return super().get(request, *args, **kwargs)

    def act(self, form: SlipsForm) -> str:
        self.codes = print_slips(
            self.round,
            self.state.ballot.code,
            count=form.cleaned_data["count"],
            ends_at=form.cleaned_data["ends_at"],
            confirmed=form.cleaned_data.get("confirmed", False),
            by=self.request.user,
            at=now(),
        )
        return reverse("round_votes", args=[self.round.pk])


class SlipsReprintView(_SlipsView):
    """A lost print: what was not cast is void, new slips are made."""

    form_class = ReprintForm
    heading = _("Void lost slips and print new ones")
    consequences = (
        _("All slips of this group that have not been cast become void. Votes already cast stay."),
        _("Both numbers are shown with the group."),
    )
    dangerous = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.state.is_open:
            return redirect("round_votes", self.round.pk)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.group.version if self.group else 0}

    def act(self, form: ReprintForm) -> str:
        self.codes = reprint_slips(
            self.voting_group,
            count=form.cleaned_data["count"],
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["version"],
            confirmed=form.cleaned_data.get("confirmed", False),
            by=self.request.user,
            at=now(),
        )
        return reverse("round_votes", args=[self.round.pk])


class GroupCloseView(VoterGroupMixin, ActingMixin, FormView):
    """Close a group: its counters become its tally."""

    form_class = CloseGroupForm
    template_name = "components/confirm.html"
    done_message = _("The group is closed and its votes are counted.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.state.is_open:
            return redirect("round_votes", self.round.pk)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.voting_group.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sums = self.state.sums
        said = ngettext("%(cast)d of %(out)d slip was cast.", "%(cast)d of %(out)d slips were cast.", sums.in_use)
        warned = [NOBODY_AFTER] if is_last_free(self.request.user, self.round) else []
        return super().get_context_data(
            heading=gettext("Close this group?"),
            caption=f"{self.round.title} · {self.state.ballot.title}",
            version=self.voting_group.version,
            consequences=[
                said % {"cast": sums.cast, "out": sums.in_use},
                gettext("The votes are counted now. Slips that were not cast can no longer be used."),
                gettext("This cannot be undone. The person who closes a group does not approve the round."),
                *warned,
            ],
            action_label=gettext("Close the group"),
            dangerous=True,
            cancel_url=reverse("round_votes", args=[self.round.pk]),
            **kwargs,
        )

    def act(self, form: CloseGroupForm) -> str:
        close_group(
            self.voting_group,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["version"],
            by=self.request.user,
            at=now(),
        )
        return reverse("round_votes", args=[self.round.pk])


class TallyView(VoterGroupMixin, ActingMixin, FormView):
    """A tally from paper: how many gave which mark to which team."""

    form_class = TallyForm
    template_name = "assessments/tally.html"
    done_message = _("The tally is entered.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.state.by_slips or self.round.state not in VOTING:
            return redirect("round_votes", self.round.pk)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The ballot and the tally that stands."""
        tally = self.state.tally
        lines = VoteTallyLine.objects.visible_to(self.request.user).filter(tally=tally) if tally else []
        known = {(line.indicator.code, line.team_id, line.mark): line.count for line in self._with_codes(lines)}
        initial = {name: getattr(tally, name) for name in ("cast", "document", "basis")} if tally else {}
        return {
            **super().get_form_kwargs(),
            "ballot": self.state.ballot,
            "known": known,
            "initial": {**initial, "seen": tally.number if tally else 0},
        }

    @staticmethod
    def _with_codes(lines: Any) -> Any:
        return lines.select_related("indicator") if lines else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            round=self.round,
            ballot=self.state.ballot,
            tally=self.state.tally,
            place=self.kwargs["place"],
            warning=NOBODY_AFTER if is_last_free(self.request.user, self.round) else "",
            **kwargs,
        )

    def act(self, form: TallyForm) -> str:
        try:
            enter_tally(
                self.round,
                self.state.ballot.code,
                form.counts(),
                **{name: form.cleaned_data[name] for name in ("cast", "document", "basis", "seen")},
                by=self.request.user,
                at=now(),
            )
        except Invalid as refusal:
            raise form.placed(refusal) from refusal
        return reverse("round_votes", args=[self.round.pk])


class TallyImportPage(VoterGroupMixin, TableImportPage):
    """The same tally from a workbook, tried first."""

    imports = TallyImport
    form_class = TallyUploadForm
    heading = _("Import a tally of votes")
    caption = _("One row per team and mark. What is not in the file has no votes.")
    sheet_name = "计票结果"
    url_name = "tally_import"
    round_key = "round"

    def row(self) -> AssessmentRound:
        """The rule is asked of the round."""
        return self.round

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A group that votes by slips, or a round that is not in scoring, leads to the votes."""
        if self.file is None and (self.state.by_slips or self.round.state not in VOTING):
            return redirect("round_votes", self.round.pk)
        return super().get(request, *args, **kwargs)

    @property
    def back_url(self) -> str:
        """The votes of the round."""
        return reverse("round_votes", args=[self.round.pk])

    def address(self, file: StoredFile | None = None) -> str:
        """The address of the form, or of the dry run of `file`, of this group."""
        place = [self.kwargs["round"], self.kwargs["place"]]
        return reverse("tally_import_try", args=[*place, file.pk]) if file else reverse("tally_import", args=place)

    def options_of(self, form: Form) -> dict[str, str]:
        """What is said about the tally as a whole."""
        return {name: str(form.cleaned_data[name]) for name in ("cast", "document", "basis")}

    def options_in(self, query: dict[str, str]) -> dict[str, Any]:
        """The same read back from the address."""
        form = CollectedForm(query)
        if not form.is_valid():
            raise Http404
        return form.cleaned_data

    def about(self, options: dict[str, Any]) -> dict[str, Any]:
        """The round and the group."""
        return {"round": self.round, "code": self.state.ballot.code, **options}
