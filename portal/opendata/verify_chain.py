"""Checks the public chain of 岳阳民生工程一张图 with nothing but Python 3.

    python3 verify_chain.py chain.jsonl [payments.csv] [HEAD]

Every published payment and status is an entry of chain.jsonl. An entry's hash covers the hash before it and a salted
digest of each of its fields, so whoever changes, drops or reorders anything breaks it from there on. With payments.csv
every payment is compared with the chain; with HEAD, the hash that you wrote down (or a newspaper printed) earlier is
looked up. A field that had to be withdrawn has lost its text; its digest and the reason stay.
"""

import csv
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


def digest(salt: str, name: str, value: str) -> str:
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in (salt, name, value)).encode()).hexdigest()


def entry_hash(e: Entry) -> str:
    body = [e["previous"], e["sequence"], e["kind"], e["key"], dict(sorted(e["digests"].items()))]
    return hashlib.sha256(json.dumps(body, separators=(",", ":")).encode()).hexdigest()


def faults_of(e: Entry, expected: int, previous: str) -> Iterator[str]:
    name = f"entry {expected} ({e['kind']} {e['key']})"
    if e["sequence"] != expected or e["previous"] != previous:
        yield f"{name}: does not follow the entry before it"
    if entry_hash(e) != e["hash"]:
        yield f"{name}: its hash is not that of its content"
    for field, value in e["values"].items():
        if digest(e["salts"].get(field, ""), field, value) != e["digests"].get(field):
            yield f"{name}: field {field} was changed"
    if e["values"].keys() != e["digests"].keys() and not e["withdrawn_reason"]:
        yield f"{name}: content is missing without a reason"


def payment_faults(path: str, said: dict[str, dict[str, str]]) -> Iterator[str]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            values = said.pop(row["number"], None)
            if values is None:
                yield f"payment {row['number']}: stands in the file but not in the chain"
            for field, value in (values or {}).items():
                if row.get(field, value).lstrip("'") != value.lstrip("'"):
                    yield f"payment {row['number']}: {field} is {row[field]!r} in the file, {value!r} in the chain"
    for number, values in said.items():
        if values and "withdrawn" not in values:
            yield f"payment {number}: stands in the chain but not in the file"


def main(chain: str, payments: str = "", head: str = "") -> int:
    found: list[str] = []
    said: dict[str, dict[str, str]] = {}
    hashes, previous, count = set(), "0" * 64, 0
    with Path(chain).open(encoding="utf-8") as lines:
        for count, line in enumerate(lines, start=1):
            entry = json.loads(line)
            found += faults_of(entry, count, previous)
            previous = entry["hash"]
            hashes.add(previous)
            if entry["kind"] == "payment":
                said[entry["key"]] = entry["values"]
    found += payment_faults(payments, said) if payments else []
    if head and head not in hashes:
        found.append(f"no entry has the hash {head}")
    sys.stdout.write(
        "\n".join([*found, f"{count} entries, head {previous}", "BROKEN" if found else "The chain holds."])
    )
    sys.stdout.write("\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
