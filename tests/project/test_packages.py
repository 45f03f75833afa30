"""The lists of packages: the locks are those of the short lists, each file has its hash, each licence is known."""

import re
from importlib import util
from importlib.metadata import requires, version

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

SPEC = util.spec_from_file_location("packages", settings.BASE_DIR / "deploy/packages.py")
packages = util.module_from_spec(SPEC)
SPEC.loader.exec_module(packages)

LOCKS = [packages.SITE, packages.TOOLS, packages.NEXT]
NOT_THE_LOCKED_WAGTAIL = version("wagtail") != packages.version(packages.locked(packages.SITE)["wagtail"])
on_the_locked_wagtail = pytest.mark.skipif(NOT_THE_LOCKED_WAGTAIL, reason="what is installed is requirements-next.txt")


def short_list(lock):
    """The .in list of a lock, as {package: version}."""
    lines = (settings.BASE_DIR / lock.replace(".txt", ".in")).read_text("utf-8").splitlines()
    wanted = [line.split("==") for line in lines if line and line[0] not in "#-"]
    return {canonicalize_name(name): number for name, number in wanted}


def needed(names):
    """The packages, and all that they need here, by what is installed."""
    found, waiting = set(), [(name, frozenset()) for name in names]
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in found:
            continue
        found.add((name, extras))
        for requirement in map(Requirement, requires(name) or []):
            marker = requirement.marker
            if not marker or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                waiting.append((canonicalize_name(requirement.name), frozenset(requirement.extras)))
    return {name for name, _ in found}


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_has_the_versions_of_the_short_list(lock):
    locked, wanted = packages.locked(lock), short_list(lock)
    assert wanted
    assert {name: packages.version(locked[name]) for name in wanted if name in locked} == wanted, "run `make lock`"


@on_the_locked_wagtail
@pytest.mark.parametrize(("lock", "at_least"), [(packages.SITE, 50), (packages.TOOLS, 30)])
def test_the_lock_has_what_the_short_list_needs_and_nothing_else(lock, at_least):
    locked, here = packages.locked(lock), needed(short_list(lock))
    assert len(locked) > at_least
    assert here <= locked.keys(), "missing: run `make lock`"
    everywhere = {name for name, entry in locked.items() if " ; " not in entry}  # not only on some systems
    assert everywhere <= here, "not needed: run `make lock`"


@on_the_locked_wagtail
def test_installed_is_what_is_locked():
    for lock in (packages.SITE, packages.TOOLS):
        for name, entry in packages.locked(lock).items():
            if "win32" not in entry:
                assert version(name) == packages.version(entry), name


def test_the_lists_agree():
    site, tools = packages.locked(packages.SITE), packages.locked(packages.TOOLS)
    shared = site.keys() & tools.keys()
    assert len(shared) > 5
    assert {name: packages.version(site[name]) for name in shared} == {
        name: packages.version(tools[name]) for name in shared
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_each_package_is_pinned_with_hashes(lock):
    text = (settings.BASE_DIR / lock).read_text("utf-8")
    assert len(re.findall(r"^[\w.-]+==", text, re.MULTILINE)) == len(packages.locked(lock))
    for name, entry in packages.locked(lock).items():
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), name


def test_the_next_wagtail_is_a_later_one():
    ours, following = (packages.version(packages.locked(lock)["wagtail"]) for lock in (packages.SITE, packages.NEXT))
    assert Version(following).major > Version(ours).major


@on_the_locked_wagtail
def test_the_licence_list_is_current():
    written = (settings.BASE_DIR / packages.LICENCES).read_text("utf-8")
    assert written == packages.licence_list(), "run `make licences`"


def test_licences_let_us_use_and_hand_on_the_site():
    for name, entry in packages.locked(packages.SITE).items():
        if "win32" not in entry:
            assert re.match(r"(Apache|BSD|ISC|LGPL|MIT|MPL|PSF)", packages.licence(name)), name


DAY = packages.datetime(2026, 11, 1, tzinfo=packages.UTC)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"1.2": (DAY, "")}, []),
        ({"1.2": (DAY, ""), "1.2.3": (DAY, "")}, ["1.2.3 in the same series"]),
        ({"1.2": (DAY, ""), "3.0": (DAY, ">=3.11")}, ["3.0 is the newest"]),
        ({"1.2": (DAY, ""), "3.0": (DAY, ">=3.12")}, ["3.0 is the newest, and needs Python >=3.12"]),
        ({"1.2": (DAY - packages.QUIET, "")}, []),
        ({"1.2": (DAY - 1.1 * packages.QUIET, "")}, ["no release since 2024-08-20"]),
        ({"1.2": (None, "")}, ["the index does not say when it was released"]),
    ],
)
def test_what_is_said_of_a_package(found, said):
    found = {Version(number): about for number, about in found.items()}
    assert packages.remarks(Version("1.2"), found, DAY) == said
