"""The site's own content."""

import io
import re

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from imlu.loader.convert import merge
from imlu.loader.files import parse


@pytest.mark.once
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


def in_kiswahili(folder):
    """Yield each translated file of `folder` and its data as readers get it: with the English where it says nothing."""
    for file in sorted((settings.BASE_DIR / "content" / folder).rglob("*.sw.yaml")):
        english = file.with_name(file.name.replace(".sw.", ".en."))
        yield file, merge(parse(english.read_text()), parse(file.read_text()))


def test_a_whole_person_is_not_called_an_adult():
    """«Mtu mzima» is an adult: a parent would read that care is not for a child."""
    files = [file for folder in ("pages", "snippets") for file, _page in in_kiswahili(folder)]
    assert len(files) > 40
    assert [file.name for file in files if "mtu mzima" in " ".join(file.read_text().lower().split())] == []


def test_days_of_sources_are_in_kiswahili_on_kiswahili_pages():
    months = re.compile(r"January|February|March|May|June|July|August|October|December|September|November")
    dates = {
        f"{file.name}: {source['date']}"
        for file, page in in_kiswahili("pages")
        for source in page.get("sources", [])
        if source.get("date")
    }
    assert len(dates) > 8
    assert [date for date in dates if months.search(date)] == []
