from django.core.management.base import BaseCommand

from imlu.settings.env import CHECKOUT, REQUIRED, VARIABLES

HEAD = """# Settings

Written by `manage.py write_settings_doc` from the table in `site/imlu/settings/env.py`.
Values come from the environment or from `.env` in the checkout (`NAME=value`, a line each; the environment wins).
In production a missing or wrong one is one sentence at start. `make run` and `make dev` fill in what is required by
themselves (`site/imlu/settings/demo.py`).

| name | kind | default | what it is |
|---|---|---|---|
"""
FOOT = """
Read by `make run` and `make dev` alone: `PORT` (8000), `ADMIN_USERNAME` (admin), `ADMIN_PASSWORD` (made, shown once).
`DJANGO_SETTINGS_MODULE` chooses between `imlu.settings.production` (the server's default), `demo`, `dev` (the default
of `manage.py`) and `test`.
"""


def settings_doc():
    """The text of docs/settings.md."""
    rows = []
    for variable in VARIABLES.values():
        if variable.default is REQUIRED:
            default = "**required**"
        elif variable.name == "VAR_DIR":
            default = "`var` in the checkout"
        elif variable.default in ([], ""):
            default = "none"
        else:
            default = f"`{variable.default}`"
        rows.append(f"| `{variable.name}` | {variable.kind} | {default} | {variable.meaning} |\n")
    return HEAD + "".join(rows) + FOOT


class Command(BaseCommand):
    help = "Write docs/settings.md from the table of settings."

    def handle(self, *args, **options):
        (CHECKOUT / "docs" / "settings.md").write_text(settings_doc())
