"""A process of the public site alone, as a program of its own: told by standard input what to ask, before and while
its database is away. It knows the address of the public database and of nothing else.

One JSON object in: `addresses`, `late` (asked for the first time when the database is away), `socket` (the link through
which the database is reached), `opendata` and `kept` (folders). One out: for each stage [status, headers, text] by
address. tests/portal/public/test_standby.py starts it.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.test import Client

Answered = dict[str, tuple[int, dict[str, str], str]]


def ask(client: Client, addresses: list[str]) -> Answered:
    found = {}
    for address in addresses:
        response = client.get(address)
        body: Any = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
        found[address] = (response.status_code, dict(response.items()), body.decode("utf-8", "replace"))
    return found


def main() -> None:
    told = json.load(sys.stdin)
    settings.OPENDATA_DIR, settings.KEPT_DIR = told["opendata"], told["kept"]
    settings.DATABASES["public"]["OPTIONS"]["pool"] |= {"timeout": 0.5, "reconnect_timeout": 0.5}
    django.setup()
    from django.db import connections

    from portal.public.views import standby

    ahead = 0.0
    standby.monotonic = lambda: time.monotonic() + ahead  # type: ignore[attr-defined]
    client = Client(headers={"accept": "text/html"}, raise_request_exception=False)
    client.get("/healthz")
    with_database = ask(client, told["addresses"])

    link = Path(told["socket"])
    behind = link.readlink()
    link.unlink()
    connections["public"].close()
    connections["public"].close_pool()  # type: ignore[attr-defined]
    without = ask(client, [*told["addresses"], *told["late"]])

    link.symlink_to(behind)
    for _try in range(40):
        ahead += 60
        if client.get("/healthz").status_code == 200:
            break
    after = ask(client, ["/healthz", "/"])
    stages = {"with": with_database, "without": without, "after": after}
    json.dump({"settings": sorted(settings.DATABASES), **stages}, sys.stdout)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    main()
