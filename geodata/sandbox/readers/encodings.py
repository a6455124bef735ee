"""Text in the encodings that offices send, read strictly.

The order is: byte order mark, then strict UTF-8, then strict GB18030 (which holds GBK and GB2312). Windows-1252 is
used only when somebody names it, because it accepts anything. A replacement character (U+FFFD) is never let through:
where it stands, text was lost before the file came to us.
"""

import codecs
import re
from collections import Counter
from pathlib import Path

from geodata.errors import FileRefused

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
NAMES = {
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "65001": "utf-8",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "936": "gb18030",
    "cp936": "gb18030",
    "ansi936": "gb18030",
    "ansi 936": "gb18030",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
    "1252": "cp1252",
    "latin1": "cp1252",
    "iso-8859-1": "cp1252",
    "utf-16": "utf-16",
    "utf16": "utf-16",
}
REPLACEMENT = "\ufffd"
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
DOUBTFUL = "文字能按 GBK 读出，但几乎没有常用汉字，可能是别的编码（如 Windows-1252）。请在导入时指明编码。"
SURROGATE = re.compile("[\ud800-\udfff]")
HEAD = 4096  # bytes by which wide characters are recognised
PIECE = 1 << 20  # signs of a long file that are looked at together


def codec_of(name: str) -> str:
    """The codec for a name that a person or a .cpg file gives; an unknown one is refused."""
    codec = NAMES.get(name.strip().strip('"').lower())
    if codec is None:
        raise FileRefused("不认识这个编码名称。请填写 UTF-8、GBK、GB18030 或 Windows-1252。", code="unknown-encoding")
    return codec


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return None


def _line_of(raw: bytes, position: int) -> int:
    return raw.count(b"\n", 0, position) + 1


def decode(raw: bytes, encoding: str | None) -> tuple[str, str]:
    """(text, encoding used). Refuses what no encoding reads without loss, with the line where it goes wrong."""
    for mark, codec, name in MARKS:
        if raw.startswith(mark):
            return _sound(_named(raw, codec)), name
    if encoding is not None:
        codec = codec_of(encoding)
        return _sound(_named(raw, codec)), codec
    if wide := _wide_without_mark(raw):
        return _sound(_named(raw, wide)), wide
    _refuse_nul(raw)
    for codec in ("utf-8", "gb18030"):
        text = _strict(raw, codec)
        if text is not None and codec == "gb18030" and is_doubtful(text):
            raise FileRefused(DOUBTFUL, code="doubtful-encoding")
        if text is not None:
            return _sound(text), codec
    raise _undecodable(raw, "gb18030")


def encoding_of(path: Path, encoding: str | None) -> str:
    """The encoding that `decode` would use, found without holding more than a piece of a long file at a time."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    marked = next((name for mark, _, name in MARKS if head.startswith(mark)), None)
    likely = [marked] if marked else [codec_of(encoding)] if encoding else ["utf-8", "gb18030"]
    if marked or encoding or b"\x00" not in head:
        for codec in likely:
            if _reads_throughout(path, codec):
                return codec
    return decode(path.read_bytes(), encoding)[1]  # says what is wrong and where, or finds the zeros of wide characters


def _reads_throughout(path: Path, codec: str) -> bool:
    """Whether a file is sound text in an encoding; and hardly a Western one where GB 18030 reads nearly everything."""
    signs: Counter[str] = Counter()
    try:
        with path.open(encoding=codec, newline="") as stream:
            while piece := stream.read(PIECE):
                if "\x00" in piece or REPLACEMENT in piece:
                    return False
                if codec == "gb18030":
                    signs.update(BEYOND_ASCII.findall(piece))
    except UnicodeDecodeError:
        return False
    return not _hardly_chinese(signs)


def _wide_without_mark(raw: bytes) -> str | None:
    """UTF-16 that lost its mark: digits, commas and line ends leave zeros in every second byte, on one side only."""
    sample = raw[:HEAD]
    if len(raw) % 2 or len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 5 < len(sample) // 2 or min(even, odd):
        return None
    codec = "utf-16-le" if odd else "utf-16-be"
    text = _strict(raw, codec)
    return codec if text is not None and "\n" in text[:HEAD] else None


def is_doubtful(text: str) -> bool:
    """Whether bytes that are sound GB18030 are hardly Chinese: most signs lie outside of GB 2312's everyday ones.

    Western text decodes all the same: the byte of a curly apostrophe and the letter after it make one rare sign.
    """
    return _hardly_chinese(Counter(BEYOND_ASCII.findall(text)))


def _hardly_chinese(signs: Counter[str]) -> bool:
    everyday = sum(count for sign, count in signs.items() if _in_gb2312(sign))
    return everyday * 2 < sum(signs.values())


def _in_gb2312(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _refuse_nul(raw: bytes) -> None:
    position = raw.find(b"\x00")
    if position >= 0:
        line = _line_of(raw, position)
        raise FileRefused(
            f"第 {line} 行有空字符，不是正常的文本文件。请用 Excel 或记事本另存为 CSV（UTF-8）后再上传。",
            code="binary-text",
            row=line,
        )


def _named(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        raise _undecodable(raw, codec) from None


def _undecodable(raw: bytes, codec: str) -> FileRefused:
    position = 0
    try:
        raw.decode(codec)
    except UnicodeDecodeError as error:
        position = error.start
    line = _line_of(raw, position)
    return FileRefused(
        f"第 {line} 行的文字既不是 UTF-8 也不是 GBK/GB18030 编码。请另存为 CSV（UTF-8）后再上传，或在导入时指明编码。",
        code="undecodable",
        row=line,
    )


def _sound(text: str) -> str:
    if "\x00" in text:
        _refuse_nul(text.encode("utf-8", "surrogatepass"))
    position = text.find(REPLACEMENT)
    if position >= 0:
        line = text.count("\n", 0, position) + 1
        raise FileRefused(
            f"第 {line} 行有乱码“{REPLACEMENT}”，说明文字在导出时已经丢失。请从原系统重新导出后再上传。",
            code="lost-text",
            row=line,
        )
    return text


def clean(value: str) -> str | None:
    """A string from inside a file, or None when it holds something that can never be stored."""
    return None if "\x00" in value or REPLACEMENT in value or SURROGATE.search(value) else value
