"""Appeals: those of a round, filing one, one with its decision, deciding it with what the decision changes."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin, show_refusal
from governance.records.refusals import NotAllowed, Refused
from teams.evidence.attachments import may_attach_to
from teams.evidence.gallery import evidence_of
from teams.meetings.views.papers import file_response
from teams.views.attachments import AttachView

from ..appeals.decisions import Preview, allow_appeal, allow_year_appeal, dismiss_appeal, preview
from ..appeals.desk import AppealDesk, Decided, form_facts
from ..appeals.filing import Subjects, file_appeal, filing_closed
from ..appeals.letters import letter_of
from ..forms.appeal import (
    AppealForm,
    ClaimDecisionForm,
    DecisionForm,
    DismissForm,
    FigureDecisionForm,
    MarksDecisionForm,
    RowsDecisionForm,
    TallyDecisionForm,
    YearDecisionForm,
)
from ..models import Appeal, AppealDecision, YearResult
from ..results.public_notice import PublicNotice, YearNotice, notice_of, year_notice_of
from ..rounds.people import decider_words
from .rows import AppealMixin, NoticeMixin, NoticeOfCorrectionMixin, SeatMixin
from .year import YearMixin


class RoundAppealsView(NoticeMixin, View):
    """The public notice of a round with the appeals that the person may read, and what they changed."""

    @cached_property
    def notice(self) -> PublicNotice:
        """The notice in the address."""
        return PublicNotice(self.round)

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        desk = AppealDesk(self.notice, request.user, at=now())
        if not desk.is_for_user:
            raise Http404
        return render(request, "assessments/round_appeals.html", {"desk": desk})


class CorrectionAppealsView(NoticeOfCorrectionMixin, RoundAppealsView):
    """The same of the public notice of a corrected result."""


class YearAppealsView(YearMixin, RoundAppealsView):
    """The same of the public notice of a year, which scores nothing."""

    @cached_property
    def notice(self) -> YearNotice:
        """The notice of the last result of the year that the person sees."""
        results = YearResult.objects.visible_to(self.request.user).of_year(self.action, self.code, self.year)
        last = results.defer("body").order_by("-number").first()
        if last is None:
            raise Http404
        last.action = self.action
        return YearNotice(last)


class AppealNewView(SeatMixin, ActingMixin, FormView):
    """A head or deputy appeals for their team; `?about=` names what."""

    form_class = AppealForm
    template_name = "assessments/appeal_form.html"
    done_message = _("The appeal has been sent to the assessment centre.")

    @cached_property
    def notice(self) -> PublicNotice:
        """The notice of the round in the address."""
        return PublicNotice(self.seat.round)

    def check(self) -> None:
        """For who speaks for the team; before public notice there is no such page."""
        if not self.notice.is_shown:
            raise Http404
        require("file_appeal", self.request.user, self.seat.team)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; where nothing can be filed, the appeals of the round say why."""
        self.check()
        if filing_closed(self.notice, at=now()):
            return redirect(self.notice.url)
        return super().get(request, *args, **kwargs)

    @cached_property
    def subjects(self) -> Subjects:
        """What the team can appeal against."""
        return Subjects(self.notice, self.seat.team, at=now())

    def get_form_kwargs(self) -> dict[str, Any]:
        self.check()
        return {**super().get_form_kwargs(), "subjects": self.subjects}

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.subjects.result.number, "about": self.request.GET.get("about", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        desk = AppealDesk(self.notice, self.request.user, at=now())
        return super().get_context_data(round=self.seat.round, team=self.seat.team, desk=desk, **kwargs)

    def act(self, form: AppealForm) -> Appeal:
        try:
            return file_appeal(
                self.seat.round,
                self.seat.team,
                **form.said(),
                correction=self.notice.correction,
                year=self.notice.year,
                by=self.request.user,
                at=now(),
            )
        except Refused as refusal:
            for name in ("matter", "fact"):
                if name in refusal.fields:
                    refusal.fields["about"] = refusal.fields.pop(name)
            raise


class CorrectionAppealNewView(NoticeOfCorrectionMixin, AppealNewView):
    """A head or deputy appeals against what a correction changes for their team, in its public notice."""


class YearAppealNewView(AppealNewView):
    """A head or deputy appeals against a fact of a round in the public notice of its year."""

    @cached_property
    def notice(self) -> PublicNotice:
        """The notice of the year that the round counts in."""
        notice = year_notice_of(self.seat.round)
        if notice is None:
            raise Http404
        return notice


class AppealView(AppealMixin, View):
    """One appeal, what proves it, the decision and what it changed."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        appeal = self.appeal
        is_open, notice = appeal.is_decided_now(appeal.round), notice_of(appeal)
        decided = Decided(appeal, request.user)
        reads_all = may(request.user, "open_round")
        context = {
            "appeal": appeal,
            "round": appeal.round,
            "notice": notice,
            "title": self.title,
            "decided": decided,
            "is_open": is_open,
            "corrected_in": decided.leads_to,
            "may_decide": is_open and may(request.user, "decide_appeal", appeal),
            "deciders": decider_words(appeal) if is_open and reads_all else "",
            "exhibits": evidence_of(appeal, request.user),
            "may_attach": may_attach_to(request.user, appeal) and not filing_closed(notice, at=now()),
        }
        return render(request, "assessments/appeal.html", context)


class AppealLetterView(AppealMixin, View):
    """The letter by which the centre answers a decided appeal; 404 before, and once its scores are taken back."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        if not Decided(self.appeal, request.user).letter_is_open:
            raise Http404
        return file_response(letter_of(self.appeal))


class AppealEvidenceView(AppealMixin, AttachView):
    """The evidence of an appeal."""

    @property
    def owner(self) -> Appeal:
        return self.appeal


class AppealDecideView(AppealMixin, ActingMixin, FormView):
    """The centre decides an appeal: what allowing it changes is shown before it is decided."""

    template_name = "assessments/appeal_decide.html"
    done_message = _("The appeal is decided; the team has been notified.")

    def check(self) -> None:
        if not may(self.request.user, "open_round"):
            raise Http404
        if not may(self.request.user, "decide_appeal", self.appeal):
            raise NotAllowed(decider_words(self.appeal))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; an appeal that is not to be decided now leads to its page."""
        if not self.appeal.is_decided_now(self.appeal.round):
            if not may(request.user, "open_round"):
                raise Http404
            return redirect(self.appeal)
        return super().get(request, *args, **kwargs)

    @cached_property
    def fact(self) -> Any:
        """The fact as it stands, with what its form takes."""
        return form_facts(self.appeal, self.request.user, at=now())

    def get_form_class(self) -> type[DecisionForm]:
        forms: dict[str | None, type[DecisionForm]] = {
            "rows": RowsDecisionForm,
            "figure": FigureDecisionForm,
            "claim": ClaimDecisionForm,
            "marks": MarksDecisionForm,
            "tally": TallyDecisionForm,
        }
        if self.fact.kind and self.is_in_year:
            return YearDecisionForm
        return forms.get(self.fact.kind, DismissForm)

    @property
    def is_in_year(self) -> bool:
        """Whether allowing it opens a correction, and nothing is scored that could be shown before."""
        return self.appeal.year_result_id is not None

    def get_form(self, form_class: Any = None) -> DecisionForm:
        """The form; a preview does not ask for the reasons yet."""
        self.check()
        form = super().get_form(form_class)
        form.fields["answer"].required = self.request.POST.get("do") != "preview"
        return form

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "appeal": self.appeal, **self.fact.takes}

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.appeal.version, "seen": self.fact.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        appeal = self.appeal
        return super().get_context_data(
            appeal=appeal,
            round=appeal.round,
            notice=notice_of(appeal),
            title=self.title,
            fact=self.fact.fact,
            exhibits=evidence_of(appeal, self.request.user),
            **kwargs,
        )

    def form_valid(self, form: DecisionForm) -> HttpResponse:
        """Show what allowing it changes, or decide; what was not shown is shown first."""
        form.fields["answer"].required = True
        if not form.corrects or self.is_in_year:
            return super().form_valid(form)
        result = self.appeal.round.results.count()
        shown = form.cleaned_data["previewed"] == form.fingerprint(result)
        if self.request.POST.get("do") != "preview" and shown:
            return super().form_valid(form)
        try:
            found: Preview = preview(
                self.appeal, form.correction(), by=self.request.user, at=now(), seen=form.cleaned_data["version"]
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
            return self.render_to_response(self.get_context_data(form=form, refusal=refusal), status=refusal.status)
        form.show_previewed(result)
        unasked = self.request.POST.get("do") != "preview"
        return self.render_to_response(self.get_context_data(form=form, preview=found, unasked=unasked))

    def act(self, form: DecisionForm) -> AppealDecision | Appeal:
        known = {"reasons": form.reasons, "seen": form.cleaned_data["version"], "by": self.request.user, "at": now()}
        if form.corrects and self.is_in_year:
            allow_year_appeal(self.appeal, document=form.cleaned_data.get("document", ""), **known)
        elif form.corrects:
            seen_result = self.appeal.round.results.count()
            allow_appeal(self.appeal, form.correction(), seen_result=seen_result, **known)
        else:
            dismiss_appeal(self.appeal, **known)
        return self.appeal
