"""The handbook: every page opens, every picture is there and used, panels lead to their page."""

import re

import pytest
from bs4 import BeautifulSoup
from django.apps import apps

from desk.handbook import FOLDER, IMAGES, chapters

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGES = sorted(path.stem for path in FOLDER.glob("*.md"))
TASKS = (FOLDER.parents[1] / "tests" / "browser" / "test_tasks.py").read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_with_its_pictures_and_links(home, at_desk, name):
    client = at_desk("Writer")
    soup = BeautifulSoup(client.get(f"/admin/desk/handbook/{name}/").content, "lxml")
    article = soup.select_one("article")
    assert article.h1
    for picture in article.select("img"):
        answer = client.get(picture["src"])
        assert answer.status_code == 200, picture["src"]
        assert answer.headers["Content-Type"] == "image/webp"
        assert picture["alt"]
    for link in article.select("a"):
        assert client.get(link["href"]).status_code == 200, link["href"]


def test_pages_are_short_and_all_in_the_index():
    index = (FOLDER / "index.md").read_text("utf-8")
    assert len(PAGES) >= 14
    for name in PAGES:
        assert name == "index" or f"({name}.md)" in index, name
        assert len((FOLDER / f"{name}.md").read_text("utf-8").split()) <= 300, f"{name} is too long"


def test_every_picture_is_used_and_taken_by_a_task():
    used = set(re.findall(r"\(img/([\w-]+)\.webp\)", "".join(path.read_text("utf-8") for path in FOLDER.glob("*.md"))))
    taken = set(re.findall(r'\.picture\("([\w-]+)"\)', TASKS))
    there = {path.stem for path in IMAGES.glob("*")}
    assert used == taken == there
    assert sum(path.stat().st_size for path in IMAGES.glob("*")) < 1_500_000


def test_titles_are_the_files_first_lines():
    assert chapters()["notice"].title == "Put a notice on every page"
    assert next(iter(chapters())) in PAGES


@pytest.mark.parametrize("path", ["nothing/", "img/nothing.webp", "img/..%2fnotice.md", "img/index.md"])
def test_anything_else_is_not_found(home, at_desk, path):
    assert at_desk("Writer").get(f"/admin/desk/handbook/{path}", follow=True).status_code == 404


def test_strangers_are_sent_to_the_sign_in(home, client):
    assert client.get("/admin/desk/handbook/").status_code == 302


def test_html_in_a_page_is_no_html(tmp_path, monkeypatch):
    from desk import handbook

    (tmp_path / "x.md").write_text("# X\n\n<script>alert(1)</script>\n")
    assert "<script>" not in handbook._render(tmp_path / "x.md").html


def test_screens_and_panels_link_to_pages_that_are_there():
    """Each page is reached from where its task is done, but for those that begin on the dashboard alone."""
    root = FOLDER.parents[1]
    templates = "".join(path.read_text("utf-8") for path in (root / "templates").rglob("*.html"))
    linked = set(re.findall(r'desk/how.html" with chapter="([\w-]+)"', templates))
    code = "".join((root / name).read_text("utf-8") for name in ("core/models/facts.py", "core/models/snippets.py"))
    linked |= set(re.findall(r'HandbookPanel\("([\w-]+)"\)', code))
    linked |= {model.handbook for model in apps.get_models() if hasattr(model, "handbook")}
    assert linked <= set(PAGES)
    assert set(PAGES) - linked == {"index", "story", "call-to-action"}
