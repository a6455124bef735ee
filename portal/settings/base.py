"""Settings of the whole site; what differs between machines comes from the environment (docs/deployment.md)."""

from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal.settings import environment, native
from portal.settings.databases import databases

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(environment.text("ONEMAP_VAR", str(BASE_DIR / "var")))

# --- which half of the site -------------------------------------------------------------------------------------
ONEMAP_SITE = environment.site()
PUBLIC_SITE = ONEMAP_SITE in {"public", "both"}
STAFF_SITE = ONEMAP_SITE in {"staff", "both"}

# --- this city --------------------------------------------------------------------------------------------------
CITY_CODE = environment.text("ONEMAP_CITY_CODE", "430600")
CITY_NAME = environment.text("ONEMAP_CITY_NAME", "岳阳")
SITE_TITLE = environment.text("ONEMAP_TITLE", "岳阳民生工程一张图")
SERIAL_PREFIX = environment.text("ONEMAP_SERIAL_PREFIX", "YYMS")
# lon/lat box in EPSG:4490 in which coordinates are believed without a question (the city's extent plus a margin)
CITY_EXTENT = tuple(float(n) for n in environment.text("ONEMAP_CITY_EXTENT", "112.0,28.0,115.0,30.2").split(","))
# a file with the transformation parameters of Beijing54 and Xian80; without it those are refused (docs/coordinates.md)
DATUM_PARAMETERS = environment.text("ONEMAP_DATUM_PARAMETERS", "")
# lon/lat box that a map shows first
CITY_VIEW = tuple(float(n) for n in environment.text("ONEMAP_CITY_VIEW", "112.28,28.40,114.18,29.92").split(","))
DEMO = environment.flag("ONEMAP_DEMO", default=True)
SPONSOR = environment.text("ONEMAP_SPONSOR", "岳阳市民生工程指挥部办公室（示例）")
SPONSOR_PHONE = environment.text("ONEMAP_SPONSOR_PHONE", "0730-12345")
MAP_APPROVAL_NO = environment.text("ONEMAP_MAP_APPROVAL_NO", "")
TIANDITU_KEY = environment.text("ONEMAP_TIANDITU_KEY", "")
# where the citizens' site is found from outside: files that are made without a request name their own addresses
PUBLIC_ADDRESS = environment.text("ONEMAP_PUBLIC_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
# the publisher's prefix of OC4IDS project numbers; each publisher has its own registered (docs/opendata.md)
OC4IDS_PREFIX = environment.text("ONEMAP_OC4IDS_PREFIX", "oc4ids-onemap")
DATA_LICENCE = environment.text("ONEMAP_DATA_LICENCE", "https://creativecommons.org/licenses/by/4.0/")
DATA_LICENCE_NAME = environment.text("ONEMAP_DATA_LICENCE_NAME", "CC BY 4.0")

# --- security ---------------------------------------------------------------------------------------------------
DEBUG = environment.flag("ONEMAP_DEBUG")
PRODUCTION = environment.flag("ONEMAP_PRODUCTION")
ALLOWED_HOSTS = environment.words("ONEMAP_HOSTS", ("127.0.0.1", "localhost", "testserver"))
CSRF_TRUSTED_ORIGINS = environment.words("ONEMAP_ORIGINS")
PROXIES = environment.words("ONEMAP_PROXIES")  # addresses or networks whose X-Forwarded-For is believed


def _secret(name: str) -> str:
    """A secret from the environment or its file; a developer's machine makes its own once and keeps it under var/."""
    value = environment.text(name)
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name} 未设置：请用环境变量或 {name}_FILE 提供")
    from portal.settings.secrets import local_secret

    return local_secret(VAR_DIR / "secrets", name)


SECRET_KEY = _secret("ONEMAP_SECRET_KEY")
# AES-256-GCM key of complainants' data and the separate HMAC key of the hash used for equality: outside the database
PERSONAL_DATA_KEY = "" if ONEMAP_SITE == "public" else _secret("ONEMAP_PERSONAL_DATA_KEY")
PERSONAL_HASH_KEY = "" if ONEMAP_SITE == "public" else _secret("ONEMAP_PERSONAL_HASH_KEY")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(minutes=environment.whole("ONEMAP_IDLE_MINUTES", 30)).total_seconds())
SESSION_SAVE_EVERY_REQUEST = True
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-onemap", "__Host-onemap-csrf"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = environment.flag("ONEMAP_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = environment.whole("ONEMAP_HSTS_SECONDS", 31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTH_USER_MODEL = "stewards.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "workbench:map"
LOGOUT_REDIRECT_URL = "accounts:login"
# a name and an address are locked together after this many failures, for this long (GB/T 22239: 5 in 15 minutes)
LOGIN_FAILURES = 5
LOGIN_LOCK_MINUTES = 15
# one-time codes after the password: off, offered (whoever has set it up), required (of the roles that need it)
SECOND_FACTOR = environment.one_of(
    "ONEMAP_SECOND_FACTOR", ("off", "offered", "required"), default="required" if PRODUCTION else "offered"
)

# --- the house: this list reads as the table of contents ----------------------------------------------------------
_PLATFORM = ["django.contrib.gis", "django.contrib.postgres", "django.contrib.staticfiles", "django_htmx"]
_PUBLIC = ["portal.public", "portal.opendata"]
_RECORD = [
    "geodata.regions",
    "geodata.organisations",
    "geodata.stewards",
    "geodata.thresholds",
    "geodata.workdays",
    "geodata.notices",
    "geodata.projects",
    "geodata.progress",
    "geodata.visits",
    "geodata.funding",
    "geodata.complaints",
    "geodata.summary",
    "geodata.quality",
    "geodata.tiles",
    "geodata.exchange",
    "dashboards.indicators",
    "dashboards.choropleths",
    "dashboards.conflicts",
    "dashboards.bottlenecks",
    "dashboards.curves",
    "dashboards.alerts",
    "dashboards.cockpit",
]
_STAFF = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "leaflet",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    *_RECORD,
    "portal.accounts",
    "portal.workbench",
    "portal.publication",
    "portal.administration",
    "portal.dashboard",
]
INSTALLED_APPS = [*_PLATFORM, *(_STAFF if STAFF_SITE else []), *_PUBLIC, "portal"]

_SESSIONS = [
    "portal.accounts.middleware.StaffSessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.accounts.middleware.StaffAuthenticationMiddleware",
    "portal.accounts.middleware.StaffMessageMiddleware",
    "portal.accounts.middleware.ActingUserMiddleware",
]
MIDDLEWARE = [
    "portal.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.DomainErrorMiddleware",
    "portal.middleware.LargestBodyMiddleware",
    *(["portal.public.views.editions.EditionMiddleware"] if PUBLIC_SITE else []),
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    *(["portal.public.views.standby.StandbyMiddleware"] if PUBLIC_SITE else []),
    *(["portal.middleware.OneSiteMiddleware"] if ONEMAP_SITE == "both" else []),
    *(_SESSIONS if STAFF_SITE else []),
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
APPEND_SLASH = True

_STAFF_CONTEXT = ["django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                *(_STAFF_CONTEXT if STAFF_SITE else []),
                "portal.context.site",
                "portal.context.may",
                *(["portal.workbench.desk.nav.waiting"] if STAFF_SITE else []),
            ]
        },
    }
]

# --- databases ----------------------------------------------------------------------------------------------------
DATABASES = databases(ONEMAP_SITE)
DATABASE_ROUTERS = ["portal.routers.PublicDatabaseRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
GDAL_LIBRARY_PATH = native.gdal()
GEOS_LIBRARY_PATH = native.geos()
TEST_RUNNER = "django.test.runner.DiscoverRunner"

# Row level costs 8 to 100 times on bulk loads; statement level twice.
PGHISTORY_LEVEL = "STATEMENT"
PGHISTORY_APPEND_ONLY = True
_IN_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": _IN_MEMORY},
    # who asked the JSON interface how often in this minute (portal/opendata/limits.py)
    "limits": {"BACKEND": _IN_MEMORY, "LOCATION": "limits", "OPTIONS": {"MAX_ENTRIES": 50_000}},
}
API_PER_MINUTE = environment.whole("ONEMAP_API_PER_MINUTE", 600)

# The worker's jobs stand in <app>/jobs.py.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- language, time -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "portal.formats"
TIME_ZONE = "Asia/Shanghai"

# --- static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.assets.finder.NodeModulesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.assets.storage.HashedStorage"},
}
PUBLIC_MEDIA_DIR = VAR_DIR / "public_media"  # written by the worker, read by the public process
OPENDATA_DIR = PUBLIC_MEDIA_DIR / "opendata"
# answers of the public site, to be given again while its database is away; 0 MB keeps none (portal/public/kept.py)
KEPT_DIR = VAR_DIR / "kept"
KEPT_MEGABYTES = environment.whole("ONEMAP_KEPT_MB", 200)
MEDIA_ROOT = PUBLIC_MEDIA_DIR if ONEMAP_SITE == "public" else VAR_DIR / "media"
LEAFLET_CONFIG = {
    "NO_GLOBALS": False,
    "RESET_VIEW": False,
    "TILES": [],
    "ATTRIBUTION_PREFIX": "",
    "SPATIAL_EXTENT": CITY_EXTENT,
    "DEFAULT_CENTER": ((CITY_EXTENT[1] + CITY_EXTENT[3]) / 2, (CITY_EXTENT[0] + CITY_EXTENT[2]) / 2),
    "DEFAULT_ZOOM": 9,
    "MIN_ZOOM": 7,
    "MAX_ZOOM": 18,
}

# --- logs -------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": environment.text("ONEMAP_LOG_LEVEL", "WARNING")},
}
