"""Filters of the audit log (words, verb, person, days) and of the inbox."""

from datetime import date

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from governance.clock import at_time, end_of
from governance.lists.filters import holding, saying

from .fields import DayFilter
from .models import AuditEvent, AuditEventQuerySet, Notice, NoticeQuerySet
from .widgets import Offered, OfferingInput
from .words import NOTICE_FACTS, VERB_WORDS, as_written, verbs_like


class VerbInput(OfferingInput):
    """A search among the verbs; the list is too long for a select."""

    def offered(self) -> Offered:
        return [(words, "") for words in VERB_WORDS.values()]


class AuditFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="search", widget=forms.TextInput({"type": "search"}))
    verb = django_filters.CharFilter(label=_("What was done"), method="by_verb", widget=VerbInput)
    person = django_filters.CharFilter(label=_("Person"), method="by_person")
    since = DayFilter(label=_("From"), method="by_first_day", widget=forms.DateInput)
    until = DayFilter(label=_("Until"), method="by_last_day", widget=forms.DateInput)

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def search(self, events: AuditEventQuerySet, name: str, text: str) -> AuditEventQuerySet:
        """Every word in the object's name, in the change, or in the name of the person on whose behalf it was done."""
        return events.filter(saying(text, lambda word: holding(word, "object_name", "change", "behalf")))

    def by_verb(self, events: AuditEventQuerySet, name: str, text: str) -> AuditEventQuerySet:
        """Verbs whose text contains `text`."""
        return events.filter(verb__in=verbs_like(text))

    def by_person(self, events: AuditEventQuerySet, name: str, text: str) -> AuditEventQuerySet:
        """People whose name or account contains `text`."""
        return events.filter(saying(text, lambda word: holding(word, "by__name", "by__username")))

    def by_first_day(self, events: AuditEventQuerySet, name: str, day: date) -> AuditEventQuerySet:
        """Events from midnight in Shanghai on."""
        return events.filter(at__gte=at_time(day, 0))

    def by_last_day(self, events: AuditEventQuerySet, name: str, day: date) -> AuditEventQuerySet:
        """Events before the midnight in Shanghai that ends the day."""
        return events.filter(at__lt=end_of(day))


class NoticeFilter(django_filters.FilterSet):
    """Filters one's inbox: words in a notice, and the chip for unopened notices."""

    q = django_filters.CharFilter(
        label=_("Search"),
        method="search",
        widget=forms.TextInput({"type": "search", "placeholder": _("Task, team, person, matter")}),
    )
    unread = django_filters.CharFilter(method="not_opened", widget=forms.HiddenInput)

    class Meta:
        model = Notice
        fields: list[str] = []

    def search(self, notices: NoticeQuerySet, name: str, text: str) -> NoticeQuerySet:
        """Notices with every word in their facts, except periods and days, whose wording depends on the reader."""
        paths = [f"facts__{fact}" for fact, read in NOTICE_FACTS.items() if read is as_written]
        return notices.filter(saying(text, lambda word: holding(word, *paths)))

    def not_opened(self, notices: NoticeQuerySet, name: str, value: str) -> NoticeQuerySet:
        return notices.unread()
