"""The public chain as lines of JSON, an entry each, in order: what verify_chain.py reads."""

from collections.abc import Iterator
from typing import Final

import orjson

from portal.public.models import ChainEntry

COLUMNS: Final = (
    *("sequence", "snapshot", "kind", "key", "values", "salts", "digests", "previous", "hash"),
    "withdrawn_reason",
)


def chain_lines() -> Iterator[bytes]:
    for entry in ChainEntry.objects.order_by("sequence").values(*COLUMNS).iterator(chunk_size=2000):
        yield orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE)
