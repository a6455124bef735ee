"""A demo city of 100,000 projects in databases of its own, kept between runs, and one real web worker before it.

ONEMAP_BENCH_DATABASE_URL, ONEMAP_BENCH_PUBLISHER_DATABASE_URL and ONEMAP_BENCH_PUBLIC_DATABASE_URL name a city that is
there already; it is only read, but for one account and its session. Without them the city is seeded and published once
into `onemap_bench` and `onemap_bench_public` of the private cluster, and brought up to date when migrations change.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import psycopg

from ops import cluster, roles, site, stamps
from ops.paths import ROOT, VENV
from tests.benchmarks.processor import settled

PROJECTS = int(os.environ.get("ONEMAP_BENCH_PROJECTS", "100000"))
MAIN, PUBLIC = "onemap_bench", "onemap_bench_public"
ADDRESSES = ("ONEMAP_DATABASE_URL", "ONEMAP_PUBLISHER_DATABASE_URL", "ONEMAP_PUBLIC_DATABASE_URL")
HEAD = "head-of-bench"
LOG_IN = f"""
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.HQ_ADMIN):  # together every page; only a test can give them
    user = ensure_account(username="{HEAD}", display_name="某主任", password="!", role=role, unit_code="")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.set_expiry(6 * 3600)
session.save()
print(session.session_key)
"""


@dataclass(frozen=True)
class City:
    """Addresses of the three connections, by the names of the environment."""

    addresses: dict[str, str]

    def environment(self, *, owner: bool = False) -> dict[str, str]:
        found = {**os.environ, **self.addresses, "ONEMAP_SITE": "both"}
        found.pop("ONEMAP_ROLE", None)
        if owner:
            found["ONEMAP_ROLE"] = "owner"
            found["ONEMAP_DATABASE_URL"] = found["ONEMAP_DATABASE_URL"].replace(roles.APP_ROLE, roles.OWNER_ROLE)
        return found

    def manage(self, *arguments: str) -> str:
        """Runs one management command as the owner. Raises CalledProcessError."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(owner=True), stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout

    def log_in(self) -> str:
        """The key of a session of somebody who may see every staff page."""
        return self.manage("shell", "--no-imports", "-c", LOG_IN).strip().splitlines()[-1]

    @contextmanager
    def sql(self, name: str) -> Iterator["psycopg.Connection[tuple]"]:
        """A session of ours beside the site's; `name` is one of ADDRESSES."""
        with psycopg.connect(self.addresses[name], autocommit=True) as session:
            yield session


def ready() -> City:
    """The city that the environment names, or our own, up to date."""
    named = {name: os.environ.get(name.replace("ONEMAP_", "ONEMAP_BENCH_"), "") for name in ADDRESSES}
    if all(named.values()):
        return City(named)
    cluster.ensure()
    city = City({name: _address(name) for name in ADDRESSES})
    private = cluster.private_cluster()
    wanted = stamps.digest_of([*site.migration_files(), *(ROOT / "fixtures").glob("*.py")], str(PROJECTS))
    if stamps.is_current("bench", wanted) and _projects(city) == PROJECTS:
        return city
    for name, owner in ((MAIN, roles.OWNER_ROLE), (PUBLIC, roles.PUBLISHER_ROLE)):
        private.psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        private.psql(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE {roles.TEMPLATE_DATABASE}")
    city.manage("migrate", "--no-input", "-v", "0")
    city.manage("migrate", "public", "--no-input", "-v", "0", "--database", "publisher")
    city.manage("seed_demo", "--projects", str(PROJECTS))
    city.manage("publish")
    stamps.remember("bench", wanted)
    return city


def _address(name: str) -> str:
    role, database = {
        ADDRESSES[0]: (roles.APP_ROLE, MAIN),
        ADDRESSES[1]: (roles.PUBLISHER_ROLE, PUBLIC),
        ADDRESSES[2]: (roles.READER_ROLE, PUBLIC),
    }[name]
    return f"postgresql://{role}@{quote(str(cluster.private_cluster().socket_folder), safe='')}/{database}"


def _projects(city: City) -> int:
    try:
        with city.sql("ONEMAP_DATABASE_URL") as session:
            row = session.execute("SELECT count(*) FROM projects_project").fetchone()
    except psycopg.Error:
        return 0
    return int(row[0]) if row else 0


@contextmanager
def served(city: City, **environment: str) -> Iterator[tuple[int, int]]:
    """One fresh web worker over the city; gives its port and the number of its process."""
    site.collect_static_files()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = ["--interface", "wsgi", "--no-ws", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    options += ["--blocking-threads", "4", "--log-level", "warning", "--working-dir", str(ROOT)]
    log = Path(ROOT / "var" / "bench.log")
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [str(VENV / "bin" / "granian"), *options, "portal.wsgi:application"],
            cwd=ROOT,
            env=city.environment() | environment,
            stdout=output,
            stderr=output,
        )
        try:
            _wait(worker, port)
            settled(worker.pid)
            yield port, worker.pid
        finally:
            worker.terminate()
            worker.wait(15)


def _wait(worker: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(300):
        if worker.poll() is not None:
            raise RuntimeError("the web worker ended: see var/bench.log")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the web worker did not answer: see var/bench.log")
