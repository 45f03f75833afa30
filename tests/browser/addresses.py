"""The registry of addresses that the browser tests walk: each page type, and each of the pages named in the brief."""

from typing import NamedTuple


class Address(NamedTuple):
    """One page: its path in each language (None where there is no translation)."""

    name: str
    en: str
    sw: str | None
    sensitive: bool = False
    status: int = 200

    def path(self, language):
        return getattr(self, language)


# What happens to a gift after its details: the house makes one in each of these states, with these identifiers.
GIFTS = {state: f"00000000-0000-4000-8000-00000000000{number}" for number, state in enumerate(
    ["open", "awaited", "unknown", "paid", "failed"])}  # fmt: skip

ADDRESSES = [
    Address("home", "/", "/sw/"),
    Address("how-we-work", "/how-we-work/", "/sw/jinsi-tunavyofanya-kazi/"),
    Address("get-help", "/get-help/", "/sw/pata-msaada/", sensitive=True),
    Address("after-torture", "/get-help/after-torture/", "/sw/pata-msaada/baada-ya-mateso/", sensitive=True),
    Address("death-or-missing", "/get-help/death-or-missing/", "/sw/pata-msaada/kifo-au-kutoweka/", sensitive=True),
    Address("how-it-works", "/get-help/how-it-works/", "/sw/pata-msaada/jinsi-inavyofanyika/", sensitive=True),
    Address("confidentiality", "/get-help/confidentiality/", "/sw/pata-msaada/usiri-na-haki/", sensitive=True),
    Address("other-helplines", "/get-help/other-helplines/", "/sw/pata-msaada/nambari-nyingine/", sensitive=True),
    Address("safety", "/safety/", "/sw/usalama/", sensitive=True),
    Address("contact", "/contact/", "/sw/mawasiliano/"),
    Address("about", "/about/", "/sw/kuhusu-sisi/"),
    Address("history", "/about/history/", "/sw/kuhusu-sisi/historia/"),
    Address("what-we-do", "/what-we-do/", "/sw/tunachofanya/"),
    Address("service-area", "/what-we-do/rehabilitation/", "/sw/tunachofanya/urejeshaji-wa-afya-na-maisha/"),
    Address("programme", "/what-we-do/accountability/", "/sw/tunachofanya/uwajibikaji/"),
    Address("coalitions", "/coalitions/", "/sw/miungano/"),
    Address("prwg-k", "/coalitions/prwg-k/", "/sw/miungano/prwg-k/"),
    Address("news", "/news/", "/sw/habari/"),
    Address("news-page-2", "/news/?page=2", None),
    Address("news-filtered", "/news/?kind=joint_statement", "/sw/habari/?kind=joint_statement"),
    Address("news-empty", "/news/?kind=joint_statement&year=2025", "/sw/habari/?kind=joint_statement&year=2025"),
    Address("news-item", "/news/annual-figures-2025/", "/sw/habari/takwimu-za-mwaka-2025/"),
    Address("story", "/news/twenty-five-years-story-2019/", None, sensitive=True),
    Address("joint-statement", "/news/joint-shadow-report-2022/", None),
    Address("publications", "/publications/", "/sw/machapisho/"),
    Address("publication", "/publications/cso-shadow-report-2022/", None),
    Address("figures", "/figures/", "/sw/takwimu/"),
    Address("give", "/give/", "/sw/changia/"),
    Address("donate", "/donate/general/?amount=KES-200", "/sw/mchango/general/?amount=KES-200", sensitive=True),
    *(
        Address(f"gift-{state}", f"/donate/gift/{uuid}/", f"/sw/mchango/gift/{uuid}/", sensitive=True)
        for state, uuid in GIFTS.items()
    ),
    Address("receipt-check", "/receipt/check/", "/sw/risiti/check/"),
    Address("privacy", "/privacy/", "/sw/faragha/"),
    Address("search", "/search/", "/sw/tafuta/"),
    Address("search-results", "/search/?q=police", "/sw/tafuta/?q=polisi"),
    Address("search-nothing", "/search/?q=zzzz", "/sw/tafuta/?q=zzzz"),
    Address("not-found", "/not-here/", "/sw/haipo/", status=404),
]
WALKS = [(address, language) for address in ADDRESSES for language in ("en", "sw") if address.path(language)]
WALK_IDS = [f"{address.name}-{language}" for address, language in WALKS]
SENSITIVE = [(address, language) for address, language in WALKS if address.sensitive]
SENSITIVE_IDS = [f"{address.name}-{language}" for address, language in SENSITIVE]
