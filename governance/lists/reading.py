"""Questions that one page asks of several rooms, each answered by the database once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Within it a function marked `once` is called a single time for the same arguments.

    For code that only reads: a page, or what a verb checks before it writes. Nothing is remembered outside or after it,
    and a block inside another one shares its answers.
    """
    if _answers.get() is not None:
        yield
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(ask: Callable[P, T]) -> Callable[P, T]:
    """Mark a function of hashable arguments that only reads; its answer is shared and must not be changed."""

    @wraps(ask)
    def answered(*args: P.args, **kwargs: P.kwargs) -> T:
        answers = _answers.get()
        if answers is None:
            return ask(*args, **kwargs)
        key = ask, args, tuple(sorted(kwargs.items()))
        if key not in answers:
            answers[key] = ask(*args, **kwargs)
        answer: T = answers[key]
        return answer

    return answered
