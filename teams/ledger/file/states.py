"""What a ledger says of a task's state: closed out as a whole, in part, not at all (docs/ledger.md)."""

import re
from enum import StrEnum

from governance.formats.cells import Value, compact, is_blank, is_dash, line, plain
from governance.formats.faults import CellReason, FormatError, gettext_noop

CLOSED_UNREADABLE = CellReason(
    "closed_unreadable",
    gettext_noop("“%(text)s” does not say whether the task is closed out. Write 是 or 否, 已销号 or 未销号."),
)

_YES = frozenset(
    {"是", "√", "✓", "✔", "y", "yes", "true", "1", "已销", "销号", "已办结", "办结", "closed", "closedout"},
)
_NO = frozenset(
    {"否", "×", "✗", "✘", "x", "n", "no", "false", "0", "未销", "无", "open", "未办结", "在办", "推进中", "办理中"},
)
_CLAUSES = re.compile(r"[,;。、()\[\]【】\n]+")
_CLOSED = re.compile(
    r"closedout|已(?:全部|全面|完成|按期|按时|正式|予以|于[\d年月日号.]*)?销号|(?:同意|准予|予以|完成)销号|已\w{1,8}并销号"
)
_NOT_CLOSED = re.compile(r"[未不待拟暂]|没有|尚|申请|正在|部分|not")
_WHOLE = re.compile(r"全部|全面|均|都|共")
_DAY = re.compile(
    r"\d{2,4}年(?:\d{1,2}月)?(?:\d{1,2}[日号])?|\d{1,2}月(?:\d{1,2}[日号])?|\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
)
_NUMBER = r"[\d一二三四五六七八九十两半几多]+"
_COUNTED = "个|项|件|条|批|户|村|家|处|类|方面|阶段|期|名|人|子|宗|座|栋|成|%|/|乡|镇|社区|单位|街道|点"
_SHARE = re.compile(rf"{_NUMBER}(?:{_COUNTED})|\d+$|销号\d|销号率|子项|子任务|分项|子?任务\d")
_PART = re.compile(
    r"部分|其中|其余|其他|多数|大半|一半|基本|个别|有的|有些|首批|前期|前者|第[\d一二三四五六七八九十]+|除|剩|余|另|仅|只有"
    r"|逐步|陆续|先行|阶段性"
)
_UNDER_WAY = re.compile(r"销号|办结|推进|进行|整改|办理|落实|实施|未|中$")
_LEFT = re.compile(
    r"其余|其他|剩余|余下|尚有|还有|仍有|未完成|未销号|推进中|推进$|办理中|整改中|正在"
    rf"|^前?{_NUMBER}(?:{_COUNTED})*\d*$"
)
"""Clauses that leave something to be done, or in brackets say of how much is spoken: （2/3）, （前3项）."""


class StateSaid(StrEnum):
    """What a column of states says of a task."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"
    CLOSED = "closed"


_WORK = "启动|开始|开展|开工|实施|推进|进行|办理|整改|落实|建设|施工|动工"
_STATES = {
    StateSaid.NOT_STARTED: rf"(?:尚|还)?未(?:{_WORK})|待(?:{_WORK})|notstarted",
    StateSaid.UNDER_WAY: rf"(?:正在|持续|正常|有序|加快|稳步)?(?:{_WORK})中?|在[办建]|inprogress"
    r"|(?:尚|还)?未(?:完成|销号|办结)|(?:部分|基本|阶段性)完成|已?申请销号|待销号",
    StateSaid.DONE: r"(?:已|均|全部|全面|已全部|已全面|按期|按时|已按期|已按时)?完成(?:任务)?|completed?|done|finished",
    StateSaid.CLOSED: r"已?(?:销号|办结)|closed(?:out)?",
}


def state_said(value: Value) -> StateSaid | None:
    """What a cell under 状态 says; None where it is empty or speaks of something else: 滞后, 中止, 已交办."""
    said = compact(value)
    if says_closed_out(line(value)):
        return StateSaid.CLOSED
    return next((state for state, words in _STATES.items() if re.fullmatch(words, said)), None)


def says_closed_out(note: str) -> bool:
    """Whether a note says that the whole task is 已销号, closed out on paper.

    "未销号", "部分已销号", "前3项已销号，其余推进中" and "3个子项已销号2个" do not.
    """
    clauses = [_DAY.sub("", compact(clause)) for clause in _CLAUSES.split(plain(note))]
    closed = [clause for clause in clauses if _CLOSED.search(clause) and not _NOT_CLOSED.search(clause)]
    if not closed or any(_is_left(clause) for clause in clauses):
        return False
    return all(_of_the_whole(clause) for clause in closed)


def closed_or_not(value: Value) -> bool | None:
    """Whether a cell under 是否销号 says yes; None for an empty cell.

    Raises:
        FormatError: CLOSED_UNREADABLE.
    """
    if is_blank(value) or is_dash(value):
        return None
    said = compact(value)
    if said in _YES or says_closed_out(line(value)):
        return True
    if said in _NO or _UNDER_WAY.search(said):
        return False
    raise FormatError(CLOSED_UNREADABLE, text=line(value))


def _of_the_whole(clause: str) -> bool:
    """Whether a clause that says 已销号 speaks of the whole task and of no part of it."""
    return not _PART.search(clause) and bool(_WHOLE.search(clause) or not _SHARE.search(clause))


def _is_left(clause: str) -> bool:
    """Whether a clause says that something is still to be done."""
    return bool(_LEFT.search(clause)) and not _CLOSED.search(clause)
