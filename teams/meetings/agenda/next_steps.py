"""What comes next for a meeting: the stages that it goes through, and what this person can do now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext

from governance.clock import day_of
from governance.lists.text import names_text, short_date
from governance.people.models import CalendarDay, User
from governance.people.permissions import may
from governance.registers.todo import tone_by
from teams.models import SpecialTeam

from ..models import AgendaItem, Decision, Meeting, MinutesIssue
from ..states import MeetingState
from .decision_rows import DecisionRow, Standing
from .gaps import Gaps
from .meeting_page import MeetingParts, Present
from .minutes import undecided
from .terms import minutes_term

MOST_NAMES = 8
"""Teams named in a line."""


@dataclass(frozen=True)
class Stage:
    """A stage of a meeting on the line above its next steps."""

    name: str
    note: str
    done: bool = False
    current: bool = False


@dataclass(frozen=True)
class Step:
    """Something to do or to know: urgency (a lamp's tone), text, small print, and a button that leads or posts."""

    tone: str
    title: str
    note: str = ""
    url: str = ""
    action: str = ""
    posts: bool = False
    """Whether the button does it at once; a link leads to a page that says what will happen."""
    primary: bool = False


def minutes_due(meeting: Meeting) -> date | None:
    """The term of the minutes by the county's calendar, which is read where there is one."""
    if meeting.state not in (MeetingState.HELD, MeetingState.MINUTES_SUBMITTED):
        return None
    return minutes_term(meeting, CalendarDay.objects.working_days())


def stages_of(meeting: Meeting, issue: MinutesIssue | None, due: date | None) -> list[Stage]:
    """The five stages, those behind it done."""
    state = MeetingState(meeting.state)
    begins = short_date(timezone.localtime(meeting.starts_at))
    submitted = state in (MeetingState.MINUTES_SUBMITTED, MeetingState.MINUTES_ISSUED)
    issued = state == MeetingState.MINUTES_ISSUED
    by = gettext("by %(day)s") % {"day": short_date(due)} if due else ""
    signed_by = by if state == MeetingState.MINUTES_SUBMITTED else ""
    stages = [
        (pgettext("meeting", "In preparation"), "", True),
        (
            gettext("Announced"),
            short_date(day_of(meeting.announced_at)) if meeting.announced_at else gettext("not yet"),
            meeting.announced_at is not None,
        ),
        (pgettext("meeting", "Held"), begins, meeting.is_over),
        (
            gettext("Minutes submitted"),
            _submitted(meeting) if submitted else by if state == MeetingState.HELD else "",
            submitted,
        ),
        (pgettext("minutes", "Issued"), short_date(day_of(issue.at)) if issued and issue else signed_by, issued),
    ]
    now = _current(meeting)
    return [Stage(name, note, done and place != now, place == now) for place, (name, note, done) in enumerate(stages)]


def _submitted(meeting: Meeting) -> str:
    words = [meeting.submitted_by.name] if meeting.submitted_by else []
    return " ".join([*words, short_date(day_of(meeting.submitted_at))] if meeting.submitted_at else words)


def _current(meeting: Meeting) -> int:
    """The place of the stage that comes next."""
    if meeting.state == MeetingState.PLANNED:
        return 1 if meeting.announced_at is None else 2
    return {MeetingState.HELD: 3, MeetingState.MINUTES_SUBMITTED: 4}.get(MeetingState(meeting.state), -1)


def steps_of(
    parts: MeetingParts, user: User, *, on: date, due: date | None, decisions: Sequence[Decision]
) -> list[Step]:
    """What comes next, for those who prepare and follow meetings; nothing for others."""
    if parts.present is None:
        return []
    return list(_Reader(parts, parts.present, user, on, due, decisions).steps())


@dataclass(frozen=True)
class _Reader:
    parts: MeetingParts
    present: Present
    user: User
    on: date
    due: date | None
    decisions: Sequence[Decision]
    """Those of the meeting."""

    @property
    def meeting(self) -> Meeting:
        return self.parts.meeting

    def address(self, name: str) -> str:
        return reverse(f"meeting_{name}", args=[self.meeting.code])

    @property
    def prepares(self) -> bool:
        return may(self.user, "prepare_meetings")

    def steps(self) -> Iterator[Step]:
        """Those of the state, then the decisions that are not work yet."""
        state = self.meeting.state
        if state == MeetingState.PLANNED:
            yield from self.planned()
        elif state == MeetingState.HELD:
            yield from self.held()
        elif state == MeetingState.MINUTES_SUBMITTED:
            yield self.submitted()

    def planned(self) -> Iterator[Step]:
        gaps = Gaps.of(self.meeting, self.parts.agenda, self.present, self.decisions)
        has_come = day_of(self.meeting.starts_at) <= self.on
        if has_come:
            yield self.to_hold()
        elif self.meeting.announced_at is None:
            yield self.to_announce(gaps)
        if not self.meeting.place or self.meeting.chair is None:
            yield self.incomplete()
        if gaps.to_update or gaps.chair_unlisted:
            chair = [self.meeting.chair.name] if gaps.chair_unlisted and self.meeting.chair else []
            yield Step(
                "yellow",
                gettext("Agenda or list do not match the teams of the day and the chair"),
                names_text([*chair, *_teams(gaps.to_update)]),
                self.address("update") if self.prepares else "",
                gettext("Bring up to date"),
                posts=True,
            )
        if gaps.headless:
            count = len(gaps.headless)
            title = ngettext("%(count)s team has no head", "%(count)s teams have no head", count) % {"count": count}
            yield Step(
                "grey",
                title,
                gettext("Their seats stay empty: %(teams)s") % {"teams": names_text(_teams(gaps.headless))},
            )
        for decision in gaps.early:
            words = {"number": decision.number, "day": short_date(decision.due_on)}
            yield Step(
                "yellow", gettext("Decision %(number)s is due on %(day)s, before the meeting") % words, decision.text
            )
        for item in gaps.deferred:
            yield self.to_take_up(item)
        if may(self.user, "run_meetings"):
            yield self.to_bind()

    def to_hold(self) -> Step:
        note = gettext("Everyone not marked otherwise counts as present; the list can be corrected until the minutes.")
        url = self.address("hold") if self.prepares else ""
        return Step(
            "blue", gettext("The day of the meeting has come"), note, url, gettext("Record as held"), False, True
        )

    def to_announce(self, gaps: Gaps) -> Step:
        note = gettext("%(count)s people are invited") % {"count": gaps.invited}
        if gaps.on_paper:
            note = gettext("%(invited)s people are invited, %(paper)s of them without an account: send paper.") % {
                "invited": gaps.invited,
                "paper": gaps.on_paper,
            }
        url = self.address("announce") if self.prepares else ""
        title, action = gettext("The meeting is not announced yet"), gettext("Announce")
        return Step("blue", title, note, url, action, primary=True)

    def incomplete(self) -> Step:
        missing = [gettext("place")] if not self.meeting.place else []
        missing += [pgettext("meeting", "chair")] if self.meeting.chair is None else []
        url = self.address("edit") if self.prepares else ""
        title = gettext("Still missing: %(what)s") % {"what": names_text(missing)}
        return Step("yellow", title, "", url, pgettext("meeting", "Fill in"))

    def to_take_up(self, item: AgendaItem) -> Step:
        words = {"meeting": item.meeting.title}
        note = gettext("Deferred by %(meeting)s") % words
        url = reverse("meeting_take_up", args=[self.meeting.code, item.pk])
        allowed = may(self.user, "run_meetings")
        return Step("grey", str(item), note, url if allowed else "", gettext("Put on this agenda"), posts=True)

    def to_bind(self) -> Step:
        last = next(iter(self.parts.papers.packs), None)
        url, action = self.address("bind"), gettext("Bind the pack")
        if last is None:
            note = gettext("It keeps what is known at that moment. Recording the meeting as held binds it by itself.")
            return Step("grey", gettext("The pack is not bound yet"), note, url, action, posts=True)
        words = {"number": last.number, "moment": short_date(last.as_of)}
        title = gettext("Pack no. %(number)s is bound, as of %(moment)s") % words
        note = gettext("Reports since then are not in it. Bind again to take them in.")
        return Step("green", title, note, url, gettext("Bind again"), posts=True)

    def held(self) -> Iterator[Step]:
        waiting = undecided(self.meeting)
        reason = self.meeting.return_reason or self.meeting.correction_reason
        if reason:
            yield Step("yellow", gettext("The minutes have to be corrected"), reason)
        if waiting:
            words = ngettext(
                "%(count)s decision or line waits to be adopted",
                "%(count)s decisions and lines wait to be adopted",
                waiting,
            )
            note = gettext("The minutes can be submitted once the office has adopted or dropped them.")
            yield Step("yellow", words % {"count": waiting}, note, "#decisions", gettext("See the decisions"))
        tone = tone_by(self.due, self.on)
        note = gettext("Due by %(day)s") % {"day": short_date(self.due)} if self.due else ""
        if not self.prepares:
            yield Step(tone, gettext("The secretary is writing the minutes"), note)
            return
        written = bool(self.meeting.minutes_text)
        title = gettext("The minutes are written and not submitted") if written else gettext("The minutes are due")
        action = gettext("Check and submit") if written else gettext("Write the minutes")
        yield Step(tone, title, note, self.address("minutes"), action, primary=not waiting)

    def submitted(self) -> Step:
        who = self.meeting.submitted_by.name if self.meeting.submitted_by else ""
        tone = tone_by(self.due, self.on)
        if may(self.user, "sign_minutes", self.meeting):
            note = gettext("%(who)s wrote them and cannot sign. Due by %(day)s; once issued they are final.") % {
                "who": who,
                "day": short_date(self.due),
            }
            title = gettext("The minutes wait for your signature")
            return Step(tone, title, note, self.address("minutes"), gettext("Read and sign"), primary=True)
        note = gettext("Due by %(day)s. Nobody signs a paper they have written.") % {"day": short_date(self.due)}
        return Step(
            tone,
            gettext("The minutes wait for a signature"),
            note,
            self.address("minutes"),
            pgettext("minutes", "Read"),
        )


def step_of_work(rows: Sequence[DecisionRow]) -> list[Step]:
    """What to do about decisions that are not work yet, for those who read them."""
    left = sum(row.standing is Standing.WAITING for row in rows)
    if not left:
        return []
    title = ngettext("%(count)s decision is not work yet", "%(count)s decisions are not work yet", left)
    note = gettext("Give each of them its tasks or its problem, or say that nothing follows.")
    return [Step("yellow", title % {"count": left}, note, "#decisions", gettext("See the decisions"))]


def _teams(teams: Sequence[SpecialTeam]) -> list[str]:
    """The short names, at most eight of them."""
    names = [team.short_name for team in teams]
    return names if len(names) <= MOST_NAMES else [*names[:MOST_NAMES], "…"]
