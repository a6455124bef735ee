"""Whatever one field of the public chain or of what it vouches for is changed to: it is found and named."""

import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest

from portal.opendata import verify_chain
from portal.public.models import ChainEntry, PublishedPayment, PublishedProject, Snapshot
from portal.publication import chain
from portal.publication.chain import Link
from portal.publication.services import chain_faults
from tests.seeded import seed_and_publish

Faults = Callable[[list[Link]], list[str]]
PARTS = ("values", "salts", "digests", "previous", "hash", "sequence", "kind", "key")


def made(entries: int) -> list[Link]:
    found: list[Link] = []
    previous = chain.GENESIS
    for number in range(1, entries + 1):
        payment = {"code": f"YYMS-2026-{number % 7:04d}", "amount": f"{number}.50", "payee": "某公司", "reverses": ""}
        status = {"code": "YYMS-2026-0001", "status": "suspended"}
        kind, values = ("status", status) if number % 5 == 0 else ("payment", payment)
        found.append(chain.link(previous, number, kind, str(number), values))
        previous = found[-1].hash
    return found


def changed(text: str) -> str:
    """The same with one more or another sign at its end."""
    return text[:-1] + ("0" if text[-1:] != "0" else "1") if text else "1"


def tampered(link: Link, part: str, choice: random.Random) -> Link:
    value = getattr(link, part)
    if isinstance(value, dict):
        name = choice.choice(sorted(value))
        return replace(link, **{part: {**value, name: changed(value[name])}})
    return replace(link, **{part: value + 1 if isinstance(value, int) else changed(value)})


def by_script(links: list[Link]) -> list[str]:
    """What the script that citizens run says."""
    found, previous = list[str](), chain.GENESIS
    for number, link in enumerate(links, start=1):
        found += verify_chain.faults_of(asdict(link), number, previous)
        previous = link.hash
    return found


@pytest.mark.parametrize("faults", [chain.faults, by_script])
def test_every_changed_field_of_an_entry_is_found_and_the_entry_named(faults: Faults) -> None:
    links, choice = made(60), random.Random(6)
    assert faults(links) == []
    for number in range(120):
        part, place = PARTS[number % len(PARTS)], choice.randrange(len(links))
        other = tampered(links[place], part, choice)
        found = faults([*links[:place], other, *links[place + 1 :]])
        named = [fault for fault in found if f"第 {place + 1} 条" in fault or f"entry {place + 1} " in fault]
        assert named, (part, place, found)
        if part == "values":
            (field,) = [name for name, value in other.values.items() if links[place].values[name] != value]
            assert any(field in fault for fault in named), (field, named)


def test_an_entry_left_out_put_in_or_moved_is_found() -> None:
    links = made(20)
    for other in (
        [*links[:7], *links[8:]],
        [*links[:7], links[3], *links[7:]],
        [*links[:7], links[8], links[7], *links[9:]],
    ):
        assert any("第 8 条" in fault for fault in chain.faults(other))
        assert by_script(other)


COLUMNS: dict[Any, tuple[str, ...]] = {
    ChainEntry: (*PARTS, "snapshot", "withdrawn_reason"),
    PublishedPayment: ("code", "paid_on", "amount", "payee", "source", "purpose", "status", "reverses"),
    PublishedProject: ("status",),
    Snapshot: ("chain_head", "chain_length"),
}


def other_value(row: Any, column: str, choice: random.Random) -> Any:
    value = getattr(row, column)
    if isinstance(value, dict):
        name = choice.choice(sorted(value))
        return {**value, name: changed(value[name])}
    if column == "sequence":
        return value + 10_000_000
    if value is None or isinstance(value, str):
        return changed(value or "")[-200:] if column != "kind" else "status" if value == "payment" else "payment"
    return value.replace(year=value.year - 1) if column == "paid_on" else value + 1


def attempts(most: int) -> Iterator[tuple[Any, str, random.Random]]:
    choice = random.Random(1000)
    places = [(model, column) for model, columns in COLUMNS.items() for column in columns]
    rows = {model: list(model.objects.using("publisher").order_by("pk")) for model in COLUMNS}
    for number in range(most):
        model, column = places[number % len(places)]
        yield choice.choice(rows[model]), column, choice


def names(row: Any) -> tuple[str, ...]:
    """By what a fault may point at a row."""
    if isinstance(row, ChainEntry):
        return (f"第 {row.sequence} 条",)
    if isinstance(row, PublishedPayment):
        return (f"支付 {row.number}（",)
    return (f"第 {row.number} 期",) if isinstance(row, Snapshot) else (f"项目 {row.code} ",)


def found_of(most: int) -> int:
    """Changes so many single fields in the public database, each alone; how many were found and named."""
    found = 0
    for row, column, choice in attempts(most):
        rows = type(row).objects.using("publisher").filter(pk=row.pk)
        value, key = other_value(row, column, choice), row.pk
        rows.update(**{column: value})
        faults = chain_faults()
        found += any(name in fault for name in names(row) for fault in faults)
        now_at = value if column == "sequence" else key
        type(row).objects.using("publisher").filter(pk=now_at).update(**{column: getattr(row, column)})
    return found


@pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
@pytest.mark.parametrize("most", [21, pytest.param(1000, marks=pytest.mark.heavy)])
def test_every_changed_field_of_the_public_database_is_found_and_named(most: int) -> None:
    seed_and_publish(60 if most == 1000 else 10)
    assert chain_faults() == []
    assert found_of(most) == most
    assert chain_faults() == []
