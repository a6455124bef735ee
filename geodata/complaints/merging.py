"""并单: which order each one repeats in the end. The hotline links orders in chains; counting needs the root alone."""

from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def roots(links: Mapping[K, K], received: Mapping[K, datetime]) -> dict[K, K]:
    """The root of every order that repeats another. In a circle the first order received is the root.

    ``links`` says which order each one was linked to; ``received`` knows the time of every order concerned.
    """
    found: dict[K, K] = {}
    for start in links:
        root = _root(start, links, received)
        if root != start:
            found[start] = root
    return found


def _root(start: K, links: Mapping[K, K], received: Mapping[K, datetime]) -> K:
    path: list[K] = []
    here = start
    while here in links and here not in path:
        path.append(here)
        here = links[here]
    if here not in path:
        return here
    circle = path[path.index(here) :]
    return min(circle, key=lambda order: (received[order], str(order)))
