"""The stability of a result by the rules alone: plain Python, exact fractions, one draw at a time."""

from fractions import Fraction
from math import floor

HALF = Fraction(1, 2) + Fraction(1, 10**6)
"""Where the last place of a total rounds up: floats cannot be asked for more."""


def totals(made, body, class_code, factors):
    """Team -> total in last places, for one draw; `factors`: code -> Fraction."""
    base_points = Fraction(made["plan"]["base_points"])
    weights, worth = {}, {}
    for dimension in made["dimensions"]:
        own = {
            row["code"]: Fraction(points) * factors[row["code"]]
            for row in made["indicators"]
            if row.get("dimension") == dimension["code"] and (points := _points(row, class_code)) is not None
        }
        if own:
            whole = sum(Fraction(_points(row, class_code)) for row in made["indicators"] if row["code"] in own)
            full = Fraction(dimension["points"]) if dimension.get("normalise") else whole
            weights[dimension["code"]] = {code: weight * full / sum(own.values()) for code, weight in own.items()}
            worth[dimension["code"]] = full * factors[dimension["code"]]
    scale = base_points / sum(worth.values())
    found = {}
    for team in body["outcome"]["teams"]:
        if team["class"] != class_code or team["total"] is None:
            continue
        earned = full = Fraction(0)
        for dimension in made["dimensions"]:
            code = dimension["code"]
            own = weights.get(code, {})
            before = sum(own.values())
            applying = {one: own[one] * worth[code] * scale / before for one in own if one in team["points"]}
            shares = {one: Fraction(team["points"][one]) / Fraction(_full(made, one, class_code)) for one in applying}
            gained = sum(weight * shares[one] for one, weight in applying.items())
            possible = sum(applying.values())
            if dimension.get("normalise") and applying:
                gained, possible = worth[code] * scale * gained / possible, worth[code] * scale
            earned, full = earned + gained, full + possible
        value = base_points * earned / full + Fraction(team["bonus"]) - Fraction(team["deduction"])
        value = max(value, Fraction(0))
        if not made["plan"].get("bonus_above_base"):
            value = min(value, base_points)
        found[team["team"]] = floor(value * 10 ** made["plan"]["decimals"] + HALF)
    return found


def ranks(made, body, class_code, factors):
    """Team -> rank for one draw."""
    reached = totals(made, body, class_code, factors)
    keys = {}
    for team in body["outcome"]["teams"]:
        code, rank = team["team"], team["reckoning"]["rank"]
        if code in reached:
            ties = [
                -Fraction(rank["ties"][name]) if name == "deduction" else Fraction(rank["ties"][name])
                for name in made["plan"]["tie_break"]
            ]
            keys[code] = ("out" not in rank["vetoes"], reached[code], ties)
    return {code: 1 + sum(other > key for other in keys.values()) for code, key in keys.items()}


def _points(row, class_code):
    return row["points_by_class"].get(class_code) if "points_by_class" in row else row["points"]


def _full(made, code, class_code):
    return next(_points(row, class_code) for row in made["indicators"] if row["code"] == code)
