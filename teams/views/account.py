"""The account page, with the person's teams."""

from typing import Any

from governance.people.views.account import AccountView

from ..models import TeamMember


class MemberAccountView(AccountView):
    """The account page, extended by `teams`."""

    template_name = "teams/team_account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        memberships = TeamMember.objects.current().filter(user=self.request.user).select_related("team")
        return super().get_context_data(memberships=memberships, **kwargs)
