"""Who signs in: our users, with no permission rows behind them."""

from django.contrib.auth.backends import ModelBackend


class PeopleBackend(ModelBackend):
    """Checks the password; permissions are asked of roles and predicates, so none are read from tables."""

    def get_user_permissions(self, user_obj, obj=None) -> set[str]:
        """None: no row in auth's permission table is ever consulted."""
        return set()

    def get_group_permissions(self, user_obj, obj=None) -> set[str]:
        """None, for the same reason."""
        return set()
