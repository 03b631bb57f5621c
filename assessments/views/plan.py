"""Plans: the list, a plan, a new one, its export and its adoption."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView, ListView, TemplateView

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.text import names_text
from governance.lists.views import LeanTableMixin, VisibleMixin
from governance.people.permissions import may, require
from governance.records.delivery import workbook_response
from governance.records.form_verbs import ActingMixin

from ..engine import Document, Fault, Plan, Source, check, load, write_toml
from ..engine.plan import Kind
from ..forms.plan import ConfirmedForm, PlanForm
from ..measures import MEASURES
from ..models import AdoptedPlan, AssessmentPlan
from ..permissions import last_saver_id, people_of_centre
from ..plans.files import workbook_chunks
from ..plans.plans import PlanFaulty, adopt_plan, save_draft
from ..plans.prospects import Lack, foreseen
from ..states import PlanState
from ..tables.plan import PlanTable
from ..words.annex import annex_notes, base_lines, dimension_groups, extra_groups
from ..words.indicators import dimension_worth_words, indicator_words
from ..words.methods import number_words
from ..words.plan_changes import PlanComparison
from ..words.plans import (
    EFFECT_WORDS,
    ROUNDING_WORDS,
    class_titles,
    fault_words,
    group_titles,
    kind_title,
    lack_words,
    quota_words,
    stage_days,
    tie_break_words,
    title_of,
    untitled,
)
from .rows import PlanMixin, paper_foot


class PlanListView(VisibleMixin, LeanTableMixin, ListView):
    """Plans with their versions."""

    model = AssessmentPlan
    queryset = AssessmentPlan.objects.all()
    table_class = PlanTable
    template_name = "assessments/plan_list.html"
    heading = _("Assessment plans")
    empty_title = _("No plans yet")
    empty_how = _("The assessment centre writes a plan as a workbook or in TOML format and imports it here.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_draft=may(self.request.user, "draft_plan"), **kwargs)


class DraftFaulty(Exception):
    """A page needs the whole plan, and the draft `plan` has faults meanwhile."""

    def __init__(self, plan: AssessmentPlan) -> None:
        self.plan = plan


class PlanDocumentMixin(PlanMixin):
    """A page that reads one version of a plan; a draft with faults has only its editor."""

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except DraftFaulty as fault:
            messages.info(request, _("Correct the faults of “%(plan)s” first.") % {"plan": fault.plan})
            return redirect("plan_edit", fault.plan.code, fault.plan.number, "plan")

    @property
    def document(self) -> Document:
        """The adopted document, or that of the draft."""
        return _document_of(self.plan)


def _document_of(plan: AssessmentPlan) -> Document:
    return load(plan.adopted.document if plan.state == PlanState.ADOPTED else plan.draft)


def _rules_of(plan: AssessmentPlan) -> Plan:
    """The plan as the engine sees it. Raises DraftFaulty."""
    rules = check(Source(_document_of(plan))).plan
    if rules is None:
        raise DraftFaulty(plan)
    return rules


class PlanView(PlanDocumentMixin, TemplateView):
    """A plan as text: what is scored, by which rule, and how grades are given."""

    template_name = "assessments/plan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = self.plan.state == PlanState.DRAFT
        verdict = check(Source(self.document))
        ready = check(Source(self.document), known_measures=MEASURES) if draft else verdict
        rules = _rules_of(self.plan)
        user = self.request.user
        year = rules.year
        return super().get_context_data(
            plan=self.plan,
            rules=rules,
            is_draft=draft,
            dimensions=_dimensions(rules),
            extras=[indicator_words(rules, one) for one in rules.indicators if one.kind is not Kind.BASE],
            grades=[(title_of(grade), number_words(grade.min), quota_words(grade.quota)) for grade in rules.grades],
            quota_rounding=ROUNDING_WORDS[rules.quota_rounding] if any(grade.quota for grade in rules.grades) else "",
            vetoes=[(veto.code, title_of(veto), EFFECT_WORDS[veto.effect], veto.basis) for veto in rules.vetoes],
            classes=class_titles(rules).values(),
            tie_break=tie_break_words(rules),
            parts=[(kind_title(rules, part.code), number_words(part.weight)) for part in year.parts] if year else [],
            groups=group_titles(rules).values(),
            stages=stage_days(rules),
            hindrances=_fault_lines(ready.faults),
            warnings=[*_fault_lines(verdict.warnings), *_untitled(rules), *(_prospects(rules) if draft else ())],
            adopters=_adopters(self.plan) if draft and last_saver_id(self.plan) == user.pk else None,
            may_adopt=draft and may(user, "adopt_plan", self.plan),
            may_draft=may(user, "draft_plan"),
            annex=None if draft else _annex(rules),
            **paper_foot(),
            **kwargs,
        )


def _adopters(plan: AssessmentPlan) -> list[str]:
    """The people of the centre who may adopt a draft, by name."""
    return [str(person) for person in people_of_centre() if may(person, "adopt_plan", plan)]


def _dimensions(rules: Plan) -> list[dict[str, object]]:
    return [
        {
            "code": dimension.code,
            "title": title_of(dimension),
            "worth": dimension_worth_words(rules, dimension),
            "normalise": dimension.normalise,
            "indicators": [indicator_words(rules, one) for one in rules.indicators if one.dimension == dimension.code],
        }
        for dimension in rules.dimensions
    ]


@dataclass(frozen=True)
class FaultLine:
    """A fault in a list: what is wrong, and where; line 0 where it has no place in the file."""

    words: str
    place: str
    line: int = 0
    column: int = 0


def _fault_lines(faults: Iterable[Fault]) -> list[FaultLine]:
    return [FaultLine(fault_words(fault), fault.place, fault.line, fault.column) for fault in faults]


def _untitled(rules: Plan) -> list[FaultLine]:
    """One line that names all that has no Chinese title; pages in Chinese show the English one there."""
    codes = names_text(untitled(rules))
    return [FaultLine(gettext("No Chinese title: %(codes)s.") % {"codes": codes}, "title_zh")] if codes else []


def _prospects(rules: Plan) -> list[FaultLine]:
    """Indicators that would have had no value for some team in the last period."""
    return lack_lines(foreseen(rules, at=now()))


def lack_lines(lacks: Iterable[Lack]) -> list[FaultLine]:
    """What would be without a value, an indicator a line."""
    return [
        FaultLine(
            lack_words(
                lack.cause,
                lack.policy,
                lack.indicator.kind,
                None if lack.teams is None else [team.short_name for team in lack.teams],
            ),
            place=f"{lack.indicator.code} {title_of(lack.indicator)}",
        )
        for lack in lacks
    ]


class PlanNewView(ActingMixin, FormView):
    """Import a plan from a workbook or TOML; each fault is shown with its place."""

    form_class = PlanForm
    template_name = "assessments/plan_form.html"
    done_message = _("The draft is saved. Read it through before adopting it.")

    def get_initial(self) -> dict[str, Any]:
        """`?of=code`: the latest version as text, to be changed."""
        require("draft_plan", self.request.user)
        plans = AssessmentPlan.objects.visible_to(self.request.user)
        latest = plans.filter(code=self.request.GET.get("of", "")).order_by("-number").first()
        if latest is None:
            return {}
        version = latest.version if latest.state == PlanState.DRAFT else None
        return {"text": write_toml(load(latest.draft)), "version": version}

    def act(self, form: PlanForm) -> AssessmentPlan:
        return save_draft(
            form.content(),
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["version"] or 0,
            by=self.request.user,
            at=now(),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refusal = kwargs.get("refusal")
        faults = _fault_lines(refusal.faults) if isinstance(refusal, PlanFaulty) else []
        return super().get_context_data(faults=faults, **kwargs)


class PlanExportView(PlanDocumentMixin, View):
    """The plan as TOML, loss-free."""

    def get(self, request: Request, code: str, number: int) -> HttpResponse:
        response = HttpResponse(write_toml(self.document), content_type="application/toml; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.plan.code}-{self.plan.number}.toml"'
        return response


class PlanWorkbookView(PlanDocumentMixin, View):
    """The plan as a workbook with a sheet a table, loss-free."""

    def get(self, request: Request, code: str, number: int) -> StreamingHttpResponse:
        return workbook_response(workbook_chunks(self.document), name=f"{self.plan.code}-{self.plan.number}")


class PlanAnnexView(PlanDocumentMixin, TemplateView):
    """The plan as the annex table that officials print (docs/rules.md#annex-of-a-plan)."""

    template_name = "assessments/plan_annex.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rules = _rules_of(self.plan)
        return super().get_context_data(
            plan=self.plan,
            annex=_annex(rules),
            **paper_foot(),
            **kwargs,
        )


def _annex(rules: Plan) -> dict[str, object]:
    """The annex table of a plan, and its notes."""
    return {
        "groups": dimension_groups(rules),
        "total": base_lines(rules),
        "extras": extra_groups(rules),
        "notes": annex_notes(rules),
    }


class PlanCompareView(PlanDocumentMixin, TemplateView):
    """Two plans side by side; `?with=pk`: the other one, absent: the version before (docs/rules.md#two-plans)."""

    template_name = "assessments/plan_compare.html"

    @cached_property
    def others(self) -> list[AssessmentPlan]:
        """The plans to choose from: the other versions of this one, then other plans, the newest version first."""
        rows = AssessmentPlan.objects.visible_to(self.request.user).exclude(pk=self.plan.pk)
        found = rows.select_related("adopted").defer("draft", "adopted__document")
        return sorted(found, key=lambda row: (row.code != self.plan.code, row.code, -row.number))

    @cached_property
    def other(self) -> AssessmentPlan | None:
        """The one that was chosen, or the one to begin with; None where there is no other. 404 for an unknown one."""
        if "with" in self.request.GET:
            chosen = next((row for row in self.others if str(row.pk) == self.request.GET["with"]), None)
            if chosen is None:
                raise Http404
            return chosen
        earlier = (row for row in self.others if row.code == self.plan.code and row.number < self.plan.number)
        return next(earlier, self.others[0] if self.others else None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pair = [self.other, self.plan] if self.other else []
        if self.other and self.other.code == self.plan.code:
            pair.sort(key=lambda row: row.number)
        rules = [_rules_of(row) for row in pair]
        return super().get_context_data(
            plan=self.plan,
            others=self.others,
            other=self.other,
            pair=[(row, _version_words(row, pair)) for row in pair],
            comparison=PlanComparison(*rules) if rules else None,
            **kwargs,
        )


def _version_words(plan: AssessmentPlan, pair: list[AssessmentPlan]) -> str:
    """How a column is headed: the version, with the plan's title where the two are not versions of one plan."""
    version = gettext("version %(number)s") % {"number": plan.number}
    return version if len({row.code for row in pair}) == 1 else f"{plan} · {version}"


class PlanAdoptView(PlanDocumentMixin, ActingMixin, FormView):
    """Adopt a draft, after the page has said what that means; where no round could end, that has to be confirmed."""

    form_class = ConfirmedForm
    template_name = "components/confirm.html"
    done_message = _("The plan is adopted. Rounds can now be opened under it.")

    @cached_property
    def blocking(self) -> list[Lack]:
        """What would keep each round by this plan from being approved."""
        rules = check(Source(self.document)).plan
        return foreseen(rules, at=now(), only_blocking=True) if rules else []

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "asks": bool(self.blocking)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require("adopt_plan", self.request.user, self.plan)
        refusal = kwargs.get("refusal")
        faults = _fault_lines(refusal.faults) if isinstance(refusal, PlanFaulty) else lack_lines(self.blocking)
        version = gettext("version %(number)s") % {"number": self.plan.number}
        return super().get_context_data(
            heading=gettext("Adopt this plan?"),
            caption=f"{self.plan} · {version}",
            consequences=[
                *(gettext(": ").join((fault.place, fault.words)) for fault in faults),
                gettext("It is fixed as one document with its SHA-256 and can no longer be changed."),
                gettext("Any change needs a new version with a reason. Rounds already opened keep this version."),
            ],
            action_label=gettext("Adopt"),
            cancel_url=self.plan.get_absolute_url(),
            **kwargs,
        )

    def act(self, form: ConfirmedForm) -> AssessmentPlan:
        confirmed = form.cleaned_data.get("confirmed", False)
        adopted: AdoptedPlan = adopt_plan(self.plan, by=self.request.user, at=now(), confirmed=confirmed)
        return adopted.plan
