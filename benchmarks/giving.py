"""What giving costs: callbacks stored while 200 come in each second, and reconciling 10,000 open gifts.

    python benchmarks/giving.py callbacks | reconcile [NUMBER]

Both work on the database of DATABASE_URL, which `manage.py migrate` has made, and print one line of JSON.
`benchmarks/bench.py` calls them; each needs the double of Daraja at DARAJA_DOUBLE.
"""

import contextlib
import http.client
import json
import os
import statistics
import sys
import threading
import time
import urllib.request
from pathlib import Path

import django

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "site"), str(Path(__file__).resolve().parents[1])]
django.setup()

from django.db import connection  # noqa: E402

from donations import reconcile  # noqa: E402
from donations.models import Attempt, Event, Fund, Gift  # noqa: E402

PER_SECOND, SENDERS = 200, 16


def open_gifts(number):
    """Make so many open gifts by M-Pesa, each with an attempt that was accepted. Returns the attempts (list)."""
    fund, _ = Fund.objects.get_or_create(code="bench", defaults={"name": "Bench", "label_en": "Bench"})
    Gift.objects.bulk_create(
        [
            Gift(form_token=f"bench-{time.time_ns()}-{place}", fund=fund, currency="KES", amount=200_00, method="mpesa",
                 livemode=False)
            for place in range(number)
        ],
        batch_size=1000,
    )  # fmt: skip
    gifts = list(Gift.objects.order_by("-pk")[:number])
    Attempt.objects.bulk_create(
        [Attempt(gift=gift, provider="mpesa", method="mpesa", state="accepted") for gift in gifts], batch_size=1000
    )
    return list(Attempt.objects.select_related("gift").order_by("-pk")[:number])


def callbacks(number, site):
    """Send so many callbacks, 200 in each second, to a site that runs. Returns the figures (dict)."""
    attempts, times, lost = open_gifts(number), [], []
    lock, waiting, begun = threading.Lock(), iter(range(number)), time.monotonic() + 0.5
    host = site.removeprefix("http://").rstrip("/")

    def send():
        for place in iter(lambda: next(waiting, None), None):
            attempt = attempts[place]
            callback = {"MerchantRequestID": "1", "CheckoutRequestID": f"ws_CO_{place}", "ResultCode": 1032}
            body = json.dumps({"Body": {"stkCallback": callback}})
            time.sleep(max(0, begun + place / PER_SECOND - time.monotonic()))
            started = time.perf_counter()
            try:
                conn = http.client.HTTPConnection(host, timeout=30)
                conn.request("POST", f"/told/d/{attempt.path_token}/", body, {"Content-Type": "application/json"})
                status = conn.getresponse().status
                conn.close()
            except OSError:
                status = 0
            with lock:
                times.append((time.perf_counter() - started) * 1000)
                if status != 200:
                    lost.append(status)

    before = Event.objects.count()
    threads = [threading.Thread(target=send) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - begun
    times.sort()
    return {
        "sent": number,
        "stored": Event.objects.count() - before,
        "refused": len(lost),
        "per_second": number / took,
        "median_ms": statistics.median(times),
        "p95_ms": times[int(len(times) * 0.95)],
        "longest_ms": times[-1],
    }


def reconciled(number):
    """Ask about so many open gifts, all of which were paid. Returns the figures (dict)."""
    attempts = open_gifts(number)
    told = [{"amount": 200, "reference": attempt.gift.reference} for attempt in attempts]
    request = urllib.request.Request(
        os.environ["DARAJA_DOUBLE"] + "/_double/paid", json.dumps(told).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        numbers = json.loads(answer.read())
    for attempt, number_ in zip(attempts, numbers, strict=True):
        attempt.provider_id = number_
    Attempt.objects.bulk_update(attempts, ["provider_id"], batch_size=300)
    queries = 0

    def count(execute, *arguments):
        nonlocal queries
        queries += 1
        return execute(*arguments)

    started = time.monotonic()
    with connection.execute_wrapper(count):
        done = reconcile.ask_about_open(everything=True)
    return {"open": number, "paid": done.get("paid", 0), "queries": queries, "seconds": time.monotonic() - started}


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        what, number = sys.argv[1], int(sys.argv[2])
        print(json.dumps(callbacks(number, sys.argv[3]) if what == "callbacks" else reconciled(number)))
