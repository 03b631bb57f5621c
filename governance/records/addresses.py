"""The network address of the request being served; audit events take it from here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_address: ContextVar[str | None] = ContextVar("address", default=None)


def current_address() -> str | None:
    """The address of the request being served, or None in a command."""
    return _address.get()


@contextmanager
def serving(address: str | None) -> Iterator[None]:
    """For as long as the block lasts, `address` is the one that audit events name."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)
