"""The sitemap of a site with every page type in two languages."""

import pytest
from django.utils import timezone

from tests.core.sitemaps import entries
from tests.examples import EXAMPLES


@pytest.mark.upgrade
def test_every_page_of_the_site_is_in_it_at_its_own_address(whole_site, db, client):
    found = entries(client)
    pages = {language: [whole_site.page(name, language) for name in EXAMPLES] for language in ("en", "sw")}
    assert set(found) == {page.get_full_url() for same in pages.values() for page in same}
    assert len(found) == 30
    for english, kiswahili in zip(pages["en"], pages["sw"], strict=True):
        both = {"en": english.get_full_url(), "sw": kiswahili.get_full_url(), "x-default": english.get_full_url()}
        for page in (english, kiswahili):
            modified, alternates = found[page.get_full_url()]
            assert alternates == both
            assert modified == f"{timezone.localtime(page.last_published_at):%Y-%m-%d}"
    # Help and stories are meant to be found.
    assert any(whole_site.page("sensitive").url in address for address in found)
    assert client.get("/sitemap.xml").headers["X-Robots-Tag"].startswith("noindex")
