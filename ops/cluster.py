"""The private PostgreSQL cluster of this checkout: no TCP, peer authentication, four roles, two databases.

`connection_settings` is what Django's settings call: it only computes names. `ensure` makes the cluster exist and
run, from whatever state it finds: nothing, stopped, running, or killed without a chance to clean up.

    python3 -m ops.cluster ensure | status | stop | destroy | psql [ROLE [DATABASE]]
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ops import configuration, paths, roles
from ops.errors import SetupError
from ops.postgres import Server, require_server
from ops.processes import end_all_in, working_in

START_PATIENCE = 120.0
MAIN_URL = "ONEMAP_DATABASE_URL"
PUBLIC_URL = "ONEMAP_PUBLIC_DATABASE_URL"


def connection_settings(role: str, database: str) -> dict[str, str]:
    """Django's connection settings for a role ('owner' or 'onemap_owner', ...) and a database of the cluster."""
    return {"HOST": str(paths.socket_folder()), "NAME": database, "USER": roles.full_role_name(role)}


def uses_private_cluster(environment: Mapping[str, str]) -> bool:
    """Whether this process needs the private cluster: some database that it uses has no address of its own."""

    def given(name: str) -> bool:
        return bool(environment.get(name) or environment.get(f"{name}_FILE"))

    if environment.get("ONEMAP_SITE") == "public":
        return not given(PUBLIC_URL)
    return not (given(MAIN_URL) and given(PUBLIC_URL))


@dataclass(frozen=True)
class Cluster:
    """One cluster: its home (data and lock), its socket folder and, when we are root, the server's own user."""

    home: Path
    socket_folder: Path
    server_user: str | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / "pg"

    @property
    def provisioned(self) -> Path:
        """Holds the digest of the configuration and SQL that the cluster was set up with."""
        return self.home / "pg.provisioned"

    # -- state ---------------------------------------------------------------------------------------------------

    def answers(self) -> bool:
        """Whether a server accepts sessions. No subprocess: called at every start of manage.py.

        A server that is starting or recovering listens already and refuses; its pid file says so in line 8.
        """
        try:
            state = (self.data / "postmaster.pid").read_text().split("\n")[7:8]
        except OSError:
            return False
        if [line.strip() for line in state] != ["ready"] or self._postmaster() is None:
            return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self.socket_folder / paths.SOCKET_NAME))
            except OSError:
                return False
        return True

    def is_provisioned(self) -> bool:
        """Whether configuration, roles and databases are what this version of the code makes."""
        try:
            return self.provisioned.read_text() == self._digest()
        except OSError:
            return False

    def ensure(self) -> bool:
        """Makes the cluster exist, run and hold its roles and databases. Returns whether it had to start it."""
        if self.answers() and self.is_provisioned():
            return False
        server = require_server()
        with self._lock():
            started = not self._is_ready(server)
            if started:
                self._prepare_folders()
                if not (self.data / "PG_VERSION").exists():
                    self._initialise(server)
                self._start(server)
            if not self.is_provisioned():
                self._provision(server)
        return started

    def stop(self) -> None:
        """Stops the server, ending open sessions; the data stay."""
        if not self.data.exists():
            return
        with self._lock():
            if working_in(self.data) and self._postmaster() is not None:
                server = require_server()
                self._run(server.program("pg_ctl"), "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "60")
            end_all_in(self.data)

    def destroy(self) -> None:
        """Stops the server and removes its data for good."""
        self.stop()
        for folder in (self.data, self.socket_folder):
            shutil.rmtree(folder, ignore_errors=True)
        for leftover in (self.provisioned, self.home / "pg.lock", self.home / "pg.setup.log"):
            leftover.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # somebody else's files stay
            self.home.rmdir()

    def psql(self, sql: str, database: str = "postgres", role: str = roles.SUPERUSER) -> str:
        """Runs SQL through psql and returns its unaligned output; raises CalledProcessError with stderr."""
        command = [*self._psql_command(require_server(), database, role), "-At", "-f", "-"]
        return subprocess.run(command, input=sql, text=True, capture_output=True, check=True).stdout

    # -- steps ---------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """One process at a time starts or stops the cluster; the others wait and then find it done."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "pg.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _prepare_folders(self) -> None:
        for folder, mode in ((self.socket_folder, 0o755 if self.server_user else 0o700), (self.data, 0o700)):
            folder.mkdir(parents=True, exist_ok=True)
            if folder.stat().st_uid not in {os.geteuid(), self._server_uid()}:
                raise SetupError(f"目录 {folder} 属于其他用户，请删除后重试。", f"{folder} belongs to another user.")
            folder.chmod(mode)
            if self.server_user:
                shutil.chown(folder, self.server_user, self.server_user)
        if len(os.fsencode(self.socket_folder / paths.SOCKET_NAME)) > paths.LONGEST_SOCKET_PATH:
            raise SetupError(f"套接字路径过长：{self.socket_folder}", f"Socket path too long: {self.socket_folder}")

    def _initialise(self, server: Server) -> None:
        options = ["--username=postgres", "--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]
        self.provisioned.unlink(missing_ok=True)
        self._run(server.program("initdb"), "-D", str(self.data), *options, "--no-instructions")

    def _start(self, server: Server) -> None:
        """Starts the server, after clearing away what a killed one left: its children, pid file and socket."""
        end_all_in(self.data)
        for leftover in (
            self.data / "postmaster.pid",
            self.socket_folder / paths.SOCKET_NAME,
            self.socket_folder / f"{paths.SOCKET_NAME}.lock",
        ):
            leftover.unlink(missing_ok=True)
        self._write_configuration()
        log = self.data / "start.log"
        options = ["-D", str(self.data), "-l", str(log), "-w", "-t", str(int(START_PATIENCE))]
        try:
            self._run(server.program("pg_ctl"), "start", *options)
        except SetupError as error:
            detail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise SetupError(f"{error.chinese}\n{detail}", error.english) from error

    def _is_ready(self, server: Server) -> bool:
        """Whether the server accepts sessions; one that is just starting or recovering is waited for."""
        deadline = time.monotonic() + START_PATIENCE
        while self._postmaster() is not None and time.monotonic() < deadline:
            command = [server.program("pg_isready"), "-q", "-h", str(self.socket_folder)]
            if subprocess.run(command, check=False).returncode == 0:
                return True
            time.sleep(0.2)
        return False

    def _postmaster(self) -> int | None:
        """The id of the living server, or None. A pid file alone proves nothing: the process must work in our data."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            return pid if Path(f"/proc/{pid}/cwd").readlink() == self.data else None
        except (OSError, ValueError):
            return None

    def _provision(self, server: Server) -> None:
        self._write_configuration()
        self._run(server.program("pg_ctl"), "reload", "-D", str(self.data))
        steps = [("postgres", roles.CLUSTER_SQL), (roles.TEMPLATE_DATABASE, roles.INSIDE_SQL)]
        steps.append(("postgres", roles.DATABASES_SQL))
        steps += [(name, roles.INSIDE_SQL) for name in (roles.MAIN_DATABASE, roles.PUBLIC_DATABASE)]
        for database, sql in steps:
            command = [*self._psql_command(server, database, roles.SUPERUSER), "-f", "-"]
            done = subprocess.run(command, input=sql, text=True, capture_output=True, check=False)
            if done.returncode:
                raise SetupError(f"建立数据库角色失败：{done.stderr}", f"Cannot set up database {database}.")
        self.provisioned.write_text(self._digest())

    def _digest(self) -> str:
        parts = [*self._configuration().values(), roles.CLUSTER_SQL, roles.INSIDE_SQL, roles.DATABASES_SQL]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _configuration(self) -> dict[str, str]:
        return {
            "postgresql.conf": configuration.settings_text(self.socket_folder),
            "pg_hba.conf": configuration.ACCESS,
            "pg_ident.conf": configuration.identity_text(),
        }

    def _write_configuration(self) -> None:
        for name, text in self._configuration().items():
            target = self.data / name
            target.write_text(text, encoding="utf-8")
            target.chmod(0o600)
            if self.server_user:
                shutil.chown(target, self.server_user, self.server_user)

    # -- processes -----------------------------------------------------------------------------------------------

    def _server_uid(self) -> int:
        return pwd.getpwnam(self.server_user).pw_uid if self.server_user else os.geteuid()

    def _psql_command(self, server: Server, database: str, role: str) -> list[str]:
        where = ["-h", str(self.socket_folder), "-U", role, "-d", database]
        return [server.program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *where]

    def _run(self, *command: str) -> None:
        """Runs a server program as the server's own user, from a folder that this user may enter."""
        prefix: list[str] = []
        if self.server_user:
            user = f"--reuid={self.server_user}"
            prefix = ["setpriv", user, f"--regid={self.server_user}", "--init-groups", "--inh-caps=-all"]
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [*prefix, *command],
            cwd=self.home,
            env=environment,
            stdin=subprocess.DEVNULL,
            # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
            stdout=(log := (self.home / "pg.setup.log").open("w+")),
            stderr=subprocess.STDOUT,
            check=False,
        )
        with log:
            if done.returncode:
                log.seek(0)
                name = Path(command[0]).name
                raise SetupError(f"{name} 失败：{log.read()[-2000:]}", f"{name} failed with {done.returncode}.")


def private_cluster() -> Cluster:
    """The cluster of this checkout and user."""
    user = roles.SUPERUSER if paths.runs_as_root() else None
    return Cluster(paths.cluster_home(), paths.socket_folder(), user)


def ensure() -> bool:
    """Makes this checkout's cluster run. Returns whether it had to be started."""
    return private_cluster().ensure()


def main(arguments: list[str]) -> int:
    """The command line; see the module's docstring."""
    cluster = private_cluster()
    action = arguments[0] if arguments else "status"
    if action == "ensure":
        cluster.ensure()
    elif action in {"stop", "destroy"}:
        getattr(cluster, action)()
    elif action == "psql":
        cluster.ensure()
        role = arguments[1] if len(arguments) > 1 else roles.SUPERUSER
        database = arguments[2] if len(arguments) > 2 else roles.MAIN_DATABASE
        program = require_server().program("psql")
        os.execv(program, [program, "-h", str(cluster.socket_folder), "-U", role, "-d", database])  # noqa: S606
    elif action != "status":
        print(__doc__, file=sys.stderr)
        return 2
    print(f"{cluster.data}: {'运行中 running' if cluster.answers() else '未运行 stopped'}")
    return 0 if cluster.answers() or action in {"stop", "destroy"} else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        sys.exit(str(error))
