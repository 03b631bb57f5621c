"""What a journey costs a person: taps or clicks, and keys. Counted by hand of the browser's own, not by the test.

A script in each page counts trusted events and keeps the sums while the journey lasts, over pages and signings-in.
Chinese characters arrive without keys; each counts as the one it is.
"""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visitor

KEPT = Path(__file__).resolve().parents[2] / "build" / "efforts.txt"

COUNT = """
addEventListener('click', (event) => {
  if (event.isTrusted && event.detail) window.countEffort('taps', 1);
}, true);
addEventListener('change', (event) => {
  if (event.isTrusted && event.target.matches('select, input[type=file]')) window.countEffort('choices', 1);
}, true);
addEventListener('keydown', (event) => {
  if (event.isTrusted) window.countEffort('keys', 1);
}, true);
"""


@dataclass
class Effort:
    """A journey of one person, counted while it lasts."""

    name: str
    visitor: Visitor
    sums: dict[str, int] = field(default_factory=lambda: {"taps": 0, "keys": 0, "choices": 0})

    def __post_init__(self) -> None:
        self.visitor.context.expose_function("countEffort", self._count)
        self.visitor.context.add_init_script(COUNT)

    @property
    def page(self) -> Page:
        """The page of whose person this is."""
        return self.visitor.page

    def write(self, where: Locator, text: str) -> None:
        """Tap into a field and type what it should say, key by key; other scripts' characters come in as they are."""
        where.click()
        where.press("ControlOrMeta+a")
        self.sums["keys"] -= 2  # what stood there is marked by the tap of a finger
        where.press_sequentially(text)
        self.sums["keys"] += sum(not character.isascii() for character in text)

    def tell(self) -> str:
        """One line for the record, also kept in `build/efforts.txt`."""
        line = f"{self.name}: {self.sums['taps']} taps or clicks, {self.sums['keys']} keys"
        if self.sums["choices"]:
            line += f", {self.sums['choices']} choices"
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        with KEPT.open("a", encoding="utf-8") as kept:
            kept.write(line + "\n")
        return line

    def _count(self, kind: str, count: int) -> None:
        self.sums[kind] += count
