"""Plans: the list, a plan, a new one, its export and its adoption."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, Form
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView, ListView, TemplateView

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.views import LeanTableMixin, VisibleMixin
from governance.people.permissions import may, require
from governance.records.form_verbs import ActingMixin

from ..engine import Document, Fault, Plan, Source, check, load, write_toml
from ..engine.plan import Indicator, Kind, Worth
from ..forms.plan import PlanForm
from ..measures import MEASURES
from ..models import AdoptedPlan, AssessmentPlan
from ..plans.plans import PlanFaulty, adopt_plan, save_draft
from ..results.prospects import unmeasured
from ..states import PlanState
from ..tables.plan import PlanTable
from ..words.methods import method_words, number_words
from ..words.plans import (
    EFFECT_WORDS,
    KIND_WORDS,
    NOTHING_TO_MEASURE,
    POLICY_WORDS,
    SOURCE_WORDS,
    applies_words,
    class_titles,
    fault_words,
    listed,
    plain_word,
    quota_words,
    tie_break_words,
    title_of,
)
from .rows import PlanMixin


class PlanListView(VisibleMixin, LeanTableMixin, ListView):
    """Plans with their versions."""

    model = AssessmentPlan
    queryset = AssessmentPlan.objects.all()
    table_class = PlanTable
    template_name = "assessments/plan_list.html"
    heading = _("Assessment plans")
    empty_title = _("No plans yet")
    empty_how = _("The assessment centre writes a plan as TOML and imports it here.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_draft=may(self.request.user, "draft_plan"), **kwargs)


class PlanDocumentMixin(PlanMixin):
    """A page that reads one version of a plan."""

    @property
    def document(self) -> Document:
        """The adopted document, or that of the draft."""
        return load(self.plan.adopted.document if self.plan.state == PlanState.ADOPTED else self.plan.draft)


class PlanView(PlanDocumentMixin, TemplateView):
    """A plan as text: what is scored, by which rule, and how grades are given."""

    template_name = "assessments/plan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = self.plan.state == PlanState.DRAFT
        verdict = check(Source(self.document))
        ready = check(Source(self.document), known_measures=MEASURES) if draft else verdict
        rules = verdict.whole()
        user = self.request.user
        return super().get_context_data(
            plan=self.plan,
            rules=rules,
            is_draft=draft,
            dimensions=_dimensions(rules),
            extras=[_indicator(rules, one) for one in rules.indicators if one.kind is not Kind.BASE],
            grades=[(title_of(grade), number_words(grade.min), quota_words(grade.quota)) for grade in rules.grades],
            vetoes=[(title_of(veto), EFFECT_WORDS[veto.effect], veto.basis) for veto in rules.vetoes],
            classes=class_titles(rules).values(),
            tie_break=tie_break_words(rules),
            hindrances=_fault_lines(ready.faults),
            warnings=[*_fault_lines(verdict.warnings), *(_prospects(rules) if draft else ())],
            may_adopt=draft and may(user, "adopt_plan", self.plan),
            may_draft=may(user, "draft_plan"),
            **kwargs,
        )


def _dimensions(rules: Plan) -> list[dict[str, object]]:
    return [
        {
            "title": title_of(dimension),
            "worth": _worth_words(rules, dimension.worth) if dimension.worth else "",
            "normalise": dimension.normalise,
            "indicators": [_indicator(rules, one) for one in rules.indicators if one.dimension == dimension.code],
        }
        for dimension in rules.dimensions
    ]


def _indicator(rules: Plan, indicator: Indicator) -> dict[str, object]:
    parameters, fallback = indicator.rule.parameters, indicator.rule.fallback
    measure = MEASURES.get(indicator.measure)
    return {
        "code": indicator.code,
        "title": title_of(indicator),
        "kind": KIND_WORDS[indicator.kind],
        "points": _worth_words(rules, indicator.worth),
        "source": SOURCE_WORDS[indicator.source],
        "measure": measure.title if measure else indicator.measure,
        "department": plain_word(indicator.department or ""),
        "rule": method_words(parameters.name, parameters.document()),
        "fallback": method_words(fallback.parameters.name, fallback.parameters.document()) if fallback else "",
        "conditions": applies_words(rules, indicator),
        "when_missing": POLICY_WORDS[indicator.when_missing] if indicator.source != "events" else "",
        "when_not_applicable": POLICY_WORDS[indicator.when_not_applicable],
    }


def _worth_words(rules: Plan, worth: Worth) -> str:
    """Full points, or those of each class."""
    if worth.by_class is None:
        return number_words(worth.most())
    names = class_titles(rules)
    return gettext(", ").join(
        f"{names.get(code, code)} {number_words(value)}" for code, value in worth.by_class.items()
    )


@dataclass(frozen=True)
class FaultLine:
    """A fault in a list: what is wrong, and where; line 0 where it has no place in the file."""

    words: str
    place: str
    line: int = 0
    column: int = 0


def _fault_lines(faults: Iterable[Fault]) -> list[FaultLine]:
    return [FaultLine(fault_words(fault), fault.place, fault.line, fault.column) for fault in faults]


def _prospects(rules: Plan) -> list[FaultLine]:
    """Indicators that would have had no value for some team in the last period."""
    return [
        FaultLine(
            gettext(": ").join((listed(team.short_name for team in found.teams), str(NOTHING_TO_MEASURE))),
            place=f"{found.indicator.code} {title_of(found.indicator)}",
        )
        for found in unmeasured(rules, at=now())
    ]


class PlanNewView(ActingMixin, FormView):
    """Import a plan as TOML; each fault is shown with its place."""

    form_class = PlanForm
    template_name = "assessments/plan_form.html"
    done_message = _("The draft is saved. Read it through before you adopt it.")

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


class PlanAdoptView(PlanDocumentMixin, ActingMixin, FormView):
    """Adopt a draft, after the page has said what that means."""

    form_class = Form
    template_name = "components/confirm.html"
    done_message = _("The plan is adopted. Rounds can be opened by it.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require("adopt_plan", self.request.user, self.plan)
        refusal = kwargs.get("refusal")
        faults = _fault_lines(refusal.faults) if isinstance(refusal, PlanFaulty) else []
        version = gettext("version %(number)s") % {"number": self.plan.number}
        return super().get_context_data(
            heading=gettext("Adopt this plan?"),
            caption=f"{self.plan} · {version}",
            consequences=[
                *(gettext(": ").join((fault.place, fault.words)) for fault in faults),
                gettext("It is frozen as one document with its SHA-256 and never changes."),
                gettext("A change is a new version with a reason; rounds opened by this one keep it."),
            ],
            action_label=gettext("Adopt"),
            cancel_url=self.plan.get_absolute_url(),
            **kwargs,
        )

    def act(self, form: BaseForm) -> AssessmentPlan:
        adopted: AdoptedPlan = adopt_plan(self.plan, by=self.request.user, at=now())
        return adopted.plan
