"""Ten thousand draws of the weights: a county's class, and a province's four, with the memory they hold at most."""

import json
import tracemalloc
from time import process_time

from assessments.engine import canonical_json, result_body
from assessments.engine.canonical import Data
from assessments.stability import stability
from assessments.stability.study import DRAWS
from tests.bench.lists import against
from tests.bench.scoring import document_of, facts_of

SIZES = ((8, 10, 2.0), (1200, 40, 5.0))
"""Teams, indicators, and the seconds of CPU that are aimed at."""
MEMORY_AIM = 16
"""MiB by which memory may grow from a quarter of the draws to all of them: their factors are held, their ranks not."""
SHA256 = "7c1ea94f" + "0" * 56


def report() -> None:
    """Print seconds and memory of each size."""
    for teams, indicators, aim in SIZES:
        body = stored(teams, indicators)
        began = process_time()
        stability(body, SHA256)
        seconds = process_time() - began
        few, many = (peak(body, draws) for draws in (DRAWS // 4, DRAWS))
        print(
            f"{DRAWS:,} draws of {teams} teams x {indicators} indicators: {against(seconds, aim)} s of CPU, "
            f"{many / 2**20:.0f} MiB, of which the last three quarters {against((many - few) / 2**20, MEMORY_AIM)}"
        )


def stored(teams: int, indicators: int) -> Data:
    """A result's document as it is read back."""
    body: Data = json.loads(canonical_json(result_body(document_of(indicators), facts_of(teams, indicators))))
    return body


def peak(body: Data, draws: int) -> int:
    """The most bytes held while the draws are made, beside the document."""
    tracemalloc.start()
    try:
        stability(body, SHA256, draws)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
