"""CSV and TSV files: strict encodings, honest line numbers, helpful refusals."""

import time

import pytest

from geodata.errors import DomainError, FileRefused, TooLarge
from geodata.sandbox import door
from geodata.sandbox.documents import DEFAULT, Limits

TEXT = "名称,金额\n𠮷家湖,0.10\n"


@pytest.fixture
def read(tmp_path):
    def read(content, **options):
        path = tmp_path / "upload.bin"
        path.write_bytes(content)
        return door.read_text_table(path, **options)

    return read


@pytest.fixture
def refused(read):
    def refused(content, kind=DomainError, limits=DEFAULT, **options):
        started = time.monotonic()
        with pytest.raises(kind) as caught:
            read(content, limits=limits, **options)
        assert time.monotonic() - started < 30
        assert any("\u4e00" <= letter <= "\u9fff" for letter in caught.value.message)
        return caught.value

    return refused


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_every_encoding_that_offices_send_comes_back_exactly(read, codec, name):
    raw = TEXT.encode(codec)
    table = read(b"\xfe\xff" + raw if codec == "utf-16-be" else raw)
    assert list(table.rows) == [["名称", "金额"], ["𠮷家湖", "0.10"]]
    assert table.encoding == name
    assert list(table.line_numbers) == [1, 2]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_wide_characters_without_their_mark_are_recognised(read, codec):
    table = read(TEXT.encode(codec))
    assert (list(table.rows), table.encoding) == ([["名称", "金额"], ["𠮷家湖", "0.10"]], codec)


@pytest.mark.parametrize(
    ("delimiter", "separator"), [(sign, sign) for sign in (",", "\t", ";", "|", "，", "；", "¦", "^", "~", "\x1f")]
)
def test_the_delimiter_is_found(read, delimiter, separator):
    rows = [["名称", "说明", "金额"], ["示例", "a b", "1"], ["示例二", "c", "2"]]
    table = read("\n".join(separator.join(row) for row in rows).encode())
    assert (table.delimiter, list(table.rows)) == (delimiter, rows)


def test_commas_inside_quotes_do_not_count(read):
    table = read('名称\t说明\n"a,b,c,d"\t"x,y,z"\n'.encode())
    assert table.delimiter == "\t"


def test_line_numbers_are_those_of_the_file(read):
    table = read('a,b\r\n"一\r\n二",1\r\n\r\n三,2\r\n'.encode())
    assert list(table.rows) == [["a", "b"], ["一\r\n二", "1"], ["三", "2"]]
    assert list(table.line_numbers) == [1, 2, 5]


def test_mixed_line_ends_and_excels_separator_line_are_understood(read):
    table = read(b"sep=;\r\na;b\n1;2\r3;4\r\n")
    assert (table.delimiter, list(table.rows)) == (";", [["a", "b"], ["1", "2"], ["3", "4"]])
    assert list(table.line_numbers) == [2, 3, 4]


def test_windows_1252_is_used_only_when_named(read, refused):
    raw = "name,amount\nCaf\xe9 \x96\xff,1\n".encode("latin-1")
    assert refused(raw).row == 2
    assert read(raw, encoding="cp1252").rows[1][0] == "Café –ÿ"
    assert refused(TEXT.encode("gbk", "ignore") + b"\xe5\xb2", encoding="utf-8").code == "undecodable"
    assert refused(TEXT.encode(), encoding="klingon").code == "unknown-encoding"


def test_western_text_that_happens_to_be_sound_gbk_is_not_garbled_in_silence(read, refused):
    raw = "payee,amount\nSt Mary\u2019s School,1\nO\u2019Neill,2\n".encode("cp1252")
    assert raw.decode("gb18030") != raw.decode("cp1252")
    assert refused(raw).code == "doubtful-encoding"
    assert read(raw, encoding="cp1252").rows[1][0] == "St Mary\u2019s School"
    assert read("名称,单位\n㛃镇㎡喆,䶮\n岳阳,示例\n".encode("gb18030")).encoding == "gb18030"


def test_the_line_of_a_broken_character_is_named(refused):
    refusal = refused("名称\n好\n".encode("gbk") + b"\xff\xff,\n")
    assert (refusal.code, refusal.row) == ("undecodable", 3)
    assert "第 3 行" in refusal.message


def test_text_that_was_lost_before_is_refused(refused):
    for codec in ("utf-8", "gb18030", "utf-16"):
        refusal = refused("a,b\n坏\ufffd,1\n".encode(codec))
        assert (refusal.code, refusal.row) == ("lost-text", 2)


def test_formulas_and_markup_stay_text(read):
    row = ["=1+1", "@SUM(A1)", "<script>", "0012"]
    assert read(("a,b,c,d\n" + ",".join(row)).encode()).rows[1] == row


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\n \n", "empty-file"),
        (b"a,b\n1,\x002\n", "binary-text"),
        (b"a,b\n1,2\x00" * 5000, "binary-text"),
        ("a,b\n\x00".encode("utf-16"), "binary-text"),
        (b'a,b\n"never closed,1\n2,3\n', "bad-csv"),
        (b'a,b\n"x"y,1\n', "bad-csv"),
        (b"a,b\n" + b'"' + b"x" * 200_000 + b'",1\n', "bad-csv"),
        (b"x" * 500_000, "bad-csv"),
        (b"<table><tr><td>1</td></tr></table>", "wrong-format"),
        (b"PK\3\4rest", "wrong-format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "wrong-format"),
        (b"%PDF-1.4", "wrong-format"),
        (b"SQLite format 3\0", "wrong-format"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(refused, content, code):
    assert refused(content, FileRefused).code == code


def test_an_open_quote_is_placed_where_it_opens(refused):
    assert refused(b'a,b\n1,2\n3,"open\n4,5\n').row == 3


@pytest.mark.parametrize(
    ("content", "limits"),
    [
        (b"a\n" * 20, Limits(rows=10)),
        (b"," * 2000, DEFAULT),
        (b"a,b,c\n" * 20, Limits(cells=30)),
        (b"a\n" * 100, Limits(file_bytes=100)),
    ],
)
def test_a_table_beyond_the_limits_is_too_large(refused, content, limits):
    refused(content, TooLarge, limits)


def test_a_delimiter_must_be_one_character(refused):
    assert refused(TEXT.encode(), delimiter=",,").code == "bad-delimiter"


def test_a_folder_or_nothing_is_a_refusal(tmp_path):
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(FileRefused):
            door.read_text_table(path)
