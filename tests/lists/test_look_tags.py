"""The tags of the look: fields with label, hint and error; pages that keep what the address holds."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import translation

from governance.lists.templatetags.look import shortened


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


class BookForm(forms.Form):
    title = forms.CharField(help_text="As on the cover.")
    due = forms.DateField(required=False)
    copies = forms.IntegerField(max_value=9)
    note = forms.CharField(widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    lent = forms.BooleanField(required=False)


def rendered(source: str, **context: object) -> str:
    return Template("{% load look %}" + source).render(Context(context))


def test_a_field_has_label_control_and_hint_joined():
    html = rendered("{% field form.title %}", form=BookForm())
    assert '<label for="id_title">Title</label>' in html
    assert 'class="input"' in html
    assert 'aria-describedby="id_title_helptext"' in html
    assert '<span class="hint" id="id_title_helptext">As on the cover.</span>' in html


def test_an_error_stands_beside_its_field_and_is_announced():
    html = rendered("{% field form.copies %}", form=BookForm({"copies": "10"}))
    assert 'class="field error"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_copies_error"' in html
    assert 'id="id_copies_error"' in html


def test_what_may_stay_empty_says_so():
    assert "(optional)" in rendered("{% field form.due %}", form=BookForm())
    assert "(optional)" not in rendered("{% field form.title %}", form=BookForm())


def test_a_date_asks_for_the_devices_calendar():
    html = rendered("{% field form.due %}", form=BookForm(initial={"due": date(2026, 10, 20)}))
    assert 'type="date"' in html
    assert 'value="2026-10-20"' in html


def test_a_group_of_choices_is_a_fieldset_with_a_legend():
    html = rendered("{% field form.kind %}", form=BookForm())
    assert "<fieldset" in html
    assert "<legend>Kind</legend>" in html


def test_a_checkbox_stands_before_its_label():
    html = rendered("{% field form.lent %}", form=BookForm())
    assert html.index('type="checkbox"') < html.index("<span>Lent</span>")


def test_attributes_reach_the_control():
    html = rendered('{% field form.note data_previous="52" rows="5" %}', form=BookForm())
    assert 'data-previous="52"' in html
    assert 'rows="5"' in html


def test_a_hint_given_in_the_template_is_joined_to_its_control():
    html = rendered('{% field form.note hint="Short." %}', form=BookForm())
    assert 'aria-describedby="id_note_helptext"' in html


def test_filters_write_as_python_does():
    html = rendered(
        "{{ a|percent }} {{ b|points }} {{ c|day }}", a=Decimal("62.5"), b=Decimal("9.10"), c=date(2026, 1, 2)
    )
    assert html == "63% 9.10 2026-01-02"


@pytest.mark.parametrize(
    ("number", "last", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 3, None, 9]),
        (5, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (6, 20, [1, None, 4, 5, 6, 7, 8, None, 20]),
        (20, 20, [1, None, 18, 19, 20]),
    ],
)
def test_far_pages_are_left_out(number, last, shown):
    assert list(shortened(number, last)) == shown


def test_links_to_pages_keep_the_address(rf):
    page = Paginator(range(30), 10).page(2)
    html = rendered("{% page_links page %}", page=page, request=rf.get("/?q=a&page=2"))
    assert 'href="?q=a&amp;page=3"' in html
    assert '<span aria-current="page">2</span>' in html


def test_the_heading_of_a_page_is_its_title_unless_it_says_another():
    title, heading = "{% block title %}{{ name }}{% endblock %}", "{% block heading %}{{ block.super }}!{% endblock %}"
    page = Template(
        "{% load look %}{% block title %}{% endblock %}|{% block heading %}{% block_again 'title' %}{% endblock %}"
    )
    shown = Context({"page": page, "name": "A & B"})
    assert page.render(shown) == "|"
    assert Template("{% extends page %}" + title).render(shown) == "A &amp; B|A &amp; B"
    assert Template("{% extends page %}" + title + heading).render(shown) == "A &amp; B|A &amp; B!"
