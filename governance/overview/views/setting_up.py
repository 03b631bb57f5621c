"""The page that names the county."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now
from governance.people.models import County
from governance.people.naming import name_county
from governance.people.permissions import require
from governance.records.acting import ActingMixin


class CountyForm(forms.ModelForm):
    """What the county is called."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = County
        fields = ["name_zh", "name_en"]


class CountyView(ActingMixin, FormView):
    """Name the county, or rename it."""

    template_name = "overview/county.html"
    form_class = CountyForm
    done_message = _("The county is named.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The administrator alone."""
        require("name_county", request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Filled from the county as it is named."""
        county = County.objects.first()
        initial = {"version": county.version if county else 0}
        return {**super().get_form_kwargs(), "instance": county, "initial": initial}

    def act(self, form: CountyForm) -> str:
        """Name it and go on with the first steps."""
        data = form.cleaned_data
        name_county(
            name_zh=data["name_zh"], name_en=data["name_en"], seen=data["version"], by=self.request.user, at=now()
        )
        return reverse("home")
