"""Columns for the value of a choice: its word, its badge, its lamp."""

from collections.abc import Callable
from html import escape
from typing import Any

from governance.lists import marks
from governance.lists.cells import reader, remembered
from governance.lists.columns import LeanColumn
from governance.lists.text import Text


class ChoiceColumn(LeanColumn):
    """The word of a choice, rendered once for each choice on a page.

    Args:
        choices: the enum of the values; its members may carry `tone` and `label`. Without it the value itself is used.
    """

    def __init__(
        self, label: Text | None = None, *, choices: Callable[[Any], Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.choices = choices

    def member(self, value: Any) -> Any:
        """The enum member that a stored value stands for."""
        return self.choices(value) if self.choices else value

    def text(self, value: Any, record: Any) -> str:
        member = self.member(value)
        return str(getattr(member, "label", member))

    def written(self, value: Any) -> str:
        return escape(self.text(value, None))

    def compiled(self) -> Callable[[Any, Any], str]:
        return remembered(self.written)

    def html(self, value: Any, record: Any) -> str:
        return self.written(value)


class BadgeColumn(ChoiceColumn):
    """A choice as a badge: the state of a report, a task, a plan."""

    def written(self, value: Any) -> str:
        return marks.badge(self.text(value, None), self.member(value))


class LampColumn(ChoiceColumn):
    """A lamp: colour, shape and word. `word` (a path) adds what the colour alone does not say ("no progress")."""

    css = "cell-lamp"

    def __init__(self, label: Text | None = None, *, word: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.word = word

    def text(self, value: Any, record: Any) -> str:
        return (str(reader(self.word)(record)) if self.word else "") or marks.word_of(self.member(value))

    def compiled(self) -> Callable[[Any, Any], str]:
        if not self.word:
            return remembered(lambda value: marks.lamp_badge(self.member(value)))
        word, badges = reader(self.word), {}

        def write(value: Any, record: Any) -> str:
            shown = (value, word(record))
            if shown not in badges:
                badges[shown] = marks.lamp_badge(self.member(value), shown[1])
            return badges[shown]

        return write

    def html(self, value: Any, record: Any) -> str:
        return marks.lamp_badge(self.member(value), self.text(value, record))
