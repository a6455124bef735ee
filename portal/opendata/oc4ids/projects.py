"""A public project as an OC4IDS project. Pure; docs/opendata.md has the same mapping as a table."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from geodata.projects.choices import Status
from portal.opendata.oc4ids import codes
from portal.opendata.oc4ids.contracts import contracting, transactions
from portal.opendata.oc4ids.reading import Known
from portal.opendata.oc4ids.values import Document, Parties, kept, moment, period, value

LANGUAGE = "zh"


def project(known: Known, *, as_of: date, prefix: str, address: str, serial: str) -> Document:
    """`prefix`: the publisher's registered one; `address`: the site's; `serial`: scheme of the platform's numbers."""
    row, parties = known.row, Parties()
    authority = parties.refer(row.lead_unit, "publicAuthority") or parties.refer(row.owner_unit, "publicAuthority")
    parties.refer(row.owner_unit, "procuringEntity")
    parties.refer_all((row.responsible_unit or "").split("、"), "administrativeEntity")
    contracts = [contracting(known, one, parties) for one in known.contracts]
    loose = transactions([one for one in known.payments if not _has_contract(known, one)], parties)
    return kept(
        id=f"{prefix}-{row.code}",
        updated=moment(row.updated or as_of),
        language=LANGUAGE,
        identifiers=[
            {"id": row.code, "scheme": serial},
            *([{"id": row.project_code, "scheme": "CN-TZXM"}] if row.project_code else []),
        ],
        publicAuthority=authority,
        title=row.name,
        description=row.scope_content,
        budget=_budget(known),
        period=period(row.actual_start_on or row.planned_start_on, row.accepted_on or row.planned_end_on),
        implementationPeriod=period(row.actual_start_on, row.accepted_on) if row.actual_start_on else None,
        locations=list(_locations(known)),
        status=codes.status(row.status, row.stage),
        type=codes.TYPE.get(row.nature),
        sector=[found] if (found := codes.sector(row.category)) else None,
        additionalClassifications=[
            {"scheme": f"{serial}-CATEGORY", "id": row.category, "description": row.category_name}
        ],
        parties=parties.listed(),
        metrics=list(_metrics(row)),
        milestones=[_milestone(one, as_of) for one in known.milestones],
        completion=kept(endDate=moment(row.accepted_on)) if row.status != Status.CANCELLED else None,
        transactions=loose,
        contractingProcesses=contracts,
        relatedProjects=_bundle(row, prefix),
        documents=[
            {
                "id": "page",
                "title": "项目公开页",
                "url": f"{address}/projects/{row.code}/",
                "format": "text/html",
                "language": LANGUAGE,
            }
        ],
    )


def _has_contract(known: Known, payment: Any) -> bool:
    return any(one.key == payment.contract_key for one in known.contracts)


def _budget(known: Known) -> Document:
    sources = [kept(id=one.source, description=one.source_name, amount=value(one.amount)) for one in known.funding]
    years = [
        kept(
            id=str(one.year),
            description=f"{one.year} 年度计划投资",
            amount=value(one.adjusted if one.adjusted is not None else one.planned),
            period=period(date(one.year, 1, 1), date(one.year, 12, 31)),
        )
        for one in known.years
        if one.adjusted is not None or one.planned is not None
    ]
    groups = (("sources", "资金筹措", sources), ("years", "年度计划", years))
    return kept(
        amount=value(known.row.budget),
        budgetBreakdowns=[
            {"id": name, "description": title, "budgetBreakdown": lines} for name, title, lines in groups if lines
        ],
    )


def _locations(known: Known) -> Iterator[Document]:
    """A location for each shape that the standard knows, the place's text and codes with the first of them."""
    row = known.row
    shapes = _simple(known.shape)
    about = kept(
        description=row.location_text,
        gazetteer=kept(scheme="CN-GB2260", identifiers=known.places) if known.places else None,
        address=kept(streetAddress=row.location_text, countryName="中国"),
    )
    if not shapes and row.location_text:
        yield {"id": "1", **about}
    for number, shape in enumerate(shapes, start=1):
        yield {"id": str(number), **(about if number == 1 else {}), "geometry": shape}


def _simple(shape: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The shapes of a collection, which the standard does not know, one by one."""
    if shape is None:
        return []
    if shape["type"] == "GeometryCollection":
        return [one for part in shape["geometries"] for one in _simple(part)]
    return [shape]


def _metrics(row: Any) -> Iterator[Document]:
    when = kept(period=kept(endDate=moment(row.last_report_on)))
    if row.physical_pct is not None:
        unit = {"name": "%", "scheme": "UNCEFACT", "id": "P1"}
        seen = {"id": "1", **when, "measure": row.physical_pct, "unit": unit}
        yield {"id": "physicalProgress", "title": "形象进度", "observations": [seen]}
    if row.disbursed is not None:
        seen = {"id": "1", "value": value(row.disbursed)}
        yield {"id": "financialProgress", "title": "已拨付资金", "observations": [seen]}


def _milestone(one: Any, as_of: date) -> Document:
    met = one.actual_on is not None
    late = not met and one.planned_on is not None and one.planned_on < as_of
    return kept(
        id=one.key,
        title=one.name,
        type="delivery",
        code=one.node,
        dueDate=moment(one.planned_on),
        dateMet=moment(one.actual_on),
        status="met" if met else "notMet" if late else "scheduled",
    )


def _bundle(row: Any, prefix: str) -> list[Document]:
    if not row.parent_code:
        return []
    return [{"id": "bundle", "scheme": "oc4ids", "identifier": f"{prefix}-{row.parent_code}"}]
