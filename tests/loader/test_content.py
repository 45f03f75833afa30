"""The site's own content."""

import io
import re

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command


@pytest.mark.django_db
def test_the_sites_own_content_is_well_formed():
    out = io.StringIO()
    call_command("load_content", check=True, stdout=out)
    assert "all well formed" in out.getvalue()


# Medical and legal advice that IMLU has not given us: it waits in "to be supplied" until IMLU has reviewed it.
UNREVIEWED = re.compile(
    r"see a doctor|mwone daktari|keep (?:what you have|clothes|medical)|hifadhi ulicho"
    r"|hifadhini|\bnguo\b|photograph|\bpicha\b|witness|walioona"
    r"|note what|andika unachokumbuka|before the burial|kabla ya mazishi",
    re.IGNORECASE,
)


def test_help_pages_give_no_advice_that_imlu_has_not_reviewed():
    files = sorted((settings.BASE_DIR / "content" / "pages" / "get-help").glob("*.yaml"))
    assert len(files) == 10
    for file in files:
        page = yaml.safe_load(file.read_text())
        waiting = page.pop("to_be_supplied", [])
        assert UNREVIEWED.findall(yaml.safe_dump(page, allow_unicode=True, width=10_000)) == [], file.name
        if file.name in ("after-torture.en.yaml", "death-or-missing.en.yaml"):
            assert any("review of: " in gap for gap in waiting), file.name
