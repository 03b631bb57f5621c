"""What became of a report's form that was sent: what is saved, what is not, and why."""

from dataclasses import dataclass, field
from typing import Self

from governance.lists.text import Text
from governance.records.refusals import Refused

from .drafts import Merged
from .written import Conflict


@dataclass
class Outcome:
    """What became of a posted form."""

    saved: bool = False
    """Whether what is right of it is saved."""
    conflicts: list[Conflict] = field(default_factory=list)
    faults: dict[str, Text] = field(default_factory=dict)
    """What cannot be, by field; the parts they belong to are not saved."""
    news: list[str] = field(default_factory=list)
    """Parts in which somebody else has written since the form was opened."""
    refusal: Refused | None = None

    @classmethod
    def of(cls, merged: Merged) -> Self:
        """What came of saving it."""
        return cls(merged.report is not None, list(merged.conflicts), dict(merged.faults))

    @property
    def is_whole(self) -> bool:
        """Whether everything that was asked for was done."""
        return not (self.conflicts or self.faults or self.news or self.refusal)

    @property
    def status(self) -> int:
        """The status of the answer that shows the form again."""
        if self.refusal is not None:
            return self.refusal.status
        return 409 if self.conflicts or self.news else 422

    @property
    def clashes(self) -> dict[str, Conflict]:
        """The conflicts by part."""
        return {conflict.part: conflict for conflict in self.conflicts}

    @property
    def messages(self) -> dict[str, Text]:
        """All that is said beside fields: what cannot be, and what is refused."""
        return self.faults | (self.refusal.fields if self.refusal else {})

    def faults_of(self, part: str) -> list[str]:
        """What is said beside the fields of a part."""
        return [str(message) for name, message in self.faults.items() if name.startswith(f"{part}-")]
