"""What would have been: a plan tried on the facts of a published round (docs/rules.md#what-would-have-been)."""

import json
from functools import cached_property

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, names_text

from ..engine import Fault, Source, check
from ..engine.canonical import Data
from ..engine.document import Document, restore
from ..engine.facts import Facts
from ..engine.matching import Mismatch, matched
from ..engine.plan import Plan
from ..engine.result import facts_from_data
from ..engine.validation import plan_of
from ..models import Result
from ..words.plans import class_titles, fault_words, title_of
from .two_rankings import TwoRankings

MISMATCH_WORDS: dict[Mismatch, Text] = {
    Mismatch.UNKNOWN: _("the plan of the round has no indicator of this code"),
    Mismatch.SOURCE: _("its values come from elsewhere than in the round"),
    Mismatch.READS: _("its method reads something else than in the round"),
    Mismatch.TARGET: _("it needs each team's own target, and the round has none"),
    Mismatch.NAMES: _("a tier, level or group of the round is not named in it"),
}
"""Why an indicator is left out, as text."""


class PlanTrial(TwoRankings):
    """The result of a round as printed and by another plan; what the round's facts do not say is left out and named."""

    def __init__(self, result: Result, document: Document) -> None:
        self.body: Data = json.loads(result.body)
        self.plan = plan_of(restore(self.body["plan"]))
        self.gathered = facts_from_data(self.body["facts"], self.plan)
        verdict = check(Source(document), classes=self.gathered.members())
        self.faults: tuple[Fault, ...] = verdict.faults
        self.strangers = _strangers(verdict.plan, self.gathered)
        self.trial: Plan | None = None if self.strangers else verdict.plan
        self.facts = self.gathered
        self.apart: dict[str, Mismatch] = {}
        if self.trial is not None:
            self.facts, self.apart = matched(self.gathered, self.plan, self.trial)

    @property
    def general(self) -> list[str]:
        """Why the round's teams cannot be scored by the plan."""
        found = [fault_words(fault) for fault in self.faults]
        if self.strangers:
            named = class_titles(self.plan)
            classes = names_text(named.get(code, code) for code in self.strangers)
            found.append(gettext("The plan has no class %(classes)s.") % {"classes": classes})
        return found

    @cached_property
    def left_out(self) -> list[tuple[str, Text]]:
        """Indicators of the tried plan that are not scored, each with the reason, in the order of the plan."""
        if self.trial is None:
            return []
        kind, found = self.body["round"], []
        for one in self.trial.indicators:
            title = f"{one.code} {title_of(one)}"
            if one.code in self.apart:
                found.append((title, MISMATCH_WORDS[self.apart[one.code]]))
            elif one.rounds is not None and kind is not None and kind not in one.rounds:
                found.append((title, gettext("it is not scored in rounds of this kind")))
        return found

    @property
    def gone(self) -> list[str]:
        """Indicators and vetoes of the round that the tried plan does not name."""
        if self.trial is None:
            return []
        indicators = {one.code for one in self.trial.indicators}
        vetoes = {one.code for one in self.trial.vetoes}
        rows = [one for one in self.plan.indicators if one.code not in indicators]
        pronounced = [one for one in self.plan.vetoes if one.code not in vetoes and self.gathered.vetoes.get(one.code)]
        return [f"{one.code} {title_of(one)}" for one in (*rows, *pronounced)]


def _strangers(plan: Plan | None, facts: Facts) -> list[str]:
    """The classes of a round's teams that a plan with classes does not name."""
    known = {one.code for one in plan.classes} if plan else set()
    return [code for code in facts.members() if known and code not in known]
