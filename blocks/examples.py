"""An example of every block, every field filled: what the tests render and the styleguide shows.

Everything here is made up; no example names a person.
"""

RICH = "<p>Plain <b>words</b> and <i>more words</i>.</p><h3>A small heading</h3><ul><li>One</li><li>Two</li></ul>"


def link(target=None, text="Read more", **other):
    """A link's value: to a page, or `url=`, `phone=`, `email=`, `document=`."""
    return {"text": text, "page": target.pk if target else None, **other}


def rich_link(page, words="words with a link"):
    """Rich text with a link to a page."""
    return f'<p>Some <a linktype="page" id="{page.pk}">{words}</a>.</p>'


def every_block(pages, picture, document, form=None):
    """{name of a block of BodyBlock: an example value}, every field filled.

    Args:
        pages: the pages that the examples lead to, by name: programme_index, coalition, press_statement, contact.
        picture, document: one of each from the library.
        form: a donation form.
    """
    document_link = f'<p><a linktype="document" id="{document.pk}">A file</a></p>'
    evidence = {"period": "2024", "definition": "Cases that we documented.", "source_name": "We"}
    return {
        "section": {"heading": "A section", "text": RICH + rich_link(pages["programme_index"]) + document_link},
        "callout": {"title": "Good to know", "text": RICH, "tone": "caution"},
        "steps": {"heading": "Three steps", "intro": RICH, "steps": [{"title": "First", "text": RICH}]},
        "accordion": {"heading": "Questions", "items": [{"title": "Is it free?", "text": RICH}]},
        "quote": {"text": "Nobody wrote it down.", "attribution": "A doctor of the network"},
        "timeline": {"heading": "History", "intro": RICH, "events": [{"when": "1993", "text": RICH}]},
        "image": {"image": picture.pk, "alt": "Other words", "caption": "A caption"},
        "documents": {"heading": "Files to read", "documents": [{"document": document.pk, "title": "The report"}]},
        "figures": {
            "heading": "In figures",
            "intro": RICH,
            "items": [{"value": "18", "unit": "cases", **evidence, "source_url": "https://example.org/18"}],
        },
        "table": {
            "heading": "By year",
            "intro": RICH,
            "table": {
                "caption": "Cases by year",
                "columns": [{"type": "text", "heading": "Year"}, {"type": "number", "heading": "Cases"}],
                "rows": [{"values": ["2014", "199"]}, {"values": ["2015", ""]}],
            },
            **evidence,
            "source_url": "https://example.org/table",
            "note": "Counting changed in 2015.",
        },
        "call_to_action": {"heading": "Join", "text": "Words.", "link": link(pages["coalition"]), "tone": "strong"},
        "donation_form": {"heading": "Give", "form": form.pk if form else None, "instead": RICH},
        "link_list": {
            "heading": "Where next",
            "intro": RICH,
            "links": [
                {"link": link(pages["contact"], text=""), "description": "A line about it."},
                {"link": link(url="https://example.org/", text="Elsewhere"), "description": ""},
                {"link": link(phone="0711 000 123", text="Call"), "description": ""},
                {"link": link(email="office@example.org", text="Write"), "description": ""},
                {"link": link(document=document.pk, text="Download"), "description": ""},
            ],
        },
        "helpline": {"heading": "Call us", "text": "Free of charge."},
        "helplines": {"heading": "Others who help", "intro": RICH},
        "contact_details": {"heading": "Where we are"},
        "service_areas": {"heading": "What we do", "intro": RICH, "chosen": []},
        "coalitions": {"heading": "With others", "intro": RICH, "chosen": [pages["coalition"].pk]},
        "page_cards": {"heading": "More pages", "intro": RICH, "chosen": [pages["press_statement"].pk]},
        "latest_news": {"heading": "Latest", "count": 3, "kind": "press_statement", "coalition": pages["coalition"].pk},
    }


def states():
    """[(name of a block, value)]: blocks that look different by a choice of the editor, and long words."""
    somewhere = link(url="https://example.org/", text="Learn more about the Police Reforms Working Group Kenya")
    long = "Uwajibikaji wa taasisi zinazoshughulikia malalamiko kuhusu unyanyasaji unaofanywa na maafisa wa usalama"
    return [
        *(("callout", {"title": tone.title(), "text": RICH, "tone": tone}) for tone in ("info", "caution", "help")),
        *(
            ("call_to_action", {"heading": f"A call, {tone}", "text": "Words.", "link": somewhere, "tone": tone})
            for tone in ("plain", "strong", "give")
        ),
        ("section", {"heading": long, "text": f"<p>{long}. {long}.</p>"}),
        ("quote", {"text": long, "attribution": "A document"}),
    ]
