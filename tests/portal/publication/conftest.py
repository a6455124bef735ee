"""A published toy city: two public projects, one internal, payments with a reversal and a natural person."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib.gis.geos import GEOSGeometry

from geodata.funding.entries import DisbursementEntry
from geodata.funding.services import ensure_sources, record_disbursements
from geodata.projects.models import Project

NOW = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
TODAY = date(2026, 3, 30)


def entry(voucher: str, amount: str, project: Project | None, **fields: object) -> DisbursementEntry:
    facts: dict[str, object] = {
        "fiscal_year": 2026,
        "voucher_no": voucher,
        "paid_on": date(2026, 3, 5),
        "amount": Decimal(amount),
        "payee_name": "湖南示例建设集团有限公司",
        "payee_is_person": False,
        "project_id": project.pk if project else None,
    }
    return DisbursementEntry(**{**facts, **fields})  # type: ignore[arg-type]


@pytest.fixture
def public_city(transactional_db: None, make_project: Callable[..., Project]) -> dict[str, Project]:
    ensure_sources()
    road = make_project(
        name="示例路提质工程",
        project_code="2512-430602-04-01-100017",
        geom=GEOSGeometry("MULTILINESTRING((113.1 29.3,113.11 29.31))", srid=4490),
        public_geometry="exact",
    )
    works = make_project(
        name="样例水厂", geom=GEOSGeometry("MULTIPOINT((113.15 29.35))", srid=4490), public_geometry="hidden"
    )
    secret = make_project(name="内部事项", disclosure="internal")
    record_disbursements(
        entries=[
            entry("ZF1", "3265920.00", road),
            entry("ZF2", "15000000.00", road, payee_name="湖南样例市政工程有限公司"),
            entry(
                "ZF3",
                "-15000000.00",
                road,
                payee_name="湖南样例市政工程有限公司",
                reverses_voucher="ZF2",
                status="returned",
                paid_on=date(2026, 3, 20),
            ),
            entry("ZF4", "816.48", road, payee_name="示某某", payee_is_person=True),
            entry("ZF5", "99.00", works),
            entry("ZF6", "77.00", secret, payee_name="示例内部有限公司"),
            entry("ZF7", "55.00", None, payee_name="示例未归集有限公司"),
        ],
        user=None,
        now=NOW,
    )
    return {"road": road, "works": works, "secret": secret}
