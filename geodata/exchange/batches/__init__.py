"""Batches: a file is previewed, looked at, and then committed as one transaction or not at all; later rolled back."""

from geodata.exchange.batches.committing import commit_batch
from geodata.exchange.batches.opening import Preview, open_batch, preview

__all__ = ["Preview", "commit_batch", "open_batch", "preview"]
