"""The WSGI application that gunicorn serves (`PYTHONPATH=site gunicorn imlu.wsgi`)."""

import os

from django.core.wsgi import get_wsgi_application

from imlu.settings.env import one_sentence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imlu.settings.production")

with one_sentence("imlu.wsgi"):
    application = get_wsgi_application()
