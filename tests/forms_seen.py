"""Forms as a browser reads them: which button Enter presses in a field (HTML standard, implicit submission)."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

Attributes = dict[str, str]

BLOCKING = {
    *("text", "search", "tel", "url", "email", "password", "date", "month", "week", "time", "datetime-local", "number"),
}
"""Types of fields of which a form without a button may have one to be sent by Enter, and no more."""

NOTHING, BY_ITSELF = "", "(by itself)"


@dataclass
class SeenForm:
    """A form with the controls that belong to it, in the order of the page."""

    attributes: Attributes
    controls: list[tuple[str, Attributes]] = field(default_factory=list)

    @property
    def posts(self) -> bool:
        return self.attributes.get("method", "get").lower() == "post"

    @property
    def buttons(self) -> list[Attributes]:
        """The buttons that send the form."""
        return [attributes for tag, attributes in self.controls if _sends(tag, attributes)]

    @property
    def takes_enter(self) -> bool:
        """Whether it has a field in which Enter sends a form: any input, but neither a text area nor a choice."""
        return any(
            tag == "input" and not _sends(tag, attributes) and attributes.get("type") not in {"hidden", "button"}
            for tag, attributes in self.controls
        )

    @property
    def takes_text(self) -> bool:
        """Whether a text of several lines is typed in it, and sent."""
        return self.posts and any(tag == "textarea" and "readonly" not in each for tag, each in self.controls)

    @property
    def is_kept(self) -> bool:
        """Whether a browser keeps what is typed in it until it is saved (static/js/kept.js)."""
        return bool(self.attributes.get("data-keep") and self.attributes.get("data-keep-version"))

    @property
    def enter(self) -> str:
        """What Enter in a field sends: the name of the form's first button, or NOTHING if that is disabled."""
        if self.buttons:
            first = self.buttons[0]
            return NOTHING if "disabled" in first else first.get("name") or BY_ITSELF
        kinds = [attributes.get("type") or "text" for tag, attributes in self.controls if tag == "input"]
        return BY_ITSELF if sum(kind in BLOCKING for kind in kinds) == 1 else NOTHING


def _sends(tag: str, attributes: Attributes) -> bool:
    kind = attributes.get("type", "").lower()
    return (tag == "button" and kind not in {"button", "reset"}) or (tag == "input" and kind in {"submit", "image"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[SeenForm] = []
        self.open: SeenForm | None = None
        self.found: list[tuple[str, Attributes, SeenForm | None]] = []
        self.in_template = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.in_template += tag == "template"
        if self.in_template:
            return
        if tag == "form" and self.open is None:
            self.open = SeenForm(attributes)
            self.forms.append(self.open)
        elif tag in {"input", "button", "select", "textarea"}:
            self.found.append((tag, attributes, self.open))

    def handle_endtag(self, tag: str) -> None:
        self.in_template -= tag == "template"
        if tag == "form":
            self.open = None


CONTROLS = re.compile(r"""</?(?:form|template|textarea|input|button|select)\b(?:"[^"]*"|'[^']*'|[^>"'])*>""")
"""The tags that make a form; a page has ten times as many others."""


@lru_cache(maxsize=1)
def forms_of(page: str) -> list[SeenForm]:
    """The forms of a page, each with its own controls and those that name it by `form=`."""
    reader = _Reader()
    reader.feed("".join(CONTROLS.findall(page)))
    by_id = {form.attributes["id"]: form for form in reader.forms if form.attributes.get("id")}
    for tag, attributes, around in reader.found:
        owner = by_id.get(attributes["form"]) if "form" in attributes else around
        if owner is not None:
            owner.controls.append((tag, attributes))
    return reader.forms


def sent_by_enter(page: str) -> set[str]:
    """What Enter sends from the forms of a page that post and have a field for it."""
    return {form.enter for form in forms_of(page) if form.posts and form.takes_enter} - {NOTHING}
