"""What callers say stays sealed: in no column, no event row, no repr; and every look is on the record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from geodata.complaints.entries import WorkOrderEntry
from geodata.complaints.masks import mask_card, mask_id, mask_mail, mask_name, mask_phone, mask_plate, redact
from geodata.complaints.models import PersonReveal, WorkOrder, WorkOrderPerson
from geodata.complaints.sealing import normal_phone, phone_hash, seal, unseal
from geodata.complaints.services import record_work_orders, reveal_person
from geodata.errors import Conflict, NotFound, NotPermitted, Refused, TooFast
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import CITY, Scope
from tests.geodata.complaints.conftest import NOW

SECRETS = {"name": "欧阳示例", "phone": "13812345678", "content": "楼上张某半夜切割地面", "reply": "已电话答复来电人"}
Make = Callable[..., WorkOrderEntry]


def test_a_sealed_text_opens_only_in_its_own_order_and_column() -> None:
    sealed = seal("李女士", order_no="YY1", field="name")
    assert unseal(sealed, order_no="YY1", field="name") == "李女士"
    for order_no, field in (("YY2", "name"), ("YY1", "phone")):
        with pytest.raises(Conflict, match="无法解开"):
            unseal(sealed, order_no=order_no, field=field)
    with pytest.raises(Conflict):
        unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), order_no="YY1", field="name")


def test_the_same_text_never_seals_to_the_same_bytes() -> None:
    assert seal("李女士", order_no="YY1", field="name") != seal("李女士", order_no="YY1", field="name")
    assert seal("", order_no="YY1", field="name") == b""


def test_one_number_has_one_hash_however_it_is_written() -> None:
    forms = ("13812345678", "+86 138-1234-5678", "１３８１２３４５６７８", "0086 13812345678")
    assert len({phone_hash(form) for form in forms}) == 1
    assert normal_phone(forms[1]) == "13812345678"
    assert phone_hash("13812345679") != phone_hash(forms[0])
    assert phone_hash("无") == phone_hash("") == ""


def test_another_key_opens_nothing(settings: object) -> None:
    sealed, hashed = seal("李女士", order_no="YY1", field="name"), phone_hash("13812345678")
    settings.PERSONAL_DATA_KEY, settings.PERSONAL_HASH_KEY = "a" * 64, "b" * 64
    with pytest.raises(Conflict, match="密钥"):
        unseal(sealed, order_no="YY1", field="name")
    assert phone_hash("13812345678") != hashed


@pytest.mark.django_db
def test_no_table_holds_a_caller_in_clear(order: Make) -> None:
    entry = order(title="请联系13812345678处理", address="示例路18号 430602199001011234", **SECRETS)
    record_work_orders(entries=[entry], user=None, now=NOW, batch=1)
    record_work_orders(entries=[replace(entry, is_urgent=True)], user=None, now=NOW, batch=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = [row[0] for row in cursor.fetchall()]
        assert "complaints_workorderevent" in tables
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            text = "\n".join(row[0] for row in cursor.fetchall())
            for secret in (*SECRETS.values(), "430602199001011234"):
                assert secret not in text, table
                assert secret.encode().hex() not in text, table
    person = WorkOrderPerson.objects.get()
    assert unseal(person.content_encrypted, order_no="YY1", field="content") == SECRETS["content"]
    assert SECRETS["name"] not in repr(entry)


@pytest.mark.django_db
def test_an_anonymous_caller_has_no_hash(order: Make) -> None:
    entries = [order("YY1", name="匿名", phone="13900001111"), order("YY2", name="李女士", phone="13900001111")]
    record_work_orders(entries=entries, user=None, now=NOW)
    hashes = dict(WorkOrderPerson.objects.values_list("order__order_no", "phone_hash"))
    assert hashes == {"YY1": "", "YY2": phone_hash("13900001111")}


@pytest.fixture
def recorded(order: Make, city: dict[str, AreaUnit]) -> WorkOrder:
    entry = order(area_id=city["430602"].pk, **SECRETS)
    record_work_orders(entries=[entry], user=None, now=NOW)
    return WorkOrder.objects.get()


def test_a_look_at_a_caller_leaves_a_row_before_it_shows_anything(recorded: WorkOrder, hq_admin: User) -> None:
    scope = replace(CITY, user_id=hq_admin.pk)
    caller = reveal_person(scope, order_no="YY1", reason="回访核实情况", now=NOW)
    assert (caller.name, caller.phone, caller.content) == (SECRETS["name"], SECRETS["phone"], SECRETS["content"])
    assert SECRETS["name"] not in repr(caller)
    look = PersonReveal.objects.get()
    assert (look.order, look.user, look.reason, look.revealed_at) == (recorded, hq_admin, "回访核实情况", NOW)
    for change in (lambda: look.delete(), lambda: PersonReveal.objects.update(reason="x")):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


def test_a_look_needs_the_role_a_reason_and_an_order_in_the_scope(
    recorded: WorkOrder, hq_admin: User, city: dict[str, AreaUnit]
) -> None:
    allowed = Scope(
        unit_ids=frozenset({city["430602"].pk}), actions=frozenset({Action.REVEAL_PERSON}), user_id=hq_admin.pk
    )
    for scope, reason, error in (
        (replace(allowed, actions=frozenset()), "回访核实情况", NotPermitted),
        (replace(allowed, user_id=None), "回访核实情况", NotPermitted),
        (allowed, " 看看 ", Refused),
        (replace(allowed, unit_ids=frozenset({city["430626"].pk})), "回访核实情况", NotFound),
    ):
        with pytest.raises(error):
            reveal_person(scope, order_no="YY1", reason=reason, now=NOW)
    assert not PersonReveal.objects.exists()
    reveal_person(allowed, order_no="YY1", reason="回访核实情况", now=NOW)


def test_bulk_looking_stops_at_fifty_a_day(recorded: WorkOrder, hq_admin: User) -> None:
    scope = replace(CITY, user_id=hq_admin.pk)
    PersonReveal.objects.bulk_create(
        PersonReveal(order=recorded, user=hq_admin, reason="回访核实情况", revealed_at=NOW) for _ in range(50)
    )
    with pytest.raises(TooFast):
        reveal_person(scope, order_no="YY1", reason="回访核实情况", now=NOW)
    reveal_person(scope, order_no="YY1", reason="回访核实情况", now=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (mask_phone, "13812341234", "138****1234"),
        (mask_phone, "0730-8880000", "0730-****000"),
        (mask_phone, "", ""),
        (mask_name, "张三", "张*"),
        (mask_name, "王小明", "王**"),
        (mask_name, "欧阳修文", "欧阳**"),
        (mask_name, "李女士", "李女士"),
        (mask_name, "匿名", "匿名"),
        (mask_id, "430602199001011234", "430602********1234"),
        (mask_card, "6217 0012 3456 7891234", "6217****1234"),
        (mask_plate, "湘F·A1B12", "湘F·***12"),
        (mask_mail, "zhang@x.cn", "z***@x.cn"),
        (redact, "电话13812345678,证43060219900101123X", "电话138****5678,证430602********123X"),
        (redact, "卡6217001234567891234", "卡6217****1234"),
        (redact, "座机0730-8881234,车湘F·A1B12,信zhang@x.cn", "座机0730-****234,车湘F·***12,信z***@x.cn"),
        (redact, "凭证ZF2026030100012 工单YY20260312000871 1240户", "凭证ZF2026030100012 工单YY20260312000871 1240户"),
        (redact, "电话１３８１２３４５６７８", "电话138****5678"),
    ],
)  # fmt: skip
def test_masks_show_no_more_than_their_form(mask: Callable[[str], str], value: str, shown: str) -> None:
    assert mask(value) == shown
    assert redact(redact(value)) == redact(value)
