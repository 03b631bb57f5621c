"""Lamp rules: a change creates a rule with a new number; existing rules are never changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import MinValueValidator
from django.http import HttpRequest

from governance.clock import now
from governance.lists.requests import Request
from governance.people.admin.site import VerbAdmin, VerbForm

from ..models import LampRule
from ..rules.lamps import Thresholds
from ..tasks.lamp_rules import set_lamp_rule


class LampRuleForm(VerbForm):
    """The thresholds of an action's lamps."""

    class Meta:
        model = LampRule
        fields = ["action", "red_gap", "yellow_gap", "blue_days", "stale_days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField) and not field.widget.is_hidden:
                field.min_value = 1
                field.validators.append(MinValueValidator(1))

    def thresholds(self) -> Thresholds:
        """The entered values as a `Thresholds`."""
        return Thresholds(**{name: value for name, value in self.values.items() if name != "action"})


@admin.register(LampRule)
class LampRuleAdmin(VerbAdmin):
    """The rules of each action, the one in force first."""

    form = LampRuleForm
    rule = "set_lamp_rule"
    list_display = ["action", "number", "red_gap", "yellow_gap", "blue_days", "stale_days", "at", "by"]
    list_filter = ["action"]
    list_select_related = ["action", "by"]

    def has_change_permission(self, request: HttpRequest, obj: LampRule | None = None) -> bool:
        """An existing rule is never changed."""
        return False

    def write(self, request: Request, row: LampRule | None, form: LampRuleForm) -> LampRule:
        """Set the rule and recompute the lamp dates of the action's open tasks."""
        return set_lamp_rule(form.cleaned_data["action"], form.thresholds(), by=request.user, at=now())
