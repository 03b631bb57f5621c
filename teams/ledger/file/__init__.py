"""The officials' task ledger read into plain values, without Django (docs/rules.md#ledger)."""

from .facts import Ledger, LedgerNotice, LedgerTask, Notice, State
from .reading import read_ledger

__all__ = ["Ledger", "LedgerNotice", "LedgerTask", "Notice", "State", "read_ledger"]
