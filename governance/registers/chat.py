"""Texts to copy into the chat group: who owes what, the week."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from governance.lists.text import Text
from governance.people.models import User
from governance.records.register import Register


@dataclass(frozen=True)
class ChatReader:
    """Who asks for a text, when, about which special action, and with which filters."""

    user: User
    now: datetime
    action: Any
    asked: QueryDict


@dataclass(frozen=True, eq=False)
class ChatText:
    """A text, written in the active language."""

    title: Text
    order: int
    write: Callable[[ChatReader], str]


CHAT_TEXTS: Register[ChatText] = Register()
"""The texts by the name that stands in the address; the first is the one without a name."""


def chat_texts() -> list[tuple[str, ChatText]]:
    return sorted(CHAT_TEXTS.items(), key=lambda each: each[1].order)
