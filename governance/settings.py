"""Settings: the only place that reads the environment."""

import os
from datetime import date
from pathlib import Path
from tempfile import gettempdir

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

# Workbooks are read and written by defusedxml and the standard library, never by the lxml that Word files bring along.
os.environ["OPENPYXL_LXML"] = "False"

env = environ.FileAwareEnv()
# `make run` names no file, so that it never takes the address of a deployed database.
if env_file := env.str("ENV_FILE", default=str(BASE_DIR / ".env")):
    environ.Env.read_env(env_file)

# What this installation is -----------------------------------------------------------------------------------------
DEVELOPMENT = env.bool("DEBUG", default=False)
# The demonstration: the domain's today, and the password of its accounts.
DEMO_TODAY = date.fromisoformat(env.str("DEMO_TODAY")) if env.str("DEMO_TODAY", default="") else None
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="Lantern-ferry-27")
# The demonstration shows the product's own pages for errors, as users of an installation see them.
DEBUG = DEVELOPMENT and DEMO_TODAY is None

SECRET_KEY = env.str("SECRET_KEY", default="only-for-development-" * 3 if DEVELOPMENT else "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEVELOPMENT else [])
if not DEVELOPMENT:
    if not SECRET_KEY:
        raise ImproperlyConfigured("Set SECRET_KEY (see .env.example), or DEBUG=on on a developer's machine.")
    if SECRET_KEY.startswith("change-me"):
        raise ImproperlyConfigured("SECRET_KEY is the example's. Set one of your own (docs/deploy.md says how).")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names by which browsers call this installation.")
    if DEMO_TODAY is not None:
        raise ImproperlyConfigured("DEMO_TODAY is for the demonstration and for DEBUG=on only: remove it.")

CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
COUNTY_NAME = env.str("COUNTY_NAME", default="Yuanqu County")
COUNTY_NAME_ZH = env.str("COUNTY_NAME_ZH", default="垣曲县")
# The organ that issues papers of meetings, as they print it, and the code before its numbers.
ISSUER_NAME = env.str("ISSUER_NAME", default="县委基层治理能力提升专项行动办公室")
ISSUER_SHORT_NAME = env.str("ISSUER_SHORT_NAME", default="县委专项办")
ISSUER_CODE = env.str("ISSUER_CODE", default="县专项办")
# The assessment centre, as its papers print it, and where it is asked.
CENTRE_NAME = env.str("CENTRE_NAME", default=f"{COUNTY_NAME_ZH}考核中心")
CENTRE_SHORT_NAME = env.str("CENTRE_SHORT_NAME", default="县考核中心")
CENTRE_PHONE = env.str("CENTRE_PHONE", default="")

# Applications ------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "governance.people.admin.site.VanguardAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "rules",
    "governance.lists",
    "governance.records",
    "governance.people",
    "teams",
    "teams.meetings",
    "assessments",
    "governance.overview",
]

MIDDLEWARE = [
    "governance.records.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "governance.people.sessions.SignedInMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "governance.records.middleware.AddressMiddleware",
    "governance.records.middleware.NullCharacterMiddleware",
    "governance.records.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
    "governance.records.middleware.SavedTextMiddleware",
]

ROOT_URLCONF = "governance.urls"
WSGI_APPLICATION = "governance.wsgi.application"

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
                "governance.overview.context_processors.masthead",
            ],
        },
    },
]
FORM_RENDERER = "governance.lists.rendering.LeanRenderer"

# Database ----------------------------------------------------------------------------------------------------------
# The demonstration has a database and files of its own.
_own = "vanguard" if DEMO_TODAY is None else "demo"
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / _own}.sqlite3")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # A deferred transaction cannot wait for a writer; an immediate one can (docs/rules.md#editable-rows).
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        "PRAGMA recursive_triggers=ON;",
    }
    # Tests race threads against each other, which a database in memory cannot show.
    _database["TEST"] = {"NAME": str(Path(gettempdir()) / f"vanguard-test-{os.getpid()}.sqlite3")}
else:
    # Compiling a query just in time takes longer than running any of ours; a measure waited a minute for it.
    _database.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    if most := env.int("DATABASE_POOL_MAX", default=8):
        _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": most}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People, sessions, lockout -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "governance.people.backends.PeopleBackend"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "governance.people.passwords.PasswordRule"}]
# "mlps": three of four classes of characters and 90 days, for assessors of multi-level protection who insist.
PASSWORD_POLICY = env.str("PASSWORD_POLICY", default="")
if PASSWORD_POLICY not in ("", "mlps"):
    raise ImproperlyConfigured("PASSWORD_POLICY is mlps or empty.")
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"

# Moved on by what a person does, a minute apart (people/sessions.py).
SESSION_COOKIE_AGE = 30 * 60
SESSION_LONGEST = 12 * 3600  # seconds since signing in, whatever the person does
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # a quarter hour is a quarter hour
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "governance.people.views.account.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "password", "old_password", "new_password1", "new_password2"]
AXES_VERBOSE = False

# Words, dates ------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "vanguard_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["governance.written"]

# Files -------------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = None if DEVELOPMENT else BASE_DIR / "staticfiles"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / ("media" if DEMO_TODAY is None else "demo-media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "governance.static_files.HashedStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEVELOPMENT
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# The largest forms have a line for each of some thousand teams or tasks; the size above bounds them.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
# Evidence: how large a file of each family may be, and how many come at once.
UPLOAD_MEGABYTES = {
    "picture": env.int("UPLOAD_PICTURE_MB", default=20),
    "document": env.int("UPLOAD_PDF_MB", default=30),
    "package": env.int("UPLOAD_OFFICE_MB", default=20),
}
UPLOAD_FILES = 20

# Security ----------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "governance.people.views.account.csrf_failure"
if not DEVELOPMENT:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
    # Whether its other names follow is for the county to decide.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Mail --------------------------------------------------------------------------------------------------------------
# Without an address of a mail server nothing is sent, and `manage.py remind` says so.
SENDS_MAIL = bool(env.str("EMAIL_URL", default=""))
vars().update(env.email_url("EMAIL_URL", default="dummymail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="vanguard@localhost")
SITE_URL = env.str("SITE_URL", default="").rstrip("/")

DJANGO_TABLES2_TEMPLATE = "lists/table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO"), "propagate": False}},
}
