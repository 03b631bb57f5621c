"""Events that are collected in any order and run in chronological order; and the rows of the story by name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from governance.clock import at_time
from governance.people.accounts import create_account
from governance.people.models import Department, User
from teams.models import ReportingPeriod, SpecialAction, SpecialTeam, Task

from .cast import Person

YEAR = 2026


@dataclass(frozen=True)
class Event:
    """Something that happened at a moment."""

    at: datetime
    order: int
    happen: Callable[[datetime], object]


class Timeline:
    """The events, and the people and rows of the story so far; `action` is set from the day on which it is opened."""

    action: SpecialAction

    def __init__(self, password: str) -> None:
        self.password = password
        self.events: list[Event] = []
        self.users: dict[str, User] = {}
        self.departments: dict[str, Department] = {}
        self.teams: dict[str, SpecialTeam] = {}

    def on(self, day: date, hour: int, minute: int, happen: Callable[[datetime], object]) -> None:
        """Schedule an event at `hour`:`minute` on `day`."""
        self.at(at_time(day, hour, minute), happen)

    def at(self, moment: datetime, happen: Callable[[datetime], object]) -> None:
        """Schedule an event at `moment`."""
        self.events.append(Event(moment, len(self.events), happen))

    def user(self, username: str) -> User:
        """A person of the cast, read again as a page would."""
        return User.objects.get(username=username)

    def task(self, number: int) -> Task:
        """A task by its number, in its current state."""
        return Task.objects.get(action=self.action, year=YEAR, number=number)

    def period(self, number: int) -> ReportingPeriod:
        """A reporting period, counted from 1 July."""
        return ReportingPeriod.objects.filter(action=self.action).order_by("starts_on")[number]

    def account(self, person: Person, at: datetime) -> None:
        """Create an account for a person of the cast; the first is the administrator, who creates the others."""
        create_account(
            by=User.objects.filter(username="admin").first(),
            at=at,
            username=person.username,
            name=person.name,
            password=self.password,
            own_password=True,
            roles=person.roles,
            post=person.post,
            department=self.departments.get(person.department),
            phone=person.phone,
        )
