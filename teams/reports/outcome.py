"""The result of a submitted report form: what is saved, what is not, and why."""

from dataclasses import dataclass, field
from typing import Self

from governance.lists.text import Text
from governance.records.refusals import Refused

from .drafts import Merged
from .written import Conflict


@dataclass
class Outcome:
    """The result of a posted form."""

    saved: bool = False
    """Whether the valid parts are saved."""
    conflicts: list[Conflict] = field(default_factory=list)
    faults: dict[str, Text] = field(default_factory=dict)
    """Invalid input by field; the parts it belongs to are not saved."""
    news: list[str] = field(default_factory=list)
    """Parts that somebody else has changed since the form was opened."""
    refusal: Refused | None = None
    stopped: bool = False
    """Whether submitting or handing over was requested and not done, since something is not saved."""

    @classmethod
    def of(cls, merged: Merged) -> Self:
        """The result of saving it."""
        return cls(merged.report is not None, list(merged.conflicts), dict(merged.faults))

    @property
    def is_whole(self) -> bool:
        """Whether everything was done."""
        return not (self.conflicts or self.faults or self.news or self.refusal)

    @property
    def status(self) -> int:
        """The HTTP status of the response that shows the form again."""
        if self.refusal is not None:
            return self.refusal.status
        return 409 if self.conflicts or self.news else 422

    @property
    def clashes(self) -> dict[str, Conflict]:
        """The conflicts by part."""
        return {conflict.part: conflict for conflict in self.conflicts}

    @property
    def messages(self) -> dict[str, Text]:
        """All messages beside fields: invalid input and refusals."""
        return self.faults | (self.refusal.fields if self.refusal else {})

    def faults_of(self, part: str) -> list[str]:
        """The messages beside the fields of a part."""
        return [str(message) for name, message in self.faults.items() if name.startswith(f"{part}-")]
