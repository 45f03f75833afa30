"""`make run` on a small stand-in of the project: its refusals are one sentence, and it leaves nothing behind."""

import ast
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent

MANAGE = """
import pathlib, sys
var = pathlib.Path("var")
with open("calls.txt", "a") as calls:
    calls.write(" ".join(sys.argv[1:]) + chr(10))
if sys.argv[1] == "prepare":
    (var / "static").mkdir(parents=True, exist_ok=True)
    (var / "static" / "staticfiles.json").touch()
    print("Migrating")
    print("skipped pages/about.md: changed by an editor since it was loaded")
    print("Sign in as admin, with the password correct-horse (shown this once).")
"""
WSGI = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""


@pytest.fixture
def project(tmp_path):
    """A checkout with the real deploy/ and a stand-in for everything else; its .venv is the Python of the tests."""
    shutil.copytree(CHECKOUT / "deploy", tmp_path / "deploy")
    for name, text in {
        "manage.py": MANAGE,
        "site/imlu/__init__.py": "",
        "site/imlu/wsgi.py": WSGI,
        "static/site.css": "",
        "requirements.txt": "# nothing\n",
        ".venv/bin/python": f'#!/bin/sh\nexec "{sys.executable}" "$@"\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".venv/bin/python").chmod(0o755)
    (tmp_path / f".venv/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages/pip").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def port():
    """A port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def environment(**variables):
    """The environment for run.py: nothing of the machine's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, **{name: str(value) for name, value in variables.items()}}


def refused(project, **variables):
    """Run `run`, expect one sentence and exit code 1, and return the sentence."""
    result = subprocess.run(
        [sys.executable, project / "deploy/run.py", "run"],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1, result
    assert "Traceback" not in result.stdout + result.stderr
    (sentence,) = result.stderr.splitlines()
    return sentence


def fake_python(folder, *said):
    """A program that answers like a Python of another version."""
    path = folder / "fake-python"
    path.write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in said))
    path.chmod(0o755)
    return path


def test_old_pythons_can_read_it():
    ast.parse((CHECKOUT / "deploy/run.py").read_text(), feature_version=(3, 6))


def test_old_python(project):
    shutil.rmtree(project / ".venv")
    python = fake_python(project, "3.9.2", "venv")
    assert refused(project, PYTHON=python) == "Python 3.11 or newer is needed, this is 3.9.2."


def test_no_python(project):
    shutil.rmtree(project / ".venv")
    assert refused(project, PYTHON="/nowhere/python") == (
        "Python 3.11 or newer is needed, and /nowhere/python can't be run."
    )


def test_missing_venv_module(project):
    shutil.rmtree(project / ".venv")
    python = fake_python(project, "3.12.1", "no venv")
    assert refused(project, PYTHON=python) == (
        "Python's venv module is missing; on Debian or Ubuntu: sudo apt install python3.12-venv"
    )


@pytest.mark.parametrize("number", ["abc", "0", "-1", "65536", "80 80"])
def test_wrong_port(project, number):
    assert refused(project, PORT=number) == f"PORT must be a number from 1 to 65535; it is '{number}'."


@pytest.mark.parametrize("text", ['# comment\nPORT="x"\n', "export PORT=x\n"])
def test_port_from_dotenv(project, text):
    (project / ".env").write_text(text)
    assert refused(project) == "PORT must be a number from 1 to 65535; it is 'x'."


def test_dotenv_that_is_no_text(project):
    (project / ".env").write_bytes(b"\xff\xfe\nPORT=x\n")
    assert refused(project) == "PORT must be a number from 1 to 65535; it is 'x'."


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::1"])
def test_busy_port(project, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        server = socket.create_server((address, 0), family=family)
    except OSError:
        pytest.skip("this machine has no IPv6") if ":" in address else pytest.fail("no port could be opened")
    with server:
        number = server.getsockname()[1]
        assert refused(project, PORT=number).startswith(f"Port {number} is in use")


def test_folder_that_cannot_be_written(project, port):
    (project / "var").write_text("a file where a folder should be")
    assert "can't be used" in refused(project, PORT=port)


def test_another_that_is_preparing(project, port):
    log = project / "var/log/run.log"
    log.parent.mkdir(parents=True)
    log.write_text("of the other\n")
    with (log.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert refused(project, PORT=port) == "Another `make` is preparing this checkout: wait until it is ready."
    assert log.read_text() == "of the other\n"


def test_no_network(project, port):
    (project / "requirements.txt").write_text(f"no-such-package-of-ours==1.0 --hash=sha256:{'0' * 64}\n")
    sentence = refused(
        project,
        PORT=port,
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_RETRIES=1,
    )
    assert sentence == "The packages of requirements.txt could not be downloaded: is this machine online?"


@pytest.mark.parametrize(
    ("flag", "why"),
    [("", "Hashes are required"), (f" --hash=sha256:{'0' * 64}", "THESE PACKAGES DO NOT MATCH THE HASHES")],
)
def test_package_without_the_right_hash(project, port, tmp_path, flag, why):
    about = "Metadata-Version: 2.1\nName: ours\nVersion: 1.0\n"
    with zipfile.ZipFile(tmp_path / "ours-1.0-py3-none-any.whl", "w") as wheel:
        for name, text in {"METADATA": about, "WHEEL": "Wheel-Version: 1.0\n", "RECORD": ""}.items():
            wheel.writestr(f"ours-1.0.dist-info/{name}", text)
    (project / "requirements.txt").write_text(f"ours==1.0{flag}\n")
    local = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": 1, "PIP_FIND_LINKS": tmp_path, "PIP_TARGET": tmp_path / "x"}
    assert f"could not be installed: {why}" in refused(project, PORT=port, **local)


@pytest.mark.parametrize(
    ("last_words", "sentence"),
    [
        ("manage.py: DATABASE_URL names no database.", "DATABASE_URL names no database."),
        ("Traceback (most recent call last):\n  File x\nValueError: wrong", "ValueError: wrong"),
    ],
)
def test_preparing_fails(project, port, last_words, sentence):
    (project / "manage.py").write_text(f"import sys\nsys.exit({last_words!r})\n")
    assert refused(project, PORT=port) == sentence


def test_server_that_cannot_start(project, port):
    (project / "site/imlu/wsgi.py").write_text("import sys\nsys.exit('imlu.wsgi: SECRET_KEY must be set.')\n")
    sentence = refused(project, PORT=port)
    assert sentence.startswith("The web server ended by itself")
    assert "SECRET_KEY must be set." in sentence


def test_first_page_is_an_error(project, port):
    (project / "site/imlu/wsgi.py").write_text(WSGI.replace("200 OK", "500 Oh"))
    assert refused(project, PORT=port) == "The site runs, but its first page answers with an error (500)."


class Running:
    """`make run` on the stand-in, in the background."""

    def __init__(self, project, port):
        self.project, self.port, self.output = project, port, ""

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, self.project / "deploy/run.py", "run"],
            env=environment(PORT=self.port),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for line in self.process.stdout:
            self.output += line
            if line.startswith("Ready after"):
                return self
        pytest.fail(f"it did not start: {self.output}")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.ended(signal.SIGTERM)

    def ended(self, number=None):
        """Send it a signal (if any) and return its exit code."""
        if number:
            self.process.send_signal(number)
        self.output += self.process.communicate(timeout=30)[0]
        return self.process.returncode

    def log(self):
        """What it logged."""
        return (self.project / "var/log/run.log").read_text()

    def calls(self):
        """The commands that it gave to manage.py, in order."""
        return (self.project / "calls.txt").read_text().split("\n")[:-1]


def eventually(condition, seconds=20):
    """Wait until a condition holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serves_and_stops(project, port, number):
    with Running(project, port) as site:
        assert f"http://localhost:{port}/sw/" in site.output
        assert "Sign in as admin, with the password correct-horse" in site.output
        assert "correct-horse" not in site.log()
        assert "Migrating" not in site.output
        assert "  skipped pages/about.md: changed by an editor since it was loaded" in site.output
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/").read() == b"hello"
        eventually(lambda: "run_due" in site.calls())
        assert site.ended(number) == 0
        assert "Stopped." in site.output
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_logs_no_visitor(project, port):
    with Running(project, port) as site:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/secret-page/?name=Jane").close()
        with socket.create_connection(("127.0.0.1", port)) as visitor:
            visitor.sendall(b"GET /secret-page/ nonsense\r\n\r\n")
            assert b" 400 " in visitor.recv(1000)
        eventually(lambda: "A broken request was refused." in site.log())
        said = site.log().replace(f"http://127.0.0.1:{port}", "")
        assert not re.search(r"127\.0\.0\.1|secret-page|Jane|nonsense", said)


def test_says_when_the_server_dies(project, port):
    with Running(project, port) as site:
        master = re.search(r"\[(\d+)\] \[INFO\] Starting gunicorn", site.log()).group(1)
        os.kill(int(master), signal.SIGKILL)
        assert site.ended() == 1
        assert "The web server ended by itself" in site.output


def test_collects_static_files_only_when_something_changed(project, port):
    for change in (None, None, "a {}"):
        if change:
            (project / "static/site.css").write_text(change)
        with Running(project, port):
            pass
    prepared = [call for call in Running(project, port).calls() if call != "run_due"]
    assert prepared == ["prepare", "prepare --no-collectstatic", "prepare"]


def test_unknown_command(project):
    result = subprocess.run([sys.executable, project / "deploy/run.py"], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "run | dev" in result.stderr
