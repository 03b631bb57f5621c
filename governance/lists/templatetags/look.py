"""`{% load look %}`: lamps, strips, fields, pages, and how numbers and dates are written.

{% lamp task.lamp %}                 {% lamp "red" word %}          shape and word in a line
{% lamp_badge task.lamp %}           {% lamp_mark "red" word %}     on a wash; the shape alone
{% badge report.get_state_display "blue" %}
{% pace task.percent task.planned task.lamp %}
{% posts %}                          {% posts enter="save" %}       begins every form that posts
{% field form.title %}               {% field form.due_on hint="…" %}
{% page_links page %}                {% block_again "title" %}
<a href="…"{% counts number %}>      a figure that leads to its rows
<form method="post" {% keep "task" task.pk version=task.version %}>
{{ task.percent|percent }}  {{ line.total|points }}  {{ change|signed }}  {{ task.done|count }}
{{ task.due|day }}  {{ report.submitted_at|moment }}  {{ task.due|long_date }}  {{ task.due|short_date }}
"""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField
from django.template.defaulttags import CsrfTokenNode
from django.template.loader_tags import BlockNode
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

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
register.filter("overdue", writing.overdue_text)
register.filter("clauses", writing.clauses_text)
register.filter("long_date", writing.long_date)
register.filter("short_date", writing.short_date)

UNDO = "undo:"
"""Begins the tag of a message about something that can be undone; the address to post to follows."""


@register.filter
def names(rows: Iterable[Any], attribute: str = "") -> str:
    """Names in one text, as the reader's language joins them; of rows their attribute (`team.name`)."""
    return writing.names_text(map(attrgetter(attribute), rows) if attribute else rows)


@register.filter
def undo_address(tags: str | None) -> str:
    """The address that undoes what a message reports; empty where it cannot be undone."""
    return tags[len(UNDO) :] if tags and tags.startswith(UNDO) else ""


@register.simple_tag
def counts(number: int | None) -> SafeString | str:
    """Marks a link that says a number as a figure (docs/rules.md#figures): `<a href="…"{% counts number %}>`.

    Every figure that is a link has it, so that a test can follow each and count the rows (`tests/test_figures.py`).
    """
    return "" if number is None else format_html(' data-count="{}"', number)


@register.simple_tag(takes_context=True)
def posts(context: template.Context, enter: str = "") -> SafeString:
    """The first thing in every form that posts: the token against forgery, and what Enter in a field does.

    Nothing, unless `enter` names what it sends: a browser presses a form's first button for whoever presses Enter, and
    a disabled one not at all (docs/rules.md#forms). With scripts Enter goes on to the next field instead.
    """
    return mark_safe(CsrfTokenNode().render(context) + default_button(enter))


@register.simple_tag
def default_button(enter: str = "", form: str = "") -> SafeString:
    """The button that Enter presses in a form; `form` is its id where another of its buttons precedes it on the page.

    It sends `enter`, which must save and decide nothing; without `enter` it is disabled, and Enter sends nothing.
    """
    owner = format_html(' form="{}"', form) if form else ""
    sends = format_html(' name="{}" value="1"', enter) if enter else " disabled"
    return format_html('<button type="submit" tabindex="-1" hidden{}{}></button>', owner, mark_safe(sends))


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
        "optional": not (
            bound.field.required
            or getattr(bound.field, "needed_at_times", False)
            or isinstance(bound.field.widget, forms.CheckboxInput)
        ),
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
def keep(context: template.Context, *key: object, version: object, again: bool | None = None) -> SafeString:
    """The attributes of a form whose text the browser keeps until it is saved (static/js/kept.js).

    `key` names object and action, `version` what the form was opened on; without one it makes a new row. A form shown
    again after a refusal is marked: it already holds what was typed. `again` tells where a form that is shown for the
    first time answers a POST as well.
    """
    again = context["request"].method == "POST" if again is None else again
    marked = mark_safe(" data-keep-again") if again else ""
    name = "".join(map(_token, "-".join(str(part) for part in key if part not in (None, ""))))
    return format_html('data-keep="{}" data-keep-version="{}"{}', name, "new" if version is None else version, marked)


def _token(letter: str) -> str:
    """A letter as the name of a cookie takes it."""
    return letter if letter == "-" or (letter.isascii() and letter.isalnum()) else f"_{ord(letter):x}"


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
