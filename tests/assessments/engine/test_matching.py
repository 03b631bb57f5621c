"""Facts of one plan's round under another plan: what is read alike is kept, the rest is left out and named."""

from decimal import Decimal

import pytest

from assessments.engine import Event, Facts, Mark, Team, Vote, rate, total
from assessments.engine.matching import Mismatch, matched
from tests.assessments.engine.made import document, indicator, plan_of

PANEL = {"name": "panel", "scale": 100}
TIER = {"name": "tier", "tiers": {"good": 40, "bad": 0}}
VOTE = {"name": "vote", "groups": {"heads": 1, "towns": 1}}
EVENTS = {"name": "events", "levels": {"top": 3, "low": 1}}


def of(method, *, source="data", points=50, **fields):
    return document(indicator("A", points, method, source=source, **fields), indicator("B", 100 - points))


def entry(**columns):
    """Facts of two teams in which A has the entry, and B the value 100."""
    teams = [Team("t"), Team("u")]
    values = {"B": {"t": Decimal(100), "u": Decimal(50)}} | columns.pop("values", {})
    return Facts.gather(teams, values=values, **columns)


ONE = {"values": {"A": {"t": Decimal(7)}}}
RATIO = {"name": "ratio", "target": 10}


@pytest.mark.parametrize(
    ("known", "wanted", "facts", "why"),
    [
        (of(RATIO), of({"name": "linear", "floor": 0, "target": 20}), ONE, None),
        (of(RATIO), of(TIER), ONE, Mismatch.READS),
        (of(RATIO), of({"name": "ratio", "target": "team"}), ONE, Mismatch.TARGET),
        (
            of(RATIO),
            of({"name": "ratio", "target": "team"}),
            ONE | {"targets": {"A": {"t": Decimal(10)}}},
            None,
        ),
        (of(RATIO), of(RATIO, source="measure", measure="reports_late"), ONE, Mismatch.SOURCE),
        (of(RATIO), of(PANEL, source="panel"), ONE, Mismatch.SOURCE),
        (of(PANEL, source="panel"), of(VOTE, source="panel"), {}, Mismatch.READS),
        (
            of(PANEL, source="panel"),
            of({"name": "panel", "scale": 10}, source="panel"),
            {"marks": {"A": {"t": [Mark(Decimal(90))]}}},
            Mismatch.READS,
        ),
        (of(TIER), of({"name": "tier", "tiers": {"good": 1}}), {"values": {"A": {"t": "good"}}}, None),
        (of(TIER), of({"name": "tier", "tiers": {"good": 1}}), {"values": {"A": {"t": "bad"}}}, Mismatch.NAMES),
        (
            of(VOTE, source="panel"),
            of({"name": "vote", "groups": {"heads": 1}}, source="panel"),
            {"votes": {"A": {"t": [Vote(Decimal(90), "towns")]}}},
            Mismatch.NAMES,
        ),
    ],
)
def test_what_is_read_alike(known, wanted, facts, why):
    read, apart = matched(entry(**facts), plan_of(known), plan_of(wanted))
    assert apart == ({} if why is None else {"A": why})
    total(plan_of(wanted), rate(plan_of(wanted), read), read)  # the engine judges it


def test_an_unknown_indicator_is_left_out_and_its_points_are_shared():
    known = document(indicator("B"))
    wanted = document(indicator("C", 60), indicator("B", 40))
    read, apart = matched(entry(), plan_of(known), plan_of(wanted))
    assert apart == {"C": Mismatch.UNKNOWN}
    lines = total(plan_of(wanted), rate(plan_of(wanted), read), read).lines
    assert [(line.team, line.total, line.pending) for line in lines] == [("t", 100, ()), ("u", 50, ())]


@pytest.mark.parametrize("event", [Event("top"), Event("low", paid="top")])
def test_levels_that_are_not_named_any_more_give_nothing(event):
    known = of(RATIO) | {}
    known["indicators"].append(indicator("X", 4, EVENTS, kind="bonus", source="events"))
    wanted = of(RATIO)
    fewer = {"name": "events", "levels": {"low": 1}}
    wanted["indicators"].append(indicator("X", 4, fewer, kind="bonus", source="events"))
    facts = entry(**ONE, events={"X": {"t": [event]}})
    read, apart = matched(facts, plan_of(known), plan_of(wanted))
    assert apart == {"X": Mismatch.NAMES}
    assert all(line.bonus.points == 0 for line in total(plan_of(wanted), rate(plan_of(wanted), read), read).lines)


def test_vetoes_are_kept_by_code():
    veto = {"code": "V", "title": "V", "effect": "void", "basis": "x"}
    known = of(RATIO) | {"vetoes": [veto, veto | {"code": "W"}]}
    facts = entry(**ONE, vetoes={"V": {"t": "x"}, "W": {"u": "x"}})
    read, _ = matched(facts, plan_of(known), plan_of(of(RATIO) | {"vetoes": [veto]}))
    assert read.vetoes == {"V": {"t": "x"}}
