"""What a person narrows the wall chart to: a stage, a working group, a lamp, all of it in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from teams.models import Stage, WorkingGroup
from teams.rules.lamps import Lamp
from teams.words import LAMP_WORDS


@dataclass(frozen=True)
class Narrowing:
    """What is asked for; what the action does not have is forgiven and narrows nothing."""

    stage: Stage | None = None
    group: WorkingGroup | None = None
    lamp: Lamp | None = None

    @classmethod
    def asked(cls, query: Mapping[str, str], stages: Sequence[Stage], groups: Sequence[WorkingGroup]) -> "Narrowing":
        """Read `?stage=` (its place), `?group=` (its key) and `?lamp=`."""
        return cls(
            stage=next((each for each in stages if str(each.order) == query.get("stage")), None),
            group=next((each for each in groups if str(each.pk) == query.get("group")), None),
            lamp=next((lamp for lamp in Lamp if lamp == query.get("lamp")), None),
        )

    @property
    def parameters(self) -> dict[str, str]:
        """Stage and group as every address has them: the wall's, the tasks', the reports'."""
        found = {}
        if self.stage:
            found["stage"] = str(self.stage.order)
        if self.group:
            found["group"] = str(self.group.pk)
        return found

    @property
    def words(self) -> list[str]:
        """What is chosen, for a caption and for paper."""
        lamp = [str(LAMP_WORDS[self.lamp])] if self.lamp else []
        return [str(chosen) for chosen in (self.stage, self.group) if chosen] + lamp

    def wall_url(self, on: date | None, **changes: Any) -> str:
        """The wall narrowed so, on the evening of `on` (None: today), with `changes` of its parameters."""
        lamp = {"lamp": self.lamp.value} if self.lamp else {}
        query = self.parameters | lamp | day_parameter(on) | changes
        return address("wall", {name: str(value) for name, value in query.items() if value})


def day_parameter(on: date | None) -> dict[str, str]:
    """The day looked back at as an address has it; nothing for today."""
    return {"on": on.isoformat()} if on else {}


def address(name: str, query: Mapping[str, str]) -> str:
    """The address `name` with its query, if there is any."""
    return f"{reverse(name)}?{urlencode(query)}" if query else reverse(name)
