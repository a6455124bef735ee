"""Makes the secrets of a deployment with docker-compose.yml: passwords, keys, and the SQL that sets up each cluster.

    python3 -m ops secrets          writes secrets/, which git ignores; never overwrites a file that exists

The two clusters know different roles: the record's has the owner and the web server's role, the public one has the
publisher and the reader.
"""

import secrets
from pathlib import Path

from ops import console, roles
from ops.errors import SetupError
from ops.paths import ROOT

FOLDER = ROOT / "secrets"
RECORD_HOST = "record-db"
PUBLIC_HOST = "public-db"
KEYS = ("record_superuser_password", "public_superuser_password", "staff_secret_key", "public_secret_key")
PERSONAL_KEYS = ("personal_data_key", "personal_hash_key")


def write_secrets(folder: Path = FOLDER) -> None:
    """Fills the folder. Refuses when it holds anything: a second set of passwords would lock the site out."""
    if folder.exists() and any(folder.glob("*_url")):
        raise SetupError(f"{folder} 中已有密钥，未作改动。", f"{folder} holds secrets already; nothing was changed.")
    passwords = {role: secrets.token_hex(24) for role in roles.ROLES}
    files = {name: secrets.token_hex(32) for name in (*KEYS, *PERSONAL_KEYS)}
    files["record_owner_url"] = _url(roles.OWNER_ROLE, passwords, RECORD_HOST, roles.MAIN_DATABASE)
    files["record_app_url"] = _url(roles.APP_ROLE, passwords, RECORD_HOST, roles.MAIN_DATABASE)
    files["publisher_url"] = _url(roles.PUBLISHER_ROLE, passwords, PUBLIC_HOST, roles.PUBLIC_DATABASE)
    files["reader_url"] = _url(roles.READER_ROLE, passwords, PUBLIC_HOST, roles.PUBLIC_DATABASE)
    files["record-db.sql"] = record_sql(passwords)
    files["public-db.sql"] = public_sql(passwords)
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)  # the files themselves must be readable by the containers' own users
    for name, text in files.items():
        (folder / name).write_text(text + "\n", encoding="ascii")
    console.step(f"已写入 {folder}（{len(files)} 个文件）：请离线备份，personal_data_key 丢失后信访人信息无法恢复")


def record_sql(passwords: dict[str, str]) -> str:
    """Sets up the record's cluster on its first start."""
    return (
        _database_sql(roles.MAIN_DATABASE, roles.OWNER_ROLE, roles.APP_ROLE, "CONNECT, TEMPORARY", passwords)
        + roles.RECORD_RIGHTS_SQL
    )


def public_sql(passwords: dict[str, str]) -> str:
    """Sets up the public cluster on its first start."""
    return (
        _database_sql(roles.PUBLIC_DATABASE, roles.PUBLISHER_ROLE, roles.READER_ROLE, "CONNECT", passwords)
        + roles.READER_LIMITS_SQL
        + roles.PUBLIC_RIGHTS_SQL
    )


def _database_sql(database: str, owner: str, user: str, rights: str, passwords: dict[str, str]) -> str:
    return f"""\
CREATE ROLE {owner} LOGIN PASSWORD '{passwords[owner]}';
CREATE ROLE {user} LOGIN PASSWORD '{passwords[user]}';
CREATE DATABASE {database} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT {rights} ON DATABASE {database} TO {user};
\\connect {database}
{roles.EXTENSIONS_SQL}"""


def _url(role: str, passwords: dict[str, str], host: str, database: str) -> str:
    return f"postgresql://{role}:{passwords[role]}@{host}:5432/{database}"
