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
from typing import IO, Any


def faults_of(e: dict[str, Any], expected: int, previous: str) -> Iterator[str]:
    name = f"entry {expected} ({e['kind']} {e['key']})"
    body = [e["previous"], e["sequence"], e["kind"], e["key"], dict(sorted(e["digests"].items()))]
    if e["sequence"] != expected or e["previous"] != previous:
        yield f"{name}: does not follow the entry before it"
    if hashlib.sha256(json.dumps(body, separators=(",", ":")).encode()).hexdigest() != e["hash"]:
        yield f"{name}: its hash is not that of its content"
    for field, value in e["values"].items():
        salted = "".join(f"{len(part)}:{part}" for part in (e["salts"].get(field, ""), field, value))
        if hashlib.sha256(salted.encode()).hexdigest() != e["digests"].get(field):
            yield f"{name}: field {field} was changed"
    if e["values"].keys() != e["digests"].keys() and not e["withdrawn_reason"]:
        yield f"{name}: content is missing without a reason"


def payment_faults(path: str, chain: IO[bytes], places: dict[str, int]) -> Iterator[str]:  # where its entry begins
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["number"] not in places:
                yield f"payment {row['number']}: stands in the file but not in the chain"
            elif chain.seek(places.pop(row["number"])) >= 0:
                for field, value in json.loads(chain.readline())["values"].items():
                    if row.get(field, value).lstrip("'") != value.lstrip("'"):
                        yield f"payment {row['number']}: {field} is {row[field]!r} in the file, {value!r} in the chain"
    for number, place in places.items():
        if chain.seek(place) >= 0 and "amount" in json.loads(chain.readline())["values"]:
            yield f"payment {number}: stands in the chain but not in the file"


def main(chain: str, payments: str = "", head: str = "") -> int:
    found, places, n, last, start, is_known = list[str](), dict[str, int](), 0, "0" * 64, 0, not head.strip("0")
    with Path(chain).open("rb") as lines:  # one at a time: of a million payments only their places are held
        for n, line in enumerate(lines, 1):
            entry = json.loads(line)
            found += faults_of(entry, n, last)
            last, is_known = entry["hash"], is_known or entry["hash"] == head
            places[entry["key"]], start = start, start + len(line)
        found += payment_faults(payments, lines, places) if payments else []
    found += [] if is_known else [f"no entry has the hash {head}"]
    sys.stdout.write("\n".join([*found, f"{n} entries, head {last}", "BROKEN" if found else "The chain holds.", ""]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
