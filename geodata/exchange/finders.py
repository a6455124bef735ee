"""Finding what a row speaks of: projects, contracts, sources. One load serves a whole file.

Files name a project by 平台编号 or 项目代码; the treasury by its own 预算项目编码, for which the record keeps a table.
"""

from __future__ import annotations

from dataclasses import dataclass

from geodata.exchange.tables.headers import squeeze
from geodata.funding.models import BudgetProjectMap, Contract, FundingSource
from geodata.projects.codes import BadCode, normalise, parse_serial, serial_text
from geodata.projects.models import Project

# How tables shorten the names of sources.
SOURCE_WORDS = {
    "中央": "central_budget",
    "中央预算内": "central_budget",
    "中央资金": "central_budget",
    "中央预算内资金": "central_budget",
    "中央补助": "central_transfer",
    "中央专项": "central_transfer",
    "中央转移支付": "central_transfer",
    "超长期国债": "ultra_long_bond",
    "特别国债": "ultra_long_bond",
    "省": "provincial",
    "省级": "provincial",
    "省级资金": "provincial",
    "市": "municipal",
    "市级": "municipal",
    "市县": "municipal",
    "市级资金": "municipal",
    "县区": "county",
    "县级": "county",
    "区级": "county",
    "县区级": "county",
    "县区资金": "county",
    "县区级资金": "county",
    "区财政": "county",
    "专项债": "special_bond",
    "专项债券": "special_bond",
    "地方政府专项债券": "special_bond",
    "一般债": "general_bond",
    "一般债券": "general_bond",
    "银行贷款": "bank_loan",
    "贷款": "bank_loan",
    "社会资本": "social_capital",
    "社会投资": "social_capital",
    "自筹": "self_raised",
    "单位自筹": "self_raised",
    "自筹资金": "self_raised",
    "居民出资": "resident",
    "居民自筹": "resident",
    "捐赠": "donation",
    "其他": "other",
    "其它": "other",
}


class ProjectFinder:
    """Projects by platform number and by 统一项目代码."""

    def __init__(self) -> None:
        self._by_serial: dict[str, int] = {}
        self._by_code: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._parts: set[str] = set()
        rows = Project.objects.filter(is_deleted=False).values_list("id", "serial_no", "project_code", "parent_id")
        for identity, serial, code, parent in rows.iterator(chunk_size=20_000):
            self._by_serial[serial] = identity
            self._names[identity] = serial
            if code and parent is None:
                self._by_code[code] = identity
            elif code:
                self._parts.add(code)

    def serial(self, identity: int | None) -> str:
        """The platform number of a project, for messages."""
        return self._names.get(identity, "") if identity is not None else ""

    def by_serial(self, text: str) -> int | None:
        """The project of a platform number, whatever its width and dashes."""
        parsed = parse_serial(text)
        return self._by_serial.get(serial_text(*parsed) if parsed else text)

    def by_code(self, text: str) -> int | None:
        """The project of a 统一项目代码; parts of a bundle share one and are never meant by it."""
        try:
            code = normalise(text)
        except BadCode:
            return None
        return self._by_code.get(code) if code else None

    def find(self, text: str) -> int | None:
        """By either number."""
        return self.by_serial(text) or self.by_code(text) if text else None


class BudgetCodeFinder:
    """Projects by the treasury's 预算项目编码."""

    def __init__(self) -> None:
        self._map = dict(BudgetProjectMap.objects.values_list("budget_project_code", "project_id"))

    def find(self, code: str) -> int | None:
        """The project that a code stands for, if somebody said so."""
        return self._map.get(code) if code else None


@dataclass(frozen=True, slots=True)
class KnownContract:
    """A contract and its project."""

    id: int
    project_id: int


class ContractFinder:
    """Contracts by number."""

    def __init__(self) -> None:
        self._by_number = {
            squeeze(number): KnownContract(identity, project)
            for identity, number, project in Contract.objects.values_list("id", "number", "project_id")
        }

    def find(self, number: str) -> KnownContract | None:
        """The contract of that number, whatever its width and blanks."""
        return self._by_number.get(squeeze(number)) if number else None


class SourceFinder:
    """Funding sources by name, short name or code."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        codes: dict[str, int] = {}
        for identity, code, name in FundingSource.objects.values_list("id", "code", "name"):
            codes[code] = identity
            self._known[squeeze(name)] = identity
            self._known[code] = identity
        for word, code in SOURCE_WORDS.items():
            if code in codes:
                self._known.setdefault(squeeze(word), codes[code])
        self.names = dict(FundingSource.objects.values_list("id", "name"))

    def find(self, text: str) -> int | None:
        """The source that a word means."""
        word = squeeze(text)
        found = self._known.get(word)
        if found is None and "(" in word:
            found = self._known.get(word.partition("(")[0])
        return found
