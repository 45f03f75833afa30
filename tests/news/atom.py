"""What an Atom feed must be, by RFC 4287."""

import re
from pathlib import Path

from bs4 import BeautifulSoup
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "data" / "atom.rng"))
ABSOLUTE = re.compile(r"(https?://|mailto:|tel:)")


def check(root, address):
    """Assert that a feed (an element) from an address is valid, and can be read anywhere."""
    SCHEMA.assertValid(root)
    # 4.1.1: at most one alternate of a type, one self that is the feed's own address; 4.2.6: ids are never the same.
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == f"http://localhost{address}"
    assert set(links) == {"self", "alternate"}
    assert len(root.findall(f"{ATOM}link")) == 2
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one) for one in ids)
    # 4.1.2: an entry has an alternate or content, and is not newer than the feed says.
    updated = [entry.find(f"{ATOM}updated").text for entry in root.iter(f"{ATOM}entry")]
    assert all(one <= root.find(f"{ATOM}updated").text for one in updated)
    for entry in root.iter(f"{ATOM}entry"):
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] == ["alternate"]
        assert entry.find(f"{ATOM}content") is not None
    # Every address can be followed from anywhere.
    for element in root.iter(f"{ATOM}link"):
        assert ABSOLUTE.match(element.get("href"))
    for content in root.iter(f"{ATOM}content"):
        soup = BeautifulSoup(content.text or "", "lxml")
        assert all(ABSOLUTE.match(element["href"]) for element in soup.select("[href]"))
        assert all(ABSOLUTE.match(element["src"]) for element in soup.select("[src]"))
        assert not soup.select("script, style, form, input, button, iframe, svg, [style], [class], [id], [onclick]")
