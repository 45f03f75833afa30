"""The tests: the demo on a throw-away database, with files in a temporary folder and a cheap password hasher."""

import os
import tempfile

os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="imlu-test-")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{os.environ['VAR_DIR']}/db.sqlite3")

from .demo import *
from .demo import DATABASES, STORAGES, VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A file, not memory: the browser tests' server and the test share it.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
