"""The web server's settings, for `make run` and for a real server alike.

    python -m gunicorn --config deploy/gunicorn.conf.py

From the environment: BIND (an address or socket, with commas; 127.0.0.1:8000) and WEB_CONCURRENCY (worker processes).
"""

import gc
import logging
import os
import sys
from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

checkout = Path(__file__).resolve().parent.parent


class QuietLogger(Logger):
    """gunicorn's log without visitors: no access log, and no address or path in the log of errors."""

    def access(self, resp, req, environ, request_time):
        """Write nothing."""

    def warning(self, msg, *args, **kwargs):
        """Log a warning; of a broken request, which gunicorn reports with its address, only that there was one."""
        if str(msg).startswith("Invalid request from"):
            msg, args = "A broken request was refused.", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg, *args, **kwargs):
        """Log an error with its traceback, without the address that was asked for."""
        if str(msg).startswith("Error handling request"):
            msg, args = "Error handling a request", ()
        super().exception(msg, *args, **kwargs)


chdir = str(checkout)
pythonpath = str(checkout / "site")
wsgi_app = "imlu.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000").split(",")

# Pages are computed in Python, so about one process a core. Threads keep slow or idle connections from blocking a
# process (measured on two cores: 57 large pages a second, against 60 with single-threaded workers).
workers = int(os.environ.get("WEB_CONCURRENCY") or max(2, os.cpu_count() or 2))
worker_class = "gthread"
threads = 4
keepalive = 5
# Addresses of any length reach Django, which answers too long ones with a page of ours (nginx stops them at 16 kB).
limit_request_line = 0
timeout = 60
graceful_timeout = 20
# A fresh process now and then: a slow leak of memory never grows old.
max_requests = 5000
max_requests_jitter = 1000
# The heartbeat file in memory: on a busy disk gunicorn would take a waiting worker for a dead one.
memory = "/dev/shm"  # noqa: S108
worker_tmp_dir = memory if os.access(memory, os.W_OK) else None

# Who may say "X-Forwarded-Proto": a proxy on this machine (a Unix socket is always believed).
forwarded_allow_ips = "127.0.0.1,::1"
control_socket_disable = True
logger_class = QuietLogger
# It would warn of every HEAD request, since Django leaves it to the server to drop the body.
logging.getLogger("gunicorn.http.wsgi").setLevel(logging.ERROR)
accesslog = None
errorlog = "-"


def post_worker_init(worker):
    """Take what was loaded at the start out of the garbage collector's rounds: it stays until the process ends.

    A page makes some ten thousand objects and leaves nearly no ring of them behind, so rounds may be rarer, too
    (measured: a tenth of a page's time; docs/performance.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def worker_exit(server, worker):
    """Let a process that refuses to start (a wrong setting: imlu.wsgi says which) stop the whole server.

    gunicorn does so for exceptions, but starts a process that ended by sys.exit() again and again, for ever.
    """
    error = sys.exc_info()[1]
    if isinstance(error, SystemExit) and isinstance(error.code, str) and not worker.booted:
        print(error.code, file=sys.stderr, flush=True)
        error.code = Arbiter.WORKER_BOOT_ERROR
