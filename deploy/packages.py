"""The packages: lock them with hashes, say which are outdated, list their licences.

    .venv/bin/python deploy/packages.py lock [PACKAGE …] | outdated | licences

`lock` makes the .txt lists of the .in lists (`make lock`); packages that are named are taken to the newest version that
the .in lists allow, all others stay. `outdated` asks the package index (`make outdated`). `licences` writes
docs/licences.md from what is installed (`make licences`).
"""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib.metadata import distribution
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
SITE, TOOLS, NEXT = "requirements.txt", "requirements-dev.txt", "requirements-next.txt"
LICENCES = "docs/licences.md"
OLDEST_PYTHON = "3.11.2"  # Debian 12
QUIET = timedelta(days=2 * 365)  # this long without a release, a package may have no keeper any more
PYPI = "https://pypi.org/simple"


def locked(name):
    """Return {package (canonical name): its entry, with hashes and reasons} of a .txt list."""
    entries = re.findall(r"^\w.*\n(?:[ ]+.*\n)*", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(entry.partition("==")[0]): entry for entry in entries}


def version(entry):
    """Return the version (str) of an entry of a .txt list."""
    return re.match(r"[^=]+==([^ ;]+)", entry)[1]


# ---------------------------------------------------------------------------------------------------------------------
# Lock


def compile_list(name, upgrade):
    """Make one .txt list of its .in list. Versions that stand in the .txt already are kept where they may be."""
    command = [
        *(str(Path(sys.executable).with_name("uv")), "pip", "compile", "--quiet", "--universal", "--generate-hashes"),
        *("--python-version", OLDEST_PYTHON, "--fork-strategy", "fewest"),  # one version of each, for every Python
        *("--output-file", name, name.replace(".txt", ".in")),
        *(f"--upgrade-package={package}" for package in upgrade),
    ]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "make lock"})


def lock(*upgrade):
    """Make the three .txt lists anew."""
    compile_list(SITE, upgrade)
    compile_list(TOOLS, upgrade)
    # The next Wagtail's list begins with the site's versions, and keeps what differs.
    site, differing = locked(SITE), []
    (ROOT / NEXT).write_text("".join({**site, **locked(NEXT)}.values()), "utf-8")
    compile_list(NEXT, upgrade)
    for package, entry in locked(NEXT).items():
        if package not in site or version(entry) != version(site[package]):
            differing.append(entry)
    (ROOT / NEXT).write_text("# Made by `make lock` of requirements-next.in.\n" + "".join(differing), "utf-8")


# ---------------------------------------------------------------------------------------------------------------------
# Outdated


def index_address():
    """Return the address of the package index that pip uses."""
    said = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    found = dict(re.findall(r"^(\S+)\.index-url='(.+)'$", said, re.MULTILINE))
    return (found.get(":env:") or found.get("install") or found.get("global") or PYPI).rstrip("/")


def releases(index, package):
    """Return {Version: (day or None, Python that it needs)} of a package's releases, without yanked and pre-releases.

    Raises OSError if the index can't be asked, ValueError if it does not answer in JSON (PEP 691).
    """
    request = urllib.request.Request(
        f"{index}/{package}/", headers={"Accept": "application/vnd.pypi.simple.v1+json, text/html;q=0.1"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    found = {}
    for file in files:
        try:
            parse = parse_wheel_filename if file["filename"].endswith(".whl") else parse_sdist_filename
            number = parse(file["filename"])[1]
        except ValueError:  # an old kind of file
            continue
        if not file.get("yanked") and not number.is_prerelease:
            day = file.get("upload-time", "")[:10]
            found[number] = (day and datetime.fromisoformat(day).replace(tzinfo=UTC), file.get("requires-python") or "")
    return found


def remarks(ours, found, today):
    """Return what is to be said of a package (a list of sentences) that we have in version `ours`."""
    said = []
    newest = max(found)
    series = max((each for each in found if each.release[:2] == ours.release[:2]), default=ours)
    if series > ours:
        said.append(f"{series} in the same series")
    if newest > max(ours, series):
        needs = found[newest][1]
        fits = SpecifierSet(needs).contains(OLDEST_PYTHON)
        said.append(f"{newest} is the newest" + ("" if fits else f", and needs Python {needs}"))
    last, _ = found[newest]
    if not last:
        said.append("the index does not say when it was released")
    elif today - last > QUIET:
        said.append(f"no release since {last:%Y-%m-%d}")
    return said


def outdated():
    """Print what is outdated and what has had no release for two years. Returns the exit code."""
    index, today = index_address(), datetime.now(UTC)
    ours = {package: version(entry) for name in (SITE, TOOLS) for package, entry in locked(name).items()}

    def ask(package):
        try:
            return remarks(Version(ours[package]), releases(index, package), today)
        except (OSError, ValueError) as error:
            return [f"can't tell: {error}"]

    with ThreadPoolExecutor(4) as pool:
        answers = dict(zip(ours, pool.map(ask, ours), strict=True))
    for package, said in sorted(answers.items()):
        if said:
            print(f"{package:24} {ours[package]:12} {'; '.join(said)}")
    print(f"{sum(not said for said in answers.values())} of {len(ours)} packages are the newest, and kept up.")
    return int(any(said[:1] and said[0].startswith("can't tell") for said in answers.values()))


# ---------------------------------------------------------------------------------------------------------------------
# Licences

SHORT = {  # what older packages write, as SPDX has it
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def licence(package):
    """Return the licence that an installed package names: SPDX, else its classifiers, else the first line of its text.

    Raises PackageNotFoundError if it is not installed.
    """
    installed = distribution(package)
    about = installed.metadata
    if about["License-Expression"]:
        return about["License-Expression"]
    lines = [each for each in about.get_all("Classifier", []) if each.startswith("License :: ")]
    names = [each.rpartition(" :: ")[2] for each in lines if not each.endswith("OSI Approved")]
    if not names:
        text = about["License"] or installed.read_text(f"licenses/{about['License-File']}") or ""
        names = text.strip().splitlines()[:1]
    return " and ".join(SHORT.get(name, name) for name in names)


def licence_list():
    """Return the text of docs/licences.md."""
    site, tools = locked(SITE), locked(TOOLS)
    parts = [
        "# Licences\n\nWhat each installed package says of itself. Written by `make licences`; a test fails when it is "
        "not current.\nFiles that are in this repository: [dependencies.md](dependencies.md#vendored).\n"
    ]
    for title, entries in {
        "The site": site,
        "Tests and checks, never on the server": {name: tools[name] for name in tools if name not in site},
    }.items():
        rows = [f"| {name} | {licence(name)} |" for name in sorted(entries) if "win32" not in entries[name]]
        parts.append("\n".join(["", f"## {title}", "", "| package | licence |", "|---|---|", *rows, ""]))
    return "".join(parts)


def licences():
    """Write docs/licences.md."""
    (ROOT / LICENCES).write_text(licence_list(), "utf-8")


if __name__ == "__main__":
    commands = {"lock": lock, "outdated": outdated, "licences": licences}
    if sys.argv[1:2] and sys.argv[1] in commands and (len(sys.argv) == 2 or sys.argv[1] == "lock"):
        sys.exit(commands[sys.argv[1]](*sys.argv[2:]))
    sys.exit(__doc__.split("\n\n")[1])
