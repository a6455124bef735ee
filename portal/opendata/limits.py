"""How often one address may ask the JSON interface: so many answers in each minute, counted in memory.

An address is kept as a keyed digest for the minute, never as it is. Each process counts for itself: with several of
them the limit is that of one times their number, which still bounds what one client can take.
"""

import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.cache import caches

WINDOW: Final = 60  # seconds
_KEY: Final = secrets.token_bytes(16)  # of this process


@dataclass(frozen=True, slots=True)
class Allowance:
    """`left` answers of `limit` until the window ends in `seconds`."""

    limit: int
    left: int
    seconds: int
    is_over: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers named them when clients learned them."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.seconds),
        }


def take(address: str, *, now: float) -> Allowance:
    """Counts one answer to the address. `now` in seconds."""
    limit, window = settings.API_PER_MINUTE, int(now // WINDOW)
    name = f"{window}:{hmac.digest(_KEY, address.encode(), 'sha256').hex()[:32]}"
    cache = caches["limits"]
    cache.add(name, 0, WINDOW * 2)
    try:
        count = cache.incr(name)
    except ValueError:  # pushed out between the two by very many others
        count = 1
    return Allowance(limit, max(0, limit - count), WINDOW - int(now % WINDOW), is_over=count > limit)
