"""Wrong codes of one address are counted for a minute, in memory only: nothing of it is ever written down.

The codes are so many that guessing is hopeless anyway (`slips.py`); the limit keeps a script from filling the log of
the web server and the queue of the database. The address is kept as a hash whose key dies with the process.
"""

import secrets

from django.core.cache import cache
from django.utils.crypto import salted_hmac

MOST = 60
"""Wrong codes of one address in a minute; a hall of voters may share one."""
SECONDS = 60
_key = secrets.token_hex()


def too_many(address: str) -> bool:
    """Whether the address has to wait."""
    return bool(cache.get(_name(address), 0) >= MOST)


def note_wrong(address: str) -> None:
    """Count a wrong code."""
    cache.add(_name(address), 0, SECONDS)
    try:
        cache.incr(_name(address))
    except ValueError:  # the minute has just ended
        pass


def _name(address: str) -> str:
    return salted_hmac("assessments.votes.guesses", address, secret=_key, algorithm="sha256").hexdigest()
