"""统一项目代码 in both generations."""

import pytest

from geodata.projects.codes import BadCode, doubts, normalise, normalise_name, parse_serial, serial_text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2512-430602-04-01-100017", "2512-430602-04-01-100017"),
        ("2020-430602-48-01-012345", "2020-430602-48-01-012345"),
        ("25124306020401100017", "2512-430602-04-01-100017"),
        ("２５１２－４３０６０２－０４－０１－１０００１７", "2512-430602-04-01-100017"),
        ("2512—430602—04—01—100017", "2512-430602-04-01-100017"),
        (" 2512 - 430602-04-01-100017\n", "2512-430602-04-01-100017"),
        ("", None),
        ("—", None),
        ("无", None),
    ],
)
def test_a_code_is_brought_into_its_normal_form(text: str, code: str | None) -> None:
    assert normalise(text) == code


@pytest.mark.parametrize(
    "text", ["2512-430602-04-01-10001", "2512-4306-0204-01-100017", "25-12", "A512-430602-04-01-100017"]
)
def test_a_malformed_code_is_refused(text: str) -> None:
    with pytest.raises(BadCode):
        normalise(text)


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("2512-430602-04-01-100017", 0),
        ("2020-430602-48-01-012345", 0),
        ("2026-430000-48-01-012345", 0),
        ("2601-430600-04-01-100017", 0),
        ("2513-430602-04-01-100017", 1),
        ("2014-430602-04-01-100017", 1),
        ("2601-430104-04-01-100017", 1),
        ("2601-110101-04-01-100017", 1),
        ("9999-110101-04-01-100017", 2),
    ],
)
def test_an_odd_code_warns_and_is_never_refused(code: str, count: int) -> None:
    assert len(doubts(code, year=2026)) == count


def test_another_city_asks_for_its_own_region() -> None:
    assert doubts("2601-430104-04-01-100017", year=2026, city_code="430100") == []


def test_the_platforms_number_is_written_and_read() -> None:
    assert serial_text("YYMS", 2026, 1) == "YYMS-2026-0001"
    assert parse_serial("ｙｙms－2026－0001 ") == ("YYMS", 2026, 1)
    assert parse_serial("示例路") is None


def test_project_names_compare_without_book_marks_width_and_blanks() -> None:
    assert normalise_name("《示例片区 污水管网》工程（二期）") == normalise_name("示例片区污水管网工程(二期)")
