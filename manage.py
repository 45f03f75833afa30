#!/usr/bin/env python
"""Django's command line. A wrong setting or an unreachable database is one sentence, not a traceback."""

import os
import sys
from pathlib import Path


def main():
    # `site/` holds the project package `imlu`; it can't be called `site` itself (the standard library's name).
    sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imlu.settings.dev")

    try:
        from imlu.settings.env import one_sentence
    except ImportError:
        sys.exit("manage.py: the packages are not installed in this Python; use `make run`, or .venv/bin/python.")

    with one_sentence("manage.py"):
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
