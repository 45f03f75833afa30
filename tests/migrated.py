"""A migrated, empty SQLite database, kept between runs of the tests: all migrations take twenty seconds, a copy none.

It is named after all that makes it: our migrations, what runs after them, and the pinned packages. Anything else that
has changed is brought up to date as ever, since Django migrates a database that it keeps too.
"""

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
CACHE = CHECKOUT / "var" / "test-cache"
SOURCES = ["*/migrations/*.py", "*/roles.py", "*/apps.py", "requirements*.txt", "site/imlu/settings/*.py"]
KEPT = 3


def kept():
    """The file of the kept database (Path), whether it is there or not."""
    import django
    import wagtail

    digest = hashlib.sha256(f"{django.__version__} {wagtail.__version__}".encode())
    for path in sorted(path for pattern in SOURCES for path in CHECKOUT.glob(pattern)):
        digest.update(f"{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes() + b"\0")
    return CACHE / f"migrated-{digest.hexdigest()[:16]}.sqlite3"


def copy(source, target):
    """Copy an SQLite database that may be open (paths). What is half copied never has the target's name."""
    half = Path(f"{target}.{os.getpid()}")
    half.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(half)) as new:
        old.backup(new)
    half.rename(target)


def keep(database):
    """Keep a freshly migrated database for later runs, and only the last few of those kept."""
    CACHE.mkdir(parents=True, exist_ok=True)
    copy(database, kept())
    for path in sorted(CACHE.glob("migrated-*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        path.unlink(missing_ok=True)
