"""What an import has to say about one place of a file.

Messages are Chinese because they speak about Chinese files to the clerks who wrote them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much an issue weighs: errors and questions keep a row out, the other two do not."""

    ERROR = "error"
    QUESTION = "question"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def refuses(self) -> bool:
        """Whether a row with such an issue stays out until somebody answers or corrects it."""
        return self in (Severity.ERROR, Severity.QUESTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One remark: sheet, row as the spreadsheet numbers it (0 = the sheet or file as a whole), column title."""

    severity: Severity
    message: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    value: str = ""

    @property
    def place(self) -> str:
        """The place as a person would say it: 工作表“月报”第 7 行“金额”列."""
        parts = [f"工作表“{self.sheet}”" if self.sheet else ""]
        parts.append(f"第 {self.row} 行" if self.row else "")
        parts.append(f"“{self.column}”列" if self.column else "")
        return "".join(parts)

    def __str__(self) -> str:
        return f"{self.place}：{self.message}" if self.place else self.message


def refusing(issues: Iterable[Issue]) -> list[Issue]:
    """Only the issues that keep something out."""
    return [issue for issue in issues if issue.severity.refuses]


VALUE_LIMIT = 120


def shown(value: object) -> str:
    """A cell's value as text short enough for a message."""
    text = "" if value is None else str(value)
    return text if len(text) <= VALUE_LIMIT else text[: VALUE_LIMIT - 1] + "…"
