"""The chain of seals over all insert-only rows: what is sealed, what is found, and rows that are committed late."""

import json
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections, transaction
from django.utils.translation import override

from governance.records.integrity import seals
from governance.records.integrity.guards import triggers_down
from governance.records.integrity.seals import broken_chain, broken_ranges, open_events, seal_over, seal_records
from governance.records.models import AuditEvent, AuditSeal
from governance.records.verbs import record
from tests.racing import race

pytestmark = pytest.mark.django_db
EVENTS = "records.auditevent"


def act(at, times=1):
    """That many audit events."""
    return [AuditEvent.objects.create(verb="sign_in", at=at) for _ in range(times)]


def tampered(statement, *parameters):
    """Run a statement with the triggers down, as the owner of the tables can."""
    with triggers_down(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def verified(**options):
    """What verify_audit says, in English."""
    out = StringIO()
    with override("en"):
        call_command("verify_audit", stdout=out, **options)
    return out.getvalue()


def refusal(**options):
    """The sentence and the exit status with which verify_audit ends."""
    with pytest.raises(CommandError) as stopped:
        verified(**options)
    return str(stopped.value), stopped.value.returncode


def test_nothing_was_recorded_and_nothing_is_sealed(at):
    assert seal_records(at=at) is None
    assert "Seals verified: 0. Events since the last seal: 0. Head: –" in verified()


def test_a_seal_covers_what_was_inserted_since_the_last_one(at, office):
    earlier = act(at, 3)
    first = seal_records(at=at)
    assert (first.number, first.events, first.to_id) == (1, 3, earlier[-1].pk)
    later = act(at, 2)
    assert list(open_events().order_by("pk")) == later
    second = seal_records(at=at + timedelta(hours=1))
    assert (second.number, second.from_id, second.to_id, second.events) == (2, first.to_id + 1, later[-1].pk, 2)
    assert second.sha256 != first.sha256
    assert verified().startswith("Seals verified: 2. Events since the last seal: 0. Head: " + second.sha256)


def test_where_nothing_is_new_no_seal_is_set(at):
    act(at)
    assert seal_records(at=at) == seal_records(at=at + timedelta(days=1))
    assert AuditSeal.objects.count() == 1


def test_a_row_of_any_insert_only_table_is_sealed(at, task):
    act(at)
    ranges = seal_records(at=at).read_ranges()
    assert ranges["teams.taskversion"]["rows"] == 1
    assert "percent" in ranges["teams.taskversion"]["columns"]


def test_a_row_finds_the_seal_that_covers_it(at):
    (first,) = act(at)
    assert seal_over(AuditEvent.objects.filter(pk=first.pk)) is None
    seal = seal_records(at=at)
    act(at)
    seal_records(at=at)
    assert seal_over(AuditEvent.objects.filter(pk=first.pk)) == seal


ALTERATIONS = {
    "column of an event": ("UPDATE records_auditevent SET verb = 'sign_out' WHERE id = %s", "a row was altered"),
    "event gone": ("DELETE FROM records_auditevent WHERE id = %s", "3 rows were sealed, now there are 2"),
}


@pytest.mark.parametrize("what", ALTERATIONS)
def test_the_first_broken_range_is_named(at, what):
    statement, words = ALTERATIONS[what]
    act(at)
    seal_records(at=at)
    altered = act(at, 3)[1]
    seal_records(at=at)
    act(at)
    seal_records(at=at)
    tampered(statement, altered.pk)
    said, status = refusal()
    assert "seal #2 " in said
    assert f"records.auditevent, ids {altered.pk - 1} to {altered.pk + 1}: {words}" in said
    assert status == 1


def test_an_event_slipped_into_a_sealed_range_is_found(at):
    gone = act(at, 3)[1]
    tampered("DELETE FROM records_auditevent WHERE id = %s", gone.pk)
    seal_records(at=at)
    AuditEvent(pk=gone.pk, verb="sign_out", at=at).save()
    assert "2 rows were sealed, now there are 3" in refusal()[0]


SEALS = {
    "head": ("UPDATE records_auditseal SET sha256 = 'f' WHERE number = 2", "the seal itself was altered"),
    "moment": ("UPDATE records_auditseal SET at = '2026-01-01' WHERE number = 2", "the seal itself was altered"),
    "ranges": ("UPDATE records_auditseal SET ranges = '{}' WHERE number = 2", "the seal itself was altered"),
    "no JSON": ("UPDATE records_auditseal SET ranges = 'x' WHERE number = 2", "the seal itself was altered"),
    "gone": ("DELETE FROM records_auditseal WHERE number = 2", "the seal before it is missing"),
    "first gone": ("DELETE FROM records_auditseal WHERE number = 1", "the seal before it is missing"),
}


@pytest.mark.parametrize("what", SEALS)
def test_a_seal_that_was_altered_or_removed_breaks_the_chain(at, what):
    for _ in range(3):
        act(at)
        seal_records(at=at)
    statement, words = SEALS[what]
    tampered(statement)
    assert words in refusal()[0]


def test_a_seal_made_anew_over_a_gap_is_found(at):
    """All later heads fit, but the range of a seal does not begin where the one before ends."""
    events = act(at, 2)
    seal_records(at=at)
    act(at)
    last = seal_records(at=at)
    ranges = last.read_ranges()
    ranges[EVENTS]["from"] -= 1
    last.ranges = seals.canonical(ranges)
    head = seals._head(last, AuditSeal.objects.get(number=1).sha256)
    tampered("UPDATE records_auditseal SET ranges = %s, sha256 = %s WHERE number = 2", last.ranges, head)
    assert events
    assert "it does not begin where the one before ends" in refusal()[0]


def test_a_printed_head_must_be_in_the_chain(at):
    act(at)
    head = seal_records(at=at).sha256
    act(at)
    seal_records(at=at)
    assert "Seals verified: 2" in verified(head=head)
    assert "Seals verified: 2" in verified(head=f"{head[:8]} {head[8:20].upper()}")
    assert refusal(head="0" * 64) == (f"No seal has the head {'0' * 64}: seals were replaced or removed.", 1)
    assert refusal(head="abc")[1] == 2
    assert refusal(head="x" * 64)[1] == 2
    tampered("DELETE FROM records_auditseal WHERE number = 2")
    tampered("DELETE FROM records_auditseal WHERE number = 1")
    assert "replaced or removed" in refusal(head=head)[0]


def test_it_seals_first_where_it_is_asked_to(at):
    act(at)
    assert "Seals verified: 1. Events since the last seal: 0." in verified(seal=True)


def test_reminding_seals(at, db):
    act(at)
    with override("en"):
        out = StringIO()
        call_command("remind", stdout=out)
    assert f"Sealed: No. 1, head {AuditSeal.objects.get().sha256}" in out.getvalue()


def test_a_column_that_is_no_more_cannot_be_verified_and_says_so(at):
    act(at)
    seal = seal_records(at=at)
    ranges = json.loads(seal.ranges)
    ranges[EVENTS]["columns"].append("former")
    ranges["records.former"] = ranges[EVENTS]
    seal.ranges = json.dumps(ranges)
    with override("en"):
        faults = [str(broken.fault) for broken in broken_ranges(seal)]
    assert len(faults) == 2
    assert all("can no longer be read" in fault for fault in faults)


def test_a_column_that_came_later_does_not_break_earlier_seals(at):
    act(at)
    seal = seal_records(at=at)
    columns = seal.read_ranges()[EVENTS]["columns"]
    assert list(broken_ranges(seal)) == []
    assert columns == sorted(columns)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_seals_at_once_are_one_chain(at):
    act(at, 20)
    outcomes = race(*[lambda: lambda: seal_records(at=at)] * 2)
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert list(broken_chain()) == []
    assert AuditSeal.objects.count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_committed_late_is_never_below_a_seal(at):
    """A verb takes its id and stays open; another commits a higher id; the seal waits for the first."""
    taken, other_done, sealed = threading.Event(), threading.Event(), []

    def slow():
        try:
            with transaction.atomic():
                record("sign_in", None, by=None, at=at)
                taken.set()
                if connection.vendor == "postgresql":
                    other_done.wait(10)
                    sealer.start()
                    sealer.join(0.5)
                    assert not sealed
        finally:
            connections.close_all()

    def seal():
        try:
            sealed.append(seal_records(at=at))
        finally:
            connections.close_all()

    sealer = threading.Thread(target=seal)
    verb = threading.Thread(target=slow)
    verb.start()
    assert taken.wait(10)
    record("sign_in", None, by=None, at=at)
    other_done.set()
    verb.join(20)
    if connection.vendor != "postgresql":
        sealer.start()
    sealer.join(20)
    assert sealed[0].events == 2
    assert [str(broken) for broken in broken_ranges(sealed[0])] == []


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_verbs_and_seals_at_once_leave_nothing_unsealed_and_nothing_broken(at):
    def verbs():
        for _ in range(40):
            with transaction.atomic():
                record("sign_in", None, by=None, at=at)
                record("sign_in", None, by=None, at=at)

    def sealing():
        for _ in range(10):
            seal_records(at=at)

    outcomes = race(*[lambda: verbs] * 3, lambda: sealing, lambda: sealing, seconds=60)
    assert [outcome.error for outcome in outcomes] == [None] * 5
    seal_records(at=at)
    assert list(broken_chain()) == []
    assert [str(broken) for seal in AuditSeal.objects.all() for broken in broken_ranges(seal)] == []
    assert sum(seal.events for seal in AuditSeal.objects.all()) == 240


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_seal_gives_up_on_a_transaction_that_stays_open(at, monkeypatch):
    monkeypatch.setattr(seals, "LOCK_SECONDS", 1)
    act(at)
    opened, closing = threading.Event(), threading.Event()

    def stays_open():
        try:
            with transaction.atomic():
                act(at)
                opened.set()
                closing.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=stays_open)
    thread.start()
    assert opened.wait(10)
    with pytest.raises(OperationalError, match="lock timeout"):
        seal_records(at=at)
    err = StringIO()
    with override("en"):
        call_command("remind", stderr=err, stdout=StringIO())
    assert "Not sealed this time" in err.getvalue()
    closing.set()
    thread.join(20)
    assert seal_records(at=at).events == 2
