"""Checks the public chain of 岳阳民生工程一张图: python3 verify_chain.py chain.jsonl [payments.csv] [HEAD]

An entry's hash covers the hash before it and a salted digest of each field: a change, a gap, a move breaks it.
With payments.csv every payment is compared; HEAD is a hash written down earlier. A withdrawn field keeps its digest.
"""

import csv
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def digest(*parts: str) -> str:
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def faults_of(e: dict[str, Any], expected: int, previous: str) -> Iterator[str]:
    name = f"entry {expected} ({e['kind']} {e['key']})"
    body = [e["previous"], e["sequence"], e["kind"], e["key"], dict(sorted(e["digests"].items()))]
    if e["sequence"] != expected or e["previous"] != previous:
        yield f"{name}: does not follow the entry before it"
    if hashlib.sha256(json.dumps(body, separators=(",", ":")).encode()).hexdigest() != e["hash"]:
        yield f"{name}: its hash is not that of its content"
    for field, value in e["values"].items():
        if digest(e["salts"].get(field, ""), field, value) != e["digests"].get(field):
            yield f"{name}: field {field} was changed"
    if e["values"].keys() != e["digests"].keys() and not e["withdrawn_reason"]:
        yield f"{name}: content is missing without a reason"


def payment_faults(path: str, said: dict[str, dict[str, str]]) -> Iterator[str]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["number"] not in said:
                yield f"payment {row['number']}: stands in the file but not in the chain"
            for field, value in said.pop(row["number"], {}).items():
                if row.get(field, value).lstrip("'") != value.lstrip("'"):
                    yield f"payment {row['number']}: {field} is {row[field]!r} in the file, {value!r} in the chain"
    for number, values in said.items():
        if values and "withdrawn" not in values:
            yield f"payment {number}: stands in the chain but not in the file"


def main(chain: str, payments: str = "", head: str = "") -> int:
    entries = [json.loads(line) for line in Path(chain).read_text(encoding="utf-8").split("\n") if line]
    hashes = ["0" * 64, *(entry["hash"] for entry in entries)]
    found = [fault for n, e in enumerate(entries) for fault in faults_of(e, n + 1, hashes[n])]
    said = {entry["key"]: entry["values"] for entry in entries if entry["kind"] == "payment"}
    found += payment_faults(payments, said) if payments else []
    found += [f"no entry has the hash {head}"] if head and head not in hashes else []
    verdict = "BROKEN" if found else "The chain holds."
    sys.stdout.write("\n".join([*found, f"{len(entries)} entries, head {hashes[-1]}", verdict, ""]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
