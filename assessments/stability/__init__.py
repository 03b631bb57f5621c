"""How firm a ranking is when the weights of its plan vary (docs/rules.md#stability): statistics, no score.

The only room that uses numpy and floats. It reads a result's document and nothing else.
"""

from assessments.stability.study import (
    DRAWS,
    ClassStability,
    ClosePair,
    Influence,
    Stability,
    TeamStability,
    stability,
)

__all__ = ["DRAWS", "ClassStability", "ClosePair", "Influence", "Stability", "TeamStability", "stability"]
