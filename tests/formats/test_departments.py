"""Departments in a cell: split, led, looked up."""

import pytest

from governance.formats.departments import department_list, department_names, lead_and_members
from governance.formats.faults import FormatError

NAMES = department_names(
    [
        ("县委组织部", "县委组织部"),
        ("组织部", "县委组织部"),
        ("县组", "县委组织部"),
        ("县财政局", "县财政局"),
        ("财政局", "县财政局"),
        ("县教育局", "县教育局"),
        ("各社区（村）", "各社区（村）"),
        ("监委", "县纪委监委"),
        ("监委", "省监委"),
    ]
)


def read(written):
    found, faults = department_list(written, NAMES)
    assert not faults
    named = lead_and_members(found)
    return named.lead, list(named.members)


@pytest.mark.parametrize("mark", ["、", ",", "，", ";", "；", "/", "／", "\n", " 、 ", "、\n"])
def test_the_first_leads_whatever_separates_them(mark):
    assert read(f"县委组织部{mark}县财政局{mark}县教育局") == ("县委组织部", ["县财政局", "县教育局"])


@pytest.mark.parametrize(
    "written",
    [
        "县财政局、县委组织部（牵头）、县教育局",
        "县财政局、县委组织部(牵头)、县教育局",
        "县财政局、县委组织部 （ 牵头 ）、县教育局",
        "县财政局、（牵头）县委组织部、县教育局",
        "县财政局、县委组织部（牵头单位）、县教育局",
        "县财政局（配合）、县委组织部、县教育局（配合）",
        "牵头单位：县委组织部；配合单位：县财政局、县教育局",
        "牵头：组织部\n配合：财政局、教育局".replace("教育局", "县教育局"),
    ],
)
def test_a_mark_tells_who_leads(written):
    assert read(written) == ("县委组织部", ["县财政局", "县教育局"])


def test_short_names_aliases_and_spaces_lead_to_the_name():
    assert read("县 组、财政局") == ("县委组织部", ["县财政局"])


def test_brackets_that_belong_to_a_name_stay():
    assert read("县财政局、各社区(村)") == ("县财政局", ["各社区（村）"])


def test_a_department_is_named_once():
    assert read("组织部、县财政局、县委组织部、财政局") == ("县委组织部", ["县财政局"])


def test_after_a_lead_label_the_first_leads():
    assert read("牵头单位：县委组织部、县财政局") == ("县委组织部", ["县财政局"])


@pytest.mark.parametrize("nothing", ["", "/", "—", " 、 "])
def test_nothing_names_nobody(nothing):
    assert department_list(nothing, NAMES) == ([], [])


def test_a_list_of_members_has_no_lead():
    with pytest.raises(FormatError) as caught:
        read("县财政局（配合）")
    assert caught.value.code == "department_missing"


def test_two_leads_are_a_fault():
    with pytest.raises(FormatError) as caught:
        read("县委组织部（牵头）、县财政局（牵头）")
    assert caught.value.code == "two_leads"


def test_an_unknown_one_is_answered_with_the_nearest():
    found, faults = department_list("县委组织部、县财证局、县教育局", NAMES)
    assert [name for _, name in found] == ["县委组织部", "县教育局"]
    assert [fault.code for fault in faults] == ["department_near"]
    assert faults[0].params["name"] == "县财证局"
    assert "“县财政局”" in faults[0].params["suggestions"]
    assert "县财证局" in str(faults[0])


def test_every_unknown_one_is_named():
    _, faults = department_list("某某、县财政局、外星人", NAMES)
    assert [(fault.code, fault.params["name"]) for fault in faults] == [
        ("department_unknown", "某某"),
        ("department_unknown", "外星人"),
    ]


def test_a_name_that_can_mean_two_is_a_fault():
    _, faults = department_list("监委", NAMES)
    assert [fault.code for fault in faults] == ["department_ambiguous"]


def test_names_mentioned_in_a_text_are_found_longest_first():
    assert NAMES.mentioned_in("垣曲县委组织部和财政局") == ["县委组织部", "县财政局"]
