"""Results of years are verified: judged again from the results of their rounds, and compared with the audit log.

The rounds' documents are read as they stood published at the moment of the year's own result, so that a later change of
a round makes a year out of date, not false (docs/rules.md#verification).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from governance.records.models import AuditEvent

from ..engine.result import differences
from ..engine.year_document import verify_year
from ..models import YearResult, YearStep
from ..plans.plans import fingerprint
from ..states import YEAR_MOVES, YearState
from ..words.verification import Compared, Finding
from .plan_year import body_of, standing_results
from .recorded import differ, moment, signed, told, who
from .verification import scored_again, stored_now

_VERBS: dict[str, str] = {
    YearState.APPROVED: "approve_year",
    YearState.PUBLIC_NOTICE: "post_year_notice",
    YearState.PUBLISHED: "publish_year",
}
"""The verb that moves a year's result on to a state."""

_FIRST, _BACK = "compute_year", "withdraw_year"


@dataclass(frozen=True)
class VerifiedYear:
    """A year that is published, or by one of its rows should be, and what was found."""

    key: int
    title: str
    result: YearResult | None
    findings: tuple[Finding, ...]


def verify_years() -> Iterator[VerifiedYear]:
    """Verify every year's result that is published, or was by the audit log; of others the history alone.

    Of those that are not published only the ones are named of which something was found.
    """
    events = AuditEvent.objects.filter(verb="publish_year", object_type=YearResult._meta.label_lower)
    titles = {int(key): name for key, name in events.values_list("object_id", "object_name") if key.isdigit()}
    published = {*titles, *YearResult.objects.published().values_list("pk", flat=True)}
    results = {result.pk: result for result in YearResult.objects.select_related("action", "by")}
    for pk in sorted(published | results.keys()):
        result = results.get(pk)
        if result is None:
            gone = Finding("year", Compared.RECORDED, None, "published")
            yield VerifiedYear(pk, titles.get(pk, str(pk)), None, (gone,))
            continue
        found = (*(verify_year_result(result) if pk in published else ()), *verify_year_history(result))
        if found or pk in published:
            yield VerifiedYear(pk, str(result), result, found)


def verify_year_result(result: YearResult) -> list[Finding]:
    """Every difference between a stored document, its recomputation, and the results of the rounds that it rests on."""
    found = list(stored_now(differences(result.sha256, fingerprint(result.body), "sha256")))
    found += [scored_again(difference) for difference in verify_year(result.body)]
    try:
        body = json.loads(result.body)
        standing = standing_results(result.action, result.code, result.year, at=result.at)
        found += stored_now(differences(body, body_of(result.year, standing)))
        found += stored_now(differences(result.engine, body["engine"], "engine"))
        found += stored_now(differences(result.code, body["plan"]["plan"]["code"], "code"))
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        found.append(Finding("rows", Compared.UNREADABLE, f"{type(error).__name__}: {error}"))
    return found


def verify_year_history(result: YearResult) -> Iterator[Finding]:
    """Every difference between the steps of a year's result and the events that made them."""
    steps = list(result.steps.select_related("by").order_by("number"))
    events = AuditEvent.objects.of(result).filter(verb__in=(_FIRST, _BACK, *_VERBS.values()))
    before = YearResult.objects.of_year(result.action, result.code, result.year).filter(number__lt=result.number)
    yield from differ("year.number", result.number, before.count() + 1)
    state = ""
    for number, (step, event) in enumerate(zip_longest(steps, events.select_related("by").order_by("pk")), start=1):
        path = f"steps[{number}]"
        verb = None if step is None else _verb_of(step)
        if step is None or event is None or verb != event.verb:
            yield Finding(f"{path}.event", Compared.RECORDED, verb, event.verb if event else None)
            continue
        yield from differ(f"{path}.number", step.number, number)
        if state and step.state not in YEAR_MOVES[YearState(state)]:
            yield Finding(f"{path}.to", Compared.RECORDED, step.state)
        state = step.state
        yield from signed(path, step, event)
        for name in ("document", "reason"):
            kept = getattr(step, name)
            yield from differ(f"{path}.{name}", kept, told(event, name, kept if name == "reason" else ""))
        if verb in (_FIRST, "publish_year"):
            yield from differ("sha256", result.sha256, told(event, "sha256", result.sha256))
    yield from _compare_people(result, steps)


def _compare_people(result: YearResult, steps: list[YearStep]) -> Iterator[Finding]:
    """Who computed signed the first step and did not approve; who approved did not publish."""
    approver = None
    for number, step in enumerate(steps, start=1):
        if number == 1:
            yield from differ("year.by", who(result.by), who(step.by))
            yield from differ("year.at", moment(result.at), moment(step.at))
        if step.state == YearState.APPROVED:
            approver = step.by
            if step.by_id == result.by_id:
                yield Finding(f"steps[{number}].by", Compared.FORBIDDEN, who(step.by))
        elif step.state == YearState.PUBLISHED and approver is not None and step.by_id == approver.pk:
            yield Finding(f"steps[{number}].by", Compared.OWN_APPROVAL, who(step.by))


def _verb_of(step: YearStep) -> str | None:
    """The verb that took a step."""
    return (_FIRST if step.number == 1 else _BACK) if step.state == YearState.COMPUTED else _VERBS.get(step.state)
