"""Audit events name what changed, never a text that their readers, the auditors, may not read (docs/roles.md)."""

import re

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

from governance.people.models import User
from governance.records.audit_words import Readable
from governance.records.models import AuditEvent
from teams.models import Task

pytestmark = pytest.mark.django_db

SHORTEST = 4
"""A text of fewer characters says nothing, and stands in another one by chance."""

NAMES = {
    ("people.user", "username"),
    ("people.user", "name"),
    ("people.user", "post"),
    ("teams.wallscreen", "place"),
    ("assessments.assessmentround", "title"),
    ("assessments.roundstep", "document"),
}
"""What an object is called, by which an event says of which one it tells, and the number of the document behind it."""


def texts_of(rows: models.QuerySet) -> set[str]:
    """What people typed into rows: text without choices, whole, a line or longer."""
    fields = [
        field.attname
        for field in rows.model._meta.concrete_fields
        if type(field) in (models.CharField, models.TextField, models.EmailField)
        and not field.choices
        and (rows.model._meta.label_lower, field.attname) not in NAMES
    ]
    if not fields:
        return set()
    return {text for row in rows.values_list(*fields) for text in row if text and len(text) >= SHORTEST}


def test_no_event_of_the_story_holds_a_text_that_auditors_do_not_read(story):
    auditor = User.objects.get(username="auditor")
    read: set[str] = set()
    hidden: dict[str, str] = {}
    for model in apps.get_models():
        manager = model._default_manager
        if hasattr(manager.all(), "visible_to") and model is not AuditEvent:
            seen = manager.visible_to(auditor)
            read |= texts_of(seen)
            rest = manager.exclude(pk__in=seen.values("pk"))
            hidden |= dict.fromkeys(texts_of(rest), model._meta.label_lower)
    read |= {str(task) for task in Task.objects.visible_to(auditor)}  # a step of a problem names the task that it added
    all_read = "\n".join(read)
    hidden = {text: label for text, label in hidden.items() if not text.isascii() and text not in all_read}
    assert len(hidden) > 100
    told: dict[str, str] = {}
    for event in AuditEvent.objects.iterator():
        told[event.verb] = f"{told.get(event.verb, '')}\n{event.object_name} {event.change}"
    found = {(verb, hidden[text], text[:40]) for verb, words in told.items() for text in hidden if text in words}
    assert sorted(found) == []


def test_the_log_of_the_story_says_names_and_values_in_words(story):
    """No name of a field, no code of a choice and no JSON."""
    read = Readable()
    with translation.override("zh-hans"):
        lines = {(event.verb, line) for event in AuditEvent.objects.iterator() for line in read.lines(event)}
        kinds = {read.kind(event) for event in AuditEvent.objects.iterator()}
    assert len(lines) > 100
    assert sorted(kind for kind in kinds if kind.isascii() and kind) == []
    assert sorted({line.field for _verb, line in lines if line.field.isascii()} - {"SHA-256"}) == []
    shown = [(verb, text) for verb, line in lines for text in (line.was or "", line.now)]
    assert sorted({(verb, text) for verb, text in shown if re.search(r'[a-z]_[a-z]|[{}\[\]"]', text)}) == []
