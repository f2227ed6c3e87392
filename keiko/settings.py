"""Every setting of Keiko, from the environment. `docs/settings.md` lists them with their defaults.

What is not given falls back to the embedded services of this checkout, so that a newcomer needs
to set nothing and an operator can replace each part.
"""

import hashlib
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from keiko.adminsite import THEME
from keiko.env import envbool, envint, envlist, envsecret, envstr, secret_path
from keiko.objectstorage import attachment_storage
from keiko.replicadatabase import replica_database
from keiko.secretfile import load_or_make
from keiko.services import embedded_services, publishable
from keiko.witnesslist import witness_list

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(envstr("KEIKO_VAR", str(BASE_DIR / "var"))).resolve()
_embedded = embedded_services(VAR_DIR)

# --- The site -------------------------------------------------------------------------------------
DEBUG = envbool("DEBUG", default=False)
SECRET_KEY = envsecret("SECRET_KEY") or load_or_make(
    VAR_DIR / "keys" / "secret_key", lambda: secrets.token_urlsafe(50)
)
PUBLIC_URL = envstr("PUBLIC_URL", _embedded.get("PUBLIC_URL", "http://localhost:8000")).rstrip("/")
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = envlist(
    "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", _public.hostname or "localhost"]
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
_HTTPS = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
# Not "no-referrer": under it browsers send `Origin: null` with forms, which Django must refuse.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

ROOT_URLCONF = "keiko.urls"
WSGI_APPLICATION = "keiko.wsgi.application"
AUTH_USER_MODEL = "keiko.User"
LOGIN_URL = "passport:login"
LOGIN_REDIRECT_URL = "passport:timeline"
LOGOUT_REDIRECT_URL = "passport:login"

INSTALLED_APPS = [
    "unfold",  # the admin's theme; before the admin, whose templates it replaces
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "csp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "keiko",
    "lrs",
    "chain",
    "anchoring",
    "passport",
]

MIDDLEWARE = [
    "keiko.shortpath.short_path",  # answers /xapi/; the rest is for pages
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "keiko" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# The verification page may ask any node that its visitor names, so connections are open;
# scripts, styles, fonts and pictures come from us alone.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF, "http:", "https:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# --- PostgreSQL -----------------------------------------------------------------------------------
DATABASE_URL = envsecret("DATABASE_URL") or _embedded.get(
    "DATABASE_URL", "postgresql://localhost/keiko"
)
_primary = dj_database_url.parse(DATABASE_URL)
DATABASES = {
    "default": {
        **_primary,
        "OPTIONS": {
            # A server that vanished without a word is given up: requests of a store wait for the one that writes
            # (docs/decisions/0077), and TCP by itself would take a quarter of an hour.
            "tcp_user_timeout": 20_000,  # milliseconds without an acknowledgement
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            **_primary.get("OPTIONS", {}),
            # For the one statement that writes statements (lrs.statements.store); the others are never prepared.
            "prepare_threshold": 5 if envbool("DATABASE_PREPARE", default=True) else None,
            "pool": {
                "min_size": 1,
                "max_size": envint("DATABASE_POOL_SIZE", 12, minimum=1),
                "timeout": envint("DATABASE_POOL_TIMEOUT", 10, minimum=1),
            },
        },
    },
}
# Reads of statements may go to a streaming replica (lrs.statements.replica), unless it is so many seconds behind.
DATABASE_REPLICA_URL = envsecret("DATABASE_REPLICA_URL") or ""
REPLICA_MAX_LAG = envint("REPLICA_MAX_LAG", 10, minimum=1)
if DATABASE_REPLICA_URL:
    DATABASES["replica"] = replica_database(DATABASE_REPLICA_URL)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Languages and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "keiko" / "locale"]
FORMAT_MODULE_PATH = ["keiko.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = envstr("TIME_ZONE", "UTC")

# --- Static files ---------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "keiko.staticfiles.ModuleManifestStorage"},
    "attachments": attachment_storage(
        envsecret("ATTACHMENT_STORAGE_URL") or "", VAR_DIR / "attachments"
    ),
}
MEDIA_ROOT = VAR_DIR / "media"

# --- The admin ------------------------------------------------------------------------------------
UNFOLD = THEME

# --- xAPI -----------------------------------------------------------------------------------------
XAPI_MAX_BODY_BYTES = envint("XAPI_MAX_BODY_BYTES", 8 * 1024 * 1024, minimum=1024)
XAPI_MAX_DOCUMENT_BYTES = envint("XAPI_MAX_DOCUMENT_BYTES", 8 * 1024 * 1024, minimum=1024)
XAPI_MAX_BATCH = envint("XAPI_MAX_BATCH", 5_000, minimum=1)
XAPI_MAX_PAGE = envint("XAPI_MAX_PAGE", 500, minimum=1)
# A credential's secret is kept only as an HMAC under this key; changing it voids every credential.
XAPI_SECRET_KEY = envsecret("XAPI_SECRET_KEY") or load_or_make(
    VAR_DIR / "keys" / "xapi_secret_key", lambda: secrets.token_hex(32)
)
# Rejected requests, for administrators to look at. Their bodies are personal data.
XAPI_REJECTIONS_KEPT = envint("XAPI_REJECTIONS_KEPT", 1_000)
XAPI_REJECTIONS_DAYS = envint("XAPI_REJECTIONS_DAYS", 30, minimum=1)
XAPI_REJECTIONS_BODY_BYTES = envint("XAPI_REJECTIONS_BODY_BYTES", 2_048)
XAPI_REJECTIONS_BODY_HOURS = envint("XAPI_REJECTIONS_BODY_HOURS", 72)
# The sums of the admin's graphs: those of minutes are forgotten, those of hours stay.
INGESTION_MINUTES_DAYS = envint("INGESTION_MINUTES_DAYS", 14, minimum=1)
XAPI_TOKEN_SECONDS = envint("XAPI_TOKEN_SECONDS", 900, minimum=1)
DATA_UPLOAD_MAX_MEMORY_SIZE = XAPI_MAX_BODY_BYTES
# How soon a new statement is found in its course, class and session.
HIERARCHY_INTERVAL = timedelta(seconds=envint("HIERARCHY_INTERVAL_SECONDS", 2, minimum=1))

# --- REST -----------------------------------------------------------------------------------------
# A client is a credential of a store, as in xAPI: no session, no cookie, no form, no browsable pages.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["lrs.api.authentication.StoreAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["lrs.api.rest.permissions.HasScope"],
    "DEFAULT_PARSER_CLASSES": ["lrs.api.rest.parsers.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "lrs.api.rest.framework.on_error",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "URL_FORMAT_OVERRIDE": None,
}

# --- Attachments ----------------------------------------------------------------------------------
ATTACHMENT_MAX_BYTES = envint("ATTACHMENT_MAX_BYTES", 50 * 1024 * 1024, minimum=1)
ATTACHMENT_MAX_REQUEST_BYTES = envint(
    "ATTACHMENT_MAX_REQUEST_BYTES", 100 * 1024 * 1024, minimum=1024
)
# Patterns such as image/*; empty: every type. What a browser could run is served as a download.
ATTACHMENT_CONTENT_TYPES = envlist("ATTACHMENT_CONTENT_TYPES", [])
# unix:/run/clamav/clamd.ctl or tcp://host:3310; empty: no virus scanner.
ATTACHMENT_CLAMD = envstr("ATTACHMENT_CLAMD", "")
ATTACHMENT_CLAMD_TIMEOUT_SECONDS = envint("ATTACHMENT_CLAMD_TIMEOUT_SECONDS", 30, minimum=1)

# --- OpenAPI --------------------------------------------------------------------------------------
SPECTACULAR_SETTINGS = {
    "TITLE": "Keiko",
    "DESCRIPTION": "An xAPI Learning Record Store (1.0.3 and 2.0), and the learning hierarchy that it keeps.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "AUTHENTICATION_WHITELIST": [],  # lrs.api.openapi says how it is opened
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "tagsSorter": "alpha"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "lrs.api.openapi.merge.add_xapi",
        "anchoring.openapi.add_log",
    ],
}

# --- The log --------------------------------------------------------------------------------------
# The origin names this log for ever; it is the first line of every checkpoint.
LOG_ORIGIN = envstr("LOG_ORIGIN", "keiko.localhost")
LOG_NAME = envstr("LOG_NAME", "Keiko (development)")
# One key; several, separated by white space, while keys change (`manage.py log_keys`, docs/keys.md).
_log_key_file = VAR_DIR / "keys" / "log_signing_key"
LOG_SIGNING_KEY = envsecret("LOG_SIGNING_KEY") or load_or_make(
    _log_key_file, lambda: secrets.token_hex(32)
)
LOG_SIGNING_KEY_PATH = secret_path("LOG_SIGNING_KEY", _log_key_file)
SEED_KEY = envsecret("SEED_KEY") or load_or_make(
    VAR_DIR / "keys" / "seed_key", lambda: secrets.token_hex(32)
)
# What was erased, by numbers alone: apart from the database, whose backups bring the erased back (docs/erasure.md).
ERASURE_LEDGER = Path(envstr("ERASURE_LEDGER", str(VAR_DIR / "erasures.jsonl")))
LOG_INTERVAL = timedelta(seconds=envint("LOG_INTERVAL_SECONDS", 1, minimum=1))
# Commitments of a long queue are made by so many processes at once.
LOG_PROCESSES = envint("LOG_PROCESSES", 2, minimum=1)
LOG_MAX_DELAY = timedelta(seconds=envint("LOG_MAX_DELAY_SECONDS", 60, minimum=1))
LOG_WITNESSES_REQUIRED = envint("LOG_WITNESSES_REQUIRED", 0)
LOG_WITNESSES = witness_list(envlist("LOG_WITNESSES", []), LOG_WITNESSES_REQUIRED)
LOG_WITNESS_INTERVAL = timedelta(seconds=envint("LOG_WITNESS_INTERVAL_SECONDS", 10, minimum=1))
LOG_WITNESS_TIMEOUT = timedelta(seconds=envint("LOG_WITNESS_TIMEOUT_SECONDS", 5, minimum=1))
ANCHOR_INTERVAL = timedelta(seconds=envint("ANCHOR_INTERVAL_SECONDS", 3600, minimum=1))

# The operator's monitor goes over the whole log so often; 0: only `manage.py monitor` does. What it
# remembers is outside the database, so that a restored backup is seen.
MONITOR_INTERVAL = timedelta(seconds=envint("MONITOR_INTERVAL_SECONDS", 86_400))
MONITOR_DIR = Path(envstr("MONITOR_DIR", str(VAR_DIR / "monitor")))

# --- The chain ------------------------------------------------------------------------------------
CHAIN_URL = envsecret("CHAIN_URL") or _embedded.get("CHAIN_URL", "")
# The node's address that verifiers are given. CHAIN_URL itself only where it carries no key.
CHAIN_PUBLIC_URL = envstr("CHAIN_PUBLIC_URL", publishable(CHAIN_URL))
CHAIN_ADAPTER = envstr("CHAIN_ADAPTER", "uniques")
CHAIN_COLLECTION = envint("CHAIN_COLLECTION", 1)
# A secret URI (`//Alice`), a seed phrase or a 0x seed. Empty: //Alice on a development chain, an
# error on any other.
CHAIN_SIGNER = envsecret("CHAIN_SIGNER") or ""
CHAIN_TIMEOUT_SECONDS = envint("CHAIN_TIMEOUT_SECONDS", 20, minimum=1)

# --- Celery ---------------------------------------------------------------------------------------
CELERY_BROKER_URL = envsecret("CELERY_BROKER_URL") or "filesystem://"
if CELERY_BROKER_URL.startswith("filesystem:"):
    _queue = VAR_DIR / "celery"
    for _folder in ("queue", "processed", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "queue"),
        "data_folder_out": str(_queue / "queue"),
        "processed_folder": str(_queue / "processed"),
        "control_folder": str(_queue / "control"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celery" / "beat-schedule")
# Each run of a periodic task finds out by itself what is due, so a run that waited too long in the
# queue is dropped: the next one does its work.
CELERY_BEAT_SCHEDULE = {
    "sequence": {
        "task": "anchoring.tasks.sequence",
        "schedule": LOG_INTERVAL,
        "options": {"expires": 30},
    },
    "count-arrivals": {
        "task": "lrs.tasks.count_arrivals",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 60},
    },
    "purge": {
        "task": "lrs.tasks.purge",
        "schedule": timedelta(minutes=30),
        "options": {"expires": 600},
    },
    "hierarchy": {
        "task": "lrs.tasks.follow_hierarchy",
        "schedule": HIERARCHY_INTERVAL,
        "options": {"expires": 30},
    },
    "make-partitions": {
        "task": "lrs.tasks.make_partitions",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "train-dictionary": {
        "task": "lrs.tasks.train_dictionary",
        "schedule": timedelta(hours=1),
        "options": {"expires": 600},
    },
    "erase": {
        "task": "passport.tasks.erase",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "cosign": {
        "task": "anchoring.tasks.cosign",
        "schedule": LOG_WITNESS_INTERVAL,
        "options": {"expires": 30},
    },
    "anchor": {
        "task": "anchoring.tasks.anchor",
        "schedule": min(ANCHOR_INTERVAL, timedelta(seconds=5)),
        "options": {"expires": 30},
    },
}
if MONITOR_INTERVAL:
    CELERY_BEAT_SCHEDULE["monitor"] = {
        "task": "anchoring.tasks.monitor",
        "schedule": min(MONITOR_INTERVAL, timedelta(seconds=30)),
        "options": {"expires": 30},
    }

# --- Logging --------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": envstr("LOG_LEVEL", "INFO")},
    "loggers": {
        # The chain client logs the payloads that it signs.
        "substrateinterface": {"level": "WARNING"},
        "scalecodec": {"level": "WARNING"},
        "websocket": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        "csp": {"level": "ERROR"},
        # One task a second: what goes wrong is worth a line, that it went well is not.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": hashlib.sha256(str(VAR_DIR).encode()).hexdigest()[:16],
    },
}
