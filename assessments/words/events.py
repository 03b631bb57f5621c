"""The audit log's words for facts that the assessment records besides the fields of a row, and for verbs of old."""

from django.utils.translation import gettext_lazy as _

from governance.records.words import FACT_WORDS, VERB_WORDS

for _name, _words in {
    "claims": _("claims"),
    "classes": _("classes"),
    "counts_as": _("counts towards"),
    "document": _("document"),
    "event": _("event"),
    "for": _("counts as"),
    "indicator": _("indicator"),
    "known_to_block": _("indicators confirmed to keep it from approval"),
    "marks": _("marks"),
    "number": _("number"),
    "person": _("person"),
    "result": _("result"),
    "seat": _("judge's seat"),
    "stands": _("the marks stand"),
}.items():
    FACT_WORDS.register(_name, _words)

for _name, _words in {
    "enter_event": _("entered an event"),
    "withdraw_event": _("withdrew an event"),
}.items():
    VERB_WORDS.register(_name, _words)
