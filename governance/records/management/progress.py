"""Progress of long work on standard error: a bar on a terminal, an occasional line elsewhere."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30
"""Characters of the bar."""

PAUSE = 5.0
"""Seconds between two lines in a log."""


class ProgressLine:
    """Call it with what is being done, how much is done and how much there is; `close` ends the line.

    On a terminal it redraws a bar, ten times a second at most; in a log it writes a line every PAUSE seconds, and none
    for shorter work.
    """

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._pause = 0.1 if self._live else PAUSE
        self._told_at = time.monotonic()
        self._open = False

    def __call__(self, what: str, done: int, total: int) -> None:
        """Report, unless it did a moment ago; the end is always shown on a terminal."""
        now = time.monotonic()
        last = self._live and done >= total
        if now - self._told_at < self._pause and not last:
            return
        self._told_at = now
        self._write(f"{what} {done}/{total}", done / total if total else 1.0)

    def close(self) -> None:
        """Leave the terminal on a new line."""
        if self._open:
            self._put("\n")
            self._open = False

    def _write(self, words: str, share: float) -> None:
        if not self._live:
            self._put(f"{words}\n")
        else:
            bar = "█" * round(WIDTH * share)
            self._put(f"\r{bar:░<{WIDTH}} {words} ")
            self._open = True

    def _put(self, text: str) -> None:
        """Write without the error colour and without adding a line end."""
        self._stream.write(text, style_func=str, ending="")
        self._stream.flush()
