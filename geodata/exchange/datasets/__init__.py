"""The datasets that can be imported: what each file means, and which services of the record take its rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from importlib import import_module

from geodata.exchange.columns import Layout
from geodata.exchange.plans import Context, Plan
from geodata.exchange.tables.reading import Table

# Ordered as a city is loaded: each needs only what stands above it.
REGISTRY = {
    "regions": "geodata.exchange.datasets.regions",
    "base": "geodata.exchange.datasets.base",
    "projects": "geodata.exchange.datasets.projects",
    "progress": "geodata.exchange.datasets.progress",
    "budget": "geodata.exchange.datasets.budget",
    "contracts": "geodata.exchange.datasets.contracts",
    "disbursements": "geodata.exchange.datasets.disbursements",
    "complaints": "geodata.exchange.datasets.complaints",
}


class Dataset(ABC):
    """One kind of file. ``plan`` reads the record only, ``write`` runs inside the commit's transaction."""

    key: str
    title: str
    layouts: tuple[Layout, ...]

    @abstractmethod
    def plan(self, tables: Mapping[str, Sequence[Table]], context: Context) -> Plan:
        """What the rows would do, by layout key."""

    @abstractmethod
    def write(self, plan: Plan, context: Context) -> None:
        """Hand the plan's new and changed rows to the services."""


def dataset(key: str) -> Dataset:
    """The dataset of that key; KeyError for an unknown one."""
    found = import_module(REGISTRY[key]).DATASET
    if not isinstance(found, Dataset):
        raise TypeError(f"{REGISTRY[key]}.DATASET is no Dataset")
    return found
