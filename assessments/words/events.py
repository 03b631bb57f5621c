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
    "result": _("result"),
}.items():
    FACT_WORDS.register(_name, _words)

for _name, _words in {
    "enter_event": _("entered an event"),
    "withdraw_event": _("withdrew an event"),
}.items():
    VERB_WORDS.register(_name, _words)
