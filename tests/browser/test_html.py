"""The Nu HTML checker finds no error on any kind of page, in both languages."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.addresses import WALKS
from tests.browser.house import CHECKOUT

pytestmark = pytest.mark.browser
PLACES = [
    CHECKOUT / "var/vnu/node_modules/vnu-jar/build/dist/vnu.jar",
    CHECKOUT / "var/vnu/build/dist/vnu.jar",
    CHECKOUT / "node_modules/vnu-jar/build/dist/vnu.jar",
]


def checker():
    """The command of the checker; the test fails with one line where something is missing."""
    jar = next((path for path in [Path(os.environ.get("VNU_JAR") or "/nowhere"), *PLACES] if path.is_file()), None)
    if not shutil.which("java"):
        pytest.fail("The HTML checker needs Java: sudo apt install default-jre-headless", pytrace=False)
    if not jar:
        pytest.fail("The HTML checker is missing: npm install --prefix var/vnu vnu-jar (or set VNU_JAR)", pytrace=False)
    return ["java", "-jar", jar, "--errors-only", "--format", "json"]


# The pages for errors, made without a server and without asking the database.
ERRORS = """if True:
    import django, json
    django.setup()
    from django.test import RequestFactory
    from django.http import HttpResponseNotAllowed
    from core.views import bad_request, server_error, wrong_method
    read_only = wrong_method(lambda request: HttpResponseNotAllowed(["GET"]))
    views = {"/500/": server_error, "/sw/500/": server_error, "/400/": bad_request, "/405/": read_only}
    print(json.dumps({path: view(RequestFactory().get(path)).content.decode() for path, view in views.items()}))
"""


def test_no_error(site, tmp_path):
    command = checker()
    sources = {}
    for address, language in WALKS:
        path = address.path(language)
        status, _headers, html = site.get(path)
        assert status == address.status, path
        sources[path] = html
    for path in ("/donate/general/frame/example/", "/sw/mchango/general/frame/example/"):
        status, _headers, sources[path] = site.get(path)
        assert status == 200, path
    sources |= json.loads(site.run_python(ERRORS))
    for number, html in enumerate(sources.values()):
        (tmp_path / f"{number}.html").write_text(html)
    said = subprocess.run([*command, *tmp_path.glob("*.html")], capture_output=True, text=True, check=False).stderr
    messages = json.loads(said)["messages"]
    paths = list(sources)
    problems = []
    for message in messages:
        number = int(re.search(r"(\d+)\.html$", message["url"]).group(1))
        problems.append(
            f"{paths[number]} line {message.get('lastLine')}: {message['message']} {message.get('extract')}"
        )
    assert not problems, "\n".join(problems)
    assert len(sources) == len(WALKS) + 6 >= 77
