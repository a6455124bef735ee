"""What a citizen waits for at 100,000 projects: every kind of public request over HTTP, asked for the first time and
again, by the clock and by the processor time of worker and database.

The promises: a list and what is near within 150 ms, an items page of 1,000 within 100 ms, 304 within 5 ms; for all else
the bounds of test_pages. It fails where the 95th percentile of first-time requests is over. By the clock it is right on
a quiet machine alone; the load stands in the first line. ONEMAP_BENCH_REQUESTS and ONEMAP_BENCH_PAGES as in test_pages.
"""

import math
import os
import sys
from contextlib import ExitStack

from tests.benchmarks.big_city import ready, served
from tests.benchmarks.processor import Processor
from tests.benchmarks.public_requests import Kind, kinds
from tests.benchmarks.test_pages import ONLY, REQUESTS, Visitor, worlds

Times = list[tuple[float, float]]  # seconds by the clock, of processor time


def test_every_kind_of_public_request() -> None:
    faults: list[str] = []
    with ExitStack() as stack:
        _record, world = worlds(ready(), stack, 7)
        load = " ".join(f"{each:.1f}" for each in os.getloadavg())
        _say(f"\nload {load}; ms by the clock (p50 p95 max) and of processor time, first asked; then asked again")
        port, worker = stack.enter_context(served(ready(), ONEMAP_API_PER_MINUTE="100000"))
        processor = Processor(worker, world.session)
        visitor = Visitor(port)
        for number in range(8):  # the first answers of each thread read templates, the first of a process the sets
            visitor.get(f"/projects/?located=yes&q=of-none-{number % 2}")
            visitor.get("/")
        for kind in kinds(world, REQUESTS):
            if ONLY in kind.name:
                faults += _measured(kind, visitor, processor)
    _say("".join(f"  {fault}\n" for fault in faults))
    assert faults == []


def _measured(kind: Kind, visitor: Visitor, processor: Processor) -> list[str]:
    faults: list[str] = []
    if kind.again:
        for address in kind.addresses:
            visitor.learn(address)
    first = [_asked(address, kind, visitor, processor, faults) for address in kind.addresses]
    again = [_asked(address, kind, visitor, processor, faults) for address in kind.addresses]
    _say(f"  {kind.name:36} {_figures(first)} | {_figures(again)}  n={len(first)}")
    late = _share([clock for clock, _ in first], 0.95)
    if late > kind.limit:
        slowest = max(zip(first, kind.addresses, strict=True))
        faults.append(f"{kind.name}: p95 {late * 1000:.0f} ms, promised {kind.limit * 1000:.0f}; slowest {slowest[1]}")
    return faults


def _asked(address: str, kind: Kind, visitor: Visitor, processor: Processor, faults: list[str]) -> tuple[float, float]:
    before = processor.seconds()
    status, _body, clock = visitor.get(address)
    spent = processor.seconds() - before
    if status != (304 if kind.again else 200):
        faults.append(f"{status} {address}")
    return clock, spent


def _figures(times: Times) -> str:
    parts = []
    for column in zip(*times, strict=True):
        parts.append(" ".join(f"{_share(list(column), share) * 1000:5.0f}" for share in (0.5, 0.95, 1)))
    return "  cpu ".join(parts)


def _share(values: list[float], share: float) -> float:
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
