"""The authentication backend: our users, without permission rows."""

from django.contrib.auth.backends import ModelBackend


class PeopleBackend(ModelBackend):
    """Checks the password; permissions follow from roles and predicates, so none are read from tables."""

    def get_user_permissions(self, user_obj, obj=None) -> set[str]:
        """None: auth's permission table is never read."""
        return set()

    def get_group_permissions(self, user_obj, obj=None) -> set[str]:
        """None, for the same reason."""
        return set()
