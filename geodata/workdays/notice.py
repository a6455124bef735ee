"""Reading the State Council's yearly notice on holidays (国务院办公厅关于部分节假日安排的通知) as it is pasted. Pure.

    春节:2月15日(农历腊月二十八、周日)至23日(农历正月初七、周一)放假调休,共9天。2月14日(周六)、2月28日(周六)上班。

A day's weekday and the number of days in brackets are checked where the notice gives them: a paste of another year's
notice is found out.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from geodata.errors import Refused

LONGEST: Final = 5000
_MOST_DAYS: Final = 16  # no holiday is longer
_WEEK: Final = "一二三四五六日"
_TOKEN: Final = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:\((?P<said>[^)]*)\))?"
    r"|(?P<to>[至到—~-])|(?P<off>放假)|(?P<on>上班)|共(?P<count>\d{1,2})天"
)
_HEADING: Final = re.compile(r"^(?:[一二三四五六七八九十]+、|\d+[.、])?(?P<name>[\u4e00-\u9fff、·]{2,20}):")


@dataclass(frozen=True, slots=True)
class NoticeDay:
    day: date
    is_workday: bool
    note: str


def read_notice(text: str, *, year: int) -> list[NoticeDay]:
    """The days that differ from the week, in order. Raises Refused naming the line that cannot be read."""
    if len(text) > LONGEST:
        raise Refused(f"内容过长（最多 {LONGEST} 字），请只粘贴放假安排部分", code="long-notice")
    found: dict[date, NoticeDay] = {}
    for line in _lines(text):
        for entry in _Line(line, year).days():
            if found.setdefault(entry.day, entry) != entry:
                raise Refused(f"{entry.day.isoformat()} 在通知中出现了两次且不一致，请核对", code="twice")
    if not found:
        raise Refused(
            "没有读到任何放假或上班的日期，请粘贴通知正文，例如“元旦：1月1日（周四）至3日（周六）放假，共3天”",
            code="nothing",
        )
    return [found[day] for day in sorted(found)]


def _lines(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text)
    for part in re.split(r"\n+|(?<=。)(?=\s*[一二三四五六七八九十]{1,3}、)", plain):
        line = re.sub(r"\s+", "", part)
        if "日" in line and ("放假" in line or "上班" in line):
            yield line


class _Line:
    """One holiday: its name, then days off and days worked."""

    def __init__(self, line: str, year: int) -> None:
        named = _HEADING.match(line)
        if named is None:
            raise self._bad(line, "每个节日应以名称和冒号开头，例如“国庆节：”")
        self.line, self.name, self.year = line, named["name"], year
        self.rest = line[named.end() :]
        self.month: int | None = None

    def days(self) -> Iterator[NoticeDay]:
        waiting: list[date] = []
        last_off: list[date] = []
        span = False
        for token in _TOKEN.finditer(self.rest):
            if token["day"]:
                waiting += self._reached(waiting, self._day(token)) if span else [self._day(token)]
                span = False
            elif token["to"]:
                span = bool(waiting)
            elif token["off"] and waiting:
                last_off, waiting = waiting, []
                yield from (NoticeDay(day, False, self.name) for day in last_off)
            elif token["on"]:
                yield from (NoticeDay(day, True, f"{self.name}调休") for day in waiting)
                waiting = []
            elif token["count"] and int(token["count"]) != len(last_off):
                raise self._bad(self.line, f"写明共 {token['count']} 天，读出的是 {len(last_off)} 天")
        if waiting:
            raise self._bad(self.line, f"{waiting[0].isoformat()} 是放假还是上班没有写明")

    def _day(self, token: re.Match[str]) -> date:
        self.year = int(token["year"] or self.year)
        self.month = int(token["month"]) if token["month"] else self.month
        if self.month is None:
            raise self._bad(self.line, f"“{token[0]}”前没有月份")
        try:
            day = date(self.year, self.month, int(token["day"]))
        except ValueError as error:
            raise self._bad(self.line, f"没有“{token[0]}”这一天") from error
        said = re.search(r"(?:周|星期)([一二三四五六日天])", token["said"] or "")
        if said and said[1].replace("天", "日") != _WEEK[day.weekday()]:
            raise self._bad(
                self.line, f"{day.isoformat()} 是周{_WEEK[day.weekday()]}，通知写的是周{said[1]}，请核对年份"
            )
        return day

    def _reached(self, waiting: list[date], end: date) -> list[date]:
        count = (end - waiting[-1]).days
        if not 0 < count < _MOST_DAYS:
            raise self._bad(self.line, f"从 {waiting[-1].isoformat()} 到 {end.isoformat()} 不像一个假期")
        return [waiting[-1] + timedelta(days=n) for n in range(1, count + 1)]

    @staticmethod
    def _bad(line: str, why: str) -> Refused:
        return Refused(f"“{line[:24]}…”读不懂：{why}", code="bad-notice")
