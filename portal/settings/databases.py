"""Three aliases: `default` (the record), `publisher` (writes the public database), `public` (reads it).

Each connects with a role of its own, so that no bug of the public site can reach what is not in its database.
"""

import os
import re
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import IsolationLevel

from ops import cluster
from portal.settings import environment

ENGINE = "django.contrib.gis.db.backends.postgis"
TEMPLATE = "onemap_template"
# seconds; a pool that tried for long waits ever longer between two tries, and would not notice a database that is back
_PATIENCE: Final = {"min_size": 0, "timeout": 5, "reconnect_timeout": 5}
_SUFFIX = re.compile(r"[a-z0-9]{1,30}")


def _from_url(url: str, role: str | None) -> dict[str, Any]:
    """Connection settings of postgresql://user:password@host:port/name; `role` overrides the user."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("数据库地址须写成 postgresql://用户:口令@主机:端口/库名")
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": role or unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }


def _connection(role: str, database: str, url_variable: str) -> dict[str, Any]:
    url = environment.text(url_variable)
    found = _from_url(url, None) if url else cluster.connection_settings(role, database)
    return {
        "ENGINE": ENGINE,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"max_size": environment.whole("ONEMAP_POOL", 4), **_PATIENCE}},
        "DISABLE_SERVER_SIDE_CURSORS": False,
        **found,
    }


def _test_name(database: str) -> dict[str, Any]:
    """The suffix stands before the database's name, else "public" would give the record that of the public database."""
    suffix = os.environ.get("ONEMAP_TEST_SUFFIX", "")
    if suffix and not _SUFFIX.fullmatch(suffix):
        raise ImproperlyConfigured("ONEMAP_TEST_SUFFIX 只能是 1 到 30 个小写字母和数字")
    return {"NAME": f"test_for_{suffix}_{database}" if suffix else f"test_{database}", "TEMPLATE": TEMPLATE}


def databases(site: environment.Site) -> dict[str, dict[str, Any]]:
    """The aliases that a process of this site may open: a public one never learns where the record is."""
    public = _connection("onemap_reader", "onemap_public", "ONEMAP_PUBLIC_DATABASE_URL")
    public["OPTIONS"]["options"] = "-c default_transaction_read_only=on -c statement_timeout=15000"
    # a citizen does not wait long for a database that is away: portal/public/views/standby.py has an answer
    public["OPTIONS"] |= {"connect_timeout": 3}
    # the figures of one answer are of one instant: portal/public/views/answers.py opens the transaction
    public["OPTIONS"]["isolation_level"] = IsolationLevel.REPEATABLE_READ
    public["TEST"] = _test_name("onemap_public")
    if site == "public":
        return {"default": {"ENGINE": "django.db.backends.dummy"}, "public": public}
    role = "onemap_owner" if os.environ.get("ONEMAP_ROLE") == "owner" else "onemap_app"
    default = _connection(role, "onemap", "ONEMAP_DATABASE_URL")
    default["TEST"] = _test_name("onemap")
    publisher = _connection("onemap_publisher", "onemap_public", "ONEMAP_PUBLISHER_DATABASE_URL")
    publisher["TEST"] = _test_name("onemap_public")
    return {"default": default, "publisher": publisher, "public": public}
