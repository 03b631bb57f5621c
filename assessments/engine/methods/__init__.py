"""The scoring methods, one registry (docs/rules.md#methods). A published method never changes its meaning."""

from assessments.engine.methods import banded, counted, judged, relative, straight  # noqa: F401 (they register)
from assessments.engine.methods.contract import REGISTRY, SINGLE, TEAM, Directed, Parameters, Reads

__all__ = ["REGISTRY", "SINGLE", "TEAM", "Directed", "Parameters", "Reads"]
