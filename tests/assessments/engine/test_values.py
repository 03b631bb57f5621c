"""VALUES.csv: one row a value, every fault with line and column (docs/rules.md#trials)."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.engine import Event, Mark, Team, Vote, rate, total
from assessments.engine.entries import EntryFault, read_counted, read_value
from assessments.engine.trial import as_data
from assessments.engine.values import COLUMNS, read_values
from tests.assessments.engine.made import document, documents, facts_of, indicator, plan_of, worlds

PLAN = plan_of(
    document(
        indicator("N", 10),
        indicator("T", 10, {"name": "tier", "tiers": {"good": 10, "fair": 5}}),
        indicator("B", 10, {"name": "binary"}),
        indicator("O", 10, {"name": "ratio", "target": "team"}),
        indicator("R", 10, {"name": "best", "fallback": {"name": "ratio", "target": "team"}}),
        indicator("P", 10, {"name": "panel", "scale": 10}, source="panel"),
        indicator("V", 10, {"name": "vote", "groups": {"members": 60, "lead": 40}}, source="panel"),
        indicator("E", 30, {"name": "events", "levels": {"top": 3, "low": 1}}, source="events"),
        vetoes=[{"code": "void", "effect": "void"}],
    )
)
HEADER = ",".join(COLUMNS)


def read(*rows, header=HEADER, plan=PLAN):
    """The values of a file with those rows."""
    return read_values("\n".join([header, *rows]).encode(), plan)


def faults(*rows, **options):
    """(line, column, message) of a file's faults."""
    values = read(*rows, **options)
    assert (values.facts is None) == bool(values.faults)
    return [(fault.line, fault.column, fault.message) for fault in values.faults]


def test_rows_become_columns_of_facts():
    facts = read(
        "a,A,@age_days,400",
        "a,A,N,12.5",
        "b,B,N,",
        "b,B,T,good",
        "a,A,B,是",
        "a,A,O,3",
        "a,A,@target:O,4",
        "b,B,@target:O,0",
        "a,A,P,8,judge-1",
        "a,A,P,9,",
        "b,B,V,80,x,members",
        "a,A,E,1,,,top,road",
        "a,A,E,0,,,low,",
        "a,A,E,,,,low,",
        "c,,void,1",
        "a,A,void,0",
        "a,A,void,",
        "c,,void,1",
    ).facts
    assert facts.teams == (Team("a", "A", 400), Team("b", "B", None), Team("c", "all", None))
    assert facts.values == {
        "N": (Decimal("12.5"), None, None),
        "T": (None, "good", None),
        "B": ("是", None, None),
        "O": (Decimal(3), None, None),
    }
    assert facts.targets == {"O": (Decimal(4), None, None)}
    assert facts.marks == {"P": ((Mark(Decimal(8), "judge-1"), Mark(Decimal(9), "")), None, None)}
    assert facts.votes == {"V": (None, (Vote(Decimal(80), "members", "x"),), None)}
    assert facts.events == {"E": ((Event("top", "road", True), Event("low", "", False)), (), ())}
    assert list(facts.vetoes["void"]) == ["c"]


def test_space_quotes_blank_rows_and_byte_order_marks_are_fine():
    content = '\ufeffteam , class,indicator,value,,\r\n\r\n "x",A,N, 5 ,,\r\n,,,,,\r\n"a ""b""",A,N,"6"\r\n'
    facts = read_values(content.replace(' "x"', '"x"').encode(), PLAN).facts
    assert [team.code for team in facts.teams] == ["x", 'a "b"']
    assert facts.values["N"] == (Decimal(5), Decimal(6))


def test_columns_may_come_in_any_order_and_optional_ones_may_be_absent():
    facts = read("5,N,A,a", header="value,indicator,class,team").facts
    assert facts.values["N"] == (Decimal(5),)
    assert read("5,a,N,judge", header="value,team,indicator,class").facts.teams == (Team("a", "judge"),)


NOT_UTF8 = (
    "the file is not UTF-8 text; save it as UTF-8 (in Excel: CSV UTF-8; in a text editor: Save as, encoding UTF-8)"
)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "gb2312"])
def test_a_file_as_a_chinese_spreadsheet_saves_it_is_read_with_a_warning(encoding):
    text = f"{HEADER}\n甲,A,N,5\n"
    read = read_values(text.encode(encoding), PLAN)
    plain = read_values(text.encode(), PLAN)
    assert [fault.code for fault in read.faults] == [fault.code for fault in plain.faults]
    assert read.facts == plain.facts
    assert [warning.code for warning in read.warnings] == [
        "read_as_gb18030",
        *(warning.code for warning in plain.warnings),
    ]


def test_a_cell_may_run_over_lines():
    assert faults('"a\nb",A,N,5', "c,A,N,x") == [(4, 4, "must be a number, not 'x'")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", (1, 1, "the file is empty")),
        (b"\xef\xbb\xbf\r\n \n", (1, 1, "the file is empty")),
        (HEADER.encode(), (1, 1, "the file has no values")),
        (HEADER.encode() + b"\n,,,\n", (1, 1, "the file has no values")),
        (HEADER.encode() + b"\na,A,N,\xb0", (2, 4, NOT_UTF8)),
        (HEADER.encode() + "\n班,A,N,".encode() + b"\xb0\xe0", (2, 4, NOT_UTF8)),
        ("team,class\n".encode("utf-16"), (1, 1, NOT_UTF8)),
        (HEADER.encode() + b'\na,A,N,5\na,A,N,"5', (3, 1, "not valid CSV: unexpected end of data")),
        (HEADER.encode() + b'\na,A,N,"5"x', (2, 1, "not valid CSV: ',' expected after '\"'")),
        (
            HEADER.encode() + b"\na,A,N," + b"5" * 140000,
            (2, 1, "not valid CSV: field larger than field limit (131072)"),
        ),
    ],
)
def test_a_file_that_is_no_values_file(content, expected):
    values = read_values(content, PLAN)
    assert values.facts is None
    fault = values.faults[-1]
    if fault.code == "no_rows":
        assert (fault.column, fault.message) == expected[1:]
    else:
        assert (fault.line, fault.column, fault.message) == expected


def test_the_header():
    assert faults("a,A,5", header="team,class,value") == [(1, 4, "column indicator is missing")]
    assert faults(header="team,Class,indicator,value,valu") == [
        (1, 2, "unknown column 'Class'; perhaps: class"),
        (1, 5, "unknown column 'valu'; perhaps: value"),
        (1, 6, "column class is missing"),
    ]
    assert faults(header="team,class,team,indicator,value") == [(1, 3, "'team' is used twice")]
    assert faults(header="team,class,,indicator,value") == [
        (1, 3, "unknown column ''; perhaps: team, class, indicator, value, judge, group, level, matter")
    ]
    assert len(faults(header="team;class;indicator;value")) == 5
    assert faults("a,A,N,5", header="\n\n" + HEADER) == []
    assert faults(header="\n\nteam,class,indicator") == [(3, 4, "column value is missing")]


def test_rows_that_do_not_fit_the_header():
    assert faults("a,A,N", "b,B,N,5,,,,,x", "c,C,N,5,,,,,,") == [
        (2, 4, "the row has fewer cells than it needs"),
        (3, 9, "the row has more cells than the header"),
    ]
    assert faults(",A,N,5", "a,A,,5", ",A,,5") == [
        (2, 1, "the cell is blank"),
        (3, 3, "the cell is blank"),
        (4, 1, "the cell is blank"),
        (4, 3, "the cell is blank"),
    ]


def test_names_that_the_plan_does_not_know():
    assert faults("a,A,M,5", "a,A,@age,5", "a,A,@target:M,5", "a,A,voit,1") == [
        (2, 3, "unknown indicator 'M'; perhaps: N, T, B, O, R, P, V, E, void"),
        (3, 3, "unknown fact '@age'"),
        (4, 3, "unknown indicator 'M'; perhaps: N, T, B, O, R, P, V, E, void"),
        (5, 3, "unknown indicator 'voit'; perhaps: void"),
    ]


def test_a_team_is_in_one_class():
    assert faults("a,A,N,5", "a,B,T,good", "b,,N,5", "b,A,T,good", "c,all,N,1", "c,,T,good") == [
        (3, 2, "team a is in class B here and in class A above"),
        (5, 2, "team b is in class A here and in class all above"),
    ]


def test_the_class_is_one_that_the_plan_declares():
    plan = plan_of(document(classes=[{"code": "A"}, {"code": "B"}]))
    assert faults("a,A,I1,5", "b,C,I1,5", "c,,I1,5", plan=plan) == [
        (3, 2, "unknown class 'C'; perhaps: A, B"),
        (4, 2, "unknown class 'all'; perhaps: A, B"),
    ]


@pytest.mark.parametrize("value", ["NaN", "nan", "inf", "-Infinity", "x", "1,5", "5%", "1_0", "1e400", "９"])
def test_a_value_is_a_finite_number(value):
    assert faults(f'a,A,N,"{value}"') == [(2, 4, f"must be a number, not '{value}'")]
    assert faults(f'a,A,P,"{value}"') == [(2, 4, f"must be a number, not '{value}'")]
    assert faults(f'a,A,E,"{value}",,,top') == [(2, 4, f"must be a number, not '{value}'")]


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("a,A,T,best", 4, "unknown tier 'best'; perhaps: good, fair"),
        ("a,A,T,goood", 4, "unknown tier 'goood'; perhaps: good"),
        ("a,A,B,maybe", 4, "must be a number, true or false, 是 or 否, not 'maybe'"),
        ("a,A,P,10.01", 4, "mark 10.01 is outside the scale 0 to 10"),
        ("a,A,P,-0.01", 4, "mark -0.01 is outside the scale 0 to 10"),
        ("a,A,V,101,,members", 4, "mark 101 is outside the scale 0 to 100"),
        ("a,A,V,-1,,members", 4, "mark -1 is outside the scale 0 to 100"),
        ("a,A,V,50,,membres", 6, "unknown voter group 'membres'; perhaps: members"),
        ("a,A,V,50", 6, "unknown voter group ''; perhaps: members, lead"),
        ("a,A,E,1,,,tip", 7, "unknown level 'tip'; perhaps: top"),
        ("a,A,E,1", 7, "unknown level ''; perhaps: top, low"),
        ("a,A,E,0,,,tip", 7, "unknown level 'tip'; perhaps: top"),
        ("a,A,void,2", 4, "a veto is 1 or 0, not '2'"),
        ("a,A,void,yes", 4, "a veto is 1 or 0, not 'yes'"),
        ("a,A,@age_days,-1", 4, "an age is a whole number of days, 0 or more, not '-1'"),
        ("a,A,@age_days,1.5", 4, "an age is a whole number of days, 0 or more, not '1.5'"),
        ("a,A,@age_days,old", 4, "an age is a whole number of days, 0 or more, not 'old'"),
        ("a,A,@target:O,-1", 4, "a target is a number, 0 or more, not '-1'"),
        ("a,A,@target:O,x", 4, "a target is a number, 0 or more, not 'x'"),
    ],
)
def test_a_cell_that_cannot_be_read(row, column, message):
    assert faults(row) == [(2, column, message)]


def test_the_edges_of_a_scale_belong_to_it():
    assert faults("a,A,P,0", "a,A,P,10", "a,A,V,0,,lead", "a,A,V,100,,lead", "a,A,@age_days,0") == []


def test_a_single_value_is_given_once():
    rows = ["a,A,N,5", "a,A,N,5", "a,A,@age_days,1", "a,A,@age_days,1", "a,A,@target:O,1", "a,A,@target:O,2"]
    assert faults(*rows) == [
        (3, 4, "team a already has a value of N in line 2"),
        (5, 4, "team a already has a value of @age_days in line 4"),
        (7, 4, "team a already has a value of @target:O in line 6"),
    ]
    assert faults("a,A,N,", "a,A,N,5", "b,A,N,5", "a,A,T,good") == []


def test_a_judge_marks_a_team_once():
    rows = ["a,A,P,5,j", "b,A,P,5,j", "a,A,P,6,k", "a,A,P,7,j", "a,A,P,8,", "a,A,P,8,"]
    assert faults(*rows) == [(5, 5, "j already marked team a on P in line 2")]
    votes = ["a,A,V,5,j,members", "a,A,V,5,j,lead", "a,A,V,6,j,lead", "a,A,P,1,j"]
    assert faults(*votes) == [(4, 5, "j already marked team a on V in line 3")]


def test_an_indicator_may_need_a_column_that_is_not_there():
    header = "team,class,indicator,value"
    assert faults("a,A,V,5", "a,A,E,1", "a,A,P,5", header=header) == [
        (2, 3, "column group is missing"),
        (3, 3, "column level is missing"),
    ]


def test_a_value_that_is_not_used_is_warned_of():
    plan = plan_of(document(indicator(points_by_class={"A": 100, "B": 50}), indicator("I2", points_by_class={"B": 50})))
    values = read("a,A,I1,5", "a,A,I2,5", "b,B,I2,5", "b,B,@target:I1,5", plan=plan)
    assert [(warning.line, warning.column, warning.message) for warning in values.warnings] == [
        (3, 3, "class A has no indicator I2: the value is not used"),
        (5, 3, "indicator I1 does not use each team's own target"),
    ]
    assert read("a,A,O,5", "a,A,@target:O,5", "a,A,@target:R,5").warnings == ()


def test_every_fault_is_named_in_one_go():
    assert len(faults("a,A,N,x", "b,B,T,x", ",,,5", "c,C,M,5", "a,B,P,11")) == 7


def test_values_typed_by_hand_are_read_the_same_way():
    assert read_value(PLAN.indicator("N"), "5.50") == Decimal("5.50")
    with pytest.raises(EntryFault, match=r"^unknown tier 'x'; perhaps: good, fair$") as caught:
        read_value(PLAN.indicator("T"), "x")
    assert (caught.value.code, caught.value.params) == ("unknown_tier", {"value": "'x'", "nearest": "good, fair"})
    assert (read_counted("0.0"), read_counted("2")) == (False, True)


# a world written as a file is the same world


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_world_goes_through_a_file(data):
    made = data.draw(documents())
    world = data.draw(worlds(made))
    world.values = {
        code: {team: None if _is_endless(value) else value for team, value in row.items()}
        for code, row in world.values.items()
    }
    world.events = {
        code: {team: [(*event[:3], "") for event in events] for team, events in row.items()}
        for code, row in world.events.items()
    }
    plan = plan_of(made)
    world.left_out = {}  # no file says it
    values = read_values(_file(world).encode(), plan)
    assert values.faults == ()
    facts = facts_of(world)
    assert as_data(total(plan, rate(plan, values.facts), values.facts)) == as_data(
        total(plan, rate(plan, facts), facts)
    )


def _is_endless(value):
    """Whether a value is a fraction, which a file cannot write."""
    return not isinstance(value, Decimal | str | None)


def _file(world):
    """The world as VALUES.csv."""
    classes = {team: class_code for team, class_code, _ in world.teams}
    rows = [(team, "@age_days", "" if age is None else age) for team, _, age in world.teams]
    for prefix, columns in (("", world.values), ("@target:", world.targets)):
        rows += [(t, prefix + code, "" if v is None else v) for code, row in columns.items() for t, v in row.items()]
    rows += [(t, code, mark) for code, row in world.marks.items() for t, marks in row.items() for mark in marks]
    rows += [(t, code, m, "", g) for code, row in world.votes.items() for t, votes in row.items() for g, m in votes]
    rows += [
        (t, code, int(counted), "", "", level, matter)
        for code, row in world.events.items()
        for t, events in row.items()
        for level, matter, counted, _ in events
    ]
    rows += [(team, code, 1) for code, teams in world.vetoes.items() for team in teams]
    lines = [",".join(map(str, (row[0], classes[row[0]], *row[1:]))) for row in rows]
    return "\n".join([HEADER, *lines])
