"""The scoring methods, one registry (ASSESSMENT 2). A published method never changes its meaning."""

from assessments.engine.methods import straight, banded, relative, judged, counted  # noqa: F401, I001 (registry order)
from assessments.engine.methods.contract import REGISTRY, SINGLE, TEAM, Directed, Parameters, Reads

__all__ = ["REGISTRY", "SINGLE", "TEAM", "Directed", "Parameters", "Reads"]
