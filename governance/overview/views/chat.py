"""Texts to copy into the chat group: who owes what, and the week."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import get_language, override
from django.views.generic import TemplateView

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.views import Chip
from governance.registers.chat import CHAT_TEXTS, ChatReader, chat_texts
from teams.models import SpecialAction
from teams.views.rows import ChosenActionMixin

LANGUAGES = {"zh-hans": "中文", "en": "English"}


class ChatTextView(ChosenActionMixin, TemplateView):
    """One whole text, in Chinese unless English is asked for; filtered like the page of debts it comes from."""

    template_name = "overview/chat_text.html"
    request: Request

    @cached_property
    def language(self) -> str:
        """The language of the text: that of the chat group, whatever language the reader uses."""
        asked = self.request.GET.get("text")
        return asked if asked in LANGUAGES else "zh-hans"

    @cached_property
    def of(self) -> str:
        asked = self.request.GET.get("of", "")
        return asked if asked in CHAT_TEXTS else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chips = [Chip(str(each.title), self.address(of=of), current=of == self.of) for of, each in chat_texts()]
        if get_language() != "zh-hans" or self.language != "zh-hans":
            chips += [
                Chip(words, self.address(text=code), current=code == self.language) for code, words in LANGUAGES.items()
            ]
        return super().get_context_data(chips=chips, text=self.text(self.action) if self.action else "", **kwargs)

    def text(self, action: SpecialAction) -> str:
        """The text in the chosen language."""
        reader = ChatReader(self.request.user, now(), action, self.request.GET)
        with override(self.language):
            return CHAT_TEXTS[self.of].write(reader)

    def address(self, **changes: str) -> str:
        """This page's address with `changes`; empty parameters are left out."""
        query = self.request.GET.copy()
        for name, value in changes.items():
            query[name] = value
        for name in [name for name, value in query.items() if not value]:
            del query[name]
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path
