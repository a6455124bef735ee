"""The cast, the toy city, and the databases of the tests: real PostGIS, one set of databases a process."""

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connections
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from geodata.projects.models import Category, Project, StatusChange
from geodata.projects.reference import ensure_categories
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests import emptying, migrated_template

TODAY = date(2026, 3, 30)
PASSWORD = "test-word-2026"
emptying.install()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a slow hash only slows the tests
settings.KEPT_MEGABYTES = 0  # answers of one test are not kept for the next
PLACE = TemporaryDirectory(prefix="onemap-tests-")  # goes when the process ends
settings.OPENDATA_DIR = Path(PLACE.name, "opendata")
settings.PUBLIC_MEDIA_DIR = Path(PLACE.name, "public-media")
settings.OPENDATA_DIR.mkdir()
settings.PUBLIC_MEDIA_DIR.mkdir()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Imports every page, then has the collector pass over all that was imported: a seventh of the time of page tests.

    A page first imported while a test has replaced a name (`today`, say) would keep the replacement for good.
    """
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 50)


def square(west: float, south: float, size: float = 0.2) -> MultiPolygon:
    """A square of `size` degrees in EPSG:4490."""
    east, north = west + size, south + size
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return MultiPolygon(Polygon(ring), srid=4490)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Callable[[], None]]:
    """Test databases come from a migrated template; gives what to call once they are made."""
    digest = migrated_template.migrations_digest()
    with ExitStack() as waiting, django_db_blocker.unblock():
        waiting.enter_context(migrated_template.one_process_at_a_time(digest))
        keepdb = django_db_keepdb and not django_db_createdb
        missing = migrated_template.use_templates(digest, keepdb=keepdb)

        def made() -> None:
            with django_db_blocker.unblock():
                migrated_template.keep_templates(digest, missing)
            waiting.close()

        yield made


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_modify_db_settings: Callable[[], None], django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The record refuses TRUNCATE, by which tests of real transactions empty the tables: those guards alone are lifted.

    Each is a trigger of its own named no_truncate; a test of the guards puts them back inside its transaction.
    """
    django_db_modify_db_settings()
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute(
            """DO $$ DECLARE guarded regclass; BEGIN
                FOR guarded IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'no_truncate' LOOP
                    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER no_truncate', guarded);
                END LOOP;
            END $$"""
        )
    with django_db_blocker.unblock():
        migrated_template.wait_for_no_autovacuum()
    yield
    migrated_template.close_sessions()  # a database cannot be dropped while a pool holds a session of it


@pytest.fixture(autouse=True)
def _public_connection_closed() -> Iterator[None]:
    """The reader's connection must be gone before the test database goes."""
    yield
    if "public" in connections.databases:
        connections["public"].close()


@pytest.fixture(autouse=True)
def _no_public_files_left() -> Iterator[None]:
    """A test that published leaves no files behind: the next one begins with none made."""
    yield
    for path in [*Path(settings.OPENDATA_DIR).glob("*"), *Path(settings.PUBLIC_MEDIA_DIR).glob("*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture(autouse=True)
def _language_of_the_city() -> Iterator[None]:
    """A test that asked for an English page leaves no English behind for the next one."""
    yield
    translation.deactivate()


@pytest.fixture
def categories(db: None) -> dict[str, Category]:
    ensure_categories()
    return {category.code: category for category in Category.objects.all()}


@pytest.fixture
def city(db: None) -> dict[str, AreaUnit]:
    """A toy city of two counties side by side and a zone inside the first; codes as in Yueyang."""
    top = AreaUnit.objects.create(
        code="430600", kind="city", name="岳阳市", geom=square(113.0, 29.0, 0.4), official_order=0
    )
    east = AreaUnit.objects.create(
        code="430602", kind="county", name="岳阳楼区", parent=top, geom=square(113.0, 29.2), official_order=1
    )
    west = AreaUnit.objects.create(
        code="430626", kind="county", name="平江县", parent=top, geom=square(113.2, 29.2), official_order=7
    )
    zone = AreaUnit.objects.create(
        code="ZONE_YYJKQ",
        kind="zone",
        code_system="LOCAL",
        name="岳阳经济技术开发区",
        short_name="经开区",
        parent=top,
        geom=square(113.05, 29.25, 0.05),
        official_order=10,
    )
    zone.hosts.add(east)
    return {"430600": top, "430602": east, "430626": west, "ZONE_YYJKQ": zone}


@pytest.fixture
def make_project(city: dict[str, AreaUnit], categories: dict[str, Category]) -> Callable[..., Project]:
    """A factory of projects with sensible defaults; every field can be given."""
    made = 0

    def make(**fields: object) -> Project:
        nonlocal made
        made += 1
        defaults: dict[str, object] = {
            "serial_no": f"YYMS-2026-{made:04d}",
            "name": f"示例项目{made}",
            "name_key": fields.get("name", f"示例项目{made}"),
            "category": categories["01"],
            "plan_year": 2026,
            "management_unit": city["430602"],
            "admin_area": city["430602"],
            "total_investment": 10_000_000,
            "disclosure": "public",
        }
        values = {**defaults, **fields}
        values.setdefault("search_text", f"{values['name']} {values['serial_no']}".lower())
        return Project.objects.create(**values)

    return make


def _person(username: str, role: Role, unit: str = "") -> User:
    return ensure_account(username=username, display_name=username, password=PASSWORD, role=role, unit_code=unit)


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    """A project of 岳阳楼区 whose works go on; a file of tests that needs another one makes its own."""
    made = make_project(name="示例路提质工程", status="under_construction", actual_start_on=date(2025, 12, 1))
    StatusChange.objects.create(
        project=made, effective_on=date(2025, 12, 1), status="under_construction", stage="construction"
    )
    return made


@pytest.fixture
def leader(city: dict[str, AreaUnit]) -> User:
    return _person("leader", Role.CITY_LEADER)


@pytest.fixture
def hq_admin(city: dict[str, AreaUnit]) -> User:
    return _person("hq", Role.HQ_ADMIN)


@pytest.fixture
def steward(city: dict[str, AreaUnit]) -> User:
    """County staff of 岳阳楼区."""
    return _person("steward", Role.COUNTY_STAFF, "430602")


@pytest.fixture
def checker(city: dict[str, AreaUnit]) -> User:
    """A second person of 岳阳楼区, who may decide on what the first submitted."""
    return _person("checker", Role.COUNTY_STAFF, "430602")


@pytest.fixture
def other_steward(city: dict[str, AreaUnit]) -> User:
    """County staff of 平江县, who has no business with 岳阳楼区's rows."""
    return _person("other_steward", Role.COUNTY_STAFF, "430626")


@pytest.fixture
def sysadmin(city: dict[str, AreaUnit]) -> User:
    return _person("sysadmin", Role.SYSTEM_ADMIN)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A logged-in test client of a person."""

    def client(user: User) -> Client:
        made = Client(headers={"accept": "text/html"})
        made.force_login(user)
        return made

    return client
