"""The form page that requirements and showcases share: a rule, facts beside the form, one verb."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.permissions import may
from teams.views.roster.office_form import OfficeFormView

Facts = Sequence[tuple[Text, Text]]


class RoomFormView(OfficeFormView):
    """A form for people whom the rule allows; whoever it does not is refused before they fill it in."""

    template_name = "meetings/room_form.html"
    rule = ""
    caption: Text = ""
    saves = False
    """Whether the verb only saves, so that Enter may send the form."""

    def is_allowed(self) -> bool:
        return may(self.request.user, self.rule, self.asked_about())

    def asked_about(self) -> Any:
        """The row that the rule is asked about."""
        return None

    def check(self) -> None:
        """Refuse what the verb would refuse whatever is typed."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, unless nothing that is typed in it could be sent."""
        self.check()
        return super().get(request, *args, **kwargs)

    def crumbs(self) -> Sequence[tuple[Text, str]]:
        """Where the page stands: words and addresses."""
        return ()

    def facts(self) -> Facts:
        """What the form is about, read beside it."""
        return ()

    def keep_as(self) -> str:
        """The name under which the browser keeps the text."""
        return str(self.request.resolver_match.url_name if self.request.resolver_match else "")

    def keep_version(self) -> object:
        """What the form was opened on."""
        return 0

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            crumbs=self.crumbs(),
            caption=self.caption,
            facts=self.facts(),
            keep_as=self.keep_as(),
            keep_version=self.keep_version(),
            enter="save" if self.saves else "",
            **kwargs,
        )
