"""What waits for the office, decided together: all or none, each decision on the record by itself."""

from datetime import timedelta

import pytest
from django.db import transaction

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.models import CloseOut, Extension, Task
from teams.notices import TeamNotice
from teams.tasks.bulk_decisions import accept_close_outs, decide_extensions
from teams.tasks.close_outs import ask_close_out, decide_close_out
from teams.tasks.extensions import ask_extension, decide_extension
from tests import factories
from tests.racing import race
from tests.teams.races import one_winner


@pytest.fixture
def asked(team, head, at):
    """Three extensions that wait."""
    tasks = [factories.make_task(team=team, title=f"Task {n}") for n in range(3)]
    return [
        ask_extension(task, new_due_on=task.due_on + timedelta(days=10), reason="land", by=head, at=at)
        for task in tasks
    ]


@pytest.fixture
def done(team, head, at):
    """Three close-outs that wait."""
    tasks = [factories.make_task(team=team, title=f"Task {n}", state="in_progress") for n in range(3)]
    return [ask_close_out(task, statement="All of it.", by=head, at=at) for task in tasks]


def granted():
    return sorted(Extension.objects.values_list("granted", flat=True), key=str)


def test_all_are_granted_and_every_decision_has_its_event_and_notice(asked, office, head, at):
    decide_extensions(asked, granted=True, answer="agreed", by=office, at=at)
    assert granted() == [True, True, True]
    assert set(Task.objects.values_list("due_on", flat=True)) == {asked[0].new_due_on}
    assert AuditEvent.objects.filter(verb="decide_extension").count() == 3
    assert Notice.objects.filter(to=head, kind=TeamNotice.EXTENSION_GRANTED).count() == 3


def test_one_decided_meanwhile_refuses_all_and_is_named(asked, office, office2, at):
    decide_extension(asked[1], granted=False, answer="no", by=office2, at=at)
    with pytest.raises(WrongState, match="Task 1"), transaction.atomic():
        decide_extensions(asked, granted=True, by=office, at=at)
    assert granted() == [False, None, None]


def test_a_refusal_needs_its_reason(asked, office, at):
    with pytest.raises(Invalid):
        decide_extensions(asked, granted=False, by=office, at=at)
    decide_extensions(asked, granted=False, answer="the meeting said no", by=office, at=at)
    assert set(Extension.objects.values_list("answer", flat=True)) == {"the meeting said no"}


def test_who_asked_one_of_them_decides_none(asked, team, office, at):
    factories.MemberFactory(team=team, user=office, part="deputy")
    task = factories.make_task(team=team, title="Own")
    own = ask_extension(task, new_due_on=task.due_on + timedelta(days=1), reason="land", by=office, at=at)
    with pytest.raises(NotAllowed, match="Own"), transaction.atomic():
        decide_extensions([*asked, own], granted=True, by=office, at=at)
    assert granted() == [None] * 4


def test_nobody_but_the_office_decides(asked, done, head, at):
    with pytest.raises(NotAllowed):
        decide_extensions(asked, granted=True, by=head, at=at)
    with pytest.raises(NotAllowed):
        accept_close_outs(done, by=head, at=at)


def test_all_are_closed_out(done, office, at):
    accept_close_outs(done, answer="seen", by=office, at=at)
    assert set(Task.objects.values_list("state", flat=True)) == {"closed_out"}


def test_one_sent_back_meanwhile_closes_none_out(done, office, office2, at):
    decide_close_out(done[2], accepted=False, answer="photos", by=office2, at=at)
    with pytest.raises(WrongState, match="Task 2"), transaction.atomic():
        accept_close_outs(done, by=office, at=at)
    assert set(CloseOut.objects.values_list("accepted", flat=True)) == {None, False}


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_decide_the_same_together(asked, office, office2, at):
    one_winner(
        race(
            lambda: lambda: decide_extensions(asked, granted=True, by=office, at=at),
            lambda: lambda: decide_extensions(asked[::-1], granted=False, answer="no", by=office2, at=at),
        ),
        WrongState,
    )
    assert len(set(granted())) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_close_the_same_out_together(done, office, office2, at):
    one_winner(
        race(
            lambda: lambda: accept_close_outs(done, by=office, at=at),
            lambda: lambda: accept_close_outs(done[::-1], by=office2, at=at),
        ),
        WrongState,
    )
    assert set(CloseOut.objects.values_list("accepted", flat=True)) == {True}
