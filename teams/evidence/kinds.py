"""The kinds of evidence, what differs between them, and their register.

An owner is what a file proves something about: a task, a close-out, a row of a report. A kind is a link model (a
subclass of `Evidence`) and a subclass of `EvidenceKind` for its owners. An app registers its kinds in `ready`; pages,
gallery, archive, downloads and doctor know them only from the register.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeAlias, TypeVar

from django.db.models import Model, Q, QuerySet

from governance.lists.filters import holding
from governance.lists.text import Text
from governance.people.models import User
from governance.records.register import Register

from ..models import ReportingPeriod, SpecialTeam, SubmittedEvidence, Task
from ..models.evidence import Evidence

Piece: TypeAlias = Evidence | SubmittedEvidence
"""A link from an owner to a file."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place where a file is used: what it proves there, as text, and the page."""

    key: tuple[str, int, int]
    words: str
    url: str


class EvidenceKind:
    """Everything that differs by kind; a subclass defines it for the owners of one link model."""

    name: ClassVar[str]
    """The word in addresses: `/evidence/<name>/<key>/`."""

    model: ClassVar[type[Any]]
    """The link model."""

    owner_field: ClassVar[str] = "owner"

    related: ClassVar[tuple[str, ...]] = ("owner",)
    """What is joined to a piece to name its owner."""

    task_path: ClassVar[str] = ""
    """The lookup from a link to the task it is about; "" for evidence about no task."""

    is_final: ClassVar[bool] = False
    """Whether pieces never change, like submitted ones: no describing, no withdrawing, and none in the gallery."""

    withdrawal_notes: ClassVar[Sequence[Text]] = ()
    """What withdrawing means for this kind in particular."""

    @property
    def owner_model(self) -> type[Model]:
        """The model of the owners."""
        owner: type[Model] = self.model._meta.get_field(self.owner_field).related_model
        return owner

    # Reading
    def visible_to(self, user: User) -> QuerySet[Any]:
        """The pieces that `user` may see."""
        seen: QuerySet[Any] = self.model.objects.visible_to(user)
        return seen

    def in_force(self, user: User) -> QuerySet[Any]:
        """The visible pieces that were not withdrawn."""
        seen: Any = self.visible_to(user)
        pieces: QuerySet[Any] = seen.in_force()
        return pieces

    def of_team(self, team: SpecialTeam) -> Q:
        """The pieces in the gallery of a team."""
        return Q(**{self.model.team_lookup: team.pk})

    def in_period(self, period: ReportingPeriod) -> Q:
        """The pieces, with their day annotated as `on`, that belong to a period: by default those with a day in it."""
        return Q(on__gte=period.starts_on, on__lte=period.ends_on)

    def says(self, word: str) -> Q:
        """The pieces that contain a word of a search."""
        return holding(word, "caption", "file__name")

    def owner_of(self, piece: Piece) -> Any:
        """The owner of a piece."""
        return getattr(piece, self.owner_field)

    def task_of(self, owner: Any) -> Task | None:
        """The task that evidence of `owner` is about."""
        return None

    def place_of(self, owner: Any) -> Place:
        """The owner as text, with its page."""
        raise NotImplementedError

    # Changing
    def is_open(self, owner: Any) -> bool:
        """Whether the state of `owner` allows changes to its evidence now."""
        raise NotImplementedError

    def may_attach(self, user: User, owner: Any) -> bool:
        """Whether the rules let `user` attach, describe and withdraw, whatever the state of `owner`."""
        raise NotImplementedError

    def hold(self, key: int, *, by: User, at: datetime) -> Any:
        """Lock an owner for a verb that changes its evidence.

        Raises:
            NotAllowed: `by` may not attach to it.
            WrongState: its evidence cannot be changed now.
        """
        raise NotImplementedError

    def subject_of(self, owner: Any) -> Model:
        """The row that the audit log names as the object of the attachment."""
        subject: Model = owner
        return subject


KINDS: Register[EvidenceKind] = Register()
"""The register: kinds by the word in their addresses."""

Kind = TypeVar("Kind", bound=type[EvidenceKind])


def register_kind(kind: Kind) -> Kind:
    """Class decorator that registers a kind."""
    KINDS.register(kind.name, kind())
    return kind


def changeable_kinds() -> list[EvidenceKind]:
    """The kinds whose pieces can be attached and withdrawn and are shown in galleries."""
    return [kind for kind in KINDS.values() if not kind.is_final]


def kind_of(piece: Piece) -> EvidenceKind:
    return kind_of_model(type(piece))


def kind_of_model(model: type[Model]) -> EvidenceKind:
    """The kind of a link model."""
    return next(kind for kind in KINDS.values() if kind.model is model)


def kind_for(owner: Model) -> EvidenceKind:
    """The kind of evidence that is attached to `owner`."""
    return next(kind for kind in KINDS.values() if kind.owner_model is type(owner))
