"""`{% load look %}`: lamps, strips, fields, pages, and how numbers and dates are written.

{% lamp task.lamp %}                 {% lamp "red" word %}          shape and word in a line
{% lamp_badge task.lamp %}           {% lamp_mark "red" word %}     on a wash; the shape alone
{% badge report.get_state_display "blue" %}
{% pace task.percent task.planned task.lamp %}
{% field form.title %}               {% field form.due_on hint="…" %}
{% page_links page %}                {% block_again "title" %}
{{ task.percent|percent }}  {{ line.total|points }}  {{ change|signed }}  {{ task.done|count }}
{{ task.due|day }}  {{ report.submitted_at|moment }}  {{ task.due|long_date }}  {{ task.due|short_date }}
"""

from collections.abc import Iterator
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString

from governance.lists import marks
from governance.lists import text as writing

register = template.Library()

register.simple_tag(marks.lamp, name="lamp")
register.simple_tag(marks.lamp_badge, name="lamp_badge")
register.simple_tag(marks.lamp_mark, name="lamp_mark")
register.simple_tag(marks.badge, name="badge")
register.simple_tag(marks.pace, name="pace")
register.simple_tag(marks.score, name="score_strip")
register.filter("tone", marks.tone_of)
register.filter("percent", writing.percent_text)
register.filter("points", writing.points_text)
register.filter("signed", writing.signed_text)
register.filter("count", writing.count_text)
register.filter("day", writing.day_text)
register.filter("moment", writing.moment_text)
register.filter("long_date", writing.long_date)
register.filter("short_date", writing.short_date)

UNDO = "undo:"
"""Begins the tag of a message about something that can be undone; the address to post to follows."""


@register.filter
def undo_address(tags: str | None) -> str:
    """The address that undoes what a message reports; empty where it cannot be undone."""
    return tags[len(UNDO) :] if tags and tags.startswith(UNDO) else ""


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, label: str = "", hint: str = "", hide_label: bool = False, **attrs: str
) -> dict[str, object]:
    """A form's field: label above, control, hint, and error with advice.

    `attrs` go to the control, underscores as hyphens (`data_previous="52"` becomes data-previous). A date uses the
    device's own calendar, a checkbox comes before its label, a group of choices is a fieldset.
    """
    if hint and bound.auto_id:
        described = f"{bound.auto_id}_helptext" + (f" {bound.auto_id}_error" if bound.errors else "")
        attrs.setdefault("aria_describedby", described)
    return {
        "bound": bound,
        "kind": _kind(bound.field.widget),
        "control": control(bound, **attrs),
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "hide_label": hide_label,
        "optional": not bound.field.required and not isinstance(bound.field.widget, forms.CheckboxInput),
    }


@register.simple_tag
def control(bound: BoundField, **attrs: str) -> SafeString:
    """The control of a field alone, with the class of its kind; the caller shows its label and error."""
    widget = bound.field.widget
    given = {name.replace("_", "-"): value for name, value in attrs.items()}
    classes = [_CLASSES[_kind(widget)], widget.attrs.get("class", ""), given.pop("class", "")]
    given["class"] = " ".join(name for name in classes if name)
    if isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    if isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == "10":
        given.setdefault("rows", "3")
    if isinstance(widget, (forms.DateInput, forms.NumberInput)):
        given["class"] += " input-short"
    return bound.as_widget(attrs={**given})


_CLASSES = {"input": "input", "select": "select", "textarea": "textarea", "check": "", "checks": "checks"}


def _kind(widget: forms.Widget) -> str:
    """Which of the five styles of control a widget has."""
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "checks"
    if isinstance(widget, forms.Select):
        return "select"
    return "textarea" if isinstance(widget, forms.Textarea) else "input"


@register.simple_tag(takes_context=True)
def block_again(context: template.Context, name: str) -> SafeString:
    """What the page writes in one of its blocks, a second time: most pages have their title as heading."""
    return BlockNode(name, template.NodeList()).render(context)


@register.inclusion_tag("components/pages.html", takes_context=True)
def page_links(context: template.Context, page: "Page[Any]") -> dict[str, Any]:
    """Links to the pages of a list, keeping the other parameters of the address."""
    return {
        "page": page,
        "numbers": list(shortened(page.number, page.paginator.num_pages)),
        "request": context["request"],
    }


def shortened(number: int, last: int) -> Iterator[int | None]:
    """The page numbers to show: the first, the last and those near `number`; None stands for a gap."""
    shown = sorted({1, last, *range(max(1, number - 2), min(last, number + 2) + 1)})
    before = 0
    for each in shown:
        if each - before == 2:
            yield before + 1
        elif each - before > 2:
            yield None
        yield each
        before = each
