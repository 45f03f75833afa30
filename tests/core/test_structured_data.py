"""The JSON-LD of every page type, full and empty, against schema.org's vocabulary; and the checker itself."""

import json

import pytest

from core.structured_data import structured_data_of
from tests.core.schema_org import graph_of, problems, strings
from tests.examples import EXAMPLES

EVERY_PAGE = [(name, language) for name in EXAMPLES for language in ("en", "sw")]
VIEWS = ["/search/?q=x", "/sw/tafuta/", "/example-news-index/?kind=vacancy"]
ROOT = "http://localhost"


@pytest.mark.once
@pytest.mark.parametrize(("name", "language"), EVERY_PAGE)
def test_every_page_speaks_schema_org(tree, db, get, name, language):
    page = tree.page(name, language)
    graph = graph_of(get(page.url))
    if EXAMPLES[name].is_sensitive:
        assert graph == []
        return
    ids = {item["@id"] for item in graph if "@id" in item}
    assert [problem for item in graph for problem in problems(item, ids=ids)] == []
    kinds = [item["@type"] for item in graph]
    assert kinds[:2] == ["NGO", "WebSite"]
    assert ("BreadcrumbList" in kinds) == (name != "home")
    assert not set(strings(graph)) & {"", "None", "False"}
    assert "Person" not in json.dumps(graph)


@pytest.mark.parametrize("address", VIEWS)
def test_views_without_a_page_too(tree, db, get, address):
    graph = graph_of(get(address))
    assert [problem for item in graph for problem in problems(item, ids=[f"{ROOT}/#organisation"])] == []
    assert {"NGO", "WebSite"} <= {item["@type"] for item in graph}


def test_without_a_site_there_is_nothing():
    class Chrome:
        site = None

    assert structured_data_of(None, Chrome()) == []


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"@type": "Charity"}, "no such type"),
        ({"@type": "NGO", "phone": "1"}, "no property phone"),
        ({"@type": "Report", "isbn": "1"}, "no property isbn"),
        ({"@type": "NGO", "address": {"@type": "WebSite"}}, "can't hold a WebSite"),
        ({"@type": "NewsArticle", "datePublished": "yesterday"}, "holds 'yesterday'"),
        ({"@type": "ContactPoint", "contactOption": "https://schema.org/Free"}, "holds"),
        ({"@type": "WebSite", "publisher": {"@id": "#nobody"}}, "nothing has the id"),
    ],
)
def test_the_checker_sees_what_is_wrong(wrong, problem):
    found = problems(wrong)
    assert found and problem in found[0]
