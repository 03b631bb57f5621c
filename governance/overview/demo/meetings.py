"""The meetings of the story: prepared and written up by the secretary, adopted and turned into work by the office."""

from datetime import date, datetime
from functools import partial

from governance.clock import at_time
from governance.people.models import User
from teams.meetings.agenda.announcing import announce_meeting
from teams.meetings.agenda.holding import hold_meeting, note_attendance
from teams.meetings.agenda.items import defer_item, take_up_item, write_item
from teams.meetings.agenda.minutes import return_minutes, sign_minutes, submit_minutes, write_minutes
from teams.meetings.agenda.packs import bind_pack
from teams.meetings.agenda.planning import arrange_meeting, plan_meeting
from teams.meetings.agenda.rows import Arrangement
from teams.meetings.decisions.adoption import adopt_all, adopt_decision
from teams.meetings.decisions.finishing import record_done
from teams.meetings.decisions.into_work import turn_into_work
from teams.meetings.decisions.recording import DecisionWords, record_decision
from teams.meetings.decisions.work import AsProblem, ExistingTasks, Nothing, OwnTasks, PlannedTask, Work
from teams.meetings.models import AgendaItem, Audience, Decision, Meeting
from teams.models import SpecialTeam
from teams.tasks.assignment import acknowledge_task
from teams.tasks.milestones import NewMilestone

from .meeting_facts import CONTACT, CONTACT_PHONE, DISPATCH, FIRST_RESULTS, MET, NEXT, PLACE, PROMOTION, Decided, Held
from .problems import problem_called
from .timeline import YEAR, Timeline


def meeting_of(meeting: tuple[Meeting.Kind, int]) -> Meeting:
    """A meeting by its kind and number, as it stands."""
    kind, number = meeting
    return Meeting.objects.select_related("action").get(kind=kind, year=YEAR, number=number)


def item_of(meeting: tuple[Meeting.Kind, int], kind: str, team: str = "") -> AgendaItem:
    """An item of an agenda by its kind, and for a report its team."""
    rows = AgendaItem.objects.select_related("meeting").filter(meeting=meeting_of(meeting), kind=kind)
    return rows.get(team__code=team) if team else rows.get()


def meet(told: Timeline) -> None:
    """Add the meetings to the story: two that were held and one that is prepared."""
    meetings = _Meetings(told)
    for held in MET:
        meetings.hold(held)
    meetings.write_up()
    meetings.turn()
    for held in MET:
        for decided in held.decisions:
            for number, (team, moment, text) in enumerate(decided.done):
                day, hour, minute = moment
                done = partial(meetings.finish, held.meeting, decided.number, team, text)
                told.on(day, hour, minute + number, done)
    told.on(date(2026, 10, 26), 15, 0, meetings.prepare_next)


class _Meetings:
    """The events, each done by the person responsible."""

    def __init__(self, told: Timeline) -> None:
        self.told = told

    @property
    def secretary(self) -> User:
        return self.told.user("secretary")

    # Before and at the meeting -----------------------------------------------------------------------------------
    def hold(self, held: Held) -> None:
        """Plan it, invite, note who cannot come, bind the pack, record it as held."""
        told = self.told
        told.on(*held.planned, partial(self.plan, held))
        day, hour, minute = held.planned
        told.on(day, hour, minute + 20, partial(self.arrange, held))
        told.on(*held.announced, partial(self.announce, held))
        for name, mark, stand_in, noted in held.marks:
            told.on(*noted, partial(self.note, held, name, mark, stand_in))
        told.on(*held.bound, partial(self.bind, held))
        told.on(*held.held, partial(self.record, held))

    def plan(self, held: Held, at: datetime) -> None:
        """The secretary plans it; number, agenda and the people invited follow."""
        kind, _number = held.meeting
        leader = self.told.user("leader")
        plan_meeting(
            action=self.told.action, kind=kind, starts_at=held.starts_at, chair=leader, by=self.secretary, at=at
        )

    def arrange(self, held: Held, at: datetime) -> None:
        """The room is booked, and the notice says whom to ask and by when leave is reported."""
        fields = {
            "place": PLACE,
            "contact": CONTACT,
            "contact_phone": CONTACT_PHONE,
            "leave_by": held.leave_by,
        }
        arrange_meeting(meeting_of(held.meeting), Arrangement(fields), by=self.secretary, at=at)

    def announce(self, held: Held, at: datetime) -> None:
        """Everybody invited is told."""
        announce_meeting(meeting_of(held.meeting), by=self.secretary, at=at)

    def note(self, held: Held, name: str, mark: str, stand_in: str, at: datetime) -> None:
        """Somebody is on leave, sends a stand-in or does not come."""
        person = meeting_of(held.meeting).attendances.select_related("meeting").get(name=name)
        note_attendance(person, mark=mark, stand_in=stand_in, by=self.secretary, at=at)

    def bind(self, held: Held, at: datetime) -> None:
        """The pack is bound as it is known at that moment."""
        bind_pack(meeting_of(held.meeting), by=self.told.user("office"), at=at)

    def record(self, held: Held, at: datetime) -> None:
        """It has taken place, and the secretary's notes are kept."""
        hold_meeting(meeting_of(held.meeting), by=self.secretary, at=at)
        for team, note in held.notes.items():
            item = item_of(held.meeting, AgendaItem.Kind.REPORT, team)
            write_item(item, note=note, written="", by=self.secretary, at=at)

    # Decisions and minutes -----------------------------------------------------------------------------------------
    def write_up(self) -> None:
        """Decisions are recorded and adopted, the minutes written, sent back once, signed by another person."""
        told, first, second = self.told, *MET
        told.on(date(2026, 9, 29), 11, 50, self.defer_the_absent)
        told.on(date(2026, 9, 29), 14, 30, partial(self.decide, first))
        told.on(date(2026, 9, 29), 16, 0, self.adopt_one_by_one)
        told.on(date(2026, 9, 30), 9, 30, partial(self.submit, first, ""))
        told.on(date(2026, 9, 30), 10, 30, self.send_minutes_back)
        told.on(
            date(2026, 9, 30), 14, 30, partial(self.submit, first, "主题培训专班由冯某某替会，乡村振兴专班组长请假。")
        )
        told.on(date(2026, 9, 30), 17, 0, partial(self.sign, first))
        told.on(date(2026, 10, 12), 11, 30, self.take_up_the_absent)
        told.on(date(2026, 10, 20), 11, 0, partial(self.decide, second))
        told.on(date(2026, 10, 21), 9, 0, self.adopt_all)
        told.on(date(2026, 10, 21), 10, 30, partial(self.submit, second, ""))
        told.on(date(2026, 10, 21), 17, 0, partial(self.sign, second))

    def defer_the_absent(self, at: datetime) -> None:
        """The team that did not come reports at the next meeting."""
        item = item_of(DISPATCH, AgendaItem.Kind.REPORT, "urban-party-building")
        defer_item(item, by=self.secretary, at=at)

    def take_up_the_absent(self, at: datetime) -> None:
        """Its report at the next meeting continues the deferred one."""
        item = item_of(DISPATCH, AgendaItem.Kind.REPORT, "urban-party-building")
        take_up_item(item, meeting=meeting_of(PROMOTION), by=self.secretary, at=at)

    def decide(self, held: Held, at: datetime) -> None:
        """The secretary records what is decided, or what is to be."""
        meeting = meeting_of(held.meeting)
        for decided in held.decisions:
            words = DecisionWords(
                text=decided.text,
                audience=decided.audience,
                named=[self.told.teams[code] for code in decided.teams],
                due_on=decided.due_on,
                makes=_makes(decided),
                item=item_of(held.meeting, AgendaItem.Kind.TASKS),
            )
            record_decision(meeting, words, by=self.secretary, at=at)

    def adopt_one_by_one(self, at: datetime) -> None:
        """The office adopts each decision of the dispatch meeting."""
        for decision in Decision.objects.filter(meeting=meeting_of(DISPATCH)).order_by("number"):
            adopt_decision(decision, by=self.told.user("office2"), at=at)

    def adopt_all(self, at: datetime) -> None:
        """The office adopts all that the promotion meeting decided and all that was heard there."""
        adopt_all(meeting_of(PROMOTION), by=self.told.user("office2"), at=at)

    def submit(self, held: Held, more: str, at: datetime) -> None:
        """The secretary writes the minutes and submits them."""
        write_minutes(meeting_of(held.meeting), text=held.minutes + more, by=self.secretary, at=at)
        submit_minutes(meeting_of(held.meeting), by=self.secretary, at=at)

    def send_minutes_back(self, at: datetime) -> None:
        """The leader wants to read who stood in and who was on leave."""
        reason = "请注明替会和请假人员。"
        return_minutes(meeting_of(DISPATCH), reason=reason, by=self.told.user("leader"), at=at)

    def sign(self, held: Held, at: datetime) -> None:
        """The leader signs what the secretary submitted."""
        sign_minutes(meeting_of(held.meeting), by=self.told.user("leader"), at=at)

    # Into work -----------------------------------------------------------------------------------------------------
    def turn(self) -> None:
        """Each decision becomes work, or it is said that nothing comes of it."""
        told, first, second = self.told, *MET
        for held, day in ((first, date(2026, 9, 30)), (second, date(2026, 10, 21))):
            for decided in held.decisions:
                told.on(day, 10, 30 + decided.number, partial(self.turn_into_work, held, decided))
        for number, team in enumerate(FIRST_RESULTS):
            told.on(date(2026, 10, 22), 9, 30 + number, partial(self.acknowledge, team))

    def turn_into_work(self, held: Held, decided: Decided, at: datetime) -> None:
        """The office says what a decision becomes."""
        decision = meeting_of(held.meeting).decisions.get(number=decided.number)
        turn_into_work(decision, self.work(decided), by=self.told.user("office"), at=at)

    def work(self, decided: Decided) -> Work:
        """A task for each new team, an existing task, a problem, or nothing."""
        if decided.audience == Audience.NEW:
            return OwnTasks({self.team(code).pk: _first_results(title) for code, title in FIRST_RESULTS.items()})
        if decided.task is not None:
            return ExistingTasks({self.team(code).pk: self.told.task(decided.task) for code in decided.teams})
        if decided.solution is not None:
            solution = decided.solution
            return AsProblem(
                problem=problem_called(solution.problem),
                cause=solution.cause,
                lead=self.team(solution.lead),
                due_on=solution.due_on,
                solved_when=solution.solved_when,
            )
        return Nothing()

    def team(self, code: str) -> SpecialTeam:
        """A team by its code."""
        return self.told.teams[code]

    def acknowledge(self, code: str, at: datetime) -> None:
        """The liaison has read the task that the meeting gave."""
        task = self.team(code).tasks.get(title=FIRST_RESULTS[code])
        acknowledge_task(task, by=self.told.user(f"liaison-{code}"), at=at)

    def finish(self, meeting: tuple[Meeting.Kind, int], number: int, team: str, text: str, at: datetime) -> None:
        """The office records that a decision without task or problem is done for a team."""
        decision = meeting_of(meeting).decisions.get(number=number)
        record_done(decision, self.team(team), done_on=at.date(), text=text, by=self.told.user("office2"), at=at)

    # The next one --------------------------------------------------------------------------------------------------
    def prepare_next(self, at: datetime) -> None:
        """The secretary prepares the next dispatch meeting; nobody has been told of it yet."""
        kind, _number = NEXT
        plan_meeting(
            action=self.told.action,
            kind=kind,
            starts_at=at_time(date(2026, 11, 3), 9, 0),
            place=PLACE,
            chair=self.told.user("leader"),
            by=self.secretary,
            at=at,
            contact=CONTACT,
            contact_phone=CONTACT_PHONE,
            leave_by=at_time(date(2026, 11, 2), 18, 0),
        )


def _makes(decided: Decided) -> str:
    if decided.audience == Audience.NEW:
        return Decision.Makes.OWN_TASKS
    if decided.task is not None:
        return Decision.Makes.EXISTING_TASK
    return Decision.Makes.PROBLEM if decided.solution is not None else Decision.Makes.NOTHING


def _first_results(title: str) -> PlannedTask:
    return PlannedTask(
        title=title,
        expected_result="年底前拿出首批成果",
        start_on=date(2026, 10, 21),
        due_on=date(2026, 12, 31),
        milestones=[
            NewMilestone(title="理清思路，报出推进计划", due_on=date(2026, 10, 31), weight=1),
            NewMilestone(title="拿出首批成果", due_on=date(2026, 12, 31), weight=9),
        ],
    )
