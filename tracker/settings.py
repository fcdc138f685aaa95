"""The one settings file. Values come from the environment; the README's table lists them.

ENVIRONMENT=local (the default) is for one machine: a key is generated, only loopback names are
served. ENVIRONMENT=production takes nothing for granted: it wants a key and the host names, and
serves over https unless told otherwise.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from tracker import environment, sqlite

os.umask(0o077)  # nothing that the program writes is for others to read

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

# Where and how the program runs

ENVIRONMENT = environment.choice("ENVIRONMENT", of=("local", "production"), default="local")
IS_PRODUCTION = ENVIRONMENT == "production"
DEBUG = environment.flag("DEBUG", default=False)
HOST = environment.text("HOST", "127.0.0.1")
PORT = environment.number("PORT", default=8000, low=1, high=65535)
HTTPS = environment.flag("HTTPS", default=IS_PRODUCTION)
PROXIES = environment.proxies("BEHIND_PROXY")
BEHIND_PROXY = PROXIES > 0
SECRET_KEY_FILE = environment.path("SECRET_KEY_FILE", default=VAR_DIR / "secret_key", base=BASE_DIR)
SECRET_KEY = environment.secret_key(
    "SECRET_KEY", key_file=SECRET_KEY_FILE, generate=not IS_PRODUCTION
)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", default=() if IS_PRODUCTION else LOOPBACK)
SUB_PATH = environment.sub_path("SUB_PATH")
FORCE_SCRIPT_NAME = SUB_PATH or None
CSRF_TRUSTED_ORIGINS = environment.origins("TRUSTED_ORIGINS")

if IS_PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG must be off where ENVIRONMENT is production")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is missing: name the hosts, separated by commas")

# What it is made of

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "simple_history",
    "django_htmx",
    "axes",
    "tracker",
    "priorities",
]

MIDDLEWARE = [
    "tracker.middleware.HeadMiddleware",
    "tracker.middleware.SecurityHeadersMiddleware",
    "tracker.middleware.PageCompressionMiddleware",
    "tracker.middleware.HealthMiddleware",
    "tracker.middleware.BadRequestMiddleware",
    "tracker.middleware.HttpsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "priorities.views.landing.LastPlanMiddleware",
    "tracker.kept.KeptPagesMiddleware",
    "tracker.middleware.NoStoreMiddleware",
    "tracker.middleware.KeptAnswerMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tracker.arrival.WholeFormMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tracker.uploads.StoredFilesMiddleware",
    "tracker.middleware.NullCharacterMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tracker.idle.IdleMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tracker.middleware.SignInRequiredMiddleware",
    "tracker.middleware.MethodNotAllowedMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tracker.lockout.SprayMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
CSRF_FAILURE_VIEW = "tracker.errors.csrf_failure"

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
                "priorities.views.changed.spoken",
            ],
            "builtins": [
                "priorities.templatetags.address_tags",
                "priorities.templatetags.day_tags",
                "priorities.templatetags.same_tags",
                "priorities.templatetags.word_tags",
            ],
        },
    },
]

# Data

DATABASES = {
    "default": environment.database(
        "DATABASE_URL", default="sqlite:///var/tracker.sqlite3", base=BASE_DIR
    )
}
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = not IS_SQLITE
if IS_SQLITE:
    DATABASES["default"] |= {"ENGINE": sqlite.engine(), "OPTIONS": sqlite.options()}
else:
    DATABASES["default"]["OPTIONS"] = environment.WAITS | DATABASES["default"]["OPTIONS"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

EVIDENCE_DIR = environment.path("EVIDENCE_DIR", default=VAR_DIR / "evidence", base=BASE_DIR)
BACKUP_DIR = environment.path("BACKUP_DIR", default=VAR_DIR / "backups", base=BASE_DIR)
KEPT_PAGES_MB = environment.number("KEPT_PAGES_MB", default=16, low=0, high=4096)
REPORT_FONTS = environment.choice("REPORT_FONTS", of=("gb2312", "windows"), default="gb2312")

# Uploads: evidence is up to 10 files of 20 MB on one form, with its text beside it.

EVIDENCE_MAX_FILES = 10
EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
REQUEST_MAX_BYTES = EVIDENCE_MAX_FILES * EVIDENCE_MAX_BYTES + 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FILES = 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "tracker.uploads.TemporaryFileUploadHandler",
]

# People, sessions, passwords

AUTH_USER_MODEL = "priorities.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_MINUTES = environment.number("SESSION_IDLE_MINUTES", default=120, low=5, high=720)
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Five wrong passwords for one name from one address lock that pair for a quarter of an hour.
# The pair, because an office sits behind one address: a name alone lets anybody lock out a
# colleague, an address alone locks out the whole office.

AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "tracker.errors.locked_out"
AXES_CLIENT_IP_CALLABLE = "tracker.lockout.client_address"
AXES_USERNAME_CALLABLE = "tracker.lockout.user_name"
AXES_DISABLE_ACCESS_LOG = True  # nobody's log-ins are counted
AXES_SENSITIVE_PARAMETERS = [
    *("username", "ip_address"),
    *("old_password", "new_password1", "new_password2"),
]
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # a lock ends by itself; `manage.py axes_reset` ends it sooner

# Transport

SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = f"{SUB_PATH}/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [f"^{SUB_PATH}/static/".replace("/", "", 1)]  # they are public
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# A subdomain is not ours to bind to https, and a preload list cannot be left again.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# Language and time: Chinese unless the browser or the switch asks for English.

LANGUAGE_CODE = environment.choice("DEFAULT_LANGUAGE", of=("zh-hans", "en"), default="zh-hans")
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]  # each in its own words
LOCALE_PATHS = [BASE_DIR / "priorities" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Static files, served by WhiteNoise under names that carry a hash of their content

STATIC_URL = "static/"
STATIC_ROOT = environment.path("STATIC_ROOT", default=VAR_DIR / "static", base=BASE_DIR)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tracker.static_files.StaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Logging: to stderr, without what people typed. Axes would name the person and the address, and
# a wrong Host header is the sender's fault and no error of ours.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["one_line"],
        },
        "none": {"class": "logging.NullHandler"},
    },
    "filters": {"one_line": {"()": "tracker.unavailable.OneLine"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
        "django.security": {"handlers": ["none"], "propagate": False},
        "axes": {"handlers": ["none"], "propagate": False},
    },
}
