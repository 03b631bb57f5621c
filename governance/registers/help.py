"""Help where it is needed: what a page is for and what to do there, by the name of its address."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.records.register import Register

PAGE_HELP: Register[Sequence[Text]] = Register()
"""Sentences by the name of the address; a page without an entry explains itself."""

LIST_IMPORT_HELP: Sequence[Text] = [
    _("Take the empty workbook, fill it in and upload it: first you see what was read, with each error by its cell."),
    _("Nothing is written before you confirm, and then everything or nothing."),
]
"""For every page that takes a list as a workbook."""


def help_for(name: str | None) -> Sequence[Text]:
    """The sentences of help for the page at the address called `name`; none for most."""
    return PAGE_HELP.get(name or "", ())
