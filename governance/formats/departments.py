"""Departments named in a cell: split the list, find the lead, look each name up (docs/rules.md#cells)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .cells import compact, is_dash, line, quoted, text
from .faults import CellReason, FormatError, gettext_noop
from .names import KnownNames, NameFaults

DEPARTMENT_UNKNOWN = CellReason(
    "department_unknown", gettext_noop("There is no department “%(name)s”. Correct the name or add it as an alias.")
)
DEPARTMENT_NEAR = CellReason(
    "department_near", gettext_noop("There is no department “%(name)s”. Did you mean %(suggestions)s?")
)
DEPARTMENT_AMBIGUOUS = CellReason(
    "department_ambiguous", gettext_noop("“%(name)s” could mean %(suggestions)s. Write the full name.")
)
DEPARTMENT_MISSING = CellReason(
    "department_missing", gettext_noop("The lead department is missing. Add it, or mark one department with （牵头）.")
)
TWO_LEADS = CellReason("two_leads", gettext_noop("%(names)s are both marked as lead. A task has one lead department."))

_SEPARATORS = re.compile(r"[、,;/\n|]+")
_MARK = re.compile(
    r"^[(（\[【〔](?P<before>[^()（）\[\]【】〔〕]*)[)）\]】〕]|[(（\[【〔](?P<behind>[^()（）\[\]【】〔〕]*)[)）\]】〕]$"
)
_LEAD_MARKS = frozenset({"牵头", "牵头单位", "牵头部门", "主办", "主责", "主要责任单位", "组长单位", "lead"})
_MEMBER_MARKS = frozenset(
    {
        "配合",
        "配合单位",
        "配合部门",
        "成员",
        "成员单位",
        "协办",
        "协办单位",
        "协同",
        "参与",
        "参与单位",
        "member",
        "joint",
    }
)
_LABEL = re.compile(r"(?P<label>[^:]{1,8}):(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class NamedDepartments:
    """The departments in a cell: the lead, and the members in order."""

    lead: str
    members: tuple[str, ...]


class DepartmentNames(KnownNames):
    """The existing departments; `divided` are the names that contain a separator of lists."""

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        super().__init__(known, NameFaults(DEPARTMENT_UNKNOWN, DEPARTMENT_NEAR, DEPARTMENT_AMBIGUOUS))
        parted = (text for text in self.texts if _SEPARATORS.search(_half_width(text)))
        self.divided = sorted(parted, key=len, reverse=True)


def department_names(known: Iterable[tuple[str, str]]) -> DepartmentNames:
    """The existing departments, from pairs of a text (name, short name, alias) and the name it stands for."""
    return DepartmentNames(known)


def department_list(written: str, names: DepartmentNames) -> tuple[list[tuple[str, str]], list[FormatError]]:
    """The departments of one cell as (mark, name), mark "lead", "member" or "", and the faults of names not found.

    Separated by 、 , ， ; ； / or a new line, which a known name may also contain. A mark is "（牵头）" after
    a name, or "牵头单位：" before several names.
    """
    found: list[tuple[str, str]] = []
    faults: list[FormatError] = []
    label = ""
    if is_dash(written):
        return found, faults
    written = text(written)
    for place, name in enumerate(names.divided):
        written = written.replace(name, _placeholder(place))
    for piece in _SEPARATORS.split(_half_width(written)):
        new_label, said = _labelled(piece.strip())
        label = label if new_label is None else new_label
        said, mark = _marked(said)
        for place, name in enumerate(names.divided):
            said = said.replace(_placeholder(place), name)
        if not said or is_dash(said):
            continue
        try:
            found.append((mark or label, names.find(said)))
        except FormatError as fault:
            faults.append(fault)
        label = "" if label == "lead" else label
    return found, faults


def lead_and_members(found: list[tuple[str, str]]) -> NamedDepartments:
    """The lead (the marked one, otherwise the first) and the members in order, without duplicates.

    Raises:
        FormatError: TWO_LEADS, DEPARTMENT_MISSING.
    """
    leads = list(dict.fromkeys(name for mark, name in found if mark == "lead"))
    if len(leads) > 1:
        raise FormatError(TWO_LEADS, names=quoted(leads))
    leads += [name for mark, name in found if not mark]
    if not leads:
        raise FormatError(DEPARTMENT_MISSING)
    return NamedDepartments(leads[0], members_of(found, leads[0]))


def members_of(found: list[tuple[str, str]], lead: str) -> tuple[str, ...]:
    """The departments of a list in order, without the lead and without duplicates."""
    return tuple(dict.fromkeys(name for _, name in found if name != lead))


def _placeholder(place: int) -> str:
    """A stand-in for a name that contains a separator while its list is split; it uses characters of no alphabet."""
    return f"\ue000{place}\ue001"


def _half_width(written: str) -> str:
    """`text` with half-width separators; names stay as they are."""
    return written.translate(str.maketrans("，；／：｜", ",;/:|"))


def _labelled(piece: str) -> tuple[str | None, str]:
    """ "牵头单位:县委组织部" gives the mark of its label and the rest; None for a part without a label."""
    match = _LABEL.fullmatch(piece)
    mark = _mark(match["label"]) if match else ""
    return (mark, match["rest"].strip()) if match and mark else (None, piece)


def _marked(piece: str) -> tuple[str, str]:
    """ "县委组织部(牵头)" gives the name and its mark; brackets that are part of a name stay."""
    for match in _MARK.finditer(piece):
        mark = _mark(match["before"] or match["behind"] or "")
        if mark:
            return line(piece[: match.start()] + piece[match.end() :]), mark
    return line(piece), ""


def _mark(word: str) -> str:
    word = compact(word)
    if word in _LEAD_MARKS:
        return "lead"
    return "member" if word in _MEMBER_MARKS else ""
