"""Help for each page: what it is for and what to do there, by the name of its URL."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.records.register import Register

PAGE_HELP: Register[Sequence[Text]] = Register()
"""Sentences by the name of the URL; a page without an entry needs no help."""

LIST_IMPORT_HELP: Sequence[Text] = [
    _(
        "Download the empty workbook, fill it in and upload it. You first see what was read, with every error "
        "next to its cell."
    ),
    _("Nothing is saved until you confirm; then either everything is saved or nothing."),
]
"""For every page that imports a list from a workbook."""


def help_for(name: str | None) -> Sequence[Text]:
    """The help for the page with the URL `name`; none for most."""
    return PAGE_HELP.get(name or "", ())
