"""What staff see of a caller in lists, what is struck out of texts that are kept in clear, and what a text gives away.

The one home of the patterns of telephone, identity and card numbers. The full value appears only through a logged
reveal (`reveal_person`).
"""

import re
import unicodedata
from typing import Final

_COMPOUND: Final = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "长孙",
        "宇文",
        "司徒",
        "夏侯",
        "轩辕",
        "端木",
        "独孤",
        "南宫",
        "申屠",
        "百里",
    ]
)
_TITLES: Final = ("女士", "先生", "小姐", "同志", "师傅", "老师", "大爷", "阿姨")
_ID_NUMBER: Final = re.compile(r"(?<!\d)(\d{6})(?:\d{8})(\d{3}[\dXx])(?!\d)")
_CARD: Final = re.compile(r"(?<!\d)(\d{4})\d{8,11}(\d{4})(?!\d)")
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_LANDLINE: Final = re.compile(r"(?<!\d)(0\d{2,3})[- ]?(\d{4,5})(\d{3})(?!\d)")
# The same numbers as people write them to be read: in groups, with blanks, strokes or points between the digits.
_GAP: Final = r"[ \t.·_\-‐-―]{0,2}"
_BEGIN: Final = r"(?<!\d)(?<!\d[ .·_\-‐-―])"
_END: Final = rf"(?!{_GAP}\d)"


def _spaced(*digits: str) -> str:
    """Digits one after another with gaps that may be empty."""
    return _GAP.join(digits)


_DAY_OF_BIRTH: Final = _spaced(
    rf"(?:1{_GAP}9|2{_GAP}0)", r"\d", r"\d", rf"(?:0{_GAP}\d|1{_GAP}[0-2])", rf"(?:[0-2]{_GAP}\d|3{_GAP}[01])"
)
_ID_SPACED: Final = _spaced("[1-9]", *[r"\d"] * 5, _DAY_OF_BIRTH, *[r"\d"] * 3, "[0-9Xx]")
_MOBILE_SPACED: Final = _spaced("1", "[3-9]", *[r"\d"] * 9)
_CARD_SPACED: Final = r"[3-9]\d{3}[ \-](?:\d{4}[ \-]){2}\d{4}(?:[ \-]?\d{1,3})?"
_GIVEN_AWAY: Final[dict[str, re.Pattern[str]]] = {
    "身份证号码": re.compile(rf"(?<!\d)\d{{17}}[\dXx](?!\d)|{_BEGIN}{_ID_SPACED}{_END}"),
    "银行账号": re.compile(rf"(?<!\d)\d{{16,19}}(?!\d)|{_BEGIN}{_CARD_SPACED}{_END}"),
    "手机号码": re.compile(rf"{_BEGIN}(?:\+?86{_GAP})?{_MOBILE_SPACED}{_END}"),
    "固定电话": re.compile(rf"{_BEGIN}\(?0\d{{2,3}}\)?[ \-‐-―]{{0,2}}[2-9]\d{{2,3}}[ \-‐-―]?\d{{4}}(?!\d)"),
}
LANDLINE: Final = "固定电话"
_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE: Final = re.compile(rf"([{_PROVINCES}][A-HJ-NP-Z])[·. ]?[A-HJ-NP-Z0-9]{{3,4}}([A-HJ-NP-Z0-9]{{2}})")
_MAIL: Final = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*([A-Za-z0-9])@([A-Za-z0-9])[A-Za-z0-9-]*(\.[A-Za-z.]+)")


def mask_name(name: str) -> str:
    """张*, 欧阳**; 李女士 tells no more than a surname and stays."""
    plain = name.strip()
    if len(plain) < 2 or plain == "匿名" or plain.endswith(_TITLES):
        return plain
    surname = plain[:2] if plain[:2] in _COMPOUND and len(plain) > 2 else plain[:1]
    return surname + "*" * (len(plain) - len(surname))


def mask_phone(phone: str) -> str:
    """138****1234, 0730-****000; anything else keeps its last two digits."""
    plain = unicodedata.normalize("NFKC", phone).strip()
    if not plain:
        return ""
    for pattern, shown in ((_MOBILE, r"\1****\3"), (_LANDLINE, r"\1-****\3")):
        if pattern.fullmatch(plain):
            return pattern.sub(shown, plain)
    return "*" * max(len(plain) - 2, 4) + plain[-2:]


def mask_id(number: str) -> str:
    """430602********1234."""
    return _ID_NUMBER.sub(r"\1********\2", number.strip())


def mask_card(number: str) -> str:
    """6217****1234."""
    return _CARD.sub(r"\1****\2", re.sub(r"[\s-]", "", number))


def mask_plate(plate: str) -> str:
    """湘F·***12."""
    return _PLATE.sub(r"\1·***\2", plate)


def mask_mail(address: str) -> str:
    """z***@x.cn."""
    return re.sub(r"^(.)[^@]*", r"\1***", address.strip())


def redact(text: str) -> str:
    """Strike ID numbers, bank cards, telephone numbers, plates and mail addresses out of a text. Idempotent."""
    plain = unicodedata.normalize("NFKC", text) if _full_width_digits(text) else text
    plain = _ID_NUMBER.sub(r"\1********\2", plain)
    plain = _CARD.sub(r"\1****\2", plain)
    plain = _MOBILE.sub(r"\1****\3", plain)
    plain = _LANDLINE.sub(r"\1-****\3", plain)
    plain = _PLATE.sub(r"\1·***\2", plain)
    return _MAIL.sub(r"\1***@\3\4", plain)


def given_away(text: str) -> list[tuple[str, str]]:
    """(kind, masked number) of each number in a text by which a person could be reached, named or paid.

    Finds them in full-width digits and with blanks, strokes or points between the digits, too. A stretch of text
    counts once, as the first kind that fits.
    """
    rest = unicodedata.normalize("NFKC", text)
    found: list[tuple[str, str]] = []
    for kind, pattern in _GIVEN_AWAY.items():
        for match in pattern.finditer(rest):
            digits = re.sub(r"[^\dXx]", "", match[0])
            found.append((kind, f"{digits[:3]}****{digits[-2:]}"))
        rest = pattern.sub("…", rest)
    return found


def _full_width_digits(text: str) -> bool:
    return any("０" <= character <= "９" for character in text)
