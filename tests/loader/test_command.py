"""The command before anything is loaded."""

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from core.models import LoadedItem

pytestmark = pytest.mark.django_db


def test_check_writes_nothing(load):
    assert load(check=True) == "Content: 12 pages, 2 snippets, all well formed.\n"
    assert not LoadedItem.objects.exists()
    assert Page.objects.filter(depth__gt=1).count() == 1


def test_a_wrong_folder_is_one_sentence(db, tmp_path):
    with pytest.raises(CommandError, match="has no folder pages/"):
        call_command("load_content", folder=tmp_path)


def test_what_was_damaged_before_is_said(load, monkeypatch):
    monkeypatch.setattr(Page, "find_problems", lambda: ([], [], [], [], [1]))
    with pytest.raises(CommandError, match="the page tree is damaged"):
        load()
