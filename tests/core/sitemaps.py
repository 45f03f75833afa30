"""Reading a sitemap (sitemaps.org/protocol.html)."""

from lxml import etree

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def entries(client, address="/sitemap.xml"):
    """{address: (last modification, {language: address})} of a sitemap."""
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/xml"
    found = {}
    for entry in etree.fromstring(response.content).findall("s:url", NAMES):
        alternates = {link.get("hreflang"): link.get("href") for link in entry.findall("x:link", NAMES)}
        location = entry.findtext("s:loc", namespaces=NAMES)
        assert location not in found
        found[location] = entry.findtext("s:lastmod", namespaces=NAMES), alternates
    return found
