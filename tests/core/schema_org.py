"""A checker of JSON-LD against schema.org's vocabulary (tests/data/schema_org.json)."""

import json
import re
from pathlib import Path

VOCABULARY = json.loads((Path(__file__).parents[1] / "data" / "schema_org.json").read_text())
ADDRESS = re.compile(r"https?://[^\s]+")
# What each of these may look like in JSON.
PLAIN = {
    "Text": lambda value: isinstance(value, str),
    "URL": lambda value: isinstance(value, str) and ADDRESS.fullmatch(value),
    "Date": lambda value: isinstance(value, str) and re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value),
    "DateTime": lambda value: isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", value),
    "Integer": lambda value: isinstance(value, int),
    "Number": lambda value: isinstance(value, int | float),
    "Boolean": lambda value: isinstance(value, bool),
}


def problems(value, place="", ids=()):
    """What is wrong with an object (list of str): its type, its properties, and what they hold."""
    kind = value.get("@type")
    if kind not in VOCABULARY["properties"]:
        return [f"{place}: no such type: {kind}"]
    known, found = VOCABULARY["properties"][kind], []
    for name, held in value.items():
        if name.startswith("@"):
            continue
        # An action's inputs are described as “<property>-input” (schema.org/docs/actions.html).
        allowed = ["Text"] if name.removesuffix("-input") in known and name.endswith("-input") else known.get(name)
        if allowed is None:
            found.append(f"{place}{kind} has no property {name}")
            continue
        for item in held if isinstance(held, list) else [held]:
            found += _problems_of(item, allowed, f"{place}{kind}.{name}", ids)
    return found


def _problems_of(item, allowed, place, ids):
    if isinstance(item, dict) and set(item) == {"@id"}:
        return [] if item["@id"] in ids else [f"{place}: nothing has the id {item['@id']}"]
    if isinstance(item, dict):
        wanted = {name for word in allowed for name in VOCABULARY["types"].get(word, [])}
        wrong = [] if item.get("@type") in wanted else [f"{place} can't hold a {item.get('@type')}"]
        return wrong + problems(item, f"{place} > ", ids)
    if any(word in PLAIN and PLAIN[word](item) for word in allowed):
        return []
    if any(item in VOCABULARY["enumerations"].get(word, []) for word in allowed):
        return []
    # schema.org lets the address of a thing stand for the thing; but an enumeration's members are known.
    closed = set(allowed) & {"Text", "Date", *VOCABULARY["enumerations"]}
    if isinstance(item, str) and ADDRESS.fullmatch(item) and not closed:
        return []
    return [f"{place} holds {item!r}, allowed: {', '.join(allowed)}"]


def graph_of(response):
    """The objects (list of dicts) that a page describes; at most one script holds them."""
    scripts = response.soup.select('script[type="application/ld+json"]')
    assert len(scripts) <= 1
    if not scripts:
        return []
    data = json.loads(scripts[0].string)
    assert data["@context"] == "https://schema.org"
    return data["@graph"]


def organisation(response):
    """The organisation in a page's structured data."""
    return next(item for item in graph_of(response) if item["@type"] == "NGO")


def strings(value):
    """Every text and number in an object, however deep, as text."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)
    else:
        yield str(value)
