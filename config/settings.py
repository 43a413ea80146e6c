"""The settings of every process: this one file, fed by the environment only.

Without a database's address the embedded servers of `var/` are used, and what a local trial needs is filled in (a
generated secret key, local host names, no HTTPS). With one nothing is filled in: what is missing is refused here, what
is unsafe by config.checks.
"""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from config.embedded import Servers
from config.environment import (
    ADDRESS_OF,
    count,
    flag,
    names,
    one_of,
    port,
    positive,
    postgres_address,
    queue_address,
    redis_address,
    stand_ins,
    variable,
)

# Lets Django's classes be written with their types (forms.ModelForm[Client]) at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Servers

VAR = variable(
    "EARNEST_VAR",
    "Folder for the embedded servers' data, logs and the generated secret key.",
    parse=Path,
    default=BASE_DIR / "var",
)
PROCESS = variable(
    "EARNEST_PROCESS",
    "What this process is: web, worker (beat too) or dispatcher. Each has a database role and an address of its own.",
    parse=one_of(*ADDRESS_OF),
    default="web",
)
ADDRESSES = {
    "web": variable(
        ADDRESS_OF["web"], "The database as the web's role (earnest_app).", parse=postgres_address, default=None
    ),
    "worker": variable(
        ADDRESS_OF["worker"],
        "The database as the workers' role (earnest_worker).",
        parse=postgres_address,
        default=None,
    ),
    "dispatcher": variable(
        ADDRESS_OF["dispatcher"],
        "The database as the dispatcher's role (earnest_dispatcher); not through a pooler.",
        parse=postgres_address,
        default=None,
    ),
}
DATABASE_OWNER = variable(
    "DATABASE_OWNER_URL",
    "The database as the owner's role (earnest_owner); only migrations need it.",
    parse=postgres_address,
    default=None,
)
REDIS_URL: str = variable(
    "REDIS_URL", "Valkey or Redis, for the bell, the sign-in lock and the cache.", parse=redis_address, default=""
)

SERVERS = Servers(VAR)
EMBEDDED = not any(ADDRESSES.values())
ERASURES_FILE = variable(
    "ERASURES_FILE",
    "The file in which erasures are noted, outside the database: a restored backup erases those people again.",
    parse=Path,
    default=VAR / "erasures.ndjson" if EMBEDDED else None,
)
if EMBEDDED:
    for process, role in {"web": "earnest_app", "worker": "earnest_worker", "dispatcher": "earnest_dispatcher"}.items():
        ADDRESSES[process] = postgres_address(SERVERS.postgres.url(role=role, database="earnest"))
    DATABASE_OWNER = postgres_address(SERVERS.postgres.url(role="earnest_owner", database="earnest"))
    REDIS_URL = REDIS_URL or SERVERS.valkey.url()
DATABASE = ADDRESSES[PROCESS]
if DATABASE is None:
    raise ImproperlyConfigured(f"EARNEST_PROCESS is {PROCESS}, which needs {ADDRESS_OF[PROCESS]}; only others are set")
if not REDIS_URL:
    raise ImproperlyConfigured("A database is set and REDIS_URL is not: set both, or neither for embedded servers")

ENGINE = "tenants.walls.postgresql"
# A pool that is empty for two seconds answers 503 rather than piling up requests. Workers and the dispatcher do one
# thing at a time.
POOL = {"pool": {"min_size": 1, "max_size": 10, "timeout": 2}} if PROCESS == "web" else {}
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **DATABASE,
        "ENGINE": ENGINE,
        "OPTIONS": {**DATABASE["OPTIONS"], **POOL},  # type: ignore[dict-item]
        "CONN_HEALTH_CHECKS": True,
        # A savepoint inside the transaction that tenants.middleware holds around every request.
        "ATOMIC_REQUESTS": True,
    }
}
if DATABASE_OWNER is not None:
    DATABASES["owner"] = {**DATABASE_OWNER, "ENGINE": ENGINE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "earnest",
    }
}

# --- Background work (docs/decisions/0006-the-ledger.md)

JOB_SLOTS = variable(
    "JOB_SLOTS",
    "How many jobs all workers together do at once; a worker here does this many.",
    parse=positive,
    default=2,
)
PULSE = variable(
    "EARNEST_PULSE",
    "A file that a process touches whenever work goes on; its supervisor sets and watches it.",
    parse=Path,
    default=None,
)
# How long a worker may be silent before its job is given to another. It renews three times as often.
JOB_LEASE = timedelta(seconds=60)
# How long one job may take; longer work is cut into several. Beyond it the lease is no longer renewed.
JOB_TIME_LIMIT = timedelta(minutes=15)
# A job whose bell was not heard is rung again.
JOB_RING_AGAIN = timedelta(seconds=10)
# The wait before the second attempt; it doubles with each.
JOB_BACK_OFF = timedelta(seconds=10)

CELERY_BROKER_URL = queue_address(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A message that was taken and not acknowledged comes again; the ledger then says whether there is anything to do.
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 30,
    "socket_keepalive": True,
    "health_check_interval": 25,
    # The dispatcher does not wait for a Valkey that is frozen: what was not rung is rung with a later look.
    **({"socket_timeout": 1, "socket_connect_timeout": 1} if PROCESS == "dispatcher" else {}),
}
CELERY_TASK_DEFAULT_QUEUE = "earnest"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# The ledger rings again; a message that kills its worker must not be handed to the next one at once.
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_TIME_LIMIT = (JOB_TIME_LIMIT + JOB_LEASE).total_seconds()
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = JOB_SLOTS
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # kB
# Its one entry; what is due and when are rows (tenants.services.schedules).
CELERY_BEAT_SCHEDULE = {"tick": {"task": "tick", "schedule": timedelta(seconds=15)}}
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # keeps nothing in a file

# --- Secrets and hosts


def _generated_secret_key() -> str:
    """A local trial's key, made once and kept, so that sessions and API keys live through a restart."""
    kept = VAR / "secret_key"
    if not kept.exists():
        VAR.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = VAR / f"secret_key.{os.getpid()}"  # whole before anybody sees it
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        with suppress(FileExistsError):  # of two first starts one is earlier
            kept.hardlink_to(fresh)
        fresh.unlink()
    return kept.read_text()


SECRET_KEY = variable(
    "SECRET_KEY", "Signs sessions and API keys; 50 random characters, kept for good.", parse=str, default=""
)
if not SECRET_KEY:
    if not EMBEDDED:
        raise ImproperlyConfigured("A database is set and SECRET_KEY is not: set it to 50 random characters")
    SECRET_KEY = _generated_secret_key()

DEBUG = variable("DEBUG", "Django's debug pages; refused with DATABASE_URL.", parse=flag, default=False)
PORT = variable("PORT", "The port the web server listens on.", parse=port, default=8000)
HOST = variable("HOST", "The address the web server listens on.", parse=str, default="127.0.0.1")
ALLOWED_HOSTS = variable(
    "ALLOWED_HOSTS",
    "Host names this installation answers to, separated by commas.",
    parse=names,
    default=["localhost", "127.0.0.1", "[::1]"] if EMBEDDED else [],
)
HTTPS = variable(
    "HTTPS", "Whether people reach it by HTTPS; makes cookies secure and redirects.", parse=flag, default=not EMBEDDED
)
TRUSTED_PROXIES = variable(
    "TRUSTED_PROXIES", "How many proxies in front append to X-Forwarded-For.", parse=count, default=0
)

SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.failures.stale_form"
SESSION_COOKIE_AGE = int(timedelta(days=7).total_seconds())
# Batches and parts of files may have 5 MB; all else is far smaller, but for files that people hand over in the admin.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
UPLOAD_PATHS = {"/admin/ingestion/fileimport/add/"}
UPLOAD_MAX_BYTES = 256 * 1024 * 1024

# Unfold's Alpine evaluates expressions and its theme is a <style>, so the admin needs these two. No inline script runs.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Applications

INSTALLED_APPS = [
    "config",
    "scoring",
    "ingestion",
    "tenants",
    "unfold.apps.BasicAppConfig",
    "django.contrib.admin.apps.SimpleAdminConfig",  # no autodiscovery: config.urls names the pages there are
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Everything below runs within the tenant and its transaction.
    "tenants.middleware.TenantMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.spelling.SpellingMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Signing in

AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "tenants.services.roles.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_RESET_TIMEOUT = int(timedelta(days=3).total_seconds())

# The cache handler, because a refused request's transaction is rolled back and would take the count with it.
AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "tenants.admin.sign_in.account_tried"
AXES_CLIENT_IP_CALLABLE = "tenants.admin.sign_in.client_address"
AXES_LOCKOUT_CALLABLE = "tenants.admin.passwords.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False

# --- Mail

EMAIL_HOST = variable(
    "EMAIL_HOST", "The mail server; without one mails are printed to the terminal.", parse=str, default=""
)
EMAIL_PORT = variable("EMAIL_PORT", "The mail server's port.", parse=port, default=587)
EMAIL_HOST_USER = variable("EMAIL_HOST_USER", "The mail server's account.", parse=str, default="")
EMAIL_HOST_PASSWORD = variable("EMAIL_HOST_PASSWORD", "The mail account's password.", parse=str, default="")
EMAIL_USE_TLS = True
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = variable(
    "DEFAULT_FROM_EMAIL", "The sender of mails.", parse=str, default="Earnest <earnest@localhost>"
)

# --- Asking platforms

OUTBOUND = variable(
    "OUTBOUND",
    "Whether platforms are asked for what happened (Mastodon, Bluesky, HubSpot); off, nothing is sent to them.",
    parse=flag,
    default=True,
)
OUTBOUND_STAND_INS: dict[str, str] = variable(
    "OUTBOUND_STAND_INS",
    "For trials: asked in a host's place, as in api.hubapi.com=http://127.0.0.1:9000; refused with DATABASE_URL.",
    parse=stand_ins,
    default={},
)

# --- API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenants.api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["tenants.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "tenants.api.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "tenants.api.schema.ProblemSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "tenants.api.exceptions.ProblemHandler",
    "EXCEPTION_FORMATTER_CLASS": "tenants.api.exceptions.ProblemFormatter",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Earnest",
    "DESCRIPTION": "Which engagement is a genuine buying signal, with reasons, and what speaks against it.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",  # whose schemas are JSON Schema, as those of the rows are
    "POSTPROCESSING_HOOKS": [],  # choices stay where they are used: named apart they collide
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Time, language, files

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
STATIC_URL = "static/"
STATIC_ROOT = variable("STATIC_ROOT", "Where an image keeps its collected static files.", parse=str, default=None)
# Without it the files come straight from the packages: no collecting step between a clone and a page.
WHITENOISE_USE_FINDERS = STATIC_ROOT is None

# --- Logs

LOG_LEVEL = variable(
    "LOG_LEVEL",
    "How much is logged: DEBUG, INFO, WARNING or ERROR.",
    parse=one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    default="INFO",
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logging.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "axes": {"level": "WARNING"},
        "celery": {"level": "WARNING"},  # it says every message at INFO
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.template": {"level": "INFO"},  # at DEBUG it says what is on pages, people included
    },
}

# --- The admin's looks

UNFOLD = {
    "ACCOUNT": {"navigation": "tenants.admin.site.account_links"},
    "SITE_TITLE": "Earnest",
    "DASHBOARD_CALLBACK": "config.today.today",
    "SITE_HEADER": "Earnest",
    "SITE_URL": None,
    "SITE_SUBHEADER": "tenants.admin.site.agency_name",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/earnest/mark.svg"}],
    "SITE_ICON": "/static/earnest/mark.svg",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": "config.navigation.navigation"},
}
