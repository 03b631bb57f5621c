"""The officials' task ledger read into plain values, without Django (DESIGN 7)."""

from .facts import Ledger, LedgerError, LedgerNotice, LedgerTask, Notice, State
from .reading import read_ledger

__all__ = ["Ledger", "LedgerError", "LedgerNotice", "LedgerTask", "Notice", "State", "read_ledger"]
