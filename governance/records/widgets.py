"""A control of the ground floor: a text input that offers what may be typed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LISTED = 200
"""Most choices offered; more would weigh as much as the select that this replaces (docs/rules.md#lists)."""

Offered = list[tuple[Any, Any]]


class OfferingInput(forms.TextInput):
    """A text input with a datalist; `offered` is called when it is shown, and answers (text, what stands beside it)."""

    offered: Callable[[], Offered] = list

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The input and, where they are few enough, its choices."""
        offered = self.offered()
        if not offered or len(offered) > LISTED:
            return super().render(name, value, attrs, renderer)
        listed = f"{(attrs or {}).get('id', name)}_offered"
        control = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', offered)
        return format_html('{}<datalist id="{}">{}</datalist>', control, listed, options)
