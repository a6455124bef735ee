"""Notices: one row an event and person, whoever reads, settles or tells again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from geodata.errors import NotFound, Refused
from geodata.notices.models import Notice
from geodata.notices.selectors import counts, inbox, notice_of, unread_count
from geodata.notices.services import LONGEST_TEXT, mark_read, notify, settle
from geodata.stewards.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 30, 10, 0, tzinfo=UTC)


def tell(*people: User, key: str = "report:1:submitted:1", kind: str = "submitted", **more: Any) -> int:
    values = {"text": "示例项目1的2026年2月月报待审核", "now": NOW, **more}
    return notify(people=[person.pk for person in people], kind=kind, event_key=key, **values)


def test_an_event_is_told_once_to_each_person_however_often_it_is_told(steward: User, hq_admin: User) -> None:
    assert tell(steward, steward) == 1
    assert tell(steward, hq_admin) == 1  # only the second had not heard of it
    assert tell(steward, hq_admin) == 0
    assert Notice.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(
            person=steward, kind="alert", event_key="report:1:submitted:1", text="重复", happened_at=NOW
        )


def test_reading_touches_nobody_elses_notices(steward: User, hq_admin: User) -> None:
    tell(steward, hq_admin)
    tell(steward, key="report:2:submitted:1")
    others = Notice.objects.get(person=hq_admin).pk
    assert mark_read(person_id=steward.pk, ids=[others], now=LATER) == 0
    assert (unread_count(steward.pk), unread_count(hq_admin.pk)) == (2, 1)
    assert mark_read(person_id=steward.pk, ids="all", now=LATER) == 2
    assert mark_read(person_id=steward.pk, ids="all", now=LATER) == 0
    assert (unread_count(steward.pk), unread_count(hq_admin.pk)) == (0, 1)
    with pytest.raises(NotFound):
        notice_of(steward.pk, others)


def test_what_is_decided_leaves_every_inbox_and_a_neighbouring_number_stays(steward: User, hq_admin: User) -> None:
    tell(steward, hq_admin, key="report:1:submitted:1")
    tell(hq_admin, key="report:17:submitted:1")
    tell(steward, key="report:1:returned:1", kind="returned")
    assert mark_read(
        person_id=steward.pk, ids=list(inbox(steward.pk, kind="submitted").values_list("pk", flat=True)), now=NOW
    )
    assert settle(event_prefix="report:1:", now=LATER) == 2
    assert settle(event_prefix="report:1:", now=LATER) == 0
    assert list(inbox(hq_admin.pk, unread=True).values_list("event_key", flat=True)) == ["report:17:submitted:1"]
    assert list(inbox(steward.pk, unread=True).values_list("kind", flat=True)) == ["returned"]
    read_before = inbox(steward.pk, kind="submitted").get()
    assert (read_before.read_at, read_before.settled_at) == (NOW, LATER)  # when it was read is not written over
    with pytest.raises(Refused):
        settle(event_prefix="report:1", now=LATER)


def test_newest_first_counted_by_kind(steward: User) -> None:
    tell(steward, key="a:1")
    tell(steward, key="b:1", kind="deadline", now=LATER)
    tell(steward, key="b:2", kind="deadline", now=LATER)
    assert [notice.event_key for notice in inbox(steward.pk)] == ["b:2", "b:1", "a:1"]
    mark_read(person_id=steward.pk, ids=[inbox(steward.pk)[0].pk], now=LATER)
    assert counts(steward.pk) == {"submitted": (1, 1), "deadline": (2, 1)}


def test_an_incomplete_notice_is_a_mistake_of_the_caller(steward: User) -> None:
    for wrong in ({"kind": "shouted"}, {"key": ""}, {"text": "  "}):
        with pytest.raises(Refused):
            tell(steward, **wrong)  # type: ignore[arg-type]
    assert not Notice.objects.exists()


def test_a_long_text_is_cut_and_nobody_is_told_nothing(steward: User) -> None:
    tell(steward, text="长" * 1000)
    assert len(inbox(steward.pk).get().text) == LONGEST_TEXT
    assert tell() == 0


def test_telling_a_hundred_people_takes_two_queries(steward: User, django_assert_num_queries: Any) -> None:
    people = User.objects.bulk_create(User(username=f"p{n}", password="!") for n in range(100))
    with django_assert_num_queries(4):  # a savepoint, who knows already, the rows, the savepoint again
        assert tell(*people) == 100


def test_every_notice_and_its_reading_stand_in_the_audit_trail(steward: User) -> None:
    tell(steward)
    mark_read(person_id=steward.pk, ids="all", now=LATER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_label FROM notices_noticeevent ORDER BY pgh_id")
        assert cursor.fetchall() == [("insert",), ("update",)]
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'notices_noticeevent'::regclass AND tgname = 'only_grows'"
        )
        assert cursor.fetchone() == (1,)
