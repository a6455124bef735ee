"""What is taken back is gone from every snapshot and from the chain, and the chain still holds."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import mapbox_vector_tile
import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connections
from django.db.models import CharField, TextField
from django.test import Client

from geodata.errors import Busy, Conflict, NotFound, NotPermitted, Refused
from geodata.funding.services import record_disbursements
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import Scope, scope_of
from portal.public import selectors
from portal.public.models import (
    WITHDRAWN,
    ChainEntry,
    PublishedPayment,
    PublishedPhoto,
    PublishedProject,
    PublishedWithdrawal,
    Snapshot,
)
from portal.publication import naming
from portal.publication.allowlist import TABLES
from portal.publication.models import PublicationRun, Withdrawal
from portal.publication.services import (
    carry_out_now,
    chain_faults,
    lift,
    publish,
    withdraw_name,
    withdraw_project,
)
from portal.publication.services.runs import LOCKS
from portal.publication.staging import PUBLISHER
from tests.portal.publication.conftest import NOW, TODAY, entry
from tests.portal.publication.test_publish import everything_public
from tests.released import keep, let_out

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
# keys, numbers, digests, and the names of regions and places
NO_NAMES = {
    ("public_publishedarea", "name"),
    ("public_publishedbasefeature", "name"),
    ("public_publishedcontract", "key"),
    ("public_publishedcontractchange", "contract_key"),
    ("public_publishedcontractchange", "key"),
    ("public_publishedcontractchange", "number"),
    ("public_publisheddocument", "sha256"),
    ("public_publishedfunding", "key"),
    ("public_publishedmilestone", "key"),
    ("public_publishedpayment", "contract_key"),
    ("public_publishedphoto", "sha256"),
    ("public_publishedproject", "sources"),
    ("public_publishedproject", "years"),
}
NAME = "湖南样例市政工程有限公司"  # stands for a sole trader who was taken for a body
REASON = "经核实为个体经营者"


@pytest.fixture
def hq(hq_admin: User) -> Scope:
    return scope_of(hq_admin, today=TODAY)


@pytest.fixture
def two_snapshots(public_city: dict[str, Project]) -> dict[str, Project]:
    """The second one closes rows of the first, so that the past holds the name, too."""
    publish(as_of=TODAY, now=NOW)
    record_disbursements(entries=[entry("ZF9", "0.01", public_city["road"], payee_name=NAME)], user=None, now=NOW)
    publish(as_of=TODAY, now=NOW)
    return public_city


def number_of(project: Project, amount: str) -> str:
    rows = PublishedPayment.objects.filter(code=project.serial_no, amount=Decimal(amount), to_snapshot=None)
    return str(rows.get().number)


def take_back_name(hq: Scope, project: Project) -> Withdrawal:
    key = number_of(project, "15000000.00")
    return withdraw_name(hq, code=project.serial_no, key=key, name=NAME, reason=REASON, now=NOW)


def test_no_byte_of_a_withdrawn_name_stays_in_any_public_table(two_snapshots: dict[str, Project], hq: Scope) -> None:
    assert NAME in everything_public()
    salts = list(ChainEntry.objects.filter(values__payee=NAME).values_list("salts__payee", flat=True))
    take_back_name(hq, two_snapshots["road"])
    text = everything_public()
    assert NAME not in text
    assert len(salts) == 3
    assert [salt for salt in salts if salt in text] == []


def test_the_amounts_and_the_chain_hold_after_a_name_is_withdrawn(two_snapshots: dict[str, Project], hq: Scope) -> None:
    before = selectors.project(selectors.NEWEST, two_snapshots["road"].serial_no).disbursed
    digests = dict(ChainEntry.objects.values_list("sequence", "digests"))
    take_back_name(hq, two_snapshots["road"])
    assert chain_faults() == []
    assert dict(ChainEntry.objects.values_list("sequence", "digests")) == digests
    rows = selectors.payments(selectors.NEWEST, two_snapshots["road"].serial_no)
    assert sum(row.amount for row in rows) == before
    assert [row.payee for row in rows].count(WITHDRAWN) == 3
    assert set(ChainEntry.objects.exclude(withdrawn_reason="").values_list("withdrawn_reason", flat=True)) == {REASON}


def test_the_next_publication_neither_brings_a_name_back_nor_sees_a_change(
    two_snapshots: dict[str, Project], hq: Scope
) -> None:
    take_back_name(hq, two_snapshots["road"])
    rows, links = PublishedPayment.objects.count(), ChainEntry.objects.count()
    publish(as_of=TODAY, now=NOW)
    assert NAME not in everything_public()
    assert (PublishedPayment.objects.count(), ChainEntry.objects.count()) == (rows, links)
    assert chain_faults() == []


def test_a_withdrawal_is_a_snapshot_of_its_own_so_that_no_cache_answers_with_old_tiles(
    two_snapshots: dict[str, Project], hq: Scope
) -> None:
    take_back_name(hq, two_snapshots["road"])
    newest = Snapshot.objects.latest("number")
    assert newest.number == 3
    run = PublicationRun.objects.get(number=3)
    assert (run.kind, run.state, run.user_id) == ("withdraw", "published", hq.user_id)


def features(number: int, code: str) -> bool:
    """Whether a tile of a snapshot draws the project."""
    import gzip

    for y in (211, 212, 213):
        body = Client().get(f"/tiles/{number}/projects/9/416/{y}.mvt").content
        body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
        for layer in mapbox_vector_tile.decode(body).values():
            if any(feature["properties"].get("code") == code for feature in layer["features"]):
                return True
    return False


def test_a_withdrawn_project_leaves_lists_files_and_the_tiles_of_old_snapshots_and_its_page_says_so(
    two_snapshots: dict[str, Project], hq: Scope
) -> None:
    code = two_snapshots["road"].serial_no
    client = Client(headers={"accept": "text/html"})
    assert features(1, code)
    withdraw_project(hq, code=code, reason="征地方案调整,暂缓公开", now=NOW)
    assert not features(1, code)
    assert not features(3, code)
    assert "示例路提质工程" not in client.get("/projects/").content.decode()
    page = client.get(f"/projects/{code}/")
    assert page.status_code == 410
    assert "征地方案调整,暂缓公开" in page.content.decode()
    assert "该项目已于 2026年3月30日 撤下" in page.content.decode()
    assert "This project was withdrawn on" in client.get(f"/en/projects/{code}/").content.decode()
    assert "There is no such project" in client.get("/en/projects/NOPE/").content.decode()
    assert client.get(f"/projects/{code}/payments.csv").status_code == 410
    assert client.get("/tiles/1/projects/9/416/212.mvt").status_code == 200


def test_a_project_that_was_merged_into_another_leads_on_to_it(two_snapshots: dict[str, Project], hq: Scope) -> None:
    road, works = two_snapshots["road"].serial_no, two_snapshots["works"].serial_no
    withdraw_project(hq, code=road, reason=f"已并入项目{works}统一实施", now=NOW)
    client = Client(headers={"accept": "text/html"})
    page = client.get(f"/projects/{road}/").content.decode()
    assert f"已并入项目{works}统一实施" in page
    assert f'href="/projects/{works}/"' in page
    assert f"Go on to project {works}" in client.get(f"/en/projects/{road}/").content.decode()
    assert Client().get(f"/projects/{road}/").json()["successor"] == works
    # a reason may name what is not public: it leads nowhere then
    withdraw_project(hq, code=works, reason=f"已并入项目{two_snapshots['secret'].serial_no}", now=NOW)
    assert 'class="primary" href="/projects/' not in client.get(f"/projects/{works}/").content.decode()


def test_nothing_of_a_withdrawn_project_stays_but_its_code_and_the_reason(
    two_snapshots: dict[str, Project], hq: Scope
) -> None:
    code = two_snapshots["road"].serial_no
    withdraw_project(hq, code=code, reason="征地方案调整", now=NOW)
    text = everything_public()
    for word in ("示例路提质工程", "3265920.00", NAME, "15000000"):
        assert word not in text, word
    assert chain_faults() == []
    assert PublishedProject.objects.filter(code=code).count() == 0
    publish(as_of=TODAY, now=NOW)
    assert "示例路提质工程" not in everything_public()
    assert chain_faults() == []


def test_a_lifted_withdrawal_comes_back_with_the_next_publication(two_snapshots: dict[str, Project], hq: Scope) -> None:
    code = two_snapshots["road"].serial_no
    taken = withdraw_project(hq, code=code, reason="征地方案调整", now=NOW)
    lift(hq, withdrawal_id=taken.pk, reason="方案已经批准", now=NOW)
    assert Client(headers={"accept": "text/html"}).get(f"/projects/{code}/").status_code == 410
    publish(as_of=TODAY, now=NOW)
    assert selectors.payments(selectors.NEWEST, code).count() == 5
    assert PublishedWithdrawal.objects.count() == 0
    assert chain_faults() == []
    with pytest.raises(NotFound):
        lift(hq, withdrawal_id=taken.pk, reason="方案已经批准", now=NOW)


def test_emptying_the_chain_without_a_reason_is_found(two_snapshots: dict[str, Project]) -> None:
    with connections["publisher"].cursor() as cursor:
        cursor.execute("UPDATE public_chainentry SET values = values - 'payee', salts = salts - 'payee'")
    assert chain_faults() != []


@pytest.mark.parametrize("reason", ["", "  无 ", f"{NAME}是个人", "请电 138 0013 8000", "长" * 201])
def test_a_reason_is_asked_for_and_tells_nothing_that_was_taken_back(
    two_snapshots: dict[str, Project], hq: Scope, reason: str
) -> None:
    with pytest.raises(Refused):
        withdraw_name(hq, code=two_snapshots["road"].serial_no, key="", name=NAME, reason=reason, now=NOW)
    assert Withdrawal.objects.count() == 0
    assert NAME in everything_public()


def test_only_headquarters_withdraws(two_snapshots: dict[str, Project], steward: User, leader: User) -> None:
    for person in (steward, leader):
        scope = scope_of(person, today=TODAY)
        with pytest.raises(NotPermitted):
            withdraw_project(scope, code=two_snapshots["road"].serial_no, reason="不应该可以", now=NOW)


def test_a_project_is_withdrawn_once(two_snapshots: dict[str, Project], hq: Scope) -> None:
    code = two_snapshots["road"].serial_no
    withdraw_project(hq, code=code, reason="征地方案调整", now=NOW)
    with pytest.raises(Conflict):
        withdraw_project(hq, code=code, reason="征地方案调整", now=NOW)


def test_every_withdrawal_stands_in_the_audit_trail_with_its_person(
    two_snapshots: dict[str, Project], hq: Scope
) -> None:
    take_back_name(hq, two_snapshots["road"])
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT c.metadata ->> 'user' FROM publication_withdrawalevent e JOIN pghistory_context c"
            " ON c.id = e.pgh_context_id WHERE e.pgh_label = 'insert'"
        )
        assert cursor.fetchall() == [(str(hq.user_id),)]


def test_while_somebody_writes_a_withdrawal_waits_and_the_next_publication_carries_it_out(
    two_snapshots: dict[str, Project], hq: Scope
) -> None:
    other = connections[PUBLISHER].copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCKS[PublicationRun.Kind.PUBLISH]])
    try:
        with pytest.raises(Busy, match="已经记录"):
            take_back_name(hq, two_snapshots["road"])
    finally:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
        other.close()
    assert Withdrawal.objects.get().applied_at is None
    carry_out_now(hq, withdrawal_id=Withdrawal.objects.get().pk, now=NOW)
    assert NAME not in everything_public()
    with pytest.raises(NotFound):
        carry_out_now(hq, withdrawal_id=Withdrawal.objects.get().pk, now=NOW)


def test_a_name_withdrawn_before_it_was_ever_public_never_gets_out(public_city: dict[str, Project], hq: Scope) -> None:
    withdraw_name(hq, code=public_city["road"].serial_no, key="", name=NAME, reason=REASON, now=NOW)
    assert Snapshot.objects.count() == 0
    publish(as_of=TODAY, now=NOW + timedelta(minutes=1))
    assert NAME not in everything_public()


@pytest.fixture
def told_elsewhere(two_snapshots: dict[str, Project], steward: User, checker: User) -> Project:
    """Another project whose texts tell the name, in a third snapshot; before that they told it in another way."""
    works = two_snapshots["works"]
    for scope_content in (f"一期由{NAME}施工", f"由{NAME}承建,长 3 公里"):
        name = f"{NAME}门前道路"
        Project.objects.filter(pk=works.pk).update(name=name, search_text=name, scope_content=scope_content)
        publish(as_of=TODAY, now=NOW)
    let_out(keep(works, steward, caption=f"{NAME}进场"), checker)
    publish(as_of=TODAY, now=NOW)
    return works


def test_a_withdrawn_name_goes_from_the_texts_of_other_projects_too(
    two_snapshots: dict[str, Project], told_elsewhere: Project, hq: Scope
) -> None:
    code = told_elsewhere.serial_no
    page = Client(headers={"accept": "text/html"}).get(f"/projects/{code}/").content.decode()
    assert NAME in page
    take_back_name(hq, two_snapshots["road"])
    assert NAME not in everything_public()
    shown = selectors.project(selectors.NEWEST, code)
    assert (shown.name, shown.scope_content) == (f"{WITHDRAWN}门前道路", f"由{WITHDRAWN}承建,长 3 公里")
    assert WITHDRAWN in shown.search_text
    page = Client(headers={"accept": "text/html"}).get(f"/projects/{code}/").content.decode()
    assert NAME not in page
    assert REASON in page  # the page of each project says that something was taken back, and why
    rows = {model: model.objects.count() for model in (PublishedProject, PublishedPhoto, ChainEntry)}
    publish(as_of=TODAY, now=NOW)
    assert NAME not in everything_public()
    assert {model: model.objects.count() for model in rows} == rows  # the next publication sees no change
    assert chain_faults() == []


def test_a_persons_name_goes_from_sentences_and_not_out_of_the_names_of_places(
    two_snapshots: dict[str, Project], hq: Scope
) -> None:
    Project.objects.filter(pk=two_snapshots["works"].pk).update(
        name="示某桥改造", location_text="示某桥", scope_content="场地由示某让出"
    )
    publish(as_of=TODAY, now=NOW)
    withdraw_name(hq, code=two_snapshots["road"].serial_no, key="", name="示某", reason="本人要求隐去", now=NOW)
    shown = selectors.project(selectors.NEWEST, two_snapshots["works"].serial_no)
    assert (shown.name, shown.location_text) == ("示某桥改造", "示某桥")
    assert shown.scope_content == f"场地由{WITHDRAWN}让出"


def test_no_reason_tells_a_name_that_was_taken_back_before(two_snapshots: dict[str, Project], hq: Scope) -> None:
    take_back_name(hq, two_snapshots["road"])
    with pytest.raises(Refused):
        withdraw_project(hq, code=two_snapshots["works"].serial_no, reason=f"{NAME}要求撤下", now=NOW)


def test_every_text_that_people_write_is_searched_for_withdrawn_names() -> None:
    written = {(model._meta.db_table, column) for model, column in naming.WRITTEN + naming.CALLED + naming.NAMED}
    wide = {
        (table.name, field.column)
        for table in TABLES
        for field in table.model._meta.local_fields
        if isinstance(field, TextField | ArrayField) or (isinstance(field, CharField) and (field.max_length or 0) >= 60)
    }
    assert wide - written == NO_NAMES


def test_a_project_that_is_withdrawn_is_not_named_as_a_bundle_either(
    public_city: dict[str, Project], make_project: Callable[..., Project], hq: Scope
) -> None:
    part = make_project(name="样例子项", parent=public_city["road"])
    publish(as_of=date(2026, 3, 30), now=NOW)
    assert selectors.project(selectors.NEWEST, part.serial_no).parent_code == public_city["road"].serial_no
    withdraw_project(hq, code=public_city["road"].serial_no, reason="征地方案调整", now=NOW)
    assert selectors.project(selectors.NEWEST, part.serial_no).parent_code is None
