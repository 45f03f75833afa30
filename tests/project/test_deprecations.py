"""What Django and Wagtail will take away is an error in our own code, in tests (pyproject.toml) and at start-up."""

import re
import subprocess
import sys
import tomllib
import warnings

import pytest
from django.conf import settings
from django.utils.deprecation import RemovedInDjango60Warning, RemovedInDjango61Warning
from wagtail.utils import deprecation

RULES = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))["tool"]
ROOMS = [*RULES["importlinter"]["root_packages"], "tests"]
OF_WAGTAIL = [value for name, value in vars(deprecation).items() if name.startswith("RemovedInWagtail")]
KINDS = [DeprecationWarning, PendingDeprecationWarning, RemovedInDjango60Warning, RemovedInDjango61Warning, *OF_WAGTAIL]


def warn(kind, module):
    """Warn as if this module had done what is deprecated."""
    warnings.warn_explicit("do it otherwise", kind, f"{module}.py", 1, module=module)


@pytest.mark.upgrade
@pytest.mark.parametrize("kind", KINDS)
def test_in_our_code_it_is_an_error(kind):
    assert len(OF_WAGTAIL) >= 2
    for room in ROOMS:
        for module in (room, f"{room}.models", f"{room}.deeper.module"):
            with pytest.raises(kind):
                warn(kind, module)


@pytest.mark.upgrade
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_one_too_where_django_or_wagtail_is_blamed_for_our_templates_and_settings(kind):
    for module in ("django.conf", "django.template.base", "wagtail.admin.templatetags.wagtailadmin_tags"):
        with pytest.raises(kind):
            warn(kind, module)


@pytest.mark.upgrade
@pytest.mark.parametrize(
    "module", ["wagtail_localize.models", "django_filters", "taggit.managers", "corelib", "newsletter"]
)
def test_another_package_s_own_is_not(module):
    with pytest.warns(DeprecationWarning):
        warn(DeprecationWarning, module)


@pytest.mark.upgrade
def test_nothing_of_ours_is_deprecated_at_start_up():
    # Wagtail shows its warnings by a filter that it puts before ours, so start-up is looked at from outside.
    result = subprocess.run(
        [sys.executable, "-W", "default", "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "imlu.settings.test"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    folder = re.escape(str(settings.BASE_DIR))
    ours = re.findall(rf"^{folder}/(?!\.venv)\S+:\d+: \w+Warning: .*", result.stderr, re.MULTILINE)
    assert ours == []
    assert "no issues" in result.stdout
