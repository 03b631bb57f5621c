"""What the verification of a result found, in the reader's language."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from ..states import ResultCorrectionState, RoundState


class Compared(StrEnum):
    """What was compared with what."""

    SCORED = "scored"
    """The published document with the frozen facts scored again."""

    STORED = "stored"
    """A row as it is stored now with the document as published."""

    RECORDED = "recorded"
    """A row as it is stored now with the event in the audit log, or with the step before it."""

    UNREADABLE = "unreadable"
    """Nothing: one of the two cannot be read."""

    FORBIDDEN = "forbidden"
    OWN_APPROVAL = "own_approval"
    """The approver with those who scored: nobody approves their own score."""


_SENTENCES = {
    Compared.SCORED: _("%(place)s: as published %(found)s, scored again %(expected)s"),
    Compared.STORED: _("%(place)s: now stored %(found)s, as published %(expected)s"),
    Compared.RECORDED: _("%(place)s: now stored %(found)s, in the audit log %(expected)s"),
    Compared.UNREADABLE: _("%(place)s: cannot be read"),
    Compared.OWN_APPROVAL: _("%(place)s: %(found)s approved the result and must not publish it"),
    Compared.FORBIDDEN: _("%(place)s: %(found)s took part in scoring and must not approve the result"),
}

_PLACES = {
    "age_days": _("age in days"),
    "approval": _("approval document"),
    "approved_by": _("approved by"),
    "archived": _("archiving"),
    "at": _("moment"),
    "base": _("base points"),
    "basis": _("basis"),
    "body": _("document of the result"),
    "bonus": _("bonus"),
    "by": _("person"),
    "class": _("class"),
    "changes_places": _("a rank or a grade changed"),
    "correction": _("what was corrected"),
    "decisions": _("decision about an appeal"),
    "corrections": _("correction of the result"),
    "corrects": _("result that is corrected"),
    "deduction": _("deduction"),
    "document": _("document"),
    "ends_on": _("last day"),
    "engine": _("engine version"),
    "event": _("audit event"),
    "events": _("events"),
    "explanations": _("explanation"),
    "facts": _("frozen facts"),
    "from": _("state before"),
    "frozen_at": _("measures frozen"),
    "grade": _("grade"),
    "indicators": _("indicators"),
    "leads_to": _("correction that it led to"),
    "level": _("level"),
    "lines": _("printed line"),
    "kind": _("part of the year"),
    "marks": _("marks"),
    "mean": _("mean"),
    "measure": _("measure"),
    "missed": _("why a grade was missed"),
    "number": _("number"),
    "order": _("order"),
    "outcome": _("outcome"),
    "paid": _("points already given"),
    "parts": _("part of the year"),
    "pending": _("values awaited"),
    "plan": _("plan"),
    "points": _("points"),
    "provenance": _("sources"),
    "publication": _("publication"),
    "publications": _("publications"),
    "rank": _("rank"),
    "reason": _("reason"),
    "reckoning": _("how the total was calculated"),
    "result": _("result"),
    "results": _("result"),
    "round": _("round"),
    "rounds": _("round"),
    "rows": _("rows behind"),
    "sizes": _("sizes of the classes"),
    "starts_on": _("first day"),
    "state": _("state"),
    "steps": _("step of a round"),
    "subtotals": _("subtotals"),
    "targets": _("targets"),
    "team": _("team"),
    "teams": _("team"),
    "text": _("format of the document"),
    "ties": _("what breaks a tie"),
    "title": _("title"),
    "to": _("state after"),
    "total": _("total"),
    "totals": _("totals"),
    "unrounded": _("before rounding"),
    "values": _("values"),
    "vetoes": _("vetoes"),
    "votes": _("votes"),
    "weight": _("weight"),
    "year": _("year"),
    "@round": _("heading"),
    "@teams": _("teams"),
}
"""Names of the parts of a result and of the rows beside it; whatever is not here is a code of the plan or a team."""

_STATES = {**dict(ResultCorrectionState.choices), **dict(RoundState.choices)}
"""The states that a finding may name."""

LONGEST = 120
"""Characters of a value that a sentence shows."""


@dataclass(frozen=True)
class Finding:
    """One place where a result, or what a scorecard says about it, is not what it should be.

    `found` and `expected` are plain data; None where there is nothing. `teams` are the names by code of the teams that
    a path may name.
    """

    path: str
    compared: Compared
    found: object
    expected: object = None
    teams: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __str__(self) -> str:
        named = {"place": place(self.path, self.teams), "found": _said(self.found), "expected": _said(self.expected)}
        return str(_SENTENCES[self.compared]) % named

    def as_dict(self) -> dict[str, object]:
        """The finding as `--json` prints it."""
        return {"path": self.path, "compared": self.compared, "found": self.found, "expected": self.expected}


def place(path: str, teams: Mapping[str, str]) -> str:
    """A path such as `lines[member-service].total` in words; a team has its name beside its code."""
    parts = re.findall(r"\[([^\]]*)\]|([^.\[\]]+)", path)
    return " › ".join(_coded(code, teams) if code else str(_PLACES.get(name, name)) for code, name in parts)


def _coded(code: str, teams: Mapping[str, str]) -> str:
    return gettext("%(team)s (%(code)s)") % {"team": teams[code], "code": code} if code in teams else code


def _said(value: object) -> str:
    """A value as a sentence shows it."""
    if value is None:
        return gettext("nothing")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, str):
        text = str(_STATES.get(value, value))
        shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        return pgettext("quoted value", "“%(value)s”") % {"value": shown}
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
