"""Who may carry out which verb of the assessment: one table, superusers included."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from assessments.appeals.decisions import allow_year_appeal
from assessments.claims import claims
from assessments.figures.entry import Entry
from assessments.figures.suppliers import name_supplier
from assessments.figures.supply import supplies
from assessments.models import Appeal, Claim, YearResult
from assessments.plans import plans
from assessments.results import moves, result_corrections, scoring
from assessments.results.seen_checks import checks_of, see_check
from assessments.rounds import freezing, left_out, round_states, rounds
from governance.people.models import User
from governance.records.models import AuditEvent
from governance.records.refusals import NotAllowed, Refused
from tests.assessments import work
from tests.assessments.appeals import conftest as appeals
from tests.assessments.conftest import (
    APPROVED,
    CHECKED,
    ENTERED,
    FROZEN,
    NOTICED,
    OPENED,
    PUBLISHED,
    SCORED,
    TRIAL,
    Story,
)
from tests.assessments.years import NOTICED as YEAR_NOTICED
from tests.assessments.years import Year

pytestmark = pytest.mark.django_db

ROLES = ("centre", "centre2", "office", "leader", "auditor", "administrator", "secretary", "superuser", "head")
CENTRE = {"centre", "centre2"}


def _draft(story: Story, by: User) -> Any:
    return plans.save_draft(TRIAL.read_bytes(), reason="改一处", by=by, at=OPENED)


def _begin(story: Story, by: User) -> Any:
    return plans.begin_draft({"code": f"plan-of-{by.username}"}, by=by, at=OPENED)


def _begin_version(story: Story, by: User) -> Any:
    return plans.begin_version(story.plan.plan, reason="改一处", by=by, at=OPENED)


def _edit(story: Story, by: User) -> Any:
    draft = plans.save_draft(TRIAL.read_bytes(), reason="改一处", by=story.centre, at=OPENED)
    change = {"title": f"Edited by {by.username}"}
    return plans.edit_draft(
        draft,
        lambda document: {**document, "plan": {**document["plan"], **change}},
        seen=draft.version,
        by=by,
        at=OPENED,
    )


def _adopt(story: Story, by: User) -> Any:
    draft = plans.save_draft(TRIAL.read_bytes(), reason="改一处", by=story.centre, at=OPENED)
    return plans.adopt_plan(draft, by=by, at=OPENED)


def _open(story: Story, by: User) -> Any:
    return rounds.open_round(
        action=story.action,
        plan=story.plan,
        kind="quarter",
        title="第三季度",
        starts_on=work.FIRST + timedelta(days=1),
        ends_on=work.LAST,
        cut_off_at=work.CUT_OFF,
        classes={team.code: "A" for team in story.teams},
        by=by,
        at=OPENED,
    )


def _amend(story: Story, by: User) -> Any:
    classes = {team.code: "A" for team in story.teams}
    return rounds.amend_round(story.round, title="改名", cut_off_at=work.CUT_OFF, classes=classes, by=by, at=OPENED)


def _file(story: Story, by: User) -> Any:
    return story.file(story.teams[0], "P1", level="municipal", matter=by.username, by=by)


def _filed(story: Story) -> Claim:
    """The claim that the office files once and everybody tries to act on."""
    return Claim.objects.first() or story.file(story.teams[0], "P1", level="provincial")


def _approved(story: Story) -> Claim:
    return Claim.objects.first() or story.event(story.teams[0], "P1", level="provincial")


def _step(verb: Callable[..., Any], row: Callable[[Story], Claim], **given: str) -> Callable[[Story, User], Any]:
    """A step of a claim of the first team."""
    return lambda story, by: verb(row(story), **given, by=by, at=ENTERED)


def _take_in(story: Story, by: User) -> Any:
    if not story.round.left_out.exists():
        story.leave_out()
    return left_out.take_in(story.round, story.indicator("T7"), story.teams[2], reason="已有数据", by=by, at=ENTERED)


def _appeal(story: Story) -> Appeal:
    """The appeal of the second team that everybody tries to decide."""
    return Appeal.objects.first() or appeals.appeal(story)


def _allow_in_year(story: Story, by: User) -> Any:
    """The appeal in the notice of the year of the story's round."""
    said = {"at": YEAR_NOTICED, "year": _year(story, "public_notice").last}
    one = Appeal.objects.first() or appeals.appeal(story, **said)
    return allow_year_appeal(one, reasons="属实。", document="9号", by=by, at=YEAR_NOTICED)


def _begin_checking(story: Story, by: User) -> Any:
    story.enter_none()
    return moves.begin_checking(story.round, by=by, at=CHECKED)


def _see(story: Story, by: User) -> Any:
    check = checks_of(story.round, story.centre, at=APPROVED)[1]
    return see_check(story.round, check.kind, note="已核查", seen=check.digest, by=by, at=APPROVED)


def _year(story: Story, state: str = "") -> Year:
    """The year of the story's round, told once until its result is in `state`."""
    year = Year(story.action, story.plan.plan.code, story.centre, story.centre2)
    if state and not YearResult.objects.exists():
        year.until(state)
    return year


VERBS: dict[str, tuple[str, Callable[[Story, User], Any], set[str]]] = {
    "save_draft": ("preparing", _draft, CENTRE),
    "begin_draft": ("preparing", _begin, CENTRE),
    "begin_version": ("preparing", _begin_version, CENTRE),
    "edit_draft": ("preparing", _edit, CENTRE),
    "adopt_plan": ("preparing", _adopt, {"centre2"}),
    "open_round": ("preparing", _open, CENTRE),
    "amend_round": ("preparing", _amend, CENTRE),
    "freeze_measures": (
        "preparing",
        lambda story, by: freezing.freeze_measures(story.round, by=by, at=FROZEN),
        CENTRE,
    ),
    "enter_figures": (
        "collecting",
        lambda story, by: story.enter("T6", {story.teams[0].code: Entry("complete")}, by=by),
        CENTRE,
    ),
    "file_claim": ("collecting", _file, CENTRE | {"office", "head"}),
    "answer_claim": ("collecting", _step(claims.answer_claim, _filed, reason="属实"), {"head"}),
    "approve_claim": ("collecting", _step(claims.approve_claim, _filed, matter="x", level="provincial"), CENTRE),
    "reject_claim": ("collecting", _step(claims.reject_claim, _filed, reason="未点名"), CENTRE),
    "lower_claim": ("collecting", _step(claims.lower_claim, _approved, level="municipal", reason="县级"), CENTRE),
    "withdraw_own_claim": ("collecting", _step(claims.withdraw_claim, _filed), {"office"}),
    "withdraw_claim": ("collecting", _step(claims.withdraw_claim, _approved, reason="重复"), CENTRE),
    "leave_out": ("collecting", lambda story, by: story.leave_out(by=by), CENTRE),
    "take_in": ("collecting", _take_in, CENTRE),
    "begin_checking": ("collecting", _begin_checking, CENTRE),
    "begin_scoring": ("checking", lambda story, by: moves.begin_scoring(story.round, by=by, at=SCORED), CENTRE),
    "post_notice": ("approved", lambda story, by: moves.post_notice(story.round, by=by, at=NOTICED), CENTRE),
    "score_round": ("scoring", lambda story, by: scoring.score_round(story.round, by=by, at=SCORED), CENTRE),
    "name_supplier": (
        "preparing",
        lambda story, by: name_supplier(supplies(story.round)[0].source, department=None, by=by, at=OPENED),
        CENTRE,
    ),
    "approve_round": (
        "scoring",
        lambda story, by: scoring.approve_round(story.round, document="1号", by=by, at=APPROVED),
        {"centre2"},
    ),
    "see_check": ("scoring", _see, {"centre2"}),
    "publish_round": (
        "public_notice",
        lambda story, by: scoring.publish_round(story.round, by=by, at=PUBLISHED),
        {"centre"},
    ),
    "file_appeal": ("public_notice", lambda story, by: appeals.appeal(story, place=0, by=by), {"head"}),
    "dismiss_appeal": (
        "public_notice",
        lambda story, by: appeals.dismiss(story, _appeal(story), by=by),
        {"centre2"},
    ),
    "allow_appeal": ("public_notice", lambda story, by: appeals.allow(story, _appeal(story), by=by), {"centre2"}),
    "allow_year_appeal": ("published", _allow_in_year, {"centre2"}),
    "open_result_correction": (
        "published",
        lambda story, by: result_corrections.open_result_correction(
            story.round, reason="误录", document="1号", by=by, at=PUBLISHED
        ),
        CENTRE,
    ),
    "abandon_round": (
        "approved",
        lambda story, by: round_states.abandon_round(
            story.round, reason="方案有误", document="垣组发〔2026〕40号", by=by, at=APPROVED
        ),
        CENTRE,
    ),
    "compute_year": ("published", lambda story, by: _year(story).compute(by=by), CENTRE),
    "approve_year": ("published", lambda story, by: _year(story, "computed").approve(by=by), {"centre2"}),
    "post_year_notice": ("published", lambda story, by: _year(story, "approved").notice(by=by), CENTRE),
    "withdraw_year": ("published", lambda story, by: _year(story, "approved").withdraw(by=by), CENTRE),
    "publish_year": ("published", lambda story, by: _year(story, "public_notice").publish(by=by), {"centre"}),
    "step_back": (
        "approved",
        lambda story, by: round_states.step_back(story.round, reason="复核", by=by, at=APPROVED),
        CENTRE,
    ),
}
"""Verb -> the state it starts from, how it is called, who may."""

PREPARING = {
    "adopt_plan": {"draft_plan", "save_plan_draft"},
    "edit_draft": {"draft_plan", "save_plan_draft"},
    "take_in": {"leave_out"},
    "begin_checking": {"enter_figures"},
    "dismiss_appeal": {"file_appeal"},
    "allow_appeal": {"file_appeal"},
    **{name: {"compute_year", "approve_year", "post_year_notice"} for name in VERBS if name.endswith("_year")},
    "post_year_notice": {"compute_year", "approve_year"},
    "allow_year_appeal": {"compute_year", "approve_year", "post_year_notice", "file_appeal"},
} | {name: {"file_claim", "approve_claim"} for name in VERBS if name.endswith("_claim") and name != "file_claim"}
"""Verb -> what is done first by somebody who may, for the one who may not."""


@pytest.mark.parametrize("name", VERBS)
def test_only_whom_the_table_names_may(story, leader, auditor, administrator, secretary, superuser, name):
    state, call, allowed = VERBS[name]
    story.until(state)
    people = {
        "centre": story.centre,
        "centre2": story.centre2,
        "office": story.office,
        "leader": leader,
        "auditor": auditor,
        "administrator": administrator,
        "secretary": secretary,
        "superuser": superuser,
        "head": story.heads[story.teams[0].code],
    }
    assert tuple(people) == ROLES
    for who in sorted(set(ROLES) - allowed):
        before = AuditEvent.objects.count()
        with pytest.raises(NotAllowed):
            call(story, people[who])
        new = set(AuditEvent.objects.order_by("pk")[before:].values_list("verb", flat=True))
        assert new <= PREPARING.get(name, set()), who
    call(story, people[sorted(allowed)[0]])


def test_somebody_who_may_no_longer_sign_in_may_nothing(story):
    story.until("collecting")
    story.centre.is_active = False
    story.centre.save()
    with pytest.raises(NotAllowed):
        scoring.score_round(story.round, by=User.objects.get(pk=story.centre.pk), at=SCORED)


@pytest.mark.parametrize("part", ["figure", "event", "leave out", "score"])
def test_who_brought_anything_into_the_score_does_not_approve_it(story, part):
    story.until("collecting")
    if part == "leave out":
        story.leave_out(by=story.centre2)
    story.enter_all()
    if part == "figure":
        story.enter("T6", {story.teams[0].code: Entry("none")}, by=story.centre2)
    if part == "event":
        story.event(story.teams[2], "P1", level="municipal", by=story.centre2)
    by = story.centre2 if part == "score" else story.centre
    story.close()
    scoring.score_round(story.round, by=by, at=SCORED)
    with pytest.raises(NotAllowed, match="Another member|另一"):
        scoring.approve_round(story.round, document="1号", by=story.centre2, at=APPROVED)


def test_a_refusal_says_what_to_do(story):
    story.until("scoring")
    with pytest.raises(Refused) as refused:
        scoring.approve_round(story.round, document="1号", by=story.centre, at=APPROVED)
    assert story.round.title in str(refused.value.message)
