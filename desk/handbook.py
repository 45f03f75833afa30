"""The handbook in the admin: docs/handbook/, one short page of Markdown for each task, with its pictures.

`make handbook` takes the pictures by doing each task in a browser (tests/browser/test_tasks.py).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

FOLDER = settings.BASE_DIR / "docs" / "handbook"
IMAGES = FOLDER / "img"


@dataclass(frozen=True)
class Chapter:
    """One page: its name in the address, its title (the file's first line), its HTML."""

    name: str
    title: str
    html: str


def _render(path):
    text = path.read_text("utf-8")
    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse(text)
    for token in [child for block in tokens for child in block.children or []]:
        if token.type == "image":
            # In the files as GitHub shows them; here as the admin serves them.
            token.attrs["src"] = reverse("desk:handbook_image", args=[Path(token.attrs["src"]).name])
            token.attrs["loading"] = "lazy"
        elif token.type == "link_open" and token.attrs["href"].endswith(".md"):
            token.attrs["href"] = reverse("desk:handbook_page", args=[Path(token.attrs["href"]).stem])
    title = text.splitlines()[0].removeprefix("# ")
    return Chapter(path.stem, title, markdown.renderer.render(tokens, markdown.options, {}))


@cache
def chapters():
    """{name: Chapter}, in the order of the list in index.md."""
    index = (FOLDER / "index.md").read_text("utf-8")
    paths = sorted((path for path in FOLDER.glob("*.md")), key=lambda path: index.find(f"({path.name})"))
    return {path.stem: _render(path) for path in paths}


@require_safe
def handbook(request, name="index"):
    """A page of the handbook, beside the list of all of them."""
    found = chapters().get(name)
    if found is None:
        raise Http404
    others = [chapter for chapter in chapters().values() if chapter.name != "index"]
    return render(request, "desk/handbook.html", {"chapter": found, "chapters": others})


@require_safe
def image(request, name):
    """A picture of the handbook."""
    path = IMAGES / name
    if path.suffix != ".webp" or path.parent != IMAGES or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/webp")
