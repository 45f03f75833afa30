"""Write schema_org.json: of schema.org's vocabulary what our structured data uses, and its types' properties.

    npm pack schema-dts@2.1.0 && tar xzf schema-dts-2.1.0.tgz
    python tests/data/make_schema_org.py package/dist/schema.d.ts

schema-dts (Apache-2.0, by Google) holds the whole vocabulary as TypeScript. Add a type to TYPES to use it.
"""

import json
import re
import sys
from pathlib import Path

TYPES = [
    "BreadcrumbList", "ContactPage", "ContactPoint", "Country", "EntryPoint", "Event", "ListItem", "NGO", "NewsArticle",
    "Place", "PostalAddress", "PropertyValue", "Report", "SearchAction", "Service", "WebSite",
]  # fmt: skip
TARGET = Path(__file__).with_name("schema_org.json")


def read(text):
    """Return {type: (parents, {property: [names of what it may hold]})} and {name: members} of all unions."""
    interfaces = {}
    for name, parents, body in re.findall(r"interface (\w+)(?: extends ([\w, <>]+))? \{(.*?)\n\}", text, re.S):
        properties = re.findall(r'"([\w-]+)"\?: SchemaValue<([^,>]+)', body)
        interfaces[name] = (
            re.findall(r"\w+", parents),
            {key: re.findall(r'[\w:/."]+', value) for key, value in properties},
        )
    unions = {
        name: re.findall(r'"[^"]+"|\w+', body)
        for name, body in re.findall(r"export type (\w+)\b[^=\n]* = ([^;]+);", text)
    }
    return interfaces, unions


def properties(interfaces, name):
    """The properties of an interface, inherited ones too."""
    parents, own = interfaces.get(name, ([], {}))
    found = {}
    for parent in parents:
        found.update(properties(interfaces, parent))
    return {**found, **own}


def members(unions, name, seen=None):
    """The types (set) that stand under a type, itself included, and the names of an enumeration's members."""
    seen = set() if seen is None else seen
    for member in unions.get(name, ()):
        if member.startswith('"'):
            seen.add(member.strip('"'))
        elif member.endswith("Leaf"):
            seen.add(member.removesuffix("Leaf"))
        elif member not in seen and member != "string":
            members(unions, member, seen)
    return seen


def main(source):
    interfaces, unions = read(Path(source).read_text("utf-8"))
    vocabulary = {}
    for name in TYPES:
        found = properties(interfaces, f"{name}Leaf")
        vocabulary[name] = {key: sorted(set(value) - {"IdReference"}) for key, value in sorted(found.items())}
    ranges = {word for found in vocabulary.values() for value in found.values() for word in value}
    enumerations = {
        name: sorted(member for member in members(unions, name) if member.startswith("https:"))
        for name in sorted(ranges)
    }
    types = {name: sorted(members(unions, name) & set(TYPES)) for name in sorted(ranges)}
    TARGET.write_text(
        json.dumps(
            {
                "source": "schema-dts 2.1.0",
                "properties": vocabulary,
                "types": {name: value for name, value in types.items() if value},
                "enumerations": {name: value for name, value in enumerations.items() if value and len(value) < 40},
            },
            indent=0,
            separators=(",", ":"),
        )
        + "\n"
    )


if __name__ == "__main__":
    main(sys.argv[1])
