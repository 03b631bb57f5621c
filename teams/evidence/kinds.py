"""What differs by kind of evidence, and the register of kinds.

An owner is what a file proves something about: a task, a close-out, a row of a report. A kind is a link model (a
subclass of `Evidence`) and a subclass of `EvidenceKind` that speaks for its owners. An app registers its kinds in
`ready`; pages, gallery, archive, downloads and doctor know them from the register alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeAlias, TypeVar

from django.db.models import Model, Q, QuerySet

from governance.lists.text import Text
from governance.people.models import User
from governance.records.register import Register

from ..models import ReportingPeriod, SubmittedEvidence, Task
from ..models.evidence import Evidence

Piece: TypeAlias = Evidence | SubmittedEvidence
"""A link from an owner to a file."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is used: what it proves there, in words, and the page."""

    key: tuple[str, int, int]
    words: str
    url: str


class EvidenceKind:
    """Everything that differs by kind; a subclass says it for the owners of one link model."""

    name: ClassVar[str]
    """The word in addresses: `/evidence/<name>/<key>/`."""

    model: ClassVar[type[Any]]
    """The link model."""

    owner_field: ClassVar[str] = "owner"

    related: ClassVar[tuple[str, ...]] = ("owner",)
    """What is read with a piece to say whose it is."""

    task_path: ClassVar[str] = ""
    """The lookup from a link to the task that it is about; empty for evidence about no task."""

    is_final: ClassVar[bool] = False
    """Whether pieces stay as they are, as submitted ones do: neither described nor withdrawn, nor in the gallery."""

    withdrawal_notes: ClassVar[Sequence[Text]] = ()
    """What withdrawing means for this kind alone."""

    @property
    def owner_model(self) -> type[Model]:
        """Whose evidence it is."""
        owner: type[Model] = self.model._meta.get_field(self.owner_field).related_model
        return owner

    # Reading
    def visible_to(self, user: User) -> QuerySet[Any]:
        """The pieces that `user` may see."""
        seen: QuerySet[Any] = self.model.objects.visible_to(user)
        return seen

    def in_force(self, user: User) -> QuerySet[Any]:
        """Those of them that were not withdrawn."""
        seen: Any = self.visible_to(user)
        pieces: QuerySet[Any] = seen.in_force()
        return pieces

    def in_period(self, period: ReportingPeriod) -> Q:
        """Which pieces, with their day annotated as `on`, belong to a period: those whose day lies in it."""
        return Q(on__gte=period.starts_on, on__lte=period.ends_on)

    def says(self, word: str) -> Q:
        """In which pieces a word of a search stands."""
        return Q(caption__icontains=word) | Q(file__name__icontains=word)

    def owner_of(self, piece: Piece) -> Any:
        """Whose a piece is."""
        return getattr(piece, self.owner_field)

    def task_of(self, owner: Any) -> Task | None:
        """The task that evidence of `owner` is about."""
        return None

    def place_of(self, owner: Any) -> Place:
        """The owner in words, with its page."""
        raise NotImplementedError

    # Changing
    def is_open(self, owner: Any) -> bool:
        """Whether the state of `owner` lets its evidence be changed now."""
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
        """The row of which the audit log says that something was attached to it."""
        subject: Model = owner
        return subject


KINDS: Register[EvidenceKind] = Register()
"""The register: kinds by the word in their addresses."""

Kind = TypeVar("Kind", bound=type[EvidenceKind])


def register_kind(kind: Kind) -> Kind:
    """Decorate a kind so that pages of evidence know it."""
    KINDS.register(kind.name, kind())
    return kind


def changeable_kinds() -> list[EvidenceKind]:
    """The kinds whose pieces are attached and withdrawn, and stand in galleries."""
    return [kind for kind in KINDS.values() if not kind.is_final]


def kind_of(piece: Piece) -> EvidenceKind:
    """The kind of a piece."""
    return kind_of_model(type(piece))


def kind_of_model(model: type[Model]) -> EvidenceKind:
    """The kind of a link model."""
    return next(kind for kind in KINDS.values() if kind.model is model)


def kind_for(owner: Model) -> EvidenceKind:
    """The kind of what is attached to `owner`."""
    return next(kind for kind in KINDS.values() if kind.owner_model is type(owner))
