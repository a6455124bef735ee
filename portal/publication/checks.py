"""What must be right before anything is published, and what people should know. Reads the staged tables.

A blocking check that finds something stops the publication; a note does not. Places carry the project's code, so that
people can go there; numbers of persons are masked in them.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db import connections
from psycopg import sql

from geodata.complaints.masks import LANDLINE, given_away
from geodata.funding.models import DisbursementAssignment
from geodata.funding.selectors import ledger_faults
from geodata.organisations.models import Organisation
from geodata.organisations.names import bears_body_word, looks_like_a_person
from geodata.projects.choices import Disclosure
from geodata.summary.models import ProjectRow
from geodata.summary.silence import stale
from portal.public.models import PublishedPayment, PublishedProject
from portal.publication.allowlist import TABLES, PublishedTable
from portal.publication.naming import NAMED
from portal.publication.staging import PUBLISHER, stage

KEPT: Final = 50  # places of one check that are kept to be shown
# codes and keys of ours are digits by nature; the search text repeats other columns
_CODES = "code project_code parent_code key contract_key region unit township category node sha256"
_NOT_WRITTEN: Final = frozenset([*_CODES.split(" "), "years", "search_text"])
OFFICE_COLUMNS: Final = frozenset({"office_phone"})  # an office may be telephoned
_WRITTEN_TYPES: Final = frozenset({"CharField", "TextField", "ArrayField"})
_FEWEST_DIGITS: Final = 7
_DIGITS: Final = "0123456789０１２３４５６７８９"  # translate() drops them in a tenth of the time of a pattern


@dataclass(frozen=True)
class Place:
    """Where a check found something. `text` is safe to show."""

    code: str = ""
    name: str = ""
    table: str = ""
    column: str = ""
    key: str = ""
    text: str = ""


@dataclass
class Check:
    """One question and what it found. `label` is Chinese, a name of data."""

    code: str
    label: str
    blocking: bool
    places: list[Place] = field(default_factory=list)
    total: int = 0

    @property
    def blocks(self) -> bool:
        return self.blocking and self.total > 0

    def add(self, place: Place) -> None:
        self.total += 1
        if len(self.places) < KEPT:
            self.places.append(place)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def check_everything(*, as_of: date, on_check: Callable[[int, int], None] = lambda _d, _n: None) -> list[Check]:
    """All checks over the staged tables, in the order in which people read them."""
    steps: tuple[Callable[[], list[Check]], ...] = (
        _map_approval,
        _numbers_of_persons,
        _names_of_persons,
        _money,
        lambda: _notes(as_of),
    )
    found: list[Check] = []
    for done, step in enumerate(steps, start=1):
        found += step()
        on_check(done, len(steps))
    return found


def refusal(checks: list[Check]) -> str:
    """One sentence that names what blocks and where."""
    parts = []
    for check in checks:
        if check.blocks:
            where = "、".join(f"{p.code or p.key}{f' 的 {p.column}' if p.column else ''}" for p in check.places[:5])
            more = f"等 {check.total} 处" if check.total > 5 else ""
            parts.append(f"{check.label}({where}{more})" if where else check.label)
    return f"发布前检查未通过：{'；'.join(parts)}。请在原数据中改正，或在发布页撤下，然后重新发布"


def _map_approval() -> list[Check]:
    missing = Check("map_approval", "未设置审图号", blocking=not settings.DEMO)
    if not settings.MAP_APPROVAL_NO:
        missing.add(Place(text="ONEMAP_MAP_APPROVAL_NO"))
    return [missing]


def _written(table: PublishedTable) -> list[str]:
    """Columns that people fill."""
    kinds = {f.column: f.get_internal_type() for f in table.model._meta.local_fields}
    return [c for c in table.columns if kinds[c] in _WRITTEN_TYPES and c not in _NOT_WRITTEN]


def _rows(query: sql.Composed, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connections[PUBLISHER].cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def _texts(table: PublishedTable) -> Iterator[tuple[str, str, str, str]]:
    """(key, project, column, text) of the staged texts that hold enough digits to be looked at."""
    code = sql.Identifier("code") if "code" in table.columns else sql.SQL("''")
    for column in _written(table):
        query = sql.SQL(
            "SELECT {key}::text, {code}, {column}::text FROM {stage}"
            " WHERE length({column}::text) - length(translate({column}::text, {digits}, '')) >= {fewest} ORDER BY 1"
        ).format(
            key=sql.Identifier(table.key),
            code=code,
            column=sql.Identifier(column),
            stage=stage(table.name),
            digits=sql.Literal(_DIGITS),
            fewest=sql.Literal(_FEWEST_DIGITS),
        )
        for key, project, text in _rows(query):
            yield key, project, column, text


def _numbers_of_persons() -> list[Check]:
    """Telephone, identity and bank numbers in texts, however they are written; a landline may stand for an office."""
    kinds = {kind: Check(code, kind, blocking=True) for code, kind in _NUMBER_CHECKS}
    for table in TABLES:
        for key, project, column, text in _texts(table):
            for kind, masked in given_away(text):
                if kind == LANDLINE and column in OFFICE_COLUMNS:
                    continue
                kinds[kind].add(Place(_project_of(project), "", table.name, column, key, masked))
    return list(kinds.values())


_NUMBER_CHECKS: Final = (
    ("mobile", "手机号码"),
    ("identity", "身份证号码"),
    ("bank", "银行账号"),
    ("landline", LANDLINE),
)


def _project_of(code: str) -> str:
    """The code of a project; areas have codes of their own."""
    return code if code.startswith(f"{settings.SERIAL_PREFIX}-") else ""


def _names_of_persons() -> list[Check]:
    """Names that would go out though they look like a person's, and bodies that are hidden as if they were persons."""
    alike = Check("person", "疑似个人姓名将被公开", blocking=True)
    registered = {o.name: o.credit_code or "" for o in Organisation.objects.exclude(credit_code=None)}
    for model, column in NAMED:
        key = next(table.key for table in TABLES if table.model is model)
        query = sql.SQL("SELECT {column}, min(code), min({key}::text), count(*) FROM {stage} GROUP BY 1 ORDER BY 1")
        names = _rows(
            query.format(column=sql.Identifier(column), key=sql.Identifier(key), stage=stage(model._meta.db_table))
        )
        for name, code, first, times in names:
            # 92… is the credit code of a sole trader, who is a person
            if name and looks_like_a_person(name) and registered.get(name, "92").startswith("92"):
                alike.add(Place(code, name, model._meta.db_table, column, first, f"{times} 处"))
    hidden = Check("hidden_body", "名称像单位却按个人隐去", blocking=False)
    for name in Organisation.objects.filter(is_natural_person=True).order_by("name").values_list("name", flat=True):
        if bears_body_word(name):
            hidden.add(Place(name=name))
    return [alike, hidden]


def _money() -> list[Check]:
    """Faults of the ledger, and projects whose published total is not the sum of their published payments."""
    ledger = Check("ledger", "支付台账异常", blocking=True)
    faults = ledger_faults()
    codes = _codes_of([fault.disbursement_id for fault in faults[:KEPT]])
    for fault in faults:
        place = Place(codes.get(fault.disbursement_id, ""), key=fault.voucher_no, text=fault.fault)
        ledger.add(place)
    totals = Check("totals", "项目已拨付合计与逐笔支付不符", blocking=True)
    query = sql.SQL(
        "SELECT p.code, p.name, p.disbursed, coalesce(d.total, 0) FROM {projects} p"
        " LEFT JOIN (SELECT code, sum(amount) AS total FROM {payments} GROUP BY code) d ON d.code = p.code"
        " WHERE p.disbursed IS NOT NULL AND p.disbursed <> coalesce(d.total, 0) ORDER BY p.code"
    )
    tables = {name: stage(model._meta.db_table) for name, model in _PAID.items()}
    for code, name, total, paid in _rows(query.format(**tables)):
        totals.add(Place(code, name, text=f"合计 {total} 元，逐笔 {paid} 元"))
    return [ledger, totals]


_PAID: Final = {"projects": PublishedProject, "payments": PublishedPayment}


def _codes_of(payments: list[int]) -> dict[int, str]:
    rows = DisbursementAssignment.objects.filter(disbursement__in=payments, project__isnull=False).order_by("pk")
    return dict(rows.values_list("disbursement_id", "project__serial_no"))


def _notes(as_of: date) -> list[Check]:
    """What may be published as it is and yet should be known."""
    unlocated = Check("unlocated", "没有公开位置的项目", blocking=False)
    query = sql.SQL("SELECT code, name FROM {} WHERE NOT is_located ORDER BY code")
    for code, name in _rows(query.format(stage(PublishedProject._meta.db_table))):
        unlocated.add(Place(code, name))
    late = Check("stale", "在建而报告过期的项目", blocking=False)
    rows = ProjectRow.objects.at(as_of, today=as_of).filter(
        stale(), disclosure__in=(Disclosure.PUBLIC, Disclosure.PARTIAL)
    )
    for code, name, days in rows.order_by("code").values_list("code", "name", "freshness_days"):
        late.add(Place(code, name, text="从未报告" if days is None else f"{days} 天前"))
    schematic = Check("schematic", "行政区划边界为示意图", blocking=False)
    query = sql.SQL("SELECT count(*) FROM stage_public_publishedarea WHERE is_schematic HAVING count(*) > 0")
    for (number,) in _rows(sql.Composed([query])):
        schematic.add(Place(text=f"{number} 个区划"))
    return [unlocated, late, schematic]
