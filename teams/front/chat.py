"""Texts about the teams for the chat group."""

from django.utils.translation import pgettext_lazy

from governance.registers.chat import CHAT_TEXTS, ChatReader, ChatText

from ..debts.chat_text import owed_text
from ..debts.debts import debts_of
from ..filters.debt import DebtFilterForm, Narrowing


def _owed(reader: ChatReader) -> str:
    """Who owes what, with the filters of the page of debts that links here."""
    narrowing = Narrowing(DebtFilterForm(reader.asked))
    debts = [debt for debt in debts_of(reader.action, reader=reader.user, now=reader.now) if narrowing.leaves(debt)]
    return owed_text(debts, on=reader.now.date())


CHAT_TEXTS.register("", ChatText(pgettext_lazy("owed", "Outstanding items"), 10, _owed))
