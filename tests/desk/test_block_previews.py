"""Every block's preview, as the picker of blocks shows it: on a whole site none of them is empty."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from home.models import HomePage

pytestmark = [pytest.mark.django_db, pytest.mark.once]

BLOCKS = HomePage._meta.get_field("body").stream_block.child_blocks


@pytest.mark.parametrize("name", BLOCKS)
def test_preview_is_the_block_in_the_site_s_own_style(whole_site, admin_client, name):
    answer = admin_client.get(reverse("wagtailadmin_block_preview"), {"id": BLOCKS[name].definition_prefix})
    soup = BeautifulSoup(answer.content, "lxml")
    assert soup.select_one('link[href$="css/site.css"]')
    assert "nothing of this kind" not in soup.main.get_text()
    assert len(soup.main.get_text(strip=True)) >= 15 or soup.main.img


def test_there_are_twenty_one():
    assert len(BLOCKS) == 21
