"""Invented callers and a mark in every internal text column, hunted in every byte that the public gets.

All that is planted holds a character or number that occurs nowhere else, so one look at the characters of an answer
says whether anything got out, however it was cut or joined.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.contrib.gis.geos import Point
from django.db import connections, models
from django.test import Client, override_settings
from psycopg import sql

from geodata.complaints.choices import OrderKind, OrderState
from geodata.complaints.entries import CallerEntry, WorkOrderEntry
from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.complaints.services import match_orders, record_work_orders
from geodata.funding.models import Disbursement
from geodata.progress.models import Photo
from geodata.projects.choices import Disclosure
from geodata.projects.models import Project
from geodata.visits.models import CheckIn
from ops import cluster
from portal.public.models import PublishedPayment
from portal.publication import staging
from portal.publication.allowlist import PERSON, TABLES
from portal.publication.services import publish
from tests import pages
from tests.portal.publication.test_publish import everything_public
from tests.security.public_bytes import everything, what_is_kept
from tests.seeded import NOW, TODAY, seed_city

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])

SOME, ALL, PAYEES = 1_000, 10_000, 80
# characters and numbers of what is planted; no text of the demo city holds one of them
SPOT = (113.1357913, 29.3624681)  # where a member of staff was, to the centimetre
MARKS = ("鹇", "鹮", "鹈", "鹕", "隼", "1990000", "YYCANARY", "113.13579", "29.36246")
# The only texts of the record that may be published; every other text column gets a mark. Names of columns by table.
PUBLIC_TEXTS = {
    "regions_areaunit": {"name", "short_name"},
    "regions_basefeature": {"name"},
    "organisations_organisation": {"name"},
    "projects_category": {"name", "name_en"},
    "projects_project": {"project_code", "name", "search_text", "scope_content", "location_text", "office_phone"},
    "progress_milestone": {"code", "name"},
    "progress_planyear": {"adjust_doc_no"},
    "funding_fundingsource": {"name", "name_en"},
    "funding_contract": {"name"},
    "funding_contractchange": {"number", "reason", "content"},
    "funding_disbursement": {"payee_name"},
    "publication_withdrawal": {"reason", "key", "value", "code"},
}
# what is no text of people (sums, secrets of log-in, keys), or must be empty here: these photos are not removed
OTHER = {"project_totals", "stewards_user.password", "projects_project.source_key", "progress_photo.removed_reason"}
RECORD = ("geodata", "dashboards", "portal.accounts", "portal.publication")


def canaries(number: int) -> tuple[str, str, str, str]:
    """Name, phone, words and order number of one invented caller."""
    return f"鹇{number:04d}鹮", f"1990000{number:04d}", f"鹈鹕{number:04d}之言", f"YYCANARY{number:06d}"


def _order(number: int, project: Project) -> WorkOrderEntry:
    name, phone, words, order = canaries(number)
    spot = project.geom.point_on_surface if project.geom else None
    return WorkOrderEntry(
        order_no=order,
        received_at=NOW,
        kind=OrderKind.COMPLAINT,
        state=OrderState.PROCESSING,
        title=f"{project.name[:60]}扰民{words}",
        address=f"{project.location_text[:60]}{words}",
        lon=spot.x if spot else None,
        lat=spot.y if spot else None,
        caller=CallerEntry(name=name, phone=phone, content=f"我是{name},电话{phone},{words}", reply=f"已告知{name}"),
    )


def plant_callers(callers: int, *, matched: bool = True) -> None:
    projects = list(Project.objects.order_by("pk"))
    entries = [_order(number, projects[number % len(projects)]) for number in range(callers)]
    record_work_orders(entries=entries, user=None, now=NOW)
    match_orders(now=NOW)
    assert WorkOrder.objects.filter(order_no__startswith="YYCANARY").count() == callers
    if matched:
        assert OrderMatch.objects.filter(order__order_no__startswith="YYCANARY").count() > callers / 10


@contextmanager
def unguarded() -> Iterator["psycopg.Connection[Any]"]:
    """A superuser's session in which neither triggers nor the ledger's guards hold; they are back at its end."""
    name = str(connections["default"].settings_dict["NAME"])
    found = cluster.connection_settings("postgres", name)
    with psycopg.connect(host=found["HOST"], dbname=name, user=found["USER"]) as session:
        session.execute("SET session_replication_role = replica")
        guards = session.execute(
            "SELECT format('ALTER TABLE %s', tgrelid::regclass), quote_ident(tgname)"
            " FROM pg_trigger WHERE tgenabled = 'A'"
        ).fetchall()
        for table, guard in guards:
            session.execute(f"{table} DISABLE TRIGGER {guard}")
        yield session
        for table, guard in guards:
            session.execute(f"{table} ENABLE ALWAYS TRIGGER {guard}")


def internal_texts() -> Iterator[tuple[str, str, int]]:
    """Table, column and width of every text of the record that people write and the public must not read."""
    for model in apps.get_models():
        meta = model._meta
        if not model.__module__.startswith(RECORD) or not meta.managed or meta.db_table in OTHER:
            continue
        for field in meta.local_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not (field.choices or field.unique)
            known = field.name in PUBLIC_TEXTS.get(meta.db_table, set()) or f"{meta.db_table}.{field.name}" in OTHER
            if is_text and not known and not meta.db_table.endswith("event"):
                yield meta.db_table, str(field.column), field.max_length or 1000


def plant_marks() -> list[str]:
    """Ends every internal text of every row with a mark; returns the columns that took it in some row."""
    taken = []
    with unguarded() as session:
        for table, column, width in internal_texts():
            mark = "隼" * min(3, width)
            names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
            marked = sql.SQL("UPDATE {table} SET {column} = left(coalesce({column}, ''), {width}) || {mark}").format(
                **names, width=sql.Literal(width - len(mark)), mark=sql.Literal(mark)
            )
            if session.execute(marked).rowcount:
                taken.append(f"{table}.{column}")
    return taken


def plant_payees() -> None:
    """Payees who are persons, half of them not marked as such: their names alone must tell."""
    ids = list(Disbursement.objects.filter(level="to_payee").order_by("pk").values_list("pk", flat=True)[:PAYEES])
    assert len(ids) == PAYEES
    with unguarded() as session:
        for number, pk in enumerate(ids):
            marked = number % 2 == 0
            name = f"鹇{number:04d}鹮" if marked else f"鹇{'甲乙丙丁'[number % 4]}鹮"
            session.execute(
                "UPDATE funding_disbursement SET payee_name = %s, payee_is_person = %s, payee_id = NULL WHERE id = %s",
                [name, marked, pk],
            )
        session.execute(
            "UPDATE organisations_organisation SET is_natural_person = true, name = '鹇某鹮' WHERE id ="
            " (SELECT contractor_id FROM funding_contract ORDER BY id LIMIT 1)"
        )


def plant_visits() -> None:
    """A check-in and a photo of somebody at every project, all at one spot that is in nothing else."""
    person, now = pages.staff_member(), NOW
    place = Point(*SPOT, srid=4490)
    for number, project in enumerate(Project.objects.order_by("pk")):
        photo = Photo.objects.create(
            project=project, taken_on=TODAY, position=place, caption="现场", sha256=f"{number:064d}",
            upload_sha256=f"{number:064d}", width=9, height=9, bytes=9, uploaded_by=person, uploaded_at=now,
        )  # fmt: skip
        CheckIn.objects.create(
            key=uuid4(), project=project, person=person, fixed_at=now, received_at=now, position=place, accuracy_m=9,
            allowed_m=109, note="到场", photo=photo,
        )  # fmt: skip


def nobody_is_found_by(callers: int) -> bool:
    """Whether no search knows a name, a telephone number or a word of the first and the last caller."""
    client = Client()
    texts = [text for number in (0, callers - 1) for text in canaries(number)]
    asked = [f"/search/?q={text}" for text in texts] + [f"/api/v1/projects?q={text}" for text in texts]
    answers = [client.get(place).json() for place in asked]
    return not any(one.get("projects") or one.get("places") or one.get("items") for one in answers)


def leaks(snapshot: int, each: int) -> tuple[list[str], int]:
    """Every mark found with the place where it stands, and how many answers were read."""
    found, read = [], 0
    internal = Project.objects.exclude(disclosure__in=[Disclosure.PUBLIC, Disclosure.PARTIAL])
    secret = [text for pair in internal.values_list("serial_no", "name") for text in pair]
    for place, text in everything(snapshot, each):
        read += 1
        assert not place.endswith(" 500"), place
        found += [f"{mark} in {place}" for mark in (*MARKS, *secret) if mark in text]
    return found, read


@pytest.mark.parametrize("callers", [SOME, pytest.param(ALL, marks=pytest.mark.heavy)])
def test_nobody_and_nothing_internal_reaches_a_public_byte(
    transactional_db: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    callers: int,
) -> None:
    caplog.set_level(logging.DEBUG)
    seed_city(60)
    plant_callers(callers)
    plant_payees()
    plant_visits()
    marked = plant_marks()
    assert len(marked) > 50
    assert {"visits_checkin.note", "progress_photo.caption"} <= set(marked)
    assert {"projects_project.problems", "funding_disbursement.payee_bank", "complaints_workorder.title"} <= set(marked)
    first = publish(as_of=TODAY, now=NOW)
    with override_settings(KEPT_DIR=tmp_path, KEPT_MEGABYTES=50, API_PER_MINUTE=100_000):
        found, read = leaks(first.number, 1 if callers == ALL else 4)
        assert len(list(what_is_kept())) > 150
    assert found == []
    assert read > 600
    assert "Not Found: /nothing/" in caplog.text
    assert [mark for mark in MARKS if mark in caplog.text] == []
    assert nobody_is_found_by(callers)
    assert PublishedPayment.objects.using("publisher").filter(payee=PERSON).count() >= PAYEES / 2
    # and the hunt does find what gets out
    leaky = [
        replace(table, query=table.query.replace("s.location_text", "kept.problems AS location_text"))
        for table in TABLES
    ]
    monkeypatch.setattr(staging, "TABLES", leaky)
    publish(as_of=TODAY, now=NOW)
    assert "隼" in everything_public()
    assert "隼" in Client(headers={"accept": "text/html"}).get(f"/projects/{pages.places().code}/").content.decode()


def test_no_caller_stands_in_clear_in_the_record_either(transactional_db: None) -> None:
    """Names and phones are sealed; the audit trail holds none of them."""
    seed_city(10)
    plant_callers(SOME)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'complaints_%'")
        text = ""
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            text += cursor.fetchone()[0] or ""
    assert [mark for mark in ("鹇", "鹮", "1990000") if mark in text] == []
