"""What leaves the record, and that nothing else does."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connections

from geodata.errors import Refused
from geodata.funding.services import record_disbursements
from geodata.projects.models import Project
from portal.public import selectors
from portal.public.models import ChainEntry, PublishedPayment, PublishedProject
from portal.publication import staging
from portal.publication.allowlist import PERSON, TABLES
from portal.publication.models import PublicationRun
from portal.publication.services import chain_faults, publish
from tests.portal.publication.conftest import NOW, TODAY, entry

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


def everything_public() -> str:
    """All rows of all public tables as one text."""
    with connections["publisher"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'public\\_%'")
        texts = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            texts.append(cursor.fetchone()[0] or "")
    return "\n".join(texts)


def test_a_project_is_published_with_every_counted_payment_to_the_fen(public_city: dict[str, Project]) -> None:
    snapshot = publish(as_of=TODAY, now=NOW)
    rows = list(selectors.payments(snapshot.number, public_city["road"].serial_no))
    assert [row.amount for row in rows] == [
        Decimal("3265920.00"),
        Decimal("15000000.00"),
        Decimal("816.48"),
        Decimal("-15000000.00"),
    ]
    row = selectors.project(snapshot.number, public_city["road"].serial_no)
    assert row.disbursed == sum(r.amount for r in rows) == Decimal("3266736.48")
    assert rows[3].reverses == rows[1].number


def test_a_natural_person_is_not_named_and_the_amount_stays(public_city: dict[str, Project]) -> None:
    snapshot = publish(as_of=TODAY, now=NOW)
    row = selectors.payments(snapshot.number, public_city["road"].serial_no).get(amount=Decimal("816.48"))
    assert row.payee == PERSON
    assert "示某某" not in everything_public()


def test_a_payee_without_a_bodys_name_is_published_as_a_person(public_city: dict[str, Project]) -> None:
    record_disbursements(entries=[entry("ZF8", "1.00", public_city["road"], payee_name="样某")], user=None, now=NOW)
    publish(as_of=TODAY, now=NOW)
    assert "样某" not in everything_public()


def test_internal_projects_and_unattributed_money_leave_no_trace(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    text = everything_public()
    assert "样例水厂" in text
    for word in ("内部事项", public_city["secret"].serial_no, "示例内部有限公司", "示例未归集有限公司"):
        assert word not in text


def test_hidden_geometry_is_counted_and_not_drawn(public_city: dict[str, Project]) -> None:
    snapshot = publish(as_of=TODAY, now=NOW)
    row = selectors.project(snapshot.number, public_city["works"].serial_no)
    assert row.geom is None
    assert row.is_located is False


def test_publishing_again_without_a_change_opens_no_row_and_no_link(public_city: dict[str, Project]) -> None:
    first = publish(as_of=TODAY, now=NOW)
    before = PublishedProject.objects.count(), PublishedPayment.objects.count(), ChainEntry.objects.count()
    second = publish(as_of=TODAY, now=NOW)
    assert second.number == first.number + 1
    assert (PublishedProject.objects.count(), PublishedPayment.objects.count(), ChainEntry.objects.count()) == before
    assert second.chain_head == first.chain_head


def test_an_earlier_snapshot_stays_as_it_was(public_city: dict[str, Project]) -> None:
    first = publish(as_of=TODAY, now=NOW)
    code = public_city["road"].serial_no
    record_disbursements(entries=[entry("ZF9", "0.01", public_city["road"])], user=None, now=NOW)
    second = publish(as_of=TODAY, now=NOW)
    assert selectors.project(first.number, code).disbursed == Decimal("3266736.48")
    assert selectors.project(second.number, code).disbursed == Decimal("3266736.49")
    assert selectors.payments(first.number, code).count() == 4
    assert selectors.payments(second.number, code).count() == 5


def test_a_text_that_looks_like_a_phone_number_stops_the_publication(
    public_city: dict[str, Project], make_project: Callable[..., Project]
) -> None:
    make_project(name="有手机的项目", location_text="找张某 13800138000")
    with pytest.raises(Refused, match="手机号码"):
        publish(as_of=TODAY, now=NOW)
    assert PublishedProject.objects.count() == 0
    assert PublicationRun.objects.get().state == PublicationRun.State.REFUSED


def test_the_columns_of_each_query_are_those_of_its_table(public_city: dict[str, Project]) -> None:
    for table in TABLES:
        with connections["default"].cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({table.query}) q LIMIT 0", {"as_of": TODAY, "persons": []})
            assert {column.name for column in cursor.description} == set(table.columns), table.name


ALLOWED = {
    "public_snapshot": "number as_of published_at projects payments disbursed chain_length chain_head is_demo whole",
    "public_mask": "id snapshot kind value bits",
    "public_publishedproject": (
        "row from_snapshot to_snapshot digest code project_code name aliases search_text parent_code category"
        " category_name region unit township status status_on stage nature plan_year years sources is_livelihood"
        " scope_content"
        " location_text lead_unit owner_unit responsible_unit office_phone planned_start_on planned_start_precision"
        " planned_end_on planned_end_precision actual_start_on accepted_on budget annual_plan completed"
        " annual_completed physical_pct"
        " allocated arrived disbursed contract_total payment_count investment_rate annual_rate disbursement_rate"
        " complaints_band last_report_on updated is_located in_rates geom geom_3857 anchor_3857 tile_zoom"
    ),
    "public_publishedfunding": "row from_snapshot to_snapshot digest key code source source_name amount",
    "public_publishedcontract": (
        "row from_snapshot to_snapshot digest key code kind name supplier price changes signed_on"
    ),
    "public_publishedcontractchange": (
        "row from_snapshot to_snapshot digest key contract_key code number level amount approved_on reason content"
    ),
    "public_publishedplanyear": (
        "row from_snapshot to_snapshot digest key code year planned adjusted adjusted_by allocated"
    ),
    "public_publishedmilestone": (
        "row from_snapshot to_snapshot digest key code node name planned_on planned_precision forecast_on actual_on"
    ),
    "public_publishedphoto": (
        "row from_snapshot to_snapshot digest key code taken_on caption sha256 width height bytes"
    ),
    "public_publisheddocument": (
        "row from_snapshot to_snapshot digest key code title dated_on media_type sha256 bytes"
    ),
    "public_publishedhandling": ("row from_snapshot to_snapshot digest code answered answer_days asked satisfied"),
    "public_publishedpayment": (
        "row from_snapshot to_snapshot digest number code paid_on amount payee source source_name purpose status"
        " contract_key reverses"
    ),
    "public_publishedarea": (
        "row from_snapshot to_snapshot digest code kind name short_name parent_code official_order is_schematic geom"
        " management_geom geom_3857 management_3857"
    ),
    "public_publishedlabel": "row from_snapshot to_snapshot digest key kind code name",
    "public_publishedbasefeature": "row from_snapshot to_snapshot digest key kind name rank geom geom_3857",
    "public_publishedwithdrawal": "id number kind code key reason withdrawn_on",
    "public_chainentry": ("sequence snapshot kind key values salts digests previous hash withdrawn_reason"),
}


def test_the_public_database_holds_no_column_off_the_list(public_city: dict[str, Project]) -> None:
    with connections["publisher"].cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND table_name NOT IN ('django_migrations', 'spatial_ref_sys', 'geometry_columns', 'geography_columns')"
        )
        found: dict[str, set[str]] = {}
        for table, column in cursor.fetchall():
            found.setdefault(table, set()).add(column)
    assert found == {table: set(columns.split()) for table, columns in ALLOWED.items()}


def test_the_chain_holds_after_publishing(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    record_disbursements(entries=[entry("ZF9", "0.01", public_city["road"])], user=None, now=NOW)
    publish(as_of=TODAY, now=NOW)
    assert chain_faults() == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE public_publishedpayment SET amount = amount + 0.01 WHERE number = 1 OR amount > 0",
        "UPDATE public_chainentry SET values = jsonb_set(values, '{payee}', '\"别人\"') WHERE sequence = 2",
        "DELETE FROM public_chainentry WHERE sequence = 3",
        "UPDATE public_chainentry SET previous = repeat('1', 64) WHERE sequence = 2",
        "UPDATE public_snapshot SET chain_head = repeat('0', 64)",
        "DELETE FROM public_publishedpayment WHERE row = (SELECT max(row) FROM public_publishedpayment)",
    ],
)
def test_a_silent_edit_is_found(public_city: dict[str, Project], tampering: str) -> None:
    publish(as_of=TODAY, now=NOW)
    with connections["publisher"].cursor() as cursor:
        cursor.execute(tampering)
    assert chain_faults() != []


def test_many_new_rows_are_read_from_the_index_alone_from_the_first_moment(
    public_city: dict[str, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MANY_ROWS", 1)
    publish(as_of=TODAY, now=NOW)
    with connections["publisher"].cursor() as cursor:
        cursor.execute("SELECT relallvisible FROM pg_class WHERE relname = 'public_publishedpayment'")
        assert cursor.fetchone()[0] > 0
