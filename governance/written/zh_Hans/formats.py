"""Dates as in English in tables; sentences use Chinese dates of their own."""

from governance.written.en.formats import *  # noqa: F403
