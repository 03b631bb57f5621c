"""What is wrong with a cell or a file: a code, its parameters and an English sentence.

The sentences are marked for translation but not translated here: this floor knows no Django. Whoever shows one calls
`gettext(reason.template) % params`.
"""

from dataclasses import dataclass
from typing import Any


def gettext_noop(message: str) -> str:
    """Mark `message` for the catalogue and give it back as it is."""
    return message


@dataclass(frozen=True, slots=True)
class Reason:
    """A kind of fault: `code` for programs, `template` (English, with %(name)s places) for people."""

    code: str
    template: str

    def sentence(self, params: dict[str, Any]) -> str:
        """The English sentence with `params` in their places."""
        return self.template % params


class FormatError(ValueError):
    """A cell or file that cannot be read; carries the `reason` and its `params`."""

    def __init__(self, reason: Reason, **params: Any) -> None:
        self.reason = reason
        self.params = params
        super().__init__(reason.sentence(params))

    @property
    def code(self) -> str:
        """The code of the reason."""
        return self.reason.code
