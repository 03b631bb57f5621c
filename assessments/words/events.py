"""The audit log's names for facts that the assessment records besides the fields of a row."""

from django.utils.translation import gettext_lazy as _

from governance.records.words import FACT_WORDS

for _name, _words in {
    "classes": _("classes"),
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
