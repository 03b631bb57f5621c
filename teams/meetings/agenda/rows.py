"""What a page about a meeting sends to be saved: its fields, its agenda and its people, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from governance.people.models import User
from teams.models import SpecialTeam

from ..decisions.recording import DecisionWords
from ..models import AgendaItem, Attendance
from ..states import AttendanceMark


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """An item of the agenda; its place in the list is its order."""

    kind: str
    title: str = ""
    team: SpecialTeam | None = None
    speaker: User | None = None
    length_minutes: int = 10
    key: int | None = None
    """The item that it changes; None for a new one."""
    continues: AgendaItem | None = None
    """The deferred item of an earlier meeting that it takes up."""

    @property
    def fields(self) -> dict[str, Any]:
        """What the row says of the item."""
        return {
            "kind": self.kind,
            "title": self.title.strip(),
            "team": self.team,
            "speaker": self.speaker,
            "length_minutes": self.length_minutes,
        }


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A person invited; the place in the list is the order of protocol."""

    user: User | None = None
    name: str = ""
    post: str = ""
    unit: str = ""
    capacity: str = Attendance.Capacity.ATTENDING
    mark: str = AttendanceMark.EXPECTED
    stand_in: str = ""
    key: int | None = None
    """The row that it changes; None for a new one."""
    teams: Sequence[SpecialTeam] | None = None
    """The teams whose seat the person takes; None leaves the seats as they are."""

    @classmethod
    def of(cls, user: User, *, teams: Sequence[SpecialTeam] = ()) -> "PersonRow":
        """The row of a person with an account; name, post and unit as they are now."""
        unit = user.department.name if user.department else ""
        return cls(user=user, name=user.name, post=user.post, unit=unit, teams=tuple(teams))

    @classmethod
    def as_listed(cls, person: Attendance) -> "PersonRow":
        """The row of a person as the list has them."""
        names = ("user", "name", "post", "unit", "capacity", "mark", "stand_in")
        return cls(key=person.pk, **{name: getattr(person, name) for name in names})

    @property
    def fields(self) -> dict[str, Any]:
        """What the row says of the person, without the mark."""
        return {
            "user": self.user,
            "name": self.name.strip(),
            "post": self.post.strip(),
            "unit": self.unit.strip(),
            "capacity": self.capacity,
        }


MEETING_FIELDS = ("title", "starts_at", "place", "chair", "secretary", "contact", "contact_phone", "leave_by")
"""What is said of a meeting itself."""


@dataclass(frozen=True, kw_only=True)
class DecisionPart:
    """A decision as the page has it."""

    words: DecisionWords
    key: int | None = None
    """The proposed decision that it changes; None for a new one."""
    seen: int | None = None
    """The version of the decision when the page was opened."""


@dataclass(frozen=True)
class Arrangement:
    """A whole page about a meeting."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    """Those of `MEETING_FIELDS` that change."""
    items: Sequence[ItemRow] | None = None
    """The whole agenda in its order; None leaves it as it is."""
    people: Sequence[PersonRow] | None = None
    """Everybody invited, in the order of protocol; None leaves them as they are."""
    decisions: Sequence[DecisionPart] = ()
    """Proposed decisions that change, and new ones; those that are not named stay as they are."""
    minutes: str | None = None
    """The text of the minutes; None leaves it as it is."""

    @property
    def is_more_than_words(self) -> bool:
        """Whether it says anything of what the minutes fix: when, where, agenda, people."""
        return bool(self.fields) or self.items is not None or self.people is not None
