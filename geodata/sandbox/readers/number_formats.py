"""Excel's number formats: the codes behind the built-in numbers, and which of them show a date or a time.

The codes 27–36 and 50–58 have no text in the file: their meaning is that of the Chinese edition of Excel and WPS,
where most of our files come from (ECMA-376 part 1, §18.8.30).
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0',
    6: '"¥"#,##0;[Red]"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00',
    8: '"¥"#,##0.00;[Red]"¥"-#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}

QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
BRACKETED = re.compile(r"\[[^\]]*\]")
ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
DATE_LETTERS = re.compile(r"[ymdhse]", re.IGNORECASE)
EXPONENT = re.compile(r"[eE][+-]")

EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet knows no time zone
EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
FICTITIOUS_DAY = 60  # Excel's 29 February 1900, which never was
DAY_MILLISECONDS = 86_400_000


def shows_date(code: str) -> bool:
    """Whether a format code shows its number as a date or a time of day; elapsed times ([h]:mm) are numbers."""
    section = QUOTED.sub("", code.split(";", 1)[0])
    if ELAPSED.search(section):
        return False
    section = EXPONENT.sub("", BRACKETED.sub("", section).replace("General", ""))
    return DATE_LETTERS.search(section) is not None


def as_date(serial: Decimal | int, *, date1904: bool) -> date | datetime | time | None:
    """The moment that a serial number stands for, or None outside of the calendar.

    A whole number is a ``date``, a fraction below 1 a ``time``, anything else a ``datetime``; to the millisecond.
    """
    if serial < 0 or serial > 2_958_465:
        return None
    milliseconds = int((Decimal(serial) * DAY_MILLISECONDS).to_integral_value())
    days, rest = divmod(milliseconds, DAY_MILLISECONDS)
    if days == 0 and rest:
        return (EPOCH_1904 + timedelta(milliseconds=rest)).time()
    if not date1904:
        if days in (0, FICTITIOUS_DAY):
            return None
        days += 1 if days < FICTITIOUS_DAY else 0
    moment = (EPOCH_1904 if date1904 else EPOCH_1900) + timedelta(days=days, milliseconds=rest)
    return moment if rest else moment.date()
