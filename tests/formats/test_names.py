"""Names that stand for a row are found by any of their texts; an unknown one is answered with the nearest."""

from governance.formats import names
from governance.formats.names import KnownNames
from teams.rules.team_names import TEAM_AMBIGUOUS, TEAM_NEAR, TEAM_UNKNOWN

FAULTS = names.NameFaults(TEAM_UNKNOWN, TEAM_NEAR, TEAM_AMBIGUOUS)


def test_near_names_are_sought_for_so_many_unknown_texts_and_no_more(monkeypatch):
    monkeypatch.setattr(names, "MOST_COMPARED", 2)
    known = KnownNames([("县财政局", "县财政局")], FAULTS)
    asked = ["县财局", "县财政", "县 财 局", "财政局", "县财局"]
    assert [known.nearest(text) for text in asked] == [["县财政局"]] * 3 + [[], ["县财政局"]]
