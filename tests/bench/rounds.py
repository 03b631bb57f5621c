"""What the pages of a round cost in a county of a hundred teams and in one of twelve hundred, with equal rows shown."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from time import process_time

from django.test import Client

from tests.bench.county import HEAD, County
from tests.bench.lists import against, get_page

FEW, MANY = 100, 1200
GROWTH_AIM = 1.5
TRIES = 5


def report(fresh: Callable[[], AbstractContextManager], client_of: Callable[[str], Client]) -> None:
    """Print the CPU time of each page at both sizes, and what it grows by."""
    with fresh():
        few = measure(FEW, client_of)
    with fresh():
        many = measure(MANY, client_of)
    print(f"\n{'pages of a round':28}{FEW:>8}{MANY:>8}  ms of CPU, the first time and then each")
    for name, (first, again) in few.items():
        first_of_many, again_of_many = many[name]
        print(
            f"{name:28}{again * 1000:8.0f}{again_of_many * 1000:8.0f}{against(again_of_many / again, GROWTH_AIM):>16}"
            f"{first * 1000:10.0f}{first_of_many * 1000:8.0f}"
        )


def measure(size: int, client_of: Callable[[str], Client]) -> dict[str, tuple[float, float]]:
    """Seconds of CPU of each page: the first time, and the least of some more."""
    county = County(size)
    published, collecting = county.round.pk, county.collecting().pk
    pages = {
        "results, leader": ("leader", f"/assessment/rounds/{published}/results/"),
        "results, page 2": ("leader", f"/assessment/rounds/{published}/results/?page=2"),
        "results, head": (HEAD, f"/assessment/rounds/{published}/results/"),
        "console, published": ("centre", f"/assessment/rounds/{published}/"),
        "console, collecting": ("centre", f"/assessment/rounds/{collecting}/"),
    }
    found = {}
    for name, (user, path) in pages.items():
        client = client_of(user)
        times = []
        for _try in range(TRIES + 1):
            began = process_time()
            get_page(client, path)
            times.append(process_time() - began)
        found[name] = times[0], min(times[1:])
    return found
