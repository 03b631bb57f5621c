"""The first steps of an installation, and the page for the name of the county."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.people.county_name import name_county
from governance.people.models import County
from governance.people.permissions import require
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import NotAllowed

from ..setup import may_set_up, next_step, setup_steps


class SettingUpView(View):
    """From an empty installation to the first report: what is done, what is next, who does it."""

    def get(self, request: Request) -> HttpResponse:
        if not may_set_up(request.user):
            raise NotAllowed
        steps = setup_steps(request.user, on=today())
        needed = [step for step in steps if not step.optional]
        context = {
            "steps": steps,
            "next_step": next_step(steps),
            "done": sum(step.done for step in needed),
            "needed": len(needed),
        }
        return render(request, "overview/setting_up.html", context)


class CountyForm(forms.ModelForm):
    """The name of the county."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = County
        fields = ["name_zh", "name_en"]


class CountyView(ActingMixin, FormView):
    """Name the county, or rename it."""

    template_name = "overview/county.html"
    form_class = CountyForm
    done_message = _("The name of the county is saved.")

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only the administrator may open this page."""
        require("name_county", request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        county = County.objects.first()
        initial = {"version": county.version if county else 0}
        return {**super().get_form_kwargs(), "instance": county, "initial": initial}

    def act(self, form: CountyForm) -> str:
        data = form.cleaned_data
        name_county(
            name_zh=data["name_zh"], name_en=data["name_en"], seen=data["version"], by=self.request.user, at=now()
        )
        return reverse("setting_up")
