"""A text input with suggestions."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LISTED = 200
"""The most suggestions offered; more would weigh as much as the select they replace (docs/rules.md#lists)."""

Offered = list[tuple[Any, Any]]


class OfferingInput(forms.TextInput):
    """A text input with a datalist; `offered` is called when it is shown, and returns (text, its small print)."""

    offered: Callable[[], Offered] = list

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The input and, if they are few enough, its suggestions."""
        offered = self.offered()
        if not offered or len(offered) > LISTED:
            return super().render(name, value, attrs, renderer)
        listed = f"{(attrs or {}).get('id', name)}_offered"
        control = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', offered)
        return format_html('{}<datalist id="{}">{}</datalist>', control, listed, options)
