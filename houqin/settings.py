"""All settings, 12-factor: every value that differs between schools comes from the environment.

A wrong value stops the start with a sentence that says which one and why; nothing is guessed.
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()


def _database(name: str) -> dict[str, Any]:
    """The connection that environment variable `name` describes; PostgreSQL only."""
    if not env.str(name, default=""):
        raise ImproperlyConfigured(
            f"{name} is not set. Start through `make run`, which sets it, or give both "
            "DATABASE_URL (role houqin_app) and DATABASE_OWNER_URL (role houqin_owner)."
        )
    config: dict[str, Any] = env.db_url(name)
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"{name} must be a postgres:// address; houqin runs on PostgreSQL only.")
    config["CONN_MAX_AGE"] = 60
    config["CONN_HEALTH_CHECKS"] = True
    # For `houqin.database.prepared` alone: Django's own cursors put values into the text and prepare nothing.
    config.setdefault("OPTIONS", {}).setdefault("prepare_threshold", 2)
    return config


SECRET_KEY = env.str("SECRET_KEY", default="")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must be set and at least 50 characters long (make run makes one).")

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
DATA_DIR = Path(env.str("HOUQIN_DATA", default=str(BASE_DIR / ".data")))

# Without a certificate the browser would never send a Secure cookie back, so a school that has none must
# say so aloud; `check --deploy` and the administrator's home keep naming it.
INSECURE_LAN = env.bool("HOUQIN_INSECURE_LAN", default=False)
TRUSTED_PROXIES = env.int("HOUQIN_TRUSTED_PROXIES", default=0)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "houqin.web.administration.AdministrationConfig",
    "axes",
    "csp",
    "django_htmx",
    "lucide",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "houqin",
    "calendar_plans",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "houqin.web.middleware.PackedPages",
    "houqin.web.middleware.Outage",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "houqin.web.middleware.RememberPerRequest",
    "houqin.web.middleware.ClientAddress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "houqin.web.middleware.SessionLimits",
    "houqin.web.middleware.FirstThings",
    "houqin.web.access.DefaultDeny",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "houqin.urls"
WSGI_APPLICATION = "houqin.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "houqin.web.context.house",
            ],
            "builtins": ["houqin.web.templatetags.houqin"],
        },
    }
]

# Two roles from the first day: the program runs as houqin_app and may neither change tables nor history;
# only migrations use `owner`, and the processes that serve pages are started without its address. In tests
# `default` is a mirror, so they run as the app role too.
DATABASES = {"default": _database("DATABASE_URL")}
if env.str("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = _database("DATABASE_OWNER_URL")
    DATABASES["default"]["TEST"] = {"MIRROR": "owner"}
DATABASE_ROUTERS = ["houqin.database.routing.MigrationsByOwner"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PGHISTORY_APPEND_ONLY = True
PGHISTORY_ADMIN_ALL_EVENTS = False
PROCRASTINATE_ON_APP_READY = "houqin.jobs.configure"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

AUTH_USER_MODEL = "houqin.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "houqin.people.login.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["staff_no", "name", "phone"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = ["houqin.people.login.SchoolArgon2Hasher"]
LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "people:login"

# By account *and* address: by address alone the whole school behind one NAT would be locked out together.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "houqin.web.middleware.client_address"
# The key in the credentials of authenticate(), not the name of the form's field.
AXES_USERNAME_FORM_FIELD = "username"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_WHITELIST_CALLABLE = "houqin.people.login.is_known_device"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "houqin.people.login.locked_out"

# Every refused login takes this long, whether the account is absent, wrong, disabled or out of guesses.
LOGIN_REFUSAL_SECONDS = 0.2

SESSION_ENGINE = "houqin.people.sessions"
SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not INSECURE_LAN
SESSION_COOKIE_NAME = "houqin_session" if INSECURE_LAN else "__Host-houqin_session"
CSRF_COOKIE_NAME = "houqin_csrf" if INSECURE_LAN else "__Host-houqin_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "houqin.web.errors.forged"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = not INSECURE_LAN
SECURE_HSTS_SECONDS = 0 if INSECURE_LAN else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not INSECURE_LAN
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
DATE_FORMAT = "Y-m-d"
FORMAT_MODULE_PATH = ["houqin.web.formats"]

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# The supervisor collects static files before it serves; tests and commands read them where they lie.
WHITENOISE_USE_FINDERS = not STATIC_ROOT.exists()
if WHITENOISE_USE_FINDERS:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MEDIA_ROOT = DATA_DIR / "media"
# Long documents that people ordered; they can be made again, so no backup holds them.
PRINTS_DIR = DATA_DIR / "print-orders"
# Best on another disk: a backup beside its data is lost with it.
BACKUPS_DIR = Path(env.str("HOUQIN_BACKUPS", default="") or DATA_DIR / "backups")
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o640

# In a signed cookie: in the session each message would cost a second commit, and one more when it is read.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SILENCED_SYSTEM_CHECKS = (
    ["security.W004", "security.W008", "security.W012", "security.W016"] if INSECURE_LAN else []
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "houqin.log_lines.ImpersonalLines",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "procrastinate.blueprints": {"level": "WARNING"},
        "procrastinate.jobs": {"level": "WARNING"},
        "procrastinate.periodic": {"level": "WARNING"},
    },
}
