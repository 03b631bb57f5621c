"""Our select writes what Django's templates write."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from governance.lists.rendering import LeanRenderer

GROUPED = [("", "全部"), ("A & B", [("a", "<甲>"), ("b", 'say "乙"')]), (1, "一"), (None, "none")]


@pytest.mark.parametrize("value", ["", "a", 1, None, "b"])
@pytest.mark.parametrize(
    "widget",
    [
        forms.Select(choices=GROUPED, attrs={"class": "select", "required": True, "hidden": False, "data-x": '"<'}),
        forms.SelectMultiple(choices=GROUPED),
        forms.NullBooleanSelect(),
        forms.TextInput(),
    ],
    ids=lambda widget: type(widget).__name__,
)
def test_a_control_reads_the_same(widget, value):
    chosen = [value] if isinstance(widget, forms.SelectMultiple) else value

    def written(renderer):
        html = widget.render("name", chosen, {"id": "id_name"}, renderer=renderer)
        return "".join(html.replace("&#39;", "&#x27;").split())

    assert written(LeanRenderer()) == written(DjangoTemplates())
