"""Plans, facts and small helpers for the engine's tests: written by hand or made up by hypothesis."""

from decimal import Decimal

from hypothesis import strategies as st

from assessments.engine import Event, Facts, Mark, Plan, Source, Team, Vote, check, rate, total
from assessments.engine.trial import as_data
from tests.assessments.engine.oracle import World

RATIO = {"name": "ratio", "target": 100}
NUMBERS = [Decimal(number) for number in ("0", "1", "2.5", "3", "50", "59.99", "60", "66.7", "80", "90", "100", "131")]
NUMBERS += [Decimal("-1"), Decimal("-20"), Decimal("0.005")]
MARKS = [Decimal(mark) for mark in ("0", "33", "60", "75.5", "80", "88", "100")]


def indicator(code="I1", points=100, method=None, **fields):
    """A base indicator of dimension `d` with data as its source."""
    row = {"code": code, "dimension": "d", "title": code, "points": points, "source": "data", "method": method or RATIO}
    row.update(fields)
    if row.get("kind", "base") != "base":
        del row["dimension"]
    if "points_by_class" in row:
        del row["points"]
    return row


def document(*indicators, dimensions=None, **tables):
    """A plan document worth 100 points with one dimension; `plan` fields are given as `plan={...}`."""
    head = {"code": "p", "title": "Plan", "base_points": 100, "decimals": 2, **tables.pop("plan", {})}
    return {
        "plan": head,
        "dimensions": dimensions or [{"code": "d", "title": "D"}],
        "indicators": list(indicators) or [indicator()],
        **tables,
    }


def plan_of(made) -> Plan:
    """The plan of a document that has no fault."""
    verdict = check(Source(made))
    assert not verdict.faults, [str(fault) for fault in verdict.faults]
    return verdict.plan


def facts_of(world: World) -> Facts:
    """The engine's facts of a raw world."""
    return Facts.gather(
        [Team(*team) for team in world.teams],
        values=world.values,
        targets=world.targets,
        marks=_entries(world.marks, lambda mark: Mark(mark)),
        votes=_entries(world.votes, lambda vote: Vote(vote[1], vote[0])),
        events=_entries(world.events, lambda event: Event(*event)),
        vetoes={code: dict.fromkeys(teams, "") for code, teams in world.vetoes.items()},
        left_out=world.left_out,
    )


def _entries(raw, make):
    return {
        code: {team: [make(entry) for entry in entries] for team, entries in by_team.items()}
        for code, by_team in raw.items()
    }


def judged(made, world, kind=None):
    """What the engine says of a world, as `try_plan --json` would print it."""
    plan, facts = plan_of(made), facts_of(world)
    return as_data(total(plan, rate(plan, facts, kind), facts))


def world(values=None, classes=None, ages=None, **columns):
    """A world of the teams that `values` (indicator -> team -> value) and the other columns name."""
    values = {code: {team: exact(value) for team, value in row.items()} for code, row in (values or {}).items()}
    named = [team for column in (values, *columns.values()) for row in column.values() for team in row]
    classes, ages = classes or {}, ages or {}
    teams = [(team, classes.get(team, "all"), ages.get(team)) for team in dict.fromkeys([*named, *classes, *ages])]
    return World(teams, values, **columns)


def exact(value):
    """Numbers written as text become decimals, so that a test reads easily."""
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def only(made, made_world, kind=None):
    """The one line of a judgement of one team."""
    (line,) = judged(made, made_world, kind)["teams"]
    return line


def by_team(made, made_world, kind=None):
    """Team -> line of a judgement."""
    return {line["team"]: line for line in judged(made, made_world, kind)["teams"]}


def points(method, value, full=10, **fields):
    """The printed points of one value under a method worth `full` of 100 points (the rest is another indicator)."""
    rest = indicator("REST", 100 - full, when_missing="full")
    made = document(indicator("I1", full, method, **fields), rest)
    return only(made, world({"I1": {"a": value}}))["indicators"].get("I1")


def column(method, values, full=10, plan=None, **fields):
    """The printed points of several teams' values under a method, in the order given."""
    rest = indicator("REST", 100 - full, when_missing="full")
    made = document(indicator("I1", full, method, **fields), rest, plan=plan or {})
    teams = {f"t{number}": value for number, value in enumerate(values)}
    lines = by_team(made, world({"I1": teams}))
    return [lines[team]["indicators"].get("I1") for team in teams]


# made up


def amounts(*least_and_most):
    """Decimals with up to two places."""
    return st.decimals(*least_and_most, places=2)


small = st.sampled_from([Decimal(number) for number in ("0.5", "1", "2", "2.5", "3", "7", "10", "12.25")])
shares = st.sampled_from([Decimal(number) for number in ("0", "0.05", "0.3", "0.5", "0.6", "1")])
numbers = st.one_of(st.sampled_from(NUMBERS), amounts(-50, 150), st.fractions(-10, 120, max_denominator=12))
directions = st.sampled_from([{}, {"direction": "higher"}, {"direction": "lower"}])


@st.composite
def bands(draw, lower):
    edges = sorted(draw(st.sets(st.sampled_from([number for number in NUMBERS if number > 0]), max_size=4)))
    if not lower:
        edges.reverse()
    name = "to" if lower else "from"
    own = sorted(draw(st.lists(small, min_size=len(edges) + 1, max_size=len(edges) + 1)), reverse=True)
    return [{name: edge, "points": one} for edge, one in zip(edges, own, strict=False)] + [{"points": own[-1]}]


@st.composite
def plain_methods(draw, direction=None):
    """A method that reads one number and compares nobody; `direction` is inherited and not written."""
    given = draw(directions) if direction is None else {}
    lower = (given or direction or {}).get("direction") == "lower"
    name = draw(st.sampled_from(["ratio", "linear", "band", "step", "external"]))
    if name == "ratio":
        target = draw(st.one_of(st.sampled_from([100, 60, Decimal("2.5")]), st.just("team")))
        extra = draw(st.sampled_from([{}, {"over": Decimal("1.1")}, {"over": 2}]))
        return {"name": name, "target": target, **extra, **given}
    if name == "linear":
        low, high = draw(st.sampled_from([(0, 100), (50, 60), (Decimal("-1"), 3)]))
        return {"name": name, "floor": high if lower else low, "target": low if lower else high, **given}
    if name == "band":
        return {"name": name, "bands": draw(bands(lower)), **given}
    if name == "step":
        whole = draw(st.sampled_from([{}, {"whole": True}, {"whole": False}]))
        reference = draw(st.sampled_from([0, 50, 100]))
        return {"name": name, "reference": reference, "unit": draw(small), "per": draw(small), **whole, **given}
    return {"name": name, "full": draw(st.sampled_from([120, 60, 100]))}


@st.composite
def relative_methods(draw):
    given = draw(directions)
    name = draw(st.sampled_from(["rank", "rank_table", "minmax", "best"]))
    made = {"name": name, **given}
    if name == "rank":
        made["step"] = draw(st.sampled_from([Decimal("0.05"), Decimal("0.4"), 1]))
    if name == "rank_table":
        made["table"] = sorted(draw(st.lists(small, min_size=1, max_size=4)), reverse=True)
    if name == "minmax" and draw(st.booleans()):
        made["low"] = draw(shares)
    if draw(st.booleans()):
        made["fallback"] = draw(st.one_of(plain_methods(direction=given), st.just({"name": "binary"})))
    return made


@st.composite
def other_methods(draw):
    """(source, method) of methods that read something else than a number."""
    name = draw(st.sampled_from(["binary", "tier", "panel", "vote", "events"]))
    if name == "binary":
        return "data", {"name": name, **draw(directions)}
    if name == "tier":
        return "data", {"name": name, "tiers": {"good": draw(small), "fair": draw(small), "none": 0}}
    if name == "panel":
        trim = draw(st.sampled_from([{}, {"trim_from": 3}, {"trim_from": 4}]))
        return "panel", {"name": name, "scale": 100, **trim}
    if name == "vote":
        return "panel", {"name": name, "groups": {"m": draw(small), "l": draw(small), "o": draw(small)}}
    cap = draw(st.sampled_from([{}, {"cap": 3}, {"cap": 0}]))
    return "events", {"name": name, "levels": {"top": draw(small), "mid": draw(small), "low": 0}, **cap}


@st.composite
def indicators(draw, code, kind, classes):
    """One indicator without its points."""
    source = "data"
    family = draw(st.integers(0, 3))
    if family == 0:
        source, method = draw(other_methods())
    else:
        method = draw(relative_methods() if family == 1 else plain_methods())
    row = {"code": code, "source": source, "method": method}
    if kind != "base":
        row["kind"] = kind
    policies = st.sampled_from(["redistribute", "average", "full", "zero", "pending"])
    for field in ("when_missing", "when_not_applicable"):
        if draw(st.booleans()):
            row[field] = draw(policies)
    applies = {}
    if draw(st.integers(0, 3)) == 0:
        applies["min_age_days"] = draw(st.sampled_from([60, 90]))
    if draw(st.integers(0, 5)) == 0:
        applies["classes"] = draw(st.lists(st.sampled_from(classes), max_size=2, unique=True))
    if draw(st.integers(0, 5)) == 0:
        applies["teams"] = draw(st.lists(st.sampled_from(["t0", "t1", "t2", "stranger"]), max_size=3))
    if applies:
        row["applies_to"] = applies
    if draw(st.integers(0, 4)) == 0:
        row["rounds"] = draw(st.lists(st.sampled_from(["month", "year_end"]), max_size=2, unique=True))
    return row


@st.composite
def documents(draw):
    """A valid plan document: two classes, dimensions normalised or not, some points by class."""
    classes = ["A", "B"]
    dimensions, rows, worth = [], [], Decimal(0)
    for number in range(draw(st.integers(1, 3))):
        dimension = {"code": f"d{number}", "title": "D"}
        own, full = [], Decimal(0)
        for index in range(draw(st.integers(1, 3))):
            row = draw(indicators(f"i{number}{index}", "base", classes)) | {"dimension": dimension["code"]}
            row["points"] = draw(small)
            full += row["points"]
            own.append(row)
        if draw(st.integers(0, 2)) == 0:  # two indicators that swap their points between the classes
            more, less = draw(small), draw(small)
            for index, by_class in enumerate(({"A": more, "B": less}, {"A": less, "B": more})):
                row = draw(indicators(f"s{number}{index}", "base", classes)) | {"dimension": dimension["code"]}
                own.append(row | {"points_by_class": by_class})
            full += more + less
        if draw(st.integers(0, 3)) == 0:  # each class has one of its own
            each = draw(small)
            for class_code in classes:
                row = draw(indicators(f"o{number}{class_code}", "base", classes)) | {"dimension": dimension["code"]}
                own.append(row | {"points_by_class": {class_code: each}})
            full += each
        if draw(st.booleans()):
            dimension |= {"normalise": True, "points": draw(small)}
            full = dimension["points"]
        worth += full
        dimensions.append(dimension)
        rows += own
    for kind, count in (("bonus", draw(st.integers(0, 2))), ("deduction", draw(st.integers(0, 1)))):
        for index in range(count):
            rows.append(draw(indicators(f"{kind}-{index}", kind, classes)) | {"points": draw(small)})
    _depend(draw, rows)
    head = {"code": "p", "title": "P", "base_points": worth, "decimals": draw(st.sampled_from([2, 2, 0, 1]))}
    for name, choices in (
        ("bonus_cap", [0, 2, Decimal("2.5")]),
        ("deduction_cap", [0, 1, 5]),
        ("bonus_above_base", [True, False]),
        ("min_class", [0, 2, 3, 4]),
        ("quota_rounding", ["floor", "half_up", "ceil"]),
        ("grade_min_age_days", [60]),
    ):
        if draw(st.booleans()):
            head[name] = draw(st.sampled_from(choices))
    base = [row["code"] for row in rows if row.get("kind", "base") == "base"]
    breakers = st.sampled_from([*base, *(dimension["code"] for dimension in dimensions), "deduction"])
    head["tie_break"] = draw(st.lists(breakers, max_size=2, unique=True))
    return {
        "plan": head,
        "year": {"parts": [{"kind": "month", "weight": 40}, {"kind": "year_end", "weight": 60}]},
        "classes": [{"code": code, "title": code} for code in classes],
        "grades": draw(grades(worth)),
        "vetoes": [{"code": "out", "effect": "void"}, {"code": "bar", "effect": "no_top_grade"}],
        "dimensions": dimensions,
        "indicators": rows,
    }


def _depend(draw, rows):
    """Let one indicator depend on another's value."""
    single = [row for row in rows if row["method"]["name"] not in ("panel", "vote", "events")]
    if len(rows) < 2 or not single or not draw(st.booleans()):
        return
    other, row = draw(st.sampled_from(single)), draw(st.sampled_from(rows))
    if other is not row:
        wanted = {"tier": "none", "binary": draw(st.sampled_from([0, 1, True, "是"]))}.get(
            other["method"]["name"], Decimal("50.0")
        )
        row["unless"] = {"indicator": other["code"], "value": wanted}


@st.composite
def grades(draw, worth):
    shares_of_worth = sorted(draw(st.sets(st.sampled_from([3, 5, 6, 8, 9]), max_size=3)), reverse=True)
    mins = [worth * one / 10 for one in shares_of_worth]
    rows = [{"code": f"g{index}", "min": one} for index, one in enumerate([*mins, Decimal(0)])]
    for row in rows:
        if draw(st.booleans()):
            row["quota"] = draw(st.sampled_from([Decimal("0.2"), Decimal("0.3"), Decimal("0.5"), 1, 0]))
    return rows if draw(st.integers(0, 4)) else []


@st.composite
def worlds(draw, made):
    """Facts for a document: up to seven teams, ties and gaps likely."""
    ages = st.sampled_from([None, 59, 60, 89, 90, 400])
    teams = [
        (f"t{number}", draw(st.sampled_from(["A", "A", "B"])), draw(ages)) for number in range(draw(st.integers(1, 7)))
    ]
    made_world = World(teams)
    for row in made["indicators"]:
        _fill(draw, made_world, row)
        out = [team[0] for team in teams if draw(st.integers(0, 9)) == 0]
        if out:
            made_world.left_out[row["code"]] = {team: {"document": "1", "reason": "none"} for team in out}
    for veto in made["vetoes"]:
        hit = [team[0] for team in teams if draw(st.integers(0, 5)) == 0]
        if hit:
            made_world.vetoes[veto["code"]] = hit
    return made_world


def _fill(draw, made_world, row):
    code, name = row["code"], row["method"]["name"]
    marks = st.sampled_from(MARKS)
    entries = {
        "panel": st.lists(marks, max_size=6),
        "vote": st.lists(st.tuples(st.sampled_from(["m", "l", "o"]), marks), max_size=5),
        "events": st.lists(
            st.tuples(
                st.sampled_from(["top", "mid", "low"]),
                st.sampled_from(["x", "y"]),
                st.booleans(),
                st.sampled_from(["", "", "mid"]),
            )
            | st.tuples(st.sampled_from(["top", "mid"]), st.just(""), st.booleans(), st.just("")),
            max_size=4,
        ),
        "tier": st.sampled_from(["good", "fair", "none", None]),
        "binary": st.sampled_from([Decimal(0), Decimal("0.0"), Decimal(5), "是", "否", None]),
    }.get(name, st.one_of(st.none(), numbers, st.sampled_from(NUMBERS)))
    column = {team[0]: draw(entries) for team in made_world.teams}
    into = {"panel": made_world.marks, "vote": made_world.votes, "events": made_world.events}.get(
        name, made_world.values
    )
    into[code] = column
    if row["method"].get("target") == "team" or row["method"].get("fallback", {}).get("target") == "team":
        targets = st.sampled_from([None, Decimal(0), Decimal(50), Decimal("2.5"), Decimal(120)])
        made_world.targets[code] = {team[0]: draw(targets) for team in made_world.teams}
