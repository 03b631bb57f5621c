"""A second judgement, slow and obvious: one team, one indicator, one value at a time, with fractions throughout.

It shares no line with the engine and reads the raw plan document. Tests compare the two on plans and facts made up by
hypothesis.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor


@dataclass
class World:
    """Raw facts: teams as (code, class, age or None); everything else indicator -> team -> entry."""

    teams: list
    values: dict = field(default_factory=dict)
    targets: dict = field(default_factory=dict)
    marks: dict = field(default_factory=dict)  # [mark]
    votes: dict = field(default_factory=dict)  # [(group, mark)]
    events: dict = field(default_factory=dict)  # [(level, matter, counted, paid)]
    vetoes: dict = field(default_factory=dict)  # veto -> [team]
    left_out: dict = field(default_factory=dict)  # indicator -> {team: basis}


def half_up(number, decimals):
    """Half up, for numbers that are not negative."""
    scaled = Fraction(number) * 10**decimals
    return Fraction(floor(scaled + Fraction(1, 2)), 10**decimals)


def text(number, decimals):
    """As printed."""
    return None if number is None else f"{Decimal(number.numerator) / Decimal(number.denominator):.{decimals}f}"


def class_points(row, class_code):
    points = row["points_by_class"].get(class_code) if "points_by_class" in row else row.get("points")
    return None if points is None else Fraction(points)


class Judge:
    """Judges one world by one document."""

    def __init__(self, document, world, kind=None):
        self.document = document
        self.head = document["plan"]
        self.decimals = self.head.get("decimals", 2)
        self.world = world
        self.kind = kind
        self.indicators = document["indicators"]
        self.points = {}  # (indicator, team) -> rounded points of those that have them
        self.pending = set()

    # one indicator

    def full(self, indicator, class_code):
        for dimension in self.document.get("dimensions", []):
            if dimension["code"] == indicator.get("dimension"):
                given = "points" in dimension or "points_by_class" in dimension
                if given and class_points(dimension, class_code) is None:
                    return None
        return class_points(indicator, class_code)

    def entry(self, indicator, team):
        code, name = indicator["code"], indicator["method"]["name"]
        if team in self.world.left_out.get(code, {}):
            return None
        if name == "panel":
            return self.world.marks.get(code, {}).get(team) or None
        if name == "vote":
            return self.world.votes.get(code, {}).get(team) or None
        if name == "events":
            return self.world.events.get(code, {}).get(team, [])
        return self.world.values.get(code, {}).get(team)

    def in_round(self, indicator):
        return self.kind is None or "rounds" not in indicator or self.kind in indicator["rounds"]

    def applies(self, indicator, team):
        code, class_code, age = team
        to = indicator.get("applies_to", {})
        if "classes" in to and class_code not in to["classes"]:
            return False
        if "teams" in to and code not in to["teams"]:
            return False
        if "min_age_days" in to and age is not None and age < to["min_age_days"]:
            return False
        if "unless" in indicator:
            found = self.world.values.get(indicator["unless"]["indicator"], {}).get(code)
            other = next(one for one in self.indicators if one["code"] == indicator["unless"]["indicator"])
            if found is not None and same(found, indicator["unless"]["value"], other["method"]["name"] == "binary"):
                return False
        return True

    def compared(self, indicator, class_code):
        return [
            team
            for team in self.world.teams
            if team[1] == class_code and self.applies(indicator, team) and self.entry(indicator, team[0]) is not None
        ]

    def method(self, indicator, class_code):
        method = indicator["method"]
        enough = len(self.compared(indicator, class_code)) >= self.head.get("min_class", 0)
        if enough or "fallback" not in method:
            return method
        direction = {"direction": method["direction"]} if "direction" in method else {}
        return direction | method["fallback"]

    def target(self, indicator, team):
        target = self.world.targets.get(indicator["code"], {}).get(team)
        return target or None

    def is_scored(self, indicator, team):
        if not self.applies(indicator, team) or self.entry(indicator, team[0]) is None:
            return False
        method = self.method(indicator, team[1])
        return not (method.get("target") == "team" and self.target(indicator, team[0]) is None)

    def by_method(self, indicator, team):
        """The rounded points of a team that is scored by the method or its fallback."""
        method, full = self.method(indicator, team[1]), self.full(indicator, team[1])
        entry = self.entry(indicator, team[0])
        peers = [self.entry(indicator, other[0]) for other in self.compared(indicator, team[1])]
        points = points_of(method, full, entry, peers, self.target(indicator, team[0]))
        if indicator.get("kind", "base") != "base":
            points = min(points, full)
        return half_up(points, self.decimals)

    def rate(self):
        for indicator in self.indicators:
            for team in self.world.teams:
                full = self.full(indicator, team[1])
                if full is not None and self.in_round(indicator):
                    self.rate_team(indicator, team, full)

    def rate_team(self, indicator, team, full):
        key = (indicator["code"], team[0])
        if self.is_scored(indicator, team):
            self.points[key] = self.by_method(indicator, team)
            return
        if self.applies(indicator, team) and team[0] in self.world.left_out.get(indicator["code"], {}):
            policy = "redistribute"
        elif self.applies(indicator, team):
            policy = indicator.get("when_missing", "pending")
        else:
            policy = indicator.get("when_not_applicable", "redistribute")
        others = [
            self.by_method(indicator, other)
            for other in self.world.teams
            if other[1] == team[1] and self.is_scored(indicator, other)
        ]
        if policy == "average" and others:
            self.points[key] = half_up(sum(others) / len(others), self.decimals)
        elif policy == "full":
            self.points[key] = half_up(full, self.decimals)
        elif policy == "zero":
            self.points[key] = Fraction(0)
        elif policy == "pending":
            self.pending.add(key)

    # one team

    def subtotal(self, dimension, team):
        """(rounded subtotal, what it is worth), or None where nothing applies."""
        own = [
            indicator
            for indicator in self.indicators
            if indicator.get("kind", "base") == "base"
            and indicator["dimension"] == dimension["code"]
            and (indicator["code"], team[0]) in self.points
        ]
        if not own:
            return None
        earned = sum(self.points[indicator["code"], team[0]] for indicator in own)
        full = sum(self.full(indicator, team[1]) for indicator in own)
        if not dimension.get("normalise", False):
            return half_up(earned, self.decimals), full
        worth = class_points(dimension, team[1])
        return half_up(worth * earned / full, self.decimals), worth

    def extra(self, kind, team):
        total = sum(
            self.points.get((indicator["code"], team[0]), Fraction(0))
            for indicator in self.indicators
            if indicator.get("kind", "base") == kind
        )
        cap = self.head.get(f"{kind}_cap")
        return half_up(total if cap is None else min(total, Fraction(cap)), self.decimals)

    def line(self, team):
        subtotals = {
            dimension["code"]: self.subtotal(dimension, team) for dimension in self.document.get("dimensions", [])
        }
        present = [subtotal for subtotal in subtotals.values() if subtotal is not None]
        base = total = None
        bonus, deduction = self.extra("bonus", team), self.extra("deduction", team)
        base_points = Fraction(self.head["base_points"])
        if present:
            earned, full = sum(one for one, _ in present), sum(worth for _, worth in present)
            base = half_up(earned / full * base_points, self.decimals)
            total = max(base + bonus - deduction, Fraction(0))
            if not self.head.get("bonus_above_base", False):
                total = min(total, base_points)
            total = half_up(total, self.decimals)
        ties = []
        for code in self.head.get("tie_break", []):
            if code == "deduction":
                ties.append(-deduction)
            elif code in subtotals:
                ties.append(subtotals[code][0] if subtotals[code] else Fraction(0))
            else:
                ties.append(self.points.get((code, team[0]), Fraction(0)))
        return {"team": team, "base": base, "bonus": bonus, "deduction": deduction, "total": total, "ties": ties}

    def has_veto(self, team, effect):
        return any(
            veto["effect"] == effect and team[0] in self.world.vetoes.get(veto["code"], [])
            for veto in self.document.get("vetoes", [])
        )

    # one class

    def place(self, lines):
        """Ranks and grades of a class, written onto its lines."""
        for line in lines:
            line["rank"] = line["grade"] = None
        ranked = [line for line in lines if line["total"] is not None]
        sound = [line for line in ranked if not self.has_veto(line["team"], "void")]
        fallen = [line for line in ranked if self.has_veto(line["team"], "void")]
        for before, group in ((0, sound), (len(sound), fallen)):
            for line in group:
                ahead = [other for other in group if self.strength(other) > self.strength(line)]
                line["rank"] = before + len(ahead) + 1
        grades = self.document.get("grades", [])
        if not grades:
            return
        for line in fallen:
            line["grade"] = None if self.is_young(line["team"]) else grades[-1]["code"]
        room = {grade["code"]: self.room(grade, len(lines)) for grade in grades}
        closed = set()
        for rank in sorted({line["rank"] for line in sound}):
            waiting = [line for line in sound if line["rank"] == rank and not self.is_young(line["team"])]
            for grade in grades[:-1]:
                asking = [
                    line
                    for line in waiting
                    if line["grade"] is None
                    and line["total"] >= grade["min"]
                    and not (grade is grades[0] and self.has_veto(line["team"], "no_top_grade"))
                ]
                if not asking or grade["code"] in closed:
                    continue
                if room[grade["code"]] is not None and room[grade["code"]] < len(asking):
                    closed.add(grade["code"])
                    continue
                for line in asking:
                    line["grade"] = grade["code"]
                    if room[grade["code"]] is not None:
                        room[grade["code"]] -= 1
            for line in waiting:
                if line["grade"] is None:
                    line["grade"] = grades[-1]["code"]

    def strength(self, line):
        return [line["total"], *line["ties"]]

    def is_young(self, team):
        return team[2] is not None and team[2] < self.head.get("grade_min_age_days", 0)

    def room(self, grade, size):
        if "quota" not in grade:
            return None
        share = Fraction(grade["quota"]) * size
        rounding = self.head.get("quota_rounding", "floor")
        return {"floor": floor(share), "ceil": ceil(share), "half_up": floor(share + Fraction(1, 2))}[rounding]

    def judge(self):
        """What `try_plan --json` prints, as data."""
        self.rate()
        answer = []
        for class_code in dict.fromkeys(team[1] for team in self.world.teams):
            lines = [self.line(team) for team in self.world.teams if team[1] == class_code]
            self.place(lines)
            for line in sorted(lines, key=lambda line: line["rank"] or len(lines) + 1):
                answer.append(self.printed(line))
        return {"teams": answer}

    def printed(self, line):
        team = line["team"][0]
        printed = {
            "team": team,
            "class": line["team"][1],
            "indicators": {
                indicator["code"]: text(self.points[indicator["code"], team], self.decimals)
                for indicator in self.indicators
                if (indicator["code"], team) in self.points
            },
            **{name: text(line[name], self.decimals) for name in ("base", "bonus", "deduction", "total")},
            "rank": line["rank"],
            "grade": line["grade"],
        }
        pending = [indicator["code"] for indicator in self.indicators if (indicator["code"], team) in self.pending]
        if pending:
            printed["pending"] = pending
        return printed


YES, NO = ("是", "true"), ("否", "false")


def same(found, wanted, binary):
    """Whether a value is the one `unless` names; of a binary indicator only yes and no count."""
    answers = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
    if binary:
        one, other = (answers[it] if it in answers else Fraction(it) != 0 for it in (found, wanted))
        return one == other
    try:
        return Fraction(found) == Fraction(wanted)
    except ValueError:
        return str(found) == str(wanted)


def points_of(method, full, entry, peers, own_target):
    """The unrounded points of one team, straight from the table of methods."""
    name, lower = method["name"], method.get("direction") == "lower"
    rule = RULES[name]
    if name in ("rank", "rank_table", "minmax", "best"):
        return rule(method, full, Fraction(entry), lower, [Fraction(peer) for peer in peers])
    if name == "ratio":
        target = Fraction(own_target if method["target"] == "team" else method["target"])
        return rule(method, full, Fraction(entry), lower, target)
    return rule(method, full, entry, lower)


def ratio(method, full, value, lower, target):
    over = Fraction(method.get("over", 1))
    if lower:
        return full * over if value <= 0 else full * min(target / value, over)
    return full * max(min(value / target, over), 0)


def linear(method, full, value, lower):
    start, end = Fraction(method["floor"]), Fraction(method["target"])
    way = (Fraction(value) - start) / (end - start)
    return full * max(min(way, 1), 0)


def band(method, full, value, lower):
    for one in method["bands"]:
        if "from" in one and value < one["from"]:
            continue
        if "to" in one and value > one["to"]:
            continue
        return min(full, Fraction(one["points"]))
    raise AssertionError("no catch-all")


def step(method, full, value, lower):
    short = Fraction(method["reference"]) - Fraction(value)
    units = max(-short if lower else short, 0) / Fraction(method["unit"])
    if method.get("whole"):
        units = ceil(units)
    return max(full - Fraction(method["per"]) * units, 0)


def place_of(value, lower, peers):
    return 1 + sum(1 for peer in peers if (peer < value if lower else peer > value))


def rank(method, full, value, lower, peers):
    return full * max(1 - Fraction(method["step"]) * (place_of(value, lower, peers) - 1), 0)


def rank_table(method, full, value, lower, peers):
    table, place = method["table"], place_of(value, lower, peers)
    return min(full, Fraction(table[place - 1] if place <= len(table) else table[-1]))


def minmax(method, full, value, lower, peers):
    least, greatest, low = min(peers), max(peers), Fraction(method.get("low", 0))
    if least == greatest:
        return full
    way = (greatest - value if lower else value - least) / (greatest - least)
    return full * (low + (1 - low) * way)


def best(method, full, value, lower, peers):
    if lower:
        least = min(peers)
        if value == least:
            return full
        return full * least / value if least > 0 else Fraction(0)
    greatest = max(peers)
    return full * max(value, 0) / greatest if greatest > 0 else Fraction(0)


def binary(method, full, value, lower):
    is_yes = value in YES if value in (*YES, *NO) else Fraction(value) != 0
    return full if is_yes != lower else Fraction(0)


def tier(method, full, value, lower):
    return min(full, Fraction(method["tiers"][value]))


def panel(method, full, marks, lower):
    marks = sorted(marks)
    if len(marks) >= method.get("trim_from", 5):
        marks = marks[1:-1]
    return Fraction(sum(marks)) / len(marks) * full / Fraction(method["scale"])


def vote(method, full, votes, lower):
    total = weights = Fraction(0)
    for group, weight in method["groups"].items():
        marks = [mark for name, mark in votes if name == group]
        if marks:
            total += Fraction(weight) * Fraction(sum(marks)) / len(marks)
            weights += Fraction(weight)
    return total / weights * full / 100


def external(method, full, value, lower):
    return max(min(Fraction(value) * full / Fraction(method["full"]), full), 0)


def events(method, full, happened, lower):
    levels = method["levels"]
    by_matter = {}
    for number, (level, matter, counted, paid) in enumerate(happened):
        if counted:
            gain = Fraction(levels[level]) - (Fraction(levels[paid]) if paid else 0)
            by_matter.setdefault(matter or number, []).append(max(gain, 0))
    total = sum(max(gains) for gains in by_matter.values())
    return min(full, Fraction(method.get("cap", full)), total)


RULES = {
    rule.__name__: rule
    for rule in (
        *(ratio, linear, band, step, rank, rank_table, minmax, best),
        *(binary, tier, panel, vote, external, events),
    )
}
