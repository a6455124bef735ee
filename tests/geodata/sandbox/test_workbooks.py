"""Workbooks come through the door as Excel shows them; hostile ones are refused."""

import io
import time
import zipfile
from datetime import date, datetime
from datetime import time as clock
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.utils.datetime import MAC_EPOCH

from geodata.errors import DomainError, FileRefused, TooLarge
from geodata.sandbox import door
from geodata.sandbox.documents import DEFAULT, Cell, Limits
from geodata.sandbox.readers.number_formats import as_date, shows_date
from tests.geodata.sandbox import makers


def saved(workbook):
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def rewritten(content, changes):
    """The same archive with some members replaced (by a function of their bytes), added or dropped (None)."""
    members = {}
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        for name in source.namelist():
            change = changes.get(name, lambda raw: raw)
            if change is not None:
                members[name] = change(source.read(name)) if callable(change) else change
    members |= {name: raw for name, raw in changes.items() if isinstance(raw, bytes)}
    return makers.archive(members)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHARED_CELLS = (
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    "</sheetData></worksheet>"
)


def with_shared_strings(items, declaration=""):
    """A workbook whose two cells point to a table of shared strings, as Excel and WPS write it."""
    shared = f'{declaration}<sst xmlns="{MAIN}">{items}</sst>'
    return rewritten(
        plain(), {"xl/sharedStrings.xml": shared.encode(), "xl/worksheets/sheet1.xml": SHARED_CELLS.encode()}
    )


def plain(*rows):
    workbook = openpyxl.Workbook()
    for row in rows or (["名称", "金额"], ["示例", 0.1]):
        workbook.active.append(row)
    return saved(workbook)


@pytest.fixture
def read(tmp_path):
    def read(content, **options):
        path = tmp_path / "upload.bin"
        path.write_bytes(content)
        return door.read_workbook(path, **options)

    return read


@pytest.fixture
def refused(read):
    def refused(content, kind=DomainError, limits=DEFAULT):
        started = time.monotonic()
        with pytest.raises(kind) as caught:
            read(content, limits=limits)
        assert time.monotonic() - started < 30
        assert any("\u4e00" <= letter <= "\u9fff" for letter in caught.value.message)
        return caught.value

    return refused


def test_every_kind_of_value_keeps_its_type_and_its_digits(read):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    values = ["示例\n换行", 1 / 3, 1234567.89, 12, True, False, None, "", 123456789012345, -0.5, "=1"]
    sheet.append(values[:-1])
    (row,) = read(saved(workbook)).sheets[0].rows
    assert [cell.value for cell in row] == [
        "示例\n换行",
        Decimal("0.3333333333333333"),
        Decimal("1234567.89"),
        12,
        True,
        False,
        None,
        None,
        123456789012345,
        Decimal("-0.5"),
    ]
    assert [type(cell.value) for cell in row[1:6]] == [Decimal, Decimal, int, bool, bool]


def test_number_formats_tell_fractions_from_percentages_and_dates_from_numbers(read):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for column, (value, code) in enumerate(
        [
            (0.855, "0.00%"),
            (46111, 'yyyy"年"m"月"d"日"'),
            (46111.75, "yyyy/m/d h:mm"),
            (0.75, "h:mm"),
            (1.5, "[h]:mm:ss"),
            (46111, '#,##0.00"元"'),
            (46111, '[$-804]yyyy"年"m"月"'),
            (46111, '0.00"days"'),
        ],
        start=1,
    ):
        sheet.cell(1, column, value).number_format = code
    (row,) = read(saved(workbook)).sheets[0].rows
    assert [cell.value for cell in row] == [
        Decimal("0.855"),
        date(2026, 3, 30),
        datetime(2026, 3, 30, 18),
        clock(18),
        Decimal("1.5"),
        46111,
        date(2026, 3, 30),
        46111,
    ]
    assert row[0].number_format == "0.00%"


def test_the_chinese_built_in_formats_are_dates(read):
    """Format numbers 31, 57 and 58 have no text in the file; Chinese Excel and WPS use them for dates."""

    def use(number):
        return lambda raw: raw.replace(b'<xf numFmtId="164"', f'<xf numFmtId="{number}"'.encode())

    workbook = openpyxl.Workbook()
    workbook.active.cell(1, 1, 46111).number_format = '0.0"x"'
    for number in (14, 27, 31, 57, 58):
        content = rewritten(saved(workbook), {"xl/styles.xml": use(number)})
        assert read(content).sheets[0].rows[0][0].value == date(2026, 3, 30), number


@pytest.mark.parametrize(
    ("serial", "date1904", "expected"),
    [
        (1, False, date(1900, 1, 1)),
        (59, False, date(1900, 2, 28)),
        (60, False, None),
        (61, False, date(1900, 3, 1)),
        (46111, False, date(2026, 3, 30)),
        (46111 - 1462, True, date(2026, 3, 30)),
        (Decimal("46111.999999999"), False, date(2026, 3, 31)),
        (-1, False, None),
        (2_958_465, False, date(9999, 12, 31)),
        (2_958_466, False, None),
    ],
)
def test_serial_numbers_are_dates_of_two_epochs(serial, date1904, expected):
    assert as_date(serial, date1904=date1904) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("General", False),
        ("0.00E+00", False),
        ("@", False),
        ('"日"0', False),
        ("[Red]0.00", False),
        ("[h]:mm", False),
        ("yyyy-mm-dd", True),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", True),
        ("m/d;@", True),
        ("0;[Red]yyyy", False),
        ("上午/下午h:mm", True),
    ],
)
def test_a_format_shows_a_date_or_it_does_not(code, expected):
    assert shows_date(code) is expected


def test_dates_may_count_from_1904(read):
    workbook = openpyxl.Workbook()
    workbook.epoch = MAC_EPOCH
    workbook.active.append([date(2026, 3, 30)])
    result = read(saved(workbook))
    assert result.date1904
    assert result.sheets[0].rows[0][0].value == date(2026, 3, 30)


def test_hidden_and_merged_parts_are_told(read):
    workbook = openpyxl.Workbook()
    first = workbook.active
    first.title = "台账"
    first["B3"] = "x"
    first.merge_cells("A1:C2")
    first.row_dimensions[3].hidden = True
    first.column_dimensions.group("D", "F", hidden=True)
    workbook.create_sheet("隐藏").sheet_state = "hidden"
    workbook.create_sheet("深藏").sheet_state = "veryHidden"
    sheets = read(saved(workbook)).sheets
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("台账", False), ("隐藏", True), ("深藏", True)]
    assert sheets[0].merged == [(1, 1, 2, 3)]
    assert sheets[0].hidden_rows == {3}
    assert sheets[0].hidden_columns == {4, 5, 6}
    assert [len(row) for row in sheets[0].rows] == [0, 0, 2]
    assert sheets[0].rows[2][1] == Cell("x")


def test_a_formula_without_a_saved_result_is_not_an_empty_cell(read):
    workbook = openpyxl.Workbook()
    workbook.active.append([1, "=A1*2"])
    (row,) = read(saved(workbook)).sheets[0].rows
    assert row[1] == Cell(None, "General", True)

    def with_result(raw):
        return raw.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>").replace(b"<v/>", b"<v>2</v>")

    content = rewritten(saved(workbook), {"xl/worksheets/sheet1.xml": with_result})
    assert read(content).sheets[0].rows[0][1].value == 2


def test_rich_text_is_joined_and_the_phonetic_guide_left_out(read):
    text = "<si><r><t>岳</t></r><r><t xml:space='preserve'>阳 </t></r><rPh sb='0' eb='1'><t>yue</t></rPh></si>"
    content = with_shared_strings(f"{text}<si><t>a_x000D_b</t></si>")
    assert [cell.value for cell in read(content).sheets[0].rows[0]] == ["岳阳 ", "a\rb"]


def test_it_agrees_with_openpyxl_on_a_larger_sheet(read):
    workbook = openpyxl.Workbook()
    for number in range(300):
        workbook.active.append([f"示例{number}", number / 7, number, date(2026, 1, 1), None, number % 2 == 0])
    content = saved(workbook)
    ours = read(content).sheets[0].rows
    theirs = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)
    assert len(ours) == 300
    for mine, other in zip(ours, theirs, strict=True):
        assert [cell.value for cell in mine][:3] == [other[0], Decimal(repr(other[1])) if other[1] else 0, other[2]]
        assert mine[3].value == date(2026, 1, 1)
        assert mine[5].value is other[5]


def test_a_style_that_openpyxl_rejects_does_not_hide_the_values(read):
    def spoil(raw):
        return raw.replace(b"<fills", b"<fills nonsense='1'><fill><unknownFill/></fill></fills><fills", 1)

    assert read(rewritten(plain(), {"xl/styles.xml": spoil})).sheets[0].rows[1][0].value == "示例"


# --- refusals ---


def test_macros_are_refused_with_advice(refused):
    assert refused(rewritten(plain(), {"xl/vbaProject.bin": b"\xd0\xcf"})).code == "macro"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "_rels/.rels"])
def test_a_declaration_in_any_part_is_refused(refused, declaration, part):
    content = rewritten(plain(), {part: lambda raw: declaration.encode() + raw.split(b"?>", 1)[-1]})
    assert refused(content).code == "unsafe-xml"


def test_a_declaration_in_the_shared_strings_is_refused(refused):
    entity = '<!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert refused(with_shared_strings("<si><t>&a;</t></si>", entity)).code == "unsafe-xml"


def test_a_declaration_cannot_hide_in_utf16(refused):
    def hide(raw):
        return ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>' + raw.decode().split("?>", 1)[-1]).encode(
            "utf-16"
        )

    refused(rewritten(plain(), {"xl/workbook.xml": hide}))


def test_an_external_link_is_neither_followed_nor_missed(read):
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
        'Target="http://127.0.0.1:9/x.xlsx" TargetMode="External"/></Relationships>'
    )
    content = rewritten(plain(), {"xl/externalLinks/_rels/externalLink1.xml.rels": link.encode()})
    assert read(content).sheets[0].rows[1][1].value == Decimal("0.1")


def test_a_bomb_is_refused_before_it_is_unpacked(refused):
    sheet = b"<worksheet>" + b" " * 60_000_000
    started = time.monotonic()
    refused(rewritten(plain(), {"xl/worksheets/sheet1.xml": sheet}), kind=TooLarge)
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', TooLarge),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', TooLarge),
        ('<row r="1"><c r="A1" t="s"><v>999999</v></c></row>', FileRefused),
        ('<row r="1"><c r="A1" t="s"><v>-1x</v></c></row>', FileRefused),
        ('<row r="1"><c r="1A"><v>1</v></c></row>', FileRefused),
        ('<row r="x"><c r="A1"><v>1</v></c></row>', FileRefused),
        ('<row r="1"><c r="A1" t="str"><v>a_xD800_b</v></c></row>', FileRefused),
        ('<row r="1"><c r="A1" t="str"><v>\ufffd</v></c></row>', FileRefused),
        ('<row r="1"><c r="A1"><v>1</v></c>', FileRefused),
    ],
)
def test_odd_cells_are_refused(refused, cell, kind):
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{cell}</sheetData></worksheet>'
    refused(rewritten(plain(), {"xl/worksheets/sheet1.xml": sheet.encode()}), kind=kind)


def test_lost_text_is_named_by_sheet_row_and_column(refused):
    refusal = refused(plain(["好", "好"], ["好", "坏\ufffd"]), FileRefused)
    assert (refusal.sheet, refusal.row, refusal.column) == ("Sheet", 2, 2)


@pytest.mark.parametrize("limits", [Limits(rows=1), Limits(columns=1), Limits(cells=3), Limits(text_length=1)])
def test_a_workbook_beyond_the_limits_is_too_large(refused, limits):
    refused(plain(), TooLarge, limits)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空"),
        (b"P", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        ("名称,金额\n一,1\n".encode(), "CSV"),
        (makers.archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "ODS"),
        (makers.archive({"a.txt": b"x"}), "不是工作簿"),
        (makers.archive({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b""}), "xlsb"),
        (makers.archive({"[Content_Types].xml": b"<x/>"}), "损坏"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_what_is_no_workbook_is_refused_by_its_name(refused, content, words):
    assert words in refused(content).message


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_refused(refused, share):
    content = plain()
    refused(content[: int(len(content) * share)])


def test_a_missing_sheet_part_is_not_a_crash(refused):
    refused(rewritten(plain(), {"xl/worksheets/sheet1.xml": None}))
