"""The private cluster's configuration files: settings, who may connect to what, and as whom."""

import os
import pwd
from pathlib import Path

from ops.roles import (
    APP_ROLE,
    MAIN_DATABASE,
    OWNER_ROLE,
    PUBLIC_DATABASE,
    PUBLISHER_ROLE,
    READER_ROLE,
    ROLES,
    SUPERUSER,
    TEMPLATE_DATABASE,
)

SETTINGS = """\
# Written by ops/configuration.py at every start: changes made here are lost.
listen_addresses = ''                      # Unix socket only, never TCP
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB                     # sized for 2 cores and 24 GB shared with the web server
effective_cache_size = 6GB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
min_wal_size = 256MB
checkpoint_timeout = 15min
wal_compression = on
random_page_cost = 1.1
effective_io_concurrency = 100
max_parallel_workers_per_gather = 1
jit = off                                  # compiling costs more than the short map queries that it would speed up
default_statistics_target = 200
idle_in_transaction_session_timeout = 10min
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
log_destination = 'stderr'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_size = 0
log_min_duration_statement = 2s
log_line_prefix = '%m [%p] %u@%d '
"""

# First match wins. PostgreSQL 15 knows no patterns for database names, and test databases carry any suffix: each
# role is therefore refused where it must never be, and let in elsewhere. PUBLIC's right to connect to the two real
# databases is revoked on top (ops/roles.py), so that either wall holds alone.
ACCESS = f"""\
# Written by ops/configuration.py at every start: changes made here are lost.
# TYPE  DATABASE  USER  METHOD
local   all                                                     {SUPERUSER}      peer map=onemap
local   {PUBLIC_DATABASE},{TEMPLATE_DATABASE}                   {OWNER_ROLE}     reject
local   {PUBLIC_DATABASE},{TEMPLATE_DATABASE},postgres          {APP_ROLE}       reject
local   {MAIN_DATABASE},{TEMPLATE_DATABASE}                     {PUBLISHER_ROLE} reject
local   {MAIN_DATABASE},{TEMPLATE_DATABASE},postgres,template1  {READER_ROLE}    reject
local   all                                                     {",".join(ROLES)} peer map=onemap
"""


def settings_text(socket_folder: Path) -> str:
    """postgresql.conf; everything not named here keeps PostgreSQL's default, fsync = on among it."""
    return SETTINGS.format(socket_folder=str(socket_folder).replace("'", "''"))


def identity_text() -> str:
    """pg_ident.conf: the operating system's users who may act as the cluster's roles.

    The user who starts the cluster, and the server's own user, may take every role; nobody else may take any.
    """
    # By number, as the server does: the variables USER and LOGNAME may say anything.
    people = {pwd.getpwuid(os.geteuid()).pw_name, SUPERUSER}
    lines = ["# Written by ops/configuration.py at every start: changes made here are lost."]
    for person in sorted(people):
        lines += [f'onemap  "{person}"  {role}' for role in (SUPERUSER, *ROLES)]
    return "\n".join(lines) + "\n"
