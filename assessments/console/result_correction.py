"""A correction of a published result as its page shows it: stages, the next step, what keeps it, before and after."""

from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, short_date
from governance.people.models import User
from governance.people.permissions import may

from ..models import ResultCorrection, ResultCorrectionStep
from ..results.changes import TeamChange
from ..results.result_corrections import (
    approval_waiting,
    changes_of,
    facts_waiting,
    notice_end,
    publication_waiting,
)
from ..results.verification import is_outdated
from ..rounds.duties import Waiting
from ..rounds.people import approver_words, publisher_words
from ..states import ResultCorrectionState
from .console import NextStep, Stage

_ORDER = tuple(state for state in ResultCorrectionState if state != ResultCorrectionState.DROPPED)


class CorrectionConsole:
    """A correction for one reader. Queries: constant in teams and indicators."""

    def __init__(self, correction: ResultCorrection, user: User, *, at: datetime) -> None:
        self.correction = correction
        self.user = user
        self.at = at
        self.steps: list[ResultCorrectionStep] = list(correction.steps.select_related("by").order_by("number"))

    @cached_property
    def changes(self) -> list[TeamChange]:
        """The teams before and after; none until it is scored."""
        return changes_of(self.correction, self.user) if self.correction.result is not None else []

    @property
    def changes_places(self) -> bool:
        """Whether a rank or a grade changes."""
        return any(one.changes_place for one in self.changes)

    @property
    def strip(self) -> list[Stage]:
        """The stages in order, each with when it was reached; of a dropped correction none is current."""
        reached = {step.to_state: step.at for step in self.steps}
        state = self.correction.state
        last = self.steps[-1].from_state if state == ResultCorrectionState.DROPPED else state
        here = _ORDER.index(ResultCorrectionState(last))
        found = []
        for place, stage in enumerate(_ORDER):
            mark = "current" if stage == state else "done" if place <= here else ""
            if mark == "done" and stage not in reached:
                found.append(Stage(stage.label, "", gettext("not needed")))
            else:
                found.append(Stage(stage.label, mark, self._day(stage, reached) if mark else ""))
        return found

    def _day(self, stage: ResultCorrectionState, reached: dict[str, datetime]) -> Text:
        end = notice_end(self.correction) if stage == ResultCorrectionState.PUBLIC_NOTICE else None
        if end is not None and stage == self.correction.state:
            return gettext("until %(moment)s") % {"moment": short_date(end)}
        return short_date(day_of(reached[stage]))

    @cached_property
    def next_step(self) -> NextStep | None:
        """The next thing to do; None for one that is published or dropped, and for everybody but the centre."""
        if not self.correction.is_open or not may(self.user, "correct_result", self.correction.round):
            return None
        state = ResultCorrectionState(self.correction.state)
        if state == ResultCorrectionState.OPENED:
            return self._step("score", _("Score the corrected result"), _SCORE, self._unscored, [])
        if state == ResultCorrectionState.SCORED:
            waits = approval_waiting(self.correction, at=self.at)
            return self._step("approve", _("Approve"), _APPROVE, waits, approver_words(self.correction.round))
        if state == ResultCorrectionState.APPROVED and self.changes_places:
            return self._step("notice", _("Begin the public notice"), _NOTICE, [], [])
        waits = publication_waiting(self.correction, at=self.at)
        return self._step("publish", _("Publish"), _PUBLISH, waits, publisher_words(self.correction))

    @property
    def _unscored(self) -> list[Waiting]:
        """What keeps it from being scored; first of all that nothing is corrected yet."""
        round = self.correction.round
        if not is_outdated(self.correction.corrects, at=self.at):
            words = gettext("No fact differs from those of the published result yet. Correct what proved wrong.")
            return [Waiting(words, reverse("round_facts", args=[round.pk]))]
        return facts_waiting(round, at=self.at)

    def _step(self, name: str, label: Text, explanation: Text, waits: list[Waiting], remarks: list[Text]) -> NextStep:
        """A step with its page; "" where the person may not do it."""
        rule = {"approve": "approve_result_correction", "publish": "publish_result_correction"}.get(name)
        url = reverse(f"result_correction_{name}", args=[self.correction.round_id, self.correction.number])
        allowed = rule is None or may(self.user, rule, self.correction)
        return NextStep(url if allowed else "", label, explanation, waits, remarks)


_SCORE = _("The facts are scored as they stand now. Nobody else sees the new result, and the old one goes on to count.")
_APPROVE = _("Another member of the centre approves the corrected result on the basis of a document.")
_NOTICE = _("A rank or a grade changes, so everyone sees the corrected result beside the old one for some days.")
_PUBLISH = _("The corrected result counts from then on; the old one stays on record. This cannot be undone.")
