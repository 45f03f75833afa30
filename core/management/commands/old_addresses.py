"""Feed the site with old addresses, and see where each leads."""

import re
import sys
from collections import Counter
from urllib.parse import quote, urlsplit

from django.core.management.base import BaseCommand
from wagtail.coreutils import get_dummy_request
from wagtail.models import Site

from core import old_addresses, redirects

IN_A_LOG = re.compile(r'"(?:GET|HEAD) (\S+) HTTP/')  # a line of a web server's log
UNQUOTED = "%/?#[]@!$&'()*+,;=:~"


class Command(BaseCommand):
    help = (
        "Read addresses, one a line (a web server's log will do), and say how many the site knows. "
        "Nothing is kept. Delete the list afterwards: it may hold names."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", help="the list; without it, what is typed or piped in")
        parser.add_argument("--all", action="store_true", help="show what is known too, with where it leads")
        parser.add_argument(
            "--hash", action="store_true", help="say what to write in slug_sha256 of content/old-addresses.yaml"
        )

    def handle(self, *args, file=None, hash=False, **options):
        with open(file, encoding="utf-8", errors="replace") if file else sys.stdin as lines:
            addresses = Counter(filter(None, (_address(line) for line in lines)))
        if hash:
            for address in addresses:
                parts = old_addresses.tidy(urlsplit(address).path).split("/")
                for slug in old_addresses.slugs(parts) or parts[-1:]:
                    self.stdout.write(f"  {old_addresses.sha256(slug)}: key/of-a-page")
            return
        request = get_dummy_request(site=Site.objects.filter(is_default_site=True).first())
        sums = Counter()
        for address, times in addresses.most_common():
            state, words = _state(request, address)
            sums[state] += 1
            if state == "unknown" or options["all"]:
                self.stdout.write(f"{times:6} {state:8} {address} {words}".rstrip())
        self.stdout.write(", ".join(f"{number} {state}" for state, number in sums.most_common()) or "no addresses")


def _address(line):
    """Path and query of a line: an address, a path, or a line of a web server's log."""
    line = line.strip()
    logged = IN_A_LOG.search(line)
    parts = urlsplit(quote(logged[1] if logged else line, safe=UNQUOTED))
    path = "/" + parts.path.lstrip("/")
    return (f"{path}?{parts.query}" if parts.query else path) if line else ""


def _state(request, address):
    """(what the site makes of an address, where it leads)."""
    path = redirects.normalise(urlsplit(address).path)
    page = redirects.pages_at([path]).get(path)
    if page and page.live:
        return "a page", ""
    found = redirects.find(request, address)
    if isinstance(found, redirects.Lead):
        return "moved", f"→ {found.address}"
    return ("gone", "") if found else ("unknown", "")
