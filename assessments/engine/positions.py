"""The position of each key in a TOML text, which the standard library's reader does not report.

`positions(text)` walks a text that `tomllib` has accepted and returns the line and column of every table,
key and array item, by its path in the document. It reads structure only and skips values.
"""

from assessments.engine.faults import Path

Position = tuple[int, int]
"""Line and column, from 1."""

_SPACE = " \t"
_BLANK = " \t\r\n"
_BARE_END = " \t=.]"
_SCALAR_END = ",]}#\r\n"
_QUOTES = ('"""', "'''", '"', "'")


def positions(text: str) -> dict[Path, Position]:
    """Path -> (line, column) of each header, key and array item of a valid TOML `text`."""
    walker = _Walker(text)
    walker.document()
    return walker.found


class _Walker:
    """One pass over the text; `at` is the offset of the next character."""

    def __init__(self, text: str) -> None:
        self.text = f"{text}\n"
        self.at = 0
        self.found: dict[Path, Position] = {}
        self.rows: dict[Path, int] = {}  # arrays of tables: rows so far
        self.line = 1
        self.counted = 0

    def position(self, offset: int) -> Position:
        """Line and column of an offset; offsets must be asked for in rising order."""
        self.line += self.text.count("\n", self.counted, offset)
        self.counted = offset
        return self.line, offset - self.text.rfind("\n", 0, offset)

    def note(self, path: Path, offset: int) -> None:
        self.found.setdefault(path, self.position(offset))

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip(self, characters: str) -> None:
        while self.peek() and self.peek() in characters:
            self.at += 1

    def skip_blank(self) -> None:
        """Skip space, line ends and comments."""
        self.skip(_BLANK)
        while self.peek() == "#":
            self.at = self.text.index("\n", self.at)
            self.skip(_BLANK)

    def document(self) -> None:
        table: Path = ()
        self.skip_blank()
        while self.peek():
            table = self.header() if self.peek() == "[" else self.pair(table)
            self.skip_blank()

    def header(self) -> Path:
        """Read `[a.b]` or `[[a.b]]` and return the path of the table it opens."""
        start = self.at
        is_row = self.text.startswith("[[", start)
        self.skip("[" + _SPACE)
        names = self.key()
        self.skip("]" + _SPACE)
        path: Path = ()
        for name in names[:-1]:
            path = self.row_of((*path, name))
        path = (*path, names[-1])
        if is_row:
            self.note(path, start)
            self.rows[path] = self.rows.get(path, 0) + 1
        path = self.row_of(path)
        self.note(path, start)
        return path

    def row_of(self, path: Path) -> Path:
        """The path itself, or its last row where it is an array of tables."""
        return (*path, self.rows[path] - 1) if path in self.rows else path

    def key(self) -> list[str]:
        """Read a bare, quoted or dotted key."""
        names = []
        while True:
            self.skip(_SPACE)
            start = self.at
            if self.peek() in ('"', "'"):
                self.string()
                names.append(self.text[start + 1 : self.at - 1])
            else:
                while self.peek() and self.peek() not in _BARE_END:
                    self.at += 1
                names.append(self.text[start : self.at])
            self.skip(_SPACE)
            if self.peek() != ".":
                return names
            self.at += 1

    def pair(self, table: Path) -> Path:
        """Read `key = value` in `table` and return the table again."""
        start = self.at
        path: Path = (*table, *self.key())
        self.note(path, start)
        self.skip("=" + _SPACE)
        self.value(path)
        return table

    def value(self, path: Path) -> None:
        mark = self.peek()
        if mark in ('"', "'"):
            self.string()
        elif mark == "[":
            self.array(path)
        elif mark == "{":
            self.inline_table(path)
        else:
            while self.peek() and self.peek() not in _SCALAR_END:
                self.at += 1

    def string(self) -> None:
        """Skip a string of any of the four kinds."""
        quote = next(quote for quote in _QUOTES if self.text.startswith(quote, self.at))
        self.at += len(quote)
        while not self.text.startswith(quote, self.at):
            self.at += 2 if quote[0] == '"' and self.peek() == "\\" else 1
        self.at += len(quote)
        if len(quote) == 3:  # up to two more quotes belong to the text
            self.skip(quote[0])

    def array(self, path: Path) -> None:
        self.at += 1
        self.skip_blank()
        index = 0
        while self.peek() != "]":
            self.note((*path, index), self.at)
            self.value((*path, index))
            index += 1
            self.skip_blank()
            self.skip(",")
            self.skip_blank()
        self.at += 1

    def inline_table(self, path: Path) -> None:
        self.at += 1
        self.skip_blank()
        while self.peek() != "}":
            self.pair(path)
            self.skip_blank()
            self.skip(",")
            self.skip_blank()
        self.at += 1
