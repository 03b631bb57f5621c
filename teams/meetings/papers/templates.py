"""Templates of papers: which is in force, replacing it, going back to ours (docs/rules.md#papers).

A paper is made with the template that was in force when what it tells of was bound, signed or issued.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.formats.faults import FormatError
from governance.formats.files import CheckedFile
from governance.formats.letters import fill_letter, letter_faults
from governance.people.models import User
from governance.people.permissions import require
from governance.records.dry_runs import told
from governance.records.file_store import store_upload
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, record, verb
from teams.guards import check_version

from ..models import DocumentTemplate
from .fields import blanks, examples
from .issuer import issuer
from .registry import PAPERS, Paper

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


TRIED_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""The moment that a trial names; nobody sees it."""


@dataclass(frozen=True)
class InForce:
    """The template of a paper in force: `row` None until one of the office's is there; a row without file is ours."""

    paper: Paper
    row: DocumentTemplate | None

    @property
    def is_ours(self) -> bool:
        """Whether it is the template that comes with us."""
        return self.row is None or self.row.file is None

    @property
    def number(self) -> int:
        """The number of the last change; 0 before the first."""
        return self.row.number if self.row else 0

    @property
    def content(self) -> bytes:
        """The Word file.

        Raises:
            WrongState: the storage has lost it.
        """
        if self.row is None or self.row.file is None:
            return self.paper.original
        try:
            with self.row.file.blob.open("rb") as file:
                read: bytes = file.read()
                return read
        except FileNotFoundError as error:
            raise WrongState(
                _("The template in force is missing in the storage. Upload it again or go back to the system's.")
            ) from error


def template_in_force(kind: DocumentTemplate.Kind, *, at: datetime | None = None) -> InForce:
    """The template of a paper in force at `at`, by default now: one query."""
    rows = DocumentTemplate.objects.filter(kind=kind).select_related("file", "by")
    if at is not None:
        rows = rows.filter(at__lte=at)
    return InForce(PAPERS[kind], rows.order_by("-number").first())


def templates_in_force() -> list[InForce]:
    """The template of every paper in force now: one query."""
    last = {row.kind: row for row in DocumentTemplate.objects.select_related("file", "by").order_by("number")}
    return [InForce(paper, last.get(kind.value)) for kind, paper in PAPERS.items()]


@verb(says=_("replaced the template of a paper"))
def replace_template(
    kind: DocumentTemplate.Kind, file: CheckedFile, *, by: User, at: datetime, seen: int | None = None
) -> DocumentTemplate:
    """Put a Word file in force as the template of a paper, after it was checked and filled in on trial.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: the file is no Word file, a tag is not allowed, or it cannot be filled in; each with its place.
        Stale: the template has been replaced since number `seen`.
    """
    require("keep_templates", by)
    faults = template_faults(PAPERS[kind], file)
    if faults:
        raise Invalid(fields={"file": "\n".join(faults)})
    number = _next_number(kind, seen=seen)
    stored = store_upload(file, by=by, at=at)
    row = inserted(DocumentTemplate(kind=kind, number=number, file=stored, by=by, at=at))
    record("replace_template", row, by=by, at=at, change={"number": number, "sha256": stored.sha256})
    return row


@verb(says=_("returned to the system's template of a paper"))
def restore_template(
    kind: DocumentTemplate.Kind, *, by: User, at: datetime, seen: int | None = None
) -> DocumentTemplate:
    """Put our own template of a paper in force again.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: ours is in force.
        Stale: the template has been replaced since number `seen`.
    """
    require("keep_templates", by)
    number = _next_number(kind, seen=seen)
    if template_in_force(kind).is_ours:
        raise WrongState(_("The template that comes with the system is in force already."))
    row = inserted(DocumentTemplate(kind=kind, number=number, file=None, by=by, at=at), exclude=("file",))
    record("restore_template", row, by=by, at=at, change={"number": number})
    return row


def _next_number(kind: DocumentTemplate.Kind, *, seen: int | None) -> int:
    """The number of the next change; two at once meet at the constraint.

    Raises:
        Stale: there is a change after number `seen`.
    """
    last = template_in_force(kind).number
    check_version(last, seen)
    return last + 1


def template_faults(paper: Paper, file: CheckedFile) -> list[str]:
    """What is wrong with a template, in the reader's language: its tags, else what a trial with examples finds."""
    if file.media_type != WORD:
        return [gettext("A template is a Word file (.docx).")]
    file.content.seek(0)
    content = file.content.read()
    file.content.seek(0)
    faults = letter_faults(content, paper.shape)
    if faults:
        return [told(fault.reason, fault.params | _part_in_words(fault.params)) for fault in faults]
    for values in (examples(paper.fields), blanks(paper.fields)):
        try:
            fill_letter(content, paper.shape, values, title="", author=issuer().short, at=TRIED_AT)
        except FormatError as error:
            return [told(error.reason, error.params)]
    return []


def _part_in_words(params: dict[str, object]) -> dict[str, str]:
    """The part of the file in the reader's language."""
    return {"part": gettext(str(params["part"]))} if "part" in params else {}
