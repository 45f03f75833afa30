"""For bench.py alone, in a process of its own with Django: what an export of 100,000 gifts takes.

python benchmarks/exporting.py make NUMBER | csv | xlsx
prints JSON; an export goes through the real view, as finance asks for it, with the session and the record.
"""

import json
import resource
import sys
import time
from datetime import timedelta

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from donations.models import Entry, Fund, Gift, Payment  # noqa: E402
from donations.sealed import seal  # noqa: E402

BATCH = 5_000


def make(number):
    """Fill the books up to `number` paid gifts, each with its entry, and a payment with a number."""
    fund, _made = Fund.objects.get_or_create(code="bench", defaults={"name": "Bench", "label_en": "Bench"})
    sealed, now = seal("A name that is as long as names are"), timezone.now()
    for start in range(Gift.objects.count(), number, BATCH):
        with transaction.atomic():
            gifts = Gift.objects.bulk_create(
                Gift(
                    form_token=f"bench-{index}", reference=f"B{index:07}", fund=fund, currency="KES", method="mpesa",
                    amount=20000 + index, state="paid", livemode=True, name=sealed, email=sealed,
                    created_at=now - timedelta(minutes=index), paid_at=now - timedelta(minutes=index),
                )
                for index in range(start, min(start + BATCH, number))
            )  # fmt: skip
            Entry.objects.bulk_create(
                Entry(
                    kind="gift", gift=gift, amount=gift.amount, currency="KES", provider="mpesa", livemode=True,
                    reference=f"mpesa/bench{gift.pk}", occurred_at=gift.paid_at,
                )
                for gift in gifts
            )  # fmt: skip
            Payment.objects.bulk_create(
                Payment(
                    provider="mpesa", number=f"BENCH{gift.pk}", currency="KES", amount=gift.amount, livemode=True,
                    occurred_at=gift.paid_at, state="allocated", gift=gift,
                )
                for gift in gifts
            )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def peak():
    """The most memory that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def export(kind):
    """Export all gifts once: {"seconds", "of_processor" (seconds), "megabytes" over base, "bytes", "rows"}."""
    user = get_user_model().objects.filter(is_superuser=True).first()
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    client.get("/admin/donations/gift/?export=" + kind + "&q=none").getvalue()  # warm: all modules are loaded
    client.get("/admin/donations/gift/")
    base, start, used, size = peak(), time.monotonic(), time.process_time(), 0
    response = client.get("/admin/donations/gift/?export=" + kind)
    for piece in response.streaming_content:
        size += len(piece)
    return {
        "seconds": time.monotonic() - start,
        "of_processor": time.process_time() - used,
        "megabytes": peak() - base,
        "bytes": size,
        "rows": Gift.objects.count(),
    }


if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    print(json.dumps(make(int(arguments[0])) if task == "make" else export(task)))
