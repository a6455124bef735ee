"""docs/indicators.md prints the catalogue as it is."""

from pathlib import Path

from dashboards.indicators.catalogue import CATALOGUE
from dashboards.indicators.catalogue.printed import tables

PAGE = Path(__file__).parents[3] / "docs" / "indicators.md"


def test_the_page_holds_the_tables_of_the_catalogue() -> None:
    assert PAGE.read_text(encoding="utf-8").endswith(f"## The catalogue\n\n{tables()}")


def test_every_indicator_has_a_line() -> None:
    lines = [line for line in tables().splitlines() if line.startswith("| ") and not line.startswith("| 编号")]
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines] == list(CATALOGUE)
