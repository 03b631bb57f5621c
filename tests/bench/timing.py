"""Times side by side: what is compared runs in turn, so that a busy moment of the machine hits all of it alike."""

import gc
from collections.abc import Callable, Mapping
from time import perf_counter

ROUNDS, SECONDS = 20, 5.0
"""Turns at most, and how long one comparison may take, warm-up left out."""


def side_by_side(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """The least seconds of each of `works`, measured in turns; one turn before that warms caches up."""
    for work in works.values():
        work()
    times: dict[str, list[float]] = {name: [] for name in works}
    began = perf_counter()
    gc.collect()
    gc.disable()
    try:
        for _ in range(ROUNDS):
            for name, work in works.items():
                start = perf_counter()
                work()
                times[name].append(perf_counter() - start)
            if perf_counter() - began > SECONDS:
                break
    finally:
        gc.enable()
    return {name: min(each) for name, each in times.items()}
