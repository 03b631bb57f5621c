"""The tags of a template: which are allowed, and everything that is wrong with them (docs/rules.md#papers).

Names, loops, conditions, comparisons and a few filters are all that is allowed. A template is parsed and judged before
it is run, and run in a sandbox that knows nothing else.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, Union

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from .faults import CellFault, CellReason, gettext_noop

Shape: TypeAlias = Mapping[str, Union["Shape", None]]
"""The fields of a paper: None for a text or a number, a mapping for a list whose rows have these fields; the empty
mapping is a list of texts."""

TAG_UNREADABLE = CellReason(
    "tag_unreadable", gettext_noop("“%(tag)s” (%(part)s, after “%(after)s”) cannot be read. Correct the tag.")
)
TAG_UNCLOSED = CellReason(
    "tag_unclosed", gettext_noop("A loop or condition in the %(part)s is never closed. Add its endfor or endif.")
)
TAG_REFUSED = CellReason(
    "tag_refused",
    gettext_noop(
        "“%(tag)s” (%(part)s, after “%(after)s”) is not allowed. A template holds fields, loops, conditions and the "
        "listed filters only."
    ),
)
FIELD_UNKNOWN = CellReason(
    "field_unknown",
    gettext_noop("“%(tag)s” (%(part)s, after “%(after)s”): this paper has no field “%(field)s” there."),
)
FIELD_NOT_TEXT = CellReason(
    "field_not_text",
    gettext_noop("“%(tag)s” (%(part)s, after “%(after)s”): “%(field)s” is a list. Go through it with for."),
)
FIELD_NOT_LIST = CellReason(
    "field_not_list",
    gettext_noop("“%(tag)s” (%(part)s, after “%(after)s”): “%(field)s” is not a list and has no rows."),
)
LOOPS_TOO_DEEP = CellReason(
    "loops_too_deep",
    gettext_noop("“%(tag)s” (%(part)s, after “%(after)s”) lies too deep: at most 3 loops in each other."),
)
DEEPEST = 3
"""Loops inside loops."""
TAG = re.compile(r"\{[{%#]")
"""How a tag begins."""

_DIGITS = "零一二三四五六七八九"
_WHOLE_TAG = re.compile(r"^\{[{%#].*?[}%#]\}")
_LOOP = ("index", "first", "last")
"""What a template may ask of the loop that it is in."""


def numeral(number: Any) -> str:
    """A number from 0 to 99 in Chinese numerals; anything else as it is."""
    if not str(number).isdigit() or not 0 <= int(number) <= 99:
        return str(number)
    tens, ones = divmod(int(number), 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def joined(texts: Sequence[str], mark: str = "、") -> Markup:
    """Texts in one line."""
    return escape(mark).join(texts)


FILTERS = {"numeral": numeral, "join": joined, "length": len}
"""What a template may do with a value, besides showing it."""


def _environment() -> ImmutableSandboxedEnvironment:
    """The one environment of every part: escaping, without globals, with the listed filters only."""
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    made.globals.clear()
    made.tests.clear()
    made.filters.clear()
    made.filters.update(FILTERS)
    return made


ENVIRONMENT = _environment()
"""The sandbox in which every part of every template runs."""


def part_faults(name: str, xml: str, shape: Shape) -> list[CellFault]:
    """What is wrong in the part called `name` of a template, as Jinja reads it, for the fields of `shape`."""
    # Each tag begins a line, so that the line of a node says which tag it is.
    lined = TAG.sub(lambda tag: "\n" + tag[0], xml.replace("\n", " "))
    part = _Part(name, lined.split("\n"))
    reader = _Reader(part)
    try:
        reader.read(ENVIRONMENT.parse(lined).body, dict(shape), 0)
    except RecursionError:
        return [part.fault(LOOPS_TOO_DEEP, None)]
    except TemplateSyntaxError as error:
        if "Unexpected end" in (error.message or ""):
            return [CellFault(TAG_UNCLOSED, {"part": name})]
        unknown = re.match(r"No filter named", error.message or "")
        return [part.fault(TAG_REFUSED if unknown else TAG_UNREADABLE, error.lineno)]
    return reader.faults


@dataclass(frozen=True)
class _Part:
    """A part of a template, a tag on each line but the first."""

    name: str
    lines: Sequence[str]

    def fault(self, reason: CellReason, line: int | None, **params: Any) -> CellFault:
        """A fault with its place: the tag, the part, and the text before the tag."""
        line = min(line or 1, len(self.lines))
        here = self.lines[line - 1]
        tag = _WHOLE_TAG.match(here)
        shown = tag[0] if tag else _words(here)
        words = ""
        for before in reversed(self.lines[: line - 1]):
            words = _words(_WHOLE_TAG.sub("", before))
            if words:
                break
        return CellFault(reason, {"tag": shown[:60], "part": self.name, "after": words[-20:], **params})


def _words(xml: str) -> str:
    """The text of a piece of XML, without its elements and without one that is cut off."""
    return " ".join(re.sub(r"<[^>]*(>|$)", " ", xml).split())


@dataclass(frozen=True)
class _Row:
    """A row of a list, by its fields."""

    fields: Shape


_Kind: TypeAlias = Shape | _Row | None
"""What an expression is: a list, a row, or None for a text or number."""

_COMPARED = ("eq", "ne", "lt", "gt", "lteq", "gteq")


@dataclass
class _Refused(Exception):
    """An expression that is not allowed."""

    reason: CellReason
    line: int | None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Reader:
    """Reads the statements of a part and collects what is not allowed."""

    part: _Part
    faults: list[CellFault] = field(default_factory=list)

    def read(self, statements: Sequence[nodes.Node], known: Mapping[str, Any], depth: int) -> None:
        """Read statements that know these names."""
        for node in statements:
            try:
                self._statement(node, known, depth)
            except _Refused as refused:
                self.faults.append(self.part.fault(refused.reason, refused.line, **refused.params))

    def _statement(self, node: nodes.Node, known: Mapping[str, Any], depth: int) -> None:
        if isinstance(node, nodes.Output):
            for shown in node.nodes:
                if not isinstance(shown, nodes.TemplateData):
                    self._shown(shown, known, depth)
        elif isinstance(node, nodes.If):
            self._asked(node.test, known, depth)
            self.read(node.body, known, depth)
            self.read(node.elif_, known, depth)
            self.read(node.else_, known, depth)
        elif isinstance(node, nodes.For):
            self._loop(node, known, depth)
        else:
            first = next((each.lineno for each in node.iter_child_nodes() if each.lineno), None)
            raise _Refused(TAG_REFUSED, node.lineno or first)

    def _loop(self, node: nodes.For, known: Mapping[str, Any], depth: int) -> None:
        name = node.target.name if isinstance(node.target, nodes.Name) else "_"
        if node.test or node.recursive or node.else_ or name == "loop" or name.startswith("_"):
            raise _Refused(TAG_REFUSED, node.lineno)
        if depth >= DEEPEST:
            raise _Refused(LOOPS_TOO_DEEP, node.lineno)
        rows: _Kind
        try:
            rows = _kind(node.iter, known, depth)
            if not isinstance(rows, Mapping):
                raise _Refused(FIELD_NOT_LIST, node.lineno, {"field": _named(node.iter)})
        except _Refused as refused:
            # What stands in the loop cannot be judged without knowing the rows.
            self.faults.append(self.part.fault(refused.reason, refused.line, **refused.params))
            return
        row = _Row(rows) if rows else None
        self.read(node.body, {**known, name: row}, depth + 1)

    def _asked(self, test: nodes.Node, known: Mapping[str, Any], depth: int) -> None:
        try:
            _kind(test, known, depth)
        except _Refused as refused:
            self.faults.append(self.part.fault(refused.reason, refused.line, **refused.params))

    def _shown(self, shown: nodes.Node, known: Mapping[str, Any], depth: int) -> None:
        try:
            if _kind(shown, known, depth) is not None:
                raise _Refused(FIELD_NOT_TEXT, shown.lineno, {"field": _named(shown)})
        except _Refused as refused:
            self.faults.append(self.part.fault(refused.reason, refused.line, **refused.params))


def _kind(node: nodes.Node, known: Mapping[str, Any], depth: int) -> _Kind:
    """What an expression is, where it is allowed."""
    match node:
        case nodes.Name():
            if node.name not in known:
                raise _Refused(FIELD_UNKNOWN, node.lineno, {"field": node.name})
            found: _Kind = known[node.name]
            return found
        case nodes.Getattr():
            return _field(node, known, depth)
        case nodes.Const() if isinstance(node.value, str | int):
            return None
        case nodes.Not():
            _kind(node.node, known, depth)
            return None
        case nodes.And() | nodes.Or():
            _kind(node.left, known, depth)
            _kind(node.right, known, depth)
            return None
        case nodes.Compare() if all(each.op in _COMPARED for each in node.ops):
            for side in (node.expr, *(each.expr for each in node.ops)):
                _text(side, known, depth)
            return None
        case nodes.Filter():
            _filtered(node, known, depth)
            return None
    raise _Refused(TAG_REFUSED, node.lineno)


def _text(node: nodes.Node, known: Mapping[str, Any], depth: int) -> None:
    if _kind(node, known, depth) is not None:
        raise _Refused(FIELD_NOT_TEXT, node.lineno, {"field": _named(node)})


def _field(node: nodes.Getattr, known: Mapping[str, Any], depth: int) -> _Kind:
    """A field of a row, or what the loop says of itself."""
    if isinstance(node.node, nodes.Name) and node.node.name == "loop" and depth:
        if node.attr in _LOOP:
            return None
        raise _Refused(TAG_REFUSED, node.lineno)
    owner = _kind(node.node, known, depth)
    if not isinstance(owner, _Row) or node.attr not in owner.fields:
        raise _Refused(FIELD_UNKNOWN, node.lineno, {"field": _named(node)})
    return owner.fields[node.attr]


def _filtered(node: nodes.Filter, known: Mapping[str, Any], depth: int) -> None:
    """A listed filter with constant arguments, on what it works on."""
    given = [each for each in node.args if isinstance(each, nodes.Const) and isinstance(each.value, str)]
    odd = node.kwargs or node.dyn_args or node.dyn_kwargs or len(given) < len(node.args)
    if node.node is None or odd or node.name not in FILTERS or len(given) > (node.name == "join"):
        raise _Refused(TAG_REFUSED, node.lineno)
    kind = _kind(node.node, known, depth)
    if node.name == "numeral" and kind is not None:
        raise _Refused(FIELD_NOT_TEXT, node.lineno, {"field": _named(node.node)})
    if node.name == "length" and not isinstance(kind, Mapping):
        raise _Refused(FIELD_NOT_LIST, node.lineno, {"field": _named(node.node)})
    if node.name == "join" and not (isinstance(kind, Mapping) and not kind):
        raise _Refused(FIELD_NOT_LIST, node.lineno, {"field": _named(node.node)})


def _named(node: nodes.Node) -> str:
    """An expression of names as it is written."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_named(node.node)}.{node.attr}"
    return "…"
