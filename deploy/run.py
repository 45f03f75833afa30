"""Prepare this checkout and start it: what `make run`, `make dev` and `make test` do.

    python3 deploy/run.py run | dev | install | test [--without-browser | --only-browser] [pytest's arguments]
                          | test-next [--upgrade] [pytest's arguments]

Only the standard library, and only what Python 3.6 can read: an old Python must be able to say that it is too old.
Everything that is made lies in `.venv/`, `.venv-next/` (for the next Wagtail) and `var/`. Whatever goes wrong is one
sentence and exit code 1.

From the environment: PORT (8000) and PYTHON (the Python to use; else the newest that is found).
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

OLDEST = (3, 11)
CANDIDATES = ["python3.13", "python3.12", "python3.11", "python3", sys.executable]
LOOPBACK = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
HIGHEST_PORT = 65535
RUN_DUE_EVERY = 60  # seconds
# The first is Chromium without windows: twenty visitors took 2 s of processor instead of 10.
BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
SKIPPED = "skipped "  # how a line of `manage.py load_content` begins about a file that an editor's work stands in for
SIGN_IN = b"Sign in as "  # how a line of `manage.py ensure_admin` begins
EXIFTOOL = ["libimage-exiftool-perl", "libarchive-zip-perl"]  # Debian's packages
PROCESSES = 3  # of pytest, on two cores: a test that waits for an answer leaves its core to another
NO_TEST_SELECTED = 5  # pytest's exit code
INTERRUPTED = 130  # the shell's custom

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_NEXT = ROOT / ".venv-next"
VENV_PYTHON = VENV / "bin" / "python"
RUNTIME, TOOLS, NEXT = "requirements.txt", "requirements-dev.txt", "requirements-next.txt"


class Stop(Exception):
    """The one sentence that tells the user what is wrong."""


class Finish(Exception):
    """The system asks to stop (SIGTERM, or the terminal was closed)."""


# ---------------------------------------------------------------------------------------------------------------------
# Settings, log and steps


def setting(name, default):
    """Return a variable of the environment, or of the `.env` file, or the default."""
    if os.environ.get(name):
        return os.environ[name]
    for line in read(ROOT / ".env").splitlines():  # as the settings read it (imlu.settings.env)
        key, _, value = line.partition("=")
        if key in (name, "export " + name) and value.strip():
            return value.strip().strip("\"'")
    return default


def read(path):
    """Return a small file's text; nothing if there is none. What isn't text does no harm here: manage.py says so."""
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""


VAR = ROOT / setting("VAR_DIR", "var")
LOG = VAR / "log" / "run.log"


def environment(settings):
    """Return the environment for the project's own programs."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": f"imlu.settings.{settings}", "PYTHONUNBUFFERED": "1"}
    env["PYTHONPATH"] = f"{ROOT / 'site'}{os.pathsep}{ROOT}"
    env["PORT"] = str(port())
    return env


def port():
    """Return the port to serve on. Raises Stop if PORT is not a port."""
    text = setting("PORT", "8000")
    if not (text.isdigit() and 1 <= int(text) <= HIGHEST_PORT):
        raise Stop(f"PORT must be a number from 1 to {HIGHEST_PORT}; it is '{text}'.")
    return int(text)


def open_log(mode="ab"):
    """Open the log of this run; its folder is made first."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    return LOG.open(mode)


@contextlib.contextmanager
def alone():
    """Hold off another command here: two that prepare at once would spoil each other's packages and database."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (LOG.parent / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop("Another `make` is preparing this checkout: wait until it is ready.") from None
        yield


@alone()
def new_log():
    """Begin the log of this run."""
    open_log("wb").close()


@contextlib.contextmanager
def step(what):
    """Print what is done, and then how many seconds it took."""
    started = time.monotonic()
    print(f"  {what:44}", end="", flush=True)
    try:
        yield
    except BaseException:
        print()
        raise
    print(f"{time.monotonic() - started:6.1f} s", flush=True)


def reason(output):
    """Return what a failed program says about why: its sentence, or the last line of a traceback."""
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    for number, line in enumerate(lines):
        if line.startswith(("manage.py: ", "imlu.wsgi: ")):
            return line.partition(": ")[2]
        if line.startswith("CommandError: "):  # mistakes in content files: a line for each
            return "\n".join([line.partition(": ")[2], *lines[number + 1 : number + 20]])
    return lines[-1] if lines else "it said nothing."


def logged(*command, env=None):
    """Run a command with its output going to the log. Returns (exit code, that output, its lines for the user).

    Lines about signing in are for the user: they are returned and not logged, because they may hold a password.
    """
    command = [str(word) for word in command]
    lines = []
    with open_log() as log:
        log.write(f"\n$ {' '.join(shlex.quote(word) for word in command)}\n".encode())
        log.flush()
        start = log.tell()
        process = subprocess.Popen(
            command, cwd=str(ROOT), env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
        )
        with ended_with_us(process):
            for line in process.stdout:
                if line.startswith(SIGN_IN):
                    lines.append(line.decode("utf-8", "replace").rstrip())
                else:
                    log.write(line)
                    log.flush()
            code = process.wait()
    return code, log_since(start), lines


def log_since(start):
    """Return what was logged after a position."""
    with LOG.open("rb") as log:
        log.seek(start)
        return log.read().decode("utf-8", "replace")


@contextlib.contextmanager
def ended_with_us(process):
    """End the process when we are interrupted."""
    try:
        yield
    except BaseException:
        process.terminate()
        process.wait()
        raise


# ---------------------------------------------------------------------------------------------------------------------
# Python and its packages


def probe(python):
    """Return ((3, 11, 2), whether it can make environments) for a Python program, or None if it can't be run."""
    code = (
        "import sys\nprint('.'.join(map(str, sys.version_info[:3])))\n"
        "try:\n    import ensurepip, venv\n    print('venv')\nexcept ImportError:\n    print('no venv')"
    )
    try:
        output = subprocess.check_output(
            [str(python), "-c", code], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ).decode()
        version, venv = output.strip().splitlines()
        return tuple(int(part) for part in version.split(".")), venv == "venv"
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def dotted(version):
    """Return (3, 11, 2) as 3.11.2."""
    return ".".join(map(str, version))


def choose_python():
    """Return the Python for a new environment. Raises Stop if there is none that will do."""
    wanted = os.environ.get("PYTHON")
    found = []
    for python in [wanted] if wanted else CANDIDATES:
        answer = probe(python)
        if answer:
            found.append((python, *answer))
    if not found:
        raise Stop(f"Python {dotted(OLDEST)} or newer is needed, and {wanted or 'python3'} can't be run.")
    new = [each for each in found if each[1] >= OLDEST]
    if not new:
        raise Stop(f"Python {dotted(OLDEST)} or newer is needed, this is {dotted(max(each[1] for each in found))}.")
    for python, _, has_venv in new:
        if has_venv:
            return python
    package = f"python{dotted(new[0][1][:2])}-venv"
    raise Stop(f"Python's venv module is missing; on Debian or Ubuntu: sudo apt install {package}")


def ensure_venv(venv):
    """Make an environment, unless there is one that works (and is of the Python that was asked for)."""
    wanted = os.environ.get("PYTHON")
    now, asked = probe(venv / "bin" / "python"), probe(wanted) if wanted else None
    if now and now[0] >= OLDEST and (not wanted or (asked and asked[0][:2] == now[0][:2])):
        # Packages lie in a folder with the version's name: after an upgrade of the system's Python there are none.
        pip = venv / "lib" / f"python{dotted(now[0][:2])}" / "site-packages" / "pip"
        if pip.is_dir():
            return
    python = choose_python()
    with step(f"Python environment {venv.name}"):
        code, output, _ = logged(python, "-m", "venv", "--clear", venv)
    if code:
        raise Stop(f"The Python environment {venv.name} could not be made: {reason(output)}")


def fingerprint(paths, *more):
    """Return one hash over the names and contents of files."""
    digest = hashlib.sha256(repr(more).encode())
    for path in sorted(set(paths)):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


@alone()
def install(dev=False):
    """Install the pinned packages into `.venv`, if their lists or the Python changed since the last time."""
    ensure_venv(VENV)
    lists = [RUNTIME, TOOLS] if dev else [RUNTIME]
    stamps = {"installed-runtime": stamp(VENV, RUNTIME)}
    if dev:
        stamps["installed-tools"] = stamp(VENV, *lists)
    if all(read(VENV / name) == text for name, text in stamps.items()):
        return
    pip_install(VENV, lists)
    for name, text in stamps.items():
        (VENV / name).write_text(text, encoding="utf-8")


@alone()
def install_next():
    """Install the same packages into `.venv-next`, and then the next Wagtail over them."""
    ensure_venv(VENV_NEXT)
    done, text = VENV_NEXT / "installed", stamp(VENV_NEXT, RUNTIME, TOOLS, NEXT)
    if read(done) == text:
        return
    pip_install(VENV_NEXT, [RUNTIME, TOOLS])
    pip_install(VENV_NEXT, [NEXT], "--no-deps")  # all that it needs is in these lists, as the next line checks
    code, output, _ = logged(VENV_NEXT / "bin" / "python", "-m", "pip", "check")
    if code:
        raise Stop(f"The packages of {NEXT} don't fit the others: {reason(output)}")
    done.write_text(text, encoding="utf-8")


def stamp(venv, *lists):
    """Return the fingerprint of an environment with the packages of these lists."""
    return fingerprint([ROOT / name for name in lists], probe(venv / "bin" / "python"))


def pip_install(venv, lists, *flags):
    """Install lists of packages, each file of which must have the hash that is in the list. Raises Stop."""
    words = [word for name in lists for word in ("-r", name)]
    with step(f"packages of {lists[-1]}"):
        code, output, _ = logged(
            *(venv / "bin" / "python", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"),
            *("--require-hashes", *flags, *words),
        )
    if code:
        raise Stop(pip_reason(lists[-1], output))


def pip_reason(name, output):
    """Return the sentence for a failed pip."""
    if "No space left on device" in output:
        return f"The packages of {name} could not be installed: the disk is full."
    offline = ("NewConnectionError", "name resolution", "Timeout", "unreachable", "ProxyError", "from versions: none")
    if any(sign in output for sign in offline):
        return f"The packages of {name} could not be downloaded: is this machine online?"
    errors = [line[len("ERROR: ") :] for line in output.splitlines() if line.startswith("ERROR: ")]
    return f"The packages of {name} could not be installed: {errors[-1] if errors else reason(output)}"


# ---------------------------------------------------------------------------------------------------------------------
# The site


def check_port(number):
    """Raise Stop if something listens on the port already, at either of localhost's addresses."""
    for family, address in LOOPBACK:
        with contextlib.closing(socket.socket(family)) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((address, number))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    other = number + 1 if number < HIGHEST_PORT else 8000
                    raise Stop(
                        f"Port {number} is in use, perhaps by another `make run`: "
                        f"stop that, or choose another port: make run PORT={other}"
                    ) from None
                if error.errno == errno.EACCES:
                    raise Stop(f"Port {number} is for root only: choose one above 1023.") from None


def static_fingerprint():
    """Return one hash over all that the collected static files depend on."""
    folders = {ROOT / "static", *ROOT.glob("*/static")} - {VAR / "static"}
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return fingerprint([*files, ROOT / "requirements.txt", *ROOT.glob("site/imlu/settings/*.py")])


@alone()
def prepare(env, collectstatic):
    """Migrate, load the content, collect the static files, make the first account: `manage.py prepare`.

    Says which files of the content were skipped, and why. Returns its lines about signing in.
    """
    flags = [] if collectstatic else ["--no-collectstatic"]
    with step("database, content" + (", static files" if collectstatic else "")):
        code, output, lines = logged(VENV_PYTHON, "manage.py", "prepare", *flags, env=env)
    if code:
        raise Stop(reason(output))
    for line in output.splitlines():
        if line.startswith(SKIPPED):
            print(f"  {line}", flush=True)
    return lines


class Server:
    """The web server, and `manage.py run_due` every minute beside it, each in a process group of its own."""

    def __init__(self, env, number):
        """Remember how to start them; nothing is started yet."""
        self.url = f"http://127.0.0.1:{number}/"
        self.env = {"WEB_CONCURRENCY": "2", **env, "BIND": f"127.0.0.1:{number}"}
        self.log = self.web = self.due = None
        self.due_at = self.log_start = 0

    def __enter__(self):
        """Start the web server."""
        self.log = open_log()
        self.log_start = self.log.tell()
        self.web = self.start("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py")
        return self

    def __exit__(self, *_):
        """Stop both, gently first. A second Ctrl-C does not interrupt that."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.end(self.due)
        self.end(self.web)
        self.log.close()

    def start(self, *words):
        """Start a program of `.venv` out of reach of the terminal's Ctrl-C, which we pass on ourselves."""
        return subprocess.Popen(
            [str(VENV_PYTHON), *words],
            cwd=str(ROOT),
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    @staticmethod
    def end(process, patience=10):
        """End a process and whatever it started."""
        for sign in (signal.SIGTERM, signal.SIGKILL) if process else ():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
                return

    def check(self):
        """Raise Stop if the web server has ended."""
        code = self.web.poll()
        if code is not None:
            raise Stop(f"The web server ended by itself (exit code {code}): {reason(log_since(self.log_start))}")

    def until_ready(self, patience=90):
        """Wait until the site's first page answers. Raises Stop if it does not, or not well."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy
        until = time.monotonic() + patience
        while time.monotonic() < until:
            self.check()
            try:
                opener.open(self.url, timeout=patience).close()
                return
            except urllib.error.HTTPError as error:
                raise Stop(f"The site runs, but its first page answers with an error ({error.code}).") from None
            except OSError:
                time.sleep(0.1)
        raise Stop(f"The site did not answer within {patience} seconds.")

    def until_stopped(self):
        """Watch the web server, and run what is due every minute, until a signal or the server's end."""
        while True:
            self.check()
            code = self.due.poll() if self.due else 0
            if code:
                print(
                    f"run_due failed (exit code {code}), trying again in a minute; see {os.path.relpath(LOG)}",
                    flush=True,
                )
                self.due = None
            if code is not None and time.monotonic() >= self.due_at:
                self.due = self.start("manage.py", "run_due")
                self.due_at = time.monotonic() + RUN_DUE_EVERY
            time.sleep(0.5)


@contextlib.contextmanager
def doubles(env, number):
    """Run the programs that stand in for M-Pesa and Paystack, and say in `env` where they are: no money moves."""
    started = []
    try:
        for name in ("daraja", "paystack"):
            words = ["-m", f"donations.doubles.{name}", "--port", "0", "--site", f"http://127.0.0.1:{number}"]
            process = subprocess.Popen(
                [str(VENV_PYTHON), *words],
                cwd=str(ROOT),
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            started.append(process)
            # "Daraja (M-Pesa): http://127.0.0.1:40123 — a demo, no money moves"
            said = process.stdout.readline().decode().split()
            env[f"{name.upper()}_DOUBLE"] = next(filter(lambda word: word.startswith("http"), said), "")
        yield env
    finally:
        for process in started:
            Server.end(process)


def run():
    """`make run`: prepare the site and serve it as production would, until the user stops it."""
    started = time.monotonic()
    number = port()
    check_port(number)
    new_log()
    print("Preparing the site", flush=True)
    install()
    with doubles(environment("demo"), number) as env:
        serve(env, number, started)


def serve(env, number, started):
    """Prepare the site and serve it until the user stops it. `started` is when `make run` began (time.monotonic)."""
    stamp, stamp_file = static_fingerprint(), VAR / "static-collected"
    collect = read(stamp_file) != stamp or not (VAR / "static" / "staticfiles.json").exists()
    lines = prepare(env, collect)
    stamp_file.write_text(stamp, encoding="utf-8")
    check_port(number)
    with Server(env, number) as server:
        with step("web server"):
            server.until_ready()
        address = f"http://localhost:{number}/"
        print(f"\nThe site      {address}\nin Kiswahili  {address}sw/\nfor staff     {address}admin/")
        for line in lines:
            print(f"              {line}")
        print("giving        a demo, no money moves: M-Pesa “pays” after a few seconds by itself")
        print(
            f"\nReady after {time.monotonic() - started:.1f} s. Ctrl-C stops it. Log: {os.path.relpath(LOG)}",
            flush=True,
        )
        server.until_stopped()


def dev():
    """`make dev`: the auto-reloading server with the debug tools."""
    number = port()
    check_port(number)
    new_log()
    install(dev=True)
    with doubles(environment("dev"), number) as env:
        for line in prepare(env, collectstatic=False):
            print(line, flush=True)
        code = attached(VENV_PYTHON, "manage.py", "runserver", f"127.0.0.1:{number}", env=env)
    if code:
        raise Stop(f"The development server ended with exit code {code}.")


# ---------------------------------------------------------------------------------------------------------------------
# The tests


def attached(*command, env):
    """Run a command on this terminal and return its exit code."""
    process = subprocess.Popen([str(word) for word in command], cwd=str(ROOT), env=env)
    with ended_with_us(process):
        return process.wait()


def rights():
    """Return the words that give a command root's rights without asking, or None."""
    if os.geteuid() == 0:
        return []
    with contextlib.suppress(OSError):
        if subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
            return ["sudo", "-n"]
    return None


def apt_install(*packages):
    """Try to install Debian's packages. Returns whether that worked."""
    words = rights()
    if words is None or not shutil.which("apt-get"):
        return False
    get = [*words, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    with step(f"Debian's {packages[0]}"):
        for command in (["install"], ["update"], ["install"]):  # the package lists may be missing or old
            more = ["--no-install-recommends", *packages] if command == ["install"] else []
            code, _, _ = logged(*get, *command, *more)
            if code == 0 and more:
                return True
    return False


def find_chromium():
    """Return the path of a Chromium, installing one if that may be. Raises Stop if there is none."""
    named = os.environ.get("CHROMIUM")

    def systems():
        return shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)

    def playwrights():
        code = "from playwright.sync_api import sync_playwright as a\nwith a() as p: print(p.chromium.executable_path)"
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            path = subprocess.check_output([str(VENV_PYTHON), "-c", code]).decode().strip()
            return path if Path(path).exists() else None
        return None

    path = systems() or playwrights()
    for package in () if path else BROWSERS[:2]:
        if apt_install(package, "fonts-liberation"):
            path = systems()
            break
    if not path:
        with step("Playwright's Chromium"):
            logged(VENV_PYTHON, "-m", "playwright", "install", "chromium")
        path = playwrights()
    if not path:
        raise Stop("The tests need Chromium: sudo apt install chromium-headless-shell (or set CHROMIUM to its path).")
    return path


def reads_office_files():
    """Return whether exiftool is there, with the Perl module by which it reads Office files."""
    return bool(shutil.which("exiftool")) and not subprocess.call(
        ["perl", "-MArchive::Zip", "-e", "1"], stderr=subprocess.DEVNULL
    )


def exiftool():
    """Make sure that there is an exiftool. Raises Stop if not."""
    if not reads_office_files() and not apt_install(*EXIFTOOL):
        raise Stop(f"The tests need exiftool: sudo apt install {' '.join(EXIFTOOL)}")


def pytest(venv, which, arguments, env):
    """Run the tests that an expression of marks selects in PROCESSES; a file's browser and site stay in one."""
    # A file's tests share what they begin with: worksteal divides a file only where a process would be idle.
    how = "worksteal" if "not browser" in which else "loadfile"
    processes = ["-n", str(PROCESSES), "--dist", how]
    return attached(venv / "bin" / "python", "-m", "pytest", *processes, "-m", which, *arguments, env=env)


def test(arguments):
    """`make test`: all tests, those in a real browser last. Further arguments go to pytest. Returns the exit code."""
    halves = {"--without-browser": ["not browser"], "--only-browser": ["browser"]}.get("".join(arguments[:1]))
    if halves:
        arguments = arguments[1:]
    halves = halves or ["not browser", "browser"]
    new_log()
    install(dev=True)
    env = environment("test")
    if "browser" in halves:
        env["CHROMIUM"] = find_chromium()
    exiftool()
    codes = [pytest(VENV, half, arguments, env) for half in halves]
    failed = [code for code in codes if code not in (0, NO_TEST_SELECTED)]
    return failed[0] if failed else min(codes)


def test_next(arguments):
    """`make test-next`: the tests without a browser on the next Wagtail; with `--upgrade` those marked `upgrade`."""
    which = "not browser"
    if arguments[:1] == ["--upgrade"]:
        which, arguments = "upgrade and not once and not browser", arguments[1:]
    new_log()
    install_next()
    exiftool()
    return pytest(VENV_NEXT, which, arguments, environment("test"))


def main(arguments):
    """Do what the first argument says. Returns the exit code."""

    def finish(*_):
        raise Finish

    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGHUP, finish)
    commands = {"run": run, "dev": dev, "install": lambda: install(dev=True)}
    try:
        if arguments[:1] == ["test"]:
            return test(arguments[1:])
        if arguments[:1] == ["test-next"]:
            return test_next(arguments[1:])
        if len(arguments) == 1 and arguments[0] in commands:
            commands[arguments[0]]()
            return 0
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    except Stop as sentence:
        print(sentence, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or ROOT} can't be used: {error.strerror or error}.", file=sys.stderr)
    except (KeyboardInterrupt, Finish):
        print("\nStopped.")
        return 0 if arguments[:1] in (["run"], ["dev"]) else INTERRUPTED
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
