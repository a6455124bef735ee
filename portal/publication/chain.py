"""The hash chain over public payments and statuses: pure functions.

digest(field) = SHA-256(salt ‖ field name ‖ value); hash(entry) = SHA-256(previous hash ‖ canonical JSON of the entry's
sequence, kind, key and digests). Whoever holds a value and its salt can check it; without them a digest tells nothing,
so a value that must be withdrawn can go while the chain still holds.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GENESIS = "0" * 64


@dataclass(frozen=True)
class Link:
    """One entry of the chain as stored."""

    sequence: int
    kind: str
    key: str
    values: Mapping[str, str]
    salts: Mapping[str, str]
    digests: Mapping[str, str]
    previous: str
    hash: str
    withdrawn_reason: str = ""


def field_digest(salt: str, name: str, value: str) -> str:
    """Hex SHA-256 of one salted field; the parts are length-prefixed so that they cannot run into one another."""
    parts = (salt, name, value)
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def entry_hash(previous: str, sequence: int, kind: str, key: str, digests: Mapping[str, str]) -> str:
    body = json.dumps([previous, sequence, kind, key, dict(sorted(digests.items()))], separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def link(previous: str, sequence: int, kind: str, key: str, values: Mapping[str, str]) -> Link:
    """A new entry behind `previous`, with fresh salts."""
    salts = {name: secrets.token_hex(16) for name in values}
    digests = {name: field_digest(salts[name], name, value) for name, value in values.items()}
    return Link(
        sequence, kind, key, dict(values), salts, digests, previous, entry_hash(previous, sequence, kind, key, digests)
    )


def faults(links: Iterable[Link], *, previous: str = GENESIS, first: int = 1) -> list[str]:
    """What is wrong with a stretch of the chain, in Chinese; empty when it holds."""
    found: list[str] = []
    expected = first
    for entry in links:
        if entry.sequence != expected:
            found.append(f"第 {expected} 条缺失或顺序有误（读到第 {entry.sequence} 条）")
        if entry.previous != previous:
            found.append(f"第 {entry.sequence} 条与上一条不相接")
        if entry_hash(entry.previous, entry.sequence, entry.kind, entry.key, entry.digests) != entry.hash:
            found.append(f"第 {entry.sequence} 条（{entry.kind} {entry.key}）的散列不符")
        found += [
            f"第 {entry.sequence} 条（{entry.kind} {entry.key}）的字段“{name}”被改动"
            for name, value in entry.values.items()
            if field_digest(entry.salts.get(name, ""), name, value) != entry.digests.get(name)
        ]
        if not entry.withdrawn_reason and entry.values.keys() != entry.digests.keys():
            found.append(f"第 {entry.sequence} 条（{entry.kind} {entry.key}）缺少内容而没有撤下的原因")
        previous, expected = entry.hash, entry.sequence + 1
    return found
