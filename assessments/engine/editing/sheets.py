"""A plan document as the sheets of a workbook and back, without loss (docs/rules.md#plans).

A sheet a table: `plan` and `year` a field a row, the others a row a row, `bands` and `tables` what an indicator or
dimension has of them. What a cell cannot say exactly, an empty list or a text that would be read as a number, is
written as `json:` and canonical JSON; so every document comes back as it was.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from assessments.engine.document import Document, Source, restore, with_points
from assessments.engine.editing.fields import FIELDS
from assessments.engine.editing.shown import SEPARATORS, number_of, put, rows_of, text_of, value_of
from assessments.engine.faults import Path
from assessments.engine.fields import Shape
from assessments.engine.methods import REGISTRY
from assessments.engine.positions import Position

Cell: TypeAlias = Any
"""What a cell holds: text, a whole number, a decimal, true or false, nothing."""

Row: TypeAlias = tuple[int, Mapping[int, Cell]]
"""The number of a row and its cells by column, both from 1."""

JSON = "json:"
MOST_TEXT = 32_000
"""Characters that a cell surely keeps."""
SINGLE = {"plan": ("plan",), "year": ("year",)}
LISTS = {
    "parts": ("year", "parts"),
    **{name: (name,) for name in ("classes", "grades", "vetoes", "groups", "dimensions", "indicators")},
}
"""Sheet -> path of its rows."""
BANDS, TABLES, OTHER = "bands", "tables", "other"
BAND_COLUMNS = ("indicator", "rule", "from", "to", "points")
TABLE_COLUMNS = ("table", "code", "field", "name", "value")

_FLAT = ("method.fallback", "method", "applies_to", "unless")
_ROW = "row"
"""The column of a row that no cells can say."""
_NUMBERED = frozenset({"points_by_class", "tiers", "levels", "groups", "choices"})
_PARAMETERS = tuple(dict.fromkeys(name for method in REGISTRY.values() for name, *_rest in method.described()))


def _shapes() -> dict[str, Shape]:
    """Column -> shape."""
    shapes = {field.name: field.shape for fields in FIELDS.values() for field in fields}
    for rule in ("method", "method.fallback"):
        shapes[f"{rule}.name"] = Shape.TEXT
        for method in REGISTRY.values():
            shapes |= {f"{rule}.{name}": parameter.shape for name, parameter, _default in method.described()}
    return shapes


SHAPES = _shapes()
_LISTED = frozenset({Shape.CODES, Shape.TEXTS, Shape.LIST})
_TYPED = frozenset({Shape.NUMBER, Shape.VALUE, Shape.FLAG})


def sheets_of(document: Document) -> dict[str, list[list[Cell]]]:
    """Name -> rows of each sheet, the first its columns."""
    sheets: dict[str, list[list[Cell]]] = {}
    apart: list[tuple[str, str, Any]] = []
    rest = dict(document)
    for name in SINGLE:
        table = rest.pop(name) if rest.get(name) and isinstance(rest[name], dict) else {}
        inner = {field: value for field, value in table.items() if (name, field) not in LISTS.values() or not value}
        sheets[name] = [["field", "value"], *([_text(key), written(key, inner[key])] for key in _ordered(inner, name))]
    for name, path in LISTS.items():
        rows = rows_of(document, path)
        whole = bool(rows) and all(isinstance(row, dict) for row in rows)
        if not whole and value_of(document, ".".join(path)) is not None and len(path) > 1:
            sheets["year"] = [line for line in sheets["year"] if line[0] != "parts"]
            sheets["year"].append(["parts", f"{JSON}{_json(value_of(document, '.'.join(path)))}"])
        if whole and len(path) == 1:
            del rest[name]
        sheets[name] = _list_sheet(name, rows if whole else [], apart)
    sheets[BANDS] = [list(BAND_COLUMNS), *_band_rows(apart)]
    sheets[TABLES] = [list(TABLE_COLUMNS), *_table_rows(apart)]
    sheets[OTHER] = [["field", "value"], *([_text(key), f"{JSON}{_json(rest[key])}"] for key in sorted(rest))]
    return sheets


def document_of(sheets: Iterable[tuple[str, Sequence[Row]]]) -> Source:
    """The document that the sheets say, with the row and column of each value. The first row names the columns."""
    document: Document = {}
    places: dict[Path, Position] = {}
    later: list[tuple[str, Sequence[Row]]] = []
    for name, rows in sheets:
        if name in SINGLE or name == OTHER:
            _read_single(document, SINGLE.get(name, ()), rows, places)
        elif name in LISTS:
            _read_list(document, LISTS[name], rows, places)
        elif name in (BANDS, TABLES):
            later.append((name, rows))
    for name, rows in later:
        _read_inner(document, name, rows, places)
    return Source(document, places)


# Writing


def written(name: str, value: Any) -> Cell:
    """A value as a cell from which `read` makes the same value."""
    cell = _natural(name, value)
    return cell if _same(read(name, cell), value) else f"{JSON}{_json(value)}"


def _natural(name: str, value: Any) -> Cell:
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) < 10**15):
        return value
    if isinstance(value, list):
        return "、".join(map(text_of, value))
    return text_of(value) if isinstance(value, str | Decimal) else None


def _same(one: Any, other: Any) -> bool:
    """Whether two values are written alike in the canonical document, and are of one kind."""
    return type(one) is type(other) and with_points(one) == with_points(other)


def _json(value: Any) -> str:
    return json.dumps(with_points(value), ensure_ascii=True, sort_keys=True)


def _text(name: str) -> Cell:
    return written("code", name)


def _ordered(table: Document, part: str) -> list[str]:
    known = [field.name for field in FIELDS[part]]
    return sorted(table, key=lambda name: (known.index(name) if name in known else len(known), name))


def _list_sheet(name: str, rows: Sequence[Document], apart: list[tuple[str, str, Any]]) -> list[list[Cell]]:
    """The rows of a list, and into `apart` what has a sheet of its own: (table, code, (path, value))."""
    codes = [row.get("code") for row in rows]
    lines = []
    for row in rows:
        code = row.get("code")
        is_called = isinstance(code, str) and code != "" and codes.count(code) == 1 and _natural("code", code) == code
        line = dict(_flattened(row)) if name == "indicators" else dict(row)
        inner = {path: value for path, value in line.items() if is_called and _goes_apart(name, path, value)}
        cells = {path: written(path, value) for path, value in line.items() if path not in inner}
        again: Document = {}
        for path, value in (*cells.items(), *((path, None) for path in inner)):
            _put_cell(again, path, line[path] if value is None else read(path, value))
        if not cells or _ROW in row or not _same(again, row):
            cells = {_ROW: f"{JSON}{_json(row)}"}
        else:
            apart += [(name, str(code), (path, value)) for path, value in inner.items()]
        lines.append(cells)
    columns = _columns(name)
    columns += sorted({path for cells in lines for path in cells} - set(columns))
    return [[_text(path) for path in columns], *([cells.get(path) for path in columns] for cells in lines)]


def _columns(name: str) -> list[str]:
    found = [field.name for field in FIELDS[name]]
    if name == "indicators":
        found += ["method.name", *(f"method.{each}" for each in _PARAMETERS)]
    return [path for path in found if SHAPES[path] not in (Shape.NAMED, Shape.BANDS)]


def _flattened(row: Document, prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in row.items():
        path = f"{prefix}{key}"
        if path in _FLAT and isinstance(value, dict) and value:
            yield from _flattened(value, f"{path}.")
        else:
            yield path, value


def _goes_apart(table: str, path: str, value: Any) -> bool:
    """Whether a value is a table of name = number, or bands, as the forms know them."""
    field = path.rsplit(".", 1)[-1]
    if table == "indicators" and path in ("method.bands", "method.fallback.bands"):
        known = {"from", "to", "points"}
        return (
            isinstance(value, list)
            and bool(value)
            and all(isinstance(band, dict) and band and band.keys() <= known for band in value)
        )
    is_known = path == "points_by_class" or (table == "indicators" and path.startswith("method."))
    return is_known and field in _NUMBERED and isinstance(value, dict) and bool(value)


def _band_rows(apart: Iterable[tuple[str, str, Any]]) -> Iterable[list[Cell]]:
    for _table, code, (path, bands) in apart:
        for band in bands if isinstance(bands, list) else ():
            edges = [written(name, band[name]) if name in band else None for name in ("from", "to", "points")]
            yield [_text(code), path.removesuffix(".bands"), *edges]


def _table_rows(apart: Iterable[tuple[str, str, Any]]) -> Iterable[list[Cell]]:
    for table, code, (path, named) in apart:
        for name, value in named.items() if isinstance(named, dict) else ():
            yield [table, _text(code), path, _text(name), written("value", value)]


# Reading


def read(name: str, cell: Cell) -> Any:
    """The value of a cell of column `name`; None for nothing."""
    shape = SHAPES.get(name, Shape.VALUE if name in ("value", "from", "to") else Shape.TEXT)
    if isinstance(cell, float):
        cell = number_of(format(Decimal(repr(cell)), "f"))
    if not isinstance(cell, str):
        is_kept = cell is None or (isinstance(cell, bool | int | Decimal) and shape is not Shape.TEXT)
        return cell if is_kept else text_of(cell)
    if cell.startswith(JSON):
        try:
            return restore(json.loads(cell.removeprefix(JSON)), name.rsplit(".", 1)[-1])
        except (ValueError, RecursionError):
            return cell
    if not cell or not _is_plain(cell):
        return None
    if shape in _LISTED:
        items = [item.strip() for item in SEPARATORS.split(cell) if item.strip()]
        return [number_of(item) for item in items] if shape is Shape.LIST else items
    return number_of(cell) if shape in _TYPED else cell


def _is_plain(text: str) -> bool:
    """Whether a workbook keeps the text as it is: no control characters, no blanks at its ends, not too long."""
    has_controls = any(unicodedata.category(each)[0] == "C" for each in text)
    return text == text.strip() and len(text) < MOST_TEXT and not has_controls


def _table(rows: Sequence[Row]) -> Iterable[tuple[int, dict[str, tuple[int, Cell]]]]:
    """The rows below the first, by the names in it: number -> name -> (column, cell). Blank rows are passed over."""
    head = {column: text_of(read("code", cell)) for column, cell in rows[0][1].items()} if rows else {}
    for number, cells in rows[1:]:
        named = {head.get(column, f"column {column}"): (column, cell) for column, cell in cells.items()}
        found = {name: place for name, place in named.items() if place[1] not in (None, "")}
        if found:
            yield number, found


def _read_single(document: Document, path: Path, rows: Sequence[Row], places: dict[Path, Position]) -> None:
    for number, cells in _table(rows):
        name = text_of(read("code", cells.get("field", (0, None))[1]))
        column, cell = cells.get("value", (1, None))
        places[(*path, name)] = (number, column)
        table = document.setdefault(str(path[0]), {}) if path else document
        value = read(name, cell)
        if value is not None:
            table[name] = value


def _read_list(document: Document, path: Sequence[str], rows: Sequence[Row], places: dict[Path, Position]) -> None:
    for number, cells in _table(rows):
        row: Document = {}
        table = document.setdefault(path[0], {}) if len(path) > 1 else document
        index = len(table.setdefault(path[-1], []))
        places[(*path, index)] = (number, 1)
        for name, (column, cell) in cells.items():
            value = read(name, cell)
            if name == _ROW and isinstance(value, dict):
                row |= value
            elif value is not None:
                _put_cell(row, name, value)
                steps = name.split(".") if _is_flat(name) else [name]
                places[(*path, index, *steps)] = (number, column)
        table[path[-1]].append(row)


def _is_flat(name: str) -> bool:
    return any(name.startswith(f"{prefix}.") for prefix in _FLAT)


def _put_cell(row: Document, name: str, value: Any) -> None:
    """Put the value of a column; the names of a few tables inside a row are paths."""
    prefix = next((prefix for prefix in _FLAT if name.startswith(f"{prefix}.")), "")
    if not prefix:
        row[name] = value
        return
    table = row
    for step in prefix.split("."):
        inner = table.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        table = inner
    table[name.removeprefix(f"{prefix}.")] = value


def _read_inner(document: Document, sheet: str, rows: Sequence[Row], places: dict[Path, Position]) -> None:
    """Put bands and tables into the row that they belong to; those of no row stay in the document, as a fault."""
    for number, cells in _table(rows):
        found = {name: read(name, cell) for name, (_column, cell) in cells.items()}
        table, code = found.pop("table", "indicators"), found.pop("code" if sheet == TABLES else "indicator", None)
        owners = rows_of(document, (str(table),)) if isinstance(table, str) else []
        place = next((at for at, row in enumerate(owners) if isinstance(row, dict) and row.get("code") == code), None)
        field = text_of(found.pop("field" if sheet == TABLES else "rule", ""))
        if place is None or not field:
            document.setdefault(sheet, []).append({"code": code, **found})
            places[(sheet,)] = (number, 1)
            continue
        path = field if sheet == TABLES else f"{field}.bands"
        steps = path.split(".")
        if sheet == BANDS:
            bands = value_of(owners[place], path)
            put(owners[place], path, [*(bands if isinstance(bands, list) else []), found])
            places[(str(table), place, *steps, len(value_of(owners[place], path)) - 1)] = (number, 1)
        else:
            name = text_of(found.get("name"))
            put(owners[place], f"{path}", {**(_dict(value_of(owners[place], path))), name: found.get("value")})
            places[(str(table), place, *steps, name)] = (number, 1)


def _dict(value: Any) -> Document:
    return value if isinstance(value, dict) else {}
