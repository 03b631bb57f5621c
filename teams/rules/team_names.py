"""Finds the team of a row or of a whole sheet by name, short name or code."""

import re
from collections.abc import Iterable

from governance.formats.cells import compact, line
from governance.formats.faults import CellReason, FormatError, gettext_noop
from governance.formats.names import KnownNames, NameFaults

TEAM_UNKNOWN = CellReason(
    "team_unknown",
    gettext_noop("There is no special team “%(name)s” in this action. Correct it, or set up the team first."),
)
TEAM_NEAR = CellReason(
    "team_near", gettext_noop("There is no special team “%(name)s” in this action. Did you mean %(suggestions)s?")
)
TEAM_AMBIGUOUS = CellReason(
    "team_ambiguous", gettext_noop("“%(name)s” could mean %(suggestions)s. Write the full name of the team.")
)
TEAM_MISSING = CellReason(
    "team_missing",
    gettext_noop("The special team is missing. Enter it in this cell, or merge the cell with the one above."),
)
TEAMS_DISAGREE = CellReason(
    "teams_disagree",
    gettext_noop("The sheet names two teams: %(first)s and %(second)s. Keep one."),
)

_ORDINAL = re.compile(
    r"^(?:\(?[一二三四五六七八九十\d]{1,3}\)?[、.．:]|\([一二三四五六七八九十\d]{1,3}\)|第?\d{1,3}(?=\D))"
)
_KIND = re.compile(r"(?:工作)?专班$")
_REPORTING_UNIT = re.compile(
    r"(?:填报|报送|上报|填表|责任|牵头)?(?:单位|专班|部门)(?:\([^()]*\))?:(?P<unit>[^:]*?)(?:填报|报送|时间|日期|$)"
)


def team_names(known: Iterable[tuple[str, str]]) -> KnownNames:
    """The existing teams, from pairs of a text (name, short name, code) and the name it stands for."""
    return KnownNames(known, NameFaults(TEAM_UNKNOWN, TEAM_NEAR, TEAM_AMBIGUOUS), spelling=_spelling)


def without_ordinal(name: str) -> str:
    """ "一、乡村振兴专班" or "4.乡村振兴专班" without the leading number."""
    return _ORDINAL.sub("", compact(name)).strip()


def team_in_cell(written: str, names: KnownNames) -> str:
    """The team that a cell names, with or without a leading number.

    Raises:
        FormatError: TEAM_UNKNOWN, TEAM_NEAR, TEAM_AMBIGUOUS.
    """
    return names.get(line(written)) or names.get(without_ordinal(written)) or names.find(line(written))


def team_of_sheet(sheet_name: str, title_lines: Iterable[str], names: KnownNames) -> str | None:
    """The team of a whole sheet, named by the sheet, a 填报单位 or a title; None when nothing names one.

    Raises:
        FormatError: TEAMS_DISAGREE.
    """
    lines = list(title_lines)
    units = [match["unit"] for text in lines for match in _REPORTING_UNIT.finditer(compact(text))]
    whole = [names.get(without_ordinal(text)) for text in (sheet_name, *units)]
    named = [name for name in whole if name]
    for text in (sheet_name, *lines):
        mentioned = names.mentioned_in(text)
        named += mentioned if len(mentioned) == 1 else []
    teams = list(dict.fromkeys(named))
    if len(teams) > 1:
        raise FormatError(TEAMS_DISAGREE, first=f"“{teams[0]}”", second=f"“{teams[1]}”")
    return teams[0] if teams else None


def _spelling(name: str) -> str:
    """A team's name for comparing: "乡村振兴" and "乡村振兴专班" are the same."""
    spelt = compact(name)
    return _KIND.sub("", spelt) or spelt
