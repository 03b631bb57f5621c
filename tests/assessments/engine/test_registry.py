"""What the registry says of each method: the validator, the explanation and the documentation page read it."""

from dataclasses import MISSING
from decimal import Decimal

from assessments.engine.methods import REGISTRY

NUMBER, ABOVE_0, SHARE = "a number", "a number above 0", "a number from 0 to 1"
DIRECTION = ("direction", "higher or lower: which is better", "higher")
BY_NAME = "a table of name = points"
FIGURES = {"measure", "data"}

METHODS = {
    "ratio": (
        "full points x value / target, at most the target's share `over`",
        [
            DIRECTION,
            ("target", "a number above 0, or team: each team's own", MISSING),
            ("over", "a number, 1 or more: how far above the target still earns points", Decimal(1)),
        ],
    ),
    "linear": (
        "0 at the floor, full points at the target, straight between",
        [DIRECTION, ("floor", NUMBER, MISSING), ("target", NUMBER, MISSING)],
    ),
    "step": (
        "full points less `per` for each unit short of the reference",
        [
            DIRECTION,
            ("reference", NUMBER, MISSING),
            ("unit", ABOVE_0, MISSING),
            ("per", ABOVE_0, MISSING),
            ("whole", "true: part of a unit counts as a whole one; false: exactly", False),
        ],
    ),
    "external": (
        "the result of another assessment x full points / its full points",
        [("full", ABOVE_0, MISSING)],
    ),
    "band": (
        "the points of the first band that is reached",
        [DIRECTION, ("bands", "a list of bands from best to last, ending with a catch-all", MISSING)],
    ),
    "binary": ("full points when true, else none", [DIRECTION]),
    "tier": ("the points of the named tier", [("tiers", BY_NAME, MISSING)]),
    "rank": (
        "full points, less the share `step` for each place behind the first",
        [DIRECTION, ("step", ABOVE_0, MISSING)],
    ),
    "rank_table": (
        "the points that the table gives to the place",
        [DIRECTION, ("table", "a list of points, first place first", MISSING)],
    ),
    "minmax": (
        "the share `low` for the last, full points for the first, straight between",
        [DIRECTION, ("low", SHARE, Decimal(0))],
    ),
    "best": ("full points x value / best value of the class", [DIRECTION]),
    "panel": (
        "the mean of the judges' marks x full points / scale",
        [
            ("scale", ABOVE_0, MISSING),
            (
                "trim_from",
                "a whole number, 3 or more: from so many marks one highest and one lowest drop out",
                5,
            ),
            ("moderate_over", SHARE, Decimal("0.2")),
        ],
    ),
    "vote": (
        "the weighted mean of the voter groups' means x full points / 100",
        [
            ("groups", "a table of name = weight of each voter group", MISSING),
            (
                "choices",
                "a table of name = mark for voters to choose from; without it, any whole number from 0 to 100",
                None,
            ),
        ],
    ),
    "events": (
        "the points of each matter at its highest level, to the cap",
        [("levels", BY_NAME, MISSING), ("cap", "the most points for all matters together", None)],
    ),
}


def test_the_registry_describes_every_method():
    described = {
        name: (
            method.rule,
            [(field, parameter.says, default) for field, parameter, default in method.described()],
        )
        for name, method in REGISTRY.items()
    }
    assert described == METHODS


def test_what_each_method_is():
    assert {name for name, method in REGISTRY.items() if method.name != name} == set()
    assert {name for name, method in REGISTRY.items() if method.relative} == {"rank", "rank_table", "minmax", "best"}
    assert {name for name, method in REGISTRY.items() if method.absolute} == {"band", "tier", "rank_table"}
    undirected = {name for name, method in REGISTRY.items() if not method.directed}
    assert undirected == {"tier", "panel", "vote", "external", "events"}


def test_which_source_fits_which_method():
    assert {name: set(method.sources) for name, method in REGISTRY.items() if method.sources != FIGURES} == {
        "panel": {"panel"},
        "vote": {"panel"},
        "events": {"events"},
    }
