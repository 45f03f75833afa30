"""Addresses of the earlier websites: what their rules say. The rules are `content/old-addresses.yaml`.

Nothing here asks the database: an address goes in; out comes where it leads, that it is gone, or nothing.
What a reader is then answered is in `core.redirects`; the whole story is in docs/old-addresses.md.
"""

import hashlib
import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, unquote

import yaml
from django.conf import settings

logger = logging.getLogger(__name__)

GONE = "gone"
# A table of the file → what its keys must look like, and how to say that.
TABLES = {
    "paths": (r"[^\sA-Z?#]+", "a path in lower case, without index.php, .html, first and last slash"),
    "articles": (r"\d+", "a number"),
    "items": (r"\d+", "a number"),
    "slugs": (r"[^\sA-Z/?#]+", "the last part of an address, in lower case"),
    "slug_beginnings": (r"[^\sA-Z/?#]+-", "the first words of an address's last part, with the hyphen after them"),
    "slug_sha256": (r"[0-9a-f]{64}", "64 hexadecimal digits"),
}
SINGLE = ("posts", "lists")
YEAR = re.compile(r"(?:19|20)\d\d")
NUMBER = re.compile(r"(\d+)(?:[-:](.*))?")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
ENDING = re.compile(r"\.html?$")
# Object-replacement characters (one of the old slugs ends in one), zero-width characters, spaces.
JUNK = "\ufff9\ufffa\ufffb\ufffc\u200b\u200c\u200d\u200e\u200f\u2060\ufeff \t\r\n"
HOME = {"", "index.php", "index.html", "index.htm"}
NOT_HOME = {"option", "view", "id", "itemid", "p", "page_id", "cat", "s"}  # /index.php?p=12 is not the home page


@dataclass(frozen=True)
class Moved:
    """It leads to a page of ours, named by its key in `content/pages/`; `route` is an address below that page."""

    page: str
    route: str = ""


@dataclass(frozen=True)
class Gone:
    """It has been taken away on purpose; `section` is the key of the page to offer instead."""

    section: str = ""


def tidy(path):
    """Return a path (str, percent-encoded or not) in the form in which rules name it.

    Lower case; without index.php, `.html`, invisible characters, first, last and doubled slashes.
    """
    path = CONTROL.sub("", unquote(unquote(path)))  # some links are encoded twice
    parts = [part.strip(JUNK).lower() for part in path.split("/")]
    parts = [part for part in parts if part]
    if parts and parts[0] == "index.php":
        parts = parts[1:]
    if parts:
        parts[-1] = ENDING.sub("", parts[-1]).strip(JUNK)
    return "/".join(part for part in parts if part)


def sha256(slug):
    """The SHA-256 (hex) by which the file names a slug that must not be written down."""
    return hashlib.sha256(slug.encode()).hexdigest()


@dataclass(frozen=True)
class Rules:
    """The file's tables: {key: Moved or Gone}."""

    posts: str
    lists: str
    tables: dict

    @classmethod
    def from_data(cls, data):
        """Make rules of the file's data, which `problems()` has found to be right."""
        posts = data.get("posts", "")
        tables = {
            name: {str(key): _target(value, posts) for key, value in (data.get(name) or {}).items()} for name in TABLES
        }
        return cls(posts, data.get("lists", ""), tables)

    def resolve(self, path, query=""):
        """Return Moved, Gone, or None if no rule knows the address.

        Args:
            path: the address's path, percent-encoded or not.
            query: what stands behind its question mark.
        """
        place = tidy(path)
        parts = place.split("/")
        return (
            self.tables["paths"].get(place)
            or (self._by_query(query) if not place else self._by_number(parts))
            or self._by_slug(slugs(parts, self.posts))
        )

    def _by_query(self, query):
        """Joomla's own form of its addresses: /index.php?option=com_content&view=article&id=83:slug"""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        kind = asked.get("option"), asked.get("view")
        number = asked.get("id", "").partition(":")[0]
        if kind == ("com_k2", "itemlist"):
            return Moved(self.lists) if self.lists else None
        table = {("com_content", "article"): "articles", ("com_k2", "item"): "items"}.get(kind)
        return self.tables[table].get(number) if table else None

    def _by_number(self, parts):
        """Joomla: the number before the first hyphen of the last part. K2, its news extension, counts on its own."""
        if YEAR.fullmatch(parts[0]):
            return None  # WordPress: /2022/07/slug
        if "itemlist" in parts:
            return Moved(self.lists) if self.lists else None
        number = NUMBER.fullmatch(parts[-1])
        if not number or (len(parts) == 1 and number[2] is None):
            return None
        return self.tables["items" if parts[-2:-1] == ["item"] else "articles"].get(number[1])

    def _by_slug(self, candidates):
        for slug in candidates:
            found = self.tables["slugs"].get(slug) or self.tables["slug_sha256"].get(sha256(slug))
            if found:
                return found
            for beginning, target in self.tables["slug_beginnings"].items():
                if slug.startswith(beginning):
                    return target
        return None


def slugs(parts, posts=""):
    """Return what may be the slug (list of str) in the parts of a tidy path.

    /slug, /YYYY/slug, /YYYY/MM/slug, /YYYY/MM/DD/slug; /posts/slug; …/number-slug.
    """
    if YEAR.fullmatch(parts[0]):
        rest = parts[1:]
        while rest and len(rest[0]) == 2 and rest[0].isdigit():
            rest = rest[1:]
        return rest if len(rest) == 1 else []
    if len(parts) == 1 or (len(parts) == 2 and parts[0] == posts):
        return parts[-1:]
    number = NUMBER.fullmatch(parts[-1])
    return [number[2]] if number and number[2] else []


def post_slug(path):
    """Return the slug (str) of an address in one of WordPress's forms, dated or not; "" for any other."""
    parts = tidy(path).split("/")
    found = slugs(parts) if YEAR.fullmatch(parts[0]) or len(parts) == 1 else []
    return found[0] if found else ""


def is_home(path, query):
    """Whether an address that isn't "/" still means the home page: /index.html, but not /index.php?p=12."""
    names = {name.lower() for name in parse_qs(query, keep_blank_values=True)}
    return path.strip("/").lower() in HOME and not NOT_HOME & names


def _target(value, posts):
    if value == GONE:
        return Gone(posts)
    return Moved(value["page"], value.get("route", "")) if isinstance(value, dict) else Moved(value)


def problems(data, pages):
    """Check the file's data. Yields (line, what is wrong).

    Args:
        data: as the content loader reads it: each mapping has `lines`, the line of each of its keys.
        pages: the keys of all pages that there are.
    """
    for name, value in data.items():
        line = data.lines[name]
        if name in SINGLE:
            yield from _target_problems(value, line, pages, whole=False)
        elif name not in TABLES:
            yield line, f"no table «{name}»; expected one of {', '.join([*SINGLE, *TABLES])}"
        elif value is not None and not isinstance(value, dict):
            yield line, f"{name}: expected lines of «key: page»"
        else:
            form, words = TABLES[name]
            for key, target in (value or {}).items():
                if not re.fullmatch(form, key) or (name in {"paths", "slugs"} and tidy(key) != key):
                    yield value.lines[key], f"{name}: expected {words}, not «{key}»"
                yield from _target_problems(target, value.lines[key], pages)


def _target_problems(target, line, pages, whole=True):
    if isinstance(target, dict) and whole:
        unknown = set(target) - {"page", "route"}
        if unknown or "page" not in target or not all(isinstance(value, str) for value in target.values()):
            yield line, "expected {page: key, route: address below it}"
            return
        target = target["page"]
    if not isinstance(target, str) or (target not in pages and not (whole and target == GONE)):
        yield line, f"expected the key of a page{' or «gone»' if whole else ''}, there is no «{target}»"


@lru_cache(maxsize=1)
def _read(text):
    """The cache's key is the file's whole text: other words are other rules, whoever changed them and when."""
    try:
        return Rules.from_data(yaml.safe_load(text) or {})
    except Exception as error:  # the loader and a test refuse such a file; a reader of the site gets a plain 404
        logger.error("content/old-addresses.yaml can't be used: %s", type(error).__name__)
        return Rules.from_data({})


def rules():
    """Return the site's Rules, as the file says at this moment."""
    file = settings.OLD_ADDRESSES_FILE
    return _read(file.read_text(encoding="utf-8") if file.exists() else "")
