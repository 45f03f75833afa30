"""The one style sheet: the files of static/css/parts, in the order of their names, without comments and spaces.

A file for each component is good to work with, one small file is good to load. The finder below makes `css/site.css`
of them whenever static files are looked for, so that there is no build step to forget, in `make dev` either.
"""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, FileSystemFinder
from django.core.files.storage import FileSystemStorage

PARTS = settings.BASE_DIR / "static" / "css" / "parts"
NAME = "css/site.css"


def minified(css):
    """CSS without comments and needless spaces. Plain enough to be right for CSS that is written as in `parts`."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,]) ?", r"\1", css)
    css = re.sub(r"([{;][\w-]+): ", r"\1:", css)
    return css.replace(";}", "}").strip()


def bundle():
    """The whole style sheet (str)."""
    return minified("\n".join(path.read_text("utf-8") for path in sorted(PARTS.glob("*.css"))))


class BundleFinder(BaseFinder):
    """Finds the one style sheet, made anew when it is out of date."""

    def __init__(self, *args, **kwargs):
        self.storage = FileSystemStorage(location=settings.VAR_DIR / "bundle")

    def _path(self):
        path, css = Path(self.storage.path(NAME)), bundle()
        if not path.exists() or path.read_text("utf-8") != css:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(css, "utf-8")
        return path

    def find(self, path, find_all=False):
        if path != NAME:
            return []
        return [str(self._path())] if find_all else str(self._path())

    def list(self, ignore_patterns):
        self._path()
        yield NAME, self.storage


class SourceFinder(FileSystemFinder):
    """The files of static/, but for those that only make up the style sheet."""

    def list(self, ignore_patterns):
        return super().list([*(ignore_patterns or []), "parts", "*.py"])
