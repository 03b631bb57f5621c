"""Two people at once: each has loaded its form before either sends it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections


@dataclass(frozen=True)
class Outcome:
    """What became of one of two racing callables."""

    value: Any = None
    error: Exception | None = None


def race(*loaders: Callable[[], Callable[[], Any]], seconds: float = 30) -> list[Outcome]:
    """Run each loader in a thread; when all have loaded, run what they returned at once; answer in their order.

    A loader opens the form (reads the row) and returns the callable that sends it (calls the verb).
    """
    barrier = threading.Barrier(len(loaders))
    outcomes: list[Outcome] = [Outcome()] * len(loaders)

    def run(place: int, load: Callable[[], Callable[[], Any]]) -> None:
        try:
            send = load()
            barrier.wait(seconds)
            outcomes[place] = Outcome(value=send())
        except Exception as error:
            outcomes[place] = Outcome(error=error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, load)) for place, load in enumerate(loaders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    return outcomes
