"""The folder of a meeting: its four papers and the agenda as a table, in one zip (docs/rules.md#papers)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from governance.formats.archives import steady_zip
from governance.formats.exports import csv_lines
from governance.people.models import User
from governance.records.refusals import NotAllowed
from governance.records.verbs import record, verb

from ..agenda.locks import locked_meeting
from ..models import DocumentTemplate, Meeting
from .making import MadePaper, MeetingPapers, may_take_folder
from .registry import FOLDER_KINDS, MINUTES_KINDS
from .wording import Body, moment, person

AGENDA = "agenda.csv"
_HEADER = ("序号", "开始", "事项", "专班", "汇报人", "分钟")


@verb(says=_("downloaded the folder of a meeting"))
def take_folder(meeting: Meeting, *, by: User, at: datetime) -> MadePaper:
    """The folder of a meeting as it stands; that it was taken is recorded once.

    Raises:
        NotAllowed: `by` does not prepare or follow meetings, or is the secretary after the minutes were submitted.
        WrongState: the meeting is cancelled.
    """
    meeting = locked_meeting(meeting)
    if not may_take_folder(by, meeting):
        raise NotAllowed
    files = folder_files(MeetingPapers(meeting, at), FOLDER_KINDS)
    record("take_folder", meeting, by=by, at=at, change={"files": [file.name for file in files]})
    return MadePaper(f"{meeting.title}.zip", steady_zip((file.name, file.content) for file in files))


def folder_files(papers: MeetingPapers, kinds: Sequence[DocumentTemplate.Kind]) -> list[MadePaper]:
    """The papers numbered in their order, and the agenda."""
    files = []
    for number, kind in enumerate((*FOLDER_KINDS, *MINUTES_KINDS), 1):
        if kind in kinds:
            made = papers.make(kind)
            files.append(MadePaper(f"{number:02}-{made.name}", made.content))
    files.append(MadePaper(AGENDA, "".join(csv_lines(_HEADER, _agenda_rows(papers.invitation))).encode()))
    return files


def _agenda_rows(body: Body) -> Iterator[tuple[str, ...]]:
    """Each item with the time at which it begins."""
    begins = moment(body["meeting"]["starts_at"])
    for item in body["items"]:
        yield (
            str(item["order"]),
            f"{begins:%H:%M}",
            item["title"],
            item["team_name"],
            person(item["speaker"]),
            str(item["minutes"]),
        )
        begins += timedelta(minutes=item["minutes"])
