"""Nothing ties a slip to its marks: not the rows, not their order, not the log, not a session or cookie."""

import logging
from datetime import timedelta
from itertools import permutations

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import VoteCount, VoterGroup, VoteSlip
from assessments.votes.slips import hash_of
from tests.assessments.votes.conftest import CAST

pytestmark = pytest.mark.django_db

SHEETS = (("sss", "sss"), ("fnf", "n-n"), ("---", "-f-"))
"""Three very different slips."""


def dump() -> dict[str, list[tuple]]:
    """Every table as the database gives it when nobody asks for an order."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {table}")
            rows = cursor.fetchall()
            # What is undone here leaves holes that PostgreSQL fills: where a row lies is then no longer comparable.
            found[model._meta.label] = sorted(rows, key=str) if connection.vendor == "postgresql" else rows
    return found


def undone(vote, send) -> dict[str, list[tuple]]:
    """The whole database after `send`, which is undone; on PostgreSQL with the versions of its rows."""
    with transaction.atomic():
        send()
        after = dump()
        if connection.vendor == "postgresql":
            after |= {"transactions": versions()}
        transaction.set_rollback(True)
    return after


def versions() -> list[tuple]:
    """How many statements the rows of a group's tables name as their last one: more than one would tell an order."""
    with connection.cursor() as cursor:
        found = []
        for model in (VoteSlip, VoteCount):
            table, group = model._meta.db_table, VoterGroup.objects.get(code="townships").pk
            cursor.execute(f"SELECT count(DISTINCT xmin::text || cmin::text) FROM {table} WHERE group_id = {group}")
            found.append(cursor.fetchone())
    return found


def test_the_database_is_the_same_whichever_slip_gave_which_marks_in_whatever_order(vote):
    """Six orders of slips and six of their marks: one and the same database, row by row, in the same order."""
    vote.begin()
    codes = vote.print(slips_=7)[:3]
    vote.print("villages")

    def send(order, sheets):
        for code, (v1, v2) in zip(order, sheets, strict=True):
            vote.cast(code, v1, v2)

    found = [
        undone(vote, lambda order=order, sheets=sheets: send(order, sheets))
        for order in permutations(codes)
        for sheets in permutations(SHEETS)
    ]
    assert len(found) == 36
    assert all(one == found[0] for one in found)
    if connection.vendor == "postgresql":
        assert found[0]["transactions"] == [(1,), (1,)]


def test_casting_changes_one_slip_and_the_counters_and_nothing_else(vote):
    vote.begin()
    code = vote.print()[0]
    before, after = dump(), undone(vote, lambda: vote.cast(code, "sfn", "ss-"))
    changed = {name for name, rows in before.items() if sorted(map(str, rows)) != sorted(map(str, after[name]))}
    assert changed == {"assessments.VoteSlip", "assessments.VoteCount"}
    names = [field.attname for field in VoteSlip._meta.concrete_fields]
    assert names == ["id", "group_id", "code_hash", "is_cast", "is_void"]
    names = [field.attname for field in VoteCount._meta.concrete_fields]
    assert names == ["id", "group_id", "indicator_id", "team_id", "mark", "count"]


def test_the_page_writes_no_log_cookie_or_session_even_for_somebody_who_is_signed_in(vote, caplog, settings):
    settings.DEBUG = False
    vote.begin()
    code = vote.print()[0]
    client = Client()
    with time_machine.travel(CAST - timedelta(minutes=20), tick=False):
        client.force_login(vote.centre)
        client.get("/")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    before = dump()
    lines = {f"mark-{one}-{team}": mark for (one, team), mark in vote.marks("sfn", "ss-").items()}
    with (
        caplog.at_level(logging.DEBUG),
        time_machine.travel(CAST, tick=False),
        CaptureQueriesContext(connection) as asked,
    ):
        answers = [
            client.get(reverse("slip")),
            client.post(reverse("slip"), {"code": code}),
            client.post(reverse("slip"), {"code": code, "cast": "1", "sure": "1", **lines}),
        ]
    assert not any("session" in query["sql"] or "people_user" in query["sql"] for query in asked)
    assert [answer.status_code for answer in answers] == [200] * 3
    assert VoteSlip.objects.get(code_hash=hash_of(code)).is_cast
    assert not any(answer.cookies for answer in answers)
    assert {name: morsel.value for name, morsel in client.cookies.items()} == cookies
    after = dump()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"assessments.VoteSlip", "assessments.VoteCount"}
    with time_machine.travel(CAST, tick=False):
        assert client.get(reverse("round_votes", args=[vote.round.pk])).status_code == 200  # still signed in
    said = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not any(code in line or hash_of(code) in line for line in said)
    assert said == []


@time_machine.travel(CAST, tick=False)
def test_a_vote_is_read_by_nobody_before_the_group_is_closed(vote):
    vote.begin()
    vote.cast(vote.print()[0], "sss", "sss")
    client = Client()
    client.force_login(vote.centre)
    page = reverse("round_votes", args=[vote.round.pk])
    assert vote.teams[0].short_name not in client.get(page).content.decode()
    vote.close(reason="全部到场", at=CAST)
    assert vote.teams[0].short_name in client.get(page).content.decode()
