"""The site as production serves it, on a database of its own, for measuring."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
VAR = CHECKOUT / "var" / "bench"
WORKERS = 2


def environment(port=8000, **more):
    """The environment of a process of the measured site."""
    return {
        # Ways to give are set up; nobody is asked for money, but where a benchmark starts the double itself.
        "DARAJA_DOUBLE": "http://127.0.0.1:9",
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "imlu.settings.demo",
        "PYTHONPATH": f"{CHECKOUT / 'site'}:{CHECKOUT}",
        "VAR_DIR": str(VAR),
        "PORT": str(port),
        "PAYSTACK_DOUBLE": "http://127.0.0.1:9",
        **more,
    }


def run(script, *arguments):
    """Run a Python script of the checkout on the measured site's database; return what it printed."""
    command = [sys.executable, script, *arguments]
    answer = subprocess.run(command, cwd=CHECKOUT, env=environment(), capture_output=True, text=True)
    if answer.returncode:
        sys.exit(f"bench: `{script} {' '.join(arguments)}` failed: {answer.stderr[-800:]}")
    return answer.stdout


def free_port():
    """A port that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def served():
    """Serve the site with two workers; yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "imlu.wsgi:application"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--threads", "1", "--max-requests", "0"]
    server = subprocess.Popen(
        command, cwd=CHECKOUT, env=environment(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://localhost:{port}"
    try:
        for _ in range(120):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/robots.txt", timeout=2):
                break
            time.sleep(0.25)
        yield address
    finally:
        server.terminate()
        server.wait(20)
