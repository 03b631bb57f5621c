"""One's own account, with the teams one belongs to."""

from typing import Any

from governance.people.views.account import AccountView

from ..models import TeamMember


class MemberAccountView(AccountView):
    """The account page of the floor that knows teams."""

    template_name = "teams/team_account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the teams of which this person is a member now."""
        memberships = TeamMember.objects.current().filter(user=self.request.user).select_related("team")
        return super().get_context_data(memberships=memberships, **kwargs)
