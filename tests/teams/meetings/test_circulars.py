"""A circular is written by one person and signed by another, who gives it its number."""

import json
from hashlib import sha256

import pytest

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.meetings.models import Circular, CircularLine
from teams.meetings.orders.circulars import (
    CircularLineText,
    draft_circular,
    edit_circular,
    sign_circular,
    withdraw_circular,
)
from teams.meetings.orders.orders import void_order
from tests import factories
from tests.racing import race

from .sample_orders import issued


@pytest.fixture
def colleague_of_office(db):
    """Another person of the office."""
    return factories.UserFactory(username="office2", roles=["special_office"])


@pytest.fixture
def red(task, office, at):
    """A red order."""
    return issued(task, by=office, at=at)


@pytest.fixture
def draft(red, team, office, at):
    """A draft that names the team of the red order."""
    return written(team, by=office, at=at, order=red.pk)


def written(team, *, by, at, order=None, text="至今没有答复"):
    line = CircularLineText("named", team, text, order)
    return draft_circular(team.action, title="九月督办情况", text="总体平稳", lines=[line], by=by, at=at)


def rewritten(draft, *, by, at, lines=(), seen=None, title="十月督办情况"):
    return edit_circular(draft, title=title, text="总体平稳", lines=lines, by=by, at=at, seen=seen)


def test_signing_keeps_the_text_takes_the_number_and_tells_the_team(draft, red, team, head, leader, office, at):
    circular = sign_circular(draft, by=leader, at=at)
    document = json.loads(circular.body)
    assert (circular.year, circular.number, circular.by, circular.signed_by) == (2026, 1, office, leader)
    assert circular.sha256 == sha256(circular.body.encode()).hexdigest()
    assert [(line["team"], line["order"]) for line in document["lines"]] == [(team.name, "order-2026-1")]
    assert CircularLine.objects.get().order == red
    assert Notice.objects.filter(to=head, kind="circular_signed").count() == 1
    assert AuditEvent.objects.filter(verb="sign_circular").count() == 1


def test_whoever_wrote_it_last_does_not_sign(draft, office, colleague_of_office, at):
    with pytest.raises(NotAllowed):
        sign_circular(draft, by=office, at=at)
    rewritten(draft, by=colleague_of_office, at=at)
    with pytest.raises(NotAllowed):
        sign_circular(draft, by=colleague_of_office, at=at)
    assert sign_circular(draft, by=office, at=at).by == colleague_of_office


@pytest.mark.parametrize("who", ["head", "secretary", "auditor"])
def test_only_office_and_leaders_sign(request, draft, at, who):
    with pytest.raises(NotAllowed):
        sign_circular(draft, by=request.getfixturevalue(who), at=at)


@pytest.mark.parametrize("who", ["head", "leader", "secretary"])
def test_only_the_office_writes(request, team, draft, at, who):
    person = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        written(team, by=person, at=at)
    with pytest.raises(NotAllowed):
        rewritten(draft, by=person, at=at)
    with pytest.raises(NotAllowed):
        withdraw_circular(draft, by=person, at=at)


def test_not_twice_and_not_after_it_was_withdrawn(draft, team, office, leader, at):
    sign_circular(draft, by=leader, at=at)
    for again in (
        lambda: sign_circular(draft, by=leader, at=at),
        lambda: rewritten(draft, by=office, at=at),
        lambda: withdraw_circular(draft, by=office, at=at),
    ):
        with pytest.raises(WrongState):
            again()
    other = written(team, by=office, at=at)
    seen = other.version
    rewritten(other, by=office, at=at)
    with pytest.raises(Stale):
        withdraw_circular(other, seen=seen, by=office, at=at)
    other = withdraw_circular(other, by=office, at=at)
    with pytest.raises(WrongState):
        sign_circular(other, by=leader, at=at)


def test_a_typed_number_is_not_below_the_next(draft, team, office, leader, at):
    assert sign_circular(draft, by=leader, at=at, number=4).number == 4
    with pytest.raises(Invalid):
        sign_circular(written(team, by=office, at=at), by=leader, at=at, number=4)
    assert Circular.objects.count() == 1


def test_an_order_is_named_once_and_never_a_void_one(draft, red, team, office, leader, at):
    second = written(team, by=office, at=at, order=red.pk)
    sign_circular(draft, by=leader, at=at)
    with pytest.raises(Invalid):
        sign_circular(second, by=leader, at=at)
    third = written(team, by=office, at=at, order=issued(red.task, by=office, at=at).pk)
    void_order(red.task.orders.order_by("-pk").first(), reason="误发", by=office, at=at)
    with pytest.raises(Invalid):
        sign_circular(third, by=leader, at=at)


def test_lines_say_something_of_teams_of_the_action_and_their_own_red_orders(red, team, other_team, office, at):
    stranger = factories.TeamFactory()
    for line in (
        CircularLineText("named", team, " "),
        CircularLineText("named", stranger, "另一行动"),
        CircularLineText("named", other_team, "别队的单", red.pk),
        CircularLineText("praise", team, "表扬", red.pk),
    ):
        with pytest.raises(Invalid) as refused:
            draft_circular(team.action, title="通报", text="", lines=[line], by=office, at=at)
        assert "lines" in refused.value.fields


def test_an_empty_circular_is_not_signed(team, office, leader, at):
    draft = draft_circular(team.action, title="通报", text="", lines=[], by=office, at=at)
    with pytest.raises(Invalid):
        sign_circular(draft, by=leader, at=at)
    with pytest.raises(Invalid):
        draft_circular(team.action, title=" ", text="", lines=[], by=office, at=at)


def test_signing_what_was_edited_in_the_meantime_is_refused(draft, office, leader, at):
    seen = draft.version
    rewritten(draft, by=office, at=at, seen=seen)
    with pytest.raises(Stale):
        sign_circular(draft, by=leader, at=at, seen=seen)
    with pytest.raises(Stale):
        rewritten(draft, by=office, at=at, seen=seen, title="又一稿")


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_signed_against_edited_one_wins(draft, office, leader, at):
    seen = draft.version
    sign, edit = race(
        lambda: lambda: sign_circular(draft, by=leader, at=at, seen=seen),
        lambda: lambda: rewritten(draft, by=office, at=at, seen=seen),
    )
    errors = [type(outcome.error) for outcome in (sign, edit) if outcome.error]
    assert errors in ([Stale], [WrongState])
    assert Circular.objects.count() == (sign.error is None)
