"""Evidence for pages: small pictures, each with its caption, its day, and where else it is used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db.models import F, Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext

from governance.clock import day_of
from governance.formats.search_words import words_of
from governance.people.models import User
from governance.records.delivery import PDF, SHOWN
from governance.records.models import StoredFile

from ..models import (
    CloseOutEvidence,
    EntryEvidence,
    ProgressReport,
    ReportingPeriod,
    SpecialTeam,
    SubmittedEvidence,
    Task,
)
from .kinds import KINDS, EvidenceKind, Piece, Place, changeable_kinds, kind_for, kind_of, kind_of_model

KIND_WORDS = MappingProxyType(
    {
        "application/pdf": "PDF",
        "application/ofd": "OFD",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
    }
)
"""Shown instead of a picture: the kind of file, as text."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One piece of evidence on a page."""

    kind: EvidenceKind
    piece: Piece
    place: Place
    elsewhere: Sequence[Place] = ()

    @property
    def url(self) -> str:
        """Its page: the large picture, its facts, where else it is used."""
        return reverse("evidence", args=[self.kind.name, self.piece.pk])

    @property
    def file_url(self) -> str:
        """The address of its bytes."""
        return reverse("evidence_file", args=[self.kind.name, self.piece.pk])

    @property
    def small_url(self) -> str:
        """The address of its small picture; "" if the file is no picture."""
        return reverse("evidence_small", args=[self.kind.name, self.piece.pk]) if self.file.thumbnail else ""

    @property
    def file(self) -> StoredFile:
        return self.piece.file

    @property
    def owner(self) -> Any:
        """What it is attached to."""
        return self.kind.owner_of(self.piece)

    @property
    def task(self) -> Task | None:
        """The task it is about, if any."""
        return self.kind.task_of(self.owner)

    @property
    def title(self) -> str:
        """Its caption, otherwise the name of its file."""
        return self.piece.caption or self.file.name

    @property
    def is_picture(self) -> bool:
        """Whether the page can show it as a picture."""
        return self.file.media_type in SHOWN - {PDF}

    @property
    def is_shown(self) -> bool:
        """Whether a browser can show it: pictures and PDF."""
        return self.file.media_type in SHOWN

    @property
    def sort(self) -> str:
        """The kind of file, as text."""
        return KIND_WORDS.get(self.file.media_type, gettext("Picture"))

    @property
    def size(self) -> str:
        """Its size as text."""
        return size_text(self.file.size)

    @property
    def on(self) -> date:
        """The day that it shows, otherwise the day of its upload."""
        return self.piece.dated_on or day_of(self.file.at)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was withdrawn; only the office still sees it."""
        return self.piece.withdrawn_at is not None


def size_text(size: int) -> str:
    """Bytes as 12 KB or 3.4 MB."""
    if size < 1024 * 1024:
        return f"{-(-size // 1024)} KB"
    return f"{size / (1024 * 1024):.1f} MB"


def exhibits(pieces: QuerySet, user: User) -> list[Exhibit]:
    """Pieces of one kind as `user` sees them, with the other places of the same file that `user` may know."""
    return exhibits_of(read_with_owners(pieces), user)


def exhibits_of(pieces: Sequence[Piece], user: User) -> list[Exhibit]:
    """Pieces of any kinds, in order; one query, and one more for each kind where a file is used twice."""
    places = _places_of([piece.file for piece in pieces], user)
    shown = []
    for piece in pieces:
        kind, here = kind_of(piece), place_of(piece)
        elsewhere = {place.key: place for place in places.get(piece.file_id, ()) if place.key != here.key}
        shown.append(Exhibit(kind, piece, here, tuple(elsewhere.values())))
    return shown


def evidence_of(owner: Model, user: User) -> list[Exhibit]:
    """The present evidence of one owner."""
    kind = kind_for(owner)
    return exhibits(kind.in_force(user).filter(**{kind.owner_field: owner}), user)


def evidence_of_entries(report: ProgressReport | None, user: User) -> dict[int, list[Exhibit]]:
    """The present evidence of a report's rows, by task."""
    found: dict[int, list[Exhibit]] = {}
    if report is not None:
        pieces = EntryEvidence.objects.visible_to(user).in_force().filter(Q(owner__report=report))
        for exhibit in exhibits(pieces, user):
            found.setdefault(exhibit.owner.task_id, []).append(exhibit)
    return found


def evidence_of_submissions(submission_ids: Sequence[int], user: User) -> dict[int, dict[int, list[Exhibit]]]:
    """The evidence submitted with the rows of submissions, by submission and task."""
    found: dict[int, dict[int, list[Exhibit]]] = {key: {} for key in submission_ids}
    pieces = SubmittedEvidence.objects.visible_to(user).filter(entry__submission__in=list(submission_ids))
    for exhibit in exhibits(pieces, user):
        found[exhibit.owner.submission_id].setdefault(exhibit.owner.task_id, []).append(exhibit)
    return found


def evidence_of_close_outs(close_out_ids: Iterable[int], user: User) -> dict[int, list[Exhibit]]:
    """The present evidence of close-outs, by close-out."""
    found: dict[int, list[Exhibit]] = {}
    pieces = CloseOutEvidence.objects.visible_to(user).in_force().filter(Q(owner__in=list(close_out_ids)))
    for exhibit in exhibits(pieces, user):
        found.setdefault(exhibit.owner.pk, []).append(exhibit)
    return found


def evidence_of_task(task: Task, user: User, *, most: int | None = None) -> list[Exhibit]:
    """All evidence about a task (its own, its close-outs', its report rows'), newest first."""
    return shown_in_order(gathered(user, task=task), user, first=0, last=most)


# Several kinds in one order ------------------------------------------------------------------------------------------
def gathered(
    user: User,
    *,
    team: SpecialTeam | None = None,
    task: Task | None = None,
    period: ReportingPeriod | None = None,
    words: str = "",
    withdrawn: bool = False,
) -> QuerySet:
    """Keys (kind, key) of a team's or task's evidence that `user` may read, newest day first.

    A row's piece belongs to the period of its report, any other to the period that contains its day. `words` are
    searched in captions and titles, or are the number of a task. `withdrawn` asks for the withdrawn pieces instead.
    """
    queries = []
    for kind in changeable_kinds():
        if task is not None and not kind.task_path:
            continue
        pieces = kind.visible_to(user).filter(withdrawn_at__isnull=not withdrawn)
        pieces = pieces.annotate(on=Coalesce("dated_on", TruncDate("file__at")))
        if team is not None:
            pieces = pieces.filter(kind.of_team(team))
        if task is not None:
            pieces = pieces.filter(**{kind.task_path: task})
        if period is not None:
            pieces = pieces.filter(kind.in_period(period))
        for word in words_of(words):
            pieces = pieces.filter(kind.says(word))
        keys = pieces.order_by().annotate(kind=Value(kind.name), key=F("pk"))
        queries.append(keys.values_list("kind", "key", "on"))
    return queries[0].union(*queries[1:], all=True).order_by("-on", "kind", "-key")


def shown_in_order(keys: QuerySet, user: User, *, first: int = 0, last: int | None = None) -> list[Exhibit]:
    """The exhibits of a slice of `gathered` keys, in that order."""
    return exhibits_of_keys([(kind, key) for kind, key, _ in keys[first:last]], user)


def exhibits_of_keys(keys: Sequence[tuple[str, int]], user: User) -> list[Exhibit]:
    """The exhibits with these keys, in that order: one query per kind; keys that `user` may not see are skipped."""
    found: dict[tuple[str, int], Piece] = {}
    for name, kind in KINDS.items():
        chosen = [key for each, key in keys if each == name]
        if chosen:
            pieces = read_with_owners(kind.visible_to(user).filter(pk__in=chosen))
            found |= {(name, piece.pk): piece for piece in pieces}
    return exhibits_of([found[key] for key in keys if key in found], user)


def read_with_owners(pieces: QuerySet) -> list[Piece]:
    """Pieces of one kind with their file and the rows that name their owner."""
    related = kind_of_model(pieces.model).related
    return list(pieces.select_related("file__by", *related).order_by("pk"))


# Where a file is used ------------------------------------------------------------------------------------------------
def place_of(piece: Piece) -> Place:
    """The place where a piece is used, as text and with its page."""
    kind = kind_of(piece)
    return kind.place_of(kind.owner_of(piece))


def places_of_files(files: Sequence[StoredFile], user: User) -> list[Place]:
    """Every place that `user` may know where one of `files` is used."""
    found = {place.key: place for places in _places_of(files, user).values() for place in places}
    return list(found.values())


def _places_of(files: Sequence[StoredFile], user: User) -> dict[int, list[Place]]:
    """For each stored file, the places of files with the same content, as uploaded or as stored."""
    digests = {file.pk: _digests(file) for file in files}
    every = set().union(*digests.values())
    alike = StoredFile.objects.filter(Q(sha256__in=every) | Q(original_sha256__in=every)) if every else ()
    same = {file.pk: _digests(file) for file in alike}
    if same.keys() <= digests.keys() and sum(map(len, digests.values())) == len(every):
        return {}
    places: dict[int, list[Place]] = {}
    for kind in KINDS.values():
        for piece in read_with_owners(kind.in_force(user).filter(file__in=list(same))):
            places.setdefault(piece.file_id, []).append(place_of(piece))
    return {
        key: [place for other, theirs in same.items() if theirs & own for place in places.get(other, ())]
        for key, own in digests.items()
    }


def _digests(file: StoredFile) -> set[str]:
    return {file.sha256, file.original_sha256} - {""}
