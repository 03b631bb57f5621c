"""The filters of the wall chart: a stage, a working group, a lamp, all in the address."""

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
    """The filters asked for; a value that the special action does not have is ignored."""

    stage: Stage | None = None
    group: WorkingGroup | None = None
    lamp: Lamp | None = None

    @classmethod
    def asked(cls, query: Mapping[str, str], stages: Sequence[Stage], groups: Sequence[WorkingGroup]) -> "Narrowing":
        """Read `?stage=` (its position), `?group=` (its key) and `?lamp=`."""
        return cls(
            stage=next((each for each in stages if str(each.order) == query.get("stage")), None),
            group=next((each for each in groups if str(each.pk) == query.get("group")), None),
            lamp=next((lamp for lamp in Lamp if lamp == query.get("lamp")), None),
        )

    @property
    def parameters(self) -> dict[str, str]:
        """Stage and group as parameters, shared by the addresses of the wall chart, the tasks and the reports."""
        found = {}
        if self.stage:
            found["stage"] = str(self.stage.order)
        if self.group:
            found["group"] = str(self.group.pk)
        return found

    @property
    def words(self) -> list[str]:
        """The active filters as text, for a caption and for print."""
        lamp = [str(LAMP_WORDS[self.lamp])] if self.lamp else []
        return [str(chosen) for chosen in (self.stage, self.group) if chosen] + lamp

    def wall_url(self, on: date | None, **changes: Any) -> str:
        """The filtered wall chart on the evening of `on` (None: today), with `changes` of its parameters."""
        lamp = {"lamp": self.lamp.value} if self.lamp else {}
        query = self.parameters | lamp | day_parameter(on) | changes
        return address("wall", {name: str(value) for name, value in query.items() if value})


def day_parameter(on: date | None) -> dict[str, str]:
    """The past day as a parameter; "" for today."""
    return {"on": on.isoformat()} if on else {}


def address(name: str, query: Mapping[str, str]) -> str:
    """The address `name` with its query, if there is one."""
    return f"{reverse(name)}?{urlencode(query)}" if query else reverse(name)
