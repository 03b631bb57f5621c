"""What pages keep from one request to the next, in the cache and in the memory of home and wall."""

from django.core.cache import cache

from governance.overview.memory import forget


def forget_all() -> None:
    """As in a process that has just begun."""
    cache.clear()
    forget()
