"""The audit log's words for facts that the assessment records besides the fields of a row, and for verbs of old."""

from django.utils.translation import gettext_lazy as _

from governance.records.words import FACT_WORDS, VERB_WORDS

for _name, _words in {
    "archived": _("rounds archived"),
    "basis": _("basis"),
    "behalf": _("on behalf of"),
    "cast": _("slips cast"),
    "claims": _("claims"),
    "classes": _("classes"),
    "counts_as": _("counts towards"),
    "correction": _("correction"),
    "corrections_gone": _("corrections whose row is gone"),
    "declined": _("not taken over"),
    "denominator": _("denominator"),
    "document": _("document"),
    "ends_at": _("slips end"),
    "event": _("event"),
    "fact": _("fact"),
    "figures": _("figures"),
    "for": _("counts as"),
    "group": _("group of voters"),
    "indicator": _("indicator"),
    "known_to_block": _("indicators confirmed to keep it from approval"),
    "marks": _("marks"),
    "number": _("number"),
    "numerator": _("numerator"),
    "person": _("person"),
    "result": _("result"),
    "seat": _("judge's seat"),
    "slips": _("slips printed"),
    "stands": _("the marks stand"),
    "taken_over": _("taken over"),
    "tally": _("number of the tally"),
    "void": _("slips voided"),
}.items():
    FACT_WORDS.register(_name, _words)

for _name, _words in {
    "enter_event": _("entered an event"),
    "withdraw_event": _("withdrew an event"),
}.items():
    VERB_WORDS.register(_name, _words)
