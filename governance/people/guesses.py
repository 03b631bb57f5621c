"""Wrong codes of one address are counted for a minute, in memory only: nothing of it is ever written down.

For pages that open with a code and without an account. Each kind of code has a count of its own. The address is kept
as a hash whose key dies with the process.
"""

import secrets
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

SECONDS = 60
TOO_MANY = _("Too many wrong codes. Wait a minute and try again.")
_key = secrets.token_hex()


@dataclass(frozen=True)
class Guesses:
    """The wrong codes of a kind."""

    kind: str
    most: int
    """So many of one address in a minute."""

    def too_many(self, address: str) -> bool:
        """Whether the address has to wait."""
        return bool(cache.get(self._name(address), 0) >= self.most)

    def note_wrong(self, address: str) -> None:
        """Count a wrong code."""
        cache.add(self._name(address), 0, SECONDS)
        try:
            cache.incr(self._name(address))
        except ValueError:  # the minute has just ended
            pass

    def _name(self, address: str) -> str:
        return salted_hmac(f"guesses.{self.kind}", address, secret=_key, algorithm="sha256").hexdigest()
