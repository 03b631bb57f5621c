"""Making papers: what they tell of, the template then in force, the Word file (docs/rules.md#papers)."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.faults import FormatError
from governance.formats.letters import fill_letter
from governance.people.models import User
from governance.people.permissions import may
from governance.records.dry_runs import told
from governance.records.refusals import NotAllowed, WrongState
from governance.records.verbs import canonical
from teams.models import SpecialAction

from ..agenda.pack_body import attendance_part, compose_pack, items_part, meeting_part
from ..agenda.packs import standing_pack
from ..follow_up.access import reads_all_chapters
from ..models import Circular, DocumentTemplate, Meeting, MinutesIssue, PackIssue, SupervisionOrder
from ..states import MeetingState
from .bulletin import Month, bulletin_values, draft_body, issued_bulletin
from .circular import circular_values
from .issuer import issuer
from .minutes import minutes_values
from .notice import notice_values
from .order import order_values
from .pack import pack_values
from .press import press_values
from .registry import FOLDER_KINDS, MINUTES_KINDS, PAPERS, Kind
from .script import script_values
from .sign_in import sign_in_values
from .templates import template_in_force
from .wording import Body


@dataclass(frozen=True)
class MadePaper:
    """A Word file with its name."""

    name: str
    content: bytes


def make_paper(
    kind: DocumentTemplate.Kind,
    values: dict[str, Any],
    *,
    about: str,
    at: datetime,
    template_at: datetime | None = None,
    author: str = "",
) -> MadePaper:
    """Fill the template that was in force at `template_at`, by default now; `at` is the moment that the file names.

    `author`: who issues it, by default the issuing organ.

    Raises:
        WrongState: the template cannot be filled in.
    """
    paper = PAPERS[kind]
    title = f"{paper.name} {about}"
    template = template_in_force(kind, at=template_at)
    try:
        content = fill_letter(
            template.content,
            paper.shape,
            values,
            title=title,
            author=author or issuer().name,
            at=timezone.localtime(at),
        )
    except FormatError as error:
        raise WrongState(told(error.reason, error.params)) from error
    return MadePaper(f"{title}.docx", content)


# Papers of a meeting -------------------------------------------------------------------------------------------------
def may_take_paper(user: User, meeting: Meeting, kind: DocumentTemplate.Kind) -> bool:
    """Who takes a paper of a meeting: issued minutes everybody; the others who prepares it, the secretary in time."""
    if kind == Kind.MINUTES:
        return True
    if not may(user, "read_meeting_papers"):
        return False
    return kind not in (Kind.PACK, Kind.SCRIPT) or reads_all_chapters(meeting, user)


def may_take_folder(user: User, meeting: Meeting) -> bool:
    """Who takes the folder of a meeting: whoever takes each paper in it."""
    return all(may_take_paper(user, meeting, kind) for kind in FOLDER_KINDS)


def folder_offered(user: User, meeting: Meeting) -> bool:
    """Whether `user` may take the folder of a meeting now."""
    return meeting.state != MeetingState.CANCELLED and may_take_folder(user, meeting)


def papers_offered(user: User, meeting: Meeting, *, issued: bool) -> list[DocumentTemplate.Kind]:
    """The papers of a meeting that `user` may take now."""
    if meeting.state == MeetingState.CANCELLED:
        return []
    kinds = (*FOLDER_KINDS, *MINUTES_KINDS) if issued else FOLDER_KINDS
    return [kind for kind in kinds if may_take_paper(user, meeting, kind)]


@dataclass
class MeetingPapers:
    """The papers of a meeting as they stand at `at`.

    Notice and sign-in sheet tell of the meeting as it stands, pack and script of the bound pack where there is one;
    of a meeting that was held all four tell of the pack that stands.
    """

    meeting: Meeting
    at: datetime

    @cached_property
    def pack(self) -> PackIssue | None:
        """The pack that stands."""
        return standing_pack(self.meeting)

    @cached_property
    def issue(self) -> MinutesIssue | None:
        """The minutes as they were last issued."""
        return self.meeting.minutes.order_by("-number").first()

    @cached_property
    def bound(self) -> Body | None:
        """What the pack that stands keeps."""
        return json.loads(self.pack.body) if self.pack else None

    @cached_property
    def composed(self) -> Body:
        """What the pack keeps, or would keep now."""
        return self.bound or _plain(compose_pack(self.meeting, at=self.at))

    @cached_property
    def invitation(self) -> Body:
        """Meeting, items and attendance as they stand; of a meeting that was held as bound."""
        if self.meeting.is_over:
            return self.composed
        as_of = self.pack.as_of if self.pack else self.at
        return _plain(
            {
                "as_of": timezone.localtime(as_of),
                "meeting": meeting_part(self.meeting),
                "items": items_part(self.meeting),
                "attendance": attendance_part(self.meeting),
            }
        )

    def make(self, kind: DocumentTemplate.Kind) -> MadePaper:
        """One of the papers.

        Raises:
            WrongState: the meeting is cancelled, or its minutes are not issued.
        """
        if self.meeting.state == MeetingState.CANCELLED:
            raise WrongState(_("The meeting is cancelled."))
        if kind in MINUTES_KINDS:
            return self._of_minutes(kind)
        pack = self.pack
        follows_pack = pack is not None and (self.meeting.is_over or kind in (Kind.PACK, Kind.SCRIPT))
        at = pack.at if pack is not None and follows_pack else self.at
        return make_paper(
            kind,
            self._values(kind),
            about=self.meeting.title,
            at=at,
            template_at=at if follows_pack else None,
        )

    def _values(self, kind: DocumentTemplate.Kind) -> dict[str, Any]:
        if kind == Kind.NOTICE:
            day = day_of(self.meeting.announced_at or self.at)
            return notice_values(self.invitation, issuer=issuer(), day=day, bound=self.pack is not None)
        if kind == Kind.SIGN_IN:
            return sign_in_values(self.invitation)
        if kind == Kind.PACK:
            return pack_values(self.composed, issuer=issuer(), number=self.pack.number if self.pack else 0)
        return script_values(self.composed)

    def _of_minutes(self, kind: DocumentTemplate.Kind) -> MadePaper:
        issue = self.issue
        if issue is None:
            raise WrongState(_("The minutes have not been issued yet."))
        body: Body = json.loads(issue.body)
        if kind == Kind.MINUTES:
            values = minutes_values(body, issuer=issuer(), pack=self.bound)
        else:
            values = press_values(body, issuer=issuer())
        return make_paper(kind, values, about=self.meeting.title, at=issue.at, template_at=issue.at)


def paper_of_meeting(meeting: Meeting, kind: DocumentTemplate.Kind, *, by: User, at: datetime) -> MadePaper:
    """A paper of a meeting for a person.

    Raises:
        NotAllowed: `by` may not take it.
        WrongState: it does not exist.
    """
    if not may_take_paper(by, meeting, kind):
        raise NotAllowed
    return MeetingPapers(meeting, at).make(kind)


def _plain(value: Any) -> Body:
    """Values as a body keeps them."""
    plain: Body = json.loads(canonical(value))
    return plain


# Other papers --------------------------------------------------------------------------------------------------------
def paper_of_order(order: SupervisionOrder) -> MadePaper:
    """An order with its answers so far, by the template in force when it was issued."""
    answers = order.answers.select_related("by", "verdict").order_by("number")
    values = order_values(order, answers, issuer=issuer())
    return make_paper(Kind.ORDER, values, about=values["number"], at=order.issued_at, template_at=order.issued_at)


def paper_of_circular(circular: Circular) -> MadePaper:
    """A circular as it was signed, by the template in force then."""
    values = circular_values(circular.document, issuer=issuer())
    return make_paper(Kind.CIRCULAR, values, about=values["number"], at=circular.at, template_at=circular.at)


def paper_of_month(action: SpecialAction, month: Month) -> MadePaper:
    """The bulletin of a month as issued, by the template in force then; before that as it would be, without a number.

    The latter is made with the template that was in force when the last period of the month was closed.
    """
    bulletin = issued_bulletin(action, month)
    body = json.loads(bulletin.body) if bulletin else draft_body(action, month)
    at = bulletin.at if bulletin else month.closed_at
    values = bulletin_values(body, issuer=issuer())
    about = values["number"] if bulletin else month.code
    return make_paper(Kind.BULLETIN, values, about=about, at=at, template_at=at)
