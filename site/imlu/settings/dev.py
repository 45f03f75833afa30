"""`make dev`: the demo with DEBUG, unhashed static files, and the debug toolbar where it is installed."""

from importlib.util import find_spec

from .demo import *
from .demo import INSTALLED_APPS, MIDDLEWARE, STORAGES

DEBUG = True
ENVIRONMENT = "development"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# With DEBUG, Django shows a page of its own in place of our 404, which asks for redirects.
MIDDLEWARE = [*MIDDLEWARE, "core.redirects.middleware"]

if find_spec("debug_toolbar"):
    INSTALLED_APPS = [*INSTALLED_APPS, "debug_toolbar"]
    after_gzip = MIDDLEWARE.index("django.middleware.gzip.GZipMiddleware") + 1
    MIDDLEWARE = [*MIDDLEWARE[:after_gzip], "debug_toolbar.middleware.DebugToolbarMiddleware", *MIDDLEWARE[after_gzip:]]
    INTERNAL_IPS = ["127.0.0.1"]
    DEBUG_TOOLBAR_CONFIG = {"SHOW_COLLAPSED": True}
