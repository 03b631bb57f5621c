"""Rows of the chosen action, asked so that a list of them keeps its order in an index."""

from django.db.models import QuerySet

from ..models import SpecialAction


def of_action(rows: QuerySet, path: str, action: SpecialAction | None) -> QuerySet:
    """`rows` whose `path` is `action`; all of them where it is the only action.

    With one action, as almost everywhere, a condition on another table would leave out nothing and keep the database
    from walking the rows in their own order: 43 ms instead of 0.1 for the first of 30,000 extensions.
    """
    if action is None:
        return rows.none()
    others = SpecialAction.objects.exclude(pk=action.pk)
    return rows.filter(**{path: action}) if others.exists() else rows
