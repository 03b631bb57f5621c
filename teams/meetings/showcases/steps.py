"""Steps of showcases: the team proposes, another person confirms; forward only (docs/rules.md#steps)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, tell, verb
from governance.records.words import FACT_READERS
from teams.guards import moment_after, open_team
from teams.roster.recipients import office_people, people_of

from ..models import Requirement, Showcase, ShowcaseStep, Step
from ..models.showcase import PROVEN_STEPS, STEPS
from ..notices import ShowcaseNotice
from .standing import ShowcaseStanding, level_rank, standings_of, step_rank

Act = ShowcaseStep.Act

FACT_READERS.register("step", lambda code: dict(Step.choices).get(code, code))
FACT_READERS.register("act", lambda code: dict(Act.choices).get(code, code))
FACT_READERS.register("recognised_at", lambda code: dict(Requirement.Level.choices).get(code, code))

LEAST_LEVEL = {Step.COUNTY: Requirement.Level.COUNTY, Step.MUNICIPAL: Requirement.Level.MUNICIPAL}
"""Steps that speak of a level themselves, with the lowest that they may have."""


@dataclass(frozen=True)
class Proof:
    """When a step was reached, and the document that proves it, where it needs one."""

    on: date
    level: str = ""
    issuer: str = ""
    document: str = ""


@verb(says=_("proposed a step of a showcase"))
def propose_step(
    showcase: Showcase, *, step: str, proof: Proof, by: User, at: datetime, text: str = ""
) -> ShowcaseStep:
    """Propose the step that a showcase has reached; steps may be skipped, and several may wait.

    Raises:
        NotAllowed: `by` does not draft for its team.
        WrongState: the team is closed, or it is a learned practice, which has no steps.
        Invalid: the step is not above those confirmed or waiting, or day, level or document are not valid.
    """
    require("propose_step", by, showcase)
    showcase = locked(showcase, "team")
    open_team(showcase.team)
    if not STEPS[showcase.kind]:
        raise WrongState(_("A learned practice has no steps. Say what became of it instead."))
    [standing] = standings_of([showcase])
    if step not in standing.next_steps:
        raise Invalid(fields={"step": _("Steps lead forward only. Choose one above those already reported.")})
    if faults := proof_faults(standing, step, proof, today=day_of(at), proposed=True):
        raise Invalid(fields=faults)
    row = _written(showcase, Act.PROPOSED, step, proof, by=by, at=at, proposed_by=by, text=text)
    record("propose_step", showcase, by=by, at=at, change={"step": step, "on": proof.on})
    _tell(row, ShowcaseNotice.STEP_PROPOSED, office_people(), at=at)
    return row


@verb(says=_("confirmed a step of a showcase"))
def confirm_step(proposal: ShowcaseStep, *, proof: Proof, by: User, at: datetime, text: str = "") -> ShowcaseStep:
    """Confirm a proposed step, with what the office found: day, and level, issuer and document where it needs them.

    Raises:
        NotAllowed: `by` is not of the special office, or proposed it.
        WrongState: it is confirmed or withdrawn already, an earlier step waits, or a higher one is confirmed.
        Invalid: day, level or document are not valid.
    """
    showcase, proposal = _held(proposal)
    require("confirm_step", by, proposal)
    if proposal.act != Act.PROPOSED:
        raise WrongState(_("Only a proposed step can be confirmed."))
    [standing] = standings_of([showcase])
    place = step_rank(showcase.kind, proposal.step)
    if standing.waiting[0].pk != proposal.pk:
        earlier = {"step": standing.waiting[0].label}
        raise WrongState(_("The earlier step “%(step)s” is still waiting. Decide it first.") % earlier)
    if standing.highest is not None and step_rank(showcase.kind, standing.highest.step) >= place:
        raise WrongState(_("A higher step is already confirmed, and steps lead forward only. Withdraw this one."))
    if faults := proof_faults(standing, proposal.step, proof, today=day_of(at), proposed=False):
        raise Invalid(fields=faults)
    row = _written(
        showcase,
        Act.CONFIRMED,
        proposal.step,
        proof,
        by=by,
        at=at,
        proposed_by=proposal.proposed_by,
        text=text,
        after=proposal,
    )
    change = {"step": proposal.step, "on": proof.on, "recognised_at": proof.level, "document": proof.document}
    record("confirm_step", showcase, by=by, at=at, change=change)
    _tell(row, ShowcaseNotice.STEP_CONFIRMED, people_of(showcase.team), at=at)
    return row


@verb(says=_("withdrew a step of a showcase"))
def withdraw_step(step: ShowcaseStep, *, reason: str, by: User, at: datetime) -> ShowcaseStep:
    """Withdraw a step: its team while it waits, the office also once it is confirmed. The row stays on record.

    Raises:
        NotAllowed: `by` may not.
        WrongState: it is confirmed or withdrawn already.
        Invalid: there is no reason.
    """
    showcase, step = _held(step)
    require("withdraw_step", by, step)
    if step.act == Act.WITHDRAWN:
        raise WrongState(_("This step was withdrawn already; reload the page."))
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why, so that the team can correct it.")})
    proof = Proof(day_of(at))
    row = _written(
        showcase,
        Act.WITHDRAWN,
        step.step,
        proof,
        by=by,
        at=at,
        proposed_by=step.proposed_by,
        text=reason,
        after=step,
    )
    record("withdraw_step", showcase, by=by, at=at, change={"step": step.step, "act": step.act})
    told = people_of(showcase.team).exclude(pk=by.pk)
    _tell(row, ShowcaseNotice.STEP_WITHDRAWN, told, at=at, word=reason.strip())
    return row


def proof_faults(
    standing: ShowcaseStanding, step: str, proof: Proof, *, today: date, proposed: bool
) -> dict[str, Text]:
    """What is wrong with the day and the document of a step; `proposed` counts steps that still wait."""
    faults: dict[str, Text] = {}
    below = [*standing.confirmed, *(standing.waiting if proposed else ())]
    last = max((row.on for row in below), default=None)
    if proof.on > today:
        faults["on"] = _("This day is in the future. Enter the day on which the step was reached.")
    elif last is not None and proof.on < last:
        faults["on"] = _("This day is before that of an earlier step, %(day)s.") % {"day": last.isoformat()}
    if proof.level or step in PROVEN_STEPS:
        for name, sentence in (
            ("level", _("Say at which level it was recognised.")),
            ("issuer", _("Say who issued the document.")),
            ("document", _("Enter the number of the document that proves it.")),
        ):
            if not getattr(proof, name).strip():
                faults[name] = sentence
    least = LEAST_LEVEL.get(Step(step))
    if proof.level and least and level_rank(proof.level) < level_rank(least):
        faults["level"] = _("This step is at municipal level or above.")
    return faults


def _held(step: ShowcaseStep) -> tuple[Showcase, ShowcaseStep]:
    """Lock the showcase of a step and read both again.

    Raises:
        WrongState: a later row has confirmed or withdrawn the step.
    """
    showcase = locked(Showcase(pk=step.showcase_id), "team")
    step = ShowcaseStep.objects.select_related("proposed_by").get(pk=step.pk)
    step.showcase = showcase
    if showcase.steps.filter(after=step).exists():
        raise WrongState(_("This step has just been confirmed or withdrawn by someone else. Reload the page."))
    return showcase, step


def _written(
    showcase: Showcase,
    act: str,
    step: str,
    proof: Proof,
    *,
    by: User,
    at: datetime,
    proposed_by: User,
    text: str,
    after: ShowcaseStep | None = None,
) -> ShowcaseStep:
    """Insert the next row of a locked showcase."""
    last = showcase.steps.aggregate(number=Max("number"), at=Max("at"))
    return inserted(
        ShowcaseStep(
            showcase=showcase,
            number=(last["number"] or 0) + 1,
            step=step,
            act=act,
            after=after,
            proposed_by=proposed_by,
            level=proof.level,
            issuer=proof.issuer.strip(),
            document=proof.document.strip(),
            on=proof.on,
            text=text.strip(),
            by=by,
            at=moment_after(last["at"], at, showcase),
        )
    )


def _tell(row: ShowcaseStep, kind: str, people: Iterable[User], *, at: datetime, **facts: str) -> None:
    """Tell people of a row; the notice leads to the showcase."""
    showcase = row.showcase
    named = {"team": showcase.team.short_name, "showcase": showcase.title, "rung": row.step}
    key = f"showcase-{showcase.pk}-step-{row.number}"
    tell(people, kind, key=key, url=showcase.get_absolute_url(), at=at, facts=named | facts)
