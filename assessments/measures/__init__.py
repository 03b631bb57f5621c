"""Measures computed from the work: one set-based query each, with the rows behind (docs/rules.md#measures)."""

from .contract import Direction, Each, Measure, Measured, Reading, Scope, Turn
from .reasons import Because
from .registry import MEASURES

__all__ = ["MEASURES", "Because", "Direction", "Each", "Measure", "Measured", "Reading", "Scope", "Turn"]
