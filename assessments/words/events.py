"""The audit log's names for facts that the assessment records besides the fields of a row."""

from django.utils.translation import gettext_lazy as _

from governance.records.words import FACT_WORDS

for _name, _words in {
    "classes": _("classes"),
    "document": _("document"),
    "event": _("event"),
    "for": _("counts as"),
    "indicator": _("indicator"),
    "result": _("result"),
}.items():
    FACT_WORDS.register(_name, _words)
