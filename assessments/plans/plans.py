"""Drafting and adopting plans: an adopted plan is one frozen canonical document; only a new version can follow it."""

import hashlib
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import islice

from django.core.validators import slug_re
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Difference, Invalid, NotAllowed, Stale, WrongState
from governance.records.verbs import in_one_transaction, inserted, locked, record, save_version, verb

from ..engine import Document, Fault, Plan, Source, check, dump, load
from ..engine.canonical import plain
from ..engine.document import with_points
from ..engine.limits import TITLE_LENGTH
from ..engine.result import differences
from ..measures import MEASURES
from ..models import AdoptedPlan, AssessmentPlan, Indicator
from ..permissions import saved_it_last
from ..states import PlanState
from .files import read_plan
from .prospects import foreseen, require_confirmed

SHOWN_DIFFERENCES = 20
"""The most differences named between a draft and a stale form."""


class PlanFaulty(Invalid):
    """The plan has faults; `faults` lists each with its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            ngettext(
                "The plan has %(count)d fault. Nothing was saved; correct it and send the plan again.",
                "The plan has %(count)d faults. Nothing was saved; correct them and send the plan again.",
                len(self.faults),
            )
            % {"count": len(self.faults)}
        )


@verb(says=_("saved the draft of a plan"), name="save_plan_draft")
def save_draft(content: bytes, *, by: User, at: datetime, reason: str = "", seen: int | None = None) -> AssessmentPlan:
    """Store a plan from TOML or a workbook: as the draft of its code, or as the next version of the adopted one.

    `seen`: the version of the draft that was opened, 0 for none.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        PlanFaulty: the text is no TOML, or the plan has faults; carries all of them with line and column.
        Invalid: a version that follows an adopted one has no reason, or the workbook cannot be read.
        Stale: somebody saved the draft in the meantime.
    """
    require("draft_plan", by)
    source = read_plan(content)
    if isinstance(source, Fault):
        raise PlanFaulty([source])
    plan = _whole(source, addressed=True)
    written = _columns(plan.code, source.document)
    versions = _locked_versions(plan.code)
    draft = next((version for version in versions if version.state == PlanState.DRAFT), None)
    if draft is None:
        return _new_version(plan.code, written, after=versions, reason=reason, by=by, at=at)
    if seen is not None and seen != draft.version:
        raise Stale(_differing(draft, source), version=draft.version)
    if reason.strip():
        written["reason"] = reason.strip()
    change = save_version(draft, written)
    record("save_plan_draft", draft, by=by, at=at, change=change)
    return draft


@verb(says=_("edited the draft of a plan"), name="edit_plan_draft")
def edit_draft(
    plan: AssessmentPlan, change: Callable[[Document], Document], *, seen: int, by: User, at: datetime
) -> AssessmentPlan:
    """Put a change into a draft, which may have faults meanwhile: only adopting asks for a plan without any.

    `change` makes the new document out of the stored one and leaves that alone; `seen`: the version that was opened.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the plan is adopted.
        Stale: somebody saved the draft in the meantime; carries what would be overwritten.
    """
    plan = locked(plan)
    require("draft_plan", by)
    if plan.state != PlanState.DRAFT:
        raise WrongState(_("“%(plan)s” is adopted already; reload the page.") % {"plan": plan})
    document = change(load(plan.draft))
    if seen != plan.version:
        raise Stale(_differing(plan, Source(document)), version=plan.version)
    if changed := save_version(plan, _columns(plan.code, document)):
        record("edit_plan_draft", plan, by=by, at=at, change=changed)
    return plan


@in_one_transaction
def begin_draft(head: Document, *, by: User, at: datetime) -> AssessmentPlan:
    """Begin a plan with its head, of which only the code is needed.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        Invalid: there is a plan of this code.
    """
    require("draft_plan", by)
    code = str(head["code"])
    if AssessmentPlan.objects.filter(code=code).exists():
        raise Invalid(fields={"code": _("There is a plan with this code. Choose another, or change that plan.")})
    return _new_version(code, _columns(code, {"plan": head}), after=[], reason="", by=by, at=at)


@in_one_transaction
def begin_version(plan: AssessmentPlan, *, reason: str, by: User, at: datetime) -> AssessmentPlan:
    """Begin the next version of an adopted plan with the document of the last.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the plan has a draft already.
        Invalid: there is no reason.
    """
    require("draft_plan", by)
    versions = _locked_versions(plan.code)
    if versions[0].state == PlanState.DRAFT:
        raise WrongState(_("The plan already has a draft. Adopt or edit that one."))
    written = _columns(plan.code, load(versions[0].draft))
    return _new_version(plan.code, written, after=versions, reason=reason, by=by, at=at)


def _locked_versions(code: str) -> list[AssessmentPlan]:
    """The versions of a plan, the last first, locked.

    The first version is the lock of all: who waited for it reads what was added in the meantime.
    """
    versions = AssessmentPlan.objects.select_for_update(no_key=True).filter(code=code)
    versions.filter(number=1).first()
    return list(versions.order_by("-number"))


def _columns(code: str, document: Document) -> dict[str, str]:
    """The columns of a draft with this document: what lists show of its head, and the whole."""
    head = document.get("plan")
    texts = {name: str(value).strip() for name, value in (head if isinstance(head, dict) else {}).items()}
    title = texts.get("title", "")[:TITLE_LENGTH] or code
    title_zh = texts.get("title_zh", "")[:TITLE_LENGTH]
    return {
        "title_en": title,
        "title_zh": "" if title_zh == title else title_zh,
        "basis": texts.get("basis", "")[:TITLE_LENGTH],
        "draft": dump(document),
    }


@verb(says=_("adopted an assessment plan"))
def adopt_plan(plan: AssessmentPlan, *, by: User, at: datetime, confirmed: bool = False) -> AdoptedPlan:
    """Adopt a draft for good: one canonical document with its SHA-256, and a row per indicator.

    `confirmed`: `by` knows that rounds by the plan cannot be approved (`foreseen`), and adopts it all the same.

    Raises:
        NotAllowed: `by` is not of the assessment centre, or saved the draft last.
        WrongState: it is adopted already.
        PlanFaulty: it has faults; a measure that does not exist is one.
        CannotFinish: rounds by it could not be approved, and this is not confirmed.
    """
    plan = locked(plan)
    if saved_it_last(by, plan):
        raise NotAllowed(_("You saved “%(plan)s” last. Another member of the centre has to adopt it.") % {"plan": plan})
    require("adopt_plan", by, plan)
    if plan.state != PlanState.DRAFT:
        raise WrongState(_("“%(plan)s” is adopted already; reload the page.") % {"plan": plan})
    whole = _whole(Source(load(plan.draft)), measures=MEASURES)
    blocking = require_confirmed(foreseen(whole, at=at, only_blocking=True), confirmed=confirmed)
    adopted = AdoptedPlan(plan=plan, document=plan.draft, sha256=fingerprint(plan.draft), by=by, at=at)
    adopted.save()
    Indicator.objects.bulk_create(
        [Indicator(plan=adopted, by=by, at=at, **columns) for columns in indicator_columns(whole)]
    )
    save_version(plan, {"state": PlanState.ADOPTED})
    change = {"sha256": [None, adopted.sha256], **({"known_to_block": blocking} if blocking else {})}
    record("adopt_plan", plan, by=by, at=at, change=change)
    return adopted


def _differing(draft: AssessmentPlan, source: Source) -> list[Difference]:
    """Where the stored draft and the submitted text differ, the first few places."""
    found = differences(plain(with_points(load(draft.draft))), plain(with_points(source.document)))
    return [Difference(one.path, one.stored, one.recomputed) for one in islice(found, SHOWN_DIFFERENCES)]


def fingerprint(text: str) -> str:
    """The SHA-256 of a canonical document."""
    return hashlib.sha256(text.encode()).hexdigest()


def _whole(source: Source, measures: Collection[str] | None = None, *, addressed: bool = False) -> Plan:
    """The plan, if it has no fault. `addressed`: its code must do in an address as well. Raises PlanFaulty."""
    verdict = check(source, known_measures=measures)
    faults = list(verdict.faults)
    if addressed and verdict.plan is not None and not slug_re.fullmatch(verdict.plan.code):
        line, column = source.position(("plan", "code"))
        faults.append(Fault("not_address", path=("plan", "code"), line=line, column=column))
    if verdict.plan is None or faults:
        raise PlanFaulty(faults)
    return verdict.plan


@verb(says=_("drafted an assessment plan"), name="draft_plan")
def _new_version(
    code: str, written: dict[str, str], *, after: list[AssessmentPlan], reason: str, by: User, at: datetime
) -> AssessmentPlan:
    if after and not reason.strip():
        sentence = _("Version %(number)d is adopted. Say why a new version follows it.")
        raise Invalid(fields={"reason": sentence % {"number": after[0].number}})
    number = after[0].number + 1 if after else 1
    draft = inserted(AssessmentPlan(code=code, number=number, reason=reason.strip() if after else "", **written))
    record("draft_plan", draft, by=by, at=at)
    return draft


def indicator_columns(plan: Plan) -> list[dict[str, object]]:
    """The indicators of a plan as the columns of `Indicator`, in plan order."""
    return [
        {
            "code": indicator.code,
            "order": order,
            "kind": indicator.kind.value,
            "source": indicator.source,
            "method": indicator.rule.parameters.name,
            "measure": indicator.measure,
            "title_en": indicator.title,
            "title_zh": "" if indicator.title_zh == indicator.title else indicator.title_zh,
        }
        for order, indicator in enumerate(plan.indicators, start=1)
    ]
