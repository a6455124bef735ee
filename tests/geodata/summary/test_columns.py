"""One list of columns: the row model, the published table, the dictionary and the SQL agree with it."""

from pathlib import Path

from geodata.summary.columns import COLUMNS, NAMES, PUBLIC_NAMES, RATIO, dictionary_table
from geodata.summary.models import ProjectRow
from portal.public.models import PublishedProject

DICTIONARY = Path(__file__).parents[3] / "docs" / "data-dictionary.md"
# of the published table alone: its own number, the snapshots, complaints as a band, and the office that answers
ONLY_PUBLISHED = {
    "status_on",
    "row",
    "from_snapshot",
    "to_snapshot",
    "digest",
    "complaints_band",
    "responsible_unit",
    "office_phone",
}


def test_the_row_has_exactly_the_listed_columns_in_their_order() -> None:
    assert tuple(field.name for field in ProjectRow._meta.get_fields()) == NAMES


def test_the_published_table_has_exactly_the_public_columns() -> None:
    published = {field.name for field in PublishedProject._meta.get_fields()}
    assert published - ONLY_PUBLISHED == set(PUBLIC_NAMES)


def test_every_rate_names_its_denominator() -> None:
    assert [column.name for column in COLUMNS if column.unit == RATIO and not column.denominator] == []


def test_the_data_dictionary_shows_this_list() -> None:
    assert dictionary_table() in DICTIONARY.read_text(encoding="utf-8")
