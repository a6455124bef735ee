"""The files that take longest go first, so that at the end no test process waits minutes for the other's last file.

xdist hands whole files out in the order of the tests (`--no-loadscope-reorder`; by itself it would put the files with
few tests last, and those of ours take the longest), and pytest-django puts the tests of real transactions last.
"""

import pytest

# places below tests/, the longest first; within one and for all others the order stays
PLACES = (
    "browser/test_accessibility.py",
    "security/test_cross_district.py",
    "invariants/",
    "portal/test_markup.py",
    "portal/test_query_counts.py",
    "browser/test_geometry_editor.py",
    "browser/",
    "security/",
    "portal/publication/",
    "portal/opendata/",
    "fixtures/",
    "ops/",
    "dashboards/",
    "portal/dashboard/",
    "geodata/sandbox/",
    "geodata/exchange/",
)


def place(item: pytest.Item) -> int:
    """The number of the first place that holds a test."""
    return next((number for number, name in enumerate(PLACES) if item.nodeid.startswith(f"tests/{name}")), len(PLACES))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=place)
