"""The one settings file. Typed readers, safe defaults, refusal to start on a bad value (anchors rule 18).

What an institution may change is data, in its rulebook, never here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from guanhao.core import env, logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("GUANHAO_VAR", str(BASE_DIR / "var")))

TESTING = "pytest" in sys.modules
DEBUG = env.boolean("GUANHAO_DEBUG", default=False)
DEMO = env.boolean("GUANHAO_DEMO", default=False)
TEST_SWITCH = env.boolean("GUANHAO_TEST_SWITCH", default=False)

SECRET_KEY = env.secret("GUANHAO_SECRET_KEY", default="only-for-tests" * 5 if TESTING else None)
KEK_PATH = Path(env.text("GUANHAO_KEK_PATH", str(VAR_DIR / "keys" / "kek.json")))
LEDGER_KEY_PATH = Path(env.text("GUANHAO_LEDGER_KEY_PATH", str(VAR_DIR / "keys" / "ledger.key")))
# Where checkpoints leave to (LG4): another disk, a mounted server; inside var/ they only survive the database.
LEDGER_OUTSIDE_PATH = Path(env.text("GUANHAO_LEDGER_OUTSIDE_PATH", str(VAR_DIR / "outside")))
EPOCH_PATH = Path(env.text("GUANHAO_EPOCH_PATH", str(VAR_DIR / "keys" / "epoch")))
# The institution that runs the installation, by its key; its system administrators may stop all (docs/publishing.md).
RUN_BY = env.text("GUANHAO_RUN_BY", "")
ALLOWED_HOSTS = list(env.names("GUANHAO_HOSTS", ("127.0.0.1", "localhost", "[::1]")))
CSRF_TRUSTED_ORIGINS = list(env.names("GUANHAO_ORIGINS"))
PUBLIC_URL = env.text("GUANHAO_PUBLIC_URL", "http://127.0.0.1:8800")
TRUSTED_PROXIES = env.names("GUANHAO_TRUSTED_PROXIES")

# Platform base addresses (security §4.1). Loopback is accepted only with the explicit test switch or in a demonstration.
WECHAT_BASE_URL = env.text("GUANHAO_WECHAT_BASE_URL", "https://api.weixin.qq.com")
WEIBO_BASE_URL = env.text("GUANHAO_WEIBO_BASE_URL", "https://api.weibo.com")
# How long one call to a platform may take, connecting included; well below a lease, which is a minute (security §2.3).
PLATFORM_SECONDS = env.integer("GUANHAO_PLATFORM_SECONDS", default=20, least=1, most=40)
# How long before its time a draft may be read again whose publication can be read back (docs/decisions/0007); 0: at the time.
READ_AHEAD_SECONDS = env.integer("GUANHAO_READ_AHEAD_SECONDS", default=60, least=0, most=120)
# A public page that takes a job's mark as last part of its path: where 阅读原文 leads when the author left it free
# (security §2.4, mark 2). Empty: the link stays free, and other marks have to do.
JOB_LINK_URL = env.text(
    "GUANHAO_JOB_LINK_URL", f"{PUBLIC_URL}/v" if PUBLIC_URL.startswith("https://") or DEMO else ""
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guanhao.people",
    "guanhao.limiting",
    "guanhao.ledger",
    "guanhao.steps",
    "guanhao.regulation",
    "guanhao.lexicon",
    "guanhao.cases",
    "guanhao.registry",
    "guanhao.intake",
    "guanhao.contents",
    "guanhao.inbound",
    "guanhao.publishing",
    "guanhao.custody",
    "guanhao.watch",
    "guanhao.inspections",
    "guanhao.notices",
    "guanhao.duties",
    "guanhao.exports",
    "guanhao.documents",
    "guanhao.directory",
    "guanhao.applications",
    "guanhao.handover",
    "guanhao.privacy",
    "guanhao.removal",
    "guanhao.retention",
    "guanhao.process",
    "guanhao.web",
    "guanhao.commands",
]

MIDDLEWARE = [
    "guanhao.web.middleware.Reference",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "guanhao.web.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "guanhao.web.middleware.Tenancy",
    "guanhao.web.limits.Limits",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "guanhao.web.urls"
WSGI_APPLICATION = "guanhao.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "guanhao" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guanhao.web.context.frame",
            ],
            "builtins": ["guanhao.web.templatetags.guanhao"],
        },
    }
]

_DATABASE = env.text("GUANHAO_DATABASE", "sqlite")
_SUFFIX = env.text("GUANHAO_TEST_DB_SUFFIX", "")
DATABASES: dict[str, dict[str, Any]]
if _DATABASE == "sqlite":
    _SQLITE_PATH = env.text("GUANHAO_SQLITE_PATH", str(VAR_DIR / "guanhao.sqlite3"))
    DATABASES = {
        "default": {
            "ENGINE": "guanhao.core.sqlite3",
            "NAME": _SQLITE_PATH,
            # K11: durable and without lost updates; measured in the dependency trials.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "cached_statements": 1000,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;",
            },
            "CONN_MAX_AGE": None,
            "TEST": {"NAME": f"{env.text('GUANHAO_TEST_DIR', '/dev/shm')}/guanhao_test{_SUFFIX}.sqlite3"},  # noqa: S108
        }
    }
elif _DATABASE == "postgres":
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": env.text("GUANHAO_PG_NAME", "guanhao"),
            "HOST": env.text("GUANHAO_PG_HOST", "127.0.0.1"),
            "PORT": env.integer("GUANHAO_PG_PORT", default=5432, least=1, most=65535),
            "USER": env.text("GUANHAO_PG_USER", "guanhao"),
            "PASSWORD": env.secret("GUANHAO_PG_PASSWORD", default=""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "TEST": {"NAME": f"guanhao_test{_SUFFIX}"},
        }
    }
else:
    raise env.BadSetting("GUANHAO_DATABASE", f"is {_DATABASE!r}; write sqlite or postgres.")

# The optional distributed runner (docs/distributed.md): amqp://… or redis://…; it may hold a password, so a file will do.
BROKER_URL = env.secret("GUANHAO_BROKER_URL", default="")
BROKER_PREFIX = env.text("GUANHAO_BROKER_PREFIX", "guanhao")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"

# Sign-in: allauth asks, axes locks out (libraries.md: two limiters mask each other, so axes decides).
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "guanhao.web.belonging.Recognition",
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "guanhao.web.signin.Adapter"
ACCOUNT_RATE_LIMITS = {"login_failed": "1000/m/ip"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # SI5: five minutes.
ACCOUNT_LOGOUT_ON_GET = False
# SI1: whoever decides, publishes or administers owes one. Nobody can switch it off in earnest.
SECOND_FACTOR = not (DEMO or TESTING)
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"
MFA_ADAPTER = "guanhao.web.secondfactor.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "官号"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "guanhao.core.address.client_address"
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "guanhao.people.passwords.ContextWords"},
]

# Sessions (SI4): idle two hours, absolute twelve (kept by the Tenancy middleware).
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 2 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_ABSOLUTE_SECONDS = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "guanhao.web.errors.csrf_failure"
_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
if _HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    SECURE_HSTS_SECONDS = 365 * 86400
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}}
if TESTING:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "guanhao" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
FONTS_PATH = BASE_DIR / "build" / "fonts"  # the Chinese faces of printed forms, brought by set-up
STATICFILES_DIRS = (
    [("vendor", BASE_DIR / "build" / "vendor")] if (BASE_DIR / "build" / "vendor").is_dir() else []
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "media"
# Long exports lie here for seven days; apart from the uploads, so that no backup carries them.
EXPORT_ROOT = VAR_DIR / "exports"
# How long the operator keeps the oldest backup; persons are told it as the day when deleted data is gone from there too.
BACKUP_DAYS = env.integer("GUANHAO_BACKUP_DAYS", default=56, least=1, most=3660)
# Uploads are read whole into a bounded buffer; nothing larger reaches a parser.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

EMAIL_BACKEND = env.text(
    "GUANHAO_EMAIL_BACKEND",
    "django.core.mail.backends.filebased.EmailBackend"
    if DEMO
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = env.text("GUANHAO_EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env.integer("GUANHAO_EMAIL_PORT", default=25, least=1, most=65535)
EMAIL_HOST_USER = env.text("GUANHAO_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.secret("GUANHAO_EMAIL_PASSWORD", default="")
EMAIL_USE_TLS = env.boolean("GUANHAO_EMAIL_TLS", default=False)
DEFAULT_FROM_EMAIL = env.text("GUANHAO_EMAIL_FROM", "guanhao@localhost")

# Who may read /healthz, /readyz and /metrics: a bearer token, addresses, or nobody (then they do not exist).
METRICS_TOKEN = env.secret("GUANHAO_METRICS_TOKEN", default="")
METRICS_ADDRESSES = env.networks("GUANHAO_METRICS_ADDRESSES")

# One JSON object a line on standard error, for the journal; GUANHAO_LOG_SYSLOG=host:port sends the same elsewhere too.
_KNOWN_SECRETS = [
    SECRET_KEY,
    DATABASES["default"].get("PASSWORD", ""),
    EMAIL_HOST_PASSWORD,
    BROKER_URL,
    METRICS_TOKEN,
]
_SYSLOG = env.text("GUANHAO_LOG_SYSLOG", "")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": logs.formatter(_KNOWN_SECRETS, as_json=env.boolean("GUANHAO_LOG_JSON", default=not DEMO))
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {
        "handlers": ["console"],
        "level": env.text("GUANHAO_LOG_LEVEL", "WARNING" if TESTING else "INFO"),
    },
    "loggers": {
        "axes": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
        "httpx2": {"level": "WARNING"},
    },
}
if _SYSLOG:
    _host, _, _port = _SYSLOG.partition(":")
    LOGGING["handlers"]["syslog"] = {  # type: ignore[index]
        "class": "logging.handlers.SysLogHandler",
        "address": (_host, int(_port or 514)),
        "formatter": "lines",
    }
    LOGGING["root"]["handlers"].append("syslog")  # type: ignore[index]
