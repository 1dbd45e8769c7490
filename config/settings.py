"""Every setting, in Django's order. Environment variables are read here only.

``ANWANG_MODE`` chooses what the settings are for: ``demo`` (the default: embedded
servers, http on this machine), ``production`` or ``test``.
"""

from pathlib import Path

from csp.constants import NONE, SELF

from config import places
from config.api_settings import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401
from config.env import Environment, refuse_unsafe_production
from config.logs import LEVELS, logging_configuration
from config.passwords import AUTH_PASSWORD_VALIDATORS, PASSWORD_HASHERS  # noqa: F401
from config.schedule import BEAT_SCHEDULE
from config.secret import choose_secret

BASE_DIR = Path(__file__).resolve().parent.parent

# The environment ------------------------------------------------------------
env = Environment()
MODE = env.choice("ANWANG_MODE", ("demo", "production", "test"), "demo")
PRODUCTION = MODE == "production"
TESTING = MODE == "test"
VAR = env.folder("ANWANG_VAR", BASE_DIR / "var") / ("test" if TESTING else "")
BIND = env.text("ANWANG_BIND", "127.0.0.1")
PORT = env.number("ANWANG_PORT", 8000, low=1, high=65535)
WEB_WORKERS = env.number("ANWANG_WEB_WORKERS", 2, low=1, high=64)
DEBUG = env.flag("ANWANG_DEBUG", default=False)
HOSTS = env.words("ANWANG_HOSTS")
GIVEN_SECRET = env.text("ANWANG_SECRET_KEY")
FIELD_KEYS = env.words("ANWANG_FIELD_KEY")
SIGN_IN_FAILURES = env.number("ANWANG_SIGN_IN_FAILURES", 5, low=3, high=10)
SIGN_IN_LOCK_MINUTES = env.number("ANWANG_SIGN_IN_LOCK_MINUTES", 15, low=15, high=60)
OPERATORS_NEED_SECOND_FACTOR = env.flag(
    "ANWANG_OPERATOR_SECOND_FACTOR", default=PRODUCTION
)
BEHIND_PROXY = env.flag("ANWANG_BEHIND_PROXY", default=False)
DATABASE_ROLE = env.choice("ANWANG_DB_ROLE", ("app", "owner"), "app")
EMBEDDED_DATABASE = not env.given("DATABASE_URL")
APP_DATABASE = env.database(
    "DATABASE_URL", places.database_url(VAR, role=places.APP_ROLE)
)
OWNER_DATABASE = env.database(
    "DATABASE_OWNER_URL", places.database_url(VAR, role=places.OWNER_ROLE)
)
EMBEDDED_REDIS = not env.given("REDIS_URL")
REDIS_URL = env.address("REDIS_URL", places.redis_url(VAR), ("redis", "rediss", "unix"))
SMTP = env.smtp("ANWANG_SMTP_URL")
DEFAULT_FROM_EMAIL = env.text("ANWANG_MAIL_FROM", "anwang@localhost")
TILES = env.address("ANWANG_TILES", "", ("http", "https"))
METRICS_TOKEN = env.text("ANWANG_METRICS_TOKEN")
BOUNDARY_CORNERS = env.number("ANWANG_BOUNDARY_CORNERS", 20_000, low=1000, high=50_000)
BOUNDARY_AWAY = env.number("ANWANG_BOUNDARY_AWAY", 5_000, low=0, high=500_000)  # metres
LOG_LEVEL = env.choice("ANWANG_LOG_LEVEL", LEVELS, "INFO")
env.read_elsewhere("ANWANG_CHROMIUM", "ANWANG_REQUIRE_BROWSER")  # by the tests
if DATABASE_ROLE == "owner" and not EMBEDDED_DATABASE:
    env.require("DATABASE_OWNER_URL")
if PRODUCTION:
    refuse_unsafe_production(env, debug=DEBUG, secret=GIVEN_SECRET)
env.finish()

# Core -----------------------------------------------------------------------
SECRET_KEY = GIVEN_SECRET or choose_secret(VAR)
OWN_HOSTS = ["localhost", "127.0.0.1", "[::1]"]  # health checks on the same machine
ALLOWED_HOSTS = [*HOSTS, *OWN_HOSTS]
if not PRODUCTION and not HOSTS and BIND not in OWN_HOSTS:
    ALLOWED_HOSTS = ["*"]  # a demo that was opened to phones nearby on purpose
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS if host != "*"]

INSTALLED_APPS = [
    "config",
    "portal",
    "assessment",
    "inspections",
    "hazards",
    "risks",
    "enterprises",
    "grids",
    "notices",
    "evidence",
    "workdays",
    "journal",
    "accounts",
    "tenants",
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # its templates, which ours may override
    "mptt",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "template_partials",
    "leaflet",
    "csp",
]

MIDDLEWARE = [
    "config.middleware.ObserveRequests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "journal.middleware.RememberRequest",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.watching.WatchSessions",
    "accounts.middleware.RequireSignIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tenants.middleware.TenantMiddleware",
    "config.middleware.ExplainNotAllowed",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.shell",
            ],
        },
    },
]

# guardian asks for its own backend; ours are grids.access and no has_perm(x, obj).
# HSTS preload is a decision about the whole domain, not this host's to take.
SILENCED_SYSTEM_CHECKS = ["guardian.W001", "security.W021"]

# Databases ------------------------------------------------------------------
DATABASES = {
    "default": {
        **(OWNER_DATABASE if DATABASE_ROLE == "owner" else APP_DATABASE),
        "CONN_MAX_AGE": 0 if TESTING else 300,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache: nothing essential lives here; without Redis it is simply empty.
CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"db": "1", "socket_timeout": 0.5, "socket_connect_timeout": 0.5},
        "KEY_PREFIX": "anwang",
    },
    # Public pages, in the process itself: a scanned code answers without Redis and
    # without the database. Each entry is a few kilobytes and lives for a minute.
    "public": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "public",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

# Sign-in --------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.UsernameOrPhoneBackend"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
ANONYMOUS_USER_NAME = None  # guardian must not make a user that belongs to nobody
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False

# Sessions stand in the database: reporting goes on while Redis is away.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_FAILURE_VIEW = "portal.account_views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"

# Security -------------------------------------------------------------------
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *env.origins(TILES)],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 40  # some more than a form may keep, so that it says so
FILE_UPLOAD_PERMISSIONS = 0o640

# Language and time ----------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"

# Files ----------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION  # a demo needs no collectstatic
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 60
MEDIA_ROOT = VAR / "media"
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": HASHED if PRODUCTION else PLAIN},
}

# Mail: to the console until ANWANG_SMTP_URL says where to -------------------
MAILER = "smtp" if SMTP.host else "console"
EMAIL_BACKEND = f"django.core.mail.backends.{MAILER}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = SMTP.host, SMTP.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = SMTP.user, SMTP.password
EMAIL_USE_TLS, EMAIL_USE_SSL = SMTP.starttls, SMTP.tls
EMAIL_TIMEOUT = 10

# Maps: no tiles are fetched from anywhere until ANWANG_TILES says so.
LEAFLET_CONFIG = {"TILES": [("", TILES, {})] if TILES else [], "RESET_VIEW": False}

# Celery: what depends on the place; how it works stands in config/celery.py ---
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = TESTING
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat.schedule")

# Logs -----------------------------------------------------------------------
LOGGING = logging_configuration(LOG_LEVEL)
